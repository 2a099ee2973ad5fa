/* answer_json.h -- answers and receipts as JSON, the same for every way out of the store.
 *
 * The form is the one of docs/lenses.md: "winner", "value" and "runner_up" are null where the lens
 * names none. All functions give objects of the caller's; without memory they end the program. */
#ifndef COMMON_ANSWER_JSON_H
#define COMMON_ANSWER_JSON_H

#include <jansson.h>

#include <steme/query.h>

#include "common/database.h"

/* `question` is what was asked: its lens, view, moment and filters stand in the receipt. */
json_t *answer_to_json(const steme_answer *answer, const steme_query_options *question,
                       const answer_set *set);

/* The answer to a question that no record speaks to. */
json_t *answer_empty_to_json(const steme_query_options *question, uint64_t evaluated_at_ns,
                             const answer_set *set);

/* "exact", …, "number:0.5". */
json_t *answer_equivalence_to_json(const steme_equivalence *equivalence);

/* A record in the form of docs/format.md; null where `record` is NULL. */
json_t *answer_record_to_json(const steme_record *record);

#endif
