/* Merging the ordered streams of a view and of the tails into one.
 *
 * Each source shows a window of rows in memory; a binary heap, keyed by the first 8 bytes, finds
 * the source with the least row. A window costs one call of the engine, a row none. */
#include "base/error.h"
#include "base/memory.h"
#include "index/index_tail.h"
#include "index/row.h"

#include <assert.h>
#include <string.h>

enum { SOURCE_OF_ENGINE = 0, SOURCE_OF_TAIL = 1 };
enum { TAIL_STATE_IS_ALL, TAIL_STATE_SIZE }; /* what a tail's source keeps in `state` */

typedef struct index_cursor_entry cursor_entry;

static bool cursor_grow(index_cursor *cursor)
{
    uint32_t count_max = cursor->source_count_max * 4;
    index_source *sources = base_alloc(count_max * sizeof *sources);
    cursor_entry *heap = base_alloc(count_max * sizeof *heap);
    if (sources == NULL || heap == NULL) {
        base_free(sources);
        base_free(heap);
        return false;
    }
    memcpy(sources, cursor->sources, cursor->source_count * sizeof *sources);
    if (cursor->sources != cursor->inline_sources) {
        base_free(cursor->sources);
        base_free(cursor->heap);
    }
    cursor->sources = sources;
    cursor->heap = heap; /* empty until all sources are there */
    cursor->source_count_max = count_max;
    return true;
}

index_source *index_cursor_add_source(index_cursor *cursor)
{
    if (cursor->source_count == cursor->source_count_max && !cursor_grow(cursor))
        return NULL;
    index_source *source = &cursor->sources[cursor->source_count++];
    *source = (index_source){0};
    return source;
}

bool index_cursor_is_above(const index_cursor *cursor, const uint8_t *row)
{
    return memcmp(row, cursor->upper, cursor->upper_size) > 0;
}

bool index_cursor_is_below(const index_cursor *cursor, const uint8_t *row)
{
    return memcmp(row, cursor->lower, cursor->lower_size) < 0;
}

/* --- the heap --------------------------------------------------------------------------------- */

static bool entry_is_less(const index_cursor *cursor, cursor_entry left, cursor_entry right)
{
    if (left.key != right.key)
        return left.key < right.key;
    return memcmp(cursor->sources[left.source].row + 8, cursor->sources[right.source].row + 8,
                  cursor->row_size - 8u) < 0;
}

/* Lets `entry` sink from `at`, which is free, to its place. */
static void heap_sink(index_cursor *cursor, uint32_t at, cursor_entry entry)
{
    uint32_t count = cursor->heap_count;
    cursor_entry *heap = cursor->heap;
    for (uint32_t child; (child = 2 * at + 1) < count; at = child) {
        if (child + 1 < count && entry_is_less(cursor, heap[child + 1], heap[child]))
            child++;
        if (!entry_is_less(cursor, heap[child], entry))
            break;
        heap[at] = heap[child];
    }
    heap[at] = entry;
}

static void heap_build(index_cursor *cursor)
{
    cursor->heap_count = cursor->source_count;
    for (uint32_t i = 0; i < cursor->source_count; i++)
        cursor->heap[i] = (cursor_entry){index_row_key(cursor->sources[i].row), i};
    for (uint32_t i = cursor->heap_count / 2; i-- > 0;)
        heap_sink(cursor, i, cursor->heap[i]);
}

/* --- the tails -------------------------------------------------------------------------------- */

static steme_status tail_source_open(index_cursor *cursor, uint32_t which, steme_error *error)
{
    const index_tail *tail = cursor->reading->tails[which];
    const index_tail_mark *mark = &cursor->reading->marks[which];
    uint8_t *rows = cursor->inline_tail_rows[which];
    size_t count_max = (size_t)INDEX_CURSOR_TAIL_SIZE / cursor->row_size;
    size_t count;
    bool is_all;
    index_tail_collect(tail, mark, cursor, NULL, rows, count_max, &count, &is_all);
    if (count == 0)
        return STEME_OK;
    index_source *source = index_cursor_add_source(cursor);
    if (source == NULL)
        return base_fail(error, STEME_NO_MEMORY, "index: no memory for a scan");
    source->kind = SOURCE_OF_TAIL;
    source->owner = (void *)(uintptr_t)which;
    source->row = rows;
    source->end = rows + count * cursor->row_size;
    source->state[TAIL_STATE_IS_ALL] = is_all;
    source->state[TAIL_STATE_SIZE] = INDEX_CURSOR_TAIL_SIZE;
    return STEME_OK;
}

/* Fetches the rows after the window, 16 times as many as before: each fetch looks at the whole
 * tail, so there must be few. */
static steme_status tail_source_next(index_cursor *cursor, index_source *source, steme_error *error)
{
    uint32_t which = (uint32_t)(uintptr_t)source->owner;
    size_t row_size = cursor->row_size;
    uint8_t last[INDEX_ROW_SIZE_MAX];
    if (source->state[TAIL_STATE_IS_ALL]) {
        source->row = NULL;
        return STEME_OK;
    }
    memcpy(last, source->end - row_size, row_size);
    size_t left = cursor->reading->marks[which].counts[cursor->table] * row_size;
    size_t size = source->state[TAIL_STATE_SIZE] * 16;
    size = size < left ? size : left;
    uint8_t *rows = base_alloc(size);
    if (rows == NULL)
        return base_fail(error, STEME_NO_MEMORY, "index: no memory for a scan of new rows");
    base_free(cursor->tail_rows[which]);
    cursor->tail_rows[which] = rows;
    size_t count;
    bool is_all;
    index_tail_collect(cursor->reading->tails[which], &cursor->reading->marks[which], cursor, last,
                       rows, size / row_size, &count, &is_all);
    source->row = count == 0 ? NULL : rows;
    source->end = rows + count * row_size;
    source->state[TAIL_STATE_IS_ALL] = is_all;
    source->state[TAIL_STATE_SIZE] = size;
    return STEME_OK;
}

/* --- the cursor ------------------------------------------------------------------------------- */

static void cursor_set_bounds(index_cursor *cursor, const index_range *range)
{
    size_t row_size = cursor->row_size;
    size_t lower_size = range->lower.size < row_size ? range->lower.size : row_size;
    size_t upper_size = range->upper.size < row_size ? range->upper.size : row_size;
    if (lower_size > 0)
        memcpy(cursor->lower, range->lower.bytes, lower_size);
    if (upper_size > 0)
        memcpy(cursor->upper, range->upper.bytes, upper_size);
    size_t shared = 0;
    while (shared < lower_size && shared < upper_size &&
           cursor->lower[shared] == cursor->upper[shared])
        shared++;
    cursor->lower_size = (uint8_t)lower_size;
    cursor->upper_size = (uint8_t)upper_size;
    cursor->prefix_size = (uint8_t)shared;
}

static uint8_t reading_row_size(const index_reading *reading, uint32_t table)
{
    if (reading->view != NULL) {
        assert(table < reading->view->index->table_count);
        return reading->view->index->tables[table].row_size;
    }
    for (uint32_t i = 0; i < INDEX_TAIL_COUNT_MAX; i++)
        if (reading->tails[i] != NULL)
            return index_tail_row_size(reading->tails[i], table);
    return INDEX_ROW_SIZE_MIN; /* nothing to read */
}

steme_status index_cursor_open(index_cursor *cursor, const index_reading *reading, uint32_t table,
                               const index_range *range, steme_error *error)
{
    steme_status status = STEME_OK;
    cursor->reading = reading;
    cursor->table = table;
    cursor->row_size = reading_row_size(reading, table);
    cursor->has_row = false;
    cursor->source_count = 0;
    cursor->source_count_max = INDEX_CURSOR_SOURCE_COUNT;
    cursor->sources = cursor->inline_sources;
    cursor->heap = cursor->inline_heap;
    cursor->heap_count = 0;
    cursor_set_bounds(cursor, range);
    for (uint32_t i = 0; i < INDEX_TAIL_COUNT_MAX; i++) {
        cursor->tail_rows[i] = NULL;
        if (status == STEME_OK && reading->tails[i] != NULL)
            status = tail_source_open(cursor, i, error);
    }
    if (status == STEME_OK && reading->view != NULL)
        status = reading->view->index->engine->sources_open(reading->view, cursor, error);
    if (status != STEME_OK)
        index_cursor_close(cursor);
    else
        heap_build(cursor);
    return status;
}

static steme_status source_next_window(index_cursor *cursor, index_source *source,
                                       steme_error *error)
{
    if (source->kind == SOURCE_OF_TAIL)
        return tail_source_next(cursor, source, error);
    return cursor->reading->view->index->engine->source_next(cursor, source, error);
}

/* Moves the source at the top one row on. */
static steme_status cursor_advance(index_cursor *cursor, steme_error *error)
{
    uint32_t which = cursor->heap[0].source;
    index_source *source = &cursor->sources[which];
    source->row += cursor->row_size;
    if (source->row == source->end) {
        steme_status status = source_next_window(cursor, source, error);
        if (status != STEME_OK) {
            cursor->heap_count = 0;
            return status;
        }
    }
    if (source->row == NULL) {
        cursor_entry last = cursor->heap[--cursor->heap_count];
        if (cursor->heap_count > 0)
            heap_sink(cursor, 0, last);
        return STEME_OK;
    }
    heap_sink(cursor, 0, (cursor_entry){index_row_key(source->row), which});
    return STEME_OK;
}

steme_status index_cursor_next(index_cursor *cursor, const uint8_t **out_row, steme_error *error)
{
    bool is_consumed = cursor->has_row;
    while (cursor->heap_count > 0) {
        if (is_consumed) {
            steme_status status = cursor_advance(cursor, error);
            if (status != STEME_OK)
                return status;
            if (cursor->heap_count == 0)
                break;
        }
        const uint8_t *row = cursor->sources[cursor->heap[0].source].row;
        is_consumed = cursor->has_row && index_row_is_equal(row, cursor->row, cursor->row_size);
        if (is_consumed)
            continue;
        if (index_cursor_is_above(cursor, row))
            break;
        memcpy(cursor->row, row, cursor->row_size);
        cursor->has_row = true;
        *out_row = cursor->row;
        return STEME_OK;
    }
    cursor->heap_count = 0;
    *out_row = NULL;
    return STEME_OK;
}

void index_cursor_close(index_cursor *cursor)
{
    const index_view *view = cursor->reading->view;
    if (view != NULL && view->index->engine->source_close != NULL)
        for (uint32_t i = 0; i < cursor->source_count; i++)
            if (cursor->sources[i].kind == SOURCE_OF_ENGINE)
                view->index->engine->source_close(&cursor->sources[i]);
    if (cursor->sources != cursor->inline_sources) {
        base_free(cursor->sources);
        base_free(cursor->heap);
    }
    for (uint32_t i = 0; i < INDEX_TAIL_COUNT_MAX; i++)
        base_free(cursor->tail_rows[i]);
    cursor->source_count = 0;
    cursor->heap_count = 0;
}

steme_status index_probe(const index_reading *reading, uint32_t table, steme_span prefix,
                         uint8_t *out_row, bool *out_is_found, steme_error *error)
{
    index_cursor cursor;
    const uint8_t *row;
    steme_status status =
        index_cursor_open(&cursor, reading, table, &(index_range){prefix, prefix}, error);
    if (status != STEME_OK)
        return status;
    status = index_cursor_next(&cursor, &row, error);
    if (status == STEME_OK) {
        if (row != NULL)
            memcpy(out_row, row, cursor.row_size);
        *out_is_found = row != NULL;
    }
    index_cursor_close(&cursor);
    return status;
}
