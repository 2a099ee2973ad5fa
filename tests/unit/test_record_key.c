#include "platform/fault.h"
#include "record/cbor_read.h"
#include "record/signature.h"
#include "support/forged_record.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64];
static char key_path[96];

static int make_folder(void **state)
{
    snprintf(folder, sizeof folder, "/tmp/steme_test_XXXXXX");
    if (mkdtemp(folder) == NULL)
        return -1;
    snprintf(key_path, sizeof key_path, "%s/key", folder);
    return begin(state);
}

static int remove_folder(void **state)
{
    (void)state;
    platform_fault_set(NULL);
    unlink(key_path);
    return rmdir(folder);
}

static void a_key_is_saved_privately_and_comes_back(void **state)
{
    (void)state;
    steme_key key;
    steme_key back;
    struct stat facts;
    char line[128] = {0};
    steme_key_generate(&key);
    assert_int_equal(steme_key_save(key_path, &key, &error), STEME_OK);
    assert_int_equal(stat(key_path, &facts), 0);
    assert_int_equal(facts.st_mode & 0777, 0600);
    assert_int_equal(facts.st_size, 77);
    assert_int_equal(steme_key_load(key_path, &back, &error), STEME_OK);
    assert_memory_equal(&key, &back, sizeof key);
    FILE *file = fopen(key_path, "rb");
    assert_int_equal(fread(line, 1, sizeof line - 1, file), 77);
    fclose(file);
    assert_memory_equal(line, "steme-key-1 ", 12);
    assert_int_equal(steme_key_save(key_path, &key, &error), STEME_EXISTS);
    steme_key_wipe(&key);
    assert_memory_equal(&key, &(steme_key){0}, sizeof key);
}

static void a_key_that_others_may_read_is_not_loaded(void **state)
{
    (void)state;
    steme_key back;
    assert_int_equal(steme_key_save(key_path, random_key(0), &error), STEME_OK);
    static const mode_t modes[] = {0640, 0604, 0620, 0601};
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(chmod(key_path, modes[i]), 0);
        assert_int_equal(steme_key_load(key_path, &back, &error), STEME_PERMISSION);
    }
    assert_int_equal(chmod(key_path, 0400), 0);
    assert_int_equal(steme_key_load(key_path, &back, &error), STEME_OK);
}

static void what_is_not_a_key_file_is_not_loaded(void **state)
{
    (void)state;
    static const struct {
        const char *before;
        int digit_count;
        const char *after;
    } files[] = {{"", 0, ""},
                 {"steme-key-1 ", 64, ""},
                 {"steme-key-1 ", 64, "x"},
                 {"steme-key-1 ", 64, "\n\n"},
                 {"steme-key-1 ", 63, "\n"},
                 {"steme-key-1 ", 65, "\n"},
                 {"steme-key-1 g", 63, "\n"},
                 {"steme-key-1  ", 63, "\n"},
                 {"steme-key-2 ", 64, "\n"},
                 {"", 64, "\n"}};
    steme_key back;
    assert_int_equal(steme_key_load(key_path, &back, &error), STEME_NOT_FOUND);
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        FILE *file = fopen(key_path, "wb");
        fprintf(file, "%s%.*s%s", files[i].before, files[i].digit_count, TIMES_8("0123456789"),
                files[i].after);
        fclose(file);
        assert_int_equal(chmod(key_path, 0600), 0);
        assert_int_equal(steme_key_load(key_path, &back, &error), STEME_INVALID);
    }
}

static platform_call failing_call;

static int fail_call(platform_call call, const char *path, size_t *size)
{
    (void)path;
    if (call != failing_call)
        return 0;
    if (size != NULL)
        *size /= 2;
    return ENOSPC;
}

static void a_key_that_could_not_be_saved_leaves_no_file(void **state)
{
    (void)state;
    static const platform_call calls[] = {PLATFORM_CALL_OPEN, PLATFORM_CALL_WRITE,
                                          PLATFORM_CALL_SYNC};
    for (size_t i = 0; i < 3; i++) {
        failing_call = calls[i];
        platform_fault_set(fail_call);
        assert_int_equal(steme_key_save(key_path, random_key(0), &error), STEME_FULL);
        platform_fault_set(NULL);
        assert_int_equal(access(key_path, F_OK), -1);
    }
    assert_int_equal(steme_key_save(key_path, random_key(0), &error), STEME_OK);
}

#define KEY_TEST(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

static const struct CMUnitTest tests[] = {
    KEY_TEST(a_key_is_saved_privately_and_comes_back),
    KEY_TEST(a_key_that_others_may_read_is_not_loaded),
    KEY_TEST(what_is_not_a_key_file_is_not_loaded),
    KEY_TEST(a_key_that_could_not_be_saved_leaves_no_file),
};

TEST_MAIN(tests)
