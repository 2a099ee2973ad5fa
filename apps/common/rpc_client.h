/* rpc_client.h -- speaking to a node: a channel, calls with a deadline, streams of frames.
 *
 * A channel connects by itself, and again after a loss, with a growing, jittered pause.
 *
 * Threads:  any.
 * Lifetime: calls end before their channel, and all channels before rpc_stop. */
#ifndef COMMON_RPC_CLIENT_H
#define COMMON_RPC_CLIENT_H

#include <protobuf-c/protobuf-c.h>

#include "common/rpc.h"
#include "common/rpc_stream.h"

#define RPC_TIMEOUT_MS 10000 /* of a unary call */

typedef struct rpc_channel rpc_channel;

/* HOST:PORT or unix:PATH, valid (rpc_address_is_valid). Does not connect yet. */
rpc_channel *rpc_channel_open(const char *address, const rpc_security *security);
void rpc_channel_close(rpc_channel *self);
const char *rpc_channel_address(const rpc_channel *self);

typedef enum rpc_channel_state {
    RPC_CHANNEL_CONNECTING,
    RPC_CHANNEL_READY,
    RPC_CHANNEL_FAILED, /* and will try again after a pause */
} rpc_channel_state;

/* A call to be made by its caller, who owns it: see rpc_reader.h. */
grpc_call *rpc_channel_make_call(rpc_channel *self, grpc_completion_queue *queue,
                                 const char *method, int64_t timeout_ms);

/* Whether it is connected now; starts connecting where it is not. */
rpc_channel_state rpc_channel_look(rpc_channel *self);

/* One call, waited for. `*out_answer` is of `answer_type`; give it back by
 * protobuf_c_message_free_unpacked. Errors: STEME_IO (no answer in time, no node, no such call),
 * STEME_INVALID (refused), STEME_BUSY (try again); the message names the address and the reason. */
STEME_MUST_CHECK steme_status rpc_channel_call(rpc_channel *self, const char *method,
                                               const ProtobufCMessage *request,
                                               const ProtobufCMessageDescriptor *answer_type,
                                               int64_t timeout_ms, ProtobufCMessage **out_answer,
                                               steme_error *error);

/* Calls without waiting: `done` on the loop's thread with the code, and the answer's bytes where
 * that is OK (borrowed for the call). */
typedef void (*rpc_done)(void *context, grpc_status_code code, steme_span answer);
void rpc_channel_call_later(rpc_channel *self, rpc_loop *loop, const char *method,
                            const ProtobufCMessage *request, int64_t timeout_ms, rpc_done done,
                            void *context);

/* A new stream of frames; see rpc_stream.h. It ends by itself after `timeout_ms`. */
rpc_stream *rpc_channel_stream(rpc_channel *self, rpc_loop *loop, int64_t timeout_ms,
                               const rpc_stream_options *options);

#endif
