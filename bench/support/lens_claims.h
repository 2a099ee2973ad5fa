/* lens_claims.h -- what bench_lens asks about, the same claims for the store and for PostgreSQL.
 *
 * There are subjects of 1, 10, 100, 1,000 and 10,000 claims, each claim by an agent of its own; a
 * fifth of them have a vote. Beside them are supersessions and endorsements of records that nobody
 * asks about. They come agent by agent, as registries are loaded, so that the claims
 * of a large subject are far from each other. */
#ifndef BENCH_LENS_CLAIMS_H
#define BENCH_LENS_CLAIMS_H

#include <steme/lens.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    LENS_SIZE_COUNT = 5,
    LENS_AGENT_COUNT = 10000,
    LENS_VOTER_COUNT = 7, /* agents after those */
    LENS_SOURCE_COUNT = 20,
    LENS_VALUE_COUNT = 16,
    LENS_BESIDE_COUNT = 10000, /* supersessions, and as many endorsements */
    LENS_PEER_COUNT = 5,       /* lenses that are asked of PostgreSQL too */
    LENS_SUBJECT_SIZE = 48,
};

#define LENS_START_NS (UINT64_C(1767225600) * 1000000000)

extern const uint32_t lens_sizes[LENS_SIZE_COUNT];
extern const uint32_t lens_ask_counts[LENS_SIZE_COUNT]; /* questions for each figure */
extern const steme_lens lens_peer_lenses[LENS_PEER_COUNT];

typedef struct lens_claim {
    uint64_t number;                 /* by arrival; its time and stamp are a microsecond each */
    char subject[LENS_SUBJECT_SIZE]; /* and predicate: the lens rules finds no other subjects' */
    uint32_t agent;
    uint32_t source;
    uint32_t value;
    uint32_t confidence; /* millionths */
    uint32_t source_class;
    bool has_vote;
    uint32_t voter;       /* an agent */
    int32_t vote;         /* millionths */
    uint64_t vote_number; /* as a claim's */
} lens_claim;

/* Calls `visit` for each of about `claim_count` claims (a million at most), in order of arrival;
 * the number of those. `visit` may be NULL. */
uint64_t lens_claims_visit(uint64_t claim_count,
                           void (*visit)(void *context, const lens_claim *claim), void *context);
uint64_t lens_claim_time_ns(uint64_t number);
/* The subject of question `number` among those of size `size`. */
void lens_question(uint64_t claim_count, uint32_t size, uint64_t number,
                   char out_subject[LENS_SUBJECT_SIZE]);

#endif
