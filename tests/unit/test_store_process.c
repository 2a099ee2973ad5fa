/* A store that several processes have open, and readers that meet with something. */
#include "support/process.h"
#include "support/store_world.h"

#include <poll.h>

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

static const process_role_entry roles[] = {
    {"open", run_open},
    {"open-as-nobody", run_open_as_nobody},
    {"follow", run_follow},
    {"watch", run_watch},
};

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_second_writer_is_refused_and_told_who_writes),
    cmocka_unit_test(a_store_that_may_not_be_touched_is_said_to_be_so),
    cmocka_unit_test(readers_beside_a_writer_see_all_that_is_acknowledged),
    cmocka_unit_test(a_reader_is_at_one_with_itself_while_the_writer_races_on),
    cmocka_unit_test(a_reader_reads_on_while_the_index_is_built_again),
    cmocka_unit_test(a_reader_that_ran_out_of_memory_misses_nothing_later),
};

TEST_MAIN_WITH_ROLES(tests, roles)
