/* Battery 7: the past is asked as it was, by four axes that are never mixed. */
#include "support/history.h"

#include <time.h>

static steme_query_options as_of(double second, steme_lens lens)
{
    return (steme_query_options){
        .lens = lens, .has_as_of = 1, .as_of_ns = (int64_t)history_time(second)};
}

static void what_was_claimed_later_does_not_exist_yet(void **state)
{
    history *self = *state;
    history_say(self, 1, "first", 0);
    history_say(self, 2, "second", 10);
    assert_int_equal(history_ask_as(self, as_of(5, STEME_LENS_SKEPTIC))->candidate_count, 1);
    assert_int_equal(history_ask_as(self, as_of(10, STEME_LENS_SKEPTIC))->candidate_count, 2);
    assert_null(history_ask_as(self, as_of(-1, STEME_LENS_SKEPTIC)));
}

static void a_supersession_made_later_has_not_happened_yet(void **state)
{
    history *self = *state;
    steme_id id = history_say(self, 1, "first", 0);
    history_supersede(self, 1, &id, STEME_SUPERSEDE_INVALIDATE, NULL, 10);
    assert_non_null(history_ask_as(self, as_of(9, STEME_LENS_SKEPTIC)));
    assert_null(history_ask_as(self, as_of(10, STEME_LENS_SKEPTIC)));
}

static void a_vote_cast_later_does_not_count_yet(void **state)
{
    history *self = *state;
    steme_id left = history_say(self, 1, "left", 0);
    steme_id right = history_say(self, 2, "right", 1);
    history_vote(self, 3, &left, 1000000, 2);
    history_vote(self, 4, &right, 1000000, 10);
    history_vote(self, 5, &right, 1000000, 11);
    assert_true(history_wins(history_ask_as(self, as_of(5, STEME_LENS_VOTES)), "left"));
    assert_true(history_wins(history_ask_as(self, as_of(20, STEME_LENS_VOTES)), "right"));
}

static void a_vote_that_was_changed_since_counts_as_it_was(void **state)
{
    history *self = *state;
    steme_id id = history_say(self, 1, "left", 0);
    history_say(self, 2, "right", 1);
    history_vote(self, 3, &id, 1000000, 2);
    history_vote(self, 3, &id, -1000000, 10);
    assert_true(history_wins(history_ask_as(self, as_of(5, STEME_LENS_VOTES)), "left"));
    assert_false(history_ask_as(self, as_of(20, STEME_LENS_VOTES))->has_winner);
}

static void what_arrived_later_was_not_recorded_then(void **state)
{
    history *self = *state;
    struct timespec now;
    history_say(self, 1, "first", 0);
    nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
    clock_gettime(CLOCK_REALTIME, &now);
    nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
    history_say(self, 2, "backdated", -100);
    steme_query_options options = {.lens = STEME_LENS_SKEPTIC};
    assert_int_equal(history_ask_as(self, options)->candidate_count, 2);
    options.has_recorded_as_of = 1;
    options.recorded_as_of_ns = (uint64_t)now.tv_sec * CLAIMS_SECOND_NS + (uint64_t)now.tv_nsec;
    const steme_answer *answer = history_ask_as(self, options);
    assert_int_equal(answer->candidate_count, 1);
    assert_true(history_is_text(answer->claims[0].value.text, "first"));
}

static void a_claim_holds_from_and_to_half_open(void **state)
{
    history *self = *state;
    steme_statement claim = history_claim("chancellor", 0);
    claim.as.assertion.has_valid_from = claim.as.assertion.has_valid_to = 1;
    claim.as.assertion.valid_from_s = 100;
    claim.as.assertion.valid_to_s = 200;
    claims_append(&self->world, &claim, 1);
    static const struct {
        int64_t time_s;
        int holds;
    } cases[] = {{99, 0}, {100, 1}, {199, 1}, {200, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const steme_answer *answer =
            history_ask_as(self, (steme_query_options){.lens = STEME_LENS_RECENCY,
                                                       .has_valid_at = 1,
                                                       .valid_at_s = cases[i].time_s});
        assert_int_equal(answer != NULL, cases[i].holds);
    }
}

/* One of them said a year ago, with full confidence; the other now, with a little less. */
static void decay_lets_old_confidence_fade(void **state)
{
    history *self = *state;
    steme_decay decay;
    history_say(self, 1, "old", -365.0 * 86400);
    steme_statement claim = history_claim("new", 0);
    claim.as.assertion.confidence_millionths = 900000;
    claims_append(&self->world, &claim, 2);
    assert_true(history_wins(history_ask(self, STEME_LENS_CONFIDENCE), "old"));
    assert_true(steme_decay_find("class", &decay));
    assert_true(history_wins(
        history_ask_as(self, (steme_query_options){.lens = STEME_LENS_CONFIDENCE, .decay = decay}),
        "new"));
}

static void a_half_life_halves(void **state)
{
    history *self = *state;
    steme_decay decay;
    history_say(self, 1, "old", 0);
    assert_true(steme_decay_find("1000", &decay));
    steme_query_options options = as_of(1000, STEME_LENS_CONFIDENCE);
    options.decay = decay;
    assert_int_equal(history_ask_as(self, options)->confidence_millionths, 500000);
    options = as_of(3000, STEME_LENS_CONFIDENCE);
    options.decay = decay;
    assert_int_equal(history_ask_as(self, options)->confidence_millionths, 125000);
}

static void a_future_record_counts_when_its_time_has_come(void **state)
{
    history *self = *state;
    history_say(self, 1, "now", 0);
    history_say(self, 2, "to come", 7200);
    assert_int_equal(history_ask(self, STEME_LENS_SKEPTIC)->candidate_count, 1);
    steme_query_options options = {.lens = STEME_LENS_SKEPTIC,
                                   .evaluated_at_ns = history_time(7200)};
    assert_int_equal(history_ask_as(self, options)->candidate_count, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, history_set_up, history_tear_down)
        CASE(what_was_claimed_later_does_not_exist_yet),
        CASE(a_supersession_made_later_has_not_happened_yet),
        CASE(a_vote_cast_later_does_not_count_yet),
        CASE(a_vote_that_was_changed_since_counts_as_it_was),
        CASE(what_arrived_later_was_not_recorded_then),
        CASE(a_claim_holds_from_and_to_half_open),
        CASE(decay_lets_old_confidence_fade),
        CASE(a_half_life_halves),
        CASE(a_future_record_counts_when_its_time_has_come),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
