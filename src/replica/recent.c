#include "replica/recent.h"

#include "base/memory.h"

enum { WAY_COUNT = 4 }; /* places that an item may be in */

bool replica_recent_init(replica_recent *recent, uint64_t salt)
{
    recent->salt = salt | 1;
    recent->entries = base_alloc_zero(REPLICA_RECENT_COUNT, sizeof *recent->entries);
    return recent->entries != NULL;
}

void replica_recent_deinit(replica_recent *recent)
{
    base_free(recent->entries);
    recent->entries = NULL;
}

/* Of splitmix64: every bit of item and salt moves the place. */
static replica_recent_entry *recent_ways(const replica_recent *recent, uint64_t item)
{
    uint64_t x = item ^ recent->salt;
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * recent->salt;
    x ^= x >> 31;
    return recent->entries + x % (REPLICA_RECENT_COUNT / WAY_COUNT) * WAY_COUNT;
}

replica_recent_entry *replica_recent_find(const replica_recent *recent, uint64_t item)
{
    replica_recent_entry *ways = recent_ways(recent, item);
    for (size_t i = 0; i < WAY_COUNT; i++) {
        if (ways[i].state != REPLICA_RECENT_FREE && ways[i].item == item)
            return &ways[i];
    }
    return NULL;
}

static replica_recent_entry *recent_oldest(const replica_recent *recent, uint64_t item,
                                           uint32_t time_ms)
{
    replica_recent_entry *ways = recent_ways(recent, item), *oldest = &ways[0];
    for (size_t i = 0; i < WAY_COUNT; i++) {
        if (ways[i].state == REPLICA_RECENT_FREE)
            return &ways[i];
        if (time_ms - ways[i].time_ms > time_ms - oldest->time_ms)
            oldest = &ways[i];
    }
    return oldest;
}

replica_recent_entry *replica_recent_put(replica_recent *recent, uint64_t item,
                                         replica_recent_state state, uint32_t time_ms)
{
    replica_recent_entry *entry = replica_recent_find(recent, item);
    if (entry == NULL) {
        entry = recent_oldest(recent, item, time_ms);
        *entry = (replica_recent_entry){.item = item, .source = -1};
    }
    entry->state = (uint8_t)state;
    entry->time_ms = time_ms;
    return entry;
}

void replica_recent_forget(replica_recent *recent, uint64_t item)
{
    replica_recent_entry *entry = replica_recent_find(recent, item);
    if (entry != NULL)
        entry->state = REPLICA_RECENT_FREE;
}
