/* The trie of a snapshot: its crown, brought up to date from the newest that there is, root, proofs
 * and what replication asks. */
#include "base/error.h"
#include "base/memory.h"
#include "merkle/proof.h"
#include "store/state.h"

enum { SORTED_ID_COUNT_MIN = 256 };

/* ---- Ids that came after a position ------------------------------------------------------- */

typedef struct id_list {
    steme_id *ids;
    size_t count;
    size_t capacity;
} id_list;

static bool id_list_reserve(id_list *list)
{
    if (list->count < list->capacity)
        return true;
    size_t capacity = list->capacity * 2 + 1024;
    steme_id *grown = base_realloc(list->ids, capacity * sizeof *grown);
    if (grown == NULL)
        return false;
    list->ids = grown;
    list->capacity = capacity;
    return true;
}

static steme_status fail_no_memory(steme_error *error)
{
    return base_fail(error, STEME_NO_MEMORY, "trie: out of memory");
}

/* Sorts, and drops doubles. */
static steme_status id_list_sort(id_list *list, steme_error *error)
{
    if (list->count == 0)
        return STEME_OK;
    uint8_t *scratch = base_alloc(list->count * sizeof(steme_id));
    if (scratch == NULL)
        return fail_no_memory(error);
    list->count = index_rows_sort(list->ids->bytes, list->count, sizeof(steme_id), scratch);
    base_free(scratch);
    return STEME_OK;
}

steme_status store_drop_held(const index_reading *reading, uint64_t before, steme_id *ids,
                             size_t *count, steme_error *error)
{
    size_t kept = 0;
    for (size_t i = 0; i < *count; i++) {
        bool is_found;
        uint64_t position;
        steme_status status = store_reading_find(reading, &ids[i], &is_found, &position, error);
        if (status != STEME_OK)
            return status;
        if (!is_found || position >= before)
            ids[kept++] = ids[i];
    }
    *count = kept;
    return STEME_OK;
}

/* The ids of the log's entries between two positions, as they stand there. */
static steme_status read_log_ids(const log_journal *log, uint64_t from, uint64_t to, id_list *list,
                                 steme_error *error)
{
    log_scan scan;
    log_entry entry;
    log_scan_init(&scan, log, from, NULL, to);
    while (log_scan_next(&scan, &entry)) {
        if (!id_list_reserve(list))
            return fail_no_memory(error);
        list->ids[list->count++] = entry.id;
    }
    return STEME_OK;
}

/* Most entries are new ids; only where there are too many of them is it looked which are not. */
static steme_status keep_expected(const steme_snapshot *snapshot, uint64_t from, uint64_t expected,
                                  id_list *list, steme_error *error)
{
    steme_status status = id_list_sort(list, error);
    if (status == STEME_OK && list->count > expected)
        status = store_drop_held(&snapshot->reading, from, list->ids, &list->count, error);
    if (status == STEME_OK && list->count != expected)
        status = base_fail(error, STEME_CORRUPT, "trie: the log gives %zu ids, not %llu",
                           list->count, (unsigned long long)expected);
    return status;
}

steme_status store_snapshot_new_ids(const steme_snapshot *snapshot, uint64_t from, uint64_t to,
                                    uint64_t expected, steme_id **out_ids, steme_error *error)
{
    id_list list = {0};
    steme_status status = read_log_ids(snapshot->store->log, from, to, &list, error);
    if (status == STEME_OK)
        status = keep_expected(snapshot, from, expected, &list, error);
    if (status != STEME_OK) {
        base_free(list.ids);
        return status;
    }
    *out_ids = list.ids;
    return STEME_OK;
}

static steme_status read_tail_ids(const index_reading *reading, uint64_t from, id_list *list,
                                  steme_error *error)
{
    index_reading tails = *reading;
    index_range all = {{NULL, 0}, {NULL, 0}};
    index_cursor cursor;
    const uint8_t *row;
    tails.view = NULL;
    steme_status status = index_cursor_open(&cursor, &tails, STORE_TABLE_ID, &all, error);
    if (status != STEME_OK)
        return status;
    while ((status = index_cursor_next(&cursor, &row, error)) == STEME_OK && row != NULL) {
        if (store_row_position(row, store_tables[STORE_TABLE_ID].row_size) < from)
            continue;
        if (!id_list_reserve(list)) {
            status = fail_no_memory(error);
            break;
        }
        memcpy(list->ids[list->count++].bytes, row, STEME_ID_SIZE);
    }
    index_cursor_close(&cursor);
    return status;
}

/* As store_snapshot_new_ids, up to the snapshot's end, without the log: all rows of the tails are
 * looked at. */
static steme_status new_ids_of_tails(const steme_snapshot *snapshot, uint64_t from,
                                     uint64_t expected, steme_id **out_ids, steme_error *error)
{
    id_list list = {0};
    steme_status status = read_tail_ids(&snapshot->reading, from, &list, error);
    if (status == STEME_OK)
        status = keep_expected(snapshot, from, expected, &list, error);
    if (status != STEME_OK) {
        base_free(list.ids);
        return status;
    }
    *out_ids = list.ids;
    return STEME_OK;
}

/* ---- The crown ---------------------------------------------------------------------------- */

/* A seek in the tails costs more than in the index, as they are not sorted: for many ids they are
 * sorted once, with the ids. */
static steme_status with_tail_ids(const steme_snapshot *snapshot, const steme_id *ids, size_t count,
                                  id_list *out_list, steme_error *error)
{
    *out_list = (id_list){0};
    steme_status status = read_tail_ids(&snapshot->reading, 0, out_list, error);
    for (size_t i = 0; status == STEME_OK && i < count; i++) {
        if (!id_list_reserve(out_list))
            status = fail_no_memory(error);
        else
            out_list->ids[out_list->count++] = ids[i];
    }
    if (status == STEME_OK)
        status = id_list_sort(out_list, error);
    if (status != STEME_OK)
        base_free(out_list->ids);
    return status;
}

/* The snapshot's crown with `count` ids more, ascending, which the snapshot may have in its rows or
 * not. */
static steme_status grow_crown(const steme_snapshot *snapshot, const steme_id *ids, size_t count,
                               merkle_crown *out_crown, steme_error *error)
{
    store_id_source source;
    id_list all = {0};
    index_reading indexed = {.view = snapshot->reading.view};
    merkle_union all_ids;
    bool is_many = count >= SORTED_ID_COUNT_MIN;
    if (is_many) {
        steme_status status = with_tail_ids(snapshot, ids, count, &all, error);
        if (status != STEME_OK)
            return status;
    }
    merkle_source held = store_id_source_init(&source, is_many ? &indexed : &snapshot->reading);
    merkle_source both = is_many ? merkle_union_init(&all_ids, held, all.ids, all.count)
                                 : merkle_union_init(&all_ids, held, ids, count);
    steme_status status = merkle_crown_update(&snapshot->crown, ids, count, both, out_crown, error);
    store_id_source_deinit(&source);
    base_free(all.ids);
    return status;
}

/* Keeps the crown for later snapshots, if none keeps a newer one. */
static void keep_crown(const steme_snapshot *snapshot)
{
    steme_store *store = snapshot->store;
    merkle_crown old;
    merkle_crown_init(&old);
    platform_mutex_lock(&store->lock);
    if (snapshot->generation == store->generation &&
        snapshot->log_end > store->newest_crown_position) {
        old = store->newest_crown;
        merkle_crown_copy(&snapshot->crown, &store->newest_crown);
        store->newest_crown_position = snapshot->log_end;
    }
    platform_mutex_unlock(&store->lock);
    merkle_crown_deinit(&old);
}

/* The snapshot's ids that its crown has not yet. */
static steme_status lacking_ids(const steme_snapshot *snapshot, uint64_t count, steme_id **out_ids,
                                steme_error *error)
{
    uint64_t from = snapshot->crown_position;
    steme_status status =
        store_snapshot_new_ids(snapshot, from, snapshot->log_end, count, out_ids, error);
    if (status == STEME_CORRUPT) /* the log was damaged since: the tails know what it had */
        status = new_ids_of_tails(snapshot, from, count, out_ids, error);
    return status;
}

steme_status store_snapshot_crown(steme_snapshot *snapshot, steme_error *error)
{
    steme_id *ids;
    if (snapshot->crown_position >= snapshot->log_end)
        return STEME_OK;
    if (snapshot->counts.record_count < snapshot->crown.count)
        return base_fail(error, STEME_CORRUPT, "trie: it has more ids than the store");
    uint64_t count = snapshot->counts.record_count - snapshot->crown.count;
    steme_status status = lacking_ids(snapshot, count, &ids, error);
    if (status != STEME_OK)
        return status;
    merkle_crown whole;
    status = grow_crown(snapshot, ids, (size_t)count, &whole, error);
    base_free(ids);
    if (status != STEME_OK)
        return status;
    merkle_crown_deinit(&snapshot->crown);
    snapshot->crown = whole;
    snapshot->crown_position = snapshot->log_end;
    keep_crown(snapshot);
    return STEME_OK;
}

steme_status steme_snapshot_root(steme_snapshot *snapshot, steme_id *out_root,
                                 uint64_t *out_record_count, steme_error *error)
{
    steme_status status = store_snapshot_crown(snapshot, error);
    if (status != STEME_OK)
        return status;
    *out_root = merkle_crown_root(&snapshot->crown);
    *out_record_count = snapshot->crown.count;
    return STEME_OK;
}

steme_status steme_snapshot_prove(steme_snapshot *snapshot, const steme_id *id, uint8_t **out_proof,
                                  size_t *out_proof_size, steme_error *error)
{
    steme_status status = store_snapshot_crown(snapshot, error);
    if (status != STEME_OK)
        return status;
    store_id_source source;
    merkle_source ids = store_id_source_init(&source, &snapshot->reading);
    uint8_t *proof = base_alloc(MERKLE_PROOF_SIZE_MAX);
    if (proof == NULL)
        return base_fail(error, STEME_NO_MEMORY, "proof: out of memory");
    status = merkle_proof_make(&snapshot->crown, ids, id, proof, out_proof_size, error);
    store_id_source_deinit(&source);
    if (status != STEME_OK) {
        base_free(proof);
        return status;
    }
    *out_proof = proof;
    return STEME_OK;
}

/* ---- For replication ---------------------------------------------------------------------- */

steme_status store_snapshot_children(steme_snapshot *snapshot, const steme_id *prefix,
                                     unsigned depth, merkle_slot out_slots[16], steme_error *error)
{
    steme_status status = store_snapshot_crown(snapshot, error);
    if (status != STEME_OK)
        return status;
    store_id_source source;
    merkle_source ids = store_id_source_init(&source, &snapshot->reading);
    status = merkle_crown_children(&snapshot->crown, ids, prefix, depth, out_slots, error);
    store_id_source_deinit(&source);
    return status;
}

/* Those of `ids` that the snapshot lacks, ascending and distinct. */
static steme_status list_lacking(const steme_snapshot *snapshot, const steme_id *ids, size_t count,
                                 id_list *out_list, steme_error *error)
{
    *out_list = (id_list){.ids = base_alloc(count * sizeof *ids), .count = count};
    if (out_list->ids == NULL)
        return fail_no_memory(error);
    if (count > 0)
        memcpy(out_list->ids, ids, count * sizeof *ids);
    steme_status status = id_list_sort(out_list, error);
    if (status == STEME_OK)
        status =
            store_drop_held(&snapshot->reading, UINT64_MAX, out_list->ids, &out_list->count, error);
    if (status != STEME_OK)
        base_free(out_list->ids);
    return status;
}

steme_status store_snapshot_root_with(steme_snapshot *snapshot, const steme_id *added, size_t count,
                                      steme_id *out_root, uint64_t *out_count, steme_error *error)
{
    id_list list;
    steme_status status = store_snapshot_crown(snapshot, error);
    if (status == STEME_OK)
        status = list_lacking(snapshot, added, count, &list, error);
    if (status != STEME_OK)
        return status;
    merkle_crown grown;
    status = grow_crown(snapshot, list.ids, list.count, &grown, error);
    base_free(list.ids);
    if (status != STEME_OK)
        return status;
    *out_root = merkle_crown_root(&grown);
    *out_count = grown.count;
    merkle_crown_deinit(&grown);
    return STEME_OK;
}

steme_status store_snapshot_ids(const steme_snapshot *snapshot, steme_span lower, steme_span upper,
                                size_t count_max, steme_id *out_ids, size_t *out_count,
                                steme_error *error)
{
    index_cursor cursor;
    index_range range = {lower, upper};
    const uint8_t *row = NULL;
    size_t count = 0;
    steme_status status =
        index_cursor_open(&cursor, &snapshot->reading, STORE_TABLE_ID, &range, error);
    if (status != STEME_OK)
        return status;
    while (count < count_max && (status = index_cursor_next(&cursor, &row, error)) == STEME_OK &&
           row != NULL)
        if (count == 0 || memcmp(out_ids[count - 1].bytes, row, STEME_ID_SIZE) != 0)
            memcpy(out_ids[count++].bytes, row, STEME_ID_SIZE);
    index_cursor_close(&cursor);
    if (status == STEME_OK)
        *out_count = count;
    return status;
}
