/* What the sets are when nodes meet: sizes, overlap, ids that collide, absent bodies. */
#include "sim/scenario.h"

static void empty_against_many(sim_world *world)
{
    sim_fill(world, 1, 1 + sim_random(world, 30000));
    sim_connect_all(world);
}

static void disjoint(sim_world *world)
{
    sim_fill(world, 0, 1 + sim_random(world, 8000));
    sim_fill(world, 1, 1 + sim_random(world, 8000));
    sim_connect_all(world);
}

/* Much in common, and few to many on each side. */
static void overlap(sim_world *world)
{
    sim_fill_all(world, 0, world->options.node_count, sim_random(world, 10000));
    for (size_t i = 0; i < world->options.node_count; i++)
        sim_fill(world, i, sim_random(world, UINT64_C(1) << sim_random(world, 12)));
    sim_connect_all(world);
}

static void both_at_once(sim_world *world)
{
    sim_fill_all(world, 0, 2, 500);
    sim_fill(world, 0, sim_random(world, 300));
    sim_fill(world, 1, sim_random(world, 300));
    sim_connect(world, 0, 1);
    for (uint64_t token = 1; token <= 3; token++) {
        for (size_t i = 0; i < 2; i++)
            sim_step(
                world, i,
                (steme_event){.kind = STEME_EVENT_SYNC, .peer = (int32_t)(1 - i), .token = token});
        sim_run(world, sim_random(world, 30) * SIM_MS);
    }
}

static void three_way(sim_world *world)
{
    sim_fill_all(world, 0, 3, 300);
    for (size_t i = 0; i < 3; i++)
        sim_fill(world, i, sim_random(world, 1000));
    sim_connect_all(world);
    for (size_t round = 0; round < 5; round++) {
        for (size_t i = 0; i < 3; i++)
            sim_step(world, i,
                     (steme_event){.kind = STEME_EVENT_SYNC,
                                   .peer = (int32_t)((i + 1) % 3),
                                   .token = 1 + round * 3 + i});
        sim_run(world, sim_random(world, 50) * SIM_MS);
    }
}

/* Writers do not stop while one catches up. */
static void writes_during_sync(sim_world *world)
{
    sim_fill(world, 0, 4000);
    sim_fill(world, 1, 300);
    sim_connect_all(world);
    sim_write_for(world, 4000, 4 * SIM_SECOND);
}

/* ---- Ids ---------------------------------------------------------------------------------- */

/* Different records with one short id, at one node or at both: they cancel or spoil a sketch. */
static void short_id_twins(sim_world *world)
{
    size_t count = world->options.node_count;
    sim_fill_all(world, 0, count, sim_random(world, 1000));
    for (size_t i = 0; i < 20; i++) {
        sim_set_item_prefix(world, sim_random(world, UINT64_MAX), 64);
        for (size_t twins = 2 + sim_random(world, 3); twins > 0; twins--)
            sim_fill(world, sim_random(world, count), 1);
    }
    sim_set_item_prefix(world, 0, 0);
    sim_fill(world, 0, 50);
    sim_connect_all(world);
}

static void twins_written(sim_world *world)
{
    size_t count = world->options.node_count;
    sim_connect_all(world);
    sim_run(world, SIM_SECOND);
    for (size_t i = 0; i < 50; i++) {
        sim_set_item_prefix(world, sim_random(world, UINT64_MAX), 64);
        for (size_t twins = 1 + sim_random(world, 6); twins > 0; twins--) {
            sim_write(world, sim_random(world, count));
            sim_run(world, sim_random(world, 50) * SIM_MS);
        }
    }
}

static void sixty_bits(sim_world *world)
{
    size_t count = world->options.node_count;
    sim_fill_all(world, 0, count, sim_random(world, 500));
    sim_set_item_prefix(world, sim_random(world, UINT64_MAX) << 4, 60);
    for (size_t i = 0; i < 256; i++)
        sim_fill(world, sim_random(world, count), 1);
    sim_set_item_prefix(world, 0, 0);
    sim_connect_all(world);
    sim_write_for(world, 50, SIM_SECOND);
}

/* Ids whose bodies nobody has: they are named, and hold nothing up. */
static void absent_bodies(sim_world *world)
{
    size_t count = world->options.node_count;
    sim_fill_all(world, 0, count, 500);
    for (size_t i = 0; i < 5; i++)
        sim_fill_absent(world, i % 2);
    sim_fill(world, 0, 100);
    sim_fill(world, 1, 200);
    sim_connect_all(world);
    sim_write_for(world, 200, 5 * SIM_SECOND);
}

static const sim_scenario scenarios[] = {
    {.name = "empty_against_many",
     .what = "an empty node meets one of up to 30,000",
     .node_count = 2,
     .run = empty_against_many,
     .limit_ns = 60 * SIM_SECOND},
    {.name = "disjoint",
     .what = "two that have nothing in common",
     .node_count = 2,
     .run = disjoint,
     .limit_ns = 60 * SIM_SECOND},
    {.name = "overlap",
     .what = "much in common, 0 to 4,095 differences a node",
     .node_count = 4,
     .run = overlap,
     .limit_ns = 60 * SIM_SECOND},
    {.name = "both_at_once",
     .what = "both ends start sessions at once",
     .node_count = 2,
     .run = both_at_once,
     .limit_ns = 30 * SIM_SECOND},
    {.name = "three_way",
     .what = "sessions in a circle of three",
     .node_count = 3,
     .run = three_way,
     .limit_ns = 30 * SIM_SECOND},
    {.name = "writes_during_sync",
     .what = "1,000 writes/s while sessions run",
     .node_count = 3,
     .run = writes_during_sync,
     .limit_ns = 60 * SIM_SECOND},
    {.name = "short_id_twins",
     .what = "records that share 64 bits, before nodes meet",
     .node_count = 3,
     .run = short_id_twins,
     .limit_ns = 120 * SIM_SECOND},
    {.name = "twins_written",
     .what = "records that share 64 bits, in gossip",
     .node_count = 4,
     .run = twins_written,
     .limit_ns = 120 * SIM_SECOND},
    {.name = "sixty_bits",
     .what = "256 ids that share 60 bits",
     .node_count = 3,
     .run = sixty_bits,
     .limit_ns = 120 * SIM_SECOND},
    {.name = "absent_bodies",
     .what = "ids without a body anywhere",
     .node_count = 3,
     .run = absent_bodies,
     .limit_ns = 60 * SIM_SECOND},
};

const sim_group sim_sets = {scenarios, sizeof scenarios / sizeof scenarios[0]};
