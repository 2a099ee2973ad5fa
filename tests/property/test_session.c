/* Sessions between random sets: whatever differs, whatever the order of events, both sides end with
 * one set; whatever is done to the frames, no side ends with anything that was not in either. */
#include "support/quick_record.h"
#include "support/session_pair.h"
#include "support/test.h"

enum { POOL_COUNT = 8000, STEP_COUNT_MAX = 200000 };

static const quick_record *pool(void)
{
    static quick_record *records;
    if (records == NULL)
        records = quick_records_make(1000000, POOL_COUNT);
    return records;
}

/* What a run is made of; all of it follows from a seed. */
typedef struct session_run {
    uint64_t seed;
    uint64_t random;
    size_t common;
    size_t only[2];
    size_t used; /* records of the pool that are in either set, or were named */
    size_t absent;
    memory_set sets[2];
    session_pair pair;
    replica_session_options options;
    bool is_tampering;
    unsigned tamper_rate; /* one frame in so many */
    pair_block held;      /* a frame to be delivered later */
} session_run;

static size_t below(session_run *run, size_t bound)
{
    return bound == 0 ? 0 : (size_t)((test_random(&run->random) >> 16) % bound);
}

static void run_add(session_run *run, unsigned sides, bool has_body)
{
    const quick_record *record = &pool()[run->used++];
    steme_span body = {record->bytes, has_body ? record->size : 0};
    for (unsigned side = 0; side < 2; side++)
        if ((sides >> side & 1u) != 0)
            memory_set_add(&run->sets[side], &record->id, body);
}

/* A size up to `bound`, all orders of magnitude as likely as one another. */
static size_t size_below(session_run *run, size_t bound)
{
    size_t shift = below(run, 14);
    size_t size = below(run, (size_t)1 << shift);
    return size < bound ? size : bound;
}

static void run_init(session_run *run, uint64_t seed, size_t absent_max)
{
    memset(run, 0, sizeof *run);
    run->seed = seed;
    run->random = seed * UINT64_C(0x9e3779b97f4a7c15) | 1u;
    sketch_key key = sketch_key_derive(quick_text("a cluster"));
    for (unsigned i = 0; i < 2; i++)
        memory_set_init(&run->sets[i], &key);
    run->common = size_below(run, 3000);
    for (unsigned i = 0; i < 2; i++)
        run->only[i] = size_below(run, 2400);
    run->absent = size_below(run, absent_max);
    for (size_t i = 0; i < run->common; i++)
        run_add(run, 3, true);
    for (unsigned side = 0; side < 2; side++)
        for (size_t i = 0; i < run->only[side]; i++)
            run_add(run, 1u << side, true);
    for (size_t i = 0; i < run->absent; i++)
        run_add(run, 1u + (unsigned)below(run, 2), false);
    run->options = (replica_session_options){.key = key, .seed = test_random(&run->random)};
    if (below(run, 2) == 0)
        run->options.expected = size_below(run, 4000);
}

static void run_open(session_run *run)
{
    session_pair_init(&run->pair, &run->sets[0], &run->sets[1], &run->options);
    run->pair.random = below(run, 2) == 0 ? 0 : test_random(&run->random) | 1u;
    run->pair.is_admitting = run->is_tampering;
}

static void run_deinit(session_run *run)
{
    session_pair_deinit(&run->pair);
    for (unsigned i = 0; i < 2; i++)
        memory_set_deinit(&run->sets[i]);
}

static void run_steps(session_run *run)
{
    session_pair_start(&run->pair);
    size_t count = 0;
    while (session_pair_step(&run->pair))
        if (++count > STEP_COUNT_MAX)
            fail_msg("seed %llu: it does not end", (unsigned long long)run->seed);
    if (run->pair.status != STEME_OK)
        fail_msg("seed %llu: status %d", (unsigned long long)run->seed, (int)run->pair.status);
}

static void assert_ended_well(session_run *run)
{
    for (unsigned i = 0; i < 2; i++) {
        const steme_session_report *report = session_pair_report(&run->pair, i);
        if (report->failure != NULL)
            fail_msg("seed %llu, side %u: %s", (unsigned long long)run->seed, i, report->failure);
        if (!replica_session_is_ended(run->pair.sides[i].session))
            fail_msg("seed %llu, side %u: not ended", (unsigned long long)run->seed, i);
        /* Bounded in flight. */
        assert_true(run->pair.sides[i].frames_size_max <= (1u << 20) + STEME_FRAME_SIZE_MAX);
        assert_true(run->pair.sides[i].batches_max <= 4);
    }
}

static void both_sides_end_with_the_union(void **state)
{
    (void)state;
    uint64_t first = test_seed(1);
    print_message("seeds %llu to %llu\n", (unsigned long long)first,
                  (unsigned long long)first + 149);
    for (uint64_t seed = first; seed < first + 150; seed++) {
        session_run run;
        run_init(&run, seed, 0);
        run_open(&run);
        run_steps(&run);
        assert_ended_well(&run);
        steme_id root = memory_set_root(&run.sets[0]);
        steme_id other = memory_set_root(&run.sets[1]);
        const steme_session_report *report = session_pair_report(&run.pair, 0);
        if (!report->is_equal || memcmp(&root, &other, sizeof root) != 0 ||
            memory_set_count(&run.sets[0]) != run.used)
            fail_msg("seed %llu: common %zu, only %zu and %zu: not equal", (unsigned long long)seed,
                     run.common, run.only[0], run.only[1]);
        assert_int_equal(report->records_received, run.only[1]);
        assert_int_equal(session_pair_report(&run.pair, 1)->records_received, run.only[0]);
        assert_memory_equal(&report->root_after, &root, sizeof root);
        run_deinit(&run);
    }
}

static void absent_bodies_hold_nothing_up(void **state)
{
    (void)state;
    uint64_t first = test_seed(1000);
    print_message("seeds %llu to %llu\n", (unsigned long long)first,
                  (unsigned long long)first + 59);
    for (uint64_t seed = first; seed < first + 60; seed++) {
        session_run run;
        run_init(&run, seed, 300);
        run_open(&run);
        run_steps(&run);
        assert_ended_well(&run);
        const steme_session_report *report = session_pair_report(&run.pair, 0);
        if (report->is_equal != (run.absent == 0) || report->absent_count != run.absent)
            fail_msg("seed %llu: %zu absent, %llu reported", (unsigned long long)seed, run.absent,
                     (unsigned long long)report->absent_count);
        for (size_t i = 0; i < run.used - run.absent; i++)
            for (unsigned side = 0; side < 2; side++)
                assert_true(memory_set_has(&run.sets[side], &pool()[i].id));
        run_deinit(&run);
    }
}

static void a_diff_lists_exactly_what_differs(void **state)
{
    (void)state;
    uint64_t first = test_seed(2000);
    print_message("seeds %llu to %llu\n", (unsigned long long)first,
                  (unsigned long long)first + 59);
    for (uint64_t seed = first; seed < first + 60; seed++) {
        session_run run;
        run_init(&run, seed, 50);
        run.options.is_diff = true;
        size_t count = memory_set_count(&run.sets[0]);
        run_open(&run);
        run_steps(&run);
        assert_ended_well(&run);
        const steme_session_report *report = session_pair_report(&run.pair, 0);
        assert_int_equal(memory_set_count(&run.sets[0]), count);
        assert_int_equal(report->lacked_there_count + report->lacked_here_count,
                         run.used - run.common);
        assert_int_equal(report->lacked_here_listed, report->lacked_here_count);
        for (size_t i = 0; i < report->lacked_here_listed; i++) {
            assert_false(memory_set_has(&run.sets[0], &report->lacked_here[i]));
            assert_true(memory_set_has(&run.sets[1], &report->lacked_here[i]));
        }
        for (size_t i = 0; i < report->lacked_there_listed; i++) {
            assert_true(memory_set_has(&run.sets[0], &report->lacked_there[i]));
            assert_false(memory_set_has(&run.sets[1], &report->lacked_there[i]));
        }
        run_deinit(&run);
    }
}

/* Now and then a record comes into a set while the session runs. */
static void write_between(void *context, session_pair *pair)
{
    session_run *run = context;
    (void)pair;
    if (run->used < POOL_COUNT && below(run, 2) == 0)
        run_add(run, 1u + (unsigned)below(run, 3), true);
}

static void a_session_ends_while_both_sides_are_written(void **state)
{
    (void)state;
    uint64_t first = test_seed(3000);
    print_message("seeds %llu to %llu\n", (unsigned long long)first,
                  (unsigned long long)first + 59);
    for (uint64_t seed = first; seed < first + 60; seed++) {
        session_run run;
        run_init(&run, seed, 0);
        run_open(&run);
        run.pair.between = write_between;
        run.pair.between_context = &run;
        run_steps(&run);
        assert_ended_well(&run);
        for (unsigned i = 0; i < 2; i++)
            assert_true(session_pair_report(&run.pair, i)->is_equal);
        assert_memory_equal(&session_pair_report(&run.pair, 0)->root_after,
                            &session_pair_report(&run.pair, 1)->root_after, sizeof(steme_id));
        run_deinit(&run);
    }
}

/* ---- Frames that are not what was sent ------------------------------------------------------ */

static void frame_cut(session_run *run, pair_block *frame)
{
    frame->size = 1 + below(run, frame->size);
}

static void frame_flip(session_run *run, pair_block *frame)
{
    size_t count = 1 + below(run, 3);
    for (size_t i = 0; i < count; i++)
        frame->bytes[below(run, frame->size)] ^= (uint8_t)(1u << below(run, 8));
}

static void frame_scramble(session_run *run, pair_block *frame)
{
    for (size_t i = 1; i < frame->size; i++)
        frame->bytes[i] = (uint8_t)(test_random(&run->random) >> 56);
}

/* The frame changes place with the one held. */
static void frame_hold(session_run *run, pair_block *frame)
{
    pair_block other = run->held;
    run->held = *frame;
    *frame = other;
}

static void tamper(void *context, unsigned from, pair_block *frame)
{
    session_run *run = context;
    if (below(run, run->tamper_rate) != 0)
        return;
    switch (below(run, 6)) {
    case 0:
        frame_cut(run, frame);
        break;
    case 1:
    case 2:
        frame_flip(run, frame);
        break;
    case 3:
        frame_scramble(run, frame);
        break;
    case 4:
        session_pair_give(&run->pair, 1 - from, (steme_span){frame->bytes, frame->size});
        break;
    default:
        frame_hold(run, frame);
        break;
    }
}

static void tampered_frames_add_nothing_foreign(void **state)
{
    (void)state;
    uint64_t first = test_seed(4000);
    print_message("seeds %llu to %llu\n", (unsigned long long)first,
                  (unsigned long long)first + 299);
    for (uint64_t seed = first; seed < first + 300; seed++) {
        session_run run;
        run_init(&run, seed, 20);
        run.is_tampering = true;
        run.tamper_rate = 1 + (unsigned)below(&run, 12);
        run_open(&run);
        run.pair.tamper = tamper;
        run.pair.tamper_context = &run;
        run_steps(&run);
        /* A side that still waits has its lease run out. */
        for (unsigned i = 0; i < 2; i++) {
            replica_session *session = run.pair.sides[i].session;
            replica_session_tick(session, run.pair.now_ns + REPLICA_SESSION_LEASE_NS + 1);
            assert_true(replica_session_is_ended(session));
        }
        size_t known = 0;
        for (size_t i = 0; i < run.used; i++)
            known += memory_set_has(&run.sets[0], &pool()[i].id);
        assert_int_equal(known, memory_set_count(&run.sets[0]));
        free(run.held.bytes);
        run_deinit(&run);
    }
}

/* ---- What it costs -------------------------------------------------------------------------- */

/* Bytes both ways, and half round trips, until the difference of `difference` among `count` ids is
 * known. */
static uint64_t bytes_to_learn(size_t count, size_t difference, uint64_t seed, uint32_t *out_halves)
{
    session_run run = {.random = seed * UINT64_C(0x9e3779b97f4a7c15) | 1u};
    sketch_key key = sketch_key_derive(quick_text("stemedb"));
    for (unsigned i = 0; i < 2; i++)
        memory_set_init(&run.sets[i], &key);
    for (size_t i = 0; i < count; i++) {
        uint64_t number = test_random(&run.random);
        steme_id id = steme_hash(&number, sizeof number);
        size_t only = i < difference ? 1 + below(&run, 2) : 3;
        for (unsigned side = 0; side < 2; side++)
            if ((only >> side & 1u) != 0)
                memory_set_add(&run.sets[side], &id, (steme_span){NULL, 0});
    }
    run.options = (replica_session_options){.key = key, .seed = seed, .is_diff = true};
    session_pair_init(&run.pair, &run.sets[0], &run.sets[1], &run.options);
    run_steps(&run);
    assert_ended_well(&run);
    const steme_session_report *report = session_pair_report(&run.pair, 0);
    assert_int_equal(report->lacked_here_count + report->lacked_there_count, difference);
    *out_halves = report->round_trips_half;
    uint64_t size = session_pair_overhead(&run.pair);
    run_deinit(&run);
    return size;
}

/* The design's figures, for a million ids; what a session costs hardly depends on how many. */
static void a_difference_costs_what_the_design_says(void **state)
{
    (void)state;
    static const struct {
        size_t count, difference, runs;
        uint64_t designed;
    } rows[] = {
        {20000, 1, 20, 287},      {20000, 10, 20, 1246},     {20000, 100, 20, 3929},
        {20000, 1000, 20, 24400}, {50000, 10000, 6, 234000},
    };
    uint64_t seed = test_seed(5000);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint64_t size = 0;
        uint32_t halves = 0;
        for (size_t round = 0; round < rows[i].runs; round++) {
            uint32_t own_halves;
            size += bytes_to_learn(rows[i].count, rows[i].difference, seed++, &own_halves);
            halves += own_halves;
        }
        print_message("%zu of %zu differ: %llu bytes, the design says %llu; %.2f round trips\n",
                      rows[i].difference, rows[i].count, (unsigned long long)(size / rows[i].runs),
                      (unsigned long long)rows[i].designed,
                      (double)halves / 2 / (double)rows[i].runs);
        assert_true(size / rows[i].runs * 10 <= rows[i].designed * 13);
    }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(both_sides_end_with_the_union),
    cmocka_unit_test(absent_bodies_hold_nothing_up),
    cmocka_unit_test(a_diff_lists_exactly_what_differs),
    cmocka_unit_test(a_session_ends_while_both_sides_are_written),
    cmocka_unit_test(tampered_frames_add_nothing_foreign),
    cmocka_unit_test(a_difference_costs_what_the_design_says),
};

TEST_MAIN(tests)
