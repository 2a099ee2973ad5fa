/* The greatest stamp wins: recency, for readers who trust clocks that were merged along messages
 * more than what signers say of their claims' time (S. Kulkarni et al., *Logical Physical Clocks*,
 * 2014). */
#include "lens/gap.h"
#include "lens/lens.h"

static uint64_t time_of(const lens_tally *tally, uint32_t candidate)
{
    return tally->candidates[candidate].record->stamp->time_ns;
}

void lens_hlc(const lens_options *options, lens_tally *tally, lens_result *result)
{
    (void)options;
    for (uint32_t i = 0; i < tally->value_count; i++)
        tally->values[i].head = tally->values[i].last; /* and `tie` decides alone */
    lens_pick(tally, result);
    result->confidence = LENS_UNIT;
    if (result->has_runner_up)
        result->confidence = lens_gap_confidence(time_of(tally, result->winner_head) -
                                                 time_of(tally, result->runner_up_head));
}
