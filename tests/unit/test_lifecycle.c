/* What became of records: named claims. tests/property/test_lifecycle.c has the random ones. */
#include "support/lifecycle_records.h"

enum { LONG_COUNT = 100000, BATCH_COUNT = 5000 };

static void open_world(void **state)
{
    static claims_store world;
    claims_open(&world);
    *state = &world;
}

static void assert_id(const steme_id *got, const steme_id *want)
{
    assert_memory_equal(got, want, sizeof *got);
}

static void assert_head(claims_store *world, const steme_id *id, const steme_id *want)
{
    steme_standing_report report = report_of(world, id);
    assert_int_equal(report.has_head, 1);
    assert_id(&report.head, want);
}

/* ---- Standing ----------------------------------------------------------------------------- */

static void the_gravest_supersession_gives_the_standing(void **state)
{
    claims_store *world = *state;
    steme_id id = claim(world, "a", 0, ANNA);
    assert_int_equal(report_of(world, &id).standing, STEME_STANDING_LIVE);
    supersede(world, 1, &id, STEME_SUPERSEDE_INVALIDATE, NULL, ANNA);
    assert_int_equal(report_of(world, &id).standing, STEME_STANDING_INVALIDATED);
    supersede(world, 2, &id, STEME_SUPERSEDE_TEMPORAL, NULL, ANNA);
    assert_int_equal(report_of(world, &id).standing, STEME_STANDING_INVALIDATED);
    supersede(world, 3, &id, STEME_SUPERSEDE_RETRACT, NULL, ANNA);
    supersede(world, 4, &id, STEME_SUPERSEDE_REFINE, NULL, ANNA);
    assert_int_equal(report_of(world, &id).standing, STEME_STANDING_RETRACTED);
    assert_int_equal(report_of(world, &id).link_count, 4);
    assert_int_equal(report_of(world, &id).has_head, 0);
}

static void two_replacements_are_a_fork_and_the_greatest_is_picked(void **state)
{
    claims_store *world = *state;
    steme_id id = claim(world, "a", 0, ANNA);
    steme_id first = claim(world, "a", 1, ANNA);
    steme_id second = claim(world, "a", 2, ANNA);
    supersede(world, 11, &id, STEME_SUPERSEDE_TEMPORAL, &second, ANNA);
    assert_int_equal(report_of(world, &id).is_fork, 0);
    supersede(world, 10, &id, STEME_SUPERSEDE_TEMPORAL, &first, ANNA);
    assert_int_equal(report_of(world, &id).is_fork, 1);
    assert_head(world, &id, &second);
    seen_links links = why(world, &id);
    assert_int_equal(links.count, 2);
    assert_int_equal(links.links[0].is_pick, 0);
    assert_int_equal(links.links[1].is_pick, 1);
    assert_id(&links.links[1].replacement, &second);
}

static void the_head_is_the_end_of_the_picks_while_it_is_live(void **state)
{
    claims_store *world = *state;
    steme_id ids[4];
    for (uint64_t i = 0; i < 4; i++)
        ids[i] = claim(world, "a", i, ANNA);
    for (uint64_t i = 0; i < 3; i++)
        supersede(world, 10 + i, &ids[i], STEME_SUPERSEDE_REFINE, &ids[i + 1], ANNA);
    assert_int_equal(report_of(world, &ids[0]).has_head, 1);
    assert_head(world, &ids[0], &ids[3]);
    supersede(world, 20, &ids[3], STEME_SUPERSEDE_RETRACT, NULL, ANNA);
    assert_int_equal(report_of(world, &ids[0]).has_head, 0);
}

static void a_retraction_cannot_be_retracted(void **state)
{
    claims_store *world = *state;
    steme_id id = claim(world, "a", 0, ANNA);
    steme_id retraction = supersede(world, 1, &id, STEME_SUPERSEDE_RETRACT, NULL, ANNA);
    supersede(world, 2, &retraction, STEME_SUPERSEDE_RETRACT, NULL, ANNA);
    assert_int_equal(report_of(world, &id).standing, STEME_STANDING_RETRACTED);
    assert_int_equal(why(world, &retraction).links[0].void_reason, STEME_VOID_NO_RIGHT);
}

static void only_its_own_signer_retracts_a_supersession(void **state)
{
    claims_store *world = *state;
    uint8_t both[] = {ANNA, BERT};
    steme_statement statement = claims_assertion("a", "is", "so", start_ns);
    steme_id id = claims_append_signed(world, &statement, both, 2);
    steme_id by_anna = supersede(world, 1, &id, STEME_SUPERSEDE_INVALIDATE, NULL, ANNA);
    supersede(world, 2, &by_anna, STEME_SUPERSEDE_RETRACT, NULL, BERT);
    supersede(world, 3, &by_anna, STEME_SUPERSEDE_INVALIDATE, NULL, ANNA);
    assert_int_equal(report_of(world, &id).standing, STEME_STANDING_INVALIDATED);
    supersede(world, 4, &by_anna, STEME_SUPERSEDE_RETRACT, NULL, ANNA);
    assert_int_equal(report_of(world, &id).standing, STEME_STANDING_LIVE);
    assert_int_equal(why(world, &id).links[0].void_reason, STEME_VOID_RETRACTED);
}

static void of_a_cycle_by_two_partitions_the_later_link_is_dropped(void **state)
{
    claims_store *world = *state;
    steme_id left = claim(world, "a", 0, ANNA);
    steme_id right = claim(world, "a", 1, ANNA);
    supersede(world, 11, &right, STEME_SUPERSEDE_TEMPORAL, &left, ANNA); /* arrives first */
    supersede(world, 10, &left, STEME_SUPERSEDE_TEMPORAL, &right, ANNA);
    assert_int_equal(report_of(world, &left).standing, STEME_STANDING_SUPERSEDED);
    assert_int_equal(report_of(world, &right).standing, STEME_STANDING_LIVE);
    assert_head(world, &left, &right);
    assert_int_equal(why(world, &right).links[0].void_reason, STEME_VOID_CYCLE);
    assert_int_equal(chain(world, &left).count, 2);
}

static void a_chain_is_listed_forward_then_back(void **state)
{
    claims_store *world = *state;
    steme_id ids[5];
    steme_id links[4];
    for (uint64_t i = 0; i < 5; i++)
        ids[i] = claim(world, "a", i, ANNA);
    for (uint64_t i = 0; i < 4; i++)
        links[i] = supersede(world, 20 - i, &ids[i], STEME_SUPERSEDE_REFINE, &ids[i + 1], ANNA);
    seen_links seen = chain(world, &ids[2]);
    assert_int_equal(seen.count, 4);
    assert_id(&seen.links[0].record, &links[2]);
    assert_id(&seen.links[1].record, &links[3]);
    assert_id(&seen.links[2].record, &links[1]);
    assert_id(&seen.links[3].record, &links[0]);
}

static void a_void_link_is_listed_and_not_followed(void **state)
{
    claims_store *world = *state;
    steme_id id = claim(world, "a", 0, ANNA);
    steme_id other = claim(world, "b", 0, STRANGER);
    steme_id third = claim(world, "b", 1, STRANGER);
    supersede(world, 1, &id, STEME_SUPERSEDE_REFINE, &other, STRANGER);
    supersede(world, 2, &other, STEME_SUPERSEDE_REFINE, &third, STRANGER);
    assert_int_equal(chain(world, &id).count, 1);
    assert_int_equal(chain(world, &third).count, 2);
}

static void an_unknown_target_counts_when_it_arrives(void **state)
{
    claims_store *world = *state;
    uint8_t buffer[STEME_RECORD_SIZE_MAX];
    uint8_t anna = ANNA;
    steme_error error;
    steme_statement statement = claims_assertion("a", "is", "so", start_ns);
    steme_record record = claims_sign(&statement, &anna, 1, buffer);
    steme_id id = record.id;
    steme_view *view = make_view(STEME_UNLISTED_EACH);
    supersede(world, 1, &id, STEME_SUPERSEDE_INVALIDATE, NULL, ANNA);
    stage(world, 2, &id, STEME_STAGE_UNDER_REVIEW, ANNA);
    vote(world, 3, &id, 1000000, BERT);
    assert_int_equal(report_of(world, &id).standing, STEME_STANDING_LIVE);
    assert_int_equal(why(world, &id).links[0].void_reason, STEME_VOID_UNKNOWN);
    assert_int_equal(stage_under(world, &id, NULL), STEME_NOW_PROPOSED);
    assert_int_equal(tally_under(world, &id, NULL).sum_millionths, 0);
    supersede(world, 4, &id, STEME_SUPERSEDE_TEMPORAL, NULL, STEWARD); /* needs no target */
    assert_int_equal(report_under(world, &id, view).standing, STEME_STANDING_SUPERSEDED);
    claims_check(steme_store_append(world->store, record.bytes, NULL, &error), &error);
    assert_int_equal(report_of(world, &id).standing, STEME_STANDING_INVALIDATED);
    assert_int_equal(stage_under(world, &id, NULL), STEME_NOW_UNDER_REVIEW);
    assert_int_equal(tally_under(world, &id, NULL).sum_millionths, 1000000);
    steme_view_close(view);
}

static void a_forgotten_supersession_acts_no_more(void **state)
{
    claims_store *world = *state;
    steme_error error;
    steme_id id = claim(world, "a", 0, ANNA);
    steme_id by = supersede(world, 1, &id, STEME_SUPERSEDE_INVALIDATE, NULL, ANNA);
    assert_int_equal(report_of(world, &id).standing, STEME_STANDING_INVALIDATED);
    claims_check(steme_store_forget(world->store, &by, "it names a person", &error), &error);
    assert_int_equal(report_of(world, &id).standing, STEME_STANDING_LIVE);
    assert_int_equal(why(world, &id).count, 0);
}

static void a_forgotten_target_is_spoken_of_by_stewards_alone(void **state)
{
    claims_store *world = *state;
    steme_error error;
    steme_id id = claim(world, "a", 0, ANNA);
    supersede(world, 1, &id, STEME_SUPERSEDE_INVALIDATE, NULL, ANNA);
    assert_int_equal(report_of(world, &id).link_count, 1);
    claims_check(steme_store_forget(world->store, &id, "it names a person", &error), &error);
    assert_int_equal(report_of(world, &id).link_count, 0);
    assert_int_equal(why(world, &id).links[0].void_reason, STEME_VOID_UNKNOWN);
}

/* ---- Rights ------------------------------------------------------------------------------- */

static void an_anonymous_key_changes_nothing_of_others(void **state)
{
    claims_store *world = *state;
    steme_view *view = make_view(STEME_UNLISTED_IGNORED);
    steme_id id = claim(world, "a", 0, ANNA);
    steme_id age = epoch(world, 0, "old", NULL, ANNA);
    supersede(world, 1, &id, STEME_SUPERSEDE_INVALIDATE, NULL, STRANGER);
    supersede(world, 2, &id, STEME_SUPERSEDE_RETRACT, NULL, STRANGER);
    stage(world, 3, &id, STEME_STAGE_UNDER_REVIEW, STRANGER);
    epoch(world, 4, "new", &age, STRANGER);
    revoke_key(world, 5, ANNA, 0, STRANGER);
    alias(world, 6, "a", "b", STRANGER);
    vote(world, 7, &id, -1000000, STRANGER);
    for (int i = 0; i < 2; i++) {
        const steme_view *under = i == 0 ? NULL : view;
        assert_int_equal(report_under(world, &id, under).standing, STEME_STANDING_LIVE);
        assert_int_equal(stage_under(world, &id, under), STEME_NOW_PROPOSED);
    }
    assert_true(key_counts(world, ANNA, 10));
    assert_int_equal(name_count(world, "a", NULL), 2); /* the open view takes it at its word */
    assert_int_equal(name_count(world, "a", view), 1);
    assert_int_equal(tally_under(world, &id, NULL).against_count, 1);
    assert_int_equal(tally_under(world, &id, view).against_count, 0);
    steme_view_close(view);
}

static steme_status count_in_force(void *context, const steme_epoch_report *report,
                                   steme_error *error)
{
    (void)error;
    *(int *)context += report->is_in_force;
    return STEME_OK;
}

static int epochs_in_force(claims_store *world, const steme_view *view)
{
    int count = 0;
    steme_error error;
    question it = ask_under(world, view);
    claims_check(steme_lifecycle_epochs(it.lifecycle, count_in_force, &count, &error), &error);
    end(&it);
    return count;
}

static void a_steward_speaks_of_everything_under_its_view_alone(void **state)
{
    claims_store *world = *state;
    steme_view *view = make_view(STEME_UNLISTED_EACH);
    steme_id id = claim(world, "a", 0, ANNA);
    steme_id age = epoch(world, 0, "old", NULL, ANNA);
    epoch(world, 1, "new", &age, STEWARD);
    supersede(world, 1, &id, STEME_SUPERSEDE_INVALIDATE, NULL, STEWARD);
    stage(world, 2, &id, STEME_STAGE_UNDER_REVIEW, STEWARD);
    alias(world, 3, "a", "b", STEWARD);
    assert_int_equal(report_of(world, &id).standing, STEME_STANDING_LIVE);
    assert_int_equal(report_under(world, &id, view).standing, STEME_STANDING_INVALIDATED);
    assert_int_equal(stage_under(world, &id, NULL), STEME_NOW_PROPOSED);
    assert_int_equal(stage_under(world, &id, view), STEME_NOW_UNDER_REVIEW);
    assert_int_equal(epochs_in_force(world, NULL), 2);
    assert_int_equal(epochs_in_force(world, view), 1);
    assert_int_equal(name_count(world, "a", view), 2);
    steme_view_close(view);
}

static void a_stewardship_does_not_retract(void **state)
{
    claims_store *world = *state;
    steme_view *view = make_view(STEME_UNLISTED_EACH);
    steme_id id = claim(world, "a", 0, ANNA);
    supersede(world, 1, &id, STEME_SUPERSEDE_RETRACT, NULL, STEWARD);
    assert_int_equal(report_under(world, &id, view).standing, STEME_STANDING_LIVE);
    steme_view_close(view);
}

/* ---- Stages and aliases ------------------------------------------------------------------- */

static void an_illegal_stage_does_nothing(void **state)
{
    claims_store *world = *state;
    steme_id id = claim(world, "a", 0, ANNA);
    stage(world, 1, &id, STEME_STAGE_APPROVED, ANNA);
    assert_int_equal(stage_under(world, &id, NULL), STEME_NOW_PROPOSED);
    stage(world, 2, &id, STEME_STAGE_UNDER_REVIEW, ANNA);
    stage(world, 4, &id, STEME_STAGE_DEPRECATED, ANNA); /* before what makes it legal */
    assert_int_equal(stage_under(world, &id, NULL), STEME_NOW_UNDER_REVIEW);
    stage(world, 3, &id, STEME_STAGE_APPROVED, ANNA);
    assert_int_equal(stage_under(world, &id, NULL), STEME_NOW_DEPRECATED);
}

static void aliases_in_a_circle_end(void **state)
{
    claims_store *world = *state;
    alias(world, 0, "a", "b", ANNA);
    alias(world, 1, "b", "c", ANNA);
    alias(world, 2, "c", "a", ANNA);
    assert_int_equal(name_count(world, "b", NULL), 3);
}

/* ---- Keys and votes ----------------------------------------------------------------------- */

static void an_identity_counts_once_whatever_keys_it_used(void **state)
{
    claims_store *world = *state;
    steme_id id = claim(world, "a", 0, ANNA);
    vote(world, 1, &id, 1000000, BERT);
    vote(world, 2, &id, 500000, CARL);
    assert_int_equal(tally_under(world, &id, NULL).sum_millionths, 1500000);
    rotate(world, 3, BERT, CARL);
    assert_int_equal(tally_under(world, &id, NULL).sum_millionths, 500000);
    vote(world, 4, &id, 0, BERT);
    assert_int_equal(tally_under(world, &id, NULL).for_count, 0);
}

static void a_vote_on_ones_own_record_counts_nothing(void **state)
{
    claims_store *world = *state;
    steme_id id = claim(world, "a", 0, ANNA);
    rotate(world, 1, ANNA, BERT);
    vote(world, 2, &id, 1000000, BERT);
    assert_int_equal(tally_under(world, &id, NULL).sum_millionths, 0);
}

static steme_status see_equivocation(void *context, const steme_vote_report *report,
                                     steme_error *error)
{
    (void)error;
    *(int *)context += report->is_equivocation;
    return STEME_OK;
}

static int equivocations(claims_store *world, const steme_id *id)
{
    int count = 0;
    steme_tally tally;
    steme_error error;
    question it = ask_under(world, NULL);
    claims_check(steme_lifecycle_votes(it.lifecycle, id, see_equivocation, &count, &tally, &error),
                 &error);
    end(&it);
    return count;
}

static void equivocation_is_told_also_once_the_index_dropped_older_votes(void **state)
{
    claims_store *world = *state;
    steme_id id = claim(world, "a", 0, ANNA);
    vote_often(world, 1, 1, &id, CARL);
    assert_int_equal(equivocations(world, &id), 0);
    vote_often(world, 2, 0, &id, BERT);
    assert_int_equal(equivocations(world, &id), 1);
    claims_reopen(world);
    assert_int_equal(equivocations(world, &id), 1);
}

static void a_forgotten_vote_hides_no_earlier_one(void **state)
{
    claims_store *world = *state;
    steme_error error;
    steme_id id = claim(world, "a", 0, ANNA);
    steme_id last = vote_often(world, 1, 1, &id, BERT);
    claims_reopen(world);
    assert_int_equal(tally_under(world, &id, NULL).sum_millionths, MANY_COUNT);
    claims_check(steme_store_forget(world->store, &last, "it names a person", &error), &error);
    assert_int_equal(tally_under(world, &id, NULL).sum_millionths, MANY_COUNT - 1);
}

static void what_a_key_signed_from_its_revocation_on_does_not_count(void **state)
{
    claims_store *world = *state;
    steme_id id = claim(world, "a", 0, ANNA);
    vote(world, 10, &id, 1000000, BERT);
    vote(world, 5, &id, 250000, CARL);
    revoke_key(world, 20, BERT, 10, BERT);
    revoke_key(world, 21, CARL, 10, CARL);
    assert_int_equal(tally_under(world, &id, NULL).sum_millionths, 250000);
    assert_false(key_counts(world, BERT, 10));
    assert_true(key_counts(world, BERT, 9));
    revoke_key(world, 22, ANNA, 1, ANNA);
    supersede(world, 30, &id, STEME_SUPERSEDE_INVALIDATE, NULL, ANNA);
    assert_int_equal(report_of(world, &id).standing, STEME_STANDING_LIVE);
}

static void a_revoked_key_cannot_be_rotated_away(void **state)
{
    claims_store *world = *state;
    revoke_key(world, 10, ANNA, 10, ANNA);
    rotate(world, 20, ANNA, STRANGER);
    assert_false(speaks_as(world, STRANGER, 30, "a", ANNA) &&
                 speaks_as(world, ANNA, 30, "a", ANNA));
}

static void a_listed_key_that_was_rotated_stays_listed_by_its_new_one(void **state)
{
    claims_store *world = *state;
    steme_view *view = make_view(STEME_UNLISTED_IGNORED);
    steme_id id = claim(world, "a", 0, ANNA);
    rotate(world, 1, STEWARD, BERT);
    revoke_key(world, 2, STEWARD, 2, STEWARD);
    supersede(world, 3, &id, STEME_SUPERSEDE_INVALIDATE, NULL, BERT);
    assert_int_equal(report_under(world, &id, view).standing, STEME_STANDING_INVALIDATED);
    steme_view_close(view);
}

static void a_delegation_needs_consent_scope_and_time(void **state)
{
    claims_store *world = *state;
    steme_id id = delegate(world, 1, BERT, "a", 100, ANNA);
    assert_true(speaks_as(world, BERT, 50, "a", BERT));
    endorse(world, 2, &id, CARL);
    assert_true(speaks_as(world, BERT, 50, "a", BERT));
    endorse(world, 3, &id, BERT);
    assert_true(speaks_as(world, BERT, 50, "a", ANNA));
    assert_true(speaks_as(world, BERT, 50, "a/b", ANNA));
    assert_true(speaks_as(world, BERT, 50, "ab", BERT));
    assert_true(speaks_as(world, BERT, 50, "", BERT));
    assert_true(speaks_as(world, BERT, 100, "a", BERT));
}

static void a_delegation_by_a_revoked_key_does_not_hide_an_earlier_one(void **state)
{
    claims_store *world = *state;
    steme_id first = delegate(world, 1, BERT, "a", 100, ANNA);
    steme_id second = delegate(world, 10, BERT, "a", 100, CARL);
    endorse(world, 11, &first, BERT);
    endorse(world, 12, &second, BERT);
    assert_true(speaks_as(world, BERT, 50, "a", CARL));
    revoke_key(world, 13, CARL, 5, CARL);
    assert_true(speaks_as(world, BERT, 50, "a", ANNA));
}

static void any_key_of_a_seed_moves_trust(void **state)
{
    claims_store *world = *state;
    steme_view *view = make_view(STEME_UNLISTED_EACH);
    steme_error error;
    uint32_t trust;
    steme_id id = claim(world, "a", 0, ANNA);
    rotate(world, 1, STEWARD, BERT);
    vote(world, 2, &id, 1000000, BERT);
    question it = ask_under(world, view);
    claims_check(steme_lifecycle_trust(it.lifecycle, claims_key(ANNA).agent.bytes, &trust, &error),
                 &error);
    end(&it);
    assert_int_equal(trust, 550000);
    steme_view_close(view);
}

/* ---- Size --------------------------------------------------------------------------------- */

static steme_id number_id(uint64_t number)
{
    return steme_hash(&number, sizeof number);
}

/* Stewards need no target: 100,000 supersessions of what is not held. */
static void append_links(claims_store *world, bool is_fan)
{
    static uint8_t bytes[BATCH_COUNT][256];
    static uint8_t buffer[STEME_RECORD_SIZE_MAX];
    steme_append items[BATCH_COUNT];
    steme_error error;
    uint8_t steward = STEWARD;
    for (uint64_t i = 0; i < LONG_COUNT; i += BATCH_COUNT) {
        memset(items, 0, sizeof items);
        for (uint64_t j = 0; j < BATCH_COUNT; j++) {
            steme_id target = number_id(is_fan ? 0 : i + j);
            steme_id replacement = number_id(i + j + 1);
            steme_statement statement =
                superseding(i + j, &target, STEME_SUPERSEDE_TEMPORAL, &replacement);
            steme_record record = claims_sign(&statement, &steward, 1, buffer);
            assert_true(record.bytes.size <= sizeof bytes[0]);
            memcpy(bytes[j], buffer, record.bytes.size);
            items[j].record = (steme_span){bytes[j], record.bytes.size};
        }
        claims_check(steme_store_append_many(world->store, items, BATCH_COUNT, 1, &error), &error);
    }
}

static void check_many(claims_store *world, uint64_t from, bool is_fork, uint64_t link_count)
{
    steme_view *view = make_view(STEME_UNLISTED_EACH);
    seen_links seen = {.count = 0};
    steme_error error;
    steme_id first = number_id(0);
    steme_id asked = number_id(from);
    steme_id last = number_id(LONG_COUNT);
    steme_standing_report report = report_under(world, &first, view);
    assert_int_equal(report.is_fork, is_fork);
    assert_int_equal(report.link_count, is_fork ? LONG_COUNT : 1);
    assert_id(&report.head, &last);
    question it = ask_under(world, view);
    claims_check(steme_lifecycle_chain(it.lifecycle, &asked, see_link, &seen, &error), &error);
    assert_int_equal(seen.count, link_count);
    end(&it);
    steme_view_close(view);
}

static void a_chain_of_100000_is_walked_without_recursion(void **state)
{
    append_links(*state, false);
    check_many(*state, 0, false, LONG_COUNT);
    check_many(*state, LONG_COUNT, false, LONG_COUNT);
}

static void a_fan_of_100000_has_one_pick(void **state)
{
    append_links(*state, true);
    check_many(*state, 0, true, LONG_COUNT);
    check_many(*state, LONG_COUNT, true, 1);
}

static int setup(void **state)
{
    open_world(state);
    return 0;
}

static int teardown(void **state)
{
    claims_close(*state);
    return 0;
}

#define IN_WORLD(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

static const struct CMUnitTest tests[] = {
    IN_WORLD(the_gravest_supersession_gives_the_standing),
    IN_WORLD(two_replacements_are_a_fork_and_the_greatest_is_picked),
    IN_WORLD(the_head_is_the_end_of_the_picks_while_it_is_live),
    IN_WORLD(a_retraction_cannot_be_retracted),
    IN_WORLD(only_its_own_signer_retracts_a_supersession),
    IN_WORLD(of_a_cycle_by_two_partitions_the_later_link_is_dropped),
    IN_WORLD(a_chain_is_listed_forward_then_back),
    IN_WORLD(a_void_link_is_listed_and_not_followed),
    IN_WORLD(an_unknown_target_counts_when_it_arrives),
    IN_WORLD(a_forgotten_supersession_acts_no_more),
    IN_WORLD(a_forgotten_target_is_spoken_of_by_stewards_alone),
    IN_WORLD(an_anonymous_key_changes_nothing_of_others),
    IN_WORLD(a_steward_speaks_of_everything_under_its_view_alone),
    IN_WORLD(a_stewardship_does_not_retract),
    IN_WORLD(an_illegal_stage_does_nothing),
    IN_WORLD(aliases_in_a_circle_end),
    IN_WORLD(an_identity_counts_once_whatever_keys_it_used),
    IN_WORLD(a_vote_on_ones_own_record_counts_nothing),
    IN_WORLD(equivocation_is_told_also_once_the_index_dropped_older_votes),
    IN_WORLD(a_forgotten_vote_hides_no_earlier_one),
    IN_WORLD(what_a_key_signed_from_its_revocation_on_does_not_count),
    IN_WORLD(a_revoked_key_cannot_be_rotated_away),
    IN_WORLD(a_listed_key_that_was_rotated_stays_listed_by_its_new_one),
    IN_WORLD(a_delegation_needs_consent_scope_and_time),
    IN_WORLD(a_delegation_by_a_revoked_key_does_not_hide_an_earlier_one),
    IN_WORLD(any_key_of_a_seed_moves_trust),
    IN_WORLD(a_chain_of_100000_is_walked_without_recursion),
    IN_WORLD(a_fan_of_100000_has_one_pick),
};

TEST_MAIN(tests)
