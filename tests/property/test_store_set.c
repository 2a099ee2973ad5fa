/* The store as the set that replication reads, held against a set made from scratch, through random
 * histories: pins of different ages at once, tails of any size, reopening, rebuilding, a reader
 * beside the writer, threads.
 *
 * STEME_TEST_SEED replays one; STEME_HISTORY_COUNT: how many (8). */
#include "replica/store_set.h"
#include "store/store.h"
#include "support/folder.h"
#include "support/quick_record.h"
#include "support/set_check.h"

#include <pthread.h>

enum { HISTORY_COUNT = 8, RECORD_COUNT = 1500, PIN_COUNT = 4, SMALL_CELL_COUNT = 700 };

/* A pin and how many of the records it must have. */
typedef struct held_pin {
    replica_pin *pin;
    size_t count;
} held_pin;

typedef struct set_world {
    uint64_t random;
    test_folder folder;
    char path[FOLDER_PATH_SIZE + 256];
    quick_record *records;
    size_t count; /* appended */
    sketch_key key;
    steme_store *store;
    replica_set set;
    held_pin pins[PIN_COUNT];
} set_world;

static uint64_t below(set_world *world, uint64_t limit)
{
    return test_random(&world->random) % limit;
}

/* ---- Against a set made from scratch ------------------------------------------------------ */

static void check_cells(set_world *world, const held_pin *held, size_t cell_count)
{
    steme_error error;
    sketch_cell *cells = calloc(cell_count, sizeof *cells);
    sketch_cell *expected = calloc(cell_count, sizeof *expected);
    assert_true(cells != NULL && expected != NULL);
    for (size_t i = 0; i < held->count; i++)
        sketch_toggle(expected, cell_count, &world->key, sketch_item(&world->records[i].id), 1);
    check_ok(world->set.cells(held->pin, cell_count, cells, &error), &error);
    assert_memory_equal(cells, expected, cell_count * sizeof *cells);
    free(cells);
    free(expected);
}

static void check_ids(set_world *world, const held_pin *held, const id_set *expected)
{
    enum { PART = 97 };
    steme_error error;
    steme_id lower = {{0}};
    steme_id got[PART];
    size_t at = 0;
    size_t count;
    do {
        check_ok(world->set.ids(held->pin, &lower, PART, got, &count, &error), &error);
        size_t again = at > 0; /* the last one of the part before */
        assert_true(at - again + count <= expected->count);
        assert_memory_equal(got, expected->ids + at - again, count * sizeof *got);
        at += count - again;
        lower = got[count > 0 ? count - 1 : 0];
    } while (count == PART);
    assert_int_equal(at, expected->count);
}

static void check_one(set_world *world, const held_pin *held)
{
    steme_error error;
    steme_id found[2];
    steme_span body;
    size_t count;
    size_t number = below(world, RECORD_COUNT);
    const quick_record *record = &world->records[number];
    uint64_t item = sketch_item(&record->id);
    steme_status status = world->set.body(held->pin, &record->id, &body, &error);
    check_ok(world->set.find_item(held->pin, item, 2, found, &count, &error), &error);
    assert_int_equal(count, number < held->count);
    assert_int_equal(status, number < held->count ? STEME_OK : STEME_NOT_FOUND);
    if (status != STEME_OK)
        return;
    assert_memory_equal(&found[0], &record->id, sizeof(steme_id));
    assert_int_equal(body.size, record->size);
    assert_memory_equal(body.bytes, record->bytes, body.size);
}

static void check_children(set_world *world, const held_pin *held, const id_set *expected)
{
    steme_error error;
    merkle_slot slots[MERKLE_CHILD_COUNT];
    unsigned depth = (unsigned)below(world, 5);
    steme_id prefix = world->records[below(world, RECORD_COUNT)].id;
    uint64_t counts[MERKLE_CHILD_COUNT] = {0};
    for (size_t i = 0; i < expected->count; i++)
        if (merkle_nibble_shared(&expected->ids[i], &prefix) >= depth)
            counts[merkle_nibble_get(&expected->ids[i], depth)]++;
    check_ok(world->set.children(held->pin, &prefix, depth, slots, &error), &error);
    for (unsigned i = 0; i < MERKLE_CHILD_COUNT; i++)
        assert_int_equal(slots[i].count, counts[i]);
}

/* Some more ids, of which some are held. */
static void check_root_with(set_world *world, const held_pin *held, const id_set *expected)
{
    steme_error error;
    steme_id root;
    uint64_t count;
    id_set more = {0};
    id_set all = {0};
    for (uint64_t left = below(world, 60); left > 0; left--)
        id_set_add(&more, &world->records[below(world, RECORD_COUNT)].id);
    for (size_t i = 0; i < expected->count; i++)
        id_set_add(&all, &expected->ids[i]);
    for (size_t i = 0; i < more.count; i++)
        id_set_add(&all, &more.ids[i]);
    id_set_sort(&all);
    check_ok(world->set.root_with(held->pin, more.ids, more.count, &root, &count, &error), &error);
    steme_id wanted = merkle_root_of_sorted(all.ids, all.count);
    assert_int_equal(count, all.count);
    assert_memory_equal(&root, &wanted, sizeof root);
    id_set_free(&more);
    id_set_free(&all);
}

static void check_pin(set_world *world, const held_pin *held)
{
    steme_error error;
    steme_id root;
    uint64_t count;
    id_set expected = {0};
    for (size_t i = 0; i < held->count; i++)
        id_set_add(&expected, &world->records[i].id);
    id_set_sort(&expected);
    check_ok(world->set.root(held->pin, &root, &count, &error), &error);
    steme_id wanted = merkle_root_of_sorted(expected.ids, expected.count);
    assert_int_equal(count, expected.count);
    assert_memory_equal(&root, &wanted, sizeof root);
    check_cells(world, held, below(world, 4) == 0 ? SKETCH_CELL_COUNT : SMALL_CELL_COUNT);
    check_ids(world, held, &expected);
    check_one(world, held);
    check_children(world, held, &expected);
    check_root_with(world, held, &expected);
    id_set_free(&expected);
}

/* ---- A history ---------------------------------------------------------------------------- */

static void release_all(set_world *world)
{
    for (size_t i = 0; i < PIN_COUNT; i++) {
        world->set.release(world->pins[i].pin);
        world->pins[i].pin = NULL;
    }
}

static void world_reopen(set_world *world)
{
    static const uint32_t tails[] = {1, 7, 60, 500, 0};
    steme_error error;
    steme_store_options options = {.tail_record_count = tails[below(world, 5)]};
    if (world->store != NULL) {
        release_all(world);
        replica_store_set_close(&world->set);
        steme_store_close(world->store);
    }
    check_ok(steme_store_open(world->path, &options, &world->store, &error), &error);
    check_ok(replica_store_set_open(world->store, &world->key, &world->set, &error), &error);
}

static void world_make(set_world *world, uint64_t seed)
{
    steme_error error;
    memset(world, 0, sizeof *world);
    world->random = seed;
    folder_make(&world->folder);
    snprintf(world->path, sizeof world->path, "%s", folder_join(world->folder.path, "store"));
    check_ok(steme_init(&error), &error);
    check_ok(steme_store_create(world->path, &error), &error);
    world->key = sketch_key_derive(quick_text("cluster"));
    world->records = quick_records_make(0, RECORD_COUNT);
    world_reopen(world);
}

static void world_remove(set_world *world)
{
    release_all(world);
    replica_store_set_close(&world->set);
    steme_store_close(world->store);
    folder_remove(world->folder.path);
    quick_records_free(world->records, RECORD_COUNT);
}

static void append_some(set_world *world, size_t count)
{
    steme_error error;
    if (count > RECORD_COUNT - world->count)
        count = RECORD_COUNT - world->count;
    steme_append *items = calloc(count + 1, sizeof *items);
    assert_non_null(items);
    for (size_t i = 0; i < count; i++) {
        const quick_record *record = &world->records[world->count + i];
        items[i].record = (steme_span){record->bytes, record->size};
    }
    check_ok(steme_store_append_many(world->store, items, count, 1, &error), &error);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(items[i].status, STEME_OK);
    free(items);
    world->count += count;
}

static void take_pin(set_world *world)
{
    steme_error error;
    held_pin *held = &world->pins[below(world, PIN_COUNT)];
    world->set.release(held->pin);
    check_ok(world->set.pin(world->set.context, &held->pin, &error), &error);
    held->count = world->count;
}

static void look_as_reader(set_world *world)
{
    steme_error error;
    set_world reader = *world;
    steme_store_options options = {.is_read_only = 1};
    held_pin held = {.count = world->count};
    check_ok(steme_store_open(world->path, &options, &reader.store, &error), &error);
    check_ok(replica_store_set_open(reader.store, &reader.key, &reader.set, &error), &error);
    check_ok(reader.set.pin(reader.set.context, &held.pin, &error), &error);
    check_pin(&reader, &held);
    reader.set.release(held.pin);
    replica_store_set_close(&reader.set);
    steme_store_close(reader.store);
}

static void play(uint64_t seed)
{
    set_world world;
    steme_error error;
    world_make(&world, seed);
    for (int step = 0; step < 120; step++) {
        const held_pin *held = &world.pins[below(&world, PIN_COUNT)];
        uint64_t choice = below(&world, 40);
        if (choice == 0) {
            world_reopen(&world);
        } else if (choice == 1) {
            release_all(&world);
            check_ok(steme_store_rebuild(world.store, NULL, NULL, &error), &error);
        } else if (choice == 2) {
            look_as_reader(&world);
        } else if (choice < 16) {
            append_some(&world, below(&world, 3) == 0 ? 1 : below(&world, 120));
        } else if (choice < 26) {
            take_pin(&world);
        } else if (held->pin != NULL) {
            check_pin(&world, held);
        }
    }
    world_remove(&world);
}

static void a_pin_is_the_set_of_its_moment_however_old(void **state)
{
    uint64_t seed = test_seed(20261122);
    const char *text = getenv("STEME_HISTORY_COUNT");
    uint64_t count = text != NULL ? strtoull(text, NULL, 10) : HISTORY_COUNT;
    (void)state;
    for (uint64_t i = 0; i < count; i++, seed++) {
        print_message("seed %llu\n", (unsigned long long)seed);
        play(seed);
    }
}

/* ---- The sketch's file -------------------------------------------------------------------- */

static void a_sketch_of_another_key_or_damaged_is_made_anew(void **state)
{
    set_world world;
    (void)state;
    world_make(&world, test_seed(5));
    append_some(&world, 300);
    take_pin(&world);
    const char *path = folder_join(world.path, "index/SKETCH");
    char file[FOLDER_PATH_SIZE + 256];
    snprintf(file, sizeof file, "%s", path);
    for (int round = 0; round < 6; round++) {
        world_reopen(&world);
        assert_true(file_exists(file));
        memset(world.pins, 0, sizeof world.pins);
        take_pin(&world);
        for (size_t i = 0; i < PIN_COUNT; i++)
            if (world.pins[i].pin != NULL)
                check_cells(&world, &world.pins[i], SKETCH_CELL_COUNT);
        append_some(&world, 10);
        if (round % 3 == 0)
            world.key = sketch_key_derive(quick_text(round == 0 ? "other" : "third"));
        else
            file_flip_bit(file, below(&world, 8 * file_size(file)));
    }
    world_remove(&world);
}

/* ---- Threads ------------------------------------------------------------------------------ */

typedef struct looker {
    set_world world; /* a copy: its own random numbers and pins */
    uint64_t last;
} looker;

/* Pins as fast as it can: root and first cell are of one number of ids, which only grows. */
static void *look(void *context)
{
    looker *self = context;
    const replica_set *set = &self->world.set;
    while (self->last < RECORD_COUNT) {
        steme_error error;
        steme_id root;
        uint64_t count;
        held_pin held = {.pin = NULL};
        sketch_cell cells[SMALL_CELL_COUNT];
        check_ok(set->pin(set->context, &held.pin, &error), &error);
        check_ok(set->root(held.pin, &root, &count, &error), &error);
        check_ok(set->cells(held.pin, SMALL_CELL_COUNT, cells, &error), &error);
        assert_int_equal((uint32_t)cells[0].count, count);
        assert_true(count >= self->last);
        self->last = count;
        held.count = count;
        if (below(&self->world, 8) == 0)
            check_pin(&self->world, &held);
        set->release(held.pin);
    }
    return NULL;
}

static void threads_pin_while_one_appends(void **state)
{
    enum { THREAD_COUNT = 3 };
    set_world world;
    pthread_t threads[THREAD_COUNT];
    looker *lookers = calloc(THREAD_COUNT, sizeof *lookers);
    assert_non_null(lookers);
    (void)state;
    world_make(&world, test_seed(77));
    for (uint64_t i = 0; i < THREAD_COUNT; i++) {
        lookers[i] = (looker){.world = world};
        lookers[i].world.random = i + 1;
        assert_int_equal(pthread_create(&threads[i], NULL, look, &lookers[i]), 0);
    }
    while (world.count < RECORD_COUNT)
        append_some(&world, 1 + below(&world, 40));
    for (size_t i = 0; i < THREAD_COUNT; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    free(lookers);
    world_remove(&world);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_pin_is_the_set_of_its_moment_however_old),
    cmocka_unit_test(a_sketch_of_another_key_or_damaged_is_made_anew),
    cmocka_unit_test(threads_pin_while_one_appends),
};

TEST_MAIN(tests)
