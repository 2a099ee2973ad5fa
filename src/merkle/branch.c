#include "merkle/branch.h"

#include "base/memory.h"

#include <assert.h>

merkle_branch *merkle_branch_new(const merkle_branch *old, bool has_children)
{
    size_t size = sizeof(merkle_branch);
    if (has_children)
        size += MERKLE_CHILD_COUNT * sizeof(merkle_branch *);
    merkle_branch *branch = old == NULL ? base_alloc_zero(1, size) : base_alloc(size);
    if (branch == NULL)
        return NULL;
    atomic_init(&branch->reference_count, 1);
    branch->has_children = has_children;
    if (old == NULL)
        return branch;
    assert(old->has_children == has_children);
    memcpy(branch->slots, old->slots, sizeof branch->slots);
    for (unsigned i = 0; has_children && i < MERKLE_CHILD_COUNT; i++)
        branch->children[i] = merkle_branch_retain(old->children[i]);
    return branch;
}

merkle_branch *merkle_branch_retain(merkle_branch *branch)
{
    if (branch != NULL)
        atomic_fetch_add_explicit(&branch->reference_count, 1, memory_order_relaxed);
    return branch;
}

/* Recursion is as deep as the crown, at most 6. */
void merkle_branch_release(merkle_branch *branch)
{
    /* Release orders this owner's reads before the free, acquire the free after all of them. */
    if (branch == NULL ||
        atomic_fetch_sub_explicit(&branch->reference_count, 1, memory_order_acq_rel) != 1)
        return;
    for (unsigned i = 0; branch->has_children && i < MERKLE_CHILD_COUNT; i++)
        merkle_branch_release(branch->children[i]);
    base_free(branch);
}

unsigned merkle_branch_used_count(const merkle_branch *branch)
{
    unsigned used = 0;
    for (unsigned i = 0; i < MERKLE_CHILD_COUNT; i++)
        used += branch->slots[i].count > 0;
    return used;
}

void merkle_branch_node(const merkle_branch *branch, const steme_id *prefix, unsigned depth,
                        merkle_node *out_node)
{
    merkle_node_open(out_node, depth);
    for (unsigned i = 0; i < MERKLE_CHILD_COUNT; i++)
        if (branch->slots[i].count > 0)
            merkle_node_append(out_node, i, prefix, branch->slots[i].count, &branch->slots[i].hash);
    assert(out_node->child_count >= 2);
}
