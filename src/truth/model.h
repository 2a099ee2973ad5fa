/* model.h -- a fitted model in memory and as bytes (canonical CBOR, drawn in docs/lenses.md,
 * section 11).
 *
 * Bytes come from outside: everything is bounded and checked, so that the lens can take a decoded
 * model at its word.
 *
 * Threads: a model is const once made. */
#ifndef TRUTH_MODEL_H
#define TRUTH_MODEL_H

#include <steme/error.h>
#include <steme/truth.h>

#include "base/memory.h"
#include "lens/truth_model.h"

#define TRUTH_MODEL_VERSION 1

typedef struct steme_truth_model truth_model;

struct steme_truth_model {
    base_arena arena; /* holds all that `tables` points to */
    lens_truth_model tables;
    steme_span bytes; /* its own */
    steme_id id;      /* BLAKE3 of the bytes */
};

/* Copies what it needs. Errors: STEME_NOT_CANONICAL, STEME_INVALID, STEME_NO_MEMORY. */
STEME_MUST_CHECK steme_status truth_model_decode(steme_span bytes, truth_model **out_model,
                                                 steme_error *error);

/* Fills in bytes and id of a model whose tables stand. Errors: STEME_NO_MEMORY. */
STEME_MUST_CHECK steme_status truth_model_encode(truth_model *model, steme_error *error);

void truth_model_free(truth_model *model);

#endif
