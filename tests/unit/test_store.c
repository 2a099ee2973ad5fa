#include "store/store.h"
#include "support/answers.h"
#include "support/folder.h"
#include "support/process.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <steme/clock.h>
#include <sys/stat.h>
#include <time.h>

enum { TAIL_RECORD_COUNT = 50 };

static const steme_store_options writing = {.tail_record_count = TAIL_RECORD_COUNT};
static const steme_store_options reading = {.is_read_only = 1};

/* ---- A store in a folder ------------------------------------------------------------------ */

typedef struct test_store {
    test_folder folder;
    char path[FOLDER_PATH_SIZE + 256];
    steme_store *store;
} test_store;

static void world_open(test_store *world, const steme_store_options *options)
{
    steme_error error;
    steme_store_close(world->store);
    world->store = NULL;
    check_ok(steme_store_open(world->path, options, &world->store, &error), &error);
}

static void world_make(test_store *world)
{
    steme_error error;
    memset(world, 0, sizeof *world);
    folder_make(&world->folder);
    snprintf(world->path, sizeof world->path, "%s", folder_join(world->folder.path, "store"));
    check_ok(steme_init(&error), &error);
    check_ok(steme_store_create(world->path, &error), &error);
    world_open(world, &writing);
}

static void world_close(test_store *world)
{
    steme_store_close(world->store);
    world->store = NULL;
}

static void world_remove(test_store *world)
{
    world_close(world);
    folder_remove(world->folder.path);
}

/* Appends all in one call; gives how many were held before. */
static size_t append(steme_store *store, const quick_record *records, size_t count)
{
    steme_error error;
    size_t held = 0;
    steme_append *items = calloc(count + 1, sizeof *items);
    assert_non_null(items);
    for (size_t i = 0; i < count; i++)
        items[i].record = (steme_span){records[i].bytes, records[i].size};
    check_ok(steme_store_append_many(store, items, count, 1, &error), &error);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(items[i].status, STEME_OK);
        assert_memory_equal(&items[i].id, &records[i].id, sizeof(steme_id));
        held += (size_t)items[i].was_held;
    }
    free(items);
    return held;
}

/* The store has exactly these. */
static void assert_set(steme_store *store, const quick_record *records, size_t count)
{
    id_set ids = {0};
    check_root(store, &ids);
    assert_int_equal(ids.count, count);
    id_set_free(&ids);
    assert_int_equal(answers_get_all(store, records, count), 0);
}

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
    file_flip_bit(run, 8 * (file_size(run) - 4096) + 100); /* a page of the last table */
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

/* ---- Identity ----------------------------------------------------------------------------- */

static void node_of(test_store *world, uint8_t out_node[STEME_NODE_SIZE])
{
    steme_error error;
    steme_stat stat;
    check_ok(steme_store_stat(world->store, &stat, &error), &error);
    memcpy(out_node, stat.node, STEME_NODE_SIZE);
}

static void a_store_keeps_its_node_and_its_stamps_ascend_through_restarts(void **state)
{
    test_store world;
    steme_error error;
    steme_stamp last = {0};
    uint8_t first_node[STEME_NODE_SIZE];
    (void)state;
    world_make(&world);
    node_of(&world, first_node);
    for (int i = 0; i < 5; i++) {
        for (int k = 0; k < 50; k++) {
            steme_stamp stamp;
            check_ok(steme_store_next_stamp(world.store, &stamp, &error), &error);
            assert_true(steme_stamp_compare(&last, &stamp) < 0);
            assert_memory_equal(stamp.node, first_node, STEME_NODE_SIZE);
            last = stamp;
        }
        world_open(&world, &writing);
        assert_null(steme_store_notice(world.store));
    }
    world_remove(&world);
}

/* Puts another ceiling into the file `node`. */
static void set_ceiling(const test_store *world, uint64_t ceiling_ns)
{
    size_t size;
    char text[512];
    const char *path = folder_join(world->path, "node");
    char *old = (char *)file_load(path, &size);
    char *line = strstr(old, "ceiling ");
    char *rest = strchr(line, '\n');
    assert_non_null(rest);
    *line = '\0';
    snprintf(text, sizeof text, "%sceiling %llu%s", old, (unsigned long long)ceiling_ns, rest);
    file_save(path, text, strlen(text));
    free(old);
}

static void a_clock_far_ahead_means_a_new_node_and_is_said(void **state)
{
    test_store world;
    steme_error error;
    steme_stamp stamp;
    uint8_t old_node[STEME_NODE_SIZE];
    uint64_t now_ns = (uint64_t)time(NULL) * 1000000000u;
    (void)state;
    world_make(&world);
    node_of(&world, old_node);
    world_close(&world);
    set_ceiling(&world, now_ns + UINT64_C(315360000) * 1000000000u); /* ten years */
    world_open(&world, &writing);
    assert_non_null(steme_store_notice(world.store));
    assert_non_null(strstr(steme_store_notice(world.store), "clock"));
    check_ok(steme_store_next_stamp(world.store, &stamp, &error), &error);
    assert_memory_not_equal(stamp.node, old_node, STEME_NODE_SIZE);
    assert_true(stamp.time_ns < now_ns + UINT64_C(60) * 1000000000u);
    world_open(&world, &writing);
    assert_null(steme_store_notice(world.store));
    world_remove(&world);
}

static void a_copied_store_is_a_new_node_and_says_so(void **state)
{
    test_store world;
    uint8_t old_node[STEME_NODE_SIZE];
    uint8_t new_node[STEME_NODE_SIZE];
    char copy[FOLDER_PATH_SIZE + 256];
    (void)state;
    world_make(&world);
    quick_record *records = quick_records_make(0, 120);
    append(world.store, records, 120);
    node_of(&world, old_node);
    world_close(&world);
    snprintf(copy, sizeof copy, "%s", folder_join(world.folder.path, "copy"));
    folder_copy(world.path, copy);
    memcpy(world.path, copy, sizeof copy);
    world_open(&world, &writing);
    assert_non_null(steme_store_notice(world.store));
    assert_non_null(strstr(steme_store_notice(world.store), "copied"));
    node_of(&world, new_node);
    assert_memory_not_equal(old_node, new_node, STEME_NODE_SIZE);
    assert_set(world.store, records, 120);
    check_verify(world.store);
    world_remove(&world);
    quick_records_free(records, 120);
}

static void a_damaged_node_file_means_a_new_node_and_is_said(void **state)
{
    test_store world;
    (void)state;
    world_make(&world);
    world_close(&world);
    file_save(folder_join(world.path, "node"), "steme-node 1\nnode xyz", 21);
    world_open(&world, &writing);
    assert_non_null(steme_store_notice(world.store));
    world_remove(&world);
}

static void what_is_no_store_of_this_format_is_refused(void **state)
{
    test_store world;
    steme_error error;
    steme_store *store;
    (void)state;
    world_make(&world);
    world_close(&world);
    assert_int_equal(steme_store_create(world.path, &error), STEME_EXISTS);
    assert_int_equal(steme_store_open(world.folder.path, NULL, &store, &error), STEME_NOT_FOUND);
    assert_non_null(strstr(error.message, world.folder.path));
    assert_int_equal(steme_store_create(world.folder.path, &error), STEME_EXISTS);
    const char *nowhere = folder_join(world.folder.path, "nowhere");
    assert_int_equal(steme_store_open(nowhere, NULL, &store, &error), STEME_NOT_FOUND);
    assert_false(file_exists(nowhere));
    const char *identity = folder_join(world.path, "STEME");
    file_save(identity, "steme-store 2\nid 00112233445566778899aabbccddeeff\n", 49);
    assert_int_equal(steme_store_open(world.path, NULL, &store, &error), STEME_VERSION);
    assert_int_equal(steme_store_open(world.path, &reading, &store, &error), STEME_VERSION);
    file_save(identity, "steme-store 1\nid 0011\n", 22);
    assert_int_equal(steme_store_open(world.path, NULL, &store, &error), STEME_CORRUPT);
    file_save(identity, "hello\n", 6);
    assert_int_equal(steme_store_open(world.path, NULL, &store, &error), STEME_CORRUPT);
    file_save(identity, "steme-store 1\nid 00112233445566778899aabbccddeeff\n", 50);
    assert_int_equal(steme_store_open(world.path, NULL, &store, &error), STEME_CORRUPT);
    assert_non_null(strstr(error.message, "00000001.log"));
    world_remove(&world);
}

/* ---- Other processes ---------------------------------------------------------------------- */

/* open FOLDER: tries to write; says what came of it. */
static int run_open(int argument_count, char **arguments)
{
    steme_store *store;
    steme_error error;
    (void)argument_count;
    steme_status status = steme_store_open(arguments[1], NULL, &store, &error);
    printf("%s: %s\n", steme_status_text(status), status == STEME_OK ? "" : error.message);
    if (status == STEME_OK)
        steme_store_close(store);
    return 0;
}

/* The same, as a user who may nothing. */
static int run_open_as_nobody(int argument_count, char **arguments)
{
    if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
        return 1;
    return run_open(argument_count, arguments);
}

static void a_second_writer_is_refused_and_told_who_writes(void **state)
{
    test_store world;
    test_process process;
    char expected[64];
    (void)state;
    world_make(&world);
    process_start(&process, (const char *[]){"open", world.path, NULL});
    const char *line = process_line(&process);
    snprintf(expected, sizeof expected, "process %ld ", (long)getpid());
    assert_non_null(strstr(line, steme_status_text(STEME_BUSY)));
    assert_non_null(strstr(line, expected));
    assert_int_equal(process_end(&process), 0);
    steme_store *store;
    steme_error error;
    assert_int_equal(steme_store_open(world.path, NULL, &store, &error), STEME_BUSY);
    world_close(&world);
    process_start(&process, (const char *[]){"open", world.path, NULL});
    assert_non_null(strstr(process_line(&process), steme_status_text(STEME_OK)));
    assert_int_equal(process_end(&process), 0);
    world_remove(&world);
}

static void a_store_that_may_not_be_touched_is_said_to_be_so(void **state)
{
    test_store world;
    test_process process;
    (void)state;
    world_make(&world);
    world_close(&world);
    assert_int_equal(chmod(world.path, 0), 0);
    process_start(&process, (const char *[]){"open-as-nobody", world.path, NULL});
    const char *line = process_line(&process);
    assert_non_null(strstr(line, steme_status_text(STEME_PERMISSION)));
    assert_non_null(strstr(line, world.path));
    assert_int_equal(process_end(&process), 0);
    assert_int_equal(chmod(world.path, 0755), 0);
    world_remove(&world);
}

/* What a reader finds wrong ends it, with a line that says so. */
static int reader_fails(const char *what, const steme_error *error)
{
    printf("%s: %s\n", what, error->message);
    return 1;
}

/* follow FOLDER: for each count on its input, reads all records up to it. */
static int run_follow(int argument_count, char **arguments)
{
    steme_store *store;
    steme_snapshot *snapshot;
    steme_error error;
    char line[64];
    (void)argument_count;
    if (steme_store_open(arguments[1], &reading, &store, &error) != STEME_OK)
        return reader_fails("open", &error);
    while (fgets(line, sizeof line, stdin) != NULL) {
        uint64_t count = strtoull(line, NULL, 10);
        if (steme_snapshot_open(store, &snapshot, &error) != STEME_OK)
            return reader_fails("snapshot", &error);
        for (uint64_t number = 0; number < count; number++) {
            quick_record expected;
            steme_record record;
            quick_record_make(number, &expected);
            if (steme_snapshot_get(snapshot, &expected.id, &record, &error) != STEME_OK)
                return reader_fails("get", &error);
            free(expected.bytes);
        }
        steme_snapshot_close(snapshot);
        printf("seen %llu\n", (unsigned long long)count);
        fflush(stdout);
    }
    steme_store_close(store);
    return 0;
}

static steme_status count_visit(void *context, const steme_record *record, uint64_t arrival_ns,
                                steme_error *error)
{
    (void)arrival_ns;
    (void)error;
    id_set_add(context, &record->id);
    return STEME_OK;
}

/* watch FOLDER: until its input ends, takes snapshots as fast as it can; each is at one with
 * itself, and none has less than the one before. */
static int run_watch(int argument_count, char **arguments)
{
    steme_store *store;
    steme_snapshot *snapshot;
    steme_error error;
    uint64_t last = 0;
    uint64_t snapshot_count = 0;
    (void)argument_count;
    if (steme_store_open(arguments[1], &reading, &store, &error) != STEME_OK)
        return reader_fails("open", &error);
    printf("ready\n");
    fflush(stdout);
    for (struct pollfd end = {.fd = STDIN_FILENO, .events = POLLIN}; poll(&end, 1, 0) == 0;) {
        id_set ids = {0};
        uint64_t count;
        uint64_t absent_count;
        steme_id root;
        if (steme_snapshot_open(store, &snapshot, &error) != STEME_OK)
            return reader_fails("snapshot", &error);
        if (steme_snapshot_root(snapshot, &root, &count, &error) != STEME_OK ||
            steme_snapshot_visit(snapshot, count_visit, &ids, &absent_count, &error) != STEME_OK)
            return reader_fails("read", &error);
        id_set_sort(&ids);
        steme_id expected = merkle_root_of_sorted(ids.ids, ids.count);
        snprintf(error.message, sizeof error.message, "%llu ids, root of %llu, %llu before",
                 (unsigned long long)ids.count, (unsigned long long)count,
                 (unsigned long long)last);
        if (memcmp(&root, &expected, sizeof root) != 0 || ids.count != count || count < last ||
            absent_count != 0)
            return reader_fails("at odds", &error);
        last = count;
        snapshot_count++;
        id_set_free(&ids);
        steme_snapshot_close(snapshot);
    }
    steme_store_close(store);
    printf("%llu snapshots, the last of %llu\n", (unsigned long long)snapshot_count,
           (unsigned long long)last);
    return 0;
}

static void readers_beside_a_writer_see_all_that_is_acknowledged(void **state)
{
    enum { READER_COUNT = 3, ROUND_COUNT = 40, ROUND = 17 };
    test_store world;
    test_process readers[READER_COUNT];
    (void)state;
    world_make(&world);
    quick_record *records = quick_records_make(0, ROUND_COUNT * ROUND);
    for (int i = 0; i < READER_COUNT; i++)
        process_start(&readers[i], (const char *[]){"follow", world.path, NULL});
    for (size_t round = 0; round < ROUND_COUNT; round++) {
        char line[64];
        append(world.store, records + round * ROUND, ROUND);
        int size = snprintf(line, sizeof line, "%zu\n", (round + 1) * ROUND);
        for (int i = 0; i < READER_COUNT; i++)
            assert_int_equal(write(readers[i].input, line, (size_t)size), size);
        snprintf(line, sizeof line, "seen %zu", (round + 1) * ROUND);
        for (int i = 0; i < READER_COUNT; i++)
            assert_string_equal(process_line(&readers[i]), line);
    }
    for (int i = 0; i < READER_COUNT; i++)
        assert_int_equal(process_end(&readers[i]), 0);
    world_remove(&world);
    quick_records_free(records, ROUND_COUNT * ROUND);
}

static void a_reader_is_at_one_with_itself_while_the_writer_races_on(void **state)
{
    enum { COUNT = 20000 };
    test_store world;
    test_process reader;
    uint64_t random = test_seed(3);
    steme_error error;
    (void)state;
    world_make(&world);
    quick_record *records = quick_records_make(0, COUNT);
    process_start(&reader, (const char *[]){"watch", world.path, NULL});
    assert_string_equal(process_line(&reader), "ready");
    for (size_t at = 0; at < COUNT;) {
        size_t count = 1 + test_random(&random) % 200;
        if (count > COUNT - at)
            count = COUNT - at;
        append(world.store, records + at, count);
        at += count;
        uint64_t choice = test_random(&random) % 60;
        if (choice == 0)
            world_open(&world, &writing);
        if (choice == 1)
            check_ok(steme_store_rebuild(world.store, NULL, NULL, &error), &error);
    }
    close(reader.input);
    reader.input = -1;
    print_message("%s\n", process_line(&reader));
    assert_int_equal(process_end(&reader), 0);
    world_remove(&world);
    quick_records_free(records, COUNT);
}

/* ---- Readers that meet with something ----------------------------------------------------- */

static void a_reader_reads_on_while_the_index_is_built_again(void **state)
{
    enum { COUNT = 120 };
    test_store world;
    test_store looker;
    (void)state;
    world_make(&world);
    quick_record *records = quick_records_make(0, COUNT);
    append(world.store, records, COUNT / 2);
    looker = world;
    looker.store = NULL;
    world_open(&looker, &reading);
    append(world.store, records + COUNT / 2, COUNT / 2);
    /* What a rebuild begins with. */
    assert_int_equal(unlink(folder_join(world.path, "index/MANIFEST")), 0);
    assert_set(looker.store, records, COUNT);
    world_open(&world, &writing);
    assert_set(looker.store, records, COUNT);
    world_close(&looker);
    world_remove(&world);
    quick_records_free(records, COUNT);
}

extern int (*base_alloc_fault)(void); /* whose header, base/memory.h, forbids calloc */

static long allocations_left;

static int fail_when_none_are_left(void)
{
    return allocations_left-- == 0;
}

static void a_reader_that_ran_out_of_memory_misses_nothing_later(void **state)
{
    enum { ROUND_COUNT = 25, ROUND = 3 };
    test_store world;
    test_store looker;
    (void)state;
    world_make(&world);
    quick_record *records = quick_records_make(0, ROUND_COUNT * ROUND);
    looker = world;
    looker.store = NULL;
    world_open(&looker, &reading);
    for (size_t round = 0; round < ROUND_COUNT; round++) {
        steme_snapshot *snapshot;
        world_open(&world, NULL);
        append(world.store, records + round * ROUND, ROUND);
        world_close(&world); /* so that no thread runs */
        allocations_left = (long)round;
        base_alloc_fault = fail_when_none_are_left;
        steme_status status = steme_snapshot_open(looker.store, &snapshot, NULL);
        base_alloc_fault = NULL;
        if (status == STEME_OK)
            steme_snapshot_close(snapshot);
        assert_set(looker.store, records, (round + 1) * ROUND);
    }
    world_close(&looker);
    world_remove(&world);
    quick_records_free(records, ROUND_COUNT * ROUND);
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

static const process_role_entry roles[] = {
    {"open", run_open},
    {"open-as-nobody", run_open_as_nobody},
    {"follow", run_follow},
    {"watch", run_watch},
};

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
    cmocka_unit_test(a_store_keeps_its_node_and_its_stamps_ascend_through_restarts),
    cmocka_unit_test(a_clock_far_ahead_means_a_new_node_and_is_said),
    cmocka_unit_test(a_copied_store_is_a_new_node_and_says_so),
    cmocka_unit_test(a_damaged_node_file_means_a_new_node_and_is_said),
    cmocka_unit_test(what_is_no_store_of_this_format_is_refused),
    cmocka_unit_test(a_second_writer_is_refused_and_told_who_writes),
    cmocka_unit_test(a_store_that_may_not_be_touched_is_said_to_be_so),
    cmocka_unit_test(readers_beside_a_writer_see_all_that_is_acknowledged),
    cmocka_unit_test(a_reader_is_at_one_with_itself_while_the_writer_races_on),
    cmocka_unit_test(a_reader_reads_on_while_the_index_is_built_again),
    cmocka_unit_test(a_reader_that_ran_out_of_memory_misses_nothing_later),
    cmocka_unit_test(a_tail_full_of_rows_is_written_out_as_one_full_of_records_is),
};

TEST_MAIN_WITH_ROLES(tests, roles)
