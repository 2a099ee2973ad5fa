/* Every call to the system and every allocation of an ingest and of a recovery is made to fail,
 * one after the other: the n-th, for n = 1, 2, 3, … until a run needs no n-th.
 *
 * STEME_FAULT_STRIDE: every how many-th n (1 for calls, 7 for allocations). */
#include "platform/fault.h"
#include "support/folder.h"
#include "support/quick_record.h"
#include "support/set_check.h"

#include <errno.h>
#include <stdatomic.h>

enum {
    BATCH_COUNT = 8,
    BATCH_RECORD_COUNT = 8,
    RECORD_COUNT = BATCH_COUNT * BATCH_RECORD_COUNT,
    TAIL_RECORD_COUNT = 4, /* so that there are flushes, and a merge */
    RUN_COUNT_MAX = 100000,
};

static const steme_store_options options = {.tail_record_count = TAIL_RECORD_COUNT,
                                            .verify_thread_count = 1};
static quick_record *records;

/* ---- The fault ---------------------------------------------------------------------------- */

static struct {
    platform_call call;
    int reason; /* errno; 0 = a write that falls short, and goes on */
    unsigned long long fail_at;
    atomic_ullong count;
    atomic_int is_past; /* the n-th call came */
} fault;

static int fault_hook(platform_call call, const char *path, size_t *size)
{
    (void)path;
    if (call != fault.call || atomic_fetch_add(&fault.count, 1) + 1 != fault.fail_at)
        return 0;
    atomic_store(&fault.is_past, 1);
    if (size != NULL)
        *size /= 2;
    return fault.reason;
}

static void fault_begin(platform_call call, int reason, unsigned long long fail_at)
{
    fault.call = call;
    fault.reason = reason;
    fault.fail_at = fail_at;
    atomic_store(&fault.count, 0);
    atomic_store(&fault.is_past, 0);
    platform_fault_set(fault_hook);
}

/* ---- The runs ----------------------------------------------------------------------------- */

/* What a failure says: its kind, and the file; or, after a first failure, the store that refuses
 * because of it. */
static void check_message(const steme_error *error, steme_status status)
{
    int is_memory = fault.reason == ENOMEM;
    int is_expected =
        status == STEME_READ_ONLY ||
        (is_memory ? status == STEME_NO_MEMORY : status == STEME_IO || status == STEME_FULL);
    if (!is_expected)
        fail_msg("%s: %s", steme_status_text(status), error->message);
    assert_int_equal(error->status, status);
    assert_int_not_equal(error->message[0], '\0');
    if (fault.call != PLATFORM_CALL_ALLOC)
        assert_non_null(strchr(error->message, '/'));
}

static steme_status append_batch(steme_store *store, unsigned batch, steme_error *error)
{
    steme_append items[BATCH_RECORD_COUNT];
    for (unsigned i = 0; i < BATCH_RECORD_COUNT; i++) {
        const quick_record *record = &records[batch * BATCH_RECORD_COUNT + i];
        items[i] = (steme_append){.record = {record->bytes, record->size}};
    }
    steme_status status = steme_store_append_many(store, items, BATCH_RECORD_COUNT, 1, error);
    for (unsigned i = 0; status == STEME_OK && i < BATCH_RECORD_COUNT; i++) {
        if (items[i].status == STEME_OK)
            continue;
        assert_int_equal(items[i].status, STEME_NO_MEMORY);
        snprintf(error->message, sizeof error->message, "no memory for an item");
        status = error->status = items[i].status;
    }
    return status;
}

/* Opens (and makes) the store and appends all batches from `first` on; which of them were
 * acknowledged goes to `acknowledged`. */
static void ingest(const char *directory, int is_new, unsigned first, int *acknowledged)
{
    steme_store *store = NULL;
    steme_error error;
    steme_status status = is_new ? steme_store_create(directory, &error) : STEME_OK;
    if (status == STEME_OK)
        status = steme_store_open(directory, &options, &store, &error);
    if (status != STEME_OK) {
        check_message(&error, status);
        return;
    }
    for (unsigned batch = first; batch < BATCH_COUNT; batch++) {
        status = append_batch(store, batch, &error);
        acknowledged[batch] = status == STEME_OK;
        if (status != STEME_OK)
            check_message(&error, status);
    }
    steme_store_close(store);
}

/* With no faults: opens, all that was acknowledged is there, and the rest can be appended. */
static void check_after(const char *directory, const int *acknowledged)
{
    steme_store *store;
    steme_error error;
    id_set ids = {0};
    if (!file_exists(folder_join(directory, "STEME")))
        check_ok(steme_store_create(directory, &error), &error);
    check_ok(steme_store_open(directory, &options, &store, &error), &error);
    for (unsigned i = 0; i < RECORD_COUNT; i++)
        if (acknowledged[i / BATCH_RECORD_COUNT])
            check_readable(store, &records[i].id, 1);
    check_root(store, &ids);
    check_verify(store);
    for (unsigned batch = 0; batch < BATCH_COUNT; batch++)
        check_ok(append_batch(store, batch, &error), &error);
    id_set_free(&ids);
    check_root(store, &ids);
    assert_int_equal(ids.count, RECORD_COUNT);
    steme_store_close(store);
    id_set_free(&ids);
}

static void ingest_run(const char *directory, int *acknowledged)
{
    ingest(directory, 1, 0, acknowledged);
}

/* A store as a killed writer left it: half of the batches in the log only, and a torn frame. */
static void leave_crashed(const char *directory, int *acknowledged)
{
    steme_store *store;
    steme_error error;
    check_ok(steme_store_create(directory, &error), &error);
    check_ok(steme_store_open(directory, &options, &store, &error), &error);
    for (unsigned batch = 0; batch < BATCH_COUNT; batch++)
        check_ok(append_batch(store, batch, &error), &error);
    steme_store_close(store);
    const char *segment = folder_join(directory, "log/00000001.log");
    file_cut(segment, file_size(segment) - 100);
    for (unsigned batch = 0; batch < BATCH_COUNT; batch++)
        acknowledged[batch] = batch + 1 < BATCH_COUNT;
    folder_remove(folder_join(directory, "index"));
}

static void recovery_run(const char *directory, int *acknowledged)
{
    int now[BATCH_COUNT] = {0};
    ingest(directory, 0, BATCH_COUNT - 1, now);
    acknowledged[BATCH_COUNT - 1] = now[BATCH_COUNT - 1];
}

/* A rebuild that fails leaves a store that answers nothing, and says so, rather than half. */
static void rebuild_run(const char *directory, int *acknowledged)
{
    steme_store *store;
    steme_snapshot *snapshot;
    steme_error error;
    steme_id root;
    uint64_t count;
    steme_status status = steme_store_open(directory, &options, &store, &error);
    if (status != STEME_OK) {
        check_message(&error, status);
        return;
    }
    status = steme_store_rebuild(store, NULL, NULL, &error);
    if (status != STEME_OK)
        check_message(&error, status);
    if (steme_snapshot_open(store, &snapshot, &error) == STEME_OK) {
        if (steme_snapshot_root(snapshot, &root, &count, &error) == STEME_OK)
            assert_int_equal(count, RECORD_COUNT - BATCH_RECORD_COUNT);
        steme_snapshot_close(snapshot);
    }
    acknowledged[BATCH_COUNT - 1] = append_batch(store, BATCH_COUNT - 1, &error) == STEME_OK;
    steme_store_close(store);
}

/* A store closed in good order, without the last batch. */
static void leave_closed(const char *directory, int *acknowledged)
{
    steme_store *store;
    steme_error error;
    check_ok(steme_store_create(directory, &error), &error);
    check_ok(steme_store_open(directory, &options, &store, &error), &error);
    for (unsigned batch = 0; batch + 1 < BATCH_COUNT; batch++) {
        check_ok(append_batch(store, batch, &error), &error);
        acknowledged[batch] = 1;
    }
    steme_store_close(store);
}

typedef struct fault_story {
    void (*prepare)(const char *directory, int *acknowledged); /* without faults; or NULL */
    void (*run)(const char *directory, int *acknowledged);
} fault_story;

static const fault_story ingest_story = {NULL, ingest_run};
static const fault_story recovery_story = {leave_crashed, recovery_run};
static const fault_story rebuild_story = {leave_closed, rebuild_run};

typedef struct fault_plan {
    platform_call call;
    int reason;
    unsigned stride;
} fault_plan;

static void fail_each(const fault_plan *plan, const fault_story *story)
{
    const char *text = getenv("STEME_FAULT_STRIDE");
    unsigned stride = text != NULL ? (unsigned)strtoul(text, NULL, 10) : plan->stride;
    unsigned long long fail_at = 1;
    for (;; fail_at += stride) {
        test_folder folder;
        char path[FOLDER_PATH_SIZE + 256];
        int acknowledged[BATCH_COUNT] = {0};
        folder_make(&folder);
        snprintf(path, sizeof path, "%s", folder_join(folder.path, "store"));
        if (story->prepare != NULL)
            story->prepare(path, acknowledged);
        fault_begin(plan->call, plan->reason, fail_at);
        story->run(path, acknowledged);
        platform_fault_set(NULL);
        check_after(path, acknowledged);
        folder_remove(folder.path);
        if (!atomic_load(&fault.is_past))
            break;
        assert_true(fail_at < RUN_COUNT_MAX);
    }
    print_message("%llu runs\n", (fail_at - 1) / stride + 1);
}

/* A reader that could not catch up with the writer misses nothing when it can. */
static void fail_each_catching_up(const fault_plan *plan)
{
    const steme_store_options reading = {.is_read_only = 1};
    unsigned long long fail_at = 0;
    do {
        test_folder folder;
        char path[FOLDER_PATH_SIZE + 256];
        int acknowledged[BATCH_COUNT];
        steme_store *reader;
        steme_store *writer;
        steme_snapshot *snapshot;
        steme_error error;
        id_set ids = {0};
        folder_make(&folder);
        snprintf(path, sizeof path, "%s", folder_join(folder.path, "store"));
        leave_closed(path, acknowledged);
        check_ok(steme_store_open(path, &reading, &reader, &error), &error);
        check_ok(steme_store_open(path, &options, &writer, &error), &error);
        check_ok(append_batch(writer, BATCH_COUNT - 1, &error), &error);
        steme_store_close(writer);
        fault_begin(plan->call, plan->reason, ++fail_at);
        steme_status status = steme_snapshot_open(reader, &snapshot, &error);
        if (status == STEME_OK)
            steme_snapshot_close(snapshot);
        else
            check_message(&error, status);
        platform_fault_set(NULL);
        check_root(reader, &ids);
        assert_int_equal(ids.count, RECORD_COUNT);
        check_readable(reader, ids.ids, ids.count);
        steme_store_close(reader);
        id_set_free(&ids);
        folder_remove(folder.path);
    } while (atomic_load(&fault.is_past));
    print_message("%llu runs\n", fail_at);
}

static void a_reader_catches_up_after_any_failing_call(void **state)
{
    static const fault_plan plans[] = {
        {PLATFORM_CALL_OPEN, EIO, 1},
        {PLATFORM_CALL_READ, EIO, 1},
        {PLATFORM_CALL_MAP, ENOMEM, 1},
        {PLATFORM_CALL_ALLOC, ENOMEM, 1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof plans / sizeof plans[0]; i++)
        fail_each_catching_up(&plans[i]);
}

#define FAULT_TEST(name, call, reason, stride)                                                     \
    static const fault_plan plan_##name = {call, reason, stride};                                  \
    static void an_ingest_survives_##name(void **state)                                            \
    {                                                                                              \
        (void)state;                                                                               \
        fail_each(&plan_##name, &ingest_story);                                                    \
    }                                                                                              \
    static void a_recovery_survives_##name(void **state)                                           \
    {                                                                                              \
        (void)state;                                                                               \
        fail_each(&plan_##name, &recovery_story);                                                  \
    }                                                                                              \
    static void a_rebuild_survives_##name(void **state)                                            \
    {                                                                                              \
        (void)state;                                                                               \
        fail_each(&plan_##name, &rebuild_story);                                                   \
    }

FAULT_TEST(any_failing_open, PLATFORM_CALL_OPEN, EIO, 1)
FAULT_TEST(any_failing_read, PLATFORM_CALL_READ, EIO, 1)
FAULT_TEST(any_failing_write, PLATFORM_CALL_WRITE, EIO, 1)
FAULT_TEST(a_full_disk_at_any_write, PLATFORM_CALL_WRITE, ENOSPC, 1)
FAULT_TEST(any_short_write, PLATFORM_CALL_WRITE, 0, 1)
FAULT_TEST(any_failing_sync, PLATFORM_CALL_SYNC, EIO, 1)
FAULT_TEST(any_failing_map, PLATFORM_CALL_MAP, ENOMEM, 1)
FAULT_TEST(any_failing_rename, PLATFORM_CALL_RENAME, EIO, 1)
FAULT_TEST(any_failing_truncate, PLATFORM_CALL_TRUNCATE, EIO, 1)
FAULT_TEST(any_failing_allocation, PLATFORM_CALL_ALLOC, ENOMEM, 7)

static int make_records(void **state)
{
    steme_error error;
    (void)state;
    if (steme_init(&error) != STEME_OK)
        return -1;
    records = quick_records_make(0, RECORD_COUNT);
    return 0;
}

static int free_records(void **state)
{
    (void)state;
    quick_records_free(records, RECORD_COUNT);
    return 0;
}

#define ALL(name)                                                                                  \
    cmocka_unit_test_setup_teardown(an_ingest_survives_##name, make_records, free_records),        \
        cmocka_unit_test_setup_teardown(a_recovery_survives_##name, make_records, free_records),   \
        cmocka_unit_test_setup_teardown(a_rebuild_survives_##name, make_records, free_records)

static const struct CMUnitTest tests[] = {
    ALL(any_failing_open),
    ALL(any_failing_read),
    ALL(any_failing_write),
    ALL(a_full_disk_at_any_write),
    ALL(any_short_write),
    ALL(any_failing_sync),
    ALL(any_failing_map),
    ALL(any_failing_rename),
    ALL(any_failing_truncate),
    ALL(any_failing_allocation),
    cmocka_unit_test_setup_teardown(a_reader_catches_up_after_any_failing_call, make_records,
                                    free_records),
};

TEST_MAIN(tests)
