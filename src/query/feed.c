/* Matches in ascending (stamp, id).
 *
 * Rows give the stamp's time. AGENT and STAMP rows are ascending by it and are read as they go;
 * what other plans find is kept as (time, position) and sorted. Either way the records of one time
 * come together, and these are then put in order by their whole stamps and ids.
 *
 * A limit saves work. No more hits are kept than may still be given, and a record behind these is
 * not interpreted. Where many rows would have to be walked, the earliest stamps are tried first:
 * the limit may be reached among them. */
#include "base/bytes.h"
#include "base/error.h"
#include "query/state.h"

#include <stdlib.h>
#include <steme/clock.h>
#include <string.h>

enum {
    PRUNE_COUNT_MIN = 4096,
    HIT_PRUNE_COUNT_MIN = 64,
    TRIAL_LIMIT_MAX = 4096,     /* a limit up to which hits are kept rather than entries */
    TRIAL_ROW_COUNT_MAX = 4096, /* stamps that are tried before the plan's rows are walked */
};

static const uint64_t no_position = 0; /* a segment begins with its header */

/* ---- Entries ------------------------------------------------------------------------------ */

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

/* ---- Hits --------------------------------------------------------------------------------- */

static int compare_hits(const void *left_item, const void *right_item)
{
    const query_hit *left = left_item;
    const query_hit *right = right_item;
    int order = steme_stamp_compare(&left->stamp, &right->stamp);
    return order != 0 ? order : memcmp(left->id.bytes, right->id.bytes, STEME_ID_SIZE);
}

static void begin_hits(steme_query *query)
{
    const steme_query_options *options = &query->options;
    bool is_limited = options->limit != 0 && options->limit - query->given_count < SIZE_MAX / 2;
    query->hit_count = 0;
    query->next_hit = 0;
    query->has_hit_bound = false;
    query->hit_room = is_limited ? (size_t)(options->limit - query->given_count) : SIZE_MAX;
}

/* Puts the hits in order, each record once (the log may have it twice), and leaves those that there
 * is room for. */
static void sort_hits(steme_query *query)
{
    size_t count = 0;
    query_hit *hits = query->hits;
    if (query->hit_count > 1)
        qsort(hits, query->hit_count, sizeof *hits, compare_hits);
    for (size_t i = 0; i < query->hit_count && count < query->hit_room; i++)
        if (count == 0 || compare_hits(&hits[count - 1], &hits[i]) != 0)
            hits[count++] = hits[i];
    query->hit_count = count;
    query->has_hit_bound = count == query->hit_room;
}

static steme_status add_hit(steme_query *query, const query_hit *hit, steme_error *error)
{
    if (query->hit_count >= HIT_PRUNE_COUNT_MIN && query->hit_count / 2 >= query->hit_room)
        sort_hits(query);
    steme_status status = query_grow((void **)&query->hits, &query->hit_capacity, query->hit_count,
                                     sizeof *query->hits, error);
    if (status == STEME_OK)
        query->hits[query->hit_count++] = *hit;
    return status;
}

/* Adds the record at a position to the hits, if it matches and may still be given. */
static steme_status collect_hit(steme_query *query, uint64_t position, steme_error *error)
{
    steme_match *match = &query->match;
    bool is_candidate;
    query->match_position = no_position;
    steme_status status = query_read_record(query, position, &match->record, &is_candidate, error);
    if (status != STEME_OK || !is_candidate)
        return status;
    query_hit hit = {match->record.stamp, match->record.id, position};
    if (query->has_hit_bound && compare_hits(&hit, &query->hits[query->hit_room - 1]) >= 0)
        return STEME_OK;
    if (!query_interpret(query, &match->record, &match->statement))
        return STEME_OK;
    lifecycle_reset(query->lifecycle);
    status = query_is_of_wanted(query, &match->record, &match->statement.as.assertion.epoch,
                                &is_candidate, error);
    if (status != STEME_OK || !is_candidate)
        return status;
    query->match_position = position;
    return add_hit(query, &hit, error);
}

/* Collects the matches of the next stamp's time, which may be none. */
static steme_status collect_hits(steme_query *query, steme_error *error)
{
    uint64_t time_ns = query->ahead.time_ns;
    steme_status status = STEME_OK;
    begin_hits(query);
    while (status == STEME_OK && query->has_ahead && query->ahead.time_ns == time_ns) {
        status = collect_hit(query, query->ahead.position, error);
        if (status == STEME_OK)
            status = read_entry_ahead(query, error);
    }
    sort_hits(query);
    return status;
}

/* ---- Opening ------------------------------------------------------------------------------ */

static steme_status open_cursor(steme_query *query, query_plan_kind kind, steme_error *error)
{
    index_cursor *cursor = base_arena_alloc(&query->arena, sizeof *cursor);
    if (cursor == NULL)
        return base_fail(error, STEME_NO_MEMORY, "query: out of memory");
    steme_status status =
        query_plan_open_cursor(query, kind, cursor, &query->cursor_time_offset, error);
    if (status == STEME_OK)
        query->cursor = cursor;
    return status == STEME_OK ? read_entry_ahead(query, error) : status;
}

static void close_cursor(steme_query *query)
{
    index_cursor_close(query->cursor);
    query->cursor = NULL;
    query->has_ahead = false;
}

/* Collects hits from the earliest stamps on, until these are all that will be given. *out_is_done
 * false, and no hits, where that took too long. */
static steme_status try_stamps(steme_query *query, bool *out_is_done, steme_error *error)
{
    uint64_t time_ns = 0;
    *out_is_done = false;
    begin_hits(query);
    steme_status status = open_cursor(query, QUERY_PLAN_STAMPS, error);
    if (status != STEME_OK)
        return status;
    for (size_t i = 0; status == STEME_OK && i < TRIAL_ROW_COUNT_MAX; i++) {
        if (query->has_ahead && query->ahead.time_ns != time_ns &&
            query->hit_count >= query->hit_room)
            sort_hits(query);
        *out_is_done = !query->has_ahead ||
                       (query->ahead.time_ns != time_ns && query->hit_count >= query->hit_room);
        if (*out_is_done)
            break;
        time_ns = query->ahead.time_ns;
        status = collect_hit(query, query->ahead.position, error);
        if (status == STEME_OK)
            status = read_entry_ahead(query, error);
    }
    close_cursor(query);
    return status;
}

/* The hits that a limit leaves of all the plan's rows. */
static steme_status walk_hits(steme_query *query, query_plan_kind kind, bool is_large,
                              steme_error *error)
{
    bool is_done = false;
    steme_status status = is_large ? try_stamps(query, &is_done, error) : STEME_OK;
    if (status == STEME_OK && !is_done) {
        begin_hits(query);
        status = query_plan_walk(query, kind, collect_hit, error);
    }
    sort_hits(query);
    return status;
}

static steme_status walk_entries(steme_query *query, query_plan_kind kind, steme_error *error)
{
    steme_status status = query_plan_walk(query, kind, collect_entry, error);
    if (status == STEME_OK && query->entry_count > 1)
        qsort(query->entries, query->entry_count, sizeof *query->entries, compare_entries);
    return status == STEME_OK ? read_entry_ahead(query, error) : status;
}

steme_status query_feed_open(steme_query *query, steme_error *error)
{
    query_plan_kind kind;
    bool is_large;
    steme_status status = query_plan_choose(query, &kind, &is_large, error);
    if (status != STEME_OK)
        return status;
    if (kind == QUERY_PLAN_AGENT || kind == QUERY_PLAN_STAMPS)
        return open_cursor(query, kind, error);
    if (query->options.limit != 0 && query->options.limit <= TRIAL_LIMIT_MAX)
        return walk_hits(query, kind, is_large, error);
    return walk_entries(query, kind, error);
}

/* ---- Giving ------------------------------------------------------------------------------- */

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
            status = load_hit(query, &query->hits[query->next_hit++], out_is_found, error);
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
