#include "steme/server/service.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <grpc/health/v1/health.pb-c.h>
#include <stemedb/api/v1/steme.pb-c.h>

#include "common/rpc.h"
#include "common/text.h"
#include "steme/server/node_queue.h"

enum { FETCH_COUNT_MAX = 1000, FETCH_SIZE_MAX = 7 * (1 << 19) };

void service_fail(service_answer *out_answer, grpc_status_code code, const char *details)
{
    *out_answer = (service_answer){.code = code};
    snprintf(out_answer->details, sizeof out_answer->details, "%s", details);
}

static void fail_invalid(service_answer *out_answer, const char *details)
{
    service_fail(out_answer, GRPC_STATUS_INVALID_ARGUMENT, details);
}

static void fail_status(service_answer *out_answer, const steme_error *error)
{
    service_fail(out_answer, rpc_code_of(error->status), error->message);
}

void service_succeed(service_answer *out_answer, const ProtobufCMessage *message)
{
    grpc_slice slice = grpc_slice_malloc(protobuf_c_message_get_packed_size(message));
    protobuf_c_message_pack(message, GRPC_SLICE_START_PTR(slice));
    *out_answer =
        (service_answer){.code = GRPC_STATUS_OK, .body = grpc_raw_byte_buffer_create(&slice, 1)};
    grpc_slice_unref(slice);
}

/* Root and count of what is durable now. */
static int read_root(const service *self, steme_id *out_root, uint64_t *out_count,
                     service_answer *out_answer)
{
    steme_error error = {0};
    steme_snapshot *snapshot = NULL;
    steme_status status = steme_snapshot_open(self->store, &snapshot, &error);
    if (status == STEME_OK) {
        status = steme_snapshot_root(snapshot, out_root, out_count, &error);
        steme_snapshot_close(snapshot);
    }
    if (status != STEME_OK) {
        fail_status(out_answer, &error);
    }
    return status == STEME_OK;
}

/* ---- Ping, roots, health ------------------------------------------------------------------ */

void service_ping(const service *self, steme_span request, service_answer *out_answer)
{
    Stemedb__Sync__V1__PingResponse response = STEMEDB__SYNC__V1__PING_RESPONSE__INIT;
    Stemedb__Sync__V1__PingRequest *asked =
        stemedb__sync__v1__ping_request__unpack(NULL, request.size, request.bytes);
    uint8_t node_id[STEME_NODE_SIZE];
    steme_id root;
    if (asked == NULL) {
        fail_invalid(out_answer, "not a PingRequest");
        return;
    }
    if (asked->node_id.len != STEME_NODE_SIZE) {
        fail_invalid(out_answer, "node_id: 16 bytes are wanted");
    } else if (read_root(self, &root, &response.assertion_count, out_answer)) {
        memcpy(node_id, self->id, sizeof node_id);
        response.node_id = (ProtobufCBinaryData){sizeof node_id, node_id};
        service_succeed(out_answer, &response.base);
    }
    stemedb__sync__v1__ping_request__free_unpacked(asked, NULL);
}

void service_exchange_roots(const service *self, steme_span request, service_answer *out_answer)
{
    Stemedb__Sync__V1__RootExchangeResponse response =
        STEMEDB__SYNC__V1__ROOT_EXCHANGE_RESPONSE__INIT;
    Stemedb__Sync__V1__RootExchangeRequest *asked =
        stemedb__sync__v1__root_exchange_request__unpack(NULL, request.size, request.bytes);
    steme_id root;
    if (asked == NULL) {
        fail_invalid(out_answer, "not a RootExchangeRequest");
        return;
    }
    if (asked->merkle_root.len != sizeof root.bytes) {
        fail_invalid(out_answer, "merkle_root: 32 bytes are wanted");
    } else if (read_root(self, &root, &response.assertion_count, out_answer)) {
        response.merkle_root = (ProtobufCBinaryData){sizeof root.bytes, root.bytes};
        response.roots_match = memcmp(asked->merkle_root.data, root.bytes, sizeof root.bytes) == 0;
        service_succeed(out_answer, &response.base);
    }
    stemedb__sync__v1__root_exchange_request__free_unpacked(asked, NULL);
}

void service_check_health(const service *self, steme_span request, service_answer *out_answer)
{
    static const char *const known[] = {"", "stemedb.sync.v1.SyncService",
                                        "stemedb.api.v1.StemeService", "grpc.health.v1.Health"};
    Grpc__Health__V1__HealthCheckResponse response = GRPC__HEALTH__V1__HEALTH_CHECK_RESPONSE__INIT;
    Grpc__Health__V1__HealthCheckRequest *asked =
        grpc__health__v1__health_check_request__unpack(NULL, request.size, request.bytes);
    int is_known = 0;
    (void)self;
    if (asked == NULL) {
        fail_invalid(out_answer, "not a HealthCheckRequest");
        return;
    }
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        is_known |= strcmp(asked->service, known[i]) == 0;
    }
    if (is_known) {
        response.status = GRPC__HEALTH__V1__HEALTH_CHECK_RESPONSE__SERVING_STATUS__SERVING;
        service_succeed(out_answer, &response.base);
    } else {
        service_fail(out_answer, GRPC_STATUS_NOT_FOUND, "no such service");
    }
    grpc__health__v1__health_check_request__free_unpacked(asked, NULL);
}

/* ---- Peers -------------------------------------------------------------------------------- */

static void fill_peer(Stemedb__Api__V1__Peer *out_peer, node_peer_view *view)
{
    enum { NS_PER_MS = 1000000 };
    steme_peer_stat *stat = &view->stat;
    stemedb__api__v1__peer__init(out_peer);
    out_peer->address = view->address;
    out_peer->connected = view->is_connected;
    if (stat->is_known) {
        out_peer->node_id = (ProtobufCBinaryData){sizeof stat->node, stat->node};
    }
    out_peer->eager = stat->is_eager;
    out_peer->four_calls_only = stat->is_unary_only;
    out_peer->in_step = stat->is_equal;
    out_peer->sessions = stat->session_count;
    out_peer->failed_sessions = stat->failed_session_count;
    out_peer->bytes_sent = stat->bytes_sent;
    out_peer->bytes_received = stat->bytes_received;
    out_peer->records_sent = stat->records_sent;
    out_peer->records_received = stat->records_received;
    out_peer->duplicates = stat->duplicate_count;
    out_peer->refused = stat->refused_count;
    out_peer->bytes_queued = stat->queued_size;
    out_peer->in_step_ever = stat->last_equal_ns != 0;
    if (out_peer->in_step_ever) {
        out_peer->in_step_ms_ago = (node_now() - stat->last_equal_ns) / NS_PER_MS;
    }
    out_peer->assertion_count = stat->peer_count;
    out_peer->merkle_root = (ProtobufCBinaryData){sizeof stat->peer_root, stat->peer_root.bytes};
    out_peer->score = stat->score;
    out_peer->work_ms = stat->work_ns / NS_PER_MS;
}

void service_list_peers(const service *self, steme_span request, service_answer *out_answer)
{
    Stemedb__Api__V1__PeersResponse response = STEMEDB__API__V1__PEERS_RESPONSE__INIT;
    Stemedb__Api__V1__PeersRequest *asked =
        stemedb__api__v1__peers_request__unpack(NULL, request.size, request.bytes);
    node_peer_view views[NODE_VIEW_COUNT_MAX];
    Stemedb__Api__V1__Peer peers[NODE_VIEW_COUNT_MAX];
    Stemedb__Api__V1__Peer *pointers[NODE_VIEW_COUNT_MAX];
    if (asked == NULL) {
        fail_invalid(out_answer, "not a PeersRequest");
        return;
    }
    response.n_peers = node_view_peers(self->node, views);
    response.peers = pointers;
    response.disk_is_nearly_full = node_disk_state(self->node) == DISK_IS_FULL;
    for (size_t i = 0; i < response.n_peers; i++) {
        fill_peer(&peers[i], &views[i]);
        pointers[i] = &peers[i];
    }
    service_succeed(out_answer, &response.base);
    stemedb__api__v1__peers_request__free_unpacked(asked, NULL);
}

/* ---- Fetch -------------------------------------------------------------------------------- */

typedef struct found_records {
    Stemedb__Sync__V1__AssertionData *items;
    Stemedb__Sync__V1__AssertionData **pointers;
    size_t count;
    size_t size;
} found_records;

/* Damaged and absent bodies are left out like unknown ones: they are not held. */
static int is_not_held(steme_status status)
{
    return status == STEME_NOT_FOUND || status == STEME_ABSENT || status == STEME_CORRUPT;
}

static steme_status find_records(steme_snapshot *snapshot,
                                 const Stemedb__Sync__V1__FetchRequest *asked, found_records *found,
                                 steme_error *error)
{
    for (size_t i = 0; i < asked->n_hashes && found->size < FETCH_SIZE_MAX; i++) {
        steme_id id;
        steme_record record;
        memcpy(id.bytes, asked->hashes[i].data, sizeof id.bytes);
        steme_status status = steme_snapshot_get(snapshot, &id, &record, error);
        if (is_not_held(status)) {
            continue;
        }
        if (status != STEME_OK) {
            return status;
        }
        Stemedb__Sync__V1__AssertionData *item = &found->items[found->count];
        stemedb__sync__v1__assertion_data__init(item);
        item->hash = asked->hashes[i];
        item->data =
            (ProtobufCBinaryData){record.bytes.size, (uint8_t *)(uintptr_t)record.bytes.bytes};
        found->pointers[found->count++] = item;
        found->size += record.bytes.size;
    }
    return STEME_OK;
}

static void fetch(const service *self, const Stemedb__Sync__V1__FetchRequest *asked,
                  service_answer *out_answer)
{
    Stemedb__Sync__V1__FetchResponse response = STEMEDB__SYNC__V1__FETCH_RESPONSE__INIT;
    steme_error error = {0};
    steme_snapshot *snapshot = NULL;
    found_records found = {0};
    found.items = text_allocate((asked->n_hashes + 1) * sizeof *found.items);
    found.pointers = text_allocate((asked->n_hashes + 1) * sizeof(void *));
    steme_status status = steme_snapshot_open(self->store, &snapshot, &error);
    if (status == STEME_OK) {
        status = find_records(snapshot, asked, &found, &error);
    }
    if (status == STEME_OK) {
        response.n_assertions = found.count;
        response.assertions = found.pointers;
        service_succeed(out_answer, &response.base);
    } else {
        fail_status(out_answer, &error);
    }
    steme_snapshot_close(snapshot);
    free(found.items);
    free((void *)found.pointers);
}

static const char *fetch_fault(const Stemedb__Sync__V1__FetchRequest *asked)
{
    if (asked->n_hashes > FETCH_COUNT_MAX) {
        return "hashes: at most 1,000 are taken at a time";
    }
    for (size_t i = 0; i < asked->n_hashes; i++) {
        if (asked->hashes[i].len != STEME_ID_SIZE) {
            return "hashes: 32 bytes each are wanted";
        }
    }
    return NULL;
}

void service_fetch(const service *self, steme_span request, service_answer *out_answer)
{
    Stemedb__Sync__V1__FetchRequest *asked =
        stemedb__sync__v1__fetch_request__unpack(NULL, request.size, request.bytes);
    if (asked == NULL) {
        fail_invalid(out_answer, "not a FetchRequest");
        return;
    }
    const char *fault = fetch_fault(asked);
    if (fault != NULL) {
        fail_invalid(out_answer, fault);
    } else {
        fetch(self, asked, out_answer);
    }
    stemedb__sync__v1__fetch_request__free_unpacked(asked, NULL);
}

/* ---- Gossip ------------------------------------------------------------------------------- */

static void answer_gossip(service_answer *out_answer, const char *refusal)
{
    Stemedb__Sync__V1__GossipResponse response = STEMEDB__SYNC__V1__GOSSIP_RESPONSE__INIT;
    response.accepted = refusal == NULL;
    if (refusal != NULL) {
        /* A string field holds UTF-8 only, and a reason may quote the record. */
        response.error =
            (char *)(uintptr_t)(text_is_utf8(refusal, strlen(refusal)) ? refusal
                                                                       : "not admissible");
    }
    service_succeed(out_answer, &response.base);
}

/* What is wrong with the fields beside a record that can be read; NULL = nothing. */
static const char *gossip_fault(const Stemedb__Sync__V1__GossipRequest *asked,
                                const steme_record *record)
{
    if (memcmp(asked->assertion_hash.data, record->id.bytes, sizeof record->id.bytes) != 0) {
        return "assertion_hash is not the record's id";
    }
    if (asked->hlc_time != record->stamp.time_ns) {
        return "hlc_time differs from the record's stamp";
    }
    if (asked->hlc_counter != record->stamp.counter) {
        return "hlc_counter differs from the record's stamp";
    }
    if (memcmp(asked->hlc_node_id.data, record->stamp.node, sizeof record->stamp.node) != 0) {
        return "hlc_node_id differs from the record's stamp";
    }
    return NULL;
}

int service_gossip_begin(service_gossip *out_gossip, steme_span request, service_answer *out_answer)
{
    steme_error error = {0};
    steme_record record;
    Stemedb__Sync__V1__GossipRequest *asked =
        stemedb__sync__v1__gossip_request__unpack(NULL, request.size, request.bytes);
    *out_gossip = (service_gossip){.request = asked};
    if (asked == NULL) {
        fail_invalid(out_answer, "not a GossipRequest");
        return 0;
    }
    if (asked->assertion_hash.len != STEME_ID_SIZE) {
        fail_invalid(out_answer, "assertion_hash: 32 bytes are wanted");
        return 0;
    }
    if (asked->hlc_node_id.len != STEME_NODE_SIZE) {
        fail_invalid(out_answer, "hlc_node_id: 16 bytes are wanted");
        return 0;
    }
    steme_span bytes = {asked->assertion_data.data, asked->assertion_data.len};
    int is_read = steme_record_parse(bytes, &record, &error) == STEME_OK;
    const char *fault = is_read ? gossip_fault(asked, &record) : error.message;
    if (fault != NULL) {
        answer_gossip(out_answer, fault);
        return 0;
    }
    out_gossip->append.record = bytes;
    return 1;
}

/* The append gives a status per record, and no line: its reason is found once more. */
static void answer_refused(const service_gossip *gossip, service_answer *out_answer)
{
    steme_error error = {0};
    steme_record record;
    if (gossip->append.status != STEME_ABSENT &&
        steme_record_admit(gossip->append.record, &record, &error) != STEME_OK) {
        answer_gossip(out_answer, error.message);
    } else {
        answer_gossip(out_answer, steme_status_text(gossip->append.status));
    }
}

void service_gossip_end(const service_gossip *gossip, steme_status status, const steme_error *error,
                        service_answer *out_answer)
{
    if (status != STEME_OK) {
        fail_status(out_answer, error);
    } else if (gossip->append.status == STEME_OK) {
        answer_gossip(out_answer, NULL);
    } else {
        answer_refused(gossip, out_answer);
    }
}

void service_gossip_deinit(service_gossip *gossip)
{
    if (gossip->request != NULL) {
        stemedb__sync__v1__gossip_request__free_unpacked(gossip->request, NULL);
    }
    *gossip = (service_gossip){0};
}
