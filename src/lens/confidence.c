/* The claim that is surest of itself wins, after decay. */
#include "lens/lens.h"

static int is_surer(const lens_candidate *left, const lens_candidate *right)
{
    if (left->confidence != right->confidence)
        return left->confidence > right->confidence;
    return lens_record_compare_stamp(left->record, right->record) > 0;
}

void lens_confidence(const lens_options *options, lens_tally *tally, lens_result *result)
{
    (void)options;
    for (uint32_t i = 0; i < tally->candidate_count; i++) {
        lens_value *value = &tally->values[tally->candidates[i].record->value];
        if (is_surer(&tally->candidates[i], &tally->candidates[value->head]))
            value->head = i;
    }
    for (uint32_t i = 0; i < tally->value_count; i++) {
        lens_value *value = &tally->values[i];
        value->score = tally->candidates[value->head].confidence;
        value->tie = value->head;
    }
    lens_pick(tally, result);
    result->confidence = tally->candidates[result->winner_head].confidence;
}
