/* Single bits flipped in the files of a closed store. What is damaged is never served: it is an
 * error, and steme_store_verify finds it.
 *
 * STEME_FLIP_COUNT: how many in the log (100), and twice as many in the index; STEME_TEST_SEED. */
#include "support/answers.h"
#include "support/folder.h"

#include <time.h>

enum { FLIP_COUNT = 100, RECORD_COUNT = 900, TAIL_RECORD_COUNT = 100, FILE_COUNT_MAX = 64 };

static const steme_store_options writing = {.tail_record_count = TAIL_RECORD_COUNT};
static const steme_store_options reading = {.is_read_only = 1};

static struct {
    test_folder folder;
    char whole[FOLDER_PATH_SIZE + 256];   /* the store as it was closed */
    char damaged[FOLDER_PATH_SIZE + 256]; /* a copy of it */
    quick_record *records;
    answers answers;
} world;

static uint64_t flip_count(void)
{
    const char *text = getenv("STEME_FLIP_COUNT");
    return text != NULL ? strtoull(text, NULL, 10) : FLIP_COUNT;
}

static uint64_t flip_seed(void)
{
    uint64_t seed = test_seed((uint64_t)time(NULL));
    print_message("seed %llu\n", (unsigned long long)seed);
    return seed;
}

static int make_world(void **state)
{
    steme_error error;
    steme_store *store;
    steme_append items[RECORD_COUNT];
    (void)state;
    folder_make(&world.folder);
    snprintf(world.whole, sizeof world.whole, "%s", folder_join(world.folder.path, "whole"));
    snprintf(world.damaged, sizeof world.damaged, "%s", folder_join(world.folder.path, "damaged"));
    check_ok(steme_init(&error), &error);
    world.records = quick_records_make(0, RECORD_COUNT);
    check_ok(steme_store_create(world.whole, &error), &error);
    check_ok(steme_store_open(world.whole, &writing, &store, &error), &error);
    for (size_t i = 0; i < RECORD_COUNT; i++)
        items[i] = (steme_append){.record = {world.records[i].bytes, world.records[i].size}};
    for (size_t at = 0; at < RECORD_COUNT; at += 30)
        check_ok(steme_store_append_many(store, items + at, 30, 1, &error), &error);
    steme_store_close(store);
    check_ok(steme_store_open(world.whole, &reading, &store, &error), &error);
    answers_take(store, &world.answers);
    assert_int_equal(world.answers.count, RECORD_COUNT);
    assert_int_equal(answers_get_all(store, world.records, RECORD_COUNT), 0);
    steme_store_close(store);
    return 0;
}

static int remove_world(void **state)
{
    (void)state;
    quick_records_free(world.records, RECORD_COUNT);
    folder_remove(world.folder.path);
    return 0;
}

static void copy_whole(void)
{
    folder_remove(world.damaged);
    folder_copy(world.whole, world.damaged);
}

static void ignore_fault(void *context, const char *fault)
{
    (void)context;
    assert_int_not_equal(fault[0], '\0');
}

static uint64_t verify_faults(steme_store *store)
{
    steme_error error;
    steme_verify_report report;
    check_ok(steme_store_verify(store, ignore_fault, NULL, NULL, &report, &error), &error);
    return report.fault_count;
}

/* ---- The log ------------------------------------------------------------------------------ */

static steme_status visit_known(void *context, const steme_record *record, uint64_t arrival_ns,
                                steme_error *error)
{
    uint64_t *count = context;
    (void)arrival_ns;
    (void)error;
    for (size_t i = 0; i < RECORD_COUNT; i++) {
        if (memcmp(&world.records[i].id, &record->id, sizeof record->id) != 0)
            continue;
        assert_int_equal(record->bytes.size, world.records[i].size);
        assert_memory_equal(record->bytes.bytes, world.records[i].bytes, record->bytes.size);
        (*count)++;
        return STEME_OK;
    }
    fail_msg("a record that nobody wrote");
    return STEME_CORRUPT;
}

/* Whether opening or verify finds it; meanwhile nothing damaged may be served. */
static int damage_is_found(const steme_store_options *options)
{
    steme_error error;
    steme_store *store;
    steme_snapshot *snapshot;
    uint64_t count = 0;
    if (steme_store_open(world.damaged, options, &store, &error) != STEME_OK)
        return 1;
    assert_true(answers_get_all(store, world.records, RECORD_COUNT) <= 1);
    check_ok(steme_snapshot_open(store, &snapshot, &error), &error);
    check_ok(steme_snapshot_visit(snapshot, visit_known, &count, NULL, &error), &error);
    assert_true(count + 1 >= RECORD_COUNT);
    steme_snapshot_close(snapshot);
    int is_found = verify_faults(store) > 0;
    steme_store_close(store);
    return is_found;
}

static void flip_log(int has_index, const steme_store_options *options)
{
    uint64_t random = flip_seed();
    uint64_t found = 0;
    const char *name = "log/00000001.log";
    uint64_t bit_count = 8 * file_size(folder_join(world.whole, name));
    for (uint64_t i = 0; i < flip_count(); i++) {
        copy_whole();
        uint64_t bit = test_random(&random) % bit_count;
        file_flip_bit(folder_join(world.damaged, name), bit);
        if (!has_index)
            folder_remove(folder_join(world.damaged, "index"));
        int is_found = damage_is_found(options);
        if (!is_found)
            print_message("bit %llu was not found\n", (unsigned long long)bit);
        found += (uint64_t)is_found;
    }
    assert_int_equal(found, flip_count());
}

static void every_bit_flipped_in_the_log_is_found_by_a_writer(void **state)
{
    (void)state;
    flip_log(1, &writing);
}

static void every_bit_flipped_in_the_log_is_found_by_a_reader(void **state)
{
    (void)state;
    flip_log(1, &reading);
}

static void every_bit_flipped_in_the_log_is_found_though_the_index_is_built_from_it(void **state)
{
    (void)state;
    flip_log(0, &writing);
}

/* ---- The index ---------------------------------------------------------------------------- */

typedef struct file_list {
    char paths[FILE_COUNT_MAX][FOLDER_PATH_SIZE + 256];
    uint64_t sizes[FILE_COUNT_MAX];
    size_t count;
    uint64_t size;
} file_list;

static void list_file(void *context, const char *path)
{
    file_list *files = context;
    assert_true(files->count < FILE_COUNT_MAX);
    snprintf(files->paths[files->count], sizeof files->paths[0], "%s", path);
    files->sizes[files->count] = file_size(path);
    files->size += files->sizes[files->count++];
}

/* Every second flip is in a file drawn by its size, the others in any file: the small ones hold
 * all together. */
static const char *flip_index(uint64_t *random, uint64_t round)
{
    static file_list files;
    files.count = 0;
    files.size = 0;
    folder_walk(folder_join(world.damaged, "index"), 0, list_file, &files);
    size_t which = (size_t)(test_random(random) % files.count);
    if (round % 2 == 0) {
        uint64_t at = test_random(random) % files.size;
        for (which = 0; at >= files.sizes[which]; which++)
            at -= files.sizes[which];
    }
    file_flip_bit(files.paths[which], test_random(random) % (8 * files.sizes[which]));
    return files.paths[which];
}

/* A reader gives right answers or errors; returns whether it, or verify, told of the damage. */
static int ask_reader(void)
{
    steme_error error;
    steme_store *store;
    if (steme_store_open(world.damaged, &reading, &store, &error) != STEME_OK)
        return 1;
    uint64_t error_count = answers_ask(store, &world.answers);
    error_count += answers_get_all(store, world.records, RECORD_COUNT);
    uint64_t fault_count = verify_faults(store);
    steme_store_close(store);
    assert_true(error_count == 0 || fault_count > 0);
    return fault_count > 0;
}

/* A writer opens, whatever is damaged; with its index built again all is as it was. */
static void mend(int is_rebuilt)
{
    steme_error error;
    steme_store *store;
    answers now;
    check_ok(steme_store_open(world.damaged, &writing, &store, &error), &error);
    if (!is_rebuilt) {
        (void)answers_ask(store, &world.answers);
    } else {
        check_ok(steme_store_rebuild(store, NULL, NULL, &error), &error);
        answers_take(store, &now);
        answers_assert_equal(&now, &world.answers);
        assert_int_equal(answers_get_all(store, world.records, RECORD_COUNT), 0);
        assert_int_equal(verify_faults(store), 0);
    }
    steme_store_close(store);
}

static void every_bit_flipped_in_the_index_is_found_and_changes_no_answer(void **state)
{
    uint64_t random = flip_seed();
    uint64_t found = 0;
    (void)state;
    for (uint64_t i = 0; i < 2 * flip_count(); i++) {
        copy_whole();
        const char *path = flip_index(&random, i);
        int is_found = ask_reader();
        if (!is_found)
            print_message("a bit of %s was not found\n", path);
        found += (uint64_t)is_found;
        mend(i % 8 == 0);
    }
    assert_int_equal(found, 2 * flip_count());
}

static void an_index_without_one_of_its_files_is_built_again(void **state)
{
    static file_list files;
    (void)state;
    copy_whole();
    folder_walk(folder_join(world.damaged, "index"), 0, list_file, &files);
    for (size_t i = 0; i < files.count; i++) {
        steme_error error;
        steme_store *store;
        answers now;
        copy_whole();
        assert_int_equal(unlink(files.paths[i]), 0);
        check_ok(steme_store_open(world.damaged, &writing, &store, &error), &error);
        answers_take(store, &now);
        answers_assert_equal(&now, &world.answers);
        assert_int_equal(verify_faults(store), 0);
        steme_store_close(store);
    }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown(every_bit_flipped_in_the_log_is_found_by_a_writer, make_world,
                                    remove_world),
    cmocka_unit_test_setup_teardown(every_bit_flipped_in_the_log_is_found_by_a_reader, make_world,
                                    remove_world),
    cmocka_unit_test_setup_teardown(
        every_bit_flipped_in_the_log_is_found_though_the_index_is_built_from_it, make_world,
        remove_world),
    cmocka_unit_test_setup_teardown(every_bit_flipped_in_the_index_is_found_and_changes_no_answer,
                                    make_world, remove_world),
    cmocka_unit_test_setup_teardown(an_index_without_one_of_its_files_is_built_again, make_world,
                                    remove_world),
};

TEST_MAIN(tests)
