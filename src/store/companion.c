/* What a room above keeps beside a store, and what of the log a snapshot shows. */
#include "base/error.h"
#include "store/state.h"

steme_status store_snapshot_companion(const steme_snapshot *snapshot,
                                      const store_companion_kind *kind, void **out_companion,
                                      steme_error *error)
{
    steme_store *store = snapshot->store;
    platform_mutex_lock(&store->lock);
    if (store->companion == NULL) {
        store->companion = kind->create();
        store->companion_kind = kind;
    }
    void *companion = store->companion;
    platform_mutex_unlock(&store->lock);
    if (companion == NULL)
        return base_fail(error, STEME_NO_MEMORY, "store: out of memory");
    *out_companion = companion;
    return STEME_OK;
}

void store_companion_end(steme_store *store)
{
    if (store->companion != NULL)
        store->companion_kind->destroy(store->companion);
    store->companion = NULL;
}

uint64_t store_snapshot_loss_count(const steme_snapshot *snapshot)
{
    return atomic_load(&snapshot->store->loss_count);
}

uint64_t store_snapshot_end(const steme_snapshot *snapshot)
{
    return snapshot->log_end;
}

uint64_t store_snapshot_arrival_end(const steme_snapshot *snapshot, uint64_t arrival_ns)
{
    return log_arrival_end(snapshot->store->log, arrival_ns, snapshot->log_end);
}

steme_status store_snapshot_find(const steme_snapshot *snapshot, const steme_id *id,
                                 uint64_t *out_position, steme_error *error)
{
    store_held held;
    steme_status status =
        store_find_body(snapshot->store->log, &snapshot->reading, id, &held, out_position, error);
    return status == STEME_OK && held == STORE_HELD_NOT ? STEME_NOT_FOUND : status;
}
