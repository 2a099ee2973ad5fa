/* Which answers change without what an agent signs or endorses, or what quotes a source: every pair
 * that this is about is resolved twice. */
#include "base/error.h"
#include "query/state.h"

/* One of the two questions about a pair. */
typedef struct what_if_side {
    steme_query *query;
    query_resolution resolution;
} what_if_side;

static const query_candidate *winner_of(const what_if_side *side)
{
    const query_resolution *resolution = &side->resolution;
    const lens_candidate *head = &resolution->candidates[resolution->result.winner_head];
    return &side->query->candidates[head->record - resolution->records];
}

/* Whether the values that win count as one. */
static bool is_same_value(const what_if_side *before, const what_if_side *after)
{
    const query_candidate *left = winner_of(before);
    const query_candidate *right = winner_of(after);
    const query_value *first = &left->form;
    const query_value *second = &right->form;
    if (query_value_compare(first, second) > 0) {
        first = &right->form;
        second = &left->form;
    }
    return left->relation == right->relation &&
           !query_value_is_apart(first, second, &before->query->schema.equivalence);
}

static bool is_flip(const what_if_side *before, const what_if_side *after)
{
    const lens_result *was = &before->resolution.result;
    const lens_result *is = &after->resolution.result;
    if (after->resolution.kept_count == 0)
        return true;
    if (was->has_winner != is->has_winner || was->verdict != is->verdict)
        return true;
    if (before->query->options.lens == STEME_LENS_SKEPTIC)
        return was->agreement != is->agreement;
    return was->has_winner && !is_same_value(before, after);
}

static steme_status resolve(what_if_side *side, const query_pair *pair, steme_error *error)
{
    steme_status status = query_pair_resolve(side->query, pair, &side->resolution, error);
    if (status == STEME_OK && side->resolution.kept_count > 0)
        status = query_answer_fill(side->query, pair, &side->resolution, error);
    return status;
}

static steme_status compare_pair(what_if_side *before, what_if_side *after, const query_pair *pair,
                                 const steme_what_if_options *options, steme_what_if_report *report,
                                 steme_error *error)
{
    steme_status status = resolve(before, pair, error);
    if (status != STEME_OK || before->resolution.kept_count == 0)
        return status;
    report->pair_count++;
    status = resolve(after, pair, error);
    if (status != STEME_OK || !is_flip(before, after))
        return status;
    if (options->visit != NULL && (options->limit == 0 || report->flip_count < options->limit))
        status =
            options->visit(options->context, &before->query->answer,
                           after->resolution.kept_count == 0 ? NULL : &after->query->answer, error);
    report->flip_count++;
    return status;
}

/* Opens both questions, at one moment. */
static steme_status open_sides(steme_snapshot *snapshot, const steme_what_if_options *options,
                               what_if_side *before, what_if_side *after, steme_error *error)
{
    steme_query_options question = options->query;
    if (question.lens == STEME_LENS_NONE)
        question.lens = STEME_LENS_CONSENSUS;
    steme_status status = query_new(snapshot, &question, &before->query, error);
    if (status != STEME_OK)
        return status;
    question.evaluated_at_ns = before->query->options.evaluated_at_ns;
    status = query_new(snapshot, &question, &after->query, error);
    if (status != STEME_OK)
        return status;
    after->query->distrusted_agent = options->agent;
    after->query->distrusted_source = options->source;
    return STEME_OK;
}

steme_status steme_what_if(steme_snapshot *snapshot, const steme_what_if_options *options,
                           steme_what_if_report *out_report, steme_error *error)
{
    what_if_side before = {0};
    what_if_side after = {0};
    steme_what_if_report report = {0};
    if ((options->agent == NULL) == (options->source == NULL))
        return base_fail(error, STEME_INVALID, "what if: name an agent or a source");
    steme_status status = query_reach_check(&options->query, error);
    if (status == STEME_OK)
        status = open_sides(snapshot, options, &before, &after, error);
    if (status == STEME_OK)
        status =
            query_reach_collect(before.query, options->agent, options->source, NULL, NULL, error);
    for (size_t i = 0; status == STEME_OK && i < before.query->pair_count; i++)
        status = compare_pair(&before, &after, &before.query->pairs[i], options, &report, error);
    if (status == STEME_OK) {
        report.evaluated_at_ns = before.query->options.evaluated_at_ns;
        *out_report = report;
    }
    steme_query_close(before.query);
    steme_query_close(after.query);
    return status;
}
