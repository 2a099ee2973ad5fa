/* Battery 9: one thing has many names, and they are followed only when the reader asks for it. */
#include "support/history.h"

static void say_of(history *self, uint8_t key, const char *subject, const char *predicate,
                   const char *value, double second)
{
    steme_statement claim = claims_assertion(subject, predicate, value, history_time(second));
    claims_append(&self->world, &claim, key);
}

static const steme_answer *ask_about(history *self, const char *subject, int follows)
{
    return history_ask_as(self, (steme_query_options){.subject = claims_text(subject),
                                                      .lens = STEME_LENS_SKEPTIC,
                                                      .follows_aliases = follows});
}

static void same_as_is_followed_both_ways(void **state)
{
    history *self = *state;
    say_of(self, 1, "aspirin", HISTORY_PREDICATE, "x", 0);
    say_of(self, 2, "acetylsalicylic acid", HISTORY_PREDICATE, "y", 1);
    history_alias(self, 3, "aspirin", "acetylsalicylic acid", STEME_ALIAS_SAME_AS, 2);
    assert_int_equal(ask_about(self, "aspirin", 0)->candidate_count, 1);
    assert_int_equal(ask_about(self, "aspirin", 1)->candidate_count, 2);
    assert_int_equal(ask_about(self, "acetylsalicylic acid", 1)->candidate_count, 2);
}

static void is_a_is_followed_upward(void **state)
{
    history *self = *state;
    say_of(self, 1, "dog", HISTORY_PREDICATE, "x", 0);
    say_of(self, 2, "animal", HISTORY_PREDICATE, "y", 1);
    history_alias(self, 3, "dog", "animal", STEME_ALIAS_IS_A, 2);
    assert_int_equal(ask_about(self, "dog", 1)->candidate_count, 2);
    assert_int_equal(ask_about(self, "animal", 1)->candidate_count, 1);
}

static void an_alias_names_predicates_too(void **state)
{
    history *self = *state;
    say_of(self, 1, HISTORY_SUBJECT, HISTORY_PREDICATE, "x", 0);
    say_of(self, 2, HISTORY_SUBJECT, "property", "y", 1);
    history_alias(self, 3, HISTORY_PREDICATE, "property", STEME_ALIAS_SAME_AS, 2);
    assert_int_equal(ask_about(self, HISTORY_SUBJECT, 1)->candidate_count, 2);
}

static void a_cycle_of_aliases_ends(void **state)
{
    history *self = *state;
    say_of(self, 1, "a", HISTORY_PREDICATE, "x", 0);
    history_alias(self, 3, "a", "b", STEME_ALIAS_IS_A, 1);
    history_alias(self, 3, "b", "c", STEME_ALIAS_IS_A, 2);
    history_alias(self, 3, "c", "a", STEME_ALIAS_IS_A, 3);
    assert_int_equal(ask_about(self, "c", 1)->candidate_count, 1);
}

static void a_subject_known_by_its_alias_alone_is_found(void **state)
{
    history *self = *state;
    say_of(self, 1, "acetylsalicylic acid", HISTORY_PREDICATE, "x", 0);
    history_alias(self, 3, "aspirin", "acetylsalicylic acid", STEME_ALIAS_SAME_AS, 1);
    const steme_answer *answer;
    steme_error error;
    steme_query_options options = {.subject = claims_text("aspirin"),
                                   .lens = STEME_LENS_RECENCY,
                                   .follows_aliases = 1,
                                   .evaluated_at_ns = history_time(3600)};
    history_end_question(self);
    claims_check(steme_snapshot_open(self->world.store, &self->snapshot, &error), &error);
    claims_check(steme_query_open(self->snapshot, &options, &self->query, &error), &error);
    claims_check(steme_query_next_answer(self->query, &answer, &error), &error);
    assert_non_null(answer);
    assert_true(history_is_text(answer->subject, "aspirin"));
}

static void under_a_view_only_a_stewards_alias_counts(void **state)
{
    history *self = *state;
    steme_view_agent steward = {.agent = claims_key(4).agent,
                                .stewardships = STEME_STEWARD_ALIASES};
    steme_view_rules rules = {.name = claims_text("aliases"),
                              .agents = &steward,
                              .agent_count = 1,
                              .unlisted_best_class = STEME_CLASS_ANECDOTAL};
    say_of(self, 1, "a", HISTORY_PREDICATE, "x", 0);
    say_of(self, 2, "b", HISTORY_PREDICATE, "y", 1);
    say_of(self, 2, "c", HISTORY_PREDICATE, "z", 1);
    history_alias(self, 9, "a", "b", STEME_ALIAS_SAME_AS, 2);
    history_alias(self, 4, "a", "c", STEME_ALIAS_SAME_AS, 3);
    assert_int_equal(ask_about(self, "a", 1)->candidate_count, 2); /* the newest of key 2, and x */
    history_set_view(self, &rules);
    const steme_answer *answer = ask_about(self, "a", 1);
    assert_int_equal(answer->candidate_count, 2);
    for (uint32_t i = 0; i < answer->claim_count; i++)
        assert_false(history_is_text(answer->claims[i].value.text, "y"));
}

static void an_alias_that_its_signer_retracts_joins_nothing(void **state)
{
    history *self = *state;
    say_of(self, 1, "a", HISTORY_PREDICATE, "x", 0);
    say_of(self, 2, "b", HISTORY_PREDICATE, "y", 1);
    steme_id alias = history_alias(self, 3, "a", "b", STEME_ALIAS_SAME_AS, 2);
    assert_int_equal(ask_about(self, "a", 1)->candidate_count, 2);
    steme_id retraction = history_supersede(self, 3, &alias, STEME_SUPERSEDE_RETRACT, NULL, 3);
    assert_int_equal(ask_about(self, "a", 1)->candidate_count, 1);
    assert_int_equal(ask_about(self, "b", 1)->candidate_count, 1);
    /* Before, it joined; a retraction is not taken back, but the alias can be said again. */
    steme_query_options before = {.subject = claims_text("a"),
                                  .lens = STEME_LENS_SKEPTIC,
                                  .follows_aliases = 1,
                                  .has_as_of = 1,
                                  .as_of_ns = (int64_t)history_time(2)};
    assert_int_equal(history_ask_as(self, before)->candidate_count, 2);
    history_supersede(self, 3, &retraction, STEME_SUPERSEDE_RETRACT, NULL, 4);
    assert_int_equal(ask_about(self, "a", 1)->candidate_count, 1);
    history_alias(self, 3, "a", "b", STEME_ALIAS_SAME_AS, 5);
    assert_int_equal(ask_about(self, "a", 1)->candidate_count, 2);
}

static void an_alias_is_ended_by_any_supersession_and_lives_again_without_it(void **state)
{
    history *self = *state;
    say_of(self, 1, "a", HISTORY_PREDICATE, "x", 0);
    say_of(self, 2, "b", HISTORY_PREDICATE, "y", 1);
    steme_id alias = history_alias(self, 3, "a", "b", STEME_ALIAS_SAME_AS, 2);
    steme_id wrong = history_supersede(self, 3, &alias, STEME_SUPERSEDE_INVALIDATE, NULL, 3);
    assert_int_equal(ask_about(self, "a", 1)->candidate_count, 1);
    history_supersede(self, 3, &wrong, STEME_SUPERSEDE_RETRACT, NULL, 4);
    assert_int_equal(ask_about(self, "a", 1)->candidate_count, 2);
}

static void nobody_takes_back_the_alias_of_another_but_a_steward(void **state)
{
    history *self = *state;
    steme_view_agent stewards[] = {
        {.agent = claims_key(4).agent, .stewardships = STEME_STEWARD_ALIASES},
        {.agent = claims_key(5).agent, .stewardships = STEME_STEWARD_SUPERSESSION}};
    steme_view_rules rules = {.name = claims_text("aliases"),
                              .agents = stewards,
                              .agent_count = 2,
                              .unlisted_best_class = STEME_CLASS_ANECDOTAL};
    if (memcmp(&stewards[0].agent, &stewards[1].agent, sizeof stewards[0].agent) > 0) {
        steme_view_agent kept = stewards[0];
        stewards[0] = stewards[1];
        stewards[1] = kept;
    }
    say_of(self, 1, "a", HISTORY_PREDICATE, "x", 0);
    say_of(self, 2, "b", HISTORY_PREDICATE, "y", 1);
    steme_id alias = history_alias(self, 4, "a", "b", STEME_ALIAS_SAME_AS, 2);
    history_supersede(self, 9, &alias, STEME_SUPERSEDE_RETRACT, NULL, 3);
    history_supersede(self, 9, &alias, STEME_SUPERSEDE_INVALIDATE, NULL, 3);
    assert_int_equal(ask_about(self, "a", 1)->candidate_count, 2);
    history_set_view(self, &rules);
    assert_int_equal(ask_about(self, "a", 1)->candidate_count, 2);
    history_supersede(self, 5, &alias, STEME_SUPERSEDE_RETRACT, NULL, 4); /* not his to retract */
    assert_int_equal(ask_about(self, "a", 1)->candidate_count, 2);
    history_supersede(self, 5, &alias, STEME_SUPERSEDE_INVALIDATE, NULL, 5);
    assert_int_equal(ask_about(self, "a", 1)->candidate_count, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, history_set_up, history_tear_down)
        CASE(same_as_is_followed_both_ways),
        CASE(is_a_is_followed_upward),
        CASE(an_alias_names_predicates_too),
        CASE(a_cycle_of_aliases_ends),
        CASE(a_subject_known_by_its_alias_alone_is_found),
        CASE(under_a_view_only_a_stewards_alias_counts),
        CASE(an_alias_that_its_signer_retracts_joins_nothing),
        CASE(an_alias_is_ended_by_any_supersession_and_lives_again_without_it),
        CASE(nobody_takes_back_the_alias_of_another_but_a_steward),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
