/* trust.h -- how far an identity is trusted, by what a view's seeds voted on its records:
 * docs/lenses.md, section 10.
 *
 * Threads: no shared state. */
#ifndef LENS_TRUST_H
#define LENS_TRUST_H

#include <stdint.h>

/* A seed's last vote on one of the identity's records. */
typedef struct lens_seed_vote {
    uint64_t time_ns; /* of its stamp */
    int32_t weight;   /* millionths; between -500,000 and 500,000 it moves nothing */
} lens_seed_vote;

/* Trust after the votes, which are ascending by (stamp, id); LENS_TRUST_DEFAULT without any. */
uint32_t lens_trust_fold(const lens_seed_vote *votes, uint32_t count);

#endif
