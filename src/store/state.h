/* state.h -- an open store's insides, shared by the files of this room.
 *
 * Locks: `lock` guards all that is declared below it; clock_lock guards the clock, the sketch's
 * lock the sketch, that of `damaged` a list, forget_lock a file. Only under forget_lock another is
 * taken. `active` is changed by the log thread alone, under the lock.
 *
 * A record's way in: append.c prepares it on the pool (admission, rows, a look whether it is held),
 * the log thread (commit.c) writes and syncs, puts its rows in the active tail and publishes them.
 * When the tail is full, or its first record has waited long, the log thread seals it; the index
 * thread (flush.c) turns it into a run, and the merge thread merges runs. */
#ifndef STORE_STATE_H
#define STORE_STATE_H

#include "base/limits.h"
#include "index/index.h"
#include "index/index_tail.h"
#include "log/log.h"
#include "merkle/crown.h"
#include "platform/file.h"
#include "platform/thread.h"
#include "store/pool.h"
#include "store/rows.h"
#include "store/store.h"
#include "store/vectors.h"

#include <stdatomic.h>
#include <steme/clock.h>

/* What is counted beside the rows; kept in the index's attachment, before the crown. */
typedef struct store_counts {
    uint64_t record_count;
    uint64_t absent_count; /* by damage; what was forgotten is in a file of its own */
    uint64_t hole_count;
    uint64_t hole_size;
    log_mark mark; /* of the last frame */
} store_counts;

/* The sketch of the ids that the log has up to `position`, a frame's end; see sketch.c. The lock
 * guards the rest, and is held while records are read. */
typedef struct store_sketch {
    platform_mutex lock;
    bool is_made;
    sketch_key key;
    uint64_t position;
    uint64_t count;       /* of ids */
    uint64_t saved_count; /* in its file */
    sketch_cell *cells;   /* SKETCH_CELL_COUNT; NULL until somebody asks for them */
} store_sketch;

/* Ids of damaged bodies that were noticed; see damaged.c. The lock guards all, and is held while
 * they are looked up. */
typedef struct store_damaged {
    platform_mutex lock;
    steme_id *ids; /* NULL until the first */
    size_t count;
    size_t next;        /* counts those that were listed: each has its turn */
    uint64_t new_count; /* noticed since the last scrub said how many */
    steme_id scrubbed;  /* scrubbing goes on with this id */
} store_damaged;

typedef struct store_request store_request; /* commit.h */

typedef struct store_request_queue {
    store_request *first;
    store_request *last;
} store_request_queue;

enum { STORE_COMPANION_COUNT_MAX = 2 };

typedef struct store_companion {
    const store_companion_kind *kind; /* NULL = none yet */
    void *companion;
} store_companion;

struct steme_store {
    /* Constant while open. */
    char directory[LIMIT_PATH_SIZE];
    char index_directory[LIMIT_PATH_SIZE];
    uint8_t store_id[16];
    bool is_read_only;
    bool is_log_short; /* the index covers more than the log has: records were lost */
    uint32_t tail_record_count;
    uint64_t free_size_min; /* as told: see steme_store_options */
    uint64_t peer_free_size_min;
    store_row_layout layout;
    platform_file lock_file;
    log_journal *log;
    store_pool *pool;
    void *commit_buffer; /* the log thread's */
    const char *notice;  /* something that the user should know about the opening; or NULL */

    platform_thread log_thread;
    platform_thread index_thread;
    platform_thread merge_thread;
    atomic_bool cancel_merge;

    platform_mutex clock_lock;
    steme_clock clock;

    platform_mutex forget_lock; /* guards the file `forgotten`; taken before any other */

    store_sketch sketch;
    store_damaged damaged;

    platform_mutex lock;
    platform_condition request_came; /* for the log thread */
    platform_condition request_done; /* for those who append */
    platform_condition flush_due;    /* for the index thread */
    platform_condition flush_done;   /* for the log thread and close */
    platform_condition merge_due;    /* for the merge thread */
    index_handle *index;
    store_request_queue small_requests; /* these first */
    store_request_queue large_requests;
    bool is_closing;
    bool is_merge_due;
    bool is_index_damaged; /* the failure was that: close removes the index, for the next open */
    bool is_failed;        /* read-only from now on, because of: */
    steme_error failure;
    index_tail *active;       /* takes rows */
    index_tail *sealed;       /* is being turned into a run; or NULL */
    uint64_t active_since_ns; /* monotonic, of its first record; 0 = empty */
    uint64_t active_record_count;
    uint64_t published_end;        /* of the log: what readers may see */
    uint64_t sealed_position;      /* what the log is indexed up to once `sealed` is */
    uint64_t flush_count;          /* changes whenever rows leave a tail */
    store_counts counts;           /* of everything published */
    store_counts sealed_counts;    /* of everything up to `sealed_position` */
    store_vectors *vectors;        /* of everything published; NULL before the index is open */
    store_vectors *sealed_vectors; /* of everything up to `sealed_position`; NULL at first */
    merkle_crown crown;            /* of the ids that the index covers */
    uint64_t crown_position;       /* the log up to here has these */
    /* The newest that a snapshot made for itself, for those that follow; empty, at 0, at first. */
    merkle_crown newest_crown;
    uint64_t newest_crown_position;
    uint64_t generation; /* changes where the index was read anew: what is kept says nothing then */
    store_companion companions[STORE_COMPANION_COUNT_MAX]; /* the first are in use */
    atomic_uint_fast64_t loss_count;                       /* grows whenever a body was forgotten */

    /* A reader process: how far it has read the log behind the index. */
    log_scan tail_scan;
    bool is_tail_stale; /* of an older view, or left half read: begin it anew */
};

struct steme_snapshot {
    steme_store *store;
    index_view *view;
    index_reading reading;
    uint64_t log_end;
    store_counts counts;
    store_vectors *vectors;
    merkle_crown crown; /* of the ids that the log has up to crown_position, a frame's end */
    uint64_t crown_position;
    uint64_t generation; /* the store's */
};

/* The record of a log entry: parsed, with the id that the entry names.
 * Errors: STEME_CORRUPT where it does not parse. */
steme_status store_entry_record(const log_entry *entry, steme_record *out_record,
                                steme_error *error);

/* Whether a record with this stamp came before its time. */
static inline bool store_is_future(const steme_stamp *stamp, uint64_t arrival_ns)
{
    return !steme_stamp_is_mature(stamp, arrival_ns);
}

/* STEME_FULL where there is too little room to append (space.c). */
steme_status store_check_space(const steme_store *store, steme_error *error);

/* Whether the id is among the rows of `reading`, and at which position. */
steme_status store_reading_find(const index_reading *reading, const steme_id *id,
                                bool *out_is_found, uint64_t *out_position, steme_error *error);

/* ---- Bodies (body.c) ---------------------------------------------------------------------- */

typedef enum store_held {
    STORE_HELD_NOT,
    STORE_HELD_WHOLE,
    STORE_HELD_DAMAGED, /* heals where the record comes again */
    STORE_HELD_PURGED,  /* stays absent */
} store_held;

store_held store_entry_held(const log_entry *entry);
/* How the record is held, and where: the newest copy that is whole, where there is one. */
steme_status store_find_body(const log_journal *log, const index_reading *reading,
                             const steme_id *id, store_held *out_held, uint64_t *out_position,
                             steme_error *error);
/* A record's rows beside those in the table of ids, of whichever copy. */
typedef enum store_rows_held {
    STORE_ROWS_NONE, /* it was damaged already when it was indexed, and was counted as absent */
    STORE_ROWS_LOST, /* they lead to an entry that does not even say whose it is: to nothing */
    STORE_ROWS_KEPT,
} store_rows_held;
steme_status store_find_rows(const log_journal *log, const index_reading *reading,
                             const steme_record *record, store_rows_held *out_rows,
                             steme_error *error);

/* ---- What is damaged (damaged.c) ---------------------------------------------------------- */

void store_damaged_init(store_damaged *damaged);
void store_damaged_deinit(store_damaged *damaged);
/* Notes that no copy of a record is whole; where the list is full, the next scrub may. */
void store_damaged_note(steme_store *store, const steme_id *id);
/* How many ids are noted and still damaged. */
steme_status store_damaged_count(const steme_snapshot *snapshot, uint64_t *out_count,
                                 steme_error *error);

/* ---- What was forgotten (forget.c) -------------------------------------------------------- */

/* Finishes what a crash interrupted. A writer, before the log is read. */
steme_status store_forget_finish(steme_store *store, steme_error *error);
/* How many ids are forgotten. */
steme_status store_forgotten_count(const steme_store *store, uint64_t *out_count,
                                   steme_error *error);
/* Fails with STEME_ABSENT and the reason why the id's body is not there. */
steme_status store_fail_forgotten(const steme_store *store, const steme_id *id, steme_error *error);
/* Writes the lines of those whose positions are below `end` to the folder of a copy. */
steme_status store_forgotten_copy(const steme_store *store, uint64_t end, const char *directory,
                                  steme_error *error);

/* Makes the store read-only for good, with the reason. Lock held. */
void store_fail(steme_store *store, const steme_error *reason);

/* STEME_READ_ONLY where the store takes nothing, with the reason. */
steme_status store_check_writable(steme_store *store, steme_error *error);

/* A new empty active tail. Lock held where threads run. */
steme_status store_tail_new(steme_store *store, index_tail **out_tail, steme_error *error);

/* A reader process: takes notice of what the writer has done. Lock held. */
steme_status store_reader_catch_up(steme_store *store, steme_error *error);

/* ---- Threads ------------------------------------------------------------------------------ */

void *store_log_thread(void *context);   /* commit.c */
void *store_index_thread(void *context); /* flush.c */
void *store_merge_thread(void *context); /* flush.c */

/* Moves the active tail to `sealed`, where there is none, and puts a new one in its place: the
 * index is to cover the log up to `position`, where the frame of `mark` ends. The log thread, or
 * the only one; lock held. */
steme_status store_seal(steme_store *store, uint64_t position, log_mark mark, steme_error *error);
/* Whether the active tail has so many halves of what it is to hold. The thread that appends to it.
 */
bool store_tail_has_halves(const steme_store *store, uint32_t halves);
/* Seals what the log thread has published. */
steme_status store_seal_published(steme_store *store, steme_error *error);
/* Turns `sealed` into a run. No lock held; one thread at a time. */
steme_status store_flush_sealed(steme_store *store, steme_error *error);

/* The ids of a reading, for the trie. */
typedef struct store_id_source {
    const index_reading *reading;
    index_cursor cursor;
    bool is_open;
    bool has_last;
    steme_id last; /* given */
} store_id_source;
merkle_source store_id_source_init(store_id_source *source, const index_reading *reading);
void store_id_source_deinit(store_id_source *source);

/* The index's attachment: counts, then the vector clocks' bytes, then the crown's. */
typedef struct store_attachment {
    store_counts counts;
    store_vectors *vectors;
    merkle_crown crown;
} store_attachment;
/* *out_attachment holds nothing after a failure. */
steme_status store_attachment_decode(steme_span bytes, store_attachment *out_attachment,
                                     steme_error *error);
void store_attachment_deinit(store_attachment *attachment);

/* Fills the crown of a snapshot with all its ids. */
steme_status store_snapshot_crown(steme_snapshot *snapshot, steme_error *error);

/* The `expected` ids, ascending, that the log brought between two ends of frames, `from` being no
 * later than the snapshot's end. *out_ids is the caller's.
 * Errors: STEME_CORRUPT (the log now gives others). */
steme_status store_snapshot_new_ids(const steme_snapshot *snapshot, uint64_t from, uint64_t to,
                                    uint64_t expected, steme_id **out_ids, steme_error *error);
/* Takes out those of `ids` that `reading` has at a position below `before`. */
steme_status store_drop_held(const index_reading *reading, uint64_t before, steme_id *ids,
                             size_t *count, steme_error *error);

/* Ends what rooms above keep beside the store (companion.c). No snapshot is open. */
void store_companion_end(steme_store *store);

/* ---- The sketch (sketch.c) ---------------------------------------------------------------- */

void store_sketch_init(store_sketch *sketch);
void store_sketch_deinit(store_sketch *sketch);
/* Writes the sketch to its file where it has so many ids (at least 1) more than the file. */
void store_sketch_save(steme_store *store, uint64_t new_count_min);
/* Forgets it, and removes the file: the set may change in other ways than by the log's growth. */
steme_status store_sketch_drop(steme_store *store, steme_error *error);

#endif
