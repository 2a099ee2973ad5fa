/* The newest claim time wins. How sure that is follows from the gap to the newest claim of any
 * other value: docs/lenses.md, section 4. */
#include "lens/gap.h"
#include "lens/lens.h"

static const lens_record *newest_of(const lens_tally *tally, uint32_t value)
{
    return tally->candidates[tally->values[value].newest].record;
}

void lens_recency(const lens_options *options, lens_tally *tally, lens_result *result)
{
    (void)options;
    for (uint32_t i = 0; i < tally->value_count; i++) {
        tally->values[i].score = newest_of(tally, i)->claim_time_ns;
        tally->values[i].tie = tally->values[i].newest;
    }
    lens_pick(tally, result);
    result->confidence = LENS_UNIT;
    if (result->has_runner_up) /* unsigned: the gap of two int64 may need 64 bits */
        result->confidence =
            lens_gap_confidence((uint64_t)newest_of(tally, result->winner)->claim_time_ns -
                                (uint64_t)newest_of(tally, result->runner_up)->claim_time_ns);
}
