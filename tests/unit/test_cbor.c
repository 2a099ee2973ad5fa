#include "support/test.h"

#include "base/bytes.h"
#include "record/cbor_float.h"
#include "record/cbor_read.h"
#include "record/cbor_write.h"

enum { INPUT_SIZE_MAX = 256 };

/* Reads hex digits, spaces between them allowed; gives how many bytes they are. */
static size_t bytes_of(const char *hex, uint8_t *out_bytes)
{
    char digits[2 * INPUT_SIZE_MAX];
    size_t count = 0;
    for (; *hex != '\0'; hex++)
        if (*hex != ' ')
            digits[count++] = *hex;
    assert_true(base_hex_decode(digits, count, out_bytes, count / 2));
    return count / 2;
}

/* The bytes stand alone on the heap, so that a sanitizer sees a read past them. */
static bool is_accepted(const uint8_t *bytes, size_t size, record_reader *out_reader,
                        size_t *out_at)
{
    uint8_t *alone = malloc(size > 0 ? size : 1);
    memcpy(alone, bytes, size);
    record_reader_init(out_reader, alone, (steme_span){alone, size});
    bool is_read = record_read_any(out_reader, 0) && record_read_end(out_reader);
    *out_at = is_read ? size : (size_t)(out_reader->problem_at - alone);
    free(alone);
    return is_read;
}

static void the_deterministic_form_is_accepted(void **state)
{
    (void)state;
    static const char *const accepted[] = {
        "00",
        "17",
        "1818",
        "18ff",
        "190100",
        "19ffff",
        "1a00010000",
        "1affffffff",
        "1b0000000100000000",
        "1bffffffffffffffff",
        "20",
        "37",
        "3818",
        "38ff",
        "390100",
        "3a00010000",
        "3b0000000100000000",
        "3bffffffffffffffff",
        "40",
        "4100",
        "43000000",
        "5818000000000000000000000000000000000000000000000000",
        "6161",
        "62c3a9",
        "63e28280",
        "64f0908080",
        "64f48fbfbf",
        "63ed9fbf",
        "63ee8080",
        "80",
        "8100",
        "a0",
        "a10000",
        "a200000100",
        "a30000181800410000",
        "a261610062616100",
        "f4",
        "f5",
        "f90000",
        "f93c00",
        "f90001",
        "f97bff",
        "fa47800000",
        "fa00000001",
        "fa7f7fffff",
        "fb3ff199999999999a",
        "fb0000000000000001",
        "fb7fefffffffffffff",
        "f9c000",
        /* A key may be any item; shorter encodings do not come first, lower bytes do. */
        "a28000a000",
        "a2008081f400",
        "a219010000616100",
    };
    for (size_t i = 0; i < sizeof accepted / sizeof accepted[0]; i++) {
        uint8_t bytes[INPUT_SIZE_MAX];
        record_reader reader;
        size_t at;
        size_t size = bytes_of(accepted[i], bytes);
        if (!is_accepted(bytes, size, &reader, &at))
            fail_msg("%s: %s", accepted[i], reader.problem);
    }
}

static const struct refused_form {
    const char *hex;
    size_t at;
    const char *problem;
} refused[] = {
    /* Rule 1 */
    {"1817", 0, "shortest"},
    {"1800", 0, "shortest"},
    {"1900ff", 0, "shortest"},
    {"1a0000ffff", 0, "shortest"},
    {"1b00000000ffffffff", 0, "shortest"},
    {"3817", 0, "shortest"},
    {"3b00000000ffffffff", 0, "shortest"},
    {"580100", 0, "shortest"},
    {"780161", 0, "shortest"},
    {"980100", 0, "shortest"},
    {"b8010000", 0, "shortest"},
    {"81001817", 2, "follow"},
    {"82001817", 2, "shortest"},
    /* Rule 2 */
    {"1c", 0, "indefinite"},
    {"1f", 0, "indefinite"},
    {"5f4100ff", 0, "indefinite"},
    {"7f6161ff", 0, "indefinite"},
    {"9fff", 0, "indefinite"},
    {"bfff", 0, "indefinite"},
    {"3e", 0, "indefinite"},
    /* Rule 3 */
    {"a201000000", 3, "order"},
    {"a200000000", 3, "twice"},
    {"a262616100616200", 5, "order"},
    {"a2f500f400", 3, "order"},
    {"a2810100810000", 4, "order"},
    {"a2810000810000", 4, "twice"},
    /* Rule 4 */
    {"c000", 0, "tag"},
    {"d9d9f700", 0, "tag"},
    {"81c0", 1, "tag"},
    {"f6", 0, "simple"},
    {"f7", 0, "simple"},
    {"e0", 0, "simple"},
    {"f3", 0, "simple"},
    {"f8ff", 0, "simple"},
    {"f814", 0, "simple"},
    {"ff", 0, "simple"},
    {"fc", 0, "simple"},
    /* Rule 5 */
    {"f98000", 0, "negative zero"},
    {"fa80000000", 0, "negative zero"},
    {"fb8000000000000000", 0, "negative zero"},
    {"f97c00", 0, "infinity"},
    {"f9fc00", 0, "infinity"},
    {"f97e00", 0, "NaN"},
    {"f97c01", 0, "NaN"},
    {"fa7f800000", 0, "infinity"},
    {"fa7fc00000", 0, "NaN"},
    {"fb7ff0000000000000", 0, "infinity"},
    {"fb7ff8000000000000", 0, "NaN"},
    {"fa00000000", 0, "shortest"},
    {"fa3f800000", 0, "shortest"},
    {"fa33800000", 0, "shortest"}, /* 2^-24, the least binary16 */
    {"fb0000000000000000", 0, "shortest"},
    {"fb36a0000000000000", 0, "shortest"}, /* 2^-149, the least binary32 */
    {"fb47efffffe0000000", 0, "shortest"}, /* the greatest binary32 */
    /* Rule 6 */
    {"60", 0, "empty"},
    {"a16000", 1, "empty"},
    {"6100", 1, "NUL"},
    {"63610062", 2, "NUL"},
    {"6180", 1, "UTF-8"},
    {"62c080", 1, "UTF-8"},
    {"62c1bf", 1, "UTF-8"},
    {"63e08080", 1, "UTF-8"},
    {"63eda080", 1, "UTF-8"},
    {"64f0808080", 1, "UTF-8"},
    {"64f4908080", 1, "UTF-8"},
    {"64f5808080", 1, "UTF-8"},
    {"62e282", 1, "UTF-8"},
    {"6361c328", 2, "UTF-8"},
    {"a161ff00", 2, "UTF-8"},
    /* Rule 7 */
    {"818181818181818180", 8, "deep"},
    {"a100a100a100a100a100a100a100a100a0", 16, "deep"},
    {"a1a1a1a1a1a1a1a1a000000000000000", 8, "deep"},
    /* Rule 8, and ends that come too early */
    {"0000", 1, "follow"},
    {"", 0, "early"},
    {"18", 1, "early"},
    {"1901", 2, "early"},
    {"4200", 2, "early"},
    {"6261", 2, "early"},
    {"81", 0, "counts"},
    {"8200", 0, "counts"},
    {"a100", 0, "counts"},
    {"f93c", 2, "early"},
    {"fb00000000000000", 8, "early"},
    /* Promises that no memory could hold */
    {"9b1000000000000000", 0, "counts"},
    {"bb1000000000000000", 0, "counts"},
    {"bbffffffffffffffff", 0, "counts"},
    {"5b1000000000000000", 9, "early"},
    {"7bffffffffffffffff", 9, "early"},
};

static void all_else_is_refused_with_its_reason_and_byte(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        uint8_t bytes[INPUT_SIZE_MAX];
        record_reader reader;
        size_t at;
        size_t size = bytes_of(refused[i].hex, bytes);
        if (is_accepted(bytes, size, &reader, &at))
            fail_msg("%s: accepted", refused[i].hex);
        if (strstr(reader.problem, refused[i].problem) == NULL)
            fail_msg("%s: %s", refused[i].hex, reader.problem);
        if (at != refused[i].at)
            fail_msg("%s: byte %zu", refused[i].hex, at);
        assert_int_equal(reader.status, STEME_NOT_CANONICAL);
    }
}

static void eight_levels_are_accepted(void **state)
{
    (void)state;
    static const char *const inputs[] = {"8181818181818180", "a100a100a100a100a100a100a100a0",
                                         "a1a1a1a1a1a1a1a000000000000000"};
    for (size_t i = 0; i < 3; i++) {
        uint8_t bytes[INPUT_SIZE_MAX];
        record_reader reader;
        size_t at;
        size_t size = bytes_of(inputs[i], bytes);
        if (!is_accepted(bytes, size, &reader, &at))
            fail_msg("%s: %s", inputs[i], reader.problem);
    }
}

/* 2^`exponent`, exactly. */
static double power_of_two(int exponent)
{
    double value = 1;
    for (; exponent > 0; exponent--)
        value *= 2;
    for (; exponent < 0; exponent++)
        value /= 2;
    return value;
}

static double half_by_arithmetic(unsigned bits)
{
    int exponent = (int)(bits >> 10 & 31);
    double fraction = (double)(bits & 1023);
    double magnitude = exponent == 0 ? fraction * power_of_two(-24)
                                     : (1024 + fraction) * power_of_two(exponent - 25);
    return bits >> 15 != 0 ? -magnitude : magnitude;
}

static void every_half_float_is_read_and_written_exactly(void **state)
{
    (void)state;
    for (unsigned bits = 0; bits < 65536; bits++) {
        double value = -1;
        bool is_refused = (bits >> 10 & 31) == 31 || bits == 0x8000;
        assert_int_equal(record_float_decode(bits, 2, &value), !is_refused);
        if (is_refused)
            continue;
        double expected = half_by_arithmetic(bits);
        assert_memory_equal(&value, &expected, sizeof value);
        assert_int_equal(record_float_width(value), 2);
        assert_int_equal(record_float_encode(value, 2), bits);
    }
}

/* The processor's own conversions are the oracle. */
static void assert_single(uint32_t bits)
{
    float single;
    double value;
    memcpy(&single, &bits, sizeof single);
    bool is_refused = single != single || bits == 0x80000000 || single - single != 0;
    assert_int_equal(record_float_decode(bits, 4, &value), !is_refused);
    if (is_refused)
        return;
    double expected = single;
    assert_memory_equal(&value, &expected, sizeof value);
    assert_true(record_float_width(value) <= 4);
    assert_int_equal(record_float_encode(value, 4), bits);
}

static void single_floats_are_read_and_written_exactly(void **state)
{
    (void)state;
    uint64_t random = test_seed(1);
    for (uint32_t exponent = 0; exponent < 512; exponent++)
        for (uint32_t bit = 0; bit < 24; bit++) {
            assert_single(exponent << 23 | (1u << bit & 0x7fffff));
            assert_single(exponent << 23 | (0x7fffff & ~((1u << bit) - 1)));
        }
    for (int i = 0; i < 200000; i++)
        assert_single((uint32_t)test_random(&random));
}

static void the_shortest_float_is_the_one_that_gives_the_value_back(void **state)
{
    (void)state;
    uint64_t random = test_seed(2);
    for (int i = 0; i < 400000; i++) {
        /* Few bits in the fraction, and exponents around the limits of all forms. */
        uint64_t exponent = 1023 - 160 + test_random(&random) % 320;
        uint64_t fraction =
            test_random(&random) & ~((UINT64_C(1) << test_random(&random) % 53) - 1);
        uint64_t bits = exponent << 52 | (fraction & ((UINT64_C(1) << 52) - 1));
        double value;
        memcpy(&value, &bits, sizeof value);
        bool is_single =
            value <= (double)3.40282346638528859812e+38F && (double)(float)value == value;
        unsigned width = record_float_width(value);
        assert_int_equal(width <= 4, is_single);
        double back;
        assert_true(record_float_decode(record_float_encode(value, width), width, &back));
        assert_memory_equal(&back, &value, sizeof value);
        assert_true(record_float_decode(record_float_encode(value, 8), 8, &back));
        assert_memory_equal(&back, &value, sizeof value);
    }
}

static void integers_come_back_and_those_beyond_64_bits_are_refused(void **state)
{
    (void)state;
    static const int64_t values[] = {0,     23,         24,          255,       256,       65535,
                                     65536, 0xffffffff, 0x100000000, INT64_MAX, INT64_MIN, -1,
                                     -24,   -25,        -256,        -257,      -65537};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        uint8_t buffer[9];
        int64_t back;
        record_writer writer;
        record_reader reader;
        record_writer_init(&writer, buffer, sizeof buffer);
        record_write_int64(&writer, values[i]);
        assert_false(writer.is_full);
        record_reader_init(&reader, buffer, (steme_span){buffer, writer.size});
        assert_true(record_read_int64(&reader, &back));
        assert_true(record_read_end(&reader));
        assert_int_equal(back, values[i]);
    }
    for (int sign = 0; sign < 2; sign++) {
        uint8_t beyond[9] = {(uint8_t)(0x1b | sign << 5), 0x80};
        int64_t back;
        record_reader reader;
        record_reader_init(&reader, beyond, (steme_span){beyond, 9});
        assert_false(record_read_int64(&reader, &back));
        assert_int_equal(reader.status, STEME_INVALID);
    }
}

static void typed_reads_refuse_other_types(void **state)
{
    (void)state;
    static const uint8_t items[][2] = {{0x00}, {0x20}, {0x41, 'a'}, {0x61, 'a'},
                                       {0x80}, {0xa0}, {0xf4},      {0xc0, 0}};
    for (size_t i = 0; i < sizeof items / sizeof items[0]; i++) {
        uint64_t number;
        int64_t integer;
        bool boolean;
        double real;
        steme_span span;
        for (unsigned want = 0; want < 8; want++) {
            record_reader reader;
            size_t size = items[i][0] == 0x41 || items[i][0] == 0x61 ? 2 : 1;
            record_reader_init(&reader, items[i], (steme_span){items[i], size});
            bool is_read = want == 0   ? record_read_unsigned(&reader, &number)
                           : want == 1 ? record_read_int64(&reader, &integer)
                           : want == 2 ? record_read_bytes(&reader, &span)
                           : want == 3 ? record_read_text(&reader, &span)
                           : want == 4 ? record_read_array(&reader, &number)
                           : want == 5 ? record_read_map(&reader, &number)
                           : want == 6 ? record_read_boolean(&reader, &boolean)
                                       : record_read_float(&reader, &real);
            bool is_due = want == i || (want == 1 && i == 0);
            assert_int_equal(is_read, is_due && want != 7);
        }
    }
}

static void a_full_writer_never_passes_its_end(void **state)
{
    (void)state;
    for (size_t capacity = 0; capacity <= 40; capacity++) {
        uint8_t *buffer = malloc(capacity > 0 ? capacity : 1);
        record_writer writer;
        record_writer_init(&writer, buffer, capacity);
        record_write_map(&writer, 70000);
        record_write_text(&writer, (steme_span){(const uint8_t *)"eleven byte", 11});
        record_write_float(&writer, 0.1);
        record_write_unsigned(&writer, UINT64_MAX);
        record_write_boolean(&writer, true);
        assert_int_equal(writer.is_full, capacity < 5 + 12 + 9 + 9 + 1);
        assert_true(writer.size <= capacity);
        free(buffer);
    }
}

static void a_failed_read_is_reported_with_subject_and_byte(void **state)
{
    (void)state;
    static const uint8_t bytes[] = {0x82, 0x00, 0xf6};
    steme_error error;
    record_reader reader;
    record_reader_init(&reader, bytes, (steme_span){bytes, sizeof bytes});
    assert_false(record_read_any(&reader, 0));
    assert_int_equal(record_reader_fail(&reader, "body", &error), STEME_NOT_CANONICAL);
    assert_int_equal(error.status, STEME_NOT_CANONICAL);
    assert_string_equal(error.message, "body: a simple value other than false and true: byte 2");
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(the_deterministic_form_is_accepted),
    cmocka_unit_test(all_else_is_refused_with_its_reason_and_byte),
    cmocka_unit_test(eight_levels_are_accepted),
    cmocka_unit_test(every_half_float_is_read_and_written_exactly),
    cmocka_unit_test(single_floats_are_read_and_written_exactly),
    cmocka_unit_test(the_shortest_float_is_the_one_that_gives_the_value_back),
    cmocka_unit_test(integers_come_back_and_those_beyond_64_bits_are_refused),
    cmocka_unit_test(typed_reads_refuse_other_types),
    cmocka_unit_test(a_full_writer_never_passes_its_end),
    cmocka_unit_test(a_failed_read_is_reported_with_subject_and_byte),
};

TEST_MAIN(tests)
