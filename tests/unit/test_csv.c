/* csv: RFC 4180 in both directions, faulty rows one by one, and limits. */
#include "support/test.h"

#include "common/csv.h"

typedef struct csv_case {
    FILE *file;
    csv_reader *reader;
} csv_case;

static csv_case open_bytes(const void *bytes, size_t size)
{
    csv_case opened = {.file = tmpfile()};
    assert_non_null(opened.file);
    assert_int_equal(fwrite(bytes, 1, size, opened.file), size);
    rewind(opened.file);
    opened.reader = csv_reader_new(opened.file);
    assert_non_null(opened.reader);
    return opened;
}

static csv_case open_text(const char *text)
{
    return open_bytes(text, strlen(text));
}

static void close_case(csv_case *opened)
{
    csv_reader_free(opened->reader);
    fclose(opened->file);
}

static csv_row next(csv_case *opened)
{
    csv_row row;
    assert_int_equal(csv_reader_next(opened->reader, &row, NULL), STEME_OK);
    return row;
}

static void assert_field(const csv_row *row, size_t index, const char *text)
{
    assert_true(index < row->field_count);
    assert_int_equal(row->fields[index].size, strlen(text));
    assert_memory_equal(row->fields[index].bytes, text, strlen(text));
}

static void assert_bad(csv_case *opened, uint64_t line, const char *reason)
{
    csv_row row = next(opened);
    assert_int_equal(row.kind, CSV_BAD_ROW);
    assert_int_equal(row.line, line);
    assert_non_null(strstr(row.reason, reason));
}

static void test_fields_quotes_and_line_ends(void **state)
{
    (void)state;
    csv_case opened =
        open_text("\xef\xbb\xbfone,two\r\n\r\n\"a,\"\"b\"\"\",\"line\nbreak\"\n,\n\nx");
    csv_row row = next(&opened);
    assert_int_equal(row.kind, CSV_ROW);
    assert_int_equal(row.field_count, 2);
    assert_field(&row, 0, "one");
    assert_field(&row, 1, "two");
    row = next(&opened);
    assert_int_equal(row.line, 3);
    assert_int_equal(row.field_count, 2);
    assert_field(&row, 0, "a,\"b\"");
    assert_field(&row, 1, "line\nbreak");
    row = next(&opened);
    assert_int_equal(row.line, 5);
    assert_int_equal(row.field_count, 2);
    assert_field(&row, 0, "");
    assert_field(&row, 1, "");
    row = next(&opened);
    assert_int_equal(row.line, 7);
    assert_field(&row, 0, "x");
    assert_int_equal(next(&opened).kind, CSV_END);
    assert_int_equal(next(&opened).kind, CSV_END);
    close_case(&opened);
}

static void test_a_faulty_row_does_not_take_the_next_one_along(void **state)
{
    (void)state;
    csv_case opened = open_text("ok,1\n\"open,2\nok,3\na\"b,4\nok,5\n\"x\"y,6\nok,7\n");
    assert_int_equal(next(&opened).kind, CSV_ROW);
    assert_bad(&opened, 2, "something behind a closing quote");
    csv_row row = next(&opened);
    assert_int_equal(row.line, 3);
    assert_field(&row, 1, "3");
    assert_bad(&opened, 4, "quote inside");
    row = next(&opened);
    assert_field(&row, 1, "5");
    assert_bad(&opened, 6, "something behind a closing quote");
    row = next(&opened);
    assert_int_equal(row.line, 7);
    assert_field(&row, 1, "7");
    assert_int_equal(next(&opened).kind, CSV_END);
    close_case(&opened);
}

static void test_a_quote_left_open_names_its_line(void **state)
{
    (void)state;
    csv_case opened = open_text("ok\n\"open\nstill\nhere");
    assert_int_equal(next(&opened).kind, CSV_ROW);
    assert_bad(&opened, 2, "never closed");
    csv_row row = next(&opened);
    assert_int_equal(row.line, 3);
    assert_field(&row, 0, "still");
    assert_int_equal(next(&opened).line, 4);
    assert_int_equal(next(&opened).kind, CSV_END);
    close_case(&opened);
}

/* `size` bytes of `fill`, between `head` and `tail`. */
static csv_case open_filled(const char *head, char fill, size_t size, const char *tail)
{
    size_t head_size = strlen(head), tail_size = strlen(tail);
    char *bytes = malloc(head_size + size + tail_size);
    assert_non_null(bytes);
    memcpy(bytes, head, head_size);
    memset(bytes + head_size, fill, size);
    memcpy(bytes + head_size + size, tail, tail_size);
    csv_case opened = open_bytes(bytes, head_size + size + tail_size);
    free(bytes);
    return opened;
}

static void test_fields_and_rows_are_bounded(void **state)
{
    (void)state;
    csv_case opened = open_filled("\"", 'x', CSV_FIELD_SIZE_MAX, "\"\nnext\n");
    csv_row row = next(&opened);
    assert_int_equal(row.kind, CSV_ROW);
    assert_int_equal(row.fields[0].size, CSV_FIELD_SIZE_MAX);
    assert_int_equal(next(&opened).kind, CSV_ROW);
    close_case(&opened);

    opened = open_filled("", 'x', CSV_FIELD_SIZE_MAX + 1, "\nnext\n");
    assert_bad(&opened, 1, "64 KiB");
    row = next(&opened);
    assert_int_equal(row.line, 2);
    assert_field(&row, 0, "next");
    close_case(&opened);

    opened = open_filled("", 'x', 5 * CSV_ROW_SIZE_MAX, "\nnext\n");
    assert_bad(&opened, 1, "1 MiB");
    row = next(&opened);
    assert_int_equal(row.line, 2);
    assert_field(&row, 0, "next");
    assert_int_equal(next(&opened).kind, CSV_END);
    close_case(&opened);

    opened = open_filled("", '"', 2 * CSV_FIELD_SIZE_MAX + 2,
                         "\nnext\n"); /* quotes that stand for one */
    assert_int_equal(next(&opened).fields[0].size, CSV_FIELD_SIZE_MAX);
    close_case(&opened);
    opened = open_filled("", '"', 2 * CSV_FIELD_SIZE_MAX + 4, "\nnext\n");
    assert_bad(&opened, 1, "64 KiB");
    close_case(&opened);

    opened = open_filled("", ',', CSV_FIELD_COUNT_MAX - 1, "\n,\n");
    assert_int_equal(next(&opened).field_count, CSV_FIELD_COUNT_MAX);
    close_case(&opened);
    opened = open_filled("", ',', CSV_FIELD_COUNT_MAX, "\nnext\n");
    assert_bad(&opened, 1, "256 fields");
    assert_int_equal(next(&opened).kind, CSV_ROW);
    close_case(&opened);
}

/* An open quote is followed to the row's limit, but the rows behind it are not lost. */
static void test_an_open_quote_before_much_input_loses_one_row(void **state)
{
    (void)state;
    size_t row_count = 0, bad_count = 0;
    char *bytes = malloc(6 + 3000000);
    assert_non_null(bytes);
    memcpy(bytes, "\"open\n", 6);
    for (size_t i = 0; i < 1000000; i++)
        memcpy(bytes + 6 + 3 * i, "ab\n", 3);
    csv_case opened = open_bytes(bytes, 6 + 3000000);
    free(bytes);
    for (csv_row row = next(&opened); row.kind != CSV_END; row = next(&opened)) {
        row_count += row.kind == CSV_ROW;
        bad_count += row.kind == CSV_BAD_ROW;
    }
    assert_int_equal(row_count, 1000000);
    assert_int_equal(bad_count, 1);
    close_case(&opened);
}

static size_t random_field(uint64_t *random, uint8_t *bytes)
{
    static const char alphabet[] = "ab,\"\n\r \xc3\xa9";
    size_t size = test_random(random) % 8;
    if (size == 3) { /* the mark of a file's start, which is none inside a field */
        memcpy(bytes, "\xef\xbb\xbf", 3);
        return size;
    }
    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)alphabet[test_random(random) % (sizeof alphabet - 1)];
    return size;
}

static void test_what_is_written_reads_back(void **state)
{
    (void)state;
    uint64_t seed = test_seed(7), random = seed;
    print_message("seed %llu\n", (unsigned long long)seed);
    for (int i = 0; i < 3000; i++) {
        uint8_t bytes[5][8];
        steme_span fields[5];
        size_t count = 1 + test_random(&random) % 5;
        for (size_t j = 0; j < count; j++)
            fields[j] = (steme_span){bytes[j], random_field(&random, bytes[j])};
        csv_case opened = {.file = tmpfile()};
        assert_non_null(opened.file);
        csv_write_row(opened.file, fields, count);
        csv_write_row(opened.file, fields, count);
        rewind(opened.file);
        opened.reader = csv_reader_new(opened.file);
        for (int copy = 0; copy < 2; copy++) {
            csv_row row = next(&opened);
            assert_int_equal(row.kind, CSV_ROW);
            assert_int_equal(row.field_count, count);
            for (size_t j = 0; j < count; j++) {
                assert_int_equal(row.fields[j].size, fields[j].size);
                assert_memory_equal(row.fields[j].bytes, fields[j].bytes, fields[j].size);
            }
        }
        assert_int_equal(next(&opened).kind, CSV_END);
        close_case(&opened);
    }
}

static void test_an_unreadable_file_is_an_error(void **state)
{
    (void)state;
    FILE *file = fopen("/", "r"); /* a folder opens, and reading it fails */
    assert_non_null(file);
    csv_reader *reader = csv_reader_new(file);
    csv_row row;
    assert_int_equal(csv_reader_next(reader, &row, NULL), STEME_IO);
    csv_reader_free(reader);
    fclose(file);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_fields_quotes_and_line_ends),
    cmocka_unit_test(test_a_faulty_row_does_not_take_the_next_one_along),
    cmocka_unit_test(test_a_quote_left_open_names_its_line),
    cmocka_unit_test(test_fields_and_rows_are_bounded),
    cmocka_unit_test(test_an_open_quote_before_much_input_loses_one_row),
    cmocka_unit_test(test_what_is_written_reads_back),
    cmocka_unit_test(test_an_unreadable_file_is_an_error),
};

TEST_MAIN(tests)
