/* Nodes that do not get what they ask the system for: memory, descriptors, threads. */
#include "sim/scenario.h"

static void begin_again(sim_world *world, size_t node)
{
    sim_crash(world, node);
    sim_restart(world, node);
}

/* Of the nodes, whichever chance says; gives how many calls of all failed so before. */
static uint64_t lack_set(sim_world *world, const sim_lack *what)
{
    uint64_t count = 0;
    for (unsigned i = 0; i < world->options.node_count; i++) {
        count += sim_lack_of(i)->count;
        *sim_lack_of(i) = what != NULL && sim_random(world, 2) == 0 ? *what : (sim_lack){0};
    }
    return count;
}

/* Writers and sessions while nodes lack something at times, and begin again so; then nothing lacks,
 * and they go on, or begin again where their stores have failed. */
static void lack(sim_world *world, const sim_lack *what)
{
    size_t count = world->options.node_count;
    uint64_t lacked_count = 0;
    sim_fill(world, 0, 100);
    sim_fill_all(world, 1, count - 1, 500 + sim_random(world, 1000));
    sim_connect_all(world);
    for (size_t i = 0; i < 20; i++) {
        (void)lack_set(world, what);
        begin_again(world, sim_random(world, count));
        sim_write_for(world, 20, SIM_SECOND);
        lacked_count += lack_set(world, NULL);
        if (sim_random(world, 2) == 0)
            sim_restart_all(world);
        sim_write_for(world, 5, 200 * SIM_MS);
    }
    sim_restart_all(world);
    if (lacked_count == 0)
        sim_break(world, "nothing lacked");
}

static void no_memory(sim_world *world)
{
    uint32_t chance = (uint32_t)(UINT64_C(1000) << sim_random(world, 8));
    lack(world, &(sim_lack){.memory = chance});
}

static void no_descriptors(sim_world *world)
{
    lack(world, &(sim_lack){.descriptors = 100000});
}

static void no_threads(sim_world *world)
{
    lack(world, &(sim_lack){.threads = 400000});
}

static void small_tail(sim_options *options)
{
    options->tail_record_count = 100;
}

#define LACK(scenario_name, scenario_run, scenario_what)                                           \
    {                                                                                              \
        .name = scenario_name, .what = scenario_what, .node_count = 3, .set_up = small_tail,       \
        .run = scenario_run, .limit_ns = 120 * SIM_SECOND                                          \
    }

static const sim_scenario scenarios[] = {
    LACK("no_memory", no_memory, "allocations that fail at times"),
    LACK("no_descriptors", no_descriptors, "files that cannot be opened for want of descriptors"),
    LACK("no_threads", no_threads, "threads that do not start"),
};

const sim_group sim_lacks = {scenarios, sizeof scenarios / sizeof scenarios[0]};
