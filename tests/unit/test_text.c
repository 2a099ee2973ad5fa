/* What reaches a terminal: escaping, widths, tables. */
#include "common/table.h"
#include "common/text.h"

#include "support/test.h"

static void expect_escaped(const void *bytes, size_t size, const char *expected)
{
    text_buffer out = TEXT_EMPTY;
    text_append_escaped(&out, (steme_span){bytes, size});
    assert_string_equal(text_get(&out), expected);
    text_deinit(&out);
}

#define EXPECT_ESCAPED(literal, expected) expect_escaped(literal, sizeof(literal) - 1, expected)

static void control_bytes_are_escaped(void **state)
{
    (void)state;
    EXPECT_ESCAPED("plain, déjà vu, 日本, 👍", "plain, déjà vu, 日本, 👍");
    EXPECT_ESCAPED("\x1b[31m\a\b", "\\x1b[31m\\x07\\x08");
    EXPECT_ESCAPED("a\nb\tc\rd", "a\\nb\\tc\\rd");
    EXPECT_ESCAPED("a\0b\x7f", "a\\x00b\\x7f");
    EXPECT_ESCAPED("\xc2\x9b"
                   "31m",
                   "\\u{009b}31m"); /* CSI as one character */
    EXPECT_ESCAPED("\xe2\x80\xae right \xe2\x81\xa6", "\\u{202e} right \\u{2066}");
    EXPECT_ESCAPED("\xe2\x80\xa8\xe2\x80\xa9", "\\u{2028}\\u{2029}");
}

static void bytes_that_are_not_utf8_are_escaped(void **state)
{
    (void)state;
    EXPECT_ESCAPED("\xff\xfe", "\\xff\\xfe");
    EXPECT_ESCAPED("a\xc3", "a\\xc3");
    EXPECT_ESCAPED("\xed\xa0\x80", "\\xed\\xa0\\x80");          /* a surrogate */
    EXPECT_ESCAPED("\xc0\x80", "\\xc0\\x80");                   /* overlong */
    EXPECT_ESCAPED("\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"); /* beyond U+10FFFF */
}

/* Whatever the bytes: what comes out is UTF-8 without a control character. */
static void escaped_bytes_are_harmless(void **state)
{
    (void)state;
    uint64_t seed = test_seed(42);
    uint64_t random = seed;
    for (int round = 0; round < 20000; round++) {
        uint8_t bytes[16];
        for (size_t i = 0; i < sizeof bytes; i++) {
            bytes[i] = (uint8_t)(test_random(&random) >> 32);
        }
        text_buffer out = TEXT_EMPTY;
        text_append_escaped(&out, (steme_span){bytes, sizeof bytes});
        int is_harmless = text_is_utf8(out.bytes, out.size);
        for (size_t i = 0; i < out.size; i++) {
            uint8_t byte = (uint8_t)out.bytes[i];
            int is_c1 = byte == 0xc2 && (uint8_t)out.bytes[i + 1] < 0xa0;
            is_harmless = is_harmless && byte >= 0x20 && byte != 0x7f && !is_c1;
        }
        if (!is_harmless) {
            fail_msg("seed %llu, round %d", (unsigned long long)seed, round);
        }
        text_deinit(&out);
    }
}

static void widths_count_columns(void **state)
{
    (void)state;
    assert_int_equal(text_width(""), 0);
    assert_int_equal(text_width("abc"), 3);
    assert_int_equal(text_width("déjà"), 4);
    assert_int_equal(text_width("e\xcc\x81"), 1); /* a combining accent has none */
    assert_int_equal(text_width("日本"), 4);
    assert_int_equal(text_fit("日本語", 5), strlen("日本"));
    assert_int_equal(text_fit("abc", 10), 3);
}

static void counts_and_sizes_are_readable(void **state)
{
    (void)state;
    static const struct {
        uint64_t count;
        const char *expected;
    } counts[] = {
        {0, "0"}, {999, "999"}, {1000, "1,000"}, {UINT64_MAX, "18,446,744,073,709,551,615"}};
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        text_buffer out = TEXT_EMPTY;
        text_append_count(&out, counts[i].count);
        assert_string_equal(text_get(&out), counts[i].expected);
        text_deinit(&out);
    }
    text_buffer size = TEXT_EMPTY;
    text_append_size(&size, 1536000);
    assert_string_equal(text_get(&size), "1.5 MB");
    text_deinit(&size);
}

static void a_table_lines_up_wide_characters(void **state)
{
    (void)state;
    static const table_column columns[] = {
        {.title = "NAME"}, {.title = "N", .is_right = 1}, {.title = "END"}};
    char written[256] = "";
    FILE *stream = fmemopen(written, sizeof written, "w");
    table *rows = table_open(stream, columns, 3);
    static const char *const cells[] = {"日本", "1", "x", "déjà vu", "100", "y"};
    for (size_t i = 0; i < 6; i++) {
        table_add(rows, cells[i]);
    }
    table_close(rows);
    fclose(stream);
    assert_string_equal(written, "NAME       N  END\n"
                                 "日本       1  x\n"
                                 "déjà vu  100  y\n");
}

static void a_table_streams_more_rows_than_it_holds(void **state)
{
    (void)state;
    static const table_column columns[] = {{.title = "A"}, {.title = "B"}};
    char *written = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&written, &size);
    table *rows = table_open(stream, columns, 2);
    for (int i = 0; i < 2500; i++) {
        table_add(rows, "a");
        table_add_data(rows, text_span("b\n"));
    }
    table_close(rows);
    fclose(stream);
    size_t line_count = 0;
    for (size_t i = 0; i < size; i++) {
        line_count += written[i] == '\n';
    }
    assert_int_equal(line_count, 2501);
    free(written);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(control_bytes_are_escaped),
    cmocka_unit_test(bytes_that_are_not_utf8_are_escaped),
    cmocka_unit_test(escaped_bytes_are_harmless),
    cmocka_unit_test(widths_count_columns),
    cmocka_unit_test(counts_and_sizes_are_readable),
    cmocka_unit_test(a_table_lines_up_wide_characters),
    cmocka_unit_test(a_table_streams_more_rows_than_it_holds),
};

TEST_MAIN(tests)
