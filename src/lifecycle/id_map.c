#include "lifecycle/id_map.h"
#include "base/error.h"
#include "base/hash.h"

#include <string.h>

enum { CAPACITY_MIN = 16 };

static uint32_t slot_of(const lifecycle_id_map *map, const uint8_t id[32])
{
    return (uint32_t)base_siphash(map->hash_key, id, 32) & (map->slot_count - 1);
}

/* The slot that holds the id, or the free one where it belongs. */
static uint32_t *find_slot(const lifecycle_id_map *map, const uint8_t id[32])
{
    uint32_t slot = slot_of(map, id);
    while (map->slots[slot] != 0 && memcmp(map->ids[map->slots[slot] - 1].bytes, id, 32) != 0)
        slot = (slot + 1) & (map->slot_count - 1);
    return &map->slots[slot];
}

static steme_status grow(lifecycle_id_map *map, base_arena *arena, steme_error *error)
{
    uint32_t capacity = map->capacity == 0 ? CAPACITY_MIN : map->capacity * 2;
    uint32_t slot_count = capacity * 2;
    steme_id *ids = base_arena_alloc(arena, capacity * sizeof *ids);
    uint32_t *slots = base_arena_alloc(arena, slot_count * sizeof *slots);
    if (slot_count == 0 || ids == NULL || slots == NULL)
        return base_fail(error, STEME_NO_MEMORY, "lifecycle: out of memory");
    if (map->count > 0)
        memcpy(ids, map->ids, map->count * sizeof *ids);
    memset(slots, 0, slot_count * sizeof *slots);
    map->ids = ids;
    map->slots = slots;
    map->capacity = capacity;
    map->slot_count = slot_count;
    for (uint32_t i = 0; i < map->count; i++)
        *find_slot(map, ids[i].bytes) = i + 1;
    return STEME_OK;
}

steme_status lifecycle_id_map_add(lifecycle_id_map *map, base_arena *arena, const uint8_t id[32],
                                  uint32_t *out_number, steme_error *error)
{
    if (map->count == map->capacity) {
        if (lifecycle_id_map_find(map, id, out_number))
            return STEME_OK;
        steme_status status = grow(map, arena, error);
        if (status != STEME_OK)
            return status;
    }
    uint32_t *slot = find_slot(map, id);
    if (*slot != 0) {
        *out_number = *slot - 1;
        return STEME_OK;
    }
    memcpy(map->ids[map->count].bytes, id, 32);
    *out_number = map->count++;
    *slot = map->count;
    return STEME_OK;
}

int lifecycle_id_map_find(const lifecycle_id_map *map, const uint8_t id[32], uint32_t *out_number)
{
    if (map->count == 0)
        return 0;
    uint32_t number = *find_slot(map, id);
    if (number == 0)
        return 0;
    *out_number = number - 1;
    return 1;
}
