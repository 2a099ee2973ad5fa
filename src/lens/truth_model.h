/* truth_model.h -- the tables that the truth lens reads: docs/lenses.md, section 11.
 *
 * A worker is an (identity, source name). All probabilities are integers in millionths, none of
 * them 0. A model is checked when it is decoded (truth/model.h); here it is taken at its word.
 *
 * Pure integer functions of their arguments: no heap, no clock, no floating point, no failure.
 * Threads: no shared state; a model is const. */
#ifndef LENS_TRUTH_MODEL_H
#define LENS_TRUTH_MODEL_H

#include <stdbool.h>
#include <steme/types.h>

#include "lens/lens.h"

#define LENS_TRUTH_UNKNOWN   UINT32_MAX /* a worker, a predicate or a value that a model lacks */
#define LENS_TRUTH_LABEL_MAX 64u        /* values of a predicate up to which confusions are kept */
#define LENS_TRUTH_BIN_COUNT 10u

typedef enum lens_truth_kind {
    LENS_TRUTH_LABELS,  /* few values: who takes which for which (Dawid and Skene) */
    LENS_TRUTH_OPEN,    /* many values: who is right how often */
    LENS_TRUTH_NUMBERS, /* who is how near (weighted median) */
} lens_truth_kind;

typedef struct lens_truth_worker {
    steme_agent identity;
    steme_span source; /* the name; empty = none */
    uint32_t group;    /* the first worker of those that copy from each other; itself where alone */
} lens_truth_worker;

/* What is known of a worker on one predicate. */
typedef struct lens_truth_skill {
    uint32_t worker;
    uint32_t claim_count;
    uint32_t accuracy;         /* part of its claims that are right; of numbers, that are near */
    uint32_t strength;         /* LABELS: its odds of being right over the predicate's;
                                * NUMBERS: its weight over the mean weight; OPEN: 0 */
    const uint32_t *confusion; /* LABELS: [claimed * value_count + true]; NULL: from strength */
} lens_truth_skill;

/* How well claims are told from the others about the same task: of the most probable value. */
typedef struct lens_truth_bin {
    uint32_t claim_count;
    uint32_t expected; /* mean probability */
    uint32_t observed; /* part that came true */
} lens_truth_bin;

struct lens_truth_predicate {
    steme_span name;
    lens_truth_kind kind;
    uint32_t task_count;
    uint32_t claim_count;
    uint32_t accuracy;      /* mean of the claims: what an unknown worker counts as */
    uint32_t temperature;   /* what a posterior's logarithm is multiplied by */
    uint32_t false_count;   /* OPEN: how many wrong values there are to choose from, as it seems */
    uint32_t value_count;   /* LABELS; else 0 */
    const steme_id *values; /* LABELS: lens_truth_value_id */
    const uint32_t *prior;  /* LABELS: [value] */
    const uint32_t *confusion; /* LABELS: [claimed * value_count + true], of all workers */
    uint32_t skill_count;
    const lens_truth_skill *skills; /* ascending by worker */
    uint32_t brier;
    uint32_t calibration_error; /* expected calibration error over the bins */
    lens_truth_bin bins[LENS_TRUTH_BIN_COUNT];
};

struct lens_truth_model {
    steme_id root;    /* of the records that it was fitted to */
    int64_t as_of_ns; /* claims after this were not seen */
    uint32_t worker_count;
    const lens_truth_worker *workers; /* ascending by (identity, source name) */
    uint32_t predicate_count;
    const lens_truth_predicate *predicates; /* ascending by name */
};

/* Index, or LENS_TRUTH_UNKNOWN. */
uint32_t lens_truth_worker_find(const lens_truth_model *model, const uint8_t identity[32],
                                steme_span source);
uint32_t lens_truth_predicate_find(const lens_truth_model *model, steme_span name);
uint32_t lens_truth_value_find(const lens_truth_predicate *predicate, const steme_id *value);

/* What a model knows a value by: a hash of (relation, kind, payload, unit, language). */
steme_id lens_truth_value_id(const lens_record *record);

/* By weight, a number of which half of the claimants say no more and half no less; the one that is
 * claimed next below, the one next above, and how far it is from one to the other, in millionths.
 * Of NUMBERS, after lens_truth; false where no number is claimed. */
bool lens_truth_between(const lens_tally *tally, uint32_t *out_below, uint32_t *out_above,
                        uint32_t *out_fraction);

#endif
