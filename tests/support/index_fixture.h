/* index_fixture.h -- an index of three tables in a folder of its own, and rows to put into it. */
#ifndef SUPPORT_INDEX_FIXTURE_H
#define SUPPORT_INDEX_FIXTURE_H

#include "base/bytes.h"
#include "base/limits.h"
#include "base/memory.h"
#include "index/index_tail.h"
#include "platform/file.h"
#include "support/test.h"

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

static inline int setup(void **state)
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

static inline int teardown(void **state)
{
    fixture *f = *state;
    index_close(f->index);
    assert_int_equal(index_destroy(&index_runs, f->directory, NULL), STEME_OK);
    assert_int_equal(rmdir(f->directory), 0);
    test_free(f);
    return 0;
}

static inline steme_status open_as(const fixture *f, bool is_writer, index_handle **out_index,
                                   steme_error *error)
{
    index_options options = {.is_writer = is_writer, .fan_out = 2};
    return index_open(&index_runs, f->directory, tables, TABLE_COUNT, store_id, &options, out_index,
                      error);
}

static inline void reopen(fixture *f)
{
    steme_error error = {0};
    index_close(f->index);
    f->index = NULL;
    if (open_as(f, true, &f->index, &error) != STEME_OK)
        fail_msg("%s", error.message);
}

static inline void path_of(const fixture *f, const char *name, char out_path[LIMIT_PATH_SIZE])
{
    assert_int_equal(platform_path_join(f->directory, name, out_path, NULL), STEME_OK);
}

static inline bool file_exists(const fixture *f, const char *name)
{
    char path[LIMIT_PATH_SIZE];
    path_of(f, name, path);
    return platform_path_exists(path);
}

/* --- rows ------------------------------------------------------------------------------------- */

static inline void id_row(uint64_t number, uint8_t out_row[ROW_ID])
{
    uint64_t state = number + 1;
    for (size_t i = 0; i < 32; i += 8)
        base_put_u64be(out_row + i, test_random(&state));
    base_put_u64be(out_row + 32, number);
}

static inline void plain_row(uint64_t number, uint8_t out_row[ROW_PLAIN])
{
    base_put_u64be(out_row, number / 10);
    base_put_u64be(out_row + 8, number);
}

static inline void holder_row(uint64_t key, uint32_t order, uint64_t position,
                              uint8_t out_row[ROW_HOLDER])
{
    base_put_u64be(out_row, key);
    base_put_u32be(out_row + 8, order);
    base_put_u64be(out_row + 12, position);
}

/* Rows of the numbers `first` to `first + count - 1` in the first two tables. */
static inline index_batch batch_make(uint64_t first, size_t count)
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

static inline steme_status apply(index_handle *index, uint64_t first, size_t count,
                                 steme_error *error)
{
    index_batch batch = batch_make(first, count);
    steme_status status = index_apply(index, &batch, first + count, first + count, NULL, error);
    index_batch_deinit(&batch);
    return status;
}

static inline void must_apply(index_handle *index, uint64_t first, size_t count)
{
    assert_int_equal(apply(index, first, count, NULL), STEME_OK);
}

static inline void maintain_all(index_handle *index)
{
    bool did_work = true;
    while (did_work)
        assert_int_equal(index_maintain(index, &did_work, NULL), STEME_OK);
}

/* How many of the ids 0..count-1 are found, each with its own position. */
static inline size_t ids_found(const index_reading *reading, uint64_t count)
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

static inline size_t ids_found_in_index(index_handle *index, uint64_t count)
{
    index_view *view;
    assert_int_equal(index_view_acquire(index, &view, NULL), STEME_OK);
    size_t found = ids_found(&(index_reading){.view = view}, count);
    index_view_release(view);
    return found;
}

static inline size_t rows_count(const index_reading *reading, uint32_t table,
                                const index_range *range)
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

static inline uint32_t run_count(index_handle *index)
{
    index_view *view;
    index_stat stat;
    assert_int_equal(index_view_acquire(index, &view, NULL), STEME_OK);
    index_stat_get(view, &stat);
    index_view_release(view);
    return stat.run_count;
}

static inline index_tail *tail_make(void)
{
    index_tail *tail;
    assert_int_equal(index_tail_new(tables, TABLE_COUNT, 0, &tail, NULL), STEME_OK);
    return tail;
}

static inline void tail_add(index_tail *tail, uint64_t first, uint64_t count)
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

static inline steme_status fault_keep(void *context, const index_fault *fault)
{
    snprintf(context, 256, "%s %llu %s", fault->file, (unsigned long long)fault->page,
             fault->message);
    return STEME_OK;
}

#define WITH_INDEX(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

#endif
