/* conflicts.h -- the fold that keeps disputes countable as records arrive.
 *
 * A row per assertion and signer, 88 bytes:
 *
 *   offset  size
 *        0     8  subject key
 *        8     8  predicate key
 *       16     8  agent: keyed hash of the key
 *       24     8  source: keyed hash of the id, never 0; 0 = none
 *       32     8  hold: 0, or a keyed hash of the id, never 0, of a record that may not count yet
 *       40     8  claim time, ordered
 *       48     8  stamp's time
 *       56     8  value under exact,
 *       64     8        under folded,
 *       72     8        and under normalized equivalence: keyed hashes
 *       80     8  position
 *
 * Of the rows equal in their first 40 bytes a merge keeps those with the greatest (claim time,
 * stamp's time): an agent's newest words from one source are all that conflicts need of it. A
 * record whose stamp or claim time was in the future when it came might hide one that counts
 * already; its hold keeps it from being compared with others, and so it hides none.
 *
 * Hashes are keyed, so that nobody outside can make two things meet: here 64 bits of them count as
 * identity. What is shown in the end is resolved from the records. */
#ifndef QUERY_CONFLICTS_H
#define QUERY_CONFLICTS_H

#include "store/fold.h"
#include "store/tables.h"

extern const store_fold query_conflict_fold;

/* The engine registers the fold first. */
#define QUERY_CONFLICT_TABLE ((uint32_t)STORE_TABLE_COUNT)

enum {
    QUERY_CONFLICT_SUBJECT = 0,
    QUERY_CONFLICT_PREDICATE = 8,
    QUERY_CONFLICT_AGENT = 16,
    QUERY_CONFLICT_SOURCE = 24,
    QUERY_CONFLICT_HOLD = 32,
    QUERY_CONFLICT_CLAIM_TIME = 40,
    QUERY_CONFLICT_STAMP_TIME = 48,
    QUERY_CONFLICT_VALUE = 56, /* 8 bytes for each of exact, folded, normalized */
    QUERY_CONFLICT_POSITION = 80,
    QUERY_CONFLICT_ROW_SIZE = 88,
};

#endif
