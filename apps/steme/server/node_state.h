/* node_state.h -- what node.c (streams, steps, the thread) and node_peers.c (peers, and what others
 * see of them) share; nobody else includes it. */
#ifndef STEME_SERVER_NODE_STATE_H
#define STEME_SERVER_NODE_STATE_H

#include <pthread.h>
#include <stdatomic.h>

#include "steme/server/disk_watch.h"
#include "steme/server/node.h"
#include "steme/server/node_queue.h"
#include "steme/server/peer_counts.h"
#include "steme/server/push.h"

enum { NODE_STREAM_COUNT_MAX = 128 }; /* of both sides */

typedef struct node_peer {
    rpc_channel *channel; /* NULL = this place is free */
    push *push;
    rpc_channel_state state;
    int is_leaving; /* it goes when its streams and pushes have ended */
    peer_counts counts;
} node_peer;

typedef struct node_stream {
    uint32_t number; /* 0 = this place is free */
    int32_t peer;    /* -1 = it came from outside */
    rpc_stream *stream;
    int is_ended;       /* the replica hears no more of it */
    uint64_t cancel_ns; /* where it is ended */
} node_stream;

struct node {
    node_options options;
    steme_replica *replica;
    node_queue queue;
    pthread_t thread;
    int is_started;
    pthread_mutex_t view_lock; /* guards `views` and what is wanted */
    node_peer_view views[NODE_VIEW_COUNT_MAX];
    char wanted[STEME_REPLICA_PEER_COUNT_MAX][NODE_ADDRESS_SIZE_MAX + 1];
    size_t wanted_count;
    int is_anew;
    atomic_size_t push_size; /* that waits, at the last look */
    atomic_int is_stopping;
    disk_watch disk;
    atomic_uint stream_count; /* places taken, and calls accepted that have none yet */
    atomic_uint accepted_count;

    /* The rest is the thread's. */
    node_stream streams[NODE_STREAM_COUNT_MAX];
    node_peer peers[STEME_REPLICA_PEER_COUNT_MAX];
    uint64_t wake_ns;
    uint64_t look_ns;
    uint64_t work_ns; /* of a processor, for the last step */
};

/* ---- node.c; on its thread ---------------------------------------------------------------- */

/* One step of the replica, and what it asks for. */
void node_step(node *self, steme_event *event);
/* Ends this side, once; the stream is cancelled at `cancel_ns` where the peer has not ended its
 * own. */
void node_stream_end(node_stream *place, const char *reason, uint64_t cancel_ns);

/* ---- node_peers.c; on the same ------------------------------------------------------------ */

int node_has_peer(const node *self, int32_t number);
/* What no event tells: who is wanted, channels that came and went; and shows it to other threads.
 */
void node_peers_look(node *self);
void node_peers_close(node *self);

#endif
