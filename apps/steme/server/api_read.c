/* StemeService: records, the set, and all of it. */
#include <stdlib.h>
#include <string.h>

#include "common/api_messages.h"
#include "common/database_search.h"
#include "common/fail.h"
#include "common/text.h"
#include "steme/server/api_call.h"

enum { DIGITS_MIN = 8, DIGITS_WHOLE = 2 * STEME_ID_SIZE };

/* A snapshot, or NULL after the call was failed. */
static steme_snapshot *open_snapshot(api_call *call)
{
    steme_error error = {0};
    steme_snapshot *snapshot = NULL;
    if (steme_snapshot_open(api_store(call->api), &snapshot, &error) != STEME_OK) {
        api_call_fail(call, &error);
        return NULL;
    }
    return snapshot;
}

/* ---- Get ---------------------------------------------------------------------------------- */

static void read_whole_id(const char *digits, steme_id *out_id)
{
    static const char names[] = "0123456789abcdef";
    for (size_t i = 0; i < DIGITS_WHOLE; i++) {
        size_t digit = (size_t)(strchr(names, digits[i]) - names);
        uint8_t *byte = &out_id->bytes[i / 2];
        *byte = (uint8_t)(i % 2 == 0 ? digit << 4 : *byte | digit);
    }
}

static steme_status find_record(api_call *call, steme_snapshot *snapshot, const char *digits,
                                steme_record *out_record, steme_error *error)
{
    steme_id id;
    size_t count = strlen(digits);
    if (count < DIGITS_MIN || count > DIGITS_WHOLE || strspn(digits, "0123456789abcdef") != count) {
        app_fail(error, STEME_INVALID,
                 "digits: 64 of lower-case hexadecimal are wanted, or the first 8 and more");
        return STEME_INVALID;
    }
    if (count < DIGITS_WHOLE) {
        return database_search(snapshot, digits, api_call_is_gone, call, out_record, error);
    }
    read_whole_id(digits, &id);
    return steme_snapshot_get(snapshot, &id, out_record, error);
}

static int step_get(api_call *call)
{
    Stemedb__Api__V1__GetResponse response = STEMEDB__API__V1__GET_RESPONSE__INIT;
    const Stemedb__Api__V1__GetRequest *asked = (const Stemedb__Api__V1__GetRequest *)call->request;
    steme_error error = {0};
    steme_record record;
    steme_snapshot *snapshot = open_snapshot(call);
    if (snapshot == NULL) {
        return 0;
    }
    if (find_record(call, snapshot, asked->digits, &record, &error) == STEME_OK) {
        response.record = api_span(record.bytes);
        api_call_reply(call, &response.base, 1);
    } else {
        api_call_fail(call, &error);
    }
    steme_snapshot_close(snapshot);
    return 0;
}

/* ---- The set ------------------------------------------------------------------------------ */

static int step_root(api_call *call)
{
    Stemedb__Api__V1__RootResponse response = STEMEDB__API__V1__ROOT_RESPONSE__INIT;
    steme_error error = {0};
    steme_id root;
    steme_snapshot *snapshot = open_snapshot(call);
    if (snapshot == NULL) {
        return 0;
    }
    if (steme_snapshot_root(snapshot, &root, &response.record_count, &error) == STEME_OK) {
        response.root = api_bytes(root.bytes, sizeof root.bytes);
        api_call_reply(call, &response.base, 1);
    } else {
        api_call_fail(call, &error);
    }
    steme_snapshot_close(snapshot);
    return 0;
}

static void prove(api_call *call, steme_snapshot *snapshot, const steme_id *id)
{
    Stemedb__Api__V1__ProveResponse response = STEMEDB__API__V1__PROVE_RESPONSE__INIT;
    steme_error error = {0};
    steme_id root;
    uint8_t *proof = NULL;
    size_t proof_size = 0;
    steme_status status = steme_snapshot_root(snapshot, &root, &response.record_count, &error);
    if (status == STEME_OK) {
        status = steme_snapshot_prove(snapshot, id, &proof, &proof_size, &error);
    }
    if (status != STEME_OK) {
        api_call_fail(call, &error);
        return;
    }
    response.root = api_bytes(root.bytes, sizeof root.bytes);
    response.proof = api_bytes(proof, proof_size);
    api_call_reply(call, &response.base, 1);
    steme_free(proof);
}

static int step_prove(api_call *call)
{
    const Stemedb__Api__V1__ProveRequest *asked =
        (const Stemedb__Api__V1__ProveRequest *)call->request;
    steme_id id;
    if (!api_copy(asked->id, id.bytes, sizeof id.bytes)) {
        api_call_refuse(call, "id: 32 bytes are wanted");
        return 0;
    }
    steme_snapshot *snapshot = open_snapshot(call);
    if (snapshot != NULL) {
        prove(call, snapshot, &id);
        steme_snapshot_close(snapshot);
    }
    return 0;
}

static Stemedb__Api__V1__PeerRefusal peer_refusal(const api_call *call)
{
    switch (node_disk_state(api_node(call->api))) {
    case DISK_IS_FULL:
        return STEMEDB__API__V1__PEER_REFUSAL__PEER_REFUSAL_DISK;
    case DISK_STORE_FAILED:
        return STEMEDB__API__V1__PEER_REFUSAL__PEER_REFUSAL_STORE;
    case DISK_HAS_ROOM:
        break;
    }
    return STEMEDB__API__V1__PEER_REFUSAL__PEER_REFUSAL_NONE;
}

static int step_stat(api_call *call)
{
    Stemedb__Api__V1__StatResponse response = STEMEDB__API__V1__STAT_RESPONSE__INIT;
    Stemedb__Api__V1__Room room = STEMEDB__API__V1__ROOM__INIT;
    steme_error error = {0};
    steme_stat stat;
    steme_space space;
    if (steme_store_stat(api_store(call->api), &stat, &error) != STEME_OK ||
        steme_store_space(api_store(call->api), &space, &error) != STEME_OK) {
        api_call_fail(call, &error);
        return 0;
    }
    room.free_size = space.free_size;
    room.free_size_min = space.free_size_min;
    room.peer_free_size_min = space.peer_free_size_min;
    room.peer_refusal = peer_refusal(call);
    response.room = &room;
    response.store_id = api_bytes(stat.store_id, sizeof stat.store_id);
    response.node = api_bytes(stat.node, sizeof stat.node);
    response.record_count = stat.record_count;
    response.absent_count = stat.absent_count;
    response.forgotten_count = stat.forgotten_count;
    response.indexed_count = stat.indexed_count;
    response.log_size = stat.log_size;
    response.index_size = stat.index_size;
    response.segment_count = stat.segment_count;
    response.run_count = stat.run_count;
    response.hole_count = stat.hole_count;
    response.hole_size = stat.hole_size;
    response.root = api_bytes(stat.root.bytes, sizeof stat.root.bytes);
    api_call_reply(call, &response.base, 1);
    return 0;
}

/* ---- Export ------------------------------------------------------------------------------- */

enum { EXPORT_COUNT_MAX = 4096 }; /* records in a message */

typedef struct export_piece {
    api_call *call;
    steme_walk *walk;
    ProtobufCBinaryData records[EXPORT_COUNT_MAX];
    uint64_t arrivals_ns[EXPORT_COUNT_MAX];
    size_t count;
    size_t size;
    int is_begun; /* there was a record */
} export_piece;

static steme_status reply_piece(export_piece *self, int is_last, steme_error *error)
{
    Stemedb__Api__V1__ExportResponse response = STEMEDB__API__V1__EXPORT_RESPONSE__INIT;
    const char *cursor = NULL;
    if (self->is_begun) {
        steme_status status = steme_walk_cursor(self->walk, &cursor, error);
        if (status != STEME_OK) {
            return status;
        }
    }
    response.records = self->records;
    response.n_records = self->count;
    response.arrivals_ns = self->arrivals_ns;
    response.n_arrivals_ns = self->count;
    response.absent_count = is_last ? steme_walk_absent_count(self->walk) : 0;
    if (cursor != NULL) {
        response.cursor = (char *)(uintptr_t)cursor;
    }
    api_call_reply(self->call, &response.base, is_last);
    self->count = 0;
    self->size = 0;
    return STEME_OK;
}

static int is_full(const export_piece *self)
{
    return self->count == EXPORT_COUNT_MAX || self->size >= API_PIECE_SIZE;
}

/* Records stay where they are for as long as the store is open. */
static steme_status send_pieces(export_piece *self, steme_error *error)
{
    const steme_record *record = NULL;
    uint64_t arrival_ns = 0;
    for (;;) {
        steme_status status = steme_walk_next(self->walk, &record, &arrival_ns, error);
        if (status != STEME_OK) {
            return status;
        }
        if (record == NULL) {
            return reply_piece(self, 1, error);
        }
        self->records[self->count] = api_span(record->bytes);
        self->arrivals_ns[self->count++] = arrival_ns;
        self->size += record->bytes.size;
        self->is_begun = 1;
        if (!is_full(self)) {
            continue;
        }
        status = reply_piece(self, 0, error);
        if (status == STEME_OK && !api_call_push(self->call)) {
            status = app_fail(error, STEME_CANCELLED, "cancelled");
        }
        if (status != STEME_OK) {
            return status;
        }
    }
}

static int step_export(api_call *call)
{
    const Stemedb__Api__V1__ExportRequest *asked =
        (const Stemedb__Api__V1__ExportRequest *)call->request;
    steme_span cursor = {(const uint8_t *)asked->cursor, strlen(asked->cursor)};
    steme_error error = {0};
    steme_snapshot *snapshot = open_snapshot(call);
    if (snapshot == NULL) {
        return 0;
    }
    export_piece *piece = text_allocate(sizeof *piece);
    piece->call = call;
    piece->walk = NULL;
    piece->count = 0;
    piece->size = 0;
    piece->is_begun = 0;
    steme_status status = steme_walk_open(snapshot, cursor, asked->limit, &piece->walk, &error);
    if (status == STEME_OK) {
        status = send_pieces(piece, &error);
    }
    if (status != STEME_OK) {
        api_call_fail(call, &error);
    }
    steme_walk_close(piece->walk);
    steme_snapshot_close(snapshot);
    free(piece);
    return 0;
}

const api_method api_read_methods[] = {
    {.path = API_SERVICE "Get",
     .request_size_max = 1 << 10,
     .request_type = &stemedb__api__v1__get_request__descriptor,
     .step = step_get},
    {.path = API_SERVICE "Stat",
     .request_size_max = 1 << 10,
     .request_type = &stemedb__api__v1__stat_request__descriptor,
     .step = step_stat},
    {.path = API_SERVICE "Root",
     .request_size_max = 1 << 10,
     .request_type = &stemedb__api__v1__root_request__descriptor,
     .step = step_root},
    {.path = API_SERVICE "Prove",
     .request_size_max = 1 << 10,
     .request_type = &stemedb__api__v1__prove_request__descriptor,
     .step = step_prove},
    {.path = API_SERVICE "Export",
     .request_size_max = 8 << 10,
     .request_type = &stemedb__api__v1__export_request__descriptor,
     .is_stream = 1,
     .is_walk = 1,
     .step = step_export},
    {.path = NULL},
};
