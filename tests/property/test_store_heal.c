/* Random histories in which bodies are damaged in the log and the records come again: what is held
 * stays held, what came again is read, and counts, root, rows and verify agree, through tails,
 * flushes, reopening and rebuilding.
 *
 * STEME_TEST_SEED replays one; STEME_HISTORY_COUNT: how many (8). */
#include "log/log.h"
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

static void world_begin(heal_world *world)
{
    steme_error error;
    folder_make(&world->folder);
    snprintf(world->path, sizeof world->path, "%s", folder_join(world->folder.path, "store"));
    check_ok(steme_init(&error), &error);
    check_ok(steme_store_create(world->path, &error), &error);
    world->records = quick_records_make(0, RECORD_COUNT);
    world_reopen(world);
}

static void world_end(heal_world *world)
{
    steme_store_close(world->store);
    folder_remove(world->folder.path);
    quick_records_free(world->records, RECORD_COUNT);
}

static size_t damaged_count(const heal_world *world)
{
    size_t count = 0;
    for (size_t i = 0; i < RECORD_COUNT; i++)
        count += world->states[i] == BODY_DAMAGED;
    return count;
}

static void append_all(heal_world *world)
{
    steme_error error;
    for (size_t i = 0; i < RECORD_COUNT; i++) {
        const quick_record *record = &world->records[i];
        steme_span bytes = {record->bytes, record->size};
        check_ok(steme_store_append(world->store, bytes, NULL, &error), &error);
        world->states[i] = BODY_WHOLE;
    }
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

/* Flips a bit in the newest copy of a record that is whole: in its body, or before it. */
static void damage(heal_world *world, size_t number, bool in_header)
{
    steme_error error;
    steme_snapshot *snapshot;
    steme_record record;
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
    uint64_t offset = in_header ? below(world, LOG_ENTRY_HEADER_SIZE)
                                : LOG_ENTRY_HEADER_SIZE + below(world, record.bytes.size);
    file_flip_bit(path, 8 * ((uint64_t)(at - bytes) - LOG_ENTRY_HEADER_SIZE + offset));
    free(bytes);
    steme_snapshot_close(snapshot);
    world->states[number] = BODY_DAMAGED;
}

static void damage_one(heal_world *world)
{
    damage(world, below(world, RECORD_COUNT), false);
}

static steme_status visit_each(void *context, const steme_record *record, uint64_t arrival_ns,
                               steme_error *error)
{
    (void)arrival_ns;
    (void)error;
    id_set_add(context, &record->id);
    return STEME_OK;
}

static void check_world(heal_world *world)
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
    assert_int_equal(stat.absent_count, damaged_count); /* whoever reads damage notices it */
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

/* A scrub of all ids finds what nobody has met yet, however many it looks at in a call, and what is
 * listed then is what is damaged. */
static void check_scrub(heal_world *world)
{
    steme_error error;
    steme_snapshot *snapshot;
    steme_stat stat;
    steme_id ids[RECORD_COUNT];
    id_set damaged = {0};
    id_set listed = {0};
    size_t count;
    uint64_t found;
    size_t part = 1 + below(world, RECORD_COUNT);
    check_ok(steme_store_stat(world->store, &stat, &error), &error);
    for (uint64_t looked = 0; looked <= 2 * stat.record_count; looked += part)
        check_ok(steme_store_scrub(world->store, part, &found, &error), &error);
    for (size_t i = 0; i < RECORD_COUNT; i++)
        if (world->states[i] == BODY_DAMAGED)
            id_set_add(&damaged, &world->records[i].id);
    check_ok(steme_snapshot_open(world->store, &snapshot, &error), &error);
    check_ok(store_snapshot_damaged(snapshot, RECORD_COUNT, ids, &count, &error), &error);
    for (size_t i = 0; i < count; i++)
        id_set_add(&listed, &ids[i]);
    steme_snapshot_close(snapshot);
    id_set_sort(&damaged);
    id_set_sort(&listed);
    assert_int_equal(listed.count, damaged.count);
    if (damaged.count > 0)
        assert_memory_equal(listed.ids, damaged.ids, damaged.count * sizeof *ids);
    check_ok(steme_store_stat(world->store, &stat, &error), &error);
    assert_int_equal(stat.absent_count, damaged.count);
    id_set_free(&damaged);
    id_set_free(&listed);
}

static void play(uint64_t seed)
{
    heal_world world = {.random = seed};
    steme_error error;
    world_begin(&world);
    for (int step = 0; step < STEP_COUNT; step++) {
        uint64_t choice = below(&world, 20);
        if (choice < 7)
            append_some(&world);
        else if (choice < 15)
            damage_one(&world);
        else if (choice == 15)
            check_scrub(&world);
        else if (choice == 16)
            check_world(&world);
        else if (choice == 17)
            world_reopen(&world);
        else if (choice == 18)
            check_claims(&world);
        else if (below(&world, 2) == 0) {
            check_ok(steme_store_rebuild(world.store, NULL, NULL, &error), &error);
            check_world(&world);
        } else {
            check_faults(&world);
        }
    }
    check_world(&world);
    check_claims(&world);
    check_faults(&world);
    check_ok(steme_store_rebuild(world.store, NULL, NULL, &error), &error);
    check_world(&world);
    check_claims(&world);
    world_end(&world);
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

/* Few are listed at a time: others each time, until all were. */
static void what_is_damaged_is_listed_in_turn(void **state)
{
    (void)state;
    enum { DAMAGED = 10, PART = 3 };
    heal_world world = {.random = test_seed(7)};
    steme_error error;
    steme_snapshot *snapshot;
    id_set listed = {0};
    uint64_t found;
    world_begin(&world);
    append_all(&world);
    while (damaged_count(&world) < DAMAGED)
        damage_one(&world);
    check_ok(steme_store_scrub(world.store, RECORD_COUNT, &found, &error), &error);
    assert_int_equal(found, DAMAGED);
    check_ok(steme_store_scrub(world.store, RECORD_COUNT, &found, &error), &error);
    assert_int_equal(found, 0);
    check_ok(steme_snapshot_open(world.store, &snapshot, &error), &error);
    for (size_t i = 0; i < DAMAGED; i += PART) {
        steme_id ids[PART];
        size_t count;
        check_ok(store_snapshot_damaged(snapshot, PART, ids, &count, &error), &error);
        for (size_t k = 0; k < count; k++)
            id_set_add(&listed, &ids[k]);
    }
    steme_snapshot_close(snapshot);
    id_set_sort(&listed);
    assert_int_equal(listed.count, DAMAGED);
    id_set_free(&listed);
    world_end(&world);
}

static void what_was_forgotten_is_not_listed_as_damaged(void **state)
{
    (void)state;
    heal_world world = {.random = test_seed(9)};
    steme_error error;
    steme_stat stat;
    uint64_t found;
    size_t number = 0;
    world_begin(&world);
    append_all(&world);
    while (damaged_count(&world) < 2)
        damage_one(&world);
    check_scrub(&world);
    while (world.states[number] != BODY_DAMAGED)
        number++;
    check_ok(steme_store_forget(world.store, &world.records[number].id, "why", &error), &error);
    world.states[number] = BODY_NONE; /* neither whole nor damaged */
    check_ok(steme_store_scrub(world.store, 2 * (size_t)RECORD_COUNT, &found, &error), &error);
    assert_int_equal(found, 0);
    check_ok(steme_store_stat(world.store, &stat, &error), &error);
    assert_int_equal(stat.absent_count, 2);
    assert_int_equal(stat.forgotten_count, 1);
    world_end(&world);
}

/* Then it cannot be told from the entry whose it is, and its rows lead nowhere. */
static void a_damaged_header_is_found_and_heals_with_new_rows(void **state)
{
    (void)state;
    enum { DAMAGED = 40 };
    heal_world world = {.random = test_seed(11)};
    steme_error error;
    world_begin(&world);
    append_all(&world);
    for (size_t i = 0; i < DAMAGED; i++)
        damage(&world, i * 9, true);
    check_claims(&world);
    check_scrub(&world);
    append_all(&world);
    for (int round = 0; round < 3; round++) {
        check_world(&world);
        check_claims(&world);
        check_scrub(&world);
        if (round == 0)
            world_reopen(&world);
        else if (round == 1)
            check_ok(steme_store_rebuild(world.store, NULL, NULL, &error), &error);
    }
    world_end(&world);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_damaged_header_is_found_and_heals_with_new_rows),
    cmocka_unit_test(what_is_damaged_is_listed_in_turn),
    cmocka_unit_test(what_was_forgotten_is_not_listed_as_damaged),
    cmocka_unit_test(what_was_damaged_heals_when_it_comes_again),
};

TEST_MAIN(tests)
