/* Battery 5: claims belong to a paradigm, and one record ends it for all of them. */
#include "support/history.h"

static void say_in(history *self, uint8_t key, const char *value, const steme_id *epoch,
                   double second)
{
    steme_statement claim = history_claim(value, second);
    if (epoch != NULL)
        claim.as.assertion.epoch = history_list(epoch, 1);
    claims_append(&self->world, &claim, key);
}

static void claims_of_a_superseded_epoch_are_no_candidates(void **state)
{
    history *self = *state;
    steme_id old = history_epoch(self, 1, "geocentric", NULL, 0);
    say_in(self, 2, "earth at the centre", &old, 1);
    say_in(self, 3, "sun at the centre", NULL, 2);
    assert_int_equal(history_ask(self, STEME_LENS_SKEPTIC)->candidate_count, 2);
    history_epoch(self, 1, "heliocentric", &old, 3);
    const steme_answer *answer = history_ask(self, STEME_LENS_CONSENSUS);
    assert_int_equal(answer->candidate_count, 1);
    assert_true(history_wins(answer, "sun at the centre"));
}

static void an_old_epoch_stays_readable_by_name_and_by_id(void **state)
{
    history *self = *state;
    char digits[65];
    steme_id old = history_epoch(self, 1, "geocentric", NULL, 0);
    say_in(self, 2, "earth at the centre", &old, 1);
    say_in(self, 3, "sun at the centre", NULL, 2);
    history_epoch(self, 1, "heliocentric", &old, 3);
    const steme_answer *answer =
        history_ask_as(self, (steme_query_options){.lens = STEME_LENS_RECENCY,
                                                   .epoch = claims_text("geocentric")});
    assert_true(history_wins(answer, "earth at the centre"));
    for (size_t i = 0; i < sizeof old.bytes; i++)
        snprintf(digits + 2 * i, 3, "%02x", old.bytes[i]);
    answer = history_ask_as(
        self, (steme_query_options){.lens = STEME_LENS_RECENCY, .epoch = claims_text(digits)});
    assert_true(history_wins(answer, "earth at the centre"));
    assert_null(history_ask_as(
        self, (steme_query_options){.lens = STEME_LENS_RECENCY, .epoch = claims_text("none")}));
}

static void nobody_but_its_signer_ends_an_epoch_without_a_view(void **state)
{
    history *self = *state;
    steme_id old = history_epoch(self, 1, "geocentric", NULL, 0);
    say_in(self, 2, "earth at the centre", &old, 1);
    history_epoch(self, 9, "hijack", &old, 3);
    assert_non_null(history_ask(self, STEME_LENS_CONSENSUS));
}

static void of_a_line_of_epochs_the_last_is_in_force(void **state)
{
    history *self = *state;
    steme_id a = history_epoch(self, 1, "a", NULL, 0);
    steme_id b = history_epoch(self, 1, "b", &a, 1);
    steme_id c = history_epoch(self, 1, "c", &b, 2);
    say_in(self, 2, "in a", &a, 3);
    say_in(self, 3, "in b", &b, 4);
    say_in(self, 4, "in c", &c, 5);
    const steme_answer *answer = history_ask(self, STEME_LENS_SKEPTIC);
    assert_int_equal(answer->candidate_count, 1);
    assert_true(history_is_text(answer->claims[0].value.text, "in c"));
}

static void before_it_was_superseded_an_epoch_is_in_force(void **state)
{
    history *self = *state;
    steme_id old = history_epoch(self, 1, "geocentric", NULL, 0);
    say_in(self, 2, "earth at the centre", &old, 1);
    history_epoch(self, 1, "heliocentric", &old, 3);
    assert_null(history_ask(self, STEME_LENS_CONSENSUS));
    assert_non_null(
        history_ask_as(self, (steme_query_options){.lens = STEME_LENS_CONSENSUS,
                                                   .has_as_of = 1,
                                                   .as_of_ns = (int64_t)history_time(2)}));
}

static void an_epoch_that_arrives_late_acts_as_if_it_had_always_been_there(void **state)
{
    history *self = *state;
    steme_statement epoch = history_statement(STEME_EPOCH, 0);
    uint8_t buffer[STEME_RECORD_SIZE_MAX];
    uint8_t key = 1;
    epoch.as.epoch.name = claims_text("geocentric");
    steme_record record = claims_sign(&epoch, &key, 1, buffer);
    say_in(self, 2, "earth at the centre", &record.id, 1);
    history_epoch(self, 1, "heliocentric", &record.id, 3);
    assert_non_null(history_ask(self, STEME_LENS_CONSENSUS)); /* nobody can tell who may */
    steme_error error;
    claims_check(steme_store_append(self->world.store, record.bytes, NULL, &error), &error);
    assert_null(history_ask(self, STEME_LENS_CONSENSUS));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, history_set_up, history_tear_down)
        CASE(claims_of_a_superseded_epoch_are_no_candidates),
        CASE(an_old_epoch_stays_readable_by_name_and_by_id),
        CASE(nobody_but_its_signer_ends_an_epoch_without_a_view),
        CASE(of_a_line_of_epochs_the_last_is_in_force),
        CASE(before_it_was_superseded_an_epoch_is_in_force),
        CASE(an_epoch_that_arrives_late_acts_as_if_it_had_always_been_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
