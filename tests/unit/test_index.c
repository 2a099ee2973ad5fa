#include "support/test.h"

#include "base/bytes.h"
#include "base/limits.h"
#include "base/memory.h"
#include "index/index_tail.h"
#include "index/manifest.h"
#include "index/run.h"
#include "platform/fault.h"
#include "platform/file.h"
#include "platform/thread.h"

#include <errno.h>
#include <unistd.h>

static const uint8_t store_id[16] = "unit-test-store";
static const uint8_t other_store_id[16] = "another-store!!";

enum { TABLE_ID, TABLE_PLAIN, TABLE_HOLDER, TABLE_COUNT };
enum { ROW_ID = 40, ROW_PLAIN = 16, ROW_HOLDER = 20 };

static const index_table tables[TABLE_COUNT] = {
    [TABLE_ID] = {.row_size = ROW_ID, .probe_size = 8, .name = "id"},
    [TABLE_PLAIN] = {.row_size = ROW_PLAIN, .name = "plain"},
    /* key 8, order 4, position 8 */
    [TABLE_HOLDER] = {.row_size = ROW_HOLDER,
                      .probe_size = 8,
                      .reduce_size = 8,
                      .reduce_order_size = 4,
                      .name = "holder"},
};

static const index_options writer_options = {.is_writer = true, .fan_out = 2};

typedef struct fixture {
    char directory[64];
    index_handle *index;
} fixture;

static int setup(void **state)
{
    fixture *f = test_calloc(1, sizeof *f);
    const char *base = getenv("TMPDIR");
    snprintf(f->directory, sizeof f->directory, "%s/steme-index-XXXXXX",
             base == NULL ? "/tmp" : base);
    assert_non_null(mkdtemp(f->directory));
    assert_int_equal(index_open(&index_runs, f->directory, tables, TABLE_COUNT, store_id,
                                &writer_options, &f->index, NULL),
                     STEME_OK);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    fixture *f = *state;
    index_close(f->index);
    assert_int_equal(index_destroy(&index_runs, f->directory, NULL), STEME_OK);
    assert_int_equal(rmdir(f->directory), 0);
    test_free(f);
    return 0;
}

static steme_status open_as(const fixture *f, bool is_writer, index_handle **out_index,
                            steme_error *error)
{
    index_options options = {.is_writer = is_writer, .fan_out = 2};
    return index_open(&index_runs, f->directory, tables, TABLE_COUNT, store_id, &options, out_index,
                      error);
}

static void reopen(fixture *f)
{
    steme_error error = {0};
    index_close(f->index);
    f->index = NULL;
    if (open_as(f, true, &f->index, &error) != STEME_OK)
        fail_msg("%s", error.message);
}

static void path_of(const fixture *f, const char *name, char out_path[LIMIT_PATH_SIZE])
{
    assert_int_equal(platform_path_join(f->directory, name, out_path, NULL), STEME_OK);
}

static bool file_exists(const fixture *f, const char *name)
{
    char path[LIMIT_PATH_SIZE];
    path_of(f, name, path);
    return platform_path_exists(path);
}

/* --- rows ------------------------------------------------------------------------------------- */

static void id_row(uint64_t number, uint8_t out_row[ROW_ID])
{
    uint64_t state = number + 1;
    for (size_t i = 0; i < 32; i += 8)
        base_put_u64be(out_row + i, test_random(&state));
    base_put_u64be(out_row + 32, number);
}

static void plain_row(uint64_t number, uint8_t out_row[ROW_PLAIN])
{
    base_put_u64be(out_row, number / 10);
    base_put_u64be(out_row + 8, number);
}

static void holder_row(uint64_t key, uint32_t order, uint64_t position, uint8_t out_row[ROW_HOLDER])
{
    base_put_u64be(out_row, key);
    base_put_u32be(out_row + 8, order);
    base_put_u64be(out_row + 12, position);
}

/* Rows of the numbers `first` to `first + count - 1` in the first two tables. */
static index_batch batch_make(uint64_t first, size_t count)
{
    index_batch batch = {0};
    uint8_t *ids = base_alloc(count * ROW_ID);
    uint8_t *plains = base_alloc(count * ROW_PLAIN);
    uint8_t *scratch = base_alloc(count * ROW_ID);
    for (size_t i = 0; i < count; i++) {
        id_row(first + i, ids + i * ROW_ID);
        plain_row(first + i, plains + i * ROW_PLAIN);
    }
    batch.counts[TABLE_ID] = index_rows_sort(ids, count, ROW_ID, scratch);
    batch.counts[TABLE_PLAIN] = index_rows_sort(plains, count, ROW_PLAIN, scratch);
    batch.rows[TABLE_ID] = ids;
    batch.rows[TABLE_PLAIN] = plains;
    base_free(scratch);
    return batch;
}

static steme_status apply(index_handle *index, uint64_t first, size_t count, steme_error *error)
{
    index_batch batch = batch_make(first, count);
    steme_status status = index_apply(index, &batch, first + count, first + count, NULL, error);
    index_batch_deinit(&batch);
    return status;
}

static void must_apply(index_handle *index, uint64_t first, size_t count)
{
    assert_int_equal(apply(index, first, count, NULL), STEME_OK);
}

static void maintain_all(index_handle *index)
{
    bool did_work = true;
    while (did_work)
        assert_int_equal(index_maintain(index, &did_work, NULL), STEME_OK);
}

/* How many of the ids 0..count-1 are found, each with its own position. */
static size_t ids_found(const index_reading *reading, uint64_t count)
{
    size_t found = 0;
    for (uint64_t i = 0; i < count; i++) {
        uint8_t wanted[ROW_ID];
        uint8_t row[ROW_ID];
        bool is_found;
        id_row(i, wanted);
        assert_int_equal(
            index_probe(reading, TABLE_ID, (steme_span){wanted, 32}, row, &is_found, NULL),
            STEME_OK);
        if (is_found)
            assert_memory_equal(row, wanted, ROW_ID);
        found += is_found;
    }
    return found;
}

static size_t ids_found_in_index(index_handle *index, uint64_t count)
{
    index_view *view;
    assert_int_equal(index_view_acquire(index, &view, NULL), STEME_OK);
    size_t found = ids_found(&(index_reading){.view = view}, count);
    index_view_release(view);
    return found;
}

static size_t rows_count(const index_reading *reading, uint32_t table, const index_range *range)
{
    index_cursor cursor;
    const uint8_t *row;
    size_t count = 0;
    assert_int_equal(index_cursor_open(&cursor, reading, table, range, NULL), STEME_OK);
    while (assert_int_equal(index_cursor_next(&cursor, &row, NULL), STEME_OK), row != NULL)
        count++;
    index_cursor_close(&cursor);
    return count;
}

static uint32_t run_count(index_handle *index)
{
    index_view *view;
    index_stat stat;
    assert_int_equal(index_view_acquire(index, &view, NULL), STEME_OK);
    index_stat_get(view, &stat);
    index_view_release(view);
    return stat.run_count;
}

/* --- sorting ---------------------------------------------------------------------------------- */

static size_t compared_size;

static int compare_rows(const void *left, const void *right)
{
    return memcmp(left, right, compared_size);
}

static void sorting_gives_what_qsort_gives_without_equals(void **state)
{
    (void)state;
    uint64_t seed = test_seed(3);
    print_message("seed %llu\n", (unsigned long long)seed);
    for (int round = 0; round < 200; round++) {
        size_t row_size = 9 + test_random(&seed) % 88;
        size_t count = test_random(&seed) % (round % 10 == 0 ? 5000 : 100);
        uint8_t *rows = base_alloc(count * row_size);
        uint8_t *wanted = base_alloc(count * row_size);
        uint8_t *scratch = base_alloc(count * row_size);
        uint64_t mask = test_random(&seed) % 2 == 0 ? 1 : 255;
        for (size_t i = 0; i < count * row_size; i++)
            rows[i] = wanted[i] = (uint8_t)(test_random(&seed) >> 20 & mask);
        compared_size = row_size;
        qsort(wanted, count, row_size, compare_rows);
        size_t kept = 0;
        for (size_t i = 0; i < count; i++)
            if (kept == 0 ||
                memcmp(wanted + (kept - 1) * row_size, wanted + i * row_size, row_size) != 0)
                memmove(wanted + kept++ * row_size, wanted + i * row_size, row_size);
        assert_int_equal(index_rows_sort(rows, count, row_size, scratch), kept);
        assert_memory_equal(rows, wanted, kept * row_size);
        base_free(rows);
        base_free(wanted);
        base_free(scratch);
    }
}

/* --- what is applied -------------------------------------------------------------------------- */

static void applied_rows_are_found_after_reopening(void **state)
{
    fixture *f = *state;
    must_apply(f->index, 0, 3000);
    must_apply(f->index, 3000, 50);
    assert_int_equal(ids_found_in_index(f->index, 4000), 3050);
    reopen(f);
    assert_int_equal(ids_found_in_index(f->index, 4000), 3050);
    index_view *view;
    assert_int_equal(index_view_acquire(f->index, &view, NULL), STEME_OK);
    assert_int_equal(view->log_position, 3050);
    assert_int_equal(view->record_count, 3050);
    index_view_release(view);
}

static void an_empty_batch_moves_the_position_and_writes_no_run(void **state)
{
    fixture *f = *state;
    must_apply(f->index, 77, 0);
    assert_int_equal(run_count(f->index), 0);
    reopen(f);
    index_view *view;
    assert_int_equal(index_view_acquire(f->index, &view, NULL), STEME_OK);
    assert_int_equal(view->log_position, 77);
    index_view_release(view);
}

static void a_prefix_gives_its_rows_and_no_others(void **state)
{
    fixture *f = *state;
    uint8_t prefix[8];
    index_view *view;
    must_apply(f->index, 0, 5000);
    must_apply(f->index, 5000, 5000);
    assert_int_equal(index_view_acquire(f->index, &view, NULL), STEME_OK);
    index_reading reading = {.view = view};
    base_put_u64be(prefix, 499); /* its ten rows end the first run */
    steme_span span = {prefix, 8};
    assert_int_equal(rows_count(&reading, TABLE_PLAIN, &(index_range){span, span}), 10);
    base_put_u64be(prefix, 1000);
    assert_int_equal(rows_count(&reading, TABLE_PLAIN, &(index_range){span, span}), 0);
    assert_int_equal(rows_count(&reading, TABLE_PLAIN, &(index_range){{0}, span}), 10000);
    base_put_u64be(prefix, 900);
    assert_int_equal(rows_count(&reading, TABLE_PLAIN, &(index_range){span, {0}}), 1000);
    index_view_release(view);
}

static void a_scan_goes_over_more_runs_than_a_cursor_has_room_for(void **state)
{
    fixture *f = *state;
    index_view *view;
    for (uint64_t i = 0; i < 3 * INDEX_CURSOR_SOURCE_COUNT; i++)
        must_apply(f->index, i * 10, 20); /* each overlaps the next */
    assert_int_equal(index_view_acquire(f->index, &view, NULL), STEME_OK);
    index_reading reading = {.view = view};
    size_t wanted = 3 * INDEX_CURSOR_SOURCE_COUNT * 10 + 10;
    assert_int_equal(rows_count(&reading, TABLE_PLAIN, &(index_range){0}), wanted);
    assert_int_equal(rows_count(&reading, TABLE_ID, &(index_range){0}), wanted);
    index_view_release(view);
}

static void an_attachment_beyond_the_limit_is_refused(void **state)
{
    fixture *f = *state;
    index_batch none = {0};
    uint8_t byte = 0;
    steme_span huge = {&byte, (size_t)INDEX_ATTACHMENT_SIZE_MAX + 1};
    index_attachment attachment = index_attachment_of(&huge);
    assert_int_equal(index_apply(f->index, &none, 1, 1, &attachment, NULL), STEME_TOO_LARGE);
}

static void the_attachment_is_kept_until_it_is_replaced(void **state)
{
    fixture *f = *state;
    index_batch none = {0};
    index_view *old;
    index_view *view;
    uint8_t blob[10000];
    memset(blob, 7, sizeof blob);
    steme_span span = {blob, sizeof blob};
    index_attachment attachment = index_attachment_of(&span);
    assert_int_equal(index_apply(f->index, &none, 1, 1, &attachment, NULL), STEME_OK);
    assert_int_equal(index_view_acquire(f->index, &old, NULL), STEME_OK);
    span.size = 3;
    blob[0] = 8;
    attachment = index_attachment_of(&span);
    assert_int_equal(index_apply(f->index, &none, 2, 2, &attachment, NULL), STEME_OK);
    assert_int_equal(old->attachment.size, sizeof blob);
    assert_int_equal(old->attachment.bytes[0], 7);
    index_view_release(old);
    must_apply(f->index, 0, 10);
    reopen(f);
    assert_int_equal(index_view_acquire(f->index, &view, NULL), STEME_OK);
    assert_int_equal(view->attachment.size, 3);
    assert_int_equal(view->attachment.bytes[0], 8);
    index_view_release(view);
}

static void a_reader_may_not_write(void **state)
{
    fixture *f = *state;
    index_handle *reader;
    bool did_work;
    assert_int_equal(open_as(f, false, &reader, NULL), STEME_OK);
    assert_int_equal(apply(reader, 0, 10, NULL), STEME_READ_ONLY);
    assert_int_equal(index_maintain(reader, &did_work, NULL), STEME_READ_ONLY);
    index_close(reader);
}

/* --- merging ---------------------------------------------------------------------------------- */

static void merging_leaves_fewer_runs_and_the_same_rows(void **state)
{
    fixture *f = *state;
    for (uint64_t i = 0; i < 20; i++)
        must_apply(f->index, i * 400, 400);
    assert_int_equal(run_count(f->index), 20);
    maintain_all(f->index);
    assert_true(run_count(f->index) < 5);
    assert_int_equal(ids_found_in_index(f->index, 8001), 8000);
    reopen(f);
    assert_int_equal(ids_found_in_index(f->index, 8001), 8000);
}

static void a_view_stays_readable_while_its_runs_are_merged_away(void **state)
{
    fixture *f = *state;
    index_view *view;
    for (uint64_t i = 0; i < 4; i++)
        must_apply(f->index, i * 100, 100);
    assert_int_equal(index_view_acquire(f->index, &view, NULL), STEME_OK);
    must_apply(f->index, 400, 100);
    maintain_all(f->index);
    assert_int_equal(ids_found(&(index_reading){.view = view}, 500), 400);
    index_view_release(view);
}

static void a_cancelled_merge_changes_nothing(void **state)
{
    fixture *f = *state;
    atomic_bool cancel = true;
    index_options options = {.is_writer = true, .fan_out = 2, .cancel = &cancel};
    bool did_work = false;
    must_apply(f->index, 0, 9000);
    must_apply(f->index, 9000, 9000);
    index_close(f->index);
    assert_int_equal(index_open(&index_runs, f->directory, tables, TABLE_COUNT, store_id, &options,
                                &f->index, NULL),
                     STEME_OK);
    assert_int_equal(index_maintain(f->index, &did_work, NULL), STEME_CANCELLED);
    assert_false(did_work);
    assert_int_equal(run_count(f->index), 2);
    assert_false(file_exists(f, "0000000000000003.run"));
    cancel = false;
    maintain_all(f->index);
    assert_int_equal(ids_found_in_index(f->index, 18001), 18000);
    index_close(f->index);
    assert_int_equal(open_as(f, true, &f->index, NULL), STEME_OK);
}

static void holder_apply(index_handle *index, const uint8_t *rows, size_t count)
{
    index_batch batch = {0};
    batch.rows[TABLE_HOLDER] = rows;
    batch.counts[TABLE_HOLDER] = count;
    assert_int_equal(index_apply(index, &batch, 1, 1, NULL, NULL), STEME_OK);
}

static void reducing_keeps_the_greatest_and_all_that_tie(void **state)
{
    fixture *f = *state;
    uint8_t rows[4][ROW_HOLDER];
    index_view *view;
    holder_row(1, 5, 100, rows[0]);
    holder_row(1, 9, 101, rows[1]);
    holder_row(2, 4, 102, rows[2]);
    holder_apply(f->index, rows[0], 3);
    holder_row(1, 9, 100, rows[0]);
    holder_row(2, 3, 200, rows[1]);
    holder_apply(f->index, rows[0], 2);
    maintain_all(f->index);
    assert_int_equal(index_view_acquire(f->index, &view, NULL), STEME_OK);
    index_reading reading = {.view = view};
    index_cursor cursor;
    const uint8_t *row;
    holder_row(1, 9, 100, rows[0]);
    holder_row(1, 9, 101, rows[1]);
    holder_row(2, 4, 102, rows[2]);
    assert_int_equal(index_cursor_open(&cursor, &reading, TABLE_HOLDER, &(index_range){0}, NULL),
                     STEME_OK);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(index_cursor_next(&cursor, &row, NULL), STEME_OK);
        assert_non_null(row);
        assert_memory_equal(row, rows[i], ROW_HOLDER);
    }
    assert_int_equal(index_cursor_next(&cursor, &row, NULL), STEME_OK);
    assert_null(row);
    index_cursor_close(&cursor);
    index_view_release(view);
}

/* --- several processes ------------------------------------------------------------------------ */

static void a_reader_sees_what_was_applied_after_a_refresh(void **state)
{
    fixture *f = *state;
    index_handle *reader;
    bool is_changed;
    must_apply(f->index, 0, 100);
    assert_int_equal(open_as(f, false, &reader, NULL), STEME_OK);
    for (uint64_t i = 1; i < 10; i++) {
        must_apply(f->index, i * 100, 100);
        maintain_all(f->index);
        assert_int_equal(ids_found_in_index(reader, 2000), i * 100);
        assert_int_equal(index_refresh(reader, &is_changed, NULL), STEME_OK);
        assert_true(is_changed);
        assert_int_equal(ids_found_in_index(reader, 2000), i * 100 + 100);
        assert_int_equal(index_refresh(reader, &is_changed, NULL), STEME_OK);
        assert_false(is_changed);
    }
    index_close(reader);
}

static void a_reader_follows_an_index_that_was_built_again(void **state)
{
    fixture *f = *state;
    index_handle *reader;
    must_apply(f->index, 0, 100);
    assert_int_equal(open_as(f, false, &reader, NULL), STEME_OK);
    index_close(f->index);
    assert_int_equal(index_destroy(&index_runs, f->directory, NULL), STEME_OK);
    assert_int_equal(index_refresh(reader, NULL, NULL), STEME_NOT_FOUND);
    assert_int_equal(open_as(f, true, &f->index, NULL), STEME_OK);
    must_apply(f->index, 500, 100); /* a run of the same number as before */
    assert_int_equal(index_refresh(reader, NULL, NULL), STEME_OK);
    assert_int_equal(ids_found_in_index(reader, 500), 0);
    assert_int_equal(ids_found_in_index(reader, 600), 100);
    index_close(reader);
}

static void a_reader_keeps_its_view_until_a_rebuild_has_come_about_as_far(void **state)
{
    fixture *f = *state;
    index_handle *reader;
    index_batch nothing = {0};
    bool is_changed;
    must_apply(f->index, 0, 100);
    assert_int_equal(index_apply(f->index, &nothing, 9000, 10000, NULL, NULL), STEME_OK);
    assert_int_equal(open_as(f, false, &reader, NULL), STEME_OK);
    index_close(f->index);
    assert_int_equal(index_destroy(&index_runs, f->directory, NULL), STEME_OK);
    assert_int_equal(open_as(f, true, &f->index, NULL), STEME_OK);
    assert_int_equal(index_apply(f->index, &nothing, 100, 5000, NULL, NULL), STEME_OK);
    assert_int_equal(index_refresh(reader, &is_changed, NULL), STEME_OK);
    assert_false(is_changed);
    assert_int_equal(ids_found_in_index(reader, 100), 100);
    assert_int_equal(index_apply(f->index, &nothing, 200, 6000, NULL, NULL), STEME_OK);
    assert_int_equal(index_refresh(reader, &is_changed, NULL), STEME_OK);
    assert_true(is_changed);
    assert_int_equal(ids_found_in_index(reader, 100), 0);
    index_close(reader);
}

static void a_reader_of_nothing_is_told_so(void **state)
{
    fixture *f = *state;
    index_handle *reader;
    index_close(f->index);
    assert_int_equal(index_destroy(&index_runs, f->directory, NULL), STEME_OK);
    assert_int_equal(open_as(f, false, &reader, NULL), STEME_NOT_FOUND);
    assert_int_equal(open_as(f, true, &f->index, NULL), STEME_OK);
}

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

static steme_status fault_keep(void *context, const index_fault *fault)
{
    snprintf(context, 256, "%s %llu %s", fault->file, (unsigned long long)fault->page,
             fault->message);
    return STEME_OK;
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

static void too_many_runs_make_an_apply_wait_for_a_merge(void **state)
{
    fixture *f = *state;
    steme_error error;
    for (uint64_t i = 0; i < INDEX_RUN_COUNT_MAX; i++)
        must_apply(f->index, i, 1);
    assert_int_equal(run_count(f->index), INDEX_RUN_COUNT_MAX);
    assert_int_equal(apply(f->index, INDEX_RUN_COUNT_MAX, 1, &error), STEME_BUSY);
    assert_non_null(strstr(error.message, "256 runs"));
    assert_int_equal(ids_found_in_index(f->index, INDEX_RUN_COUNT_MAX + 1), INDEX_RUN_COUNT_MAX);
    assert_false(file_exists(f, "0000000000000101.run")); /* that of the apply */
    reopen(f);
    assert_int_equal(apply(f->index, INDEX_RUN_COUNT_MAX, 1, NULL), STEME_BUSY);
    bool did_work;
    assert_int_equal(index_maintain(f->index, &did_work, NULL), STEME_OK);
    assert_true(did_work);
    must_apply(f->index, INDEX_RUN_COUNT_MAX, 1);
    assert_int_equal(ids_found_in_index(f->index, INDEX_RUN_COUNT_MAX + 2),
                     INDEX_RUN_COUNT_MAX + 1);
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

/* --- the tail --------------------------------------------------------------------------------- */

static index_tail *tail_make(void)
{
    index_tail *tail;
    assert_int_equal(index_tail_new(tables, TABLE_COUNT, 0, &tail, NULL), STEME_OK);
    return tail;
}

static void tail_add(index_tail *tail, uint64_t first, uint64_t count)
{
    for (uint64_t i = first; i < first + count; i++) {
        uint8_t id[ROW_ID];
        uint8_t plain[ROW_PLAIN];
        id_row(i, id);
        plain_row(i, plain);
        assert_int_equal(index_tail_append(tail, TABLE_ID, id, 1, NULL), STEME_OK);
        assert_int_equal(index_tail_append(tail, TABLE_PLAIN, plain, 1, NULL), STEME_OK);
    }
}

static void rows_of_a_tail_are_seen_once_published_and_below_the_mark(void **state)
{
    (void)state;
    index_tail *tail = tail_make();
    index_reading reading = {.tails = {tail}};
    index_tail_mark all;
    tail_add(tail, 0, 100);
    index_tail_publish(tail, 11);
    index_tail_mark_published(tail, &reading.marks[0]);
    assert_int_equal(reading.marks[0].log_position, 11);
    tail_add(tail, 100, 100);
    assert_int_equal(ids_found(&reading, 300), 100);
    index_tail_mark_all(tail, &all);
    index_reading writers = {.tails = {tail}, .marks = {all}};
    assert_int_equal(ids_found(&writers, 300), 200);
    index_tail_publish(tail, 12);
    assert_int_equal(ids_found(&reading, 300), 100);
    index_tail_mark_published(tail, &reading.marks[0]);
    assert_int_equal(ids_found(&reading, 300), 200);
    index_tail_release(tail);
}

static int fail_allocation(platform_call call, const char *path, size_t *size)
{
    (void)path;
    (void)size;
    return call == PLATFORM_CALL_ALLOC && fault_calls++ == fault_at ? ENOMEM : 0;
}

static void a_tail_without_memory_adds_nothing_and_goes_on_later(void **state)
{
    (void)state;
    index_tail *tail = NULL;
    steme_status status = STEME_NO_MEMORY;
    for (fault_at = 0; status != STEME_OK; fault_at++) {
        fault_calls = 0;
        platform_fault_set(fail_allocation);
        status = index_tail_new(tables, TABLE_COUNT, 0, &tail, NULL);
        platform_fault_set(NULL);
        assert_true(status == STEME_OK || status == STEME_NO_MEMORY);
    }
    index_batch rows = batch_make(0, 10000);
    index_tail_mark mark;
    status = STEME_NO_MEMORY;
    for (fault_at = 0; status != STEME_OK; fault_at++) {
        index_tail_mark_all(tail, &mark);
        assert_int_equal(mark.counts[TABLE_ID], 0);
        fault_calls = 0;
        platform_fault_set(fail_allocation);
        status = index_tail_append(tail, TABLE_ID, rows.rows[TABLE_ID], 10000, NULL);
        platform_fault_set(NULL);
    }
    assert_true(fault_at > 3);
    index_tail_mark_all(tail, &mark);
    assert_int_equal(mark.counts[TABLE_ID], 10000);
    index_reading reading = {.tails = {tail}, .marks = {mark}};
    assert_int_equal(ids_found(&reading, 10001), 10000);
    status = STEME_NO_MEMORY;
    index_batch batch;
    for (fault_at = 0; status != STEME_OK; fault_at++) {
        fault_calls = 0;
        platform_fault_set(fail_allocation);
        status = index_tail_to_batch(tail, &mark, &batch, NULL);
        platform_fault_set(NULL);
    }
    assert_int_equal(batch.counts[TABLE_ID], 10000);
    index_batch_deinit(&batch);
    index_batch_deinit(&rows);
    index_tail_release(tail);
}

static void a_scan_of_a_tail_gives_more_than_one_window_in_order(void **state)
{
    (void)state;
    index_tail *tail = tail_make();
    index_reading reading = {.tails = {tail}};
    index_cursor cursor;
    const uint8_t *row;
    uint64_t wanted = 0;
    for (uint64_t i = 20000; i-- > 0;) {
        uint8_t plain[ROW_PLAIN];
        plain_row(i * 7919 % 20000, plain);
        assert_int_equal(index_tail_append(tail, TABLE_PLAIN, plain, 1, NULL), STEME_OK);
    }
    index_tail_publish(tail, 0);
    index_tail_mark_published(tail, &reading.marks[0]);
    assert_int_equal(index_cursor_open(&cursor, &reading, TABLE_PLAIN, &(index_range){0}, NULL),
                     STEME_OK);
    while (assert_int_equal(index_cursor_next(&cursor, &row, NULL), STEME_OK), row != NULL)
        assert_int_equal(base_get_u64be(row + 8), wanted++);
    assert_int_equal(wanted, 20000);
    index_cursor_close(&cursor);
    index_tail_release(tail);
}

static void equal_rows_of_runs_and_tails_are_given_once(void **state)
{
    fixture *f = *state;
    index_view *view;
    index_tail *older = tail_make();
    index_tail *newer = tail_make();
    must_apply(f->index, 0, 300);
    must_apply(f->index, 200, 200);
    tail_add(older, 300, 200);
    tail_add(newer, 450, 100);
    tail_add(newer, 450, 100);
    index_tail_publish(older, 0);
    index_tail_publish(newer, 0);
    assert_int_equal(index_view_acquire(f->index, &view, NULL), STEME_OK);
    index_reading reading = {.view = view, .tails = {older, newer}};
    index_tail_mark_published(older, &reading.marks[0]);
    index_tail_mark_published(newer, &reading.marks[1]);
    assert_int_equal(rows_count(&reading, TABLE_PLAIN, &(index_range){0}), 550);
    assert_int_equal(rows_count(&reading, TABLE_ID, &(index_range){0}), 550);
    assert_int_equal(ids_found(&reading, 600), 550);
    index_view_release(view);
    index_tail_release(older);
    index_tail_release(newer);
}

static void a_tail_becomes_a_batch_that_applies(void **state)
{
    fixture *f = *state;
    index_tail *tail = tail_make();
    index_tail_mark mark;
    index_batch batch;
    tail_add(tail, 0, 500);
    tail_add(tail, 100, 500);
    index_tail_publish(tail, 9);
    index_tail_mark_published(tail, &mark);
    assert_int_equal(index_tail_to_batch(tail, &mark, &batch, NULL), STEME_OK);
    assert_int_equal(batch.counts[TABLE_ID], 600);
    assert_int_equal(batch.counts[TABLE_HOLDER], 0);
    assert_int_equal(index_apply(f->index, &batch, 9, 600, NULL, NULL), STEME_OK);
    index_batch_deinit(&batch);
    index_tail_release(tail);
    assert_int_equal(ids_found_in_index(f->index, 1000), 600);
}

/* --- threads ---------------------------------------------------------------------------------- */

enum { RACE_BATCHES = 30, RACE_BATCH = 200, RACE_READERS = 2 };

typedef struct race {
    index_handle *index;
    index_handle *follower;
    index_tail *tail;
    atomic_uint applied; /* ids that every view acquired from now on holds */
    atomic_uint published;
    atomic_bool is_over;
} race;

static void *race_read(void *context)
{
    race *r = context;
    uint64_t random = 5;
    while (!atomic_load(&r->is_over)) {
        index_view *view;
        uint32_t published = atomic_load(&r->published);
        uint32_t applied = atomic_load(&r->applied);
        index_reading reading = {.tails = {r->tail}};
        index_tail_mark_published(r->tail, &reading.marks[0]);
        assert_int_equal(reading.marks[0].counts[TABLE_ID], reading.marks[0].counts[TABLE_PLAIN]);
        assert_int_equal(index_view_acquire(r->index, &view, NULL), STEME_OK);
        for (int i = 0; i < 50 && applied + published > 0; i++) {
            uint8_t id[ROW_ID];
            uint8_t row[ROW_ID];
            bool is_found;
            uint32_t count = i % 2 == 0 ? applied : published;
            if (count == 0)
                continue;
            id_row(test_random(&random) % count, id);
            reading.view = i % 2 == 0 ? view : NULL;
            assert_int_equal(
                index_probe(&reading, TABLE_ID, (steme_span){id, 32}, row, &is_found, NULL),
                STEME_OK);
            assert_true(is_found);
        }
        index_view_release(view);
    }
    return NULL;
}

static void *race_maintain(void *context)
{
    race *r = context;
    bool did_work;
    while (!atomic_load(&r->is_over))
        assert_int_equal(index_maintain(r->index, &did_work, NULL), STEME_OK);
    return NULL;
}

static void readers_miss_nothing_while_runs_are_applied_and_merged(void **state)
{
    fixture *f = *state;
    race r = {.index = f->index, .tail = tail_make()};
    platform_thread readers[RACE_READERS] = {0};
    platform_thread maintainer = {0};
    for (int i = 0; i < RACE_READERS; i++)
        assert_int_equal(platform_thread_start(&readers[i], race_read, &r, "reader", NULL),
                         STEME_OK);
    assert_int_equal(platform_thread_start(&maintainer, race_maintain, &r, "maintainer", NULL),
                     STEME_OK);
    for (uint32_t i = 0; i < RACE_BATCHES; i++) {
        tail_add(r.tail, i * RACE_BATCH, RACE_BATCH);
        index_tail_publish(r.tail, i);
        atomic_store(&r.published, (i + 1) * RACE_BATCH);
        must_apply(f->index, i * RACE_BATCH, RACE_BATCH);
        atomic_store(&r.applied, (i + 1) * RACE_BATCH);
    }
    atomic_store(&r.is_over, true);
    for (int i = 0; i < RACE_READERS; i++)
        platform_thread_join(&readers[i]);
    platform_thread_join(&maintainer);
    index_tail_release(r.tail);
    assert_int_equal(ids_found_in_index(f->index, RACE_BATCHES * RACE_BATCH + 10),
                     RACE_BATCHES * RACE_BATCH);
}

/* As another process would: a handle of its own, that follows the manifest. */
static void *race_follow(void *context)
{
    race *r = context;
    steme_error error;
    while (!atomic_load(&r->is_over)) {
        uint32_t applied = atomic_load(&r->applied);
        if (index_refresh(r->follower, NULL, &error) != STEME_OK)
            fail_msg("%s", error.message);
        assert_true(ids_found_in_index(r->follower, applied) == applied);
    }
    return NULL;
}

static void another_handle_follows_a_writer_that_applies_and_merges(void **state)
{
    fixture *f = *state;
    race r = {.index = f->index};
    platform_thread follower = {0};
    platform_thread maintainer = {0};
    assert_int_equal(open_as(f, false, &r.follower, NULL), STEME_OK);
    assert_int_equal(platform_thread_start(&follower, race_follow, &r, "follower", NULL), STEME_OK);
    assert_int_equal(platform_thread_start(&maintainer, race_maintain, &r, "maintainer", NULL),
                     STEME_OK);
    for (uint32_t i = 0; i < RACE_BATCHES; i++) {
        must_apply(f->index, i * 20, 20);
        atomic_store(&r.applied, (i + 1) * 20);
    }
    atomic_store(&r.is_over, true);
    platform_thread_join(&follower);
    platform_thread_join(&maintainer);
    index_close(r.follower);
}

static void the_memory_engine_keeps_the_same_contract(void **state)
{
    (void)state;
    index_handle *index;
    assert_int_equal(
        index_open(&index_memory, "", tables, TABLE_COUNT, store_id, &writer_options, &index, NULL),
        STEME_OK);
    must_apply(index, 0, 1000);
    must_apply(index, 500, 1000);
    maintain_all(index);
    assert_int_equal(ids_found_in_index(index, 2000), 1500);
    index_view *view;
    index_stat stat;
    char fault[256] = "";
    assert_int_equal(index_view_acquire(index, &view, NULL), STEME_OK);
    index_stat_get(view, &stat);
    assert_int_equal(stat.row_counts[TABLE_ID], 1500);
    assert_int_equal(index_check(view, fault_keep, fault, NULL), STEME_OK);
    assert_string_equal(fault, "");
    index_view_release(view);
    index_close(index);
}

#define WITH_INDEX(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(sorting_gives_what_qsort_gives_without_equals),
    WITH_INDEX(applied_rows_are_found_after_reopening),
    WITH_INDEX(an_empty_batch_moves_the_position_and_writes_no_run),
    WITH_INDEX(a_prefix_gives_its_rows_and_no_others),
    WITH_INDEX(a_scan_goes_over_more_runs_than_a_cursor_has_room_for),
    WITH_INDEX(an_attachment_beyond_the_limit_is_refused),
    WITH_INDEX(the_attachment_is_kept_until_it_is_replaced),
    WITH_INDEX(a_reader_may_not_write),
    WITH_INDEX(merging_leaves_fewer_runs_and_the_same_rows),
    WITH_INDEX(a_view_stays_readable_while_its_runs_are_merged_away),
    WITH_INDEX(a_cancelled_merge_changes_nothing),
    WITH_INDEX(reducing_keeps_the_greatest_and_all_that_tie),
    WITH_INDEX(a_reader_sees_what_was_applied_after_a_refresh),
    WITH_INDEX(a_reader_follows_an_index_that_was_built_again),
    WITH_INDEX(a_reader_keeps_its_view_until_a_rebuild_has_come_about_as_far),
    WITH_INDEX(a_reader_of_nothing_is_told_so),
    WITH_INDEX(another_store_or_other_tables_are_corrupt),
    WITH_INDEX(tables_of_other_rules_are_corrupt),
    WITH_INDEX(impossible_tables_are_refused),
    WITH_INDEX(a_writer_removes_what_a_crash_left_and_nothing_else),
    WITH_INDEX(impossible_counts_are_refused_even_where_the_checksum_fits),
    WITH_INDEX(a_truncated_missing_or_newer_file_is_told),
    WITH_INDEX(a_damaged_page_is_named_and_never_served),
    WITH_INDEX(a_damaged_page_that_a_look_up_meets_is_remembered),
    WITH_INDEX(too_many_runs_make_an_apply_wait_for_a_merge),
    WITH_INDEX(the_check_sees_rows_that_were_exchanged),
    WITH_INDEX(the_check_sees_a_level_that_lies),
    WITH_INDEX(a_page_of_another_place_or_file_does_not_pass),
    WITH_INDEX(an_apply_that_fails_at_any_call_leaves_the_old_state),
    WITH_INDEX(a_merge_that_fails_at_any_call_leaves_the_old_state),
    WITH_INDEX(after_an_uncertain_manifest_the_index_is_opened_again),
    cmocka_unit_test(rows_of_a_tail_are_seen_once_published_and_below_the_mark),
    cmocka_unit_test(a_tail_without_memory_adds_nothing_and_goes_on_later),
    cmocka_unit_test(a_scan_of_a_tail_gives_more_than_one_window_in_order),
    WITH_INDEX(equal_rows_of_runs_and_tails_are_given_once),
    WITH_INDEX(a_tail_becomes_a_batch_that_applies),
    WITH_INDEX(readers_miss_nothing_while_runs_are_applied_and_merged),
    WITH_INDEX(another_handle_follows_a_writer_that_applies_and_merges),
    cmocka_unit_test(the_memory_engine_keeps_the_same_contract),
};

TEST_MAIN(tests)
