/* The fixed-point logarithm and power, and the conflict score: golden vectors. */
#include "support/test.h"

#include "lens/fixed.h"
#include "lens/lens.h"

static void test_log2_of_powers_of_two_is_exact(void **state)
{
    (void)state;
    for (uint32_t power = 0; power < 32; power++)
        assert_int_equal(lens_log2(UINT32_C(1) << power), (uint64_t)power << 32);
}

static void test_log2_gives_the_golden_values(void **state)
{
    (void)state;
    static const struct {
        uint32_t x;
        uint64_t log2;
    } golden[] = {
        {3, UINT64_C(6807362105)},       {10, UINT64_C(14267572527)},
        {250000, UINT64_C(77015500571)}, {333333, UINT64_C(78798066860)},
        {666666, UINT64_C(83093034156)}, {750000, UINT64_C(83822862677)},
        {500000, UINT64_C(81310467867)}, {1000000, UINT64_C(85605435163)},
    };
    for (size_t i = 0; i < sizeof golden / sizeof golden[0]; i++)
        assert_int_equal(lens_log2(golden[i].x), golden[i].log2);
}

static void test_log2_rises_with_its_argument(void **state)
{
    (void)state;
    for (uint32_t x = 1; x < 1000000; x++)
        assert_true(lens_log2(x) < lens_log2(x + 1));
}

static void test_exp2_of_whole_numbers_is_exact(void **state)
{
    (void)state;
    for (uint64_t power = 0; power <= 32; power++)
        assert_int_equal(lens_exp2_minus(power << 32), (UINT64_C(1) << 32) >> power);
    assert_int_equal(lens_exp2_minus(UINT64_C(33) << 32), 0);
    assert_int_equal(lens_exp2_minus(UINT64_MAX), 0);
}

static void test_exp2_gives_the_golden_values(void **state)
{
    (void)state;
    static const struct {
        uint64_t x;
        uint64_t exp2;
    } golden[] = {
        {UINT64_C(1), UINT64_C(4294967295)},          {UINT64_C(2), UINT64_C(4294967294)},
        {UINT64_C(4294967), UINT64_C(4291991283)},    {UINT64_C(305419896), UINT64_C(4088399098)},
        {UINT64_C(1073741824), UINT64_C(3611622602)}, {UINT64_C(2147483648), UINT64_C(3037000499)},
        {UINT64_C(3221225472), UINT64_C(2553802833)}, {UINT64_C(3735928559), UINT64_C(2350240662)},
        {UINT64_C(4294967295), UINT64_C(2147483648)}, {UINT64_C(4294967297), UINT64_C(2147483647)},
        {UINT64_C(87092392391), UINT64_C(3378)},      {UINT64_C(137438953471), UINT64_C(1)},
    };
    for (size_t i = 0; i < sizeof golden / sizeof golden[0]; i++)
        assert_int_equal(lens_exp2_minus(golden[i].x), golden[i].exp2);
}

static void test_exp2_falls_with_its_argument(void **state)
{
    (void)state;
    for (uint64_t x = 0; x < UINT64_C(34) << 32; x += 123457)
        assert_true(lens_exp2_minus(x) >= lens_exp2_minus(x + 123457));
}

static void test_ratios_that_do_not_fit_are_the_greatest(void **state)
{
    (void)state;
    assert_int_equal(lens_ratio(UINT64_MAX, 1), UINT64_MAX);
    assert_int_equal(lens_ratio(UINT64_MAX, UINT64_MAX), UINT64_C(1) << 32);
    assert_int_equal(lens_ratio(1, 3), 1431655765);
    assert_int_equal(lens_fraction(UINT64_MAX / 3, UINT64_MAX), 333333);
}

static uint32_t score(const uint32_t *shares, uint32_t count)
{
    uint64_t entropy = 0;
    int all_equal = 1;
    for (uint32_t i = 0; i < count; i++) {
        entropy += lens_entropy_term(shares[i]);
        all_equal &= shares[i] == shares[0];
    }
    return lens_conflict_score(entropy, count, all_equal);
}

static void test_conflict_of_the_battery_is_946394(void **state)
{
    (void)state;
    assert_int_equal(score((uint32_t[]){500000, 250000, 250000}, 3), 946394);
    assert_int_equal(score((uint32_t[]){250000, 500000, 250000}, 3), 946394);
}

static void test_conflict_is_zero_only_without_dispute(void **state)
{
    (void)state;
    assert_int_equal(score(NULL, 0), 0);
    assert_int_equal(score((uint32_t[]){1000000}, 1), 0);
    assert_int_equal(score((uint32_t[]){1000000, 0}, 2), 1);
    assert_int_equal(score((uint32_t[]){0, 0}, 2), 1000000);
}

static void test_conflict_of_an_even_split_is_one(void **state)
{
    (void)state;
    uint32_t shares[1000];
    for (uint32_t count = 2; count <= 1000; count++) {
        for (uint32_t i = 0; i < count; i++)
            shares[i] = LENS_UNIT / count;
        assert_int_equal(score(shares, count), 1000000);
        shares[0]++; /* nearly even: below, never above */
        assert_true(score(shares, count) <= 1000000);
        assert_true(score(shares, count) >= 999000);
    }
}

static void test_agreement_changes_at_its_bounds(void **state)
{
    (void)state;
    assert_string_equal(steme_agreement_name(lens_agreement(0)), "unanimous");
    assert_string_equal(steme_agreement_name(lens_agreement(1)), "agreed");
    assert_string_equal(steme_agreement_name(lens_agreement(399999)), "agreed");
    assert_string_equal(steme_agreement_name(lens_agreement(400000)), "contested");
    assert_null(steme_agreement_name((steme_agreement)3));
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_log2_of_powers_of_two_is_exact),
    cmocka_unit_test(test_log2_gives_the_golden_values),
    cmocka_unit_test(test_log2_rises_with_its_argument),
    cmocka_unit_test(test_exp2_of_whole_numbers_is_exact),
    cmocka_unit_test(test_exp2_gives_the_golden_values),
    cmocka_unit_test(test_exp2_falls_with_its_argument),
    cmocka_unit_test(test_ratios_that_do_not_fit_are_the_greatest),
    cmocka_unit_test(test_conflict_of_the_battery_is_946394),
    cmocka_unit_test(test_conflict_is_zero_only_without_dispute),
    cmocka_unit_test(test_conflict_of_an_even_split_is_one),
    cmocka_unit_test(test_agreement_changes_at_its_bounds),
};

TEST_MAIN(tests)
