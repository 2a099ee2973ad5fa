/* recent.h -- which records came by lately: a table of fixed size that forgets the oldest.
 *
 * Keyed by item (short id). It only saves work: what it has forgotten is stored again, which is
 * harmless, and asked for again, which the set answers.
 *
 * Threads: one. Memory: REPLICA_RECENT_COUNT entries, at init. */
#ifndef REPLICA_RECENT_H
#define REPLICA_RECENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define REPLICA_RECENT_COUNT 65536u

typedef enum replica_recent_state {
    REPLICA_RECENT_FREE = 0,
    REPLICA_RECENT_ASKED,   /* a peer was asked for it */
    REPLICA_RECENT_PENDING, /* being stored; not known to be admissible */
    REPLICA_RECENT_HELD,    /* in the set */
} replica_recent_state;

typedef struct replica_recent_entry {
    uint64_t item;
    uint32_t time_ms; /* when it was put, modulo 2^32 */
    uint32_t check;   /* of the whole record while it is pending: others may share its id */
    int16_t source;   /* index of the peer that forwarded it, or -1 */
    uint8_t state;    /* replica_recent_state */
} replica_recent_entry;

typedef struct replica_recent {
    replica_recent_entry *entries;
    uint64_t salt;
} replica_recent;

/* false = no memory. `salt` keeps strangers from choosing what is forgotten. */
bool replica_recent_init(replica_recent *recent, uint64_t salt);
void replica_recent_deinit(replica_recent *recent);

/* NULL where the item is not in the table. Borrowed until the next put. */
replica_recent_entry *replica_recent_find(const replica_recent *recent, uint64_t item);

/* The item's entry, made where there was none, with the state and time given; the other fields of
 * an entry that is made are -1 and 0. */
replica_recent_entry *replica_recent_put(replica_recent *recent, uint64_t item,
                                         replica_recent_state state, uint32_t time_ms);

/* Nothing happens where the item is not in the table. */
void replica_recent_forget(replica_recent *recent, uint64_t item);

#endif
