/* row.h -- comparing and hashing rows; private to this room. No failure, any thread. */
#ifndef INDEX_ROW_H
#define INDEX_ROW_H

#include "base/bytes.h"
#include "index/index.h"

/* The first 8 bytes as a number of the same order; every row has more (INDEX_ROW_SIZE_MIN). */
static inline uint64_t index_row_key(const uint8_t *row)
{
    return base_get_u64be(row);
}

static inline int index_row_compare(const uint8_t *left, const uint8_t *right, size_t row_size)
{
    uint64_t left_key = index_row_key(left);
    uint64_t right_key = index_row_key(right);
    if (left_key != right_key)
        return left_key < right_key ? -1 : 1;
    return memcmp(left + 8, right + 8, row_size - 8);
}

static inline bool index_row_is_equal(const uint8_t *left, const uint8_t *right, size_t row_size)
{
    return index_row_key(left) == index_row_key(right) &&
           memcmp(left + 8, right + 8, row_size - 8) == 0;
}

/* A bijective mixer (the finaliser of MurmurHash3). */
static inline uint64_t index_mix(uint64_t value)
{
    value ^= value >> 33;
    value *= UINT64_C(0xff51afd7ed558ccd);
    value ^= value >> 33;
    value *= UINT64_C(0xc4ceb9fe1a85ec53);
    return value ^ (value >> 33);
}

/* The `salt` is random and secret, so that nobody can send keys that collide. */
static inline uint64_t index_hash(uint64_t salt, const uint8_t *bytes, size_t size)
{
    uint64_t hash = salt;
    while (size >= 8) {
        hash = index_mix(hash ^ base_get_u64be(bytes)) + salt;
        bytes += 8;
        size -= 8;
    }
    if (size > 0) {
        uint64_t word = 0;
        for (size_t i = 0; i < size; i++)
            word = word << 8 | bytes[i];
        hash = index_mix(hash ^ word) + salt;
    }
    return index_mix(hash);
}

/* A lower bound made ready for many comparisons. */
typedef struct index_bound {
    uint64_t key;  /* the first 8 bytes of the bound, zeroes where it is shorter */
    uint64_t mask; /* the bits of a row's key that the bound speaks of */
    const uint8_t *bytes;
    size_t size;
} index_bound;

static inline index_bound index_bound_make(const uint8_t *bytes, size_t size)
{
    uint8_t head[8] = {0};
    memcpy(head, bytes, size < 8 ? size : 8);
    index_bound bound = {.key = base_get_u64be(head), .bytes = bytes, .size = size};
    bound.mask = size == 0 ? 0 : size >= 8 ? UINT64_MAX : ~(UINT64_MAX >> (8 * size));
    return bound;
}

/* Whether the leading bytes of `row` are less than the bound. */
static inline bool index_bound_is_above(const index_bound *bound, const uint8_t *row)
{
    uint64_t key = index_row_key(row) & bound->mask;
    if (key != bound->key || bound->size <= 8)
        return key < bound->key;
    return memcmp(row + 8, bound->bytes + 8, bound->size - 8) < 0;
}

#endif
