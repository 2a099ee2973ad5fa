#include "common/rpc_reader.h"

#include <assert.h>
#include <grpc/support/alloc.h>
#include <stdlib.h>
#include <string.h>

#include "common/api_messages.h"
#include "common/fail.h"
#include "common/text.h"

struct rpc_reader {
    rpc_channel *channel;
    grpc_completion_queue *queue;
    grpc_call *call;
    grpc_byte_buffer *request;
    grpc_metadata_array header;
    grpc_metadata_array trailer;
    grpc_status_code code;
    grpc_slice details;
    const char *error_text;
    char begin_tag; /* addresses only */
    char end_tag;
    char message_tag;
    int is_begun; /* the first batch was waited for */
    int is_ended; /* and the one with the status */
};

static void start(rpc_reader *self, const grpc_op *operations, size_t count, char *tag)
{
    grpc_call_error failure = grpc_call_start_batch(self->call, operations, count, tag, NULL);
    assert(failure == GRPC_CALL_OK); /* each batch once, on a call of our own */
    (void)failure;
}

static void wait(rpc_reader *self, char *tag)
{
    grpc_completion_queue_pluck(self->queue, tag, gpr_inf_future(GPR_CLOCK_REALTIME), NULL);
}

static grpc_byte_buffer *pack(const ProtobufCMessage *message)
{
    grpc_slice slice = grpc_slice_malloc(protobuf_c_message_get_packed_size(message));
    protobuf_c_message_pack(message, GRPC_SLICE_START_PTR(slice));
    grpc_byte_buffer *buffer = grpc_raw_byte_buffer_create(&slice, 1);
    grpc_slice_unref(slice);
    return buffer;
}

static void begin(rpc_reader *self)
{
    grpc_op first[4] = {{.op = GRPC_OP_SEND_INITIAL_METADATA},
                        {.op = GRPC_OP_SEND_MESSAGE},
                        {.op = GRPC_OP_SEND_CLOSE_FROM_CLIENT},
                        {.op = GRPC_OP_RECV_INITIAL_METADATA}};
    grpc_op end = {.op = GRPC_OP_RECV_STATUS_ON_CLIENT};
    first[1].data.send_message.send_message = self->request;
    first[3].data.recv_initial_metadata.recv_initial_metadata = &self->header;
    end.data.recv_status_on_client.trailing_metadata = &self->trailer;
    end.data.recv_status_on_client.status = &self->code;
    end.data.recv_status_on_client.status_details = &self->details;
    end.data.recv_status_on_client.error_string = &self->error_text;
    start(self, first, 4, &self->begin_tag);
    start(self, &end, 1, &self->end_tag);
}

rpc_reader *rpc_reader_open(rpc_channel *channel, const char *method,
                            const ProtobufCMessage *request, int64_t timeout_ms)
{
    rpc_reader *self = text_allocate(sizeof *self);
    grpc_completion_queue *queue = grpc_completion_queue_create_for_pluck(NULL);
    *self = (rpc_reader){.channel = channel,
                         .queue = queue,
                         .call = rpc_channel_make_call(channel, queue, method, timeout_ms),
                         .request = pack(request),
                         .code = GRPC_STATUS_UNKNOWN,
                         .details = grpc_empty_slice()};
    grpc_metadata_array_init(&self->header);
    grpc_metadata_array_init(&self->trailer);
    begin(self);
    return self;
}

static void wait_begun(rpc_reader *self)
{
    if (!self->is_begun) {
        wait(self, &self->begin_tag);
        self->is_begun = 1;
    }
}

static void wait_ended(rpc_reader *self)
{
    if (!self->is_ended) {
        wait(self, &self->end_tag);
        self->is_ended = 1;
    }
}

void rpc_reader_close(rpc_reader *self)
{
    if (self == NULL) {
        return;
    }
    if (!self->is_ended) {
        grpc_call_cancel(self->call, NULL);
    }
    wait_begun(self);
    wait_ended(self);
    grpc_byte_buffer_destroy(self->request);
    grpc_metadata_array_destroy(&self->header);
    grpc_metadata_array_destroy(&self->trailer);
    grpc_slice_unref(self->details);
    gpr_free((void *)(uintptr_t)self->error_text);
    grpc_call_unref(self->call);
    grpc_completion_queue_shutdown(self->queue);
    grpc_completion_queue_destroy(self->queue);
    free(self);
}

/* ---- How it ended ------------------------------------------------------------------------- */

static steme_span span_of(grpc_slice *slice)
{
    return (steme_span){GRPC_SLICE_START_PTR(*slice), GRPC_SLICE_LENGTH(*slice)};
}

/* The node's own status, where it named one. */
static int find_status(rpc_reader *self, steme_status *out_status)
{
    for (size_t i = 0; i < self->trailer.count; i++) {
        grpc_metadata *each = &self->trailer.metadata[i];
        if (grpc_slice_str_cmp(each->key, API_STATUS_KEY) == 0) {
            return api_status_find(span_of(&each->value), out_status) && *out_status != STEME_OK;
        }
    }
    return 0;
}

static steme_status end_failure(rpc_reader *self, steme_error *error)
{
    steme_status status = STEME_IO;
    steme_span details = span_of(&self->details);
    if (find_status(self, &status)) {
        return app_fail(error, status, "%.*s", (int)details.size, (const char *)details.bytes);
    }
    const char *advice =
        self->code == GRPC_STATUS_UNAVAILABLE || self->code == GRPC_STATUS_DEADLINE_EXCEEDED
            ? "; is a node serving there, and with the same kind of TLS?"
            : "; see the node's own output";
    return app_fail(error, STEME_IO, "no answer: %s: %s: %.*s%s",
                    rpc_channel_address(self->channel), rpc_code_name(self->code),
                    (int)details.size, (const char *)details.bytes, advice);
}

steme_status rpc_reader_next(rpc_reader *self, const ProtobufCMessageDescriptor *type,
                             ProtobufCMessage **out_message, steme_error *error)
{
    grpc_slice slice;
    grpc_byte_buffer *buffer = NULL;
    grpc_op operation = {.op = GRPC_OP_RECV_MESSAGE};
    operation.data.recv_message.recv_message = &buffer;
    wait_begun(self);
    start(self, &operation, 1, &self->message_tag);
    wait(self, &self->message_tag);
    if (buffer == NULL) {
        wait_ended(self);
        *out_message = NULL;
        return self->code == GRPC_STATUS_OK ? STEME_OK : end_failure(self, error);
    }
    ProtobufCMessage *message = NULL;
    if (rpc_buffer_read(buffer, &slice)) {
        message = protobuf_c_message_unpack(type, NULL, GRPC_SLICE_LENGTH(slice),
                                            GRPC_SLICE_START_PTR(slice));
        grpc_slice_unref(slice);
    }
    grpc_byte_buffer_destroy(buffer);
    if (message == NULL) {
        return app_fail(error, STEME_IO, "not understood: %s: the answer is no %s; is it a node?",
                        rpc_channel_address(self->channel), type->short_name);
    }
    *out_message = message;
    return STEME_OK;
}
