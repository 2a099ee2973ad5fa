/* A database in a folder. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/database_methods.h"
#include "common/database_search.h"
#include "common/text.h"
#include "common/truth_models.h"

typedef struct local_database {
    database base;
    steme_store *store;
    steme_snapshot *snapshot; /* NULL until something is read */
} local_database;

typedef struct local_query {
    database_query base;
    steme_snapshot *snapshot;
    steme_query *query;
    steme_truth_model *truth_model; /* the folder's; NULL = none */
    size_t evidence_index;          /* what comes next of the latest answer's */
} local_query;

static void close_local(database *base)
{
    local_database *self = (local_database *)base;
    steme_snapshot_close(self->snapshot);
    steme_store_close(self->store);
    free(self);
}

static void refresh(database *base)
{
    local_database *self = (local_database *)base;
    steme_snapshot_close(self->snapshot);
    self->snapshot = NULL;
}

static const char *notice(const database *base)
{
    return steme_store_notice(((const local_database *)base)->store);
}

static steme_status next_stamp(database *base, steme_stamp *out_stamp, steme_error *error)
{
    return steme_store_next_stamp(((local_database *)base)->store, out_stamp, error);
}

static steme_status submit(database *base, steme_append *items, size_t count, int is_verified,
                           steme_error *error)
{
    return steme_store_append_many(((local_database *)base)->store, items, count, is_verified,
                                   error);
}

static steme_status forget(database *base, const steme_id *id, const char *reason,
                           steme_error *error)
{
    return steme_store_forget(((local_database *)base)->store, id, reason, error);
}

/* ---- Reading ------------------------------------------------------------------------------ */

static steme_status read_by(database *base, steme_snapshot **out_snapshot, steme_error *error)
{
    local_database *self = (local_database *)base;
    steme_status status = STEME_OK;
    if (self->snapshot == NULL) {
        status = steme_snapshot_open(self->store, &self->snapshot, error);
    }
    *out_snapshot = self->snapshot;
    return status;
}

static steme_status find(database *base, const char *digits, steme_id *out_id, steme_error *error)
{
    steme_snapshot *snapshot = NULL;
    steme_record record;
    steme_status status = read_by(base, &snapshot, error);
    if (status == STEME_OK) {
        status = database_search(snapshot, digits, NULL, NULL, &record, error);
    }
    if (status == STEME_OK) {
        *out_id = record.id;
    }
    return status;
}

static steme_status get(database *base, const steme_id *id, steme_record *out_record,
                        steme_error *error)
{
    steme_snapshot *snapshot = NULL;
    steme_status status = read_by(base, &snapshot, error);
    return status == STEME_OK ? steme_snapshot_get(snapshot, id, out_record, error) : status;
}

static steme_status walk(steme_walk *records, steme_record_visit visit, void *context,
                         steme_error *error)
{
    const steme_record *record = NULL;
    uint64_t arrival_ns = 0;
    for (;;) {
        steme_status status = steme_walk_next(records, &record, &arrival_ns, error);
        if (status != STEME_OK || record == NULL) {
            return status;
        }
        status = visit(context, record, arrival_ns, error);
        if (status != STEME_OK) {
            return status;
        }
    }
}

static steme_status visit_all(database *base, database_page *page, steme_record_visit visit,
                              void *context, steme_error *error)
{
    steme_snapshot *snapshot = NULL;
    steme_walk *records = NULL;
    const char *next = NULL;
    page->next[0] = '\0';
    page->absent_count = 0;
    steme_status status = read_by(base, &snapshot, error);
    if (status == STEME_OK) {
        status = steme_walk_open(snapshot, page->cursor, page->limit, &records, error);
    }
    if (status == STEME_OK) {
        status = walk(records, visit, context, error);
    }
    if (status == STEME_OK && steme_walk_cursor(records, &next, NULL) == STEME_OK && next != NULL) {
        snprintf(page->next, sizeof page->next, "%s", next);
    }
    page->absent_count = records == NULL ? 0 : steme_walk_absent_count(records);
    steme_walk_close(records);
    return status;
}

static steme_status stat(database *base, steme_stat *out_stat, database_room *out_room,
                         steme_error *error)
{
    const local_database *self = (local_database *)base;
    steme_space *space = &out_room->space;
    steme_status status = steme_store_stat(self->store, out_stat, error);
    if (status == STEME_OK) {
        status = steme_store_space(self->store, space, error);
    }
    if (status == STEME_OK) {
        out_room->refusal = space->free_size < space->peer_free_size_min ? DATABASE_DISK_IS_FULL
                                                                         : DATABASE_REFUSES_NOTHING;
    }
    return status;
}

static steme_status root(database *base, answer_set *out_set, steme_error *error)
{
    steme_snapshot *snapshot = NULL;
    steme_status status = read_by(base, &snapshot, error);
    return status == STEME_OK
               ? steme_snapshot_root(snapshot, &out_set->root, &out_set->record_count, error)
               : status;
}

/* The library's memory as memory of malloc. */
static steme_status prove_by(steme_snapshot *snapshot, const steme_id *id, uint8_t **out_proof,
                             size_t *out_proof_size, steme_error *error)
{
    uint8_t *proof = NULL;
    size_t size = 0;
    steme_status status = steme_snapshot_prove(snapshot, id, &proof, &size, error);
    if (status == STEME_OK) {
        *out_proof = text_allocate(size);
        memcpy(*out_proof, proof, size);
        *out_proof_size = size;
        steme_free(proof);
    }
    return status;
}

static steme_status prove(database *base, const steme_id *id, answer_set *out_set,
                          uint8_t **out_proof, size_t *out_proof_size, steme_error *error)
{
    steme_snapshot *snapshot = NULL;
    steme_status status = read_by(base, &snapshot, error);
    if (status == STEME_OK) {
        status = steme_snapshot_root(snapshot, &out_set->root, &out_set->record_count, error);
    }
    return status == STEME_OK ? prove_by(snapshot, id, out_proof, out_proof_size, error) : status;
}

static steme_status lifecycle(database *base, const lifecycle_question *question,
                              lifecycle_visit visit, void *context, steme_error *error)
{
    steme_snapshot *snapshot = NULL;
    steme_truth_model *model = NULL;
    lifecycle_question asked = *question;
    steme_status status = read_by(base, &snapshot, error);
    if (status == STEME_OK) {
        status = lifecycle_choose_model(((local_database *)base)->store, &asked, &model, error);
    }
    if (status == STEME_OK) {
        status = lifecycle_ask(snapshot, &asked, visit, context, error);
    }
    steme_truth_model_free(model);
    return status;
}

static steme_status truth(database *base, const truth_question *question,
                          steme_truth_model **out_model, text_buffer *out_path, steme_error *error)
{
    steme_snapshot *snapshot = NULL;
    steme_status status = read_by(base, &snapshot, error);
    return status == STEME_OK ? truth_models_answer(((local_database *)base)->store, snapshot,
                                                    question, out_model, out_path, error)
                              : status;
}

/* ---- Asking ------------------------------------------------------------------------------- */

static const database_methods methods;

static local_query *make_query(steme_snapshot *snapshot)
{
    local_query *self = text_allocate(sizeof *self);
    *self = (local_query){.base.methods = &methods, .snapshot = snapshot};
    return self;
}

static void query_close(database_query *base)
{
    local_query *self = (local_query *)base;
    steme_query_close(self->query);
    steme_truth_model_free(self->truth_model);
    free(self);
}

static steme_status give_query(local_query *self, steme_status status, database_query **out_query)
{
    if (status != STEME_OK) {
        query_close(&self->base);
        return status;
    }
    *out_query = &self->base;
    return STEME_OK;
}

static steme_status query_open(database *base, const steme_query_options *options,
                               int with_evidence, database_query **out_query, steme_error *error)
{
    steme_snapshot *snapshot = NULL;
    steme_status status = read_by(base, &snapshot, error);
    if (status != STEME_OK) {
        return status;
    }
    local_query *self = make_query(snapshot);
    steme_query_options asked = *options;
    asked.notes_records = with_evidence;
    status =
        truth_models_choose(((local_database *)base)->store, &asked, &self->truth_model, error);
    if (status == STEME_OK) {
        status = steme_query_open(snapshot, &asked, &self->query, error);
    }
    if (status == STEME_OK && options->lens != STEME_LENS_NONE) {
        status = root(base, &self->base.set, error);
    }
    return give_query(self, status, out_query);
}

static steme_status conflicts_open(database *base, const steme_conflict_options *options,
                                   steme_conflict_summary *out_summary, database_query **out_query,
                                   steme_error *error)
{
    steme_snapshot *snapshot = NULL;
    steme_status status = read_by(base, &snapshot, error);
    if (status != STEME_OK) {
        return status;
    }
    local_query *self = make_query(snapshot);
    status = root(base, &self->base.set, error);
    if (status == STEME_OK) {
        status = steme_conflicts_open(snapshot, options, out_summary, &self->query, error);
    }
    return give_query(self, status, out_query);
}

static steme_status query_next_match(database_query *base, const steme_match **out_match,
                                     steme_error *error)
{
    return steme_query_next_match(((local_query *)base)->query, out_match, error);
}

static steme_status query_next_answer(database_query *base, const steme_answer **out_answer,
                                      steme_error *error)
{
    local_query *self = (local_query *)base;
    self->evidence_index = 0;
    return steme_query_next_answer(self->query, out_answer, error);
}

static steme_status query_cursor(database_query *base, const char **out_cursor, steme_error *error)
{
    return steme_query_cursor(((local_query *)base)->query, out_cursor, error);
}

static steme_status query_next_evidence(database_query *base, steme_record *out_record,
                                        uint8_t **out_proof, size_t *out_proof_size,
                                        steme_error *error)
{
    local_query *self = (local_query *)base;
    const steme_id *ids = NULL;
    size_t count = 0;
    steme_status status = steme_query_records(self->query, &ids, &count, error);
    if (status != STEME_OK) {
        return status;
    }
    if (self->evidence_index == count) {
        *out_proof = NULL;
        return STEME_OK;
    }
    const steme_id *id = &ids[self->evidence_index++];
    status = steme_snapshot_get(self->snapshot, id, out_record, error);
    return status == STEME_OK ? prove_by(self->snapshot, id, out_proof, out_proof_size, error)
                              : status;
}

static const database_methods methods = {
    .close = close_local,
    .refresh = refresh,
    .notice = notice,
    .next_stamp = next_stamp,
    .submit = submit,
    .forget = forget,
    .find = find,
    .get = get,
    .visit = visit_all,
    .stat = stat,
    .root = root,
    .prove = prove,
    .lifecycle = lifecycle,
    .truth = truth,
    .query_open = query_open,
    .conflicts_open = conflicts_open,
    .query_close = query_close,
    .query_next_match = query_next_match,
    .query_next_answer = query_next_answer,
    .query_cursor = query_cursor,
    .query_next_evidence = query_next_evidence,
};

steme_status database_open_folder(const char *directory, const steme_store_options *options,
                                  database **out_database, steme_error *error)
{
    local_database *self = text_allocate(sizeof *self);
    *self = (local_database){.base.methods = &methods};
    steme_status status = steme_store_open(directory, options, &self->store, error);
    if (status != STEME_OK) {
        free(self);
        return status;
    }
    *out_database = &self->base;
    return STEME_OK;
}
