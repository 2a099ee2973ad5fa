/* Disks that fail, fill, forget, or are not those that were there before. */
#include "sim/scenario.h"

#include <string.h>

static size_t any_node(sim_world *world)
{
    return sim_random(world, world->options.node_count);
}

/* Writers, and sessions with much to do, while the first node's disk is as it is; then it is well,
 * and the node is started again where its store has failed. */
static void suffer(sim_world *world, const sim_disk_faults *faults)
{
    size_t count = world->options.node_count;
    sim_fill(world, 0, 100);
    sim_fill_all(world, 1, count - 1, 1000 + sim_random(world, 2000));
    sim_connect_all(world);
    sim_run(world, sim_random(world, 300) * SIM_MS);
    for (size_t i = 0; i < 20; i++) {
        *sim_disk(0) = *faults;
        sim_write_for(world, 20, SIM_SECOND);
        *sim_disk(0) = (sim_disk_faults){0};
        if (sim_random(world, 2) == 0)
            sim_restart_all(world);
    }
    sim_restart_all(world);
}

static void write_errors(sim_world *world)
{
    suffer(world, &(sim_disk_faults){.write_fails = 50000});
}

static void short_writes(sim_world *world)
{
    suffer(world, &(sim_disk_faults){.write_falls_short = 50000});
}

static void sync_errors(sim_world *world)
{
    suffer(world, &(sim_disk_faults){.sync_fails = 50000});
}

static void read_only(sim_world *world)
{
    suffer(world, &(sim_disk_faults){.is_read_only = true});
}

static void full(sim_world *world)
{
    suffer(world, &(sim_disk_faults){.size_max = 300000 + sim_random(world, 700000)});
}

static void scrub(sim_options *options)
{
    options->scrub_count = 200;
}

/* What was damaged is not sent: nobody had to refuse anything. */
static void expect_nothing_refused(sim_world *world)
{
    size_t count = world->options.node_count;
    for (size_t i = 0; i < count * count; i++) {
        steme_peer_stat stat;
        const sim_node *node = &world->nodes[i / count];
        if (node->replica == NULL) /* the world is broken */
            return;
        bool is_peer =
            steme_replica_peer_stat(node->replica, (int32_t)(i % count), &stat, NULL) == STEME_OK;
        if (node->stat.refused_count > 0 || (is_peer && stat.refused_count > 0))
            sim_break(world, "a damaged body was served");
    }
}

/* Bits flip in bodies, on every node but always with a whole copy left on the last. */
static void flips(sim_world *world)
{
    size_t count = world->options.node_count;
    sim_fill_all(world, 0, count, 500);
    sim_connect_all(world);
    sim_run(world, SIM_SECOND);
    for (size_t i = 0; i < 60; i++) {
        size_t node = sim_random(world, count - 1);
        sim_store_damage(world, node, sim_random(world, world->entry_count));
        sim_write_for(world, 5, 100 * SIM_MS);
        if (sim_random(world, 10) == 0) {
            sim_crash(world, node);
            sim_restart(world, node);
        }
    }
}

/* Ends in one way or the other, has bits of its index flipped meanwhile, and begins again. */
static void index_suffers(sim_world *world, size_t node)
{
    if (sim_random(world, 2) == 0)
        sim_crash(world, node);
    else
        sim_quit(world, node);
    for (uint64_t flips = 1 + sim_random(world, 3); flips > 0; flips--)
        sim_store_damage_index(world, node);
    sim_restart(world, node);
}

/* What proves damaged is built again once the node has ended in order. */
static void index_mend(sim_world *world, size_t node)
{
    if (sim_store_ask(world, node) && !world->nodes[node].is_failed)
        return;
    sim_quit(world, node);
    sim_restart(world, node);
}

/* Bits flip in the indexes of all nodes: files of rows, the list of these, crown and sketch. */
static void index_flips(sim_world *world)
{
    size_t count = world->options.node_count;
    sim_fill_all(world, 0, count, 500);
    sim_connect_all(world);
    sim_run(world, SIM_SECOND);
    for (size_t i = 0; i < 30; i++) {
        size_t node = sim_random(world, count);
        index_suffers(world, node);
        sim_write_for(world, 20, 500 * SIM_MS);
        index_mend(world, node);
    }
    for (size_t i = 0; i < count; i++)
        index_mend(world, i);
}

static void scrub_small_tail(sim_options *options)
{
    options->scrub_count = 200;
    options->tail_record_count = 100;
}

/* ---- Other disks -------------------------------------------------------------------------- */

/* A node is gone, and its disk is in another one. */
static void swapped(sim_world *world)
{
    sim_connect_all(world);
    for (size_t i = 0; i < 5; i++) {
        size_t left = any_node(world), right = (left + 1) % world->options.node_count;
        sim_write_for(world, 50, SIM_SECOND);
        sim_crash(world, left);
        sim_crash(world, right);
        sim_store_swap(world, left, right);
        sim_write_for(world, 20, SIM_SECOND);
        sim_restart_all(world);
    }
}

/* The last node begins with a copy of the first one's disk, which goes on. */
static void cloned(sim_world *world)
{
    size_t last = world->options.node_count - 1;
    sim_crash(world, last);
    sim_connect_all(world);
    sim_write_for(world, 100, SIM_SECOND);
    sim_crash(world, 0);
    sim_store_copy(world, 0, last);
    sim_restart_all(world);
    sim_write_for(world, 200, 5 * SIM_SECOND);
    steme_stat stats[2];
    for (size_t i = 0; i < 2; i++)
        if (steme_store_stat(world->nodes[i * last].store, &stats[i], NULL) != STEME_OK)
            sim_break(world, "a store cannot be looked at");
    if (memcmp(stats[0].node, stats[1].node, sizeof stats[0].node) == 0)
        sim_break(world, "two nodes issue stamps by one name");
}

/* A node's disk is put back to what it was a while ago. */
static void old_backup(sim_world *world)
{
    enum { SHELF = SIM_NODE_COUNT_MAX };
    sim_connect_all(world);
    sim_write_for(world, 100, SIM_SECOND);
    for (size_t i = 0; i < 5; i++) {
        size_t node = any_node(world);
        sim_crash(world, node);
        sim_store_copy(world, node, SHELF);
        sim_restart(world, node);
        sim_write_for(world, 100 + sim_random(world, 1000), 2 * SIM_SECOND);
        if (sim_run_until_equal(world, 60 * SIM_SECOND) == UINT64_MAX)
            sim_break(world, "the nodes do not become equal between two disasters");
        sim_crash(world, node);
        sim_store_copy(world, SHELF, node);
        sim_restart(world, node);
    }
}

/* ---- Killed at each call ------------------------------------------------------------------ */

/* At the n-th of all calls by which inserts change the disk, for each n; and what was derived is
 * then what the ids give. */
static void each_call_of_an_insert(sim_world *world)
{
    sim_connect_all(world);
    sim_run(world, SIM_SECOND);
    for (uint64_t call = 1; call <= 60; call++) {
        sim_disk(0)->calls_left = call;
        for (size_t i = 0; i < 20 && sim_disk(0)->calls_left > 0; i++) {
            sim_write(world, 0);
            sim_run(world, 11 * SIM_SECOND / 20); /* the tail is flushed meanwhile */
        }
        sim_crash(world, 0);
        sim_restart(world, 0);
        sim_check_summary(world, 0);
    }
}

/* The same of a node that catches up. */
static void each_call_of_a_session(sim_world *world)
{
    sim_connect_all(world);
    for (uint64_t call = 1; call <= 60; call++) {
        size_t node = sim_random(world, 2);
        sim_partition(world, 1, true);
        sim_fill(world, 0, 1 + sim_random(world, 100));
        sim_fill(world, 1, 1 + sim_random(world, 100));
        sim_heal_all(world);
        sim_disk((unsigned)node)->calls_left = call;
        sim_run(world, SIM_SECOND);
        sim_crash(world, node);
        sim_restart(world, node);
        sim_check_summary(world, node);
    }
}

static void small_tail(sim_options *options)
{
    options->tail_record_count = 40;
}

#define DISK(scenario_name, scenario_run, scenario_what)                                           \
    {                                                                                              \
        .name = scenario_name, .what = scenario_what, .node_count = 3, .run = scenario_run,        \
        .limit_ns = 120 * SIM_SECOND                                                               \
    }

static const sim_scenario scenarios[] = {
    DISK("write_errors", write_errors, "writes that fail (EIO) on a node that catches up"),
    DISK("short_writes", short_writes, "writes that do a part, and fail"),
    DISK("sync_errors", sync_errors, "syncs that fail"),
    DISK("disk_read_only", read_only, "a disk that becomes read-only, and writable again"),
    DISK("disk_full", full, "a disk that is full, and has room again"),
    {.name = "bit_flips",
     .what = "bits flip in bodies at rest: found, never served, fetched again",
     .node_count = 4,
     .set_up = scrub,
     .run = flips,
     .expect = expect_nothing_refused,
     .limit_ns = 300 * SIM_SECOND},
    {.name = "index_flips",
     .what = "bits flip in indexes at rest: found, built again, no wrong answer",
     .node_count = 3,
     .set_up = scrub_small_tail,
     .run = index_flips,
     .expect = expect_nothing_refused,
     .limit_ns = 300 * SIM_SECOND},
    DISK("disks_swapped", swapped, "two nodes that have each other's disk"),
    DISK("cloned_store", cloned, "a node that begins with a copy of another's disk"),
    DISK("old_backup", old_backup, "a node put back to an old backup"),
    {.name = "each_call_insert",
     .what = "killed at each write and sync of inserts",
     .node_count = 2,
     .set_up = small_tail,
     .run = each_call_of_an_insert,
     .limit_ns = 60 * SIM_SECOND},
    {.name = "each_call_session",
     .what = "killed at each write and sync of a session",
     .node_count = 2,
     .set_up = small_tail,
     .run = each_call_of_a_session,
     .limit_ns = 60 * SIM_SECOND},
};

const sim_group sim_disks = {scenarios, sizeof scenarios / sizeof scenarios[0]};
