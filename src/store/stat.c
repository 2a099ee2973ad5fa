#include "store/identity.h"
#include "store/state.h"

const char *steme_store_directory(const steme_store *store)
{
    return store->directory;
}

const char *steme_store_notice(const steme_store *store)
{
    return store->notice;
}

steme_status steme_store_stat(steme_store *store, steme_stat *out_stat, steme_error *error)
{
    steme_snapshot *snapshot;
    steme_stat stat = {0};
    index_stat index;
    uint64_t count;
    uint64_t damaged_count;
    steme_status status = steme_snapshot_open(store, &snapshot, error);
    if (status != STEME_OK)
        return status;
    status = steme_snapshot_root(snapshot, &stat.root, &count, error);
    if (status == STEME_OK)
        status = store_forgotten_count(store, &stat.forgotten_count, error);
    if (status == STEME_OK)
        status = store_damaged_count(snapshot, &damaged_count, error);
    if (status == STEME_OK) {
        index_stat_get(snapshot->view, &index);
        memcpy(stat.store_id, store->store_id, sizeof stat.store_id);
        store_node_peek(store->directory, stat.node);
        stat.record_count = snapshot->counts.record_count;
        /* Met when the log was indexed, or noticed since: after a scrub the one is among the other.
         */
        stat.absent_count = snapshot->counts.absent_count;
        if (stat.absent_count < damaged_count)
            stat.absent_count = damaged_count;
        stat.absent_count += stat.forgotten_count;
        stat.hole_count = snapshot->counts.hole_count;
        stat.hole_size = snapshot->counts.hole_size;
        stat.indexed_count = snapshot->view->record_count;
        stat.log_size = log_byte_count(store->log);
        stat.segment_count = log_segment_count(store->log);
        stat.index_size = index.byte_count;
        stat.run_count = index.run_count;
        *out_stat = stat;
    }
    steme_snapshot_close(snapshot);
    return status;
}
