#include "lens/conflict.h"
#include "lens/lens.h"

#include <assert.h>

static uint32_t tally_conflict(const lens_options *options, lens_tally *tally)
{
    for (uint32_t i = 0; i < tally->value_count; i++) {
        tally->values[i].ballots = tally->values[i].units;
        tally->values[i].voters = tally->values[i].signer_count;
    }
    return lens_conflict(options, tally, tally->identity_count);
}

void lens_resolve(const lens_options *options, steme_lens lens, lens_tally *tally,
                  lens_result *out_result)
{
    static void (*const rules[STEME_LENS_COUNT])(const lens_options *, lens_tally *,
                                                 lens_result *) = {
        [STEME_LENS_RECENCY] = lens_recency,
        [STEME_LENS_CONSENSUS] = lens_consensus,
        [STEME_LENS_SKEPTIC] = lens_skeptic,
        [STEME_LENS_HLC] = lens_hlc,
        [STEME_LENS_CONFIDENCE] = lens_confidence,
        [STEME_LENS_VOTES] = lens_votes,
        [STEME_LENS_AUTHORITY] = lens_authority,
        [STEME_LENS_WEIGHTED] = lens_weighted,
        [STEME_LENS_TRUTH] = lens_truth,
        [STEME_LENS_LAYERED] = lens_layered,
        [STEME_LENS_CONSTRAINTS] = lens_constraints,
        [STEME_LENS_RULES] = lens_rules,
    };
    assert((unsigned)lens < STEME_LENS_COUNT && rules[lens] != NULL);
    *out_result = (lens_result){.conflict = tally_conflict(options, tally)};
    if (tally->candidate_count > 0)
        rules[lens](options, tally, out_result);
    else if (lens == STEME_LENS_RULES)
        out_result->verdict = STEME_VERDICT_UNKNOWN;
    out_result->agreement = lens_agreement(out_result->conflict);
}
