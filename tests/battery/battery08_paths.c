/* Battery 8: subjects are paths, and a prefix is whole segments of one. */
#include "support/history.h"

static void say_of(history *self, const char *subject, double second)
{
    steme_statement claim = claims_assertion(subject, HISTORY_PREDICATE, "v", history_time(second));
    claims_append(&self->world, &claim, 1);
}

/* How many subjects a prefix finds. */
static unsigned count_below(history *self, const char *prefix)
{
    const steme_answer *answer;
    steme_error error;
    unsigned count = 0;
    steme_query_options options = {.subject_prefix = claims_text(prefix),
                                   .lens = STEME_LENS_RECENCY,
                                   .evaluated_at_ns = history_time(3600)};
    history_end_question(self);
    claims_check(steme_snapshot_open(self->world.store, &self->snapshot, &error), &error);
    claims_check(steme_query_open(self->snapshot, &options, &self->query, &error), &error);
    for (;;) {
        claims_check(steme_query_next_answer(self->query, &answer, &error), &error);
        if (answer == NULL)
            return count;
        count++;
    }
}

static void a_prefix_matches_whole_segments(void **state)
{
    history *self = *state;
    say_of(self, "a/b", 0);
    say_of(self, "a/b/c", 1);
    say_of(self, "a/bc", 2);
    say_of(self, "a", 3);
    assert_int_equal(count_below(self, "a/b"), 2);
    assert_int_equal(count_below(self, "a/b/"), 2);
    assert_int_equal(count_below(self, "a"), 4);
    assert_int_equal(count_below(self, "b"), 0);
}

static void a_path_deeper_than_the_index_is_found(void **state)
{
    history *self = *state;
    say_of(self, "1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17/18/19/20", 0);
    say_of(self, "1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17/18/19/21", 1);
    assert_int_equal(count_below(self, "1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17/18/19/20"), 1);
    assert_int_equal(count_below(self, "1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17/18/19"), 2);
}

static void a_scheme_is_part_of_the_path(void **state)
{
    history *self = *state;
    say_of(self, "https://example.org/x", 0);
    say_of(self, "http://example.org/x", 1);
    assert_int_equal(count_below(self, "https:"), 1);
    assert_int_equal(count_below(self, "https://example.org"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, history_set_up, history_tear_down)
        CASE(a_prefix_matches_whole_segments),
        CASE(a_path_deeper_than_the_index_is_found),
        CASE(a_scheme_is_part_of_the_path),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
