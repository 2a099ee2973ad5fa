/* walk.h -- which cells an item is in. Pure functions of key and item; no failure.
 *
 * hash:  SipHash-2-4 of the item's 8 bytes (big-endian) under the key, its 8 output bytes read as a
 *        big-endian integer. The item's check is its low 32 bits.
 * draws: SplitMix64 (Steele, Lea, Flood, OOPSLA 2014) that starts in the state `hash`.
 * cells: the first is 0. After cell i comes one draw, `high` and `low` its two halves of 32 bits;
 *        the next cell is the smallest j with
 *
 *            high * (j + 1) >= (i + 1) * 2^32   or   low * (j + 2) >= (i + 2) * 2^32
 *
 * Either half alone passes over all cells to j with the probability (i + 1) / (j + 1) and
 * (i + 2) / (j + 2); both do with their product, which is that of k / (k + 2) over k = i + 1 ... j.
 * So cell k has an item with the probability 2 / (k + 2), whatever other cells have it: the
 * distribution that the paper's ceil((i + 1.5) (1 / sqrt(1 - r) - 1)) comes close to, exactly (but
 * for 2^-32), and without a root. */
#ifndef SKETCH_WALK_H
#define SKETCH_WALK_H

#include "base/bytes.h"
#include "base/hash.h"
#include "sketch/sketch.h"

#define SKETCH_DRAW_STEP UINT64_C(0x9e3779b97f4a7c15)

typedef struct sketch_walk {
    uint64_t index; /* of the cell that it stands at; below 2^31 where it may go on */
    uint64_t state; /* of the draws */
} sketch_walk;

static inline uint64_t sketch_hash(const sketch_key *key, uint64_t item)
{
    uint8_t bytes[8];
    base_put_u64be(bytes, item);
    return base_siphash(key->bytes, bytes, sizeof bytes);
}

static inline uint32_t sketch_check(uint64_t hash)
{
    return (uint32_t)hash;
}

static inline sketch_walk sketch_walk_begin(uint64_t hash)
{
    return (sketch_walk){.index = 0, .state = hash};
}

/* The smallest n with n * factor >= bound * 2^32; a factor of 0 counts as 1. */
static inline uint64_t sketch_walk_reach(uint64_t bound, uint32_t factor)
{
    uint64_t divisor = factor == 0 ? 1 : factor;
    return ((bound << 32) + divisor - 1) / divisor;
}

static inline void sketch_walk_next(sketch_walk *walk)
{
    walk->state += SKETCH_DRAW_STEP;
    uint64_t draw = walk->state;
    draw = (draw ^ (draw >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    draw = (draw ^ (draw >> 27)) * UINT64_C(0x94d049bb133111eb);
    draw ^= draw >> 31;
    uint64_t by_high = sketch_walk_reach(walk->index + 1, (uint32_t)(draw >> 32)) - 1;
    uint64_t by_low = sketch_walk_reach(walk->index + 2, (uint32_t)draw) - 2;
    walk->index = by_high < by_low ? by_high : by_low;
}

#endif
