/* remote_query.h -- a query that a node answers; for database_remote.c alone.
 *
 * Puts the pieces of an answer together. What a node says is bounded and checked for its form, not
 * for its truth: `--receipt` is for that. */
#ifndef COMMON_REMOTE_QUERY_H
#define COMMON_REMOTE_QUERY_H

#include "common/database_methods.h"
#include "common/rpc_reader.h"

/* Reads the header; `reader` is taken in any case. `out_summary` is for conflicts, else NULL. */
STEME_MUST_CHECK steme_status remote_query_open(rpc_reader *reader, const database_methods *methods,
                                                int has_lens, steme_conflict_summary *out_summary,
                                                database_query **out_query, steme_error *error);
void remote_query_close(database_query *query);
STEME_MUST_CHECK steme_status remote_query_next_match(database_query *query,
                                                      const steme_match **out_match,
                                                      steme_error *error);
STEME_MUST_CHECK steme_status remote_query_next_answer(database_query *query,
                                                       const steme_answer **out_answer,
                                                       steme_error *error);
STEME_MUST_CHECK steme_status remote_query_cursor(database_query *query, const char **out_cursor,
                                                  steme_error *error);
STEME_MUST_CHECK steme_status remote_query_next_evidence(database_query *query,
                                                         steme_record *out_record,
                                                         uint8_t **out_proof,
                                                         size_t *out_proof_size,
                                                         steme_error *error);

#endif
