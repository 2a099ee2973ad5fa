/* lens.h -- resolving the candidates of one (subject, predicate): docs/lenses.md, sections 2 to 4.
 *
 * Pure integer functions of their arguments: no heap, no clock, no floating point, no failure. What
 * they give does not depend on the order of the candidates or on how values are numbered.
 *
 *   lens_tally_count(candidates, count, values, value_count, &tally);
 *   lens_resolve(STEME_LENS_CONSENSUS, &tally, &result);
 *
 * Threads: no shared state. */
#ifndef LENS_LENS_H
#define LENS_LENS_H

#include <steme/lens.h>
#include <steme/types.h>

#define LENS_UNIT 1000000u /* one, in millionths */

/* A pair (record, identity). */
typedef struct lens_candidate {
    const uint8_t *identity; /* 32 bytes */
    const uint8_t *id;       /* 32 bytes, of the record */
    const steme_stamp *stamp;
    int64_t claim_time_ns;
    uint32_t record; /* the caller's number of the record */
    uint32_t value;  /* 0 to value_count - 1: equal where the values count as one */
    uint32_t weight; /* out: what the identity gives to the value by this record, in millionths */
} lens_candidate;

/* One value and who claims it. Indexes are into the candidates. */
typedef struct lens_value {
    uint64_t units; /* millionths */
    uint32_t share; /* millionths */
    uint32_t signer_count;
    uint32_t newest; /* greatest (claim time, stamp, id) */
    uint32_t last;   /* greatest (stamp, id): decides between equals */
} lens_value;

typedef struct lens_tally {
    const lens_candidate *candidates;
    uint32_t candidate_count;
    const lens_value *values;
    uint32_t value_count;
    uint32_t identity_count;
} lens_tally;

/* Sorts the candidates by identity, fills in their weights and the `value_count` values; every
 * value has a candidate. *out_tally borrows both arrays. */
void lens_tally_count(lens_candidate *candidates, uint32_t candidate_count, lens_value *values,
                      uint32_t value_count, lens_tally *out_tally);

/* Below, at or above 0 as value `left` stands before, at or after value `right` in an answer:
 * greater share, then greater stamp, then greater id. */
int lens_value_compare(const lens_tally *tally, uint32_t left, uint32_t right);

/* The same, of two candidates: less where `left` is older by (claim time, stamp, id). */
int lens_candidate_compare_age(const lens_candidate *left, const lens_candidate *right);

typedef struct lens_result {
    int has_winner;
    int has_runner_up;
    uint32_t winner;    /* a value */
    uint32_t runner_up; /* a value */
    uint32_t confidence;
    uint32_t conflict;
    steme_agreement agreement;
} lens_result;

/* `lens` is not STEME_LENS_NONE. No candidates: no winner, no conflict, unanimous. */
void lens_resolve(steme_lens lens, const lens_tally *tally, lens_result *out_result);

/* One file each; conflict and agreement are the caller's. */
void lens_recency(const lens_tally *tally, lens_result *result);
void lens_consensus(const lens_tally *tally, lens_result *result);
void lens_skeptic(const lens_tally *tally, lens_result *result);

/* ---- Entropy: section 3 ------------------------------------------------------------------- */

/* floor(2^32 * log2(x)) for 1 <= x < 2^32; exact for x <= 1,000,000 (all of them were checked
 * against 256-bit arithmetic). */
uint64_t lens_log2(uint32_t x);

/* H of section 3, of one share; and what it makes of the sum over `value_count` values. */
uint64_t lens_entropy_term(uint32_t share);
uint32_t lens_conflict_score(uint64_t entropy, uint32_t value_count, int all_equal);

steme_agreement lens_agreement(uint32_t conflict);

#endif
