/* Fits on made-up crowds whose truth is known, judged by the lens as a query would ask it. */
#include "support/test.h"

#include "support/truth_crowd.h"

/* ---- Labels ---------------------------------------------------------------------------------- */

static void test_labels_are_never_a_point_below_the_majority(void **context)
{
    static const struct {
        uint32_t tasks, workers, values, claims_per_task;
        unsigned spammers, liars; /* in a hundred */
    } cases[] = {{1500, 400, 2, 3, 0, 0}, {1200, 60, 4, 6, 30, 0},   {1000, 300, 3, 5, 10, 0},
                 {800, 40, 3, 7, 0, 25},  {600, 900, 5, 4, 10, 0},   {1500, 80, 10, 5, 10, 0},
                 {500, 20, 2, 9, 20, 10}, {1000, 100, 20, 4, 10, 0}, {900, 50, 90, 5, 10, 0}};
    (void)context;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (uint64_t seed = 1; seed <= 3; seed++) {
            truth_crowd crowd;
            truth_crowd_make(&crowd, cases[i].tasks, cases[i].workers, cases[i].values,
                             test_seed(seed * 77 + i));
            truth_crowd_hire(&crowd, cases[i].spammers, cases[i].liars);
            truth_crowd_ask(&crowd, cases[i].claims_per_task);
            truth_model *model = truth_crowd_fit(&crowd);
            double ours = truth_crowd_right(&crowd, model);
            double majority = truth_crowd_majority(&crowd);
            if (ours < majority - 0.01)
                fail_msg("case %zu, seed %llu: %.4f, majority %.4f", i, (unsigned long long)seed,
                         ours, majority);
            truth_model_free(model);
            truth_crowd_free(&crowd);
        }
}

/* Of ties the majority gets its part, on the average of many sets. */
static void test_few_claims_per_worker_leave_the_majority_as_it_is(void **context)
{
    (void)context;
    double ours = 0;
    double majority = 0;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        truth_crowd crowd;
        truth_crowd_make(&crowd, 30, 60, 8, test_seed(seed));
        for (uint32_t task = 0; task < crowd.task_count; task++)
            crowd.truths[task] = task % 8 < 5 ? 0 : task % 8 - 4; /* one class is the commonest */
        truth_crowd_ask(&crowd, 8);
        truth_model *model = truth_crowd_fit(&crowd);
        ours += truth_crowd_right(&crowd, model) / 20;
        majority += truth_crowd_majority(&crowd) / 20;
        truth_model_free(model);
        truth_crowd_free(&crowd);
    }
    if (ours < majority - 0.01)
        fail_msg("%.4f, majority %.4f", ours, majority);
}

static void test_liars_are_seen_through(void **context)
{
    (void)context;
    truth_crowd crowd;
    truth_crowd_make(&crowd, 500, 30, 2, test_seed(5));
    truth_crowd_hire(&crowd, 0, 40);
    truth_crowd_ask(&crowd, 15);
    truth_model *model = truth_crowd_fit(&crowd);
    assert_true(truth_crowd_right(&crowd, model) > truth_crowd_majority(&crowd) + 0.05);
    truth_model_free(model);
    truth_crowd_free(&crowd);
}

/* ---- Copies ---------------------------------------------------------------------------------- */

static void check_copies_move_nothing(uint32_t values, uint32_t copies)
{
    truth_crowd crowd;
    truth_crowd_make(&crowd, 200, 8, values, test_seed(11 + values));
    crowd.skills[0] = 0.35;
    truth_crowd_ask(&crowd, 8);
    truth_model *alone = truth_crowd_fit(&crowd);
    uint32_t *before = truth_crowd_answers(&crowd, alone);
    truth_crowd_copy(&crowd, 0, copies, 1.0);
    truth_model *model = truth_crowd_fit(&crowd);
    uint32_t *after = truth_crowd_answers(&crowd, model);
    for (uint32_t task = 0; task < crowd.task_count; task++)
        assert_int_equal(before[task], after[task]);
    for (uint32_t copy = 0; copy < copies; copy++)
        assert_int_equal(model->tables.workers[8 + copy].group, 0);
    base_free(before);
    base_free(after);
    truth_model_free(alone);
    truth_model_free(model);
    truth_crowd_free(&crowd);
}

static void test_copies_of_a_source_move_no_answer(void **context)
{
    static const uint32_t value_counts[] = {2, 5, 300};
    static const uint32_t copy_counts[] = {1, 3, 10, 40};
    (void)context;
    for (size_t i = 0; i < sizeof value_counts / sizeof *value_counts; i++)
        for (size_t j = 0; j < sizeof copy_counts / sizeof *copy_counts; j++)
            check_copies_move_nothing(value_counts[i], copy_counts[j]);
}

static void test_copies_that_change_some_of_it_move_few_answers(void **context)
{
    (void)context;
    truth_crowd crowd;
    truth_crowd_make(&crowd, 300, 10, 5, test_seed(3));
    crowd.skills[0] = 0.3;
    truth_crowd_ask(&crowd, 10);
    truth_model *alone = truth_crowd_fit(&crowd);
    double before = truth_crowd_right(&crowd, alone);
    truth_crowd_copy(&crowd, 0, 12, 0.85);
    truth_model *model = truth_crowd_fit(&crowd);
    assert_true(truth_crowd_majority(&crowd) < before - 0.2);
    assert_true(truth_crowd_right(&crowd, model) > before - 0.02);
    truth_model_free(alone);
    truth_model_free(model);
    truth_crowd_free(&crowd);
}

/* Too noisy to be found pair by pair: their errors agree, so that nobody is believed the more. */
static void test_a_majority_of_noisy_copies_is_not_believed_more_than_the_majority(void **context)
{
    (void)context;
    for (uint64_t seed = 1; seed <= 3; seed++) {
        truth_crowd crowd;
        truth_crowd_make(&crowd, 600, 12, 6, test_seed(seed));
        for (uint32_t worker = 0; worker < 12; worker++)
            crowd.skills[worker] = 0.7;
        truth_crowd_ask(&crowd, 12);
        truth_crowd_copy(&crowd, 0, 24, 0.7);
        truth_model *model = truth_crowd_fit(&crowd);
        double ours = truth_crowd_right(&crowd, model);
        double majority = truth_crowd_majority(&crowd);
        if (ours < majority - 0.01)
            fail_msg("%.4f, majority %.4f", ours, majority);
        truth_model_free(model);
        truth_crowd_free(&crowd);
    }
}

/* Five who nearly always know, among ten who often do not: they agree on what is true. */
static void test_honest_agreement_of_experts_is_no_copying(void **context)
{
    (void)context;
    for (uint32_t values = 2; values <= 5; values++) {
        truth_crowd crowd;
        truth_crowd_make(&crowd, 300, 15, values, test_seed(values));
        for (uint32_t worker = 0; worker < 15; worker++)
            crowd.skills[worker] = worker < 5 ? 0.97 : 0.6;
        truth_crowd_ask(&crowd, 15);
        truth_model *model = truth_crowd_fit(&crowd);
        for (uint32_t worker = 0; worker < 15; worker++)
            assert_int_equal(model->tables.workers[worker].group, worker);
        truth_model_free(model);
        truth_crowd_free(&crowd);
    }
}

/* ---- Numbers --------------------------------------------------------------------------------- */

static void test_numbers_are_nearer_than_mean_and_median(void **context)
{
    (void)context;
    for (uint64_t seed = 1; seed <= 5; seed++) {
        truth_crowd crowd;
        truth_crowd_make(&crowd, 300, 40, 4000, test_seed(seed));
        crowd.is_numbers = 1;
        truth_crowd_ask(&crowd, 7);
        truth_model *model = truth_crowd_fit(&crowd);
        double ours = truth_crowd_distance(&crowd, model);
        assert_true(ours < truth_crowd_distance_of_mean(&crowd));
        assert_true(ours < truth_crowd_distance_of_median(&crowd));
        truth_model_free(model);
        truth_crowd_free(&crowd);
    }
}

static void test_copies_of_numbers_move_no_answer(void **context)
{
    (void)context;
    truth_crowd crowd;
    truth_crowd_make(&crowd, 200, 9, 4000, test_seed(9));
    crowd.is_numbers = 1;
    crowd.skills[0] = 0.1;
    truth_crowd_ask(&crowd, 9);
    truth_model *alone = truth_crowd_fit(&crowd);
    uint32_t *before = truth_crowd_answers(&crowd, alone);
    truth_crowd_copy(&crowd, 0, 20, 1.0);
    truth_model *model = truth_crowd_fit(&crowd);
    uint32_t *after = truth_crowd_answers(&crowd, model);
    for (uint32_t task = 0; task < crowd.task_count; task++)
        assert_int_equal(before[task], after[task]);
    base_free(before);
    base_free(after);
    truth_model_free(alone);
    truth_model_free(model);
    truth_crowd_free(&crowd);
}

static void test_noisy_copies_of_numbers_are_found(void **context)
{
    (void)context;
    truth_crowd crowd;
    truth_crowd_make(&crowd, 300, 9, 200000, test_seed(9));
    crowd.is_numbers = 1;
    for (uint32_t worker = 0; worker < 9; worker++)
        crowd.skills[worker] = -100; /* far off, so that nobody agrees by chance */
    truth_crowd_ask(&crowd, 9);
    truth_crowd_copy(&crowd, 0, 4, 0.8);
    truth_model *model = truth_crowd_fit(&crowd);
    for (uint32_t worker = 0; worker < crowd.worker_count; worker++)
        assert_int_equal(model->tables.workers[worker].group, worker < 9 ? worker : 0);
    truth_model_free(model);
    truth_crowd_free(&crowd);
}

/* ---- Model ----------------------------------------------------------------------------------- */

static truth_model *small_model(truth_crowd *crowd)
{
    truth_crowd_make(crowd, 100, 12, 3, test_seed(21));
    truth_crowd_ask(crowd, 6);
    return truth_crowd_fit(crowd);
}

static void test_one_set_gives_one_model(void **context)
{
    (void)context;
    truth_crowd crowd;
    truth_model *model = small_model(&crowd);
    truth_model *again = truth_crowd_fit(&crowd);
    assert_memory_equal(&model->id, &again->id, sizeof model->id);
    truth_model_free(again);
    truth_model_free(model);
    truth_crowd_free(&crowd);
}

static void test_a_model_survives_its_bytes(void **context)
{
    (void)context;
    truth_crowd crowd;
    truth_model *model = small_model(&crowd);
    truth_model *read = NULL;
    assert_int_equal(truth_model_decode(model->bytes, &read, NULL), STEME_OK);
    assert_memory_equal(&model->id, &read->id, sizeof model->id);
    steme_span first = read->bytes;
    read->bytes = (steme_span){NULL, 0};
    assert_int_equal(truth_model_encode(read, NULL), STEME_OK);
    assert_int_equal(read->bytes.size, first.size);
    assert_memory_equal(read->bytes.bytes, first.bytes, first.size);
    base_free((uint8_t *)first.bytes);
    assert_true(truth_crowd_right(&crowd, model) == truth_crowd_right(&crowd, read));
    truth_model_free(read);
    truth_model_free(model);
    truth_crowd_free(&crowd);
}

/* Cut short, or with a byte changed: refused, or a model that the lens can read. */
static void test_damaged_bytes_do_no_harm(void **context)
{
    (void)context;
    truth_crowd crowd;
    truth_model *model = small_model(&crowd);
    size_t size = model->bytes.size;
    uint8_t *bytes = base_alloc(size);
    uint64_t random = test_seed(1);
    memcpy(bytes, model->bytes.bytes, size);
    for (size_t cut = 0; cut < size; cut += 1 + cut / 50) {
        truth_model *read = NULL;
        assert_int_not_equal(truth_model_decode((steme_span){bytes, cut}, &read, NULL), STEME_OK);
    }
    for (int i = 0; i < 3000; i++) {
        size_t at = test_random(&random) % size;
        truth_model *read = NULL;
        bytes[at] ^= (uint8_t)(1 + test_random(&random) % 255);
        if (truth_model_decode((steme_span){bytes, size}, &read, NULL) == STEME_OK) {
            if (read->tables.predicate_count == 1)
                truth_crowd_right(&crowd, read);
            truth_model_free(read);
        }
        bytes[at] = model->bytes.bytes[at];
    }
    base_free(bytes);
    truth_model_free(model);
    truth_crowd_free(&crowd);
}

static void test_claims_out_of_order_are_refused(void **context)
{
    (void)context;
    truth_crowd crowd;
    truth_crowd_make(&crowd, 20, 5, 3, 1);
    truth_crowd_ask(&crowd, 5);
    truth_predicate predicate;
    truth_input input = truth_crowd_input(&crowd, &predicate);
    truth_model *model = NULL;
    truth_claim good = crowd.claims[7];
    truth_claim bad[] = {{good.task, good.worker, 3},
                         {good.task, crowd.worker_count, good.value},
                         {20, good.worker, good.value},
                         {good.task, crowd.claims[6].worker, good.value},
                         {0, 0, 0}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        crowd.claims[7] = bad[i];
        assert_int_equal(truth_fit(&input, &model, NULL), STEME_INVALID);
    }
    crowd.claims[7] = good;
    predicate.task_count = 21;
    assert_int_equal(truth_fit(&input, &model, NULL), STEME_INVALID);
    truth_crowd_free(&crowd);
}

static void test_no_claims_give_an_empty_model(void **context)
{
    (void)context;
    truth_input input = {0};
    truth_model *model = NULL;
    assert_int_equal(truth_fit(&input, &model, NULL), STEME_OK);
    assert_int_equal(model->tables.predicate_count, 0);
    truth_model_free(model);
}

static int allocations_left;

static int fail_when_none_is_left(void)
{
    return allocations_left-- <= 0;
}

static void test_a_fit_without_memory_says_so(void **context)
{
    (void)context;
    static const uint32_t value_counts[] = {3, 200, 900};
    for (size_t i = 0; i < sizeof value_counts / sizeof *value_counts; i++) {
        truth_crowd crowd;
        truth_crowd_make(&crowd, 60, 6, value_counts[i], 4);
        crowd.is_numbers = value_counts[i] == 900;
        truth_crowd_ask(&crowd, 5);
        truth_crowd_copy(&crowd, 0, 3, 1.0);
        truth_predicate predicate;
        truth_input input = truth_crowd_input(&crowd, &predicate);
        truth_model *model = NULL;
        steme_status status = STEME_NO_MEMORY;
        for (int count = 0; status != STEME_OK; count++) {
            allocations_left = count;
            base_alloc_fault = fail_when_none_is_left;
            status = truth_fit(&input, &model, NULL);
            base_alloc_fault = NULL;
            assert_true(status == STEME_OK || status == STEME_NO_MEMORY);
            assert_true(count < 1000);
        }
        truth_model *read = NULL;
        status = STEME_NO_MEMORY;
        for (int count = 0; status != STEME_OK; count++) {
            allocations_left = count;
            base_alloc_fault = fail_when_none_is_left;
            status = truth_model_decode(model->bytes, &read, NULL);
            base_alloc_fault = NULL;
            assert_true(status == STEME_OK || status == STEME_NO_MEMORY);
        }
        truth_model_free(read);
        truth_model_free(model);
        truth_crowd_free(&crowd);
    }
}

/* ---- The lens -------------------------------------------------------------------------------- */

static void test_workers_that_a_model_lacks_count_as_the_usual_one(void **context)
{
    (void)context;
    truth_crowd crowd;
    truth_model *model = small_model(&crowd);
    for (uint32_t worker = 0; worker < crowd.worker_count; worker++)
        crowd.workers[worker].identity.bytes[31] = 1; /* others, then */
    assert_true(truth_crowd_right(&crowd, model) >= truth_crowd_majority(&crowd) - 0.05);
    truth_model_free(model);
    truth_crowd_free(&crowd);
}

static void test_truth_has_no_winner_without_a_model(void **context)
{
    (void)context;
    truth_crowd crowd;
    truth_crowd_make(&crowd, 3, 5, 3, 1);
    truth_crowd_ask(&crowd, 5);
    truth_case at;
    truth_case_make(&at, &crowd, NULL, 0);
    assert_false(at.result.has_winner);
    truth_case_free(&at);
    truth_crowd_free(&crowd);
}

static void test_posteriors_are_parts_of_one(void **context)
{
    (void)context;
    static const uint32_t value_counts[] = {2, 4, 200};
    for (size_t i = 0; i < sizeof value_counts / sizeof *value_counts; i++) {
        truth_crowd crowd;
        truth_crowd_make(&crowd, 150, 12, value_counts[i], test_seed(i + 1));
        truth_crowd_ask(&crowd, 5);
        truth_model *model = truth_crowd_fit(&crowd);
        for (uint32_t task = 0; task < crowd.task_count; task++) {
            truth_case at;
            uint64_t sum = 0;
            truth_case_make(&at, &crowd, model, task);
            for (uint32_t value = 0; value < at.tally.value_count; value++) {
                sum += at.values[value].posterior;
                assert_true(at.values[value].posterior <= at.result.confidence);
            }
            assert_true(sum <= LENS_UNIT);
            truth_case_free(&at);
        }
        truth_model_free(model);
        truth_crowd_free(&crowd);
    }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_labels_are_never_a_point_below_the_majority),
    cmocka_unit_test(test_few_claims_per_worker_leave_the_majority_as_it_is),
    cmocka_unit_test(test_liars_are_seen_through),
    cmocka_unit_test(test_copies_of_a_source_move_no_answer),
    cmocka_unit_test(test_copies_that_change_some_of_it_move_few_answers),
    cmocka_unit_test(test_a_majority_of_noisy_copies_is_not_believed_more_than_the_majority),
    cmocka_unit_test(test_honest_agreement_of_experts_is_no_copying),
    cmocka_unit_test(test_numbers_are_nearer_than_mean_and_median),
    cmocka_unit_test(test_copies_of_numbers_move_no_answer),
    cmocka_unit_test(test_noisy_copies_of_numbers_are_found),
    cmocka_unit_test(test_one_set_gives_one_model),
    cmocka_unit_test(test_a_model_survives_its_bytes),
    cmocka_unit_test(test_damaged_bytes_do_no_harm),
    cmocka_unit_test(test_claims_out_of_order_are_refused),
    cmocka_unit_test(test_no_claims_give_an_empty_model),
    cmocka_unit_test(test_a_fit_without_memory_says_so),
    cmocka_unit_test(test_workers_that_a_model_lacks_count_as_the_usual_one),
    cmocka_unit_test(test_truth_has_no_winner_without_a_model),
    cmocka_unit_test(test_posteriors_are_parts_of_one),
};

TEST_MAIN(tests)
