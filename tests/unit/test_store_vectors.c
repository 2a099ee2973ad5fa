/* The vector clocks of a store: their file, their bound, what is ahead of its time, and indexes
 * that were made without them. tests/property/test_crdt.c has the random histories. */
#include "store/state.h"
#include "support/claims.h"
#include "support/folder.h"
#include "support/set_check.h"

#define FUTURE_NS (UINT64_C(4102444800) * CLAIMS_SECOND_NS) /* 2100 */

/* ---- The file ----------------------------------------------------------------------------- */

typedef struct byte_buffer {
    uint8_t *bytes;
    size_t size;
} byte_buffer;

static steme_status buffer_put(void *context, const void *bytes, size_t size, steme_error *error)
{
    byte_buffer *buffer = context;
    (void)error;
    buffer->bytes = realloc(buffer->bytes, buffer->size + size);
    assert_non_null(buffer->bytes);
    memcpy(buffer->bytes + buffer->size, bytes, size);
    buffer->size += size;
    return STEME_OK;
}

static byte_buffer encode(const store_vectors *vectors)
{
    byte_buffer buffer = {0};
    base_sink sink = {buffer_put, &buffer};
    steme_error error;
    check_ok(store_vectors_encode(vectors, &sink, &error), &error);
    assert_int_equal(buffer.size, store_vectors_encoded_size(vectors));
    return buffer;
}

static steme_stamp stamp_of(uint32_t node, uint64_t time_ns)
{
    steme_stamp stamp = {.time_ns = time_ns, .counter = node % 3};
    stamp.node[0] = (uint8_t)(node >> 16);
    stamp.node[1] = (uint8_t)(node >> 8);
    stamp.node[2] = (uint8_t)node;
    return stamp;
}

static store_vectors *make_vectors(uint32_t assertion_nodes, uint32_t vote_nodes)
{
    store_vectors *vectors;
    steme_error error;
    check_ok(store_vectors_new(&vectors, &error), &error);
    for (uint32_t i = 0; i < assertion_nodes + vote_nodes; i++) {
        steme_record record = {.type = i < assertion_nodes ? STEME_ASSERTION : STEME_VOTE,
                               .stamp = stamp_of(i * 7919 % 65536, 1000 + i)};
        check_ok(store_vectors_take(vectors, &record, CLAIMS_TIME_NS, &error), &error);
    }
    vectors->future_from_ns = UINT64_C(0x0102030405060708);
    return vectors;
}

static void check_equal(const store_vectors *left, const store_vectors *right)
{
    byte_buffer left_bytes = encode(left);
    byte_buffer right_bytes = encode(right);
    assert_int_equal(left_bytes.size, right_bytes.size);
    assert_memory_equal(left_bytes.bytes, right_bytes.bytes, left_bytes.size);
    free(left_bytes.bytes);
    free(right_bytes.bytes);
}

static void what_is_encoded_decodes_to_itself(void **state)
{
    static const uint32_t counts[][2] = {{0, 0}, {1, 0}, {0, 3}, {64, 65}, {4097, 5000}};
    (void)state;
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        store_vectors *vectors = make_vectors(counts[i][0], counts[i][1]);
        store_vectors *decoded;
        byte_buffer buffer = encode(vectors);
        steme_error error;
        size_t size;
        check_ok(
            store_vectors_decode((steme_span){buffer.bytes, buffer.size}, &decoded, &size, &error),
            &error);
        assert_int_equal(size, buffer.size);
        check_equal(vectors, decoded);
        store_vectors_release(vectors);
        store_vectors_release(decoded);
        free(buffer.bytes);
    }
}

static void check_refused(const uint8_t *bytes, size_t size)
{
    store_vectors *decoded;
    size_t used;
    assert_int_equal(store_vectors_decode((steme_span){bytes, size}, &decoded, &used, NULL),
                     STEME_CORRUPT);
}

static void bytes_that_are_no_vectors_are_refused(void **state)
{
    store_vectors *vectors = make_vectors(3, 2);
    byte_buffer buffer = encode(vectors);
    (void)state;
    for (size_t size = 0; size < buffer.size; size++) {
        uint8_t *cut = malloc(size + 1); /* so that a sanitizer sees a read behind it */
        assert_non_null(cut);
        memcpy(cut, buffer.bytes, size);
        check_refused(cut, size);
        free(cut);
    }
    buffer.bytes[0] ^= 1;
    check_refused(buffer.bytes, buffer.size);
    buffer.bytes[0] ^= 1;
    memset(buffer.bytes + 16, 0xff, 4); /* more stamps than there can be */
    check_refused(buffer.bytes, buffer.size);
    memset(buffer.bytes + 16, 0, 3);
    buffer.bytes[24 + 12] = 0xff; /* nodes that do not ascend */
    check_refused(buffer.bytes, buffer.size);
    free(buffer.bytes);
    store_vectors_release(vectors);
}

static void readers_of_shared_vectors_see_no_change(void **state)
{
    store_vectors *shared = make_vectors(5, 5);
    store_vectors *reader = store_vectors_retain(shared);
    store_vectors *news = make_vectors(40, 40);
    byte_buffer before = encode(reader);
    steme_error error;
    (void)state;
    check_ok(store_vectors_merge(&shared, news, &error), &error);
    assert_ptr_not_equal(shared, reader);
    byte_buffer after = encode(reader);
    assert_memory_equal(before.bytes, after.bytes, before.size);
    store_vectors *same = shared;
    check_ok(store_vectors_merge(&shared, news, &error), &error); /* its only holder's: in place */
    assert_ptr_equal(shared, same);
    store_vectors_release(shared);
    store_vectors_release(reader);
    store_vectors_release(news);
    free(before.bytes);
    free(after.bytes);
}

/* ---- In a store --------------------------------------------------------------------------- */

/* Appends an assertion of this stamp, about a subject of its own. */
static void append_stamped(claims_store *world, const steme_stamp *stamp)
{
    static uint8_t buffer[STEME_RECORD_SIZE_MAX];
    steme_error error;
    uint8_t signer = 1;
    steme_statement statement = claims_assertion("a", "is", "b", stamp->time_ns);
    statement.stamp = *stamp;
    steme_record record = claims_sign(&statement, &signer, 1, buffer);
    steme_append item = {.record = record.bytes};
    check_ok(steme_store_append_many(world->store, &item, 1, 1, &error), &error);
    assert_int_equal(item.status, STEME_OK);
}

/* The assertions' vector at a time is this one, and the votes' is empty. */
static void check_vector(claims_store *world, uint64_t now_ns, const steme_vector *expected)
{
    steme_snapshot *snapshot;
    steme_vector vector;
    steme_error error;
    check_ok(steme_snapshot_open(world->store, &snapshot, &error), &error);
    check_ok(store_snapshot_vector(snapshot, STEME_VECTOR_OF_ASSERTIONS, now_ns, &vector, &error),
             &error);
    assert_int_equal(vector.count, expected->count);
    for (size_t i = 0; i < vector.count; i++)
        assert_int_equal(steme_stamp_compare(&vector.stamps[i], &expected->stamps[i]), 0);
    steme_vector_deinit(&vector);
    check_ok(store_snapshot_vector(snapshot, STEME_VECTOR_OF_VOTES, now_ns, &vector, &error),
             &error);
    assert_int_equal(vector.count, 0);
    steme_vector_deinit(&vector);
    steme_snapshot_close(snapshot);
}

static void a_store_keeps_the_greatest_of_more_nodes_than_a_vector_has(void **state)
{
    enum { NODE_COUNT = STEME_VECTOR_NODE_COUNT_MAX + 150, BATCH_COUNT = 250 };
    static uint8_t buffers[BATCH_COUNT][512];
    claims_store world;
    steme_error error;
    steme_vector expected;
    uint8_t signer = 1;
    (void)state;
    claims_open(&world);
    steme_vector_init(&expected);
    for (uint32_t at = 0; at < NODE_COUNT;) {
        steme_append items[BATCH_COUNT];
        size_t count = 0;
        for (; count < BATCH_COUNT && at < NODE_COUNT; count++, at++) {
            static uint8_t buffer[STEME_RECORD_SIZE_MAX];
            steme_statement statement = claims_assertion("a", "is", "b", 0);
            statement.stamp = stamp_of(at, CLAIMS_TIME_NS + at * 7919 % 10007);
            statement.claim_time_ns = (int64_t)CLAIMS_TIME_NS;
            steme_record record = claims_sign(&statement, &signer, 1, buffer);
            assert_true(record.bytes.size <= sizeof buffers[0]);
            memcpy(buffers[count], buffer, record.bytes.size);
            items[count] = (steme_append){.record = {buffers[count], record.bytes.size}};
            check_ok(steme_vector_advance(&expected, &statement.stamp, &error), &error);
        }
        check_ok(steme_store_append_many(world.store, items, count, 1, &error), &error);
    }
    assert_int_equal(expected.count, STEME_VECTOR_NODE_COUNT_MAX + 1);
    check_vector(&world, CLAIMS_TIME_NS + CLAIMS_SECOND_NS, &expected);
    claims_reopen(&world); /* from the index's attachment: close has flushed so many records */
    assert_true(world.store->active_record_count < NODE_COUNT);
    check_vector(&world, CLAIMS_TIME_NS + CLAIMS_SECOND_NS, &expected);
    steme_vector_deinit(&expected);
    claims_close(&world);
}

static void stamps_ahead_of_their_time_are_taken_when_it_comes_and_looked_at_once(void **state)
{
    enum { STEP_COUNT = 20 };
    claims_store world;
    steme_error error;
    steme_vector expected;
    (void)state;
    claims_open(&world);
    steme_vector_init(&expected);
    for (uint32_t i = 0; i < STEP_COUNT; i++) {
        steme_stamp stamp = stamp_of(i % 3, FUTURE_NS + i * CLAIMS_SECOND_NS);
        append_stamped(&world, &stamp);
    }
    assert_int_equal(world.store->vectors->future_from_ns, FUTURE_NS);
    for (uint32_t i = 0; i < STEP_COUNT; i++) {
        steme_stamp stamp = stamp_of(i % 3, FUTURE_NS + i * CLAIMS_SECOND_NS);
        check_vector(&world, stamp.time_ns - 500000001, &expected);
        check_ok(steme_vector_advance(&expected, &stamp, &error), &error);
        check_vector(&world, stamp.time_ns - 500000000, &expected);
        uint64_t next_ns = stamp.time_ns + CLAIMS_SECOND_NS;
        assert_int_equal(world.store->vectors->future_from_ns,
                         i + 1 == STEP_COUNT ? UINT64_MAX : next_ns);
    }
    steme_vector_deinit(&expected);
    claims_close(&world);
}

/* An early record that comes between a snapshot and its question is not lost by what the snapshot
 * keeps for later ones. */
static void what_comes_early_beside_a_question_is_not_lost(void **state)
{
    claims_store world;
    steme_error error;
    steme_snapshot *snapshot;
    steme_vector vector;
    steme_vector expected;
    steme_stamp first = stamp_of(1, FUTURE_NS);
    steme_stamp second = stamp_of(2, FUTURE_NS + 1);
    (void)state;
    claims_open(&world);
    append_stamped(&world, &first);
    check_ok(steme_snapshot_open(world.store, &snapshot, &error), &error);
    append_stamped(&world, &second);
    check_ok(
        store_snapshot_vector(snapshot, STEME_VECTOR_OF_ASSERTIONS, FUTURE_NS + 5, &vector, &error),
        &error);
    assert_int_equal(vector.count, 1);
    steme_vector_deinit(&vector);
    steme_snapshot_close(snapshot);
    steme_vector_init(&expected);
    check_ok(steme_vector_advance(&expected, &first, &error), &error);
    check_ok(steme_vector_advance(&expected, &second, &error), &error);
    check_vector(&world, FUTURE_NS + 5, &expected);
    steme_vector_deinit(&expected);
    claims_close(&world);
}

/* Takes the vectors out of the index's attachment, as a version before them wrote it. */
static void remove_vectors(claims_store *world)
{
    enum { COUNTS_SIZE = 48 };
    steme_error error;
    index_handle *index;
    index_view *view;
    store_vectors *vectors;
    size_t size;
    index_options options = {.is_writer = true};
    store_row_layout layout = world->store->layout;
    char directory[LIMIT_PATH_SIZE];
    uint8_t store_id[16];
    memcpy(directory, world->store->index_directory, sizeof directory);
    memcpy(store_id, world->store->store_id, sizeof store_id);
    steme_store_close(world->store);
    world->store = NULL;
    check_ok(index_open(&index_runs, directory, layout.tables, layout.table_count, store_id,
                        &options, &index, &error),
             &error);
    check_ok(index_view_acquire(index, &view, &error), &error);
    steme_span whole = view->attachment;
    steme_span behind = {whole.bytes + COUNTS_SIZE, whole.size - COUNTS_SIZE};
    check_ok(store_vectors_decode(behind, &vectors, &size, &error), &error);
    store_vectors_release(vectors);
    uint8_t *old = malloc(whole.size - size);
    assert_non_null(old);
    memcpy(old, whole.bytes, COUNTS_SIZE);
    memcpy(old + COUNTS_SIZE, behind.bytes + size, behind.size - size);
    steme_span old_span = {old, whole.size - size};
    index_attachment attachment = index_attachment_of(&old_span);
    index_batch nothing = {0};
    check_ok(
        index_apply(index, &nothing, view->log_position, view->record_count, &attachment, &error),
        &error);
    index_view_release(view);
    index_close(index);
    free(old);
}

static void an_index_without_vectors_is_made_anew(void **state)
{
    claims_store world;
    steme_error error;
    steme_vector expected;
    steme_stamp stamp = stamp_of(3, CLAIMS_TIME_NS);
    steme_store *reader;
    steme_store_options few = {.tail_record_count = 1};
    steme_store_options reading = {.is_read_only = 1};
    (void)state;
    claims_open(&world);
    steme_store_close(world.store);
    check_ok(steme_store_open(world.directory, &few, &world.store, &error), &error);
    for (uint64_t i = 0; i < 8; i++) { /* so that some are in the index */
        stamp.time_ns++;
        append_stamped(&world, &stamp);
    }
    steme_vector_init(&expected);
    check_ok(steme_vector_advance(&expected, &stamp, &error), &error);
    remove_vectors(&world);
    assert_int_equal(steme_store_open(world.directory, &reading, &reader, &error), STEME_CORRUPT);
    assert_non_null(strstr(error.message, "steme rebuild"));
    check_ok(steme_store_open(world.directory, NULL, &world.store, &error), &error);
    assert_non_null(steme_store_notice(world.store));
    check_vector(&world, CLAIMS_TIME_NS, &expected);
    claims_reopen(&world);
    assert_null(steme_store_notice(world.store));
    check_vector(&world, CLAIMS_TIME_NS, &expected);
    steme_vector_deinit(&expected);
    claims_close(&world);
}

static void the_public_call_asks_by_the_clock(void **state)
{
    claims_store world;
    steme_error error;
    steme_snapshot *snapshot;
    steme_vector vector;
    steme_stamp stamp;
    steme_stamp found;
    steme_stamp early = stamp_of(9, FUTURE_NS);
    (void)state;
    claims_open(&world);
    check_ok(steme_store_next_stamp(world.store, &stamp, &error), &error);
    append_stamped(&world, &stamp);
    append_stamped(&world, &early);
    check_ok(steme_snapshot_open(world.store, &snapshot, &error), &error);
    check_ok(steme_snapshot_vector(snapshot, STEME_VECTOR_OF_ASSERTIONS, &vector, &error), &error);
    assert_int_equal(vector.count, 1);
    assert_true(steme_vector_find(&vector, stamp.node, &found));
    assert_int_equal(steme_stamp_compare(&stamp, &found), 0);
    steme_vector_deinit(&vector);
    assert_int_equal(steme_snapshot_vector(snapshot, (steme_vector_kind)2, &vector, &error),
                     STEME_INVALID);
    steme_snapshot_close(snapshot);
    claims_close(&world);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(what_is_encoded_decodes_to_itself),
    cmocka_unit_test(bytes_that_are_no_vectors_are_refused),
    cmocka_unit_test(readers_of_shared_vectors_see_no_change),
    cmocka_unit_test(a_store_keeps_the_greatest_of_more_nodes_than_a_vector_has),
    cmocka_unit_test(stamps_ahead_of_their_time_are_taken_when_it_comes_and_looked_at_once),
    cmocka_unit_test(what_comes_early_beside_a_question_is_not_lost),
    cmocka_unit_test(an_index_without_vectors_is_made_anew),
    cmocka_unit_test(the_public_call_asks_by_the_clock),
};

TEST_MAIN(tests)
