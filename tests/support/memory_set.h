/* memory_set.h -- a replica_set in memory: ids and, where they are held, bodies.
 *
 * Threads: one. Lifetime: pins are released before the set is deinitialised; bodies live as long
 * as the set. A fault of the test itself aborts. */
#ifndef SUPPORT_MEMORY_SET_H
#define SUPPORT_MEMORY_SET_H

#include "replica/set.h"

typedef struct memory_entry {
    steme_id id;
    uint8_t *body; /* NULL = absent */
    size_t body_size;
    bool is_damaged; /* and not to be read */
} memory_entry;

typedef struct memory_set {
    memory_entry *entries; /* ascending where is_sorted */
    size_t count;
    size_t capacity;
    bool is_sorted;
    bool is_looked_up; /* since the last add: adds come one at a time, and are kept sorted */
    sketch_key key;
    size_t pin_count;
    uint64_t call_count; /* of the functions of pins that can fail */
    uint64_t fail_at;    /* the call, from 1, that fails; 0 = none */
} memory_set;

void memory_set_init(memory_set *set, const sketch_key *key);
void memory_set_deinit(memory_set *set);

/* Adds an id, held already or not; `body` (copied) may be empty: absent. */
void memory_set_add(memory_set *set, const steme_id *id, steme_span body);
bool memory_set_has(memory_set *set, const steme_id *id);
/* Of an id that is held: from the next pin on its body cannot be read, or can again. */
void memory_set_damage(memory_set *set, const steme_id *id, bool is_damaged);
bool memory_set_is_damaged(memory_set *set, const steme_id *id);
/* Of distinct ids. */
size_t memory_set_count(memory_set *set);
steme_id memory_set_root(memory_set *set);

/* The seam; the set is borrowed. */
replica_set memory_set_seam(memory_set *set);

#endif
