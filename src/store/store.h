/* store.h -- the embedded database: log + index + trie, as the rooms above see it.
 *
 * The public functions of <steme/store.h> are implemented here, but for those that open or create a
 * store: these belong to engine/, which says what folds there are. */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "index/index.h"
#include "merkle/crown.h"
#include "sketch/sketch.h"
#include "store/fold.h"
#include "store/tables.h"

#include <steme/store.h>
#include <string.h>

/* As steme_store_open. `folds` are static; fold i's rows are in table STORE_TABLE_COUNT + i. */
STEME_MUST_CHECK steme_status store_open(const char *directory, const steme_store_options *options,
                                         const store_fold *const *folds, uint32_t fold_count,
                                         steme_store **out_store, steme_error *error);

/* Makes a new store's identity in a folder that is absent or empty; store_open does the rest. */
STEME_MUST_CHECK steme_status store_create(const char *directory, steme_error *error);

/* The key of store_subject_key and its like. */
const uint8_t *store_snapshot_hash_key(const steme_snapshot *snapshot);

/* What index cursors read in this snapshot; borrowed from it. */
const index_reading *store_snapshot_reading(const steme_snapshot *snapshot);

/* Where the record with this id stands: the newest copy that is whole, where there is one.
 * Errors: STEME_NOT_FOUND (without a message). */
STEME_MUST_CHECK steme_status store_snapshot_find(const steme_snapshot *snapshot,
                                                  const steme_id *id, uint64_t *out_position,
                                                  steme_error *error);

/* The record at a position that a row gave, checksum verified, parsed, signatures not checked
 * again. Borrowed until the store is closed. Errors: STEME_ABSENT (damaged or purged),
 * STEME_CORRUPT (it does not parse), STEME_IO. */
STEME_MUST_CHECK steme_status store_snapshot_read(const steme_snapshot *snapshot, uint64_t position,
                                                  steme_record *out_record, steme_error *error);

/* Has the processor fetch what store_snapshot_read will read soon. */
void store_snapshot_prefetch(const steme_snapshot *snapshot, uint64_t position);

/* Something that a room above keeps in memory beside a store, from when it is first asked for until
 * the store is closed: one of each kind. `create` gives NULL where there is no memory. */
typedef struct store_companion_kind {
    void *(*create)(void);
    void (*destroy)(void *companion);
} store_companion_kind;
STEME_MUST_CHECK steme_status store_snapshot_companion(const steme_snapshot *snapshot,
                                                       const store_companion_kind *kind,
                                                       void **out_companion, steme_error *error);

/* Calls `visit` for each record that the log brought from `position` on: an earlier snapshot's end.
 * *out_is_whole false where it could not be read in full. */
STEME_MUST_CHECK steme_status store_snapshot_visit_from(steme_snapshot *snapshot, uint64_t position,
                                                        steme_record_visit visit, void *context,
                                                        bool *out_is_whole, steme_error *error);

/* Changes whenever the store forgets a record: what a companion keeps of bodies may be gone. */
uint64_t store_snapshot_loss_count(const steme_snapshot *snapshot);

/* The end of the log as the snapshot shows it: what is at a position from here on is not in it. */
uint64_t store_snapshot_end(const steme_snapshot *snapshot);
/* The same, of what had arrived by a time. */
uint64_t store_snapshot_arrival_end(const steme_snapshot *snapshot, uint64_t arrival_ns);

/* ---- For replication ---------------------------------------------------------------------- */

/* The root and count of the snapshot's ids and `count` more, in any order; some may be held. */
STEME_MUST_CHECK steme_status store_snapshot_root_with(steme_snapshot *snapshot,
                                                       const steme_id *added, size_t count,
                                                       steme_id *out_root, uint64_t *out_count,
                                                       steme_error *error);
/* As merkle_crown_children, of the snapshot's ids. */
STEME_MUST_CHECK steme_status store_snapshot_children(steme_snapshot *snapshot,
                                                      const steme_id *prefix, unsigned depth,
                                                      merkle_slot out_slots[16],
                                                      steme_error *error);
/* The first cells (at most SKETCH_CELL_COUNT) of the sketch of the snapshot's ids under a key. The
 * store keeps one sketch, under the key asked for last; it costs a walk over all ids at first. */
STEME_MUST_CHECK steme_status store_snapshot_cells(const steme_snapshot *snapshot,
                                                   const sketch_key *key, size_t cell_count,
                                                   sketch_cell *out_cells, steme_error *error);
/* As steme_snapshot_vector, where the system's clock says `now_ns`. A time before one that was
 * asked for already, of this store since it was opened, may give what counts at that one. */
STEME_MUST_CHECK steme_status store_snapshot_vector(steme_snapshot *snapshot,
                                                    steme_vector_kind kind, uint64_t now_ns,
                                                    steme_vector *out_vector, steme_error *error);
/* Makes the sketch under this key now, so that snapshots need not wait for it. */
STEME_MUST_CHECK steme_status store_sketch_keep(steme_store *store, const sketch_key *key,
                                                steme_error *error);
/* Up to `count_max` ids that are held, and whose bodies were noticed to be damaged (none is
 * forgotten); where there are more, others each time. */
STEME_MUST_CHECK steme_status store_snapshot_damaged(const steme_snapshot *snapshot,
                                                     size_t count_max, steme_id *out_ids,
                                                     size_t *out_count, steme_error *error);
/* Up to `count_max` ids in an index_range, ascending. */
STEME_MUST_CHECK steme_status store_snapshot_ids(const steme_snapshot *snapshot, steme_span lower,
                                                 steme_span upper, size_t count_max,
                                                 steme_id *out_ids, size_t *out_count,
                                                 steme_error *error);

/* The position at the end of a row. */
static inline uint64_t store_row_position(const uint8_t *row, size_t row_size)
{
    uint64_t position;
    memcpy(&position, row + row_size - 8, 8);
    return __builtin_bswap64(position);
}

#endif
