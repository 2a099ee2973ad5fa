/* Many nodes. */
#include "sim/scenario.h"

enum { DEGREE = 12, LIFE_SECONDS = 20 };

static void loss_5(sim_options *options)
{
    options->loss_percent = 5;
}

/* One write per second and node, for a while; every second one node ends and another comes back;
 * then a third is cut off for five seconds, and back. */
static void cluster(sim_world *world)
{
    size_t count = world->options.node_count, down = SIZE_MAX;
    sim_connect_some(world, DEGREE);
    sim_run(world, 2 * SIM_SECOND);
    for (size_t second = 0; second < LIFE_SECONDS; second++) {
        if (down != SIZE_MAX)
            sim_restart(world, down);
        down = sim_random(world, count);
        sim_crash(world, down);
        if (second == LIFE_SECONDS / 2)
            sim_partition(world, count / 3, true);
        for (size_t i = 0; i < count; i++) {
            sim_write(world, i);
            sim_run(world, SIM_SECOND / count);
        }
        if (second == LIFE_SECONDS / 2 + 5)
            sim_heal_all(world);
    }
    sim_restart(world, down);
}

/* The same without faults but loss: what gossip costs. */
static void cluster_calm(sim_world *world)
{
    size_t count = world->options.node_count;
    sim_connect_some(world, DEGREE);
    sim_run(world, 2 * SIM_SECOND);
    for (size_t i = 0; i < count * LIFE_SECONDS / 2; i++) {
        sim_write(world, i % count);
        sim_run(world, SIM_SECOND / count);
    }
}

/* All know all, as up to 33 nodes do. */
static void mesh(sim_world *world)
{
    size_t count = world->options.node_count;
    sim_connect_all(world);
    sim_run(world, 2 * SIM_SECOND);
    for (size_t i = 0; i < count * LIFE_SECONDS / 2; i++) {
        sim_write(world, i % count);
        sim_run(world, SIM_SECOND / count);
    }
}

static const sim_scenario scenarios[] = {
    {.name = "cluster_100",
     .what = "100 nodes of 12 peers, a write per second each, 5 % loss, churn, a third cut off",
     .node_count = 100,
     .set_up = loss_5,
     .run = cluster,
     .limit_ns = 120 * SIM_SECOND,
     .is_large = true},
    {.name = "cluster_100_calm",
     .what = "the same without churn and cut",
     .node_count = 100,
     .set_up = loss_5,
     .run = cluster_calm,
     .limit_ns = 120 * SIM_SECOND,
     .is_large = true},
    {.name = "mesh_33",
     .what = "33 nodes that all know each other, 5 % loss",
     .node_count = 33,
     .set_up = loss_5,
     .run = mesh,
     .limit_ns = 120 * SIM_SECOND,
     .is_large = true},
};

const sim_group sim_clusters = {scenarios, sizeof scenarios / sizeof scenarios[0]};
