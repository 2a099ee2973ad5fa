#include "support/store_world.h"

#include <time.h>

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

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_store_keeps_its_node_and_its_stamps_ascend_through_restarts),
    cmocka_unit_test(a_clock_far_ahead_means_a_new_node_and_is_said),
    cmocka_unit_test(a_copied_store_is_a_new_node_and_says_so),
    cmocka_unit_test(a_damaged_node_file_means_a_new_node_and_is_said),
    cmocka_unit_test(what_is_no_store_of_this_format_is_refused),
};

TEST_MAIN(tests)
