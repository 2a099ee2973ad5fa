/* replica.h -- a node's part in replication, as a pure step: an event in, effects out.
 *
 * A steme_replica decides whom to tell what. It reads the store, and does no other I/O: no socket,
 * no clock, no thread. Its owner (a server, a simulator) feeds it what happened, and carries out
 * the effects that each step gives. The same events on the same sets give the same effects.
 *
 * A *peer* is another node, numbered by the owner, from 0 on. A *stream* is one call of
 * SyncService.Reconcile: ordered frames both ways between two nodes (docs/protocol.md). Streams
 * that this side opens are numbered by the replica, from 1 on and odd; those that a peer opens by
 * the owner, even.
 *
 * A *guest* is a node that the owner never added, and that has opened a stream for gossip to this
 * one: on that stream it is told of what is new here as any peer is, so that it is enough when one
 * of two nodes names the other. It is numbered by the replica, STEME_REPLICA_GUEST(0) and so on,
 * below -1; its number is good for steme_replica_peer_stat, and comes with effects that concern it,
 * but no event may name it. Once the owner's own stream to a peer shows that it is the guest, the
 * guest is that peer from then on.
 *
 * Threads:  a replica belongs to one thread at a time.
 * Lifetime: a replica ends before its store. Effects, and all bytes in them, are borrowed until
 *           the next step.
 * Memory:   bounded per peer and per stream, whatever peers send. */
#ifndef STEME_REPLICA_H
#define STEME_REPLICA_H

#include <steme/store.h>

#ifdef __cplusplus
extern "C" {
#endif

#define STEME_FRAME_SIZE_MAX          262144 /* bytes of one frame */
#define STEME_REPLICA_PEER_COUNT_MAX  32
#define STEME_REPLICA_GUEST_COUNT_MAX 32
#define STEME_REPLICA_GUEST(index)    (-2 - (index)) /* index < STEME_REPLICA_GUEST_COUNT_MAX */
#define STEME_CLUSTER_SIZE_MAX        64             /* bytes of a cluster's name */

typedef struct steme_replica steme_replica;

typedef struct steme_replica_options {
    const char *cluster; /* copied; NULL = "stemedb". Peers of another name are refused */
    uint8_t node[STEME_NODE_SIZE];
    uint64_t seed;              /* of jitter, salts and the choice of peers */
    uint32_t session_count_max; /* sessions at a time; 0 = 2 */
    uint32_t idle_tick_ms;      /* mean pause between sessions, over all peers; 0 = 1,000 */
    uint64_t peer_bytes_max;    /* taken in from one peer per minute; 0 = no quota */
    uint32_t peer_work_ms;      /* of a processor, that one peer may cost per minute; 0 = 30,000 */
    int is_quiet; /* 1 = starts nothing of its own accord: for one session on demand */
} steme_replica_options;

/* ---- Events ------------------------------------------------------------------------------- */

typedef enum steme_event_kind {
    STEME_EVENT_TICK,          /* time has passed */
    STEME_EVENT_PEER_ADDED,    /* `peer` may be spoken to */
    STEME_EVENT_PEER_REMOVED,  /* its streams are closed with it */
    STEME_EVENT_STREAM_OPENED, /* by a peer: a new even `stream`; `peer` where known, else -1 */
    STEME_EVENT_STREAM_CLOSED, /* either side ended it, or it failed to open; `is_unsupported` */
    STEME_EVENT_FRAME,         /* `bytes` came on `stream` */
    STEME_EVENT_SENT,          /* `size` bytes of frames have left the queue of `stream`; stream 0:
                                * `size` bytes of records have been pushed to `peer`, or given up */
    STEME_EVENT_INGESTED,      /* `records` became durable here, from a client or a unary call */
    STEME_EVENT_STORED,        /* what STEME_EFFECT_STORE with `token` asked is done: `records` */
    STEME_EVENT_SYNC,          /* run a session with `peer` now; see `is_diff`. Exactly one REPORT
                                * with this `token` follows, unless the replica is closed first.
                                * It runs after one that the peer has open, and again after one to
                                * which it gave way, unless another SYNC with the peer waits by then:
                                * REPORT then says that it gave way */
    STEME_EVENT_SPACE,         /* `is_full`: from now on nothing is taken from peers, for want of
                                * room or of a store that writes, and they are served all the same; or it is
                                * taken again */
} steme_event_kind;

/* A record that was to be stored and what became of it. */
typedef struct steme_stored {
    steme_id id;
    steme_span record;   /* empty = not held in memory any more */
    steme_status status; /* STEME_OK = durable now */
    int was_held;        /* it was there before */
} steme_stored;

/* Fields that a kind does not name are zero. */
typedef struct steme_event {
    steme_event_kind kind;
    uint64_t now_ns; /* monotonic, never decreasing; of every event */
    int32_t peer;
    uint32_t stream;
    uint64_t token;
    uint64_t size;
    steme_span bytes;            /* borrowed for the step */
    const steme_stored *records; /* borrowed for the step; in the order of the effect */
    size_t record_count;
    int is_unsupported; /* STREAM_CLOSED: the peer knows no Reconcile */
    int is_diff;        /* SYNC: find the difference, move nothing */
    int is_full;        /* SPACE */
    uint64_t identity;  /* FRAME: a number of whom the sender's certificate names; 0 = none. Of two
                         * identities that go by one node id the first is heard while it is there;
                         * but on a stream that this side opened it is heard before the others */
    uint64_t work_ns;   /* of every event: what the step before cost of a processor; 0 = not known.
                         * It is charged to who sent the frame, or took one, in that step; who is
                         * over the budget of a minute is left alone until its end */
} steme_event;

/* ---- Effects ------------------------------------------------------------------------------ */

typedef enum steme_effect_kind {
    STEME_EFFECT_OPEN_STREAM,  /* to `peer`, as `stream`; frames follow at once */
    STEME_EFFECT_SEND,         /* `bytes` on `stream`: one frame */
    STEME_EFFECT_CLOSE_STREAM, /* after what was sent; `reason` (static, or NULL = done). The
                                * replica has forgotten the stream: events of it are ignored */
    STEME_EFFECT_STORE,        /* verify and append `records`; then STEME_EVENT_STORED, `token` */
    STEME_EFFECT_PUSH,         /* send `records` to `peer` by unary Gossip: it knows nothing else;
                                * then STEME_EVENT_SENT with stream 0 */
    STEME_EFFECT_REPORT, /* a session with `peer` (-1: unknown; or a guest) has ended: `report`;
                          * `token` of the SYNC that asked for it, else 0 */
    STEME_EFFECT_WAKE,   /* a tick is wanted at `wake_ns`, or sooner; it replaces the last */
} steme_effect_kind;

typedef enum steme_session_step {
    STEME_STEP_ROOTS = 1,  /* T0: roots compared */
    STEME_STEP_SKETCH = 2, /* T2 */
    STEME_STEP_TRIE = 4,   /* T3 */
    STEME_STEP_BULK = 8,   /* T4 */
} steme_session_step;

/* What one session did. Bytes are of frames, without what carries them. */
typedef struct steme_session_report {
    int is_initiator;
    int is_equal;   /* both sides held, or now hold, one set: their pinned one and what was moved */
    uint32_t steps; /* steme_session_step, or'ed */
    uint32_t round_trips_half; /* half round trips until the difference was known */
    uint64_t bytes_sent;
    uint64_t bytes_received;
    uint64_t body_bytes_sent; /* of these, records */
    uint64_t body_bytes_received;
    uint64_t records_sent;
    uint64_t records_received; /* stored, and not held before */
    uint64_t records_refused;
    uint64_t absent_count; /* ids named by either side without a body */
    steme_id root_before;
    steme_id root_after; /* of the pinned set and what was received */
    steme_id peer_root;  /* as the peer claims, at the end */
    uint64_t count_before;
    uint64_t count_after;
    uint64_t peer_count;
    uint64_t duration_ns;
    const steme_id *lacked_here;  /* is_diff: ascending; at most 100,000 of each are listed */
    const steme_id *lacked_there; /* is_diff */
    uint64_t lacked_here_count;   /* exact, also where fewer are listed */
    uint64_t lacked_there_count;
    uint64_t lacked_here_listed;
    uint64_t lacked_there_listed;
    const char *failure; /* static; NULL = none */
} steme_session_report;

typedef struct steme_effect {
    steme_effect_kind kind;
    int32_t peer;
    uint32_t stream;
    uint64_t token;
    steme_span bytes;
    const steme_span *records;
    size_t record_count;
    uint64_t wake_ns;
    const char *reason;
    int is_over_budget; /* CLOSE_STREAM: for what the peer cost of a processor */
    const steme_session_report *report;
} steme_effect;

/* ---- The step ----------------------------------------------------------------------------- */

/* Errors: STEME_INVALID (the cluster's name is empty or too long), STEME_NO_MEMORY. */
STEME_API STEME_MUST_CHECK steme_status steme_replica_open(steme_store *store,
                                                           const steme_replica_options *options,
                                                           steme_replica **out_replica,
                                                           steme_error *error);
STEME_API void steme_replica_close(steme_replica *replica);

/* Takes one event and gives the effects to carry out, in their order. What a peer does wrong never
 * fails a step: its stream is closed. Errors: STEME_NO_MEMORY and those of reading the store; the
 * replica stays usable, the session concerned is ended, and the effects are given all the same, to
 * be carried out. */
STEME_API STEME_MUST_CHECK steme_status steme_replica_step(steme_replica *replica,
                                                           const steme_event *event,
                                                           const steme_effect **out_effects,
                                                           size_t *out_effect_count,
                                                           steme_error *error);

/* ---- Looking at it ------------------------------------------------------------------------ */

typedef struct steme_peer_stat {
    int32_t peer;
    int is_known;      /* it has said who it is */
    int is_eager;      /* what comes from others is forwarded to it at once; else announced */
    int is_unary_only; /* it knows only the four calls of the contract */
    int is_equal;      /* the last session ended with equal sets */
    uint8_t node[STEME_NODE_SIZE];
    uint64_t session_count;
    uint64_t failed_session_count;
    uint64_t bytes_sent;
    uint64_t bytes_received;
    uint64_t records_sent;
    uint64_t records_received; /* not held before */
    uint64_t duplicate_count;  /* received, and held already */
    uint64_t refused_count;    /* received, and not admissible */
    uint64_t queued_size;      /* bytes waiting to be sent */
    uint64_t last_equal_ns;    /* monotonic; 0 = never */
    uint64_t peer_count;       /* ids that it said it holds */
    steme_id peer_root;
    uint64_t work_ns;         /* of a processor, that it has cost */
    int32_t score;            /* 0 = nothing known; falls with faults, rises with what was useful */
    const char *last_failure; /* of a stream or session; static; NULL = none */
} steme_peer_stat;

/* The state of a peer, or of a guest while its stream for gossip is open. STEME_NOT_FOUND where
 * there is none of this number. */
STEME_API STEME_MUST_CHECK steme_status steme_replica_peer_stat(const steme_replica *replica,
                                                                int32_t peer,
                                                                steme_peer_stat *out_stat,
                                                                steme_error *error);

#ifdef __cplusplus
}
#endif
#endif
