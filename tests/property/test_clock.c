#include "support/test.h"

#include <steme/clock.h>

#define SECOND_NS UINT64_C(1000000000)
#define YEARS_NS  (UINT64_C(3650) * 86400 * SECOND_NS) /* ten */
#define NOW       (UINT64_C(1800000000) * SECOND_NS)

static uint64_t begin(uint64_t fallback)
{
    uint64_t seed = test_seed(fallback);
    printf("seed %llu\n", (unsigned long long)seed);
    return seed;
}

/* One of few values, so that equal parts and the ends of the ranges are met often. */
static steme_stamp random_stamp(uint64_t *state)
{
    static const uint64_t times[] = {0,         1, NOW, NOW + 1, NOW + SECOND_NS, UINT64_MAX - 1,
                                     UINT64_MAX};
    static const uint32_t counters[] = {0, 1, 255, 256, UINT32_MAX};
    steme_stamp stamp = {.time_ns = times[test_random(state) % 7],
                         .counter = counters[test_random(state) % 5]};
    stamp.node[test_random(state) % STEME_NODE_SIZE] = (uint8_t)test_random(state);
    if (test_random(state) % 4 == 0)
        stamp.time_ns = test_random(state);
    return stamp;
}

static int sign(int order)
{
    return (order > 0) - (order < 0);
}

static void order_of_stamps_is_total_and_is_the_order_of_their_bytes(void **state)
{
    (void)state;
    uint64_t random = begin(1);
    for (int round = 0; round < 300000; round++) {
        steme_stamp a = random_stamp(&random);
        steme_stamp b = random_stamp(&random);
        steme_stamp c = random_stamp(&random);
        uint8_t bytes_a[STEME_STAMP_SIZE];
        uint8_t bytes_b[STEME_STAMP_SIZE];
        steme_stamp_encode(&a, bytes_a);
        steme_stamp_encode(&b, bytes_b);
        int ab = sign(steme_stamp_compare(&a, &b));
        assert_int_equal(ab, sign(memcmp(bytes_a, bytes_b, sizeof bytes_a)));
        assert_int_equal(ab, -sign(steme_stamp_compare(&b, &a)));
        if (ab <= 0 && steme_stamp_compare(&b, &c) <= 0)
            assert_true(steme_stamp_compare(&a, &c) <= 0);
        steme_stamp back;
        steme_stamp_decode(bytes_a, &back);
        assert_int_equal(steme_stamp_compare(&a, &back), 0);
    }
}

/* What a wall clock may do between two calls. */
static uint64_t jump(uint64_t wall_ns, uint64_t *state)
{
    uint64_t small = test_random(state) % (2 * SECOND_NS);
    switch (test_random(state) % 12) {
    case 0:
        return wall_ns > YEARS_NS ? wall_ns - YEARS_NS : 0;
    case 1:
        return wall_ns < UINT64_MAX - YEARS_NS ? wall_ns + YEARS_NS : UINT64_MAX;
    case 2:
        return wall_ns > small ? wall_ns - small : 0;
    case 3:
    case 4:
        return wall_ns < UINT64_MAX - small ? wall_ns + small : UINT64_MAX;
    case 5:
        return NOW;
    case 6:
        return wall_ns < UINT64_MAX ? wall_ns + 1 : wall_ns;
    default:
        return wall_ns;
    }
}

/* A node with its file, as a store keeps it. */
typedef struct clock_owner {
    steme_clock clock;
    uint64_t file_ceiling_ns;
    uint64_t node_number;
    steme_stamp last; /* the greatest issued under this node id or observed since a crash */
    int has_last;
    steme_stamp issued; /* the last one under this node id */
    int has_issued;
} clock_owner;

static void owner_start(clock_owner *owner, uint64_t wall_ns)
{
    if (steme_clock_restart_decide(owner->file_ceiling_ns, wall_ns) == STEME_CLOCK_NEW_NODE) {
        owner->node_number++;
        owner->file_ceiling_ns = 0;
        owner->has_last = 0;
        owner->has_issued = 0;
    }
    uint8_t node[STEME_NODE_SIZE] = {0};
    memcpy(node + 8, &owner->node_number, 8);
    steme_clock_init(&owner->clock, node, owner->file_ceiling_ns);
}

static void owner_issue(clock_owner *owner, uint64_t wall_ns)
{
    uint64_t ceiling = steme_clock_ceiling_needed(&owner->clock, wall_ns);
    if (ceiling != 0) {
        assert_true(ceiling > owner->file_ceiling_ns);
        owner->file_ceiling_ns = ceiling;
        steme_clock_ceiling_set(&owner->clock, ceiling);
    }
    steme_stamp stamp;
    assert_int_equal(steme_clock_next(&owner->clock, wall_ns, &stamp, NULL), STEME_OK);
    assert_true(!owner->has_last || steme_stamp_compare(&stamp, &owner->last) > 0);
    assert_true(stamp.time_ns >= wall_ns || wall_ns == UINT64_MAX);
    owner->last = owner->issued = stamp;
    owner->has_last = owner->has_issued = 1;
}

static void owner_observe(clock_owner *owner, uint64_t wall_ns, uint64_t *state)
{
    steme_stamp stamp = random_stamp(state);
    if (test_random(state) % 2 == 0)
        stamp.time_ns = wall_ns + test_random(state) % SECOND_NS;
    /* Not the very last counters of time itself: the clock would rightly be at its end. */
    if (stamp.time_ns >= UINT64_MAX - 1)
        stamp.counter = 0;
    steme_clock before = owner->clock;
    int is_taken = steme_clock_observe(&owner->clock, &stamp, wall_ns);
    if (!steme_stamp_is_mature(&stamp, wall_ns)) {
        assert_int_equal(is_taken, 0);
        assert_memory_equal(&before, &owner->clock, sizeof before);
    }
    if (is_taken && (!owner->has_last || steme_stamp_compare(&stamp, &owner->last) > 0)) {
        owner->last = stamp;
        owner->has_last = 1;
    }
}

/* A crash forgets what was observed and not followed by an own stamp; what was issued stays. */
static void owner_stop(clock_owner *owner, int is_clean)
{
    if (is_clean) {
        owner->file_ceiling_ns = steme_clock_ceiling_at_close(&owner->clock);
        return;
    }
    owner->last = owner->issued;
    owner->has_last = owner->has_issued;
}

static void stamps_of_a_node_ascend_through_jumps_and_restarts(void **state)
{
    (void)state;
    uint64_t random = begin(2);
    for (int history = 0; history < 300; history++) {
        clock_owner owner;
        memset(&owner, 0, sizeof owner);
        uint64_t wall_ns = NOW;
        owner_start(&owner, wall_ns);
        for (int step = 0; step < 1000; step++) {
            wall_ns = jump(wall_ns, &random);
            uint64_t choice = test_random(&random) % 10;
            if (choice < 6) {
                owner_issue(&owner, wall_ns);
            } else if (choice < 8) {
                owner_observe(&owner, wall_ns, &random);
            } else {
                owner_stop(&owner, choice == 8);
                owner_start(&owner, wall_ns);
            }
        }
    }
}

/* Two runs of one node id, the second started from the file at any moment of the first, never
 * issue one stamp twice: what was issued is below the ceiling in the file. */
static void every_stamp_issued_is_below_the_ceiling_in_the_file(void **state)
{
    (void)state;
    uint64_t random = begin(3);
    clock_owner owner;
    memset(&owner, 0, sizeof owner);
    uint64_t wall_ns = NOW;
    owner_start(&owner, wall_ns);
    for (int step = 0; step < 100000; step++) {
        wall_ns = jump(wall_ns, &random);
        if (wall_ns > UINT64_MAX - YEARS_NS)
            wall_ns = NOW;
        owner_issue(&owner, wall_ns);
        assert_true(owner.last.time_ns < owner.file_ceiling_ns);
        assert_true(steme_clock_ceiling_at_close(&owner.clock) > owner.last.time_ns);
        assert_true(steme_clock_ceiling_at_close(&owner.clock) <= owner.file_ceiling_ns);
    }
}

/* A stamp of one of few nodes and times. */
static steme_stamp random_vector_stamp(uint64_t node_count, uint64_t *state)
{
    steme_stamp stamp = {.time_ns = test_random(state) % 1000,
                         .counter = (uint32_t)(test_random(state) % 3)};
    uint16_t node = (uint16_t)(test_random(state) % node_count);
    memcpy(stamp.node, &node, sizeof node);
    return stamp;
}

/* Up to `node_count` nodes with few different times, so that vectors overlap. */
static steme_vector random_vector(uint64_t node_count, uint64_t stamp_count, uint64_t *state)
{
    steme_vector vector;
    steme_vector_init(&vector);
    for (uint64_t i = 0; i < stamp_count; i++) {
        steme_stamp stamp = random_vector_stamp(node_count, state);
        assert_int_equal(steme_vector_advance(&vector, &stamp, NULL), STEME_OK);
    }
    return vector;
}

/* The merge of two as a new vector. */
static steme_vector merged(const steme_vector *left, const steme_vector *right)
{
    steme_vector vector;
    steme_vector_init(&vector);
    assert_int_equal(steme_vector_merge(&vector, left, NULL), STEME_OK);
    assert_int_equal(steme_vector_merge(&vector, right, NULL), STEME_OK);
    return vector;
}

static void assert_same_vector(const steme_vector *left, const steme_vector *right)
{
    assert_int_equal(left->count, right->count);
    for (size_t i = 0; i < left->count; i++)
        assert_int_equal(steme_stamp_compare(&left->stamps[i], &right->stamps[i]), 0);
    assert_int_equal(steme_vector_compare(left, right), STEME_VECTOR_EQUAL);
}

static void check_merge_laws(uint64_t node_count, uint64_t stamp_count, uint64_t *random)
{
    steme_vector a = random_vector(node_count, test_random(random) % stamp_count, random);
    steme_vector b = random_vector(node_count, test_random(random) % stamp_count, random);
    steme_vector c = random_vector(node_count, test_random(random) % stamp_count, random);
    steme_vector ab = merged(&a, &b);
    steme_vector ba = merged(&b, &a);
    steme_vector bc = merged(&b, &c);
    steme_vector ab_c = merged(&ab, &c);
    steme_vector a_bc = merged(&a, &bc);
    steme_vector aa = merged(&a, &a);
    assert_same_vector(&ab, &ba);
    assert_same_vector(&ab_c, &a_bc);
    assert_same_vector(&aa, &a);
    /* The order is the one that the merge defines. */
    steme_vector_order order = steme_vector_compare(&a, &ab);
    assert_true(order == STEME_VECTOR_BEFORE || order == STEME_VECTOR_EQUAL);
    assert_int_equal(steme_vector_compare(&ab, &a),
                     order == STEME_VECTOR_BEFORE ? STEME_VECTOR_AFTER : STEME_VECTOR_EQUAL);
    steme_vector *all[] = {&a, &b, &c, &ab, &ba, &bc, &ab_c, &a_bc, &aa};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        steme_vector_deinit(all[i]);
}

static void merge_is_commutative_associative_and_idempotent(void **state)
{
    (void)state;
    uint64_t random = begin(4);
    for (int round = 0; round < 3000; round++)
        check_merge_laws(1 + test_random(&random) % 12, 30, &random);
}

static void merge_laws_hold_beyond_the_bound_too(void **state)
{
    (void)state;
    uint64_t random = begin(5);
    for (int round = 0; round < 6; round++)
        check_merge_laws(6000, 15000, &random);
}

/* Advancing by stamps in any order, in any parts, merged in the end, is one vector. */
static void vector_depends_on_what_was_seen_and_not_on_the_order(void **state)
{
    (void)state;
    uint64_t random = begin(6);
    uint64_t replay = random;
    steme_vector whole = random_vector(7000, 20000, &replay);
    steme_vector parts[2];
    steme_vector_init(&parts[0]);
    steme_vector_init(&parts[1]);
    /* The same stamps, dealt out at random, the second half of them before the first. */
    steme_stamp *stamps = calloc(20000, sizeof *stamps);
    assert_non_null(stamps);
    for (int i = 0; i < 20000; i++)
        stamps[i] = random_vector_stamp(7000, &random);
    for (int i = 0; i < 20000; i++)
        assert_int_equal(steme_vector_advance(&parts[test_random(&random) % 2],
                                              &stamps[(i + 10000) % 20000], NULL),
                         STEME_OK);
    steme_vector both = merged(&parts[0], &parts[1]);
    assert_same_vector(&both, &whole);
    free(stamps);
    steme_vector_deinit(&whole);
    steme_vector_deinit(&both);
    steme_vector_deinit(&parts[0]);
    steme_vector_deinit(&parts[1]);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(order_of_stamps_is_total_and_is_the_order_of_their_bytes),
    cmocka_unit_test(stamps_of_a_node_ascend_through_jumps_and_restarts),
    cmocka_unit_test(every_stamp_issued_is_below_the_ceiling_in_the_file),
    cmocka_unit_test(merge_is_commutative_associative_and_idempotent),
    cmocka_unit_test(merge_laws_hold_beyond_the_bound_too),
    cmocka_unit_test(vector_depends_on_what_was_seen_and_not_on_the_order),
};

TEST_MAIN(tests)
