/* conflict_rank.h -- how disputed one pair is: docs/lenses.md, section 8.
 *
 * Memory is kept between pairs, of which there are many: zero-initialise. Threads: one. */
#ifndef QUERY_CONFLICT_RANK_H
#define QUERY_CONFLICT_RANK_H

#include <stddef.h>
#include <stdint.h>
#include <steme/error.h>

/* A row that counts. */
typedef struct conflict_row {
    uint64_t agent;
    uint64_t source; /* as in the row; then the hash of its name where the agent has several */
    uint64_t stamp_ns;
    int64_t claim_time_ns;
    uint64_t value; /* a keyed hash */
    uint64_t position;
} conflict_row;

/* What identities give to a value. */
typedef struct conflict_sum {
    uint64_t value;
    uint64_t units;
    uint32_t slot; /* which leads to it */
} conflict_sum;

enum { CONFLICT_TERM_COUNT = 1024 };

typedef struct conflict_ranking {
    uint64_t *values; /* of one identity */
    conflict_sum *sums;
    uint32_t *slots; /* numbers of sums, by their values; where the sum does not say so, free */
    uint32_t sum_count;
    size_t capacity; /* of values and sums; twice as many slots. A power of two, or 0 */
    struct {
        uint32_t share; /* 0 = nothing */
        uint64_t term;
    } terms[CONFLICT_TERM_COUNT]; /* of the entropy, as last worked out */
} conflict_ranking;

void query_conflict_ranking_deinit(conflict_ranking *ranking);

/* The rank of a pair with several values; the rows of an agent are neighbours, each its newest by
 * one source. Errors: STEME_NO_MEMORY. */
STEME_MUST_CHECK steme_status query_conflict_rank(conflict_ranking *ranking,
                                                  const conflict_row *rows, size_t count,
                                                  uint64_t *out_rank, steme_error *error);

/* The conflict times what stands outside the winner; UINT64_MAX where that is too much. */
uint64_t query_conflict_rank_of(uint64_t identity_count, uint64_t winner_units, uint32_t conflict);

#endif
