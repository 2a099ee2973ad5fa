/* What holds for every set of candidates. */
#include "support/test.h"

#include "lens/lens.h"

enum { CASE_MAX = 64, CASE_COUNT = 5000, OBJECT_COUNT = 4, RELATION_COUNT = 7 };

typedef struct random_case {
    lens_options options;
    lens_record records[CASE_MAX];
    lens_candidate candidates[2 * CASE_MAX];
    steme_value contents[CASE_MAX];
    uint8_t identities[2 * CASE_MAX][32];
    uint8_t ids[CASE_MAX][32];
    steme_stamp stamps[CASE_MAX];
    lens_value values[CASE_MAX];
    uint32_t record_count;
    uint32_t count;
    uint32_t value_count;
    lens_tally tally;
    lens_result result;
} random_case;

static void make_record(random_case *world, uint32_t i, uint32_t *numbers, uint64_t *random)
{
    uint32_t object = (uint32_t)(test_random(random) % OBJECT_COUNT);
    uint32_t relation = test_random(random) % 2 ? 0 : (uint32_t)(test_random(random) % 7);
    int is_rule = (int)(test_random(random) % 2);
    uint32_t *number = &numbers[(object * RELATION_COUNT + relation) * 2 + (uint32_t)is_rule];
    if (*number == UINT32_MAX)
        *number = world->value_count++;
    memset(world->ids[i], 0, 32);
    world->ids[i][31] = (uint8_t)i;
    world->stamps[i] = (steme_stamp){.time_ns = test_random(random) % 5};
    world->contents[i] = (steme_value){.kind = STEME_VALUE_NUMBER, .integer = object};
    world->records[i] = (lens_record){
        .id = world->ids[i],
        .stamp = &world->stamps[i],
        .claim_time_ns = (int64_t)(test_random(random) % 4),
        .value = *number,
        .object = object,
        .is_rule = is_rule,
        .relation = (steme_relation)relation,
        .content = relation == STEME_RELATION_NONE ? NULL : &world->contents[i],
        .votes = (int64_t)(test_random(random) % 7) - 3,
    };
}

static void add_pair(random_case *world, uint32_t record, uint8_t identity, uint64_t *random)
{
    uint32_t at = world->count++;
    memset(world->identities[at], 0, 32);
    world->identities[at][31] = identity;
    world->candidates[at] = (lens_candidate){
        .identity = world->identities[at],
        .record = &world->records[record],
        .confidence = (uint32_t)(test_random(random) % 3) * 500000,
        .trust = (uint32_t)(test_random(random) % 3) * 500000,
        .source_class = (steme_source_class)(test_random(random) % 6),
    };
}

static void make_case(random_case *world, uint64_t *random)
{
    uint64_t identity_count = 2 + test_random(random) % 8;
    uint32_t numbers[OBJECT_COUNT * RELATION_COUNT * 2];
    memset(numbers, 0xff, sizeof numbers);
    world->record_count = (uint32_t)(test_random(random) % CASE_MAX);
    world->value_count = 0;
    world->count = 0;
    lens_options_fill(&(steme_lens_options){0}, &world->options);
    world->options.is_many = test_random(random) % 4 == 0;
    for (uint32_t i = 0; i < world->record_count; i++) {
        uint8_t identity = (uint8_t)(test_random(random) % identity_count);
        make_record(world, i, numbers, random);
        add_pair(world, i, identity, random);
        if (test_random(random) % 3 == 0)
            add_pair(world, i, (uint8_t)((identity + 1u) % identity_count), random);
    }
    for (uint32_t i = 0; i < world->record_count; i++) /* an object's number is below the values' */
        world->records[i].object %= world->value_count;
}

static void resolve(random_case *world, steme_lens lens)
{
    lens_tally_count(world->candidates, world->count, world->values, world->value_count,
                     &world->tally);
    lens_resolve(&world->options, lens, &world->tally, &world->result);
}

static uint8_t id_of(const random_case *world, uint32_t candidate)
{
    return world->candidates[candidate].record->id[31];
}

static void shuffle(random_case *world, uint64_t *random)
{
    for (uint32_t i = world->count; i > 1; i--) {
        uint32_t other = (uint32_t)(test_random(random) % i);
        lens_candidate swapped = world->candidates[i - 1];
        world->candidates[i - 1] = world->candidates[other];
        world->candidates[other] = swapped;
    }
    for (uint32_t i = 0; i < world->record_count; i++) { /* and number the other way round */
        world->records[i].value = world->value_count - 1 - world->records[i].value;
        world->records[i].object = world->value_count - 1 - world->records[i].object;
    }
}

static void assert_same_head(const random_case *left, int has_left, uint32_t left_head,
                             const random_case *right, int has_right, uint32_t right_head)
{
    assert_int_equal(has_left, has_right);
    if (has_left)
        assert_int_equal(id_of(left, left_head), id_of(right, right_head));
}

static void assert_same_tiers(const random_case *left, const random_case *right)
{
    assert_int_equal(left->result.tier_count, right->result.tier_count);
    for (uint32_t i = 0; i < left->result.tier_count; i++) {
        const lens_tier *here = &left->result.tiers[i];
        const lens_tier *there = &right->result.tiers[i];
        assert_int_equal(here->source_class, there->source_class);
        assert_int_equal(here->record_count, there->record_count);
        assert_int_equal(here->confidence, there->confidence);
        assert_int_equal(here->conflict, there->conflict);
        assert_same_head(left, 1, here->winner_head, right, 1, there->winner_head);
    }
}

static void assert_same_answer(const random_case *left, const random_case *right)
{
    const lens_result *here = &left->result;
    const lens_result *there = &right->result;
    assert_int_equal(here->conflict, there->conflict);
    assert_int_equal(here->confidence, there->confidence);
    assert_int_equal(here->agreement, there->agreement);
    assert_int_equal(here->verdict, there->verdict);
    assert_same_head(left, here->has_winner, here->winner_head, right, there->has_winner,
                     there->winner_head);
    assert_same_head(left, here->has_runner_up, here->runner_up_head, right, there->has_runner_up,
                     there->runner_up_head);
    assert_same_head(left, here->has_rule, here->rule_head, right, there->has_rule,
                     there->rule_head);
    assert_same_tiers(left, right);
    for (uint32_t i = 0; i < left->value_count; i++) {
        const lens_value *value = &left->values[i];
        const lens_value *other = &right->values[left->value_count - 1 - i];
        assert_int_equal(value->units, other->units);
        assert_int_equal(value->share, other->share);
        assert_int_equal(value->signer_count, other->signer_count);
        assert_int_equal(value->verdict, other->verdict);
        assert_int_equal(value->is_overruled, other->is_overruled);
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
        steme_lens lens = (steme_lens)(1 + test_random(&random) % (STEME_LENS_COUNT - 1));
        make_case(&world, &random);
        other = world;
        for (uint32_t c = 0; c < other.count; c++)
            other.candidates[c].record = &other.records[other.candidates[c].record - world.records];
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
        world.options.is_many = 0;
        resolve(&world, STEME_LENS_SKEPTIC);
        uint64_t shares = 0;
        uint64_t units[CASE_MAX] = {0};
        for (uint32_t v = 0; v < world.value_count; v++)
            shares += world.values[v].share;
        for (uint32_t c = 0; c < world.count; c++)
            units[world.candidates[c].record->value] += world.candidates[c].weight;
        for (uint32_t v = 0; v < world.value_count; v++)
            assert_int_equal(units[v], world.values[v].units);
        assert_true(shares <= LENS_UNIT);
        assert_true(world.result.conflict <= LENS_UNIT);
        assert_int_equal(world.result.conflict == 0, world.value_count <= 1);
    }
}

static void test_every_lens_stays_in_bounds(void **state)
{
    (void)state;
    uint64_t random = test_seed(9);
    print_message("seed %llu\n", (unsigned long long)random);
    for (int i = 0; i < CASE_COUNT; i++) {
        static random_case world;
        steme_lens lens = (steme_lens)(1 + test_random(&random) % (STEME_LENS_COUNT - 1));
        make_case(&world, &random);
        resolve(&world, lens);
        const lens_result *result = &world.result;
        assert_true(result->confidence <= LENS_UNIT && result->conflict <= LENS_UNIT);
        assert_true(result->has_winner || !result->has_runner_up);
        assert_true(!result->has_winner || result->winner < world.value_count);
        assert_true(!result->has_runner_up || result->winner != result->runner_up);
        for (uint32_t c = 0; c < world.count; c++)
            assert_true(world.candidates[c].weight <= LENS_UNIT);
        if (result->has_winner) /* the record that is quoted claims the value */
            assert_int_equal(world.candidates[result->winner_head].record->value, result->winner);
    }
}

/* Copies of one claim by so many identities. */
static void add_crowd(random_case *world, uint32_t value, uint32_t count,
                      steme_source_class source_class, uint32_t confidence)
{
    for (uint32_t i = 0; i < count; i++) {
        uint32_t at = world->count++;
        memset(world->identities[at], 0, 32);
        world->identities[at][0] = (uint8_t)(value + 1);
        world->identities[at][1] = (uint8_t)at;
        memset(world->ids[at], (int)at, 32);
        world->records[at] = (lens_record){
            .id = world->ids[at], .stamp = &world->stamps[at], .value = value, .object = value};
        world->stamps[at].time_ns = at;
        world->candidates[at] = (lens_candidate){.identity = world->identities[at],
                                                 .record = &world->records[at],
                                                 .confidence = confidence,
                                                 .trust = LENS_UNIT,
                                                 .source_class = source_class};
    }
    world->value_count = value + 1;
}

static void test_more_of_the_same_class_are_believed_more(void **state)
{
    (void)state;
    for (uint32_t count = 1; count < CASE_MAX / 2; count++) {
        static random_case world;
        world = (random_case){0};
        lens_options_fill(&(steme_lens_options){0}, &world.options);
        add_crowd(&world, 0, count + 1, STEME_CLASS_REGULATORY, 900000);
        add_crowd(&world, 1, count, STEME_CLASS_REGULATORY, 900000); /* newer */
        resolve(&world, STEME_LENS_AUTHORITY);
        assert_int_equal(world.result.winner, 0); /* also where both scores run into 1 */
        resolve(&world, STEME_LENS_WEIGHTED);
        assert_int_equal(world.result.winner, 0);
    }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_order_and_numbering_never_matter),
    cmocka_unit_test(test_shares_and_scores_stay_in_bounds),
    cmocka_unit_test(test_every_lens_stays_in_bounds),
    cmocka_unit_test(test_more_of_the_same_class_are_believed_more),
};

TEST_MAIN(tests)
