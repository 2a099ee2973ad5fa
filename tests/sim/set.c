#include "sim/set.h"

#include "base/error.h"
#include "base/memory.h"
#include "merkle/node.h"

#include <assert.h>

enum { LEAF_DEPTH = MERKLE_NIBBLE_COUNT, NOT_HASHED = 255 };

/* A leaf (branch_depth = LEAF_DEPTH, no children), or what its ids part at. */
struct sim_branch {
    uint32_t reference_count;
    uint8_t branch_depth;
    uint8_t hash_depth; /* where it hung when it was hashed */
    uint64_t leaf_count;
    steme_id id; /* the leaf's, or any below */
    steme_id hash;
    steme_span body; /* leaf */
    sim_branch *children[];
};

struct replica_pin {
    sim_set *set;
    sim_branch *top;
    size_t count;
};

static void *checked(void *memory)
{
    if (memory == NULL)
        abort();
    return memory;
}

/* ---- Branches ----------------------------------------------------------------------------- */

static bool is_leaf(const sim_branch *branch)
{
    return branch->branch_depth == LEAF_DEPTH;
}

static sim_branch *branch_retain(sim_branch *branch)
{
    if (branch != NULL)
        branch->reference_count++;
    return branch;
}

static void branch_release(sim_branch *branch)
{
    if (branch == NULL || --branch->reference_count > 0)
        return;
    for (unsigned i = 0; !is_leaf(branch) && i < MERKLE_CHILD_COUNT; i++)
        branch_release(branch->children[i]);
    base_free(branch);
}

static sim_branch *branch_new(unsigned branch_depth, const steme_id *id)
{
    size_t child_count = branch_depth == LEAF_DEPTH ? 0 : MERKLE_CHILD_COUNT;
    sim_branch *it = checked(base_alloc_zero(1, sizeof *it + child_count * sizeof it->children[0]));
    it->reference_count = 1;
    it->branch_depth = (uint8_t)branch_depth;
    it->hash_depth = NOT_HASHED;
    it->id = *id;
    return it;
}

static sim_branch *leaf_new(const steme_id *id, steme_span body)
{
    sim_branch *leaf = branch_new(LEAF_DEPTH, id);
    leaf->leaf_count = 1;
    leaf->body = body;
    return leaf;
}

/* A branch of this one's content that may be written; takes the reference. */
static sim_branch *branch_own(sim_branch *branch)
{
    if (branch->reference_count == 1)
        return branch;
    sim_branch *copy = branch_new(branch->branch_depth, &branch->id);
    copy->leaf_count = branch->leaf_count;
    for (unsigned i = 0; i < MERKLE_CHILD_COUNT; i++)
        copy->children[i] = branch_retain(branch->children[i]);
    branch_release(branch);
    return copy;
}

/* The id is not below it. Takes the reference, gives one. */
static sim_branch *branch_add(sim_branch *branch, const steme_id *id, steme_span body)
{
    if (branch == NULL)
        return leaf_new(id, body);
    unsigned shared = merkle_nibble_shared(&branch->id, id);
    if (shared >= branch->branch_depth) {
        branch = branch_own(branch);
        sim_branch **child = &branch->children[merkle_nibble_get(id, branch->branch_depth)];
        *child = branch_add(*child, id, body);
        branch->leaf_count++;
        branch->hash_depth = NOT_HASHED;
        return branch;
    }
    sim_branch *parent = branch_new(shared, id);
    parent->leaf_count = branch->leaf_count + 1;
    parent->children[merkle_nibble_get(&branch->id, shared)] = branch;
    parent->children[merkle_nibble_get(id, shared)] = leaf_new(id, body);
    return parent;
}

static const sim_branch *branch_find(const sim_branch *branch, const steme_id *id)
{
    while (branch != NULL && !is_leaf(branch))
        branch = branch->children[merkle_nibble_get(id, branch->branch_depth)];
    bool is_found = branch != NULL && memcmp(&branch->id, id, sizeof *id) == 0;
    return is_found ? branch : NULL;
}

/* Hung at `depth`. */
static steme_id branch_hash(sim_branch *branch, unsigned depth)
{
    if (is_leaf(branch)) {
        if (branch->hash_depth == NOT_HASHED)
            branch->hash = merkle_leaf_hash(&branch->id);
        branch->hash_depth = 0;
        return branch->hash;
    }
    if (branch->hash_depth == depth)
        return branch->hash;
    merkle_node node = {.sample = branch->id};
    merkle_node_open(&node, branch->branch_depth);
    for (unsigned i = 0; i < MERKLE_CHILD_COUNT; i++) {
        sim_branch *child = branch->children[i];
        if (child == NULL)
            continue;
        steme_id hash = branch_hash(child, branch->branch_depth + 1u);
        merkle_node_append(&node, i, &child->id, child->leaf_count, &hash);
    }
    branch->hash = merkle_node_hash(&node, depth);
    branch->hash_depth = (uint8_t)depth;
    return branch->hash;
}

static steme_id root_of(sim_branch *top)
{
    return top != NULL ? branch_hash(top, 0) : (steme_id){{0}};
}

/* ---- The set ------------------------------------------------------------------------------ */

void sim_set_init(sim_set *set, const sketch_key *key)
{
    *set = (sim_set){.key = *key};
}

void sim_set_deinit(sim_set *set)
{
    assert(set->pin_count == 0);
    branch_release(set->top);
    base_free(set->items);
    base_free(set->cells);
}

bool sim_set_add(sim_set *set, const steme_id *id, steme_span body)
{
    if (branch_find(set->top, id) != NULL)
        return false;
    if (set->count == set->capacity) {
        set->capacity = set->capacity * 2 + 64;
        set->items = checked(base_realloc(set->items, set->capacity * sizeof *set->items));
    }
    set->top = branch_add(set->top, id, body);
    set->items[set->count++] = sketch_item(id);
    return true;
}

bool sim_set_find(const sim_set *set, const steme_id *id, steme_span *out_body)
{
    const sim_branch *leaf = branch_find(set->top, id);
    if (leaf != NULL && out_body != NULL)
        *out_body = leaf->body;
    return leaf != NULL;
}

steme_id sim_set_root(sim_set *set)
{
    return root_of(set->top);
}

typedef struct set_visitor {
    void (*visit)(void *context, const steme_id *id, steme_span body);
    void *context;
} set_visitor;

static void branch_each(const sim_branch *branch, const set_visitor *visitor)
{
    if (branch == NULL)
        return;
    if (is_leaf(branch)) {
        visitor->visit(visitor->context, &branch->id, branch->body);
        return;
    }
    for (unsigned i = 0; i < MERKLE_CHILD_COUNT; i++)
        branch_each(branch->children[i], visitor);
}

void sim_set_each(const sim_set *set,
                  void (*visit)(void *context, const steme_id *id, steme_span body), void *context)
{
    set_visitor visitor = {visit, context};
    branch_each(set->top, &visitor);
}

/* ---- The seam ------------------------------------------------------------------------------- */

static steme_status set_pin(void *context, replica_pin **out_pin, steme_error *error)
{
    (void)error;
    sim_set *set = context;
    replica_pin *pin = checked(base_alloc(sizeof *pin));
    *pin = (replica_pin){set, branch_retain(set->top), set->count};
    set->pin_count++;
    *out_pin = pin;
    return STEME_OK;
}

static void pin_release(replica_pin *pin)
{
    if (pin == NULL)
        return;
    pin->set->pin_count--;
    branch_release(pin->top);
    base_free(pin);
}

static steme_status pin_root(replica_pin *pin, steme_id *out_root, uint64_t *out_count,
                             steme_error *error)
{
    (void)error;
    *out_root = root_of(pin->top);
    *out_count = pin->count;
    return STEME_OK;
}

static steme_status pin_root_with(replica_pin *pin, const steme_id *added, size_t count,
                                  steme_id *out_root, uint64_t *out_count, steme_error *error)
{
    (void)error;
    sim_branch *top = branch_retain(pin->top);
    *out_count = pin->count;
    for (size_t i = 0; i < count; i++) {
        if (branch_find(top, &added[i]) != NULL)
            continue;
        top = branch_add(top, &added[i], (steme_span){0});
        ++*out_count;
    }
    *out_root = root_of(top);
    branch_release(top);
    return STEME_OK;
}

static merkle_slot slot_of(sim_branch *branch, unsigned depth)
{
    return (merkle_slot){branch->leaf_count, branch_hash(branch, depth)};
}

static steme_status pin_children(replica_pin *pin, const steme_id *prefix, unsigned depth,
                                 merkle_slot out_slots[16], steme_error *error)
{
    sim_branch *branch = pin->top;
    if (depth >= MERKLE_NIBBLE_COUNT)
        return base_fail(error, STEME_INVALID, "set: no such depth");
    memset(out_slots, 0, MERKLE_CHILD_COUNT * sizeof *out_slots);
    while (branch != NULL && branch->branch_depth < depth)
        branch = branch->children[merkle_nibble_get(prefix, branch->branch_depth)];
    if (branch == NULL || merkle_nibble_shared(&branch->id, prefix) < depth)
        return STEME_OK;
    if (branch->branch_depth > depth) {
        out_slots[merkle_nibble_get(&branch->id, depth)] = slot_of(branch, depth + 1);
        return STEME_OK;
    }
    for (unsigned i = 0; i < MERKLE_CHILD_COUNT; i++) {
        if (branch->children[i] != NULL)
            out_slots[i] = slot_of(branch->children[i], depth + 1);
    }
    return STEME_OK;
}

typedef struct id_list {
    steme_id *ids;
    size_t count;
    size_t count_max;
} id_list;

/* Ids >= `lower`, or all where that is NULL. */
static void branch_list(const sim_branch *branch, const steme_id *lower, id_list *list)
{
    if (branch == NULL || list->count == list->count_max)
        return;
    unsigned first = 0;
    if (lower != NULL) {
        unsigned shared = merkle_nibble_shared(&branch->id, lower);
        if (shared < branch->branch_depth) {
            if (merkle_nibble_get(&branch->id, shared) < merkle_nibble_get(lower, shared))
                return;
            lower = NULL;
        }
    }
    if (is_leaf(branch)) {
        list->ids[list->count++] = branch->id;
        return;
    }
    if (lower != NULL) {
        first = merkle_nibble_get(lower, branch->branch_depth);
        branch_list(branch->children[first++], lower, list);
    }
    for (; first < MERKLE_CHILD_COUNT; first++)
        branch_list(branch->children[first], NULL, list);
}

static steme_status pin_ids(replica_pin *pin, const steme_id *lower, size_t count_max,
                            steme_id *out_ids, size_t *out_count, steme_error *error)
{
    (void)error;
    id_list list = {out_ids, 0, count_max};
    branch_list(pin->top, lower, &list);
    *out_count = list.count;
    return STEME_OK;
}

static steme_status pin_find_item(replica_pin *pin, uint64_t item, size_t count_max,
                                  steme_id *out_ids, size_t *out_count, steme_error *error)
{
    steme_id lower = {{0}};
    for (unsigned i = 0; i < 8; i++)
        lower.bytes[i] = (uint8_t)(item >> (56 - 8 * i));
    steme_status status = pin_ids(pin, &lower, count_max, out_ids, out_count, error);
    while (*out_count > 0 && sketch_item(&out_ids[*out_count - 1]) != item)
        --*out_count;
    return status;
}

static steme_status pin_body(replica_pin *pin, const steme_id *id, steme_span *out_record,
                             steme_error *error)
{
    const sim_branch *leaf = branch_find(pin->top, id);
    if (leaf == NULL)
        return base_fail(error, STEME_NOT_FOUND, "set: no such id");
    if (leaf->body.size == 0)
        return base_fail(error, STEME_ABSENT, "set: no body");
    *out_record = leaf->body;
    return STEME_OK;
}

/* The set's own cells hold what came after the pin as well: it is taken out of the copy. */
static steme_status pin_cells(replica_pin *pin, size_t cell_count, sketch_cell *out_cells,
                              steme_error *error)
{
    (void)error;
    sim_set *set = pin->set;
    if (set->cell_count < cell_count) {
        base_free(set->cells);
        set->cells = checked(base_alloc_zero(cell_count, sizeof *set->cells));
        set->cell_count = cell_count;
        set->toggled_count = 0;
    }
    while (set->toggled_count < set->count)
        sketch_toggle(set->cells, set->cell_count, &set->key, set->items[set->toggled_count++], 1);
    if (cell_count > 0)
        memcpy(out_cells, set->cells, cell_count * sizeof *out_cells);
    for (size_t i = pin->count; i < set->count; i++)
        sketch_toggle(out_cells, cell_count, &set->key, set->items[i], -1);
    return STEME_OK;
}

replica_set sim_set_seam(sim_set *set)
{
    return (replica_set){
        .context = set,
        .pin = set_pin,
        .release = pin_release,
        .root = pin_root,
        .root_with = pin_root_with,
        .children = pin_children,
        .ids = pin_ids,
        .find_item = pin_find_item,
        .body = pin_body,
        .cells = pin_cells,
    };
}
