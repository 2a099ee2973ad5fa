/* The greatest share of the identities wins. */
#include "lens/lens.h"

void lens_consensus(const lens_options *options, lens_tally *tally, lens_result *result)
{
    (void)options;
    for (uint32_t i = 0; i < tally->value_count; i++)
        tally->values[i].score = tally->values[i].share;
    lens_pick(tally, result);
    result->confidence = tally->values[result->winner].share;
}
