#include "base/error.h"
#include "query/state.h"

#include <string.h>

enum { KEY_SIZE = 8, AGENT_ROW_SIZE = 24, SOURCE_ROW_SIZE = 16 };

typedef struct reach_walk {
    steme_query *query;
    const steme_agent *agent;
    const steme_id *source;
    query_reach_visit visit;
    void *context;
} reach_walk;

steme_status query_reach_check(const steme_query_options *options, steme_error *error)
{
    if (options->agent != NULL || options->source != NULL)
        return base_fail(error, STEME_INVALID, "agent and source are no filters here");
    if (options->cursor.size > 0 || options->limit != 0)
        return base_fail(error, STEME_INVALID, "query: neither limit nor cursor here");
    if (options->follows_aliases)
        return base_fail(error, STEME_INVALID, "aliases are not followed here");
    return STEME_OK;
}

static bool is_of(const reach_walk *walk, const lifecycle_record *record)
{
    const steme_assertion *assertion = &record->statement.as.assertion;
    if (walk->agent != NULL)
        return query_is_signed_by(&record->record, walk->agent);
    return record->statement.type == STEME_ASSERTION && assertion->source.count == 1 &&
           memcmp(assertion->source.first, walk->source, STEME_ID_SIZE) == 0;
}

/* The pair of an assertion, or of the one that an endorsement names. */
static steme_status add_pair(const reach_walk *walk, const lifecycle_record *record,
                             steme_error *error)
{
    steme_query *query = walk->query;
    lifecycle_record target;
    steme_statement statement;
    if (record->statement.type == STEME_ENDORSEMENT) {
        bool exists;
        steme_status status = lifecycle_get(
            query->lifecycle, &record->statement.as.endorsement.target, &target, &exists, error);
        if (status != STEME_OK || !exists)
            return status;
        record = &target;
    }
    if (record->statement.type != STEME_ASSERTION ||
        !query_interpret(query, &record->record, &statement))
        return STEME_OK;
    query_pair pair = {statement.as.assertion.subject, statement.as.assertion.predicate};
    return query_pair_add(query, &pair, error);
}

static steme_status take(const reach_walk *walk, uint64_t position, steme_error *error)
{
    lifecycle_record record;
    bool exists;
    steme_status status = lifecycle_read(walk->query->lifecycle, position, &record, &exists, error);
    if (status != STEME_OK || !exists || !is_of(walk, &record))
        return status;
    if (walk->visit != NULL)
        status = walk->visit(walk->context, &record.record, error);
    return status == STEME_OK ? add_pair(walk, &record, error) : status;
}

steme_status query_reach_collect(steme_query *query, const steme_agent *agent,
                                 const steme_id *source, query_reach_visit visit, void *context,
                                 steme_error *error)
{
    reach_walk walk = {
        .query = query, .agent = agent, .source = source, .visit = visit, .context = context};
    store_table table = agent != NULL ? STORE_TABLE_AGENT : STORE_TABLE_SOURCE;
    size_t row_size = agent != NULL ? AGENT_ROW_SIZE : SOURCE_ROW_SIZE;
    steme_span key = {agent != NULL ? agent->bytes : source->bytes, KEY_SIZE};
    index_cursor cursor;
    const uint8_t *row;
    steme_status status =
        index_cursor_open(&cursor, query->reading, table, &(index_range){key, key}, error);
    if (status != STEME_OK)
        return status;
    while (status == STEME_OK && (status = index_cursor_next(&cursor, &row, error)) == STEME_OK &&
           row != NULL)
        status = take(&walk, store_row_position(row, row_size), error);
    index_cursor_close(&cursor);
    query_pairs_sort(query);
    return status;
}
