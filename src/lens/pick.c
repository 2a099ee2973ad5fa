/* Where values stand, and which two stand first. */
#include "lens/lens.h"

static int stands_before(const lens_tally *tally, const lens_value *left, const lens_value *right)
{
    if (left->tier != right->tier)
        return left->tier < right->tier;
    if (left->score != right->score)
        return left->score > right->score;
    if (left->weight != right->weight)
        return left->weight > right->weight;
    return lens_record_compare_stamp(tally->candidates[left->tie].record,
                                     tally->candidates[right->tie].record) > 0;
}

void lens_pick(const lens_tally *tally, lens_result *result)
{
    const lens_value *winner = NULL;
    const lens_value *runner_up = NULL;
    for (uint32_t i = 0; i < tally->value_count; i++) {
        const lens_value *value = &tally->values[i];
        if (value->is_out)
            continue;
        if (winner == NULL || stands_before(tally, value, winner)) {
            runner_up = winner;
            winner = value;
        } else if (runner_up == NULL || stands_before(tally, value, runner_up)) {
            runner_up = value;
        }
    }
    result->has_winner = winner != NULL;
    result->has_runner_up = runner_up != NULL;
    if (winner != NULL) {
        result->winner = (uint32_t)(winner - tally->values);
        result->winner_head = winner->head;
    }
    if (runner_up != NULL) {
        result->runner_up = (uint32_t)(runner_up - tally->values);
        result->runner_up_head = runner_up->head;
    }
}
