/* truth_models.h -- the fitted models that are kept in a store's folder, for the lens truth.
 *
 * They stand in DIR/truth/, each under its as_of and its hash: `AS_OF-HASH.model`, as_of in
 * nanoseconds since 1970. A file whose name or hash does not fit is no model.
 *
 * Threads: any number of readers beside a writer: a model is there when it is whole. */
#ifndef COMMON_TRUTH_MODELS_H
#define COMMON_TRUTH_MODELS_H

#include <steme/query.h>

#include "common/text.h"

#define TRUTH_MODEL_SIZE_MAX  ((uint64_t)1 << 30)
#define TRUTH_MODEL_COUNT_MAX 1024 /* in a folder */

/* Writes a model to a file, durably; what stood there is replaced as a whole. */
STEME_MUST_CHECK steme_status truth_model_save(const steme_truth_model *model, const char *path,
                                               steme_error *error);
/* Keeps it in the folder of `directory`; `out_path` gets its name.
 * Errors: STEME_IO, STEME_TOO_LARGE (TRUTH_MODEL_COUNT_MAX are kept). */
STEME_MUST_CHECK steme_status truth_models_keep(const char *directory,
                                                const steme_truth_model *model,
                                                text_buffer *out_path, steme_error *error);

/* Errors: STEME_IO, STEME_TOO_LARGE, those of steme_truth_model_load. */
STEME_MUST_CHECK steme_status truth_model_read(const char *path, steme_truth_model **out_model,
                                               steme_error *error);

/* The newest model as of `as_of_ns` or before that knows the predicate, or else the newest of all;
 * NULL where there is none. An empty predicate is known by all. */
STEME_MUST_CHECK steme_status truth_models_find(const char *directory, steme_span predicate,
                                                int64_t as_of_ns, steme_truth_model **out_model,
                                                steme_error *error);

/* What is wanted: a model fitted now, or the newest that is kept. */
typedef struct truth_question {
    int is_fit;
    int is_kept;          /* fit: in the folder too */
    steme_span predicate; /* empty = all */
    int has_as_of;        /* as steme_truth_fit's, or as truth_models_find's */
    int64_t as_of_ns;
    const steme_view *view;              /* fit: NULL = the open view */
    steme_progress_visit visit_progress; /* fit; may be NULL */
    void *context;
} truth_question;

/* `out_path` gets where the model was kept, or nothing. *out_model is the caller's.
 * Errors: STEME_NOT_FOUND (no model, no claims); those of truth_models_find, steme_truth_fit and
 * truth_models_keep. */
STEME_MUST_CHECK steme_status truth_models_answer(const steme_store *store,
                                                  steme_snapshot *snapshot,
                                                  const truth_question *question,
                                                  steme_truth_model **out_model,
                                                  text_buffer *out_path, steme_error *error);

/* For the lens truth without a model: gives the options the one that `store`'s folder has for them,
 * or none. *out_model is the caller's, NULL where the options stay as they are. */
STEME_MUST_CHECK steme_status truth_models_choose(const steme_store *store,
                                                  steme_query_options *options,
                                                  steme_truth_model **out_model,
                                                  steme_error *error);

#endif
