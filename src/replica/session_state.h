/* session_state.h -- what a session is made of, shared by its own files only.
 *
 * A session goes in rounds. In each, both sides compare roots (session_sketch.c), one of them, the
 * *finder*, learns the difference by sketch, trie (session_trie.c) or sweep (session_bulk.c) and
 * appends what it found to two queues, which LIST frames repeat at the other side: what a side
 * gives, it sends in the order of its queue, and what it takes comes in the order of that one
 * (session_transfer.c). Only the finder appends, so that the two ends never disagree on the order.
 * Both DONE: the roots decide whether that was all; the initiator begins another round or ends.
 *
 * Functions that meet a fault of the peer's call replica_session_fail and return STEME_OK: callers
 * look at is_ended. */
#ifndef REPLICA_SESSION_STATE_H
#define REPLICA_SESSION_STATE_H

#include "base/error.h"
#include "base/memory.h"
#include "replica/frame.h"
#include "replica/session.h"

enum {
    SESSION_UNSENT_SIZE_MAX = 1 << 20, /* of frames that have not left the queue */
    SESSION_WINDOW = 4,                /* BODIES frames that are not done with */
    SESSION_BATCH_COUNT = 1000,        /* entries of one */
    SESSION_QUEUE_SIZE_MAX = 4 << 20,  /* bytes of selectors waiting in one queue */
    SESSION_KEPT_COUNT_MAX = 131072,   /* ids received or named that a round keeps */
    SESSION_LISTED_COUNT_MAX = 100000, /* ids of a difference that a report lists */
    SESSION_ROUND_COUNT_MAX = 16,
    SESSION_FRAME_COUNT_MAX = 1 << 20, /* that a peer may send in a session */
    SESSION_FIRST_CELL_COUNT = 12,     /* where nothing is known of the difference */
    SESSION_HINT_CELL_COUNT = 96,      /* estimate a difference to about a sixth */
    SESSION_ASK_COUNT = 240,           /* subtrees asked for at a time: the answers fit a frame */
    SESSION_ASK_FRAME_MAX = 4096,      /* ASK frames in a session */
    SESSION_LEAF_COUNT = 32,           /* ids of a subtree that is sent as such */
    SESSION_PREFIX_COUNT_MAX = 65536,  /* subtrees waiting to be asked for */
    SESSION_TRIE_FOUND_MAX = 65536,    /* ids found by the trie before they are moved */
    SESSION_SWEEP_COUNT = 8192,        /* ids of a swept range */
    SESSION_SWEEP_LOW = 4096,          /* the next range is swept when a queue is shorter */
    SESSION_LIST_COUNT_MIN = 2048,     /* found, and worth a LIST before all is found */
};

typedef enum session_phase {
    SESSION_IDLE,   /* initiator: not started; responder: waits for ROOTS */
    SESSION_ROOTS,  /* initiator: waits for STATE */
    SESSION_CELLS,  /* initiator: waits for CELLS */
    SESSION_SERVE,  /* responder: sends cells, answers */
    SESSION_TRIE,   /* initiator: descends */
    SESSION_SWEEP,  /* initiator: sweeps */
    SESSION_LISTED, /* the difference is found, or comes as LIST */
} session_phase;

/* Short ids or ids, first in, first out. */
typedef struct session_queue {
    uint8_t *bytes;
    size_t width;    /* bytes of one: 8 or 32 */
    size_t capacity; /* bytes */
    size_t head;     /* the next to be moved */
    size_t told;     /* the other side knows those below */
    size_t count;
} session_queue;

typedef struct session_ids {
    steme_id *ids;
    size_t count;
    size_t capacity;
} session_ids;

/* What each round begins without. */
typedef struct session_round {
    steme_id root; /* of the pinned set */
    uint64_t count;
    uint64_t peer_count; /* as it claims */
    uint64_t estimate;   /* of the difference */
    uint32_t step;       /* the last tried */

    sketch_cell *own;        /* cells of the pinned set */
    sketch_cell *difference; /* own - peer's */
    sketch_decoder *decoder;
    size_t own_count;
    size_t known_count; /* of `difference` */
    size_t cell_sent;   /* of `own` */
    size_t cell_target; /* to be sent at once */
    size_t cell_limit;  /* to be sent unasked */

    replica_prefix *prefixes; /* a stack */
    size_t prefix_count;
    size_t prefix_capacity;
    replica_prefix asked[SESSION_ASK_COUNT]; /* no answer yet */
    size_t asked_count;
    uint64_t trie_found;
    bool is_trie_cut; /* more differs than was found */

    uint64_t sweep_first;
    uint64_t sweep_end;
    bool is_sweep_last; /* the range asked for goes to the last */
    bool is_sweep_out;  /* a range is asked for */
    uint64_t sweep_count;
    uint64_t offered; /* selectors that the peer listed as its to give */

    bool is_finder;
    bool is_found;  /* finder: the queues are complete */
    bool is_listed; /* the last LIST was sent, or received */
    session_queue give;
    session_queue take;
    uint64_t moved; /* bodies stored or sent */
    uint64_t absent_sent;

    session_ids received; /* stored, or held after all */
    session_ids named;    /* by the peer, without a body */
    session_ids given;    /* where nothing is moved: ids that the peer lacks */
    bool is_unknown;      /* more was received than is kept */
    bool is_done;
    bool is_peer_done;
    replica_done done;
    replica_done peer_done;
} session_round;

struct replica_session {
    const replica_set *set;
    replica_session_options options;
    const replica_session_output *output; /* of the call that is under way */
    replica_pin *pin;
    steme_session_report report;
    uint64_t started_ns;
    uint64_t heard_ns;
    uint64_t frame_count;
    uint64_t ask_count;
    uint64_t wanted_count; /* selectors that the peer asked for */
    session_phase phase;
    uint32_t halves; /* half round trips so far */
    uint8_t round_number;
    bool is_diff;
    bool is_ended;
    bool is_trie_complete; /* the trie has been descended to the end */
    session_round round;
    uint64_t queued;  /* bytes of frames that have not left the queue */
    unsigned credit;  /* BODIES frames that may be sent */
    unsigned window;  /* BODIES frames that may come */
    unsigned storing; /* batches with the store */
    uint64_t token;   /* of the last of them */
    steme_span records[SESSION_BATCH_COUNT];
    uint8_t frame[STEME_FRAME_SIZE_MAX]; /* being written */
};

/* ---- session.c ------------------------------------------------------------------------------ */

/* The peer broke the protocol, or a limit: over. */
void replica_session_fail(replica_session *session, const char *failure);
/* Over, in good order. */
void replica_session_finish(replica_session *session, bool is_equal);
/* The buffer for the next frame. */
replica_writer replica_session_writer(replica_session *session);
STEME_MUST_CHECK steme_status replica_session_send(replica_session *session,
                                                   const replica_writer *writer,
                                                   steme_error *error);
/* The difference is known here. */
void replica_session_know(replica_session *session);
/* Pins the newest set and forgets the round. */
STEME_MUST_CHECK steme_status replica_session_repin(replica_session *session, steme_error *error);

STEME_MUST_CHECK steme_status replica_ids_push(session_ids *ids, const steme_id *id,
                                               steme_error *error);

/* ---- session_sketch.c: T0 and T2 ------------------------------------------------------------ */

STEME_MUST_CHECK steme_status replica_roots_send(replica_session *session, bool has_cells,
                                                 steme_error *error);
STEME_MUST_CHECK steme_status replica_roots_receive(replica_session *session,
                                                    replica_reader *reader, steme_error *error);
STEME_MUST_CHECK steme_status replica_state_receive(replica_session *session,
                                                    replica_reader *reader, steme_error *error);
STEME_MUST_CHECK steme_status replica_more_receive(replica_session *session,
                                                   replica_reader *reader);
STEME_MUST_CHECK steme_status replica_cells_receive(replica_session *session,
                                                    replica_reader *reader, steme_error *error);
STEME_MUST_CHECK steme_status replica_cells_pump(replica_session *session, bool *out_sent,
                                                 steme_error *error);
/* Gives back what only the sketch needs. */
void replica_sketch_end(replica_session *session);

/* ---- session_trie.c: T3 --------------------------------------------------------------------- */

STEME_MUST_CHECK steme_status replica_trie_begin(replica_session *session, steme_error *error);
STEME_MUST_CHECK steme_status replica_ask_receive(replica_session *session, replica_reader *reader,
                                                  steme_error *error);
STEME_MUST_CHECK steme_status replica_tree_receive(replica_session *session, replica_reader *reader,
                                                   steme_error *error);
STEME_MUST_CHECK steme_status replica_trie_pump(replica_session *session, bool *out_sent,
                                                steme_error *error);

/* ---- session_bulk.c: T4 --------------------------------------------------------------------- */

void replica_sweep_begin(replica_session *session);
STEME_MUST_CHECK steme_status replica_sweep_receive(replica_session *session,
                                                    replica_reader *reader, steme_error *error);
/* A range is listed. */
void replica_sweep_listed(replica_session *session, const replica_list *list);
STEME_MUST_CHECK steme_status replica_sweep_pump(replica_session *session, bool *out_sent,
                                                 steme_error *error);

/* ---- session_transfer.c: what was found is listed and moved --------------------------------- */

STEME_MUST_CHECK steme_status replica_queue_push(session_queue *queue, size_t width,
                                                 const uint8_t *selectors, size_t count,
                                                 steme_error *error);
STEME_MUST_CHECK steme_status replica_list_receive(replica_session *session, replica_reader *reader,
                                                   steme_error *error);
/* Sends what was found and not told; `flags` beside WIDE. */
STEME_MUST_CHECK steme_status replica_list_send(replica_session *session, unsigned flags,
                                                uint64_t range_end, steme_error *error);
STEME_MUST_CHECK steme_status replica_list_pump(replica_session *session, bool *out_sent,
                                                steme_error *error);
STEME_MUST_CHECK steme_status replica_bodies_receive(replica_session *session,
                                                     replica_reader *reader, steme_error *error);
STEME_MUST_CHECK steme_status replica_bodies_pump(replica_session *session, bool *out_sent,
                                                  steme_error *error);
STEME_MUST_CHECK steme_status replica_credit_receive(replica_session *session,
                                                     replica_reader *reader);
/* One BODIES frame of the peer's is done with. */
STEME_MUST_CHECK steme_status replica_credit_send(replica_session *session, steme_error *error);

/* ---- session_end.c: was that all? ----------------------------------------------------------- */

STEME_MUST_CHECK steme_status replica_done_pump(replica_session *session, bool *out_sent,
                                                steme_error *error);
STEME_MUST_CHECK steme_status replica_done_receive(replica_session *session, replica_reader *reader,
                                                   steme_error *error);
void replica_end_receive(replica_session *session, const replica_reader *reader);

#endif
