/* Whether the subject's claims satisfy what authorities demand. */
#include "lens/conflict.h"
#include "lens/fixed.h"
#include "lens/odds.h"
#include "lens/tier.h"

static const lens_record *record_of(const lens_tally *tally, const lens_value *value)
{
    return tally->candidates[value->newest].record;
}

/* Winner and runner-up are claims; a rule says nothing yet. */
static void pick_claims(lens_tally *tally, lens_result *result)
{
    for (uint32_t i = 0; i < tally->value_count; i++) {
        lens_value *value = &tally->values[i];
        const lens_record *record = record_of(tally, value);
        value->is_out = record->is_rule || record->relation != STEME_RELATION_EQUAL;
        if (record->is_rule)
            value->verdict = STEME_VERDICT_UNKNOWN;
    }
    lens_pick(tally, result);
}

/* What every rule says of the claim; with how many units they say so. */
static void judge_claim(const lens_options *options, lens_tally *tally, const lens_record *claim,
                        lens_result *result)
{
    uint64_t satisfied = 0;
    uint64_t violated = 0;
    for (uint32_t i = 0; i < tally->value_count; i++) {
        lens_value *value = &tally->values[i];
        const lens_record *record = record_of(tally, value);
        if (!record->is_rule)
            continue;
        value->verdict = lens_judge(options, record, claim);
        satisfied += value->verdict == STEME_VERDICT_SATISFIED ? value->units : 0;
        violated += value->verdict == STEME_VERDICT_VIOLATED ? value->units : 0;
    }
    result->conflict = lens_conflict_of_sides(satisfied, violated);
}

/* Of the rules that say something, those of a worse class give way to the leading one. */
static void overrule(const lens_options *options, lens_tally *tally)
{
    lens_result leading;
    for (uint32_t i = 0; i < tally->value_count; i++)
        tally->values[i].is_out = tally->values[i].verdict == STEME_VERDICT_NONE ||
                                  tally->values[i].verdict == STEME_VERDICT_UNKNOWN;
    lens_pick(tally, &leading);
    for (uint32_t i = 0; leading.has_winner && i < tally->value_count; i++) {
        const lens_value *leader = &tally->values[leading.winner];
        lens_value *value = &tally->values[i];
        value->is_overruled =
            !value->is_out && value->tier > leader->tier &&
            lens_is_at_odds(options, record_of(tally, leader), record_of(tally, value));
    }
}

/* The first rule that stands and says so; whether there is one. */
static int decide(lens_tally *tally, steme_verdict verdict, lens_result *result)
{
    lens_result deciding;
    for (uint32_t i = 0; i < tally->value_count; i++)
        tally->values[i].is_out =
            tally->values[i].verdict != verdict || tally->values[i].is_overruled;
    lens_pick(tally, &deciding);
    if (!deciding.has_winner)
        return 0;
    result->verdict = verdict;
    result->has_rule = 1;
    result->rule = deciding.winner;
    result->rule_head = deciding.winner_head;
    result->confidence = (uint32_t)lens_product(tally->values[deciding.winner].confidence,
                                                tally->values[result->winner].confidence);
    return 1;
}

void lens_rules(const lens_options *options, lens_tally *tally, lens_result *result)
{
    result->conflict = 0;
    result->verdict = STEME_VERDICT_UNKNOWN;
    lens_tier_best(options, tally);
    pick_claims(tally, result);
    if (!result->has_winner)
        return;
    judge_claim(options, tally, record_of(tally, &tally->values[result->winner]), result);
    overrule(options, tally);
    if (!decide(tally, STEME_VERDICT_VIOLATED, result))
        decide(tally, STEME_VERDICT_SATISFIED, result);
}
