/* The lenses that look at source class, confidence, trust, votes and relations, on small cases. */
#include "support/test.h"

#include "lens/decay.h"
#include "lens/lens.h"
#include "lens/odds.h"
#include "lens/trust.h"

#define DAY_NS (UINT64_C(86400) * 1000000000)

enum { CASE_MAX = 1024 };

typedef struct class_case {
    lens_options options;
    lens_record records[CASE_MAX];
    lens_candidate candidates[CASE_MAX];
    steme_value contents[CASE_MAX];
    uint8_t identities[CASE_MAX][32];
    uint8_t ids[CASE_MAX][32];
    steme_stamp stamps[CASE_MAX];
    lens_value values[CASE_MAX];
    uint32_t record_count;
    uint32_t count;
    uint32_t value_count;
    lens_tally tally;
    lens_result result;
} class_case;

static class_case *new_case(void)
{
    static class_case world;
    world = (class_case){0};
    lens_options_fill(&(steme_lens_options){0}, &world.options);
    return &world;
}

static void sign(class_case *world, uint32_t record, uint32_t identity,
                 steme_source_class source_class, uint32_t confidence)
{
    uint32_t at = world->count++;
    world->identities[at][0] = (uint8_t)(identity >> 8);
    world->identities[at][1] = (uint8_t)identity;
    world->candidates[at] = (lens_candidate){.identity = world->identities[at],
                                             .record = &world->records[record],
                                             .confidence = confidence,
                                             .trust = LENS_TRUST_DEFAULT,
                                             .source_class = source_class};
}

/* A record by an identity of its own; stamps and claim times ascend. Gives its number. */
static uint32_t claim(class_case *world, uint32_t value, steme_source_class source_class,
                      uint32_t confidence)
{
    uint32_t at = world->record_count++;
    world->ids[at][0] = (uint8_t)(at >> 8);
    world->ids[at][1] = (uint8_t)at;
    world->stamps[at].time_ns = at + 1;
    world->records[at] = (lens_record){.id = world->ids[at],
                                       .stamp = &world->stamps[at],
                                       .claim_time_ns = at + 1,
                                       .value = value,
                                       .object = value,
                                       .content = &world->contents[at]};
    world->contents[at] = (steme_value){.kind = STEME_VALUE_TEXT};
    if (value >= world->value_count)
        world->value_count = value + 1;
    sign(world, at, at, source_class, confidence);
    return at;
}

/* An authority's demand of a number, each a value of its own. */
static uint32_t demand(class_case *world, steme_source_class source_class, steme_relation relation,
                       int64_t number)
{
    uint32_t at = claim(world, world->value_count, source_class, 900000);
    world->contents[at] = (steme_value){.kind = STEME_VALUE_NUMBER, .integer = number};
    world->records[at].relation = relation;
    world->records[at].is_rule = 1;
    if (relation == STEME_RELATION_NONE)
        world->records[at].content = NULL;
    return at;
}

static uint32_t state(class_case *world, int64_t number)
{
    uint32_t at = claim(world, world->value_count, STEME_CLASS_ANECDOTAL, 800000);
    world->contents[at] = (steme_value){.kind = STEME_VALUE_NUMBER, .integer = number};
    return at;
}

static void resolve(class_case *world, steme_lens lens)
{
    lens_tally_count(world->candidates, world->count, world->values, world->value_count,
                     &world->tally);
    lens_resolve(&world->options, lens, &world->tally, &world->result);
}

static uint32_t number_of(const class_case *world, uint32_t candidate)
{
    return (uint32_t)(world->candidates[candidate].record - world->records);
}

/* ---- Authority, weighted, layered --------------------------------------------------------- */

static void test_a_thousand_anecdotes_never_outweigh_one_regulator(void **test)
{
    (void)test;
    class_case *world = new_case();
    claim(world, 0, STEME_CLASS_REGULATORY, 1);
    for (int i = 0; i < 1000; i++)
        claim(world, 1, STEME_CLASS_ANECDOTAL, 1000000);
    resolve(world, STEME_LENS_AUTHORITY);
    assert_int_equal(world->result.winner, 0);
    assert_int_equal(world->result.runner_up, 1);
    resolve(world, STEME_LENS_LAYERED);
    assert_int_equal(world->result.winner, 0);
    assert_int_equal(world->result.tier_count, 2);
    assert_int_equal(world->result.tiers[1].record_count, 1000);
}

static void test_signing_together_is_worth_what_signing_apart_is(void **test)
{
    (void)test;
    class_case *world = new_case();
    claim(world, 0, STEME_CLASS_CLINICAL, 900000);
    claim(world, 0, STEME_CLASS_CLINICAL, 900000);
    resolve(world, STEME_LENS_AUTHORITY);
    uint32_t apart = world->result.confidence;
    world = new_case();
    sign(world, claim(world, 0, STEME_CLASS_CLINICAL, 900000), 7, STEME_CLASS_CLINICAL, 900000);
    resolve(world, STEME_LENS_AUTHORITY);
    assert_int_equal(world->result.confidence, apart);
    assert_int_equal(apart, 618694);
}

static void test_repeating_oneself_counts_once_by_the_greatest_weight(void **test)
{
    (void)test;
    class_case *world = new_case();
    for (int i = 0; i < 10; i++) {
        uint32_t at = claim(world, 0, STEME_CLASS_CLINICAL, i == 4 ? 900000 : 100000);
        memset(world->identities[at], 7, 32);
    }
    resolve(world, STEME_LENS_AUTHORITY);
    assert_int_equal(world->result.confidence, 382500);
    assert_int_equal(number_of(world, world->result.winner_head), 9); /* quoted by the newest */
}

static void test_a_value_is_quoted_by_a_record_that_counts(void **test)
{
    (void)test;
    class_case *world = new_case();
    claim(world, 0, STEME_CLASS_EXPERT, 900000);
    claim(world, 0, STEME_CLASS_ANECDOTAL, 900000); /* newer */
    resolve(world, STEME_LENS_AUTHORITY);
    assert_int_equal(number_of(world, world->result.winner_head), 0);
}

static void test_weighted_without_weights_has_no_winner(void **test)
{
    (void)test;
    class_case *world = new_case();
    claim(world, 0, STEME_CLASS_EXPERT, 0);
    claim(world, 1, STEME_CLASS_EXPERT, 0);
    resolve(world, STEME_LENS_WEIGHTED);
    assert_false(world->result.has_winner);
    assert_int_equal(world->result.conflict, 1000000);
}

static void test_weighted_with_equal_weights_is_consensus(void **test)
{
    (void)test;
    class_case *world = new_case();
    claim(world, 0, STEME_CLASS_EXPERT, 1000000);
    claim(world, 1, STEME_CLASS_EXPERT, 1000000);
    claim(world, 0, STEME_CLASS_EXPERT, 1000000);
    resolve(world, STEME_LENS_WEIGHTED);
    assert_int_equal(world->result.winner, 0);
    assert_int_equal(world->result.confidence, 666666);
}

static void test_class_weights_are_an_option(void **test)
{
    (void)test;
    class_case *world = new_case();
    claim(world, 0, STEME_CLASS_ANECDOTAL, 1000000);
    claim(world, 1, STEME_CLASS_CLINICAL, 1000000);
    resolve(world, STEME_LENS_WEIGHTED);
    assert_int_equal(world->result.winner, 1);
    world->options.class_weights[STEME_CLASS_ANECDOTAL] = 900000;
    resolve(world, STEME_LENS_WEIGHTED);
    assert_int_equal(world->result.winner, 0);
}

static void test_layered_leaves_out_empty_tiers(void **test)
{
    (void)test;
    class_case *world = new_case();
    claim(world, 0, STEME_CLASS_EXPERT, 900000);
    claim(world, 1, STEME_CLASS_EXPERT, 800000);
    claim(world, 0, STEME_CLASS_ANECDOTAL, 900000);
    resolve(world, STEME_LENS_LAYERED);
    assert_int_equal(world->result.tier_count, 2);
    assert_int_equal(world->result.tiers[0].source_class, STEME_CLASS_EXPERT);
    assert_int_equal(world->result.tiers[0].conflict, 1000000);
    assert_int_equal(world->result.tiers[1].source_class, STEME_CLASS_ANECDOTAL);
    assert_int_equal(world->result.tiers[1].conflict, 0);
    assert_int_equal(world->result.conflict, 0); /* both tiers say the same */
}

/* ---- Votes, cardinality ------------------------------------------------------------------- */

static void test_a_record_s_votes_count_once(void **test)
{
    (void)test;
    class_case *world = new_case();
    uint32_t cosigned = claim(world, 0, STEME_CLASS_EXPERT, 1000000);
    for (uint32_t i = 10; i < 15; i++)
        sign(world, cosigned, i, STEME_CLASS_EXPERT, 1000000);
    world->records[cosigned].votes = 200000;
    world->records[claim(world, 1, STEME_CLASS_EXPERT, 1000000)].votes = 600000;
    resolve(world, STEME_LENS_VOTES);
    assert_int_equal(world->result.winner, 1);
    assert_int_equal(world->result.confidence, 750000);
}

static void test_without_votes_above_none_nothing_wins(void **test)
{
    (void)test;
    class_case *world = new_case();
    claim(world, 0, STEME_CLASS_EXPERT, 1000000);
    world->records[claim(world, 1, STEME_CLASS_EXPERT, 1000000)].votes = -100000;
    resolve(world, STEME_LENS_VOTES);
    assert_false(world->result.has_winner);
    assert_int_equal(world->result.confidence, 0);
}

static void test_of_many_values_only_a_denied_one_conflicts(void **test)
{
    (void)test;
    class_case *world = new_case();
    world->options.is_many = 1;
    for (uint32_t i = 0; i < 5; i++)
        claim(world, i, STEME_CLASS_EXPERT, 1000000);
    resolve(world, STEME_LENS_SKEPTIC);
    assert_int_equal(world->result.conflict, 0);
    claim(world, 0, STEME_CLASS_EXPERT, 1000000);
    claim(world, 0, STEME_CLASS_EXPERT, 1000000);
    uint32_t denial = claim(world, 5, STEME_CLASS_EXPERT, 1000000);
    world->records[denial].relation = STEME_RELATION_NOT_EQUAL;
    world->records[denial].object = 0;
    resolve(world, STEME_LENS_SKEPTIC);
    assert_int_equal(world->result.conflict, 811278); /* three for it, one against */
}

/* ---- Constraints, rules ------------------------------------------------------------------- */

static void test_a_stricter_rule_of_a_worse_class_still_holds(void **test)
{
    (void)test;
    class_case *world = new_case();
    state(world, 700000);
    demand(world, STEME_CLASS_REGULATORY, STEME_RELATION_GREATER_OR_EQUAL, 600000);
    uint32_t policy = demand(world, STEME_CLASS_EXPERT, STEME_RELATION_GREATER_OR_EQUAL, 1000000);
    resolve(world, STEME_LENS_RULES);
    assert_int_equal(world->result.verdict, STEME_VERDICT_VIOLATED);
    assert_int_equal(number_of(world, world->result.rule_head), policy);
    assert_int_equal(world->result.confidence, 720000);
}

static void test_a_rule_that_contradicts_a_better_one_gives_way(void **test)
{
    (void)test;
    class_case *world = new_case();
    state(world, 700000);
    demand(world, STEME_CLASS_REGULATORY, STEME_RELATION_GREATER_OR_EQUAL, 600000);
    demand(world, STEME_CLASS_EXPERT, STEME_RELATION_LESS, 5000);
    demand(world, STEME_CLASS_EXPERT, STEME_RELATION_NONE, 0);
    resolve(world, STEME_LENS_RULES);
    assert_int_equal(world->result.verdict, STEME_VERDICT_SATISFIED);
    assert_true(world->values[2].is_overruled && world->values[3].is_overruled);
    assert_int_equal(world->values[2].verdict, STEME_VERDICT_VIOLATED);
}

static void test_of_equal_authorities_the_violated_one_decides(void **test)
{
    (void)test;
    class_case *world = new_case();
    state(world, 700000);
    demand(world, STEME_CLASS_EXPERT, STEME_RELATION_GREATER_OR_EQUAL, 600000);
    demand(world, STEME_CLASS_EXPERT, STEME_RELATION_LESS, 5000);
    resolve(world, STEME_LENS_RULES);
    assert_int_equal(world->result.verdict, STEME_VERDICT_VIOLATED);
    assert_int_equal(world->result.conflict, 1000000);
}

static void test_what_cannot_be_compared_is_unknown(void **test)
{
    (void)test;
    class_case *world = new_case();
    uint32_t claimed = state(world, 5);
    demand(world, STEME_CLASS_EXPERT, STEME_RELATION_GREATER, 1);
    world->records[claimed].unit = (steme_span){(const uint8_t *)"ms", 2};
    resolve(world, STEME_LENS_RULES);
    assert_int_equal(world->result.verdict, STEME_VERDICT_UNKNOWN);
    assert_false(world->result.has_rule);
    assert_int_equal(number_of(world, world->result.winner_head), claimed);
}

static void test_rules_without_a_claim_are_unknown(void **test)
{
    (void)test;
    class_case *world = new_case();
    demand(world, STEME_CLASS_EXPERT, STEME_RELATION_GREATER, 1);
    resolve(world, STEME_LENS_RULES);
    assert_int_equal(world->result.verdict, STEME_VERDICT_UNKNOWN);
    assert_false(world->result.has_winner);
}

static void test_constraints_that_can_both_hold_do_not_conflict(void **test)
{
    (void)test;
    class_case *world = new_case();
    demand(world, STEME_CLASS_REGULATORY, STEME_RELATION_GREATER, 5);
    demand(world, STEME_CLASS_EXPERT, STEME_RELATION_LESS_OR_EQUAL, 9);
    demand(world, STEME_CLASS_EXPERT, STEME_RELATION_NOT_EQUAL, 7);
    resolve(world, STEME_LENS_CONSTRAINTS);
    assert_int_equal(world->result.winner, 0);
    assert_int_equal(world->result.conflict, 0);
    demand(world, STEME_CLASS_EXPERT, STEME_RELATION_LESS_OR_EQUAL, 5);
    resolve(world, STEME_LENS_CONSTRAINTS);
    assert_int_equal(world->result.conflict, 811278);
    assert_true(world->values[3].is_overruled);
}

static void assert_order(steme_value left, steme_value right, int order)
{
    assert_int_equal(lens_content_compare(&left, &right), order);
    assert_int_equal(lens_content_compare(&right, &left), -order);
}

static void test_integers_and_reals_compare_exactly(void **test)
{
    (void)test;
#define INTEGER(x) ((steme_value){.kind = STEME_VALUE_NUMBER, .integer = (x)})
#define REAL(x)    ((steme_value){.kind = STEME_VALUE_NUMBER, .is_real = 1, .real = (x)})
    assert_order(INTEGER(INT64_MAX), REAL(9223372036854775808.0), -1);
    assert_order(INTEGER(INT64_MIN), REAL(-9223372036854777856.0), 1);
    assert_order(INTEGER(4503599627370496), REAL(4503599627370495.5), 1);
    assert_order(INTEGER(4503599627370495), REAL(4503599627370495.5), -1);
    assert_order(INTEGER(0), REAL(5e-324), -1);
    assert_order(INTEGER(0), REAL(-5e-324), 1);
    assert_order(INTEGER(-1), REAL(-0.5), -1);
    assert_order(INTEGER(-1), REAL(-1.5), 1);
    assert_order(REAL(-1.5), REAL(-0.5), -1);
    assert_order(REAL(-0.5), REAL(1e300), -1);
    assert_order(INTEGER(7), INTEGER(7), 0);
    assert_order(REAL(7.5), REAL(7.5), 0);
}

/* ---- Decay, trust ------------------------------------------------------------------------- */

static void test_confidence_halves_with_each_half_life(void **test)
{
    (void)test;
    steme_decay decay;
    assert_true(steme_decay_find("class", &decay));
    for (int64_t lives = 0; lives < 25; lives++)
        assert_int_equal(lens_decay_confidence(&decay, STEME_CLASS_ANECDOTAL, 1000000, 0,
                                               lives * 30 * (int64_t)DAY_NS),
                         1000000 >> lives);
}

static void test_future_and_lasting_claims_do_not_fade(void **test)
{
    (void)test;
    steme_decay decay;
    assert_true(steme_decay_find("class", &decay));
    assert_int_equal(lens_decay_confidence(&decay, STEME_CLASS_ANECDOTAL, 700001, 1, 1), 700001);
    assert_int_equal(lens_decay_confidence(&decay, STEME_CLASS_ANECDOTAL, 700001, INT64_MAX, 0),
                     700001);
    assert_int_equal(
        lens_decay_confidence(&decay, STEME_CLASS_REGULATORY, 700001, INT64_MIN, INT64_MAX),
        700001);
    assert_int_equal(
        lens_decay_confidence(&decay, STEME_CLASS_ANECDOTAL, 700001, INT64_MIN, INT64_MAX), 0);
    assert_true(steme_decay_find("off", &decay));
    assert_int_equal(lens_decay_confidence(&decay, STEME_CLASS_ANECDOTAL, 700001, 0, INT64_MAX),
                     700001);
}

static void test_only_heavy_votes_move_trust(void **test)
{
    (void)test;
    static const lens_seed_vote votes[] = {{0, 499999}, {1, -499999}, {2, 500000}};
    assert_int_equal(lens_trust_fold(NULL, 0), 500000);
    assert_int_equal(lens_trust_fold(votes, 2), 500000);
    assert_int_equal(lens_trust_fold(votes, 3), 550000);
}

static void test_trust_stays_within_bounds(void **test)
{
    (void)test;
    static lens_seed_vote votes[100];
    for (int i = 0; i < 100; i++)
        votes[i] = (lens_seed_vote){0, 1000000};
    assert_int_equal(lens_trust_fold(votes, 100), 1000000);
    for (int i = 0; i < 100; i++)
        votes[i].weight = -1000000;
    assert_int_equal(lens_trust_fold(votes, 100), 0);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_a_thousand_anecdotes_never_outweigh_one_regulator),
    cmocka_unit_test(test_signing_together_is_worth_what_signing_apart_is),
    cmocka_unit_test(test_repeating_oneself_counts_once_by_the_greatest_weight),
    cmocka_unit_test(test_a_value_is_quoted_by_a_record_that_counts),
    cmocka_unit_test(test_weighted_without_weights_has_no_winner),
    cmocka_unit_test(test_weighted_with_equal_weights_is_consensus),
    cmocka_unit_test(test_class_weights_are_an_option),
    cmocka_unit_test(test_layered_leaves_out_empty_tiers),
    cmocka_unit_test(test_a_record_s_votes_count_once),
    cmocka_unit_test(test_without_votes_above_none_nothing_wins),
    cmocka_unit_test(test_of_many_values_only_a_denied_one_conflicts),
    cmocka_unit_test(test_a_stricter_rule_of_a_worse_class_still_holds),
    cmocka_unit_test(test_a_rule_that_contradicts_a_better_one_gives_way),
    cmocka_unit_test(test_of_equal_authorities_the_violated_one_decides),
    cmocka_unit_test(test_what_cannot_be_compared_is_unknown),
    cmocka_unit_test(test_rules_without_a_claim_are_unknown),
    cmocka_unit_test(test_constraints_that_can_both_hold_do_not_conflict),
    cmocka_unit_test(test_integers_and_reals_compare_exactly),
    cmocka_unit_test(test_confidence_halves_with_each_half_life),
    cmocka_unit_test(test_future_and_lasting_claims_do_not_fade),
    cmocka_unit_test(test_only_heavy_votes_move_trust),
    cmocka_unit_test(test_trust_stays_within_bounds),
};

TEST_MAIN(tests)
