/* What a room above keeps beside a store, and what of the log a snapshot shows. */
#include "base/error.h"
#include "store/state.h"

#include <assert.h>

steme_status store_snapshot_companion(const steme_snapshot *snapshot,
                                      const store_companion_kind *kind, void **out_companion,
                                      steme_error *error)
{
    steme_store *store = snapshot->store;
    store_companion *slot = store->companions;
    platform_mutex_lock(&store->lock);
    while (slot->kind != NULL && slot->kind != kind) {
        slot++;
        assert(slot < store->companions + STORE_COMPANION_COUNT_MAX);
    }
    if (slot->kind == NULL) {
        slot->companion = kind->create();
        slot->kind = slot->companion == NULL ? NULL : kind;
    }
    void *companion = slot->companion;
    platform_mutex_unlock(&store->lock);
    if (companion == NULL)
        return base_fail(error, STEME_NO_MEMORY, "store: out of memory");
    *out_companion = companion;
    return STEME_OK;
}

void store_companion_end(steme_store *store)
{
    for (size_t i = 0; i < STORE_COMPANION_COUNT_MAX; i++) {
        if (store->companions[i].kind != NULL)
            store->companions[i].kind->destroy(store->companions[i].companion);
        store->companions[i] = (store_companion){0};
    }
}

steme_status store_snapshot_visit_from(steme_snapshot *snapshot, uint64_t position,
                                       steme_record_visit visit, void *context, bool *out_is_whole,
                                       steme_error *error)
{
    log_scan scan;
    log_entry entry;
    steme_record record;
    *out_is_whole = true;
    if (position >= snapshot->log_end)
        return STEME_OK;
    log_scan_init(&scan, snapshot->store->log, position, NULL, snapshot->log_end);
    while (log_scan_next(&scan, &entry)) {
        if (entry.kind == LOG_ENTRY_ABSENT || entry.is_damaged) {
            *out_is_whole = false;
            continue;
        }
        steme_status status = store_entry_record(&entry, &record, error);
        if (status == STEME_OK)
            status = visit(context, &record, entry.arrival_ns, error);
        if (status != STEME_OK)
            return status;
    }
    *out_is_whole &= scan.hole_count == 0;
    return STEME_OK;
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
