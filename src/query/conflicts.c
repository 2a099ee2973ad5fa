/* The most disputed pairs: one pass over the fold's rows (conflicts.h), docs/lenses.md, section 8.
 *
 * Rows come pair by pair. What a pair's answer would be follows from the hashes in its rows, so the
 * log is read only where these do not tell: whether two sources have one name, which of two records
 * of one nanosecond is the newer, and the pairs in scan_is_unsettled and conflict_apart.h. Ranks
 * are kept with the keys and one position; the texts, which decide between equal ranks, are read
 * for the few at the top.
 */
#include "query/conflicts.h"
#include "base/bytes.h"
#include "base/error.h"
#include "base/hash.h"
#include "query/conflict_apart.h"
#include "query/conflict_cache.h"
#include "query/conflict_rank.h"
#include "query/state.h"

#include <stdlib.h>
#include <steme/clock.h>
#include <string.h>

typedef struct conflict_dispute {
    uint64_t rank;
    uint8_t keys[16];  /* of subject and predicate */
    uint64_t position; /* of one of its records */
} conflict_dispute;

typedef struct conflict_top {
    uint64_t rank;
    query_pair pair;
} conflict_top;

/* The hash of a source's name, by the source's own. */
typedef struct conflict_name {
    uint64_t source; /* 0 = free slot */
    uint64_t name;
} conflict_name;

typedef struct conflict_scan {
    steme_query *query;
    size_t value_offset;
    bool has_predicate;
    bool is_filtered; /* rows of other predicates are left out */
    uint8_t predicate_key[8];
    conflict_apart apart;
    steme_conflict_summary summary;

    /* The pair that the scan is in. */
    bool has_pair;
    uint8_t keys[16];
    uint64_t position; /* of its first row */
    bool has_immature; /* a row that may have taken the place of one that counts */
    conflict_row *rows;
    size_t row_count;
    size_t row_capacity;
    conflict_ranking ranking;

    /* What the pairs come to, and the times of their rows. */
    conflict_pair *pairs;
    size_t pair_count;
    size_t pair_capacity;
    bool has_future; /* a row is not mature */
    uint64_t stamp_ns_max;
    int64_t claim_time_ns_max;

    conflict_name *names;
    size_t name_count;
    size_t name_capacity;

    conflict_dispute *disputes;
    size_t dispute_count;
    size_t dispute_capacity;
    conflict_top *tops;
    size_t top_count;
    size_t top_capacity;
} conflict_scan;

static void scan_deinit(conflict_scan *scan)
{
    base_free(scan->rows);
    query_conflict_apart_deinit(&scan->apart);
    query_conflict_ranking_deinit(&scan->ranking);
    base_free(scan->pairs);
    base_free(scan->names);
    base_free(scan->disputes);
    base_free(scan->tops);
}

/* ---- From rows to records ----------------------------------------------------------------- */

/* The assertion at a position; *out_is_found false where its body is absent. */
static steme_status read_assertion(const conflict_scan *scan, uint64_t position,
                                   steme_record *out_record, steme_statement *out_statement,
                                   bool *out_is_found, steme_error *error)
{
    steme_status status = store_snapshot_read(scan->query->snapshot, position, out_record, error);
    *out_is_found = status == STEME_OK && out_record->type == STEME_ASSERTION &&
                    steme_record_interpret(out_record, out_statement, NULL) == STEME_OK;
    return status == STEME_ABSENT ? STEME_OK : status;
}

/* Subject and predicate of the pair with these keys, by the record at `position` or, where that is
 * absent, by any other. */
static steme_status find_pair(const conflict_scan *scan, const uint8_t keys[16], uint64_t position,
                              query_pair *out_pair, bool *out_is_found, steme_error *error)
{
    steme_record record;
    steme_statement statement;
    index_cursor cursor;
    steme_span bound = {keys, 16};
    steme_status status = read_assertion(scan, position, &record, &statement, out_is_found, error);
    if (status == STEME_OK && !*out_is_found) {
        status = index_cursor_open(&cursor, scan->query->reading, STORE_TABLE_CLAIM,
                                   &(index_range){bound, bound}, error);
        if (status != STEME_OK)
            return status;
        const uint8_t *row = NULL;
        do {
            status = index_cursor_next(&cursor, &row, error);
            if (status == STEME_OK && row != NULL)
                status = read_assertion(scan, base_get_u64be(row + 24), &record, &statement,
                                        out_is_found, error);
        } while (status == STEME_OK && row != NULL && !*out_is_found);
        index_cursor_close(&cursor);
    }
    if (status == STEME_OK && *out_is_found)
        *out_pair = (query_pair){statement.as.assertion.subject, statement.as.assertion.predicate};
    return status;
}

/* ---- Sources ------------------------------------------------------------------------------ */

static conflict_name *name_slot(const conflict_scan *scan, uint64_t source)
{
    size_t mask = scan->name_capacity - 1;
    size_t slot = (size_t)source & mask; /* a keyed hash: nobody outside chooses it */
    while (scan->names[slot].source != 0 && scan->names[slot].source != source)
        slot = (slot + 1) & mask;
    return &scan->names[slot];
}

static steme_status names_grow(conflict_scan *scan, steme_error *error)
{
    conflict_name *old = scan->names;
    size_t old_capacity = scan->name_capacity;
    size_t capacity = old_capacity == 0 ? 64 : old_capacity * 2;
    conflict_name *names = base_alloc_zero(capacity, sizeof *names);
    if (names == NULL)
        return base_fail(error, STEME_NO_MEMORY, "conflicts: out of memory");
    scan->names = names;
    scan->name_capacity = capacity;
    for (size_t i = 0; i < old_capacity; i++)
        if (old[i].source != 0)
            *name_slot(scan, old[i].source) = old[i];
    base_free(old);
    return STEME_OK;
}

/* Puts the hash of its source's name in place of the source. */
static steme_status name_source(conflict_scan *scan, conflict_row *row, steme_error *error)
{
    steme_record record;
    steme_statement statement;
    steme_span name;
    bool is_found;
    if (row->source == 0) /* none: the empty name */
        return STEME_OK;
    steme_status status =
        scan->name_count * 2 >= scan->name_capacity ? names_grow(scan, error) : STEME_OK;
    if (status != STEME_OK)
        return status;
    conflict_name *slot = name_slot(scan, row->source);
    if (slot->source == 0) {
        status = read_assertion(scan, row->position, &record, &statement, &is_found, error);
        if (status != STEME_OK || !is_found || statement.as.assertion.source.count == 0)
            return status;
        steme_id id = steme_id_list_get(&statement.as.assertion.source, 0);
        status = query_source_name(scan->query, &id, &name, error);
        if (status != STEME_OK)
            return status;
        slot->source = row->source;
        slot->name = base_siphash(scan->query->hash_key, name.bytes, name.size) | 1;
        scan->name_count++;
    }
    row->source = slot->name;
    return STEME_OK;
}

static bool is_same_speaker(const conflict_row *left, const conflict_row *right)
{
    return left->agent == right->agent && left->source == right->source;
}

/* By speaker, the newest first. */
static int compare_rows(const void *left_item, const void *right_item)
{
    const conflict_row *left = left_item;
    const conflict_row *right = right_item;
    if (left->agent != right->agent)
        return left->agent < right->agent ? -1 : 1;
    if (left->source != right->source)
        return left->source < right->source ? -1 : 1;
    if (left->claim_time_ns != right->claim_time_ns)
        return left->claim_time_ns > right->claim_time_ns ? -1 : 1;
    return (left->stamp_ns < right->stamp_ns) - (left->stamp_ns > right->stamp_ns);
}

/* Names the sources of each agent that has several, so that editions of one source are one. Rows
 * of one agent and source are neighbours before and after. */
static steme_status name_sources(conflict_scan *scan, steme_error *error)
{
    conflict_row *rows = scan->rows;
    for (size_t begin = 0, end; begin < scan->row_count; begin = end) {
        bool has_several = false;
        for (end = begin + 1; end < scan->row_count && rows[end].agent == rows[begin].agent; end++)
            has_several |= rows[end].source != rows[begin].source;
        for (size_t i = begin; has_several && i < end; i++) {
            steme_status status = name_source(scan, &rows[i], error);
            if (status != STEME_OK)
                return status;
        }
        if (has_several)
            qsort(&rows[begin], end - begin, sizeof *rows, compare_rows);
    }
    return STEME_OK;
}

/* ---- The newest per identity and source --------------------------------------------------- */

/* Whether the record of `row` is newer than the one of `best`, both of one claim and stamp time. */
static steme_status is_newer(const conflict_scan *scan, const conflict_row *row,
                             const conflict_row *best, bool *out_is_newer, steme_error *error)
{
    steme_record row_record;
    steme_record best_record;
    steme_statement statement;
    bool has_row;
    bool has_best = false;
    *out_is_newer = false;
    steme_status status =
        read_assertion(scan, row->position, &row_record, &statement, &has_row, error);
    if (status == STEME_OK)
        status = read_assertion(scan, best->position, &best_record, &statement, &has_best, error);
    if (status != STEME_OK || !has_row)
        return status;
    int order = has_best ? steme_stamp_compare(&row_record.stamp, &best_record.stamp) : 1;
    if (order == 0)
        order = memcmp(row_record.id.bytes, best_record.id.bytes, STEME_ID_SIZE);
    *out_is_newer = order > 0;
    return STEME_OK;
}

/* Keeps each speaker's newest row. */
static steme_status keep_newest(conflict_scan *scan, steme_error *error)
{
    conflict_row *rows = scan->rows;
    size_t kept = 0;
    for (size_t i = 0; i < scan->row_count; i++) {
        bool is_better = kept == 0 || !is_same_speaker(&rows[kept - 1], &rows[i]);
        if (is_better) {
            rows[kept++] = rows[i];
            continue;
        }
        conflict_row *best = &rows[kept - 1];
        int order = compare_rows(&rows[i], best);
        if (order == 0) {
            steme_status status = is_newer(scan, &rows[i], best, &is_better, error);
            if (status != STEME_OK)
                return status;
        }
        is_better |= order < 0;
        if (is_better)
            *best = rows[i];
    }
    scan->row_count = kept;
    return STEME_OK;
}

/* ---- Values ------------------------------------------------------------------------------- */

static bool has_several_values(const conflict_scan *scan)
{
    for (size_t i = 1; i < scan->row_count; i++)
        if (scan->rows[i].value != scan->rows[0].value)
            return true;
    return false;
}

/* ---- Pairs -------------------------------------------------------------------------------- */

/* Adds the pair that the scan is in. */
static steme_status add_pair(conflict_scan *scan, bool is_shared, bool is_disputed, uint64_t rank,
                             steme_error *error)
{
    steme_status status = query_grow((void **)&scan->pairs, &scan->pair_capacity, scan->pair_count,
                                     sizeof *scan->pairs, error);
    if (status != STEME_OK)
        return status;
    conflict_pair *pair = &scan->pairs[scan->pair_count++];
    *pair = (conflict_pair){.rank = rank,
                            .position = scan->position,
                            .is_shared = is_shared,
                            .is_disputed = is_disputed};
    memcpy(pair->keys, scan->keys, sizeof pair->keys);
    return STEME_OK;
}

/* Rows do not tell where one of them is not mature although it came in time (the clock that is
 * asked for is behind the one it came by), for it may have taken the place of one that is; nor what
 * a tolerance makes of several numbers. */
static bool scan_is_unsettled(const conflict_scan *scan)
{
    return scan->has_immature || query_conflict_apart_has(&scan->apart, scan->keys) ||
           (scan->query->options.equivalence.kind == STEME_EQUAL_NUMBER &&
            has_several_values(scan));
}

/* Settles the pair as a query would. */
static steme_status settle_from_records(conflict_scan *scan, steme_error *error)
{
    query_pair pair;
    query_resolution resolution;
    bool is_found;
    steme_status status = find_pair(scan, scan->keys, scan->position, &pair, &is_found, error);
    if (status != STEME_OK || !is_found)
        return status;
    status = query_pair_resolve(scan->query, &pair, &resolution, error);
    if (status != STEME_OK || resolution.kept_count == 0)
        return status;
    if (resolution.tally.value_count < 2)
        return add_pair(scan, resolution.is_shared, false, 0, error);
    uint64_t winner_units = 0;
    for (uint32_t i = 0; i < resolution.tally.value_count; i++)
        if (resolution.values[i].units > winner_units)
            winner_units = resolution.values[i].units;
    return add_pair(scan, resolution.is_shared, true,
                    query_conflict_rank_of(resolution.tally.identity_count, winner_units,
                                           resolution.result.conflict),
                    error);
}

static steme_status settle_pair(conflict_scan *scan, steme_error *error)
{
    uint64_t rank;
    steme_status status = STEME_OK;
    if (scan_is_unsettled(scan))
        return settle_from_records(scan, error);
    if (scan->row_count == 0)
        return STEME_OK;
    if (scan->row_count > 1) {
        status = name_sources(scan, error);
        if (status == STEME_OK)
            status = keep_newest(scan, error);
        if (status != STEME_OK)
            return status;
    }
    bool is_shared = scan->row_count > 1;
    if (!has_several_values(scan))
        return add_pair(scan, is_shared, false, 0, error);
    status = query_conflict_rank(&scan->ranking, scan->rows, scan->row_count, &rank, error);
    return status == STEME_OK ? add_pair(scan, is_shared, true, rank, error) : status;
}

/* ---- Rows --------------------------------------------------------------------------------- */

static steme_status add_row(conflict_scan *scan, const uint8_t *row, steme_error *error)
{
    const steme_query *query = scan->query;
    conflict_row parsed = {
        .agent = base_get_u64be(row + QUERY_CONFLICT_AGENT),
        .source = base_get_u64be(row + QUERY_CONFLICT_SOURCE),
        .stamp_ns = base_get_u64be(row + QUERY_CONFLICT_STAMP_TIME),
        .claim_time_ns = base_get_i64_ordered(row + QUERY_CONFLICT_CLAIM_TIME),
        .value = base_get_u64be(row + scan->value_offset),
        .position = base_get_u64be(row + QUERY_CONFLICT_POSITION),
    };
    if (scan->row_count == 0)
        scan->position = parsed.position;
    if (parsed.stamp_ns > scan->stamp_ns_max)
        scan->stamp_ns_max = parsed.stamp_ns;
    if (parsed.claim_time_ns > scan->claim_time_ns_max)
        scan->claim_time_ns_max = parsed.claim_time_ns;
    if (parsed.stamp_ns > query->stamp_time_max || parsed.claim_time_ns > query->options.as_of_ns) {
        scan->has_future = true;
        scan->has_immature |= base_get_u64be(row + QUERY_CONFLICT_HOLD) == 0;
        return STEME_OK;
    }
    steme_status status = query_grow((void **)&scan->rows, &scan->row_capacity, scan->row_count,
                                     sizeof *scan->rows, error);
    if (status == STEME_OK)
        scan->rows[scan->row_count++] = parsed;
    return status;
}

static steme_status visit_row(conflict_scan *scan, const uint8_t *row, steme_error *error)
{
    if (!scan->has_pair || memcmp(scan->keys, row, sizeof scan->keys) != 0) {
        steme_status status = scan->has_pair ? settle_pair(scan, error) : STEME_OK;
        if (status != STEME_OK)
            return status;
        memcpy(scan->keys, row, sizeof scan->keys);
        scan->has_pair = true;
        scan->has_immature = false;
        scan->row_count = 0;
    }
    return add_row(scan, row, error);
}

/* Those that begin with `prefix`. */
static steme_status scan_rows(conflict_scan *scan, steme_span prefix, steme_error *error)
{
    index_cursor cursor;
    const uint8_t *row;
    steme_status status = index_cursor_open(&cursor, scan->query->reading, QUERY_CONFLICT_TABLE,
                                            &(index_range){prefix, prefix}, error);
    if (status != STEME_OK)
        return status;
    for (;;) {
        status = index_cursor_next(&cursor, &row, error);
        if (status != STEME_OK || row == NULL)
            break;
        if (scan->is_filtered &&
            memcmp(row + QUERY_CONFLICT_PREDICATE, scan->predicate_key, 8) != 0)
            continue;
        status = visit_row(scan, row, error);
        if (status != STEME_OK)
            break;
    }
    index_cursor_close(&cursor);
    if (status == STEME_OK && scan->has_pair)
        status = settle_pair(scan, error);
    scan->has_pair = false;
    return status;
}

/* ---- What is kept between questions ------------------------------------------------------- */

static bool list_is_of(const conflict_list *list, const conflict_scan *scan)
{
    const steme_query *query = scan->query;
    return list->pairs != NULL && list->end <= store_snapshot_end(query->snapshot) &&
           list->loss_count == store_snapshot_loss_count(query->snapshot) &&
           list->stamp_ns_max <= query->stamp_time_max &&
           list->claim_time_ns_max <= query->options.as_of_ns;
}

static void list_note(conflict_list *list, const conflict_scan *scan)
{
    list->end = store_snapshot_end(scan->query->snapshot);
    list->loss_count = store_snapshot_loss_count(scan->query->snapshot);
    list->has_apart |= scan->apart.has_any;
    if (scan->stamp_ns_max > list->stamp_ns_max)
        list->stamp_ns_max = scan->stamp_ns_max;
    if (scan->claim_time_ns_max > list->claim_time_ns_max)
        list->claim_time_ns_max = scan->claim_time_ns_max;
}

/* Settles the pairs again that something new is said about. *out_is_done false where all rows have
 * to be read. */
static steme_status list_catch_up(conflict_list *list, conflict_scan *scan, bool *out_is_done,
                                  steme_error *error)
{
    uint8_t(*keys)[CONFLICT_KEYS_SIZE] = NULL;
    size_t count = 0;
    *out_is_done = false;
    if (!list_is_of(list, scan))
        return STEME_OK;
    steme_status status =
        query_conflict_list_changes(list, scan->query->snapshot, &keys, &count, out_is_done, error);
    scan->apart.is_all = list->has_apart;
    for (size_t i = 0; status == STEME_OK && *out_is_done && i < count; i++)
        status = scan_rows(scan, (steme_span){keys[i], CONFLICT_KEYS_SIZE}, error);
    base_free(keys);
    *out_is_done &= !scan->has_future;
    if (status == STEME_OK && *out_is_done)
        status = query_conflict_list_merge(list, scan->pairs, scan->pair_count, error);
    if (status == STEME_OK && *out_is_done)
        list_note(list, scan);
    scan->pair_count = 0;
    scan->apart.is_all = false;
    return status;
}

/* ---- The sum of it ------------------------------------------------------------------------ */

static steme_status add_dispute(conflict_scan *scan, const conflict_pair *pair, steme_error *error)
{
    steme_status status = query_grow((void **)&scan->disputes, &scan->dispute_capacity,
                                     scan->dispute_count, sizeof *scan->disputes, error);
    if (status != STEME_OK)
        return status;
    conflict_dispute *dispute = &scan->disputes[scan->dispute_count++];
    dispute->rank = pair->rank;
    dispute->position = pair->position;
    memcpy(dispute->keys, pair->keys, sizeof dispute->keys);
    scan->summary.disputed_count++;
    return STEME_OK;
}

static steme_status sum_up(conflict_scan *scan, const conflict_pair *pairs, size_t count,
                           steme_error *error)
{
    const conflict_pair *last = NULL; /* that was counted */
    steme_status status = STEME_OK;
    for (size_t i = 0; status == STEME_OK && i < count; i++) {
        const conflict_pair *pair = &pairs[i];
        if (scan->has_predicate && memcmp(pair->keys + 8, scan->predicate_key, 8) != 0)
            continue;
        scan->summary.subject_count += last == NULL || memcmp(last->keys, pair->keys, 8) != 0;
        scan->summary.pair_count++;
        scan->summary.shared_count += pair->is_shared;
        if (pair->is_disputed)
            status = add_dispute(scan, pair, error);
        last = pair;
    }
    return status;
}

/* Reads all rows, and keeps what they come to where that will hold; `list` NULL = nowhere. */
static steme_status scan_all(conflict_scan *scan, conflict_list *list, steme_error *error)
{
    scan->is_filtered = scan->has_predicate && list == NULL;
    steme_status status = query_conflict_apart_find(scan->query, &scan->apart, error);
    scan->has_future |= scan->apart.has_future;
    scan->stamp_ns_max = scan->apart.stamp_ns_max;
    scan->claim_time_ns_max = scan->apart.claim_time_ns_max;
    if (status == STEME_OK)
        status = scan_rows(scan, (steme_span){0}, error);
    if (status == STEME_OK)
        status = sum_up(scan, scan->pairs, scan->pair_count, error);
    if (status != STEME_OK || list == NULL || scan->has_future ||
        store_snapshot_end(scan->query->snapshot) < list->end ||
        scan->pair_count > CONFLICT_CACHE_PAIR_COUNT_MAX)
        return status;
    query_conflict_list_clear(list);
    list->pairs = scan->pairs;
    list->count = scan->pair_count;
    list_note(list, scan);
    scan->pairs = NULL;
    scan->pair_count = scan->pair_capacity = 0;
    return STEME_OK;
}

static steme_status scan_pairs(conflict_scan *scan, steme_error *error)
{
    conflict_cache *cache;
    conflict_list *list;
    bool is_done;
    steme_equivalence_kind kind = scan->query->options.equivalence.kind;
    if (kind == STEME_EQUAL_NUMBER || scan->query->options.view != NULL)
        return scan_all(scan, NULL, error);
    steme_status status =
        query_conflict_cache_begin(scan->query->snapshot, kind, &cache, &list, error);
    if (status != STEME_OK)
        return status;
    status = list_catch_up(list, scan, &is_done, error);
    if (status == STEME_OK)
        status =
            is_done ? sum_up(scan, list->pairs, list->count, error) : scan_all(scan, list, error);
    query_conflict_cache_end(cache);
    return status;
}

/* ---- The top ------------------------------------------------------------------------------ */

/* Lets a rank sink to its place in a heap with the least on top. */
static void heap_sink(uint64_t *heap, size_t count, uint64_t rank)
{
    size_t at = 0;
    for (size_t child; (child = 2 * at + 1) < count; at = child) {
        if (child + 1 < count && heap[child + 1] < heap[child])
            child++;
        if (heap[child] >= rank)
            break;
        heap[at] = heap[child];
    }
    heap[at] = rank;
}

/* The rank of the last of the `limit` greatest; 0 where there are no more than `limit`. */
static steme_status find_threshold(const conflict_scan *scan, size_t limit, uint64_t *out_rank,
                                   steme_error *error)
{
    *out_rank = 0;
    if (scan->dispute_count <= limit)
        return STEME_OK;
    uint64_t *heap = base_alloc_zero(limit, sizeof *heap);
    if (heap == NULL)
        return base_fail(error, STEME_NO_MEMORY, "conflicts: out of memory");
    for (size_t i = 0; i < scan->dispute_count; i++)
        if (scan->disputes[i].rank > heap[0])
            heap_sink(heap, limit, scan->disputes[i].rank);
    *out_rank = heap[0];
    base_free(heap);
    return STEME_OK;
}

static int compare_tops(const void *left_item, const void *right_item)
{
    const conflict_top *left = left_item;
    const conflict_top *right = right_item;
    if (left->rank != right->rank)
        return left->rank > right->rank ? -1 : 1;
    return query_pair_compare(&left->pair, &right->pair);
}

/* Reads the texts of all that may be at the top, and puts them in order. */
static steme_status find_tops(conflict_scan *scan, size_t limit, steme_error *error)
{
    uint64_t threshold;
    steme_status status = find_threshold(scan, limit, &threshold, error);
    for (size_t i = 0; status == STEME_OK && i < scan->dispute_count; i++) {
        const conflict_dispute *dispute = &scan->disputes[i];
        conflict_top top = {.rank = dispute->rank};
        bool is_found;
        if (dispute->rank < threshold)
            continue;
        status = find_pair(scan, dispute->keys, dispute->position, &top.pair, &is_found, error);
        if (status != STEME_OK || !is_found)
            continue;
        status = query_grow((void **)&scan->tops, &scan->top_capacity, scan->top_count,
                            sizeof *scan->tops, error);
        if (status == STEME_OK)
            scan->tops[scan->top_count++] = top;
    }
    if (status == STEME_OK && scan->top_count > 1)
        qsort(scan->tops, scan->top_count, sizeof *scan->tops, compare_tops);
    return status;
}

static steme_status give_tops(conflict_scan *scan, size_t limit, steme_error *error)
{
    steme_query *query = scan->query;
    for (size_t i = 0; i < scan->top_count && i < limit; i++) {
        steme_status status = query_grow((void **)&query->pairs, &query->pair_capacity,
                                         query->pair_count, sizeof *query->pairs, error);
        if (status != STEME_OK)
            return status;
        query->pairs[query->pair_count++] = scan->tops[i].pair;
    }
    return STEME_OK;
}

/* ---- Opening ------------------------------------------------------------------------------ */

static void scan_init(conflict_scan *scan, steme_query *query, steme_span predicate)
{
    steme_equivalence_kind kind = query->options.equivalence.kind;
    *scan = (conflict_scan){.query = query};
    scan->value_offset = QUERY_CONFLICT_VALUE;
    if (kind == STEME_EQUAL_FOLDED)
        scan->value_offset += 8;
    else if (kind == STEME_EQUAL_NORMALIZED)
        scan->value_offset += 16;
    scan->has_predicate = predicate.size > 0;
    if (scan->has_predicate)
        base_put_u64be(scan->predicate_key, store_predicate_key(query->hash_key, predicate));
}

steme_status steme_conflicts_open(steme_snapshot *snapshot, const steme_conflict_options *options,
                                  steme_conflict_summary *out_summary, steme_query **out_query,
                                  steme_error *error)
{
    steme_query_options query_options = {
        .lens = STEME_LENS_SKEPTIC,
        .predicate = options->predicate,
        .equivalence = options->equivalence,
        .evaluated_at_ns = options->evaluated_at_ns,
        .view = options->view,
    };
    size_t limit = options->limit == 0 ? QUERY_CONFLICT_LIMIT : (size_t)options->limit;
    steme_query *query;
    conflict_scan scan;
    if (options->limit > QUERY_CONFLICT_LIMIT_MAX)
        return base_fail(error, STEME_INVALID, "limit: at most %d conflicts",
                         (int)QUERY_CONFLICT_LIMIT_MAX);
    steme_status status = query_new(snapshot, &query_options, &query, error);
    if (status != STEME_OK)
        return status;
    query->is_ranked = true;
    scan_init(&scan, query, options->predicate);
    status = scan_pairs(&scan, error);
    if (status == STEME_OK)
        status = find_tops(&scan, limit, error);
    if (status == STEME_OK)
        status = give_tops(&scan, limit, error);
    if (status == STEME_OK) {
        *out_summary = scan.summary;
        *out_query = query;
    } else {
        steme_query_close(query);
    }
    scan_deinit(&scan);
    return status;
}
