#include "merkle/node.h"

#include "base/bytes.h"
#include "base/hash.h"

#include <assert.h>

enum {
    NODE_TAG_LEAF = 0x00,
    NODE_TAG_INNER = 0x01,
    NODE_INNER_SIZE_MAX = 2 + (int)MERKLE_NIBBLE_COUNT + 8 + 2 + 16 * STEME_ID_SIZE,
};

void merkle_nibble_set(steme_id *id, unsigned depth, unsigned nibble)
{
    uint8_t *byte = &id->bytes[depth / 2];
    *byte = depth % 2 == 0 ? (uint8_t)((*byte & 0x0fu) | nibble << 4)
                           : (uint8_t)((*byte & 0xf0u) | nibble);
}

unsigned merkle_nibble_shared(const steme_id *left, const steme_id *right)
{
    for (unsigned at = 0; at < STEME_ID_SIZE; at += 8) {
        uint64_t differing = base_get_u64be(left->bytes + at) ^ base_get_u64be(right->bytes + at);
        if (differing != 0)
            return at * 2 + (unsigned)__builtin_clzll(differing) / 4;
    }
    return MERKLE_NIBBLE_COUNT;
}

steme_id merkle_leaf_hash(const steme_id *id)
{
    uint8_t message[1 + STEME_ID_SIZE];
    message[0] = NODE_TAG_LEAF;
    memcpy(message + 1, id->bytes, STEME_ID_SIZE);
    return base_blake3(message, sizeof message);
}

steme_id merkle_inner_hash(const uint8_t *skipped, unsigned skipped_count, uint64_t leaf_count,
                           uint16_t bitmap, const steme_id *children)
{
    assert(skipped_count < MERKLE_NIBBLE_COUNT);
    uint8_t message[NODE_INNER_SIZE_MAX];
    message[0] = NODE_TAG_INNER;
    message[1] = (uint8_t)skipped_count;
    if (skipped_count > 0)
        memcpy(message + 2, skipped, skipped_count);
    uint8_t *at = message + 2 + skipped_count;
    base_put_u64be(at, leaf_count);
    base_put_u16be(at + 8, bitmap);
    at += 10;
    size_t children_size = (size_t)__builtin_popcount(bitmap) * STEME_ID_SIZE;
    memcpy(at, children, children_size);
    return base_blake3(message, (size_t)(at - message) + children_size);
}

void merkle_node_open(merkle_node *node, unsigned depth)
{
    node->leaf_count = 0;
    node->bitmap = 0;
    node->branch_depth = (uint8_t)depth;
    node->child_count = 0;
}

void merkle_node_append(merkle_node *node, unsigned nibble, const steme_id *sample,
                        uint64_t leaf_count, const steme_id *hash)
{
    assert(node->bitmap < 1u << nibble); /* ascending */
    node->sample = *sample;
    node->leaf_count += leaf_count;
    node->bitmap = merkle_bitmap_with(node->bitmap, nibble);
    node->children[node->child_count++] = *hash;
}

steme_id merkle_node_hash(const merkle_node *node, unsigned depth)
{
    if (node->leaf_count == 0)
        return (steme_id){{0}};
    if (node->leaf_count == 1)
        return merkle_leaf_hash(&node->sample);
    assert(depth <= node->branch_depth && node->child_count >= 2);
    uint8_t skipped[MERKLE_NIBBLE_COUNT];
    for (unsigned i = depth; i < node->branch_depth; i++)
        skipped[i - depth] = (uint8_t)merkle_nibble_get(&node->sample, i);
    return merkle_inner_hash(skipped, node->branch_depth - depth, node->leaf_count, node->bitmap,
                             node->children);
}
