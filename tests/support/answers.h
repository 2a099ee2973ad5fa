/* answers.h -- all that a store answers, to be held against what it answered before. */
#ifndef SUPPORT_ANSWERS_H
#define SUPPORT_ANSWERS_H

#include "base/hash.h"
#include "store/store.h"
#include "support/quick_record.h"
#include "support/set_check.h"

enum { ANSWER_TABLE_COUNT = STORE_TABLE_COUNT + 3 }; /* the folds' too */

typedef struct answers {
    steme_id root;
    uint64_t count;
    uint64_t row_counts[ANSWER_TABLE_COUNT];
    steme_id rows[ANSWER_TABLE_COUNT]; /* hash of all rows, in order */
} answers;

static inline steme_status answers_scan(steme_snapshot *snapshot, uint32_t table,
                                        uint64_t *out_count, steme_id *out_hash, steme_error *error)
{
    index_cursor cursor;
    index_range all = {{NULL, 0}, {NULL, 0}};
    const index_reading *reading = store_snapshot_reading(snapshot);
    size_t row_size = reading->view->index->tables[table].row_size;
    base_blake3_stream stream;
    const uint8_t *row;
    uint64_t count = 0;
    steme_status status = index_cursor_open(&cursor, reading, table, &all, error);
    if (status != STEME_OK)
        return status;
    base_blake3_init(&stream);
    while ((status = index_cursor_next(&cursor, &row, error)) == STEME_OK && row != NULL) {
        base_blake3_update(&stream, row, row_size);
        count++;
    }
    index_cursor_close(&cursor);
    *out_hash = base_blake3_final(&stream);
    *out_count = count;
    return status;
}

/* All rows and the root; the store must be whole. */
static inline void answers_take(steme_store *store, answers *out)
{
    steme_error error;
    steme_snapshot *snapshot;
    memset(out, 0, sizeof *out);
    check_ok(steme_snapshot_open(store, &snapshot, &error), &error);
    for (uint32_t table = 0; table < ANSWER_TABLE_COUNT; table++)
        check_ok(answers_scan(snapshot, table, &out->row_counts[table], &out->rows[table], &error),
                 &error);
    check_ok(steme_snapshot_root(snapshot, &out->root, &out->count, &error), &error);
    steme_snapshot_close(snapshot);
}

static inline void answers_assert_equal(const answers *left, const answers *right)
{
    assert_int_equal(left->count, right->count);
    assert_memory_equal(&left->root, &right->root, sizeof left->root);
    for (uint32_t table = 0; table < ANSWER_TABLE_COUNT; table++) {
        assert_int_equal(left->row_counts[table], right->row_counts[table]);
        assert_memory_equal(&left->rows[table], &right->rows[table], sizeof left->rows[table]);
    }
}

/* Asks a store that may be damaged: each answer is an error or the one expected. Gives the number
 * of errors. */
static inline uint64_t answers_ask(steme_store *store, const answers *expected)
{
    steme_error error;
    steme_snapshot *snapshot;
    steme_id hash;
    uint64_t count;
    uint64_t error_count = 0;
    if (steme_snapshot_open(store, &snapshot, &error) != STEME_OK)
        return 1;
    for (uint32_t table = 0; table < ANSWER_TABLE_COUNT; table++) {
        if (answers_scan(snapshot, table, &count, &hash, &error) != STEME_OK) {
            error_count++;
            continue;
        }
        assert_int_equal(count, expected->row_counts[table]);
        assert_memory_equal(&hash, &expected->rows[table], sizeof hash);
    }
    if (steme_snapshot_root(snapshot, &hash, &count, &error) == STEME_OK) {
        assert_int_equal(count, expected->count);
        assert_memory_equal(&hash, &expected->root, sizeof hash);
    } else {
        error_count++;
    }
    steme_snapshot_close(snapshot);
    return error_count;
}

/* Gets each record: its very bytes, or an error. Gives the number of errors. */
static inline uint64_t answers_get_all(steme_store *store, const quick_record *records,
                                       size_t record_count)
{
    steme_error error;
    steme_snapshot *snapshot;
    uint64_t error_count = 0;
    check_ok(steme_snapshot_open(store, &snapshot, &error), &error);
    for (size_t i = 0; i < record_count; i++) {
        steme_record record;
        steme_status status = steme_snapshot_get(snapshot, &records[i].id, &record, &error);
        if (status != STEME_OK) {
            error_count++;
            continue;
        }
        assert_int_equal(record.bytes.size, records[i].size);
        assert_memory_equal(record.bytes.bytes, records[i].bytes, records[i].size);
    }
    steme_snapshot_close(snapshot);
    return error_count;
}

#endif
