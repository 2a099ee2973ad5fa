/* Battery 1: four agents disagree about one drug, and every lens says so in its own way. */
#include "support/claims.h"

typedef struct four_agents {
    claims_store world;
    steme_id a, b, c, d;
    steme_snapshot *snapshot;
    steme_query *query;
    const steme_answer *answer;
} four_agents;

enum { KEY_A = 1, KEY_B, KEY_C, KEY_D };

static steme_id append(four_agents *battery, uint8_t key, const char *value, uint64_t second,
                       steme_source_class source_class, uint32_t confidence)
{
    steme_statement statement = claims_assertion("semaglutide", "gastroparesis_risk", value,
                                                 CLAIMS_TIME_NS + second * CLAIMS_SECOND_NS);
    statement.as.assertion.source_class = source_class;
    statement.as.assertion.confidence_millionths = confidence;
    return claims_append(&battery->world, &statement, key);
}

static int set_up(void **state)
{
    static four_agents battery;
    steme_error error;
    battery = (four_agents){0};
    claims_open(&battery.world);
    battery.a =
        append(&battery, KEY_A, "gastroparesis_warning", 0, STEME_CLASS_REGULATORY, 1000000);
    battery.b = append(&battery, KEY_B, "no_gastroparesis_signal", 1, STEME_CLASS_CLINICAL, 900000);
    battery.c = append(&battery, KEY_C, "gastroparesis", 2, STEME_CLASS_ANECDOTAL, 200000);
    battery.d = append(&battery, KEY_D, "no_gastroparesis_signal", 3, STEME_CLASS_CLINICAL, 900000);
    claims_check(steme_snapshot_open(battery.world.store, &battery.snapshot, &error), &error);
    *state = &battery;
    return 0;
}

static int tear_down(void **state)
{
    four_agents *battery = *state;
    steme_query_close(battery->query);
    steme_snapshot_close(battery->snapshot);
    claims_close(&battery->world);
    return 0;
}

static void ask(four_agents *battery, steme_query_options options)
{
    steme_error error;
    options.subject = claims_text("semaglutide");
    options.predicate = claims_text("gastroparesis_risk");
    claims_check(steme_query_open(battery->snapshot, &options, &battery->query, &error), &error);
    if (options.lens != STEME_LENS_NONE)
        claims_check(steme_query_next_answer(battery->query, &battery->answer, &error), &error);
}

static void assert_claim(const steme_answer *answer, uint32_t at, const char *value, uint32_t share,
                         uint32_t signers)
{
    const steme_answer_claim *claim = &answer->claims[at];
    assert_int_equal(claim->value.text.size, strlen(value));
    assert_memory_equal(claim->value.text.bytes, value, strlen(value));
    assert_int_equal(claim->share_millionths, share);
    assert_int_equal(claim->signer_count, signers);
    assert_int_equal(claim->record_count, signers);
}

static void test_all_four_are_kept(void **state)
{
    four_agents *battery = *state;
    const steme_id *expected[] = {&battery->a, &battery->b, &battery->c, &battery->d};
    const steme_match *match;
    steme_error error;
    ask(battery, (steme_query_options){0});
    for (int i = 0; i < 4; i++) { /* ascending by stamp */
        claims_check(steme_query_next_match(battery->query, &match, &error), &error);
        assert_non_null(match);
        assert_true(claims_is_id(&match->record, expected[i]));
    }
    claims_check(steme_query_next_match(battery->query, &match, &error), &error);
    assert_null(match);
}

static void test_recency_gives_d(void **state)
{
    four_agents *battery = *state;
    ask(battery, (steme_query_options){.lens = STEME_LENS_RECENCY});
    assert_int_equal(battery->answer->has_winner, 1);
    assert_true(claims_is_id(&battery->answer->winner, &battery->d));
    assert_true(claims_is_id(&battery->answer->runner_up, &battery->c));
    assert_int_equal(battery->answer->confidence_millionths, 500000);
    assert_int_equal(battery->answer->candidate_count, 4);
}

static void test_consensus_gives_b_and_d_together(void **state)
{
    four_agents *battery = *state;
    ask(battery, (steme_query_options){.lens = STEME_LENS_CONSENSUS});
    const steme_answer *answer = battery->answer;
    assert_int_equal(answer->has_winner, 1);
    assert_true(claims_is_id(&answer->winner, &battery->d));
    assert_int_equal(answer->winner_claim, 0);
    assert_int_equal(answer->confidence_millionths, 500000);
    assert_claim(answer, 0, "no_gastroparesis_signal", 500000, 2);
    int b_is_first = memcmp(battery->b.bytes, battery->d.bytes, STEME_ID_SIZE) < 0;
    const steme_id *records = answer->claims[0].records;
    assert_memory_equal(records[b_is_first ? 0 : 1].bytes, battery->b.bytes, STEME_ID_SIZE);
    assert_memory_equal(records[b_is_first ? 1 : 0].bytes, battery->d.bytes, STEME_ID_SIZE);
    assert_true(claims_is_id(&answer->runner_up, &battery->c));
}

static void test_authority_gives_a(void **state)
{
    four_agents *battery = *state;
    ask(battery, (steme_query_options){.lens = STEME_LENS_AUTHORITY});
    assert_int_equal(battery->answer->has_winner, 1);
    assert_true(claims_is_id(&battery->answer->winner, &battery->a));
    assert_true(claims_is_id(&battery->answer->runner_up, &battery->d));
    assert_int_equal(battery->answer->confidence_millionths, 500000);
}

static void assert_tier(const four_agents *battery, uint32_t at, steme_source_class source_class,
                        uint32_t candidate_count, const steme_id *winner)
{
    const steme_answer_tier *tier = &battery->answer->tiers[at];
    assert_int_equal(tier->source_class, source_class);
    assert_int_equal(tier->candidate_count, candidate_count);
    assert_memory_equal(tier->winner.bytes, winner->bytes, STEME_ID_SIZE);
    assert_int_equal(tier->conflict_millionths, 0);
}

static void test_layered_gives_three_tiers_and_a_over_all(void **state)
{
    four_agents *battery = *state;
    ask(battery, (steme_query_options){.lens = STEME_LENS_LAYERED});
    assert_int_equal(battery->answer->tier_count, 3);
    assert_tier(battery, 0, STEME_CLASS_REGULATORY, 1, &battery->a);
    assert_tier(battery, 1, STEME_CLASS_CLINICAL, 2, &battery->d);
    assert_tier(battery, 2, STEME_CLASS_ANECDOTAL, 1, &battery->c);
    assert_true(claims_is_id(&battery->answer->winner, &battery->a));
    assert_int_equal(battery->answer->conflict_millionths, 1000000);
}

static void test_skeptic_shows_three_values_and_a_conflict_of_946(void **state)
{
    four_agents *battery = *state;
    ask(battery, (steme_query_options){.lens = STEME_LENS_SKEPTIC});
    const steme_answer *answer = battery->answer;
    assert_int_equal(answer->candidate_count, 4);
    assert_int_equal(answer->claim_count, 3);
    assert_int_equal(answer->has_winner, 0);
    assert_claim(answer, 0, "no_gastroparesis_signal", 500000, 2);
    assert_claim(answer, 1, "gastroparesis", 250000, 1);
    assert_claim(answer, 2, "gastroparesis_warning", 250000, 1);
    assert_int_equal(answer->conflict_millionths, 946394);
    assert_int_equal(answer->agreement, STEME_AGREEMENT_CONTESTED);
}

static void test_as_of_one_and_a_half_seconds_only_a_and_b_exist(void **state)
{
    four_agents *battery = *state;
    ask(battery, (steme_query_options){
                     .lens = STEME_LENS_SKEPTIC,
                     .has_as_of = 1,
                     .as_of_ns = (int64_t)(CLAIMS_TIME_NS + 3 * CLAIMS_SECOND_NS / 2),
                 });
    const steme_answer *answer = battery->answer;
    assert_int_equal(answer->candidate_count, 2);
    assert_int_equal(answer->claim_count, 2);
    assert_claim(answer, 0, "no_gastroparesis_signal", 500000, 1);
    assert_claim(answer, 1, "gastroparesis_warning", 500000, 1);
    assert_int_equal(answer->conflict_millionths, 1000000);
}

static void test_the_receipt_names_all_four_with_their_weights(void **state)
{
    four_agents *battery = *state;
    ask(battery, (steme_query_options){.lens = STEME_LENS_SKEPTIC});
    const steme_answer *answer = battery->answer;
    assert_int_equal(answer->receipt_count, 4);
    for (uint32_t i = 0; i < 4; i++) {
        assert_int_equal(answer->receipt[i].weight_millionths, 1000000);
        if (i > 0)
            assert_true(memcmp(answer->receipt[i - 1].id.bytes, answer->receipt[i].id.bytes,
                               STEME_ID_SIZE) < 0);
    }
}

#define BATTERY_TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

static const struct CMUnitTest tests[] = {
    BATTERY_TEST(test_all_four_are_kept),
    BATTERY_TEST(test_recency_gives_d),
    BATTERY_TEST(test_consensus_gives_b_and_d_together),
    BATTERY_TEST(test_authority_gives_a),
    BATTERY_TEST(test_layered_gives_three_tiers_and_a_over_all),
    BATTERY_TEST(test_skeptic_shows_three_values_and_a_conflict_of_946),
    BATTERY_TEST(test_as_of_one_and_a_half_seconds_only_a_and_b_exist),
    BATTERY_TEST(test_the_receipt_names_all_four_with_their_weights),
};

TEST_MAIN(tests)
