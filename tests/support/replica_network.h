/* replica_network.h -- nodes and the network between them, in one process and virtual time.
 *
 * Each node is a steme_replica over a set in memory; the network carries its effects out. A stream
 * is ordered and loses nothing, as TCP; what is lost below shows as delay. Streams break when a
 * link is cut or a node crashes. All that happens follows from the seed: `trace` is the hash of
 * every event, and two runs of one seed have the same.
 *
 * Peer numbers are node numbers. Memory that lacks aborts: it is a test's.
 *
 * It is a test's view of a node as well: payloads that reached it, reports, effects. */
#ifndef SUPPORT_REPLICA_NETWORK_H
#define SUPPORT_REPLICA_NETWORK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <steme/replica.h>

enum { NETWORK_NODE_COUNT_MAX = 128 };

#define NETWORK_MS UINT64_C(1000000)

typedef struct replica_network replica_network;

typedef struct network_options {
    uint64_t seed;
    size_t node_count;
    uint64_t delay_min_ns;         /* of a frame, one way */
    uint64_t delay_max_ns;         /* not below delay_min_ns */
    uint64_t store_ns;             /* until a batch is durable */
    uint64_t resend_ns;            /* how much later a frame comes that was lost once */
    uint32_t loss_percent;         /* of frames, each time that one is sent */
    uint64_t bytes_per_second;     /* of each direction of a link; 0 = no bound */
    uint32_t alloc_failures;       /* in a million allocations, while nodes step */
    steme_replica_options replica; /* node and seed are filled in for each */
} network_options;

/* What happened at one node since the beginning, over crashes. */
typedef struct network_node_stat {
    uint64_t payload_count; /* records in gossip's RECORDS frames that reached it */
    uint64_t push_count;    /* records pushed to it by unary calls */
    uint64_t frame_count;
    uint64_t byte_count;
    uint64_t stored_count; /* new records */
    uint64_t refused_count;
    uint64_t report_count; /* of sessions, either role */
    uint64_t failed_report_count;
    uint64_t demand_report_count; /* with a token */
    uint64_t last_token;
    steme_session_report last_report; /* the newest with a token, else the newest; no lists */
    const char *last_close_reason;    /* that the node itself gave */
    size_t queued_size_max;
} network_node_stat;

replica_network *network_new(const network_options *options);
void network_free(replica_network *network);

/* ---- Nodes -------------------------------------------------------------------------------- */

/* Makes each a peer of each. */
void network_connect_all(replica_network *network);
/* Tells `node` of a peer, or that it is none any more. */
void network_add_peer(replica_network *network, size_t node, size_t peer);
void network_remove_peer(replica_network *network, size_t node, size_t peer);
/* Before it is told of peers: the cluster's name that it starts with, or other options. */
void network_set_options(replica_network *network, size_t node,
                         const steme_replica_options *options);
/* It serves only the unary calls: streams to it fail as unsupported. */
void network_set_unary(replica_network *network, size_t node, bool is_unary);
/* Ends the process: memory, streams, batches not stored are gone, the set stays. */
void network_crash(replica_network *network, size_t node);
/* A new process over the same set; it is told of all peers that it had. */
void network_restart(replica_network *network, size_t node);
/* It takes nothing in any more, but lives; or reads on. */
void network_stall(replica_network *network, size_t node, bool is_stalled);

/* ---- Links -------------------------------------------------------------------------------- */

/* Breaks what is between two nodes, and lets nothing new through; or heals it. */
void network_cut(replica_network *network, size_t left, size_t right, bool is_cut);
/* Nodes below `boundary` on one side, the others on the other. */
void network_partition(replica_network *network, size_t boundary, bool is_cut);
/* Breaks the streams that two nodes have now. */
void network_break_streams(replica_network *network, size_t left, size_t right);

/* ---- Doing -------------------------------------------------------------------------------- */

/* A record comes from a client: durable at once. Bytes are copied. */
void network_ingest(replica_network *network, size_t node, steme_span record);
/* Into the set, and nobody is told: what a backup or another process brought. */
void network_put(replica_network *network, size_t node, steme_span record);
/* Its body cannot be read there any more, until the record comes again. */
void network_damage(replica_network *network, size_t node, const steme_id *id);
void network_sync(replica_network *network, size_t node, size_t peer, bool is_diff, uint64_t token);
/* Any event to a node, now. */
void network_event(replica_network *network, size_t node, steme_event event);
/* A stream from outside to `node`, whose frames are the test's; gives its number there. Frames that
 * the node sends on it are counted, and dropped. */
uint32_t network_intrude(replica_network *network, size_t node, int32_t peer);
void network_intruder_send(replica_network *network, size_t node, uint32_t stream,
                           steme_span frame);
/* The node has not closed it. */
bool network_intruder_is_open(const replica_network *network, size_t node, uint32_t stream);

/* From now on: in a million allocations. */
void network_set_alloc_failures(replica_network *network, uint32_t alloc_failures);

/* Lets virtual time pass. */
void network_run(replica_network *network, uint64_t duration_ns);
/* Until all nodes that run hold one set: the time that took, or UINT64_MAX. */
uint64_t network_run_until_equal(replica_network *network, uint64_t duration_max_ns);

/* ---- Looking ------------------------------------------------------------------------------ */

uint64_t network_now_ns(const replica_network *network);
uint64_t network_trace(const replica_network *network);
const network_node_stat *network_stat(const replica_network *network, size_t node);
steme_peer_stat network_peer_stat(const replica_network *network, size_t node, size_t peer);
uint64_t network_record_count(replica_network *network, size_t node);
bool network_holds(replica_network *network, size_t node, const steme_id *id);
bool network_is_damaged(replica_network *network, size_t node, const steme_id *id);
bool network_is_equal(replica_network *network);

#endif
