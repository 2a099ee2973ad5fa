/* More than usual: sessions, writes, records of the future; and programs of another version. */
#include "sim/scenario.h"

#define YEAR_NS (UINT64_C(31557600) * SIM_SECOND)

/* A hundred nodes that the first one never heard of ask it for ten sessions each, all at once. */
static void thousand_sessions(sim_world *world)
{
    size_t count = world->options.node_count;
    sim_fill_all(world, 0, count, 300);
    sim_fill(world, 0, 200);
    for (size_t i = 1; i < count; i++) {
        sim_fill(world, i, 1 + sim_random(world, 3));
        sim_know(world, i, 0);
    }
    for (uint64_t token = 1; token <= 10; token++)
        for (size_t i = 1; i < count; i++)
            sim_step(world, i,
                     (steme_event){.kind = STEME_EVENT_SYNC, .peer = 0, .token = i * 10 + token});
}

static void none_against_many(sim_world *world)
{
    sim_fill(world, 1, 100000);
    sim_connect_all(world);
}

static void none_against_a_million(sim_world *world)
{
    sim_fill(world, 1, 1000000);
    sim_connect_all(world);
}

static void usual_tail(sim_options *options)
{
    options->tail_record_count = 100000;
}

/* For a minute twice as much is written as nodes take in; then a quarter of that. */
static void overload(sim_world *world)
{
    enum { BYTES_PER_SECOND = 20000 };
    size_t count = world->options.node_count;
    size_t per_second = BYTES_PER_SECOND / sim_record_size();
    sim_connect_all(world);
    sim_run(world, SIM_SECOND);
    for (size_t i = 0; i < count; i++)
        world->nodes[i].bytes_per_second = BYTES_PER_SECOND;
    sim_write_for(world, 60 * 2 * per_second, 60 * SIM_SECOND);
    sim_write_for(world, 10 * per_second / 4, 10 * SIM_SECOND);
}

/* Records that are stamped years ahead: in the sets at once, and no clock follows them. */
static void future_flood(sim_world *world)
{
    size_t count = world->options.node_count;
    sim_connect_all(world);
    for (size_t i = 0; i < 20; i++) {
        world->ahead_ns = (1 + sim_random(world, 50)) * YEAR_NS;
        sim_fill(world, sim_random(world, count), 200);
        sim_write_for(world, 20, 100 * SIM_MS);
        world->ahead_ns = 0;
        sim_write_for(world, 10, 100 * SIM_MS);
    }
    for (size_t i = 0; i < count; i++) {
        steme_stamp stamp = {0};
        sim_process_enter((unsigned)i);
        if (steme_store_next_stamp(world->nodes[i].store, &stamp, NULL) != STEME_OK ||
            stamp.time_ns > SIM_RECORD_TIME_NS + YEAR_NS / 2)
            sim_break(world, "a clock follows records of the future");
    }
}

/* The last node greets by another version, always. The others are not bothered. */
static void other_version(sim_world *world)
{
    size_t count = world->options.node_count;
    sim_set_liar(world, count - 1, SIM_LIE_NEWER);
    sim_connect_all(world);
    sim_write_for(world, 300, 60 * SIM_SECOND);
    if (world->opened_count > 60 * count * count)
        sim_break(world, "streams are opened in a loop");
}

/* It says what is not known here on some streams, and on others what is. */
static void mixed_versions(sim_world *world)
{
    size_t count = world->options.node_count;
    sim_set_liar(world, count - 1, SIM_LIE_MIXES_VERSIONS);
    sim_connect_all(world);
    sim_write_for(world, 300, 60 * SIM_SECOND);
    sim_set_liar(world, count - 1, SIM_LIE_NONE);
    if (world->opened_count > 60 * count * count)
        sim_break(world, "streams are opened in a loop");
}

static const sim_scenario scenarios[] = {
    {.name = "sessions_1000",
     .what = "1,000 sessions asked of one node at once",
     .node_count = 101,
     .run = thousand_sessions,
     .limit_ns = 600 * SIM_SECOND,
     .is_large = true},
    {.name = "none_against_100k",
     .what = "an empty node meets one of 100,000",
     .node_count = 2,
     .run = none_against_many,
     .limit_ns = 120 * SIM_SECOND,
     .is_large = true},
    {.name = "none_against_1m",
     .what = "an empty node meets one of 1,000,000",
     .node_count = 2,
     .set_up = usual_tail,
     .run = none_against_a_million,
     .limit_ns = 600 * SIM_SECOND,
     .is_large = true,
     .is_on_request = true},
    {.name = "overload",
     .what = "twice what nodes can take for a minute, then a quarter of it: it drains",
     .node_count = 3,
     .run = overload,
     .limit_ns = 600 * SIM_SECOND},
    {.name = "future_flood",
     .what = "4,400 records stamped up to 50 years ahead",
     .node_count = 3,
     .run = future_flood,
     .limit_ns = 60 * SIM_SECOND},
    {.name = "other_version",
     .what = "a member of a version that nobody else speaks",
     .node_count = 4,
     .run = other_version,
     .limit_ns = 60 * SIM_SECOND},
    {.name = "mixed_versions",
     .what = "a member that at times says what the others do not know",
     .node_count = 4,
     .run = mixed_versions,
     .limit_ns = 300 * SIM_SECOND},
};

const sim_group sim_loads = {scenarios, sizeof scenarios / sizeof scenarios[0]};
