#include "common/database_methods.h"

void database_close(database *self)
{
    if (self != NULL) {
        self->methods->close(self);
    }
}

void database_refresh(database *self)
{
    self->methods->refresh(self);
}

const char *database_notice(const database *self)
{
    return self->methods->notice(self);
}

steme_status database_next_stamp(database *self, steme_stamp *out_stamp, steme_error *error)
{
    return self->methods->next_stamp(self, out_stamp, error);
}

steme_status database_submit(database *self, steme_append *items, size_t count, int is_verified,
                             steme_error *error)
{
    return self->methods->submit(self, items, count, is_verified, error);
}

steme_status database_forget(database *self, const steme_id *id, const char *reason,
                             steme_error *error)
{
    return self->methods->forget(self, id, reason, error);
}

steme_status database_find(database *self, const char *digits, steme_id *out_id, steme_error *error)
{
    return self->methods->find(self, digits, out_id, error);
}

steme_status database_get(database *self, const steme_id *id, steme_record *out_record,
                          steme_error *error)
{
    return self->methods->get(self, id, out_record, error);
}

steme_status database_visit(database *self, database_page *page, steme_record_visit visit,
                            void *context, steme_error *error)
{
    return self->methods->visit(self, page, visit, context, error);
}

steme_status database_stat(database *self, steme_stat *out_stat, database_room *out_room,
                           steme_error *error)
{
    return self->methods->stat(self, out_stat, out_room, error);
}

steme_status database_root(database *self, answer_set *out_set, steme_error *error)
{
    return self->methods->root(self, out_set, error);
}

steme_status database_prove(database *self, const steme_id *id, answer_set *out_set,
                            uint8_t **out_proof, size_t *out_proof_size, steme_error *error)
{
    return self->methods->prove(self, id, out_set, out_proof, out_proof_size, error);
}

steme_status database_lifecycle(database *self, const lifecycle_question *question,
                                lifecycle_visit visit, void *context, steme_error *error)
{
    return self->methods->lifecycle(self, question, visit, context, error);
}

steme_status database_truth(database *self, const truth_question *question,
                            steme_truth_model **out_model, text_buffer *out_path,
                            steme_error *error)
{
    return self->methods->truth(self, question, out_model, out_path, error);
}

steme_status database_query_open(database *self, const steme_query_options *options,
                                 int with_evidence, database_query **out_query, steme_error *error)
{
    return self->methods->query_open(self, options, with_evidence, out_query, error);
}

steme_status database_conflicts_open(database *self, const steme_conflict_options *options,
                                     steme_conflict_summary *out_summary,
                                     database_query **out_query, steme_error *error)
{
    return self->methods->conflicts_open(self, options, out_summary, out_query, error);
}

void database_query_close(database_query *query)
{
    if (query != NULL) {
        query->methods->query_close(query);
    }
}

const answer_set *database_query_set(const database_query *query)
{
    return &query->set;
}

steme_status database_query_next_match(database_query *query, const steme_match **out_match,
                                       steme_error *error)
{
    return query->methods->query_next_match(query, out_match, error);
}

steme_status database_query_next_answer(database_query *query, const steme_answer **out_answer,
                                        steme_error *error)
{
    return query->methods->query_next_answer(query, out_answer, error);
}

steme_status database_query_cursor(database_query *query, const char **out_cursor,
                                   steme_error *error)
{
    return query->methods->query_cursor(query, out_cursor, error);
}

steme_status database_query_next_evidence(database_query *query, steme_record *out_record,
                                          uint8_t **out_proof, size_t *out_proof_size,
                                          steme_error *error)
{
    return query->methods->query_next_evidence(query, out_record, out_proof, out_proof_size, error);
}
