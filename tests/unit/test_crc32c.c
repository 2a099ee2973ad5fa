#include "base/hash.h"
#include "support/test.h"

/* The way of processors without the instruction, beside the one that the library takes here. */
#undef __x86_64__
#define base_crc32c crc32c_of_any_processor
#include "base/crc32c.c"
#undef base_crc32c

static void every_processor_gets_the_same_sum(void **state)
{
    (void)state;
    uint64_t seed = test_seed(5);
    uint8_t bytes[300];
    print_message("STEME_TEST_SEED=%llu\n", (unsigned long long)seed);
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(test_random(&seed) >> 32);
    for (size_t size = 0; size <= sizeof bytes; size++) {
        uint32_t before = (uint32_t)(test_random(&seed) >> 32);
        assert_int_equal(crc32c_of_any_processor(before, bytes, size),
                         base_crc32c(before, bytes, size));
    }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(every_processor_gets_the_same_sum),
};

TEST_MAIN(tests)
