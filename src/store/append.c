/* The appending thread's part: admission, rows and the look whether a record is held, spread over
 * the verify pool; then the wait for the log thread. */
#include "base/error.h"
#include "base/memory.h"
#include "platform/clock.h"
#include "store/commit.h"
#include "store/identity.h"

#include <assert.h>

enum {
    PART_RECORD_COUNT = 64,      /* records that one thread prepares at a time */
    REQUEST_RECORD_COUNT = 2048, /* records of one commit: bounds how long others wait for it */
    REQUEST_COUNT_MAX = 8,       /* of one append_many under way at once */
};

/* One request being prepared, with the memory that its rows are in. */
typedef struct append_batch {
    steme_store *store;
    const index_reading *reading;
    uint64_t arrival_ns;
    bool is_verified;
    store_request request;
    store_row_sink sinks[REQUEST_RECORD_COUNT / PART_RECORD_COUNT];
    store_prepared prepared[]; /* as many as the largest request of the call */
} append_batch;

static void prepare_item(append_batch *batch, steme_append *item, store_prepared *prepared,
                         store_row_sink *sink)
{
    const steme_store *store = batch->store;
    store_held held;
    uint64_t position;
    prepared->is_wanted = false;
    item->was_held = 0;
    item->status = batch->is_verified ? steme_record_parse(item->record, &prepared->record, NULL)
                                      : steme_record_admit(item->record, &prepared->record, NULL);
    if (item->status != STEME_OK)
        return;
    item->id = prepared->record.id;
    item->status = store_find_body(store->log, batch->reading, &item->id, &held, &position, NULL);
    item->was_held = held == STORE_HELD_WHOLE || held == STORE_HELD_PURGED;
    if (item->status == STEME_OK && held == STORE_HELD_PURGED)
        item->status = STEME_ABSENT;
    if (item->status != STEME_OK || item->was_held)
        return;
    prepared->is_heal = held == STORE_HELD_DAMAGED;
    prepared->sink = sink;
    prepared->row_offset = sink->size;
    store_rows_extract(&store->layout, &prepared->record,
                       store_is_future(&prepared->record.stamp, batch->arrival_ns), sink);
    prepared->row_end = sink->size;
    if (sink->is_failed)
        item->status = STEME_NO_MEMORY;
    prepared->is_wanted = item->status == STEME_OK;
}

static void prepare_part(void *context, uint32_t part)
{
    append_batch *batch = context;
    uint32_t first = part * PART_RECORD_COUNT;
    uint32_t end = first + PART_RECORD_COUNT;
    if (end > batch->request.count)
        end = batch->request.count;
    batch->sinks[part].size = 0;
    for (uint32_t i = first; i < end; i++)
        prepare_item(batch, &batch->request.items[i], &batch->prepared[i], &batch->sinks[part]);
}

static void batch_prepare(append_batch *batch, steme_append *items, uint32_t count)
{
    batch->request = (store_request){.items = items, .prepared = batch->prepared, .count = count};
    uint32_t part_count = (count + PART_RECORD_COUNT - 1) / PART_RECORD_COUNT;
    store_pool_run(batch->store->pool, prepare_part, batch, part_count);
}

/* What is stamped here from now on comes after what is appended. The future moves no clock. */
static void batch_observe(append_batch *batch)
{
    steme_store *store = batch->store;
    const steme_stamp *greatest = NULL;
    for (uint32_t i = 0; i < batch->request.count; i++) {
        const steme_stamp *stamp = &batch->prepared[i].record.stamp;
        if (batch->prepared[i].is_wanted && steme_stamp_is_mature(stamp, batch->arrival_ns) &&
            (greatest == NULL || steme_stamp_compare(stamp, greatest) > 0))
            greatest = stamp;
    }
    if (greatest == NULL)
        return;
    platform_mutex_lock(&store->clock_lock);
    (void)steme_clock_observe(&store->clock, greatest, batch->arrival_ns);
    platform_mutex_unlock(&store->clock_lock);
}

static append_batch *batch_new(steme_store *store, size_t record_count, int is_verified,
                               steme_error *error)
{
    if (record_count > REQUEST_RECORD_COUNT)
        record_count = REQUEST_RECORD_COUNT;
    size_t size = sizeof(append_batch) + record_count * sizeof(store_prepared);
    append_batch *batch = base_alloc_zero(1, size);
    if (batch == NULL)
        (void)base_fail(error, STEME_NO_MEMORY, "append: out of memory");
    else {
        batch->store = store;
        batch->is_verified = is_verified != 0;
    }
    return batch;
}

static void batch_free(append_batch *batch)
{
    if (batch == NULL)
        return;
    for (uint32_t i = 0; i < REQUEST_RECORD_COUNT / PART_RECORD_COUNT; i++)
        store_row_sink_deinit(&batch->sinks[i]);
    base_free(batch);
}

steme_status store_check_writable(steme_store *store, steme_error *error)
{
    if (store->is_read_only)
        return base_fail(error, STEME_READ_ONLY, "%s: opened for reading only", store->directory);
    steme_status status = STEME_OK;
    platform_mutex_lock(&store->lock);
    if (store->is_failed)
        status = base_fail(error, STEME_READ_ONLY, "%s: read-only since an earlier failure (%s)",
                           store->directory, store->failure.message);
    platform_mutex_unlock(&store->lock);
    return status;
}

/* Prepares the next request and hands it over. */
static steme_status batch_submit(append_batch *batch, steme_append *items, uint32_t count,
                                 steme_error *error)
{
    steme_snapshot *snapshot;
    steme_store *store = batch->store;
    steme_status status = store_check_space(store, error);
    if (status != STEME_OK)
        return status;
    /* Before the snapshot: rows that leave a tail after it must be seen to have left. */
    platform_mutex_lock(&store->lock);
    uint64_t flush_count = store->flush_count;
    platform_mutex_unlock(&store->lock);
    status = steme_snapshot_open(store, &snapshot, error);
    if (status != STEME_OK)
        return status;
    batch->reading = &snapshot->reading;
    batch->arrival_ns = platform_clock_wall_ns();
    batch_prepare(batch, items, count);
    batch_observe(batch);
    batch->request.flush_count = flush_count;
    steme_snapshot_close(snapshot);
    store_request_submit(store, &batch->request);
    return STEME_OK;
}

steme_status steme_store_append_many(steme_store *store, steme_append *items, size_t count,
                                     int is_verified, steme_error *error)
{
    append_batch *batches[REQUEST_COUNT_MAX] = {NULL};
    size_t submitted = 0; /* requests */
    size_t awaited = 0;
    size_t at = 0;
    steme_status status = store_check_writable(store, error);
    while (status == STEME_OK && (at < count || awaited < submitted)) {
        if (at == count || submitted - awaited == REQUEST_COUNT_MAX) {
            status =
                store_request_wait(store, &batches[awaited % REQUEST_COUNT_MAX]->request, error);
            awaited++;
            continue;
        }
        append_batch **batch = &batches[submitted % REQUEST_COUNT_MAX];
        size_t left = count - at;
        uint32_t part = left < REQUEST_RECORD_COUNT ? (uint32_t)left : REQUEST_RECORD_COUNT;
        if (*batch == NULL && (*batch = batch_new(store, count, is_verified, error)) == NULL) {
            status = STEME_NO_MEMORY;
            break;
        }
        status = batch_submit(*batch, items + at, part, error);
        if (status == STEME_OK) {
            at += part;
            submitted++;
        }
    }
    for (; awaited < submitted; awaited++)
        (void)store_request_wait(store, &batches[awaited % REQUEST_COUNT_MAX]->request, NULL);
    for (size_t i = 0; i < REQUEST_COUNT_MAX; i++)
        batch_free(batches[i]);
    for (size_t i = 0; status != STEME_OK && i < count; i++)
        if (items[i].status == STEME_OK) /* prepared, or not even that */
            items[i].status = status;
    return status;
}

steme_status steme_store_append(steme_store *store, steme_span record, steme_id *out_id,
                                steme_error *error)
{
    steme_record parsed;
    steme_append item = {.record = record};
    steme_status status = steme_record_admit(record, &parsed, error);
    if (status == STEME_OK)
        status = steme_store_append_many(store, &item, 1, 1, error);
    if (status == STEME_OK && item.status == STEME_ABSENT)
        return store_fail_forgotten(store, &item.id, error);
    if (status == STEME_OK && item.status != STEME_OK)
        status = base_fail(error, item.status, "append: %s", steme_status_text(item.status));
    if (status == STEME_OK && out_id != NULL)
        *out_id = item.id;
    return status;
}

steme_status steme_store_next_stamp(steme_store *store, steme_stamp *out_stamp, steme_error *error)
{
    steme_status status = store_check_writable(store, error);
    if (status != STEME_OK)
        return status;
    uint64_t wall_ns = platform_clock_wall_ns();
    platform_mutex_lock(&store->clock_lock);
    uint64_t ceiling_ns = steme_clock_ceiling_needed(&store->clock, wall_ns);
    if (ceiling_ns != 0) {
        status = store_node_save(store->directory, &store->clock, ceiling_ns, error);
        if (status == STEME_OK)
            steme_clock_ceiling_set(&store->clock, ceiling_ns);
    }
    if (status == STEME_OK)
        status = steme_clock_next(&store->clock, wall_ns, out_stamp, error);
    platform_mutex_unlock(&store->clock_lock);
    return status;
}
