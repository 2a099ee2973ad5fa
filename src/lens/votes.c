/* The value whose records have the most votes wins, where that is more than none. */
#include "lens/fixed.h"
#include "lens/lens.h"

static int is_favoured(const lens_record *left, const lens_record *right)
{
    if (left->votes != right->votes)
        return left->votes > right->votes;
    return lens_record_compare_stamp(left, right) > 0;
}

void lens_votes(const lens_options *options, lens_tally *tally, lens_result *result)
{
    (void)options;
    uint64_t sum = 0;
    for (uint32_t i = 0; i < tally->candidate_count; i++) {
        lens_record *record = tally->candidates[i].record;
        lens_value *value = &tally->values[record->value];
        if (record->tiers != 0) /* its first pair here: each record counts once */
            value->score += record->votes;
        record->tiers = 0;
        if (is_favoured(record, tally->candidates[value->head].record))
            value->head = i;
    }
    for (uint32_t i = 0; i < tally->value_count; i++) {
        lens_value *value = &tally->values[i];
        value->is_out = value->score <= 0;
        sum += value->is_out ? 0 : (uint64_t)value->score;
    }
    lens_pick(tally, result);
    if (result->has_winner)
        result->confidence = lens_fraction((uint64_t)tally->values[result->winner].score, sum);
}
