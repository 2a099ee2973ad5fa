/* node.h -- the hashes of the Merkle trie, and the nibbles that spell its paths.
 *
 * The trie is 16-ary and path-compressed, keyed by the 64 nibbles of an id, high nibble first.
 *
 *   leaf    BLAKE3(0x00 | id)
 *   inner   BLAKE3(0x01 | count of skipped nibbles u8 | those nibbles, one byte each
 *                  | leaves below u64 | bitmap u16 (bit i = child of nibble i)
 *                  | child hashes, ascending by nibble)             integers big-endian
 *   empty   32 zero bytes
 *
 * A node *hangs* at a depth: the count of nibbles that its parent's path and choice have used up
 * (0 for the root). It *branches* at the first depth from there on at which its ids differ; the
 * nibbles between are the skipped ones. So what an inner node's hash covers depends on where it
 * hangs, and a leaf's does not. The nibble by which a parent chose a child is part of neither's
 * skipped nibbles: the parent's bitmap says it.
 *
 * Threads: plain values and pure functions. Failure: none. */
#ifndef MERKLE_NODE_H
#define MERKLE_NODE_H

#include <stdbool.h>
#include <stdint.h>
#include <steme/types.h>

#define MERKLE_NIBBLE_COUNT (2u * STEME_ID_SIZE) /* in an id */
#define MERKLE_CHILD_COUNT  16u

/* A node that does not hang anywhere yet: what is needed to hash it at any depth. */
typedef struct merkle_node {
    steme_id sample;       /* any id below; its nibbles are the path */
    uint64_t leaf_count;   /* 0: empty; 1: the leaf `sample`; else inner */
    uint16_t bitmap;       /* inner: bit i = there is a child of nibble i */
    uint8_t branch_depth;  /* inner: depth of the nibble that tells the children apart */
    uint8_t child_count;   /* inner: bits set in `bitmap` */
    steme_id children[16]; /* inner: their hashes, hung at branch_depth + 1, ascending, packed */
} merkle_node;

/* Nibble `depth` (below 64) of an id. */
static inline unsigned merkle_nibble_get(const steme_id *id, unsigned depth)
{
    unsigned byte = id->bytes[depth / 2];
    return depth % 2 == 0 ? byte >> 4 : byte & 15u;
}

static inline bool merkle_bitmap_has(uint16_t bitmap, unsigned nibble)
{
    return ((unsigned)bitmap >> nibble & 1u) != 0;
}

static inline uint16_t merkle_bitmap_with(uint16_t bitmap, unsigned nibble)
{
    return (uint16_t)((unsigned)bitmap | 1u << nibble);
}

/* Overwrites nibble `depth` (below 64) of an id. */
void merkle_nibble_set(steme_id *id, unsigned depth, unsigned nibble);

/* How many leading nibbles two ids share: 64 where they are equal. */
unsigned merkle_nibble_shared(const steme_id *left, const steme_id *right);

steme_id merkle_leaf_hash(const steme_id *id);

/* The hash of an inner node from its parts. `skipped` has `skipped_count` (at most 63) nibbles, one
 * a byte; `children` has one hash per bit of `bitmap`, ascending. */
steme_id merkle_inner_hash(const uint8_t *skipped, unsigned skipped_count, uint64_t leaf_count,
                           uint16_t bitmap, const steme_id *children);

/* Makes `node` an inner node without children that branches at `depth`. */
void merkle_node_open(merkle_node *node, unsigned depth);

/* Appends a child to an inner node; nibbles come in ascending order. `sample` is an id below. */
void merkle_node_append(merkle_node *node, unsigned nibble, const steme_id *sample,
                        uint64_t leaf_count, const steme_id *hash);

/* The hash of a node hung at `depth`, which is at most its branch depth. */
steme_id merkle_node_hash(const merkle_node *node, unsigned depth);

#endif
