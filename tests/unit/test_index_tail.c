#include "platform/fault.h"
#include "support/index_fixture.h"

#include <errno.h>

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

static int fault_at;
static int fault_calls;

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

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(rows_of_a_tail_are_seen_once_published_and_below_the_mark),
    cmocka_unit_test(a_tail_without_memory_adds_nothing_and_goes_on_later),
    cmocka_unit_test(a_scan_of_a_tail_gives_more_than_one_window_in_order),
    WITH_INDEX(equal_rows_of_runs_and_tails_are_given_once),
    WITH_INDEX(a_tail_becomes_a_batch_that_applies),
};

TEST_MAIN(tests)
