/* test.h -- what every test includes: cmocka with what it needs, and a main that names the group.
 */
#ifndef SUPPORT_TEST_H
#define SUPPORT_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Runs `tests`, or with an argument only the tests whose name matches it: ctest runs each test
 * of a program as one of its own, so that its closing line counts tests. `-l` lists the names. */
#define TEST_MAIN(tests) TEST_MAIN_NAMED(main, tests)

#define TEST_MAIN_NAMED(main_name, tests)                                                          \
    int main_name(int argc, char **argv)                                                           \
    {                                                                                              \
        if (argc > 1 && strcmp(argv[1], "-l") == 0) {                                              \
            for (size_t i = 0; i < sizeof(tests) / sizeof((tests)[0]); i++)                        \
                puts((tests)[i].name);                                                             \
            return 0;                                                                              \
        }                                                                                          \
        if (argc > 1)                                                                              \
            cmocka_set_test_filter(argv[1]);                                                       \
        return cmocka_run_group_tests(tests, NULL, NULL);                                          \
    }

/* xorshift64*: a sequence that a printed seed replays. */
static inline uint64_t test_random(uint64_t *state)
{
    uint64_t x = *state;
    x ^= x >> 12;
    x ^= x << 25;
    x ^= x >> 27;
    *state = x;
    return x * UINT64_C(0x2545f4914f6cdd1d);
}

/* The seed of a property test: STEME_TEST_SEED, or `fallback`; never 0. */
static inline uint64_t test_seed(uint64_t fallback)
{
    const char *text = getenv("STEME_TEST_SEED");
    uint64_t seed = text != NULL ? strtoull(text, NULL, 0) : fallback;
    return seed == 0 ? 1 : seed;
}

#endif
