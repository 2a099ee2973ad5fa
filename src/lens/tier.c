#include "lens/tier.h"
#include "lens/fixed.h"

#include <string.h>

uint32_t lens_candidate_weight(const lens_options *options, const lens_candidate *candidate)
{
    uint64_t class_weight = options->class_weights[candidate->source_class];
    return (uint32_t)lens_product(lens_product(class_weight, candidate->confidence),
                                  candidate->trust);
}

uint32_t lens_tally_run_end(const lens_tally *tally, uint32_t begin)
{
    const lens_candidate *first = &tally->candidates[begin];
    uint32_t end = begin + 1;
    while (end < tally->candidate_count &&
           tally->candidates[end].record->value == first->record->value &&
           memcmp(tally->candidates[end].identity, first->identity, STEME_AGENT_SIZE) == 0)
        end++;
    return end;
}

/* Takes a candidate of the value's tier into what the value is quoted by. */
static void look_at(const lens_tally *tally, uint32_t candidate, lens_value *value)
{
    const lens_candidate *here = &tally->candidates[candidate];
    if (value->head == UINT32_MAX ||
        lens_record_compare_age(here->record, tally->candidates[value->head].record) > 0)
        value->head = candidate;
    if (value->tie == UINT32_MAX ||
        lens_record_compare_stamp(here->record, tally->candidates[value->tie].record) > 0)
        value->tie = candidate;
    if (here->confidence > value->confidence)
        value->confidence = here->confidence;
}

/* What one identity makes of one value: its greatest weight among candidates of the value's tier,
 * ascending by age, so that of equal ones the newest carries it. */
static void count_run(const lens_options *options, lens_tally *tally, uint32_t begin, uint32_t end)
{
    lens_value *value = &tally->values[tally->candidates[begin].record->value];
    lens_candidate *carrier = NULL;
    uint32_t greatest = 0;
    for (uint32_t i = begin; i < end && !value->is_out; i++) {
        lens_candidate *candidate = &tally->candidates[i];
        if ((uint32_t)candidate->source_class != value->tier)
            continue;
        uint32_t weight = lens_candidate_weight(options, candidate);
        candidate->weight = 0;
        look_at(tally, i, value);
        if (carrier == NULL || weight >= greatest) {
            carrier = candidate;
            greatest = weight;
        }
    }
    if (carrier == NULL)
        return;
    carrier->weight = greatest;
    value->weight += greatest;
    value->score = (int64_t)lens_product((uint64_t)value->score, LENS_UNIT - greatest);
}

/* Scores the values by the tiers that they have. While that goes on, `score` is the product. */
static void score_values(const lens_options *options, lens_tally *tally)
{
    for (uint32_t i = 0; i < tally->value_count; i++) {
        lens_value *value = &tally->values[i];
        value->score = LENS_UNIT;
        value->weight = 0;
        value->confidence = 0;
        value->head = UINT32_MAX;
        value->tie = UINT32_MAX;
    }
    for (uint32_t begin = 0, end; begin < tally->candidate_count; begin = end) {
        end = lens_tally_run_end(tally, begin);
        count_run(options, tally, begin, end);
    }
    for (uint32_t i = 0; i < tally->value_count; i++)
        tally->values[i].score = LENS_UNIT - tally->values[i].score;
}

void lens_tier_best(const lens_options *options, lens_tally *tally)
{
    for (uint32_t i = 0; i < tally->value_count; i++)
        tally->values[i].tier = STEME_CLASS_COUNT;
    for (uint32_t i = 0; i < tally->candidate_count; i++) {
        lens_candidate *candidate = &tally->candidates[i];
        lens_value *value = &tally->values[candidate->record->value];
        candidate->weight = 0;
        if ((uint32_t)candidate->source_class < value->tier)
            value->tier = candidate->source_class;
    }
    score_values(options, tally);
}

void lens_tier_one(const lens_options *options, lens_tally *tally, steme_source_class source_class)
{
    for (uint32_t i = 0; i < tally->value_count; i++) {
        tally->values[i].tier = source_class;
        tally->values[i].is_out = 1;
    }
    for (uint32_t i = 0; i < tally->candidate_count; i++)
        if (tally->candidates[i].source_class == source_class)
            tally->values[tally->candidates[i].record->value].is_out = 0;
    score_values(options, tally);
}
