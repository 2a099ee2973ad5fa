/* Where the body of a record is: an id has one row, and a second where its first copy was damaged
 * and the record came again. */
#include "base/bytes.h"
#include "store/state.h"

store_held store_entry_held(const log_entry *entry)
{
    if (entry->kind == LOG_ENTRY_ABSENT)
        return STORE_HELD_PURGED;
    return entry->is_damaged ? STORE_HELD_DAMAGED : STORE_HELD_WHOLE;
}

/* How the copy at a position is. What does not even say whose it is, is damaged. */
static store_held copy_held(const log_journal *log, uint64_t position, const steme_id *id)
{
    log_entry entry;
    if (log_read(log, position, &entry, NULL) != STEME_OK || memcmp(&entry.id, id, sizeof *id) != 0)
        return STORE_HELD_DAMAGED;
    return store_entry_held(&entry);
}

/* The newest copy that is whole; else purged, where one is. */
static steme_status find_other(const log_journal *log, const index_reading *reading,
                               const steme_id *id, store_held *out_held, uint64_t *out_position,
                               steme_error *error)
{
    index_cursor cursor;
    index_range range = {{id->bytes, STEME_ID_SIZE}, {id->bytes, STEME_ID_SIZE}};
    const uint8_t *row;
    steme_status status = index_cursor_open(&cursor, reading, STORE_TABLE_ID, &range, error);
    if (status != STEME_OK)
        return status;
    while ((status = index_cursor_next(&cursor, &row, error)) == STEME_OK && row != NULL) {
        uint64_t position = store_row_position(row, store_tables[STORE_TABLE_ID].row_size);
        store_held held = copy_held(log, position, id);
        if (held == STORE_HELD_WHOLE ||
            (held == STORE_HELD_PURGED && *out_held == STORE_HELD_DAMAGED)) {
            *out_held = held;
            *out_position = position;
        }
    }
    index_cursor_close(&cursor);
    return status;
}

steme_status store_find_body(const log_journal *log, const index_reading *reading,
                             const steme_id *id, store_held *out_held, uint64_t *out_position,
                             steme_error *error)
{
    bool is_found;
    *out_held = STORE_HELD_NOT;
    steme_status status = store_reading_find(reading, id, &is_found, out_position, error);
    if (status != STEME_OK || !is_found)
        return status;
    *out_held = copy_held(log, *out_position, id);
    if (*out_held != STORE_HELD_DAMAGED)
        return STEME_OK;
    return find_other(log, reading, id, out_held, out_position, error);
}

static bool is_readable(const log_journal *log, uint64_t position)
{
    log_entry entry;
    return log_read(log, position, &entry, NULL) == STEME_OK;
}

steme_status store_find_rows(const log_journal *log, const index_reading *reading,
                             const steme_record *record, store_rows_held *out_rows,
                             steme_error *error)
{
    index_cursor cursor;
    index_range range = {{record->id.bytes, STEME_ID_SIZE}, {record->id.bytes, STEME_ID_SIZE}};
    const uint8_t *row;
    *out_rows = STORE_ROWS_NONE;
    steme_status status = index_cursor_open(&cursor, reading, STORE_TABLE_ID, &range, error);
    if (status != STEME_OK)
        return status;
    while (*out_rows != STORE_ROWS_KEPT &&
           (status = index_cursor_next(&cursor, &row, error)) == STEME_OK && row != NULL) {
        uint64_t position = store_row_position(row, store_tables[STORE_TABLE_ID].row_size);
        uint8_t stamp_row[16];
        uint8_t found[16];
        bool is_found;
        base_put_u64be(stamp_row, record->stamp.time_ns);
        memcpy(stamp_row + 8, row + STEME_ID_SIZE, 8);
        status = index_probe(reading, STORE_TABLE_STAMP, (steme_span){stamp_row, 16}, found,
                             &is_found, error);
        if (status != STEME_OK)
            break;
        if (is_found)
            *out_rows = is_readable(log, position) ? STORE_ROWS_KEPT : STORE_ROWS_LOST;
    }
    index_cursor_close(&cursor);
    return status;
}
