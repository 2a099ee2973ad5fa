#include "query/state.h"

#include <steme/clock.h>
#include <string.h>

bool query_is_signed_by(const steme_record *record, const steme_agent *agent)
{
    for (uint32_t i = 0; i < record->signer_count; i++)
        if (memcmp(steme_record_signer(record, i), agent->bytes, STEME_AGENT_SIZE) == 0)
            return true;
    return false;
}

static bool is_after(const steme_record *record, const query_hit *last)
{
    int order = steme_stamp_compare(&record->stamp, &last->stamp);
    return order > 0 || (order == 0 && memcmp(record->id.bytes, last->id.bytes, STEME_ID_SIZE) > 0);
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

/* By the source, and of the object, that are wanted. */
static bool is_said(const steme_query_options *options, const steme_assertion *assertion)
{
    if (options->source != NULL && !has_source(assertion, options->source))
        return false;
    return options->object == NULL || (assertion->relation != STEME_RELATION_NONE &&
                                       query_value_is_object(&assertion->value, options->object));
}

static bool is_valid_at(const steme_assertion *assertion, int64_t time_s)
{
    return (!assertion->has_valid_from || assertion->valid_from_s <= time_s) &&
           (!assertion->has_valid_to || time_s < assertion->valid_to_s);
}

static bool is_match(const steme_query *query, const steme_statement *statement)
{
    const steme_query_options *options = &query->options;
    const steme_assertion *assertion = &statement->as.assertion;
    if (statement->claim_time_ns > options->as_of_ns ||
        (options->has_since && statement->claim_time_ns < options->since_ns))
        return false;
    if (query->distrusted_source != NULL && has_source(assertion, query->distrusted_source))
        return false;
    if (options->has_valid_at && !is_valid_at(assertion, options->valid_at_s))
        return false;
    if (query->pair != NULL) /* whose claims alone are read: under any of its names */
        return is_said(options, assertion);
    if (!is_wanted(options->subject, assertion->subject) ||
        !is_wanted(options->predicate, assertion->predicate))
        return false;
    if (options->subject_prefix.bytes != NULL &&
        !has_prefix(assertion->subject, options->subject_prefix))
        return false;
    return is_said(options, assertion);
}

steme_status query_read_record(steme_query *query, uint64_t position, steme_record *out_record,
                               bool *out_is_candidate, steme_error *error)
{
    steme_status status = store_snapshot_read(query->snapshot, position, out_record, error);
    *out_is_candidate = false;
    if (status != STEME_OK)
        return status == STEME_ABSENT ? STEME_OK : status;
    if (position >= lifecycle_position_end(query->lifecycle))
        return STEME_OK;
    if (out_record->type != STEME_ASSERTION || out_record->stamp.time_ns > query->stamp_time_max)
        return STEME_OK;
    *out_is_candidate =
        (query->mode != QUERY_MATCHES || !query->has_after ||
         is_after(out_record, &query->after)) &&
        (query->options.agent == NULL || query_is_signed_by(out_record, query->options.agent));
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
    /* With a lens that is a later step: the newest claim stands for those before it. */
    if (status == STEME_OK && *out_is_match && query->mode == QUERY_MATCHES)
        status = query_is_of_wanted(query, out_record, &out_statement->as.assertion.epoch,
                                    out_is_match, error);
    return status;
}
