#include "common/database_remote.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/api_question.h"
#include "common/database_methods.h"
#include "common/fail.h"
#include "common/remote_lifecycle.h"
#include "common/remote_query.h"
#include "common/remote_truth.h"
#include "common/rpc_reader.h"
#include "common/text.h"

enum {
    ANSWER_TIMEOUT_MS = 60000,
    STREAM_TIMEOUT_MS = 3600000,
    SUBMIT_SIZE = API_SUBMIT_SIZE_MAX / 2,
};

typedef struct remote_database {
    database base;
    rpc_channel *channel;
    ProtobufCMessage *held; /* what the latest database_get borrows from */
} remote_database;

static remote_database *remote_of(database *base)
{
    return (remote_database *)base;
}

static steme_status not_understood(const remote_database *self, const char *what,
                                   steme_error *error)
{
    return app_fail(error, STEME_IO, "not understood: %s: %s; is it a node of this release?",
                    rpc_channel_address(self->channel), what);
}

/* One request, one answer of `type`. */
static steme_status ask(remote_database *self, const char *method, const ProtobufCMessage *request,
                        const ProtobufCMessageDescriptor *type, ProtobufCMessage **out_answer,
                        steme_error *error)
{
    ProtobufCMessage *answer = NULL;
    rpc_reader *reader = rpc_reader_open(self->channel, method, request, ANSWER_TIMEOUT_MS);
    steme_status status = rpc_reader_next(reader, type, &answer, error);
    rpc_reader_close(reader);
    if (status != STEME_OK) {
        return status;
    }
    if (answer == NULL) {
        (void)not_understood(self, "an empty answer", error);
        return STEME_IO;
    }
    *out_answer = answer;
    return STEME_OK;
}

static void close_remote(database *base)
{
    remote_database *self = remote_of(base);
    if (self->held != NULL) {
        protobuf_c_message_free_unpacked(self->held, NULL);
    }
    free(self);
}

static void refresh(database *base)
{
    (void)base; /* a node answers from its newest state */
}

static const char *notice(const database *base)
{
    (void)base; /* the node has said it when it started */
    return NULL;
}

/* ---- Writing ------------------------------------------------------------------------------ */

static steme_status next_stamp(database *base, steme_stamp *out_stamp, steme_error *error)
{
    Stemedb__Api__V1__StampRequest request = STEMEDB__API__V1__STAMP_REQUEST__INIT;
    ProtobufCMessage *message = NULL;
    steme_status status = ask(remote_of(base), API_SERVICE "Stamp", &request.base,
                              &stemedb__api__v1__stamp_response__descriptor, &message, error);
    if (status != STEME_OK) {
        return status;
    }
    const Stemedb__Api__V1__StampResponse *answer =
        (const Stemedb__Api__V1__StampResponse *)message;
    steme_stamp stamp = {.time_ns = answer->time_ns, .counter = answer->counter};
    if (api_copy(answer->node, stamp.node, sizeof stamp.node)) {
        *out_stamp = stamp;
    } else {
        status = not_understood(remote_of(base), "a node's id has 16 bytes", error);
    }
    protobuf_c_message_free_unpacked(message, NULL);
    return status;
}

static int read_result(const Stemedb__Api__V1__Submitted *result, steme_append *item)
{
    steme_span name = {(const uint8_t *)result->status, strlen(result->status)};
    if (result->is_accepted) {
        item->was_held = result->was_held;
        item->status = STEME_OK;
        return api_copy(result->id, item->id.bytes, sizeof item->id.bytes);
    }
    if (!api_status_find(name, &item->status) || item->status == STEME_OK) {
        item->status = STEME_INVALID;
    }
    return 1;
}

static steme_status submit_some(remote_database *self, steme_append *items, size_t count,
                                steme_error *error)
{
    Stemedb__Api__V1__SubmitRequest request = STEMEDB__API__V1__SUBMIT_REQUEST__INIT;
    ProtobufCMessage *message = NULL;
    request.n_records = count;
    request.records = text_allocate(count * sizeof *request.records);
    for (size_t i = 0; i < count; i++) {
        request.records[i] = api_span(items[i].record);
    }
    steme_status status = ask(self, API_SERVICE "Submit", &request.base,
                              &stemedb__api__v1__submit_response__descriptor, &message, error);
    free(request.records);
    if (status != STEME_OK) {
        return status;
    }
    const Stemedb__Api__V1__SubmitResponse *answer =
        (const Stemedb__Api__V1__SubmitResponse *)message;
    int is_read = answer->n_results == count;
    for (size_t i = 0; is_read && i < count; i++) {
        is_read = read_result(answer->results[i], &items[i]);
    }
    protobuf_c_message_free_unpacked(message, NULL);
    return is_read ? STEME_OK : not_understood(self, "not a result for each record", error);
}

static steme_status submit(database *base, steme_append *items, size_t count, int is_verified,
                           steme_error *error)
{
    steme_status status = STEME_OK;
    size_t first = 0;
    (void)is_verified; /* the node sees for itself */
    while (first < count && status == STEME_OK) {
        size_t size = items[first].record.size;
        size_t end = first + 1;
        while (end < count && end - first < API_SUBMIT_COUNT_MAX &&
               size + items[end].record.size <= SUBMIT_SIZE) {
            size += items[end++].record.size;
        }
        status = submit_some(remote_of(base), items + first, end - first, error);
        first = end;
    }
    return status;
}

static steme_status forget(database *base, const steme_id *id, const char *reason,
                           steme_error *error)
{
    Stemedb__Api__V1__ForgetRequest request = STEMEDB__API__V1__FORGET_REQUEST__INIT;
    ProtobufCMessage *message = NULL;
    request.id = api_bytes(id->bytes, sizeof id->bytes);
    request.reason = api_span((steme_span){(const uint8_t *)reason, strlen(reason)});
    steme_status status = ask(remote_of(base), API_SERVICE "Forget", &request.base,
                              &stemedb__api__v1__forget_response__descriptor, &message, error);
    if (status == STEME_OK) {
        protobuf_c_message_free_unpacked(message, NULL);
    }
    return status;
}

/* ---- Reading ------------------------------------------------------------------------------ */

/* The record whose id begins with the digits, held until the next one. */
static steme_status get_by_digits(remote_database *self, const char *digits,
                                  steme_record *out_record, steme_error *error)
{
    Stemedb__Api__V1__GetRequest request = STEMEDB__API__V1__GET_REQUEST__INIT;
    ProtobufCMessage *message = NULL;
    request.digits = (char *)(uintptr_t)digits;
    steme_status status = ask(self, API_SERVICE "Get", &request.base,
                              &stemedb__api__v1__get_response__descriptor, &message, error);
    if (status != STEME_OK) {
        return status;
    }
    if (self->held != NULL) {
        protobuf_c_message_free_unpacked(self->held, NULL);
    }
    self->held = message;
    const Stemedb__Api__V1__GetResponse *answer = (const Stemedb__Api__V1__GetResponse *)message;
    return steme_record_parse(api_span_of(answer->record), out_record, error);
}

static steme_status find(database *base, const char *digits, steme_id *out_id, steme_error *error)
{
    steme_record record;
    steme_status status = get_by_digits(remote_of(base), digits, &record, error);
    if (status == STEME_OK) {
        *out_id = record.id;
    }
    return status;
}

static steme_status get(database *base, const steme_id *id, steme_record *out_record,
                        steme_error *error)
{
    text_buffer digits = TEXT_EMPTY;
    text_append_hex(&digits, id->bytes, sizeof id->bytes);
    steme_status status = get_by_digits(remote_of(base), text_get(&digits), out_record, error);
    text_deinit(&digits);
    if (status == STEME_OK && memcmp(&out_record->id, id, sizeof *id) != 0) {
        return not_understood(remote_of(base), "another record than was asked for", error);
    }
    return status;
}

static steme_status visit_piece(const Stemedb__Api__V1__ExportResponse *piece,
                                steme_record_visit visit, void *context, steme_error *error)
{
    for (size_t i = 0; i < piece->n_records; i++) {
        steme_record record;
        uint64_t arrival_ns = i < piece->n_arrivals_ns ? piece->arrivals_ns[i] : 0;
        steme_status status = steme_record_parse(api_span_of(piece->records[i]), &record, error);
        if (status == STEME_OK) {
            status = visit(context, &record, arrival_ns, error);
        }
        if (status != STEME_OK) {
            return status;
        }
    }
    return STEME_OK;
}

/* The pages' and the parts' cursors are the same thing. */
static steme_status visit_pieces(const remote_database *self, rpc_reader *reader,
                                 database_page *page, steme_record_visit visit, void *context,
                                 steme_error *error)
{
    for (;;) {
        ProtobufCMessage *message = NULL;
        steme_status status = rpc_reader_next(
            reader, &stemedb__api__v1__export_response__descriptor, &message, error);
        if (status != STEME_OK || message == NULL) {
            return status;
        }
        const Stemedb__Api__V1__ExportResponse *piece =
            (const Stemedb__Api__V1__ExportResponse *)message;
        page->absent_count += piece->absent_count;
        status = api_is_cursor(piece->cursor)
                     ? visit_piece(piece, visit, context, error)
                     : not_understood(self, "a cursor of other than digits", error);
        if (status == STEME_OK) {
            snprintf(page->next, sizeof page->next, "%s", piece->cursor);
        }
        protobuf_c_message_free_unpacked(message, NULL);
        if (status != STEME_OK) {
            return status;
        }
    }
}

static steme_status visit_all(database *base, database_page *page, steme_record_visit visit,
                              void *context, steme_error *error)
{
    Stemedb__Api__V1__ExportRequest request = STEMEDB__API__V1__EXPORT_REQUEST__INIT;
    text_buffer cursor = TEXT_EMPTY;
    text_append_bytes(&cursor, page->cursor.bytes, page->cursor.size);
    request.cursor = (char *)(uintptr_t)text_get(&cursor);
    request.limit = page->limit;
    page->next[0] = '\0';
    page->absent_count = 0;
    rpc_reader *reader = rpc_reader_open(remote_of(base)->channel, API_SERVICE "Export",
                                         &request.base, STREAM_TIMEOUT_MS);
    steme_status status = visit_pieces(remote_of(base), reader, page, visit, context, error);
    rpc_reader_close(reader);
    text_deinit(&cursor);
    return status;
}

static int read_stat(const Stemedb__Api__V1__StatResponse *answer, steme_stat *out_stat)
{
    steme_stat stat = {0};
    stat.record_count = answer->record_count;
    stat.absent_count = answer->absent_count;
    stat.forgotten_count = answer->forgotten_count;
    stat.indexed_count = answer->indexed_count;
    stat.log_size = answer->log_size;
    stat.index_size = answer->index_size;
    stat.segment_count = answer->segment_count;
    stat.run_count = answer->run_count;
    stat.hole_count = answer->hole_count;
    stat.hole_size = answer->hole_size;
    if (!api_copy(answer->store_id, stat.store_id, sizeof stat.store_id) ||
        !api_copy(answer->node, stat.node, sizeof stat.node) ||
        !api_copy(answer->root, stat.root.bytes, sizeof stat.root.bytes)) {
        return 0;
    }
    *out_stat = stat;
    return 1;
}

static void read_room(const Stemedb__Api__V1__Room *answer, database_room *out_room)
{
    *out_room = (database_room){0};
    if (answer != NULL) {
        out_room->space = (steme_space){.free_size = answer->free_size,
                                        .free_size_min = answer->free_size_min,
                                        .peer_free_size_min = answer->peer_free_size_min};
        out_room->refusal =
            answer->peer_refusal == STEMEDB__API__V1__PEER_REFUSAL__PEER_REFUSAL_DISK
                ? DATABASE_DISK_IS_FULL
            : answer->peer_refusal == STEMEDB__API__V1__PEER_REFUSAL__PEER_REFUSAL_STORE
                ? DATABASE_STORE_FAILED
                : DATABASE_REFUSES_NOTHING;
    }
}

static steme_status stat(database *base, steme_stat *out_stat, database_room *out_room,
                         steme_error *error)
{
    Stemedb__Api__V1__StatRequest request = STEMEDB__API__V1__STAT_REQUEST__INIT;
    ProtobufCMessage *message = NULL;
    steme_status status = ask(remote_of(base), API_SERVICE "Stat", &request.base,
                              &stemedb__api__v1__stat_response__descriptor, &message, error);
    if (status != STEME_OK) {
        return status;
    }
    read_room(((const Stemedb__Api__V1__StatResponse *)message)->room, out_room);
    if (!read_stat((const Stemedb__Api__V1__StatResponse *)message, out_stat)) {
        status = not_understood(remote_of(base), "ids of the wrong length", error);
    }
    protobuf_c_message_free_unpacked(message, NULL);
    return status;
}

static steme_status root(database *base, answer_set *out_set, steme_error *error)
{
    Stemedb__Api__V1__RootRequest request = STEMEDB__API__V1__ROOT_REQUEST__INIT;
    ProtobufCMessage *message = NULL;
    steme_status status = ask(remote_of(base), API_SERVICE "Root", &request.base,
                              &stemedb__api__v1__root_response__descriptor, &message, error);
    if (status != STEME_OK) {
        return status;
    }
    const Stemedb__Api__V1__RootResponse *answer = (const Stemedb__Api__V1__RootResponse *)message;
    if (api_copy(answer->root, out_set->root.bytes, sizeof out_set->root.bytes)) {
        out_set->record_count = answer->record_count;
    } else {
        status = not_understood(remote_of(base), "a root has 32 bytes", error);
    }
    protobuf_c_message_free_unpacked(message, NULL);
    return status;
}

static steme_status prove(database *base, const steme_id *id, answer_set *out_set,
                          uint8_t **out_proof, size_t *out_proof_size, steme_error *error)
{
    Stemedb__Api__V1__ProveRequest request = STEMEDB__API__V1__PROVE_REQUEST__INIT;
    ProtobufCMessage *message = NULL;
    request.id = api_bytes(id->bytes, sizeof id->bytes);
    steme_status status = ask(remote_of(base), API_SERVICE "Prove", &request.base,
                              &stemedb__api__v1__prove_response__descriptor, &message, error);
    if (status != STEME_OK) {
        return status;
    }
    const Stemedb__Api__V1__ProveResponse *answer =
        (const Stemedb__Api__V1__ProveResponse *)message;
    if (api_copy(answer->root, out_set->root.bytes, sizeof out_set->root.bytes)) {
        out_set->record_count = answer->record_count;
        *out_proof = text_allocate(answer->proof.len + 1);
        *out_proof_size = answer->proof.len;
        memcpy(*out_proof, answer->proof.data, answer->proof.len);
    } else {
        status = not_understood(remote_of(base), "a root has 32 bytes", error);
    }
    protobuf_c_message_free_unpacked(message, NULL);
    return status;
}

static steme_status lifecycle(database *base, const lifecycle_question *question,
                              lifecycle_visit visit, void *context, steme_error *error)
{
    return remote_lifecycle_ask(remote_of(base)->channel, question, visit, context, error);
}

static steme_status truth(database *base, const truth_question *question,
                          steme_truth_model **out_model, text_buffer *out_path, steme_error *error)
{
    return remote_truth_ask(remote_of(base)->channel, question, out_model, out_path, error);
}

/* ---- Asking ------------------------------------------------------------------------------- */

static steme_status query_open(database *base, const steme_query_options *options,
                               int with_evidence, database_query **out_query, steme_error *error)
{
    api_question_message *message = text_allocate(sizeof *message);
    api_question_write(options, message);
    message->request.with_evidence = with_evidence;
    rpc_reader *reader = rpc_reader_open(remote_of(base)->channel, API_SERVICE "Query",
                                         &message->request.base, STREAM_TIMEOUT_MS);
    free(message);
    return remote_query_open(reader, base->methods, options->lens != STEME_LENS_NONE, NULL,
                             out_query, error);
}

static steme_status conflicts_open(database *base, const steme_conflict_options *options,
                                   steme_conflict_summary *out_summary, database_query **out_query,
                                   steme_error *error)
{
    Stemedb__Api__V1__ConflictsRequest request = STEMEDB__API__V1__CONFLICTS_REQUEST__INIT;
    Stemedb__Api__V1__Equivalence equivalence;
    request.predicate = api_span(options->predicate);
    api_equivalence_to_message(&options->equivalence, &equivalence);
    request.equivalence = &equivalence;
    request.limit = options->limit;
    request.evaluated_at_ns = options->evaluated_at_ns;
    if (options->view != NULL) {
        request.view = api_span(steme_view_file(options->view));
    }
    return remote_query_open(rpc_reader_open(remote_of(base)->channel, API_SERVICE "Conflicts",
                                             &request.base, STREAM_TIMEOUT_MS),
                             base->methods, 1, out_summary, out_query, error);
}

static const database_methods methods = {
    .close = close_remote,
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
    .query_close = remote_query_close,
    .query_next_match = remote_query_next_match,
    .query_next_answer = remote_query_next_answer,
    .query_cursor = remote_query_cursor,
    .query_next_evidence = remote_query_next_evidence,
};

database *database_open_node(rpc_channel *channel)
{
    remote_database *self = text_allocate(sizeof *self);
    *self = (remote_database){.base.methods = &methods, .channel = channel};
    return &self->base;
}
