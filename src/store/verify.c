/* steme_store_verify: everything again, from the bytes. Log and index are held against each other
 * both ways: every row that a record stands for must be found, and the rows of the index must sum
 * up (a keyed hash of each, added) to those of the log.
 *
 * The sums leave out the positions of entries whose rows the log does not tell: damaged and purged
 * ones, which may have been whole when they were indexed, and copies that healed one. Their row in
 * the table of ids is looked for. */
#include "base/bytes.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"
#include "store/state.h"

#include <stdarg.h>
#include <stdio.h>

enum {
    CHUNK_ENTRY_COUNT = 512,
    PART_ENTRY_COUNT = 16,
    FAULT_SIZE = 256,
    ROWS_BETWEEN_LOOKS = 100000,
};

typedef struct verify_entry {
    log_entry entry;
    uint64_t signature_count;
    uint64_t sums[STORE_TABLE_COUNT]; /* of the rows in the store's own tables */
    bool is_copy;                     /* the id has an earlier position */
    bool is_left_out;                 /* of the sums */
    char fault[FAULT_SIZE];           /* the first one; "" = none */
    char unread[FAULT_SIZE];          /* why the index could not be looked into; "" = it could */
} verify_entry;

typedef struct verify_run {
    steme_store *store;
    steme_snapshot *snapshot;
    index_reading indexed; /* the index without the tails: these were derived just now */
    store_pool *pool;
    steme_fault_visit visit_fault;
    steme_progress_visit visit_progress;
    void *context;
    steme_verify_report report;
    uint64_t sums[STORE_TABLE_COUNT];
    char unread[FAULT_SIZE]; /* of the first entry that has one */
    uint64_t index_fault_count;
    uint64_t *left_out; /* positions, ascending */
    size_t left_out_count;
    size_t left_out_capacity;
    uint64_t entry_count; /* in `entries` */
    verify_entry entries[CHUNK_ENTRY_COUNT];
    store_row_sink sinks[CHUNK_ENTRY_COUNT / PART_ENTRY_COUNT];
} verify_run;

static void STEME_PRINTF(2, 3) report_fault(verify_run *run, const char *format, ...)
{
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    run->report.fault_count++;
    run->visit_fault(run->context, text);
}

/* How far it is; STEME_CANCELLED where it is to be given up. */
static steme_status tell(const verify_run *run, steme_error *error)
{
    if (run->visit_progress == NULL || run->visit_progress(run->context, run->report.record_count,
                                                           run->snapshot->counts.record_count) == 0)
        return STEME_OK;
    return base_fail(error, STEME_CANCELLED, "verify: cancelled");
}

static void STEME_PRINTF(2, 3) set_fault(verify_entry *checked, const char *format, ...)
{
    va_list arguments;
    if (checked->fault[0] != '\0')
        return;
    va_start(arguments, format);
    vsnprintf(checked->fault, sizeof checked->fault, format, arguments);
    va_end(arguments);
}

/* A bad page is a fault of the index, told once and not for each record behind it. */
static void set_failure(verify_entry *checked, const steme_error *failure)
{
    if (failure->status == STEME_CORRUPT)
        snprintf(checked->unread, sizeof checked->unread, "%.*s", FAULT_SIZE - 1, failure->message);
    else
        set_fault(checked, "%s", failure->message);
}

/* ---- One entry, on a thread of the pool --------------------------------------------------- */

static uint64_t row_hash(const store_row_layout *layout, uint32_t table, const uint8_t *row)
{
    return base_siphash(layout->hash_key, row, layout->tables[table].row_size);
}

/* Whether the tables have `row`, or where it may have been dropped, one that stands before it. */
static steme_status find_row(const verify_run *run, uint32_t table, const uint8_t *row,
                             bool *out_is_found, steme_error *error)
{
    const index_table *shape = &run->store->layout.tables[table];
    uint8_t found[INDEX_ROW_SIZE_MAX];
    steme_span whole = {row, shape->row_size};
    steme_status status = index_probe(&run->indexed, table, whole, found, out_is_found, error);
    if (status != STEME_OK || *out_is_found || shape->reduce_size == 0)
        return status;
    index_cursor cursor;
    const uint8_t *next;
    index_range range = {{row, (size_t)shape->reduce_size + shape->reduce_order_size},
                         {row, shape->reduce_size}};
    status = index_cursor_open(&cursor, &run->indexed, table, &range, error);
    if (status != STEME_OK)
        return status;
    status = index_cursor_next(&cursor, &next, error);
    *out_is_found = status == STEME_OK && next != NULL;
    index_cursor_close(&cursor);
    return status;
}

/* Equal rows of one record are one row: two ids in a list may share their first 8 bytes. */
static bool is_repeated(store_row_sink *sink, size_t before, uint32_t table, const uint8_t *row)
{
    size_t offset = 0;
    while (offset < before) {
        uint32_t other = sink->bytes[offset];
        size_t size = sink->tables[other].row_size;
        if (other == table && memcmp(sink->bytes + offset + 1, row, size) == 0)
            return true;
        offset += 1 + size;
    }
    return false;
}

static void check_rows(const verify_run *run, verify_entry *checked, store_row_sink *sink,
                       uint32_t *out_missing_table)
{
    size_t offset = 0;
    size_t before = 0;
    uint32_t table;
    uint8_t *row;
    *out_missing_table = UINT32_MAX;
    while (store_rows_next(sink, &offset, sink->size, checked->entry.position, &table, &row)) {
        steme_error error;
        bool is_found;
        if (table < STORE_TABLE_COUNT && !is_repeated(sink, before, table, row))
            checked->sums[table] += row_hash(&run->store->layout, table, row);
        before = offset;
        if (find_row(run, table, row, &is_found, &error) != STEME_OK)
            set_failure(checked, &error);
        else if (!is_found)
            *out_missing_table = table;
    }
}

/* A fold's rows depend on whether the record came before its time, which a clock decided then to
 * within the time of a commit: either answer will do. */
static void check_record_rows(const verify_run *run, verify_entry *checked,
                              const steme_record *record, store_row_sink *sink)
{
    uint32_t missing = UINT32_MAX;
    bool is_future = store_is_future(&record->stamp, checked->entry.arrival_ns);
    for (int attempt = 0; attempt < 2; attempt++) {
        memset(checked->sums, 0, sizeof checked->sums);
        sink->size = 0;
        store_rows_extract(&run->store->layout, record, attempt == 0 ? is_future : !is_future,
                           sink);
        check_rows(run, checked, sink, &missing);
        if (missing < STORE_TABLE_COUNT || missing == UINT32_MAX)
            break;
    }
    if (missing != UINT32_MAX)
        set_fault(checked, "the index lacks a row in table %s",
                  run->store->layout.tables[missing].name);
}

/* Whether there are copies, and, of a damaged one, whether another is whole. */
static void check_copies(const verify_run *run, verify_entry *checked)
{
    const log_entry *entry = &checked->entry;
    const index_reading *reading = &run->snapshot->reading;
    steme_error error;
    store_held held = STORE_HELD_NOT;
    bool is_found;
    uint64_t position;
    steme_status status = store_reading_find(reading, &entry->id, &is_found, &position, &error);
    checked->is_copy = status == STEME_OK && is_found && position < entry->position;
    if (status == STEME_OK && entry->is_damaged)
        status = store_find_body(run->store->log, reading, &entry->id, &held, &position, &error);
    if (status == STEME_OK && held == STORE_HELD_DAMAGED)
        store_damaged_note(run->store, &entry->id);
    if (entry->is_damaged && (status != STEME_OK || held != STORE_HELD_WHOLE))
        set_fault(checked, "the record's bytes do not match their checksum");
    if (status != STEME_OK)
        set_failure(checked, &error);
}

static void check_entry(const verify_run *run, verify_entry *checked, store_row_sink *sink)
{
    const log_entry *entry = &checked->entry;
    steme_record record;
    steme_error error;
    uint32_t missing;
    checked->fault[0] = '\0';
    checked->unread[0] = '\0';
    checked->signature_count = 0;
    memset(checked->sums, 0, sizeof checked->sums);
    bool is_whole = entry->kind == LOG_ENTRY_RECORD && !entry->is_damaged;
    check_copies(run, checked);
    if (is_whole && steme_record_admit(entry->body, &record, &error) != STEME_OK) {
        set_fault(checked, "the record is not admissible: %s", error.message);
        is_whole = false;
    }
    if (is_whole && memcmp(&record.id, &entry->id, sizeof record.id) != 0)
        set_fault(checked, "the record's id is not the one that the log says");
    if (is_whole)
        checked->signature_count = record.signer_count;
    checked->is_left_out = !is_whole || checked->is_copy;
    if (entry->position >= run->snapshot->view->log_position)
        return;
    if (!checked->is_left_out) {
        check_record_rows(run, checked, &record, sink);
        return;
    }
    sink->size = 0;
    store_rows_extract_absent(&run->store->layout, &entry->id, sink);
    check_rows(run, checked, sink, &missing);
    memset(checked->sums, 0, sizeof checked->sums);
    if (missing != UINT32_MAX)
        set_fault(checked, "the index lacks its id");
}

static void check_part(void *context, uint32_t part)
{
    verify_run *run = context;
    uint64_t end = (uint64_t)(part + 1) * PART_ENTRY_COUNT;
    for (uint64_t i = (uint64_t)part * PART_ENTRY_COUNT; i < end && i < run->entry_count; i++)
        check_entry(run, &run->entries[i], &run->sinks[part]);
}

/* ---- The log ------------------------------------------------------------------------------ */

static steme_status leave_out(verify_run *run, uint64_t position, steme_error *error)
{
    if (run->left_out_count == run->left_out_capacity) {
        size_t capacity = run->left_out_capacity * 2 + 64;
        uint64_t *grown = base_realloc(run->left_out, capacity * sizeof *grown);
        if (grown == NULL)
            return base_fail(error, STEME_NO_MEMORY, "verify: out of memory");
        run->left_out = grown;
        run->left_out_capacity = capacity;
    }
    run->left_out[run->left_out_count++] = position;
    return STEME_OK;
}

static bool is_left_out(const verify_run *run, uint64_t position)
{
    size_t low = 0;
    for (size_t count = run->left_out_count; count > 0;) {
        size_t half = count / 2;
        bool is_below = run->left_out[low + half] < position;
        low = is_below ? low + half + 1 : low;
        count = is_below ? count - half - 1 : half;
    }
    return low < run->left_out_count && run->left_out[low] == position;
}

static steme_status check_chunk(verify_run *run, steme_error *error)
{
    uint32_t part_count = (uint32_t)((run->entry_count + PART_ENTRY_COUNT - 1) / PART_ENTRY_COUNT);
    store_pool_run(run->pool, check_part, run, part_count);
    for (uint64_t i = 0; i < run->entry_count; i++) {
        verify_entry *checked = &run->entries[i];
        for (uint32_t table = 0; table < STORE_TABLE_COUNT; table++)
            run->sums[table] += checked->sums[table];
        run->report.record_count += !checked->is_copy;
        run->report.signature_count += checked->signature_count;
        if (checked->is_left_out) {
            steme_status status = leave_out(run, checked->entry.position, error);
            if (status != STEME_OK)
                return status;
        }
        if (run->unread[0] == '\0')
            memcpy(run->unread, checked->unread, sizeof run->unread);
        if (checked->fault[0] == '\0')
            continue;
        char digits[2 * STEME_ID_SIZE + 1];
        base_hex_encode(checked->entry.id.bytes, STEME_ID_SIZE, digits);
        report_fault(run, "log segment %llu, byte %llu, record %s: %s",
                     (unsigned long long)(checked->entry.position >> 32),
                     (unsigned long long)(checked->entry.position & UINT32_MAX), digits,
                     checked->fault);
    }
    run->entry_count = 0;
    return STEME_OK;
}

static steme_status check_log(verify_run *run, steme_error *error)
{
    log_scan scan;
    steme_status status = STEME_OK;
    uint64_t hole_count = 0;
    uint64_t hole_size = 0;
    log_scan_init(&scan, run->store->log, 0, NULL, run->snapshot->log_end);
    while (status == STEME_OK && log_scan_next(&scan, &run->entries[run->entry_count].entry)) {
        if (scan.hole_count != hole_count) {
            report_fault(run, "log segment %llu, byte %llu: %llu bytes cannot be read",
                         (unsigned long long)(scan.hole_position >> 32),
                         (unsigned long long)(scan.hole_position & UINT32_MAX),
                         (unsigned long long)(scan.hole_size - hole_size));
            hole_count = scan.hole_count;
            hole_size = scan.hole_size;
        }
        if (++run->entry_count < CHUNK_ENTRY_COUNT)
            continue;
        status = check_chunk(run, error);
        if (status == STEME_OK)
            status = tell(run, error);
    }
    if (status == STEME_OK)
        status = check_chunk(run, error);
    if (scan.hole_count != hole_count)
        report_fault(run, "log segment %llu, byte %llu: %llu bytes cannot be read",
                     (unsigned long long)(scan.hole_position >> 32),
                     (unsigned long long)(scan.hole_position & UINT32_MAX),
                     (unsigned long long)(scan.hole_size - hole_size));
    return status;
}

/* ---- The index and the trie --------------------------------------------------------------- */

static steme_status visit_index_fault(void *context, const index_fault *fault)
{
    verify_run *run = context;
    run->index_fault_count++;
    report_fault(run, "index file %s, page %llu: %s", fault->file, (unsigned long long)fault->page,
                 fault->message);
    return STEME_OK;
}

static steme_status check_index(verify_run *run, steme_error *error)
{
    steme_status status = index_check(run->snapshot->view, visit_index_fault, run, error);
    if (status == STEME_OK && run->unread[0] != '\0' && run->index_fault_count == 0)
        report_fault(run, "index: %s", run->unread);
    return status;
}

/* Whether a failure is one of the faults of the index that are told already. */
static bool is_told(const verify_run *run, const steme_error *failure)
{
    return failure->status == STEME_CORRUPT && run->index_fault_count > 0;
}

static steme_status sum_table(verify_run *run, uint32_t table, uint64_t *out_sum,
                              steme_error *error)
{
    index_cursor cursor;
    index_range all = {{NULL, 0}, {NULL, 0}};
    const uint8_t *row;
    uint64_t sum = 0;
    steme_status status = index_cursor_open(&cursor, &run->indexed, table, &all, error);
    if (status != STEME_OK)
        return status;
    while ((status = index_cursor_next(&cursor, &row, error)) == STEME_OK && row != NULL) {
        if (!is_left_out(run, store_row_position(row, run->store->layout.tables[table].row_size)))
            sum += row_hash(&run->store->layout, table, row);
        if (++run->report.index_row_count % ROWS_BETWEEN_LOOKS == 0 &&
            (status = tell(run, error)) != STEME_OK)
            break;
    }
    index_cursor_close(&cursor);
    *out_sum = sum;
    return status;
}

/* Terms stand for many records each, so they have no sum. */
static steme_status check_sums(verify_run *run, steme_error *error)
{
    for (uint32_t table = 0; table < STORE_TABLE_TERM; table++) {
        steme_error failure;
        uint64_t sum;
        steme_status status = sum_table(run, table, &sum, &failure);
        if (status == STEME_CANCELLED)
            return base_fail(error, status, "%s", failure.message);
        bool is_summed = status == STEME_OK;
        if (!is_summed && !is_told(run, &failure))
            report_fault(run, "index: %s", failure.message);
        else if (is_summed && sum != run->sums[table])
            report_fault(run, "index table %s: its rows are not those of the log",
                         store_tables[table].name);
    }
    return tell(run, error);
}

static void check_trie(verify_run *run)
{
    steme_error error;
    store_id_source source;
    merkle_crown built;
    steme_id root;
    uint64_t count;
    if (steme_snapshot_root(run->snapshot, &root, &count, &error) != STEME_OK) {
        if (!is_told(run, &error))
            report_fault(run, "trie: %s", error.message);
        return;
    }
    if (count != run->report.record_count)
        report_fault(run, "trie: %llu ids, but %llu records in the log", (unsigned long long)count,
                     (unsigned long long)run->report.record_count);
    merkle_source ids = store_id_source_init(&source, &run->snapshot->reading);
    steme_status status = merkle_crown_build(ids, count, &built, &error);
    store_id_source_deinit(&source);
    if (status != STEME_OK) {
        if (!is_told(run, &error))
            report_fault(run, "trie: %s", error.message);
        return;
    }
    steme_id built_root = merkle_crown_root(&built);
    if (memcmp(&built_root, &root, sizeof root) != 0)
        report_fault(run, "trie: the root is not that of the ids in the index");
    merkle_crown_deinit(&built);
}

steme_status steme_store_verify(steme_store *store, steme_fault_visit visit_fault,
                                steme_progress_visit visit_progress, void *context,
                                steme_verify_report *out_report, steme_error *error)
{
    verify_run *run = base_alloc_zero(1, sizeof *run);
    if (run == NULL)
        return base_fail(error, STEME_NO_MEMORY, "verify: out of memory");
    run->store = store;
    run->visit_fault = visit_fault;
    run->visit_progress = visit_progress;
    run->context = context;
    steme_status status = store_pool_new(0, &run->pool, error);
    if (status == STEME_OK)
        status = steme_snapshot_open(store, &run->snapshot, error);
    if (status == STEME_OK) {
        run->indexed.view = run->snapshot->view;
        status = check_log(run, error);
    }
    if (status == STEME_OK)
        status = check_index(run, error);
    if (status == STEME_OK)
        status = check_sums(run, error);
    if (status == STEME_OK) {
        check_trie(run);
        *out_report = run->report;
    }
    steme_snapshot_close(run->snapshot);
    store_pool_free(run->pool);
    for (uint32_t i = 0; i < CHUNK_ENTRY_COUNT / PART_ENTRY_COUNT; i++)
        store_row_sink_deinit(&run->sinks[i]);
    base_free(run->left_out);
    base_free(run);
    return status;
}
