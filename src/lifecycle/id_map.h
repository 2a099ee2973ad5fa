/* id_map.h -- numbers for ids, keys and hashes in the order in which they are met.
 *
 * Memory is an arena's. Zero-initialise but for the key: ids in records are whatever their makers
 * chose, and must not all fall into one place. Threads: one. */
#ifndef LIFECYCLE_ID_MAP_H
#define LIFECYCLE_ID_MAP_H

#include "base/memory.h"

#include <steme/error.h>
#include <steme/types.h>

typedef struct lifecycle_id_map {
    const uint8_t *hash_key; /* 16 bytes, borrowed */
    steme_id *ids;           /* by number */
    uint32_t *slots;         /* number + 1; 0 = free */
    uint32_t count;
    uint32_t capacity;
    uint32_t slot_count; /* a power of two */
} lifecycle_id_map;

/* The id's number: a new one, the map's count before, where it was not met yet. */
STEME_MUST_CHECK steme_status lifecycle_id_map_add(lifecycle_id_map *map, base_arena *arena,
                                                   const uint8_t id[32], uint32_t *out_number,
                                                   steme_error *error);
/* 1 and the number, or 0. */
int lifecycle_id_map_find(const lifecycle_id_map *map, const uint8_t id[32], uint32_t *out_number);

#endif
