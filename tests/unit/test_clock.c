#include "support/test.h"

#include "base/limits.h"
#include "base/memory.h"
#include <steme/clock.h>

#define SECOND_NS UINT64_C(1000000000)
#define FUTURE_NS (LIMIT_FUTURE_MS * UINT64_C(1000000))
#define DRIFT_NS  (LIMIT_CLOCK_DRIFT_MS * UINT64_C(1000000))
#define NOW       (UINT64_C(1800000000) * SECOND_NS)

static const uint8_t node_a[STEME_NODE_SIZE] = {0xaa};
static const uint8_t node_b[STEME_NODE_SIZE] = {0xbb};

static steme_stamp stamp_of(uint64_t time_ns, uint32_t counter, const uint8_t *node)
{
    steme_stamp stamp = {.time_ns = time_ns, .counter = counter};
    memcpy(stamp.node, node, STEME_NODE_SIZE);
    return stamp;
}

static void assert_stamp(const steme_stamp *stamp, uint64_t time_ns, uint32_t counter)
{
    assert_true(stamp->time_ns == time_ns);
    assert_int_equal(stamp->counter, counter);
}

/* A clock whose ceiling is out of the way. */
static steme_clock clock_without_ceiling(void)
{
    steme_clock clock;
    steme_clock_init(&clock, node_a, 0);
    steme_clock_ceiling_set(&clock, UINT64_MAX);
    return clock;
}

static steme_stamp next(steme_clock *clock, uint64_t wall_ns)
{
    steme_stamp stamp;
    assert_int_equal(steme_clock_next(clock, wall_ns, &stamp, NULL), STEME_OK);
    return stamp;
}

static void stamp_encodes_as_28_big_endian_bytes(void **state)
{
    (void)state;
    uint8_t bytes[STEME_STAMP_SIZE];
    steme_stamp stamp = stamp_of(UINT64_C(0x0102030405060708), 0x090a0b0c, node_a);
    stamp.node[15] = 0x55;
    steme_stamp_encode(&stamp, bytes);
    static const uint8_t expected[STEME_STAMP_SIZE] = {1, 2, 3,  4,  5,  6,    7,
                                                       8, 9, 10, 11, 12, 0xaa, [27] = 0x55};
    assert_memory_equal(bytes, expected, sizeof bytes);
    steme_stamp back;
    steme_stamp_decode(bytes, &back);
    assert_int_equal(steme_stamp_compare(&stamp, &back), 0);
}

static void stamp_is_mature_up_to_500_ms_ahead(void **state)
{
    (void)state;
    steme_stamp stamp = stamp_of(NOW + FUTURE_NS, UINT32_MAX, node_a);
    assert_int_equal(steme_stamp_is_mature(&stamp, NOW), 1);
    stamp.time_ns++;
    assert_int_equal(steme_stamp_is_mature(&stamp, NOW), 0);
    stamp.time_ns = UINT64_MAX;
    assert_int_equal(steme_stamp_is_mature(&stamp, UINT64_MAX - 1), 1);
    assert_int_equal(steme_stamp_is_mature(&stamp, NOW), 0);
}

static void frozen_wall_counts_and_moving_wall_resets_the_counter(void **state)
{
    (void)state;
    steme_clock clock = clock_without_ceiling();
    for (uint32_t i = 0; i < 5; i++) {
        steme_stamp stamp = next(&clock, NOW);
        assert_stamp(&stamp, NOW, i);
        assert_memory_equal(stamp.node, node_a, STEME_NODE_SIZE);
    }
    steme_stamp stamp = next(&clock, NOW - 1);
    assert_stamp(&stamp, NOW, 5);
    stamp = next(&clock, NOW + 1);
    assert_stamp(&stamp, NOW + 1, 0);
}

static void full_counter_carries_into_time(void **state)
{
    (void)state;
    steme_clock clock = clock_without_ceiling();
    steme_stamp seen = stamp_of(NOW, UINT32_MAX - 1, node_b);
    assert_int_equal(steme_clock_observe(&clock, &seen, NOW), 1);
    steme_stamp stamp = next(&clock, NOW);
    assert_stamp(&stamp, NOW, UINT32_MAX);
    stamp = next(&clock, NOW);
    assert_stamp(&stamp, NOW + 1, 0);
}

static void time_ends_with_an_error_and_not_with_a_wrap(void **state)
{
    (void)state;
    steme_clock clock = clock_without_ceiling();
    steme_stamp stamp = next(&clock, UINT64_MAX);
    assert_stamp(&stamp, UINT64_MAX - 1, 0);
    steme_stamp seen = stamp_of(UINT64_MAX, 0, node_b);
    assert_int_equal(steme_clock_observe(&clock, &seen, UINT64_MAX), 0);
    seen = stamp_of(UINT64_MAX - 1, UINT32_MAX - 1, node_b);
    assert_int_equal(steme_clock_observe(&clock, &seen, UINT64_MAX), 1);
    stamp = next(&clock, 0);
    assert_stamp(&stamp, UINT64_MAX - 1, UINT32_MAX);
    assert_int_equal(steme_clock_next(&clock, 0, &stamp, NULL), STEME_TOO_LARGE);
    assert_int_equal(steme_clock_next(&clock, UINT64_MAX, &stamp, NULL), STEME_TOO_LARGE);
    assert_true(steme_clock_ceiling_needed(&clock, 0) == 0);
    assert_true(steme_clock_ceiling_at_close(&clock) == UINT64_MAX);
    assert_stamp(&stamp, UINT64_MAX - 1, UINT32_MAX);
}

static void observed_stamp_moves_the_clock_unless_it_is_from_the_future(void **state)
{
    (void)state;
    steme_clock clock = clock_without_ceiling();
    steme_stamp seen = stamp_of(NOW + FUTURE_NS, 7, node_b);
    assert_int_equal(steme_clock_observe(&clock, &seen, NOW), 1);
    steme_stamp stamp = next(&clock, NOW);
    assert_stamp(&stamp, NOW + FUTURE_NS, 8);
    seen = stamp_of(NOW + 2 * FUTURE_NS, 7, node_b);
    assert_int_equal(steme_clock_observe(&clock, &seen, NOW), 0);
    stamp = next(&clock, NOW);
    assert_stamp(&stamp, NOW + FUTURE_NS, 9);
    seen = stamp_of(NOW, 3, node_b); /* an old one changes nothing */
    assert_int_equal(steme_clock_observe(&clock, &seen, NOW), 1);
    stamp = next(&clock, NOW);
    assert_stamp(&stamp, NOW + FUTURE_NS, 10);
}

static void nothing_is_issued_at_or_above_the_ceiling(void **state)
{
    (void)state;
    steme_clock clock;
    steme_clock_init(&clock, node_a, NOW);
    steme_stamp stamp;
    assert_int_equal(steme_clock_next(&clock, NOW - 5, &stamp, NULL), STEME_INVALID);
    uint64_t ceiling = steme_clock_ceiling_needed(&clock, NOW - 5);
    assert_true(ceiling == NOW + FUTURE_NS);
    steme_clock_ceiling_set(&clock, ceiling);
    assert_true(steme_clock_ceiling_needed(&clock, NOW - 5) == 0);
    stamp = next(&clock, NOW - 5); /* begins at the ceiling that it found */
    assert_stamp(&stamp, NOW, 0);
    stamp = next(&clock, ceiling - 1);
    assert_stamp(&stamp, ceiling - 1, 0);
    assert_int_equal(steme_clock_next(&clock, ceiling, &stamp, NULL), STEME_INVALID);
    steme_clock_ceiling_set(&clock, ceiling - 7); /* never lowered */
    stamp = next(&clock, ceiling - 1);
    assert_stamp(&stamp, ceiling - 1, 1);
    assert_true(steme_clock_ceiling_at_close(&clock) == ceiling);
}

static void first_stamp_after_a_crash_is_mature_at_once(void **state)
{
    (void)state;
    steme_clock clock;
    steme_clock_init(&clock, node_a, 0);
    uint64_t ceiling = steme_clock_ceiling_needed(&clock, NOW);
    steme_clock_ceiling_set(&clock, ceiling);
    (void)next(&clock, NOW);
    steme_clock_init(&clock, node_a, ceiling);
    steme_clock_ceiling_set(&clock, steme_clock_ceiling_needed(&clock, NOW));
    steme_stamp stamp = next(&clock, NOW);
    assert_stamp(&stamp, ceiling, 0);
    assert_int_equal(steme_stamp_is_mature(&stamp, NOW), 1);
}

static void many_clean_restarts_do_not_run_ahead_of_the_wall(void **state)
{
    (void)state;
    uint64_t file = 0;
    for (uint64_t run = 0; run < 1000; run++) {
        steme_clock clock;
        steme_clock_init(&clock, node_a, file);
        steme_clock_ceiling_set(&clock, steme_clock_ceiling_needed(&clock, NOW + run));
        steme_stamp stamp = next(&clock, NOW + run);
        assert_true(stamp.time_ns <= NOW + run + 1);
        file = steme_clock_ceiling_at_close(&clock);
    }
}

static void ceiling_far_ahead_asks_for_a_new_node(void **state)
{
    (void)state;
    assert_int_equal(steme_clock_restart_decide(0, NOW), STEME_CLOCK_CONTINUE);
    assert_int_equal(steme_clock_restart_decide(NOW + DRIFT_NS, NOW), STEME_CLOCK_CONTINUE);
    assert_int_equal(steme_clock_restart_decide(NOW + DRIFT_NS + 1, NOW), STEME_CLOCK_NEW_NODE);
    assert_int_equal(steme_clock_restart_decide(UINT64_MAX, UINT64_MAX - 5), STEME_CLOCK_CONTINUE);
    assert_int_equal(steme_clock_restart_decide(UINT64_MAX, 0), STEME_CLOCK_NEW_NODE);
}

static void vector_tells_before_after_equal_and_concurrent(void **state)
{
    (void)state;
    steme_vector left;
    steme_vector right;
    steme_vector_init(&left);
    steme_vector_init(&right);
    assert_int_equal(steme_vector_compare(&left, &right), STEME_VECTOR_EQUAL);
    steme_stamp stamp = stamp_of(5, 0, node_a);
    assert_int_equal(steme_vector_advance(&left, &stamp, NULL), STEME_OK);
    assert_int_equal(steme_vector_compare(&left, &right), STEME_VECTOR_AFTER);
    assert_int_equal(steme_vector_compare(&right, &left), STEME_VECTOR_BEFORE);
    stamp = stamp_of(3, 9, node_b);
    assert_int_equal(steme_vector_advance(&right, &stamp, NULL), STEME_OK);
    assert_int_equal(steme_vector_compare(&left, &right), STEME_VECTOR_CONCURRENT);
    assert_int_equal(steme_vector_merge(&left, &right, NULL), STEME_OK);
    assert_int_equal(steme_vector_compare(&left, &right), STEME_VECTOR_AFTER);
    assert_int_equal(steme_vector_merge(&right, &left, NULL), STEME_OK);
    assert_int_equal(steme_vector_compare(&left, &right), STEME_VECTOR_EQUAL);
    stamp = stamp_of(2, 0, node_b); /* lower than what is known */
    assert_int_equal(steme_vector_advance(&left, &stamp, NULL), STEME_OK);
    assert_int_equal(steme_vector_find(&left, node_b, &stamp), 1);
    assert_stamp(&stamp, 3, 9);
    static const uint8_t node_c[STEME_NODE_SIZE] = {0xcc};
    assert_int_equal(steme_vector_find(&left, node_c, &stamp), 0);
    steme_vector_deinit(&left);
    steme_vector_deinit(&right);
}

static void full_vector_keeps_the_greatest_and_names_the_rest(void **state)
{
    (void)state;
    steme_vector vector;
    steme_vector_init(&vector);
    steme_stamp rest;
    for (uint64_t i = 0; i < 10000; i++) {
        uint64_t scrambled = i * 7919 % 10000; /* each of 0..9999 once */
        uint8_t node[STEME_NODE_SIZE] = {(uint8_t)(i >> 8), (uint8_t)i};
        steme_stamp stamp = stamp_of(1000 + scrambled, 0, node);
        assert_int_equal(steme_vector_advance(&vector, &stamp, NULL), STEME_OK);
        assert_int_equal(steme_vector_rest(&vector, &rest), i >= STEME_VECTOR_NODE_COUNT_MAX);
    }
    assert_int_equal(vector.count, STEME_VECTOR_NODE_COUNT_MAX + 1);
    assert_true(rest.time_ns == 1000 + 9999 - STEME_VECTOR_NODE_COUNT_MAX);
    for (size_t i = 0; i < vector.count; i++) {
        assert_true(vector.stamps[i].time_ns >= rest.time_ns);
        assert_true(i == 0 ||
                    memcmp(vector.stamps[i - 1].node, vector.stamps[i].node, STEME_NODE_SIZE) < 0);
    }
    steme_vector_deinit(&vector);
}

static int fail_always(void)
{
    return 1;
}

static void vector_without_memory_stays_as_it_was(void **state)
{
    (void)state;
    steme_vector vector;
    steme_vector_init(&vector);
    for (uint8_t i = 0; i < 8; i++) {
        steme_stamp stamp = stamp_of(i, 0, &(uint8_t[STEME_NODE_SIZE]){i}[0]);
        assert_int_equal(steme_vector_advance(&vector, &stamp, NULL), STEME_OK);
    }
    base_alloc_fault = fail_always;
    steme_stamp ninth = stamp_of(9, 0, node_a);
    assert_int_equal(steme_vector_advance(&vector, &ninth, NULL), STEME_NO_MEMORY);
    assert_int_equal(steme_vector_merge(&vector, &vector, NULL), STEME_NO_MEMORY);
    base_alloc_fault = NULL;
    assert_int_equal(vector.count, 8);
    steme_vector_deinit(&vector);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(stamp_encodes_as_28_big_endian_bytes),
    cmocka_unit_test(stamp_is_mature_up_to_500_ms_ahead),
    cmocka_unit_test(frozen_wall_counts_and_moving_wall_resets_the_counter),
    cmocka_unit_test(full_counter_carries_into_time),
    cmocka_unit_test(time_ends_with_an_error_and_not_with_a_wrap),
    cmocka_unit_test(observed_stamp_moves_the_clock_unless_it_is_from_the_future),
    cmocka_unit_test(nothing_is_issued_at_or_above_the_ceiling),
    cmocka_unit_test(first_stamp_after_a_crash_is_mature_at_once),
    cmocka_unit_test(many_clean_restarts_do_not_run_ahead_of_the_wall),
    cmocka_unit_test(ceiling_far_ahead_asks_for_a_new_node),
    cmocka_unit_test(vector_tells_before_after_equal_and_concurrent),
    cmocka_unit_test(full_vector_keeps_the_greatest_and_names_the_rest),
    cmocka_unit_test(vector_without_memory_stays_as_it_was),
};

TEST_MAIN(tests)
