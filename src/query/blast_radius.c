/* What rests on an agent: its records, the answers that they are in, and what is derived from them.
 */
#include "query/state.h"

typedef struct blast {
    steme_query *query;
    const steme_agent *agent;
    steme_id *roots; /* what others can rest on */
    size_t root_count;
    size_t root_capacity;
    steme_blast_report report;
} blast;

static steme_status take_record(void *context, const steme_record *record, steme_error *error)
{
    blast *self = context;
    self->report.record_count++;
    self->report.type_counts[record->type]++;
    if (record->type != STEME_ASSERTION && record->type != STEME_SOURCE)
        return STEME_OK;
    steme_status status = query_grow((void **)&self->roots, &self->root_capacity, self->root_count,
                                     sizeof *self->roots, error);
    if (status == STEME_OK)
        self->roots[self->root_count++] = record->id;
    return status;
}

static steme_status count_resting(void *context, const steme_record *record,
                                  const steme_id *rests_on, uint32_t depth, steme_error *error)
{
    blast *self = context;
    (void)record;
    (void)rests_on;
    (void)error;
    self->report.cascade_count++;
    if (depth > self->report.cascade_depth)
        self->report.cascade_depth = depth;
    return STEME_OK;
}

/* Whether a record of the agent's is a candidate, and whether one claims what wins. */
static steme_status count_pair(blast *self, const query_pair *pair, steme_error *error)
{
    query_resolution resolution;
    steme_status status = query_pair_resolve(self->query, pair, &resolution, error);
    bool is_candidate = false;
    bool is_winner = false;
    if (status != STEME_OK)
        return status;
    for (uint32_t i = 0; i < resolution.kept_count; i++) {
        const query_candidate *candidate = resolution.kept[i];
        if (!query_is_signed_by(&candidate->record, self->agent))
            continue;
        is_candidate = true;
        is_winner |= resolution.result.has_winner && candidate->group == resolution.result.winner;
    }
    self->report.pair_count += is_candidate;
    self->report.won_count += is_winner;
    return STEME_OK;
}

static steme_status run(blast *self, steme_error *error)
{
    steme_query *query = self->query;
    steme_status status = query_reach_collect(query, self->agent, NULL, take_record, self, error);
    if (status == STEME_OK)
        status = lifecycle_cascade(query->lifecycle, self->roots, self->root_count, count_resting,
                                   self, error);
    for (size_t i = 0; status == STEME_OK && i < query->pair_count; i++)
        status = count_pair(self, &query->pairs[i], error);
    self->report.evaluated_at_ns = query->options.evaluated_at_ns;
    return status;
}

steme_status steme_blast_radius(steme_snapshot *snapshot, const steme_agent *agent,
                                const steme_query_options *options, steme_blast_report *out_report,
                                steme_error *error)
{
    steme_query_options question = options == NULL ? (steme_query_options){0} : *options;
    blast self = {.agent = agent};
    if (question.lens == STEME_LENS_NONE)
        question.lens = STEME_LENS_CONSENSUS;
    steme_status status = query_reach_check(&question, error);
    if (status == STEME_OK)
        status = query_new(snapshot, &question, &self.query, error);
    if (status == STEME_OK)
        status = run(&self, error);
    if (status == STEME_OK)
        *out_report = self.report;
    base_free(self.roots);
    steme_query_close(self.query);
    return status;
}
