/* fit.h -- learns from claims alone how far each worker is to be believed.
 *
 * The same claims give the same model bit for bit, under every compiler: one order, fixed
 * iterations, doubles with + - * / only. Numbers refer to: docs/lenses.md, "Truth".
 *
 * Threads:  no shared state.
 * Failure:  STEME_INVALID (claims out of order or out of range), STEME_NO_MEMORY. */
#ifndef TRUTH_FIT_H
#define TRUTH_FIT_H

#include <steme/error.h>

#include "truth/model.h"

/* A worker says of a task, a (subject, predicate), that it has a value. */
typedef struct truth_claim {
    uint32_t task;
    uint32_t worker;
    uint32_t value; /* of the task's predicate */
} truth_claim;

typedef struct truth_predicate {
    steme_span name;
    uint32_t task_count; /* the predicates' tasks follow each other */
    uint32_t value_count;
    const steme_id *values; /* lens_truth_value_id; NULL: more than LENS_TRUTH_LABEL_MAX of them */
    const double *numbers;  /* ascending, finite; NULL: values that are no numbers, or mere names */
} truth_predicate;

typedef struct truth_worker {
    steme_agent identity;
    steme_span source;
} truth_worker;

typedef struct truth_input {
    const truth_predicate *predicates; /* ascending by name */
    const truth_worker *workers;       /* ascending by (identity, source) */
    const truth_claim *claims;         /* strictly ascending by (task, worker) */
    size_t claim_count;
    uint32_t predicate_count;
    uint32_t worker_count;
    steme_id root;
    int64_t as_of_ns;
} truth_input;

/* *out_model copies what it needs; truth_model_free it. */
STEME_MUST_CHECK steme_status truth_fit(const truth_input *input, truth_model **out_model,
                                        steme_error *error);

#endif
