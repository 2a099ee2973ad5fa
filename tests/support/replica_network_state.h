/* replica_network_state.h -- what a replica_network is made of; private to its two files.
 *
 *   replica_network.c       nodes: what they want done, what happens to them
 *   replica_network_flow.c  what is to come, and streams */
#ifndef SUPPORT_REPLICA_NETWORK_STATE_H
#define SUPPORT_REPLICA_NETWORK_STATE_H

#include "base/memory.h"
#include "support/memory_set.h"
#include "support/replica_network.h"
#include "support/test.h"

typedef enum happening_kind {
    HAPPENING_OPEN,   /* a stream reaches `node` */
    HAPPENING_FRAME,  /* a frame reaches it */
    HAPPENING_CLOSE,  /* the end of a stream reaches it */
    HAPPENING_STORED, /* a batch is durable */
    HAPPENING_PUSH,   /* records reach it by a unary call */
    HAPPENING_TICK,
} happening_kind;

typedef struct happening {
    uint64_t time_ns;
    uint64_t order;
    happening_kind kind;
    size_t node;
    uint32_t life; /* of the node: what was meant for an earlier one is dropped */
    size_t flow;
    uint64_t flow_order;
    uint64_t token; /* STORED: the effect's; PUSH: who pushes */
    bool is_unsupported;
    uint8_t *bytes; /* FRAME: the frame; STORED, PUSH: records, each after its size (u32) */
    size_t size;
    size_t record_count;
} happening;

enum { OUTSIDE = NETWORK_NODE_COUNT_MAX }; /* the node number of a test's own stream ends */

/* One stream. Side 0 opened it. */
typedef struct network_flow {
    bool is_used;
    uint64_t order; /* of its making: places are used again */
    size_t node[2];
    uint32_t number[2]; /* side 1: 0 until it has arrived */
    bool is_open[2];
    uint64_t last_ns[2]; /* when the newest frame reaches the side */
} network_flow;

typedef struct network_node {
    steme_replica *replica; /* NULL = not running */
    memory_set set;
    steme_replica_options options;
    uint32_t life;
    uint32_t next_number;
    uint64_t wake_ns;
    bool is_unary;
    bool is_stalled;
    happening *held; /* while it is stalled */
    size_t held_count;
    bool is_peer[NETWORK_NODE_COUNT_MAX];
    network_node_stat stat;
} network_node;

struct replica_network {
    network_options options;
    uint64_t random;
    uint64_t now_ns;
    uint64_t next_order;
    uint64_t trace;
    network_node nodes[NETWORK_NODE_COUNT_MAX];
    bool is_cut[NETWORK_NODE_COUNT_MAX][NETWORK_NODE_COUNT_MAX];
    network_flow *flows;
    size_t flow_count;
    happening *heap;
    size_t heap_count;
    size_t heap_capacity;
};

static inline void *checked(void *memory)
{
    if (memory == NULL)
        abort();
    return memory;
}

static inline void *resized(void *memory, size_t count, size_t size)
{
    return checked(base_realloc(memory, count * size));
}

void network_heap_put(replica_network *network, happening it);
happening network_heap_take(replica_network *network);
/* How long a frame takes. */
uint64_t network_delay(replica_network *network);
/* Adds to the trace. */
void network_note(replica_network *network, uint64_t value);

size_t network_flow_new(replica_network *network, size_t from, size_t to, uint32_t number);
/* The flow in which `node` calls its end `number`; gives the side, or -1. */
int network_flow_find(const replica_network *network, size_t node, uint32_t number, size_t *out);
/* Something for one side of a flow, in order behind what was sent to it before. */
void network_flow_send(replica_network *network, size_t at, int side, happening it);
void network_flow_close(replica_network *network, size_t at, int side);
/* Both ends learn of it after a delay; what was on its way is gone. */
void network_flow_break(replica_network *network, size_t at);

#endif
