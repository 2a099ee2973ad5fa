#include "base/bytes.h"
#include "base/error.h"
#include "base/memory.h"
#include "merkle/proof.h"
#include "record/envelope.h"
#include "store/state.h"

#include <assert.h>

/* ---- Opening ------------------------------------------------------------------------------ */

steme_status steme_snapshot_open(steme_store *store, steme_snapshot **out_snapshot,
                                 steme_error *error)
{
    steme_snapshot *snapshot = base_alloc_zero(1, sizeof *snapshot);
    if (snapshot == NULL)
        return base_fail(error, STEME_NO_MEMORY, "snapshot: out of memory");
    platform_mutex_lock(&store->lock);
    steme_status status = STEME_OK;
    if (store->is_read_only)
        status = store_reader_catch_up(store, error);
    else if (store->index == NULL)
        status = base_fail(error, STEME_READ_ONLY, "%s", store->failure.message);
    if (status == STEME_OK)
        status = index_view_acquire(store->index, &snapshot->view, error);
    if (status == STEME_OK) {
        snapshot->store = store;
        snapshot->reading.view = snapshot->view;
        snapshot->reading.tails[0] = index_tail_retain(store->active);
        index_tail_mark_published(store->active, &snapshot->reading.marks[0]);
        if (store->sealed != NULL) {
            snapshot->reading.tails[1] = index_tail_retain(store->sealed);
            index_tail_mark_published(store->sealed, &snapshot->reading.marks[1]);
        }
        snapshot->log_end = store->published_end;
        snapshot->counts = store->counts;
        snapshot->vectors = store_vectors_retain(store->vectors);
        bool is_kept_newer = store->newest_crown_position > store->crown_position;
        merkle_crown_copy(is_kept_newer ? &store->newest_crown : &store->crown, &snapshot->crown);
        snapshot->crown_position =
            is_kept_newer ? store->newest_crown_position : store->crown_position;
        snapshot->generation = store->generation;
    }
    platform_mutex_unlock(&store->lock);
    if (status != STEME_OK) {
        base_free(snapshot);
        return status;
    }
    *out_snapshot = snapshot;
    return STEME_OK;
}

void steme_snapshot_close(steme_snapshot *snapshot)
{
    if (snapshot == NULL)
        return;
    index_view_release(snapshot->view);
    for (size_t i = 0; i < INDEX_TAIL_COUNT_MAX; i++)
        index_tail_release((index_tail *)(uintptr_t)snapshot->reading.tails[i]);
    merkle_crown_deinit(&snapshot->crown);
    store_vectors_release(snapshot->vectors);
    base_free(snapshot);
}

const uint8_t *store_snapshot_hash_key(const steme_snapshot *snapshot)
{
    return snapshot->store->layout.hash_key;
}

const index_reading *store_snapshot_reading(const steme_snapshot *snapshot)
{
    return &snapshot->reading;
}

/* ---- Records ------------------------------------------------------------------------------ */

steme_status store_entry_record(const log_entry *entry, steme_record *out_record,
                                steme_error *error)
{
    steme_status status = record_parse_known(entry->body, &entry->id, out_record, error);
    if (status != STEME_OK && error != NULL)
        error->status = STEME_CORRUPT;
    return status == STEME_OK ? STEME_OK : STEME_CORRUPT;
}

steme_status store_snapshot_read(const steme_snapshot *snapshot, uint64_t position,
                                 steme_record *out_record, steme_error *error)
{
    log_entry entry;
    const log_journal *log = snapshot->store->log;
    steme_status status = log_read(log, position, &entry, error);
    if (status == STEME_OK && entry.is_damaged) {
        /* It may have come again. */
        store_held held;
        status = store_find_body(log, &snapshot->reading, &entry.id, &held, &position, error);
        if (status == STEME_OK && held == STORE_HELD_WHOLE)
            status = log_read(log, position, &entry, error);
        else if (status == STEME_OK && held == STORE_HELD_DAMAGED)
            store_damaged_note(snapshot->store, &entry.id);
    }
    if (status == STEME_CORRUPT && error != NULL)
        error->status = STEME_ABSENT; /* damaged so far that it does not say whose it is */
    if (status != STEME_OK)
        return status == STEME_CORRUPT ? STEME_ABSENT : status;
    if (entry.kind == LOG_ENTRY_ABSENT || entry.is_damaged)
        return base_fail(error, STEME_ABSENT, "segment %llu, byte %llu: the record is %s",
                         (unsigned long long)(position >> 32),
                         (unsigned long long)(position & UINT32_MAX),
                         entry.is_damaged ? "damaged" : "not held any more");
    return store_entry_record(&entry, out_record, error);
}

void store_snapshot_prefetch(const steme_snapshot *snapshot, uint64_t position)
{
    log_prefetch(snapshot->store->log, position);
}

steme_status store_reading_find(const index_reading *reading, const steme_id *id,
                                bool *out_is_found, uint64_t *out_position, steme_error *error)
{
    uint8_t row[40];
    steme_span prefix = {id->bytes, STEME_ID_SIZE};
    steme_status status = index_probe(reading, STORE_TABLE_ID, prefix, row, out_is_found, error);
    if (status == STEME_OK && *out_is_found)
        *out_position = store_row_position(row, sizeof row);
    return status;
}

steme_status steme_snapshot_get(steme_snapshot *snapshot, const steme_id *id,
                                steme_record *out_record, steme_error *error)
{
    store_held held;
    uint64_t position;
    steme_status status =
        store_find_body(snapshot->store->log, &snapshot->reading, id, &held, &position, error);
    if (status != STEME_OK)
        return status;
    char digits[2 * STEME_ID_SIZE + 1];
    if (held == STORE_HELD_NOT) {
        base_hex_encode(id->bytes, STEME_ID_SIZE, digits);
        return base_fail(error, STEME_NOT_FOUND, "no record has the id %s", digits);
    }
    if (held == STORE_HELD_PURGED)
        return store_fail_forgotten(snapshot->store, id, error);
    if (held == STORE_HELD_DAMAGED)
        store_damaged_note(snapshot->store, id);
    steme_record record;
    status = store_snapshot_read(snapshot, position, &record, error);
    if (status != STEME_OK)
        return status;
    if (memcmp(&record.id, id, sizeof *id) != 0)
        return base_fail(error, STEME_CORRUPT, "segment %llu, byte %llu: holds another record",
                         (unsigned long long)(position >> 32),
                         (unsigned long long)(position & UINT32_MAX));
    *out_record = record;
    return STEME_OK;
}

steme_status steme_proof_check(steme_span proof, const steme_id *id, const steme_id *root,
                               steme_error *error)
{
    return merkle_proof_check(proof, id, root, error);
}

void steme_free(void *memory)
{
    base_free(memory);
}
