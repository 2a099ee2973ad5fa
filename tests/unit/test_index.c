#include "platform/thread.h"
#include "support/index_fixture.h"

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
    WITH_INDEX(too_many_runs_make_an_apply_wait_for_a_merge),
    WITH_INDEX(readers_miss_nothing_while_runs_are_applied_and_merged),
    WITH_INDEX(another_handle_follows_a_writer_that_applies_and_merges),
    cmocka_unit_test(the_memory_engine_keeps_the_same_contract),
};

TEST_MAIN(tests)
