/* Walks over all records in the order of arrival, which is the log's.
 *
 * A cursor names the frame and the entry of the record that was given last (base/cursor.h):
 *
 *   offset  size  of the content
 *        0     8  position where that frame begins, or a hole before it
 *        8     8  position of the entry
 *       16    32  its id */
#include "base/bytes.h"
#include "base/cursor.h"
#include "base/error.h"
#include "base/memory.h"
#include "store/state.h"

#include <string.h>

enum { CURSOR_SIZE = 16 + STEME_ID_SIZE };

/* A record and where it is. */
typedef struct walk_place {
    uint64_t frame_position;
    uint64_t position;
    uint64_t arrival_ns;
    steme_record record;
} walk_place;

struct steme_walk {
    steme_snapshot *snapshot;
    log_scan scan;
    uint64_t frame_position; /* of the frame that the scan is in */
    uint64_t limit;          /* 0 = none */
    uint64_t given_count;
    uint64_t absent_count;
    bool has_looked; /* for the next record: it is `ahead`, where is_found */
    bool is_found;
    walk_place ahead;
    uint64_t absent_ahead; /* passed over before it */
    walk_place last;       /* given last */
    char cursor[STEME_CURSOR_SIZE_MAX];
};

/* ---- Entries ------------------------------------------------------------------------------ */

static bool next_entry(steme_walk *walk, log_entry *out_entry)
{
    if (log_scan_is_between_frames(&walk->scan))
        walk->frame_position = walk->scan.position;
    return log_scan_next(&walk->scan, out_entry);
}

/* Another copy of it may be whole, and is given in its place. */
static steme_status count_absent(const steme_snapshot *snapshot, const steme_id *id,
                                 uint64_t *count, steme_error *error)
{
    store_held held;
    uint64_t position;
    steme_status status =
        store_find_body(snapshot->store->log, &snapshot->reading, id, &held, &position, error);
    if (status == STEME_OK && held != STORE_HELD_WHOLE)
        (*count)++;
    return status;
}

static steme_status look_ahead(steme_walk *walk, steme_error *error)
{
    log_entry entry;
    if (walk->has_looked)
        return STEME_OK;
    walk->is_found = false;
    while (!walk->is_found && next_entry(walk, &entry)) {
        steme_status status = STEME_OK;
        if (entry.kind == LOG_ENTRY_ABSENT || entry.is_damaged) {
            status = count_absent(walk->snapshot, &entry.id, &walk->absent_ahead, error);
        } else {
            status = store_entry_record(&entry, &walk->ahead.record, error);
            walk->is_found = status == STEME_OK;
        }
        if (status != STEME_OK)
            return status;
    }
    if (walk->is_found) {
        walk->ahead.frame_position = walk->frame_position;
        walk->ahead.position = entry.position;
        walk->ahead.arrival_ns = entry.arrival_ns;
    }
    walk->has_looked = true;
    return STEME_OK;
}

/* ---- Cursors ------------------------------------------------------------------------------ */

static steme_status fail_foreign(steme_error *error)
{
    return base_fail(error, STEME_INVALID,
                     "cursor: damaged, or of another store; begin without one");
}

/* Has the scan go on behind the entry that the cursor names, if it is there. */
static steme_status follow(steme_walk *walk, steme_span text, steme_error *error)
{
    base_cursor cursor;
    log_entry entry;
    if (!base_cursor_read(text, BASE_CURSOR_WALK, &cursor) || cursor.content_size != CURSOR_SIZE ||
        !base_cursor_is_of(&cursor, store_snapshot_hash_key(walk->snapshot)))
        return fail_foreign(error);
    uint64_t position = base_get_u64be(cursor.content + 8);
    uint64_t frame_position = base_get_u64be(cursor.content);
    if (frame_position == 0 || frame_position > position || position >= walk->snapshot->log_end)
        return fail_foreign(error);
    log_scan_init(&walk->scan, walk->snapshot->store->log, frame_position, NULL,
                  walk->snapshot->log_end);
    while (next_entry(walk, &entry) && entry.position <= position)
        if (entry.position == position)
            return memcmp(entry.id.bytes, cursor.content + 16, STEME_ID_SIZE) == 0
                       ? STEME_OK
                       : fail_foreign(error);
    return fail_foreign(error);
}

steme_status steme_walk_cursor(steme_walk *walk, const char **out_cursor, steme_error *error)
{
    base_cursor cursor = {.kind = BASE_CURSOR_WALK, .content_size = CURSOR_SIZE};
    if (walk->given_count == 0)
        return base_fail(error, STEME_INVALID, "walk: nothing was given yet");
    steme_status status = look_ahead(walk, error);
    if (status != STEME_OK)
        return status;
    *out_cursor = NULL;
    if (walk->is_found) {
        base_put_u64be(cursor.content, walk->last.frame_position);
        base_put_u64be(cursor.content + 8, walk->last.position);
        memcpy(cursor.content + 16, walk->last.record.id.bytes, STEME_ID_SIZE);
        base_cursor_write(&cursor, store_snapshot_hash_key(walk->snapshot), walk->cursor);
        *out_cursor = walk->cursor;
    }
    return STEME_OK;
}

/* ---- Walking ------------------------------------------------------------------------------ */

steme_status steme_walk_open(steme_snapshot *snapshot, steme_span cursor, uint64_t limit,
                             steme_walk **out_walk, steme_error *error)
{
    steme_walk *walk = base_alloc_zero(1, sizeof *walk);
    if (walk == NULL)
        return base_fail(error, STEME_NO_MEMORY, "walk: out of memory");
    walk->snapshot = snapshot;
    walk->limit = limit;
    log_scan_init(&walk->scan, snapshot->store->log, 0, NULL, snapshot->log_end);
    steme_status status = cursor.size == 0 ? STEME_OK : follow(walk, cursor, error);
    if (status != STEME_OK) {
        base_free(walk);
        return status;
    }
    *out_walk = walk;
    return STEME_OK;
}

void steme_walk_close(steme_walk *walk)
{
    base_free(walk);
}

steme_status steme_walk_next(steme_walk *walk, const steme_record **out_record,
                             uint64_t *out_arrival_ns, steme_error *error)
{
    *out_record = NULL;
    if (walk->limit != 0 && walk->given_count == walk->limit)
        return STEME_OK;
    steme_status status = look_ahead(walk, error);
    if (status != STEME_OK)
        return status;
    walk->absent_count += walk->absent_ahead;
    walk->absent_ahead = 0;
    if (!walk->is_found)
        return STEME_OK;
    walk->has_looked = false;
    walk->given_count++;
    walk->last = walk->ahead;
    *out_record = &walk->last.record;
    if (out_arrival_ns != NULL)
        *out_arrival_ns = walk->last.arrival_ns;
    return STEME_OK;
}

uint64_t steme_walk_absent_count(const steme_walk *walk)
{
    /* What lies behind the last record belongs to the walk that ends there. */
    bool is_end = walk->has_looked && !walk->is_found;
    return walk->absent_count + (is_end ? walk->absent_ahead : 0);
}

steme_status steme_snapshot_visit(steme_snapshot *snapshot, steme_record_visit visit, void *context,
                                  uint64_t *out_absent_count, steme_error *error)
{
    steme_walk *walk;
    const steme_record *record;
    uint64_t arrival_ns;
    steme_status status = steme_walk_open(snapshot, (steme_span){0}, 0, &walk, error);
    if (status != STEME_OK)
        return status;
    for (;;) {
        status = steme_walk_next(walk, &record, &arrival_ns, error);
        if (status != STEME_OK || record == NULL)
            break;
        status = visit(context, record, arrival_ns, error);
        if (status != STEME_OK)
            break;
    }
    if (status == STEME_OK && out_absent_count != NULL)
        *out_absent_count = steme_walk_absent_count(walk);
    steme_walk_close(walk);
    return status;
}
