/* Battery 2: what was acknowledged is there, whatever happens to the process, the disk and the
 * files; what is damaged is never served. tests/fault has the same in depth, at every call and bit.
 */
#include "platform/fault.h"
#include "support/answers.h"
#include "support/folder.h"
#include "support/process.h"

#include <errno.h>
#include <stdatomic.h>

enum { RECORD_COUNT = 300, BATCH_COUNT = 20, KILL_ROUND_COUNT = 4, TAIL_RECORD_COUNT = 50 };

static const steme_store_options writing = {.tail_record_count = TAIL_RECORD_COUNT,
                                            .verify_thread_count = 1};
static const char segment[] = "log/00000001.log";

typedef struct story {
    test_folder folder;
    char path[FOLDER_PATH_SIZE + 256]; /* of the store */
    steme_store *store;
    quick_record *records;
} story;

static int set_up(void **state)
{
    static story self;
    steme_error error;
    folder_make(&self.folder);
    snprintf(self.path, sizeof self.path, "%s", folder_join(self.folder.path, "store"));
    self.records = quick_records_make(0, RECORD_COUNT);
    self.store = NULL;
    check_ok(steme_init(&error), &error);
    check_ok(steme_store_create(self.path, &error), &error);
    *state = &self;
    return 0;
}

static int tear_down(void **state)
{
    story *self = *state;
    platform_fault_set(NULL);
    steme_store_close(self->store);
    quick_records_free(self->records, RECORD_COUNT);
    folder_remove(self->folder.path);
    return 0;
}

static void open_store(story *self)
{
    steme_error error;
    check_ok(steme_store_open(self->path, &writing, &self->store, &error), &error);
}

static void close_store(story *self)
{
    steme_store_close(self->store);
    self->store = NULL;
}

static steme_status append(story *self, size_t first, size_t count, steme_error *error)
{
    steme_append items[RECORD_COUNT];
    for (size_t i = 0; i < count; i++) {
        const quick_record *record = &self->records[first + i];
        items[i] = (steme_append){.record = {record->bytes, record->size}};
    }
    return steme_store_append_many(self->store, items, count, 0, error);
}

/* A store with the first `count` records, closed. */
static void leave_records(story *self, size_t count)
{
    steme_error error;
    open_store(self);
    for (size_t at = 0; at < count; at += BATCH_COUNT)
        check_ok(append(self, at, BATCH_COUNT, &error), &error);
    close_store(self);
}

/* Record `i` is in the set and can be read. */
static int has_record(story *self, size_t i)
{
    steme_error error;
    steme_snapshot *snapshot;
    steme_record record;
    check_ok(steme_snapshot_open(self->store, &snapshot, &error), &error);
    steme_status status = steme_snapshot_get(snapshot, &self->records[i].id, &record, &error);
    steme_snapshot_close(snapshot);
    return status == STEME_OK;
}

static void check_whole(story *self)
{
    id_set ids = {0};
    check_root(self->store, &ids);
    check_verify(self->store);
    id_set_free(&ids);
}

/* ---- Kill --------------------------------------------------------------------------------- */

/* append FOLDER FIRST: batches of new records without end, the number behind each on a line once
 * it is acknowledged. */
static int run_writer(int argument_count, char **arguments)
{
    steme_store *store;
    steme_error error;
    (void)argument_count;
    if (steme_store_open(arguments[1], &writing, &store, &error) != STEME_OK)
        return 1;
    for (uint64_t number = strtoull(arguments[2], NULL, 10);; number++) {
        quick_record record;
        quick_record_make(number, &record);
        if (steme_store_append(store, (steme_span){record.bytes, record.size}, NULL, &error) !=
            STEME_OK)
            return 1;
        printf("%llu\n", (unsigned long long)number);
        fflush(stdout);
        free(record.bytes);
    }
}

static void what_is_acknowledged_is_there_after_kill_9_in_mid_ingest(void **state)
{
    story *self = *state;
    uint64_t next = 0; /* all below were acknowledged */
    for (int round = 0; round < KILL_ROUND_COUNT; round++) {
        char first[24];
        test_process process;
        snprintf(first, sizeof first, "%llu", (unsigned long long)next);
        process_start(&process, (const char *[]){"append", self->path, first, NULL});
        for (int i = 0; i < 60 + 25 * round; i++)
            next = strtoull(process_line(&process), NULL, 10) + 1;
        assert_int_equal(kill(process.id, SIGKILL), 0);
        int status = process_end(&process);
        assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
        open_store(self);
        quick_record *records = quick_records_make(0, next);
        assert_int_equal(answers_get_all(self->store, records, next), 0);
        quick_records_free(records, next);
        check_whole(self);
        close_store(self);
    }
}

/* ---- Torn frames -------------------------------------------------------------------------- */

static void a_torn_frame_is_cut_and_nothing_else(void **state)
{
    story *self = *state;
    steme_error error;
    leave_records(self, BATCH_COUNT);
    const char *log = folder_join(self->path, segment);
    uint64_t whole_size = file_size(log);
    open_store(self);
    check_ok(append(self, BATCH_COUNT, 1, &error), &error);
    close_store(self);
    uint64_t frame_size = file_size(log) - whole_size;
    assert_true(frame_size > 64);
    folder_remove(folder_join(self->path, "index"));
    file_cut(log, whole_size + frame_size / 2);
    open_store(self);
    for (size_t i = 0; i < BATCH_COUNT; i++)
        assert_true(has_record(self, i));
    assert_false(has_record(self, BATCH_COUNT));
    check_whole(self);
    check_ok(append(self, BATCH_COUNT, 1, &error), &error);
    assert_true(has_record(self, BATCH_COUNT));
    check_whole(self);
}

/* ---- Flipped bits ------------------------------------------------------------------------- */

static void ignore_fault(void *context, const char *fault)
{
    (void)context;
    assert_int_not_equal(fault[0], '\0');
}

static void a_flipped_bit_is_never_served_and_always_found(void **state)
{
    story *self = *state;
    uint64_t random = test_seed(20260101);
    leave_records(self, RECORD_COUNT);
    const char *log = folder_join(self->path, segment);
    uint64_t bit_count = 8 * file_size(log);
    for (int i = 0; i < 40; i++) {
        steme_verify_report report = {0};
        steme_error error;
        uint64_t bit = test_random(&random) % bit_count;
        file_flip_bit(folder_join(self->path, segment), bit);
        if (steme_store_open(self->path, &(steme_store_options){.is_read_only = 1}, &self->store,
                             &error) == STEME_OK) {
            assert_true(answers_get_all(self->store, self->records, RECORD_COUNT) <= 1);
            check_ok(steme_store_verify(self->store, ignore_fault, NULL, NULL, &report, &error),
                     &error);
            assert_true(report.fault_count > 0);
            close_store(self);
        }
        file_flip_bit(folder_join(self->path, segment), bit);
    }
    open_store(self);
    check_whole(self);
}

/* ---- A full disk -------------------------------------------------------------------------- */

static atomic_int write_countdown;

/* Writes but half of what it is given, and then nothing more. */
static int fill_disk(platform_call call, const char *path, size_t *size)
{
    (void)path;
    if (call != PLATFORM_CALL_WRITE || atomic_fetch_sub(&write_countdown, 1) > 1)
        return 0;
    *size = atomic_load(&write_countdown) == 0 ? *size / 2 : 0;
    return ENOSPC;
}

static void a_full_disk_loses_nothing_acknowledged(void **state)
{
    story *self = *state;
    for (int fail_at = 1; fail_at <= 8; fail_at++) {
        int is_acknowledged[RECORD_COUNT / BATCH_COUNT] = {0};
        steme_error error;
        open_store(self);
        atomic_store(&write_countdown, fail_at);
        platform_fault_set(fill_disk);
        for (size_t batch = 0; batch < RECORD_COUNT / BATCH_COUNT; batch++) {
            steme_status status = append(self, batch * BATCH_COUNT, BATCH_COUNT, &error);
            is_acknowledged[batch] = status == STEME_OK;
            assert_true(status == STEME_OK || status == STEME_FULL || status == STEME_IO ||
                        status == STEME_READ_ONLY);
        }
        close_store(self);
        platform_fault_set(NULL);
        open_store(self);
        for (size_t i = 0; i < RECORD_COUNT; i++)
            assert_true(!is_acknowledged[i / BATCH_COUNT] || has_record(self, i));
        check_whole(self);
        close_store(self);
    }
    steme_error error;
    open_store(self);
    check_ok(append(self, 0, RECORD_COUNT, &error), &error); /* with room it goes on */
    assert_int_equal(answers_get_all(self->store, self->records, RECORD_COUNT), 0);
    check_whole(self);
}

/* ---- Acknowledgement ---------------------------------------------------------------------- */

static void what_is_acknowledged_is_read_at_once_and_stored_once(void **state)
{
    story *self = *state;
    steme_error error;
    open_store(self);
    for (size_t i = 0; i < BATCH_COUNT; i++) {
        check_ok(append(self, i, 1, &error), &error);
        assert_true(has_record(self, i));
        check_ok(append(self, i, 1, &error), &error); /* again: acknowledged as well */
    }
    id_set ids = {0};
    check_root(self->store, &ids);
    assert_int_equal(ids.count, BATCH_COUNT);
    id_set_free(&ids);
}

static atomic_int sync_count;

static int refuse_sync(platform_call call, const char *path, size_t *size)
{
    (void)path;
    (void)size;
    if (call != PLATFORM_CALL_SYNC)
        return 0;
    atomic_fetch_add(&sync_count, 1);
    return EIO;
}

/* Neither then, nor when it is asked for once more: what the system lost it may call written. */
static void what_did_not_reach_the_disk_is_never_acknowledged(void **state)
{
    story *self = *state;
    steme_error error;
    open_store(self);
    check_ok(append(self, 0, BATCH_COUNT, &error), &error);
    atomic_store(&sync_count, 0);
    platform_fault_set(refuse_sync);
    assert_int_not_equal(append(self, BATCH_COUNT, BATCH_COUNT, &error), STEME_OK);
    assert_true(atomic_load(&sync_count) > 0);
    platform_fault_set(NULL);
    assert_int_not_equal(append(self, BATCH_COUNT, BATCH_COUNT, &error), STEME_OK);
    for (size_t i = 0; i < BATCH_COUNT; i++)
        assert_true(has_record(self, i));
    close_store(self);
    open_store(self); /* what there is now is read from the disk */
    check_ok(append(self, BATCH_COUNT, BATCH_COUNT, &error), &error);
    for (size_t i = 0; i < 2 * BATCH_COUNT; i++)
        assert_true(has_record(self, i));
    check_whole(self);
}

/* ---- Rebuild ------------------------------------------------------------------------------ */

static void a_rebuild_gives_the_same_root_and_the_same_answers(void **state)
{
    story *self = *state;
    steme_error error;
    answers before;
    answers after;
    leave_records(self, RECORD_COUNT);
    open_store(self);
    answers_take(self->store, &before);
    check_ok(steme_store_rebuild(self->store, NULL, NULL, &error), &error);
    answers_take(self->store, &after);
    answers_assert_equal(&before, &after);
    close_store(self);
    folder_remove(folder_join(self->path, "index")); /* all that is derived */
    open_store(self);
    answers_take(self->store, &after);
    answers_assert_equal(&before, &after);
    assert_int_equal(after.count, RECORD_COUNT);
}

static const process_role_entry roles[] = {{"append", run_writer}};
static const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    CASE(what_is_acknowledged_is_there_after_kill_9_in_mid_ingest),
    CASE(a_torn_frame_is_cut_and_nothing_else),
    CASE(a_flipped_bit_is_never_served_and_always_found),
    CASE(a_full_disk_loses_nothing_acknowledged),
    CASE(what_is_acknowledged_is_read_at_once_and_stored_once),
    CASE(what_did_not_reach_the_disk_is_never_acknowledged),
    CASE(a_rebuild_gives_the_same_root_and_the_same_answers),
};

TEST_MAIN_WITH_ROLES(tests, roles)
