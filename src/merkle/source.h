/* source.h -- sorted ids from wherever they live, and the fold of a run of them into a node.
 *
 * A merkle_source is how this room reads ids: the caller fills in two functions over its index (or
 * over a merge of index and tail). It must behave as one snapshot for the length of a call.
 * A merkle_reader reads a source with one id of look-ahead, and folds all ids below a prefix into
 * the node that they make, holding one open node per level: memory does not grow with the ids.
 *
 * Threads:  a reader and its source belong to one thread at a time.
 * Failure:  what seek and next return is passed on; ids out of order or from below the bound are
 *           STEME_CORRUPT. After a failure a reader is only good for merkle_reader_init. */
#ifndef MERKLE_SOURCE_H
#define MERKLE_SOURCE_H

#include "merkle/node.h"

#include <stddef.h>
#include <steme/error.h>

typedef struct merkle_source {
    /* Makes the next id the first one that is not below `lower_bound` (32 bytes). */
    steme_status (*seek)(void *context, const uint8_t *lower_bound, steme_error *error);
    /* Gives the next id, ascending and distinct; *out_found = false at the end. */
    steme_status (*next)(void *context, steme_id *out_id, bool *out_found, steme_error *error);
    void *context;
} merkle_source;

/* The ids of a source and of an array that ascends, as one source; they may share some. */
typedef struct merkle_union {
    merkle_source held;
    const steme_id *added;
    size_t count;
    size_t at;
    steme_id ahead; /* the next of `held` */
    bool has_ahead;
} merkle_union;

/* `both` is caller's storage; all is borrowed while the source is read. */
merkle_source merkle_union_init(merkle_union *both, merkle_source held, const steme_id *added,
                                size_t count);

/* About 36 KiB; lives on the stack of the call that reads. */
typedef struct merkle_reader {
    merkle_source source;
    steme_id ahead;      /* next id, not yet taken */
    bool has_ahead;      /* false: the source is at its end */
    bool is_positioned;  /* everything from the last prefix's end up to `ahead` is known absent */
    unsigned open_count; /* nodes under construction, their branch depths ascending */
    merkle_node open[MERKLE_NIBBLE_COUNT];
} merkle_reader;

void merkle_reader_init(merkle_reader *reader, merkle_source source);

/* Reads all ids whose first `depth` nibbles are those of `prefix` (whose other nibbles are 0) and
 * gives the node they make; leaf_count 0 where there is none. It reads one id beyond them. Prefixes
 * asked in ascending order seek only where there is a gap between them. */
STEME_MUST_CHECK steme_status merkle_reader_fold(merkle_reader *reader, const steme_id *prefix,
                                                 unsigned depth, merkle_node *out_node,
                                                 steme_error *error);

/* Moves to the first id that is not below `prefix`, for a look at `ahead`. */
STEME_MUST_CHECK steme_status merkle_reader_seek(merkle_reader *reader, const steme_id *prefix,
                                                 steme_error *error);

/* Whether the id ahead begins with the first `depth` nibbles of `prefix`. */
bool merkle_reader_is_below(const merkle_reader *reader, const steme_id *prefix, unsigned depth);

#endif
