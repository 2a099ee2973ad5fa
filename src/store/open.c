/* Opening and closing: identity, log, index, and the tail of the log that the index lacks. */
#include "base/bytes.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"
#include "platform/clock.h"
#include "store/commit.h"
#include "store/identity.h"

#include <assert.h>

enum { CLOSE_FLUSH_RECORD_COUNT = 4096 }; /* fewer are read from the log again by the next open */

void store_fail(steme_store *store, const steme_error *reason)
{
    if (store->is_failed)
        return;
    store->is_failed = true;
    store->failure = *reason;
    store->is_index_damaged = reason->status == STEME_CORRUPT; /* the log is not read to write */
    platform_condition_broadcast(&store->flush_done);
    platform_condition_broadcast(&store->request_came);
    platform_condition_broadcast(&store->flush_due);
    platform_condition_broadcast(&store->merge_due);
}

steme_status store_tail_new(steme_store *store, index_tail **out_tail, steme_error *error)
{
    return index_tail_new(store->layout.tables, store->layout.table_count, store->tail_record_count,
                          out_tail, error);
}

/* ---- The tail of the log ------------------------------------------------------------------ */

typedef struct tail_reader {
    steme_store *store;
    store_row_sink sink;
} tail_reader;

/* How the log has the entry's id at an earlier place already. `rows` are asked for
 * only where the entry is a record that heals one. */
static steme_status find_earlier(steme_store *store, const log_entry *entry,
                                 const steme_record *record, store_held *out_held,
                                 store_rows_held *out_rows, steme_error *error)
{
    uint64_t position;
    index_view *view;
    steme_status status = index_view_acquire(store->index, &view, error);
    if (status != STEME_OK)
        return status;
    index_reading reading = {.view = view, .tails = {store->active, store->sealed}};
    index_tail_mark_all(store->active, &reading.marks[0]);
    if (store->sealed != NULL)
        index_tail_mark_published(store->sealed, &reading.marks[1]);
    status = store_find_body(store->log, &reading, &entry->id, out_held, &position, error);
    if (status == STEME_OK && *out_held == STORE_HELD_DAMAGED && record != NULL)
        status = store_find_rows(store->log, &reading, record, out_rows, error);
    index_view_release(view);
    return status;
}

static steme_status add_entry(tail_reader *reader, const log_entry *entry, steme_error *error)
{
    steme_store *store = reader->store;
    steme_record record;
    store_held held;
    store_rows_held rows = STORE_ROWS_NONE;
    bool is_absent = entry->kind == LOG_ENTRY_ABSENT || entry->is_damaged ||
                     store_entry_record(entry, &record, NULL) != STEME_OK;
    steme_status status =
        find_earlier(store, entry, is_absent ? NULL : &record, &held, &rows, error);
    bool is_heal = held == STORE_HELD_DAMAGED && !is_absent;
    if (status != STEME_OK || (held != STORE_HELD_NOT && !is_heal))
        return status;
    if (is_absent && entry->kind != LOG_ENTRY_ABSENT)
        store_damaged_note(store, &entry->id);
    reader->sink.size = 0;
    if (is_absent || rows == STORE_ROWS_KEPT)
        store_rows_extract_absent(&store->layout, &entry->id, &reader->sink);
    else
        store_rows_extract(&store->layout, &record,
                           store_is_future(&record.stamp, entry->arrival_ns), &reader->sink);
    if (reader->sink.is_failed)
        return base_fail(error, STEME_NO_MEMORY, "%s: out of memory", store->directory);
    if (!is_absent) {
        status = store_vectors_own(&store->vectors, error);
        if (status == STEME_OK)
            status = store_vectors_take(store->vectors, &record, entry->arrival_ns, error);
    }
    size_t offset = 0;
    uint32_t table;
    uint8_t *row;
    while (status == STEME_OK && store_rows_next(&reader->sink, &offset, reader->sink.size,
                                                 entry->position, &table, &row))
        status = index_tail_append(store->active, table, row, 1, error);
    store->counts.record_count += !is_heal;
    store->counts.absent_count += is_absent && entry->kind != LOG_ENTRY_ABSENT;
    store->counts.absent_count -= is_heal && rows == STORE_ROWS_NONE;
    store->active_record_count++;
    return status;
}

/* Merges runs in this thread, but only where they pile up, as in a rebuild: after an ordinary
 * opening the merge thread has its turn, and nobody waits for it. */
static steme_status merge_here(steme_store *store, steme_error *error)
{
    index_view *view;
    index_stat stat;
    bool did_work = true;
    steme_status status = index_view_acquire(store->index, &view, error);
    if (status != STEME_OK)
        return status;
    index_stat_get(view, &stat);
    index_view_release(view);
    if (stat.run_count < LIMIT_INDEX_RUN_COUNT)
        return STEME_OK;
    while (status == STEME_OK && did_work)
        status = index_maintain(store->index, &did_work, error);
    return status;
}

/* Seals a full tail for the index thread, which starts when the log has been read; the one before
 * is flushed in this thread. So an ordinary opening flushes nothing. */
static steme_status seal_here(steme_store *store, steme_error *error)
{
    steme_status status = STEME_OK;
    index_tail_publish(store->active, store->tail_scan.position);
    if (store->sealed != NULL) {
        status = store_flush_sealed(store, error);
        if (status == STEME_OK)
            status = merge_here(store, error);
    }
    return status == STEME_OK
               ? store_seal(store, store->tail_scan.position, store->tail_scan.mark, error)
               : status;
}

static void take_hole_counts(steme_store *store, const log_scan *before)
{
    store->counts.hole_count += store->tail_scan.hole_count - before->hole_count;
    store->counts.hole_size += store->tail_scan.hole_size - before->hole_size;
}

/* Reads the log from tail_scan on into the active tail. */
static steme_status read_tail(steme_store *store, steme_progress_visit visit_progress,
                              void *context, steme_error *error)
{
    tail_reader reader = {.store = store};
    log_entry entry;
    log_scan before = store->tail_scan;
    steme_status status = STEME_OK;
    uint64_t byte_count = log_byte_count(store->log);
    while (status == STEME_OK && log_scan_next(&store->tail_scan, &entry)) {
        status = add_entry(&reader, &entry, error);
        if (status == STEME_OK && !store->is_read_only && store_tail_has_halves(store, 2) &&
            log_scan_is_between_frames(&store->tail_scan)) {
            take_hole_counts(store, &before);
            before = store->tail_scan;
            status = seal_here(store, error);
        }
        if (visit_progress != NULL && store->counts.record_count % 4096 == 0)
            (void)visit_progress(context,
                                 (store->tail_scan.position >> 32) * LIMIT_SEGMENT_SIZE +
                                     (store->tail_scan.position & UINT32_MAX) - LIMIT_SEGMENT_SIZE,
                                 byte_count);
    }
    take_hole_counts(store, &before);
    store_row_sink_deinit(&reader.sink);
    if (status == STEME_OK) {
        /* A frame that is only partly there ends what is known. */
        store->published_end = store->tail_scan.torn_position != 0 ? store->tail_scan.torn_position
                                                                   : store->tail_scan.position;
        index_tail_publish(store->active, store->published_end);
    }
    return status;
}

/* Begins the tail anew at what the index covers. */
static steme_status start_tail(steme_store *store, steme_error *error)
{
    index_view *view;
    index_tail *tail;
    store_attachment attachment;
    steme_status status = index_view_acquire(store->index, &view, error);
    if (status != STEME_OK)
        return status;
    status = store_attachment_decode(view->attachment, &attachment, error);
    uint64_t position = view->log_position;
    uint64_t record_count = view->record_count;
    index_view_release(view);
    store->is_log_short = position > log_end(store->log);
    if (status == STEME_OK && store->is_log_short) {
        store_attachment_deinit(&attachment);
        status =
            base_fail(error, STEME_CORRUPT,
                      "%s: the log ends before what the index covers: acknowledged records are "
                      "missing; put the log back from a copy, or give them up with `steme "
                      "rebuild`",
                      store->directory);
    }
    if (status == STEME_OK && (attachment.crown.count != record_count ||
                               attachment.counts.record_count != record_count)) {
        store_attachment_deinit(&attachment);
        status = base_fail(error, STEME_CORRUPT, "%s: the index does not belong to the log",
                           store->index_directory);
    }
    if (status == STEME_OK && (status = store_tail_new(store, &tail, error)) != STEME_OK)
        store_attachment_deinit(&attachment);
    if (status != STEME_OK)
        return status;
    index_tail_release(store->active);
    merkle_crown_deinit(&store->crown);
    merkle_crown_deinit(&store->newest_crown);
    store_vectors_release(store->vectors);
    store->newest_crown_position = 0;
    store->generation++;
    store->active = tail;
    store->active_record_count = 0;
    store->crown = attachment.crown;
    store->crown_position = position;
    store->counts = attachment.counts;
    store->vectors = attachment.vectors;
    log_scan_init(&store->tail_scan, store->log, position, &store->counts.mark,
                  log_end(store->log));
    return STEME_OK;
}

steme_status store_reader_catch_up(steme_store *store, steme_error *error)
{
    bool has_changed = false;
    steme_error failure;
    /* The index first: the log that is read then has all that it covers. */
    steme_status status = index_refresh(store->index, &has_changed, &failure);
    if (status != STEME_OK && status != STEME_NOT_FOUND) /* that is: it is being built again */
        return base_fail(error, status, "%s", failure.message);
    store->is_tail_stale |= has_changed;
    status = log_refresh(store->log, error);
    if (status == STEME_OK && store->is_tail_stale)
        status = start_tail(store, error);
    if (status != STEME_OK)
        return status;
    store->tail_scan.end = log_end(store->log);
    status = read_tail(store, NULL, NULL, error);
    store->is_tail_stale = status != STEME_OK;
    /* A frame that is only partly there is being written: look at it again next time. */
    if (store->tail_scan.torn_position != 0) {
        store->tail_scan.position = store->tail_scan.torn_position;
        store->tail_scan.torn_position = 0;
    }
    return status;
}

/* ---- Opening ------------------------------------------------------------------------------ */

static steme_status open_index(steme_store *store, steme_error *error)
{
    index_options options = {.is_writer = !store->is_read_only, .cancel = &store->cancel_merge};
    return index_open(&index_runs, store->index_directory, store->layout.tables,
                      store->layout.table_count, store->store_id, &options, &store->index, error);
}

/* Opens the index, and reads what the log has behind it. */
static steme_status open_derived(steme_store *store, steme_progress_visit visit_progress,
                                 void *context, steme_error *error)
{
    steme_status status = open_index(store, error);
    if (status == STEME_NOT_FOUND && store->is_read_only)
        return base_fail(error, STEME_CORRUPT,
                         "%s: the index is missing; make it anew with `steme rebuild`",
                         store->index_directory);
    if (status != STEME_OK)
        return status;
    if (store->is_read_only) {
        status = log_refresh(store->log, error); /* the index may be newer than the look before */
        if (status == STEME_OK)
            status = start_tail(store, error);
        return status == STEME_OK ? store_reader_catch_up(store, error) : status;
    }
    status = start_tail(store, error);
    return status == STEME_OK ? read_tail(store, visit_progress, context, error) : status;
}

/* Throws the index away and derives it again. No thread runs. */
static steme_status derive_again(steme_store *store, steme_progress_visit visit_progress,
                                 void *context, steme_error *error)
{
    index_close(store->index);
    store->index = NULL;
    index_tail_release(store->sealed);
    store->sealed = NULL;
    steme_status status = store_sketch_drop(store, error);
    if (status == STEME_OK)
        status = index_destroy(&index_runs, store->index_directory, error);
    return status == STEME_OK ? open_derived(store, visit_progress, context, error) : status;
}

/* A fold's table, with all that its rows depend on in the revision. */
static index_table fold_table(const store_fold *fold)
{
    index_table table = fold->table;
    const char *version = fold->version == NULL ? "" : fold->version();
    table.revision = base_crc32c(table.revision, version, strlen(version));
    return table;
}

static void make_layout(steme_store *store, const store_fold *const *folds, uint32_t fold_count)
{
    store_row_layout *layout = &store->layout;
    steme_id key =
        base_blake3_derive("StemeDB v1 index hash key", store->store_id, sizeof store->store_id);
    assert(STORE_TABLE_COUNT + fold_count <= INDEX_TABLE_COUNT_MAX);
    memcpy(layout->hash_key, key.bytes, sizeof layout->hash_key);
    memcpy(layout->tables, store_tables, sizeof store_tables);
    for (uint32_t i = 0; i < fold_count; i++)
        layout->tables[STORE_TABLE_COUNT + i] = fold_table(folds[i]);
    layout->table_count = STORE_TABLE_COUNT + fold_count;
    layout->folds = folds;
    layout->fold_count = fold_count;
}

static void init_locks(steme_store *store)
{
    store_sketch_init(&store->sketch);
    store_damaged_init(&store->damaged);
    platform_mutex_init(&store->forget_lock);
    platform_mutex_init(&store->clock_lock);
    platform_mutex_init(&store->lock);
    platform_condition_init(&store->request_came);
    platform_condition_init(&store->request_done);
    platform_condition_init(&store->flush_due);
    platform_condition_init(&store->flush_done);
    platform_condition_init(&store->merge_due);
}

static void deinit_locks(steme_store *store)
{
    platform_condition_deinit(&store->merge_due);
    platform_condition_deinit(&store->flush_done);
    platform_condition_deinit(&store->flush_due);
    platform_condition_deinit(&store->request_done);
    platform_condition_deinit(&store->request_came);
    platform_mutex_deinit(&store->lock);
    platform_mutex_deinit(&store->clock_lock);
    platform_mutex_deinit(&store->forget_lock);
    store_damaged_deinit(&store->damaged);
    store_sketch_deinit(&store->sketch);
}

static steme_status start_threads(steme_store *store, steme_error *error)
{
    steme_status status =
        platform_thread_start(&store->log_thread, store_log_thread, store, "steme-log", error);
    if (status == STEME_OK)
        status = platform_thread_start(&store->index_thread, store_index_thread, store,
                                       "steme-index", error);
    if (status == STEME_OK)
        status = platform_thread_start(&store->merge_thread, store_merge_thread, store,
                                       "steme-merge", error);
    return status;
}

static steme_status open_writer(steme_store *store, const steme_store_options *options,
                                steme_error *error)
{
    const char *notice = NULL;
    steme_status status =
        store_node_open(store->directory, platform_clock_wall_ns(), &store->clock, &notice, error);
    if (status == STEME_OK)
        status = log_recover(store->log, &store->tail_scan, error);
    if (status == STEME_OK)
        status = store_pool_new(options->verify_thread_count, &store->pool, error);
    if (status != STEME_OK)
        return status;
    if (notice != NULL)
        store->notice = notice;
    /* A torn frame was cut: what is known of the log ends where it does now. */
    store->published_end = log_end(store->log);
    index_tail_publish(store->active, store->published_end);
    store->active_since_ns = platform_clock_monotonic_ns();
    store->commit_buffer = base_alloc_zero(1, store_commit_buffer_size());
    if (store->commit_buffer == NULL)
        return base_fail(error, STEME_NO_MEMORY, "%s: out of memory", store->directory);
    return start_threads(store, error);
}

static steme_status open_parts(steme_store *store, const steme_store_options *options,
                               steme_error *error)
{
    char log_directory[LIMIT_PATH_SIZE];
    steme_status status =
        platform_path_join(store->directory, "index", store->index_directory, error);
    if (status == STEME_OK)
        status = platform_path_join(store->directory, "log", log_directory, error);
    if (status == STEME_OK && !store->is_read_only)
        status = store_lock_take(store->directory, &store->lock_file, error);
    if (status == STEME_OK)
        status = log_open(log_directory, store->store_id, !store->is_read_only, &store->log, error);
    if (status == STEME_OK && !store->is_read_only)
        status = store_forget_finish(store, error);
    if (status != STEME_OK)
        return status;
    status = open_derived(store, NULL, NULL, error);
    if (store->is_read_only)
        return status;
    if (status == STEME_CORRUPT && store->is_log_short && !options->accept_loss)
        return status;
    if (status == STEME_CORRUPT) {
        store->notice = store->is_log_short
                            ? "records that the log has lost are gone from the index too"
                            : "the index was damaged: it was built again from the log";
        status = derive_again(store, NULL, NULL, error);
    }
    return status == STEME_OK ? open_writer(store, options, error) : status;
}

steme_status store_open(const char *directory, const steme_store_options *options,
                        const store_fold *const *folds, uint32_t fold_count,
                        steme_store **out_store, steme_error *error)
{
    static const steme_store_options defaults;
    if (options == NULL)
        options = &defaults;
    steme_status status = steme_init(error);
    if (status != STEME_OK)
        return status;
    if (strlen(directory) >= LIMIT_PATH_SIZE - 64)
        return base_fail(error, STEME_TOO_LARGE, "the store's path is too long");
    steme_store *store = base_alloc_zero(1, sizeof *store);
    if (store == NULL)
        return base_fail(error, STEME_NO_MEMORY, "%s: out of memory", directory);
    memcpy(store->directory, directory, strlen(directory) + 1);
    store->lock_file = PLATFORM_FILE_CLOSED;
    store->is_read_only = options->is_read_only != 0;
    store->free_size_min = options->free_size_min;
    store->peer_free_size_min = options->peer_free_size_min;
    store->tail_record_count =
        options->tail_record_count != 0 ? options->tail_record_count : LIMIT_TAIL_RECORD_COUNT;
    init_locks(store);
    merkle_crown_init(&store->crown);
    merkle_crown_init(&store->newest_crown);
    status = store_identity_read(directory, store->store_id, error);
    if (status == STEME_OK) {
        make_layout(store, folds, fold_count);
        status = open_parts(store, options, error);
    }
    if (status != STEME_OK) {
        steme_store_close(store);
        return status;
    }
    *out_store = store;
    return STEME_OK;
}

/* ---- Closing ------------------------------------------------------------------------------ */

static void stop_threads(steme_store *store)
{
    platform_mutex_lock(&store->lock);
    store->is_closing = true;
    platform_condition_broadcast(&store->request_came);
    platform_mutex_unlock(&store->lock);
    platform_thread_join(&store->log_thread);
    platform_mutex_lock(&store->lock);
    atomic_store(&store->cancel_merge, true);
    platform_condition_broadcast(&store->flush_due);
    platform_condition_broadcast(&store->merge_due);
    platform_mutex_unlock(&store->lock);
    platform_thread_join(&store->index_thread);
    platform_thread_join(&store->merge_thread);
}

/* What close does not manage to write, the next open reads from the log. */
static void save_derived(steme_store *store)
{
    if (store->is_failed)
        return;
    if (store->sealed == NULL && store->active_record_count >= CLOSE_FLUSH_RECORD_COUNT &&
        store_seal_published(store, NULL) == STEME_OK)
        (void)store_flush_sealed(store, NULL);
    if (store->sketch.is_made) {
        (void)!store_sketch_keep(store, &store->sketch.key, NULL);
        store_sketch_save(store, 1);
    }
    (void)store_node_save(store->directory, &store->clock,
                          steme_clock_ceiling_at_close(&store->clock), NULL);
}

void steme_store_close(steme_store *store)
{
    if (store == NULL)
        return;
    bool was_running = store->merge_thread.is_running;
    stop_threads(store);
    if (was_running)
        save_derived(store);
    store_companion_end(store);
    store_pool_free(store->pool);
    index_tail_release(store->active);
    index_tail_release(store->sealed);
    merkle_crown_deinit(&store->crown);
    merkle_crown_deinit(&store->newest_crown);
    store_vectors_release(store->vectors);
    store_vectors_release(store->sealed_vectors);
    bool is_index_damaged =
        store->is_index_damaged ||
        (!store->is_read_only && store->index != NULL && index_is_damaged(store->index));
    index_close(store->index);
    if (is_index_damaged)
        (void)!index_destroy(&index_runs, store->index_directory, NULL);
    log_close(store->log);
    platform_file_close(&store->lock_file);
    base_free(store->commit_buffer);
    deinit_locks(store);
    base_free(store);
}

/* ---- Rebuilding --------------------------------------------------------------------------- */

steme_status steme_store_rebuild(steme_store *store, steme_progress_visit visit_progress,
                                 void *context, steme_error *error)
{
    if (store->is_read_only)
        return base_fail(error, STEME_READ_ONLY, "%s: opened for reading only", store->directory);
    stop_threads(store);
    /* A damaged index is what a rebuild is for. */
    if (store->is_failed && !store->is_index_damaged)
        return base_fail(error, STEME_READ_ONLY, "%s: read-only since an earlier failure (%s)",
                         store->directory, store->failure.message);
    store->is_failed = false;
    store->is_index_damaged = false;
    store->is_closing = false;
    atomic_store(&store->cancel_merge, false);
    steme_error reason;
    steme_status status = derive_again(store, visit_progress, context, &reason);
    if (status == STEME_OK) {
        store->active_since_ns = platform_clock_monotonic_ns();
        status = start_threads(store, &reason);
    }
    if (status == STEME_OK)
        return STEME_OK;
    /* Half of an index gives no answers. */
    stop_threads(store);
    platform_mutex_lock(&store->lock);
    index_close(store->index);
    store->index = NULL;
    store_fail(store, &reason);
    platform_mutex_unlock(&store->lock);
    return base_fail(error, status, "%s", reason.message);
}
