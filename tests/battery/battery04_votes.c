/* Battery 4: votes are registers, counted once per identity, and worth what the reader's view says.
 */
#include "support/history.h"

static steme_tally tally_of(history *self, const steme_id *id)
{
    steme_tally tally;
    steme_error error;
    steme_lifecycle *lifecycle = history_lifecycle(self);
    claims_check(steme_lifecycle_votes(lifecycle, id, NULL, NULL, &tally, &error), &error);
    steme_lifecycle_close(lifecycle);
    return tally;
}

static void a_tally_is_the_sum_of_the_last_votes(void **state)
{
    history *self = *state;
    steme_id id = history_say(self, 1, "x", 0);
    history_vote(self, 2, &id, 1000000, 1);
    history_vote(self, 3, &id, -250000, 2);
    history_vote(self, 2, &id, 500000, 3);
    steme_tally tally = tally_of(self, &id);
    assert_int_equal(tally.sum_millionths, 250000);
    assert_int_equal(tally.for_count, 1);
    assert_int_equal(tally.against_count, 1);
}

static void an_older_vote_that_arrives_later_changes_nothing(void **state)
{
    history *self = *state;
    steme_id id = history_say(self, 1, "x", 0);
    history_vote(self, 2, &id, 500000, 3);
    history_vote(self, 2, &id, -1000000, 1);
    assert_int_equal(tally_of(self, &id).sum_millionths, 500000);
}

static void weight_zero_withdraws_a_vote(void **state)
{
    history *self = *state;
    steme_id id = history_say(self, 1, "x", 0);
    history_vote(self, 2, &id, 1000000, 1);
    history_vote(self, 2, &id, 0, 2);
    steme_tally tally = tally_of(self, &id);
    assert_int_equal(tally.sum_millionths, 0);
    assert_int_equal(tally.for_count, 0);
}

static void a_vote_on_ones_own_claim_counts_nothing(void **state)
{
    history *self = *state;
    steme_id id = history_say(self, 1, "x", 0);
    history_vote(self, 1, &id, 1000000, 1);
    history_rotate(self, 1, 2, 2);
    history_vote(self, 2, &id, 1000000, 3); /* nor by another key of the same identity */
    assert_int_equal(tally_of(self, &id).sum_millionths, 0);
}

static void a_vote_counts_when_its_target_arrives(void **state)
{
    history *self = *state;
    steme_error error;
    uint8_t buffer[STEME_RECORD_SIZE_MAX];
    uint8_t key = 1;
    steme_statement claim = history_claim("x", 0);
    steme_record record = claims_sign(&claim, &key, 1, buffer);
    history_vote(self, 2, &record.id, 1000000, 1);
    claims_check(steme_store_append(self->world.store, record.bytes, NULL, &error), &error);
    assert_true(history_wins(history_ask(self, STEME_LENS_VOTES), "x"));
}

static void a_thousand_votes_of_one_agent_are_one(void **state)
{
    history *self = *state;
    steme_id left = history_say(self, 1, "left", 0);
    steme_id right = history_say(self, 2, "right", 1);
    for (int i = 0; i < 1000; i++)
        history_vote(self, 3, &left, 1000000, 2 + i);
    history_vote(self, 4, &right, 1000000, 2);
    history_vote(self, 5, &right, 1000000, 2);
    assert_int_equal(tally_of(self, &left).sum_millionths, 1000000);
    assert_true(history_wins(history_ask(self, STEME_LENS_VOTES), "right"));
}

static void without_votes_nobody_wins_by_them(void **state)
{
    history *self = *state;
    steme_id id = history_say(self, 1, "x", 0);
    assert_false(history_ask(self, STEME_LENS_VOTES)->has_winner);
    history_vote(self, 2, &id, -1000000, 1);
    assert_false(history_ask(self, STEME_LENS_VOTES)->has_winner);
}

static steme_status note_equivocation(void *context, const steme_vote_report *vote,
                                      steme_error *error)
{
    (void)error;
    *(int *)context |= vote->is_equivocation;
    return STEME_OK;
}

static void two_votes_with_one_stamp_are_equivocation(void **state)
{
    history *self = *state;
    int is_seen = 0;
    steme_tally tally;
    steme_error error;
    steme_id id = history_say(self, 1, "x", 0);
    history_vote(self, 2, &id, 1000000, 1);
    history_vote(self, 2, &id, -1000000, 1);
    steme_lifecycle *lifecycle = history_lifecycle(self);
    claims_check(steme_lifecycle_votes(lifecycle, &id, note_equivocation, &is_seen, &tally, &error),
                 &error);
    steme_lifecycle_close(lifecycle);
    assert_true(is_seen);
}

static void under_a_view_fresh_keys_vote_in_vain(void **state)
{
    history *self = *state;
    steme_id left = history_say(self, 1, "left", 0);
    steme_id right = history_say(self, 2, "right", 1);
    steme_view_agent agents[3];
    for (uint8_t i = 0; i < 3; i++)
        agents[i] = (steme_view_agent){.agent = claims_key((uint8_t)(i + 1)).agent};
    steme_view_rules rules = {.name = claims_text("three"),
                              .agents = agents,
                              .agent_count = 3,
                              .unlisted = STEME_UNLISTED_IGNORED,
                              .unlisted_best_class = STEME_CLASS_ANECDOTAL};
    history_vote(self, 3, &left, 1000000, 2);
    for (uint8_t key = 100; key < 200; key++)
        history_vote(self, key, &right, 1000000, 3);
    assert_true(history_wins(history_ask(self, STEME_LENS_VOTES), "right"));
    history_set_view(self, &rules);
    assert_true(history_wins(history_ask(self, STEME_LENS_VOTES), "left"));
}

static void seeds_move_trust_and_nobody_else_does(void **state)
{
    history *self = *state;
    uint32_t trust;
    steme_error error;
    steme_id id = history_say(self, 1, "x", 0);
    steme_view_agent seed = {.agent = claims_key(2).agent, .is_seed = 1};
    steme_view_rules rules = {.name = claims_text("one seed"),
                              .agents = &seed,
                              .agent_count = 1,
                              .unlisted_best_class = STEME_CLASS_ANECDOTAL};
    history_set_view(self, &rules);
    history_vote(self, 3, &id, 1000000, 1);
    steme_lifecycle *lifecycle = history_lifecycle(self);
    claims_check(steme_lifecycle_trust(lifecycle, claims_key(1).agent.bytes, &trust, &error),
                 &error);
    assert_int_equal(trust, 500000);
    steme_lifecycle_close(lifecycle);
    history_vote(self, 2, &id, -1000000, 2);
    lifecycle = history_lifecycle(self);
    claims_check(steme_lifecycle_trust(lifecycle, claims_key(1).agent.bytes, &trust, &error),
                 &error);
    assert_int_equal(trust, 400000);
    steme_lifecycle_close(lifecycle);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, history_set_up, history_tear_down)
        CASE(a_tally_is_the_sum_of_the_last_votes),
        CASE(an_older_vote_that_arrives_later_changes_nothing),
        CASE(weight_zero_withdraws_a_vote),
        CASE(a_vote_on_ones_own_claim_counts_nothing),
        CASE(a_vote_counts_when_its_target_arrives),
        CASE(a_thousand_votes_of_one_agent_are_one),
        CASE(without_votes_nobody_wins_by_them),
        CASE(two_votes_with_one_stamp_are_equivocation),
        CASE(under_a_view_fresh_keys_vote_in_vain),
        CASE(seeds_move_trust_and_nobody_else_does),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
