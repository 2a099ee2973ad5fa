/* The platform in memory: what it keeps, what it loses, and that it does the same again. */
#include "platform/clock.h"
#include "platform/file.h"
#include "platform/thread.h"
#include "sim/platform/platform.h"
#include "support/quick_record.h"

#include <steme/store.h>

#include "base/memory.h" /* last: it forbids malloc */

enum { SEED_COUNT = 200 };

static void check(steme_status status)
{
    assert_int_equal(status, STEME_OK);
}

/* ---- Disks -------------------------------------------------------------------------------- */

static platform_file file_with(const char *path, const char *text)
{
    platform_file file;
    check(platform_file_open(path, PLATFORM_OPEN_CREATE, &file, NULL));
    check(platform_file_write(&file, 0, text, strlen(text), NULL));
    return file;
}

static void begin(uint64_t seed)
{
    sim_platform_reset(seed);
    check(platform_directory_create("/1", NULL));
}

static void what_was_synced_outlives_a_loss_of_power(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= SEED_COUNT; seed++) {
        uint8_t *bytes;
        size_t size;
        begin(seed);
        platform_file file = file_with("/1/a", "synced");
        check(platform_file_sync(&file, NULL));
        check(platform_directory_sync("/1", NULL));
        check(platform_file_write(&file, 6, "and not", 7, NULL));
        platform_file_close(&file);
        sim_disk_crash(1, true);
        check(platform_file_load("/1/a", 100, &bytes, &size, NULL));
        assert_true(size >= 6 && memcmp(bytes, "synced", 6) == 0);
        steme_free(bytes);
    }
}

/* The outcomes of a loss of power over all seeds, as bits. */
static unsigned outcomes_of(bool is_name_synced)
{
    unsigned seen = 0;
    static uint8_t many[4096];
    memset(many, 1, sizeof many);
    for (uint64_t seed = 1; seed <= SEED_COUNT; seed++) {
        uint8_t *bytes;
        size_t size;
        begin(seed);
        platform_file file = file_with("/1/a", "");
        if (is_name_synced)
            check(platform_directory_sync("/1", NULL));
        check(platform_file_write(&file, 0, many, sizeof many, NULL));
        platform_file_close(&file);
        sim_disk_crash(1, true);
        if (!platform_path_exists("/1/a")) {
            seen |= 1;
            continue;
        }
        check(platform_file_load("/1/a", sizeof many, &bytes, &size, NULL));
        seen |= size == 0 ? 2 : size < sizeof many ? 4 : 8;
        assert_int_equal(size % 512, 0);
        steme_free(bytes);
    }
    return seen;
}

static void what_was_not_synced_is_lost_torn_or_kept(void **state)
{
    (void)state;
    assert_int_equal(outcomes_of(true), 2 | 4 | 8);
    assert_int_equal(outcomes_of(false), 1 | 2 | 4 | 8);
}

static void a_killed_process_loses_nothing_that_was_written(void **state)
{
    (void)state;
    uint8_t *bytes;
    size_t size;
    begin(1);
    platform_file file = file_with("/1/a", "written");
    platform_file_close(&file);
    sim_disk_crash(1, false);
    check(platform_file_load("/1/a", 100, &bytes, &size, NULL));
    assert_int_equal(size, 7);
    steme_free(bytes);
}

static void a_cut_that_was_not_synced_may_be_taken_back(void **state)
{
    (void)state;
    unsigned seen = 0;
    for (uint64_t seed = 1; seed <= SEED_COUNT; seed++) {
        uint8_t *bytes;
        size_t size;
        begin(seed);
        platform_file file = file_with("/1/a", "0123456789");
        check(platform_file_sync(&file, NULL));
        check(platform_directory_sync("/1", NULL));
        check(platform_file_truncate(&file, 4, NULL));
        platform_file_close(&file);
        sim_disk_crash(1, true);
        check(platform_file_load("/1/a", 100, &bytes, &size, NULL));
        assert_memory_equal(bytes, "0123456789", size);
        seen |= size == 4 ? 1 : size == 10 ? 2 : 4;
        steme_free(bytes);
    }
    assert_int_equal(seen, 1 | 2);
}

static void a_mapping_shows_what_is_written_and_outlives_the_name(void **state)
{
    (void)state;
    steme_span mapping;
    begin(1);
    platform_file file = file_with("/1/a", "old");
    check(platform_file_map(&file, 1 << 20, &mapping, NULL));
    check(platform_file_write(&file, 0, "new", 3, NULL));
    platform_file_close(&file);
    check(platform_path_remove("/1/a", NULL));
    assert_memory_equal(mapping.bytes, "new", 3);
    platform_unmap(mapping);
}

static void faults_come_as_they_are_asked_for(void **state)
{
    (void)state;
    steme_error error;
    begin(1);
    platform_file file = file_with("/1/a", "");
    sim_disk(1)->size_max = 10;
    assert_int_equal(platform_file_write(&file, 0, "0123456789ab", 12, &error), STEME_FULL);
    *sim_disk(1) = (sim_disk_faults){.write_fails = 1000000};
    assert_int_equal(platform_file_write(&file, 0, "0", 1, &error), STEME_IO);
    *sim_disk(1) = (sim_disk_faults){.sync_fails = 1000000};
    assert_int_equal(platform_file_sync(&file, &error), STEME_IO);
    *sim_disk(1) = (sim_disk_faults){.is_read_only = true};
    assert_int_not_equal(platform_file_truncate(&file, 0, &error), STEME_OK);
    *sim_disk(1) = (sim_disk_faults){.calls_left = 2};
    check(platform_file_truncate(&file, 0, &error));
    assert_int_equal(platform_file_truncate(&file, 5, &error), STEME_IO);
    assert_true(sim_disk(1)->is_dead);
    platform_file_close(&file);
    sim_disk_crash(1, false);
    uint8_t *bytes;
    size_t size;
    check(platform_file_load("/1/a", 100, &bytes, &size, NULL));
    assert_int_equal(size, 0);
    steme_free(bytes);
}

/* ---- What lacks --------------------------------------------------------------------------- */

static void *do_nothing(void *context)
{
    return context;
}

static void what_lacks_is_missed_in_the_library_of_that_process_alone(void **state)
{
    (void)state;
    platform_file file;
    platform_thread thread;
    begin(1);
    *sim_lack_of(1) = (sim_lack){.memory = 1000000, .descriptors = 1000000, .threads = 1000000};
    for (unsigned i = 0; i < 3; i++) { /* outside; another process; it */
        bool is_lacking = i == 2;
        if (i > 0)
            sim_library_enter(i == 1 ? 2 : 1);
        void *memory = base_alloc(1);
        assert_true((memory == NULL) == is_lacking);
        base_free(memory);
        steme_status status = platform_file_open("/1/a", PLATFORM_OPEN_TRUNCATE, &file, NULL);
        assert_true((status != STEME_OK) == is_lacking);
        if (status == STEME_OK)
            platform_file_close(&file);
        status = platform_thread_start(&thread, do_nothing, NULL, "nothing", NULL);
        assert_true((status != STEME_OK) == is_lacking);
        if (status == STEME_OK)
            platform_thread_join(&thread);
        sim_library_leave();
    }
    assert_int_equal(sim_lack_of(1)->count, 3);
    sim_process_enter(0);
}

static void a_bit_flips_where_it_is_asked_for(void **state)
{
    (void)state;
    uint8_t *bytes;
    size_t size;
    begin(1);
    platform_file file = file_with("/1/a", "text");
    platform_file_close(&file);
    assert_false(sim_disk_flip_any(1, "/b"));
    assert_true(sim_disk_flip_any(1, "/a"));
    check(platform_file_load("/1/a", 100, &bytes, &size, NULL));
    unsigned different = 0;
    for (size_t i = 0; i < size; i++)
        different += (unsigned)__builtin_popcount((unsigned)(bytes[i] ^ (uint8_t) "text"[i]));
    assert_int_equal(different, 1);
    base_free(bytes);
}

/* ---- Threads ------------------------------------------------------------------------------ */

typedef struct table { /* that threads sit at */
    platform_mutex lock;
    platform_condition turn;
    uint64_t order; /* of what they did */
    int count;
} table;

static void *sit_down(void *context)
{
    table *it = context;
    for (int i = 0; i < 20; i++) {
        platform_mutex_lock(&it->lock);
        it->order = it->order * 31 + sim_platform_random(1000);
        it->count++;
        platform_condition_signal(&it->turn);
        if (i % 4 == 0)
            platform_condition_wait_for(&it->turn, &it->lock, 10);
        platform_mutex_unlock(&it->lock);
    }
    return NULL;
}

static uint64_t order_of(uint64_t seed)
{
    table it = {.count = 0};
    platform_thread threads[5];
    sim_platform_reset(seed);
    platform_mutex_init(&it.lock);
    platform_condition_init(&it.turn);
    for (size_t i = 0; i < 5; i++)
        check(platform_thread_start(&threads[i], sit_down, &it, "", NULL));
    for (size_t i = 0; i < 5; i++)
        platform_thread_join(&threads[i]);
    assert_int_equal(it.count, 100);
    platform_condition_deinit(&it.turn);
    platform_mutex_deinit(&it.lock);
    return it.order;
}

static void threads_take_turns_by_the_seed(void **state)
{
    (void)state;
    assert_true(order_of(1) == order_of(1));
    assert_true(order_of(1) != order_of(2));
}

static void *wait_a_second(void *context)
{
    table *it = context;
    platform_mutex_lock(&it->lock);
    it->count = platform_condition_wait_for(&it->turn, &it->lock, 1000) ? 1 : 2;
    platform_mutex_unlock(&it->lock);
    return NULL;
}

static void a_wait_ends_when_time_says_so(void **state)
{
    (void)state;
    table it = {.count = 0};
    platform_thread thread;
    sim_platform_reset(1);
    platform_mutex_init(&it.lock);
    platform_condition_init(&it.turn);
    check(platform_thread_start(&thread, wait_a_second, &it, "", NULL));
    sim_platform_run(1);
    sim_platform_run(999000000);
    assert_int_equal(it.count, 0);
    sim_platform_run(1001000000);
    assert_int_equal(it.count, 2);
    platform_thread_join(&thread);
    check(platform_thread_start(&thread, wait_a_second, &it, "", NULL));
    platform_thread_join(&thread); /* nothing else can happen: time goes on by itself */
    assert_true(platform_clock_monotonic_ns() >= UINT64_C(2001000000));
    platform_condition_deinit(&it.turn);
    platform_mutex_deinit(&it.lock);
}

/* ---- The store ---------------------------------------------------------------------------- */

typedef struct story {
    uint64_t acknowledged; /* records 0 to this */
    uint64_t tried;
    uint64_t trace;
} story;

static void open_and_look(story *it, steme_store **out_store)
{
    steme_store_options options = {.tail_record_count = 200, .verify_thread_count = 3};
    steme_snapshot *snapshot;
    steme_id root;
    uint64_t count;
    check(steme_store_open("/1", &options, out_store, NULL));
    check(steme_snapshot_open(*out_store, &snapshot, NULL));
    check(steme_snapshot_root(snapshot, &root, &count, NULL));
    steme_snapshot_close(snapshot);
    assert_in_range(count, it->acknowledged, it->tried);
    it->acknowledged = it->tried = count;
    it->trace = it->trace * 31 + root.bytes[0] + sim_disk_call_count(1);
}

static bool append_some(story *it, steme_store *store)
{
    quick_record records[100];
    steme_append items[100];
    size_t count = 1 + sim_platform_random(100);
    for (size_t i = 0; i < count; i++) {
        quick_record_make(it->tried + i, &records[i]);
        items[i] = (steme_append){.record = {records[i].bytes, records[i].size}};
    }
    it->tried += count;
    bool is_kept = steme_store_append_many(store, items, count, 1, NULL) == STEME_OK;
    if (is_kept)
        it->acknowledged = it->tried;
    for (size_t i = 0; i < count; i++)
        free(records[i].bytes);
    return is_kept;
}

/* Lives that end at any call. */
static uint64_t story_of(uint64_t seed)
{
    story it = {0};
    steme_store *store;
    sim_platform_reset(seed);
    sim_process_enter(1);
    check(steme_store_create("/1", NULL));
    for (unsigned life = 0; life < 10; life++) {
        open_and_look(&it, &store);
        sim_disk(1)->calls_left = 1 + sim_platform_random(60);
        for (uint64_t i = 0; i < 20 && append_some(&it, store); i++)
            sim_platform_run(platform_clock_monotonic_ns() + 300000000);
        sim_disk(1)->is_dead = true;
        steme_store_close(store);
        sim_disk_crash(1, sim_platform_random(2) == 0);
    }
    open_and_look(&it, &store);
    steme_store_close(store);
    return it.trace;
}

static void a_store_keeps_what_it_acknowledged_whichever_call_is_its_last(void **state)
{
    (void)state;
    uint64_t first = test_seed(1);
    for (uint64_t seed = first; seed < first + 20; seed++)
        story_of(seed);
}

static void a_store_does_the_same_again_from_one_seed(void **state)
{
    (void)state;
    assert_true(story_of(3) == story_of(3));
    assert_true(story_of(3) != story_of(4));
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(what_was_synced_outlives_a_loss_of_power),
    cmocka_unit_test(what_was_not_synced_is_lost_torn_or_kept),
    cmocka_unit_test(a_killed_process_loses_nothing_that_was_written),
    cmocka_unit_test(a_cut_that_was_not_synced_may_be_taken_back),
    cmocka_unit_test(a_mapping_shows_what_is_written_and_outlives_the_name),
    cmocka_unit_test(faults_come_as_they_are_asked_for),
    cmocka_unit_test(what_lacks_is_missed_in_the_library_of_that_process_alone),
    cmocka_unit_test(a_bit_flips_where_it_is_asked_for),
    cmocka_unit_test(threads_take_turns_by_the_seed),
    cmocka_unit_test(a_wait_ends_when_time_says_so),
    cmocka_unit_test(a_store_keeps_what_it_acknowledged_whichever_call_is_its_last),
    cmocka_unit_test(a_store_does_the_same_again_from_one_seed),
};

TEST_MAIN(tests)
