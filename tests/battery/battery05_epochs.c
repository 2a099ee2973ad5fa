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

/* An epoch's id is the hash of what it supersedes: of two that would supersede each other, one
 * names an id that no record has. */
static void epochs_that_supersede_each_other_cannot_be_made(void **state)
{
    history *self = *state;
    uint8_t buffer[STEME_RECORD_SIZE_MAX];
    uint8_t key = 1;
    steme_error error;
    steme_statement second = history_statement(STEME_EPOCH, 1);
    second.as.epoch.name = claims_text("second");
    steme_id promised = claims_sign(&second, &key, 1, buffer).id;
    steme_id first = history_epoch(self, 1, "first", &promised, 0);
    second.as.epoch.supersedes = history_list(&first, 1);
    second.as.epoch.kind = STEME_SUPERSEDE_TEMPORAL;
    steme_record record = claims_sign(&second, &key, 1, buffer);
    assert_memory_not_equal(&record.id, &promised, sizeof promised);
    claims_check(steme_store_append(self->world.store, record.bytes, NULL, &error), &error);
    say_in(self, 2, "of the first", &first, 2);
    say_in(self, 3, "of the second", &record.id, 3);
    const steme_answer *answer = history_ask(self, STEME_LENS_SKEPTIC);
    assert_int_equal(answer->candidate_count, 1);
    assert_true(history_is_text(answer->claims[0].value.text, "of the second"));
}

static steme_status copy_record(void *context, const steme_record *record, uint64_t arrival_ns,
                                steme_error *error)
{
    (void)arrival_ns;
    return steme_store_append(context, record->bytes, NULL, error);
}

static void copy_all(claims_store *from, claims_store *to)
{
    steme_snapshot *snapshot;
    steme_error error;
    claims_check(steme_snapshot_open(from->store, &snapshot, &error), &error);
    claims_check(steme_snapshot_visit(snapshot, copy_record, to->store, NULL, &error), &error);
    steme_snapshot_close(snapshot);
}

typedef struct seen_epochs {
    steme_epoch_report reports[8];
    size_t count;
} seen_epochs;

static steme_status see_epoch(void *context, const steme_epoch_report *report, steme_error *error)
{
    seen_epochs *seen = context;
    (void)error;
    assert_true(seen->count < sizeof seen->reports / sizeof seen->reports[0]);
    seen->reports[seen->count++] = *report;
    return STEME_OK;
}

static seen_epochs epochs_of(history *self)
{
    seen_epochs seen = {.count = 0};
    steme_error error;
    steme_lifecycle *lifecycle = history_lifecycle(self);
    claims_check(steme_lifecycle_epochs(lifecycle, see_epoch, &seen, &error), &error);
    steme_lifecycle_close(lifecycle);
    history_end_question(self);
    return seen;
}

/* Each side goes on from the epoch that both have; the greater is the old one's successor, and both
 * stay in force until a later one ends them. */
static void lines_of_epochs_from_two_partitions_converge(void **state)
{
    history *self = *state;
    history other = {0};
    claims_open(&other.world);
    steme_id old = history_epoch(self, 1, "old", NULL, 0);
    copy_all(&self->world, &other.world);
    steme_id here = history_epoch(self, 1, "here", &old, 1);
    steme_id here_too = history_epoch(self, 1, "here, on", &here, 3);
    steme_id there = history_epoch(&other, 1, "there", &old, 2);
    copy_all(&self->world, &other.world);
    copy_all(&other.world, &self->world);
    seen_epochs left = epochs_of(self);
    seen_epochs right = epochs_of(&other);
    assert_int_equal(left.count, 4);
    assert_int_equal(right.count, 4);
    const steme_id *order[] = {&old, &here, &there, &here_too};
    for (size_t i = 0; i < 4; i++) {
        const steme_epoch_report *at = &left.reports[i];
        assert_memory_equal(&at->id, order[i], sizeof at->id);
        assert_memory_equal(&right.reports[i].id, order[i], sizeof at->id);
        assert_int_equal(at->is_in_force, i >= 2);
        assert_int_equal(right.reports[i].is_in_force, at->is_in_force);
        assert_memory_equal(&right.reports[i].successor, &at->successor, sizeof at->successor);
    }
    assert_memory_equal(&left.reports[0].successor, &there, sizeof there);
    claims_close(&other.world);
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
        CASE(epochs_that_supersede_each_other_cannot_be_made),
        CASE(lines_of_epochs_from_two_partitions_converge),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
