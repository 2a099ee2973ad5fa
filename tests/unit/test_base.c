/* Bytes, hashes and memory: what every other room stands on. */
#include "base/bytes.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"
#include "support/test.h"

#include <errno.h>

static void hex_round_trips(void **state)
{
    (void)state;
    uint8_t bytes[256];
    char text[2 * sizeof bytes + 1];
    uint8_t back[sizeof bytes];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)i;
    base_hex_encode(bytes, sizeof bytes, text);
    assert_int_equal(strlen(text), 2 * sizeof bytes);
    assert_memory_equal(text, "000102030405060708090a0b0c0d0e0f10", 34);
    assert_true(base_hex_decode(text, strlen(text), back, sizeof back));
    assert_memory_equal(back, bytes, sizeof bytes);
    assert_true(base_hex_decode("aBCdEf", 6, back, 3));
    assert_memory_equal(back, "\xab\xcd\xef", 3);
}

/* Every byte in a digit's place: only the 22 digits are taken. */
static void hex_refuses_what_is_no_digit(void **state)
{
    (void)state;
    uint8_t back[1];
    int taken = 0;
    for (int i = 0; i < 256; i++) {
        char high[2] = {(char)i, '0'};
        char low[2] = {'0', (char)i};
        assert_int_equal(base_hex_decode(high, 2, back, 1), base_hex_decode(low, 2, back, 1));
        taken += base_hex_decode(high, 2, back, 1);
    }
    assert_int_equal(taken, 22);
    assert_false(base_hex_decode("ab", 2, back, 0));
    assert_false(base_hex_decode("abc", 3, back, 1));
    assert_true(base_hex_decode("", 0, back, 0));
}

/* The oracle: decodes by arithmetic to a code point, encodes that again in the one shortest form,
 * and compares. It shares no table and no bound with the function it judges. */
static size_t oracle_sequence_size(const uint8_t *text, size_t left)
{
    size_t ones = 0;
    while (ones < 8 && (text[0] & (0x80u >> ones)) != 0)
        ones++;
    size_t size = ones == 0 ? 1 : ones;
    if (ones == 1 || ones > 4 || size > left)
        return 0;
    uint32_t code = ones == 0 ? text[0] : text[0] & (0x7fu >> ones);
    for (size_t i = 1; i < size; i++) {
        if (text[i] / 64 != 2)
            return 0;
        code = code * 64 + text[i] % 64;
    }
    size_t shortest = code < 128 ? 1 : code < 2048 ? 2 : code < 65536 ? 3 : 4;
    int is_surrogate = code / 2048 == 27;
    return code == 0 || code > 1114111 || is_surrogate || size != shortest ? 0 : size;
}

static size_t oracle_utf8(const uint8_t *text, size_t size)
{
    size_t at = 0;
    while (at < size) {
        size_t sequence = oracle_sequence_size(text + at, size - at);
        if (sequence == 0)
            break;
        at += sequence;
    }
    return at;
}

static void utf8_agrees_on_every_sequence_of_three_bytes(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 1u << 24; i++) {
        uint8_t text[3] = {(uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i};
        if (base_utf8_valid_size(text, 3) != oracle_utf8(text, 3))
            fail_msg("%02x %02x %02x", text[0], text[1], text[2]);
    }
}

static void utf8_agrees_on_every_lead_of_four_bytes(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 1u << 19; i++) {
        uint8_t text[4] = {(uint8_t)(0xf0 + (i >> 16)), (uint8_t)(i >> 8), (uint8_t)i,
                           (uint8_t)(0x7f + 0x41 * (i & 1))};
        if (base_utf8_valid_size(text, 4) != oracle_utf8(text, 4))
            fail_msg("%02x %02x %02x %02x", text[0], text[1], text[2], text[3]);
    }
}

/* Long runs of plain text with a rare stranger in them: the eight-byte stride meets every offset.
 */
static void utf8_agrees_on_random_text(void **state)
{
    (void)state;
    uint64_t seed = test_seed(20261122);
    print_message("STEME_TEST_SEED=%llu\n", (unsigned long long)seed);
    for (int round = 0; round < 200000; round++) {
        uint8_t text[48];
        size_t size = (size_t)(test_random(&seed) % (sizeof text + 1));
        for (size_t i = 0; i < size; i++) {
            uint64_t random = test_random(&seed);
            text[i] = (uint8_t)(random % 24 == 0 ? random >> 32 : 'a' + (random >> 8) % 26);
        }
        assert_int_equal(base_utf8_valid_size(text, size), oracle_utf8(text, size));
    }
}

static void ordered_integers_sort_as_bytes(void **state)
{
    (void)state;
    const int64_t values[] = {INT64_MIN, INT64_MIN + 1, -256, -255, -1, 0, 1, 255, 256, INT64_MAX};
    uint8_t before[8];
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        uint8_t key[8];
        base_put_i64_ordered(key, values[i]);
        assert_true(base_get_i64_ordered(key) == values[i]);
        assert_true(i == 0 || memcmp(before, key, 8) < 0);
        memcpy(before, key, 8);
    }
}

static void crc32c_is_the_standard_one(void **state)
{
    (void)state;
    uint8_t bytes[32] = {0};
    assert_int_equal(base_crc32c(0, "123456789", 9), 0xe3069283u);
    assert_int_equal(base_crc32c(0, "", 0), 0);
    /* RFC 3720, B.4 */
    assert_int_equal(base_crc32c(0, bytes, 32), 0x8a9136aau);
    memset(bytes, 0xff, sizeof bytes);
    assert_int_equal(base_crc32c(0, bytes, 32), 0x62a8ab43u);
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)i;
    assert_int_equal(base_crc32c(0, bytes, 32), 0x46dd794eu);
}

static void crc32c_continues_at_any_split(void **state)
{
    (void)state;
    static const char text[] = "the log is the database, the index is derived";
    uint32_t whole = base_crc32c(0, text, sizeof text);
    for (size_t split = 0; split <= sizeof text; split++)
        assert_int_equal(
            base_crc32c(base_crc32c(0, text, split), text + split, sizeof text - split), whole);
}

static void assert_id(steme_id id, const char *hex)
{
    char text[2 * STEME_ID_SIZE + 1];
    base_hex_encode(id.bytes, sizeof id.bytes, text);
    assert_string_equal(text, hex);
}

static void blake3_is_the_standard_one(void **state)
{
    (void)state;
    assert_id(base_blake3("", 0),
              "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262");
    assert_id(base_blake3("abc", 3),
              "6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85");
}

/* 100,000 bytes reach the widest vector code that the machine has; pieces take another way. */
static void blake3_of_pieces_is_that_of_the_whole(void **state)
{
    (void)state;
    enum { SIZE = 100000 };
    uint8_t *bytes = test_malloc(SIZE);
    for (size_t i = 0; i < SIZE; i++)
        bytes[i] = (uint8_t)(i % 251);
    base_blake3_stream stream;
    base_blake3_init(&stream);
    size_t piece = 1;
    for (size_t at = 0; at < SIZE; at += piece) {
        piece = piece * 3 % 1021 + 1;
        if (piece > SIZE - at)
            piece = SIZE - at;
        base_blake3_update(&stream, bytes + at, piece);
    }
    steme_id pieces = base_blake3_final(&stream);
    steme_id whole = base_blake3(bytes, SIZE);
    assert_memory_equal(pieces.bytes, whole.bytes, sizeof whole.bytes);
    test_free(bytes);
}

static void blake3_modes_do_not_meet(void **state)
{
    (void)state;
    steme_id plain = base_blake3("x", 1);
    steme_id derived = base_blake3_derive("test base 1", "x", 1);
    steme_id other = base_blake3_derive("test base 2", "x", 1);
    assert_memory_not_equal(plain.bytes, derived.bytes, sizeof plain.bytes);
    assert_memory_not_equal(derived.bytes, other.bytes, sizeof plain.bytes);
}

/* Blocks keep what was written to them while others are made, and are aligned. */
static void arena_blocks_stay_and_do_not_overlap(void **state)
{
    (void)state;
    enum { COUNT = 2000 };
    base_arena arena = {0};
    static uint8_t *blocks[COUNT];
    static size_t sizes[COUNT];
    uint64_t seed = test_seed(7);
    for (int round = 0; round < 3; round++) {
        for (size_t i = 0; i < COUNT; i++) {
            sizes[i] = (size_t)(test_random(&seed) % (i % 100 == 0 ? 40000 : 200));
            blocks[i] = base_arena_alloc(&arena, sizes[i]);
            assert_non_null(blocks[i]);
            assert_int_equal((uintptr_t)blocks[i] % 16, 0);
            memset(blocks[i], (int)(i & 255), sizes[i]);
        }
        for (size_t i = 0; i < COUNT; i++)
            for (size_t j = 0; j < sizes[i]; j++)
                assert_int_equal(blocks[i][j], i & 255);
        base_arena_reset(&arena);
    }
    base_arena_deinit(&arena);
}

static int always(void)
{
    return 1;
}

static void arena_without_memory_gives_null(void **state)
{
    (void)state;
    base_arena arena = {0};
    assert_null(base_arena_alloc(&arena, SIZE_MAX));
    base_alloc_fault = always;
    void *block = base_arena_alloc(&arena, 1);
    void *copy = base_arena_copy(&arena, "x", 1);
    base_alloc_fault = NULL;
    assert_null(block);
    assert_null(copy);
    copy = base_arena_copy(&arena, "copied", 7);
    assert_string_equal(copy, "copied");
    base_arena_deinit(&arena);
}

static void allocation_refuses_an_overflow(void **state)
{
    (void)state;
    volatile size_t huge = SIZE_MAX / 2 + 1;
    assert_null(base_alloc_zero(huge, 2));
    void *nothing = base_alloc(0);
    assert_non_null(nothing);
    base_free(nothing);
}

static void errors_are_cut_and_terminated(void **state)
{
    (void)state;
    char path[1000];
    memset(path, 'p', sizeof path - 1);
    path[sizeof path - 1] = '\0';
    steme_error error;
    memset(&error, 0x55, sizeof error);
    assert_int_equal(base_fail(&error, STEME_IO, "%s: no", path), STEME_IO);
    assert_int_equal(strlen(error.message), sizeof error.message - 1);
    assert_int_equal(base_fail_errno(&error, ENOSPC, "%s: write", "/a"), STEME_FULL);
    assert_string_equal(error.message, "/a: write: No space left on device");
    assert_int_equal(error.status, STEME_FULL);
    assert_int_equal(base_fail_errno(NULL, ENOENT, "x"), STEME_NOT_FOUND);
    assert_string_equal(steme_status_text((steme_status)99), "unknown status");
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(hex_round_trips),
    cmocka_unit_test(hex_refuses_what_is_no_digit),
    cmocka_unit_test(utf8_agrees_on_every_sequence_of_three_bytes),
    cmocka_unit_test(utf8_agrees_on_every_lead_of_four_bytes),
    cmocka_unit_test(utf8_agrees_on_random_text),
    cmocka_unit_test(ordered_integers_sort_as_bytes),
    cmocka_unit_test(crc32c_is_the_standard_one),
    cmocka_unit_test(crc32c_continues_at_any_split),
    cmocka_unit_test(blake3_is_the_standard_one),
    cmocka_unit_test(blake3_of_pieces_is_that_of_the_whole),
    cmocka_unit_test(blake3_modes_do_not_meet),
    cmocka_unit_test(arena_blocks_stay_and_do_not_overlap),
    cmocka_unit_test(arena_without_memory_gives_null),
    cmocka_unit_test(allocation_refuses_an_overflow),
    cmocka_unit_test(errors_are_cut_and_terminated),
};

TEST_MAIN(tests)
