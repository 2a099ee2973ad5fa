/* database.h -- a set of records wherever it is: in a folder, or with a node that serves one.
 *
 * Everything that a command reads or writes goes through here, so that it answers the same from
 * either place, byte for byte.
 *
 * Threads:  a database and its queries are one thread's.
 * Lifetime: queries end before their database.
 * Failure:  as the store's functions of the same names; from a node with the node's own status and
 *           words. Beside that STEME_IO where it does not answer. */
#ifndef COMMON_DATABASE_H
#define COMMON_DATABASE_H

#include <steme/query.h>
#include <steme/store.h>

#include "common/lifecycle_json.h"
#include "common/truth_models.h"

typedef struct database database;
typedef struct database_query database_query;

/* The set that an answer was given from. */
typedef struct answer_set {
    steme_id root;
    uint64_t record_count;
} answer_set;

/* Opens a folder; `options` as steme_store_open's. All that is read comes from one snapshot, taken
 * by the first reading. */
STEME_MUST_CHECK steme_status database_open_folder(const char *directory,
                                                   const steme_store_options *options,
                                                   database **out_database, steme_error *error);
/* Accepts NULL. */
void database_close(database *self);
/* What is read from here on is of the newest state; no query is open. */
void database_refresh(database *self);
/* See steme_store_notice. */
const char *database_notice(const database *self);

/* ---- Writing ------------------------------------------------------------------------------ */

STEME_MUST_CHECK steme_status database_next_stamp(database *self, steme_stamp *out_stamp,
                                                  steme_error *error);
/* See steme_store_append_many. A node checks every signature itself. */
STEME_MUST_CHECK steme_status database_submit(database *self, steme_append *items, size_t count,
                                              int is_verified, steme_error *error);

/* See steme_store_forget. A node does it on its folder's socket only: STEME_PERMISSION elsewhere.
 */
STEME_MUST_CHECK steme_status database_forget(database *self, const steme_id *id,
                                              const char *reason, steme_error *error);

/* ---- Reading ------------------------------------------------------------------------------ */

/* The id that begins with these digits: lower-case hexadecimal, fewer than 64 of them.
 * Errors: STEME_NOT_FOUND, STEME_INVALID (more than one record's id does). */
STEME_MUST_CHECK steme_status database_find(database *self, const char *digits, steme_id *out_id,
                                            steme_error *error);
/* The record is borrowed until the next database_get. */
STEME_MUST_CHECK steme_status database_get(database *self, const steme_id *id,
                                           steme_record *out_record, steme_error *error);
/* Which records of a walk over all, and what became of it. */
typedef struct database_page {
    steme_span cursor;                /* begin behind it; empty = with the first */
    uint64_t limit;                   /* 0 = all */
    char next[STEME_CURSOR_SIZE_MAX]; /* out: the cursor behind what was visited, empty where
                                       * nothing follows; also where a node's stream breaks off */
    uint64_t absent_count;            /* out: left out */
} database_page;
/* See steme_snapshot_visit; `arrival_ns` is 0 where the node does not tell it. */
STEME_MUST_CHECK steme_status database_visit(database *self, database_page *page,
                                             steme_record_visit visit, void *context,
                                             steme_error *error);
/* Why nothing is taken from peers. */
typedef enum database_refusal {
    DATABASE_REFUSES_NOTHING,
    DATABASE_DISK_IS_FULL, /* nearly */
    DATABASE_STORE_FAILED, /* it takes no records until it is opened again */
} database_refusal;
typedef struct database_room {
    steme_space space;
    database_refusal refusal; /* of a folder: what a node with the same marks would do */
} database_room;
STEME_MUST_CHECK steme_status database_stat(database *self, steme_stat *out_stat,
                                            database_room *out_room, steme_error *error);
STEME_MUST_CHECK steme_status database_root(database *self, answer_set *out_set,
                                            steme_error *error);
/* A proof against the root of `*out_set`; give it back by free. */
STEME_MUST_CHECK steme_status database_prove(database *self, const steme_id *id,
                                             answer_set *out_set, uint8_t **out_proof,
                                             size_t *out_proof_size, steme_error *error);

/* See lifecycle_ask. */
STEME_MUST_CHECK steme_status database_lifecycle(database *self, const lifecycle_question *question,
                                                 lifecycle_visit visit, void *context,
                                                 steme_error *error);

/* See truth_models_answer. */
STEME_MUST_CHECK steme_status database_truth(database *self, const truth_question *question,
                                             steme_truth_model **out_model, text_buffer *out_path,
                                             steme_error *error);

/* ---- Asking ------------------------------------------------------------------------------- */

/* `with_evidence` = 1 where database_query_next_evidence will be called: for a lens, one subject
 * and one predicate. */
STEME_MUST_CHECK steme_status database_query_open(database *self,
                                                  const steme_query_options *options,
                                                  int with_evidence, database_query **out_query,
                                                  steme_error *error);
STEME_MUST_CHECK steme_status database_conflicts_open(database *self,
                                                      const steme_conflict_options *options,
                                                      steme_conflict_summary *out_summary,
                                                      database_query **out_query,
                                                      steme_error *error);
/* Accepts NULL. */
void database_query_close(database_query *query);

/* What the answers of this query rest on; nothing for a query without a lens. */
const answer_set *database_query_set(const database_query *query);

/* As steme_query_next_match and steme_query_next_answer. */
STEME_MUST_CHECK steme_status database_query_next_match(database_query *query,
                                                        const steme_match **out_match,
                                                        steme_error *error);
STEME_MUST_CHECK steme_status database_query_next_answer(database_query *query,
                                                         const steme_answer **out_answer,
                                                         steme_error *error);

/* See steme_query_cursor. Of a node's query only once there is no next match or answer, or it broke
 * off: behind what it gave until then; NULL also where that is not known. */
STEME_MUST_CHECK steme_status database_query_cursor(database_query *query, const char **out_cursor,
                                                    steme_error *error);

/* The next record that the latest answer was made of, ascending by id (see steme_query_records), to
 * be asked for before the next answer: borrowed until the next call; and the proof that it is in
 * the query's set, to be given back by free, or NULL after the last. */
STEME_MUST_CHECK steme_status database_query_next_evidence(database_query *query,
                                                           steme_record *out_record,
                                                           uint8_t **out_proof,
                                                           size_t *out_proof_size,
                                                           steme_error *error);

#endif
