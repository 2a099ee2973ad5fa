/* lens.h -- resolving the candidates of one (subject, predicate): docs/lenses.md, sections 2 to 4.
 *
 * Pure integer functions of their arguments: no heap, no clock, no floating point, no failure. What
 * they give does not depend on the order of the candidates or on how values are numbered.
 *
 *   lens_options_fill(&query_options.lens_options, &options);
 *   lens_tally_count(candidates, count, values, value_count, &tally);
 *   lens_resolve(&options, STEME_LENS_CONSENSUS, &tally, &result);
 *
 * Threads: no shared state. */
#ifndef LENS_LENS_H
#define LENS_LENS_H

#include <steme/lens.h>
#include <steme/types.h>

#define LENS_UNIT          1000000u /* one, in millionths */
#define LENS_TRUST_DEFAULT 500000u

/* A record of the pair. */
typedef struct lens_record {
    const uint8_t *id; /* 32 bytes */
    const steme_stamp *stamp;
    int64_t claim_time_ns;
    uint32_t value;  /* 0 to value_count - 1: equal where the values count as one */
    uint32_t object; /* below value_count: the same, whatever relation and side the values have */
    int is_rule;     /* of the authorities' side (rules); a value is of one side */
    steme_relation relation;
    const steme_value *content; /* NULL for STEME_RELATION_NONE */
    steme_span unit;
    steme_span language;
    steme_span source; /* its source's name, for truth; empty = none */
    int64_t votes;     /* tally in millionths, votes on one's own claims left out */
    uint32_t tiers;    /* scratch: bit t = a pair of it is of source class t */
} lens_record;

/* Scratch of truth: who says what. */
typedef struct lens_voice {
    uint32_t worker; /* of the model */
    uint32_t value;
    uint32_t candidate;
} lens_voice;

/* A pair (record, identity). */
typedef struct lens_candidate {
    const uint8_t *identity; /* 32 bytes */
    lens_record *record;
    uint32_t confidence; /* effective, after decay; millionths */
    uint32_t trust;      /* in the identity; millionths */
    steme_source_class source_class;
    uint32_t weight; /* out: what it weighed, in millionths */
    lens_voice voice;
} lens_candidate;

/* One value and who claims it. Everything is filled in here; indexes are into the candidates. */
typedef struct lens_value {
    uint64_t units; /* millionths */
    uint32_t share; /* millionths */
    uint32_t signer_count;
    uint32_t newest; /* greatest (claim time, stamp, id) */
    uint32_t last;   /* greatest (stamp, id) */

    /* By the lens: where the value stands, in this order; see lens_pick. */
    int is_out;          /* no candidate of this lens */
    uint32_t tier;       /* source class; the smaller stands before */
    int64_t score;       /* the greater stands before */
    uint64_t weight;     /* the same: sum of the weights */
    uint32_t tie;        /* then: candidate whose greater (stamp, id) decides */
    uint32_t head;       /* candidate that quotes the value */
    uint32_t confidence; /* lenses by source class: the greatest effective one that counts */

    steme_verdict verdict; /* rules: of a rule, about the winner */
    int is_overruled;      /* rules, constraints */

    uint64_t ballots;  /* scratch of lens/conflict.h: units, */
    uint32_t voters;   /* who gave them, */
    uint32_t sides[2]; /* and for and against the object with this number */

    uint32_t label;     /* scratch of truth: of the model; */
    uint32_t order;     /* [place]: the value there, of numbers, ascending; */
    uint32_t posterior; /* millionths */
} lens_value;

typedef struct lens_tally {
    lens_candidate *candidates; /* ascending by identity, value, age */
    uint32_t candidate_count;
    lens_value *values;
    uint32_t value_count;
    uint32_t identity_count;
} lens_tally;

/* Sorts the candidates by identity and fills in their weights and the `value_count` values; every
 * value has a candidate. *out_tally borrows both arrays. */
void lens_tally_count(lens_candidate *candidates, uint32_t candidate_count, lens_value *values,
                      uint32_t value_count, lens_tally *out_tally);

/* Below, at or above 0 as value `left` stands before, at or after value `right` in an answer:
 * greater share, then greater stamp, then greater id. */
int lens_value_compare(const lens_tally *tally, uint32_t left, uint32_t right);

/* Less where `left` is older by (claim time, stamp, id). */
int lens_record_compare_age(const lens_record *left, const lens_record *right);
/* The same by (stamp, id). */
int lens_record_compare_stamp(const lens_record *left, const lens_record *right);

/* ---- The answer ---------------------------------------------------------------------------- */

typedef struct lens_truth_model lens_truth_model; /* lens/truth_model.h */
typedef struct lens_truth_predicate lens_truth_predicate;

typedef struct lens_options {
    uint32_t class_weights[STEME_CLASS_COUNT]; /* millionths */
    int is_many; /* the predicate's cardinality: different values do not conflict */
    const lens_truth_model *truth_model;         /* NULL = none: truth has no winner */
    const lens_truth_predicate *truth_predicate; /* its; NULL = it knows nothing of this one */
} lens_options;

/* From what the query was given; cardinality one, no model. */
void lens_options_fill(const steme_lens_options *given, lens_options *out_options);

/* What the claims of one source class say. */
typedef struct lens_tier {
    steme_source_class source_class;
    uint32_t record_count;
    uint32_t winner;      /* a value */
    uint32_t winner_head; /* a candidate: the record to quote */
    uint32_t confidence;
    uint32_t conflict;
} lens_tier;

/* What a lens does not have is 0. */
typedef struct lens_result {
    int has_winner;
    int has_runner_up;
    uint32_t winner;         /* a value */
    uint32_t winner_head;    /* a candidate: the record to quote */
    uint32_t runner_up;      /* a value */
    uint32_t runner_up_head; /* a candidate */
    uint32_t confidence;
    uint32_t conflict;
    steme_agreement agreement;
    steme_verdict verdict; /* rules; values[].verdict and is_overruled beside it */
    int has_rule;
    uint32_t rule;      /* a value: the rule that decided */
    uint32_t rule_head; /* a candidate */
    uint32_t tier_count;
    lens_tier tiers[STEME_CLASS_COUNT]; /* layered: those with candidates, the best first */
} lens_result;

/* `lens` is not STEME_LENS_NONE. No candidates: no winner, no conflict, unanimous. */
void lens_resolve(const lens_options *options, steme_lens lens, lens_tally *tally,
                  lens_result *out_result);

/* One file each. *result has conflict and agreement by section 3 already; the tally has a
 * candidate, and its values' places are zero but for tie = last and head = newest. */
void lens_recency(const lens_options *options, lens_tally *tally, lens_result *result);
void lens_hlc(const lens_options *options, lens_tally *tally, lens_result *result);
void lens_consensus(const lens_options *options, lens_tally *tally, lens_result *result);
void lens_confidence(const lens_options *options, lens_tally *tally, lens_result *result);
void lens_votes(const lens_options *options, lens_tally *tally, lens_result *result);
void lens_authority(const lens_options *options, lens_tally *tally, lens_result *result);
void lens_weighted(const lens_options *options, lens_tally *tally, lens_result *result);
void lens_truth(const lens_options *options, lens_tally *tally, lens_result *result);
void lens_constraints(const lens_options *options, lens_tally *tally, lens_result *result);
void lens_rules(const lens_options *options, lens_tally *tally, lens_result *result);
void lens_skeptic(const lens_options *options, lens_tally *tally, lens_result *result);
void lens_layered(const lens_options *options, lens_tally *tally, lens_result *result);

/* Winner and runner-up: the first two values, of those that are not out, by their places. The
 * confidence is the caller's. */
void lens_pick(const lens_tally *tally, lens_result *result);

/* ---- Conflict: section 3; of a tally see lens/conflict.h ----------------------------------- */

/* H of section 3, of one share; and what it makes of the sum over `value_count` values. */
uint64_t lens_entropy_term(uint32_t share);
uint32_t lens_conflict_score(uint64_t entropy, uint32_t value_count, int all_equal);

steme_agreement lens_agreement(uint32_t conflict);

#endif
