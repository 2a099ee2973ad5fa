/* Streams, and what is between two nodes. */
#include "sim/world.h"

#include "base/memory.h"
#include "replica/hello.h"

enum { RESEND_COUNT_MAX = 8 };
#define GIVE_UP_NS (20 * SIM_SECOND) /* as a keepalive does */

uint64_t sim_delay(sim_world *world)
{
    const sim_options *options = &world->options;
    uint64_t spread = options->delay_max_ns - options->delay_min_ns;
    uint64_t ns = options->delay_min_ns + sim_random(world, spread + 1);
    for (int i = 0; i < RESEND_COUNT_MAX && sim_random(world, 100) < options->loss_percent; i++)
        ns += options->resend_ns;
    return ns;
}

/* ---- Ends --------------------------------------------------------------------------------- */

static void end_add(sim_world *world, size_t node, sim_end end)
{
    sim_node *it = &world->nodes[node];
    if (it->end_count == SIM_END_COUNT_MAX) {
        sim_break(world, "a node has too many streams");
        return;
    }
    it->ends[it->end_count++] = end;
}

static void end_remove(sim_world *world, size_t node, size_t flow)
{
    sim_node *it = &world->nodes[node];
    for (size_t i = 0; i < it->end_count; i++) {
        if (it->ends[i].flow == flow) {
            it->ends[i] = it->ends[--it->end_count];
            return;
        }
    }
}

bool sim_flow_find(const sim_world *world, size_t node, uint32_t number, size_t *out_flow,
                   unsigned *out_side)
{
    const sim_node *it = &world->nodes[node];
    for (size_t i = 0; i < it->end_count; i++) {
        if (it->ends[i].number != number)
            continue;
        *out_flow = it->ends[i].flow;
        *out_side = it->ends[i].side;
        return true;
    }
    return false;
}

/* ---- Streams ------------------------------------------------------------------------------ */

size_t sim_flow_new(sim_world *world, size_t from, size_t to, uint32_t number)
{
    if (world->free_flow_count == 0) {
        size_t count = world->flow_count * 2 + 64;
        world->flows = sim_checked(base_realloc(world->flows, count * sizeof *world->flows));
        world->free_flows =
            sim_checked(base_realloc(world->free_flows, count * sizeof *world->free_flows));
        for (size_t i = world->flow_count; i < count; i++) {
            world->flows[i] = (sim_flow){0};
            world->free_flows[world->free_flow_count++] = i;
        }
        world->flow_count = count;
    }
    size_t at = world->free_flows[--world->free_flow_count];
    world->opened_count++;
    world->flows[at] = (sim_flow){.is_used = true,
                                  .order = world->queue.next_order++,
                                  .node = {from, to},
                                  .number = {number, 0},
                                  .is_open = {true, true}};
    end_add(world, from, (sim_end){number, 0, at});
    return at;
}

void sim_flow_arrive(sim_world *world, size_t flow)
{
    sim_flow *it = &world->flows[flow];
    sim_node *node = &world->nodes[it->node[1]];
    node->next_number += 2;
    it->number[1] = node->next_number;
    end_add(world, it->node[1], (sim_end){it->number[1], 1, flow});
}

void sim_flow_end(sim_world *world, size_t flow, unsigned side)
{
    sim_flow *it = &world->flows[flow];
    if (it->is_open[side])
        end_remove(world, it->node[side], flow);
    it->is_open[side] = false;
    if (it->is_used && !it->is_open[0] && !it->is_open[1]) {
        it->is_used = false;
        world->free_flows[world->free_flow_count++] = flow;
    }
}

/* In order behind what was sent to that side before, and as fast as its node takes it. */
static void flow_post(sim_world *world, sim_happening happening)
{
    sim_flow *flow = &world->flows[happening.flow];
    if (flow->order != happening.flow_order) {
        base_free(happening.bytes);
        return;
    }
    unsigned side = flow->node[1] == happening.node ? 1 : 0;
    sim_node *node = &world->nodes[happening.node];
    uint64_t time = world->now_ns + sim_delay(world);
    if (time < flow->last_ns[side])
        time = flow->last_ns[side];
    if (node->bytes_per_second > 0) {
        if (time < node->busy_until_ns)
            time = node->busy_until_ns;
        time += happening.size * SIM_SECOND / node->bytes_per_second;
        node->busy_until_ns = time;
    }
    flow->last_ns[side] = happening.time_ns = time;
    sim_queue_put(&world->queue, &happening);
}

void sim_flow_send(sim_world *world, size_t flow, unsigned side, sim_happening happening)
{
    const sim_flow *it = &world->flows[flow];
    happening.flow = flow;
    happening.flow_order = it->order;
    happening.node = it->node[side];
    happening.life = world->nodes[happening.node].life;
    if (!world->is_blocked[it->node[!side]][happening.node]) {
        flow_post(world, happening);
        return;
    }
    world->held =
        sim_checked(base_realloc(world->held, (world->held_count + 1) * sizeof *world->held));
    world->held[world->held_count++] = (sim_held){it->node[!side], happening};
}

void sim_flow_close(sim_world *world, size_t flow, unsigned side)
{
    if (world->flows[flow].is_open[!side])
        sim_flow_send(world, flow, !side, (sim_happening){.kind = SIM_CLOSE});
    sim_flow_end(world, flow, side);
}

/* Both ends learn of it after a delay; what was on its way is gone. */
static void flow_break(sim_world *world, size_t flow)
{
    sim_flow *it = &world->flows[flow];
    it->order = world->queue.next_order++;
    for (unsigned side = 0; side < 2; side++) {
        if (!it->is_open[side])
            continue;
        if (it->number[side] == 0) {
            sim_flow_end(world, flow, side);
            continue;
        }
        sim_happening close = {.kind = SIM_CLOSE,
                               .node = it->node[side],
                               .life = world->nodes[it->node[side]].life,
                               .flow = flow,
                               .flow_order = it->order};
        flow_post(world, close);
    }
}

void sim_break_streams(sim_world *world, size_t left, size_t right)
{
    for (size_t i = 0; i < world->flow_count; i++) {
        const sim_flow *it = &world->flows[i];
        if (it->is_used && ((it->node[0] == left && it->node[1] == right) ||
                            (it->node[0] == right && it->node[1] == left)))
            flow_break(world, i);
    }
}

void sim_flows_crash(sim_world *world, size_t node)
{
    for (size_t i = 0; i < world->flow_count; i++) {
        for (unsigned side = 0; side < 2; side++) {
            if (!world->flows[i].is_used || world->flows[i].node[side] != node)
                continue;
            sim_flow_end(world, i, side);
            if (world->flows[i].is_used)
                flow_break(world, i);
        }
    }
    world->nodes[node].end_count = 0;
}

/* ---- Links -------------------------------------------------------------------------------- */

bool sim_is_reachable(const sim_world *world, size_t from, size_t to)
{
    return !world->is_cut[from][to] && world->nodes[to].replica != NULL;
}

void sim_cut(sim_world *world, size_t left, size_t right, bool is_cut)
{
    world->is_cut[left][right] = world->is_cut[right][left] = is_cut;
    if (is_cut)
        sim_break_streams(world, left, right);
}

void sim_partition(sim_world *world, size_t boundary, bool is_cut)
{
    for (size_t i = 0; i < boundary; i++) {
        for (size_t j = boundary; j < world->options.node_count; j++)
            sim_cut(world, i, j, is_cut);
    }
}

static void held_release(sim_world *world, size_t from, size_t to)
{
    size_t kept = 0;
    for (size_t i = 0; i < world->held_count; i++) {
        sim_held it = world->held[i];
        if (it.from == from && it.happening.node == to)
            flow_post(world, it.happening);
        else
            world->held[kept++] = it;
    }
    world->held_count = kept;
}

void sim_block(sim_world *world, size_t from, size_t to, bool is_blocked)
{
    if (world->is_blocked[from][to] == is_blocked)
        return;
    world->is_blocked[from][to] = is_blocked;
    if (!is_blocked) {
        held_release(world, from, to);
        return;
    }
    sim_happening later = {
        .kind = SIM_GIVE_UP, .node = from, .token = to, .time_ns = world->now_ns + GIVE_UP_NS};
    sim_queue_put(&world->queue, &later);
}

void sim_heal_all(sim_world *world)
{
    for (size_t i = 0; i < world->options.node_count; i++) {
        for (size_t j = 0; j < world->options.node_count; j++) {
            if (world->is_cut[i][j])
                sim_cut(world, i, j, false);
            sim_block(world, i, j, false);
        }
    }
}
