/* What rests on whom: which answers change without an agent or a source, and what a key holds up.
 */
#include "support/history.h"

enum { FLIP_COUNT_MAX = 16 };

/* Each flip as a line: "subject: old > new". */
typedef struct flip_list {
    char lines[FLIP_COUNT_MAX][96];
    size_t count;
} flip_list;

static steme_span winner_of(const steme_answer *answer)
{
    if (answer == NULL || !answer->has_winner)
        return claims_text("-");
    return answer->claims[answer->winner_claim].value.text;
}

static steme_status note_flip(void *context, const steme_answer *before, const steme_answer *after,
                              steme_error *error)
{
    flip_list *list = context;
    steme_span from = winner_of(before);
    steme_span to = winner_of(after);
    (void)error;
    assert_true(list->count < FLIP_COUNT_MAX);
    snprintf(list->lines[list->count++], sizeof list->lines[0], "%.*s: %.*s > %.*s",
             (int)before->subject.size, (const char *)before->subject.bytes, (int)from.size,
             (const char *)from.bytes, (int)to.size, (const char *)to.bytes);
    return STEME_OK;
}

static void open_snapshot(history *self)
{
    steme_error error;
    history_end_question(self);
    claims_check(steme_snapshot_open(self->world.store, &self->snapshot, &error), &error);
}

static flip_list flips_of(history *self, steme_what_if_options options,
                          steme_what_if_report *out_report)
{
    flip_list list = {0};
    steme_error error;
    open_snapshot(self);
    options.visit = note_flip;
    options.context = &list;
    options.query.evaluated_at_ns = history_time(3600);
    claims_check(steme_what_if(self->snapshot, &options, out_report, &error), &error);
    return list;
}

static steme_statement claim_about(const char *subject, const char *value, double second)
{
    return claims_assertion(subject, HISTORY_PREDICATE, value, history_time(second));
}

static steme_id say_about(history *self, uint8_t key, const char *subject, const char *value,
                          double second)
{
    steme_statement claim = claim_about(subject, value, second);
    return claims_append(&self->world, &claim, key);
}

static void an_answer_flips_where_the_agent_decided_it(void **state)
{
    history *self = *state;
    steme_what_if_report report;
    steme_agent agent = claims_key(1).agent;
    say_about(self, 1, "alone", "x", 0); /* nobody else: no answer is left */
    say_about(self, 1, "decided", "x", 1);
    say_about(self, 2, "decided", "x", 2);
    say_about(self, 3, "decided", "y", 3);
    say_about(self, 4, "decided", "y", 4);
    say_about(self, 1, "decided", "x", 5); /* the same identity: no more than once */
    say_about(self, 5, "decided", "x", 6);
    say_about(self, 1, "safe", "x", 7);
    say_about(self, 2, "safe", "x", 8);
    say_about(self, 2, "without", "z", 9);
    say_about(self, 6, "decided", "y", 10); /* three against three: the newest */
    flip_list flips = flips_of(self, (steme_what_if_options){.agent = &agent}, &report);
    assert_int_equal(report.pair_count, 3);
    assert_int_equal(report.flip_count, 1);
    assert_string_equal(flips.lines[0], "alone: x > -");
    say_about(self, 7, "decided", "x", 11);
    flips = flips_of(self, (steme_what_if_options){.agent = &agent}, &report);
    assert_int_equal(report.flip_count, 1);
    say_about(self, 8, "decided", "y", 12);
    say_about(self, 9, "decided", "x", 13);
    flips = flips_of(self, (steme_what_if_options){.agent = &agent}, &report);
    assert_int_equal(report.flip_count, 1); /* five to four becomes four each, x the newer */
    say_about(self, 6, "decided", "y", 14);
    flips = flips_of(self, (steme_what_if_options){.agent = &agent}, &report);
    assert_int_equal(report.flip_count, 2);
    assert_string_equal(flips.lines[1], "decided: x > y");
}

static void an_endorsement_counts_as_speaking(void **state)
{
    history *self = *state;
    steme_what_if_report report;
    steme_agent agent = claims_key(1).agent;
    steme_id id = say_about(self, 2, "a", "x", 0);
    say_about(self, 3, "a", "y", 1);
    history_endorse(self, 1, &id, 2);
    flip_list flips = flips_of(self, (steme_what_if_options){.agent = &agent}, &report);
    assert_int_equal(report.pair_count, 1);
    assert_int_equal(flips.count, 1);
    assert_string_equal(flips.lines[0], "a: x > y");
}

static void a_co_signer_stays_when_the_other_goes(void **state)
{
    history *self = *state;
    steme_what_if_report report;
    steme_agent agent = claims_key(1).agent;
    static const uint8_t both[2] = {1, 2};
    steme_statement claim = claim_about("a", "x", 5);
    claims_append_signed(&self->world, &claim, both, 2);
    say_about(self, 3, "a", "y", 1);
    flips_of(self, (steme_what_if_options){.agent = &agent}, &report);
    assert_int_equal(report.pair_count, 1);
    assert_int_equal(report.flip_count, 0);
}

static void a_source_can_be_distrusted_too(void **state)
{
    history *self = *state;
    steme_what_if_report report;
    steme_id source = claims_append_source(&self->world, "forum", "", CLAIMS_TIME_NS);
    for (uint8_t key = 1; key <= 2; key++) {
        steme_statement claim = claim_about("a", "x", key);
        claims_set_source(&claim, &source);
        claims_append(&self->world, &claim, key);
    }
    say_about(self, 3, "a", "y", 9);
    say_about(self, 1, "b", "x", 9);
    flip_list flips = flips_of(self, (steme_what_if_options){.source = &source}, &report);
    assert_int_equal(report.pair_count, 1);
    assert_int_equal(flips.count, 1);
    assert_string_equal(flips.lines[0], "a: x > y");
}

static void a_limit_bounds_what_is_shown_not_what_is_counted(void **state)
{
    history *self = *state;
    steme_what_if_report report;
    steme_agent agent = claims_key(1).agent;
    for (int i = 0; i < 5; i++)
        say_about(self, 1, (const char *const[]){"e", "d", "c", "b", "a"}[i], "x", i);
    flip_list flips = flips_of(self, (steme_what_if_options){.agent = &agent, .limit = 2}, &report);
    assert_int_equal(report.flip_count, 5);
    assert_int_equal(flips.count, 2);
    assert_string_equal(flips.lines[0], "a: x > -");
    assert_string_equal(flips.lines[1], "b: x > -");
    flips = flips_of(
        self,
        (steme_what_if_options){.agent = &agent, .query = {.subject_prefix = claims_text("c")}},
        &report);
    assert_int_equal(report.flip_count, 1);
}

static void skeptic_flips_with_its_agreement(void **state)
{
    history *self = *state;
    steme_what_if_report report;
    steme_agent agent = claims_key(1).agent;
    say_about(self, 1, "a", "x", 0);
    say_about(self, 2, "a", "y", 1);
    steme_what_if_options options = {.agent = &agent, .query = {.lens = STEME_LENS_SKEPTIC}};
    flips_of(self, options, &report);
    assert_int_equal(report.flip_count, 1);
    say_about(self, 3, "a", "z", 2);
    flips_of(self, options, &report);
    assert_int_equal(report.flip_count, 0); /* contested with and without */
}

static void options_that_make_no_sense_are_refused(void **state)
{
    history *self = *state;
    steme_what_if_report report;
    steme_blast_report blast;
    steme_error error;
    steme_agent agent = claims_key(1).agent;
    steme_id source = {{0}};
    open_snapshot(self);
    const steme_what_if_options options[] = {
        {.agent = NULL},
        {.agent = &agent, .source = &source},
        {.agent = &agent, .query = {.agent = &agent}},
        {.agent = &agent, .query = {.source = &source}},
        {.agent = &agent, .query = {.limit = 1}},
        {.agent = &agent, .query = {.follows_aliases = 1}},
        {.agent = &agent, .query = {.lens = (steme_lens)99}},
    };
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
        assert_int_equal(steme_what_if(self->snapshot, &options[i], &report, &error),
                         STEME_INVALID);
        assert_int_not_equal(error.message[0], '\0');
    }
    for (size_t i = 2; i < sizeof options / sizeof options[0]; i++)
        assert_int_equal(
            steme_blast_radius(self->snapshot, &agent, &options[i].query, &blast, &error),
            STEME_INVALID);
}

/* Key 1: two claims, one of which wins; a source; a vote. Others derive from it and quote it. */
static void the_blast_radius_counts_all_that_rests_on_a_key(void **state)
{
    history *self = *state;
    steme_blast_report report;
    steme_error error;
    steme_agent agent = claims_key(1).agent;
    steme_statement source = history_statement(STEME_SOURCE, 0);
    source.as.source.name = claims_text("its own");
    steme_id source_id = claims_append(&self->world, &source, 1);
    steme_id won = say_about(self, 1, "a", "x", 1);
    say_about(self, 1, "b", "x", 2);
    say_about(self, 2, "b", "y", 3);
    steme_id other = say_about(self, 3, "b", "y", 4);
    history_vote(self, 1, &other, 1000000, 5);
    steme_statement derived = claim_about("c", "z", 6);
    derived.as.assertion.derived_from = history_list(&won, 1);
    steme_id first = claims_append(&self->world, &derived, 2);
    derived = claim_about("d", "z", 7);
    derived.as.assertion.derived_from = history_list(&first, 1);
    claims_append(&self->world, &derived, 3);
    steme_statement quoting = claim_about("e", "z", 8);
    claims_set_source(&quoting, &source_id);
    claims_append(&self->world, &quoting, 4);
    open_snapshot(self);
    steme_query_options options = {.evaluated_at_ns = history_time(3600)};
    claims_check(steme_blast_radius(self->snapshot, &agent, &options, &report, &error), &error);
    assert_int_equal(report.record_count, 4);
    assert_int_equal(report.type_counts[STEME_ASSERTION], 2);
    assert_int_equal(report.type_counts[STEME_SOURCE], 1);
    assert_int_equal(report.type_counts[STEME_VOTE], 1);
    assert_int_equal(report.pair_count, 2);
    assert_int_equal(report.won_count, 1);
    assert_int_equal(report.cascade_count, 3);
    assert_int_equal(report.cascade_depth, 2);
}

static void a_key_that_signed_nothing_holds_nothing_up(void **state)
{
    history *self = *state;
    steme_blast_report report;
    steme_what_if_report flips;
    steme_error error;
    steme_agent agent = claims_key(99).agent;
    say_about(self, 1, "a", "x", 0);
    open_snapshot(self);
    claims_check(steme_blast_radius(self->snapshot, &agent, NULL, &report, &error), &error);
    assert_int_equal(report.record_count, 0);
    assert_int_equal(report.pair_count, 0);
    assert_int_equal(report.cascade_count, 0);
    flips_of(self, (steme_what_if_options){.agent = &agent}, &flips);
    assert_int_equal(flips.pair_count, 0);
}

static const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, history_set_up, history_tear_down)
    CASE(an_answer_flips_where_the_agent_decided_it),
    CASE(an_endorsement_counts_as_speaking),
    CASE(a_co_signer_stays_when_the_other_goes),
    CASE(a_source_can_be_distrusted_too),
    CASE(a_limit_bounds_what_is_shown_not_what_is_counted),
    CASE(skeptic_flips_with_its_agreement),
    CASE(options_that_make_no_sense_are_refused),
    CASE(the_blast_radius_counts_all_that_rests_on_a_key),
    CASE(a_key_that_signed_nothing_holds_nothing_up),
};

TEST_MAIN(tests)
