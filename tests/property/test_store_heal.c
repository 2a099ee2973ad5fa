/* Random histories in which bodies are damaged in the log and the records come again: what is held
 * stays held, what came again is read, and counts, root, rows and verify agree, through tails,
 * flushes, reopening and rebuilding.
 *
 * STEME_TEST_SEED replays one; STEME_HISTORY_COUNT: how many (8). */
#include "support/answers.h"
#include "support/folder.h"

enum { HISTORY_COUNT = 8, RECORD_COUNT = 400, STEP_COUNT = 60 };

typedef enum body_state { BODY_NONE, BODY_WHOLE, BODY_DAMAGED } body_state;

typedef struct heal_world {
    uint64_t random;
    test_folder folder;
    char path[FOLDER_PATH_SIZE + 256];
    quick_record *records;
    body_state states[RECORD_COUNT];
    steme_store *store;
} heal_world;

static uint64_t below(heal_world *world, uint64_t limit)
{
    return test_random(&world->random) % limit;
}

static void world_reopen(heal_world *world)
{
    static const uint32_t tails[] = {1, 7, 60, 0};
    steme_error error;
    steme_store_options options = {.tail_record_count = tails[below(world, 4)]};
    steme_store_close(world->store);
    check_ok(steme_store_open(world->path, &options, &world->store, &error), &error);
}

static void append_some(heal_world *world)
{
    enum { COUNT_MAX = 60 };
    steme_error error;
    steme_append items[COUNT_MAX] = {{.was_held = 0}};
    size_t numbers[COUNT_MAX];
    size_t count = 1 + below(world, COUNT_MAX - 1);
    for (size_t i = 0; i < count; i++) {
        numbers[i] = below(world, RECORD_COUNT);
        const quick_record *record = &world->records[numbers[i]];
        items[i].record = (steme_span){record->bytes, record->size};
    }
    check_ok(steme_store_append_many(world->store, items, count, 1, &error), &error);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(items[i].status, STEME_OK);
        assert_int_equal(items[i].was_held, world->states[numbers[i]] == BODY_WHOLE);
        world->states[numbers[i]] = BODY_WHOLE;
    }
}

/* Flips a bit in the newest copy of a record that is whole. */
static void damage_one(heal_world *world)
{
    steme_error error;
    steme_snapshot *snapshot;
    steme_record record;
    size_t number = below(world, RECORD_COUNT);
    size_t size;
    if (world->states[number] != BODY_WHOLE)
        return;
    check_ok(steme_snapshot_open(world->store, &snapshot, &error), &error);
    check_ok(steme_snapshot_get(snapshot, &world->records[number].id, &record, &error), &error);
    char path[FOLDER_PATH_SIZE + 256];
    snprintf(path, sizeof path, "%s", folder_join(world->path, "log/00000001.log"));
    uint8_t *bytes = file_load(path, &size);
    uint8_t *at = memmem(bytes, size, record.bytes.bytes, record.bytes.size);
    assert_non_null(at);
    file_flip_bit(path, 8 * ((uint64_t)(at - bytes) + below(world, record.bytes.size)));
    free(bytes);
    steme_snapshot_close(snapshot);
    world->states[number] = BODY_DAMAGED;
}

static steme_status visit_each(void *context, const steme_record *record, uint64_t arrival_ns,
                               steme_error *error)
{
    (void)arrival_ns;
    (void)error;
    id_set_add(context, &record->id);
    return STEME_OK;
}

static void check_world(heal_world *world, int is_new)
{
    steme_error error;
    steme_snapshot *snapshot;
    steme_record record;
    steme_stat stat;
    steme_id root;
    uint64_t count;
    uint64_t absent_count;
    uint64_t damaged_count = 0;
    id_set held = {0};
    id_set visited = {0};
    check_ok(steme_snapshot_open(world->store, &snapshot, &error), &error);
    for (size_t i = 0; i < RECORD_COUNT; i++) {
        static const steme_status expected[] = {STEME_NOT_FOUND, STEME_OK, STEME_ABSENT};
        assert_int_equal(steme_snapshot_get(snapshot, &world->records[i].id, &record, &error),
                         expected[world->states[i]]);
        if (world->states[i] != BODY_NONE)
            id_set_add(&held, &world->records[i].id);
        damaged_count += world->states[i] == BODY_DAMAGED;
    }
    id_set_sort(&held);
    check_ok(steme_snapshot_visit(snapshot, visit_each, &visited, &absent_count, &error), &error);
    assert_int_equal(visited.count, held.count - damaged_count);
    check_ok(steme_snapshot_root(snapshot, &root, &count, &error), &error);
    steme_id expected_root = merkle_root_of_sorted(held.ids, held.count);
    assert_int_equal(count, held.count);
    assert_memory_equal(&root, &expected_root, sizeof root);
    steme_snapshot_close(snapshot);
    check_ok(steme_store_stat(world->store, &stat, &error), &error);
    assert_int_equal(stat.record_count, held.count);
    if (is_new) /* damage is counted when the log is read for the index */
        assert_int_equal(stat.absent_count, damaged_count);
    assert_true(stat.absent_count <= damaged_count);
    id_set_free(&held);
    id_set_free(&visited);
}

static void count_fault(void *context, const char *fault)
{
    uint64_t *count = context;
    if (strstr(fault, "do not match their checksum") == NULL)
        fail_msg("%s", fault);
    (*count)++;
}

/* A fault for each copy of those that are damaged: none for what has come again. */
static void check_faults(heal_world *world)
{
    steme_error error;
    steme_verify_report report;
    uint64_t fault_count = 0;
    uint64_t damaged_count = 0;
    for (size_t i = 0; i < RECORD_COUNT; i++)
        damaged_count += world->states[i] == BODY_DAMAGED;
    check_ok(steme_store_verify(world->store, count_fault, NULL, &fault_count, &report, &error),
             &error);
    assert_true(fault_count >= damaged_count);
    assert_true(damaged_count > 0 || fault_count == 0);
}

/* Every candidate row leads to a record or to an absence, whole records having each row once. */
static void check_claims(heal_world *world)
{
    steme_error error;
    steme_snapshot *snapshot;
    index_cursor cursor;
    index_range all = {{NULL, 0}, {NULL, 0}};
    const uint8_t *row;
    uint64_t count = 0;
    uint64_t expected = 0;
    check_ok(steme_snapshot_open(world->store, &snapshot, &error), &error);
    check_ok(index_cursor_open(&cursor, store_snapshot_reading(snapshot), STORE_TABLE_CLAIM, &all,
                               &error),
             &error);
    for (;;) {
        steme_record record;
        check_ok(index_cursor_next(&cursor, &row, &error), &error);
        if (row == NULL)
            break;
        uint64_t position = store_row_position(row, store_tables[STORE_TABLE_CLAIM].row_size);
        steme_status status = store_snapshot_read(snapshot, position, &record, &error);
        assert_true(status == STEME_OK || status == STEME_ABSENT);
        count += status == STEME_OK;
    }
    index_cursor_close(&cursor);
    steme_snapshot_close(snapshot);
    for (size_t i = 0; i < RECORD_COUNT; i++)
        expected += world->states[i] == BODY_WHOLE && i % 16 != 15; /* these are votes */
    assert_int_equal(count, expected);
}

static void play(uint64_t seed)
{
    heal_world world = {.random = seed};
    steme_error error;
    folder_make(&world.folder);
    snprintf(world.path, sizeof world.path, "%s", folder_join(world.folder.path, "store"));
    check_ok(steme_init(&error), &error);
    check_ok(steme_store_create(world.path, &error), &error);
    world.records = quick_records_make(0, RECORD_COUNT);
    world_reopen(&world);
    for (int step = 0; step < STEP_COUNT; step++) {
        uint64_t choice = below(&world, 20);
        if (choice < 7)
            append_some(&world);
        else if (choice < 15)
            damage_one(&world);
        else if (choice < 17)
            check_world(&world, 0);
        else if (choice == 17)
            world_reopen(&world);
        else if (choice == 18)
            check_claims(&world);
        else if (below(&world, 2) == 0) {
            check_ok(steme_store_rebuild(world.store, NULL, NULL, &error), &error);
            check_world(&world, 1);
        } else {
            check_faults(&world);
        }
    }
    check_world(&world, 0);
    check_claims(&world);
    check_faults(&world);
    check_ok(steme_store_rebuild(world.store, NULL, NULL, &error), &error);
    check_world(&world, 1);
    check_claims(&world);
    steme_store_close(world.store);
    folder_remove(world.folder.path);
    quick_records_free(world.records, RECORD_COUNT);
}

static void what_was_damaged_heals_when_it_comes_again(void **state)
{
    uint64_t seed = test_seed(20261123);
    const char *text = getenv("STEME_HISTORY_COUNT");
    uint64_t count = text != NULL ? strtoull(text, NULL, 10) : HISTORY_COUNT;
    (void)state;
    for (uint64_t i = 0; i < count; i++, seed++) {
        print_message("seed %llu\n", (unsigned long long)seed);
        play(seed);
    }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(what_was_damaged_heals_when_it_comes_again),
};

TEST_MAIN(tests)
