#include "support/store_world.h"

#include <pthread.h>

/* ---- Duplicates --------------------------------------------------------------------------- */

static void a_record_is_stored_once_however_often_it_comes(void **state)
{
    enum { COUNT = 300 };
    test_store world;
    quick_record doubled[2 * COUNT];
    (void)state;
    world_make(&world);
    quick_record *records = quick_records_make(0, COUNT);
    for (size_t i = 0; i < 2 * COUNT; i++)
        doubled[i] = records[i / 2];
    assert_int_equal(append(world.store, doubled, 40), 20); /* within a batch */
    assert_int_equal(append(world.store, doubled, 40), 40); /* across batches */
    assert_int_equal(append(world.store, doubled, 2 * COUNT), COUNT + 20);
    assert_int_equal(append(world.store, records, COUNT), COUNT); /* across flushes */
    world_open(&world, &writing);
    assert_int_equal(append(world.store, records, COUNT), COUNT);
    assert_set(world.store, records, COUNT);
    check_verify(world.store);
    world_remove(&world);
    quick_records_free(records, COUNT);
}

enum { THREAD_COUNT = 6, SHARED_COUNT = 3000 };

typedef struct appender {
    steme_store *store;
    const quick_record *records;
    uint64_t random;
    size_t new_count; /* records that it was the first with */
} appender;

/* Appends all records once, in pieces and an order of its own. */
static void *append_all(void *context)
{
    appender *self = context;
    size_t at = test_random(&self->random) % SHARED_COUNT;
    for (size_t done = 0; done < SHARED_COUNT;) {
        size_t count = 1 + test_random(&self->random) % 60;
        if (count > SHARED_COUNT - done)
            count = SHARED_COUNT - done;
        if (count > SHARED_COUNT - at)
            count = SHARED_COUNT - at;
        self->new_count += count - append(self->store, self->records + at, count);
        done += count;
        at = (at + count) % SHARED_COUNT;
    }
    return NULL;
}

static void many_threads_with_the_same_records_store_each_once(void **state)
{
    test_store world;
    pthread_t threads[THREAD_COUNT];
    appender appenders[THREAD_COUNT];
    size_t new_count = 0;
    (void)state;
    world_make(&world);
    quick_record *records = quick_records_make(0, SHARED_COUNT);
    for (uint64_t i = 0; i < THREAD_COUNT; i++) {
        appenders[i] = (appender){world.store, records, i + 1, 0};
        assert_int_equal(pthread_create(&threads[i], NULL, append_all, &appenders[i]), 0);
    }
    for (size_t i = 0; i < THREAD_COUNT; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        new_count += appenders[i].new_count;
    }
    assert_int_equal(new_count, SHARED_COUNT);
    assert_set(world.store, records, SHARED_COUNT);
    check_verify(world.store);
    world_open(&world, &writing);
    assert_set(world.store, records, SHARED_COUNT);
    world_remove(&world);
    quick_records_free(records, SHARED_COUNT);
}

typedef struct onlooker {
    steme_store *store;
    const quick_record *records;
    uint64_t random;
    atomic_bool *is_over;
} onlooker;

/* Snapshots at random moments: each agrees with itself, and none has less than the one before. */
static void *look_on(void *context)
{
    onlooker *self = context;
    steme_error error;
    steme_stamp last = {0};
    uint64_t last_count = 0;
    while (!atomic_load(self->is_over)) {
        steme_snapshot *snapshot;
        steme_stamp stamp;
        steme_id root;
        uint64_t count;
        uint64_t held = 0;
        check_ok(steme_store_next_stamp(self->store, &stamp, &error), &error);
        assert_true(steme_stamp_compare(&last, &stamp) < 0);
        last = stamp;
        check_ok(steme_snapshot_open(self->store, &snapshot, &error), &error);
        for (size_t i = 0; i < SHARED_COUNT; i++) {
            steme_record record;
            held += steme_snapshot_get(snapshot, &self->records[i].id, &record, &error) == STEME_OK;
        }
        check_ok(steme_snapshot_root(snapshot, &root, &count, &error), &error);
        steme_snapshot_close(snapshot);
        assert_int_equal(held, count);
        assert_true(count >= last_count);
        last_count = count;
    }
    return NULL;
}

static void threads_read_while_others_append(void **state)
{
    enum { READER_COUNT = 2, WRITER_COUNT = 2 };
    test_store world;
    pthread_t readers[READER_COUNT];
    pthread_t writers[WRITER_COUNT];
    onlooker onlookers[READER_COUNT];
    appender appenders[WRITER_COUNT];
    atomic_bool is_over = false;
    (void)state;
    world_make(&world);
    quick_record *records = quick_records_make(0, SHARED_COUNT);
    for (uint64_t i = 0; i < READER_COUNT; i++) {
        onlookers[i] = (onlooker){world.store, records, i + 1, &is_over};
        assert_int_equal(pthread_create(&readers[i], NULL, look_on, &onlookers[i]), 0);
    }
    for (uint64_t i = 0; i < WRITER_COUNT; i++) {
        appenders[i] = (appender){world.store, records, i + 5, 0};
        assert_int_equal(pthread_create(&writers[i], NULL, append_all, &appenders[i]), 0);
    }
    for (size_t i = 0; i < WRITER_COUNT; i++)
        assert_int_equal(pthread_join(writers[i], NULL), 0);
    atomic_store(&is_over, true);
    for (size_t i = 0; i < READER_COUNT; i++)
        assert_int_equal(pthread_join(readers[i], NULL), 0);
    assert_int_equal(appenders[0].new_count + appenders[1].new_count, SHARED_COUNT);
    assert_set(world.store, records, SHARED_COUNT);
    world_remove(&world);
    quick_records_free(records, SHARED_COUNT);
}

static void a_bad_record_refuses_no_other(void **state)
{
    test_store world;
    steme_error error;
    steme_append items[3];
    (void)state;
    world_make(&world);
    quick_record *records = quick_records_make(0, 3);
    records[1].bytes[records[1].size - 1] ^= 1;
    for (int i = 0; i < 3; i++)
        items[i] = (steme_append){.record = {records[i].bytes, records[i].size}};
    check_ok(steme_store_append_many(world.store, items, 3, 0, &error), &error);
    assert_int_equal(items[0].status, STEME_OK);
    assert_int_equal(items[1].status, STEME_BAD_SIGNATURE);
    assert_int_equal(items[2].status, STEME_OK);
    steme_span bad = items[1].record;
    assert_int_equal(steme_store_append(world.store, bad, NULL, &error), STEME_BAD_SIGNATURE);
    id_set ids = {0};
    check_root(world.store, &ids);
    assert_int_equal(ids.count, 2);
    id_set_free(&ids);
    world_remove(&world);
    quick_records_free(records, 3);
}

static void no_item_of_a_call_that_failed_is_acknowledged(void **state)
{
    test_store world;
    steme_error error;
    steme_append items[2] = {0};
    (void)state;
    world_make(&world);
    world_open(&world, &reading);
    quick_record *records = quick_records_make(0, 2);
    for (size_t i = 0; i < 2; i++)
        items[i].record = (steme_span){records[i].bytes, records[i].size};
    assert_int_equal(steme_store_append_many(world.store, items, 2, 1, &error), STEME_READ_ONLY);
    assert_int_equal(items[0].status, STEME_READ_ONLY);
    assert_int_equal(items[1].status, STEME_READ_ONLY);
    world_remove(&world);
    quick_records_free(records, 2);
}

/* ---- Snapshots ---------------------------------------------------------------------------- */

static void a_snapshot_stays_what_it_was_through_appends_flushes_and_merges(void **state)
{
    enum { ROUND_COUNT = 20, ROUND = 40 };
    test_store world;
    steme_error error;
    steme_snapshot *snapshots[ROUND_COUNT];
    steme_id roots[ROUND_COUNT];
    uint64_t count;
    (void)state;
    world_make(&world);
    quick_record *records = quick_records_make(0, ROUND_COUNT * ROUND);
    for (size_t i = 0; i < ROUND_COUNT; i++) {
        steme_snapshot *early;
        append(world.store, records + i * ROUND, ROUND);
        check_ok(steme_snapshot_open(world.store, &snapshots[i], &error), &error);
        check_ok(steme_snapshot_open(world.store, &early, &error), &error);
        check_ok(steme_snapshot_root(early, &roots[i], &count, &error), &error);
        steme_snapshot_close(early);
    }
    for (size_t i = 0; i < ROUND_COUNT; i++) {
        steme_id root;
        steme_record record;
        uint64_t visited = 0;
        check_ok(steme_snapshot_root(snapshots[i], &root, &count, &error), &error);
        assert_int_equal(count, (i + 1) * ROUND);
        assert_memory_equal(&root, &roots[i], sizeof root);
        for (size_t k = 0; k < ROUND_COUNT * ROUND; k++)
            visited +=
                steme_snapshot_get(snapshots[i], &records[k].id, &record, &error) == STEME_OK;
        assert_int_equal(visited, count);
        id_set ids = {0};
        check_ok(steme_snapshot_visit(snapshots[i], id_set_visit, &ids, NULL, &error), &error);
        assert_int_equal(ids.count, count);
        id_set_free(&ids);
        steme_snapshot_close(snapshots[i]);
    }
    world_remove(&world);
    quick_records_free(records, ROUND_COUNT * ROUND);
}

static void a_record_from_the_future_is_in_set_and_root_at_once(void **state)
{
    test_store world;
    steme_error error;
    steme_key key;
    steme_record record;
    steme_statement statement;
    char subject[64];
    static uint8_t buffer[STEME_RECORD_SIZE_MAX];
    (void)state;
    world_make(&world);
    quick_key(1, &key);
    quick_statement(1, subject, &statement);
    statement.stamp.time_ns = ((uint64_t)time(NULL) + 864000) * 1000000000u;
    check_ok(steme_record_sign(&statement, &key, 1, buffer, &record, &error), &error);
    steme_id id;
    check_ok(steme_store_append(world.store, record.bytes, &id, &error), &error);
    quick_record future = {buffer, record.bytes.size, record.id};
    assert_set(world.store, &future, 1);
    /* It moves no clock. */
    steme_stamp stamp;
    check_ok(steme_store_next_stamp(world.store, &stamp, &error), &error);
    assert_true(stamp.time_ns < statement.stamp.time_ns);
    world_remove(&world);
}

static void a_stamp_comes_after_the_records_that_were_appended(void **state)
{
    test_store world;
    steme_error error;
    steme_key key;
    steme_record record;
    steme_statement statement;
    steme_stamp stamp;
    char subject[64];
    static uint8_t buffer[STEME_RECORD_SIZE_MAX];
    (void)state;
    world_make(&world);
    quick_key(1, &key);
    for (uint32_t i = 0; i < 3; i++) {
        check_ok(steme_store_next_stamp(world.store, &stamp, &error), &error);
        quick_statement(i, subject, &statement);
        statement.stamp = (steme_stamp){stamp.time_ns + 100000000, 7 * i, {0xff}};
        check_ok(steme_record_sign(&statement, &key, 1, buffer, &record, &error), &error);
        check_ok(steme_store_append(world.store, record.bytes, NULL, &error), &error);
        check_ok(steme_store_next_stamp(world.store, &stamp, &error), &error);
        assert_true(steme_stamp_compare(&stamp, &statement.stamp) > 0);
    }
    world_remove(&world);
}

/* ---- Rebuilding --------------------------------------------------------------------------- */

static void the_index_is_a_function_of_the_log(void **state)
{
    enum { COUNT = 700 };
    test_store world;
    steme_error error;
    answers before;
    answers after;
    (void)state;
    world_make(&world);
    quick_record *records = quick_records_make(0, COUNT);
    for (size_t at = 0; at < COUNT; at += 35)
        append(world.store, records + at, 35);
    answers_take(world.store, &before);
    check_ok(steme_store_rebuild(world.store, NULL, NULL, &error), &error);
    answers_take(world.store, &after);
    answers_assert_equal(&before, &after);
    quick_record *more = quick_records_make(COUNT, 60);
    append(world.store, more, 60); /* it still takes records */
    check_verify(world.store);
    answers_take(world.store, &before);
    world_close(&world);
    folder_remove(folder_join(world.path, "index"));
    assert_int_equal(steme_store_open(world.path, &reading, &world.store, &error), STEME_CORRUPT);
    assert_non_null(strstr(error.message, "index"));
    world_open(&world, &writing);
    answers_take(world.store, &after);
    answers_assert_equal(&before, &after);
    check_verify(world.store);
    world_open(&world, &reading);
    answers_take(world.store, &after);
    answers_assert_equal(&before, &after);
    world_remove(&world);
    quick_records_free(records, COUNT);
    quick_records_free(more, 60);
}

static void a_record_that_comes_again_in_place_of_a_damaged_copy_is_stored_again(void **state)
{
    test_store world;
    steme_error error;
    steme_record record;
    steme_snapshot *snapshot;
    (void)state;
    world_make(&world);
    quick_record *records = quick_records_make(0, 2);
    append(world.store, records, 2);
    world_close(&world);
    const char *segment = folder_join(world.path, "log/00000001.log");
    file_flip_bit(segment, 8 * (file_size(segment) - 10));
    world_open(&world, &writing);
    check_ok(steme_snapshot_open(world.store, &snapshot, &error), &error);
    assert_int_equal(steme_snapshot_get(snapshot, &records[0].id, &record, &error), STEME_OK);
    assert_int_equal(steme_snapshot_get(snapshot, &records[1].id, &record, &error), STEME_ABSENT);
    steme_snapshot_close(snapshot);
    steme_span bytes = {records[1].bytes, records[1].size};
    check_ok(steme_store_append(world.store, bytes, NULL, &error), &error);
    assert_set(world.store, records, 2);
    check_verify(world.store);
    world_remove(&world);
    quick_records_free(records, 2);
}

/* Keeps the path of the greatest run. */
static void see_run(void *context, const char *path)
{
    char *greatest = context;
    const char *end = strrchr(path, '.');
    if (end != NULL && strcmp(end, ".run") == 0 &&
        (greatest[0] == '\0' || file_size(path) > file_size(greatest)))
        snprintf(greatest, FOLDER_PATH_SIZE + 256, "%.*s", FOLDER_PATH_SIZE + 255, path);
}

/* Opening does not read all of the index, and so may not see the damage; a merge does, and fails.
 */
static void an_index_that_proved_damaged_is_built_again_at_the_next_open(void **state)
{
    enum { COUNT = 6000, PART = 50, FIRST = 350 };
    char run[FOLDER_PATH_SIZE + 256] = "";
    test_store world;
    steme_error error;
    steme_status status = STEME_OK;
    size_t at = FIRST;
    (void)state;
    world_make(&world);
    quick_record *records = quick_records_make(0, COUNT);
    for (size_t i = 0; i < FIRST; i += PART)
        append(world.store, records + i, PART);
    world_close(&world);
    folder_walk(folder_join(world.path, "index"), 0, see_run, run);
    file_flip_bit(run, 8 * (file_size(run) - 3 * 4096) + 100); /* of a table that has rows */
    world_open(&world, &writing);
    assert_null(steme_store_notice(world.store));
    while (status == STEME_OK && at < COUNT - PART) {
        steme_append items[PART] = {0};
        for (size_t i = 0; i < PART; i++)
            items[i].record = (steme_span){records[at + i].bytes, records[at + i].size};
        status = steme_store_append_many(world.store, items, PART, 1, &error);
        at += PART;
    }
    assert_int_not_equal(status, STEME_OK);
    assert_non_null(strstr(error.message, "wrong checksum"));
    world_open(&world,
               &(steme_store_options){.tail_record_count = 1000}); /* no merge while opening */
    for (size_t i = 0; i < COUNT; i += PART)
        append(world.store, records + i, PART);
    assert_set(world.store, records, COUNT);
    check_verify(world.store);
    world_remove(&world);
    quick_records_free(records, COUNT);
}

/* ---- Tails -------------------------------------------------------------------------------- */

/* A record with as many rows in one table as there can be. */
static size_t make_wide(uint8_t buffer[STEME_RECORD_SIZE_MAX], size_t *out_last_target)
{
    enum { TARGET_COUNT = 64, STRIDE = 34 };
    static uint8_t targets[TARGET_COUNT * STRIDE];
    steme_key key;
    steme_record record;
    steme_error error;
    steme_statement statement = {.type = STEME_SUPERSESSION,
                                 .stamp = {.time_ns = QUICK_TIME_NS},
                                 .claim_time_ns = (int64_t)QUICK_TIME_NS};
    for (size_t i = 0; i < TARGET_COUNT; i++)
        targets[i * STRIDE] = (uint8_t)i;
    statement.as.supersession.targets = (steme_id_list){targets, TARGET_COUNT, STRIDE};
    quick_key(1, &key);
    check_ok(steme_record_sign(&statement, &key, 1, buffer, &record, &error), &error);
    for (size_t i = 0; i + STEME_ID_SIZE <= record.bytes.size; i++)
        if (memcmp(buffer + i, targets + (TARGET_COUNT - 1) * STRIDE, STEME_ID_SIZE) == 0)
            *out_last_target = i;
    return record.bytes.size;
}

/* Else the tail would not hold the rows, the append would fail, and so would the next open. */
static void a_tail_full_of_rows_is_written_out_as_one_full_of_records_is(void **state)
{
    enum { COUNT = 36000, PART = 500 };
    static uint8_t buffer[STEME_RECORD_SIZE_MAX];
    static steme_append items[PART];
    size_t last_target = 0;
    test_store world;
    steme_error error;
    steme_stat stat;
    (void)state;
    world_make(&world);
    world_open(&world, NULL); /* full by its rows long before it is by its records */
    size_t size = make_wide(buffer, &last_target);
    uint8_t *bytes = calloc(PART, size);
    assert_non_null(bytes);
    for (uint32_t number = 0; number < COUNT;) {
        for (size_t i = 0; i < PART; i++, number++) {
            uint8_t *record = bytes + i * size;
            memcpy(record, buffer, size);
            memcpy(record + last_target + 4, &number, sizeof number);
            items[i] = (steme_append){.record = {record, size}};
        }
        check_ok(steme_store_append_many(world.store, items, PART, 1, &error), &error);
        assert_int_equal(items[0].status, STEME_OK);
    }
    do
        check_ok(steme_store_stat(world.store, &stat, &error), &error);
    while (stat.indexed_count == 0 && stat.record_count == COUNT && usleep(10000) == 0);
    assert_in_range(stat.indexed_count, 1, COUNT); /* its age may have been first */
    world_close(&world);
    /* The same where all of it is read from the log. */
    folder_remove(folder_join(world.path, "index"));
    world_open(&world, NULL);
    do
        check_ok(steme_store_stat(world.store, &stat, &error), &error);
    while (stat.indexed_count == 0 && usleep(10000) == 0);
    assert_int_equal(stat.record_count, COUNT);
    assert_in_range(stat.indexed_count, 32768, COUNT - 1);
    free(bytes);
    world_remove(&world);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_record_is_stored_once_however_often_it_comes),
    cmocka_unit_test(many_threads_with_the_same_records_store_each_once),
    cmocka_unit_test(threads_read_while_others_append),
    cmocka_unit_test(a_bad_record_refuses_no_other),
    cmocka_unit_test(no_item_of_a_call_that_failed_is_acknowledged),
    cmocka_unit_test(a_snapshot_stays_what_it_was_through_appends_flushes_and_merges),
    cmocka_unit_test(a_record_from_the_future_is_in_set_and_root_at_once),
    cmocka_unit_test(a_stamp_comes_after_the_records_that_were_appended),
    cmocka_unit_test(the_index_is_a_function_of_the_log),
    cmocka_unit_test(a_record_that_comes_again_in_place_of_a_damaged_copy_is_stored_again),
    cmocka_unit_test(an_index_that_proved_damaged_is_built_again_at_the_next_open),
    cmocka_unit_test(a_tail_full_of_rows_is_written_out_as_one_full_of_records_is),
};

TEST_MAIN(tests)
