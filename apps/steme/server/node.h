/* node.h -- a replica with a network and a store around it.
 *
 * One thread owns the steme_replica: it takes what happened from a queue, steps, and carries out
 * the effects. Frames come one at a time per stream, the next one only once the last was taken; so
 * the queue is bounded by the number of streams, and a peer that is too fast is held back by gRPC.
 *
 * Threads:  any may call what is here, but for open, stop and close: their maker's. The events are
 *           called on the node's thread; they must not wait.
 * Lifetime: node_open … node_stop … (jobs_close) … node_close; loop, jobs and store outlive it. */
#ifndef STEME_SERVER_NODE_H
#define STEME_SERVER_NODE_H

#include <steme/replica.h>

#include "common/rpc_client.h"
#include "steme/server/disk_watch.h"
#include "steme/server/jobs.h"

#define NODE_ADDRESS_SIZE_MAX 320

typedef struct node node;

typedef struct node_events {
    /* May be NULL. It is called for every new state; a peer that is no longer wanted has failed. */
    void (*peer_changed)(void *context, int32_t peer, rpc_channel_state state);
    /* `token` of the node_sync that asked for the session, else 0. */
    void (*reported)(void *context, int32_t peer, uint64_t token,
                     const steme_session_report *report);
} node_events;

typedef struct node_options {
    steme_store *store;
    const char *cluster; /* NULL = the default */
    uint8_t id[STEME_NODE_SIZE];
    int is_quiet;
    uint32_t idle_tick_ms;   /* see steme_replica_options */
    uint64_t peer_bytes_max; /* the same */
    uint32_t peer_work_ms;   /* the same */
    rpc_loop *loop;
    jobs *jobs;
    metrics *metrics; /* NULL = none */
    const rpc_security *security;
    const char *const *peers; /* addresses: see node_set_peers */
    size_t peer_count;
    node_events events;
    void *context;
} node_options;

STEME_MUST_CHECK steme_status node_open(const node_options *options, node **out_node,
                                        steme_error *error);
/* Ends all streams, telling the peers, and the thread. */
void node_stop(node *self);
/* Accepts NULL. */
void node_close(node *self);

/* The peers from now on, by address: valid, and at most NODE_ADDRESS_SIZE_MAX long; copied. Those
 * that are there already stay, unless `is_anew`: then all are connected to again, with the
 * security's present certificates. At the beginning a peer's number is its place in the list. */
void node_set_peers(node *self, const char *const *peers, size_t peer_count, int is_anew);
/* For the events: a peer's address; NULL where it has none. */
const char *node_peer_address(const node *self, int32_t peer);

/* Takes over a Reconcile call that a peer made. 0 where there are too many, or the node stops: the
 * call is then still the caller's. */
int node_accept(node *self, grpc_call *call);
/* A record became durable here by a unary call. Forgotten where too many wait: a session finds it.
 */
void node_ingested(node *self, const steme_id *id, steme_span record);
/* What is known of each peer, at most a tenth of a second ago: those of the list, then those that
 * are known by their own streams alone. Gives their number. */
#define NODE_VIEW_COUNT_MAX (STEME_REPLICA_PEER_COUNT_MAX + STEME_REPLICA_GUEST_COUNT_MAX)
typedef struct node_peer_view {
    char address[NODE_ADDRESS_SIZE_MAX + 1]; /* empty for the latter */
    int is_used;
    int is_connected;
    steme_peer_stat stat; /* zero where it was never there */
} node_peer_view;
size_t node_view_peers(node *self, node_peer_view out_peers[NODE_VIEW_COUNT_MAX]);

/* What waits, at this moment. */
typedef struct node_queues {
    uint64_t event_count;
    uint64_t stream_count; /* open */
    uint64_t push_size;    /* bytes for peers of the four calls; a tenth of a second ago */
    uint64_t queued_size;  /* bytes of frames; the same */
} node_queues;
void node_view_queues(node *self, node_queues *out_queues);

/* A second ago at most. */
disk_state node_disk_state(node *self);
/* Why nothing is taken from peers; NULL = it is. */
const char *node_refusal(node *self);

/* Runs a session with a peer that is there; one report with this token follows, unless the node
 * stops. */
void node_sync(node *self, int32_t peer, int is_diff, uint64_t token);

#endif
