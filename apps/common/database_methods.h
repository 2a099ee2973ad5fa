/* database_methods.h -- what a place of records has to do; for database*.c alone.
 *
 * A database begins with its `database`, a query with its `database_query`. */
#ifndef COMMON_DATABASE_METHODS_H
#define COMMON_DATABASE_METHODS_H

#include "common/database.h"

typedef struct database_methods {
    void (*close)(database *self);
    void (*refresh)(database *self);
    const char *(*notice)(const database *self);
    steme_status (*next_stamp)(database *self, steme_stamp *out_stamp, steme_error *error);
    steme_status (*submit)(database *self, steme_append *items, size_t count, int is_verified,
                           steme_error *error);
    steme_status (*forget)(database *self, const steme_id *id, const char *reason,
                           steme_error *error);
    steme_status (*find)(database *self, const char *digits, steme_id *out_id, steme_error *error);
    steme_status (*get)(database *self, const steme_id *id, steme_record *out_record,
                        steme_error *error);
    steme_status (*visit)(database *self, database_page *page, steme_record_visit visit,
                          void *context, steme_error *error);
    steme_status (*stat)(database *self, steme_stat *out_stat, database_room *out_room,
                         steme_error *error);
    steme_status (*root)(database *self, answer_set *out_set, steme_error *error);
    steme_status (*prove)(database *self, const steme_id *id, answer_set *out_set,
                          uint8_t **out_proof, size_t *out_proof_size, steme_error *error);
    steme_status (*lifecycle)(database *self, const lifecycle_question *question,
                              lifecycle_visit visit, void *context, steme_error *error);
    steme_status (*truth)(database *self, const truth_question *question,
                          steme_truth_model **out_model, text_buffer *out_path, steme_error *error);
    steme_status (*query_open)(database *self, const steme_query_options *options,
                               int with_evidence, database_query **out_query, steme_error *error);
    steme_status (*conflicts_open)(database *self, const steme_conflict_options *options,
                                   steme_conflict_summary *out_summary, database_query **out_query,
                                   steme_error *error);
    void (*query_close)(database_query *query);
    steme_status (*query_next_match)(database_query *query, const steme_match **out_match,
                                     steme_error *error);
    steme_status (*query_next_answer)(database_query *query, const steme_answer **out_answer,
                                      steme_error *error);
    steme_status (*query_cursor)(database_query *query, const char **out_cursor,
                                 steme_error *error);
    steme_status (*query_next_evidence)(database_query *query, steme_record *out_record,
                                        uint8_t **out_proof, size_t *out_proof_size,
                                        steme_error *error);
} database_methods;

struct database {
    const database_methods *methods;
};

struct database_query {
    const database_methods *methods;
    answer_set set;
};

#endif
