/* vectors.h -- the vector clocks of the two CRDT stores, assertions and votes: of each node the
 * greatest stamp that a record of its has.
 *
 * Each record taken is in its vector, or its stamp's time is `future_from_ns` or later. A vector is
 * therefore whole at a time before that one; at a later time, what the table of stamps has from
 * there up to it is missing (steme_snapshot_vector looks).
 *
 * Threads: whoever holds the only reference may change it; who holds one of many reads, and makes a
 * copy to change. References are taken under the store's lock. */
#ifndef STORE_VECTORS_H
#define STORE_VECTORS_H

#include "base/sink.h"

#include <stdatomic.h>
#include <stdint.h>
#include <steme/clock.h>
#include <steme/record.h>
#include <steme/store.h>

enum { STORE_VECTOR_COUNT = STEME_VECTOR_OF_VOTES + 1 };

typedef struct store_vectors {
    atomic_uint reference_count;
    uint64_t future_from_ns; /* UINT64_MAX = every stamp taken is in its vector */
    uint64_t future_count;   /* records that were taken before their time; not kept in the file */
    steme_vector vectors[STORE_VECTOR_COUNT]; /* by steme_vector_kind */
} store_vectors;

/* Empty ones, with one reference, the caller's. */
STEME_MUST_CHECK steme_status store_vectors_new(store_vectors **out_vectors, steme_error *error);
store_vectors *store_vectors_retain(store_vectors *vectors);
/* NULL is fine. */
void store_vectors_release(store_vectors *vectors);

/* Empties them, and keeps their memory. */
void store_vectors_clear(store_vectors *vectors);

/* Makes *vectors the caller's alone: a copy where others read it. */
STEME_MUST_CHECK steme_status store_vectors_own(store_vectors **vectors, steme_error *error);

/* Takes note of a record that is there at `now_ns`. After a failure nothing has changed. */
STEME_MUST_CHECK steme_status store_vectors_take(store_vectors *vectors, const steme_record *record,
                                                 uint64_t now_ns, steme_error *error);

/* Makes *vectors the caller's alone, and takes note of all that `more` has taken note of. After a
 * failure it may have taken note of some of it. */
STEME_MUST_CHECK steme_status store_vectors_merge(store_vectors **vectors,
                                                  const store_vectors *more, steme_error *error);

/* In the index's attachment: "STMVECTS", future_from 8, number of stamps of either vector 4 each,
 * the stamps of both, 28 bytes each and ascending by node; integers big-endian. */
size_t store_vectors_encoded_size(const store_vectors *vectors);
STEME_MUST_CHECK steme_status store_vectors_encode(const store_vectors *vectors,
                                                   const base_sink *sink, steme_error *error);
/* Errors: STEME_CORRUPT (also where the bytes begin with something else), STEME_NO_MEMORY. */
STEME_MUST_CHECK steme_status store_vectors_decode(steme_span bytes, store_vectors **out_vectors,
                                                   size_t *out_size, steme_error *error);

#endif
