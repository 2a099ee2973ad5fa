/* store.h -- the embedded database: log + index + trie, as the rooms above see it.
 *
 * The public functions of <steme/store.h> are implemented here, but for those that open or create a
 * store: these belong to engine/, which says what folds there are. */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "index/index.h"
#include "store/fold.h"
#include "store/tables.h"

#include <steme/store.h>
#include <string.h>

/* As steme_store_open. `folds` are static; fold i's rows are in table STORE_TABLE_COUNT + i. */
STEME_MUST_CHECK steme_status store_open(const char *directory, const steme_store_options *options,
                                         const store_fold *folds, uint32_t fold_count,
                                         steme_store **out_store, steme_error *error);

/* Makes a new store's identity in a folder that is absent or empty; store_open does the rest. */
STEME_MUST_CHECK steme_status store_create(const char *directory, steme_error *error);

/* The key of store_subject_key and its like. */
const uint8_t *store_snapshot_hash_key(const steme_snapshot *snapshot);

/* What index cursors read in this snapshot; borrowed from it. */
const index_reading *store_snapshot_reading(const steme_snapshot *snapshot);

/* The record at a position that a row gave, checksum verified, parsed, signatures not checked
 * again. Borrowed until the store is closed. Errors: STEME_ABSENT (damaged or purged),
 * STEME_CORRUPT (no record begins there), STEME_IO. */
STEME_MUST_CHECK steme_status store_snapshot_read(const steme_snapshot *snapshot, uint64_t position,
                                                  steme_record *out_record, steme_error *error);

/* The position at the end of a row. */
static inline uint64_t store_row_position(const uint8_t *row, size_t row_size)
{
    uint64_t position;
    memcpy(&position, row + row_size - 8, 8);
    return __builtin_bswap64(position);
}

#endif
