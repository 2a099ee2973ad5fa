/* The simulator with few seeds, and proofs that it would see what is wrong. `make sim` runs many.
 */
#include "sim/scenario.h"
#include "support/test.h"

/* ---- Scenarios ---------------------------------------------------------------------------- */

static void scenario_holds(const sim_scenario *scenario, uint64_t seed)
{
    sim_result result = sim_scenario_run(scenario, seed, SIM_SOUND, 0);
    if (result.failure != NULL)
        fail_msg("%s, seed %llu: %s: lost %llu, foreign %llu", scenario->name,
                 (unsigned long long)seed, result.failure,
                 (unsigned long long)result.verdict.lost_count,
                 (unsigned long long)result.verdict.foreign_count);
}

/* STEME_SIM_SEED_COUNT: of each scenario, in place of what its test says. */
static void group_holds(const sim_group *group, size_t seed_count)
{
    const char *given = getenv("STEME_SIM_SEED_COUNT");
    uint64_t seed = test_seed(1);
    seed_count = given != NULL ? (size_t)strtoul(given, NULL, 10) : seed_count;
    print_message("STEME_TEST_SEED=%llu\n", (unsigned long long)seed);
    for (size_t i = 0; i < group->count; i++) {
        for (size_t j = 0; j < seed_count; j++)
            scenario_holds(&group->scenarios[i], seed + j);
    }
}

static void nodes_become_equal_after_partitions(void **state)
{
    (void)state;
    group_holds(&sim_partitions, 3);
}

static void nodes_become_equal_over_a_bad_network(void **state)
{
    (void)state;
    group_holds(&sim_weather, 3);
}

static void nodes_become_equal_after_crashes_and_with_wrong_clocks(void **state)
{
    (void)state;
    group_holds(&sim_lives, 3);
}

static void nodes_become_equal_whatever_they_hold(void **state)
{
    (void)state;
    group_holds(&sim_sets, 2);
}

static void liars_keep_no_two_honest_nodes_apart(void **state)
{
    (void)state;
    group_holds(&sim_liars, 3);
}

static void nodes_become_equal_whatever_disks_do(void **state)
{
    (void)state;
    group_holds(&sim_disks, 2);
}

static void nodes_become_equal_whatever_lacks(void **state)
{
    (void)state;
    group_holds(&sim_lacks, 2);
}

static void nodes_count_votes_alike_and_stamps_ascend(void **state)
{
    (void)state;
    group_holds(&sim_stamps, 2);
}

static void nodes_become_equal_under_any_load(void **state)
{
    (void)state;
    for (size_t i = 0; i < sim_loads.count; i++)
        if (!sim_loads.scenarios[i].is_large)
            scenario_holds(&sim_loads.scenarios[i], test_seed(1));
    scenario_holds(sim_scenario_find("sessions_1000"), test_seed(1));
}

static void many_nodes_become_equal_under_churn(void **state)
{
    (void)state;
    scenario_holds(sim_scenario_find("mesh_33"), test_seed(1));
    scenario_holds(sim_scenario_find("cluster_100"), test_seed(1));
}

/* ---- The simulator itself ----------------------------------------------------------------- */

static void a_seed_replays_to_one_trace(void **state)
{
    (void)state;
    static const char *const names[] = {
        "flapping",     "kill_9",    "doubles",     "liar_mixed", "short_id_twins", "clocks_wild",
        "write_errors", "bit_flips", "index_flips", "no_memory",  "no_threads",     "counters_end"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const sim_scenario *scenario = sim_scenario_find(names[i]);
        uint64_t first = sim_scenario_run(scenario, 7, SIM_SOUND, 0).trace;
        sim_scenario_run(scenario, 8, SIM_SOUND, 0);
        assert_true(first == sim_scenario_run(scenario, 7, SIM_SOUND, 0).trace);
        assert_true(first != sim_scenario_run(scenario, 8, SIM_SOUND, 0).trace);
    }
}

static void liars_are_heard_and_refused(void **state)
{
    (void)state;
    static const char *const names[] = {"liar_body", "liar_forge"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        uint64_t refused_count = 0;
        for (uint64_t seed = 1; seed <= 5; seed++)
            refused_count +=
                sim_scenario_run(sim_scenario_find(names[i]), seed, SIM_SOUND, 0).refused_count;
        assert_true(refused_count > 0);
    }
}

/* Breaks the sets, and counts seeds until a check fails. */
static void mutation_is_caught(const char *name, sim_mutation mutation, uint64_t drop_period)
{
    enum { SEED_COUNT = 100 };
    const sim_scenario *scenario = sim_scenario_find(name);
    uint64_t insert_count = 0;
    for (uint64_t seed = 1; seed < SEED_COUNT; seed++) {
        sim_result result = sim_scenario_run(scenario, seed, mutation, drop_period);
        insert_count += result.insert_count;
        if (result.failure == NULL)
            continue;
        print_message("%s: seed %llu, after %llu inserts: %s\n", name, (unsigned long long)seed,
                      (unsigned long long)insert_count, result.failure);
        scenario_holds(scenario, seed); /* it was the mutation */
        return;
    }
    fail_msg("%s: not caught in %d seeds", name, SEED_COUNT);
}

static void one_record_lost_in_a_million_is_caught(void **state)
{
    (void)state;
    mutation_is_caught("back_after_many", SIM_DROPS_RECORD, 1000000);
}

static void a_signature_not_checked_is_caught(void **state)
{
    (void)state;
    mutation_is_caught("liar_body", SIM_SKIPS_SIGNATURE, 0);
    mutation_is_caught("liar_forge", SIM_SKIPS_SIGNATURE, 0);
}

static void a_broken_merge_is_caught(void **state)
{
    (void)state;
    mutation_is_caught("halves", SIM_BREAKS_MERGE, 0);
    mutation_is_caught("overlap", SIM_BREAKS_MERGE, 0);
}

static void a_failed_batch_that_is_acknowledged_is_caught(void **state)
{
    (void)state;
    mutation_is_caught("no_memory", SIM_HIDES_FAILURE, 0);
    mutation_is_caught("no_descriptors", SIM_HIDES_FAILURE, 0);
}

static void damage_that_is_taken_for_absence_is_caught(void **state)
{
    (void)state;
    mutation_is_caught("index_flips", SIM_DENIES_DAMAGED, 0);
}

static void a_tally_by_order_of_arrival_is_caught(void **state)
{
    (void)state;
    mutation_is_caught("voter_of_two_minds", SIM_COUNTS_FIRST_VOTE, 0);
}

static void a_counter_that_does_not_carry_is_caught(void **state)
{
    (void)state;
    mutation_is_caught("counters_end", SIM_LOSES_CARRY, 0);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(nodes_become_equal_after_partitions),
    cmocka_unit_test(nodes_become_equal_over_a_bad_network),
    cmocka_unit_test(nodes_become_equal_after_crashes_and_with_wrong_clocks),
    cmocka_unit_test(nodes_become_equal_whatever_they_hold),
    cmocka_unit_test(nodes_become_equal_whatever_disks_do),
    cmocka_unit_test(nodes_become_equal_whatever_lacks),
    cmocka_unit_test(nodes_count_votes_alike_and_stamps_ascend),
    cmocka_unit_test(nodes_become_equal_under_any_load),
    cmocka_unit_test(liars_keep_no_two_honest_nodes_apart),
    cmocka_unit_test(many_nodes_become_equal_under_churn),
    cmocka_unit_test(a_seed_replays_to_one_trace),
    cmocka_unit_test(liars_are_heard_and_refused),
    cmocka_unit_test(one_record_lost_in_a_million_is_caught),
    cmocka_unit_test(a_signature_not_checked_is_caught),
    cmocka_unit_test(a_broken_merge_is_caught),
    cmocka_unit_test(a_failed_batch_that_is_acknowledged_is_caught),
    cmocka_unit_test(damage_that_is_taken_for_absence_is_caught),
    cmocka_unit_test(a_tally_by_order_of_arrival_is_caught),
    cmocka_unit_test(a_counter_that_does_not_carry_is_caught),
};

TEST_MAIN(tests)
