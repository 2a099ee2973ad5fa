/* Battery 10: an identity counts once, however it signs; a view says who counts for what. */
#include "support/history.h"

static void co_signers_are_identities_of_their_own(void **state)
{
    history *self = *state;
    uint8_t both[2] = {1, 2};
    steme_statement claim = history_claim("together", 0);
    claims_append_signed(&self->world, &claim, both, 2);
    history_say(self, 3, "alone", 1);
    const steme_answer *answer = history_ask(self, STEME_LENS_CONSENSUS);
    assert_true(history_wins(answer, "together"));
    assert_int_equal(answer->claims[answer->winner_claim].signer_count, 2);
    assert_int_equal(answer->confidence_millionths, 666666);
}

static void an_endorsement_is_a_signature_made_later(void **state)
{
    history *self = *state;
    steme_id id = history_say(self, 1, "endorsed", 0);
    history_say(self, 3, "alone", 1);
    history_endorse(self, 2, &id, 2);
    const steme_answer *answer = history_ask(self, STEME_LENS_CONSENSUS);
    assert_true(history_wins(answer, "endorsed"));
    assert_int_equal(answer->claims[answer->winner_claim].signer_count, 2);
}

static void endorsing_ones_own_claim_adds_nothing(void **state)
{
    history *self = *state;
    steme_id id = history_say(self, 1, "mine", 0);
    history_endorse(self, 1, &id, 1);
    assert_int_equal(history_ask(self, STEME_LENS_SKEPTIC)->claims[0].signer_count, 1);
}

static void a_rotated_key_is_the_same_identity(void **state)
{
    history *self = *state;
    history_say(self, 1, "before", 0);
    history_say(self, 3, "other", 1);
    history_rotate(self, 1, 2, 2);
    history_say(self, 2, "after", 3);
    const steme_answer *answer = history_ask(self, STEME_LENS_SKEPTIC);
    assert_int_equal(answer->candidate_count, 2); /* its newest, and the other's */
    for (uint32_t i = 0; i < answer->claim_count; i++)
        assert_false(history_is_text(answer->claims[i].value.text, "before"));
}

static void what_a_revoked_key_said_from_then_on_does_not_count(void **state)
{
    history *self = *state;
    history_say(self, 1, "before", 0);
    history_rotate(self, 1, 2, 5);
    history_revoke(self, 2, 1, 10, 11);
    history_say(self, 1, "stolen", 20);
    const steme_answer *answer = history_ask(self, STEME_LENS_SKEPTIC);
    assert_int_equal(answer->candidate_count, 1);
    assert_true(history_is_text(answer->claims[0].value.text, "before"));
}

static void nobody_revokes_the_key_of_another(void **state)
{
    history *self = *state;
    history_say(self, 1, "mine", 5);
    history_revoke(self, 9, 1, 0, 1);
    assert_non_null(history_ask(self, STEME_LENS_SKEPTIC));
}

static steme_view_rules rules_of(const steme_view_agent *agents, uint32_t count,
                                 steme_unlisted unlisted)
{
    return (steme_view_rules){.name = claims_text("the office"),
                              .agents = agents,
                              .agent_count = count,
                              .unlisted = unlisted,
                              .unlisted_best_class = STEME_CLASS_ANECDOTAL};
}

static void under_a_view_nobody_gives_himself_a_class(void **state)
{
    history *self = *state;
    steme_view_agent office = {.agent = claims_key(1).agent,
                               .best_class = STEME_CLASS_OBSERVATIONAL};
    steme_view_rules rules = rules_of(&office, 1, STEME_UNLISTED_EACH);
    steme_statement claim = history_claim("office", 0);
    claim.as.assertion.source_class = STEME_CLASS_OBSERVATIONAL;
    claims_append(&self->world, &claim, 1);
    claim = history_claim("anonymous", 1);
    claim.as.assertion.source_class = STEME_CLASS_REGULATORY;
    claims_append(&self->world, &claim, 9);
    assert_true(history_wins(history_ask(self, STEME_LENS_AUTHORITY), "anonymous"));
    history_set_view(self, &rules);
    assert_true(history_wins(history_ask(self, STEME_LENS_AUTHORITY), "office"));
    assert_int_equal(history_ask(self, STEME_LENS_LAYERED)->tier_count, 2);
}

/* An anonymous key signs a claim of the best class, ends an epoch, makes an alias and supersedes,
 * and ten thousand such keys would vote: none of it changes the answer. */
static void under_a_view_an_anonymous_key_changes_nothing(void **state)
{
    history *self = *state;
    steme_view_agent agents[2] = {
        {.agent = claims_key(1).agent, .best_class = STEME_CLASS_REGULATORY},
        {.agent = claims_key(2).agent, .best_class = STEME_CLASS_CLINICAL},
    };
    steme_view_rules rules = rules_of(agents, 2, STEME_UNLISTED_IGNORED);
    steme_id epoch = history_epoch(self, 1, "now", NULL, 0);
    steme_statement claim = history_claim("right", 1);
    claim.as.assertion.epoch = history_list(&epoch, 1);
    claim.as.assertion.source_class = STEME_CLASS_REGULATORY;
    steme_id right = claims_append(&self->world, &claim, 1);
    history_say(self, 2, "second", 2);
    history_set_view(self, &rules);
    static const steme_lens lenses[] = {STEME_LENS_AUTHORITY, STEME_LENS_CONSENSUS,
                                        STEME_LENS_VOTES,     STEME_LENS_LAYERED,
                                        STEME_LENS_RECENCY,   STEME_LENS_WEIGHTED};
    enum { COUNT = sizeof lenses / sizeof lenses[0] };
    uint32_t before[COUNT][3];
    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < COUNT; i++) {
            const steme_answer *answer = history_ask_as(
                self, (steme_query_options){.lens = lenses[i], .follows_aliases = 1});
            uint32_t now[3] = {answer->candidate_count, answer->confidence_millionths,
                               answer->conflict_millionths};
            if (round == 0)
                memcpy(before[i], now, sizeof now);
            assert_memory_equal(before[i], now, sizeof now);
        }
        if (round == 1)
            break;
        claim = history_claim("wrong", 3);
        claim.as.assertion.source_class = STEME_CLASS_REGULATORY;
        steme_id wrong = claims_append(&self->world, &claim, 9);
        history_epoch(self, 9, "never", &epoch, 4);
        history_alias(self, 9, HISTORY_SUBJECT, "elsewhere", STEME_ALIAS_SAME_AS, 5);
        claim = claims_assertion("elsewhere", HISTORY_PREDICATE, "wrong", history_time(6));
        claims_append(&self->world, &claim, 9);
        history_supersede(self, 9, &right, STEME_SUPERSEDE_INVALIDATE, &wrong, 7);
        history_stage(self, 9, &right, STEME_STAGE_UNDER_REVIEW, 8);
        for (uint8_t key = 100; key < 250; key++)
            history_vote(self, key, &wrong, 1000000, 9);
    }
}

static void unlisted_agents_may_be_taken_as_one(void **state)
{
    history *self = *state;
    steme_view_agent office = {.agent = claims_key(1).agent};
    steme_view_rules rules = rules_of(&office, 1, STEME_UNLISTED_ONE);
    history_say(self, 1, "office", 0);
    for (uint8_t key = 100; key < 120; key++)
        history_say(self, key, "crowd", 1 + key);
    history_set_view(self, &rules);
    const steme_answer *answer = history_ask(self, STEME_LENS_SKEPTIC);
    assert_int_equal(answer->claims[0].share_millionths, 500000);
    assert_int_equal(answer->claims[1].share_millionths, 500000);
}

static void a_steward_supersedes_what_others_signed(void **state)
{
    history *self = *state;
    steme_view_agent steward = {.agent = claims_key(5).agent,
                                .stewardships = STEME_STEWARD_SUPERSESSION};
    steme_view_rules rules = rules_of(&steward, 1, STEME_UNLISTED_EACH);
    steme_id id = history_say(self, 1, "x", 0);
    history_supersede(self, 5, &id, STEME_SUPERSEDE_INVALIDATE, NULL, 1);
    assert_non_null(history_ask(self, STEME_LENS_SKEPTIC));
    history_set_view(self, &rules);
    assert_null(history_ask(self, STEME_LENS_SKEPTIC));
}

static void a_predicate_of_many_values_does_not_conflict(void **state)
{
    history *self = *state;
    history_say(self, 1, "alice", 0);
    history_say(self, 2, "bob", 1);
    assert_true(history_ask(self, STEME_LENS_SKEPTIC)->conflict_millionths > 0);
    steme_statement schema =
        claims_assertion("predicate://" HISTORY_PREDICATE, "cardinality", "many", history_time(2));
    claims_append(&self->world, &schema, 3);
    assert_int_equal(history_ask(self, STEME_LENS_SKEPTIC)->conflict_millionths, 0);
}

static void a_view_may_name_keys_that_nobody_ever_used(void **state)
{
    history *self = *state;
    steme_view_agent agents[3];
    for (uint8_t i = 0; i < 3; i++)
        agents[i] = (steme_view_agent){
            .agent = claims_key((uint8_t)(70 + i)).agent, .stewardships = 31, .is_seed = 1};
    memset(&agents[2].agent, 0xff, sizeof agents[2].agent); /* no key at all */
    for (int i = 0; i < 2; i++)
        for (int j = 0; j + 1 < 3; j++)
            if (memcmp(&agents[j].agent, &agents[j + 1].agent, sizeof agents[j].agent) > 0) {
                steme_view_agent kept = agents[j];
                agents[j] = agents[j + 1];
                agents[j + 1] = kept;
            }
    steme_view_rules rules = rules_of(agents, 3, STEME_UNLISTED_EACH);
    steme_id id = history_say(self, 1, "x", 0);
    history_say(self, 2, "y", 1);
    history_vote(self, 3, &id, 1000000, 2);
    history_set_view(self, &rules);
    for (int lens = 1; lens < STEME_LENS_COUNT; lens++)
        assert_non_null(history_ask(self, (steme_lens)lens));
    assert_true(history_wins(history_ask(self, STEME_LENS_VOTES), "x"));
    assert_int_equal(history_ask(self, STEME_LENS_SKEPTIC)->candidate_count, 2);
}

/* A number that no text was read into: the question is refused before it is asked. */
static void a_lens_option_out_of_range_or_of_another_lens_refuses_the_question(void **state)
{
    history *self = *state;
    steme_query_options options = {.lens = STEME_LENS_WEIGHTED};
    steme_query *query;
    steme_error error;
    history_say(self, 1, "x", 0);
    options.lens_options.given = 1u << STEME_LENS_OPTION_WEIGHT_EXPERT;
    options.lens_options.values[STEME_LENS_OPTION_WEIGHT_EXPERT] = 1000000;
    assert_non_null(history_ask_as(self, options));
    options.lens_options.values[STEME_LENS_OPTION_WEIGHT_EXPERT] = 1000001;
    assert_int_equal(steme_query_open(self->snapshot, &options, &query, &error), STEME_INVALID);
    assert_non_null(strstr(error.message, "expert"));
    options.lens_options.values[STEME_LENS_OPTION_WEIGHT_EXPERT] = 1;
    options.lens = STEME_LENS_RECENCY;
    assert_int_equal(steme_query_open(self->snapshot, &options, &query, &error), STEME_INVALID);
    options.lens = STEME_LENS_WEIGHTED;
    options.lens_options.given |= 1u << 31;
    assert_int_equal(steme_query_open(self->snapshot, &options, &query, &error), STEME_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, history_set_up, history_tear_down)
        CASE(co_signers_are_identities_of_their_own),
        CASE(an_endorsement_is_a_signature_made_later),
        CASE(endorsing_ones_own_claim_adds_nothing),
        CASE(a_rotated_key_is_the_same_identity),
        CASE(what_a_revoked_key_said_from_then_on_does_not_count),
        CASE(nobody_revokes_the_key_of_another),
        CASE(under_a_view_nobody_gives_himself_a_class),
        CASE(under_a_view_an_anonymous_key_changes_nothing),
        CASE(unlisted_agents_may_be_taken_as_one),
        CASE(a_steward_supersedes_what_others_signed),
        CASE(a_predicate_of_many_values_does_not_conflict),
        CASE(a_view_may_name_keys_that_nobody_ever_used),
        CASE(a_lens_option_out_of_range_or_of_another_lens_refuses_the_question),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
