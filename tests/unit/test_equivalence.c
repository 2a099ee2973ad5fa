/* When two values count as one. */
#include "support/test.h"

#include "query/text.h"
#include "query/value.h"

#include <time.h>
#include <utf8proc.h>

static base_arena arena;

static steme_span span(const char *text)
{
    return (steme_span){(const uint8_t *)text, strlen(text)};
}

static void assert_form(steme_equivalence_kind kind, const char *text, const char *expected)
{
    steme_span form;
    assert_int_equal(query_text_form(kind, span(text), &arena, &form, NULL), STEME_OK);
    if (form.size != strlen(expected) || memcmp(form.bytes, expected, form.size) != 0)
        fail_msg("\"%s\" became \"%.*s\", not \"%s\"", text, (int)form.size,
                 (const char *)form.bytes, expected);
    base_arena_reset(&arena);
}

static void test_exact_changes_nothing(void **state)
{
    (void)state;
    assert_form(STEME_EQUAL_EXACT, "Ärger & Co.", "Ärger & Co.");
    assert_form(STEME_EQUAL_NUMBER, "Ärger & Co.", "Ärger & Co.");
}

static void test_folding_takes_case_and_compatibility_away(void **state)
{
    (void)state;
    assert_form(STEME_EQUAL_FOLDED, "Hello, World_9", "hello, world_9");
    assert_form(STEME_EQUAL_FOLDED, "STRASSE", "strasse");
    assert_form(STEME_EQUAL_FOLDED, "Straße", "strasse");
    assert_form(STEME_EQUAL_FOLDED, "ﬁne", "fine");      /* ligature */
    assert_form(STEME_EQUAL_FOLDED, "Ｆｕｌｌ", "full"); /* full width */
    assert_form(STEME_EQUAL_FOLDED, "e\xcc\x81", "é");   /* e and combining acute */
    assert_form(STEME_EQUAL_FOLDED, "ΣΑΣ", "σασ");       /* one sigma */
    assert_form(STEME_EQUAL_FOLDED, "x²", "x2");
    assert_form(STEME_EQUAL_FOLDED, "日本", "日本");
}

/* A random character: letters with and without marks, Hangul and its parts, marks of all classes.
 */
static utf8proc_int32_t random_character(uint64_t *random)
{
    static const int firsts[] = {0x41, 0xc0, 0x300, 0x300, 0x591, 0x610, 0xe38, 0x1100, 0xac00};
    static const int counts[] = {26, 0x240, 0x70, 0x70, 0x30, 0x60, 0x20, 0x100, 11172};
    uint64_t which = test_random(random) % (sizeof firsts / sizeof firsts[0]);
    return firsts[which] + (int)(test_random(random) % (uint64_t)counts[which]);
}

static void test_folding_orders_marks_as_utf8proc_does(void **state)
{
    enum { CHARACTER_COUNT = 24 };
    uint64_t random = test_seed(5);
    const utf8proc_option_t options =
        UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD;
    (void)state;
    for (int round = 0; round < 20000; round++) {
        uint8_t text[4 * CHARACTER_COUNT];
        utf8proc_int32_t expected[32 * CHARACTER_COUNT];
        steme_span form;
        utf8proc_ssize_t size = 0;
        while (size < (utf8proc_ssize_t)sizeof text - 4)
            size += utf8proc_encode_char(random_character(&random), text + size);
        utf8proc_ssize_t count =
            utf8proc_decompose(text, size, expected, 32 * CHARACTER_COUNT, options);
        count = utf8proc_reencode(expected, count, options);
        steme_span span_of_text = {text, (size_t)size};
        assert_int_equal(query_text_form(STEME_EQUAL_FOLDED, span_of_text, &arena, &form, NULL),
                         STEME_OK);
        assert_int_equal(form.size, count);
        assert_memory_equal(form.bytes, expected, form.size);
        base_arena_reset(&arena);
    }
}

/* utf8proc_decompose needs minutes for it: anybody may claim such a value. */
static void test_folding_a_text_of_marks_takes_no_longer_than_any(void **state)
{
    enum { MARK_COUNT = 1 << 17 };
    static uint8_t text[2 * MARK_COUNT + 1];
    steme_span form;
    (void)state;
    text[0] = 'x';
    for (size_t i = 0; i < MARK_COUNT; i++)
        memcpy(text + 1 + 2 * i, i < MARK_COUNT / 2 ? "\xcc\x95" : "\xcc\x9b", 2); /* 232, 216 */
    clock_t before = clock();
    assert_int_equal(
        query_text_form(STEME_EQUAL_FOLDED, (steme_span){text, sizeof text}, &arena, &form, NULL),
        STEME_OK);
    assert_true(clock() - before < 10 * CLOCKS_PER_SEC);
    assert_int_equal(form.size, sizeof text);
    assert_memory_equal(form.bytes + 1, "\xcc\x9b", 2);
    assert_memory_equal(form.bytes + sizeof text - 2, "\xcc\x95", 2);
}

static void test_normalizing_leaves_words(void **state)
{
    (void)state;
    assert_form(STEME_EQUAL_NORMALIZED, "  Foo--Bar_(baz)  ", "foo bar baz");
    assert_form(STEME_EQUAL_NORMALIZED, "Grüße: an Alle!", "grüsse an alle");
    assert_form(STEME_EQUAL_NORMALIZED,
                "left\xe2\x80\x94"
                "right",
                "left right"); /* em dash */
    assert_form(STEME_EQUAL_NORMALIZED, "O\xe2\x80\x99Neil", "o neil");
    assert_form(STEME_EQUAL_NORMALIZED, "日本、東京", "日本 東京");
}

static void test_normalizing_joins_initials(void **state)
{
    (void)state;
    assert_form(STEME_EQUAL_NORMALIZED, "Westcoast Technology B.V.", "westcoast technology");
    assert_form(STEME_EQUAL_NORMALIZED, "Delta S. p. A.", "delta");
    assert_form(STEME_EQUAL_NORMALIZED, "V.T. Telematica", "vt telematica");
    assert_form(STEME_EQUAL_NORMALIZED, "J R R Tolkien", "jrr tolkien");
    assert_form(STEME_EQUAL_NORMALIZED, "Grüße x—y", "grüsse xy");
    assert_form(STEME_EQUAL_NORMALIZED, "3 D x 1 y", "3 dx 1 y");
}

static void test_normalizing_drops_legal_forms(void **state)
{
    (void)state;
    assert_form(STEME_EQUAL_NORMALIZED, "Apple Inc.", "apple");
    assert_form(STEME_EQUAL_NORMALIZED, "Acme Corporation, Ltd", "acme");
    assert_form(STEME_EQUAL_NORMALIZED, "Müller GmbH & Co. KG", "müller");
    assert_form(STEME_EQUAL_NORMALIZED, "Incorporated Coop", "coop");
    assert_form(STEME_EQUAL_NORMALIZED, "Cobalt", "cobalt");
    assert_form(STEME_EQUAL_NORMALIZED, "The Company", "the");
}

static void test_normalizing_keeps_a_name_of_legal_forms_alone(void **state)
{
    (void)state;
    assert_form(STEME_EQUAL_NORMALIZED, "SE", "se");
    assert_form(STEME_EQUAL_NORMALIZED, "Co. Ltd.", "co ltd");
}

static void test_normalizing_keeps_what_has_no_words(void **state)
{
    (void)state;
    assert_form(STEME_EQUAL_NORMALIZED, "+", "+");
    assert_form(STEME_EQUAL_NORMALIZED, " -- ", " -- ");
    assert_form(STEME_EQUAL_NORMALIZED, "→", "→");
}

/* The short way for ASCII agrees with the long way: a letter beyond ASCII, put behind, forces it.
 */
static void test_ascii_takes_no_other_path(void **state)
{
    (void)state;
    static const char *const pieces[] = {"Inc", "co", "A",   "b7",  ".",
                                         " ",   "--", "x_Y", "LTD", "\t"};
    uint64_t random = test_seed(3);
    print_message("seed %llu\n", (unsigned long long)random);
    for (int i = 0; i < 3000; i++) {
        char text[128] = "q ";
        char longer[160];
        uint64_t count = test_random(&random) % 8;
        for (uint64_t piece = 0; piece < count; piece++)
            strcat(text, pieces[test_random(&random) % 10]);
        snprintf(longer, sizeof longer, "%s é", text);
        for (steme_equivalence_kind kind = STEME_EQUAL_FOLDED; kind <= STEME_EQUAL_NORMALIZED;
             kind++) {
            steme_span plain;
            steme_span with_more;
            assert_int_equal(query_text_form(kind, span(text), &arena, &plain, NULL), STEME_OK);
            assert_int_equal(query_text_form(kind, span(longer), &arena, &with_more, NULL),
                             STEME_OK);
            assert_int_equal(plain.size + 3, with_more.size);
            assert_memory_equal(plain.bytes, with_more.bytes, plain.size);
        }
        base_arena_reset(&arena);
    }
}

static void assert_tolerance(const char *text, double expected)
{
    steme_equivalence found;
    assert_true(steme_equivalence_find(text, &found));
    assert_int_equal(found.kind, STEME_EQUAL_NUMBER);
    assert_true(found.tolerance >= expected && found.tolerance <= expected);
}

static void test_equivalences_are_found_by_name(void **state)
{
    (void)state;
    steme_equivalence found;
    assert_true(steme_equivalence_find("exact", &found) && found.kind == STEME_EQUAL_EXACT);
    assert_true(steme_equivalence_find("folded", &found) && found.kind == STEME_EQUAL_FOLDED);
    assert_true(steme_equivalence_find("normalized", &found) &&
                found.kind == STEME_EQUAL_NORMALIZED);
    assert_tolerance("number:0", 0);
    assert_tolerance("number:0.1", 0.1);
    assert_tolerance("number:2.5e3", 2500);
    assert_tolerance("number:1e-9", 1e-9);
    assert_tolerance("number:123456789012345", 123456789012345.0);
    assert_tolerance("number:0.00000000000001", 1e-14);
}

static void test_malformed_equivalences_are_refused(void **state)
{
    (void)state;
    static const char *const malformed[] = {
        "",           "Exact",       "number",       "number:",
        "number:-1",  "number:nan",  "number:inf",   "number:1,5",
        "number:.5",  "number:1e",   "number:1e+",   "number:1 ",
        "number:0x1", "number:1e23", "number:1.2.3", "number:1234567890123456",
    };
    for (size_t i = 0; i < sizeof malformed / sizeof malformed[0]; i++) {
        steme_equivalence found;
        assert_false(steme_equivalence_find(malformed[i], &found));
    }
}

static query_value number(double real, const char *unit)
{
    steme_assertion assertion = {.value = {.kind = STEME_VALUE_NUMBER, .is_real = 1, .real = real},
                                 .unit = span(unit)};
    query_value form;
    steme_equivalence equivalence = {STEME_EQUAL_NUMBER, 0};
    assert_int_equal(query_value_form(&assertion, &equivalence, &arena, &form, NULL), STEME_OK);
    return form;
}

static void test_a_tolerance_is_measured_from_the_group_s_first(void **state)
{
    (void)state;
    steme_equivalence equivalence = {STEME_EQUAL_NUMBER, 1.0};
    query_value first = number(1.5, "mg");
    query_value near = number(2.5, "mg");
    query_value far = number(2.75, "mg");
    query_value other_unit = number(1.5, "g");
    assert_false(query_value_is_apart(&first, &near, &equivalence));
    assert_true(query_value_is_apart(&first, &far, &equivalence));
    assert_true(query_value_is_apart(&first, &other_unit, &equivalence));
}

static void test_integers_and_reals_meet_under_a_tolerance_only(void **state)
{
    (void)state;
    steme_assertion whole = {.value = {.kind = STEME_VALUE_NUMBER, .integer = 2}};
    steme_assertion broken = {.value = {.kind = STEME_VALUE_NUMBER, .is_real = 1, .real = 2.25}};
    for (steme_equivalence_kind kind = STEME_EQUAL_EXACT; kind <= STEME_EQUAL_NUMBER; kind++) {
        steme_equivalence equivalence = {kind, 0.5};
        query_value left;
        query_value right;
        assert_int_equal(query_value_form(&whole, &equivalence, &arena, &left, NULL), STEME_OK);
        assert_int_equal(query_value_form(&broken, &equivalence, &arena, &right, NULL), STEME_OK);
        assert_int_equal(query_value_is_apart(&left, &right, &equivalence),
                         kind != STEME_EQUAL_NUMBER);
    }
}

static void test_relation_unit_and_language_always_tell_values_apart(void **state)
{
    (void)state;
    steme_assertion plain = {.value = {.kind = STEME_VALUE_TEXT, .text = span("x")}};
    steme_assertion others[4] = {plain, plain, plain, plain};
    others[0].relation = STEME_RELATION_NOT_EQUAL;
    others[1].language = span("en");
    others[2].relation = STEME_RELATION_NONE;
    others[3].value.kind = STEME_VALUE_REFERENCE;
    steme_equivalence equivalence = {STEME_EQUAL_NORMALIZED, 0};
    query_value left;
    assert_int_equal(query_value_form(&plain, &equivalence, &arena, &left, NULL), STEME_OK);
    for (int i = 0; i < 4; i++) {
        query_value right;
        assert_int_equal(query_value_form(&others[i], &equivalence, &arena, &right, NULL),
                         STEME_OK);
        assert_true(query_value_is_apart(&left, &right, &equivalence));
    }
}

static void test_the_unicode_version_is_told(void **state)
{
    (void)state;
    unsigned major;
    assert_int_equal(sscanf(steme_unicode_version(), "%u.", &major), 1);
    assert_true(major >= 9);
}

static int free_arena(void **state)
{
    (void)state;
    base_arena_deinit(&arena);
    return 0;
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test_teardown(test_exact_changes_nothing, free_arena),
    cmocka_unit_test_teardown(test_folding_takes_case_and_compatibility_away, free_arena),
    cmocka_unit_test_teardown(test_folding_orders_marks_as_utf8proc_does, free_arena),
    cmocka_unit_test_teardown(test_folding_a_text_of_marks_takes_no_longer_than_any, free_arena),
    cmocka_unit_test_teardown(test_normalizing_leaves_words, free_arena),
    cmocka_unit_test_teardown(test_normalizing_joins_initials, free_arena),
    cmocka_unit_test_teardown(test_normalizing_drops_legal_forms, free_arena),
    cmocka_unit_test_teardown(test_normalizing_keeps_a_name_of_legal_forms_alone, free_arena),
    cmocka_unit_test_teardown(test_normalizing_keeps_what_has_no_words, free_arena),
    cmocka_unit_test_teardown(test_ascii_takes_no_other_path, free_arena),
    cmocka_unit_test_teardown(test_equivalences_are_found_by_name, free_arena),
    cmocka_unit_test_teardown(test_malformed_equivalences_are_refused, free_arena),
    cmocka_unit_test_teardown(test_a_tolerance_is_measured_from_the_group_s_first, free_arena),
    cmocka_unit_test_teardown(test_integers_and_reals_meet_under_a_tolerance_only, free_arena),
    cmocka_unit_test_teardown(test_relation_unit_and_language_always_tell_values_apart, free_arena),
    cmocka_unit_test_teardown(test_the_unicode_version_is_told, free_arena),
};

TEST_MAIN(tests)
