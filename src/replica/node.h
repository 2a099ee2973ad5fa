/* node.h -- what a steme_replica is made of; private to its files.
 *
 *   node.c      the step: events in, what is due started
 *   streams.c   effects, streams, greeting
 *   peers.c     peers: when to speak to whom, faults, quota
 *   guests.c    nodes that were never added, and opened a stream for gossip
 *   meetings.c  sessions: started, fed, ended
 *   gossip.c    gossip received
 *   spread.c    gossip sent
 *
 * Invariants: README.md. Everything here runs in one step, in one thread. A function that finds no
 * memory, or a store that cannot be read, notes the status (replica_fail) and leaves the replica
 * whole; the step returns it. */
#ifndef REPLICA_NODE_H
#define REPLICA_NODE_H

#include "base/memory.h"
#include "replica/hello.h"
#include "replica/recent.h"
#include "replica/session.h"
#include "replica/set.h"

#define REPLICA_MS UINT64_C(1000000) /* in nanoseconds */

#define REPLICA_STREAM_COUNT_MAX   256
#define REPLICA_SILENT_FACTOR      4 /* own sessions, silent ones too: so many times the bound */
#define REPLICA_QUEUE_SIZE_MAX     (1u << 20)           /* unsent on a stream, pushed to a peer */
#define REPLICA_PENDING_SIZE_MAX   (4u << 20)           /* of one peer's gossip, being stored */
#define REPLICA_PENDING_COUNT_MAX  512                  /* batches being stored */
#define REPLICA_ANNOUNCE_COUNT_MAX 512                  /* items that wait to be announced */
#define REPLICA_ANNOUNCE_WAIT_NS   (50 * REPLICA_MS)    /* for more of them */
#define REPLICA_WANT_COUNT_MAX     2048                 /* announced by a peer, and not here */
#define REPLICA_GRAFT_WAIT_NS      (300 * REPLICA_MS)   /* for what was announced to be pushed */
#define REPLICA_GRAFT_COUNT        16                   /* waits in vain until a link is grafted */
#define REPLICA_ASK_WAIT_NS        (500 * REPLICA_MS)   /* for an answer, before another is asked */
#define REPLICA_HELLO_WAIT_NS      (10000 * REPLICA_MS) /* for a stream's first frame */
#define REPLICA_STUCK_NS           (60000 * REPLICA_MS) /* a queue that does not move is closed */
#define REPLICA_PAUSE_MAX_NS       (30000 * REPLICA_MS) /* between sessions with one peer */
#define REPLICA_UNARY_PAUSE_NS     (300000 * REPLICA_MS) /* before Reconcile is tried again */
#define REPLICA_SILENCE_NS         (3000 * REPLICA_MS)   /* then a session stands in nobody's way */
#define REPLICA_YIELD_COUNT_MAX    16                    /* then a SYNC that gives way has failed */
#define REPLICA_SYNC_AGAIN_NS      (500 * REPLICA_MS)    /* before it is tried again */
#define REPLICA_QUOTA_WINDOW_NS    (60000 * REPLICA_MS)
#define REPLICA_WORK_MAX_MS        30000  /* of a processor, in a window, per peer, unless told */
#define REPLICA_WORK_REFUSED_NS    100000 /* of other threads, for a record that proves bad; and */
#define REPLICA_WORK_BYTE_NS       1000   /* for each of its bytes: it may be signatures mostly */
#define REPLICA_BLOCK_NS           (60000 * REPLICA_MS) /* a peer of a bad score is left alone */
#define REPLICA_GUEST_KEEP_NS      (60000 * REPLICA_MS) /* a guest that has gone is remembered */
#define REPLICA_PRUNE_WAIT_NS      (1000 * REPLICA_MS)  /* before a peer is told to prune again */
#define REPLICA_HEAL_COUNT_MAX     256  /* damaged bodies that a peer is asked for at a time */
#define REPLICA_HEAL_TICKS         5    /* then the next peer is */
#define REPLICA_SPREAD_COUNT_MAX   4096 /* records of one session that are announced to others */

#define REPLICA_SCORE_MAX     100
#define REPLICA_SCORE_MIN     (-100) /* below: left alone for a while */
#define REPLICA_FAULT_REFUSED 10     /* a record that is not admissible */
#define REPLICA_FAULT_BROKEN  25     /* a frame that breaks the protocol */

/* Places of peers: those that were added, then guests, and one place that all streams share that
 * have not said who they are, or are sessions of nodes that are neither. */
enum {
    REPLICA_GUEST_FIRST = STEME_REPLICA_PEER_COUNT_MAX,
    REPLICA_STRANGERS = REPLICA_GUEST_FIRST + STEME_REPLICA_GUEST_COUNT_MAX,
    REPLICA_PLACE_COUNT,
};

typedef struct replica_stream {
    uint32_t number; /* 0 = this place is free */
    size_t peer;     /* index */
    replica_purpose purpose;
    bool is_own;     /* opened by this side */
    bool is_greeted; /* the peer's HELLO has come */
    bool is_wanted;  /* session: by STEME_EVENT_SYNC, to be reported with `token` */
    bool is_diff;
    bool
        is_withheld; /* session: bodies came that were not stored, nor credited, for want of room */
    uint8_t node[STEME_NODE_SIZE]; /* the peer's, once greeted */
    uint64_t identity;             /* the same; see steme_event */
    uint64_t opened_ns;
    uint64_t heard_ns;    /* when its last frame came, or it was opened */
    uint64_t queued_size; /* bytes not sent yet */
    uint64_t moved_ns;    /* when the queue last was empty, or grew shorter */
    uint64_t token;
    replica_session *session;
} replica_stream;

/* An item that a peer has announced and that is not here. */
typedef struct replica_want {
    uint64_t item;
    uint64_t due_ns; /* then it is asked for */
    uint32_t stream; /* that announced it */
} replica_want;

typedef struct replica_peer {
    bool is_used;
    bool is_self;             /* its node id is ours */
    replica_stream *own_link; /* that this side opened to it for gossip, or NULL */
    replica_stream *its_link; /* that it opened, greeted; the newest, or NULL */
    uint64_t link_lost_ns;    /* of a guest: when its_link ended, or it came */
    uint64_t prune_after_ns;  /* it was told to forward no more, and is not told again before */
    steme_peer_stat stat;
    uint64_t pushed_size; /* by unary Gossip, not confirmed */
    uint64_t pending_size;

    uint64_t gossip_due_ns; /* the stream to it is opened then, where there is none */
    unsigned gossip_failure_count;
    uint64_t session_due_ns;
    unsigned quiet_count; /* sessions in a row that found nothing, or failed */
    bool is_failing;      /* the last session failed */
    bool is_full;         /* it ended the last session for want of room */
    uint64_t expected;    /* differences that the last session found */
    bool has_yielded;     /* our session to one of its own, whose end is to be seen */
    bool is_sync_wanted;
    bool is_sync_diff;
    unsigned sync_yield_count; /* how often what is wanted has given way */
    uint64_t sync_token;
    uint64_t sync_after_ns; /* then: not tried again before */

    uint64_t quota_start_ns;
    uint64_t quota_size;
    uint64_t work_start_ns;
    uint64_t work_ns;
    uint64_t blocked_until_ns;
    replica_refusal blocked_for;

    uint64_t announced[REPLICA_ANNOUNCE_COUNT_MAX];
    size_t announced_count;
    uint64_t announce_due_ns;
    replica_want *wants; /* a ring of REPLICA_WANT_COUNT_MAX, made when first used */
    size_t want_first;
    size_t want_count;
} replica_peer;

/* A batch that was given to be stored. */
typedef struct replica_pending {
    uint64_t token;         /* 0 = this place is free */
    uint64_t session_token; /* the session's own */
    uint64_t size;
    uint32_t stream;
    size_t peer;
    bool is_session;
} replica_pending;

struct steme_replica {
    replica_set set;
    void (*close_set)(replica_set *set); /* may be NULL */
    steme_replica_options options;
    char cluster[STEME_CLUSTER_SIZE_MAX + 1];
    size_t cluster_size;
    sketch_key key;
    uint64_t random;
    uint64_t now_ns;

    replica_peer peers[REPLICA_PLACE_COUNT];
    replica_stream streams[REPLICA_STREAM_COUNT_MAX];
    size_t stream_limit; /* no place from here on has been used */
    uint32_t next_stream;
    uint64_t next_token;
    replica_pending pending[REPLICA_PENDING_COUNT_MAX];
    replica_recent recent;
    size_t heal_peer;   /* counts the places that were looked at for one to ask */
    bool has_heal_link; /* there was one */
    uint64_t heal_due_ns;
    bool is_full;        /* nothing is taken from peers */
    size_t worked_peer;  /* whom the last step was for; REPLICA_PLACE_COUNT = nobody */
    unsigned vain_count; /* waits for pushes that did not come, since the last graft */

    /* Of the step. */
    steme_effect *effects;
    size_t effect_count;
    size_t effect_capacity;
    base_arena arena;
    replica_pin *pin; /* taken when first needed */
    steme_status status;
    steme_error error;
    replica_session *ended[2 * REPLICA_STREAM_COUNT_MAX]; /* their reports are borrowed */
    size_t ended_count;
};

/* ---- node.c ------------------------------------------------------------------------------- */

/* A replica over any set. `set` is copied; on success it is the replica's, and `close_set` (may be
 * NULL) is called with it at the end. Errors: as steme_replica_open. */
STEME_MUST_CHECK steme_status replica_node_new(const replica_set *set,
                                               void (*close_set)(replica_set *set),
                                               const steme_replica_options *options,
                                               steme_replica **out_replica, steme_error *error);

/* "stemedb" where the options name none; false where the name is empty or too long. */
bool replica_cluster_name(const steme_replica_options *options, steme_span *out_name);

/* Notes the step's first failure. */
void replica_fail(steme_replica *replica, steme_status status, const steme_error *error);
/* The set's state, pinned once in a step; NULL where that failed (noted). */
replica_pin *replica_pinned(steme_replica *replica);
uint64_t replica_random(steme_replica *replica);
/* `mean` +- 20 %. */
uint64_t replica_jitter(steme_replica *replica, uint64_t mean);
static inline uint32_t replica_now_ms(const steme_replica *replica)
{
    return (uint32_t)(replica->now_ns / REPLICA_MS);
}

/* ---- streams.c ---------------------------------------------------------------------------- */

/* Adds an effect to the step's; false = no memory (noted). */
bool replica_emit(steme_replica *replica, const steme_effect *effect);
/* Memory until the next step; NULL = none (noted). */
void *replica_take(steme_replica *replica, size_t size);

replica_stream *replica_stream_find(steme_replica *replica, uint32_t number);
/* Opens a stream and greets; NULL where there is no room. */
replica_stream *replica_stream_open(steme_replica *replica, size_t peer, replica_purpose purpose);
/* Sends a frame whose bytes live until the next step. */
bool replica_stream_send(replica_stream *stream, steme_replica *replica, steme_span frame);
bool replica_stream_has_room(const replica_stream *stream, size_t size);
/* Ends what runs on it with `failure` (NULL = done), and closes it. */
void replica_stream_close(steme_replica *replica, replica_stream *stream, const char *failure);
/* The same, after telling the peer why. */
void replica_stream_refuse(steme_replica *replica, replica_stream *stream, replica_refusal refusal);
/* Closes every stream of the peer. */
void replica_streams_refuse(steme_replica *replica, size_t peer, replica_refusal refusal);

void replica_on_stream_opened(steme_replica *replica, const steme_event *event);
void replica_on_stream_closed(steme_replica *replica, const steme_event *event);
void replica_on_frame(steme_replica *replica, const steme_event *event);
void replica_on_sent(steme_replica *replica, const steme_event *event);
/* Closes streams whose first frame does not come, and those whose peer takes nothing. */
void replica_streams_expire(steme_replica *replica);

/* ---- peers.c ------------------------------------------------------------------------------ */

/* The index of a peer that was added, or REPLICA_STRANGERS. */
size_t replica_peer_index(const steme_replica *replica, int32_t number);
void replica_on_peer_added(steme_replica *replica, const steme_event *event);
void replica_on_peer_removed(steme_replica *replica, const steme_event *event);
bool replica_peer_is_blocked(const steme_replica *replica, size_t peer);
/* It may be spoken to, and has Reconcile as far as is known. */
bool replica_peer_is_usable(const steme_replica *replica, size_t peer);
/* It said who it is. */
void replica_peer_greeted(steme_replica *replica, size_t peer, const uint8_t *node);
/* The peer, or guest, whose node id this is, else REPLICA_STRANGERS. */
size_t replica_peer_of_node(const steme_replica *replica, const uint8_t *node);
/* Counts bytes that came; false where they are over its quota. */
bool replica_peer_admit(steme_replica *replica, size_t peer, size_t size);
/* Counts what it cost of a processor; closes its streams where that is over its budget. */
void replica_peer_charge(steme_replica *replica, size_t peer, uint64_t work_ns);
/* There is room again. */
void replica_peers_refill(steme_replica *replica);
/* Lowers the score, and may close the peer's streams: look the stream up again. */
void replica_peer_blame(steme_replica *replica, size_t peer, int32_t points);
void replica_peer_praise(steme_replica *replica, size_t peer, int32_t points);
/* The stream for gossip on which it is told of news, and pushed to; NULL = none. One of the two
 * that there may be: so nothing is pushed twice. */
replica_stream *replica_peer_link(const steme_replica *replica, size_t peer);
/* A stream for gossip with it, opened by either side, has ended. */
void replica_peer_lost_link(steme_replica *replica, const replica_stream *gone, bool is_failure);
/* What was given to be stored for one peer counts for another from now on. */
void replica_pending_move(steme_replica *replica, size_t from, size_t to);
/* A session has ended. */
void replica_peer_met(steme_replica *replica, size_t peer, const steme_session_report *report);
/* A session has given way to one that the other side opened (`is_own`: to the peer's). */
void replica_peer_yielded(steme_replica *replica, size_t peer, bool is_own,
                          const steme_session_report *report);
/* A session at the latest after one tick. */
void replica_peer_hurry(steme_replica *replica, size_t peer);
/* The set has grown: sessions become due, about one in each tick, over all peers. */
void replica_peers_news(steme_replica *replica);
uint64_t replica_tick_ns(const steme_replica *replica);

/* ---- guests.c ----------------------------------------------------------------------------- */

/* A place for a guest of this node id, which has none; REPLICA_STRANGERS where all are taken. */
size_t replica_guest_add(steme_replica *replica, const uint8_t *node);
/* The guest at `index` turns out to be a peer: what it was told and what it announced is the peer's
 * now. Its streams are already. */
void replica_guest_become(steme_replica *replica, size_t index, size_t peer_index);
/* The place of a guest by its number, else REPLICA_STRANGERS. */
size_t replica_guest_index(const steme_replica *replica, int32_t number);

/* ---- meetings.c --------------------------------------------------------------------------- */

/* A session that a peer has opened, counted already, may run: where there is no room, one that
 * stands still gives way. */
bool replica_session_make_room(steme_replica *replica);
/* Of sessions that are open between two nodes from both sides, those of the smaller node id live:
 * refuses the others but `stream`, which was greeted just now. False = refuse this one as well. */
bool replica_session_prevails(steme_replica *replica, const replica_stream *stream);
/* The peer has opened a session on `stream`. */
void replica_session_accept(steme_replica *replica, replica_stream *stream);
void replica_session_feed(steme_replica *replica, replica_stream *stream, steme_span frame);
void replica_session_free_queue(steme_replica *replica, replica_stream *stream, uint64_t size);
/* Its batch is stored. */
void replica_session_batch_stored(steme_replica *replica, const replica_pending *pending,
                                  const steme_event *event);
/* Reports the session of a stream that is forgotten already; `failure`, where not NULL, overrides
 * what the session says itself. */
void replica_session_end(steme_replica *replica, const replica_stream *gone, const char *failure);
void replica_on_sync(steme_replica *replica, const steme_event *event);
/* A report of a session that never began. */
void replica_report_failure(steme_replica *replica, int32_t peer, uint64_t token,
                            const char *failure);
/* Ends those whose lease is over, starts those that are due. */
void replica_sessions_tick(steme_replica *replica);
/* Whether the fault is the record's, not this node's. */
bool replica_is_record_fault(steme_status status);
/* Notes a batch that is to be stored, and emits the effect; records are in memory of the step. */
bool replica_store_batch(steme_replica *replica, const replica_pending *pending,
                         const steme_span *records, size_t count);

/* ---- gossip.c ----------------------------------------------------------------------------- */

void replica_gossip_receive(steme_replica *replica, replica_stream *stream, steme_span frame);
void replica_gossip_stored(steme_replica *replica, const replica_pending *pending,
                           const steme_event *event);
/* A stream for gossip is open to both sides. */
void replica_gossip_greeted(steme_replica *replica, const replica_stream *stream);
/* Asks for what was announced and did not come. */
void replica_gossip_ask(steme_replica *replica, size_t index);
/* Asks for bodies that are damaged here, one peer after the other. */
void replica_heal(steme_replica *replica);

/* ---- spread.c ----------------------------------------------------------------------------- */

/* New records go to all peers but `source` (an index, or -1: they are this node's own, and pushed
 * to all). `is_push`: bodies to eager peers; else they are only announced. */
void replica_spread(steme_replica *replica, const steme_stored *records, size_t count, int source,
                    bool is_push);
/* Sends what waits to be announced and is due. */
void replica_announce_flush(steme_replica *replica, size_t peer);
/* The peer asks for items. */
void replica_gossip_answer(steme_replica *replica, replica_stream *stream, const uint8_t *items,
                           size_t count);

#endif
