/* Links that fail: in halves, one way, ever again, but for a bridge. */
#include "sim/scenario.h"

static void halves(sim_world *world)
{
    size_t count = world->options.node_count;
    sim_connect_all(world);
    sim_run(world, SIM_SECOND);
    sim_partition(world, 1 + sim_random(world, count - 1), true);
    sim_write_for(world, 50 + sim_random(world, 400), 1 + sim_random(world, 20) * SIM_SECOND);
    sim_heal_all(world);
}

/* Each direction of each link on its own. */
static void one_way(sim_world *world)
{
    size_t count = world->options.node_count;
    sim_connect_all(world);
    sim_run(world, SIM_SECOND);
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < count; j++) {
            if (i != j && sim_random(world, 3) == 0)
                sim_block(world, i, j, true);
        }
    }
    sim_write_for(world, 200, sim_random(world, 60) * SIM_SECOND);
    sim_heal_all(world);
}

static void flapping(sim_world *world)
{
    size_t count = world->options.node_count;
    sim_connect_all(world);
    for (size_t i = 0; i < 200; i++) {
        size_t left = sim_random(world, count), right = sim_random(world, count);
        if (left != right && sim_random(world, 2) == 0)
            sim_cut(world, left, right, !world->is_cut[left][right]);
        else if (left != right)
            sim_block(world, left, right, !world->is_blocked[left][right]);
        sim_write_for(world, 1 + sim_random(world, 3), sim_random(world, 400) * SIM_MS);
    }
    sim_heal_all(world);
}

/* Two groups that only node 0 can reach both of; that stays so. */
static void bridge(sim_world *world)
{
    size_t count = world->options.node_count, middle = 1 + (count - 1) / 2;
    for (size_t i = 1; i < count; i++) {
        sim_connect(world, 0, i);
        for (size_t j = 1; j < i; j++) {
            if ((i < middle) == (j < middle))
                sim_connect(world, i, j);
        }
    }
    for (size_t i = 1; i < middle; i++)
        sim_cut(world, 0, i, true);
    sim_write_for(world, 300, 5 * SIM_SECOND);
    sim_heal_all(world);
}

/* A line: what is written at one end has to pass through all. */
static void line(sim_world *world)
{
    for (size_t i = 1; i < world->options.node_count; i++)
        sim_connect(world, i - 1, i);
    sim_write_for(world, 200, 5 * SIM_SECOND);
}

static void back_after_many(sim_world *world)
{
    size_t count = world->options.node_count;
    sim_connect_all(world);
    sim_write_for(world, 50, SIM_SECOND);
    sim_crash(world, 0);
    sim_fill_all(world, 1, count - 1, 2000 + sim_random(world, 28000));
    sim_write_for(world, 200, 2 * SIM_SECOND);
    sim_restart(world, 0);
}

static const sim_scenario scenarios[] = {
    {.name = "halves",
     .what = "cut in two, writes on both sides, healed",
     .node_count = 7,
     .run = halves,
     .limit_ns = 60 * SIM_SECOND},
    {.name = "one_way",
     .what = "links that carry one way only, or none",
     .node_count = 5,
     .run = one_way,
     .limit_ns = 120 * SIM_SECOND},
    {.name = "flapping",
     .what = "links that come and go",
     .node_count = 5,
     .run = flapping,
     .limit_ns = 120 * SIM_SECOND},
    {.name = "bridge",
     .what = "two groups and one node that reaches both",
     .node_count = 7,
     .run = bridge,
     .limit_ns = 60 * SIM_SECOND},
    {.name = "line",
     .what = "nodes in a line",
     .node_count = 6,
     .run = line,
     .limit_ns = 60 * SIM_SECOND},
    {.name = "back_after_many",
     .what = "a node back after up to 30,000 writes",
     .node_count = 3,
     .run = back_after_many,
     .limit_ns = 60 * SIM_SECOND},
};

const sim_group sim_partitions = {scenarios, sizeof scenarios / sizeof scenarios[0]};
