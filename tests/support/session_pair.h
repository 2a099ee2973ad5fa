/* session_pair.h -- two sessions on two sets in memory, with the wires between them.
 *
 * Frames to either side, and batches that wait to be stored, are queues; each step takes something
 * from one of them: in turn, or as a seed says. */
#ifndef SUPPORT_SESSION_PAIR_H
#define SUPPORT_SESSION_PAIR_H

#include "replica/frame.h"
#include "replica/session.h"
#include "support/memory_set.h"

typedef struct pair_block { /* bytes of a frame; records of a batch one after the other */
    uint8_t *bytes;
    size_t size;
    size_t *sizes;
    size_t count;
    uint64_t token;
} pair_block;

typedef struct pair_queue {
    pair_block *blocks;
    size_t head;
    size_t count;
    size_t capacity;
} pair_queue;

typedef struct pair_side {
    memory_set *set;
    replica_set seam;
    replica_session *session;
    pair_queue frames;       /* sent by this side, not yet with the other */
    pair_queue batches;      /* to be stored */
    uint64_t kind_sizes[64]; /* bytes sent, by the kind of the frame */
    uint64_t frame_count;
    size_t frames_size_max; /* bytes on the wire at a time, at most */
    size_t frames_size;
    size_t batches_max; /* waiting to be stored at a time, at most */
    uint64_t stored_count;
    uint64_t refused_count; /* by the store: not admissible */
} pair_side;

typedef struct session_pair {
    pair_side sides[2]; /* the initiator, the responder */
    uint64_t now_ns;
    uint64_t random;     /* 0: in turn */
    steme_status status; /* the first that a session returned and is not OK */
    bool is_admitting;   /* the store checks signatures */
    /* May change a frame on its way (a heap block, its to free and replace), or drop it by size 0;
     * NULL = none. */
    void (*tamper)(void *context, unsigned from, pair_block *frame);
    void *tamper_context;
    /* Called before each step; NULL = none. */
    void (*between)(void *context, struct session_pair *pair);
    void *between_context;
} session_pair;

/* Sessions of `options` (their is_initiator apart) on two sets. */
void session_pair_init(session_pair *pair, memory_set *initiator, memory_set *responder,
                       const replica_session_options *options);
void session_pair_deinit(session_pair *pair);

/* Starts, and goes on until nothing is left to do. */
void session_pair_run(session_pair *pair);

/* One side is given a frame; what it sends goes on its wire. */
void session_pair_give(session_pair *pair, unsigned side, steme_span frame);
/* One step; false where nothing is left to do. */
bool session_pair_step(session_pair *pair);
void session_pair_start(session_pair *pair);

const steme_session_report *session_pair_report(const session_pair *pair, unsigned side);
/* Bytes both ways of all frames but those that move and confirm bodies. */
uint64_t session_pair_overhead(const session_pair *pair);

#endif
