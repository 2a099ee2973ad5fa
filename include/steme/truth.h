/* truth.h -- fitted models of how far each source is to be believed: docs/lenses.md, section 11.
 *
 *   steme_truth_fit(snapshot, &(steme_truth_fit_options){0}, &model, &error);
 *   steme_query_options options = {…, .lens = STEME_LENS_TRUTH, .truth_model = model};
 *
 * A model is made of the claims under one root and is bytes with a hash: whoever has the same
 * records makes the same model. Chances are integers in millionths.
 *
 * Threads:  a model is const once loaded: any thread may read it.
 * Lifetime: what is borrowed from a model is valid until it is freed. */
#ifndef STEME_TRUTH_H
#define STEME_TRUTH_H

#include <steme/error.h>
#include <steme/store.h>
#include <steme/types.h>
#include <steme/view.h>

#ifdef __cplusplus
extern "C" {
#endif

#define STEME_TRUTH_BIN_COUNT 10

typedef struct steme_truth_model steme_truth_model;

/* What a model is made of: as in steme_query_options. Zero = everything. */
typedef struct steme_truth_fit_options {
    steme_span predicate; /* empty = all */
    int has_as_of;
    int64_t as_of_ns;                    /* default: the time of the newest record's stamp */
    uint64_t evaluated_at_ns;            /* 0 = the system's clock */
    const steme_view *view;              /* NULL = the open view */
    steme_progress_visit visit_progress; /* of subjects with a predicate; may be NULL */
    void *context;
} steme_truth_fit_options;

/* Fits a model to the claims of the snapshot. The same records, predicate, as_of and view give the
 * same bytes. *out_model is steme_truth_model_free's.
 * Errors: STEME_NOT_FOUND (no claims), STEME_TOO_LARGE, STEME_NO_MEMORY, STEME_CORRUPT,
 * STEME_CANCELLED. */
STEME_API STEME_MUST_CHECK steme_status steme_truth_fit(steme_snapshot *snapshot,
                                                        const steme_truth_fit_options *options,
                                                        steme_truth_model **out_model,
                                                        steme_error *error);

/* A model from its bytes, which are copied. *out_model is steme_truth_model_free's.
 * Errors: STEME_NOT_CANONICAL, STEME_INVALID, STEME_NO_MEMORY. */
STEME_API STEME_MUST_CHECK steme_status steme_truth_model_load(steme_span bytes,
                                                               steme_truth_model **out_model,
                                                               steme_error *error);
STEME_API void steme_truth_model_free(steme_truth_model *model); /* NULL is fine */

/* Its bytes, borrowed, and their BLAKE3 hash, which names it in receipts. */
STEME_API steme_span steme_truth_model_bytes(const steme_truth_model *model);
STEME_API steme_id steme_truth_model_id(const steme_truth_model *model);

/* The root of the records that it was fitted to; claims after as_of were not seen. */
STEME_API steme_id steme_truth_model_root(const steme_truth_model *model);
STEME_API int64_t steme_truth_model_as_of_ns(const steme_truth_model *model);

typedef enum steme_truth_kind {
    STEME_TRUTH_LABELS,  /* few values: a confusion for each source */
    STEME_TRUTH_OPEN,    /* many values: an accuracy for each source */
    STEME_TRUTH_NUMBERS, /* weights, and the weighted median */
} steme_truth_kind;

/* How well claims are told from the others about the same task. */
typedef struct steme_truth_bin {
    uint32_t claim_count;
    uint32_t expected_millionths; /* mean chance of the most probable value */
    uint32_t observed_millionths; /* part that came true */
} steme_truth_bin;

typedef struct steme_truth_predicate {
    steme_span name;
    steme_truth_kind kind;
    uint32_t task_count;
    uint32_t claim_count;
    uint32_t source_count;
    uint32_t accuracy_millionths; /* of all claims */
    uint32_t brier_millionths;
    uint32_t calibration_error_millionths;       /* expected calibration error over the bins */
    steme_truth_bin bins[STEME_TRUTH_BIN_COUNT]; /* by chance, ascending */
} steme_truth_predicate;

STEME_API uint32_t steme_truth_model_predicate_count(const steme_truth_model *model);
/* 1 and *out_predicate, or 0 where `index` is not below the count. Ascending by name. */
STEME_API int steme_truth_model_predicate(const steme_truth_model *model, uint32_t index,
                                          steme_truth_predicate *out_predicate);

/* One (identity, source name) on one predicate. */
typedef struct steme_truth_source {
    steme_agent identity;
    steme_span name; /* empty = claims without a source */
    uint32_t claim_count;
    uint32_t accuracy_millionths;
    uint32_t weight_millionths; /* numbers: 1,000,000 = the mean; else 0 */
    uint32_t group;             /* equal for those who copy from each other */
} steme_truth_source;

/* 1 and *out_source, or 0 where there is none. Ascending by (identity, name). */
STEME_API int steme_truth_model_source(const steme_truth_model *model, uint32_t predicate,
                                       uint32_t index, steme_truth_source *out_source);

#ifdef __cplusplus
}
#endif
#endif
