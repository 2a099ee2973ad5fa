/* answer_json.h -- answers and receipts as JSON, the same for every way out of the store.
 *
 * The form is the one of docs/lenses.md: "winner", "value" and "runner_up" are null where the lens
 * names none. All functions give objects of the caller's; without memory they end the program. */
#ifndef COMMON_ANSWER_JSON_H
#define COMMON_ANSWER_JSON_H

#include <jansson.h>

#include <steme/query.h>

#include "common/database.h"

json_t *answer_to_json(const steme_answer *answer, const answer_set *set);

/* The answer to a question that no record speaks to. */
json_t *answer_empty_to_json(const steme_query_options *question, uint64_t evaluated_at_ns,
                             const answer_set *set);

/* The receipt with what it takes to check it with no store: each record's bytes, and the proof that
 * it is in the set. `answer` is the latest of `query`. Errors: those of database_query_evidence. */
STEME_MUST_CHECK steme_status answer_receipt_to_json(const steme_answer *answer,
                                                     database_query *query, json_t **out_receipt,
                                                     steme_error *error);

/* "exact", …, "number:0.5". */
json_t *answer_equivalence_to_json(const steme_equivalence *equivalence);

/* A record in the form of docs/format.md; null where `record` is NULL. */
json_t *answer_record_to_json(const steme_record *record);

#endif
