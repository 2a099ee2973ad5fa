/* session.h -- one run of anti-entropy between two nodes, as a state machine: frames in, frames
 * out.
 *
 * The initiator starts; both then take turns until both know that
 * root(S_initiator + received) = root(S_responder + received), S being the set that each pinned at
 * its start. Steps, cheapest first, each falling back to the next: T0 roots, T2 sketch, T3 trie
 * descent, T4 bulk. docs/protocol.md has the frames.
 *
 * Threads, clock: none; time is an argument. Memory: at most REPLICA_SESSION_SIZE_MAX bytes.
 * Failure: a peer that breaks the protocol ends the session (`failure` in the report); functions
 *          fail only for memory and for what reading the set returns, and the session is over. */
#ifndef REPLICA_SESSION_H
#define REPLICA_SESSION_H

#include "replica/set.h"

#include <steme/replica.h>

#define REPLICA_SESSION_SIZE_MAX (32u << 20)
#define REPLICA_SESSION_LEASE_NS 30000000000u /* without a frame from the peer, it is over */

typedef struct replica_session replica_session;

typedef struct replica_session_options {
    bool is_initiator;
    bool is_diff; /* find the difference, move nothing */
    sketch_key key;
    uint64_t seed;     /* of the salt that trie hashes are shortened with */
    uint64_t expected; /* differences expected, from the last session; 0 = none: roots only first */
} replica_session_options;

/* Where a session puts what it wants done. `send` takes one frame (copied), `store` the records of
 * one batch (copied); both return false where there is no memory. */
typedef struct replica_session_output {
    void *context;
    bool (*send)(void *context, steme_span frame);
    bool (*store)(void *context, uint64_t token, const steme_span *records, size_t count);
} replica_session_output;

/* Pins the set. `set` is borrowed until the session is freed. */
STEME_MUST_CHECK steme_status replica_session_new(const replica_set *set,
                                                  const replica_session_options *options,
                                                  uint64_t now_ns, replica_session **out_session,
                                                  steme_error *error);
/* Accepts NULL. */
void replica_session_free(replica_session *session);

/* The initiator's first frame. */
STEME_MUST_CHECK steme_status replica_session_start(replica_session *session,
                                                    const replica_session_output *output,
                                                    steme_error *error);
/* A frame from the peer: any bytes. */
STEME_MUST_CHECK steme_status replica_session_receive(replica_session *session, uint64_t now_ns,
                                                      steme_span frame,
                                                      const replica_session_output *output,
                                                      steme_error *error);
/* A batch that `store` was asked for is done. */
STEME_MUST_CHECK steme_status replica_session_stored(replica_session *session, uint64_t now_ns,
                                                     uint64_t token, const steme_stored *records,
                                                     size_t count,
                                                     const replica_session_output *output,
                                                     steme_error *error);
/* `size` bytes of frames have left the queue: more may be sent. */
STEME_MUST_CHECK steme_status replica_session_sent(replica_session *session, uint64_t size,
                                                   const replica_session_output *output,
                                                   steme_error *error);
/* Time has passed: ends a session whose lease is over. */
void replica_session_tick(replica_session *session, uint64_t now_ns);

/* Nothing more will be sent; the report is final. */
bool replica_session_is_ended(const replica_session *session);
/* Borrowed until the session is freed. */
const steme_session_report *replica_session_report(const replica_session *session);

#endif
