/* Stamps: a voter who uses one twice, and counters that come to their end. */
#include "sim/scenario.h"

#include "replica/node.h"

#include <steme/lifecycle.h>

/* ---- A voter of two minds ----------------------------------------------------------------- */

enum { TARGET_COUNT = 10, VOTER_COUNT = 5, VOTE_COUNT_MAX = 400 };

typedef struct vote {
    size_t entry;
    size_t target;
    unsigned voter;
    steme_stamp stamp;
    int32_t weight_millionths;
} vote;

static vote votes[VOTE_COUNT_MAX]; /* of the world that runs */
static size_t vote_count;
static size_t targets[TARGET_COUNT]; /* entries */

static void cast(sim_world *world, size_t node, vote it)
{
    steme_statement statement = {.type = STEME_VOTE, .stamp = it.stamp};
    statement.claim_time_ns = (int64_t)it.stamp.time_ns;
    statement.as.vote = (steme_vote){.target = world->entries[targets[it.target]].id,
                                     .weight_millionths = it.weight_millionths};
    it.entry = sim_cast(world, node, it.voter, &statement);
    if (it.entry != SIZE_MAX && vote_count < VOTE_COUNT_MAX)
        votes[vote_count++] = it;
}

static int32_t any_weight(sim_world *world)
{
    return (int32_t)sim_random(world, 2000001) - 1000000;
}

/* With one key, one stamp and one target, something else is told to another node. */
static void vote_twice(sim_world *world)
{
    size_t count = world->options.node_count, node = sim_random(world, count);
    vote it = {.target = sim_random(world, TARGET_COUNT),
               .voter = (unsigned)sim_random(world, VOTER_COUNT),
               .weight_millionths = any_weight(world)};
    it.stamp = (steme_stamp){SIM_RECORD_TIME_NS + sim_random(world, 8), 0, {(uint8_t)it.voter}};
    cast(world, node, it);
    it.weight_millionths = any_weight(world);
    if (sim_random(world, 4) > 0)
        cast(world, (node + 1 + sim_random(world, count - 1)) % count, it);
}

static void two_minds(sim_world *world)
{
    vote_count = 0;
    sim_fill(world, 0, TARGET_COUNT);
    for (size_t i = 0; i < TARGET_COUNT; i++)
        targets[i] = i;
    sim_connect_all(world);
    sim_run(world, SIM_SECOND);
    for (size_t i = 0; i < 100; i++) {
        if (i % 20 == 0)
            sim_partition(world, 1 + sim_random(world, world->options.node_count - 1), true);
        if (i % 20 == 15)
            sim_heal_all(world);
        vote_twice(world);
        sim_run(world, sim_random(world, 100) * SIM_MS);
    }
    sim_heal_all(world);
}

/* Whether `left` counts where both are by one voter on one target. */
static bool is_greater(const sim_world *world, const vote *left, const vote *right)
{
    int order = steme_stamp_compare(&left->stamp, &right->stamp);
    return order != 0 ? order > 0
                      : memcmp(&world->entries[left->entry].id, &world->entries[right->entry].id,
                               sizeof(steme_id)) > 0;
}

static void tally_add(steme_tally *tally, int32_t weight_millionths)
{
    tally->sum_millionths += weight_millionths;
    tally->for_count += weight_millionths > 0;
    tally->against_count += weight_millionths < 0;
}

/* What the votes come to, worked out from what was cast alone. */
static steme_tally tally_of(const sim_world *world, size_t target)
{
    steme_tally tally = {0};
    for (unsigned voter = 0; voter < VOTER_COUNT; voter++) {
        const vote *greatest = NULL;
        for (size_t i = 0; i < vote_count; i++)
            if (votes[i].voter == voter && votes[i].target == target &&
                (greatest == NULL || is_greater(world, &votes[i], greatest)))
                greatest = &votes[i];
        if (greatest != NULL)
            tally_add(&tally, greatest->weight_millionths);
    }
    return tally;
}

/* ---- The mutation: what came first counts */

typedef struct arrivals {
    const sim_world *world;
    size_t target;
    bool has_voted[VOTER_COUNT];
    steme_tally tally;
} arrivals;

static steme_status arrive(void *context, const steme_record *record, uint64_t arrival_ns,
                           steme_error *error)
{
    arrivals *it = context;
    (void)arrival_ns;
    (void)error;
    for (size_t i = 0; i < vote_count; i++) {
        bool is_it =
            votes[i].target == it->target && !it->has_voted[votes[i].voter] &&
            memcmp(&it->world->entries[votes[i].entry].id, &record->id, sizeof record->id) == 0;
        if (!is_it)
            continue;
        it->has_voted[votes[i].voter] = true;
        tally_add(&it->tally, votes[i].weight_millionths);
    }
    return STEME_OK;
}

/* ---- What a node says */

static steme_status note_equivocation(void *context, const steme_vote_report *report,
                                      steme_error *error)
{
    size_t *count = context;
    (void)error;
    *count += report->is_equivocation != 0;
    return STEME_OK;
}

static steme_status node_tally(sim_world *world, steme_snapshot *snapshot, size_t target,
                               size_t *equivocation_count, steme_tally *out_tally)
{
    steme_lifecycle *lifecycle = NULL;
    arrivals first = {.world = world, .target = target};
    if (world->options.mutation == SIM_COUNTS_FIRST_VOTE) {
        steme_status status = steme_snapshot_visit(snapshot, arrive, &first, NULL, NULL);
        *out_tally = first.tally;
        return status;
    }
    steme_status status = steme_lifecycle_open(snapshot, NULL, &lifecycle, NULL);
    if (status == STEME_OK)
        status = steme_lifecycle_votes(lifecycle, &world->entries[targets[target]].id,
                                       note_equivocation, equivocation_count, out_tally, NULL);
    steme_lifecycle_close(lifecycle);
    return status;
}

static void node_counts_right(sim_world *world, size_t node, size_t *equivocation_count)
{
    steme_snapshot *snapshot;
    sim_process_enter((unsigned)node);
    if (world->nodes[node].store == NULL ||
        steme_snapshot_open(world->nodes[node].store, &snapshot, NULL) != STEME_OK) {
        sim_break(world, "a store cannot be read");
        return;
    }
    for (size_t i = 0; i < TARGET_COUNT; i++) {
        steme_tally right = tally_of(world, i), tally = {0};
        if (node_tally(world, snapshot, i, equivocation_count, &tally) != STEME_OK ||
            tally.sum_millionths != right.sum_millionths || tally.for_count != right.for_count ||
            tally.against_count != right.against_count)
            sim_break(world, "a node counts votes otherwise");
    }
    steme_snapshot_close(snapshot);
}

/* All of them count alike, and each sees that somebody said two things. */
static void expect_equal_tallies(sim_world *world)
{
    size_t first_count = 0;
    for (size_t i = 0; i < world->options.node_count; i++) {
        size_t count = 0;
        node_counts_right(world, i, &count);
        if (i == 0)
            first_count = count;
        if (count == 0 || count != first_count)
            sim_break(world, "a node does not see the equivocation");
    }
}

/* ---- Counters ----------------------------------------------------------------------------- */

static struct {
    steme_stamp last;
    bool has_last;
} issued[SIM_NODE_COUNT_MAX]; /* by the nodes of the world that runs */

static steme_stamp stamp_take(sim_world *world, size_t node)
{
    steme_stamp stamp = {0};
    sim_process_enter((unsigned)node);
    if (steme_store_next_stamp(world->nodes[node].store, &stamp, NULL) != STEME_OK)
        sim_break(world, "a clock gives no stamp");
    if (world->options.mutation == SIM_LOSES_CARRY && stamp.counter == 0)
        stamp.time_ns--;
    if (issued[node].has_last && steme_stamp_compare(&stamp, &issued[node].last) <= 0)
        sim_break(world, "a stamp is not above the one before");
    issued[node].last = stamp;
    issued[node].has_last = true;
    return stamp;
}

static uint64_t wall_now(const sim_world *world, size_t node)
{
    return SIM_RECORD_TIME_NS + sim_clock(world, node) - world->start_ns + SIM_WALL_AHEAD_NS;
}

/* A member's stamp that is mature, and whose counter is full: what is issued next is above it. */
static void full_counter(sim_world *world, size_t node)
{
    vote it = {.weight_millionths = any_weight(world)};
    it.stamp = (steme_stamp){wall_now(world, node) + sim_random(world, 400) * SIM_MS,
                             UINT32_MAX - (uint32_t)sim_random(world, 2),
                             {0xff, (uint8_t)node}};
    cast(world, node, it);
    for (size_t i = 0; i < 3; i++) {
        steme_stamp stamp = stamp_take(world, node);
        if (steme_stamp_compare(&stamp, &it.stamp) <= 0)
            sim_break(world, "a stamp is not above one that was seen");
    }
}

/* A stamp at the end of all time: held, and no clock follows it. */
static void end_of_time(sim_world *world, size_t node)
{
    vote it = {.weight_millionths = any_weight(world)};
    it.stamp = (steme_stamp){UINT64_MAX - sim_random(world, 2), UINT32_MAX, {0xfe}};
    cast(world, node, it);
    if (stamp_take(world, node).time_ns > wall_now(world, node) + 60 * SIM_SECOND)
        sim_break(world, "a clock follows a stamp of the future");
}

/* Numbers of streams and of batches, of every replica, shortly before they begin again. */
static void numbers_end(sim_world *world)
{
    for (size_t i = 0; i < world->options.node_count; i++) {
        steme_replica *replica = world->nodes[i].replica;
        replica->next_stream = UINT32_MAX - 2 * (uint32_t)sim_random(world, 10);
        replica->next_token = UINT64_MAX - sim_random(world, 20);
    }
}

static void counters_end(sim_world *world)
{
    memset(issued, 0, sizeof issued);
    vote_count = 0;
    sim_fill(world, 0, TARGET_COUNT);
    numbers_end(world);
    sim_connect_all(world);
    for (size_t i = 0; i < 60; i++) {
        size_t node = sim_random(world, world->options.node_count);
        full_counter(world, node);
        if (sim_random(world, 4) == 0)
            end_of_time(world, node);
        sim_break_streams(world, node, (node + 1) % world->options.node_count);
        sim_write_for(world, 5, 300 * SIM_MS);
        if (sim_random(world, 10) > 0)
            continue;
        sim_crash(world, node);
        sim_restart(world, node);
        (void)stamp_take(world, node);
    }
}

static const sim_scenario scenarios[] = {
    {.name = "voter_of_two_minds",
     .what = "voters who tell two nodes two things with one stamp: all count alike",
     .node_count = 4,
     .run = two_minds,
     .expect = expect_equal_tallies,
     .limit_ns = 60 * SIM_SECOND},
    {.name = "counters_end",
     .what = "stamps with full counters, stamps at the end of time, numbers that begin again",
     .node_count = 3,
     .run = counters_end,
     .limit_ns = 60 * SIM_SECOND},
};

const sim_group sim_stamps = {scenarios, sizeof scenarios / sizeof scenarios[0]};
