/* Which rows of which table lead to the records that may match.
 *
 * A subject decides. Else the plans that the filters allow are compared by how many rows they begin
 * with, counted up to QUERY_PLAN_COUNT_MAX. */
#include "base/bytes.h"
#include "query/authorities.h"
#include "query/state.h"

#include <string.h>

enum {
    CLAIM_ROW_SIZE = 32,
    CLAIM_KEYS_SIZE = 16,
    CLAIM_BOUND_SIZE = 24, /* with the claim time */
    STAMP_ROW_SIZE = 16,
    AGENT_ROW_SIZE = 24,
    SOURCE_ROW_SIZE = 16,
    TERM_SUBJECT_OFFSET = 8,
    AHEAD_COUNT = 16, /* records that are fetched while others are read */
};

static steme_status walk_rows(steme_query *query, uint32_t table, const index_range *range,
                              size_t row_size, query_visit visit, steme_error *error)
{
    index_cursor cursor;
    uint64_t positions[AHEAD_COUNT];
    const uint8_t *row = NULL;
    steme_status status = index_cursor_open(&cursor, query->reading, table, range, error);
    if (status != STEME_OK)
        return status;
    do {
        size_t count = 0;
        while (count < AHEAD_COUNT &&
               (status = index_cursor_next(&cursor, &row, error)) == STEME_OK && row != NULL) {
            positions[count] = store_row_position(row, row_size);
            store_snapshot_prefetch(query->snapshot, positions[count++]);
        }
        for (size_t i = 0; status == STEME_OK && i < count; i++)
            status = visit(query, positions[i], error);
    } while (status == STEME_OK && row != NULL);
    index_cursor_close(&cursor);
    return status;
}

/* The claims of one subject and predicate, as far as their claim times may match. */
static steme_status walk_pair(steme_query *query, const uint8_t keys[CLAIM_KEYS_SIZE],
                              query_visit visit, steme_error *error)
{
    uint8_t lower[CLAIM_BOUND_SIZE];
    uint8_t upper[CLAIM_BOUND_SIZE];
    const steme_query_options *options = &query->options;
    memcpy(lower, keys, CLAIM_KEYS_SIZE);
    memcpy(upper, keys, CLAIM_KEYS_SIZE);
    base_put_i64_ordered(lower + CLAIM_KEYS_SIZE,
                         options->has_since ? options->since_ns : INT64_MIN);
    base_put_i64_ordered(upper + CLAIM_KEYS_SIZE, options->as_of_ns);
    index_range range = {{lower, sizeof lower}, {upper, sizeof upper}};
    return walk_rows(query, STORE_TABLE_CLAIM, &range, CLAIM_ROW_SIZE, visit, error);
}

static steme_status walk_prefix(steme_query *query, store_table table, const uint8_t *prefix,
                                size_t prefix_size, size_t row_size, query_visit visit,
                                steme_error *error)
{
    steme_span bound = {prefix, prefix_size};
    return walk_rows(query, table, &(index_range){bound, bound}, row_size, visit, error);
}

/* ---- Keys --------------------------------------------------------------------------------- */

static void pair_key(const steme_query *query, const query_pair *pair, uint8_t key[CLAIM_KEYS_SIZE])
{
    base_put_u64be(key, store_subject_key(query->hash_key, pair->subject));
    base_put_u64be(key + 8, store_predicate_key(query->hash_key, pair->predicate));
}

/* The leading bytes of a plan's rows; their count. */
static size_t plan_key(const steme_query *query, query_plan_kind kind, uint8_t key[CLAIM_KEYS_SIZE])
{
    const steme_query_options *options = &query->options;
    steme_span prefix = options->subject_prefix;
    switch (kind) {
    case QUERY_PLAN_PAIR:
        pair_key(query, &(query_pair){options->subject, options->predicate}, key);
        return 16;
    case QUERY_PLAN_SUBJECT:
        base_put_u64be(key, store_subject_key(query->hash_key, options->subject));
        return 8;
    case QUERY_PLAN_SOURCE:
        memcpy(key, options->source->bytes, 8);
        return 8;
    case QUERY_PLAN_AGENT:
        memcpy(key, options->agent->bytes, 8);
        return 8;
    case QUERY_PLAN_PREFIX:
        prefix.size = store_term_prefix_size(prefix);
        base_put_u64be(key, store_term_prefix_key(query->hash_key, prefix));
        return 8;
    case QUERY_PLAN_PREDICATE:
        base_put_u64be(key, store_term_predicate_key(query->hash_key, options->predicate));
        return 8;
    case QUERY_PLAN_CLAIMS:
    case QUERY_PLAN_STAMPS:
        break;
    }
    return 0;
}

static store_table plan_table(query_plan_kind kind)
{
    static const store_table tables[] = {
        [QUERY_PLAN_PAIR] = STORE_TABLE_CLAIM,    [QUERY_PLAN_SUBJECT] = STORE_TABLE_CLAIM,
        [QUERY_PLAN_SOURCE] = STORE_TABLE_SOURCE, [QUERY_PLAN_AGENT] = STORE_TABLE_AGENT,
        [QUERY_PLAN_PREFIX] = STORE_TABLE_TERM,   [QUERY_PLAN_PREDICATE] = STORE_TABLE_TERM,
        [QUERY_PLAN_CLAIMS] = STORE_TABLE_CLAIM,  [QUERY_PLAN_STAMPS] = STORE_TABLE_STAMP,
    };
    return tables[kind];
}

/* ---- Choosing ----------------------------------------------------------------------------- */

static bool plan_is_possible(const steme_query *query, query_plan_kind kind)
{
    const steme_query_options *options = &query->options;
    switch (kind) {
    case QUERY_PLAN_SOURCE:
        return options->source != NULL;
    case QUERY_PLAN_AGENT:
        return options->agent != NULL;
    case QUERY_PLAN_PREFIX:
        return options->subject_prefix.bytes != NULL && options->subject_prefix.size > 0;
    case QUERY_PLAN_PREDICATE:
        return options->predicate.size > 0;
    default:
        return false;
    }
}

static steme_status count_rows(steme_query *query, query_plan_kind kind, size_t count_max,
                               size_t *out_count, steme_error *error)
{
    uint8_t key[CLAIM_KEYS_SIZE];
    steme_span bound = {key, plan_key(query, kind, key)};
    index_cursor cursor;
    size_t count = 0;
    steme_status status = index_cursor_open(&cursor, query->reading, plan_table(kind),
                                            &(index_range){bound, bound}, error);
    if (status != STEME_OK)
        return status;
    while (count < count_max) {
        const uint8_t *row;
        status = index_cursor_next(&cursor, &row, error);
        if (status != STEME_OK || row == NULL)
            break;
        count++;
    }
    index_cursor_close(&cursor);
    *out_count = count;
    return status;
}

/* The one that begins with the fewest rows; where there is one only, it is counted on demand. */
static steme_status choose_smallest(steme_query *query, bool is_counted, query_plan_kind *best,
                                    size_t *best_count, steme_error *error)
{
    int possible_count = 0;
    for (query_plan_kind kind = QUERY_PLAN_SOURCE; kind <= QUERY_PLAN_PREDICATE; kind++)
        possible_count += plan_is_possible(query, kind);
    for (query_plan_kind kind = QUERY_PLAN_SOURCE; kind <= QUERY_PLAN_PREDICATE; kind++) {
        size_t count = 0;
        if (!plan_is_possible(query, kind))
            continue;
        if (possible_count > 1 || is_counted) {
            size_t count_max = possible_count > 1 ? QUERY_PLAN_COUNT_MAX : QUERY_LARGE_COUNT;
            steme_status status = count_rows(query, kind, count_max, &count, error);
            if (status != STEME_OK)
                return status;
        }
        if (count < *best_count) {
            *best = kind;
            *best_count = count;
        }
    }
    return STEME_OK;
}

steme_status query_plan_choose(steme_query *query, query_plan_kind *out_kind, bool *out_is_large,
                               steme_error *error)
{
    bool is_counted = query->mode == QUERY_MATCHES && query->options.limit != 0;
    size_t count = SIZE_MAX;
    steme_status status = STEME_OK;
    *out_kind = query->mode == QUERY_MATCHES ? QUERY_PLAN_STAMPS : QUERY_PLAN_CLAIMS;
    if (query->options.subject.size == 0) {
        status = choose_smallest(query, is_counted, out_kind, &count, error);
    } else {
        *out_kind = query->options.predicate.size > 0 ? QUERY_PLAN_PAIR : QUERY_PLAN_SUBJECT;
        if (is_counted)
            status = count_rows(query, *out_kind, QUERY_LARGE_COUNT, &count, error);
    }
    *out_is_large = is_counted && count >= QUERY_LARGE_COUNT;
    return status;
}

/* ---- Walking ------------------------------------------------------------------------------ */

/* From terms to subjects, and from each to its claims. */
static steme_status walk_terms(steme_query *query, query_plan_kind kind, query_visit visit,
                               steme_error *error)
{
    uint8_t term[CLAIM_KEYS_SIZE];
    uint8_t claim[CLAIM_KEYS_SIZE];
    steme_span bound = {term, plan_key(query, kind, term)};
    bool has_predicate = query->options.predicate.size > 0;
    index_cursor cursor;
    const uint8_t *row;
    if (has_predicate)
        base_put_u64be(claim + 8, store_predicate_key(query->hash_key, query->options.predicate));
    steme_status status = index_cursor_open(&cursor, query->reading, STORE_TABLE_TERM,
                                            &(index_range){bound, bound}, error);
    if (status != STEME_OK)
        return status;
    for (;;) {
        status = index_cursor_next(&cursor, &row, error);
        if (status != STEME_OK || row == NULL)
            break;
        memcpy(claim, row + TERM_SUBJECT_OFFSET, 8);
        status = has_predicate ? walk_pair(query, claim, visit, error)
                               : walk_prefix(query, STORE_TABLE_CLAIM, claim, 8, CLAIM_ROW_SIZE,
                                             visit, error);
        if (status != STEME_OK)
            break;
    }
    index_cursor_close(&cursor);
    return status;
}

steme_status query_plan_walk(steme_query *query, query_plan_kind kind, query_visit visit,
                             steme_error *error)
{
    uint8_t key[CLAIM_KEYS_SIZE];
    size_t key_size = plan_key(query, kind, key);
    switch (kind) {
    case QUERY_PLAN_PAIR:
        return walk_pair(query, key, visit, error);
    case QUERY_PLAN_PREFIX:
    case QUERY_PLAN_PREDICATE:
        return walk_terms(query, kind, visit, error);
    case QUERY_PLAN_SUBJECT:
    case QUERY_PLAN_CLAIMS:
        return walk_prefix(query, STORE_TABLE_CLAIM, key, key_size, CLAIM_ROW_SIZE, visit, error);
    case QUERY_PLAN_SOURCE:
        return walk_prefix(query, STORE_TABLE_SOURCE, key, key_size, SOURCE_ROW_SIZE, visit, error);
    case QUERY_PLAN_AGENT:
        return walk_prefix(query, STORE_TABLE_AGENT, key, key_size, AGENT_ROW_SIZE, visit, error);
    case QUERY_PLAN_STAMPS:
        break;
    }
    return walk_prefix(query, STORE_TABLE_STAMP, key, key_size, STAMP_ROW_SIZE, visit, error);
}

steme_status query_plan_walk_pair(steme_query *query, const query_pair *pair, query_visit visit,
                                  steme_error *error)
{
    uint8_t key[CLAIM_KEYS_SIZE];
    pair_key(query, pair, key);
    return walk_pair(query, key, visit, error);
}

steme_status query_plan_walk_authorities(steme_query *query, steme_span predicate,
                                         uint8_t class_max, query_visit visit, steme_error *error)
{
    uint8_t lower[QUERY_AUTHORITY_CLASS + 1] = {0};
    uint8_t upper[QUERY_AUTHORITY_CLASS + 1];
    base_put_u64be(lower, store_predicate_key(query->hash_key, predicate));
    memcpy(upper, lower, sizeof upper);
    upper[QUERY_AUTHORITY_CLASS] = class_max;
    return walk_rows(query, QUERY_AUTHORITY_TABLE,
                     &(index_range){{lower, sizeof lower}, {upper, sizeof upper}},
                     QUERY_AUTHORITY_ROW_SIZE, visit, error);
}

steme_status query_plan_open_cursor(steme_query *query, query_plan_kind kind, index_cursor *cursor,
                                    size_t *out_time_offset, steme_error *error)
{
    uint8_t lower[CLAIM_KEYS_SIZE];
    uint8_t upper[CLAIM_KEYS_SIZE + 8];
    size_t key_size = plan_key(query, kind, lower);
    memcpy(upper, lower, key_size);
    base_put_u64be(upper + key_size, query->stamp_time_max);
    if (query->has_after)
        base_put_u64be(lower + key_size, query->after.stamp.time_ns);
    index_range range = {{lower, key_size + (query->has_after ? 8 : 0)}, {upper, key_size + 8}};
    *out_time_offset = key_size;
    return index_cursor_open(cursor, query->reading, plan_table(kind), &range, error);
}
