#include "lens/lens.h"

#include <assert.h>
#include <string.h>

static const char *const lens_names[] = {
    [STEME_LENS_NONE] = "none",
    [STEME_LENS_RECENCY] = "recency",
    [STEME_LENS_CONSENSUS] = "consensus",
    [STEME_LENS_SKEPTIC] = "skeptic",
};

enum { LENS_COUNT = sizeof lens_names / sizeof lens_names[0] };

const char *steme_lens_name(steme_lens lens)
{
    return (unsigned)lens < LENS_COUNT ? lens_names[lens] : NULL;
}

int steme_lens_find(const char *name, steme_lens *out_lens)
{
    for (unsigned i = 0; i < LENS_COUNT; i++)
        if (strcmp(name, lens_names[i]) == 0) {
            *out_lens = (steme_lens)i;
            return 1;
        }
    return 0;
}

const char *steme_agreement_name(steme_agreement agreement)
{
    static const char *const names[] = {"unanimous", "agreed", "contested"};
    return (unsigned)agreement < 3 ? names[agreement] : NULL;
}

static uint32_t tally_conflict(const lens_tally *tally)
{
    uint64_t entropy = 0;
    int all_equal = 1;
    for (uint32_t i = 0; i < tally->value_count; i++) {
        entropy += lens_entropy_term(tally->values[i].share);
        all_equal &= tally->values[i].share == tally->values[0].share;
    }
    return lens_conflict_score(entropy, tally->value_count, all_equal);
}

void lens_resolve(steme_lens lens, const lens_tally *tally, lens_result *out_result)
{
    static void (*const rules[LENS_COUNT])(const lens_tally *, lens_result *) = {
        [STEME_LENS_RECENCY] = lens_recency,
        [STEME_LENS_CONSENSUS] = lens_consensus,
        [STEME_LENS_SKEPTIC] = lens_skeptic,
    };
    assert((unsigned)lens < LENS_COUNT && rules[lens] != NULL);
    *out_result = (lens_result){.conflict = tally_conflict(tally)};
    out_result->agreement = lens_agreement(out_result->conflict);
    if (tally->candidate_count > 0)
        rules[lens](tally, out_result);
}
