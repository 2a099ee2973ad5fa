/* Consensus, with every identity's part multiplied by what its claim weighs. */
#include "lens/fixed.h"
#include "lens/tier.h"

/* Gives the weight of the run, which holds the identity's `part` of the value, to the record that
 * weighs most. */
static void weigh_run(const lens_options *options, lens_tally *tally, uint32_t begin, uint32_t end)
{
    lens_candidate *carrier = &tally->candidates[begin];
    uint32_t greatest = 0;
    uint32_t part = 0;
    for (uint32_t i = begin; i < end; i++) {
        uint32_t weight = lens_candidate_weight(options, &tally->candidates[i]);
        part += tally->candidates[i].weight;
        tally->candidates[i].weight = 0;
        if (weight >= greatest) {
            carrier = &tally->candidates[i];
            greatest = weight;
        }
    }
    carrier->weight = (uint32_t)lens_product(part, greatest);
    tally->values[carrier->record->value].score += carrier->weight;
}

void lens_weighted(const lens_options *options, lens_tally *tally, lens_result *result)
{
    uint64_t sum = 0;
    for (uint32_t begin = 0, end; begin < tally->candidate_count; begin = end) {
        end = lens_tally_run_end(tally, begin);
        weigh_run(options, tally, begin, end);
    }
    for (uint32_t i = 0; i < tally->value_count; i++) {
        tally->values[i].is_out = tally->values[i].score == 0;
        sum += (uint64_t)tally->values[i].score;
    }
    lens_pick(tally, result);
    if (result->has_winner)
        result->confidence = lens_fraction((uint64_t)tally->values[result->winner].score, sum);
}
