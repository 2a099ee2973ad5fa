/* The best source class that says anything wins; within it, the value for which the chance that all
 * who claim it err, Π(1 - w), is least: the noisy-or (J. Pearl, *Probabilistic Reasoning in
 * Intelligent Systems*, 1988, section 4.3.2). */
#include "lens/tier.h"

void lens_authority(const lens_options *options, lens_tally *tally, lens_result *result)
{
    lens_tier_best(options, tally);
    lens_pick(tally, result);
    result->confidence = (uint32_t)tally->values[result->winner].score;
}
