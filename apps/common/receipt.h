/* receipt.h -- an answer with all that it takes to give it again, and to check it with no store.
 *
 * A receipt is the answer's JSON document in which each record of "receipt" has its bytes and the
 * proof that it is in the set; "consulted" are the other records that the answer was made of;
 * "question" is the question as a QueryRequest of stemedb.api.v1, the view's file in it; "hash" is
 * BLAKE3 of the document without it, on one line. The text has one form: not a byte of it may be
 * otherwise.
 *
 * It proves that these records were in that set and lead to that answer, not that nothing was
 * withheld. */
#ifndef COMMON_RECEIPT_H
#define COMMON_RECEIPT_H

#include "common/database.h"

/* The receipt of `answer`, the latest of `query`, which was opened with evidence; free the text.
 * `question` is what was asked. */
STEME_MUST_CHECK steme_status receipt_make(const steme_answer *answer,
                                           const steme_query_options *question,
                                           database_query *query, char **out_text,
                                           steme_error *error);

typedef struct receipt_report {
    steme_id root;
    size_t record_count;    /* that the answer counts */
    size_t consulted_count; /* beside them */
} receipt_report;

/* Checks form, hash, every record and every proof, asks the same question of these records alone,
 * in a store made at `folder` (absent, or empty), and compares the answer. `text` is anybody's.
 * `model` is the one that the receipt names, for an answer of the lens truth by a model; else NULL.
 * Errors: STEME_INVALID, saying what does not hold; STEME_VERSION; those of a store. */
STEME_MUST_CHECK steme_status receipt_verify(steme_span text, const char *folder,
                                             const steme_truth_model *model,
                                             receipt_report *out_report, steme_error *error);

#endif
