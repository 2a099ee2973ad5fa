/* Looking after a store: forgetting a record for good, and copying the store beside its writer. */
#include "platform/fault.h"
#include "support/answers.h"
#include "support/folder.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>

enum { RECORD_COUNT = 120, TAIL_RECORD_COUNT = 50, PATH_SIZE = FOLDER_PATH_SIZE + 256 };

static const steme_store_options writing = {.tail_record_count = TAIL_RECORD_COUNT};
static const steme_store_options reading = {.is_read_only = 1};

typedef struct care_world {
    test_folder folder;
    char path[PATH_SIZE];
    quick_record *records;
    steme_store *store;
} care_world;

static void world_open(care_world *world, const steme_store_options *options)
{
    steme_error error;
    steme_store_close(world->store);
    world->store = NULL;
    check_ok(steme_store_open(world->path, options, &world->store, &error), &error);
}

static void append(steme_store *store, const quick_record *records, size_t count)
{
    steme_error error;
    steme_append *items = calloc(count + 1, sizeof *items);
    assert_non_null(items);
    for (size_t i = 0; i < count; i++)
        items[i].record = (steme_span){records[i].bytes, records[i].size};
    check_ok(steme_store_append_many(store, items, count, 1, &error), &error);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(items[i].status, STEME_OK);
    free(items);
}

static void world_make(care_world *world)
{
    steme_error error;
    memset(world, 0, sizeof *world);
    folder_make(&world->folder);
    snprintf(world->path, sizeof world->path, "%s", folder_join(world->folder.path, "store"));
    check_ok(steme_init(&error), &error);
    check_ok(steme_store_create(world->path, &error), &error);
    world->records = quick_records_make(0, RECORD_COUNT);
    world_open(world, &writing);
    append(world->store, world->records, RECORD_COUNT);
}

static void world_remove(care_world *world)
{
    steme_store_close(world->store);
    folder_remove(world->folder.path);
    quick_records_free(world->records, RECORD_COUNT);
}

static steme_id root_of(steme_store *store)
{
    steme_error error;
    steme_snapshot *snapshot;
    steme_id root;
    uint64_t count;
    check_ok(steme_snapshot_open(store, &snapshot, &error), &error);
    check_ok(steme_snapshot_root(snapshot, &root, &count, &error), &error);
    steme_snapshot_close(snapshot);
    return root;
}

static steme_status get_one(steme_store *store, const steme_id *id, steme_error *error)
{
    steme_snapshot *snapshot;
    steme_record record;
    check_ok(steme_snapshot_open(store, &snapshot, error), error);
    steme_status status = steme_snapshot_get(snapshot, id, &record, error);
    steme_snapshot_close(snapshot);
    return status;
}

static int log_has(const care_world *world, const quick_record *record)
{
    size_t size;
    uint8_t *bytes = file_load(folder_join(world->path, "log/00000001.log"), &size);
    /* The signature is in nothing but this record. */
    int has = memmem(bytes, size, record->bytes + record->size - 64, 64) != NULL;
    free(bytes);
    return has;
}

/* ---- Forgetting --------------------------------------------------------------------------- */

static void check_forgotten(care_world *world, const quick_record *record)
{
    steme_error error;
    steme_stat stat;
    assert_int_equal(get_one(world->store, &record->id, &error), STEME_ABSENT);
    assert_non_null(strstr(error.message, "a court's order"));
    check_ok(steme_store_stat(world->store, &stat, &error), &error);
    assert_int_equal(stat.record_count, RECORD_COUNT);
    assert_int_equal(stat.absent_count, 1);
    assert_int_equal(stat.forgotten_count, 1);
    check_verify(world->store);
    assert_false(log_has(world, record));
}

static void what_is_forgotten_is_gone_and_its_id_stays(void **state)
{
    static const size_t numbers[] = {3, RECORD_COUNT - 1}; /* in the index; in the tail */
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        care_world world;
        steme_error error;
        world_make(&world);
        const quick_record *record = &world.records[numbers[i]];
        steme_span bytes = {record->bytes, record->size};
        steme_id root = root_of(world.store);
        assert_true(log_has(&world, record));
        check_ok(steme_store_forget(world.store, &record->id, "a court's order", &error), &error);
        check_forgotten(&world, record);
        assert_int_equal(steme_store_append(world.store, bytes, NULL, &error), STEME_ABSENT);
        assert_non_null(strstr(error.message, "a court's order"));
        assert_int_equal(steme_store_forget(world.store, &record->id, "again", &error),
                         STEME_ABSENT);
        world_open(&world, &writing);
        check_forgotten(&world, record);
        check_ok(steme_store_rebuild(world.store, NULL, NULL, &error), &error);
        check_forgotten(&world, record);
        world_open(&world, &reading);
        check_forgotten(&world, record);
        steme_id after = root_of(world.store);
        assert_memory_equal(&root, &after, sizeof root);
        world_remove(&world);
    }
}

static void a_record_is_not_forgotten_without_a_reason_or_an_id_that_is_held(void **state)
{
    care_world world;
    steme_error error;
    char text[STEME_REASON_SIZE_MAX + 2];
    steme_id none = {{1}};
    (void)state;
    world_make(&world);
    const steme_id *id = &world.records[5].id;
    memset(text, 'x', sizeof text);
    text[sizeof text - 1] = '\0';
    assert_int_equal(steme_store_forget(world.store, id, "", &error), STEME_INVALID);
    assert_int_equal(steme_store_forget(world.store, id, "two\nlines", &error), STEME_INVALID);
    assert_int_equal(steme_store_forget(world.store, id, "\xff", &error), STEME_INVALID);
    assert_int_equal(steme_store_forget(world.store, id, text, &error), STEME_INVALID);
    assert_int_equal(steme_store_forget(world.store, &none, "why", &error), STEME_NOT_FOUND);
    assert_int_equal(get_one(world.store, id, &error), STEME_OK);
    world_open(&world, &reading);
    assert_int_equal(steme_store_forget(world.store, id, "why", &error), STEME_READ_ONLY);
    world_remove(&world);
}

static void a_damaged_record_that_was_forgotten_does_not_heal(void **state)
{
    care_world world;
    steme_error error;
    size_t size;
    (void)state;
    world_make(&world);
    const quick_record *record = &world.records[9];
    steme_span bytes = {record->bytes, record->size};
    char path[PATH_SIZE];
    snprintf(path, sizeof path, "%s", folder_join(world.path, "log/00000001.log"));
    for (int round = 0; round < 3; round++) { /* three copies, the last of which is whole */
        uint8_t *log = file_load(path, &size);
        uint8_t *at = memmem(log, size, record->bytes, record->size);
        assert_non_null(at);
        file_flip_bit(path, 8 * (uint64_t)(at - log));
        free(log);
        if (round < 2)
            check_ok(steme_store_append(world.store, bytes, NULL, &error), &error);
    }
    check_ok(steme_store_forget(world.store, &record->id, "why", &error), &error);
    assert_int_equal(steme_store_append(world.store, bytes, NULL, &error), STEME_ABSENT);
    assert_false(log_has(&world, record));
    check_verify(world.store);
    check_ok(steme_store_rebuild(world.store, NULL, NULL, &error), &error);
    assert_int_equal(get_one(world.store, &record->id, &error), STEME_ABSENT);
    check_verify(world.store);
    world_remove(&world);
}

/* The n-th call of one kind fails; a write after 20 bytes, in the middle of an entry's header. */
static _Atomic platform_call fault_call;
static atomic_int fault_countdown;

static int fail_one(platform_call call, const char *path, size_t *size)
{
    (void)path;
    if (call != fault_call || atomic_fetch_sub(&fault_countdown, 1) != 1)
        return 0;
    if (call == PLATFORM_CALL_WRITE && *size > 20)
        *size = 20;
    return EIO;
}

/* Whatever fails, once, the record is whole or forgotten after the next opening. */
static void a_forgetting_that_fails_anywhere_is_done_or_undone_by_the_next_opening(void **state)
{
    static const platform_call calls[] = {PLATFORM_CALL_OPEN, PLATFORM_CALL_WRITE,
                                          PLATFORM_CALL_SYNC, PLATFORM_CALL_RENAME};
    care_world world;
    steme_error error;
    (void)state;
    world_make(&world);
    size_t number = 0;
    for (size_t kind = 0; kind < sizeof calls / sizeof calls[0]; kind++) {
        int has_failed = 1;
        for (int countdown = 1; has_failed; countdown++) {
            const quick_record *record = &world.records[number++];
            fault_call = calls[kind];
            atomic_store(&fault_countdown, countdown);
            platform_fault_set(fail_one);
            steme_status done =
                steme_store_forget(world.store, &record->id, "a court's order", &error);
            platform_fault_set(NULL);
            world_open(&world, &writing);
            steme_status held = get_one(world.store, &record->id, &error);
            assert_true(held == STEME_ABSENT || (held == STEME_OK && done != STEME_OK));
            assert_int_equal(log_has(&world, record), held == STEME_OK);
            check_verify(world.store);
            has_failed = atomic_load(&fault_countdown) <= 0;
        }
    }
    assert_true(number > 12);
    world_remove(&world);
}

/* ---- Copies ------------------------------------------------------------------------------- */

typedef struct busy_writer {
    steme_store *store;
    const quick_record *records;
    size_t count;
} busy_writer;

static void *append_each(void *context)
{
    busy_writer *self = context;
    for (size_t i = 0; i < self->count; i++)
        append(self->store, &self->records[i], 1);
    return NULL;
}

static void a_backup_beside_the_writer_is_a_whole_store(void **state)
{
    enum { MORE_COUNT = 300 };
    care_world world;
    care_world copy = {.store = NULL};
    steme_error error;
    steme_store *reader;
    pthread_t thread;
    char name[16];
    id_set ids = {0};
    steme_stat before;
    steme_stat after;
    (void)state;
    world_make(&world);
    quick_record *more = quick_records_make(RECORD_COUNT, MORE_COUNT);
    busy_writer writer = {world.store, more, MORE_COUNT};
    assert_int_equal(pthread_create(&thread, NULL, append_each, &writer), 0);
    check_ok(steme_store_open(world.path, &reading, &reader, &error), &error);
    for (int i = 0; i < 5; i++) {
        snprintf(name, sizeof name, "copy%d", i);
        snprintf(copy.path, sizeof copy.path, "%s", folder_join(world.folder.path, name));
        check_ok(
            steme_store_backup(i % 2 == 0 ? reader : world.store, copy.path, NULL, NULL, &error),
            &error);
        assert_int_equal(steme_store_backup(reader, copy.path, NULL, NULL, &error), STEME_EXISTS);
        world_open(&copy, &writing);
        check_root(copy.store, &ids);
        assert_true(ids.count >= RECORD_COUNT);
        check_readable(copy.store, ids.ids, RECORD_COUNT);
        check_verify(copy.store);
        id_set_free(&ids);
    }
    assert_int_equal(pthread_join(thread, NULL), 0);
    check_ok(steme_store_stat(copy.store, &after, &error), &error);
    check_ok(steme_store_stat(world.store, &before, &error), &error);
    assert_memory_equal(before.store_id, after.store_id, sizeof before.store_id);
    assert_memory_not_equal(before.node, after.node, sizeof before.node);
    append(copy.store, more, MORE_COUNT);
    steme_id root = root_of(world.store);
    steme_id copied = root_of(copy.store);
    assert_memory_equal(&root, &copied, sizeof root);
    steme_store_close(copy.store);
    steme_store_close(reader);
    quick_records_free(more, MORE_COUNT);
    world_remove(&world);
}

static void what_was_forgotten_is_not_in_a_backup_made_later(void **state)
{
    care_world world;
    care_world copy = {.store = NULL};
    steme_error error;
    (void)state;
    world_make(&world);
    const quick_record *record = &world.records[7];
    check_ok(steme_store_forget(world.store, &record->id, "a court's order", &error), &error);
    snprintf(copy.path, sizeof copy.path, "%s", folder_join(world.folder.path, "copy"));
    check_ok(steme_store_backup(world.store, copy.path, NULL, NULL, &error), &error);
    world_open(&copy, &writing);
    check_forgotten(&copy, record);
    steme_store_close(copy.store);
    world_remove(&world);
}

/* ---- Room on the disk --------------------------------------------------------------------- */

static atomic_size_t disk_free; /* as the system tells it */

static int space_hook(platform_call call, const char *path, size_t *size)
{
    (void)path;
    if (call == PLATFORM_CALL_SPACE)
        *size = atomic_load(&disk_free);
    return 0;
}

static void below_the_mark_nothing_is_taken_and_above_it_all_goes_on(void **state)
{
    static const steme_store_options options = {.free_size_min = 1000, .peer_free_size_min = 3000};
    care_world world;
    steme_error error;
    steme_id root;
    (void)state;
    world_make(&world);
    world_open(&world, &options);
    root = root_of(world.store);
    quick_record *more = quick_records_make(RECORD_COUNT, RECORD_COUNT);
    steme_append item = {.record = {more[0].bytes, more[0].size}};
    platform_fault_set(space_hook);
    atomic_store(&disk_free, 999);
    assert_int_equal(steme_store_append_many(world.store, &item, 1, 1, &error), STEME_FULL);
    assert_int_equal(item.status, STEME_FULL);
    assert_true(steme_status_is_retryable(STEME_FULL));
    assert_non_null(strstr(error.message, "make room and try again"));
    steme_id after = root_of(world.store);
    assert_memory_equal(&after, &root, sizeof root);
    atomic_store(&disk_free, 1000);
    append(world.store, more, RECORD_COUNT);
    platform_fault_set(NULL);
    quick_records_free(more, RECORD_COUNT);
    world_remove(&world);
}

static void peers_are_never_let_in_longer_than_writers(void **state)
{
    static const struct {
        uint64_t told, peer_told, own, peer;
    } cases[] = {{1000, 3000, 1000, 3000}, {3000, 1000, 3000, 3000}, {1, 1, 0, 0}, {1, 5, 0, 5}};
    care_world world;
    steme_error error;
    steme_space space;
    (void)state;
    world_make(&world);
    check_ok(steme_store_space(world.store, &space, &error), &error);
    assert_true(space.free_size_min > 0 && space.free_size_min <= UINT64_C(256) << 20);
    assert_true(space.peer_free_size_min >= space.free_size_min);
    assert_true(space.peer_free_size_min <= UINT64_C(1) << 30);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        steme_store_options options = {.free_size_min = cases[i].told,
                                       .peer_free_size_min = cases[i].peer_told};
        world_open(&world, &options);
        check_ok(steme_store_space(world.store, &space, &error), &error);
        assert_int_equal(space.free_size_min, cases[i].own);
        assert_int_equal(space.peer_free_size_min, cases[i].peer);
    }
    world_remove(&world);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(below_the_mark_nothing_is_taken_and_above_it_all_goes_on),
    cmocka_unit_test(peers_are_never_let_in_longer_than_writers),
    cmocka_unit_test(what_is_forgotten_is_gone_and_its_id_stays),
    cmocka_unit_test(a_record_is_not_forgotten_without_a_reason_or_an_id_that_is_held),
    cmocka_unit_test(a_damaged_record_that_was_forgotten_does_not_heal),
    cmocka_unit_test(a_forgetting_that_fails_anywhere_is_done_or_undone_by_the_next_opening),
    cmocka_unit_test(a_backup_beside_the_writer_is_a_whole_store),
    cmocka_unit_test(what_was_forgotten_is_not_in_a_backup_made_later),
};

TEST_MAIN(tests)
