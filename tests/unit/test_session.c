/* Each step of a session by example, and what a peer must not be able to do. */
#include "support/quick_record.h"
#include "support/session_pair.h"
#include "support/test.h"

#include <steme/record.h>

enum { RECORD_COUNT = 600 };

typedef struct pair_fixture {
    memory_set sets[2];
    session_pair pair;
    replica_session_options options;
} pair_fixture;

static quick_record *quick_all(void)
{
    static quick_record *records;
    if (records == NULL)
        records = quick_records_make(1, RECORD_COUNT);
    return records;
}

static pair_fixture *fixture_new(void)
{
    pair_fixture *fixture = calloc(1, sizeof *fixture);
    assert_non_null(fixture);
    sketch_key key = sketch_key_derive(quick_text("stemedb"));
    for (unsigned i = 0; i < 2; i++)
        memory_set_init(&fixture->sets[i], &key);
    fixture->options = (replica_session_options){.key = key, .seed = 42};
    return fixture;
}

/* Records `first` to `end` - 1 into sides whose bit is set in `sides`. */
static void fixture_add(pair_fixture *fixture, size_t first, size_t end, unsigned sides)
{
    const quick_record *records = quick_all();
    assert_true(end <= RECORD_COUNT);
    for (size_t i = first; i < end; i++)
        for (unsigned side = 0; side < 2; side++)
            if ((sides >> side & 1u) != 0)
                memory_set_add(&fixture->sets[side], &records[i].id,
                               (steme_span){records[i].bytes, records[i].size});
}

static void fixture_init(pair_fixture *fixture)
{
    session_pair_init(&fixture->pair, &fixture->sets[0], &fixture->sets[1], &fixture->options);
}

static void fixture_free(pair_fixture *fixture)
{
    session_pair_deinit(&fixture->pair);
    for (unsigned i = 0; i < 2; i++)
        memory_set_deinit(&fixture->sets[i]);
    free(fixture);
}

static void assert_roots_equal(pair_fixture *fixture)
{
    steme_id left = memory_set_root(&fixture->sets[0]);
    steme_id right = memory_set_root(&fixture->sets[1]);
    assert_memory_equal(&left, &right, sizeof left);
}

static void assert_no_failure(const pair_fixture *fixture)
{
    assert_int_equal(fixture->pair.status, STEME_OK);
    for (unsigned i = 0; i < 2; i++) {
        const steme_session_report *report = session_pair_report(&fixture->pair, i);
        if (report->failure != NULL)
            fail_msg("side %u: %s", i, report->failure);
        assert_true(replica_session_is_ended(fixture->pair.sides[i].session));
    }
}

/* Runs; both sides then hold one set and know it. */
static void assert_run_repairs(pair_fixture *fixture)
{
    fixture_init(fixture);
    session_pair_run(&fixture->pair);
    assert_no_failure(fixture);
    assert_roots_equal(fixture);
    steme_id root = memory_set_root(&fixture->sets[0]);
    for (unsigned i = 0; i < 2; i++) {
        const steme_session_report *report = session_pair_report(&fixture->pair, i);
        assert_true(report->is_equal);
        assert_memory_equal(&report->root_after, &root, sizeof root);
        assert_memory_equal(&report->peer_root, &root, sizeof root);
        assert_int_equal(report->count_after, memory_set_count(&fixture->sets[0]));
        assert_int_equal(report->peer_count, memory_set_count(&fixture->sets[0]));
    }
}

static uint32_t steps_of(const pair_fixture *fixture, unsigned side)
{
    return session_pair_report(&fixture->pair, side)->steps;
}

/* ---- The steps ------------------------------------------------------------------------------ */

static void equal_sets_cost_about_100_bytes(void **state)
{
    (void)state;
    pair_fixture *fixture = fixture_new();
    fixture_add(fixture, 0, 300, 3);
    assert_run_repairs(fixture);
    const steme_session_report *report = session_pair_report(&fixture->pair, 0);
    assert_in_range(report->bytes_sent + report->bytes_received, 1, 100);
    assert_int_equal(report->round_trips_half, 2);
    assert_int_equal(steps_of(fixture, 0), STEME_STEP_ROOTS);
    assert_int_equal(steps_of(fixture, 1), STEME_STEP_ROOTS);
    fixture_free(fixture);
}

static void empty_sets_are_equal(void **state)
{
    (void)state;
    pair_fixture *fixture = fixture_new();
    assert_run_repairs(fixture);
    fixture_free(fixture);
}

static void a_small_difference_goes_both_ways_by_the_sketch(void **state)
{
    (void)state;
    pair_fixture *fixture = fixture_new();
    fixture_add(fixture, 0, 300, 3);
    fixture_add(fixture, 300, 320, 1);
    fixture_add(fixture, 320, 330, 2);
    assert_run_repairs(fixture);
    assert_int_equal(steps_of(fixture, 0), STEME_STEP_ROOTS | STEME_STEP_SKETCH);
    assert_int_equal(steps_of(fixture, 1), STEME_STEP_ROOTS | STEME_STEP_SKETCH);
    assert_int_equal(session_pair_report(&fixture->pair, 0)->records_received, 10);
    assert_int_equal(session_pair_report(&fixture->pair, 0)->records_sent, 20);
    assert_int_equal(session_pair_report(&fixture->pair, 1)->records_received, 20);
    assert_int_equal(session_pair_report(&fixture->pair, 1)->records_sent, 10);
    fixture_free(fixture);
}

static void an_expected_difference_is_known_after_half_a_round_trip(void **state)
{
    (void)state;
    pair_fixture *fixture = fixture_new();
    fixture->options.expected = 4;
    fixture_add(fixture, 0, 300, 3);
    fixture_add(fixture, 300, 302, 1);
    fixture_add(fixture, 302, 304, 2);
    assert_run_repairs(fixture);
    assert_int_equal(session_pair_report(&fixture->pair, 1)->round_trips_half, 1);
    assert_int_equal(session_pair_report(&fixture->pair, 0)->round_trips_half, 2);
    fixture_free(fixture);
}

static void an_underestimated_difference_is_still_found(void **state)
{
    (void)state;
    pair_fixture *fixture = fixture_new();
    fixture->options.expected = 1;
    fixture_add(fixture, 0, 400, 3);
    fixture_add(fixture, 400, 460, 1);
    fixture_add(fixture, 460, 520, 2);
    assert_run_repairs(fixture);
    assert_int_equal(steps_of(fixture, 0), STEME_STEP_ROOTS | STEME_STEP_SKETCH);
    fixture_free(fixture);
}

static void an_empty_side_is_filled_in_bulk(void **state)
{
    (void)state;
    for (unsigned full = 1; full <= 2; full++) {
        pair_fixture *fixture = fixture_new();
        fixture_add(fixture, 0, RECORD_COUNT, full);
        assert_run_repairs(fixture);
        assert_int_equal(steps_of(fixture, 0), STEME_STEP_ROOTS | STEME_STEP_BULK);
        assert_int_equal(session_pair_report(&fixture->pair, 2 - full)->records_received,
                         RECORD_COUNT);
        fixture_free(fixture);
    }
}

static void disjoint_sets_become_their_union(void **state)
{
    (void)state;
    pair_fixture *fixture = fixture_new();
    fixture_add(fixture, 0, 300, 1);
    fixture_add(fixture, 300, 600, 2);
    assert_run_repairs(fixture);
    assert_int_equal(memory_set_count(&fixture->sets[0]), 600);
    fixture_free(fixture);
}

static void a_second_session_finds_nothing_to_do(void **state)
{
    (void)state;
    pair_fixture *fixture = fixture_new();
    fixture_add(fixture, 0, 300, 3);
    fixture_add(fixture, 300, 350, 1);
    assert_run_repairs(fixture);
    session_pair_deinit(&fixture->pair);
    assert_run_repairs(fixture);
    assert_int_equal(steps_of(fixture, 0), STEME_STEP_ROOTS);
    fixture_free(fixture);
}

/* ---- Ids that share their first 8 bytes ----------------------------------------------------- */

static steme_id id_of(uint64_t item, uint8_t last)
{
    steme_id id = {{0}};
    base_put_u64be(id.bytes, item);
    id.bytes[31] = last;
    return id;
}

static void id_add(pair_fixture *fixture, unsigned sides, steme_id id)
{
    for (unsigned side = 0; side < 2; side++)
        if ((sides >> side & 1u) != 0)
            memory_set_add(&fixture->sets[side], &id, (steme_span){NULL, 0});
}

/* Ids in both sets, spread as hashes are. */
static void ids_add_common(pair_fixture *fixture, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        id_add(fixture, 3, steme_hash(&i, sizeof i));
}

/* Runs a session that moves nothing, and holds what it lists against the sets. */
static void assert_diff_lists(pair_fixture *fixture, size_t lacked_here, size_t lacked_there)
{
    fixture->options.is_diff = true;
    fixture_init(fixture);
    session_pair_run(&fixture->pair);
    assert_no_failure(fixture);
    const steme_session_report *report = session_pair_report(&fixture->pair, 0);
    assert_int_equal(report->lacked_here_count, lacked_here);
    assert_int_equal(report->lacked_there_count, lacked_there);
    assert_int_equal(report->lacked_here_listed, lacked_here);
    assert_int_equal(report->lacked_there_listed, lacked_there);
    for (size_t i = 0; i < lacked_here; i++) {
        assert_false(memory_set_has(&fixture->sets[0], &report->lacked_here[i]));
        assert_true(memory_set_has(&fixture->sets[1], &report->lacked_here[i]));
        assert_true(i == 0 || memcmp(&report->lacked_here[i - 1], &report->lacked_here[i],
                                     sizeof(steme_id)) < 0);
    }
    for (size_t i = 0; i < lacked_there; i++) {
        assert_true(memory_set_has(&fixture->sets[0], &report->lacked_there[i]));
        assert_false(memory_set_has(&fixture->sets[1], &report->lacked_there[i]));
    }
    assert_int_equal(fixture->pair.sides[0].stored_count + fixture->pair.sides[1].stored_count, 0);
}

static void items_that_cancel_are_found_by_the_trie(void **state)
{
    (void)state;
    pair_fixture *fixture = fixture_new();
    ids_add_common(fixture, 500);
    id_add(fixture, 1, id_of(77, 1));
    id_add(fixture, 2, id_of(77, 2));
    id_add(fixture, 1, id_of(78, 1));
    assert_diff_lists(fixture, 1, 2);
    assert_true((steps_of(fixture, 0) & STEME_STEP_TRIE) != 0);
    fixture_free(fixture);
}

static void items_that_spoil_the_sketch_are_found_by_the_trie(void **state)
{
    (void)state;
    pair_fixture *fixture = fixture_new();
    ids_add_common(fixture, 500);
    for (uint8_t i = 0; i < 5; i++)
        id_add(fixture, 1, id_of(77, i));
    assert_diff_lists(fixture, 0, 5);
    assert_true((steps_of(fixture, 0) & STEME_STEP_TRIE) != 0);
    fixture_free(fixture);
}

static void ids_that_share_60_bits_are_told_apart(void **state)
{
    (void)state;
    pair_fixture *fixture = fixture_new();
    ids_add_common(fixture, 2000);
    for (unsigned i = 0; i < 256; i++)
        id_add(fixture, i % 3 == 0 ? 3 : 1 + i % 2,
               id_of(UINT64_C(0xabcdef0123456780) + i % 16, (uint8_t)i));
    assert_diff_lists(fixture, 85, 85);
    fixture_free(fixture);
}

/* More ids than one range, and some of a kind where the ranges meet. */
static void a_sweep_of_many_ranges_lists_all(void **state)
{
    (void)state;
    for (unsigned larger = 1; larger <= 2; larger++) {
        pair_fixture *fixture = fixture_new();
        ids_add_common(fixture, 10000);
        for (uint64_t i = 0; i < 12000; i++)
            id_add(fixture, larger, id_of(i / 2 * UINT64_C(0x123456789ab), (uint8_t)i));
        for (uint64_t i = 1; i <= 9000; i++)
            id_add(fixture, 3 - larger, id_of(i * UINT64_C(0x3456789abcdef), 1));
        assert_diff_lists(fixture, larger == 1 ? 9000 : 12000, larger == 1 ? 12000 : 9000);
        assert_true((steps_of(fixture, 0) & STEME_STEP_BULK) != 0);
        fixture_free(fixture);
    }
}

/* What is stored when a bulk session is cut is known to the next: that moves the rest alone. */
static void a_bulk_session_that_was_cut_goes_on_from_what_it_has(void **state)
{
    (void)state;
    enum { COUNT = 5000, CUT = 2000 };
    quick_record *records = quick_records_make(1, COUNT);
    pair_fixture *fixture = fixture_new();
    for (size_t i = 0; i < COUNT; i++)
        memory_set_add(&fixture->sets[1], &records[i].id,
                       (steme_span){records[i].bytes, records[i].size});
    fixture_init(fixture);
    session_pair_start(&fixture->pair);
    while (fixture->pair.sides[0].stored_count < CUT)
        assert_true(session_pair_step(&fixture->pair));
    assert_true((steps_of(fixture, 0) & STEME_STEP_BULK) != 0);
    size_t held = memory_set_count(&fixture->sets[0]);
    assert_in_range(held, CUT, COUNT - 1);
    session_pair_deinit(&fixture->pair);
    assert_run_repairs(fixture);
    const steme_session_report *report = session_pair_report(&fixture->pair, 0);
    assert_int_equal(report->records_received, COUNT - held);
    assert_int_equal(session_pair_report(&fixture->pair, 1)->records_sent, COUNT - held);
    assert_int_equal(memory_set_count(&fixture->sets[0]), COUNT);
    fixture_free(fixture);
    quick_records_free(records, COUNT);
}

static void colliding_ids_in_bulk_are_found_by_the_trie(void **state)
{
    (void)state;
    pair_fixture *fixture = fixture_new();
    id_add(fixture, 1, id_of(5, 1));
    id_add(fixture, 2, id_of(5, 2));
    assert_diff_lists(fixture, 1, 1);
    fixture_free(fixture);
}

/* ---- Looking only --------------------------------------------------------------------------- */

static void a_diff_lists_both_sides_and_moves_nothing(void **state)
{
    (void)state;
    pair_fixture *fixture = fixture_new();
    fixture_add(fixture, 0, 300, 3);
    fixture_add(fixture, 300, 330, 1);
    fixture_add(fixture, 330, 340, 2);
    assert_diff_lists(fixture, 10, 30);
    assert_int_equal(memory_set_count(&fixture->sets[0]), 330);
    fixture_free(fixture);
}

static void a_diff_of_disjoint_sets_lists_all(void **state)
{
    (void)state;
    pair_fixture *fixture = fixture_new();
    fixture_add(fixture, 0, 250, 1);
    fixture_add(fixture, 250, 600, 2);
    assert_diff_lists(fixture, 350, 250);
    fixture_free(fixture);
}

/* ---- Bodies that are not there -------------------------------------------------------------- */

static void absent_bodies_are_named_and_hold_nothing_up(void **state)
{
    (void)state;
    pair_fixture *fixture = fixture_new();
    fixture_add(fixture, 0, 300, 3);
    fixture_add(fixture, 300, 310, 1);
    fixture_add(fixture, 310, 315, 2);
    id_add(fixture, 1, id_of(1234567, 1));
    id_add(fixture, 2, id_of(7654321, 2));
    id_add(fixture, 2, id_of(7654322, 2));
    fixture_init(fixture);
    session_pair_run(&fixture->pair);
    assert_no_failure(fixture);
    for (unsigned i = 0; i < 2; i++) {
        const steme_session_report *report = session_pair_report(&fixture->pair, i);
        assert_false(report->is_equal);
        assert_int_equal(report->absent_count, 3);
        assert_int_equal(steps_of(fixture, i), STEME_STEP_ROOTS | STEME_STEP_SKETCH);
    }
    assert_int_equal(memory_set_count(&fixture->sets[0]), 316);
    assert_int_equal(memory_set_count(&fixture->sets[1]), 317);
    fixture_free(fixture);
}

static void a_set_of_absent_bodies_ends_a_bulk_session_too(void **state)
{
    (void)state;
    pair_fixture *fixture = fixture_new();
    for (unsigned i = 0; i < 50; i++)
        id_add(fixture, 2, steme_hash(&i, sizeof i));
    fixture_init(fixture);
    session_pair_run(&fixture->pair);
    assert_no_failure(fixture);
    assert_false(session_pair_report(&fixture->pair, 0)->is_equal);
    assert_int_equal(session_pair_report(&fixture->pair, 0)->absent_count, 50);
    fixture_free(fixture);
}

/* ---- What is in flight is bounded ----------------------------------------------------------- */

/* The peer asks for all cells and takes nothing off the wire. */
static void what_is_unsent_is_bounded(void **state)
{
    (void)state;
    pair_fixture *fixture = fixture_new();
    fixture_add(fixture, 0, 300, 3);
    fixture_add(fixture, 300, 310, 1);
    fixture_init(fixture);
    session_pair_start(&fixture->pair);
    assert_true(session_pair_step(&fixture->pair));
    uint8_t more[5] = {REPLICA_FRAME_MORE};
    base_put_u32be(more + 1, SKETCH_CELL_COUNT);
    session_pair_give(&fixture->pair, 1, (steme_span){more, sizeof more});
    assert_null(session_pair_report(&fixture->pair, 1)->failure);
    assert_in_range(fixture->pair.sides[1].frames_size, 1u << 20,
                    (1u << 20) + STEME_FRAME_SIZE_MAX);
    fixture_free(fixture);
}

static void records_that_the_store_refuses_end_the_session_unequal(void **state)
{
    (void)state;
    pair_fixture *fixture = fixture_new();
    const quick_record *records = quick_all();
    fixture_add(fixture, 0, 300, 3);
    fixture_add(fixture, 300, 303, 1);
    /* A record whose last byte, in a signature, is another. */
    uint8_t *forged = malloc(records[310].size);
    assert_non_null(forged);
    memcpy(forged, records[310].bytes, records[310].size);
    forged[records[310].size - 1] ^= 1u;
    memory_set_add(&fixture->sets[0], &records[310].id, (steme_span){forged, records[310].size});
    free(forged);
    fixture_init(fixture);
    fixture->pair.is_admitting = true;
    session_pair_run(&fixture->pair);
    assert_no_failure(fixture);
    assert_false(session_pair_report(&fixture->pair, 0)->is_equal);
    assert_false(session_pair_report(&fixture->pair, 1)->is_equal);
    assert_in_range(session_pair_report(&fixture->pair, 1)->records_refused, 1, 4);
    assert_int_equal(session_pair_report(&fixture->pair, 1)->records_received, 3);
    assert_false(memory_set_has(&fixture->sets[1], &records[310].id));
    fixture_free(fixture);
}

static void a_record_under_another_id_is_refused_before_the_store(void **state)
{
    (void)state;
    pair_fixture *fixture = fixture_new();
    const quick_record *records = quick_all();
    fixture_add(fixture, 0, 300, 3);
    memory_set_add(&fixture->sets[0], &records[310].id,
                   (steme_span){records[311].bytes, records[311].size});
    fixture_init(fixture);
    session_pair_run(&fixture->pair);
    assert_no_failure(fixture);
    assert_int_equal(fixture->pair.sides[1].stored_count, 0);
    assert_in_range(session_pair_report(&fixture->pair, 1)->records_refused, 1, 4);
    fixture_free(fixture);
}

/* ---- Time and failures ---------------------------------------------------------------------- */

static void a_silent_peer_ends_the_session_after_its_lease(void **state)
{
    (void)state;
    pair_fixture *fixture = fixture_new();
    fixture_init(fixture);
    session_pair_start(&fixture->pair);
    replica_session *session = fixture->pair.sides[0].session;
    replica_session_tick(session, 1000 + REPLICA_SESSION_LEASE_NS);
    assert_false(replica_session_is_ended(session));
    replica_session_tick(session, 1001 + REPLICA_SESSION_LEASE_NS);
    assert_true(replica_session_is_ended(session));
    assert_non_null(replica_session_report(session)->failure);
    fixture_free(fixture);
}

static void a_set_that_cannot_be_read_fails_the_session_only(void **state)
{
    (void)state;
    bool has_failed = true;
    for (uint64_t fail_at = 2; has_failed; fail_at++) { /* 1 is the pin */
        pair_fixture *fixture = fixture_new();
        fixture_add(fixture, 0, 200, 3);
        fixture_add(fixture, 200, 230, 1);
        fixture_add(fixture, 230, 260, 2);
        id_add(fixture, 1, id_of(9, 1));
        id_add(fixture, 2, id_of(9, 2));
        fixture_init(fixture);
        fixture->sets[fail_at % 2].fail_at = fail_at / 2 + 1;
        session_pair_run(&fixture->pair);
        has_failed = fixture->pair.status != STEME_OK;
        if (has_failed)
            assert_int_equal(fixture->pair.status, STEME_IO);
        fixture_free(fixture);
    }
}

extern int (*base_alloc_fault)(void); /* base/memory.h, which forbids malloc to who includes it */
static uint64_t alloc_count;
static uint64_t alloc_fail_at;

static int alloc_fault(void)
{
    return ++alloc_count == alloc_fail_at;
}

static void no_memory_fails_the_session_only(void **state)
{
    (void)state;
    bool has_failed = true;
    for (uint64_t fail_at = 1; has_failed; fail_at++) {
        pair_fixture *fixture = fixture_new();
        fixture_add(fixture, 0, 200, 3);
        fixture_add(fixture, 200, 230, 1);
        id_add(fixture, 1, id_of(9, 1));
        id_add(fixture, 2, id_of(9, 2));
        fixture_init(fixture);
        alloc_count = 0;
        alloc_fail_at = fail_at;
        base_alloc_fault = alloc_fault;
        session_pair_run(&fixture->pair);
        base_alloc_fault = NULL;
        has_failed = alloc_count >= fail_at;
        if (has_failed && fixture->pair.status != STEME_OK)
            assert_int_equal(fixture->pair.status, STEME_NO_MEMORY);
        fixture_free(fixture);
    }
}

/* ---- Peers that break the protocol ---------------------------------------------------------- */

static const char *failure_after(pair_fixture *fixture, unsigned side, const void *bytes,
                                 size_t size)
{
    session_pair_give(&fixture->pair, side, (steme_span){bytes, size});
    assert_int_equal(fixture->pair.status, STEME_OK);
    return session_pair_report(&fixture->pair, side)->failure;
}

static void any_single_frame_to_a_fresh_session_is_refused_or_answered(void **state)
{
    (void)state;
    for (unsigned side = 0; side < 2; side++) {
        for (unsigned kind = 0; kind < 256; kind++) {
            pair_fixture *fixture = fixture_new();
            fixture_add(fixture, 0, 20, 1);
            fixture_init(fixture);
            uint8_t frame[64] = {(uint8_t)kind};
            bool is_answered = side == 1 && kind == REPLICA_FRAME_ROOTS;
            const char *failure = failure_after(fixture, side, frame, 43);
            assert_true(is_answered ? failure == NULL : failure != NULL);
            fixture_free(fixture);
        }
    }
}

static void an_empty_or_oversized_frame_ends_the_session(void **state)
{
    (void)state;
    uint8_t *large = calloc(1, STEME_FRAME_SIZE_MAX + 1);
    assert_non_null(large);
    large[0] = REPLICA_FRAME_ROOTS;
    for (unsigned i = 0; i < 2; i++) {
        pair_fixture *fixture = fixture_new();
        fixture_init(fixture);
        assert_non_null(failure_after(fixture, 1, large, i == 0 ? 0 : STEME_FRAME_SIZE_MAX + 1));
        fixture_free(fixture);
    }
    free(large);
}

static void a_list_that_claims_more_than_it_has_is_refused(void **state)
{
    (void)state;
    pair_fixture *fixture = fixture_new();
    fixture_add(fixture, 0, 100, 3);
    fixture_add(fixture, 100, 101, 1);
    fixture_init(fixture);
    session_pair_start(&fixture->pair);
    assert_true(session_pair_step(&fixture->pair)); /* ROOTS is there */
    uint8_t list[14] = {REPLICA_FRAME_LIST, 0, 0xff, 0xff, 0xff, 0xff};
    assert_non_null(failure_after(fixture, 1, list, sizeof list));
    fixture_free(fixture);
}

static void wanting_more_than_there_is_ends_the_session(void **state)
{
    (void)state;
    pair_fixture *fixture = fixture_new();
    fixture_add(fixture, 0, 100, 3);
    fixture_add(fixture, 100, 101, 1);
    fixture_init(fixture);
    session_pair_start(&fixture->pair);
    assert_true(session_pair_step(&fixture->pair));
    static uint8_t list[6 + 8 * 30000] = {REPLICA_FRAME_LIST};
    assert_non_null(failure_after(fixture, 1, list, sizeof list));
    fixture_free(fixture);
}

/* Every frame of a real session, sent again at once. */
static void duplicate_frame(void *context, unsigned from, pair_block *frame)
{
    session_pair *pair = context;
    session_pair_give(pair, 1 - from, (steme_span){frame->bytes, frame->size});
}

static void duplicated_frames_never_break_a_set(void **state)
{
    (void)state;
    pair_fixture *fixture = fixture_new();
    fixture_add(fixture, 0, 200, 3);
    fixture_add(fixture, 200, 230, 1);
    fixture_add(fixture, 230, 260, 2);
    fixture_init(fixture);
    fixture->pair.tamper = duplicate_frame;
    fixture->pair.tamper_context = &fixture->pair;
    session_pair_run(&fixture->pair);
    assert_int_equal(fixture->pair.status, STEME_OK);
    for (size_t i = 0; i < RECORD_COUNT; i++)
        if (i >= 260)
            assert_false(memory_set_has(&fixture->sets[0], &quick_all()[i].id));
    fixture_free(fixture);
}

static void a_false_claim_of_equality_is_not_believed(void **state)
{
    (void)state;
    pair_fixture *fixture = fixture_new();
    fixture_add(fixture, 0, 100, 1);
    fixture_init(fixture);
    session_pair_start(&fixture->pair);
    uint8_t claim[43] = {REPLICA_FRAME_STATE, 0, REPLICA_ROOTS_LAST};
    claim[10] = 100; /* the right count, another root */
    session_pair_give(&fixture->pair, 0, (steme_span){claim, sizeof claim});
    assert_false(session_pair_report(&fixture->pair, 0)->is_equal);
    assert_false(replica_session_is_ended(fixture->pair.sides[0].session));
    fixture_free(fixture);
}

static void cells_that_do_not_follow_are_refused(void **state)
{
    (void)state;
    pair_fixture *fixture = fixture_new();
    fixture_add(fixture, 0, 400, 1);
    fixture_add(fixture, 20, 420, 2);
    fixture_init(fixture);
    session_pair_start(&fixture->pair);
    while (fixture->pair.sides[0].kind_sizes[REPLICA_FRAME_MORE] == 0)
        assert_true(session_pair_step(&fixture->pair));
    uint8_t cells[6 + 13] = {REPLICA_FRAME_CELLS, 0, 0, 0, 0, 13};
    assert_non_null(failure_after(fixture, 0, cells, sizeof cells));
    fixture_free(fixture);
}

/* A million forged cells: the initiator gives the sketch up, and nothing runs away. */
static void forged_cells_end_in_another_step(void **state)
{
    (void)state;
    pair_fixture *fixture = fixture_new();
    fixture_add(fixture, 0, 400, 1);
    fixture_init(fixture);
    session_pair_start(&fixture->pair);
    uint64_t random = 99;
    static uint8_t frame[6 + 14 * 4000];
    size_t known = 0;
    for (unsigned i = 0; i < 200; i++) {
        bool is_first = i == 0;
        size_t head = is_first ? REPLICA_ROOTS_SIZE : 6;
        memset(frame, 0, head);
        frame[0] = is_first ? REPLICA_FRAME_STATE : REPLICA_FRAME_CELLS;
        if (is_first)
            base_put_u64be(frame + 3, 400);
        else
            base_put_u32be(frame + 2, (uint32_t)known);
        size_t count = is_first ? 12 : 4000;
        for (size_t cell = 0; cell < count; cell++) {
            uint8_t *at = frame + head + cell * 13;
            base_put_u64be(at, test_random(&random));
            base_put_u32be(at + 8, (uint32_t)test_random(&random));
            at[12] = (uint8_t)(test_random(&random) & 127u);
        }
        session_pair_give(&fixture->pair, 0, (steme_span){frame, head + count * 13});
        known += count;
    }
    assert_int_equal(fixture->pair.status, STEME_OK);
    assert_true(replica_session_is_ended(fixture->pair.sides[0].session));
    assert_non_null(session_pair_report(&fixture->pair, 0)->failure);
    fixture_free(fixture);
}

/* ---- Frames --------------------------------------------------------------------------------- */

static void cells_read_back_as_written(void **state)
{
    (void)state;
    uint64_t random = 5;
    static uint8_t bytes[200 * REPLICA_CELL_SIZE_MAX];
    sketch_cell cells[200];
    sketch_cell read[REPLICA_FRAME_CELL_COUNT];
    for (unsigned round = 0; round < 200; round++) {
        uint64_t count = test_random(&random) >> (round % 64);
        for (size_t i = 0; i < 200; i++)
            cells[i] = (sketch_cell){test_random(&random), (uint32_t)test_random(&random),
                                     (int32_t)(uint32_t)(test_random(&random) >> (i % 64))};
        replica_writer writer = {bytes, 0, sizeof bytes};
        replica_cells_write(&writer, cells, round, 200, count);
        replica_reader reader = {bytes, writer.size, false};
        size_t read_count = 0;
        assert_true(replica_cells_read(&reader, round, count, read, &read_count));
        assert_int_equal(read_count, 200);
        for (size_t i = 0; i < 200; i++) {
            assert_int_equal(cells[i].item_xor, read[i].item_xor);
            assert_int_equal(cells[i].check_xor, read[i].check_xor);
            assert_int_equal(cells[i].count, read[i].count);
        }
        reader = (replica_reader){bytes, writer.size - 1, false};
        assert_false(replica_cells_read(&reader, round, count, read, &read_count));
    }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(equal_sets_cost_about_100_bytes),
    cmocka_unit_test(empty_sets_are_equal),
    cmocka_unit_test(a_small_difference_goes_both_ways_by_the_sketch),
    cmocka_unit_test(an_expected_difference_is_known_after_half_a_round_trip),
    cmocka_unit_test(an_underestimated_difference_is_still_found),
    cmocka_unit_test(an_empty_side_is_filled_in_bulk),
    cmocka_unit_test(disjoint_sets_become_their_union),
    cmocka_unit_test(a_second_session_finds_nothing_to_do),
    cmocka_unit_test(items_that_cancel_are_found_by_the_trie),
    cmocka_unit_test(items_that_spoil_the_sketch_are_found_by_the_trie),
    cmocka_unit_test(ids_that_share_60_bits_are_told_apart),
    cmocka_unit_test(a_sweep_of_many_ranges_lists_all),
    cmocka_unit_test(cells_that_do_not_follow_are_refused),
    cmocka_unit_test(a_bulk_session_that_was_cut_goes_on_from_what_it_has),
    cmocka_unit_test(colliding_ids_in_bulk_are_found_by_the_trie),
    cmocka_unit_test(a_diff_lists_both_sides_and_moves_nothing),
    cmocka_unit_test(a_diff_of_disjoint_sets_lists_all),
    cmocka_unit_test(absent_bodies_are_named_and_hold_nothing_up),
    cmocka_unit_test(a_set_of_absent_bodies_ends_a_bulk_session_too),
    cmocka_unit_test(what_is_unsent_is_bounded),
    cmocka_unit_test(records_that_the_store_refuses_end_the_session_unequal),
    cmocka_unit_test(a_record_under_another_id_is_refused_before_the_store),
    cmocka_unit_test(a_silent_peer_ends_the_session_after_its_lease),
    cmocka_unit_test(a_set_that_cannot_be_read_fails_the_session_only),
    cmocka_unit_test(no_memory_fails_the_session_only),
    cmocka_unit_test(any_single_frame_to_a_fresh_session_is_refused_or_answered),
    cmocka_unit_test(an_empty_or_oversized_frame_ends_the_session),
    cmocka_unit_test(a_list_that_claims_more_than_it_has_is_refused),
    cmocka_unit_test(wanting_more_than_there_is_ends_the_session),
    cmocka_unit_test(duplicated_frames_never_break_a_set),
    cmocka_unit_test(a_false_claim_of_equality_is_not_believed),
    cmocka_unit_test(forged_cells_end_in_another_step),
    cmocka_unit_test(cells_read_back_as_written),
};

TEST_MAIN(tests)
