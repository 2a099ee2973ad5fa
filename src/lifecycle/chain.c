/* The graph is walked without recursion: a chain may be as long as there is memory.
 *
 * Components are found by R. Tarjan's algorithm (Depth-first search and linear graph algorithms,
 * 1972). Links within one enter in their order; a topological order of what has entered is kept by
 * the algorithm of D. Pearce and P. Kelly (A dynamic topological sort algorithm for directed
 * acyclic graphs, 2006), which looks only at the nodes between the ends of a link that goes against
 * it. */
#include "lifecycle/chain.h"
#include "base/error.h"

#include <stdlib.h>
#include <string.h>

enum { NODE_COUNT_MIN = 16 };

static steme_status fail_memory(steme_error *error)
{
    return base_fail(error, STEME_NO_MEMORY, "lifecycle: out of memory");
}

/* ---- Nodes -------------------------------------------------------------------------------- */

static steme_status reserve_nodes(steme_lifecycle *self, lifecycle_chain *chain, steme_error *error)
{
    if (chain->loaded_count < chain->node_capacity)
        return STEME_OK;
    uint32_t capacity = chain->node_capacity == 0 ? NODE_COUNT_MIN : chain->node_capacity * 2;
    lifecycle_node *nodes = base_arena_alloc(&self->arena, capacity * sizeof *nodes);
    if (nodes == NULL)
        return fail_memory(error);
    if (chain->loaded_count > 0)
        memcpy(nodes, chain->nodes, chain->loaded_count * sizeof *nodes);
    chain->nodes = nodes;
    chain->node_capacity = capacity;
    return STEME_OK;
}

/* Loads the edges of the next node, and meets those that they lead to. */
static steme_status load_node(steme_lifecycle *self, lifecycle_chain *chain, steme_error *error)
{
    steme_status status = reserve_nodes(self, chain, error);
    if (status != STEME_OK)
        return status;
    lifecycle_node *node = &chain->nodes[chain->loaded_count];
    steme_id id = chain->numbers.ids[chain->loaded_count];
    *node = (lifecycle_node){0};
    status = lifecycle_links_of(self, &id, &node->edges, &node->edge_count, error);
    for (size_t i = 0; status == STEME_OK && i < node->edge_count; i++) {
        lifecycle_edge *edge = &node->edges[i];
        edge->is_followed = edge->reason == STEME_VOID_NOT && edge->link->has_replacement;
        if (edge->is_followed)
            status = lifecycle_id_map_add(&chain->numbers, &self->arena,
                                          edge->link->replacement.bytes, &edge->to, error);
    }
    if (status == STEME_OK)
        chain->loaded_count++;
    return status;
}

steme_status lifecycle_chain_add(steme_lifecycle *self, lifecycle_chain *chain, const steme_id *id,
                                 steme_error *error)
{
    uint32_t number;
    steme_status status =
        lifecycle_id_map_add(&chain->numbers, &self->arena, id->bytes, &number, error);
    while (status == STEME_OK && chain->loaded_count < chain->numbers.count)
        status = load_node(self, chain, error);
    return status;
}

steme_status lifecycle_chain_find(steme_lifecycle *self, const steme_id *id,
                                  lifecycle_chain *out_chain, steme_error *error)
{
    *out_chain = (lifecycle_chain){.numbers = lifecycle_id_map_new(self)};
    steme_status status = lifecycle_chain_add(self, out_chain, id, error);
    return status == STEME_OK ? lifecycle_chain_drop_cycles(self, out_chain, error) : status;
}

bool lifecycle_node_is_fork(const lifecycle_node *node)
{
    for (size_t i = 0; i < node->edge_count; i++)
        if (node->edges[i].is_followed && node->edges[i].to != node->pick->to)
            return true;
    return false;
}

/* ---- Strongly connected components -------------------------------------------------------- */

/* Of each node: when it was met, from 1; the least of those it leads back to; which edge is next;
 * its component, once that is known. */
typedef struct scc_node {
    uint32_t index;
    uint32_t low;
    uint32_t next_edge;
    uint32_t component; /* from 1; 0 = not known yet */
} scc_node;

typedef struct scc_walk {
    const lifecycle_chain *chain;
    scc_node *nodes;
    uint32_t *path;  /* nodes that the walk is in */
    uint32_t *stack; /* nodes without a component */
    uint32_t path_count;
    uint32_t stack_count;
    uint32_t index;
    uint32_t component_count;
    bool has_cycle; /* a component of more than one node */
} scc_walk;

static void enter_node(scc_walk *walk, uint32_t number)
{
    walk->nodes[number] = (scc_node){.index = ++walk->index, .low = walk->index};
    walk->path[walk->path_count++] = number;
    walk->stack[walk->stack_count++] = number;
}

static void close_component(scc_walk *walk, uint32_t root)
{
    uint32_t number;
    uint32_t size = 0;
    walk->component_count++;
    do {
        number = walk->stack[--walk->stack_count];
        walk->nodes[number].component = walk->component_count;
        size++;
    } while (number != root);
    walk->has_cycle |= size > 1;
}

static void leave_node(scc_walk *walk, uint32_t number)
{
    scc_node *node = &walk->nodes[number];
    walk->path_count--;
    if (node->low == node->index)
        close_component(walk, number);
    if (walk->path_count > 0) {
        scc_node *parent = &walk->nodes[walk->path[walk->path_count - 1]];
        parent->low = node->low < parent->low ? node->low : parent->low;
    }
}

/* One edge of the node that the walk is in, or back out of it. */
static void walk_on(scc_walk *walk)
{
    uint32_t number = walk->path[walk->path_count - 1];
    scc_node *node = &walk->nodes[number];
    const lifecycle_node *links = &walk->chain->nodes[number];
    if (node->next_edge == links->edge_count) {
        leave_node(walk, number);
        return;
    }
    const lifecycle_edge *edge = &links->edges[node->next_edge++];
    if (!edge->is_followed)
        return;
    const scc_node *to = &walk->nodes[edge->to];
    if (to->index == 0)
        enter_node(walk, edge->to);
    else if (to->component == 0 && to->index < node->low)
        node->low = to->index;
}

static steme_status find_components(steme_lifecycle *self, const lifecycle_chain *chain,
                                    scc_walk *walk, steme_error *error)
{
    uint32_t count = chain->numbers.count;
    *walk = (scc_walk){.chain = chain};
    walk->nodes = base_arena_alloc(&self->arena, count * sizeof *walk->nodes);
    walk->path = base_arena_alloc(&self->arena, count * sizeof *walk->path);
    walk->stack = base_arena_alloc(&self->arena, count * sizeof *walk->stack);
    if (walk->nodes == NULL || walk->path == NULL || walk->stack == NULL)
        return fail_memory(error);
    memset(walk->nodes, 0, count * sizeof *walk->nodes);
    for (uint32_t i = 0; i < count; i++) {
        if (walk->nodes[i].index == 0)
            enter_node(walk, i);
        while (walk->path_count > 0)
            walk_on(walk);
    }
    return STEME_OK;
}

/* ---- Entering one by one ------------------------------------------------------------------ */

/* A link inside a component; `next_out` and `next_in` join those that entered, by their ends. */
typedef struct entering_edge {
    lifecycle_edge *edge;
    uint32_t from;
    uint32_t next_out;
    uint32_t next_in;
} entering_edge;

#define NO_EDGE UINT32_MAX

typedef struct entering {
    entering_edge *edges;
    uint32_t edge_count;
    uint32_t *first_out; /* by node */
    uint32_t *first_in;
    uint32_t *place; /* of each node in the topological order */
    uint32_t *mark;  /* the round in which it was reached */
    uint32_t *reached;
    uint32_t reached_count;
    uint32_t round;
} entering;

static int compare_entering(const void *left_item, const void *right_item)
{
    const lifecycle_link *left = ((const entering_edge *)left_item)->edge->link;
    const lifecycle_link *right = ((const entering_edge *)right_item)->edge->link;
    int order = steme_stamp_compare(&left->stamp, &right->stamp);
    if (order == 0)
        order = memcmp(&left->record, &right->record, sizeof left->record);
    return order != 0 ? order : memcmp(&left->target, &right->target, sizeof left->target);
}

static void reach(entering *state, uint32_t node)
{
    if (state->mark[node] == state->round)
        return;
    state->mark[node] = state->round;
    state->reached[state->reached_count++] = node;
}

/* Reaches what `from` leads to, up to the place `last`; whether `wanted` is among it. */
static bool reach_forward(entering *state, uint32_t from, uint32_t wanted, uint32_t last)
{
    state->round++;
    state->reached_count = 0;
    reach(state, from);
    for (uint32_t i = 0; i < state->reached_count; i++)
        for (uint32_t e = state->first_out[state->reached[i]]; e != NO_EDGE;
             e = state->edges[e].next_out) {
            uint32_t to = state->edges[e].edge->to;
            if (to == wanted)
                return true;
            if (state->place[to] < last)
                reach(state, to);
        }
    return false;
}

/* Adds to what is reached all that leads to `from`, down to the place `first`. Nothing of it was
 * reached forward: it would have been a cycle. */
static void reach_backward(entering *state, uint32_t from, uint32_t first)
{
    uint32_t begin = state->reached_count;
    reach(state, from);
    for (uint32_t i = begin; i < state->reached_count; i++)
        for (uint32_t e = state->first_in[state->reached[i]]; e != NO_EDGE;
             e = state->edges[e].next_in)
            if (state->place[state->edges[e].from] > first)
                reach(state, state->edges[e].from);
}

typedef struct placed_node {
    uint32_t place;
    uint32_t node;
} placed_node;

static int compare_places(const void *left_item, const void *right_item)
{
    uint32_t left = ((const placed_node *)left_item)->place;
    uint32_t right = ((const placed_node *)right_item)->place;
    return (left > right) - (left < right);
}

static int compare_numbers(const void *left_item, const void *right_item)
{
    uint32_t left = *(const uint32_t *)left_item;
    uint32_t right = *(const uint32_t *)right_item;
    return (left > right) - (left < right);
}

/* Gives the reached nodes the same places anew: those behind `forward_count` first, each part in
 * its own order. */
static void place_anew(entering *state, uint32_t forward_count, placed_node *sorted)
{
    uint32_t count = state->reached_count;
    uint32_t backward_count = count - forward_count;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t node = state->reached[(i + forward_count) % count];
        sorted[i] = (placed_node){state->place[node], node};
    }
    qsort(sorted, backward_count, sizeof *sorted, compare_places);
    qsort(sorted + backward_count, forward_count, sizeof *sorted, compare_places);
    for (uint32_t i = 0; i < count; i++)
        state->reached[i] = sorted[i].place;
    qsort(state->reached, count, sizeof *state->reached, compare_numbers);
    for (uint32_t i = 0; i < count; i++)
        state->place[sorted[i].node] = state->reached[i];
}

static void enter_edge(entering *state, uint32_t number, placed_node *sorted)
{
    entering_edge *entered = &state->edges[number];
    uint32_t from = entered->from;
    uint32_t to = entered->edge->to;
    if (state->place[from] > state->place[to]) {
        if (reach_forward(state, to, from, state->place[from])) {
            entered->edge->reason = STEME_VOID_CYCLE;
            entered->edge->is_followed = false;
            return;
        }
        uint32_t forward_count = state->reached_count;
        reach_backward(state, from, state->place[to]);
        place_anew(state, forward_count, sorted);
    }
    entered->next_out = state->first_out[from];
    state->first_out[from] = number;
    entered->next_in = state->first_in[to];
    state->first_in[to] = number;
}

/* The links whose ends are in one component, in the order in which they enter. */
static void collect_entering(const lifecycle_chain *chain, const scc_walk *walk, entering *state)
{
    for (uint32_t i = 0; i < chain->numbers.count; i++)
        for (size_t j = 0; j < chain->nodes[i].edge_count; j++) {
            lifecycle_edge *edge = &chain->nodes[i].edges[j];
            if (edge->is_followed && walk->nodes[i].component == walk->nodes[edge->to].component)
                state->edges[state->edge_count++] = (entering_edge){.edge = edge, .from = i};
        }
    qsort(state->edges, state->edge_count, sizeof *state->edges, compare_entering);
}

static size_t count_edges(const lifecycle_chain *chain)
{
    size_t count = 0;
    for (uint32_t i = 0; i < chain->numbers.count; i++)
        count += chain->nodes[i].edge_count;
    return count;
}

static steme_status enter_edges(steme_lifecycle *self, lifecycle_chain *chain, const scc_walk *walk,
                                steme_error *error)
{
    uint32_t count = chain->numbers.count;
    entering state = {0};
    placed_node *sorted = base_arena_alloc(&self->arena, count * sizeof *sorted);
    uint32_t *numbers = base_arena_alloc(&self->arena, 5 * (size_t)count * sizeof *numbers);
    state.edges = base_arena_alloc(&self->arena, count_edges(chain) * sizeof *state.edges);
    if (sorted == NULL || numbers == NULL || state.edges == NULL)
        return fail_memory(error);
    state.first_out = numbers;
    state.first_in = numbers + count;
    state.place = numbers + 2 * (size_t)count;
    state.mark = numbers + 3 * (size_t)count;
    state.reached = numbers + 4 * (size_t)count;
    for (uint32_t i = 0; i < count; i++) {
        state.first_out[i] = state.first_in[i] = NO_EDGE;
        state.place[i] = i;
        state.mark[i] = 0;
    }
    collect_entering(chain, walk, &state);
    for (uint32_t i = 0; i < state.edge_count; i++)
        enter_edge(&state, i, sorted);
    return STEME_OK;
}

static void settle_picks(lifecycle_chain *chain)
{
    for (uint32_t i = 0; i < chain->numbers.count; i++) {
        lifecycle_node *node = &chain->nodes[i];
        size_t at = node->edge_count;
        while (at > 0 && !node->edges[at - 1].is_followed)
            at--;
        node->pick = at > 0 ? &node->edges[at - 1] : NULL;
    }
}

steme_status lifecycle_chain_drop_cycles(steme_lifecycle *self, lifecycle_chain *chain,
                                         steme_error *error)
{
    scc_walk walk;
    steme_status status = find_components(self, chain, &walk, error);
    if (status == STEME_OK && walk.has_cycle)
        status = enter_edges(self, chain, &walk, error);
    if (status == STEME_OK)
        settle_picks(chain);
    return status;
}
