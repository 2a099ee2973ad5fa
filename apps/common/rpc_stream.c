#include "common/rpc_stream.h"

#include <assert.h>
#include <grpc/grpc.h>
#include <grpc/grpc_security.h>
#include <grpc/support/alloc.h>
#include <openssl/sha.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <steme/replica.h>
#include <stemedb/sync/v1/sync.pb-c.h>

#include "common/pack.h"
#include "common/text.h"

enum { REASON_SIZE_MAX = 128 };

typedef struct queued_frame {
    struct queued_frame *next;
    grpc_byte_buffer *buffer;
    size_t size;
} queued_frame;

struct rpc_stream {
    pthread_mutex_t lock; /* guards all that follows but what is set at the opening */
    grpc_call *call;
    const rpc_stream_events *events;
    void *owner;
    uint32_t number;
    int is_server;

    int has_greeted;     /* the first frame was queued: it says what this side takes */
    int takes_packed;    /* the other side does */
    int reference_count; /* the owner's, and one per batch that is under way */
    queued_frame *first; /* the first one is being sent while is_sending */
    queued_frame *last;
    int is_sending;
    int is_receiving;
    int is_closing;   /* this side wants no more */
    int is_end_sent;  /* half-close, or the server's status */
    int is_broken;    /* nothing can be sent any more: the status will tell */
    int is_heard_out; /* no message comes any more */
    int is_finished;  /* `closed` was called, or is being */
    uint64_t identity;
    int has_identity;
    char reason[REASON_SIZE_MAX];

    rpc_tag start_tag;
    rpc_tag header_tag;
    rpc_tag send_tag;
    rpc_tag receive_tag;
    rpc_tag end_tag;
    rpc_tag finish_tag;

    grpc_byte_buffer *received;
    grpc_metadata_array header;
    grpc_metadata_array trailer;
    grpc_status_code status;
    grpc_slice details;
    const char *error_text;
    int is_cancelled;
};

static void destroy(rpc_stream *self)
{
    while (self->first != NULL) {
        queued_frame *frame = self->first;
        self->first = frame->next;
        grpc_byte_buffer_destroy(frame->buffer);
        free(frame);
    }
    grpc_metadata_array_destroy(&self->header);
    grpc_metadata_array_destroy(&self->trailer);
    grpc_slice_unref(self->details);
    gpr_free((void *)(uintptr_t)self->error_text);
    grpc_call_unref(self->call);
    pthread_mutex_destroy(&self->lock);
    free(self);
}

/* Under the lock; gives it back. */
static void unlock_and_drop(rpc_stream *self)
{
    int is_last = --self->reference_count == 0;
    pthread_mutex_unlock(&self->lock);
    if (is_last) {
        destroy(self);
    }
}

/* Starts a batch under the lock. A batch that the call no longer takes is as good as a failed one.
 */
static int start(rpc_stream *self, const grpc_op *operations, size_t count, rpc_tag *tag)
{
    grpc_call_error failure = grpc_call_start_batch(self->call, operations, count, tag, NULL);
    if (failure != GRPC_CALL_OK) {
        self->is_broken = 1;
        return 0;
    }
    self->reference_count++;
    return 1;
}

/* ---- Sending ------------------------------------------------------------------------------ */

static void send_end(rpc_stream *self)
{
    grpc_slice reason = grpc_slice_from_static_string(self->reason);
    grpc_op operation = {.op = GRPC_OP_SEND_CLOSE_FROM_CLIENT};
    if (self->is_server) {
        operation.op = GRPC_OP_SEND_STATUS_FROM_SERVER;
        operation.data.send_status_from_server.status =
            self->reason[0] == '\0' ? GRPC_STATUS_OK : GRPC_STATUS_ABORTED;
        operation.data.send_status_from_server.status_details = &reason;
    }
    self->is_end_sent = 1;
    start(self, &operation, 1, &self->end_tag);
}

/* Sends what is next, under the lock: a frame, or the end after the last one. Nothing once it is
 * finished: the loop may be ending by then. */
static void send_next(rpc_stream *self)
{
    if (self->is_sending || self->is_end_sent || self->is_broken || self->is_finished) {
        return;
    }
    if (self->first == NULL) {
        if (self->is_closing) {
            send_end(self);
        }
        return;
    }
    grpc_op operation = {.op = GRPC_OP_SEND_MESSAGE};
    operation.data.send_message.send_message = self->first->buffer;
    /* With more behind it a frame need not go out on its own: worth a factor for small ones. */
    operation.flags = self->first->next == NULL ? 0 : GRPC_WRITE_BUFFER_HINT;
    self->is_sending = start(self, &operation, 1, &self->send_tag);
}

static void sent(void *context, int is_ok)
{
    rpc_stream *self = context;
    pthread_mutex_lock(&self->lock);
    queued_frame *frame = self->first;
    size_t size = frame->size;
    self->first = frame->next;
    self->last = self->first == NULL ? NULL : self->last;
    self->is_sending = 0;
    self->is_broken |= !is_ok;
    send_next(self);
    int is_told = is_ok && !self->is_finished;
    pthread_mutex_unlock(&self->lock);
    grpc_byte_buffer_destroy(frame->buffer);
    free(frame);
    if (is_told) {
        self->events->sent(self->owner, self->number, size);
    }
    rpc_stream_release(self);
}

/* The message of a frame, packed where the other side takes that, and it is worth it. */
static grpc_slice make_message(rpc_stream *self, steme_span body)
{
    Stemedb__Sync__V1__Frame message = STEMEDB__SYNC__V1__FRAME__INIT;
    pthread_mutex_lock(&self->lock);
    message.takes_packed = !self->has_greeted;
    self->has_greeted = 1;
    int is_packed = self->takes_packed;
    pthread_mutex_unlock(&self->lock);
    size_t packed_size = 0;
    uint8_t *packed = is_packed ? pack_bytes(body, &packed_size) : NULL;
    if (packed != NULL) {
        message.packed = (ProtobufCBinaryData){packed_size, packed};
    } else {
        message.body = (ProtobufCBinaryData){body.size, (uint8_t *)(uintptr_t)body.bytes};
    }
    grpc_slice slice = grpc_slice_malloc(stemedb__sync__v1__frame__get_packed_size(&message));
    stemedb__sync__v1__frame__pack(&message, GRPC_SLICE_START_PTR(slice));
    free(packed);
    return slice;
}

void rpc_stream_send(rpc_stream *self, steme_span body)
{
    grpc_slice slice = make_message(self, body);
    queued_frame *frame = text_allocate(sizeof *frame);
    *frame = (queued_frame){.buffer = grpc_raw_byte_buffer_create(&slice, 1), .size = body.size};
    grpc_slice_unref(slice);

    pthread_mutex_lock(&self->lock);
    if (self->is_closing || self->is_broken || self->is_finished) {
        pthread_mutex_unlock(&self->lock);
        grpc_byte_buffer_destroy(frame->buffer);
        free(frame);
        return;
    }
    if (self->last == NULL) {
        self->first = frame;
    } else {
        self->last->next = frame;
    }
    self->last = frame;
    send_next(self);
    pthread_mutex_unlock(&self->lock);
}

void rpc_stream_close(rpc_stream *self, const char *reason)
{
    pthread_mutex_lock(&self->lock);
    if (!self->is_closing) {
        strncpy(self->reason, reason == NULL ? "" : reason, sizeof self->reason - 1);
        self->is_closing = 1;
        send_next(self);
    }
    pthread_mutex_unlock(&self->lock);
    /* Messages that nobody takes would hold back the end. */
    rpc_stream_receive(self);
}

void rpc_stream_cancel(rpc_stream *self)
{
    grpc_call_cancel(self->call, NULL);
}

void rpc_stream_release(rpc_stream *self)
{
    pthread_mutex_lock(&self->lock);
    unlock_and_drop(self);
}

/* ---- Whose it is -------------------------------------------------------------------------- */

static uint64_t read_identity(grpc_call *call)
{
    uint8_t digest[SHA256_DIGEST_LENGTH];
    uint64_t number = 0;
    grpc_auth_context *context = grpc_call_auth_context(call);
    grpc_auth_property_iterator subjects =
        grpc_auth_context_find_properties_by_name(context, GRPC_X509_SUBJECT_PROPERTY_NAME);
    const grpc_auth_property *subject = grpc_auth_property_iterator_next(&subjects);
    if (subject != NULL) {
        SHA256((const uint8_t *)subject->value, subject->value_length, digest);
        memcpy(&number, digest, sizeof number);
    }
    grpc_auth_context_release(context);
    return number;
}

uint64_t rpc_stream_identity(rpc_stream *self)
{
    pthread_mutex_lock(&self->lock);
    if (!self->has_identity) {
        self->identity = read_identity(self->call);
        self->has_identity = 1;
    }
    uint64_t identity = self->identity;
    pthread_mutex_unlock(&self->lock);
    return identity;
}

/* ---- Receiving ---------------------------------------------------------------------------- */

/* Also where nothing can be sent: gRPC keeps the status back until all that came is taken. */
void rpc_stream_receive(rpc_stream *self)
{
    pthread_mutex_lock(&self->lock);
    if (!self->is_receiving && !self->is_heard_out && !self->is_finished) {
        grpc_op operation = {.op = GRPC_OP_RECV_MESSAGE};
        operation.data.recv_message.recv_message = &self->received;
        self->is_receiving = start(self, &operation, 1, &self->receive_tag);
    }
    pthread_mutex_unlock(&self->lock);
}

/* The body in a message, malloc's; NULL where that is none, or too large. */
static uint8_t *open_message(Stemedb__Sync__V1__Frame *message, size_t *out_size)
{
    if (message->packed.len > 0 && message->body.len == 0) {
        return message->packed.len > STEME_FRAME_SIZE_MAX
                   ? NULL
                   : pack_open((steme_span){message->packed.data, message->packed.len},
                               STEME_FRAME_SIZE_MAX, out_size);
    }
    if (message->packed.len > 0 || message->body.len == 0 ||
        message->body.len > STEME_FRAME_SIZE_MAX) {
        return NULL;
    }
    uint8_t *bytes = message->body.data;
    *out_size = message->body.len;
    message->body = (ProtobufCBinaryData){0};
    return bytes;
}

/* A frame's body out of what came; NULL where there is none. */
static uint8_t *take_body(rpc_stream *self, grpc_byte_buffer *buffer, size_t *out_size)
{
    grpc_slice slice;
    uint8_t *bytes = NULL;
    if (!rpc_buffer_read(buffer, &slice)) {
        return NULL;
    }
    Stemedb__Sync__V1__Frame *message = stemedb__sync__v1__frame__unpack(
        NULL, GRPC_SLICE_LENGTH(slice), GRPC_SLICE_START_PTR(slice));
    if (message != NULL) {
        bytes = open_message(message, out_size);
        pthread_mutex_lock(&self->lock);
        self->takes_packed |= message->takes_packed;
        pthread_mutex_unlock(&self->lock);
        stemedb__sync__v1__frame__free_unpacked(message, NULL);
    }
    grpc_slice_unref(slice);
    return bytes;
}

static void received(void *context, int is_ok)
{
    rpc_stream *self = context;
    size_t size = 0;
    pthread_mutex_lock(&self->lock);
    grpc_byte_buffer *buffer = self->received;
    self->received = NULL;
    self->is_receiving = 0;
    int has_message = is_ok && buffer != NULL;
    int is_discarded = self->is_closing || self->is_finished;
    self->is_heard_out |= !has_message;
    pthread_mutex_unlock(&self->lock);

    uint8_t *bytes = has_message && !is_discarded ? take_body(self, buffer, &size) : NULL;
    if (buffer != NULL) {
        grpc_byte_buffer_destroy(buffer);
    }
    if (bytes != NULL) {
        self->events->received(self->owner, self->number, bytes, size);
    } else if (has_message && is_discarded) {
        rpc_stream_receive(self);
    } else if (has_message) {
        rpc_stream_close(self, "not a frame");
    } else if (self->is_server) {
        rpc_stream_close(self, NULL); /* the client has ended: so do we */
    }
    rpc_stream_release(self);
}

/* ---- Opening and ending ------------------------------------------------------------------- */

static void started(void *context, int is_ok)
{
    rpc_stream *self = context;
    (void)is_ok; /* the status says more */
    rpc_stream_release(self);
}

static void finished(void *context, int is_ok)
{
    rpc_stream *self = context;
    (void)is_ok;
    pthread_mutex_lock(&self->lock);
    self->is_finished = 1;
    grpc_status_code code = self->status;
    if (self->is_server) {
        code = self->is_cancelled ? GRPC_STATUS_CANCELLED : GRPC_STATUS_OK;
    }
    pthread_mutex_unlock(&self->lock);
    self->events->closed(self->owner, self->number, code);
    rpc_stream_release(self);
}

static rpc_stream *make(grpc_call *call, const rpc_stream_options *options, int is_server)
{
    rpc_stream *self = text_allocate(sizeof *self);
    *self = (rpc_stream){.call = call,
                         .events = options->events,
                         .owner = options->owner,
                         .number = options->number,
                         .is_server = is_server,
                         .reference_count = 1,
                         .details = grpc_empty_slice()};
    pthread_mutex_init(&self->lock, NULL);
    grpc_metadata_array_init(&self->header);
    grpc_metadata_array_init(&self->trailer);
    self->start_tag = (rpc_tag){started, self};
    self->header_tag = (rpc_tag){started, self};
    self->send_tag = (rpc_tag){sent, self};
    self->receive_tag = (rpc_tag){received, self};
    self->end_tag = (rpc_tag){started, self};
    self->finish_tag = (rpc_tag){finished, self};
    return self;
}

rpc_stream *rpc_stream_open_client(grpc_call *call, const rpc_stream_options *options)
{
    rpc_stream *self = make(call, options, 0);
    grpc_op first = {.op = GRPC_OP_SEND_INITIAL_METADATA};
    grpc_op header = {.op = GRPC_OP_RECV_INITIAL_METADATA};
    grpc_op finish = {.op = GRPC_OP_RECV_STATUS_ON_CLIENT};
    header.data.recv_initial_metadata.recv_initial_metadata = &self->header;
    finish.data.recv_status_on_client.trailing_metadata = &self->trailer;
    finish.data.recv_status_on_client.status = &self->status;
    finish.data.recv_status_on_client.status_details = &self->details;
    finish.data.recv_status_on_client.error_string = &self->error_text;
    pthread_mutex_lock(&self->lock);
    int is_started = start(self, &finish, 1, &self->finish_tag) &&
                     start(self, &first, 1, &self->start_tag) &&
                     start(self, &header, 1, &self->header_tag);
    assert(is_started); /* a new call takes them all */
    pthread_mutex_unlock(&self->lock);
    return self;
}

rpc_stream *rpc_stream_open_server(grpc_call *call, const rpc_stream_options *options)
{
    rpc_stream *self = make(call, options, 1);
    grpc_op first = {.op = GRPC_OP_SEND_INITIAL_METADATA};
    grpc_op finish = {.op = GRPC_OP_RECV_CLOSE_ON_SERVER};
    finish.data.recv_close_on_server.cancelled = &self->is_cancelled;
    pthread_mutex_lock(&self->lock);
    int is_started =
        start(self, &finish, 1, &self->finish_tag) && start(self, &first, 1, &self->start_tag);
    assert(is_started);
    pthread_mutex_unlock(&self->lock);
    return self;
}
