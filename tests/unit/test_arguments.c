/* Options: what is taken, what is refused, what is suggested. */
#include "common/arguments.h"

#include "support/test.h"

static const arguments_option options[] = {
    {.name = "subject", .value = "S", .kind = ARGUMENTS_TEXT},
    {.name = "key",
     .value = "FILE",
     .kind = ARGUMENTS_FILE,
     .is_repeatable = 1,
     .environment = "STEME_TEST_KEY"},
    {.name = "lens", .value = "L", .kind = ARGUMENTS_TEXT, .words = "recency consensus skeptic"},
    {.name = "json"},
    {.name = NULL},
};
static const arguments_option common[] = {{.name = "help"}, {.name = NULL}};

/* Parses words up to a NULL; gives what arguments_parse gives. stderr is not looked at. */
static int parse(arguments *given, char *const *words)
{
    int count = 0;
    while (words[count] != NULL) {
        count++;
    }
    return arguments_parse(given, options, common, "`help`", count, words);
}

#define PARSE(given, ...) parse(given, (char *[]){__VA_ARGS__, NULL})

static void values_come_apart_or_after_an_equals_sign(void **state)
{
    (void)state;
    arguments given;
    assert_true(PARSE(&given, "--subject", "a b", "--json", "x", "--lens=skeptic", "-"));
    assert_string_equal(arguments_text(&given, "subject"), "a b");
    assert_string_equal(arguments_text(&given, "lens"), "skeptic");
    assert_true(arguments_has(&given, "json"));
    assert_false(arguments_has(&given, "help"));
    assert_int_equal(given.operand_count, 2);
    assert_string_equal(given.operands[1], "-");
    arguments_deinit(&given);
    assert_true(PARSE(&given, "--subject=a=b", "--", "--json"));
    assert_string_equal(arguments_text(&given, "subject"), "a=b");
    assert_false(arguments_has(&given, "json"));
    assert_string_equal(given.operands[0], "--json");
    arguments_deinit(&given);
    assert_true(PARSE(&given, "--subject", "-5"));
    assert_string_equal(arguments_text(&given, "subject"), "-5");
    arguments_deinit(&given);
}

static void repeated_options_keep_their_order(void **state)
{
    (void)state;
    arguments given;
    assert_true(PARSE(&given, "--key", "a", "--key=b"));
    assert_int_equal(arguments_count(&given, "key"), 2);
    assert_string_equal(arguments_text_at(&given, "key", 0), "a");
    assert_string_equal(arguments_text_at(&given, "key", 1), "b");
    assert_null(arguments_text_at(&given, "key", 2));
    arguments_deinit(&given);
}

static void the_environment_stands_in_where_the_option_is_absent(void **state)
{
    (void)state;
    arguments given;
    setenv("STEME_TEST_KEY", "from-environment", 1);
    assert_true(PARSE(&given, "--json"));
    assert_int_equal(arguments_count(&given, "key"), 1);
    assert_string_equal(arguments_text(&given, "key"), "from-environment");
    arguments_deinit(&given);
    assert_true(PARSE(&given, "--key", "mine"));
    assert_int_equal(arguments_count(&given, "key"), 1);
    assert_string_equal(arguments_text(&given, "key"), "mine");
    arguments_deinit(&given);
    setenv("STEME_TEST_KEY", "", 1);
    assert_true(PARSE(&given, "--json"));
    assert_null(arguments_text(&given, "key"));
    arguments_deinit(&given);
    unsetenv("STEME_TEST_KEY");
}

static void what_is_wrong_is_refused(void **state)
{
    (void)state;
    char *const cases[][4] = {
        {"--subjet", "x"},
        {"--subject"},
        {"--subject", "--json"},
        {"--subject", ""},
        {"--subject="},
        {"--json=1"},
        {"--subject", "\xff"},
        {"--lens", "truth"},
        {"--lens", "recency consensus"},
        {"--lens", "rec"},
        {"-x"},
        {"--subject", "a", "--subject=b"},
        {"--"
         "subject-",
         "x"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        arguments given;
        if (parse(&given, cases[i])) {
            fail_msg("case %zu was taken", i);
        }
        arguments_deinit(&given);
    }
}

static void paths_may_be_any_bytes(void **state)
{
    (void)state;
    arguments given;
    assert_true(PARSE(&given, "--key", "\xff"));
    assert_string_equal(arguments_text(&given, "key"), "\xff");
    arguments_deinit(&given);
}

static void the_nearest_word_is_suggested(void **state)
{
    (void)state;
    static const char *const words[] = {"query", "import", "export", "conflicts", NULL};
    assert_string_equal(arguments_nearest("qurey", words), "query");
    assert_string_equal(arguments_nearest("imprt", words), "import");
    assert_string_equal(arguments_nearest("conf", words), "conflicts");
    assert_null(arguments_nearest("frobnicate", words));
    char long_word[300];
    memset(long_word, 'q', sizeof long_word - 1);
    long_word[sizeof long_word - 1] = '\0';
    assert_null(arguments_nearest(long_word, words));
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(values_come_apart_or_after_an_equals_sign),
    cmocka_unit_test(repeated_options_keep_their_order),
    cmocka_unit_test(the_environment_stands_in_where_the_option_is_absent),
    cmocka_unit_test(what_is_wrong_is_refused),
    cmocka_unit_test(paths_may_be_any_bytes),
    cmocka_unit_test(the_nearest_word_is_suggested),
};

TEST_MAIN(tests)
