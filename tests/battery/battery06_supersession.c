/* Battery 6: claims are corrected, withdrawn and approved, and nothing is overwritten. */
#include "support/history.h"

static steme_standing_report standing_of(history *self, const steme_id *id)
{
    steme_standing_report report;
    steme_error error;
    steme_lifecycle *lifecycle = history_lifecycle(self);
    claims_check(steme_lifecycle_standing(lifecycle, id, &report, &error), &error);
    steme_lifecycle_close(lifecycle);
    return report;
}

static steme_stage_now stage_of(history *self, const steme_id *id)
{
    steme_stage_now stage;
    steme_error error;
    steme_lifecycle *lifecycle = history_lifecycle(self);
    claims_check(steme_lifecycle_stage(lifecycle, id, NULL, NULL, &stage, &error), &error);
    steme_lifecycle_close(lifecycle);
    return stage;
}

static void a_superseded_claim_is_kept_and_no_candidate(void **state)
{
    history *self = *state;
    steme_record record;
    steme_error error;
    steme_id old = history_say(self, 1, "2 mg", 0);
    steme_id new = history_say(self, 2, "1 mg", 1);
    history_supersede(self, 1, &old, STEME_SUPERSEDE_REFINE, &new, 2);
    const steme_answer *answer = history_ask(self, STEME_LENS_SKEPTIC);
    assert_int_equal(answer->candidate_count, 1);
    assert_true(history_is_text(answer->claims[0].value.text, "1 mg"));
    claims_check(steme_snapshot_get(self->snapshot, &old, &record, &error), &error);
    steme_standing_report report = standing_of(self, &old);
    assert_int_equal(report.standing, STEME_STANDING_SUPERSEDED);
    assert_memory_equal(&report.head, &new, sizeof new);
}

static void retracted_stands_before_invalidated_before_superseded(void **state)
{
    history *self = *state;
    steme_id id = history_say(self, 1, "x", 0);
    history_supersede(self, 1, &id, STEME_SUPERSEDE_RETRACT, NULL, 1);
    history_supersede(self, 1, &id, STEME_SUPERSEDE_INVALIDATE, NULL, 2);
    history_supersede(self, 1, &id, STEME_SUPERSEDE_TEMPORAL, NULL, 3);
    assert_int_equal(standing_of(self, &id).standing, STEME_STANDING_RETRACTED);
}

static void an_anonymous_key_supersedes_nothing(void **state)
{
    history *self = *state;
    steme_id id = history_say(self, 1, "x", 0);
    for (int kind = STEME_SUPERSEDE_INVALIDATE; kind <= STEME_SUPERSEDE_RETRACT; kind++)
        history_supersede(self, 9, &id, (steme_supersession_kind)kind, NULL, 1 + kind);
    assert_int_equal(standing_of(self, &id).standing, STEME_STANDING_LIVE);
    assert_int_equal(history_ask(self, STEME_LENS_SKEPTIC)->candidate_count, 1);
}

static void only_its_own_signer_takes_a_supersession_back(void **state)
{
    history *self = *state;
    steme_id id = history_say(self, 1, "x", 0);
    steme_id link = history_supersede(self, 1, &id, STEME_SUPERSEDE_INVALIDATE, NULL, 1);
    history_supersede(self, 9, &link, STEME_SUPERSEDE_RETRACT, NULL, 2);
    assert_int_equal(standing_of(self, &id).standing, STEME_STANDING_INVALIDATED);
    steme_id back = history_supersede(self, 1, &link, STEME_SUPERSEDE_RETRACT, NULL, 3);
    assert_int_equal(standing_of(self, &id).standing, STEME_STANDING_LIVE);
    history_supersede(self, 1, &back, STEME_SUPERSEDE_RETRACT, NULL, 4); /* cannot be retracted */
    assert_int_equal(standing_of(self, &id).standing, STEME_STANDING_LIVE);
}

static void two_replacements_are_a_fork_and_the_later_is_the_pick(void **state)
{
    history *self = *state;
    steme_id id = history_say(self, 1, "x", 0);
    steme_id left = history_say(self, 2, "left", 1);
    steme_id right = history_say(self, 3, "right", 2);
    history_supersede(self, 1, &id, STEME_SUPERSEDE_REFINE, &right, 4);
    history_supersede(self, 1, &id, STEME_SUPERSEDE_REFINE, &left, 5);
    steme_standing_report report = standing_of(self, &id);
    assert_true(report.is_fork);
    assert_memory_equal(&report.head, &left, sizeof left);
    assert_int_equal(history_ask(self, STEME_LENS_SKEPTIC)->candidate_count, 2);
}

static void of_a_cycle_made_by_two_partitions_the_last_link_is_dropped(void **state)
{
    history *self = *state;
    steme_id a = history_say(self, 1, "a", 0);
    steme_id b = history_say(self, 1, "b", 1);
    history_supersede(self, 1, &b, STEME_SUPERSEDE_REFINE, &a, 5);
    history_supersede(self, 1, &a, STEME_SUPERSEDE_REFINE, &b, 4); /* earlier, arrives later */
    assert_int_equal(standing_of(self, &a).standing, STEME_STANDING_SUPERSEDED);
    steme_standing_report report = standing_of(self, &b);
    assert_int_equal(report.standing, STEME_STANDING_LIVE);
}

static void the_newest_claim_stands_for_those_before_it_even_when_it_is_retracted(void **state)
{
    history *self = *state;
    history_say(self, 1, "may", 0);
    steme_id june = history_say(self, 1, "june", 1);
    assert_int_equal(history_ask(self, STEME_LENS_SKEPTIC)->candidate_count, 1);
    history_supersede(self, 1, &june, STEME_SUPERSEDE_RETRACT, NULL, 2);
    assert_null(history_ask(self, STEME_LENS_SKEPTIC));
}

static void what_is_superseded_before_it_arrives_is_superseded_when_it_does(void **state)
{
    history *self = *state;
    steme_error error;
    uint8_t buffer[STEME_RECORD_SIZE_MAX];
    uint8_t key = 1;
    steme_statement claim = history_claim("x", 0);
    steme_record record = claims_sign(&claim, &key, 1, buffer);
    history_supersede(self, 1, &record.id, STEME_SUPERSEDE_INVALIDATE, NULL, 1);
    claims_check(steme_store_append(self->world.store, record.bytes, NULL, &error), &error);
    assert_null(history_ask(self, STEME_LENS_SKEPTIC));
}

static void stages_go_their_way_and_illegal_steps_do_nothing(void **state)
{
    history *self = *state;
    steme_id id = history_say(self, 1, "x", 0);
    assert_int_equal(stage_of(self, &id), STEME_NOW_PROPOSED);
    history_stage(self, 1, &id, STEME_STAGE_APPROVED, 1); /* illegal from proposed */
    assert_int_equal(stage_of(self, &id), STEME_NOW_PROPOSED);
    history_stage(self, 1, &id, STEME_STAGE_UNDER_REVIEW, 2);
    history_stage(self, 1, &id, STEME_STAGE_APPROVED, 3);
    assert_int_equal(stage_of(self, &id), STEME_NOW_APPROVED);
    history_stage(self, 1, &id, STEME_STAGE_REJECTED, 4); /* illegal from approved */
    assert_int_equal(stage_of(self, &id), STEME_NOW_APPROVED);
    history_stage(self, 1, &id, STEME_STAGE_DEPRECATED, 5);
    assert_int_equal(stage_of(self, &id), STEME_NOW_DEPRECATED);
}

static void nobody_approves_the_claim_of_another(void **state)
{
    history *self = *state;
    steme_id id = history_say(self, 1, "x", 0);
    history_stage(self, 9, &id, STEME_STAGE_UNDER_REVIEW, 1);
    assert_int_equal(stage_of(self, &id), STEME_NOW_PROPOSED);
}

static void a_stage_may_be_asked_for(void **state)
{
    history *self = *state;
    steme_id id = history_say(self, 1, "approved", 0);
    history_say(self, 2, "proposed", 1);
    history_stage(self, 1, &id, STEME_STAGE_UNDER_REVIEW, 2);
    history_stage(self, 1, &id, STEME_STAGE_APPROVED, 3);
    const steme_answer *answer = history_ask_as(
        self, (steme_query_options){
                  .lens = STEME_LENS_RECENCY, .has_stage = 1, .stage = STEME_NOW_APPROVED});
    assert_int_equal(answer->candidate_count, 1);
    assert_true(history_wins(answer, "approved"));
}

static steme_status count_resting(void *context, const steme_record *record,
                                  const steme_id *rests_on, uint32_t depth, steme_error *error)
{
    uint32_t *depths = context;
    (void)record;
    (void)rests_on;
    (void)error;
    depths[depth]++;
    return STEME_OK;
}

static void a_cascade_lists_what_rests_on_a_claim_and_what_rests_on_that(void **state)
{
    history *self = *state;
    steme_error error;
    uint32_t depths[8] = {0};
    steme_id base = history_say(self, 1, "base", 0);
    steme_statement claim = history_claim("derived", 1);
    claim.as.assertion.derived_from = history_list(&base, 1);
    steme_id derived = claims_append(&self->world, &claim, 2);
    claim = history_claim("derived twice", 2);
    claim.as.assertion.derived_from = history_list(&derived, 1);
    claims_append(&self->world, &claim, 3);
    history_say(self, 4, "free", 3);
    steme_lifecycle *lifecycle = history_lifecycle(self);
    claims_check(steme_lifecycle_cascade(lifecycle, &base, count_resting, depths, &error), &error);
    steme_lifecycle_close(lifecycle);
    assert_int_equal(depths[1], 1);
    assert_int_equal(depths[2], 1);
    assert_int_equal(depths[3], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, history_set_up, history_tear_down)
        CASE(a_superseded_claim_is_kept_and_no_candidate),
        CASE(retracted_stands_before_invalidated_before_superseded),
        CASE(an_anonymous_key_supersedes_nothing),
        CASE(only_its_own_signer_takes_a_supersession_back),
        CASE(two_replacements_are_a_fork_and_the_later_is_the_pick),
        CASE(of_a_cycle_made_by_two_partitions_the_last_link_is_dropped),
        CASE(the_newest_claim_stands_for_those_before_it_even_when_it_is_retracted),
        CASE(what_is_superseded_before_it_arrives_is_superseded_when_it_does),
        CASE(stages_go_their_way_and_illegal_steps_do_nothing),
        CASE(nobody_approves_the_claim_of_another),
        CASE(a_stage_may_be_asked_for),
        CASE(a_cascade_lists_what_rests_on_a_claim_and_what_rests_on_that),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
