/* set.h -- a replica_set whose pins cost nothing: a trie whose branches states share.
 *
 * A pin is a reference to the root; adding copies only the branches that a pin still holds. Hashes
 * are worked out when a root is asked for, and kept. Shares only the hash functions with
 * src/merkle's crown; tests/sim/test_sim.c compares it with tests/support/memory_set.
 *
 * Threads: one. Lifetime: pins are released before the set is deinitialised; bodies are borrowed
 * and outlive the set. Memory that lacks aborts. */
#ifndef SIM_SET_H
#define SIM_SET_H

#include "replica/set.h"

typedef struct sim_branch sim_branch;

typedef struct sim_set {
    sim_branch *top;
    sketch_key key;
    uint64_t *items; /* short ids, in the order in which they came */
    size_t count;
    size_t capacity;
    sketch_cell *cells; /* of the first `toggled_count` items */
    size_t cell_count;
    size_t toggled_count;
    size_t pin_count;
} sim_set;

void sim_set_init(sim_set *set, const sketch_key *key);
void sim_set_deinit(sim_set *set);

/* Adds an id; an empty body = absent. false: it is held already, and nothing is changed. */
bool sim_set_add(sim_set *set, const steme_id *id, steme_span body);
/* `out_body` may be NULL. */
bool sim_set_find(const sim_set *set, const steme_id *id, steme_span *out_body);
steme_id sim_set_root(sim_set *set);
/* Calls `visit` with each id, ascending, and its body. */
void sim_set_each(const sim_set *set,
                  void (*visit)(void *context, const steme_id *id, steme_span body), void *context);

/* The seam; the set is borrowed. */
replica_set sim_set_seam(sim_set *set);

#endif
