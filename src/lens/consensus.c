#include "lens/lens.h"

void lens_consensus(const lens_tally *tally, lens_result *result)
{
    uint32_t winner = 0;
    for (uint32_t i = 1; i < tally->value_count; i++)
        if (lens_value_compare(tally, i, winner) < 0)
            winner = i;
    result->has_winner = 1;
    result->winner = winner;
    result->confidence = tally->values[winner].share;
    for (uint32_t i = 0; i < tally->value_count; i++)
        if (i != winner &&
            (!result->has_runner_up || lens_value_compare(tally, i, result->runner_up) < 0)) {
            result->has_runner_up = 1;
            result->runner_up = i;
        }
}
