#include "lens/trust.h"
#include "lens/fixed.h"
#include "lens/lens.h"

#include <stdlib.h>

#define HALF_LIFE_NS (UINT64_C(30) * 86400 * 1000000000)

enum { HEAVY = 500000, GAIN = 50000, LOSS = 100000 };

/* Back towards the half, by what `gap_ns` leaves of the distance. */
static int64_t drift(int64_t trust, uint64_t gap_ns)
{
    int64_t distance = trust - LENS_TRUST_DEFAULT;
    uint64_t power = lens_exp2_minus(lens_ratio(gap_ns, HALF_LIFE_NS));
    int64_t left = (int64_t)((uint64_t)llabs(distance) * power >> 32);
    return LENS_TRUST_DEFAULT + (distance < 0 ? -left : left);
}

uint32_t lens_trust_fold(const lens_seed_vote *votes, uint32_t count)
{
    int64_t trust = LENS_TRUST_DEFAULT;
    const lens_seed_vote *before = NULL;
    for (uint32_t i = 0; i < count; i++) {
        const lens_seed_vote *vote = &votes[i];
        if (vote->weight > -HEAVY && vote->weight < HEAVY)
            continue;
        if (before != NULL)
            trust = drift(trust, vote->time_ns - before->time_ns);
        trust += vote->weight > 0 ? GAIN : -LOSS;
        trust = trust < 0 ? 0 : trust > LENS_UNIT ? LENS_UNIT : trust;
        before = vote;
    }
    return (uint32_t)trust;
}
