/* Walks over all records: pages joined by cursors, records that arrive or are lost meanwhile. */
#include "support/claims.h"

enum { RECORD_COUNT = 120, FORGOTTEN = 17 };

typedef struct walked {
    steme_id ids[2 * RECORD_COUNT];
    size_t count;
    uint64_t absent_count;
} walked;

static void append_some(claims_store *world, int first, int count)
{
    static uint8_t buffer[STEME_RECORD_SIZE_MAX];
    steme_error error;
    for (int i = first; i < first + count; i++) {
        uint8_t signer = 1;
        char object[16];
        snprintf(object, sizeof object, "%d", i);
        steme_statement statement = claims_assertion("s", "p", object, CLAIMS_TIME_NS);
        statement.stamp.counter = (uint32_t)i;
        steme_record record = claims_sign(&statement, &signer, 1, buffer);
        claims_check(steme_store_append(world->store, record.bytes, NULL, &error), &error);
    }
}

/* A walk of at most `limit`; leaves its cursor, empty where nothing follows. */
static void take(claims_store *world, uint64_t limit, walked *out, char *cursor)
{
    steme_error error;
    steme_snapshot *snapshot;
    steme_walk *walk;
    const steme_record *record;
    const char *next = NULL;
    size_t before = out->count;
    claims_check(steme_snapshot_open(world->store, &snapshot, &error), &error);
    claims_check(steme_walk_open(snapshot, claims_text(cursor), limit, &walk, &error), &error);
    for (;;) {
        uint64_t arrival_ns = 0;
        claims_check(steme_walk_next(walk, &record, &arrival_ns, &error), &error);
        if (record == NULL)
            break;
        assert_int_not_equal(arrival_ns, 0);
        out->ids[out->count++] = record->id;
    }
    if (out->count > before)
        claims_check(steme_walk_cursor(walk, &next, &error), &error);
    out->absent_count += steme_walk_absent_count(walk);
    snprintf(cursor, STEME_CURSOR_SIZE_MAX, "%s", next == NULL ? "" : next);
    steme_walk_close(walk);
    steme_snapshot_close(snapshot);
}

static void assert_refused(claims_store *world, const char *cursor)
{
    steme_error error;
    steme_snapshot *snapshot;
    steme_walk *walk;
    claims_check(steme_snapshot_open(world->store, &snapshot, &error), &error);
    assert_int_equal(steme_walk_open(snapshot, claims_text(cursor), 0, &walk, &error),
                     STEME_INVALID);
    steme_snapshot_close(snapshot);
}

static void test_pages_of_any_size_join_into_the_walk(void **state)
{
    static claims_store world;
    static walked whole, paged;
    static char cursor[STEME_CURSOR_SIZE_MAX];
    steme_error error;
    (void)state;
    claims_open(&world);
    append_some(&world, 0, RECORD_COUNT);
    whole.count = whole.absent_count = 0;
    take(&world, 0, &whole, cursor);
    assert_int_equal(whole.count, RECORD_COUNT);
    claims_check(steme_store_forget(world.store, &whole.ids[FORGOTTEN], "test", &error), &error);
    for (uint64_t limit = 1; limit < RECORD_COUNT + 2; limit += 1 + limit / 3) {
        paged.count = paged.absent_count = 0;
        cursor[0] = '\0';
        do {
            take(&world, limit, &paged, cursor);
        } while (cursor[0] != '\0');
        assert_int_equal(paged.count, RECORD_COUNT - 1);
        assert_int_equal(paged.absent_count, 1);
        for (size_t i = 0; i < paged.count; i++)
            assert_true(memcmp(&paged.ids[i], &whole.ids[i + (i >= FORGOTTEN)], sizeof(steme_id)) ==
                        0);
    }
    claims_close(&world);
}

static void test_a_walk_goes_on_with_what_has_arrived_and_after_a_loss(void **state)
{
    static claims_store world;
    static walked paged;
    static char cursor[STEME_CURSOR_SIZE_MAX];
    steme_error error;
    (void)state;
    claims_open(&world);
    append_some(&world, 0, RECORD_COUNT);
    paged.count = paged.absent_count = 0;
    cursor[0] = '\0';
    take(&world, 50, &paged, cursor);
    /* The record that the cursor names loses its body: its place is still known. */
    claims_check(steme_store_forget(world.store, &paged.ids[49], "test", &error), &error);
    append_some(&world, RECORD_COUNT, RECORD_COUNT / 2);
    claims_reopen(&world);
    take(&world, 0, &paged, cursor);
    assert_string_equal(cursor, "");
    assert_int_equal(paged.count, RECORD_COUNT + RECORD_COUNT / 2);
    claims_close(&world);
}

static void test_a_cursor_of_another_store_or_of_other_bytes_is_refused(void **state)
{
    static claims_store world, other;
    static walked list;
    static char cursor[STEME_CURSOR_SIZE_MAX];
    (void)state;
    claims_open(&world);
    claims_open(&other);
    append_some(&world, 0, 9);
    append_some(&other, 0, 9);
    list.count = 0;
    take(&world, 4, &list, cursor);
    assert_refused(&other, cursor);
    for (size_t i = 0; cursor[i] != '\0'; i++) {
        char held = cursor[i];
        cursor[i] = held == '3' ? '4' : '3';
        assert_refused(&world, cursor);
        cursor[i] = held;
    }
    cursor[strlen(cursor) - 2] = '\0';
    assert_refused(&world, cursor);
    assert_refused(&world, "01");
    assert_refused(&world, "no cursor");
    claims_close(&other);
    claims_close(&world);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_pages_of_any_size_join_into_the_walk),
    cmocka_unit_test(test_a_walk_goes_on_with_what_has_arrived_and_after_a_loss),
    cmocka_unit_test(test_a_cursor_of_another_store_or_of_other_bytes_is_refused),
};

TEST_MAIN(tests)
