#include "merkle/crown.h"

#include "base/error.h"
#include "merkle/branch.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

/* One build or update. */
typedef struct crown_work {
    merkle_reader reader;
    unsigned depth;        /* of the crown that is made */
    bool is_build;         /* visit every slot that has ids, not only those of added ones */
    const steme_id *added; /* NULL for a build */
    steme_error *error;
} crown_work;

/* Where in the trie, what was there, and which part of `added` belongs there. */
typedef struct crown_place {
    steme_id prefix; /* `depth` nibbles, then zeros */
    unsigned depth;
    uint64_t old_count;
    const merkle_branch *old; /* NULL: nothing was there, or this is a slot */
    size_t begin, end;        /* into `added` */
} crown_place;

static steme_status crown_fill(crown_work *work, const crown_place *place,
                               merkle_branch **out_branch, merkle_node *out_node);

unsigned merkle_crown_depth(uint64_t count)
{
    unsigned depth = 0;
    uint64_t capacity = MERKLE_CROWN_SLOT_LOAD;
    while (depth < MERKLE_CROWN_DEPTH_MAX && count > capacity) {
        capacity *= MERKLE_CHILD_COUNT;
        depth++;
    }
    return depth;
}

void merkle_crown_init(merkle_crown *crown)
{
    *crown = (merkle_crown){0};
}

static steme_status crown_fill_slot(crown_work *work, const crown_place *place,
                                    merkle_node *out_node)
{
    steme_status status =
        merkle_reader_fold(&work->reader, &place->prefix, place->depth, out_node, work->error);
    if (status != STEME_OK || work->is_build)
        return status;
    uint64_t expected = place->old_count + (place->end - place->begin);
    if (out_node->leaf_count != expected)
        return base_fail(work->error, STEME_CORRUPT,
                         "merkle crown: a slot should have %" PRIu64 " ids, the index has %" PRIu64,
                         expected, out_node->leaf_count);
    return STEME_OK;
}

/* Whether the child of `nibble` is to be visited; narrows `child` to it, which follows `place`'s
 * children of lower nibbles. */
static bool crown_step(const crown_work *work, const crown_place *place, unsigned nibble,
                       crown_place *child)
{
    merkle_nibble_set(&child->prefix, place->depth, nibble);
    if (work->is_build)
        return merkle_reader_is_below(&work->reader, &child->prefix, child->depth);
    child->begin = child->end;
    while (child->end < place->end &&
           merkle_nibble_get(&work->added[child->end], place->depth) == nibble)
        child->end++;
    return child->end > child->begin;
}

/* Visits the children of `branch`, a copy of what was there, and brings their slots up to date.
 * `out_node` is the last child's node. */
static steme_status crown_fill_children(crown_work *work, const crown_place *place,
                                        merkle_branch *branch, merkle_node *out_node)
{
    crown_place child = {.prefix = place->prefix,
                         .depth = place->depth + 1,
                         .begin = place->begin,
                         .end = place->begin};
    for (unsigned nibble = 0; nibble < MERKLE_CHILD_COUNT; nibble++) {
        if (!crown_step(work, place, nibble, &child))
            continue;
        merkle_slot *slot = &branch->slots[nibble];
        child.old_count = slot->count;
        child.old = branch->has_children ? branch->children[nibble] : NULL;
        merkle_branch *grown = NULL;
        steme_status status = crown_fill(work, &child, &grown, out_node);
        if (status != STEME_OK)
            return status;
        if (branch->has_children) {
            merkle_branch_release(branch->children[nibble]);
            branch->children[nibble] = grown;
        }
        slot->count = out_node->leaf_count;
        slot->hash = merkle_node_hash(out_node, child.depth);
    }
    return STEME_OK;
}

/* A branch with one used slot is no node of the trie: path compression makes it one with the node
 * below, which hangs higher then. That slot is the one just visited, since a visit leaves it used,
 * and so `out_node` holds that node already, whether it came from a slot's ids or from a branch. */
static steme_status crown_fill(crown_work *work, const crown_place *place,
                               merkle_branch **out_branch, merkle_node *out_node)
{
    if (place->depth == work->depth)
        return crown_fill_slot(work, place, out_node);
    merkle_branch *branch = merkle_branch_new(place->old, place->depth + 1 < work->depth);
    if (branch == NULL)
        return base_fail(work->error, STEME_NO_MEMORY, "merkle crown: no memory for a branch");
    steme_status status = crown_fill_children(work, place, branch, out_node);
    if (status != STEME_OK) {
        merkle_branch_release(branch);
        return status;
    }
    if (merkle_branch_used_count(branch) > 1)
        merkle_branch_node(branch, &place->prefix, place->depth, out_node);
    *out_branch = branch;
    return STEME_OK;
}

static steme_status crown_make(crown_work *work, const crown_place *place, merkle_crown *out_crown)
{
    merkle_node node;
    merkle_branch *top = NULL;
    steme_status status = crown_fill(work, place, &top, &node);
    if (status != STEME_OK)
        return status;
    out_crown->count = node.leaf_count;
    out_crown->root = merkle_node_hash(&node, 0);
    out_crown->depth = work->depth;
    out_crown->top = top;
    return STEME_OK;
}

steme_status merkle_crown_build(merkle_source source, uint64_t count, merkle_crown *out_crown,
                                steme_error *error)
{
    if (count == 0) {
        merkle_crown_init(out_crown);
        return STEME_OK;
    }
    crown_work work;
    merkle_reader_init(&work.reader, source);
    work.depth = merkle_crown_depth(count);
    work.is_build = true;
    work.added = NULL;
    work.error = error;
    crown_place everything = {{{0}}, 0, 0, NULL, 0, 0};
    steme_status status = merkle_reader_seek(&work.reader, &everything.prefix, error);
    if (status != STEME_OK)
        return status;
    if (!work.reader.has_ahead)
        return base_fail(error, STEME_CORRUPT, "merkle crown: the index has no ids, not %" PRIu64,
                         count);
    merkle_crown made;
    status = crown_make(&work, &everything, &made);
    if (status != STEME_OK)
        return status;
    if (made.count != count) {
        uint64_t found = made.count;
        merkle_crown_deinit(&made);
        return base_fail(error, STEME_CORRUPT,
                         "merkle crown: the index has %" PRIu64 " ids, not %" PRIu64, found, count);
    }
    *out_crown = made;
    return STEME_OK;
}

static bool crown_is_ascending(const steme_id *ids, size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (memcmp(&ids[i - 1], &ids[i], sizeof *ids) >= 0)
            return false;
    return true;
}

steme_status merkle_crown_update(const merkle_crown *old, const steme_id *added, size_t count,
                                 merkle_source source, merkle_crown *out_crown, steme_error *error)
{
    if (!crown_is_ascending(added, count))
        return base_fail(error, STEME_INVALID, "merkle crown: added ids do not ascend");
    if (count == 0) {
        merkle_crown_copy(old, out_crown);
        return STEME_OK;
    }
    if (merkle_crown_depth(old->count + count) != old->depth)
        return merkle_crown_build(source, old->count + count, out_crown, error);
    crown_work work;
    merkle_reader_init(&work.reader, source);
    work.depth = old->depth;
    work.is_build = false;
    work.added = added;
    work.error = error;
    crown_place everything = {{{0}}, 0, old->count, old->top, 0, count};
    return crown_make(&work, &everything, out_crown);
}

void merkle_crown_copy(const merkle_crown *crown, merkle_crown *out_crown)
{
    merkle_branch_retain(crown->top);
    *out_crown = *crown;
}

void merkle_crown_deinit(merkle_crown *crown)
{
    merkle_branch_release(crown->top);
    merkle_crown_init(crown);
}

steme_id merkle_crown_root(const merkle_crown *crown)
{
    return crown->root;
}

/* The first `depth` nibbles of an id, then zeros. */
static steme_id crown_prefix(const steme_id *id, unsigned depth)
{
    steme_id prefix = {{0}};
    memcpy(prefix.bytes, id->bytes, (depth + 1) / 2);
    if (depth % 2 == 1)
        merkle_nibble_set(&prefix, depth, 0);
    return prefix;
}

static steme_status crown_read_children(merkle_source source, const steme_id *prefix,
                                        unsigned depth, merkle_slot *out_slots, steme_error *error)
{
    merkle_slot slots[MERKLE_CHILD_COUNT];
    merkle_reader reader;
    merkle_reader_init(&reader, source);
    steme_id child = crown_prefix(prefix, depth);
    for (unsigned nibble = 0; nibble < MERKLE_CHILD_COUNT; nibble++) {
        merkle_nibble_set(&child, depth, nibble);
        merkle_node node;
        steme_status status = merkle_reader_fold(&reader, &child, depth + 1, &node, error);
        if (status != STEME_OK)
            return status;
        slots[nibble].count = node.leaf_count;
        slots[nibble].hash = merkle_node_hash(&node, depth + 1);
    }
    memcpy(out_slots, slots, sizeof slots);
    return STEME_OK;
}

steme_status merkle_crown_children(const merkle_crown *crown, merkle_source source,
                                   const steme_id *prefix, unsigned depth,
                                   merkle_slot out_slots[16], steme_error *error)
{
    if (depth >= MERKLE_NIBBLE_COUNT)
        return base_fail(error, STEME_INVALID, "merkle crown: depth %u is not below 64", depth);
    if (depth >= crown->depth)
        return crown_read_children(source, prefix, depth, out_slots, error);
    const merkle_branch *branch = crown->top;
    for (unsigned at = 0; at < depth && branch != NULL; at++)
        branch = branch->children[merkle_nibble_get(prefix, at)];
    if (branch == NULL)
        memset(out_slots, 0, MERKLE_CHILD_COUNT * sizeof *out_slots);
    else
        memcpy(out_slots, branch->slots, sizeof branch->slots);
    return STEME_OK;
}
