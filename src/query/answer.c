#include "base/error.h"
#include "query/state.h"

#include <stdlib.h>
#include <string.h>

/* A value by its number, with what its place among the others depends on. */
typedef struct ranked_value {
    const lens_tally *tally;
    uint32_t value;
} ranked_value;

static int compare_ranks(const void *left_item, const void *right_item)
{
    const ranked_value *left = left_item;
    const ranked_value *right = right_item;
    return lens_value_compare(left->tally, left->value, right->value);
}

static int compare_ids(const void *left_item, const void *right_item)
{
    const query_candidate *const *left = left_item;
    const query_candidate *const *right = right_item;
    return memcmp((*left)->record.id.bytes, (*right)->record.id.bytes, STEME_ID_SIZE);
}

/* The record of a lens candidate. */
static const query_candidate *candidate_at(const steme_query *query,
                                           const query_resolution *resolution, uint32_t index)
{
    return &query->candidates[resolution->candidates[index].record - resolution->records];
}

/* Numbers the values by their place in the answer: *out_places[value] = index of its claim. */
static steme_status rank_values(steme_query *query, const query_resolution *resolution,
                                uint32_t **out_places, steme_error *error)
{
    uint32_t count = resolution->tally.value_count;
    ranked_value *ranked = base_arena_alloc(&query->answer_arena, count * sizeof *ranked);
    uint32_t *places = base_arena_alloc(&query->answer_arena, count * sizeof *places);
    if (ranked == NULL || places == NULL)
        return base_fail(error, STEME_NO_MEMORY, "query: out of memory");
    for (uint32_t i = 0; i < count; i++)
        ranked[i] = (ranked_value){&resolution->tally, i};
    if (count > 1)
        qsort(ranked, count, sizeof *ranked, compare_ranks);
    for (uint32_t i = 0; i < count; i++)
        places[ranked[i].value] = i;
    *out_places = places;
    return STEME_OK;
}

static void fill_claim(const steme_query *query, const query_resolution *resolution, uint32_t value,
                       steme_answer_claim *out_claim)
{
    const lens_value *counted = &resolution->values[value];
    const query_candidate *newest = candidate_at(query, resolution, counted->newest);
    *out_claim = (steme_answer_claim){
        .relation = newest->relation,
        .value = newest->value,
        .unit = newest->unit,
        .language = newest->language,
        .share_millionths = counted->share,
        .signer_count = counted->signer_count,
        .reason = newest->reason,
        .is_rule = resolution->candidates[counted->newest].record->is_rule,
        .verdict = counted->verdict,
        .is_overruled = counted->is_overruled,
    };
}

/* Which claims the records are of, once they ascend by id: those of one value become neighbours
 * among `ids`, and ascend too. */
static void fill_records(const query_resolution *resolution, const uint32_t *places,
                         steme_answer_claim *claims, steme_id *ids)
{
    size_t begin = 0;
    for (uint32_t i = 0; i < resolution->kept_count; i++)
        claims[places[resolution->kept[i]->group]].record_count++;
    for (uint32_t i = 0; i < resolution->tally.value_count; i++) {
        claims[i].records = ids + begin;
        begin += claims[i].record_count;
        claims[i].record_count = 0;
    }
    for (uint32_t i = 0; i < resolution->kept_count; i++) {
        steme_answer_claim *claim = &claims[places[resolution->kept[i]->group]];
        ids[claim->records - ids + claim->record_count++] = resolution->kept[i]->record.id;
    }
}

static steme_status fill_claims(steme_query *query, const query_resolution *resolution,
                                const uint32_t *places, steme_error *error)
{
    uint32_t claim_count = resolution->tally.value_count;
    steme_id *ids = base_arena_alloc(&query->answer_arena, resolution->kept_count * sizeof *ids);
    steme_answer_claim *claims =
        base_arena_alloc(&query->answer_arena, claim_count * sizeof *claims);
    if (ids == NULL || claims == NULL)
        return base_fail(error, STEME_NO_MEMORY, "query: out of memory");
    for (uint32_t value = 0; value < claim_count; value++)
        fill_claim(query, resolution, value, &claims[places[value]]);
    fill_records(resolution, places, claims, ids);
    query->answer.claims = claims;
    query->answer.claim_count = claim_count;
    return STEME_OK;
}

/* Has the records ascend by id. */
static steme_status fill_receipt(steme_query *query, const query_resolution *resolution,
                                 steme_error *error)
{
    uint32_t count = resolution->kept_count;
    steme_receipt_entry *receipt = base_arena_alloc(&query->answer_arena, count * sizeof *receipt);
    if (receipt == NULL)
        return base_fail(error, STEME_NO_MEMORY, "query: out of memory");
    if (count > 1)
        qsort((void *)resolution->kept, count, sizeof *resolution->kept, compare_ids);
    for (uint32_t i = 0; i < count; i++)
        receipt[i] = (steme_receipt_entry){resolution->kept[i]->record.id,
                                           (uint32_t)resolution->kept[i]->weight};
    query->answer.receipt = receipt;
    query->answer.receipt_count = count;
    return STEME_OK;
}

static void fill_tiers(steme_query *query, const query_resolution *resolution,
                       const uint32_t *places)
{
    for (uint32_t i = 0; i < resolution->result.tier_count; i++) {
        const lens_tier *tier = &resolution->result.tiers[i];
        query->answer.tiers[i] = (steme_answer_tier){
            .source_class = tier->source_class,
            .candidate_count = tier->record_count,
            .winner_claim = places[tier->winner],
            .winner = candidate_at(query, resolution, tier->winner_head)->record.id,
            .confidence_millionths = tier->confidence,
            .conflict_millionths = tier->conflict,
        };
    }
}

steme_status query_answer_fill(steme_query *query, const query_pair *pair,
                               const query_resolution *resolution, steme_error *error)
{
    const lens_result *result = &resolution->result;
    uint32_t *places = NULL;
    steme_status status = rank_values(query, resolution, &places, error);
    if (status != STEME_OK)
        return status;
    query->answer = (steme_answer){
        .subject = pair->subject,
        .predicate = pair->predicate,
        .lens = query->options.lens,
        .equivalence = query->schema.equivalence,
        .candidate_count = resolution->kept_count,
        .has_winner = result->has_winner,
        .has_runner_up = result->has_runner_up,
        .confidence_millionths = result->confidence,
        .conflict_millionths = result->conflict,
        .agreement = result->agreement,
        .verdict = result->verdict,
        .has_rule = result->has_rule,
        .tier_count = result->tier_count,
        .evaluated_at_ns = query->options.evaluated_at_ns,
        .as_of_ns = query->options.as_of_ns,
    };
    if (result->has_winner) {
        query->answer.winner_claim = places[result->winner];
        query->answer.winner = candidate_at(query, resolution, result->winner_head)->record;
    }
    if (result->has_runner_up)
        query->answer.runner_up = candidate_at(query, resolution, result->runner_up_head)->record;
    if (result->has_rule)
        query->answer.rule = candidate_at(query, resolution, result->rule_head)->record;
    if (query->options.lens == STEME_LENS_TRUTH && query->options.truth_model != NULL) {
        query->answer.has_truth_model = 1;
        query->answer.truth_model = steme_truth_model_id(query->options.truth_model);
    }
    fill_tiers(query, resolution, places);
    status = fill_receipt(query, resolution, error);
    return status == STEME_OK ? fill_claims(query, resolution, places, error) : status;
}
