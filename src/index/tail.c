/* The newest rows in memory: append-only arrays with hash chains, one writer, readers without
 * locks.
 *
 * A table's rows stand in chunks, each as large as all before it together, so that a row never
 * moves and its chunk follows from its number. The chains run from the newest row to the oldest.
 * Each time BLOCK_ROW_COUNT rows are full the writer notes their order: so a key with very many
 * rows, or a scan without a key, costs a binary search per block and not a look at every row.
 * Memory order: a row, its link and its chunk are written before the chain's head or the published
 * count that leads to them is stored with release; readers load those with acquire. The counts of
 * all tables are one publication: a sequence number, odd while they change, tells a reader to look
 * again. */
#include "base/error.h"
#include "base/memory.h"
#include "index/index_tail.h"
#include "index/row.h"
#include "platform/clock.h"

#include <assert.h>
#include <stdatomic.h>
#include <string.h>

enum {
    BLOCK_ROW_COUNT = 4096,
    CHUNK_ROW_COUNT = BLOCK_ROW_COUNT, /* of the first chunk; so blocks do not straddle chunks */
    CHUNK_COUNT = 12,                  /* 4096 << 11 = INDEX_TAIL_ROW_COUNT_MAX */
    CHAIN_STEP_COUNT = 512,            /* links followed before the blocks are asked instead */
    CHAIN_COUNT = 2,                   /* by the first 8 bytes, by the whole probe key */
    ROW_COUNT_HINT = 200000,
    HEAD_COUNT_MIN = 64,
};
_Static_assert((CHUNK_ROW_COUNT << (CHUNK_COUNT - 1)) == INDEX_TAIL_ROW_COUNT_MAX,
               "the chunks hold what the header says");

#define CHAIN_END UINT32_MAX

/* A row on its way into the order of its block. */
typedef struct block_entry {
    uint64_t key;
    const uint8_t *row;
    uint16_t offset;
} block_entry;

typedef struct tail_chunk {
    uint8_t *rows;
    uint32_t *links[CHAIN_COUNT]; /* the next older row of the chain, or CHAIN_END */
    uint16_t *order; /* for each full block its rows, by offset from its first, ascending */
} tail_chunk;

typedef struct tail_table {
    size_t row_size;
    uint32_t chain_count;
    size_t chain_sizes[CHAIN_COUNT];      /* leading bytes that are hashed; ascending */
    _Atomic uint32_t *heads[CHAIN_COUNT]; /* row number + 1; 0 = none */
    tail_chunk chunks[CHUNK_COUNT];
    uint32_t count; /* the writer's */
    _Atomic uint32_t published;
} tail_table;

struct index_tail {
    _Atomic uint32_t reference_count;
    _Atomic uint32_t sequence;
    _Atomic uint64_t log_position;
    uint32_t table_count;
    uint64_t salt;
    uint32_t head_mask;
    size_t byte_count;
    block_entry *scratch; /* the writer's, to sort a block: two times its rows */
    tail_table tables[INDEX_TABLE_COUNT_MAX];
};

/* --- rows by number --------------------------------------------------------------------------- */

static uint32_t chunk_of_row(uint32_t number)
{
    uint32_t rest = number / CHUNK_ROW_COUNT;
    return rest == 0 ? 0 : 32 - (uint32_t)__builtin_clz(rest);
}

static uint32_t chunk_first_row(uint32_t chunk)
{
    return chunk == 0 ? 0 : (uint32_t)CHUNK_ROW_COUNT << (chunk - 1);
}

static uint32_t chunk_row_count(uint32_t chunk)
{
    return chunk == 0 ? CHUNK_ROW_COUNT : (uint32_t)CHUNK_ROW_COUNT << (chunk - 1);
}

static uint8_t *table_row(const tail_table *table, uint32_t number)
{
    uint32_t chunk = chunk_of_row(number);
    return table->chunks[chunk].rows + (number - chunk_first_row(chunk)) * table->row_size;
}

static uint32_t *table_link(const tail_table *table, uint32_t chain, uint32_t number)
{
    uint32_t chunk = chunk_of_row(number);
    return &table->chunks[chunk].links[chain][number - chunk_first_row(chunk)];
}

/* --- making and ending ------------------------------------------------------------------------ */

static void tail_free(index_tail *tail)
{
    for (uint32_t t = 0; t < tail->table_count; t++) {
        tail_table *table = &tail->tables[t];
        for (uint32_t c = 0; c < CHUNK_COUNT; c++) {
            base_free(table->chunks[c].rows);
            base_free(table->chunks[c].links[0]);
            base_free(table->chunks[c].links[1]);
            base_free(table->chunks[c].order);
        }
        base_free((void *)table->heads[0]);
        base_free((void *)table->heads[1]);
    }
    base_free(tail->scratch);
    base_free(tail);
}

static bool table_init(index_tail *tail, tail_table *table, const index_table *declared)
{
    table->row_size = declared->row_size;
    if (declared->probe_size > 8)
        table->chain_sizes[table->chain_count++] = 8;
    if (declared->probe_size > 0)
        table->chain_sizes[table->chain_count++] = declared->probe_size;
    for (uint32_t i = 0; i < table->chain_count; i++) {
        table->heads[i] = base_alloc_zero(tail->head_mask + 1, sizeof *table->heads[i]);
        if (table->heads[i] == NULL)
            return false;
        tail->byte_count += (tail->head_mask + 1) * sizeof *table->heads[i];
    }
    return true;
}

steme_status index_tail_new(const index_table *tables, uint32_t table_count,
                            uint32_t row_count_hint, index_tail **out_tail, steme_error *error)
{
    assert(table_count <= INDEX_TABLE_COUNT_MAX);
    index_tail *tail = base_alloc_zero(1, sizeof *tail);
    if (tail == NULL)
        return base_fail(error, STEME_NO_MEMORY, "index tail: out of memory");
    uint32_t expected = row_count_hint == 0 ? ROW_COUNT_HINT : row_count_hint;
    uint32_t head_count = HEAD_COUNT_MIN;
    while (head_count < expected / 2 && head_count < INDEX_TAIL_ROW_COUNT_MAX)
        head_count *= 2;
    atomic_init(&tail->reference_count, 1);
    tail->head_mask = head_count - 1;
    tail->byte_count = sizeof *tail;
    platform_random(&tail->salt, sizeof tail->salt);
    tail->table_count = table_count;
    tail->scratch = base_alloc(2 * (size_t)BLOCK_ROW_COUNT * sizeof *tail->scratch);
    bool is_made = tail->scratch != NULL;
    for (uint32_t t = 0; is_made && t < table_count; t++)
        is_made = table_init(tail, &tail->tables[t], &tables[t]);
    if (!is_made) {
        tail_free(tail);
        return base_fail(error, STEME_NO_MEMORY, "index tail: no memory for its hash tables");
    }
    *out_tail = tail;
    return STEME_OK;
}

index_tail *index_tail_retain(index_tail *tail)
{
    atomic_fetch_add_explicit(&tail->reference_count, 1, memory_order_relaxed);
    return tail;
}

void index_tail_release(index_tail *tail)
{
    if (tail != NULL &&
        atomic_fetch_sub_explicit(&tail->reference_count, 1, memory_order_acq_rel) == 1)
        tail_free(tail);
}

size_t index_tail_byte_count(const index_tail *tail)
{
    return tail->byte_count;
}

uint32_t index_tail_row_count(const index_tail *tail)
{
    uint32_t most = 0;
    for (uint32_t t = 0; t < tail->table_count; t++)
        if (tail->tables[t].count > most)
            most = tail->tables[t].count;
    return most;
}

uint8_t index_tail_row_size(const index_tail *tail, uint32_t table)
{
    assert(table < tail->table_count);
    return (uint8_t)tail->tables[table].row_size;
}

/* --- writing ---------------------------------------------------------------------------------- */

/* `memory`, or where that is NULL a new array. */
static void *array_alloc(index_tail *tail, void *memory, size_t count, size_t size)
{
    if (memory != NULL)
        return memory;
    memory = base_alloc(count * size);
    tail->byte_count += memory == NULL ? 0 : count * size;
    return memory;
}

static bool chunk_alloc(index_tail *tail, tail_table *table, uint32_t number)
{
    tail_chunk *chunk = &table->chunks[number];
    size_t count = chunk_row_count(number);
    if (chunk->rows != NULL && chunk->order != NULL)
        return true; /* the order is the last to be allocated */
    chunk->rows = array_alloc(tail, chunk->rows, count, table->row_size);
    bool is_whole = chunk->rows != NULL;
    for (uint32_t i = 0; is_whole && i < table->chain_count; i++) {
        chunk->links[i] = array_alloc(tail, chunk->links[i], count, sizeof *chunk->links[i]);
        is_whole = chunk->links[i] != NULL;
    }
    if (is_whole)
        chunk->order = array_alloc(tail, chunk->order, count, sizeof *chunk->order);
    return is_whole && chunk->order != NULL;
}

static bool entry_is_less(const block_entry *left, const block_entry *right, size_t row_size)
{
    if (left->key != right->key)
        return left->key < right->key;
    return memcmp(left->row + 8, right->row + 8, row_size - 8) < 0;
}

/* Merges runs of `size` entries into runs of twice that. */
static void entries_merge(const block_entry *from, block_entry *to, size_t size, size_t row_size)
{
    for (size_t start = 0; start < BLOCK_ROW_COUNT; start += 2 * size) {
        const block_entry *left = from + start;
        const block_entry *right = left + size;
        const block_entry *left_end = right;
        const block_entry *right_end = right + size;
        for (size_t i = start; i < start + 2 * size; i++) {
            bool is_right =
                right < right_end && (left == left_end || entry_is_less(right, left, row_size));
            to[i] = is_right ? *right++ : *left++;
        }
    }
}

/* Notes the order of the block that the last row has filled. */
static void block_sort(const index_tail *tail, tail_table *table)
{
    uint32_t first = table->count - BLOCK_ROW_COUNT;
    uint32_t chunk = chunk_of_row(first);
    uint16_t *order = table->chunks[chunk].order + (first - chunk_first_row(chunk));
    const uint8_t *row = table_row(table, first);
    block_entry *from = tail->scratch;
    block_entry *to = tail->scratch + BLOCK_ROW_COUNT;
    for (uint32_t i = 0; i < BLOCK_ROW_COUNT; i++, row += table->row_size)
        from[i] = (block_entry){index_row_key(row), row, (uint16_t)i};
    for (size_t size = 1; size < BLOCK_ROW_COUNT; size *= 2) {
        entries_merge(from, to, size, table->row_size);
        block_entry *sorted = to;
        to = from;
        from = sorted;
    }
    for (uint32_t i = 0; i < BLOCK_ROW_COUNT; i++)
        order[i] = from[i].offset;
}

/* Makes room for the rows before any is added, so that a failure adds none. */
static steme_status table_reserve(index_tail *tail, tail_table *table, size_t count,
                                  steme_error *error)
{
    if (count > INDEX_TAIL_ROW_COUNT_MAX - table->count)
        return base_fail(error, STEME_FULL, "index tail: more than %u rows",
                         INDEX_TAIL_ROW_COUNT_MAX);
    uint32_t last = chunk_of_row(table->count + (uint32_t)count - 1);
    for (uint32_t c = chunk_of_row(table->count); c <= last; c++)
        if (!chunk_alloc(tail, table, c))
            return base_fail(error, STEME_NO_MEMORY, "index tail: no memory for more rows");
    return STEME_OK;
}

static void table_add_row(const index_tail *tail, tail_table *table, const uint8_t *row)
{
    uint32_t number = table->count++;
    memcpy(table_row(table, number), row, table->row_size);
    for (uint32_t i = 0; i < table->chain_count; i++) {
        uint64_t hash = index_hash(tail->salt, row, table->chain_sizes[i]);
        _Atomic uint32_t *head = &table->heads[i][hash & tail->head_mask];
        uint32_t older = atomic_load_explicit(head, memory_order_relaxed);
        *table_link(table, i, number) = older == 0 ? CHAIN_END : older - 1;
        atomic_store_explicit(head, number + 1, memory_order_release);
    }
    if (table->count % BLOCK_ROW_COUNT == 0)
        block_sort(tail, table);
}

steme_status index_tail_append(index_tail *tail, uint32_t table, const uint8_t *rows, size_t count,
                               steme_error *error)
{
    assert(table < tail->table_count);
    tail_table *target = &tail->tables[table];
    if (count == 0)
        return STEME_OK;
    steme_status status = table_reserve(tail, target, count, error);
    if (status != STEME_OK)
        return status;
    for (size_t i = 0; i < count; i++)
        table_add_row(tail, target, rows + i * target->row_size);
    return STEME_OK;
}

void index_tail_publish(index_tail *tail, uint64_t log_position)
{
    uint32_t sequence = atomic_load_explicit(&tail->sequence, memory_order_relaxed);
    atomic_store_explicit(&tail->sequence, sequence + 1, memory_order_relaxed);
    /* The releases below also keep the store above before them: who sees a new count sees an odd
     * or later sequence number. */
    for (uint32_t t = 0; t < tail->table_count; t++)
        atomic_store_explicit(&tail->tables[t].published, tail->tables[t].count,
                              memory_order_release);
    atomic_store_explicit(&tail->log_position, log_position, memory_order_release);
    atomic_store_explicit(&tail->sequence, sequence + 2, memory_order_release);
}

/* --- reading ---------------------------------------------------------------------------------- */

void index_tail_mark_published(const index_tail *tail, index_tail_mark *out_mark)
{
    uint32_t before;
    uint32_t after;
    do {
        before = atomic_load_explicit(&tail->sequence, memory_order_acquire);
        for (uint32_t t = 0; t < tail->table_count; t++)
            out_mark->counts[t] =
                atomic_load_explicit(&tail->tables[t].published, memory_order_acquire);
        out_mark->log_position = atomic_load_explicit(&tail->log_position, memory_order_acquire);
        after = atomic_load_explicit(&tail->sequence, memory_order_relaxed);
    } while (before != after || (before & 1) != 0);
}

void index_tail_mark_all(const index_tail *tail, index_tail_mark *out_mark)
{
    for (uint32_t t = 0; t < tail->table_count; t++)
        out_mark->counts[t] = tail->tables[t].count;
    out_mark->log_position = atomic_load_explicit(&tail->log_position, memory_order_relaxed);
}

/* The least rows seen so far: an array until it is full, a heap with the greatest on top then. */
typedef struct tail_collector {
    const index_cursor *cursor;
    index_bound lower;
    uint64_t upper_key; /* rows whose key is greater are above the upper bound */
    const uint8_t *after;
    uint8_t *rows;
    size_t row_size;
    size_t count;
    size_t count_max;
    bool is_heap;
    bool is_all;
} tail_collector;

static void rows_sink(uint8_t *rows, size_t count, size_t row_size, size_t at)
{
    uint8_t moving[INDEX_ROW_SIZE_MAX];
    memcpy(moving, rows + at * row_size, row_size);
    for (size_t child; (child = 2 * at + 1) < count; at = child) {
        if (child + 1 < count &&
            index_row_compare(rows + child * row_size, rows + (child + 1) * row_size, row_size) < 0)
            child++;
        if (index_row_compare(rows + child * row_size, moving, row_size) <= 0)
            break;
        memcpy(rows + at * row_size, rows + child * row_size, row_size);
    }
    memcpy(rows + at * row_size, moving, row_size);
}

static void rows_make_heap(uint8_t *rows, size_t count, size_t row_size)
{
    for (size_t i = count / 2; i-- > 0;)
        rows_sink(rows, count, row_size, i);
}

static void rows_sort_heap(uint8_t *rows, size_t count, size_t row_size)
{
    uint8_t greatest[INDEX_ROW_SIZE_MAX];
    while (count > 1) {
        uint8_t *last = rows + --count * row_size;
        memcpy(greatest, rows, row_size);
        memcpy(rows, last, row_size);
        memcpy(last, greatest, row_size);
        rows_sink(rows, count, row_size, 0);
    }
}

static void collector_restart(tail_collector *collector)
{
    collector->count = 0;
    collector->is_heap = false;
    collector->is_all = true;
}

static bool collector_wants(const tail_collector *collector, const uint8_t *row)
{
    if (index_bound_is_above(&collector->lower, row) || index_row_key(row) > collector->upper_key)
        return false;
    if (index_cursor_is_above(collector->cursor, row))
        return false;
    return collector->after == NULL ||
           index_row_compare(row, collector->after, collector->row_size) > 0;
}

/* A row in the range. */
static void collector_take(tail_collector *collector, const uint8_t *row)
{
    size_t row_size = collector->row_size;
    if (collector->count < collector->count_max) {
        memcpy(collector->rows + collector->count++ * row_size, row, row_size);
        return;
    }
    if (!collector->is_heap)
        rows_make_heap(collector->rows, collector->count, row_size);
    collector->is_heap = true;
    int order = index_row_compare(row, collector->rows, row_size);
    if (order != 0)
        collector->is_all = false;
    if (order < 0) {
        memcpy(collector->rows, row, row_size);
        rows_sink(collector->rows, collector->count, row_size, 0);
    }
}

static void collector_see(tail_collector *collector, const uint8_t *row)
{
    if (collector_wants(collector, row))
        collector_take(collector, row);
}

static void collector_finish(tail_collector *collector)
{
    uint8_t *rows = collector->rows;
    size_t row_size = collector->row_size;
    if (!collector->is_heap)
        rows_make_heap(rows, collector->count, row_size);
    rows_sort_heap(rows, collector->count, row_size);
    size_t kept = 0;
    for (size_t i = 0; i < collector->count; i++)
        if (kept == 0 ||
            !index_row_is_equal(rows + (kept - 1) * row_size, rows + i * row_size, row_size))
            memmove(rows + kept++ * row_size, rows + i * row_size, row_size);
    collector->count = kept;
}

/* The rows `from` to `count` of one chain; false where it has more than `step_count_max`, and not
 * all was seen. */
static bool collect_chain(const index_tail *tail, const tail_table *table, uint32_t chain,
                          uint32_t from, uint32_t count, uint32_t step_count_max,
                          tail_collector *collector)
{
    uint64_t hash = index_hash(tail->salt, collector->cursor->lower, table->chain_sizes[chain]);
    uint32_t head =
        atomic_load_explicit(&table->heads[chain][hash & tail->head_mask], memory_order_acquire);
    uint32_t number = head == 0 ? CHAIN_END : head - 1;
    uint32_t steps = 0;
    for (; number != CHAIN_END && number >= from; number = *table_link(table, chain, number)) {
        if (number >= count)
            continue;
        if (++steps > step_count_max)
            return false;
        collector_see(collector, table_row(table, number));
    }
    return true;
}

static void collect_each(const tail_table *table, uint32_t from, uint32_t count,
                         tail_collector *collector)
{
    for (uint32_t number = from; number < count; number++)
        collector_see(collector, table_row(table, number));
}

static bool is_before_range(const tail_collector *collector, const uint8_t *row)
{
    return index_bound_is_above(&collector->lower, row) ||
           (collector->after != NULL &&
            index_row_compare(row, collector->after, collector->row_size) <= 0);
}

/* The rows of the full block from row `first` on: ascending, and only while they are wanted. */
static void collect_block(const tail_table *table, uint32_t first, tail_collector *collector)
{
    uint32_t chunk = chunk_of_row(first);
    const uint16_t *order = table->chunks[chunk].order + (first - chunk_first_row(chunk));
    const uint8_t *rows = table_row(table, first);
    uint32_t low = 0;
    for (uint32_t count = BLOCK_ROW_COUNT; count > 0;) {
        uint32_t half = count / 2;
        bool is_before = is_before_range(collector, rows + order[low + half] * table->row_size);
        low = is_before ? low + half + 1 : low;
        count = is_before ? count - half - 1 : half;
    }
    for (; low < BLOCK_ROW_COUNT; low++) {
        const uint8_t *row = rows + order[low] * table->row_size;
        if (index_cursor_is_above(collector->cursor, row))
            return;
        collector_take(collector, row);
        /* Once there are enough, the first that is not taken ends the block. */
        if (!collector->is_all && collector->is_heap &&
            index_row_compare(row, collector->rows, table->row_size) > 0)
            return;
    }
}

static void collect_blocks(const tail_table *table, uint32_t end, tail_collector *collector)
{
    for (uint32_t first = 0; first < end; first += BLOCK_ROW_COUNT)
        collect_block(table, first, collector);
}

static uint64_t upper_key_of(const index_cursor *cursor)
{
    uint8_t head[8];
    memset(head, 0xff, sizeof head);
    memcpy(head, cursor->upper, cursor->upper_size < 8 ? cursor->upper_size : 8);
    return base_get_u64be(head);
}

/* NOLINTBEGIN(readability-non-const-parameter): written through the collector */
void index_tail_collect(const index_tail *tail, const index_tail_mark *mark,
                        const index_cursor *cursor, const uint8_t *after, uint8_t *out_rows,
                        size_t row_count_max, size_t *out_count, bool *out_is_all)
/* NOLINTEND(readability-non-const-parameter) */
{
    const tail_table *table = &tail->tables[cursor->table];
    uint32_t count = mark->counts[cursor->table];
    tail_collector collector = {
        .cursor = cursor,
        .lower = index_bound_make(cursor->lower, cursor->lower_size),
        .upper_key = upper_key_of(cursor),
        .after = after,
        .rows = out_rows,
        .row_size = table->row_size,
        .count_max = row_count_max,
        .is_all = true,
    };
    uint32_t chain = table->chain_count;
    while (chain > 0 && table->chain_sizes[chain - 1] > cursor->prefix_size)
        chain--;
    uint32_t blocks_end = count - count % BLOCK_ROW_COUNT;
    bool is_done =
        chain > 0 && collect_chain(tail, table, chain - 1, 0, count,
                                   blocks_end == 0 ? UINT32_MAX : CHAIN_STEP_COUNT, &collector);
    if (!is_done) {
        collector_restart(&collector);
        collect_blocks(table, blocks_end, &collector);
        if (chain == 0)
            collect_each(table, blocks_end, count, &collector);
        else
            (void)collect_chain(tail, table, chain - 1, blocks_end, count, UINT32_MAX, &collector);
    }
    collector_finish(&collector);
    *out_count = collector.count;
    *out_is_all = collector.is_all;
}

/* --- into a batch ----------------------------------------------------------------------------- */

static void table_copy_rows(const tail_table *table, uint32_t count, uint8_t *out_rows)
{
    for (uint32_t c = 0; c < CHUNK_COUNT && chunk_first_row(c) < count; c++) {
        uint32_t left = count - chunk_first_row(c);
        uint32_t in_chunk = left < chunk_row_count(c) ? left : chunk_row_count(c);
        memcpy(out_rows + chunk_first_row(c) * table->row_size, table->chunks[c].rows,
               in_chunk * table->row_size);
    }
}

void index_batch_deinit(index_batch *batch)
{
    for (uint32_t t = 0; t < INDEX_TABLE_COUNT_MAX; t++)
        base_free((void *)(uintptr_t)batch->rows[t]);
    *batch = (index_batch){0};
}

steme_status index_tail_to_batch(const index_tail *tail, const index_tail_mark *mark,
                                 index_batch *out_batch, steme_error *error)
{
    index_batch batch = {0};
    size_t scratch_size = 0;
    for (uint32_t t = 0; t < tail->table_count; t++)
        if (mark->counts[t] * tail->tables[t].row_size > scratch_size)
            scratch_size = mark->counts[t] * tail->tables[t].row_size;
    uint8_t *scratch = base_alloc(scratch_size);
    bool is_made = scratch != NULL;
    for (uint32_t t = 0; is_made && t < tail->table_count; t++) {
        const tail_table *table = &tail->tables[t];
        uint8_t *rows = base_alloc(mark->counts[t] * table->row_size);
        is_made = rows != NULL;
        if (!is_made)
            break;
        table_copy_rows(table, mark->counts[t], rows);
        batch.counts[t] = index_rows_sort(rows, mark->counts[t], table->row_size, scratch);
        batch.rows[t] = rows;
    }
    base_free(scratch);
    if (!is_made) {
        index_batch_deinit(&batch);
        return base_fail(error, STEME_NO_MEMORY, "index tail: no memory for a sorted copy");
    }
    *out_batch = batch;
    return STEME_OK;
}
