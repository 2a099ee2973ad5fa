#include "steme/server/api_call.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <grpc/support/alloc.h>

#include "common/api_messages.h"
#include "common/fail.h"
#include "common/text.h"
#include "steme/server/node_queue.h"

enum {
    WAITING_CALL_COUNT = 8, /* of each method, ready to be taken */
    STREAM_COUNT_MAX = 64,  /* each holds a snapshot */
    CALL_COUNT_MAX = 512,
    METHOD_COUNT_MAX = 32,
    CLIENT_IDLE_MS = 30000,
    CROWDED_IDLE_MS = 1000, /* the same, where another wants the place */
    NS_PER_MS = 1000000,
};

struct api {
    api_options options;
    grpc_server *server;
    jobs reading;
    struct {
        const api_method *method;
        void *handle;
    } methods[METHOD_COUNT_MAX];
    size_t method_count;
    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t is_changed;
    size_t stream_count;
    size_t call_count;
    size_t walk_count; /* threads */
    int is_stopping;
    api_call *calls;         /* that were taken */
    pthread_t watch;         /* gives up clients that are idle */
    pthread_cond_t is_ended; /* for the watch: is_stopping */
};

steme_store *api_store(const api *self)
{
    return self->options.store;
}

diffs *api_diffs(const api *self)
{
    return self->options.diffs;
}

node *api_node(const api *self)
{
    return self->options.node;
}

/* ---- Clients that are waited for ---------------------------------------------------------- */

/* Under the lock. The status reaches a client that takes nothing too, as soon as it does. */
static void give_up(api_call *self)
{
    self->is_given_up = 1;
    self->waits_since_ns = 0;
    self->api->stream_count -= self->method->is_stream != 0;
    grpc_call_cancel_with_status(self->call, GRPC_STATUS_DEADLINE_EXCEEDED,
                                 "the client took and sent nothing for too long", NULL);
}

/* Under the lock: gives up those that have been idle for so long. */
static void give_up_idle(api *self, uint64_t idle_ns)
{
    uint64_t now_ns = node_now();
    for (api_call *each = self->calls; each != NULL; each = each->next) {
        if (each->waits_since_ns != 0 && now_ns - each->waits_since_ns >= idle_ns) {
            give_up(each);
        }
    }
}

/* Under the lock: makes room for another by the stream that has been idle for longest, if it has
 * been for long enough. */
static void give_up_idlest(api *self)
{
    uint64_t since_ns = node_now() - CROWDED_IDLE_MS * (uint64_t)NS_PER_MS;
    api_call *idlest = NULL;
    for (api_call *each = self->calls; each != NULL; each = each->next) {
        if (each->method->is_stream && each->waits_since_ns != 0 &&
            each->waits_since_ns <= since_ns) {
            since_ns = each->waits_since_ns;
            idlest = each;
        }
    }
    if (idlest != NULL) {
        give_up(idlest);
    }
}

static void *watch(void *argument)
{
    api *self = argument;
    uint64_t idle_ms =
        self->options.client_idle_ms == 0 ? CLIENT_IDLE_MS : self->options.client_idle_ms;
    pthread_mutex_lock(&self->lock);
    while (!self->is_stopping) {
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_sec += 1;
        pthread_cond_timedwait(&self->is_ended, &self->lock, &until);
        give_up_idle(self, idle_ms * NS_PER_MS);
    }
    pthread_mutex_unlock(&self->lock);
    return NULL;
}

/* Whether the client's turn begins, or is over. */
static void note_turn(api_call *self, int is_clients)
{
    pthread_mutex_lock(&self->api->lock);
    self->waits_since_ns = is_clients && !self->is_given_up ? node_now() : 0;
    pthread_mutex_unlock(&self->api->lock);
}

/* ---- The life of a call ------------------------------------------------------------------- */

static void uncount(api_call *self)
{
    api *owner = self->api;
    pthread_mutex_lock(&owner->lock);
    owner->call_count--;
    owner->stream_count -= self->method->is_stream && !self->is_given_up;
    *(self->previous == NULL ? &owner->calls : &self->previous->next) = self->next;
    if (self->next != NULL) {
        self->next->previous = self->previous;
    }
    pthread_mutex_unlock(&owner->lock);
}

static void free_call(api_call *self)
{
    if (self->state != NULL && self->method->deinit != NULL) {
        self->method->deinit(self->state);
    }
    if (self->request != NULL) {
        protobuf_c_message_free_unpacked(self->request, NULL);
    }
    if (self->payload != NULL) {
        grpc_byte_buffer_destroy(self->payload);
    }
    if (self->body != NULL) {
        grpc_byte_buffer_destroy(self->body);
    }
    grpc_metadata_array_destroy(&self->metadata);
    pthread_cond_destroy(&self->is_changed);
    pthread_mutex_destroy(&self->lock);
    if (self->call != NULL) {
        grpc_call_unref(self->call);
    }
    free(self);
}

static void release(api_call *self)
{
    if (atomic_fetch_sub(&self->reference_count, 1) == 1) {
        uncount(self);
        free_call(self);
    }
}

int api_call_is_gone(void *call)
{
    return atomic_load(&((api_call *)call)->is_gone);
}

int api_call_is_by_socket(const api_call *self)
{
    char *peer = grpc_call_get_peer(self->call);
    int is_unix = strncmp(peer, "unix:", strlen("unix:")) == 0;
    gpr_free(peer);
    return is_unix;
}

static void closed(void *context, int is_ok)
{
    api_call *self = context;
    (void)is_ok;
    atomic_store(&self->is_gone, 1);
    release(self);
}

/* ---- What a step makes -------------------------------------------------------------------- */

void api_call_reply(api_call *self, const ProtobufCMessage *message, int is_last)
{
    grpc_slice slice = grpc_slice_malloc(protobuf_c_message_get_packed_size(message));
    protobuf_c_message_pack(message, GRPC_SLICE_START_PTR(slice));
    self->body = grpc_raw_byte_buffer_create(&slice, 1);
    self->is_last = is_last;
    grpc_slice_unref(slice);
}

void api_call_end(api_call *self)
{
    self->is_last = 1;
}

void api_call_fail(api_call *self, const steme_error *error)
{
    self->is_last = 1;
    self->status = error->status;
    self->code = rpc_code_of(error->status);
    snprintf(self->reason, sizeof self->reason, "%s",
             error->message[0] == '\0' ? steme_status_text(error->status) : error->message);
}

void api_call_refuse(api_call *self, const char *reason)
{
    steme_error error = {0};
    app_fail(&error, STEME_INVALID, "%s", reason);
    api_call_fail(self, &error);
}

/* ---- Sending ------------------------------------------------------------------------------ */

static int send_step(api_call *self)
{
    grpc_op operations[3];
    size_t count = 0;
    memset(operations, 0, sizeof operations);
    grpc_slice reason = grpc_slice_from_static_string(self->reason);
    grpc_metadata trailer = {.key = grpc_slice_from_static_string(API_STATUS_KEY),
                             .value = grpc_slice_from_static_string(api_status_name(self->status))};
    if (!self->is_begun) {
        operations[count++].op = GRPC_OP_SEND_INITIAL_METADATA;
        self->is_begun = 1;
    }
    if (self->body != NULL) {
        operations[count].op = GRPC_OP_SEND_MESSAGE;
        operations[count++].data.send_message.send_message = self->body;
    }
    if (self->is_last) {
        grpc_op *end = &operations[count++];
        end->op = GRPC_OP_SEND_STATUS_FROM_SERVER;
        end->data.send_status_from_server.status = self->code;
        end->data.send_status_from_server.status_details = &reason;
        if (self->code != GRPC_STATUS_OK) {
            end->data.send_status_from_server.trailing_metadata = &trailer;
            end->data.send_status_from_server.trailing_metadata_count = 1;
        }
    }
    note_turn(self, 1);
    return grpc_call_start_batch(self->call, operations, count, &self->sent_tag, NULL) ==
           GRPC_CALL_OK;
}

static void send_made(api_call *self)
{
    if (!send_step(self)) {
        grpc_call_cancel(self->call, NULL);
        release(self);
    }
}

static int put(api_call *self);
static void receive(api_call *self);

static void sent(void *context, int is_ok)
{
    api_call *self = context;
    note_turn(self, 0);
    if (self->body != NULL) {
        grpc_byte_buffer_destroy(self->body);
        self->body = NULL;
    }
    if (self->method->is_walk && !self->is_last) {
        pthread_mutex_lock(&self->lock);
        self->is_sent = 1;
        self->was_sent = is_ok;
        pthread_cond_signal(&self->is_changed);
        pthread_mutex_unlock(&self->lock);
    } else if (!is_ok || self->is_last) {
        release(self);
    } else if (self->method->is_fed) {
        receive(self);
    } else if (!put(self)) {
        grpc_call_cancel(self->call, NULL);
        release(self);
    }
}

int api_call_push(api_call *self)
{
    self->is_sent = 0;
    if (!send_step(self)) {
        return 0;
    }
    pthread_mutex_lock(&self->lock);
    while (!self->is_sent) {
        pthread_cond_wait(&self->is_changed, &self->lock);
    }
    int was_sent = self->was_sent;
    pthread_mutex_unlock(&self->lock);
    return was_sent;
}

/* ---- Steps -------------------------------------------------------------------------------- */

static int run_step(job *work)
{
    api_call *self = (api_call *)work;
    if (api_call_is_gone(self)) {
        release(self);
        return 0;
    }
    if (self->method->step(self)) {
        return 1;
    }
    send_made(self);
    return 0;
}

static void appended(job *work, steme_status status, const steme_error *error)
{
    api_call *self = (api_call *)work;
    self->method->appended(self, status, error);
    send_made(self);
}

static void *walk(void *argument)
{
    api_call *self = argument;
    api *owner = self->api;
    (void)self->method->step(self);
    send_made(self);
    pthread_mutex_lock(&owner->lock);
    owner->walk_count--;
    pthread_cond_broadcast(&owner->is_changed);
    pthread_mutex_unlock(&owner->lock);
    return NULL;
}

/* Under the api's lock. */
static int start_walk(api_call *self)
{
    pthread_t thread;
    pthread_attr_t detached;
    pthread_attr_init(&detached);
    pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
    int is_started = pthread_create(&thread, &detached, walk, self) == 0;
    pthread_attr_destroy(&detached);
    self->api->walk_count += is_started ? 1 : 0;
    return is_started;
}

/* Has the next step made by a thread that may wait. 0 where there is none. */
static int put(api_call *self)
{
    api *owner = self->api;
    pthread_mutex_lock(&owner->lock);
    int is_put = !owner->is_stopping;
    if (is_put && self->method->is_walk) {
        is_put = start_walk(self);
    } else if (is_put) {
        /* Bounded by CALL_COUNT_MAX: each call has one job. */
        jobs_put(self->method->is_writing ? owner->options.jobs : &owner->reading, &self->job);
    }
    pthread_mutex_unlock(&owner->lock);
    return is_put;
}

static void refuse_now(api_call *self, grpc_status_code code, steme_status status,
                       const char *reason)
{
    self->is_last = 1;
    self->code = code;
    self->status = status;
    snprintf(self->reason, sizeof self->reason, "%s", reason);
    send_made(self);
}

/* Takes a request apart and has it answered. */
static void take(api_call *self, grpc_byte_buffer *payload)
{
    grpc_slice slice = grpc_empty_slice();
    const api_method *about = self->method;
    if (self->request != NULL) {
        protobuf_c_message_free_unpacked(self->request, NULL);
        self->request = NULL;
    }
    if (rpc_buffer_read(payload, &slice) && GRPC_SLICE_LENGTH(slice) <= about->request_size_max) {
        self->request = protobuf_c_message_unpack(
            about->request_type, NULL, GRPC_SLICE_LENGTH(slice), GRPC_SLICE_START_PTR(slice));
    }
    grpc_slice_unref(slice);
    if (self->request == NULL) {
        char reason[128];
        snprintf(reason, sizeof reason, "not a %s of at most %zu bytes",
                 about->request_type->short_name, about->request_size_max);
        refuse_now(self, GRPC_STATUS_INVALID_ARGUMENT, STEME_INVALID, reason);
    } else if (!put(self)) {
        refuse_now(self, GRPC_STATUS_UNAVAILABLE, STEME_BUSY, "the node stops");
    }
}

static void received(void *context, int is_ok)
{
    api_call *self = context;
    grpc_byte_buffer *payload = self->payload;
    self->payload = NULL;
    note_turn(self, 0);
    if (!is_ok) {
        release(self);
    } else if (payload == NULL) { /* the client has said all */
        api_call_end(self);
        send_made(self);
    } else {
        take(self, payload);
        grpc_byte_buffer_destroy(payload);
    }
}

static void receive(api_call *self)
{
    grpc_op operation = {.op = GRPC_OP_RECV_MESSAGE};
    operation.data.recv_message.recv_message = &self->payload;
    note_turn(self, 1);
    if (grpc_call_start_batch(self->call, &operation, 1, &self->received_tag, NULL) !=
        GRPC_CALL_OK) {
        release(self);
    }
}

/* ---- Taking calls ------------------------------------------------------------------------- */

static void wait_for_call(api *self, size_t method);

/* 0 where there are too many; counted all the same, until the call is freed. */
static int count_in(api_call *self)
{
    api *owner = self->api;
    pthread_mutex_lock(&owner->lock);
    owner->call_count++;
    owner->stream_count += self->method->is_stream != 0;
    if (owner->stream_count > STREAM_COUNT_MAX) {
        give_up_idlest(owner);
    }
    self->next = owner->calls;
    if (self->next != NULL) {
        self->next->previous = self;
    }
    owner->calls = self;
    int has_room = owner->call_count <= CALL_COUNT_MAX && owner->stream_count <= STREAM_COUNT_MAX;
    pthread_mutex_unlock(&owner->lock);
    return has_room;
}

static void arrived(void *context, int is_ok)
{
    api_call *self = context;
    if (!is_ok) { /* the server stops */
        free_call(self);
        return;
    }
    wait_for_call(self->api, self->method_index);
    int has_room = count_in(self);
    grpc_op operation = {.op = GRPC_OP_RECV_CLOSE_ON_SERVER};
    operation.data.recv_close_on_server.cancelled = &self->cancelled;
    atomic_store(&self->reference_count, 2);
    grpc_call_error failure =
        grpc_call_start_batch(self->call, &operation, 1, &self->closed_tag, NULL);
    assert(failure == GRPC_CALL_OK); /* the first batch of its call */
    (void)failure;
    if (!has_room) {
        refuse_now(self, GRPC_STATUS_RESOURCE_EXHAUSTED, STEME_BUSY, "too many calls; try again");
    } else if (self->method->is_fed) {
        receive(self);
    } else {
        take(self, self->payload);
    }
}

static void wait_for_call(api *self, size_t method)
{
    api_call *call = text_allocate(sizeof *call);
    *call = (api_call){.job = {.run = run_step, .appended = appended},
                       .api = self,
                       .method = self->methods[method].method,
                       .method_index = method};
    call->arrived_tag = (rpc_tag){arrived, call};
    call->closed_tag = (rpc_tag){closed, call};
    call->sent_tag = (rpc_tag){sent, call};
    call->received_tag = (rpc_tag){received, call};
    grpc_metadata_array_init(&call->metadata);
    pthread_mutex_init(&call->lock, NULL);
    pthread_cond_init(&call->is_changed, NULL);
    grpc_completion_queue *queue = self->options.loop->queue;
    if (grpc_server_request_registered_call(self->server, self->methods[method].handle, &call->call,
                                            &call->deadline, &call->metadata,
                                            call->method->is_fed ? NULL : &call->payload, queue,
                                            queue, &call->arrived_tag) != GRPC_CALL_OK) {
        free_call(call);
    }
}

/* ---- Life --------------------------------------------------------------------------------- */

steme_status api_open(const api_options *options, api **out_api, steme_error *error)
{
    api *self = text_allocate(sizeof *self);
    *self = (api){.options = *options};
    steme_status status = jobs_open(&self->reading, options->store, error);
    if (status != STEME_OK) {
        free(self);
        return status;
    }
    pthread_mutex_init(&self->lock, NULL);
    pthread_cond_init(&self->is_changed, NULL);
    pthread_cond_init(&self->is_ended, NULL);
    int failure = pthread_create(&self->watch, NULL, watch, self);
    if (failure != 0) {
        jobs_close(&self->reading);
        api_close(self);
        return app_fail(error, STEME_NO_MEMORY, "no thread to watch clients: %s",
                        strerror(failure));
    }
    *out_api = self;
    return STEME_OK;
}

void api_register(api *self, grpc_server *server)
{
    const api_method *const lists[] = {
        api_write_methods,  api_read_methods,   api_query_methods,     api_diff_methods,
        api_verify_methods, api_backup_methods, api_lifecycle_methods, api_truth_methods};
    self->server = server;
    for (size_t list = 0; list < sizeof lists / sizeof lists[0]; list++) {
        for (const api_method *each = lists[list]; each->path != NULL; each++) {
            assert(self->method_count < METHOD_COUNT_MAX);
            self->methods[self->method_count].method = each;
            self->methods[self->method_count++].handle = grpc_server_register_method(
                server, each->path, NULL,
                each->is_fed ? GRPC_SRM_PAYLOAD_NONE : GRPC_SRM_PAYLOAD_READ_INITIAL_BYTE_BUFFER,
                0);
        }
    }
}

void api_listen(api *self)
{
    for (size_t method = 0; method < self->method_count; method++) {
        for (int i = 0; i < WAITING_CALL_COUNT; i++) {
            wait_for_call(self, method);
        }
    }
}

void api_stop(api *self)
{
    if (self == NULL) {
        return;
    }
    pthread_mutex_lock(&self->lock);
    self->is_stopping = 1;
    pthread_cond_signal(&self->is_ended);
    while (self->walk_count > 0) {
        pthread_cond_wait(&self->is_changed, &self->lock);
    }
    pthread_mutex_unlock(&self->lock);
    pthread_join(self->watch, NULL);
    jobs_close(&self->reading);
}

void api_close(api *self)
{
    if (self != NULL) {
        pthread_cond_destroy(&self->is_ended);
        pthread_cond_destroy(&self->is_changed);
        pthread_mutex_destroy(&self->lock);
        free(self);
    }
}
