#include "sim/scenario.h"

#include "base/memory.h"

#include <assert.h>

static const sim_scenario *now_running;

const sim_scenario *sim_scenario_now(void)
{
    return now_running;
}

static const sim_group *const groups[] = {&sim_partitions, &sim_weather, &sim_lives,  &sim_sets,
                                          &sim_disks,      &sim_lacks,   &sim_stamps, &sim_loads,
                                          &sim_liars,      &sim_clusters};

const sim_scenario *sim_scenarios(size_t *out_count)
{
    static sim_scenario all[128];
    static size_t count;
    static bool is_made;
    for (size_t i = 0; !is_made && i < sizeof groups / sizeof groups[0]; i++) {
        assert(count + groups[i]->count < sizeof all / sizeof all[0]);
        memcpy(all + count, groups[i]->scenarios, groups[i]->count * sizeof all[0]);
        count += groups[i]->count;
    }
    is_made = true;
    *out_count = count;
    return all;
}

const sim_scenario *sim_scenario_find(const char *name)
{
    size_t count;
    const sim_scenario *all = sim_scenarios(&count);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(all[i].name, name) == 0)
            return &all[i];
    }
    return NULL;
}

void sim_write_for(sim_world *world, size_t count, uint64_t duration_ns)
{
    for (size_t i = 0; i < count; i++) {
        size_t node = sim_random(world, world->options.node_count);
        if (sim_is_honest(world, node))
            sim_write(world, node);
        sim_run(world, duration_ns / count);
    }
}

/* ---- One seed ----------------------------------------------------------------------------- */

typedef struct world_sums {
    uint64_t session_count;
    uint64_t byte_count;
    uint64_t payload_count;
    uint64_t stored_count;
    uint64_t queued_size_max;
    uint64_t false_equal_count;
    uint64_t refused_count;
    size_t node_count;
} world_sums;

static world_sums sums_of(const sim_world *world)
{
    world_sums sum = {0};
    for (size_t i = 0; i < world->options.node_count; i++) {
        const sim_node_stat *stat = &world->nodes[i].stat;
        if (!sim_is_honest(world, i))
            continue;
        sum.node_count++;
        sum.session_count += stat->session_count;
        sum.byte_count += stat->byte_count;
        sum.payload_count += stat->payload_count;
        sum.stored_count += stat->stored_count;
        sum.false_equal_count += stat->false_equal_count;
        sum.refused_count += stat->refused_count;
        if (stat->queued_size_max > sum.queued_size_max)
            sum.queued_size_max = stat->queued_size_max;
    }
    return sum;
}

static int latency_compare(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    return (a > b) - (a < b);
}

static void delivery_note(sim_world *world, sim_result *result)
{
    size_t count = world->latency_count;
    if (count == 0)
        return;
    qsort(world->latencies_ms, count, sizeof(uint32_t), latency_compare);
    result->delivery_p50_ms = world->latencies_ms[count / 2];
    result->delivery_p99_ms = world->latencies_ms[count * 99 / 100];
}

static const char *failure_of(const sim_world *world, const sim_result *result,
                              const world_sums *sums)
{
    if (result->verdict.foreign_count > 0)
        return "a node holds what nobody wrote";
    if (world->broken != NULL)
        return world->broken;
    if (result->verdict.unkept_count > 0)
        return "a node lost what it acknowledged";
    if (result->verdict.lost_count > 0)
        return "records are lost, or do not arrive";
    if (!result->verdict.has_equal_roots)
        return "roots differ";
    if (result->converge_ns == UINT64_MAX)
        return "the nodes do not become equal in time";
    if (sums->false_equal_count > 0)
        return "a session reports equal sets, and other roots";
    return NULL;
}

static sim_options options_of(const sim_scenario *scenario, uint64_t seed)
{
    sim_options options = {.seed = seed,
                           .node_count = scenario->node_count,
                           .delay_min_ns = SIM_MS / 5,
                           .delay_max_ns = 20 * SIM_MS,
                           .resend_ns = 200 * SIM_MS,
                           .store_max_ns = 5 * SIM_MS,
                           .tail_record_count = 1000,
                           .drop_period = 1000000};
    if (scenario->set_up != NULL)
        scenario->set_up(&options);
    return options;
}

sim_result sim_scenario_run(const sim_scenario *scenario, uint64_t seed, sim_mutation mutation,
                            uint64_t drop_period)
{
    sim_options options = options_of(scenario, seed);
    options.mutation = mutation;
    options.drop_period = drop_period;
    sim_world *world = sim_world_new(&options);
    sim_result result = {0};
    now_running = scenario;
    scenario->run(world);
    world_sums before = sums_of(world);
    result.converge_ns = sim_run_until_equal(world, scenario->limit_ns);
    if (scenario->expect != NULL)
        scenario->expect(world);
    world_sums after = sums_of(world);
    result.verdict = sim_check(world);
    result.failure = failure_of(world, &result, &after);
    double node_count = (double)after.node_count;
    result.trace = world->trace;
    result.virtual_ns = world->now_ns - world->start_ns;
    result.rounds = (double)(after.session_count - before.session_count) / 2 / node_count;
    result.bytes_per_node = (double)after.byte_count / node_count;
    result.payloads_per_new =
        after.stored_count > 0 ? (double)after.payload_count / (double)after.stored_count : 0;
    result.queued_size_max = after.queued_size_max;
    result.refused_count = after.refused_count;
    result.insert_count = world->insert_count;
    delivery_note(world, &result);
    sim_world_free(world);
    return result;
}
