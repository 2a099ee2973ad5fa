/* The log thread: takes what is in the queue, writes it as frames, syncs once, and lets readers see
 * it. The only thread that writes to the log, to the active tail, and seals it. */
#include "store/commit.h"
#include "base/bytes.h"
#include "base/error.h"
#include "base/memory.h"
#include "platform/clock.h"

#include <assert.h>

enum {
    COMMIT_RECORD_COUNT_MAX = 2048, /* of all requests of one commit: how long others wait for it */
    SMALL_RECORD_COUNT = 64,        /* requests up to this size need not wait for larger ones */
};

/* Ids of one commit, by open addressing: two equal records in it are written once. */
typedef struct commit_ids {
    const steme_id **slots;
    size_t mask;
} commit_ids;

/* What is being put into one frame. */
typedef struct commit_frame {
    log_item items[LIMIT_FRAME_RECORD_COUNT];
    store_prepared *prepared[LIMIT_FRAME_RECORD_COUNT];
    uint32_t count;
    size_t size;
} commit_frame;

typedef struct commit_state {
    steme_store *store;
    store_request *requests; /* a list */
    uint64_t flush_count;
    index_tail *sealed;      /* the store's at the start, kept; or NULL */
    uint64_t record_count;   /* written */
    uint64_t heal_count;     /* of these, whose ids were held, without a body that can be read */
    uint64_t unabsent_count; /* of these, counted as absent until now */
    uint64_t now_ns;         /* at its start */
    store_vectors *stamps;   /* of what is written; kept from one commit to the next */
    commit_ids ids;
    commit_frame *frame;
} commit_state;

size_t store_commit_buffer_size(void)
{
    return sizeof(commit_frame);
}

void store_request_submit(steme_store *store, store_request *request)
{
    assert(request->count <= COMMIT_RECORD_COUNT_MAX);
    platform_mutex_lock(&store->lock);
    store_request_queue *queue =
        request->count <= SMALL_RECORD_COUNT ? &store->small_requests : &store->large_requests;
    request->next = NULL;
    if (queue->last != NULL)
        queue->last->next = request;
    else
        queue->first = request;
    queue->last = request;
    platform_condition_signal(&store->request_came);
    platform_mutex_unlock(&store->lock);
}

steme_status store_request_wait(steme_store *store, store_request *request, steme_error *error)
{
    platform_mutex_lock(&store->lock);
    while (!request->is_done)
        platform_condition_wait(&store->request_done, &store->lock);
    platform_mutex_unlock(&store->lock);
    if (request->status != STEME_OK && error != NULL)
        *error = request->error;
    return request->status;
}

/* ---- One commit --------------------------------------------------------------------------- */

static bool ids_init(commit_ids *ids, const store_request *requests)
{
    size_t count = 0;
    size_t slot_count = 16;
    for (const store_request *request = requests; request != NULL; request = request->next)
        count += request->count;
    while (slot_count < 2 * count)
        slot_count *= 2;
    ids->slots = base_alloc_zero(slot_count, sizeof(const steme_id *));
    ids->mask = slot_count - 1;
    return ids->slots != NULL;
}

/* False where the id is there already. */
static bool ids_add(commit_ids *ids, const steme_id *id)
{
    size_t slot = base_get_u64be(id->bytes + 8) & ids->mask;
    for (; ids->slots[slot] != NULL; slot = (slot + 1) & ids->mask)
        if (memcmp(ids->slots[slot], id, sizeof *id) == 0)
            return false;
    ids->slots[slot] = id;
    return true;
}

/* Whether a record came in since its request looked for it: it can only be in the tails, or, where
 * a tail was flushed meanwhile, in the index. */
static steme_status find_newcomer(commit_state *commit, const store_request *request,
                                  const steme_id *id, bool *out_is_found, steme_error *error)
{
    steme_store *store = commit->store;
    index_reading reading = {.tails = {store->active, commit->sealed}};
    uint64_t position;
    index_tail_mark_published(store->active, &reading.marks[0]);
    if (commit->sealed != NULL)
        index_tail_mark_published(commit->sealed, &reading.marks[1]);
    steme_status status = store_reading_find(&reading, id, out_is_found, &position, error);
    if (status != STEME_OK || *out_is_found || request->flush_count == commit->flush_count)
        return status;
    index_view *view;
    status = index_view_acquire(store->index, &view, error);
    if (status != STEME_OK)
        return status;
    reading = (index_reading){.view = view};
    status = store_reading_find(&reading, id, out_is_found, &position, error);
    index_view_release(view);
    return status;
}

/* A record whose copies are damaged comes again: it is written once more, unless that was done or
 * it was purged meanwhile. Its rows are kept where they lead to the damaged copy, and
 * store_snapshot_read from there to this one. */
static steme_status prepare_heal(commit_state *commit, store_prepared *prepared, steme_append *item,
                                 bool *out_is_found, steme_error *error)
{
    steme_store *store = commit->store;
    index_view *view;
    store_held held;
    uint64_t position;
    store_rows_held rows = STORE_ROWS_NONE;
    steme_status status = index_view_acquire(store->index, &view, error);
    if (status != STEME_OK)
        return status;
    index_reading reading = {.view = view, .tails = {store->active, commit->sealed}};
    index_tail_mark_published(store->active, &reading.marks[0]);
    if (commit->sealed != NULL)
        index_tail_mark_published(commit->sealed, &reading.marks[1]);
    status = store_find_body(store->log, &reading, &item->id, &held, &position, error);
    *out_is_found = held == STORE_HELD_WHOLE || held == STORE_HELD_PURGED;
    if (status == STEME_OK && !*out_is_found)
        status = store_find_rows(store->log, &reading, &prepared->record, &rows, error);
    index_view_release(view);
    if (status != STEME_OK)
        return status;
    if (held == STORE_HELD_PURGED)
        item->status = STEME_ABSENT;
    if (rows == STORE_ROWS_KEPT)
        prepared->row_end = prepared->row_offset + store_rows_absent_size();
    if (!*out_is_found) {
        commit->heal_count++;
        commit->unabsent_count += rows == STORE_ROWS_NONE;
    }
    return STEME_OK;
}

/* Rows of a written frame go to the tail, unpublished. */
static steme_status frame_add_rows(commit_state *commit, steme_error *error)
{
    commit_frame *frame = commit->frame;
    steme_status status = STEME_OK;
    for (uint32_t i = 0; i < frame->count && status == STEME_OK; i++) {
        store_prepared *prepared = frame->prepared[i];
        size_t offset = prepared->row_offset;
        uint32_t table;
        uint8_t *row;
        while (status == STEME_OK && store_rows_next(prepared->sink, &offset, prepared->row_end,
                                                     frame->items[i].position, &table, &row))
            status = index_tail_append(commit->store->active, table, row, 1, error);
    }
    return status;
}

static steme_status frame_flush(commit_state *commit, steme_error *error)
{
    commit_frame *frame = commit->frame;
    if (frame->count == 0)
        return STEME_OK;
    steme_status status =
        log_append(commit->store->log, frame->items, frame->count, platform_clock_wall_ns(), error);
    if (status == STEME_OK)
        status = frame_add_rows(commit, error);
    commit->record_count += frame->count;
    frame->count = 0;
    frame->size = 0;
    return status;
}

static steme_status frame_add(commit_state *commit, store_prepared *prepared, steme_error *error)
{
    commit_frame *frame = commit->frame;
    size_t size = LOG_ENTRY_HEADER_SIZE + prepared->record.bytes.size;
    steme_status status =
        store_vectors_take(commit->stamps, &prepared->record, commit->now_ns, error);
    if (status == STEME_OK &&
        (frame->count == LIMIT_FRAME_RECORD_COUNT || frame->size + size > LIMIT_FRAME_SIZE))
        status = frame_flush(commit, error);
    if (status != STEME_OK)
        return status;
    frame->items[frame->count] = (log_item){
        .kind = LOG_ENTRY_RECORD, .id = prepared->record.id, .body = prepared->record.bytes};
    frame->prepared[frame->count++] = prepared;
    frame->size += size;
    return STEME_OK;
}

static steme_status commit_request(commit_state *commit, store_request *request, steme_error *error)
{
    for (uint32_t i = 0; i < request->count; i++) {
        store_prepared *prepared = &request->prepared[i];
        steme_append *item = &request->items[i];
        bool is_found = false;
        if (!prepared->is_wanted)
            continue;
        if (!ids_add(&commit->ids, &prepared->record.id)) {
            item->was_held = 1;
            continue;
        }
        steme_status status =
            prepared->is_heal
                ? prepare_heal(commit, prepared, item, &is_found, error)
                : find_newcomer(commit, request, &prepared->record.id, &is_found, error);
        if (status == STEME_OK && !is_found)
            status = frame_add(commit, prepared, error);
        if (status != STEME_OK)
            return status;
        item->was_held = is_found;
    }
    return STEME_OK;
}

static steme_status commit_write(commit_state *commit, steme_error *error)
{
    steme_status status = STEME_OK;
    for (store_request *request = commit->requests; request != NULL && status == STEME_OK;
         request = request->next)
        status = commit_request(commit, request, error);
    if (status == STEME_OK)
        status = frame_flush(commit, error);
    if (status == STEME_OK && commit->record_count > 0)
        status = log_sync(commit->store->log, error);
    return status;
}

/* Durable: readers may see it. Lock held. */
static steme_status commit_publish(commit_state *commit, steme_error *error)
{
    steme_store *store = commit->store;
    if (commit->record_count == 0)
        return STEME_OK;
    steme_status status = store_vectors_merge(&store->vectors, commit->stamps, error);
    if (status != STEME_OK)
        return status;
    store->vectors->future_count += commit->stamps->future_count;
    store->published_end = log_end(store->log);
    index_tail_publish(store->active, store->published_end);
    if (store->active_record_count == 0)
        store->active_since_ns = platform_clock_monotonic_ns();
    store->active_record_count += commit->record_count;
    store->counts.record_count += commit->record_count - commit->heal_count;
    store->counts.absent_count -= commit->unabsent_count;
    return STEME_OK;
}

static void commit_finish(commit_state *commit, steme_status status, steme_error *error)
{
    steme_store *store = commit->store;
    platform_mutex_lock(&store->lock);
    if (status == STEME_OK)
        status = commit_publish(commit, error);
    if (status != STEME_OK)
        store_fail(store, error);
    for (store_request *request = commit->requests; request != NULL;) {
        store_request *next = request->next;
        request->status = status;
        if (status != STEME_OK)
            request->error = *error;
        request->is_done = true; /* from here on the request is its owner's again */
        request = next;
    }
    platform_condition_broadcast(&store->request_done);
    platform_mutex_unlock(&store->lock);
}

/* Makes room in the tail: seals a full one, and waits where the one before is still being written
 * out and this one has grown far. Lock held. */
static steme_status make_room(steme_store *store, steme_error *error)
{
    while (store->sealed != NULL && !store->is_failed && store_tail_has_halves(store, 3))
        platform_condition_wait(&store->flush_done, &store->lock);
    if (store->is_failed)
        return base_fail(error, STEME_READ_ONLY, "%s", store->failure.message);
    if (store->sealed == NULL && store_tail_has_halves(store, 2))
        return store_seal_published(store, error);
    return STEME_OK;
}

static void commit_requests(commit_state *commit)
{
    steme_store *store = commit->store;
    steme_error error = {.status = STEME_OK};
    platform_mutex_lock(&store->lock);
    steme_status status = make_room(store, &error);
    commit->flush_count = store->flush_count;
    commit->sealed = store->sealed == NULL ? NULL : index_tail_retain(store->sealed);
    platform_mutex_unlock(&store->lock);
    commit->record_count = 0;
    commit->heal_count = 0;
    commit->unabsent_count = 0;
    commit->now_ns = platform_clock_wall_ns();
    if (commit->stamps != NULL)
        store_vectors_clear(commit->stamps);
    else if (status == STEME_OK)
        status = store_vectors_new(&commit->stamps, &error);
    if (status == STEME_OK && !ids_init(&commit->ids, commit->requests))
        status = base_fail(&error, STEME_NO_MEMORY, "%s: out of memory", store->directory);
    if (status == STEME_OK)
        status = commit_write(commit, &error);
    base_free(commit->ids.slots);
    commit->ids.slots = NULL;
    commit->frame->count = 0;
    commit->frame->size = 0;
    index_tail_release(commit->sealed);
    commit_finish(commit, status, &error);
}

/* Seals a tail whose first record has waited long enough. Lock held. */
static void seal_when_old(steme_store *store)
{
    steme_error error;
    uint64_t waited_ns = platform_clock_monotonic_ns() - store->active_since_ns;
    if (store->active_record_count > 0 && store->sealed == NULL && !store->is_failed &&
        waited_ns >= LIMIT_TAIL_AGE_MS * UINT64_C(1000000) &&
        store_seal_published(store, &error) != STEME_OK)
        store_fail(store, &error);
}

/* Moves requests from the queue to the end of a list, while all have at most `count_max` records.
 */
static void queue_take(store_request_queue *queue, uint64_t count_max, uint64_t *count,
                       store_request ***end)
{
    while (queue->first != NULL && *count + queue->first->count <= count_max) {
        store_request *request = queue->first;
        queue->first = request->next;
        if (queue->first == NULL)
            queue->last = NULL;
        request->next = NULL;
        *count += request->count;
        **end = request;
        *end = &request->next;
    }
}

/* The requests of the next commit, out of the queues. NULL when closing. Small requests go first
 * and by themselves, so that their sync is short; then it is the large ones' turn. */
static store_request *take_requests(steme_store *store, bool *was_small)
{
    store_request *requests = NULL;
    store_request **end = &requests;
    uint64_t count = 0;
    platform_mutex_lock(&store->lock);
    seal_when_old(store); /* where requests come all the time, the wait below never times out */
    while (store->small_requests.first == NULL && store->large_requests.first == NULL &&
           !store->is_closing)
        if (!platform_condition_wait_for(&store->request_came, &store->lock, 1000))
            seal_when_old(store);
    *was_small =
        store->small_requests.first != NULL && (store->large_requests.first == NULL || !*was_small);
    queue_take(*was_small ? &store->small_requests : &store->large_requests,
               COMMIT_RECORD_COUNT_MAX, &count, &end);
    platform_mutex_unlock(&store->lock);
    return requests;
}

void *store_log_thread(void *context)
{
    steme_store *store = context;
    commit_state commit = {.store = store};
    commit.frame = store->commit_buffer;
    bool was_small = false;
    while ((commit.requests = take_requests(store, &was_small)) != NULL)
        commit_requests(&commit);
    store_vectors_release(commit.stamps);
    return NULL;
}
