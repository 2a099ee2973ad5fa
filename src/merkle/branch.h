/* branch.h -- sixteen slots of a crown, shared by reference count.
 *
 * A branch is written by the one call that makes it, and never again once a crown holds it.
 *
 * Threads:  the count of references is atomic; the last owner to release frees. */
#ifndef MERKLE_BRANCH_H
#define MERKLE_BRANCH_H

#include "merkle/crown.h"

#include <stdatomic.h>

struct merkle_branch {
    _Atomic(uint32_t) reference_count;
    bool has_children; /* false on the lowest level: `children` has no room then */
    merkle_slot slots[MERKLE_CHILD_COUNT];
    merkle_branch *children[]; /* of slots that are not empty; each holds a reference */
};

/* A branch with one reference and a copy of `old`'s slots and children, or with none where `old` is
 * NULL. NULL where there is no memory. */
merkle_branch *merkle_branch_new(const merkle_branch *old, bool has_children);

/* One more reference; accepts NULL. */
merkle_branch *merkle_branch_retain(merkle_branch *branch);

/* One reference fewer; frees with the last. Accepts NULL. */
void merkle_branch_release(merkle_branch *branch);

/* How many slots are not empty. */
unsigned merkle_branch_used_count(const merkle_branch *branch);

/* The node that a branch at `depth` with two or more used slots is; `prefix` gives its path. */
void merkle_branch_node(const merkle_branch *branch, const steme_id *prefix, unsigned depth,
                        merkle_node *out_node);

#endif
