/* The simulator with few seeds, and proofs that it would see what is wrong. `make sim` runs many.
 */
#include "sim/scenario.h"
#include "support/memory_set.h"
#include "support/test.h"

/* ---- The simulated set -------------------------------------------------------------------- */

static steme_id random_id(uint64_t *random)
{
    steme_id id;
    for (size_t i = 0; i < sizeof id.bytes; i++)
        id.bytes[i] = (uint8_t)(test_random(random) >> 32);
    if (test_random(random) % 4 == 0) /* a crowd that shares 60 bits, or all 64 */
        memset(id.bytes, 7, test_random(random) % 2 == 0 ? 7 : 8);
    return id;
}

typedef struct two_pins {
    replica_set sets[2];
    replica_pin *pins[2];
} two_pins;

static void assert_same_answers(const two_pins *two, uint64_t *random)
{
    steme_id ids[2][20], roots[2], added[3], id = random_id(random);
    uint64_t counts[2];
    size_t found[2];
    merkle_slot slots[2][16];
    sketch_cell cells[2][50];
    size_t cell_count = 1 + test_random(random) % 50;
    for (size_t i = 0; i < 3; i++)
        added[i] = random_id(random);
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(two->sets[i].root(two->pins[i], &roots[i], &counts[i], NULL), STEME_OK);
    assert_memory_equal(&roots[0], &roots[1], sizeof roots[0]);
    assert_int_equal(counts[0], counts[1]);
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(
            two->sets[i].root_with(two->pins[i], added, 3, &roots[i], &counts[i], NULL), STEME_OK);
    assert_memory_equal(&roots[0], &roots[1], sizeof roots[0]);
    assert_int_equal(counts[0], counts[1]);
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(two->sets[i].ids(two->pins[i], &id, 20, ids[i], &found[i], NULL),
                         STEME_OK);
    assert_int_equal(found[0], found[1]);
    assert_memory_equal(ids[0], ids[1], found[0] * sizeof(steme_id));
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(
            two->sets[i].find_item(two->pins[i], sketch_item(&id), 20, ids[i], &found[i], NULL),
            STEME_OK);
    assert_int_equal(found[0], found[1]);
    assert_memory_equal(ids[0], ids[1], found[0] * sizeof(steme_id));
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(two->sets[i].cells(two->pins[i], cell_count, cells[i], NULL), STEME_OK);
    assert_memory_equal(cells[0], cells[1], cell_count * sizeof(sketch_cell));
    for (unsigned depth = 0; depth < 20; depth++) {
        steme_id prefix = id;
        for (unsigned nibble = depth; nibble < MERKLE_NIBBLE_COUNT; nibble++)
            merkle_nibble_set(&prefix, nibble, 0);
        for (size_t i = 0; i < 2; i++)
            assert_int_equal(two->sets[i].children(two->pins[i], &prefix, depth, slots[i], NULL),
                             STEME_OK);
        assert_memory_equal(slots[0], slots[1], sizeof slots[0]);
    }
}

static void the_simulated_set_answers_as_the_plain_one(void **state)
{
    (void)state;
    uint64_t random = test_seed(5);
    sketch_key key = sketch_key_derive((steme_span){(const uint8_t *)"x", 1});
    static sim_set set;
    static memory_set plain;
    sim_set_init(&set, &key);
    memory_set_init(&plain, &key);
    two_pins two = {.sets = {sim_set_seam(&set), memory_set_seam(&plain)}};
    for (size_t round = 0; round < 60; round++) {
        two_pins older = two;
        for (size_t i = 0; i < 2; i++)
            assert_int_equal(older.sets[i].pin(older.sets[i].context, &older.pins[i], NULL),
                             STEME_OK);
        for (size_t i = test_random(&random) % 20; i > 0; i--) {
            steme_id id = random_id(&random);
            bool is_new = !memory_set_has(&plain, &id);
            assert_int_equal(sim_set_add(&set, &id, (steme_span){0}), is_new);
            memory_set_add(&plain, &id, (steme_span){0});
        }
        assert_same_answers(&older, &random); /* what was pinned has not changed */
        for (size_t i = 0; i < 2; i++)
            two.sets[i].release(older.pins[i]);
    }
    sim_set_deinit(&set);
    memory_set_deinit(&plain);
}

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

static void group_holds(const sim_group *group, size_t seed_count)
{
    uint64_t seed = test_seed(1);
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
    static const char *const names[] = {"flapping",   "kill_9",         "doubles",
                                        "liar_mixed", "short_id_twins", "clocks_wild"};
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

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(the_simulated_set_answers_as_the_plain_one),
    cmocka_unit_test(nodes_become_equal_after_partitions),
    cmocka_unit_test(nodes_become_equal_over_a_bad_network),
    cmocka_unit_test(nodes_become_equal_after_crashes_and_with_wrong_clocks),
    cmocka_unit_test(nodes_become_equal_whatever_they_hold),
    cmocka_unit_test(liars_keep_no_two_honest_nodes_apart),
    cmocka_unit_test(many_nodes_become_equal_under_churn),
    cmocka_unit_test(a_seed_replays_to_one_trace),
    cmocka_unit_test(liars_are_heard_and_refused),
    cmocka_unit_test(one_record_lost_in_a_million_is_caught),
    cmocka_unit_test(a_signature_not_checked_is_caught),
    cmocka_unit_test(a_broken_merge_is_caught),
};

TEST_MAIN(tests)
