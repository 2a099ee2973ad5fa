/* store_world.h -- a store in a folder of its own, opened, closed and looked at. */
#ifndef SUPPORT_STORE_WORLD_H
#define SUPPORT_STORE_WORLD_H

#include "support/answers.h"
#include "support/folder.h"

enum { TAIL_RECORD_COUNT = 50 };

static const steme_store_options writing = {.tail_record_count = TAIL_RECORD_COUNT};
static const steme_store_options reading = {.is_read_only = 1};

typedef struct test_store {
    test_folder folder;
    char path[FOLDER_PATH_SIZE + 256];
    steme_store *store;
} test_store;

static inline void world_open(test_store *world, const steme_store_options *options)
{
    steme_error error;
    steme_store_close(world->store);
    world->store = NULL;
    check_ok(steme_store_open(world->path, options, &world->store, &error), &error);
}

static inline void world_make(test_store *world)
{
    steme_error error;
    memset(world, 0, sizeof *world);
    folder_make(&world->folder);
    snprintf(world->path, sizeof world->path, "%s", folder_join(world->folder.path, "store"));
    check_ok(steme_init(&error), &error);
    check_ok(steme_store_create(world->path, &error), &error);
    world_open(world, &writing);
}

static inline void world_close(test_store *world)
{
    steme_store_close(world->store);
    world->store = NULL;
}

static inline void world_remove(test_store *world)
{
    world_close(world);
    folder_remove(world->folder.path);
}

/* Appends all in one call; gives how many were held before. */
static inline size_t append(steme_store *store, const quick_record *records, size_t count)
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
static inline void assert_set(steme_store *store, const quick_record *records, size_t count)
{
    id_set ids = {0};
    check_root(store, &ids);
    assert_int_equal(ids.count, count);
    id_set_free(&ids);
    assert_int_equal(answers_get_all(store, records, count), 0);
}

#endif
