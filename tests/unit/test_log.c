#include "base/bytes.h"
#include "base/hash.h"
#include "base/limits.h"
#include "log/log.h"
#include "platform/fault.h"
#include "support/folder.h"

#include <errno.h>

enum { FRAME_HEADER = LOG_FRAME_HEADER_SIZE, ENTRY = LOG_ENTRY_HEADER_SIZE };

static const uint8_t store_id[16] = "a store's own id";

typedef struct test_log {
    test_folder folder;
    log_journal *log;
    uint64_t count;    /* records made */
    size_t size_least; /* of bodies */
    size_t size_range;
} test_log;

/* ---- Records that their number tells ------------------------------------------------------ */

static steme_id id_of(uint64_t number)
{
    return base_blake3(&number, sizeof number);
}

static size_t body_size_of(const test_log *world, uint64_t number)
{
    return world->size_least + (size_t)(number * 7919 % world->size_range);
}

static steme_span body_of(const test_log *world, uint64_t number)
{
    static uint8_t pool[STEME_RECORD_SIZE_MAX + 256];
    if (pool[1] == 0) {
        uint64_t state = 1;
        for (size_t i = 0; i < sizeof pool; i++)
            pool[i] = (uint8_t)(test_random(&state) | 1);
    }
    return (steme_span){pool + number % 256, body_size_of(world, number)};
}

static void check(steme_status status, const steme_error *error)
{
    if (status != STEME_OK)
        fail_msg("%s: %s", steme_status_text(status), error->message);
}

static void world_make(test_log *world, size_t size_least, size_t size_range)
{
    memset(world, 0, sizeof *world);
    folder_make(&world->folder);
    world->size_least = size_least;
    world->size_range = size_range;
}

static void world_close(test_log *world)
{
    log_close(world->log);
    world->log = NULL;
}

static void world_remove(test_log *world)
{
    world_close(world);
    folder_remove(world->folder.path);
}

static void world_open(test_log *world, bool is_writer)
{
    steme_error error;
    world_close(world);
    check(log_open(world->folder.path, store_id, is_writer, &world->log, &error), &error);
}

static steme_status world_append(test_log *world, uint32_t count, uint64_t arrival_ns,
                                 steme_error *error)
{
    static log_item items[LIMIT_FRAME_RECORD_COUNT];
    for (uint32_t i = 0; i < count; i++) {
        uint64_t number = world->count + i;
        items[i] = (log_item){
            .kind = LOG_ENTRY_RECORD, .id = id_of(number), .body = body_of(world, number)};
    }
    steme_status status = log_append(world->log, items, count, arrival_ns, error);
    if (status == STEME_OK)
        status = log_sync(world->log, error);
    if (status != STEME_OK)
        return status;
    for (uint32_t i = 0; i < count; i++) {
        log_entry entry;
        check(log_read(world->log, items[i].position, &entry, error), error);
        assert_int_equal(entry.position, items[i].position);
        assert_memory_equal(entry.id.bytes, items[i].id.bytes, STEME_ID_SIZE);
    }
    world->count += count;
    return STEME_OK;
}

static void append(test_log *world, uint32_t count, uint64_t arrival_ns)
{
    steme_error error;
    check(world_append(world, count, arrival_ns, &error), &error);
}

static bool is_record(const test_log *world, const log_entry *entry, uint64_t number)
{
    steme_id id = id_of(number);
    steme_span body = body_of(world, number);
    return memcmp(entry->id.bytes, id.bytes, sizeof id) == 0 && entry->body.size == body.size &&
           memcmp(entry->body.bytes, body.bytes, body.size) == 0;
}

/* Walks the log: every whole entry must be one of the world's records, in order; gives how many
 * there were. */
static uint64_t scan_all(const test_log *world, log_scan *scan, uint64_t *out_damaged)
{
    log_entry entry;
    uint64_t number = 0;
    uint64_t count = 0;
    uint64_t damaged = 0;
    log_scan_init(scan, world->log, 0, NULL, log_end(world->log));
    while (log_scan_next(scan, &entry)) {
        if (entry.is_damaged) {
            assert_int_equal(entry.body.size, 0);
            damaged++;
            continue;
        }
        while (number < world->count && !is_record(world, &entry, number))
            number++;
        assert_true(number < world->count);
        number++;
        count++;
    }
    if (out_damaged != NULL)
        *out_damaged = damaged;
    return count;
}

static void recover(test_log *world)
{
    steme_error error;
    log_scan scan;
    (void)scan_all(world, &scan, NULL);
    check(log_recover(world->log, &scan, &error), &error);
}

static void assert_whole(const test_log *world, uint64_t count)
{
    log_scan scan;
    uint64_t damaged;
    assert_int_equal(scan_all(world, &scan, &damaged), count);
    assert_int_equal(damaged, 0);
    assert_int_equal(scan.hole_count, 0);
    assert_int_equal(scan.torn_position, 0);
}

static const char *segment(const test_log *world, unsigned number)
{
    char name[32];
    snprintf(name, sizeof name, "%08u.log", number);
    return folder_join(world->folder.path, name);
}

static steme_status open_status(const test_log *world, bool is_writer, steme_error *error)
{
    log_journal *log = NULL;
    steme_status status = log_open(world->folder.path, store_id, is_writer, &log, error);
    log_close(log);
    return status;
}

/* ---- Round trips -------------------------------------------------------------------------- */

static void what_is_appended_is_read_back_over_several_segments(void **state)
{
    test_log world;
    (void)state;
    world_make(&world, STEME_RECORD_SIZE_MAX - 100, 101);
    world_open(&world, true);
    while (log_segment_count(world.log) < 3)
        append(&world, 63, 1);
    assert_whole(&world, world.count);
    assert_true(log_byte_count(world.log) > 2u * (LIMIT_SEGMENT_SIZE - LIMIT_FRAME_SIZE));
    world_open(&world, false);
    assert_int_equal(log_segment_count(world.log), 3);
    assert_whole(&world, world.count);
    world_open(&world, true);
    recover(&world);
    append(&world, 2, 1);
    assert_whole(&world, world.count);
    world_remove(&world);
}

static void an_entry_may_say_that_its_record_is_absent(void **state)
{
    test_log world;
    log_entry entry;
    log_scan scan;
    steme_error error;
    (void)state;
    log_item item = {.kind = LOG_ENTRY_ABSENT, .id = id_of(5)};
    world_make(&world, 10, 20);
    world_open(&world, true);
    append(&world, 1, 7);
    check(log_append(world.log, &item, 1, 8, &error), &error);
    check(log_sync(world.log, &error), &error);
    world_open(&world, false);
    check(log_read(world.log, item.position, &entry, &error), &error);
    assert_int_equal(entry.kind, LOG_ENTRY_ABSENT);
    assert_false(entry.is_damaged);
    log_scan_init(&scan, world.log, 0, NULL, log_end(world.log));
    assert_true(log_scan_next(&scan, &entry));
    assert_int_equal(entry.kind, LOG_ENTRY_RECORD);
    assert_true(log_scan_next(&scan, &entry));
    assert_int_equal(entry.kind, LOG_ENTRY_ABSENT);
    assert_memory_equal(entry.id.bytes, item.id.bytes, STEME_ID_SIZE);
    assert_int_equal(entry.arrival_ns, 8);
    assert_false(log_scan_next(&scan, &entry));
    world_remove(&world);
}

static void arrival_never_decreases_even_after_reopening_behind_an_index(void **state)
{
    static const uint64_t given[] = {100, 50, 200, 10};
    static const uint64_t kept[] = {100, 100, 200, 200};
    test_log world;
    log_scan scan;
    log_entry entry;
    steme_error error;
    (void)state;
    world_make(&world, 10, 20);
    world_open(&world, true);
    for (int i = 0; i < 3; i++)
        append(&world, 1, given[i]);
    log_mark mark = log_last_frame(world.log);
    assert_int_equal(mark.sequence, 3);
    assert_int_equal(mark.arrival_ns, 200);
    /* As a store opens whose index covers all: nothing is left to scan. */
    world_open(&world, true);
    log_scan_init(&scan, world.log, log_end(world.log), &mark, log_end(world.log));
    assert_false(log_scan_next(&scan, &entry));
    check(log_recover(world.log, &scan, &error), &error);
    append(&world, 1, given[3]);
    log_scan_init(&scan, world.log, 0, NULL, log_end(world.log));
    for (uint64_t i = 0; i < 4; i++) {
        assert_true(log_scan_next(&scan, &entry));
        assert_int_equal(entry.arrival_ns, kept[i]);
        assert_int_equal(scan.mark.sequence, i + 1);
    }
    assert_int_equal(scan.hole_count, 0);
    world_remove(&world);
}

static void a_reader_sees_what_was_appended_since_across_segments(void **state)
{
    test_log world;
    log_scan scan;
    log_entry entry;
    steme_error error;
    log_journal *reader;
    uint64_t seen = 0;
    uint64_t random = test_seed(11);
    (void)state;
    world_make(&world, STEME_RECORD_SIZE_MAX - 100, 101);
    world_open(&world, true);
    check(log_open(world.folder.path, store_id, false, &reader, &error), &error);
    log_scan_init(&scan, reader, 0, NULL, log_end(reader));
    while (log_segment_count(world.log) < 4) {
        for (uint64_t i = test_random(&random) % 30; i > 0; i--)
            append(&world, 63, 1);
        check(log_refresh(reader, &error), &error);
        scan.end = log_end(reader);
        assert_int_equal(scan.end, log_end(world.log));
        for (; log_scan_next(&scan, &entry); seen++)
            assert_true(is_record(&world, &entry, seen));
        assert_int_equal(seen, world.count);
    }
    log_close(reader);
    world_remove(&world);
}

/* ---- Crashes ------------------------------------------------------------------------------ */

static void a_last_frame_torn_at_any_byte_is_cut_and_nothing_else(void **state)
{
    test_log world;
    log_scan scan;
    (void)state;
    world_make(&world, 1, 40);
    world_open(&world, true);
    append(&world, 2, 1);
    append(&world, 1, 2);
    uint64_t kept_size = file_size(segment(&world, 1));
    append(&world, 2, 3);
    world_close(&world);
    size_t size;
    uint8_t *whole = file_load(segment(&world, 1), &size);
    for (uint64_t cut = kept_size; cut < size; cut++) {
        file_save(segment(&world, 1), whole, cut);
        world_open(&world, true);
        world.count = 5;
        assert_int_equal(scan_all(&world, &scan, NULL), 3);
        assert_int_equal(scan.hole_count, 0);
        assert_int_equal(scan.torn_position & UINT32_MAX, cut == kept_size ? 0 : kept_size);
        recover(&world);
        assert_int_equal(file_size(segment(&world, 1)), kept_size);
        world.count = 3;
        append(&world, 3, 9);
        assert_whole(&world, 6);
        world_open(&world, true);
        assert_whole(&world, 6);
    }
    free(whole);
    world_remove(&world);
}

static void zeros_behind_the_last_frame_are_cut(void **state)
{
    static const uint8_t zeros[9000];
    static const size_t counts[] = {1, 39, 40, 64, 4096, 9000};
    test_log world;
    (void)state;
    world_make(&world, 1, 40);
    world_open(&world, true);
    append(&world, 2, 1);
    world_close(&world);
    uint64_t kept_size = file_size(segment(&world, 1));
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        FILE *file = fopen(segment(&world, 1), "ab");
        assert_non_null(file);
        assert_int_equal(fwrite(zeros, 1, counts[i], file), counts[i]);
        fclose(file);
        world_open(&world, true);
        recover(&world);
        assert_int_equal(file_size(segment(&world, 1)), kept_size);
        assert_whole(&world, 2);
    }
    world_remove(&world);
}

/* What a recovery kept it must keep for ever: it was served, and perhaps acknowledged again. */
static void zeros_inside_a_frame_are_a_hole_and_the_rest_survives_every_recovery(void **state)
{
    test_log world;
    log_scan scan;
    (void)state;
    world_make(&world, 30, 1);
    world_open(&world, true);
    append(&world, 3, 1);
    world_close(&world);
    size_t size;
    uint8_t *bytes = file_load(segment(&world, 1), &size);
    memset(bytes + size - (ENTRY + 30), 0, ENTRY + 30);
    file_save(segment(&world, 1), bytes, size);
    free(bytes);
    for (int i = 0; i < 3; i++) {
        world_open(&world, true);
        assert_int_equal(scan_all(&world, &scan, NULL), 2);
        assert_int_equal(scan.hole_count, 1);
        recover(&world);
    }
    append(&world, 1, 1);
    world_open(&world, true);
    assert_int_equal(scan_all(&world, &scan, NULL), 3);
    world_remove(&world);
}

/* An entry that the file is too short for must not become whole by what comes behind it. */
static void a_hole_at_the_end_swallows_nothing_that_is_appended(void **state)
{
    test_log world;
    log_scan scan;
    (void)state;
    world_make(&world, 200, 1);
    world_open(&world, true);
    append(&world, 1, 1);
    uint64_t second = file_size(segment(&world, 1));
    append(&world, 2, 1);
    world_close(&world);
    file_flip_bit(segment(&world, 1), 8 * second); /* the frame's magic */
    file_cut(segment(&world, 1), file_size(segment(&world, 1)) - 150);
    world_open(&world, true);
    assert_int_equal(scan_all(&world, &scan, NULL), 2);
    assert_int_equal(scan.hole_count, 2);
    recover(&world);
    for (int i = 0; i < 3; i++)
        append(&world, 1, 1);
    world_open(&world, true);
    assert_int_equal(scan_all(&world, &scan, NULL), 5);
    assert_int_equal(scan.torn_position, 0);
    recover(&world);
    assert_int_equal(log_segment_count(world.log), 2);
    world_remove(&world);
}

static void a_last_segment_without_a_whole_header_is_made_anew(void **state)
{
    static const uint8_t zeros[LOG_SEGMENT_HEADER_SIZE];
    test_log world;
    steme_error error;
    (void)state;
    world_make(&world, 1, 40);
    world_open(&world, true);
    append(&world, 2, 1);
    world_close(&world);
    for (size_t size = 0; size <= LOG_SEGMENT_HEADER_SIZE; size++) {
        file_save(segment(&world, 2), zeros, size);
        check(open_status(&world, false, &error), &error);
        world_open(&world, true);
        assert_int_equal(log_segment_count(world.log), 1);
        assert_false(file_exists(segment(&world, 2)));
        assert_whole(&world, 2);
        world_close(&world);
    }
    world_remove(&world);
}

/* ---- Durability, as the system calls show it ---------------------------------------------- */

static struct {
    char folder[FOLDER_PATH_SIZE];
    char dirty[8][FOLDER_PATH_SIZE + 256]; /* files and folders changed since their last sync */
    size_t dirty_count;
    int is_failing;
    int is_sync_failing;
} calls;

static size_t dirty_find(const char *path)
{
    size_t at = 0;
    while (at < calls.dirty_count && strcmp(calls.dirty[at], path) != 0)
        at++;
    return at;
}

static void dirty_add(const char *path)
{
    if (dirty_find(path) < calls.dirty_count)
        return;
    assert_true(calls.dirty_count < 8);
    snprintf(calls.dirty[calls.dirty_count++], sizeof calls.dirty[0], "%s", path);
}

static int record_call(platform_call call, const char *path, size_t *size)
{
    size_t at = dirty_find(path);
    if (call == PLATFORM_CALL_WRITE && calls.is_failing) {
        *size /= 2;
        return EIO;
    }
    if (call == PLATFORM_CALL_WRITE)
        dirty_add(path);
    if (call == PLATFORM_CALL_OPEN && !file_exists(path))
        dirty_add(calls.folder);
    if (call == PLATFORM_CALL_SYNC && at < calls.dirty_count)
        memmove(calls.dirty[at], calls.dirty[--calls.dirty_count], sizeof calls.dirty[0]);
    /* As Linux does: it fails, and what it failed to write is clean from then on. */
    return call == PLATFORM_CALL_SYNC && calls.is_sync_failing ? EIO : 0;
}

/* Frames of one commit may stand in two segments: syncing the new one is not enough. */
static void a_sync_leaves_nothing_unsynced_in_any_segment(void **state)
{
    static log_item items[63];
    test_log world;
    steme_error error;
    (void)state;
    world_make(&world, STEME_RECORD_SIZE_MAX, 1);
    world_open(&world, true);
    for (uint64_t i = 0; i < 63; i++)
        items[i] = (log_item){.id = id_of(i), .body = body_of(&world, i)};
    memset(&calls, 0, sizeof calls);
    memcpy(calls.folder, world.folder.path, sizeof calls.folder);
    platform_fault_set(record_call);
    while (log_segment_count(world.log) < 3) {
        for (int frame = 0; frame < 5; frame++)
            check(log_append(world.log, items, 63, 1, &error), &error);
        assert_int_not_equal(calls.dirty_count, 0);
        check(log_sync(world.log, &error), &error);
        assert_int_equal(calls.dirty_count, 0);
    }
    platform_fault_set(NULL);
    world_remove(&world);
}

static void after_a_failed_write_nothing_is_appended_until_reopened(void **state)
{
    test_log world;
    steme_error error;
    (void)state;
    world_make(&world, 10, 20);
    world_open(&world, true);
    append(&world, 2, 1);
    memset(&calls, 0, sizeof calls);
    calls.is_failing = 1;
    platform_fault_set(record_call);
    assert_int_equal(world_append(&world, 1, 1, &error), STEME_IO);
    assert_non_null(strstr(error.message, "00000001.log"));
    platform_fault_set(NULL);
    assert_int_equal(world_append(&world, 1, 1, &error), STEME_READ_ONLY);
    world_open(&world, true);
    recover(&world);
    append(&world, 1, 1);
    assert_whole(&world, 3);
    world_remove(&world);
}

/* Else the next process would find it, sync without complaint, and hold it for durable. */
static void what_a_failed_sync_left_in_doubt_is_written_again(void **state)
{
    test_log world;
    steme_error error;
    (void)state;
    world_make(&world, 10, 20);
    world_open(&world, true);
    append(&world, 2, 1);
    memset(&calls, 0, sizeof calls);
    memcpy(calls.folder, world.folder.path, sizeof calls.folder);
    calls.is_sync_failing = 1;
    platform_fault_set(record_call);
    assert_int_equal(world_append(&world, 3, 1, &error), STEME_IO);
    assert_int_equal(calls.dirty_count, 1);
    calls.dirty_count = 0;
    world_close(&world);
    assert_int_equal(log_open(world.folder.path, store_id, true, &world.log, &error), STEME_IO);
    assert_int_equal(calls.dirty_count, 1);
    calls.is_sync_failing = 0;
    world_open(&world, true);
    assert_int_equal(calls.dirty_count, 0);
    platform_fault_set(NULL);
    world.count += 3; /* they were written, and are on the disk by now */
    recover(&world);
    append(&world, 1, 1);
    assert_whole(&world, 6);
    world_remove(&world);
}

/* ---- Damage ------------------------------------------------------------------------------- */

static void every_flipped_bit_is_found_and_no_damaged_entry_is_given(void **state)
{
    test_log world;
    log_scan scan;
    steme_error error;
    uint64_t damaged;
    (void)state;
    world_make(&world, 1, 12);
    world_open(&world, true);
    append(&world, 2, 1);
    append(&world, 1, 2);
    append(&world, 3, 3);
    world_close(&world);
    uint64_t bit_count = 8 * file_size(segment(&world, 1));
    for (uint64_t bit = 0; bit < bit_count; bit++) {
        file_flip_bit(segment(&world, 1), bit);
        steme_status status = log_open(world.folder.path, store_id, false, &world.log, &error);
        assert_int_equal(status == STEME_OK, bit >= 8 * LOG_SEGMENT_HEADER_SIZE);
        if (status == STEME_OK) {
            uint64_t count = scan_all(&world, &scan, &damaged);
            assert_int_equal(scan.hole_count + damaged, 1);
            assert_true(count == 6 || count == 5);
            assert_int_equal(scan.torn_position, 0);
        }
        world_close(&world);
        file_flip_bit(segment(&world, 1), bit);
    }
    world_remove(&world);
}

static void make_three_segments(test_log *world)
{
    world_make(world, STEME_RECORD_SIZE_MAX, 1);
    world_open(world, true);
    while (log_segment_count(world->log) < 3)
        append(world, 63, 1);
    world_close(world);
}

/* Cut back step by step: inside an entry, between entries, between frames. */
static void what_is_missing_between_segments_is_a_hole(void **state)
{
    enum { ENTRY_SIZE = ENTRY + STEME_RECORD_SIZE_MAX };
    static const uint64_t cuts[] = {ENTRY_SIZE + 7, 2 * ENTRY_SIZE, FRAME_HEADER + 63 * ENTRY_SIZE};
    static const uint64_t lost[] = {2, 2, 63};
    test_log world;
    log_scan scan;
    (void)state;
    make_three_segments(&world);
    uint64_t size = file_size(segment(&world, 1));
    for (size_t i = 0; i < sizeof cuts / sizeof cuts[0]; i++) {
        file_cut(segment(&world, 1), size - cuts[i]);
        world_open(&world, false);
        assert_int_equal(scan_all(&world, &scan, NULL), world.count - lost[i]);
        assert_int_equal(scan.hole_count, i == 0 ? 2 : 1);
        world_close(&world);
    }
    world_remove(&world);
}

static void a_segment_that_is_missing_or_cut_before_others_is_refused(void **state)
{
    test_log world;
    steme_error error;
    (void)state;
    make_three_segments(&world);
    for (int is_writer = 0; is_writer < 2; is_writer++) {
        assert_int_equal(rename(segment(&world, 2), segment(&world, 9)), 0);
        assert_int_equal(open_status(&world, is_writer, &error), STEME_CORRUPT);
        assert_non_null(strstr(error.message, "00000002.log"));
        assert_int_equal(rename(segment(&world, 9), segment(&world, 2)), 0);
    }
    file_cut(segment(&world, 2), 30);
    assert_int_equal(open_status(&world, true, &error), STEME_CORRUPT);
    assert_true(file_exists(segment(&world, 2)));
    world_remove(&world);
}

static void a_segment_of_another_store_or_place_or_format_is_refused(void **state)
{
    test_log world;
    steme_error error;
    size_t size;
    log_journal *log;
    static const uint8_t other_id[16] = "another store id";
    (void)state;
    world_make(&world, 1, 40);
    world_open(&world, true);
    append(&world, 2, 1);
    world_close(&world);
    assert_int_equal(log_open(world.folder.path, other_id, true, &log, &error), STEME_CORRUPT);
    assert_non_null(strstr(error.message, "00000001.log"));
    uint8_t *bytes = file_load(segment(&world, 1), &size);
    file_save(segment(&world, 2), bytes, size);
    assert_int_equal(open_status(&world, true, &error), STEME_CORRUPT);
    assert_int_equal(unlink(segment(&world, 2)), 0);
    base_put_u32be(bytes + 8, 2);
    base_put_u32be(bytes + 60, base_crc32c(0, bytes, 60));
    file_save(segment(&world, 1), bytes, size);
    assert_int_equal(open_status(&world, true, &error), STEME_VERSION);
    assert_int_equal(open_status(&world, false, &error), STEME_VERSION);
    free(bytes);
    world_remove(&world);
}

static void no_position_makes_read_leave_the_log(void **state)
{
    test_log world;
    log_entry entry;
    (void)state;
    world_make(&world, 1, 40);
    world_open(&world, true);
    append(&world, 3, 1);
    uint64_t end = log_end(world.log);
    uint64_t found = 0;
    for (uint64_t position = 0; position < 100; position++)
        assert_int_equal(log_read(world.log, position, &entry, NULL), STEME_CORRUPT);
    for (uint64_t position = UINT64_C(1) << 32; position < end + 100; position++)
        found += log_read(world.log, position, &entry, NULL) == STEME_OK;
    assert_int_equal(found, 3);
    assert_int_equal(log_read(world.log, UINT64_MAX, &entry, NULL), STEME_CORRUPT);
    assert_int_equal(log_read(world.log, UINT64_C(2) << 32 | 64, &entry, NULL), STEME_CORRUPT);
    world_remove(&world);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(what_is_appended_is_read_back_over_several_segments),
    cmocka_unit_test(an_entry_may_say_that_its_record_is_absent),
    cmocka_unit_test(arrival_never_decreases_even_after_reopening_behind_an_index),
    cmocka_unit_test(a_reader_sees_what_was_appended_since_across_segments),
    cmocka_unit_test(a_last_frame_torn_at_any_byte_is_cut_and_nothing_else),
    cmocka_unit_test(zeros_behind_the_last_frame_are_cut),
    cmocka_unit_test(zeros_inside_a_frame_are_a_hole_and_the_rest_survives_every_recovery),
    cmocka_unit_test(a_hole_at_the_end_swallows_nothing_that_is_appended),
    cmocka_unit_test(a_last_segment_without_a_whole_header_is_made_anew),
    cmocka_unit_test(a_sync_leaves_nothing_unsynced_in_any_segment),
    cmocka_unit_test(after_a_failed_write_nothing_is_appended_until_reopened),
    cmocka_unit_test(what_a_failed_sync_left_in_doubt_is_written_again),
    cmocka_unit_test(every_flipped_bit_is_found_and_no_damaged_entry_is_given),
    cmocka_unit_test(what_is_missing_between_segments_is_a_hole),
    cmocka_unit_test(a_segment_that_is_missing_or_cut_before_others_is_refused),
    cmocka_unit_test(a_segment_of_another_store_or_place_or_format_is_refused),
    cmocka_unit_test(no_position_makes_read_leave_the_log),
};

TEST_MAIN(tests)
