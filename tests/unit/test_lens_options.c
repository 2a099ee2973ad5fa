/* What a query tells its lens, as text. */
#include "support/test.h"

#include <steme/lens.h>

static int is_set(steme_lens_options *options, steme_lens lens, const char *name, const char *text)
{
    steme_error error;
    return steme_lens_option_set(options, lens, name, text, &error) == STEME_OK;
}

static void test_every_option_has_its_default_within_its_range(void **state)
{
    (void)state;
    const steme_lens_options options = {0};
    uint32_t option_count = 0;
    for (steme_lens lens = STEME_LENS_NONE; lens < STEME_LENS_COUNT; lens++) {
        const steme_lens_option *option;
        for (uint32_t i = 0; (option = steme_lens_option_get(lens, i)) != NULL; i++) {
            assert_true(option->least <= option->fallback && option->fallback <= option->most);
            assert_true(option->name[0] != '\0' && option->meaning[0] != '\0');
            assert_int_equal(steme_lens_option_value(&options, option->kind), option->fallback);
            option_count++;
        }
    }
    assert_int_equal(option_count, 5 * 6 + 1);
    assert_null(steme_lens_option_get((steme_lens)99, 0));
}

static void test_options_are_set_from_decimals(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint32_t value;
    } fractions[] = {{"0", 0},           {"1", 1000000},       {"0.5", 500000},
                     {"0.000001", 1},    {"0.123456", 123456}, {"00.10", 100000},
                     {"1.000", 1000000}, {"0.999999", 999999}};
    for (size_t i = 0; i < sizeof fractions / sizeof fractions[0]; i++) {
        steme_lens_options options = {0};
        assert_true(is_set(&options, STEME_LENS_WEIGHTED, "expert", fractions[i].text));
        assert_int_equal(steme_lens_option_value(&options, STEME_LENS_OPTION_WEIGHT_EXPERT),
                         fractions[i].value);
        assert_int_equal(steme_lens_option_value(&options, STEME_LENS_OPTION_WEIGHT_CLINICAL),
                         850000);
    }
    steme_lens_options options = {0};
    assert_true(is_set(&options, STEME_LENS_RULES, "authority", "0"));
    assert_int_equal(steme_lens_option_value(&options, STEME_LENS_OPTION_AUTHORITY), 0);
}

static void test_malformed_and_foreign_options_are_refused(void **state)
{
    (void)state;
    static const char *const malformed[] = {
        "",    ".5",  "1.",   "1.000001",  "2",  "-0", "+1",
        "0x1", "1e0", "0..1", "0.1234567", " 1", "1 ", "99999999999999999999999"};
    steme_lens_options options = {0};
    for (size_t i = 0; i < sizeof malformed / sizeof malformed[0]; i++)
        assert_false(is_set(&options, STEME_LENS_LAYERED, "expert", malformed[i]));
    assert_false(is_set(&options, STEME_LENS_RULES, "authority", "6"));
    assert_false(is_set(&options, STEME_LENS_RULES, "authority", "1.0"));
    assert_false(is_set(&options, STEME_LENS_RECENCY, "expert", "1"));
    assert_false(is_set(&options, STEME_LENS_AUTHORITY, "authority", "1"));
    assert_false(is_set(&options, STEME_LENS_RULES, "", "1"));
    assert_false(is_set(&options, (steme_lens)99, "expert", "1"));
    assert_int_equal(options.given, 0);
}

static void test_decay_is_off_by_class_or_in_seconds(void **state)
{
    (void)state;
    steme_decay decay = {.is_on = 1};
    assert_true(steme_decay_find("off", &decay));
    assert_false(decay.is_on);
    assert_true(steme_decay_find("class", &decay));
    assert_true(decay.is_on);
    assert_int_equal(decay.half_life_s[STEME_CLASS_REGULATORY], 0);
    assert_int_equal(decay.half_life_s[STEME_CLASS_ANECDOTAL], 30 * 86400);
    assert_true(steme_decay_find("3600", &decay));
    for (int i = 0; i < STEME_CLASS_COUNT; i++)
        assert_int_equal(decay.half_life_s[i], 3600);
    assert_true(steme_decay_find("0,1,2,3,4,9223372036", &decay));
    for (int i = 0; i < STEME_CLASS_COUNT - 1; i++)
        assert_int_equal(decay.half_life_s[i], i);
    assert_int_equal(decay.half_life_s[5], STEME_HALF_LIFE_MAX_S);
}

static void test_malformed_decay_is_refused(void **state)
{
    (void)state;
    static const char *const malformed[] = {
        "",    "on",  "1,2",        "1,2,3,4,5,",          "1,", "1,2,3,4,5", "1,2,3,4,5,6,7", "-1",
        "1.5", "30d", "9223372037", "99999999999999999999"};
    steme_decay decay = {.is_on = 7};
    for (size_t i = 0; i < sizeof malformed / sizeof malformed[0]; i++)
        assert_false(steme_decay_find(malformed[i], &decay));
    assert_int_equal(decay.is_on, 7);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_every_option_has_its_default_within_its_range),
    cmocka_unit_test(test_options_are_set_from_decimals),
    cmocka_unit_test(test_malformed_and_foreign_options_are_refused),
    cmocka_unit_test(test_decay_is_off_by_class_or_in_seconds),
    cmocka_unit_test(test_malformed_decay_is_refused),
};

TEST_MAIN(tests)
