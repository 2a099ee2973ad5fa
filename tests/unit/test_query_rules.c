/* The lens rules over a store: which claims it is asked with. */
#include "support/claims.h"

typedef struct rules_world {
    claims_store store;
    steme_snapshot *snapshot;
    steme_query *query;
} rules_world;

static int set_up(void **state)
{
    static rules_world world;
    world = (rules_world){0};
    claims_open(&world.store);
    *state = &world;
    return 0;
}

static void end_query(rules_world *world)
{
    steme_query_close(world->query);
    steme_snapshot_close(world->snapshot);
    world->query = NULL;
    world->snapshot = NULL;
}

static int tear_down(void **state)
{
    end_query(*state);
    claims_close(&((rules_world *)*state)->store);
    return 0;
}

/* Key 1's word, of a second: "subject: iterations RELATION number", from a source or none. */
static steme_id say(rules_world *world, const char *subject, steme_source_class source_class,
                    steme_relation relation, int64_t number, const steme_id *source,
                    uint64_t second)
{
    steme_statement claim =
        claims_assertion(subject, "iterations", "", CLAIMS_TIME_NS + second * CLAIMS_SECOND_NS);
    claim.as.assertion.value = (steme_value){.kind = STEME_VALUE_NUMBER, .integer = number};
    claim.as.assertion.relation = relation;
    claim.as.assertion.source_class = source_class;
    if (source != NULL)
        claims_set_source(&claim, source);
    return claims_append(&world->store, &claim, 1);
}

/* What the rules say of the code, with the option `authority` where it is not NULL. */
static const steme_answer *judge(rules_world *world, const char *authority)
{
    const steme_answer *answer;
    steme_error error;
    steme_query_options options = {.subject = claims_text("code"),
                                   .predicate = claims_text("iterations"),
                                   .lens = STEME_LENS_RULES};
    if (authority != NULL)
        claims_check(steme_lens_option_set(&options.lens_options, STEME_LENS_RULES, "authority",
                                           authority, &error),
                     &error);
    end_query(world);
    claims_check(steme_snapshot_open(world->store.store, &world->snapshot, &error), &error);
    claims_check(steme_query_open(world->snapshot, &options, &world->query, &error), &error);
    claims_check(steme_query_next_answer(world->query, &answer, &error), &error);
    assert_non_null(answer);
    return answer;
}

static uint32_t rule_count(const steme_answer *answer)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < answer->claim_count; i++)
        count += answer->claims[i].is_rule != 0;
    return count;
}

static void test_bounds_from_both_sides_by_one_source_both_hold(void **state)
{
    rules_world *world = *state;
    steme_id rfc = claims_append_source(&world->store, "rfc", "1", CLAIMS_TIME_NS);
    say(world, "code", STEME_CLASS_ANECDOTAL, STEME_RELATION_EQUAL, 5, NULL, 1);
    steme_id least =
        say(world, "any", STEME_CLASS_REGULATORY, STEME_RELATION_GREATER_OR_EQUAL, 10, &rfc, 2);
    say(world, "any", STEME_CLASS_REGULATORY, STEME_RELATION_LESS_OR_EQUAL, 100, &rfc, 3);
    const steme_answer *answer = judge(world, NULL);
    assert_int_equal(rule_count(answer), 2);
    assert_int_equal(answer->verdict, STEME_VERDICT_VIOLATED);
    assert_true(claims_is_id(&answer->rule, &least));
}

static void test_a_bound_replaces_the_source_s_older_one_of_its_relation(void **state)
{
    rules_world *world = *state;
    steme_id may = claims_append_source(&world->store, "rfc", "May", CLAIMS_TIME_NS);
    steme_id june = claims_append_source(&world->store, "rfc", "June", CLAIMS_TIME_NS);
    say(world, "code", STEME_CLASS_ANECDOTAL, STEME_RELATION_EQUAL, 5, NULL, 1);
    say(world, "any", STEME_CLASS_REGULATORY, STEME_RELATION_GREATER_OR_EQUAL, 10, &may, 2);
    steme_id newer =
        say(world, "any", STEME_CLASS_REGULATORY, STEME_RELATION_GREATER_OR_EQUAL, 4, &june, 3);
    const steme_answer *answer = judge(world, NULL);
    assert_int_equal(rule_count(answer), 1);
    assert_int_equal(answer->verdict, STEME_VERDICT_SATISFIED);
    assert_true(claims_is_id(&answer->rule, &newer));
}

static void test_rules_are_of_every_class_up_to_the_option(void **state)
{
    static const char *const authorities[STEME_CLASS_COUNT] = {"0", "1", "2", "3", "4", "5"};
    rules_world *world = *state;
    say(world, "code", STEME_CLASS_ANECDOTAL, STEME_RELATION_EQUAL, 5, NULL, 1);
    for (int source_class = 0; source_class < STEME_CLASS_COUNT; source_class++) {
        char subject[16];
        snprintf(subject, sizeof subject, "by %d", source_class);
        say(world, subject, (steme_source_class)source_class, STEME_RELATION_GREATER_OR_EQUAL,
            source_class, NULL, 2);
    }
    assert_int_equal(rule_count(judge(world, NULL)), 4);
    for (uint32_t last = 0; last < STEME_CLASS_COUNT; last++)
        assert_int_equal(rule_count(judge(world, authorities[last])), last + 1);
}

#define RULES_TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

static const struct CMUnitTest tests[] = {
    RULES_TEST(test_bounds_from_both_sides_by_one_source_both_hold),
    RULES_TEST(test_a_bound_replaces_the_source_s_older_one_of_its_relation),
    RULES_TEST(test_rules_are_of_every_class_up_to_the_option),
};

TEST_MAIN(tests)
