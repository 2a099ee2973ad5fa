/* What a store does where its index fails: the log is the database, and nothing is lost. */
#include "platform/fault.h"
#include "store/rows.h"
#include "store/store.h"
#include "support/folder.h"
#include "support/quick_record.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#define PATH_SIZE (FOLDER_PATH_SIZE + 256)

enum { PAGE_SIZE = 4096, TAIL_COUNT = 50 };

static void check(steme_status status, const steme_error *error)
{
    if (status != STEME_OK)
        fail_msg("%s", error->message);
}

static steme_store *open_store(const char *path)
{
    steme_error error;
    steme_store *store;
    steme_store_options options = {.tail_record_count = TAIL_COUNT};
    check(steme_store_open(path, &options, &store, &error), &error);
    return store;
}

static steme_store *make_store(test_folder *folder)
{
    steme_error error;
    folder_make(folder);
    check(steme_init(&error), &error);
    check(steme_store_create(folder_join(folder->path, "store"), &error), &error);
    return open_store(folder_join(folder->path, "store"));
}

static void append(steme_store *store, const quick_record *records, size_t count)
{
    steme_error error;
    for (size_t i = 0; i < count; i++)
        check(steme_store_append(store, (steme_span){records[i].bytes, records[i].size}, NULL,
                                 &error),
              &error);
}

static steme_status get_each(steme_store *store, const quick_record *records, size_t count,
                             steme_error *error)
{
    steme_snapshot *snapshot;
    check(steme_snapshot_open(store, &snapshot, error), error);
    steme_status status = STEME_OK;
    for (size_t i = 0; status == STEME_OK && i < count; i++) {
        steme_record record;
        status = steme_snapshot_get(snapshot, &records[i].id, &record, error);
    }
    steme_snapshot_close(snapshot);
    return status;
}

static void damage_leaf(void *context, const char *path)
{
    int *count = context;
    const char *end = strrchr(path, '.');
    if (end == NULL || strcmp(end, ".run") != 0)
        return;
    file_flip_bit(path, 8 * PAGE_SIZE + 100); /* in the first leaf of the table of ids */
    (*count)++;
}

static void a_bad_page_that_a_look_up_meets_means_a_new_index_at_the_next_open(void **state)
{
    (void)state;
    enum { COUNT = 120 };
    test_folder folder;
    char path[PATH_SIZE];
    steme_error error;
    int run_count = 0;
    quick_record *records = quick_records_make(0, COUNT);
    steme_store *store = make_store(&folder);
    append(store, records, COUNT);
    steme_store_close(store);
    snprintf(path, sizeof path, "%s", folder_join(folder.path, "store"));
    folder_walk(folder_join(path, "index"), 0, damage_leaf, &run_count);
    assert_true(run_count > 0);
    store = open_store(path);
    /* Where close left records to the log, opening looks them up and may meet the page itself. */
    if (steme_store_notice(store) == NULL) {
        assert_int_equal(get_each(store, records, COUNT, &error), STEME_CORRUPT);
        steme_store_close(store);
        store = open_store(path);
    }
    check(get_each(store, records, COUNT, &error), &error);
    steme_store_close(store);
    folder_remove(folder.path);
    quick_records_free(records, COUNT);
}

static atomic_bool is_full;
static atomic_uint refused_count;

static int refuse_merges(platform_call call, const char *path, size_t *size)
{
    char name[32] = "";
    (void)path;
    if (call != PLATFORM_CALL_WRITE || !atomic_load(&is_full) ||
        pthread_getname_np(pthread_self(), name, sizeof name) != 0 ||
        strcmp(name, "steme-merge") != 0)
        return 0;
    *size = 0;
    atomic_fetch_add(&refused_count, 1);
    return ENOSPC;
}

static void count_run(void *context, const char *path)
{
    const char *end = strrchr(path, '.');
    *(unsigned *)context += end != NULL && strcmp(end, ".run") == 0;
}

static unsigned count_runs(const char *path)
{
    unsigned count = 0;
    folder_walk(folder_join(path, "index"), 0, count_run, &count);
    return count;
}

static void a_merge_without_space_is_made_up_for_later(void **state)
{
    (void)state;
    enum { COUNT = 1200 };
    test_folder folder;
    char path[PATH_SIZE];
    steme_error error;
    quick_record *records = quick_records_make(0, COUNT);
    platform_fault_set(refuse_merges);
    atomic_store(&is_full, true);
    steme_store *store = make_store(&folder);
    snprintf(path, sizeof path, "%s", folder_join(folder.path, "store"));
    append(store, records, COUNT - 2 * TAIL_COUNT);
    assert_true(atomic_load(&refused_count) > 0);
    unsigned before = count_runs(path);
    atomic_store(&is_full, false);
    append(store, records + COUNT - 2 * TAIL_COUNT, 2 * TAIL_COUNT); /* a new run wakes the merge */
    for (int i = 0; count_runs(path) >= before && i < 1000; i++)
        usleep(10000);
    assert_true(count_runs(path) < before);
    check(get_each(store, records, COUNT, &error), &error);
    steme_store_close(store);
    platform_fault_set(NULL);
    folder_remove(folder.path);
    quick_records_free(records, COUNT);
}

static const char *rules_version;
static atomic_uint extracted_count;

static const char *version_of_rules(void)
{
    return rules_version;
}

static void extract_nothing(const uint8_t hash_key[16], const steme_record *record,
                            const steme_statement *statement, int is_future, store_row_sink *sink)
{
    (void)hash_key;
    (void)record;
    (void)statement;
    (void)is_future;
    (void)sink;
    atomic_fetch_add(&extracted_count, 1);
}

/* Opens the store with a fold whose rows depend on that version; how many records it then sees. */
static unsigned open_with_rules(const char *path, const char *version, steme_store **out_store)
{
    static const store_fold test_fold = {
        .table = {.row_size = 16, .name = "test"},
        .version = version_of_rules,
        .extract = extract_nothing,
    };
    static const store_fold *const folds[] = {&test_fold};
    steme_error error;
    rules_version = version;
    atomic_store(&extracted_count, 0);
    check(store_open(path, NULL, folds, 1, out_store, &error), &error);
    return atomic_load(&extracted_count);
}

static void an_index_of_another_unicode_version_is_made_anew(void **state)
{
    (void)state;
    enum { COUNT = 120 };
    test_folder folder;
    char path[PATH_SIZE];
    steme_error error;
    quick_record *records = quick_records_make(0, COUNT);
    folder_make(&folder);
    snprintf(path, sizeof path, "%s", folder_join(folder.path, "store"));
    check(steme_init(&error), &error);
    check(store_create(path, &error), &error);
    steme_store *store;
    open_with_rules(path, "15.0.0", &store);
    append(store, records, COUNT);
    check(steme_store_rebuild(store, NULL, NULL, &error), &error);
    steme_store_close(store);
    open_with_rules(path, "15.0.0", &store);
    assert_null(steme_store_notice(store));
    steme_store_close(store);
    assert_int_equal(open_with_rules(path, "16.0.0", &store), COUNT);
    assert_non_null(steme_store_notice(store));
    check(get_each(store, records, COUNT, &error), &error);
    steme_store_close(store);
    folder_remove(folder.path);
    quick_records_free(records, COUNT);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(an_index_of_another_unicode_version_is_made_anew),
    cmocka_unit_test(a_bad_page_that_a_look_up_meets_means_a_new_index_at_the_next_open),
    cmocka_unit_test(a_merge_without_space_is_made_up_for_later),
};

TEST_MAIN(tests)
