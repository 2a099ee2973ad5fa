/* Frames made shorter: what comes out is what went in, and no bytes cost more than their bound. */
#include "support/quick_record.h"
#include "support/test.h"

#include "common/pack.h"

enum { SIZE_MAX_HERE = 1 << 18 };

/* Bytes with `alphabet` different values. */
static uint8_t *make_bytes(uint64_t *random, size_t size, unsigned alphabet)
{
    uint8_t *bytes = malloc(size);
    assert_non_null(bytes);
    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)(test_random(random) % alphabet);
    return bytes;
}

static void what_is_packed_comes_out_as_it_was(void **state)
{
    (void)state;
    uint64_t random = test_seed(1);
    unsigned packed_count = 0;
    for (int round = 0; round < 200; round++) {
        size_t size = PACK_SIZE_MIN + test_random(&random) % (SIZE_MAX_HERE - PACK_SIZE_MIN + 1);
        uint8_t *bytes = make_bytes(&random, size, 1u << test_random(&random) % 9);
        size_t packed_size;
        uint8_t *packed = pack_bytes((steme_span){bytes, size}, &packed_size);
        if (packed != NULL) {
            size_t opened_size;
            assert_true(packed_size <= size - size / 8);
            uint8_t *opened =
                pack_open((steme_span){packed, packed_size}, SIZE_MAX_HERE, &opened_size);
            assert_non_null(opened);
            assert_int_equal(opened_size, size);
            assert_memory_equal(opened, bytes, size);
            free(opened);
            packed_count++;
        }
        free(packed);
        free(bytes);
    }
    assert_true(packed_count > 50 && packed_count < 200); /* noise is left as it is */
}

static void records_of_one_signer_take_half(void **state)
{
    (void)state;
    enum { COUNT = 500 };
    size_t size = 0;
    size_t packed_size = 0;
    quick_record *records = quick_records_make(0, COUNT);
    uint8_t *bytes = malloc(SIZE_MAX_HERE);
    assert_non_null(bytes);
    for (size_t i = 0; i < COUNT; i++) {
        memcpy(bytes + size, records[i].bytes, records[i].size);
        size += records[i].size;
    }
    uint8_t *packed = pack_bytes((steme_span){bytes, size}, &packed_size);
    print_message("%zu bytes as %zu\n", size, packed_size);
    assert_non_null(packed);
    assert_true(packed_size < size * 6 / 10);
    free(packed);
    free(bytes);
    quick_records_free(records, COUNT);
}

/* A thousandth of its size on the wire: it is not opened, whatever it says. */
static void what_would_grow_beyond_the_bound_is_none(void **state)
{
    (void)state;
    size_t size = 64 << 20;
    size_t packed_size;
    size_t opened_size;
    uint8_t *zeros = calloc(1, size);
    assert_non_null(zeros);
    uint8_t *packed = pack_bytes((steme_span){zeros, size}, &packed_size);
    assert_non_null(packed);
    assert_true(packed_size < size / 100);
    assert_null(pack_open((steme_span){packed, packed_size}, SIZE_MAX_HERE, &opened_size));
    assert_null(pack_open((steme_span){packed, packed_size}, size - 1, &opened_size));
    free(packed);
    packed = pack_bytes((steme_span){zeros, SIZE_MAX_HERE}, &packed_size);
    assert_null(pack_open((steme_span){packed, packed_size}, SIZE_MAX_HERE - 1, &opened_size));
    uint8_t *opened = pack_open((steme_span){packed, packed_size}, SIZE_MAX_HERE, &opened_size);
    assert_int_equal(opened_size, SIZE_MAX_HERE);
    free(opened);
    free(packed);
    free(zeros);
}

static void what_is_cut_or_followed_by_more_is_none(void **state)
{
    (void)state;
    uint64_t random = test_seed(2);
    size_t packed_size;
    size_t opened_size;
    uint8_t *bytes = make_bytes(&random, 3000, 7);
    uint8_t *packed = pack_bytes((steme_span){bytes, 3000}, &packed_size);
    assert_non_null(packed);
    packed = realloc(packed, packed_size + 1);
    assert_non_null(packed);
    packed[packed_size] = 0;
    for (size_t size = 0; size <= packed_size + 1; size++) {
        if (size != packed_size)
            assert_null(pack_open((steme_span){packed, size}, SIZE_MAX_HERE, &opened_size));
    }
    for (size_t bit = 0; bit < packed_size * 8; bit++) {
        packed[bit / 8] ^= (uint8_t)(1u << bit % 8);
        uint8_t *opened = pack_open((steme_span){packed, packed_size}, SIZE_MAX_HERE, &opened_size);
        assert_true(opened == NULL || opened_size <= SIZE_MAX_HERE); /* the sum is a weak one */
        free(opened);
        packed[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    free(packed);
    free(bytes);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(what_is_packed_comes_out_as_it_was),
    cmocka_unit_test(records_of_one_signer_take_half),
    cmocka_unit_test(what_would_grow_beyond_the_bound_is_none),
    cmocka_unit_test(what_is_cut_or_followed_by_more_is_none),
};

TEST_MAIN(tests)
