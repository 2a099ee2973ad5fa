#include "common/rpc_client.h"

#include <assert.h>
#include <grpc/grpc_security.h>
#include <grpc/support/alloc.h>
#include <stdlib.h>
#include <string.h>

#include <steme/replica.h>

#include "common/fail.h"
#include "common/text.h"

enum {
    KEEPALIVE_MS = 20000,
    KEEPALIVE_TIMEOUT_MS = 10000,
    BACKOFF_FIRST_MS = 200,
    BACKOFF_MAX_MS = 10000,
    ANSWER_SIZE_MAX = 4 << 20,
};

struct rpc_channel {
    grpc_channel *channel;
    char *address;
};

static grpc_arg number_argument(const char *key, int value)
{
    return (grpc_arg){
        .type = GRPC_ARG_INTEGER, .key = (char *)(uintptr_t)key, .value = {.integer = value}};
}

rpc_channel *rpc_channel_open(const char *address, const rpc_security *security)
{
    int is_socket = strncmp(address, "unix:", strlen("unix:")) == 0;
    grpc_arg arguments[] = {
        number_argument(GRPC_ARG_KEEPALIVE_TIME_MS, KEEPALIVE_MS),
        number_argument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, KEEPALIVE_TIMEOUT_MS),
        number_argument(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, BACKOFF_FIRST_MS),
        number_argument(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, BACKOFF_FIRST_MS),
        number_argument(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, BACKOFF_MAX_MS),
        number_argument(GRPC_ARG_MAX_RECEIVE_MESSAGE_LENGTH, ANSWER_SIZE_MAX),
        number_argument(GRPC_COMPRESSION_CHANNEL_ENABLED_ALGORITHMS_BITSET, RPC_NO_COMPRESSION),
        number_argument(GRPC_ARG_ENABLE_PER_MESSAGE_DECOMPRESSION, 0),
        /* A proxy of the environment is not for talk between nodes. */
        number_argument(GRPC_ARG_ENABLE_HTTP_PROXY, 0),
        number_argument(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1),
    };
    grpc_channel_args options = {sizeof arguments / sizeof arguments[0], arguments};
    grpc_channel_credentials *credentials = rpc_security_channel(security, is_socket);
    rpc_channel *self = text_allocate(sizeof *self);
    *self = (rpc_channel){.channel = grpc_channel_create(address, credentials, &options),
                          .address = text_duplicate(address)};
    grpc_channel_credentials_release(credentials);
    return self;
}

void rpc_channel_close(rpc_channel *self)
{
    if (self != NULL) {
        grpc_channel_destroy(self->channel);
        free(self->address);
        free(self);
    }
}

const char *rpc_channel_address(const rpc_channel *self)
{
    return self->address;
}

rpc_channel_state rpc_channel_look(rpc_channel *self)
{
    switch (grpc_channel_check_connectivity_state(self->channel, 1)) {
    case GRPC_CHANNEL_READY:
        return RPC_CHANNEL_READY;
    case GRPC_CHANNEL_TRANSIENT_FAILURE:
        return RPC_CHANNEL_FAILED;
    default:
        return RPC_CHANNEL_CONNECTING;
    }
}

/* ---- Unary calls -------------------------------------------------------------------------- */

typedef struct unary_call {
    grpc_call *call;
    grpc_byte_buffer *request;
    grpc_byte_buffer *answer;
    grpc_metadata_array header;
    grpc_metadata_array trailer;
    grpc_status_code status;
    grpc_slice details;
    const char *error_text;
    rpc_tag tag;
    rpc_done done;
    void *context;
} unary_call;

static grpc_call *make_call(rpc_channel *channel, grpc_completion_queue *queue, const char *method,
                            int64_t timeout_ms)
{
    return grpc_channel_create_call(channel->channel, NULL, 0, queue,
                                    grpc_slice_from_static_string(method), NULL,
                                    rpc_deadline(timeout_ms), NULL);
}

grpc_call *rpc_channel_make_call(rpc_channel *self, grpc_completion_queue *queue,
                                 const char *method, int64_t timeout_ms)
{
    return make_call(self, queue, method, timeout_ms);
}

static grpc_byte_buffer *pack(const ProtobufCMessage *message)
{
    grpc_slice slice = grpc_slice_malloc(protobuf_c_message_get_packed_size(message));
    protobuf_c_message_pack(message, GRPC_SLICE_START_PTR(slice));
    grpc_byte_buffer *buffer = grpc_raw_byte_buffer_create(&slice, 1);
    grpc_slice_unref(slice);
    return buffer;
}

static void unary_init(unary_call *self, rpc_channel *channel, grpc_completion_queue *queue,
                       const char *method, const ProtobufCMessage *request, int64_t timeout_ms)
{
    *self = (unary_call){.call = make_call(channel, queue, method, timeout_ms),
                         .request = pack(request),
                         .status = GRPC_STATUS_UNKNOWN,
                         .details = grpc_empty_slice()};
    grpc_metadata_array_init(&self->header);
    grpc_metadata_array_init(&self->trailer);
}

static void unary_deinit(unary_call *self)
{
    grpc_byte_buffer_destroy(self->request);
    if (self->answer != NULL) {
        grpc_byte_buffer_destroy(self->answer);
    }
    grpc_metadata_array_destroy(&self->header);
    grpc_metadata_array_destroy(&self->trailer);
    grpc_slice_unref(self->details);
    gpr_free((void *)(uintptr_t)self->error_text);
    grpc_call_unref(self->call);
}

static void unary_start(unary_call *self)
{
    grpc_op operations[6] = {
        {.op = GRPC_OP_SEND_INITIAL_METADATA},  {.op = GRPC_OP_SEND_MESSAGE},
        {.op = GRPC_OP_SEND_CLOSE_FROM_CLIENT}, {.op = GRPC_OP_RECV_INITIAL_METADATA},
        {.op = GRPC_OP_RECV_MESSAGE},           {.op = GRPC_OP_RECV_STATUS_ON_CLIENT}};
    operations[1].data.send_message.send_message = self->request;
    operations[3].data.recv_initial_metadata.recv_initial_metadata = &self->header;
    operations[4].data.recv_message.recv_message = &self->answer;
    operations[5].data.recv_status_on_client.trailing_metadata = &self->trailer;
    operations[5].data.recv_status_on_client.status = &self->status;
    operations[5].data.recv_status_on_client.status_details = &self->details;
    operations[5].data.recv_status_on_client.error_string = &self->error_text;
    grpc_call_error failure = grpc_call_start_batch(self->call, operations, 6, &self->tag, NULL);
    assert(failure == GRPC_CALL_OK); /* a new call takes it */
    (void)failure;
}

static steme_status status_of(grpc_status_code code)
{
    switch (code) {
    case GRPC_STATUS_INVALID_ARGUMENT:
        return STEME_INVALID;
    case GRPC_STATUS_RESOURCE_EXHAUSTED:
        return STEME_BUSY;
    default:
        return STEME_IO;
    }
}

static steme_status call_failure(const unary_call *self, const rpc_channel *channel,
                                 steme_error *error)
{
    const char *advice =
        self->status == GRPC_STATUS_UNAVAILABLE || self->status == GRPC_STATUS_DEADLINE_EXCEEDED
            ? "; is a node serving there, and with the same kind of TLS?"
            : "; see the node's own output";
    return app_fail(error, status_of(self->status), "no answer: %s: %s: %.*s%s", channel->address,
                    rpc_code_name(self->status), (int)GRPC_SLICE_LENGTH(self->details),
                    (const char *)GRPC_SLICE_START_PTR(self->details), advice);
}

static steme_status unpack_answer(const unary_call *self, const rpc_channel *channel,
                                  const ProtobufCMessageDescriptor *type, ProtobufCMessage **out,
                                  steme_error *error)
{
    grpc_slice slice;
    if (self->status != GRPC_STATUS_OK) {
        return call_failure(self, channel, error);
    }
    if (!rpc_buffer_read(self->answer, &slice)) {
        return app_fail(error, STEME_IO, "empty answer: %s", channel->address);
    }
    ProtobufCMessage *answer = protobuf_c_message_unpack(type, NULL, GRPC_SLICE_LENGTH(slice),
                                                         GRPC_SLICE_START_PTR(slice));
    grpc_slice_unref(slice);
    if (answer == NULL) {
        return app_fail(error, STEME_IO, "not understood: %s: the answer is no %s; is it a node?",
                        channel->address, type->short_name);
    }
    *out = answer;
    return STEME_OK;
}

steme_status rpc_channel_call(rpc_channel *self, const char *method,
                              const ProtobufCMessage *request,
                              const ProtobufCMessageDescriptor *answer_type, int64_t timeout_ms,
                              ProtobufCMessage **out_answer, steme_error *error)
{
    unary_call call;
    grpc_completion_queue *queue = grpc_completion_queue_create_for_pluck(NULL);
    unary_init(&call, self, queue, method, request, timeout_ms);
    unary_start(&call);
    grpc_completion_queue_pluck(queue, &call.tag, gpr_inf_future(GPR_CLOCK_REALTIME), NULL);
    steme_status status = unpack_answer(&call, self, answer_type, out_answer, error);
    unary_deinit(&call);
    grpc_completion_queue_shutdown(queue);
    grpc_completion_queue_destroy(queue);
    return status;
}

static void call_done(void *context, int is_ok)
{
    unary_call *self = context;
    grpc_slice slice = grpc_empty_slice();
    (void)is_ok; /* the status tells */
    int has_answer = self->status == GRPC_STATUS_OK && rpc_buffer_read(self->answer, &slice);
    steme_span answer = {GRPC_SLICE_START_PTR(slice), GRPC_SLICE_LENGTH(slice)};
    self->done(self->context,
               self->status == GRPC_STATUS_OK && !has_answer ? GRPC_STATUS_INTERNAL : self->status,
               answer);
    grpc_slice_unref(slice);
    unary_deinit(self);
    free(self);
}

void rpc_channel_call_later(rpc_channel *self, rpc_loop *loop, const char *method,
                            const ProtobufCMessage *request, int64_t timeout_ms, rpc_done done,
                            void *context)
{
    unary_call *call = text_allocate(sizeof *call);
    unary_init(call, self, loop->queue, method, request, timeout_ms);
    call->tag = (rpc_tag){call_done, call};
    call->done = done;
    call->context = context;
    unary_start(call);
}

rpc_stream *rpc_channel_stream(rpc_channel *self, rpc_loop *loop, int64_t timeout_ms,
                               const rpc_stream_options *options)
{
    return rpc_stream_open_client(make_call(self, loop->queue, RPC_RECONCILE, timeout_ms), options);
}
