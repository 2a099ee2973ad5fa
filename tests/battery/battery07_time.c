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

/* What is said of a claim, by a record of its own, acts from that record's claim time on. */
static void nothing_that_is_said_later_acts_before(void **state)
{
    enum { SAID = 10, BEFORE = 9, AFTER = 11 };
    history *self = *state;
    steme_query_options before = as_of(BEFORE, STEME_LENS_SKEPTIC);
    steme_query_options after = as_of(AFTER, STEME_LENS_SKEPTIC);
    steme_id id = history_say(self, 1, "x", 0);
    history_say(self, 2, "y", 1);

    history_endorse(self, 3, &id, SAID);
    assert_int_equal(history_ask_as(self, before)->claims[0].share_millionths, 500000);
    assert_int_equal(history_ask_as(self, after)->claims[0].share_millionths, 666666);

    history_stage(self, 1, &id, STEME_STAGE_UNDER_REVIEW, SAID);
    before.has_stage = after.has_stage = 1;
    before.stage = after.stage = STEME_NOW_UNDER_REVIEW;
    assert_null(history_ask_as(self, before));
    assert_int_equal(history_ask_as(self, after)->candidate_count, 1);
    before.has_stage = after.has_stage = 0;

    steme_statement schema = claims_assertion("predicate://" HISTORY_PREDICATE, "cardinality",
                                              "many", history_time(SAID));
    claims_append(&self->world, &schema, 4);
    assert_true(history_ask_as(self, before)->conflict_millionths > 0);
    assert_int_equal(history_ask_as(self, after)->conflict_millionths, 0);

    history_rotate(self, 1, 2, SAID); /* from then on x and y are of one identity */
    assert_int_equal(history_ask_as(self, before)->claims[0].signer_count, 1);
    assert_int_equal(history_ask_as(self, after)->claims[0].share_millionths, 750000);
}

/* When it was claimed, when it came here, when it holds, and how old it is: each asked for alone
 * leaves a claim out or not, and together they leave out what any of them does. */
static void the_axes_of_time_combine_under_every_lens(void **state)
{
    history *self = *state;
    struct timespec now;
    steme_decay decay;
    assert_true(steme_decay_find("1000", &decay));
    steme_statement held = history_claim("held", 0);
    held.as.assertion.has_valid_to = 1;
    held.as.assertion.valid_to_s = 100;
    claims_append(&self->world, &held, 1);
    history_say(self, 2, "always", 0);
    history_say(self, 3, "claimed later", 2000);
    nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
    clock_gettime(CLOCK_REALTIME, &now);
    nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
    history_say(self, 4, "came later", 0);
    for (int lens = 1; lens < STEME_LENS_COUNT; lens++)
        for (unsigned axes = 0; axes < 16; axes++) {
            steme_query_options options = {.lens = (steme_lens)lens, .decay = decay};
            options.decay.is_on = axes >> 3 & 1;
            options.has_as_of = axes & 1;
            options.as_of_ns = (int64_t)history_time(1000);
            options.has_recorded_as_of = axes >> 1 & 1;
            options.recorded_as_of_ns =
                (uint64_t)now.tv_sec * CLAIMS_SECOND_NS + (uint64_t)now.tv_nsec;
            options.has_valid_at = axes >> 2 & 1;
            options.valid_at_s = 200;
            const steme_answer *answer = history_ask_as(self, options);
            unsigned left_out = (axes & 1) + (axes >> 1 & 1) + (axes >> 2 & 1);
            assert_non_null(answer);
            if (lens != STEME_LENS_CONSTRAINTS && lens != STEME_LENS_RULES)
                assert_int_equal(answer->candidate_count, 4 - left_out);
            if (lens == STEME_LENS_CONFIDENCE && (axes & 1))
                assert_int_equal(answer->confidence_millionths, axes >> 3 & 1 ? 500000 : 1000000);
        }
}

static void neither_a_half_life_of_zero_nor_the_very_moment_takes_confidence(void **state)
{
    history *self = *state;
    steme_query_options options = as_of(1000, STEME_LENS_CONFIDENCE);
    history_say(self, 1, "old", 0);
    assert_true(steme_decay_find("0", &options.decay));
    assert_int_equal(history_ask_as(self, options)->confidence_millionths, 1000000);
    assert_true(steme_decay_find("1000", &options.decay));
    options.as_of_ns = (int64_t)history_time(0); /* it was claimed this very moment */
    assert_int_equal(history_ask_as(self, options)->confidence_millionths, 1000000);
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
        CASE(nothing_that_is_said_later_acts_before),
        CASE(the_axes_of_time_combine_under_every_lens),
        CASE(neither_a_half_life_of_zero_nor_the_very_moment_takes_confidence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
