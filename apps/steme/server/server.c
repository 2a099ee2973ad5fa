#include "steme/server/server.h"

#include <assert.h>
#include <grpc/grpc_security.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "common/fail.h"
#include "common/text.h"
#include "steme/server/api.h"

enum {
    WAITING_CALL_COUNT = 64, /* of each method, ready to be taken */
    STREAMS_PER_CONNECTION = 256,
    REQUEST_SIZE_MAX = 2 << 20, /* gRPC's own bound; methods have lower ones */
    KEEPALIVE_MS = 20000,
    KEEPALIVE_TIMEOUT_MS = 10000,
    PING_INTERVAL_MIN_MS = 10000,
    STOP_GRACE_MS = 3000,
    SOCKET_PATH_SIZE_MAX = 107, /* what the system takes */
};

typedef enum server_method {
    METHOD_GOSSIP,
    METHOD_ROOTS,
    METHOD_FETCH,
    METHOD_PING,
    METHOD_PEERS,
    METHOD_METRICS,
    METHOD_HEALTH,
    METHOD_RECONCILE,
    METHOD_UNKNOWN,
    METHOD_COUNT,
} server_method;

typedef void (*plain_answer)(const service *self, steme_span request, service_answer *out_answer);

typedef struct method_about {
    const char *path;
    plain_answer answer; /* NULL = in a way of its own */
    size_t request_size_max;
} method_about;

static const method_about methods[METHOD_UNKNOWN] = {
    [METHOD_GOSSIP] = {"/stemedb.sync.v1.SyncService/Gossip", NULL, 96 << 10},
    [METHOD_ROOTS] = {"/stemedb.sync.v1.SyncService/ExchangeRoots", service_exchange_roots,
                      1 << 10},
    [METHOD_FETCH] = {"/stemedb.sync.v1.SyncService/FetchAssertions", service_fetch, 256 << 10},
    [METHOD_PING] = {"/stemedb.sync.v1.SyncService/Ping", service_ping, 1 << 10},
    [METHOD_PEERS] = {"/stemedb.api.v1.StemeService/Peers", service_list_peers, 1 << 10},
    [METHOD_METRICS] = {"/stemedb.api.v1.StemeService/Metrics", service_list_metrics, 1 << 10},
    [METHOD_HEALTH] = {"/grpc.health.v1.Health/Check", service_check_health, 1 << 10},
    [METHOD_RECONCILE] = {RPC_RECONCILE, NULL, 0},
};

struct server {
    server_options options;
    grpc_server *server;
    api *api;
    void *handles[METHOD_UNKNOWN];
    int port;
    char *socket_path;
    rpc_tag stopped_tag;
    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t is_changed;
    int is_stopped;
};

/* One call: waiting to be made, then made, then answered. */
typedef struct server_call {
    job job;
    server *server;
    server_method method;
    rpc_tag arrived_tag;
    rpc_tag answered_tag;
    grpc_call *call;
    gpr_timespec deadline;
    grpc_metadata_array metadata;
    grpc_call_details details; /* METHOD_UNKNOWN */
    grpc_byte_buffer *payload;
    grpc_slice request;
    service_gossip gossip;
    service_answer answer;
    int is_cancelled;
} server_call;

/* ---- Answering ---------------------------------------------------------------------------- */

static void free_call(server_call *self)
{
    service_gossip_deinit(&self->gossip);
    if (self->payload != NULL) {
        grpc_byte_buffer_destroy(self->payload);
    }
    if (self->answer.body != NULL) {
        grpc_byte_buffer_destroy(self->answer.body);
    }
    grpc_slice_unref(self->request);
    grpc_metadata_array_destroy(&self->metadata);
    grpc_call_details_destroy(&self->details);
    if (self->call != NULL) {
        grpc_call_unref(self->call);
    }
    free(self);
}

static void answered(void *context, int is_ok)
{
    (void)is_ok; /* a client that is gone needs no answer */
    free_call(context);
}

static void send_answer(server_call *self)
{
    grpc_slice details = grpc_slice_from_static_string(self->answer.details);
    grpc_op operations[4] = {{.op = GRPC_OP_SEND_INITIAL_METADATA},
                             {.op = GRPC_OP_RECV_CLOSE_ON_SERVER},
                             {.op = GRPC_OP_SEND_STATUS_FROM_SERVER},
                             {.op = GRPC_OP_SEND_MESSAGE}};
    operations[1].data.recv_close_on_server.cancelled = &self->is_cancelled;
    operations[2].data.send_status_from_server.status = self->answer.code;
    operations[2].data.send_status_from_server.status_details = &details;
    operations[3].data.send_message.send_message = self->answer.body;
    size_t count = self->answer.body == NULL ? 3 : 4;
    grpc_call_error failure =
        grpc_call_start_batch(self->call, operations, count, &self->answered_tag, NULL);
    assert(failure == GRPC_CALL_OK); /* the first batch of its call */
    (void)failure;
}

static void refuse(server_call *self, grpc_status_code code, const char *reason)
{
    service_fail(&self->answer, code, reason);
    send_answer(self);
}

static steme_span request_of(const server_call *self)
{
    return (steme_span){GRPC_SLICE_START_PTR(self->request), GRPC_SLICE_LENGTH(self->request)};
}

static int run_call(job *work)
{
    server_call *self = (server_call *)work;
    const method_about *about = &methods[self->method];
    const char *refusal = node_refusal(self->server->options.service.node);
    if (gpr_time_cmp(gpr_now(self->deadline.clock_type), self->deadline) >= 0) {
        refuse(self, GRPC_STATUS_DEADLINE_EXCEEDED, "too late");
    } else if (about->answer != NULL) {
        about->answer(&self->server->options.service, request_of(self), &self->answer);
        send_answer(self);
    } else if (refusal != NULL) {
        refuse(self, GRPC_STATUS_RESOURCE_EXHAUSTED, refusal);
    } else if (service_gossip_begin(&self->gossip, request_of(self), &self->answer)) {
        work->appends = &self->gossip.append;
        work->append_count = 1;
        return 1;
    } else {
        send_answer(self);
    }
    return 0;
}

static void gossip_appended(job *work, steme_status status, const steme_error *error)
{
    server_call *self = (server_call *)work;
    const steme_append *append = &self->gossip.append;
    service_gossip_end(&self->gossip, status, error, &self->answer);
    if (status == STEME_OK && append->status == STEME_OK && !append->was_held) {
        node_ingested(self->server->options.service.node, &append->id, append->record);
    }
    send_answer(self);
}

/* ---- Taking calls ------------------------------------------------------------------------- */

static void wait_for_call(server *self, server_method method);

static void take_unary(server_call *self)
{
    const method_about *about = &methods[self->method];
    if (!rpc_buffer_read(self->payload, &self->request)) {
        refuse(self, GRPC_STATUS_INVALID_ARGUMENT, "no request");
    } else if (GRPC_SLICE_LENGTH(self->request) > about->request_size_max) {
        refuse(self, GRPC_STATUS_INVALID_ARGUMENT, "the request is too large for this method");
    } else if (!jobs_try_put(self->server->options.jobs, &self->job)) {
        refuse(self, GRPC_STATUS_RESOURCE_EXHAUSTED, "too many calls wait; try again");
    }
}

static void take_stream(server_call *self)
{
    if (node_accept(self->server->options.service.node, self->call)) {
        self->call = NULL; /* the stream's now */
        free_call(self);
    } else {
        refuse(self, GRPC_STATUS_RESOURCE_EXHAUSTED, "too many streams; try again");
    }
}

static void arrived(void *context, int is_ok)
{
    server_call *self = context;
    if (!is_ok) { /* the server stops */
        free_call(self);
        return;
    }
    wait_for_call(self->server, self->method);
    if (self->method == METHOD_UNKNOWN) {
        refuse(self, GRPC_STATUS_UNIMPLEMENTED, "no such method");
    } else if (self->method == METHOD_RECONCILE) {
        take_stream(self);
    } else {
        take_unary(self);
    }
}

static server_call *make_call(server *self, server_method method)
{
    server_call *call = text_allocate(sizeof *call);
    *call = (server_call){.job = {.run = run_call, .appended = gossip_appended},
                          .server = self,
                          .method = method,
                          .request = grpc_empty_slice()};
    call->arrived_tag = (rpc_tag){arrived, call};
    call->answered_tag = (rpc_tag){answered, call};
    grpc_metadata_array_init(&call->metadata);
    grpc_call_details_init(&call->details);
    return call;
}

static void wait_for_call(server *self, server_method method)
{
    server_call *call = make_call(self, method);
    grpc_completion_queue *queue = self->options.loop->queue;
    grpc_call_error failure = GRPC_CALL_OK;
    if (method == METHOD_UNKNOWN) {
        failure = grpc_server_request_call(self->server, &call->call, &call->details,
                                           &call->metadata, queue, queue, &call->arrived_tag);
    } else {
        failure = grpc_server_request_registered_call(
            self->server, self->handles[method], &call->call, &call->deadline, &call->metadata,
            method == METHOD_RECONCILE ? NULL : &call->payload, queue, queue, &call->arrived_tag);
    }
    if (failure != GRPC_CALL_OK) {
        free_call(call);
    }
}

/* ---- Life --------------------------------------------------------------------------------- */

static grpc_arg number_argument(const char *key, int value)
{
    return (grpc_arg){
        .type = GRPC_ARG_INTEGER, .key = (char *)(uintptr_t)key, .value = {.integer = value}};
}

static grpc_server *make_server(void)
{
    grpc_arg arguments[] = {
        number_argument(GRPC_ARG_MAX_RECEIVE_MESSAGE_LENGTH, REQUEST_SIZE_MAX),
        number_argument(GRPC_COMPRESSION_CHANNEL_ENABLED_ALGORITHMS_BITSET, RPC_NO_COMPRESSION),
        number_argument(GRPC_ARG_ENABLE_PER_MESSAGE_DECOMPRESSION, 0),
        number_argument(GRPC_ARG_MAX_CONCURRENT_STREAMS, STREAMS_PER_CONNECTION),
        number_argument(GRPC_ARG_ALLOW_REUSEPORT, 0),
        number_argument(GRPC_ARG_KEEPALIVE_TIME_MS, KEEPALIVE_MS),
        number_argument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, KEEPALIVE_TIMEOUT_MS),
        number_argument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS,
                        PING_INTERVAL_MIN_MS),
        number_argument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1),
    };
    grpc_channel_args options = {sizeof arguments / sizeof arguments[0], arguments};
    return grpc_server_create(&options, NULL);
}

static int add_port(server *self, const char *address, int is_plain)
{
    grpc_server_credentials *credentials = rpc_security_server(self->options.security, is_plain);
    if (credentials == NULL) {
        return 0;
    }
    int port = grpc_server_add_http2_port(self->server, address, credentials);
    grpc_server_credentials_release(credentials);
    return port;
}

/* The socket is the owner's alone: whoever may use it may read the folder. */
static steme_status add_socket(server *self, steme_error *error)
{
    const char *path = self->options.socket_path;
    text_buffer address = TEXT_EMPTY;
    if (strlen(path) > SOCKET_PATH_SIZE_MAX) {
        return app_fail(error, STEME_TOO_LARGE,
                        "no Unix socket: %s: a path has at most %d bytes; give a shorter --db",
                        path, SOCKET_PATH_SIZE_MAX);
    }
    text_append_format(&address, "unix:%s", path);
    mode_t before = umask(S_IRWXG | S_IRWXO | S_IXUSR);
    int is_added = add_port(self, text_get(&address), 1);
    umask(before);
    text_deinit(&address);
    if (!is_added) {
        return app_fail(error, STEME_IO, "no Unix socket: %s; check the folder", path);
    }
    self->socket_path = text_duplicate(path);
    return STEME_OK;
}

static steme_status listen_on_port(server *self, steme_error *error)
{
    self->port = add_port(self, self->options.address, 0);
    if (self->port == 0) {
        const char *advice = rpc_security_is_tls(self->options.security)
                                 ? ", and do certificate and key belong together?"
                                 : "?";
        return app_fail(error, STEME_BUSY,
                        "cannot listen: %s; is it an address of this machine that is free%s",
                        self->options.address, advice);
    }
    return STEME_OK;
}

static void stopped(void *context, int is_ok)
{
    server *self = context;
    (void)is_ok;
    pthread_mutex_lock(&self->lock);
    self->is_stopped = 1;
    pthread_cond_broadcast(&self->is_changed);
    pthread_mutex_unlock(&self->lock);
}

static void register_methods(server *self)
{
    for (int method = 0; method < METHOD_UNKNOWN; method++) {
        grpc_server_register_method_payload_handling handling =
            method == METHOD_RECONCILE ? GRPC_SRM_PAYLOAD_NONE
                                       : GRPC_SRM_PAYLOAD_READ_INITIAL_BYTE_BUFFER;
        self->handles[method] =
            grpc_server_register_method(self->server, methods[method].path, NULL, handling, 0);
    }
}

static steme_status open_api(server *self, steme_error *error)
{
    api_options options = {.store = self->options.service.store,
                           .loop = self->options.loop,
                           .jobs = self->options.jobs,
                           .node = self->options.service.node,
                           .diffs = self->options.service.diffs,
                           .client_idle_ms = self->options.client_idle_ms};
    steme_status status = api_open(&options, &self->api, error);
    if (status == STEME_OK) {
        api_register(self->api, self->server);
    }
    return status;
}

steme_status server_open(const server_options *options, server **out_server, steme_error *error)
{
    server *self = text_allocate(sizeof *self);
    *self = (server){.options = *options, .server = make_server()};
    pthread_mutex_init(&self->lock, NULL);
    pthread_cond_init(&self->is_changed, NULL);
    self->stopped_tag = (rpc_tag){stopped, self};
    grpc_server_register_completion_queue(self->server, options->loop->queue, NULL);
    register_methods(self);
    steme_status status = open_api(self, error);
    if (status == STEME_OK) {
        status = listen_on_port(self, error);
    }
    if (status == STEME_OK && options->socket_path != NULL) {
        status = add_socket(self, error);
    }
    grpc_server_start(self->server);
    if (status != STEME_OK) {
        server_stop(self);
        server_close(self);
        return status;
    }
    for (int method = 0; method < METHOD_COUNT; method++) {
        for (int i = 0; i < WAITING_CALL_COUNT; i++) {
            wait_for_call(self, (server_method)method);
        }
    }
    api_listen(self->api);
    *out_server = self;
    return STEME_OK;
}

int server_port(const server *self)
{
    return self->port;
}

/* 1 where it stopped in time. */
static int wait_stopped(server *self, int64_t timeout_ms)
{
    struct timespec until;
    int failure = 0;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += (time_t)(timeout_ms / 1000);
    pthread_mutex_lock(&self->lock);
    while (!self->is_stopped && failure == 0) {
        failure = pthread_cond_timedwait(&self->is_changed, &self->lock, &until);
    }
    int is_stopped = self->is_stopped;
    pthread_mutex_unlock(&self->lock);
    return is_stopped;
}

void server_stop(server *self)
{
    grpc_server_shutdown_and_notify(self->server, self->options.loop->queue, &self->stopped_tag);
    if (!wait_stopped(self, STOP_GRACE_MS)) {
        grpc_server_cancel_all_calls(self->server);
        while (!wait_stopped(self, STOP_GRACE_MS)) {
        }
    }
    api_stop(self->api);
    if (self->socket_path != NULL) {
        unlink(self->socket_path);
    }
}

void server_close(server *self)
{
    if (self == NULL) {
        return;
    }
    grpc_server_destroy(self->server);
    api_close(self->api);
    pthread_cond_destroy(&self->is_changed);
    pthread_mutex_destroy(&self->lock);
    free(self->socket_path);
    free(self);
}
