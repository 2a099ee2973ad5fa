/* Matches in ascending (stamp, id).
 *
 * Rows give the stamp's time. AGENT and STAMP rows are ascending by it and are read as they go;
 * what other plans find is kept as (time, position) and sorted. Either way the records of one time
 * come together, and these few are then put in order by their whole stamps and ids. */
#include "base/bytes.h"
#include "base/error.h"
#include "query/state.h"

#include <stdlib.h>
#include <steme/clock.h>
#include <string.h>

enum { PRUNE_COUNT_MIN = 4096 };

static int compare_entries(const void *left_item, const void *right_item)
{
    const query_entry *left = left_item;
    const query_entry *right = right_item;
    if (left->time_ns != right->time_ns)
        return left->time_ns < right->time_ns ? -1 : 1;
    return (left->position > right->position) - (left->position < right->position);
}

/* Keeps the first `limit` entries and those of the last one's time. */
static void prune_entries(steme_query *query)
{
    size_t limit = (size_t)query->options.limit;
    qsort(query->entries, query->entry_count, sizeof *query->entries, compare_entries);
    uint64_t last_time = query->entries[limit - 1].time_ns;
    while (limit < query->entry_count && query->entries[limit].time_ns == last_time)
        limit++;
    query->entry_count = limit;
}

static steme_status collect_entry(steme_query *query, uint64_t position, steme_error *error)
{
    steme_record record;
    bool is_match;
    steme_status status =
        query_read(query, position, &record, &query->match.statement, &is_match, error);
    if (status != STEME_OK || !is_match)
        return status;
    if (query->entry_count == query->entry_capacity && query->options.limit > 0 &&
        query->entry_count >= PRUNE_COUNT_MIN && query->options.limit < query->entry_count / 2)
        prune_entries(query);
    status = query_grow((void **)&query->entries, &query->entry_capacity, query->entry_count,
                        sizeof *query->entries, error);
    if (status == STEME_OK)
        query->entries[query->entry_count++] = (query_entry){record.stamp.time_ns, position};
    return status;
}

static steme_status read_entry_ahead(steme_query *query, steme_error *error)
{
    const uint8_t *row;
    if (query->cursor == NULL) {
        query->has_ahead = query->next_entry < query->entry_count;
        if (query->has_ahead)
            query->ahead = query->entries[query->next_entry++];
        return STEME_OK;
    }
    steme_status status = index_cursor_next(query->cursor, &row, error);
    query->has_ahead = status == STEME_OK && row != NULL;
    if (query->has_ahead) {
        query->ahead.time_ns = base_get_u64be(row + query->cursor_time_offset);
        query->ahead.position = base_get_u64be(row + query->cursor_time_offset + 8);
    }
    return status;
}

steme_status query_feed_open(steme_query *query, steme_error *error)
{
    query_plan_kind kind;
    steme_status status = query_plan_choose(query, &kind, error);
    if (status != STEME_OK)
        return status;
    if (kind != QUERY_PLAN_AGENT && kind != QUERY_PLAN_STAMPS) {
        status = query_plan_walk(query, kind, collect_entry, error);
        if (status == STEME_OK && query->entry_count > 1)
            qsort(query->entries, query->entry_count, sizeof *query->entries, compare_entries);
    } else {
        index_cursor *cursor = base_arena_alloc(&query->arena, sizeof *cursor);
        if (cursor == NULL)
            return base_fail(error, STEME_NO_MEMORY, "query: out of memory");
        status = query_plan_open_cursor(query, kind, cursor, &query->cursor_time_offset, error);
        if (status == STEME_OK)
            query->cursor = cursor;
    }
    return status == STEME_OK ? read_entry_ahead(query, error) : status;
}

static int compare_hits(const void *left_item, const void *right_item)
{
    const query_hit *left = left_item;
    const query_hit *right = right_item;
    int order = steme_stamp_compare(&left->stamp, &right->stamp);
    return order != 0 ? order : memcmp(left->id.bytes, right->id.bytes, STEME_ID_SIZE);
}

/* Collects the matches of the next stamp's time, which may be none. */
static steme_status collect_hits(steme_query *query, steme_error *error)
{
    uint64_t time_ns = query->ahead.time_ns;
    steme_status status = STEME_OK;
    query->hit_count = 0;
    query->next_hit = 0;
    while (status == STEME_OK && query->has_ahead && query->ahead.time_ns == time_ns) {
        bool is_match;
        steme_record *record = &query->match.record;
        query->match_position = query->ahead.position;
        status = query_read(query, query->ahead.position, record, &query->match.statement,
                            &is_match, error);
        if (status == STEME_OK && is_match)
            status = query_grow((void **)&query->hits, &query->hit_capacity, query->hit_count,
                                sizeof *query->hits, error);
        if (status == STEME_OK && is_match)
            query->hits[query->hit_count++] =
                (query_hit){record->stamp, record->id, query->ahead.position};
        if (status == STEME_OK)
            status = read_entry_ahead(query, error);
    }
    if (query->hit_count > 1)
        qsort(query->hits, query->hit_count, sizeof *query->hits, compare_hits);
    return status;
}

/* A record that the log has twice is given once. */
static bool is_repeated(const steme_query *query, size_t hit)
{
    return hit > 0 &&
           memcmp(query->hits[hit - 1].id.bytes, query->hits[hit].id.bytes, STEME_ID_SIZE) == 0;
}

/* Puts a hit into query->match, unless it is there. */
static steme_status load_hit(steme_query *query, const query_hit *hit, bool *out_is_match,
                             steme_error *error)
{
    *out_is_match = true;
    if (query->match_position == hit->position)
        return STEME_OK;
    query->match_position = hit->position;
    return query_read(query, hit->position, &query->match.record, &query->match.statement,
                      out_is_match, error);
}

steme_status query_feed_next(steme_query *query, bool *out_is_found, steme_error *error)
{
    *out_is_found = false;
    while (!*out_is_found) {
        steme_status status = STEME_OK;
        if (query->next_hit < query->hit_count) {
            size_t hit = query->next_hit++;
            if (!is_repeated(query, hit))
                status = load_hit(query, &query->hits[hit], out_is_found, error);
        } else if (query->has_ahead) {
            status = collect_hits(query, error);
        } else {
            return STEME_OK;
        }
        if (status != STEME_OK)
            return status;
    }
    return STEME_OK;
}
