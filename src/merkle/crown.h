/* crown.h -- the top of the Merkle trie, kept in memory; everything below is in the sorted ids.
 *
 * A crown has one depth d, a pure function of how many ids there are (merkle_crown_depth). For each
 * of the 16^d prefixes of d nibbles that some id has, it holds a slot: how many ids begin so, and
 * the hash of the subtree that they make, hung at depth d. Above, it holds the same for every
 * shorter prefix, so that the root is there to be read. What is below a slot is read from the ids
 * through a merkle_source when it is needed: about 4 to 64 ids.
 *
 * The slots hang in 16-ary branches that crowns share. Changing a set never changes a crown: it
 * makes a new one, which copies only the branches on the way to the slots that changed. So a
 * snapshot is a copy of a crown, at the cost of a reference.
 *
 * Threads:  a crown is immutable; any thread may read it, or copy it, while its owner keeps it. A
 *           merkle_crown variable that one thread replaces and others copy needs a lock of theirs.
 * Lifetime: caller's storage. Every crown that build, update, copy, decode or init made is given
 *           back by merkle_crown_deinit; crowns made from one another may go in any order.
 * Memory:   about 45 bytes per slot: 48 MB at 10 million ids (d = 5).
 * Failure:  outputs are untouched; the old crown stays as it was. */
#ifndef MERKLE_CROWN_H
#define MERKLE_CROWN_H

#include "base/sink.h"
#include "merkle/source.h"

#include <stddef.h>

#define MERKLE_CROWN_DEPTH_MAX 6u
#define MERKLE_CROWN_SLOT_LOAD                                                                     \
    64u /* ids per slot on average, at most (until the depth's maximum) */

typedef struct merkle_branch merkle_branch;

typedef struct merkle_crown {
    uint64_t count; /* ids in the set */
    steme_id root;  /* of the trie over them; 32 zero bytes where there is none */
    unsigned depth;
    merkle_branch *top; /* NULL where depth is 0 */
} merkle_crown;

/* Count of ids and hash (hung where it stands) of the subtree below one prefix; 0 and zero bytes
 * where there is none. */
typedef struct merkle_slot {
    uint64_t count;
    steme_id hash;
} merkle_slot;

/* The depth of a crown of `count` ids: the smallest d up to 6 with count / 16^d <= 64. */
unsigned merkle_crown_depth(uint64_t count);

/* The crown of the empty set. */
void merkle_crown_init(merkle_crown *crown);

/* A crown of all ids of `source`, which has exactly `count`.
 * Errors: STEME_NO_MEMORY; STEME_CORRUPT (another count, or ids out of order); the source's. */
STEME_MUST_CHECK steme_status merkle_crown_build(merkle_source source, uint64_t count,
                                                 merkle_crown *out_crown, steme_error *error);

/* A crown of the set of `old` and the `count` ids `added`, which ascend, are distinct and are not
 * in `old`. `source` yields the new set already; only the slots of added ids are read from it, but
 * for the few times that the depth grows, when all of it is. `out_crown` is not `old`.
 * Errors: STEME_INVALID (`added` does not ascend); STEME_CORRUPT (a slot that was read does not
 * have as many ids as `old` and `added` give it: crown and index have drifted apart, or an added id
 * was held already; rebuild); STEME_NO_MEMORY; the source's. */
STEME_MUST_CHECK steme_status merkle_crown_update(const merkle_crown *old, const steme_id *added,
                                                  size_t count, merkle_source source,
                                                  merkle_crown *out_crown, steme_error *error);

/* A second crown of the same set; costs a reference. */
void merkle_crown_copy(const merkle_crown *crown, merkle_crown *out_crown);

/* Gives back what the crown holds and leaves the crown of the empty set. */
void merkle_crown_deinit(merkle_crown *crown);

/* The root. Never fails and needs no source. */
steme_id merkle_crown_root(const merkle_crown *crown);

/* The sixteen subtrees below the first `depth` (at most 63) nibbles of `prefix`, each hung at
 * depth + 1: what a descent compares with a peer's. Above the crown's depth nothing is read.
 * Errors: STEME_INVALID (depth), STEME_CORRUPT and the source's. */
STEME_MUST_CHECK steme_status merkle_crown_children(const merkle_crown *crown, merkle_source source,
                                                    const steme_id *prefix, unsigned depth,
                                                    merkle_slot out_slots[16], steme_error *error);

/* A crown as bytes, to be kept in a file. Integers big-endian:
 *
 *   offset  size
 *        0     8  "STMCROWN"
 *        8     4  version, 1
 *       12     4  depth
 *       16     8  count of ids
 *       24    32  root
 *       56        branches, in pre-order, none where depth is 0; each
 *                   2  bitmap of its slots that are not empty (never 0)
 *                  40  per such slot, ascending: count u64, hash
 *                      then, above the lowest level, the branch below each of them
 *      end    32  BLAKE3 of all bytes before
 */
size_t merkle_crown_encoded_size(const merkle_crown *crown);

/* Puts exactly merkle_crown_encoded_size bytes, in pieces of up to 16 KiB. Errors: the sink's. */
STEME_MUST_CHECK steme_status merkle_crown_encode(const merkle_crown *crown, const base_sink *sink,
                                                  steme_error *error);

/* Reads a crown back. Any changed bit is found, and hostile bytes do no more than fail: memory
 * stays below 20 times `size`. The bytes say nothing about which index they belong to: compare
 * count (and keep them beside the index's own position).
 * Errors: STEME_CORRUPT, STEME_VERSION, STEME_NO_MEMORY. */
STEME_MUST_CHECK steme_status merkle_crown_decode(const uint8_t *bytes, size_t size,
                                                  merkle_crown *out_crown, steme_error *error);

#endif
