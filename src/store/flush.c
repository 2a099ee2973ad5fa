/* The index thread: turns the sealed tail into a run of the index, with the trie's crown beside it.
 * The merge thread: merges runs, so that reads stay few. */
#include "base/bytes.h"
#include "base/error.h"
#include "base/memory.h"
#include "store/state.h"

#include <assert.h>

/* ---- The ids, as the trie reads them ------------------------------------------------------ */

static steme_status id_source_seek(void *context, const uint8_t *lower_bound, steme_error *error)
{
    store_id_source *source = context;
    index_range range = {.lower = {lower_bound, STEME_ID_SIZE}};
    store_id_source_deinit(source);
    steme_status status =
        index_cursor_open(&source->cursor, source->reading, STORE_TABLE_ID, &range, error);
    source->is_open = status == STEME_OK;
    return status;
}

static steme_status id_source_next(void *context, steme_id *out_id, bool *out_found,
                                   steme_error *error)
{
    store_id_source *source = context;
    const uint8_t *row;
    /* An id that stands in two rows (a position each) is one id. */
    steme_status status = index_cursor_next(&source->cursor, &row, error);
    while (status == STEME_OK && row != NULL && source->has_last &&
           memcmp(row, source->last.bytes, STEME_ID_SIZE) == 0)
        status = index_cursor_next(&source->cursor, &row, error);
    if (status != STEME_OK)
        return status;
    *out_found = row != NULL;
    if (row != NULL) {
        memcpy(out_id->bytes, row, STEME_ID_SIZE);
        source->last = *out_id;
        source->has_last = true;
    }
    return STEME_OK;
}

merkle_source store_id_source_init(store_id_source *source, const index_reading *reading)
{
    source->reading = reading;
    source->is_open = false;
    source->has_last = false;
    return (merkle_source){id_source_seek, id_source_next, source};
}

void store_id_source_deinit(store_id_source *source)
{
    if (source->is_open)
        index_cursor_close(&source->cursor);
    source->is_open = false;
    source->has_last = false;
}

/* ---- The attachment ----------------------------------------------------------------------- */

enum {
    ATTACHMENT_HEADER_SIZE = 48,
    BUSY_WAIT_MS = 50,
    FULL_WAIT_MS = 10000,          /* or until the next flush */
    SKETCH_SAVE_ID_COUNT = 250000, /* fewer are read from the log again by the next open */
    TAIL_ROW_COUNT = INDEX_TAIL_ROW_COUNT_MAX / 4, /* rows of one table that seal a tail */
};

/* What an attachment is made of. */
typedef struct attachment_parts {
    const store_counts *counts;
    const store_vectors *vectors;
    const merkle_crown *crown;
} attachment_parts;

static steme_status attachment_write(void *context, const base_sink *sink, steme_error *error)
{
    const attachment_parts *parts = context;
    const store_counts *counts = parts->counts;
    uint8_t header[ATTACHMENT_HEADER_SIZE];
    base_put_u64be(header, counts->record_count);
    base_put_u64be(header + 8, counts->absent_count);
    base_put_u64be(header + 16, counts->hole_count);
    base_put_u64be(header + 24, counts->hole_size);
    base_put_u64be(header + 32, counts->mark.sequence);
    base_put_u64be(header + 40, counts->mark.arrival_ns);
    steme_status status = sink->put(sink->context, header, sizeof header, error);
    if (status == STEME_OK)
        status = store_vectors_encode(parts->vectors, sink, error);
    return status == STEME_OK ? merkle_crown_encode(parts->crown, sink, error) : status;
}

static void counts_decode(const uint8_t *bytes, store_counts *out_counts)
{
    out_counts->record_count = base_get_u64be(bytes);
    out_counts->absent_count = base_get_u64be(bytes + 8);
    out_counts->hole_count = base_get_u64be(bytes + 16);
    out_counts->hole_size = base_get_u64be(bytes + 24);
    out_counts->mark.sequence = base_get_u64be(bytes + 32);
    out_counts->mark.arrival_ns = base_get_u64be(bytes + 40);
}

steme_status store_attachment_decode(steme_span bytes, store_attachment *out_attachment,
                                     steme_error *error)
{
    *out_attachment = (store_attachment){0};
    merkle_crown_init(&out_attachment->crown);
    if (bytes.size == 0)
        return store_vectors_new(&out_attachment->vectors, error);
    if (bytes.size < ATTACHMENT_HEADER_SIZE)
        return base_fail(error, STEME_CORRUPT, "index: the trie's file is too short");
    steme_span rest = {bytes.bytes + ATTACHMENT_HEADER_SIZE, bytes.size - ATTACHMENT_HEADER_SIZE};
    size_t size;
    steme_status status = store_vectors_decode(rest, &out_attachment->vectors, &size, error);
    if (status != STEME_OK)
        return status;
    counts_decode(bytes.bytes, &out_attachment->counts);
    status =
        merkle_crown_decode(rest.bytes + size, rest.size - size, &out_attachment->crown, error);
    if (status != STEME_OK) {
        store_vectors_release(out_attachment->vectors);
        *out_attachment = (store_attachment){0};
    }
    return status;
}

void store_attachment_deinit(store_attachment *attachment)
{
    store_vectors_release(attachment->vectors);
    merkle_crown_deinit(&attachment->crown);
}

/* ---- Flushing ----------------------------------------------------------------------------- */

steme_status store_seal(steme_store *store, uint64_t position, log_mark mark, steme_error *error)
{
    index_tail *fresh;
    assert(store->sealed == NULL);
    steme_status status = store_tail_new(store, &fresh, error);
    if (status != STEME_OK)
        return status;
    store->sealed = store->active;
    store->sealed_position = position;
    store->sealed_counts = store->counts;
    store->sealed_counts.mark = mark;
    store_vectors_release(store->sealed_vectors);
    store->sealed_vectors = store_vectors_retain(store->vectors);
    store->active = fresh;
    store->active_since_ns = 0;
    store->active_record_count = 0;
    platform_condition_signal(&store->flush_due);
    return STEME_OK;
}

/* Rows are counted too: one record may have 64 of one table, and the tail holds
 * INDEX_TAIL_ROW_COUNT_MAX of each. A reader has those of the sealed and the active tail in one. */
bool store_tail_has_halves(const steme_store *store, uint32_t halves)
{
    uint64_t record_count = (uint64_t)store->tail_record_count * halves / 2;
    return store->active_record_count >= record_count ||
           index_tail_row_count(store->active) >= TAIL_ROW_COUNT / 2 * halves;
}

steme_status store_seal_published(steme_store *store, steme_error *error)
{
    assert(store->published_end == log_end(store->log));
    return store_seal(store, store->published_end, log_last_frame(store->log), error);
}

/* The crown of the index's ids and those of `batch`, which are `total` together. */
static steme_status grow_crown(const merkle_crown *old, const index_batch *batch,
                               const index_view *view, uint64_t total, merkle_crown *out_crown,
                               steme_error *error)
{
    size_t count = 0;
    size_t row_size = store_tables[STORE_TABLE_ID].row_size;
    steme_id *ids = base_alloc(batch->counts[STORE_TABLE_ID] * sizeof *ids);
    if (ids == NULL)
        return base_fail(error, STEME_NO_MEMORY, "index: out of memory");
    for (size_t i = 0; i < batch->counts[STORE_TABLE_ID]; i++) {
        const uint8_t *row = batch->rows[STORE_TABLE_ID] + i * row_size;
        if (count == 0 || memcmp(ids[count - 1].bytes, row, STEME_ID_SIZE) != 0)
            memcpy(ids[count++].bytes, row, STEME_ID_SIZE);
    }
    store_id_source source;
    merkle_union all_ids;
    index_reading indexed = {.view = view};
    merkle_source held = store_id_source_init(&source, &indexed);
    steme_status status = STEME_OK;
    if (old->count + count > total) /* some came again, in place of a damaged copy */
        status = store_drop_held(&indexed, view->log_position, ids, &count, error);
    if (status == STEME_OK)
        status = merkle_crown_update(old, ids, count, merkle_union_init(&all_ids, held, ids, count),
                                     out_crown, error);
    store_id_source_deinit(&source);
    base_free(ids);
    return status;
}

/* Writes the run and its attachment; on success *out_crown is the new crown. */
static steme_status write_run(steme_store *store, const index_batch *batch, merkle_crown *out_crown,
                              steme_error *error)
{
    index_view *view;
    merkle_crown crown;
    steme_status status = index_view_acquire(store->index, &view, error);
    if (status != STEME_OK)
        return status;
    status =
        grow_crown(&store->crown, batch, view, store->sealed_counts.record_count, &crown, error);
    index_view_release(view);
    if (status != STEME_OK)
        return status;
    attachment_parts parts = {&store->sealed_counts, store->sealed_vectors, &crown};
    index_attachment attachment = {ATTACHMENT_HEADER_SIZE +
                                       store_vectors_encoded_size(parts.vectors) +
                                       merkle_crown_encoded_size(&crown),
                                   attachment_write, &parts};
    status = index_apply(store->index, batch, store->sealed_position,
                         store->sealed_counts.record_count, &attachment, error);
    if (status == STEME_OK)
        *out_crown = crown;
    else
        merkle_crown_deinit(&crown);
    return status;
}

steme_status store_flush_sealed(steme_store *store, steme_error *error)
{
    index_batch batch = {0};
    index_tail_mark mark;
    merkle_crown crown;
    index_tail *sealed = store->sealed;
    index_tail_mark_published(sealed, &mark);
    steme_status status = index_tail_to_batch(sealed, &mark, &batch, error);
    if (status == STEME_OK)
        status = write_run(store, &batch, &crown, error);
    index_batch_deinit(&batch);
    if (status != STEME_OK)
        return status;
    platform_mutex_lock(&store->lock);
    merkle_crown old = store->crown;
    store->crown = crown;
    store->crown_position = store->sealed_position;
    store->sealed = NULL;
    store_vectors_release(store->sealed_vectors);
    store->sealed_vectors = NULL;
    store->flush_count++;
    store->is_merge_due = true;
    platform_condition_broadcast(&store->flush_done);
    platform_condition_signal(&store->merge_due);
    platform_mutex_unlock(&store->lock);
    merkle_crown_deinit(&old);
    index_tail_release(sealed);
    return STEME_OK;
}

/* Waits until there is something to flush; false where the thread is to end. Lock held. */
static bool wait_for_sealed(steme_store *store)
{
    while (store->sealed == NULL && !store->is_closing && !store->is_failed)
        platform_condition_wait(&store->flush_due, &store->lock);
    return store->sealed != NULL && !store->is_failed;
}

void *store_index_thread(void *context)
{
    steme_store *store = context;
    platform_mutex_lock(&store->lock);
    while (wait_for_sealed(store)) {
        steme_error error;
        platform_mutex_unlock(&store->lock);
        steme_status status = store_flush_sealed(store, &error);
        if (status == STEME_OK)
            store_sketch_save(store, SKETCH_SAVE_ID_COUNT);
        platform_mutex_lock(&store->lock);
        /* Too many runs: merges are behind. What is not flushed at close is read again at open. */
        if (status == STEME_BUSY && store->is_closing)
            break;
        if (status == STEME_BUSY)
            (void)platform_condition_wait_for(&store->flush_due, &store->lock, BUSY_WAIT_MS);
        else if (status != STEME_OK)
            store_fail(store, &error);
    }
    platform_mutex_unlock(&store->lock);
    return NULL;
}

void *store_merge_thread(void *context)
{
    steme_store *store = context;
    platform_mutex_lock(&store->lock);
    for (;;) {
        while (!store->is_merge_due && !store->is_closing && !store->is_failed)
            platform_condition_wait(&store->merge_due, &store->lock);
        if (store->is_closing || store->is_failed)
            break;
        store->is_merge_due = false;
        platform_mutex_unlock(&store->lock);
        steme_error error;
        steme_status status = STEME_OK;
        bool did_work = true;
        while (status == STEME_OK && did_work && !atomic_load(&store->cancel_merge))
            status = index_maintain(store->index, &did_work, &error);
        platform_mutex_lock(&store->lock);
        if (status == STEME_FULL && !store->is_closing) {
            /* Nothing is lost, and the reads are only slower: there may be space later. */
            (void)platform_condition_wait_for(&store->merge_due, &store->lock, FULL_WAIT_MS);
            store->is_merge_due = true;
        } else if (status != STEME_OK && status != STEME_CANCELLED) {
            store_fail(store, &error);
        }
    }
    platform_mutex_unlock(&store->lock);
    return NULL;
}
