/* Battery 4: votes are registers, counted once per identity, and worth what the reader's view says.
 *
 * STEME_VOTE_COUNT = how many votes the one agent casts that votes without end. */
#include "record/signature.h"
#include "support/history.h"

#include <malloc.h>
#include <stdlib.h>
#include <time.h>

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

/* ---- What should not be there ------------------------------------------------------------- */

static void a_vote_on_what_is_no_assertion_is_kept_and_decides_nothing(void **state)
{
    history *self = *state;
    steme_id claim = history_say(self, 1, "x", 0);
    steme_id epoch = history_epoch(self, 1, "epoch", NULL, 1);
    steme_id wrong = history_supersede(self, 9, &claim, STEME_SUPERSEDE_INVALIDATE, NULL, 2);
    steme_id first = history_vote(self, 2, &epoch, 1000000, 3);
    const steme_id targets[] = {epoch, wrong, first, history_alias(self, 1, "a", "b", 0, 4)};
    for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++) {
        history_vote(self, 3, &targets[i], -1000000, 5);
        assert_int_equal(tally_of(self, &targets[i]).against_count, 1);
    }
    assert_int_equal(tally_of(self, &epoch).sum_millionths, 0);
    assert_int_equal(tally_of(self, &claim).sum_millionths, 0);
    const steme_answer *answer = history_ask(self, STEME_LENS_VOTES);
    assert_int_equal(answer->candidate_count, 1);
    assert_false(answer->has_winner);
}

/* Signed by key 2, as a program would that does not look at its weight. */
static steme_span heavy_vote(const steme_id *target, uint8_t last_byte, uint8_t *out_bytes)
{
    static const uint8_t million[] = {0x1a, 0x00, 0x0f, 0x42, 0x40};
    uint8_t buffer[STEME_RECORD_SIZE_MAX];
    uint8_t signature[STEME_SIGNATURE_SIZE];
    steme_key key = claims_key(2);
    steme_statement vote = history_statement(STEME_VOTE, 1);
    steme_error error;
    steme_span content;
    steme_span joined;
    vote.as.vote = (steme_vote){.target = *target, .weight_millionths = 1000000};
    claims_check(steme_content_encode(&vote, &key.agent, 1, buffer, &content, &error), &error);
    uint8_t *weight = memmem(buffer, sizeof buffer, million, sizeof million);
    assert_non_null(weight);
    weight[4] = last_byte;
    steme_id message = steme_content_signing_hash(content);
    record_signature_make(&key, message.bytes, signature);
    claims_check(steme_record_assemble(content, signature, 1, out_bytes, &joined, &error), &error);
    return joined;
}

/* Who admits records knows no weights: it is kept by all, and means nothing to any. */
static void a_weight_out_of_range_is_not_signed_here_and_counts_nowhere(void **state)
{
    history *self = *state;
    uint8_t bytes[STEME_RECORD_SIZE_MAX];
    uint8_t key = 2;
    steme_key signer = claims_key(key);
    steme_record record;
    steme_error error;
    steme_id id = history_say(self, 1, "x", 0);
    static const int32_t weights[] = {1000001, -1000001, INT32_MAX, INT32_MIN};
    for (size_t i = 0; i < sizeof weights / sizeof weights[0]; i++) {
        steme_statement vote = history_statement(STEME_VOTE, 1);
        vote.as.vote = (steme_vote){.target = id, .weight_millionths = weights[i]};
        assert_int_equal(steme_record_sign(&vote, &signer, 1, bytes, &record, &error),
                         STEME_INVALID);
    }
    steme_span heavy = heavy_vote(&id, 0x41, bytes);
    claims_check(steme_store_append(self->world.store, heavy, NULL, &error), &error);
    assert_int_equal(tally_of(self, &id).for_count, 0);
    heavy = heavy_vote(&id, 0x40, bytes);
    claims_check(steme_store_append(self->world.store, heavy, NULL, &error), &error);
    assert_int_equal(tally_of(self, &id).for_count, 1);
}

enum { VOTE_COUNT = 20000, VOTE_BATCH_COUNT = 1000, VOTE_SIZE = 256 };

/* STEME_VOTE_COUNT in all, or VOTE_COUNT; they ascend in time. */
static int vote_without_end(history *self, const steme_id *target, uint8_t key)
{
    static uint8_t bytes[VOTE_BATCH_COUNT][VOTE_SIZE];
    static uint8_t buffer[STEME_RECORD_SIZE_MAX];
    const char *text = getenv("STEME_VOTE_COUNT");
    int count = text != NULL ? atoi(text) : VOTE_COUNT;
    for (int made = 0; made < count; made += VOTE_BATCH_COUNT) {
        steme_append items[VOTE_BATCH_COUNT] = {0};
        steme_error error;
        for (int i = 0; i < VOTE_BATCH_COUNT; i++) {
            steme_statement vote = history_statement(STEME_VOTE, 1 + 0.001 * (made + i));
            vote.as.vote.target = *target;
            vote.as.vote.weight_millionths = made + i + 1 == count ? 250000 : 1000000;
            steme_record record = claims_sign(&vote, &key, 1, buffer);
            assert_true(record.bytes.size <= VOTE_SIZE);
            memcpy(bytes[i], buffer, record.bytes.size);
            items[i].record = (steme_span){bytes[i], record.bytes.size};
        }
        claims_check(steme_store_append_many(self->world.store, items, VOTE_BATCH_COUNT, 1, &error),
                     &error);
    }
    return count;
}

static double milliseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return 1e3 * (double)now.tv_sec + 1e-6 * (double)now.tv_nsec;
}

static void an_agent_that_votes_without_end_costs_a_reader_bounded_time_and_memory(void **state)
{
    enum { TIME_MAX_MS = 200, MEMORY_MAX = 1 << 20 };
    history *self = *state;
    steme_tally tally;
    steme_error error;
    steme_id id = history_say(self, 1, "x", 0);
    int count = vote_without_end(self, &id, 2);
    claims_reopen(&self->world); /* what nobody needs of it is dropped on the way to the index */
    steme_lifecycle *lifecycle = history_lifecycle(self);
    size_t memory = mallinfo2().uordblks;
    double began = milliseconds();
    claims_check(steme_lifecycle_votes(lifecycle, &id, NULL, NULL, &tally, &error), &error);
    double took = milliseconds() - began;
    size_t taken = mallinfo2().uordblks - memory;
    steme_lifecycle_close(lifecycle);
    print_message("%d votes of one agent: tally in %.3f ms, %zu bytes\n", count, took, taken);
    assert_int_equal(tally.sum_millionths, 250000);
    assert_int_equal(tally.for_count, 1);
    assert_true(took < TIME_MAX_MS);
    assert_true(taken < MEMORY_MAX);
    assert_true(history_wins(history_ask(self, STEME_LENS_VOTES), "x"));
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
        CASE(a_vote_on_what_is_no_assertion_is_kept_and_decides_nothing),
        CASE(a_weight_out_of_range_is_not_signed_here_and_counts_nowhere),
        CASE(an_agent_that_votes_without_end_costs_a_reader_bounded_time_and_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
