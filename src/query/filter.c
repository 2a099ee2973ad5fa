#include "query/state.h"

#include <string.h>

static bool has_signer(const steme_record *record, const steme_agent *agent)
{
    for (uint32_t i = 0; i < record->signer_count; i++)
        if (memcmp(steme_record_signer(record, i), agent->bytes, STEME_AGENT_SIZE) == 0)
            return true;
    return false;
}

/* Whole path segments: after the prefix there is nothing, or a slash. */
static bool has_prefix(steme_span subject, steme_span prefix)
{
    return subject.size >= prefix.size && memcmp(subject.bytes, prefix.bytes, prefix.size) == 0 &&
           (subject.size == prefix.size || subject.bytes[prefix.size] == '/');
}

static bool is_wanted(steme_span wanted, steme_span text)
{
    return wanted.size == 0 || query_span_compare(wanted, text) == 0;
}

static bool has_source(const steme_assertion *assertion, const steme_id *source)
{
    return assertion->source.count == 1 &&
           memcmp(assertion->source.first, source->bytes, STEME_ID_SIZE) == 0;
}

static bool is_match(const steme_query *query, const steme_statement *statement)
{
    const steme_query_options *options = &query->options;
    const steme_assertion *assertion = &statement->as.assertion;
    if (statement->claim_time_ns > options->as_of_ns ||
        (options->has_since && statement->claim_time_ns < options->since_ns))
        return false;
    if (!is_wanted(options->subject, assertion->subject) ||
        !is_wanted(options->predicate, assertion->predicate))
        return false;
    if (options->subject_prefix.bytes != NULL &&
        !has_prefix(assertion->subject, options->subject_prefix))
        return false;
    if (options->source != NULL && !has_source(assertion, options->source))
        return false;
    return options->object == NULL || (assertion->relation != STEME_RELATION_NONE &&
                                       query_value_is_object(&assertion->value, options->object));
}

steme_status query_read_record(steme_query *query, uint64_t position, steme_record *out_record,
                               bool *out_is_candidate, steme_error *error)
{
    steme_status status = store_snapshot_read(query->snapshot, position, out_record, error);
    *out_is_candidate = false;
    if (status != STEME_OK)
        return status == STEME_ABSENT ? STEME_OK : status;
    if (out_record->type != STEME_ASSERTION || out_record->stamp.time_ns > query->stamp_time_max)
        return STEME_OK;
    *out_is_candidate =
        query->options.agent == NULL || has_signer(out_record, query->options.agent);
    return STEME_OK;
}

bool query_interpret(const steme_query *query, const steme_record *record,
                     steme_statement *out_statement)
{
    return steme_record_interpret(record, out_statement, NULL) == STEME_OK &&
           is_match(query, out_statement);
}

steme_status query_read(steme_query *query, uint64_t position, steme_record *out_record,
                        steme_statement *out_statement, bool *out_is_match, steme_error *error)
{
    steme_status status = query_read_record(query, position, out_record, out_is_match, error);
    if (status == STEME_OK && *out_is_match)
        *out_is_match = query_interpret(query, out_record, out_statement);
    return status;
}
