#include "lens/lens.h"

#define SECOND_NS UINT64_C(1000000000)

static uint32_t confidence_of_gap(uint64_t gap_ns)
{
    if (gap_ns > 24 * 60 * 60 * SECOND_NS)
        return 950000;
    if (gap_ns > 60 * 60 * SECOND_NS)
        return 800000;
    return gap_ns > 60 * SECOND_NS ? 600000 : 500000;
}

static const lens_candidate *newest_of(const lens_tally *tally, uint32_t value)
{
    return &tally->candidates[tally->values[value].newest];
}

static int is_newer(const lens_tally *tally, uint32_t left, uint32_t right)
{
    return lens_candidate_compare_age(newest_of(tally, left), newest_of(tally, right)) > 0;
}

void lens_recency(const lens_tally *tally, lens_result *result)
{
    uint32_t winner = 0;
    for (uint32_t i = 1; i < tally->value_count; i++)
        if (is_newer(tally, i, winner))
            winner = i;
    result->has_winner = 1;
    result->winner = winner;
    result->confidence = LENS_UNIT;
    for (uint32_t i = 0; i < tally->value_count; i++)
        if (i != winner && (!result->has_runner_up || is_newer(tally, i, result->runner_up))) {
            result->has_runner_up = 1;
            result->runner_up = i;
        }
    if (result->has_runner_up) /* unsigned: the gap of two int64 may need 64 bits */
        result->confidence =
            confidence_of_gap((uint64_t)newest_of(tally, winner)->claim_time_ns -
                              (uint64_t)newest_of(tally, result->runner_up)->claim_time_ns);
}
