/* Bodies that are damaged, as far as anybody noticed: whoever reads one notes its id, and scrubbing
 * reads them all in turn. What was healed or forgotten since is taken out when the list is read. */
#include "base/error.h"
#include "base/memory.h"
#include "store/state.h"

enum {
    DAMAGED_COUNT_MAX = 4096, /* noted at a time; scrubbing finds the rest once these are healed */
    SCRUB_COUNT = 256,        /* ids that scrubbing looks up at a time */
};

void store_damaged_init(store_damaged *damaged)
{
    platform_mutex_init(&damaged->lock);
}

void store_damaged_deinit(store_damaged *damaged)
{
    base_free(damaged->ids);
    platform_mutex_deinit(&damaged->lock);
}

static bool is_noted(const store_damaged *damaged, const steme_id *id)
{
    for (size_t i = 0; i < damaged->count; i++)
        if (memcmp(&damaged->ids[i], id, sizeof *id) == 0)
            return true;
    return false;
}

void store_damaged_note(steme_store *store, const steme_id *id)
{
    store_damaged *damaged = &store->damaged;
    platform_mutex_lock(&damaged->lock);
    if (damaged->ids == NULL)
        damaged->ids = base_alloc(DAMAGED_COUNT_MAX * sizeof *damaged->ids);
    bool is_new =
        damaged->ids != NULL && damaged->count < DAMAGED_COUNT_MAX && !is_noted(damaged, id);
    if (is_new)
        damaged->ids[damaged->count++] = *id;
    damaged->new_count += is_new;
    platform_mutex_unlock(&damaged->lock);
}

/* Takes out what is damaged no more. Lock held. */
static steme_status damaged_review(store_damaged *damaged, const steme_snapshot *snapshot,
                                   steme_error *error)
{
    steme_status status = STEME_OK;
    size_t kept = 0;
    for (size_t i = 0; i < damaged->count; i++) {
        store_held held = STORE_HELD_DAMAGED;
        uint64_t position;
        if (status == STEME_OK)
            status = store_find_body(snapshot->store->log, &snapshot->reading, &damaged->ids[i],
                                     &held, &position, error);
        if (status != STEME_OK || held == STORE_HELD_DAMAGED)
            damaged->ids[kept++] = damaged->ids[i];
    }
    damaged->count = kept;
    return status;
}

steme_status store_damaged_count(const steme_snapshot *snapshot, uint64_t *out_count,
                                 steme_error *error)
{
    store_damaged *damaged = &snapshot->store->damaged;
    platform_mutex_lock(&damaged->lock);
    steme_status status = damaged_review(damaged, snapshot, error);
    *out_count = damaged->count;
    platform_mutex_unlock(&damaged->lock);
    return status;
}

steme_status store_snapshot_damaged(const steme_snapshot *snapshot, size_t count_max,
                                    steme_id *out_ids, size_t *out_count, steme_error *error)
{
    store_damaged *damaged = &snapshot->store->damaged;
    platform_mutex_lock(&damaged->lock);
    steme_status status = damaged_review(damaged, snapshot, error);
    size_t count = damaged->count < count_max ? damaged->count : count_max;
    for (size_t i = 0; i < count; i++)
        out_ids[i] = damaged->ids[damaged->next++ % damaged->count];
    platform_mutex_unlock(&damaged->lock);
    *out_count = count;
    return status;
}

/* ---- Scrubbing ---------------------------------------------------------------------------- */

/* The next ids in order; none behind the last of all, where it begins again with the first. */
static steme_status scrub_take(const steme_snapshot *snapshot, size_t count_max, steme_id *out_ids,
                               size_t *out_count, steme_error *error)
{
    store_damaged *damaged = &snapshot->store->damaged;
    steme_id from;
    platform_mutex_lock(&damaged->lock);
    from = damaged->scrubbed;
    platform_mutex_unlock(&damaged->lock);
    steme_status status =
        store_snapshot_ids(snapshot, (steme_span){from.bytes, sizeof from.bytes},
                           (steme_span){NULL, 0}, count_max, out_ids, out_count, error);
    if (status != STEME_OK)
        return status;
    memset(&from, 0, sizeof from);
    if (*out_count == count_max) {
        from = out_ids[count_max - 1];
        for (size_t i = sizeof from.bytes; i-- > 0 && ++from.bytes[i] == 0;)
            continue;
    }
    platform_mutex_lock(&damaged->lock);
    damaged->scrubbed = from;
    platform_mutex_unlock(&damaged->lock);
    return STEME_OK;
}

static steme_status scrub_ids(const steme_snapshot *snapshot, const steme_id *ids, size_t count,
                              steme_error *error)
{
    steme_status status = STEME_OK;
    for (size_t i = 0; i < count && status == STEME_OK; i++) {
        store_held held;
        uint64_t position;
        status = store_find_body(snapshot->store->log, &snapshot->reading, &ids[i], &held,
                                 &position, error);
        if (status == STEME_OK && held == STORE_HELD_DAMAGED)
            store_damaged_note(snapshot->store, &ids[i]);
    }
    return status;
}

steme_status steme_store_scrub(steme_store *store, size_t id_count, uint64_t *out_found_count,
                               steme_error *error)
{
    steme_snapshot *snapshot;
    steme_id ids[SCRUB_COUNT];
    bool is_more = true;
    steme_status status = steme_snapshot_open(store, &snapshot, error);
    if (status != STEME_OK)
        return status;
    while (status == STEME_OK && is_more && id_count > 0) {
        size_t wanted = id_count < SCRUB_COUNT ? id_count : SCRUB_COUNT;
        size_t count = 0;
        status = scrub_take(snapshot, wanted, ids, &count, error);
        if (status == STEME_OK)
            status = scrub_ids(snapshot, ids, count, error);
        is_more = count == wanted;
        id_count -= wanted;
    }
    steme_snapshot_close(snapshot);
    platform_mutex_lock(&store->damaged.lock);
    *out_found_count = store->damaged.new_count;
    store->damaged.new_count = 0;
    platform_mutex_unlock(&store->damaged.lock);
    return status;
}
