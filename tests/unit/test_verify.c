/* What the library's verify says of damage: each fault once; and that it can be given up. */
#include "support/folder.h"
#include "support/quick_record.h"

#include <stdbool.h>
#include <steme/store.h>

enum { RECORD_COUNT = 2000, PAGE_SIZE = 4096 };

typedef struct verified {
    uint64_t count;
    char first[512];
    steme_verify_report report;
} verified;

static void see_fault(void *context, const char *fault)
{
    verified *seen = context;
    if (seen->count++ == 0)
        snprintf(seen->first, sizeof seen->first, "%s", fault);
}

static void check(steme_status status, const steme_error *error)
{
    if (status != STEME_OK)
        fail_msg("%s", error->message);
}

static steme_store *open_store(const char *path, bool is_read_only)
{
    steme_error error;
    steme_store *store;
    steme_store_options options = {.is_read_only = is_read_only, .tail_record_count = RECORD_COUNT};
    check(steme_store_open(path, &options, &store, &error), &error);
    return store;
}

/* A store whose index is one run. */
static void make_store(const char *path)
{
    steme_error error;
    quick_record *records = quick_records_make(0, RECORD_COUNT);
    steme_append *items = calloc(RECORD_COUNT, sizeof *items);
    assert_non_null(items);
    for (size_t i = 0; i < RECORD_COUNT; i++)
        items[i].record = (steme_span){records[i].bytes, records[i].size};
    check(steme_init(&error), &error);
    check(steme_store_create(path, &error), &error);
    steme_store *store = open_store(path, false);
    check(steme_store_append_many(store, items, RECORD_COUNT, 1, &error), &error);
    check(steme_store_rebuild(store, NULL, NULL, &error), &error);
    steme_store_close(store);
    quick_records_free(records, RECORD_COUNT);
    free(items);
}

static verified verify(const char *path)
{
    steme_error error;
    verified seen = {0};
    steme_store *store = open_store(path, true);
    check(steme_store_verify(store, see_fault, NULL, &seen, &seen.report, &error), &error);
    steme_store_close(store);
    assert_int_equal(seen.report.fault_count, seen.count);
    return seen;
}

static void see_run(void *context, const char *path)
{
    const char *end = strrchr(path, '.');
    if (end != NULL && strcmp(end, ".run") == 0)
        snprintf(context, FOLDER_PATH_SIZE + 512, "%s", path);
}

static void a_bad_page_of_the_index_is_one_fault(void **state)
{
    (void)state;
    test_folder folder;
    char path[FOLDER_PATH_SIZE + 256];
    char run[FOLDER_PATH_SIZE + 512] = "";
    folder_make(&folder);
    snprintf(path, sizeof path, "%s", folder_join(folder.path, "store"));
    make_store(path);
    folder_walk(folder_join(path, "index"), 0, see_run, run);
    assert_true(run[0] != '\0');
    assert_int_equal(verify(path).count, 0);
    uint64_t page_count = file_size(run) / PAGE_SIZE;
    for (uint64_t page = 1; page < page_count; page += page + 8 < page_count ? 7 : 1) {
        char place[64];
        file_flip_bit(run, 8 * page * PAGE_SIZE + 100);
        verified seen = verify(path);
        snprintf(place, sizeof place, "page %llu: wrong checksum", (unsigned long long)page);
        assert_non_null(strstr(seen.first, place));
        assert_int_equal(seen.count, 1);
        assert_int_equal(seen.report.record_count, RECORD_COUNT);
        file_flip_bit(run, 8 * page * PAGE_SIZE + 100);
    }
    folder_remove(folder.path);
}

/* Looks until it is given up. */
typedef struct patience {
    verified seen; /* first: the faults' */
    uint64_t look_count;
    uint64_t look_max;
} patience;

static int look(void *context, uint64_t done, uint64_t total)
{
    patience *self = context;
    assert_true(done <= total);
    return ++self->look_count == self->look_max;
}

static steme_status verify_patiently(steme_store *store, patience *self)
{
    steme_error error;
    return steme_store_verify(store, see_fault, look, self, &self->seen.report, &error);
}

static void it_is_given_up_at_any_look(void **state)
{
    (void)state;
    test_folder folder;
    char path[FOLDER_PATH_SIZE + 256];
    patience whole = {.look_max = UINT64_MAX};
    folder_make(&folder);
    snprintf(path, sizeof path, "%s", folder_join(folder.path, "store"));
    make_store(path);
    steme_store *store = open_store(path, true);
    assert_int_equal(verify_patiently(store, &whole), STEME_OK);
    assert_true(whole.look_count >= 4); /* three chunks of the log, and the index */
    for (uint64_t i = 1; i <= whole.look_count; i++) {
        patience some = {.look_max = i};
        assert_int_equal(verify_patiently(store, &some), STEME_CANCELLED);
        assert_int_equal(some.look_count, i);
        assert_int_equal(some.seen.count, 0);
    }
    snprintf(path, sizeof path, "%s", folder_join(folder.path, "copy"));
    steme_error error;
    patience none = {.look_max = 1};
    assert_int_equal(steme_store_backup(store, path, look, &none, &error), STEME_CANCELLED);
    steme_store *copy = NULL;
    assert_int_equal(steme_store_open(path, NULL, &copy, &error), STEME_NOT_FOUND);
    steme_store_close(store);
    folder_remove(folder.path);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_bad_page_of_the_index_is_one_fault),
    cmocka_unit_test(it_is_given_up_at_any_look),
};

TEST_MAIN(tests)
