/* What must be and must not be: the claims as rules, in the order of authority. The conflict is
 * that between what can and what cannot hold beside the first. */
#include "lens/conflict.h"
#include "lens/odds.h"
#include "lens/tier.h"

void lens_constraints(const lens_options *options, lens_tally *tally, lens_result *result)
{
    uint64_t sides[2] = {0};
    lens_authority(options, tally, result);
    const lens_value *winner = &tally->values[result->winner];
    const lens_record *rule = tally->candidates[winner->newest].record;
    for (uint32_t i = 0; i < tally->value_count; i++) {
        lens_value *value = &tally->values[i];
        int is_at_odds = lens_is_at_odds(options, rule, tally->candidates[value->newest].record);
        sides[is_at_odds] += value->units;
        value->is_overruled = is_at_odds && value->tier > winner->tier;
    }
    result->conflict = lens_conflict_of_sides(sides[0], sides[1]);
}
