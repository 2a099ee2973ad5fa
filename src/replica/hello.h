/* hello.h -- the frames that the node layer itself speaks: greeting, refusal, gossip.
 *
 * A frame is one kind byte and what follows; integers are big-endian. An *item* is a short id: the
 * first 8 bytes of a record's id (sketch_item).
 *
 *   HELLO    the first frame of every stream, each way
 *     0   1  kind = 1
 *     1   4  "STEM"
 *     5   1  version = 1
 *     6   1  purpose: 1 = gossip, 2 = session; both sides name the same
 *     7  16  node id of the sender
 *    23   1  bytes of the cluster's name, 1 to 64
 *    24   .  the name; nothing follows
 *   REFUSE   why the sender closes the stream
 *     0   1  kind = 2
 *     1   1  replica_refusal
 *
 *   Gossip: both sides may send all of them, on either stream where each has opened one.
 *   RECORDS  bodies
 *     0   1  kind = 3
 *     1   1  flags: 1 = they were asked for by IWANT; 2 = they came from another node
 *     2   .  records: size u32, bytes; one or more
 *   IHAVE    what the sender holds
 *     0   1  kind = 4
 *     1   1  flags: 1 = they were pushed to nobody: ask at once
 *     2   .  items, u64; one or more
 *   IWANT    asks for bodies
 *     0   1  kind = 5
 *     1   1  flags: 1 = graft: push to me what comes from others, too, from now on
 *     2   .  items, u64; none or more. IWANT is answered on the stream that it came on
 *   PRUNE    push only what is your own, announce the rest: what came had come already
 *     0   1  kind = 6
 *
 * Pure functions; no failure but where stated. */
#ifndef REPLICA_HELLO_H
#define REPLICA_HELLO_H

#include <stdbool.h>
#include <stdint.h>

#include <steme/replica.h>

enum {
    REPLICA_KIND_HELLO = 1,
    REPLICA_KIND_REFUSE = 2,
    REPLICA_KIND_RECORDS = 3,
    REPLICA_KIND_IHAVE = 4,
    REPLICA_KIND_IWANT = 5,
    REPLICA_KIND_PRUNE = 6,
    REPLICA_KIND_SESSION_FIRST = 16, /* from here to 63: frames of a session */
    REPLICA_KIND_SESSION_LAST = 63,
};

enum {
    REPLICA_HELLO_HEAD_SIZE = 24,
    REPLICA_HELLO_SIZE_MAX = REPLICA_HELLO_HEAD_SIZE + STEME_CLUSTER_SIZE_MAX,
    REPLICA_PROTOCOL_VERSION = 1,
    REPLICA_GOSSIP_HEAD_SIZE = 2,
    REPLICA_ITEM_SIZE = 8,
    REPLICA_RECORD_HEAD_SIZE = 4,
    REPLICA_IS_ANSWER = 1, /* flags of RECORDS */
    REPLICA_IS_FORWARDED = 2,
    REPLICA_IS_UNPUSHED = 1, /* flag of IHAVE */
    REPLICA_IS_GRAFT = 1,    /* flag of IWANT */
};

typedef enum replica_purpose {
    REPLICA_PURPOSE_UNKNOWN = 0,
    REPLICA_PURPOSE_GOSSIP = 1,
    REPLICA_PURPOSE_SESSION = 2,
} replica_purpose;

/* Why a stream is refused; the numbers cross the wire. */
#define REPLICA_REFUSAL_TABLE(X)                                                                   \
    X(REPLICA_ACCEPTED, 0, "no reason")                                                            \
    X(REPLICA_OTHER_CLUSTER, 1, "the peer belongs to another cluster")                             \
    X(REPLICA_OWN_NODE, 2, "the peer is this node itself")                                         \
    X(REPLICA_OTHER_VERSION, 3, "the peer speaks another version of the protocol")                 \
    X(REPLICA_BUSY, 4, "busy with other sessions")                                                 \
    X(REPLICA_TOO_MANY_STREAMS, 5, "the peer has too many streams open")                           \
    X(REPLICA_OVER_QUOTA, 6, "the peer has sent more than its quota")                              \
    X(REPLICA_BROKEN, 7, "the peer broke the protocol")                                            \
    X(REPLICA_UNWANTED, 8, "the peer has sent too much that was not admissible")                   \
    X(REPLICA_YIELDED, 9, "it gave way to the other side's session")                               \
    X(REPLICA_FULL, 10, "one side's disk is nearly full, and takes no records from peers")         \
    X(REPLICA_OVER_BUDGET, 11, "the peer has cost more of a processor than its budget")            \
    X(REPLICA_IMPOSTOR, 12, "the peer goes by the node id of another member, who is there")

typedef enum replica_refusal {
#define REPLICA_REFUSAL_ENUM(name, number, text) name = (number),
    REPLICA_REFUSAL_TABLE(REPLICA_REFUSAL_ENUM)
#undef REPLICA_REFUSAL_ENUM
} replica_refusal;

/* Static text; of any number. */
const char *replica_refusal_text(unsigned refusal);

typedef struct replica_hello {
    replica_purpose purpose;
    uint8_t node[STEME_NODE_SIZE];
    steme_span cluster; /* borrowed from the frame */
} replica_hello;

/* Writes a HELLO and gives its size; the cluster's name fits. */
size_t replica_hello_write(const replica_hello *hello, uint8_t out[REPLICA_HELLO_SIZE_MAX]);

/* Reads any bytes: REPLICA_ACCEPTED, REPLICA_OTHER_VERSION or REPLICA_BROKEN. */
replica_refusal replica_hello_read(steme_span frame, replica_hello *out_hello);

#endif
