/* An index whose files are foreign or damaged, or whose calls fail. */
#include "index/manifest.h"
#include "index/run.h"
#include "platform/fault.h"
#include "support/index_fixture.h"

#include <errno.h>

/* --- what is foreign or damaged --------------------------------------------------------------- */

static void another_store_or_other_tables_are_corrupt(void **state)
{
    fixture *f = *state;
    index_handle *index;
    index_table other[TABLE_COUNT];
    memcpy(other, tables, sizeof other);
    other[TABLE_PLAIN].row_size = 17;
    assert_int_equal(index_open(&index_runs, f->directory, tables, TABLE_COUNT, other_store_id,
                                &writer_options, &index, NULL),
                     STEME_CORRUPT);
    assert_int_equal(index_open(&index_runs, f->directory, other, TABLE_COUNT, store_id,
                                &writer_options, &index, NULL),
                     STEME_CORRUPT);
    assert_int_equal(index_open(&index_runs, f->directory, tables, TABLE_COUNT - 1, store_id,
                                &writer_options, &index, NULL),
                     STEME_CORRUPT);
}

static void tables_of_other_rules_are_corrupt(void **state)
{
    fixture *f = *state;
    index_handle *index;
    steme_error error;
    index_table ruled[TABLE_COUNT];
    memcpy(ruled, tables, sizeof ruled);
    must_apply(f->index, 0, 10);
    ruled[TABLE_PLAIN].revision = 1;
    assert_int_equal(index_open(&index_runs, f->directory, ruled, TABLE_COUNT, store_id,
                                &writer_options, &index, &error),
                     STEME_CORRUPT);
    assert_non_null(strstr(error.message, "rebuild"));
    index_close(f->index);
    assert_int_equal(index_destroy(&index_runs, f->directory, NULL), STEME_OK);
    assert_int_equal(index_open(&index_runs, f->directory, ruled, TABLE_COUNT, store_id,
                                &writer_options, &f->index, NULL),
                     STEME_OK);
    must_apply(f->index, 0, 10);
    index_close(f->index);
    assert_int_equal(
        index_open(&index_runs, f->directory, ruled, TABLE_COUNT, store_id, NULL, &f->index, NULL),
        STEME_OK);
    index_close(f->index);
    ruled[TABLE_PLAIN].revision = 0;
    ruled[TABLE_ID].revision = 1;
    assert_int_equal(
        index_open(&index_runs, f->directory, ruled, TABLE_COUNT, store_id, NULL, &f->index, NULL),
        STEME_CORRUPT);
    f->index = NULL;
}

static void impossible_tables_are_refused(void **state)
{
    fixture *f = *state;
    index_handle *index;
    const index_table bad[] = {
        {.row_size = 8, .name = "short"},
        {.row_size = 97, .name = "long"},
        {.row_size = 16, .probe_size = 17, .name = "probe"},
        {.row_size = 16, .reduce_size = 4, .name = "order"},
        {.row_size = 16, .reduce_size = 12, .reduce_order_size = 5, .name = "reduce"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(index_open(&index_runs, f->directory, &bad[i], 1, store_id,
                                    &writer_options, &index, NULL),
                         STEME_INVALID);
    assert_int_equal(
        index_open(&index_runs, f->directory, tables, 17, store_id, &writer_options, &index, NULL),
        STEME_INVALID);
}

static void file_create(const fixture *f, const char *name)
{
    char path[LIMIT_PATH_SIZE];
    path_of(f, name, path);
    assert_int_equal(platform_file_replace(path, "x", 1, NULL), STEME_OK);
}

static void a_writer_removes_what_a_crash_left_and_nothing_else(void **state)
{
    fixture *f = *state;
    must_apply(f->index, 0, 100);
    file_create(f, "00000000000000ff.run");
    file_create(f, "00000000000000fe.att");
    file_create(f, "MANIFEST.new");
    file_create(f, "notes.txt");
    reopen(f);
    assert_false(file_exists(f, "00000000000000ff.run"));
    assert_false(file_exists(f, "00000000000000fe.att"));
    assert_false(file_exists(f, "MANIFEST.new"));
    assert_true(file_exists(f, "notes.txt"));
    assert_int_equal(ids_found_in_index(f->index, 200), 100);
    char path[LIMIT_PATH_SIZE];
    path_of(f, "notes.txt", path);
    assert_int_equal(platform_path_remove(path, NULL), STEME_OK);
}

/* Rewrites a few bytes of the first run; where `is_resealed`, with a checksum that fits. */
static void run_rewrite(const fixture *f, uint64_t page_number, size_t offset, const uint8_t *bytes,
                        size_t size, bool is_resealed)
{
    char path[LIMIT_PATH_SIZE];
    platform_file file;
    uint8_t page[RUN_PAGE_SIZE];
    index_manifest manifest;
    assert_int_equal(index_manifest_load(f->directory, &manifest, NULL), STEME_OK);
    run_identity identity = {.generation = manifest.generation, .number = 1};
    memcpy(identity.store_id, store_id, sizeof store_id);
    path_of(f, "0000000000000001.run", path);
    assert_int_equal(platform_file_open(path, PLATFORM_OPEN_WRITE, &file, NULL), STEME_OK);
    assert_int_equal(
        platform_file_read_exact(&file, page_number * RUN_PAGE_SIZE, page, sizeof page, NULL),
        STEME_OK);
    memcpy(page + offset, bytes, size);
    if (is_resealed)
        base_put_u32be(
            page + RUN_PAGE_ROOM,
            index_run_page_checksum(index_run_checksum_seed(&identity), page_number, page));
    assert_int_equal(
        platform_file_write(&file, page_number * RUN_PAGE_SIZE, page, sizeof page, NULL), STEME_OK);
    platform_file_close(&file);
}

static void impossible_counts_are_refused_even_where_the_checksum_fits(void **state)
{
    fixture *f = *state;
    static const size_t offsets[] = {12, 64, 136, 144, 152, 160, 368, 376, 384, 392};
    uint8_t huge[8] = {0x10};
    must_apply(f->index, 0, 1000);
    index_close(f->index);
    for (size_t i = 0; i < sizeof offsets / sizeof offsets[0]; i++) {
        index_handle *index;
        uint8_t page[RUN_PAGE_SIZE];
        char path[LIMIT_PATH_SIZE];
        platform_file file;
        path_of(f, "0000000000000001.run", path);
        assert_int_equal(platform_file_open(path, PLATFORM_OPEN_WRITE, &file, NULL), STEME_OK);
        assert_int_equal(platform_file_read_exact(&file, 0, page, sizeof page, NULL), STEME_OK);
        run_rewrite(f, 0, offsets[i], huge, sizeof huge, true);
        steme_status status = open_as(f, false, &index, NULL);
        /* The key count alone is a hint that nothing is sized by. */
        bool is_hint = offsets[i] == 144 || offsets[i] == 376;
        assert_int_equal(status, is_hint ? STEME_OK : STEME_CORRUPT);
        if (is_hint)
            index_close(index);
        assert_int_equal(platform_file_write(&file, 0, page, sizeof page, NULL), STEME_OK);
        platform_file_close(&file);
    }
    assert_int_equal(open_as(f, true, &f->index, NULL), STEME_OK);
    assert_int_equal(ids_found_in_index(f->index, 1000), 1000);
}

static void a_truncated_missing_or_newer_file_is_told(void **state)
{
    fixture *f = *state;
    char path[LIMIT_PATH_SIZE];
    platform_file file;
    index_handle *index;
    steme_error error;
    uint8_t version[4] = {0, 0, 0, 2};
    must_apply(f->index, 0, 1000);
    must_apply(f->index, 1000, 1000);
    index_close(f->index);
    path_of(f, "0000000000000002.run", path);
    assert_int_equal(platform_file_open(path, PLATFORM_OPEN_WRITE, &file, NULL), STEME_OK);
    uint64_t size;
    assert_int_equal(platform_file_size(&file, &size, NULL), STEME_OK);
    for (uint64_t cut = size - RUN_PAGE_SIZE; cut < size; cut += 2048 - 1) {
        assert_int_equal(platform_file_truncate(&file, cut, NULL), STEME_OK);
        assert_int_equal(open_as(f, true, &index, &error), STEME_CORRUPT);
        assert_non_null(strstr(error.message, "0000000000000002.run"));
    }
    assert_int_equal(platform_file_truncate(&file, 0, NULL), STEME_OK);
    assert_int_equal(open_as(f, true, &index, NULL), STEME_CORRUPT);
    platform_file_close(&file);
    assert_int_equal(platform_path_remove(path, NULL), STEME_OK);
    assert_int_equal(open_as(f, true, &index, NULL), STEME_CORRUPT);
    assert_int_equal(open_as(f, false, &index, NULL), STEME_CORRUPT);
    run_rewrite(f, 0, 8, version, sizeof version, true);
    assert_int_equal(open_as(f, true, &index, NULL), STEME_VERSION);
    assert_int_equal(index_destroy(&index_runs, f->directory, NULL), STEME_OK);
    assert_int_equal(open_as(f, true, &f->index, NULL), STEME_OK);
    assert_int_equal(ids_found_in_index(f->index, 100), 0);
}

static void expect_fault(fixture *f, const char *wanted)
{
    index_view *view;
    char fault[256] = "";
    reopen(f);
    assert_int_equal(index_view_acquire(f->index, &view, NULL), STEME_OK);
    assert_int_equal(index_check(view, fault_keep, fault, NULL), STEME_OK);
    index_view_release(view);
    assert_string_equal(fault, wanted);
}

static void a_damaged_page_is_named_and_never_served(void **state)
{
    fixture *f = *state;
    uint8_t byte = 0x55;
    steme_error error;
    index_view *view;
    must_apply(f->index, 0, 1000);
    run_rewrite(f, 1, 100, &byte, 1, false);
    expect_fault(f, "0000000000000001.run 1 wrong checksum");
    assert_int_equal(index_view_acquire(f->index, &view, NULL), STEME_OK);
    index_cursor cursor;
    assert_int_equal(index_cursor_open(&cursor, &(index_reading){.view = view}, TABLE_ID,
                                       &(index_range){0}, &error),
                     STEME_CORRUPT);
    assert_string_equal(error.message, "index 0000000000000001.run, page 1: wrong checksum");
    index_view_release(view);
}

static void a_damaged_page_that_a_look_up_meets_is_remembered(void **state)
{
    fixture *f = *state;
    uint8_t byte = 0x55;
    uint8_t wanted[ROW_ID];
    uint8_t row[ROW_ID];
    bool is_found;
    index_view *view;
    must_apply(f->index, 0, 1000);
    run_rewrite(f, 1, 100, &byte, 1, false); /* the leaf with the least ids */
    reopen(f);
    steme_status status = STEME_OK;
    assert_int_equal(index_view_acquire(f->index, &view, NULL), STEME_OK);
    for (uint64_t i = 0; status == STEME_OK; i++) {
        assert_true(i < 1000);
        assert_false(index_is_damaged(f->index));
        id_row(i, wanted);
        status = index_probe(&(index_reading){.view = view}, TABLE_ID, (steme_span){wanted, 32},
                             row, &is_found, NULL);
    }
    assert_int_equal(status, STEME_CORRUPT);
    assert_true(index_is_damaged(f->index));
    index_view_release(view);
    must_apply(f->index, 1000, 10);
    assert_true(index_is_damaged(f->index));
}

static void the_check_sees_rows_that_were_exchanged(void **state)
{
    fixture *f = *state;
    uint8_t zeroes[ROW_ID] = {0};
    must_apply(f->index, 0, 50);
    expect_fault(f, "");
    run_rewrite(f, 1, 5 * ROW_ID, zeroes, sizeof zeroes, true);
    expect_fault(f, "0000000000000001.run 1 a key is not in the filter");
}

static void the_check_sees_a_level_that_lies(void **state)
{
    fixture *f = *state;
    uint8_t row[ROW_PLAIN];
    index_batch batch = batch_make(0, 1000);
    batch.counts[TABLE_ID] = 0;
    assert_int_equal(index_apply(f->index, &batch, 1, 1, NULL, NULL), STEME_OK);
    index_batch_deinit(&batch);
    expect_fault(f, "");
    plain_row(256, row); /* 255 rows per page: the second page begins with 255 */
    run_rewrite(f, 5, ROW_PLAIN, row, sizeof row, true);
    expect_fault(f, "0000000000000001.run 2 the level above names another first row");
}

static void a_page_of_another_place_or_file_does_not_pass(void **state)
{
    fixture *f = *state;
    char path[LIMIT_PATH_SIZE];
    platform_file file;
    uint8_t page[RUN_PAGE_SIZE];
    must_apply(f->index, 0, 1000);
    path_of(f, "0000000000000001.run", path);
    assert_int_equal(platform_file_open(path, PLATFORM_OPEN_WRITE, &file, NULL), STEME_OK);
    assert_int_equal(platform_file_read_exact(&file, 2 * RUN_PAGE_SIZE, page, sizeof page, NULL),
                     STEME_OK);
    assert_int_equal(platform_file_write(&file, 3 * RUN_PAGE_SIZE, page, sizeof page, NULL),
                     STEME_OK);
    platform_file_close(&file);
    expect_fault(f, "0000000000000001.run 3 wrong checksum");
}

/* --- failing calls ---------------------------------------------------------------------------- */

static int fault_at;
static int fault_calls;
static int fault_errno;

static int fault_nth(platform_call call, const char *path, size_t *size)
{
    (void)path;
    if (fault_calls++ != fault_at)
        return 0;
    if (call == PLATFORM_CALL_WRITE && size != NULL)
        *size /= 2;
    return call == PLATFORM_CALL_ALLOC ? ENOMEM : fault_errno;
}

typedef steme_status (*faulty_step)(index_handle *index);

static steme_status step_apply(index_handle *index)
{
    uint8_t blob[100] = {0};
    steme_span bytes = {blob, sizeof blob};
    index_attachment attachment = index_attachment_of(&bytes);
    index_batch batch = batch_make(2000, 1000);
    platform_fault_set(fault_nth);
    steme_status status = index_apply(index, &batch, 3000, 3000, &attachment, NULL);
    platform_fault_set(NULL);
    index_batch_deinit(&batch);
    return status;
}

static steme_status step_maintain(index_handle *index)
{
    bool did_work;
    platform_fault_set(fault_nth);
    steme_status status = index_maintain(index, &did_work, NULL);
    platform_fault_set(NULL);
    return status;
}

/* Fails the n-th call of the step, for every n, until it goes through; the rows are the old or the
 * new ones at once and after opening again. */
static void fail_every_call(fixture *f, faulty_step step, size_t count_before, size_t count_after)
{
    steme_status status = STEME_IO;
    for (fault_at = 0; status != STEME_OK; fault_at++) {
        fault_calls = 0;
        assert_true(fault_at < 500);
        status = step(f->index);
        size_t wanted = status == STEME_OK ? count_after : count_before;
        assert_int_equal(ids_found_in_index(f->index, 4000), wanted);
        reopen(f);
        size_t found = ids_found_in_index(f->index, 4000);
        if (status != STEME_OK && found == count_after && count_after != count_before)
            return; /* only the last sync failed: the disk has the new state */
        assert_int_equal(found, wanted);
    }
    assert_true(fault_at > 10);
}

static void an_apply_that_fails_at_any_call_leaves_the_old_state(void **state)
{
    fixture *f = *state;
    must_apply(f->index, 0, 1000);
    must_apply(f->index, 1000, 1000);
    fault_errno = EIO;
    fail_every_call(f, step_apply, 2000, 3000);
}

static void a_merge_that_fails_at_any_call_leaves_the_old_state(void **state)
{
    fixture *f = *state;
    must_apply(f->index, 0, 1000);
    must_apply(f->index, 1000, 1000);
    fault_errno = ENOSPC;
    fail_every_call(f, step_maintain, 2000, 2000);
}

static int fault_last_sync(platform_call call, const char *path, size_t *size)
{
    (void)size;
    bool is_directory = strstr(path == NULL ? "" : path, "steme-index-") != NULL &&
                        strstr(path, "/0") == NULL && strstr(path, "MANIFEST") == NULL;
    if (call != PLATFORM_CALL_SYNC || !is_directory)
        return 0;
    return fault_calls++ == 1 ? EIO : 0; /* the one after the rename */
}

static void after_an_uncertain_manifest_the_index_is_opened_again(void **state)
{
    fixture *f = *state;
    must_apply(f->index, 0, 1000);
    fault_calls = 0;
    platform_fault_set(fault_last_sync);
    steme_status status = apply(f->index, 1000, 1000, NULL);
    platform_fault_set(NULL);
    assert_int_equal(status, STEME_IO);
    assert_int_equal(ids_found_in_index(f->index, 3000), 1000);
    assert_int_equal(apply(f->index, 1000, 1000, NULL), STEME_IO);
    reopen(f);
    assert_int_equal(ids_found_in_index(f->index, 3000), 2000);
    must_apply(f->index, 2000, 1000);
    assert_int_equal(ids_found_in_index(f->index, 3000), 3000);
}

static const struct CMUnitTest tests[] = {
    WITH_INDEX(another_store_or_other_tables_are_corrupt),
    WITH_INDEX(tables_of_other_rules_are_corrupt),
    WITH_INDEX(impossible_tables_are_refused),
    WITH_INDEX(a_writer_removes_what_a_crash_left_and_nothing_else),
    WITH_INDEX(impossible_counts_are_refused_even_where_the_checksum_fits),
    WITH_INDEX(a_truncated_missing_or_newer_file_is_told),
    WITH_INDEX(a_damaged_page_is_named_and_never_served),
    WITH_INDEX(a_damaged_page_that_a_look_up_meets_is_remembered),
    WITH_INDEX(the_check_sees_rows_that_were_exchanged),
    WITH_INDEX(the_check_sees_a_level_that_lies),
    WITH_INDEX(a_page_of_another_place_or_file_does_not_pass),
    WITH_INDEX(an_apply_that_fails_at_any_call_leaves_the_old_state),
    WITH_INDEX(a_merge_that_fails_at_any_call_leaves_the_old_state),
    WITH_INDEX(after_an_uncertain_manifest_the_index_is_opened_again),
};

TEST_MAIN(tests)
