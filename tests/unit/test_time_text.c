/* Times as text: round trips over the whole range, calendar against a second way to count days, and
 * what must be refused. */
#include "support/test.h"

#include "common/time_text.h"

static steme_span span(const char *text)
{
    return (steme_span){(const uint8_t *)text, strlen(text)};
}

static void test_known_times_have_their_text(void **state)
{
    (void)state;
    static const struct {
        int64_t ns;
        const char *text;
    } cases[] = {
        {0, "1970-01-01T00:00:00Z"},
        {1, "1970-01-01T00:00:00.000000001Z"},
        {-1, "1969-12-31T23:59:59.999999999Z"},
        {INT64_C(1767323045000000006), "2026-01-02T03:04:05.000000006Z"},
        {INT64_C(1767323045500000000), "2026-01-02T03:04:05.5Z"},
        {INT64_C(951782400000000000), "2000-02-29T00:00:00Z"},
        {INT64_MAX, "2262-04-11T23:47:16.854775807Z"},
        {INT64_MIN, "1677-09-21T00:12:43.145224192Z"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[TIME_TEXT_SIZE];
        int64_t ns = 42;
        time_text_from_ns(cases[i].ns, text);
        assert_string_equal(text, cases[i].text);
        assert_int_equal(time_text_to_ns(span(text), &ns, NULL), STEME_OK);
        assert_true(ns == cases[i].ns);
    }
}

static void test_any_ns_comes_back_from_its_text(void **state)
{
    (void)state;
    uint64_t seed = test_seed(1), random = seed;
    print_message("seed %llu\n", (unsigned long long)seed);
    for (int i = 0; i < 20000; i++) {
        char text[TIME_TEXT_SIZE];
        uint64_t bits = test_random(&random) >> (test_random(&random) % 40), back = 0;
        int64_t ns = (int64_t)bits, signed_back = 0;
        time_text_from_ns(ns, text);
        assert_int_equal(time_text_to_ns(span(text), &signed_back, NULL), STEME_OK);
        assert_true(signed_back == ns);
        time_text_from_stamp_ns(bits, text);
        assert_int_equal(time_text_to_stamp_ns(span(text), &back, NULL), STEME_OK);
        assert_true(back == bits);
    }
}

/* Walks every day of the years 0001 to 9999, counting months as people do. */
static void test_every_day_of_the_calendar(void **state)
{
    (void)state;
    static const int month_days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int64_t seconds = INT64_C(-62135596800);
    for (int year = 1; year <= 9999; year++) {
        int is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
        for (int month = 1; month <= 12; month++) {
            int day_count = month_days[month - 1] + (month == 2 && is_leap);
            for (int day = 1; day <= day_count; day++) {
                char text[TIME_TEXT_SIZE], expected[64];
                int64_t back = 0;
                snprintf(expected, sizeof expected, "%04d-%02d-%02dT00:00:00Z", year, month, day);
                assert_int_equal(time_text_from_seconds(seconds, text), 1);
                if (strcmp(text, expected) != 0)
                    fail_msg("%s in place of %s", text, expected);
                expected[10] = 0;
                assert_int_equal(time_text_to_seconds(span(expected), &back, NULL), STEME_OK);
                assert_true(back == seconds);
                seconds += 86400;
            }
        }
    }
    char text[TIME_TEXT_SIZE];
    assert_int_equal(time_text_from_seconds(seconds, text), 0);
    assert_int_equal(time_text_from_seconds(INT64_C(-62135596801), text), 0);
    assert_int_equal(time_text_from_seconds(INT64_MIN, text), 0);
    assert_int_equal(time_text_from_seconds(INT64_MAX, text), 0);
}

static void test_offsets_and_other_spellings(void **state)
{
    (void)state;
    static const char *const same[] = {
        "2026-01-02T03:04:05Z",      "2026-01-02t03:04:05z",      "2026-01-02 03:04:05Z",
        "2026-01-02T05:04:05+02:00", "2026-01-01T22:34:05-04:30", "2026-01-02T03:04:05.000+00:00"};
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
        int64_t ns = 0;
        assert_int_equal(time_text_to_ns(span(same[i]), &ns, NULL), STEME_OK);
        assert_true(ns == INT64_C(1767323045000000000));
    }
}

static void test_what_is_no_time_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "2026",
        "2026-1-02",
        "2026-13-01",
        "2026-00-01",
        "2026-02-29",
        "1900-02-29",
        "0000-01-01",
        "2026-01-00",
        "2026-04-31",
        "2026-01-02T",
        "2026-01-02T03:04Z",
        "2026-01-02T03:04:05",
        "2026-01-02T03:04:60Z",
        "2016-12-31T23:59:60Z",
        "2026-01-02T24:00:00Z",
        "2026-01-02T03:60:00Z",
        "2026-01-02T03:04:05.Z",
        "2026-01-02T03:04:05.1234567890Z",
        "2026-01-02T03:04:05,5Z",
        "2026-01-02T03:04:05+0200",
        "2026-01-02T03:04:05+24:00",
        "2026-01-02T03:04:05Z ",
        " 2026-01-02",
        "2026-01-02Z",
        "+2026-01-02",
        "12026-01-02",
        "2026/01/02",
        "1677-09-21T00:12:43.145224191Z",
        "2262-04-11T23:47:16.854775808Z",
        "9999-12-31T23:59:59Z",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        int64_t ns = 42;
        steme_error error = {0};
        if (time_text_to_ns(span(bad[i]), &ns, &error) != STEME_INVALID)
            fail_msg("\"%s\" was taken", bad[i]);
        assert_true(ns == 42);
        assert_non_null(strstr(error.message, bad[i]));
    }
}

static void test_limits_of_stamps_and_seconds(void **state)
{
    (void)state;
    uint64_t stamp = 42;
    int64_t seconds = 42;
    assert_int_equal(time_text_to_stamp_ns(span("2554-07-21T23:34:33.709551615Z"), &stamp, NULL),
                     STEME_OK);
    assert_true(stamp == UINT64_MAX);
    assert_int_equal(time_text_to_stamp_ns(span("2554-07-21T23:34:33.709551616Z"), &stamp, NULL),
                     STEME_INVALID);
    assert_int_equal(time_text_to_stamp_ns(span("1969-12-31T23:59:59Z"), &stamp, NULL),
                     STEME_INVALID);
    assert_int_equal(time_text_to_seconds(span("2026-01-02T03:04:05.5Z"), &seconds, NULL),
                     STEME_INVALID);
    assert_int_equal(time_text_to_seconds(span("0001-01-01T00:00:00+00:01"), &seconds, NULL),
                     STEME_INVALID);
    assert_int_equal(time_text_to_seconds(span("9999-12-31T23:59:59Z"), &seconds, NULL), STEME_OK);
    assert_true(seconds == INT64_C(253402300799));
}

static void test_nothing_is_read_behind_the_span(void **state)
{
    (void)state;
    int64_t ns = 0;
    for (size_t size = 0; size < 20; size++) {
        char *text = malloc(size + 1); /* exactly the bytes, for a sanitizer to see */
        assert_non_null(text);
        memcpy(text, "2026-01-02T03:04:05Z", size);
        steme_status status = time_text_to_ns((steme_span){(uint8_t *)text, size}, &ns, NULL);
        assert_int_equal(status, size == 10 ? STEME_OK : STEME_INVALID);
        free(text);
    }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_known_times_have_their_text),
    cmocka_unit_test(test_any_ns_comes_back_from_its_text),
    cmocka_unit_test(test_every_day_of_the_calendar),
    cmocka_unit_test(test_offsets_and_other_spellings),
    cmocka_unit_test(test_what_is_no_time_is_refused),
    cmocka_unit_test(test_limits_of_stamps_and_seconds),
    cmocka_unit_test(test_nothing_is_read_behind_the_span),
};

TEST_MAIN(tests)
