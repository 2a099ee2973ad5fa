/* proof.h -- that an id is in a set, shown to somebody who knows only the set's root.
 *
 * A proof lists the inner nodes from the id's leaf up to the root. Bytes, integers big-endian:
 *
 *   offset  size
 *        0     1  version, 1
 *        1     1  count of levels, 0..64 (0: the set has one id)
 *        2        per level, from the leaf to the root
 *                   1  count of skipped nibbles, then those nibbles, one byte each
 *                   8  leaves below the node
 *                   2  bitmap of its children
 *                   1  own nibble: the child that leads to the id
 *                  32  the hash of every other child, ascending
 *
 * A set and an id have one proof: any other bytes are refused.
 *
 * Threads: pure. */
#ifndef MERKLE_PROOF_H
#define MERKLE_PROOF_H

#include "merkle/crown.h"

/* 64 levels, none of which skips a nibble, each with 15 siblings. */
#define MERKLE_PROOF_SIZE_MAX (2u + 64u * (1u + 8u + 2u + 1u + 15u * STEME_ID_SIZE))

/* Writes the proof that `id` is in the set of `crown`, whose ids `source` yields, to `out_proof`,
 * which has room for MERKLE_PROOF_SIZE_MAX bytes (undefined on failure). Reads the ids of one slot.
 * Errors: STEME_NOT_FOUND (not in the set), STEME_CORRUPT (source and crown differ), the source's.
 */
STEME_MUST_CHECK steme_status merkle_proof_make(const merkle_crown *crown, merkle_source source,
                                                const steme_id *id, uint8_t *out_proof,
                                                size_t *out_size, steme_error *error);

/* Whether `proof` (hostile bytes) shows that `id` is in the set whose root is `root`.
 * Errors: STEME_INVALID, and the message says in what it fails. */
STEME_MUST_CHECK steme_status merkle_proof_check(steme_span proof, const steme_id *id,
                                                 const steme_id *root, steme_error *error);

#endif
