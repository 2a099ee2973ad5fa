/* What holds for every set of candidates. */
#include "support/test.h"

#include "lens/lens.h"

enum { CASE_MAX = 64, CASE_COUNT = 5000 };

typedef struct random_case {
    lens_candidate candidates[CASE_MAX];
    uint8_t identities[CASE_MAX][32];
    uint8_t ids[CASE_MAX][32];
    steme_stamp stamps[CASE_MAX];
    lens_value values[CASE_MAX];
    uint32_t count;
    uint32_t value_count;
    lens_tally tally;
    lens_result result;
} random_case;

static void make_case(random_case *world, uint64_t *random)
{
    uint64_t identity_count = 1 + test_random(random) % 8;
    uint32_t wanted = 1 + (uint32_t)(test_random(random) % 5);
    uint32_t numbers[8];
    memset(numbers, 0xff, sizeof numbers);
    world->count = (uint32_t)(test_random(random) % CASE_MAX);
    world->value_count = 0;
    for (uint32_t i = 0; i < world->count; i++) {
        memset(world->identities[i], 0, 32);
        memset(world->ids[i], 0, 32);
        world->identities[i][31] = (uint8_t)(test_random(random) % identity_count);
        world->ids[i][31] = (uint8_t)i;
        world->stamps[i] = (steme_stamp){.time_ns = test_random(random) % 5};
        uint32_t value = (uint32_t)(test_random(random) % wanted);
        if (numbers[value] == UINT32_MAX)
            numbers[value] = world->value_count++;
        world->candidates[i] = (lens_candidate){
            .identity = world->identities[i],
            .id = world->ids[i],
            .stamp = &world->stamps[i],
            .claim_time_ns = (int64_t)(test_random(random) % 4),
            .record = i,
            .value = numbers[value],
        };
    }
}

static void resolve(random_case *world, steme_lens lens)
{
    lens_tally_count(world->candidates, world->count, world->values, world->value_count,
                     &world->tally);
    lens_resolve(lens, &world->tally, &world->result);
}

static uint8_t head(const random_case *world, uint32_t value)
{
    return world->candidates[world->values[value].newest].id[31];
}

static void shuffle(random_case *world, uint64_t *random)
{
    for (uint32_t i = world->count; i > 1; i--) {
        uint32_t other = (uint32_t)(test_random(random) % i);
        lens_candidate swapped = world->candidates[i - 1];
        world->candidates[i - 1] = world->candidates[other];
        world->candidates[other] = swapped;
    }
    for (uint32_t i = 0; i < world->count; i++) /* and number the values the other way round */
        world->candidates[i].value = world->value_count - 1 - world->candidates[i].value;
}

static void assert_same_answer(const random_case *left, const random_case *right)
{
    assert_int_equal(left->result.conflict, right->result.conflict);
    assert_int_equal(left->result.confidence, right->result.confidence);
    assert_int_equal(left->result.agreement, right->result.agreement);
    assert_int_equal(left->result.has_winner, right->result.has_winner);
    assert_int_equal(left->result.has_runner_up, right->result.has_runner_up);
    if (left->result.has_winner)
        assert_int_equal(head(left, left->result.winner), head(right, right->result.winner));
    if (left->result.has_runner_up)
        assert_int_equal(head(left, left->result.runner_up), head(right, right->result.runner_up));
    for (uint32_t i = 0; i < left->value_count; i++) {
        const lens_value *here = &left->values[i];
        const lens_value *there = &right->values[left->value_count - 1 - i];
        assert_int_equal(here->units, there->units);
        assert_int_equal(here->share, there->share);
        assert_int_equal(here->signer_count, there->signer_count);
    }
}

static void test_order_and_numbering_never_matter(void **state)
{
    (void)state;
    uint64_t random = test_seed(7);
    print_message("seed %llu\n", (unsigned long long)random);
    for (int i = 0; i < CASE_COUNT; i++) {
        static random_case world;
        static random_case other;
        steme_lens lens = (steme_lens)(1 + test_random(&random) % 3);
        make_case(&world, &random);
        other = world;
        shuffle(&other, &random);
        resolve(&world, lens);
        resolve(&other, lens);
        assert_same_answer(&world, &other);
    }
}

static void test_shares_and_scores_stay_in_bounds(void **state)
{
    (void)state;
    uint64_t random = test_seed(8);
    print_message("seed %llu\n", (unsigned long long)random);
    for (int i = 0; i < CASE_COUNT; i++) {
        static random_case world;
        make_case(&world, &random);
        resolve(&world, STEME_LENS_SKEPTIC);
        uint64_t shares = 0;
        uint64_t units[CASE_MAX] = {0};
        for (uint32_t v = 0; v < world.value_count; v++)
            shares += world.values[v].share;
        for (uint32_t c = 0; c < world.count; c++)
            units[world.candidates[c].value] += world.candidates[c].weight;
        for (uint32_t v = 0; v < world.value_count; v++)
            assert_int_equal(units[v], world.values[v].units);
        assert_true(shares <= LENS_UNIT);
        assert_true(world.result.conflict <= LENS_UNIT);
        assert_int_equal(world.result.conflict == 0, world.value_count <= 1);
    }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_order_and_numbering_never_matter),
    cmocka_unit_test(test_shares_and_scores_stay_in_bounds),
};

TEST_MAIN(tests)
