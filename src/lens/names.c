#include "lens/lens.h"

#include <string.h>

typedef struct lens_text {
    const char *name;
    const char *summary;
} lens_text;

static const lens_text lens_texts[STEME_LENS_COUNT] = {
    [STEME_LENS_NONE] = {"none", "every claim that matches, unresolved"},
    [STEME_LENS_RECENCY] = {"recency", "the newest claim time"},
    [STEME_LENS_CONSENSUS] = {"consensus", "the greatest share of the identities"},
    [STEME_LENS_SKEPTIC] = {"skeptic", "no winner: all values, and how much they conflict"},
    [STEME_LENS_HLC] = {"hlc", "the greatest stamp"},
    [STEME_LENS_CONFIDENCE] = {"confidence", "the claim that is surest of itself"},
    [STEME_LENS_VOTES] = {"votes", "the value whose claims have the most votes"},
    [STEME_LENS_AUTHORITY] = {"authority", "the best source class that says anything"},
    [STEME_LENS_WEIGHTED] = {"weighted", "consensus, weighted by class, confidence and trust"},
    [STEME_LENS_TRUTH] = {"truth", "what a fitted model of the sources' accuracy makes of them"},
    [STEME_LENS_CONSTRAINTS] = {"constraints", "what must be and must not be, with the reason"},
    [STEME_LENS_RULES] = {"rules", "whether a claim satisfies what authorities demand"},
    [STEME_LENS_LAYERED] = {"layered", "one winner per source class, and across them"},
};

const char *steme_lens_name(steme_lens lens)
{
    return (unsigned)lens < STEME_LENS_COUNT ? lens_texts[lens].name : NULL;
}

const char *steme_lens_summary(steme_lens lens)
{
    return (unsigned)lens < STEME_LENS_COUNT ? lens_texts[lens].summary : NULL;
}

int steme_lens_find(const char *name, steme_lens *out_lens)
{
    for (unsigned i = 0; i < STEME_LENS_COUNT; i++)
        if (strcmp(name, lens_texts[i].name) == 0) {
            *out_lens = (steme_lens)i;
            return 1;
        }
    return 0;
}

const char *steme_class_name(steme_source_class source_class)
{
    static const char *const names[STEME_CLASS_COUNT] = {"regulatory", "clinical",  "observational",
                                                         "expert",     "community", "anecdotal"};
    return (unsigned)source_class < STEME_CLASS_COUNT ? names[source_class] : NULL;
}

const char *steme_agreement_name(steme_agreement agreement)
{
    static const char *const names[] = {"unanimous", "agreed", "contested"};
    return (unsigned)agreement < 3 ? names[agreement] : NULL;
}

const char *steme_verdict_name(steme_verdict verdict)
{
    static const char *const names[] = {"none", "satisfied", "violated", "unknown"};
    return (unsigned)verdict < 4 ? names[verdict] : NULL;
}
