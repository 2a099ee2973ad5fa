/* Nodes that end and begin again, and clocks that are wrong. */
#include "sim/scenario.h"

#define HOUR_NS (3600 * SIM_SECOND)
#define YEAR_NS (8766 * HOUR_NS)

static size_t any_node(sim_world *world)
{
    return sim_random(world, world->options.node_count);
}

static void restart_all(sim_world *world)
{
    for (size_t i = 0; i < world->options.node_count; i++)
        sim_restart(world, i);
}

/* Each is killed again and again, at any moment, batches half durable. */
static void kill_9(sim_world *world)
{
    sim_connect_all(world);
    for (size_t i = 0; i < 200; i++) {
        size_t node = any_node(world);
        if (sim_random(world, 3) == 0)
            sim_crash(world, node);
        else
            sim_restart(world, node);
        sim_write_for(world, 1 + sim_random(world, 5), 1 + sim_random(world, 200 * SIM_MS));
    }
    restart_all(world);
}

/* One is killed while it catches up, each time a little later. */
static void kill_in_session(sim_world *world)
{
    sim_connect_all(world);
    sim_fill(world, 1, 2000 + sim_random(world, 2000));
    sim_fill(world, 2, 500);
    for (size_t i = 0; i < 60; i++) {
        size_t node = sim_random(world, 2);
        sim_run(world, 1 + sim_random(world, 5 * SIM_MS * (i + 1)));
        sim_crash(world, node);
        sim_run(world, sim_random(world, 20 * SIM_MS));
        sim_restart(world, node);
    }
}

static void all_killed(sim_world *world)
{
    sim_connect_all(world);
    for (size_t round = 0; round < 5; round++) {
        sim_write_for(world, 100, sim_random(world, 2000) * SIM_MS + 100);
        for (size_t i = 0; i < world->options.node_count; i++)
            sim_crash(world, i);
        sim_run(world, sim_random(world, 2000) * SIM_MS);
        restart_all(world);
    }
}

/* A writer dies before anybody was told. */
static void writer_dies(sim_world *world)
{
    sim_connect_all(world);
    sim_run(world, SIM_SECOND);
    for (size_t i = 0; i < 40; i++) {
        size_t node = any_node(world);
        sim_fill(world, node, 1 + sim_random(world, 3));
        sim_write(world, node);
        sim_run(world, sim_random(world, 3 * SIM_MS));
        sim_crash(world, node);
        sim_run(world, sim_random(world, 1000 * SIM_MS));
        sim_restart(world, node);
    }
}

/* ---- Clocks ------------------------------------------------------------------------------- */

static void clocks_apart(sim_world *world)
{
    static const uint64_t offsets[] = {SIM_SECOND, HOUR_NS, 10 * YEAR_NS, 0};
    for (size_t i = 0; i < world->options.node_count; i++) {
        uint64_t now_ns = sim_clock(world, i) + offsets[sim_random(world, 4)];
        sim_set_clock(world, i, now_ns, (uint32_t)(512 + sim_random(world, 1536)));
    }
    sim_connect_all(world);
    sim_write_for(world, 300, 10 * SIM_SECOND);
}

/* They stand, leap by up to an hour, and go at any pace. */
static void clocks_wild(sim_world *world)
{
    sim_connect_all(world);
    for (size_t i = 0; i < 100; i++) {
        size_t node = any_node(world);
        uint64_t leap_ns = sim_random(world, 3) == 0 ? sim_random(world, HOUR_NS) : 0;
        uint32_t rate = sim_random(world, 2) == 0 ? 0 : (uint32_t)sim_random(world, 8192);
        sim_set_clock(world, node, sim_clock(world, node) + leap_ns, rate);
        sim_write_for(world, 3, 200 * SIM_MS);
    }
    for (size_t i = 0; i < world->options.node_count; i++)
        sim_set_clock(world, i, sim_clock(world, i), 1024);
}

/* After a restart a clock may be behind what it was. */
static void clock_behind(sim_world *world)
{
    sim_connect_all(world);
    for (size_t i = 0; i < 20; i++) {
        size_t node = any_node(world);
        sim_write_for(world, 10, 500 * SIM_MS);
        sim_crash(world, node);
        sim_set_clock(world, node, sim_random(world, 2000 * SIM_SECOND), 1024);
        sim_restart(world, node);
    }
}

static const sim_scenario scenarios[] = {
    {.name = "kill_9",
     .what = "killed at any moment, over and over",
     .node_count = 5,
     .run = kill_9,
     .limit_ns = 120 * SIM_SECOND},
    {.name = "kill_in_session",
     .what = "killed while it catches up",
     .node_count = 3,
     .run = kill_in_session,
     .limit_ns = 120 * SIM_SECOND},
    {.name = "all_killed",
     .what = "all killed at once",
     .node_count = 5,
     .run = all_killed,
     .limit_ns = 120 * SIM_SECOND},
    {.name = "writer_dies",
     .what = "a writer dies before anybody was told",
     .node_count = 4,
     .run = writer_dies,
     .limit_ns = 120 * SIM_SECOND},
    {.name = "clocks_apart",
     .what = "clocks apart by up to ten years, half to twice as fast",
     .node_count = 5,
     .run = clocks_apart,
     .limit_ns = 60 * SIM_SECOND},
    {.name = "clocks_wild",
     .what = "clocks that stand and leap",
     .node_count = 5,
     .run = clocks_wild,
     .limit_ns = 120 * SIM_SECOND},
    {.name = "clock_behind",
     .what = "restarts with a clock that is behind",
     .node_count = 4,
     .run = clock_behind,
     .limit_ns = 120 * SIM_SECOND},
};

const sim_group sim_lives = {scenarios, sizeof scenarios / sizeof scenarios[0]};
