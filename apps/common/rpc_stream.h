/* rpc_stream.h -- one call of SyncService.Reconcile, seen from either side: frames both ways.
 *
 * Sending queues and never waits; receiving is asked for, frame by frame, so that who cannot keep
 * up holds back the other side by gRPC's flow control, and not by memory of ours.
 *
 * Threads:  any. The events are called on the loop's thread, one at a time, without any lock held;
 *           none comes after `closed`.
 * Lifetime: counted: rpc_stream_release when done; `closed` comes always, once, also after that. */
#ifndef COMMON_RPC_STREAM_H
#define COMMON_RPC_STREAM_H

#include "common/rpc.h"

#define RPC_RECONCILE "/stemedb.sync.v1.SyncService/Reconcile"

typedef struct rpc_stream rpc_stream;

typedef struct rpc_stream_events {
    /* A frame's body, NULL-free memory of malloc that becomes the owner's. The next one comes after
     * rpc_stream_receive. */
    void (*received)(void *owner, uint32_t number, uint8_t *bytes, size_t size);
    /* A frame of `size` bytes has left the queue. */
    void (*sent)(void *owner, uint32_t number, size_t size);
    void (*closed)(void *owner, uint32_t number, grpc_status_code code);
} rpc_stream_events;

typedef struct rpc_stream_options {
    const rpc_stream_events *events; /* borrowed */
    void *owner;
    uint32_t number;
} rpc_stream_options;

/* Takes over the call: one just made by a client, or one just taken by a server. */
rpc_stream *rpc_stream_open_client(grpc_call *call, const rpc_stream_options *options);
rpc_stream *rpc_stream_open_server(grpc_call *call, const rpc_stream_options *options);

/* Whom the other side's certificate names, as a number: one for each subject; 0 where it showed
 * none. Once a frame has come. */
uint64_t rpc_stream_identity(rpc_stream *self);

/* Lets the next frame come. */
void rpc_stream_receive(rpc_stream *self);
/* Queues one frame, which is copied. Nothing happens where the stream is closed already. */
void rpc_stream_send(rpc_stream *self, steme_span body);
/* Ends this side after what was sent; what still comes is thrown away. `reason` may be NULL. */
void rpc_stream_close(rpc_stream *self, const char *reason);
/* Ends it now. */
void rpc_stream_cancel(rpc_stream *self);
void rpc_stream_release(rpc_stream *self);

#endif
