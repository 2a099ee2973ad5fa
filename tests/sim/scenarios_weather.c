/* A network that delays, loses, doubles, breaks; peers that are slow, or stand still. */
#include "sim/scenario.h"

static void writes(sim_world *world)
{
    sim_connect_all(world);
    sim_write_for(world, 300, 10 * SIM_SECOND);
}

static void loss_1(sim_options *options)
{
    options->loss_percent = 1;
}

static void loss_10(sim_options *options)
{
    options->loss_percent = 10;
}

static void loss_50(sim_options *options)
{
    options->loss_percent = 50;
}

static void delay_10s(sim_options *options)
{
    options->delay_max_ns = 10 * SIM_SECOND;
}

static void reorder(sim_options *options)
{
    options->delay_max_ns = 1500 * SIM_MS;
    options->store_max_ns = 1000 * SIM_MS;
}

static void doubles(sim_options *options)
{
    options->duplicate_percent = 90;
}

static void breaks(sim_options *options)
{
    options->break_per_million = 20000;
    options->loss_percent = 2;
}

/* Streams break for a while, and then no more. */
static void broken_streams(sim_world *world)
{
    writes(world);
    world->options.break_per_million = 0;
}

static void slow_peer(sim_world *world)
{
    sim_connect_all(world);
    sim_run(world, SIM_SECOND);
    world->nodes[0].bytes_per_second = 1 + sim_random(world, 2000);
    sim_write_for(world, 2000, 60 * SIM_SECOND);
    world->nodes[0].bytes_per_second = 0;
    world->nodes[0].busy_until_ns = 0;
}

static void stalled_peer(sim_world *world)
{
    sim_connect_all(world);
    sim_run(world, SIM_SECOND);
    sim_stall(world, 0, true);
    for (size_t i = 0; i < 1000; i++) {
        sim_write(world, 1 + sim_random(world, world->options.node_count - 1));
        sim_run(world, 60 * SIM_MS);
    }
    sim_stall(world, 0, false);
}

static void slow_disk(sim_world *world)
{
    world->options.store_max_ns = 3 * SIM_SECOND;
    sim_connect_all(world);
    sim_write_for(world, 2000, 10 * SIM_SECOND);
    world->options.store_max_ns = 5 * SIM_MS;
}

static const sim_scenario scenarios[] = {
    {.name = "calm",
     .what = "nothing goes wrong",
     .node_count = 5,
     .run = writes,
     .limit_ns = 10 * SIM_SECOND},
    {.name = "loss_1",
     .what = "1 % of packets lost",
     .node_count = 5,
     .set_up = loss_1,
     .run = writes,
     .limit_ns = 30 * SIM_SECOND},
    {.name = "loss_10",
     .what = "10 % of packets lost",
     .node_count = 5,
     .set_up = loss_10,
     .run = writes,
     .limit_ns = 60 * SIM_SECOND},
    {.name = "loss_50",
     .what = "50 % of packets lost",
     .node_count = 5,
     .set_up = loss_50,
     .run = writes,
     .limit_ns = 180 * SIM_SECOND},
    {.name = "delay_10s",
     .what = "delays of up to 10 s each way",
     .node_count = 4,
     .set_up = delay_10s,
     .run = writes,
     .limit_ns = 600 * SIM_SECOND},
    {.name = "reorder",
     .what = "delays and disks that reorder all that is not one stream",
     .node_count = 5,
     .set_up = reorder,
     .run = writes,
     .limit_ns = 120 * SIM_SECOND},
    {.name = "doubles",
     .what = "gossip that comes twice",
     .node_count = 5,
     .set_up = doubles,
     .run = writes,
     .limit_ns = 30 * SIM_SECOND},
    {.name = "broken_streams",
     .what = "streams break at any frame",
     .node_count = 5,
     .set_up = breaks,
     .run = broken_streams,
     .limit_ns = 120 * SIM_SECOND},
    {.name = "slow_peer",
     .what = "a peer that takes in 1 to 2,000 bytes/s",
     .node_count = 4,
     .run = slow_peer,
     .limit_ns = 180 * SIM_SECOND},
    {.name = "stalled_peer",
     .what = "a peer that stands still for a minute",
     .node_count = 4,
     .run = stalled_peer,
     .limit_ns = 120 * SIM_SECOND},
    {.name = "slow_disk",
     .what = "batches durable after up to 3 s",
     .node_count = 4,
     .run = slow_disk,
     .limit_ns = 60 * SIM_SECOND},
};

const sim_group sim_weather = {scenarios, sizeof scenarios / sizeof scenarios[0]};
