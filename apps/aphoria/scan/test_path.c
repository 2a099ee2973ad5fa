/* test_path.c -- see test_path.h. */
#include "aphoria/scan/test_path.h"

#include <fnmatch.h>
#include <string.h>

/* At most .43 of what is demanded without condition: a flag for what is as good as certain. */
static const double secret_share = 0.45;
/* At most .38: passes. */
static const double other_share = 0.4;

static const char *const folders[] = {
    "doc",
    "docs",
    "example",
    "examples",
    "samples",
    "benchmark",
    "benchmarks",
    "test",
    "tests",
    "testing",
    "testdata",
    "test-data",
    "test_data",
    "__tests__",
    "__mocks__",
    "spec",
    "specs",
    "fixtures",
    "__fixtures__",
    "e2e",
    "cypress",
    "unittest",
    "unittests",
    "test-fixtures",
    "testsuite",
    "androidTest",
    "functional_tests",
    "integration-test",
    "integration_tests",
    "integrationTest",
};

static const char *const names[] = {
    "test_*.py",     "*_test.py",     "tests.py",       "test.py",       "conftest.py",
    "*_test.go",     "*.spec.[jt]s",  "*.test.[jt]s",   "*.spec.[jt]sx", "*.test.[jt]sx",
    "*.spec.[cm]js", "*.test.[cm]js", "test.[jt]s",     "*-test.js",     "*_test.js",
    "*Test.java",    "*Tests.java",   "*TestCase.java", "*IT.java",      "*_spec.rb",
    "*_test.rb",     "test_*.rb",     "*Test.php",      "*_test.rs",     "*_test.c",
    "*_test.cc",     "*_test.cpp",    "*.bats",
};

static int is_folder_of_tests(const char *begin, size_t size)
{
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        if (strlen(folders[i]) == size && memcmp(folders[i], begin, size) == 0) {
            return 1;
        }
    }
    return 0;
}

int test_path_is(const char *path)
{
    const char *name = path;
    for (const char *slash; (slash = strchr(name, '/')) != NULL; name = slash + 1) {
        if (is_folder_of_tests(name, (size_t)(slash - name))) {
            return 1;
        }
    }
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (fnmatch(names[i], name, 0) == 0) {
            return 1;
        }
    }
    return 0;
}

void test_path_weigh(observations *seen)
{
    const char *path = NULL; /* of the last one: those of a file are next to each other */
    int is_test = 0;
    for (size_t i = 0; i < seen->count; i++) {
        observation *each = &seen->items[i];
        if (path == NULL || strcmp(path, each->path) != 0) {
            path = each->path;
            is_test = test_path_is(path);
        }
        each->is_test = (uint8_t)is_test;
        if (is_test) {
            each->confidence *= each->match->is_secret ? secret_share : other_share;
        }
    }
}
