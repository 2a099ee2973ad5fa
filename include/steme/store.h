/* store.h -- a set of signed records in one folder, and consistent reads of it.
 *
 * The log in the folder is the database; indexes and the Merkle trie are derived from it and can
 * be rebuilt. A record is acknowledged when it is durable, and it is readable by then.
 *
 * Threads:  any thread may append to a store and open snapshots; a snapshot is one thread's.
 *           One process writes a folder, any number read it beside the writer.
 * Lifetime: a store outlives its snapshots; close the snapshots first. A store is not used
 *           after fork.
 * Failure:  after STEME_IO or STEME_FULL from a write that was tried, or where the index proves
 *           damaged, the store is read-only until reopened: what was acknowledged is there, what
 * was not may or may not be. */
#ifndef STEME_STORE_H
#define STEME_STORE_H

#include <steme/clock.h>
#include <steme/error.h>
#include <steme/record.h>
#include <steme/types.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct steme_store steme_store;
typedef struct steme_snapshot steme_snapshot;

typedef struct steme_store_options {
    int is_read_only; /* 0 = the one writer; 1 = read beside it */
    int accept_loss;  /* 1 = a writer opens also where the log lacks records that the index
                       * names, and forgets them; 0 = that is STEME_CORRUPT */
    uint32_t verify_thread_count; /* 0 = one per core */
    uint32_t tail_record_count;   /* records held in memory between index flushes; 0 = 100,000 */
    /* Bytes to be kept free on the disk; 1 = none. Below the first nothing is appended; below the
     * second a replica takes nothing from peers (steme_store_space): others come later than these.
     * 0 = a hundredth of the disk, at most 256 MiB; a twentieth, at most 1 GiB. */
    uint64_t free_size_min;
    uint64_t peer_free_size_min;
} steme_store_options;

/* Makes a new, empty store in a folder that is absent or empty.
 * Errors: STEME_EXISTS (a store, or anything else, is there), STEME_PERMISSION, STEME_IO. */
STEME_API STEME_MUST_CHECK steme_status steme_store_create(const char *directory,
                                                           steme_error *error);

/* Opens a store; `options` may be NULL. A writer recovers what a crash left and rebuilds an index
 * that is missing or damaged.
 * Errors: STEME_NOT_FOUND (no store there), STEME_VERSION (a newer format), STEME_BUSY (another
 * process writes; its id is named), STEME_CORRUPT, STEME_PERMISSION, STEME_IO. */
STEME_API STEME_MUST_CHECK steme_status steme_store_open(const char *directory,
                                                         const steme_store_options *options,
                                                         steme_store **out_store,
                                                         steme_error *error);

/* Something that opening found and put right, and that the user should know (a copied store, a
 * clock far ahead, an index built again): one line, static; NULL where there is nothing. */
STEME_API const char *steme_store_notice(const steme_store *store);

/* The folder, as it was given to the opening. */
STEME_API const char *steme_store_directory(const steme_store *store);

/* Writes out what the index lacks, frees everything. NULL is fine. No other thread may be using the
 * store. */
STEME_API void steme_store_close(steme_store *store);

/* ---- Writing ------------------------------------------------------------------------------ */

/* The next stamp of this node's hybrid logical clock: greater than those given before and those of
 * the records appended since the opening, unless these are more than 500 ms in the future.
 * Errors: STEME_READ_ONLY, STEME_IO. */
STEME_API STEME_MUST_CHECK steme_status steme_store_next_stamp(steme_store *store,
                                                               steme_stamp *out_stamp,
                                                               steme_error *error);

/* One record to append and what became of it. */
typedef struct steme_append {
    steme_span record;   /* in: borrowed for the call */
    steme_status status; /* out: OK, or why it was refused: see steme_record_admit; STEME_ABSENT
                          * where it was forgotten here */
    int was_held;        /* out: 1 = the set had it already; nothing was written (a record whose
                          * body is damaged is written again: 0) */
    steme_id id;         /* out, where status is OK */
} steme_append;

/* Admits and appends `count` records; each stands for itself, so that a bad one refuses no other.
 * On return every item whose status is STEME_OK is durable and visible to new snapshots.
 * `is_verified` = 1 skips the signature checks, for records that this process has just signed or
 * verified itself.
 * Errors (of the call; items' statuses are their own): STEME_READ_ONLY, STEME_IO, STEME_FULL,
 * STEME_NO_MEMORY. Then nothing was acknowledged, and no item's status is STEME_OK. STEME_FULL for
 * want of `free_size_min` comes before anything is written: the store goes on once there is room.
 */
STEME_API STEME_MUST_CHECK steme_status steme_store_append_many(steme_store *store,
                                                                steme_append *items, size_t count,
                                                                int is_verified,
                                                                steme_error *error);

/* One record; `out_id` may be NULL. Appending it again is a success that writes nothing.
 * Errors: those of steme_record_admit and of steme_store_append_many. */
STEME_API STEME_MUST_CHECK steme_status steme_store_append(steme_store *store, steme_span record,
                                                           steme_id *out_id, steme_error *error);

/* ---- Reading ------------------------------------------------------------------------------ */

/* A consistent read of everything durable by now, in a reader process too. */
STEME_API STEME_MUST_CHECK steme_status steme_snapshot_open(steme_store *store,
                                                            steme_snapshot **out_snapshot,
                                                            steme_error *error);
STEME_API void steme_snapshot_close(steme_snapshot *snapshot);

/* The record with this id, borrowed from the store until it is closed.
 * Errors: STEME_NOT_FOUND, STEME_ABSENT (id held, body damaged or purged), STEME_CORRUPT. */
STEME_API STEME_MUST_CHECK steme_status steme_snapshot_get(steme_snapshot *snapshot,
                                                           const steme_id *id,
                                                           steme_record *out_record,
                                                           steme_error *error);

/* Calls `visit` for every record in the order of arrival; a status other than STEME_OK from it
 * ends the walk and is returned. `arrival_ns` is when this store got the record. Records whose
 * body is damaged are left out and counted in `*out_absent_count` (may be NULL). */
typedef steme_status (*steme_record_visit)(void *context, const steme_record *record,
                                           uint64_t arrival_ns, steme_error *error);
STEME_API STEME_MUST_CHECK steme_status steme_snapshot_visit(steme_snapshot *snapshot,
                                                             steme_record_visit visit,
                                                             void *context,
                                                             uint64_t *out_absent_count,
                                                             steme_error *error);

/* The same walk, that can be left, and gone on with later: `cursor` is a text of steme_walk_cursor,
 * or empty to begin with the first record; `limit` 0 = all. A walk ends before its snapshot.
 * Errors: STEME_INVALID (the cursor is none of this store). */
typedef struct steme_walk steme_walk;
STEME_API STEME_MUST_CHECK steme_status steme_walk_open(steme_snapshot *snapshot, steme_span cursor,
                                                        uint64_t limit, steme_walk **out_walk,
                                                        steme_error *error);
STEME_API void steme_walk_close(steme_walk *walk);
/* The next record, or NULL after the last; borrowed until the next call, its bytes until the store
 * is closed. `out_arrival_ns` may be NULL. */
STEME_API STEME_MUST_CHECK steme_status steme_walk_next(steme_walk *walk,
                                                        const steme_record **out_record,
                                                        uint64_t *out_arrival_ns,
                                                        steme_error *error);
/* Where a walk goes on after what was given last, in this snapshot or a later one: NULL where
 * nothing follows. A text of hexadecimal digits, borrowed until the next call.
 * Errors: STEME_INVALID (nothing was given yet). */
STEME_API STEME_MUST_CHECK steme_status steme_walk_cursor(steme_walk *walk, const char **out_cursor,
                                                          steme_error *error);
/* Records left out on the way to what was given last; after the last of all, also behind it. */
STEME_API uint64_t steme_walk_absent_count(const steme_walk *walk);

/* Merkle root over the ids of the set, and their count: two stores with one root hold one set. */
STEME_API STEME_MUST_CHECK steme_status steme_snapshot_root(steme_snapshot *snapshot,
                                                            steme_id *out_root,
                                                            uint64_t *out_record_count,
                                                            steme_error *error);

/* The two sets of records that have a vector clock. */
typedef enum steme_vector_kind {
    STEME_VECTOR_OF_ASSERTIONS,
    STEME_VECTOR_OF_VOTES,
} steme_vector_kind;

/* The vector clock of the snapshot's assertions, or of its votes: of each node the greatest stamp
 * that one of them has and that counts by now, up to 500 ms ahead of the system's clock, or did
 * when it came. Two stores with one root have the same one at the same time, but for what follows;
 * the reverse does not hold, since stamps may be backdated: it is a hint of who has more, and of
 * whom. A record whose body was damaged or forgotten since it came stays in it until the index is
 * made anew. `*out_vector` need not be initialised, and is the caller's: steme_vector_deinit. Takes
 * no time but where stamps ahead of their time have come due: these are read, once. */
STEME_API STEME_MUST_CHECK steme_status steme_snapshot_vector(steme_snapshot *snapshot,
                                                              steme_vector_kind kind,
                                                              steme_vector *out_vector,
                                                              steme_error *error);

/* A proof that `id` is in the set with that root, to be checked with no store at hand.
 * `*out_proof` is the caller's, given back by steme_free. Errors: STEME_NOT_FOUND. */
STEME_API STEME_MUST_CHECK steme_status steme_snapshot_prove(steme_snapshot *snapshot,
                                                             const steme_id *id,
                                                             uint8_t **out_proof,
                                                             size_t *out_proof_size,
                                                             steme_error *error);
/* STEME_OK where the proof shows that `id` is in the set with `root`; STEME_INVALID where not. */
STEME_API STEME_MUST_CHECK steme_status steme_proof_check(steme_span proof, const steme_id *id,
                                                          const steme_id *root, steme_error *error);

/* Gives back memory that a function of this library said to be the caller's. NULL is fine. */
STEME_API void steme_free(void *memory);

/* ---- Looking after ------------------------------------------------------------------------ */

typedef struct steme_stat {
    uint8_t store_id[16];
    uint8_t node[STEME_NODE_SIZE];
    uint64_t record_count;    /* ids held, those without a body included */
    uint64_t absent_count;    /* of these, without a body; damage as far as it was noticed */
    uint64_t forgotten_count; /* of these, by steme_store_forget */
    uint64_t indexed_count;   /* records that the index on disk covers; the rest is in memory */
    uint64_t log_size;        /* bytes */
    uint64_t index_size;      /* bytes */
    uint32_t segment_count;
    uint32_t run_count;  /* sorted runs of the index */
    uint64_t hole_count; /* stretches of the log that recovery could not read */
    uint64_t hole_size;  /* bytes */
    steme_id root;
} steme_stat;

STEME_API STEME_MUST_CHECK steme_status steme_store_stat(steme_store *store, steme_stat *out_stat,
                                                         steme_error *error);

/* The disk of the store's folder, in bytes, and what is to be kept free of it (see
 * steme_store_options; 0 = nothing). `peer_free_size_min` is never the smaller one. */
typedef struct steme_space {
    uint64_t free_size;
    uint64_t free_size_min;
    uint64_t peer_free_size_min;
} steme_space;

/* Asks the system: about a microsecond. Errors: STEME_IO. */
STEME_API STEME_MUST_CHECK steme_status steme_store_space(const steme_store *store,
                                                          steme_space *out_space,
                                                          steme_error *error);

/* Called for each fault that steme_store_verify finds, with one line that names place and kind. */
typedef void (*steme_fault_visit)(void *context, const char *fault);
/* Called from time to time with work done and to do, in one unit; may be NULL. It gives 0, or 1 to
 * have the work given up: STEME_CANCELLED. */
typedef int (*steme_progress_visit)(void *context, uint64_t done, uint64_t total);

typedef struct steme_verify_report {
    uint64_t record_count;
    uint64_t signature_count;
    uint64_t index_row_count;
    uint64_t fault_count;
} steme_verify_report;

/* Reads everything again, in bounded memory: frames and checksums of the log, every record's form,
 * id and signatures, every page of the index, the index against the log and the log against the
 * index, the trie against the ids. STEME_OK also where faults were found: see the count.
 * Errors: STEME_CANCELLED, STEME_CORRUPT, STEME_IO, STEME_NO_MEMORY. */
STEME_API STEME_MUST_CHECK steme_status steme_store_verify(
    steme_store *store, steme_fault_visit visit_fault, steme_progress_visit visit_progress,
    void *context, steme_verify_report *out_report, steme_error *error);

/* Reads the bodies of the next `id_count` ids, in the order of ids, and after the last begins again
 * with the next call: for a program that calls this now and then, damage is found before anybody
 * asks. Reads that meet it, and opening, notice it too. What is noticed (4,096 ids at most) counts
 * as absent, and replication asks peers for it. *out_found_count = how many were noticed since the
 * last call, by any read.
 * Errors: STEME_CORRUPT (of the index), STEME_IO, STEME_NO_MEMORY. */
STEME_API STEME_MUST_CHECK steme_status steme_store_scrub(steme_store *store, size_t id_count,
                                                          uint64_t *out_found_count,
                                                          steme_error *error);

/* Throws the index away and derives it from the log again. For a writer, while nothing else uses
 * the store and no snapshot is open. It is not given up on the way. After a failure the store
 * answers nothing and takes nothing until it is opened again. */
STEME_API STEME_MUST_CHECK steme_status steme_store_rebuild(steme_store *store,
                                                            steme_progress_visit visit_progress,
                                                            void *context, steme_error *error);

#define STEME_REASON_SIZE_MAX 200 /* bytes of UTF-8 */

/* Destroys the body of a record in this store, for good: its bytes in the log are overwritten
 * before this returns. The id stays in set and root, and the body is not taken again. The reason,
 * one line of text that is not empty, stays in the store's folder and is told by
 * steme_snapshot_get. A crash leaves it forgotten or not; the next opening finishes what was begun.
 * What threads and reader processes have borrowed of the body turns to zeros. Other nodes keep
 * theirs; so do backups.
 * Errors: STEME_NOT_FOUND, STEME_ABSENT (forgotten already), STEME_INVALID (the reason),
 * STEME_CORRUPT (the log's bytes about it are damaged: parts of the body may be left),
 * STEME_READ_ONLY, STEME_IO. */
STEME_API STEME_MUST_CHECK steme_status steme_store_forget(steme_store *store, const steme_id *id,
                                                           const char *reason, steme_error *error);

/* Copies all that is durable by now to a new folder, while writing goes on, in a reader process
 * too: the log and what belongs to it, without the index, which the first writer to open the copy
 * makes. It becomes a store when it is whole, and a node of its own when it is opened.
 * Errors: STEME_EXISTS (the folder), STEME_FULL, STEME_IO, STEME_CANCELLED: the folder is then left
 * without its last file. */
STEME_API STEME_MUST_CHECK steme_status steme_store_backup(steme_store *store,
                                                           const char *directory,
                                                           steme_progress_visit visit_progress,
                                                           void *context, steme_error *error);

#ifdef __cplusplus
}
#endif
#endif
