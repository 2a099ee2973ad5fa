/* The lenses' rules on small cases that are worked out by hand. */
#include "support/test.h"

#include "lens/lens.h"

#define SECOND_NS INT64_C(1000000000)

enum { CASE_MAX = 16 };

/* Candidates whose identity, id and stamp are told by small numbers. */
typedef struct small_case {
    lens_record records[CASE_MAX];
    lens_candidate candidates[CASE_MAX];
    uint8_t identities[CASE_MAX][32];
    uint8_t ids[CASE_MAX][32];
    steme_stamp stamps[CASE_MAX];
    lens_value values[CASE_MAX];
    uint32_t count;
    uint32_t value_count;
    lens_options options;
    lens_tally tally;
    lens_result result;
} small_case;

static void add(small_case *world, uint8_t identity, uint32_t value, int64_t claim_time,
                uint64_t stamp, uint8_t id)
{
    uint32_t at = world->count++;
    world->identities[at][0] = identity;
    world->ids[at][0] = id;
    world->stamps[at].time_ns = stamp;
    world->records[at] = (lens_record){.id = world->ids[at],
                                       .stamp = &world->stamps[at],
                                       .claim_time_ns = claim_time,
                                       .value = value,
                                       .object = value};
    world->candidates[at] = (lens_candidate){.identity = world->identities[at],
                                             .record = &world->records[at],
                                             .confidence = LENS_UNIT,
                                             .trust = LENS_TRUST_DEFAULT,
                                             .source_class = STEME_CLASS_ANECDOTAL};
    if (value >= world->value_count)
        world->value_count = value + 1;
}

static void resolve(small_case *world, steme_lens lens)
{
    int is_many = world->options.is_many;
    lens_options_fill(&(steme_lens_options){0}, &world->options);
    world->options.is_many = is_many;
    lens_tally_count(world->candidates, world->count, world->values, world->value_count,
                     &world->tally);
    lens_resolve(&world->options, lens, &world->tally, &world->result);
}

static uint8_t head(const small_case *world, uint32_t value)
{
    return world->candidates[world->values[value].newest].record->id[0];
}

static void test_no_candidates_have_no_winner(void **state)
{
    (void)state;
    for (steme_lens lens = STEME_LENS_RECENCY; lens < STEME_LENS_COUNT; lens++) {
        small_case world = {0};
        resolve(&world, lens);
        assert_int_equal(world.result.has_winner, 0);
        assert_int_equal(world.result.has_runner_up, 0);
        assert_int_equal(world.result.conflict, 0);
        assert_int_equal(world.result.agreement, STEME_AGREEMENT_UNANIMOUS);
    }
}

static void test_shares_split_each_identity_s_unit(void **state)
{
    (void)state;
    small_case world = {0};
    add(&world, 1, 0, 1, 1, 1);
    add(&world, 1, 1, 2, 2, 2);
    add(&world, 1, 2, 3, 3, 3);
    add(&world, 2, 0, 4, 4, 4);
    resolve(&world, STEME_LENS_SKEPTIC);
    assert_int_equal(world.values[0].units, 1333333);
    assert_int_equal(world.values[0].share, 666666);
    assert_int_equal(world.values[1].share, 166666);
    assert_int_equal(world.values[2].share, 166666);
    assert_int_equal(world.values[0].signer_count, 2);
    assert_int_equal(world.result.has_winner, 0);
    assert_int_equal(world.result.agreement, STEME_AGREEMENT_CONTESTED);
}

static void test_saying_a_thing_twice_counts_once(void **state)
{
    (void)state;
    small_case world = {0};
    add(&world, 1, 0, 1, 1, 1);
    add(&world, 1, 0, 2, 2, 2);
    add(&world, 1, 0, 3, 3, 3);
    add(&world, 2, 1, 4, 4, 4);
    resolve(&world, STEME_LENS_CONSENSUS);
    assert_int_equal(world.values[0].share, 500000);
    assert_int_equal(world.values[1].share, 500000);
    assert_int_equal(world.values[0].signer_count, 1);
    for (uint32_t i = 0; i < world.count; i++) /* the newest carries the weight */
        assert_int_equal(world.candidates[i].weight,
                         world.candidates[i].record->id[0] >= 3 ? 1000000 : 0);
}

static void test_consensus_gives_the_greatest_share(void **state)
{
    (void)state;
    small_case world = {0};
    add(&world, 1, 0, 9, 9, 1);
    add(&world, 2, 1, 1, 1, 2);
    add(&world, 3, 1, 2, 2, 3);
    resolve(&world, STEME_LENS_CONSENSUS);
    assert_int_equal(world.result.winner, 1);
    assert_int_equal(head(&world, 1), 3);
    assert_int_equal(world.result.confidence, 666666);
    assert_int_equal(world.result.runner_up, 0);
}

static void test_consensus_breaks_ties_by_stamp_then_id(void **state)
{
    (void)state;
    small_case by_stamp = {0};
    add(&by_stamp, 1, 0, 9, 1, 9); /* later claim time and greater id do not decide */
    add(&by_stamp, 2, 1, 1, 2, 1);
    resolve(&by_stamp, STEME_LENS_CONSENSUS);
    assert_int_equal(by_stamp.result.winner, 1);
    small_case by_id = {0};
    add(&by_id, 1, 0, 1, 1, 3);
    add(&by_id, 2, 1, 1, 1, 2);
    resolve(&by_id, STEME_LENS_CONSENSUS);
    assert_int_equal(by_id.result.winner, 0);
}

static void test_recency_gives_the_newest_claim_time(void **state)
{
    (void)state;
    small_case world = {0};
    add(&world, 1, 0, 5, 1, 1);
    add(&world, 2, 1, 4, 9, 2); /* a greater stamp does not decide */
    add(&world, 3, 1, 3, 8, 3);
    resolve(&world, STEME_LENS_RECENCY);
    assert_int_equal(world.result.winner, 0);
    assert_int_equal(world.result.runner_up, 1);
    assert_int_equal(head(&world, 1), 2);
}

static void test_recency_breaks_ties_by_stamp_then_id(void **state)
{
    (void)state;
    small_case world = {0};
    add(&world, 1, 0, 5, 1, 9);
    add(&world, 2, 1, 5, 2, 1);
    add(&world, 3, 2, 5, 2, 2);
    resolve(&world, STEME_LENS_RECENCY);
    assert_int_equal(world.result.winner, 2);
    assert_int_equal(world.result.runner_up, 1);
}

static uint32_t confidence_at_gap(int64_t gap_ns)
{
    small_case world = {0};
    add(&world, 1, 0, 0, 1, 1);
    add(&world, 2, 1, gap_ns, 2, 2);
    add(&world, 3, 1, gap_ns, 3, 3); /* the same value is no gap */
    resolve(&world, STEME_LENS_RECENCY);
    return world.result.confidence;
}

static void test_recency_s_confidence_follows_the_gap(void **state)
{
    (void)state;
    assert_int_equal(confidence_at_gap(0), 500000);
    assert_int_equal(confidence_at_gap(60 * SECOND_NS), 500000);
    assert_int_equal(confidence_at_gap(60 * SECOND_NS + 1), 600000);
    assert_int_equal(confidence_at_gap(3600 * SECOND_NS), 600000);
    assert_int_equal(confidence_at_gap(3600 * SECOND_NS + 1), 800000);
    assert_int_equal(confidence_at_gap(86400 * SECOND_NS), 800000);
    assert_int_equal(confidence_at_gap(86400 * SECOND_NS + 1), 950000);
}

static void test_recency_is_sure_of_a_value_alone(void **state)
{
    (void)state;
    small_case world = {0};
    add(&world, 1, 0, 1, 1, 1);
    add(&world, 2, 0, 2, 2, 2);
    resolve(&world, STEME_LENS_RECENCY);
    assert_int_equal(world.result.confidence, 1000000);
    assert_int_equal(world.result.has_runner_up, 0);
}

static void test_recency_s_gap_may_need_64_bits(void **state)
{
    (void)state;
    small_case world = {0};
    add(&world, 1, 0, INT64_MIN, 1, 1);
    add(&world, 2, 1, INT64_MAX, 2, 2);
    resolve(&world, STEME_LENS_RECENCY);
    assert_int_equal(world.result.confidence, 950000);
}

static void test_lenses_are_found_by_name(void **state)
{
    (void)state;
    for (int i = STEME_LENS_NONE; i < STEME_LENS_COUNT; i++) {
        steme_lens found;
        assert_true(steme_lens_find(steme_lens_name((steme_lens)i), &found));
        assert_int_equal(found, i);
        assert_non_null(steme_lens_summary(found));
    }
    steme_lens found;
    assert_false(steme_lens_find("", &found));
    assert_false(steme_lens_find("Recency", &found));
    assert_null(steme_lens_name((steme_lens)99));
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_no_candidates_have_no_winner),
    cmocka_unit_test(test_shares_split_each_identity_s_unit),
    cmocka_unit_test(test_saying_a_thing_twice_counts_once),
    cmocka_unit_test(test_consensus_gives_the_greatest_share),
    cmocka_unit_test(test_consensus_breaks_ties_by_stamp_then_id),
    cmocka_unit_test(test_recency_gives_the_newest_claim_time),
    cmocka_unit_test(test_recency_breaks_ties_by_stamp_then_id),
    cmocka_unit_test(test_recency_s_confidence_follows_the_gap),
    cmocka_unit_test(test_recency_is_sure_of_a_value_alone),
    cmocka_unit_test(test_recency_s_gap_may_need_64_bits),
    cmocka_unit_test(test_lenses_are_found_by_name),
};

TEST_MAIN(tests)
