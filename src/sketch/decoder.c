/* Peeling: a cell of one item gives the item, which is then taken out of all its other cells. A
 * peer may have made up the cells, so what ends the loop is not that they become empty (see
 * README.md). */
#include "base/error.h"
#include "base/memory.h"
#include "sketch/sketch.h"
#include "sketch/walk.h"

#include <assert.h>

/* A recovered item, and where its walk goes on in the cells that are still to come. */
typedef struct entry {
    uint64_t item;
    uint32_t index;      /* of its next cell, UINT32_MAX where that is beyond */
    uint32_t step_count; /* steps to there, the sign in the lowest bit: 1 = only the right has it */
} entry;

struct sketch_decoder {
    sketch_key key;
    size_t cell_count_max;
    size_t capacity; /* of all arrays, in cells; only the table has its own size */
    size_t cell_count;
    size_t filled_count; /* cells that are not empty */
    size_t entry_count;
    size_t right_count; /* of the entries */
    size_t queue_count;
    size_t table_size; /* a power of two, above the capacity by a third or more; or 0 */

    sketch_cell *cells;
    entry *entries;  /* as they were recovered */
    uint64_t *items; /* left ones from the front, right ones from the back */
    uint32_t *heap;  /* numbers of all entries; the one with the next cell first */
    uint32_t *queue; /* cells that may have one item */
    uint8_t *is_queued;
    uint32_t *table; /* numbers of entries + 1 by the hash of the item; 0 = free */
};

sketch_decoder *sketch_decoder_new(const sketch_key *key, size_t cell_count_max)
{
    assert(cell_count_max <= SKETCH_CELL_COUNT);
    sketch_decoder *decoder = base_alloc_zero(1, sizeof *decoder);
    if (decoder == NULL)
        return NULL;
    decoder->key = *key;
    decoder->cell_count_max = cell_count_max;
    return decoder;
}

void sketch_decoder_free(sketch_decoder *decoder)
{
    if (decoder == NULL)
        return;
    base_free(decoder->cells);
    base_free(decoder->entries);
    base_free(decoder->items);
    base_free(decoder->heap);
    base_free(decoder->queue);
    base_free(decoder->is_queued);
    base_free(decoder->table);
    base_free(decoder);
}

/* ---- The items that were recovered, by their hash ------------------------------------------ */

/* Where the item's number stands, or the free place for it. */
static uint32_t *table_find(const sketch_decoder *decoder, uint64_t item, uint64_t hash)
{
    size_t mask = decoder->table_size - 1;
    size_t at = (size_t)(hash >> 32) & mask;
    while (decoder->table[at] != 0 && decoder->entries[decoder->table[at] - 1].item != item)
        at = (at + 1) & mask;
    return &decoder->table[at];
}

static bool table_grow(sketch_decoder *decoder, size_t capacity)
{
    size_t size = 16;
    while (size - size / 4 <= capacity)
        size *= 2;
    if (size == decoder->table_size)
        return true;
    uint32_t *table = base_alloc_zero(size, sizeof *table);
    if (table == NULL)
        return false;
    base_free(decoder->table);
    decoder->table = table;
    decoder->table_size = size;
    for (size_t i = 0; i < decoder->entry_count; i++) {
        uint64_t item = decoder->entries[i].item;
        *table_find(decoder, item, sketch_hash(&decoder->key, item)) = (uint32_t)i + 1;
    }
    return true;
}

/* ---- Entries by their next cell ------------------------------------------------------------ */

static uint32_t heap_index(const sketch_decoder *decoder, size_t at)
{
    return decoder->entries[decoder->heap[at]].index;
}

static void heap_swap(sketch_decoder *decoder, size_t one, size_t other)
{
    uint32_t number = decoder->heap[one];
    decoder->heap[one] = decoder->heap[other];
    decoder->heap[other] = number;
}

/* Puts in the entry that was added last. */
static void heap_push_last(sketch_decoder *decoder)
{
    size_t at = decoder->entry_count - 1;
    decoder->heap[at] = (uint32_t)at;
    for (; at > 0 && heap_index(decoder, (at - 1) / 2) > heap_index(decoder, at); at = (at - 1) / 2)
        heap_swap(decoder, at, (at - 1) / 2);
}

/* The first entry has got a later cell. */
static void heap_sink_first(sketch_decoder *decoder)
{
    size_t at = 0;
    for (size_t child = 1; child < decoder->entry_count; child = 2 * at + 1) {
        if (child + 1 < decoder->entry_count &&
            heap_index(decoder, child + 1) < heap_index(decoder, child))
            child++;
        if (heap_index(decoder, at) <= heap_index(decoder, child))
            return;
        heap_swap(decoder, at, child);
        at = child;
    }
}

/* ---- Cells --------------------------------------------------------------------------------- */

static bool cell_is_filled(const sketch_cell *cell)
{
    return cell->item_xor != 0 || cell->check_xor != 0 || cell->count != 0;
}

static void cell_queue(sketch_decoder *decoder, size_t index)
{
    int32_t count = decoder->cells[index].count;
    if ((count != 1 && count != -1) || decoder->is_queued[index])
        return;
    decoder->is_queued[index] = 1;
    decoder->queue[decoder->queue_count++] = (uint32_t)index;
}

/* Takes the entry out of the cells from where its walk stands, and moves that behind them. */
static void entry_take_out(sketch_decoder *decoder, entry *taken, uint64_t hash)
{
    uint32_t sign = taken->step_count & 1;
    uint32_t step_count = taken->step_count >> 1;
    sketch_walk walk = {.index = taken->index,
                        .state = hash + (uint64_t)step_count * SKETCH_DRAW_STEP};
    for (; walk.index < decoder->cell_count; sketch_walk_next(&walk), step_count++) {
        sketch_cell *cell = &decoder->cells[walk.index];
        decoder->filled_count -= cell_is_filled(cell);
        cell->item_xor ^= taken->item;
        cell->check_xor ^= sketch_check(hash);
        cell->count = (int32_t)((uint32_t)cell->count - 1 + 2 * sign);
        decoder->filled_count += cell_is_filled(cell);
        cell_queue(decoder, (size_t)walk.index);
    }
    taken->index = walk.index < UINT32_MAX ? (uint32_t)walk.index : UINT32_MAX;
    taken->step_count = step_count << 1 | sign;
}

/* ---- Peeling ------------------------------------------------------------------------------- */

static bool is_in_cell(uint64_t hash, size_t index)
{
    sketch_walk walk = sketch_walk_begin(hash);
    while (walk.index < index)
        sketch_walk_next(&walk);
    return walk.index == index;
}

/* Recovers the item of a cell, if it has one only. */
static void cell_recover(sketch_decoder *decoder, size_t index)
{
    sketch_cell cell = decoder->cells[index];
    if ((cell.count != 1 && cell.count != -1) || decoder->entry_count == decoder->cell_count)
        return;
    uint64_t hash = sketch_hash(&decoder->key, cell.item_xor);
    if (sketch_check(hash) != cell.check_xor || !is_in_cell(hash, index))
        return;
    uint32_t *place = table_find(decoder, cell.item_xor, hash);
    if (*place != 0)
        return;
    uint32_t sign = cell.count < 0;
    entry *recovered = &decoder->entries[decoder->entry_count];
    *recovered = (entry){.item = cell.item_xor, .step_count = sign};
    decoder->entry_count++;
    decoder->right_count += sign;
    size_t at = sign ? decoder->capacity - decoder->right_count
                     : decoder->entry_count - decoder->right_count - 1;
    decoder->items[at] = cell.item_xor;
    *place = (uint32_t)decoder->entry_count;
    entry_take_out(decoder, recovered, hash);
    heap_push_last(decoder);
}

static void peel(sketch_decoder *decoder)
{
    while (decoder->queue_count > 0) {
        uint32_t index = decoder->queue[--decoder->queue_count];
        decoder->is_queued[index] = 0;
        cell_recover(decoder, index);
    }
}

/* ---- Growing ------------------------------------------------------------------------------- */

/* The array with room for `count`; where there is no memory the old one, and *is_grown is false. */
static void *array_grow(void *array, size_t count, size_t size, bool *is_grown)
{
    void *grown = base_realloc(array, count * size);
    if (grown != NULL)
        return grown;
    *is_grown = false;
    return array;
}

/* Room for `cell_count` cells. Where it fails, some arrays are larger than is used. */
static bool decoder_reserve(sketch_decoder *decoder, size_t cell_count)
{
    size_t old = decoder->capacity;
    if (cell_count <= old)
        return true;
    size_t capacity = old + old / 2 > cell_count ? old + old / 2 : cell_count;
    if (capacity > decoder->cell_count_max)
        capacity = decoder->cell_count_max;
    bool is_grown = true;
    decoder->cells = array_grow(decoder->cells, capacity, sizeof *decoder->cells, &is_grown);
    decoder->entries = array_grow(decoder->entries, capacity, sizeof *decoder->entries, &is_grown);
    decoder->items = array_grow(decoder->items, capacity, sizeof *decoder->items, &is_grown);
    decoder->heap = array_grow(decoder->heap, capacity, sizeof *decoder->heap, &is_grown);
    decoder->queue = array_grow(decoder->queue, capacity, sizeof *decoder->queue, &is_grown);
    decoder->is_queued =
        array_grow(decoder->is_queued, capacity, sizeof *decoder->is_queued, &is_grown);
    if (!is_grown || !table_grow(decoder, capacity))
        return false;
    memset(decoder->is_queued + old, 0, capacity - old);
    memmove(decoder->items + capacity - decoder->right_count,
            decoder->items + old - decoder->right_count,
            decoder->right_count * sizeof *decoder->items);
    decoder->capacity = capacity;
    return true;
}

steme_status sketch_decoder_add(sketch_decoder *decoder, const sketch_cell *cells,
                                size_t cell_count, steme_error *error)
{
    size_t begin = decoder->cell_count;
    if (cell_count > decoder->cell_count_max - begin)
        return base_fail(error, STEME_TOO_LARGE, "sketch: more than %zu cells",
                         decoder->cell_count_max);
    if (cell_count == 0)
        return STEME_OK;
    if (!decoder_reserve(decoder, begin + cell_count))
        return base_fail(error, STEME_NO_MEMORY, "sketch: no memory for %zu cells",
                         begin + cell_count);
    memcpy(decoder->cells + begin, cells, cell_count * sizeof *cells);
    decoder->cell_count += cell_count;
    for (size_t i = begin; i < decoder->cell_count; i++)
        decoder->filled_count += cell_is_filled(&decoder->cells[i]);
    while (decoder->entry_count > 0 && heap_index(decoder, 0) < decoder->cell_count) {
        entry *first = &decoder->entries[decoder->heap[0]];
        entry_take_out(decoder, first, sketch_hash(&decoder->key, first->item));
        heap_sink_first(decoder);
    }
    for (size_t i = begin; i < decoder->cell_count; i++)
        cell_queue(decoder, i);
    peel(decoder);
    return STEME_OK;
}

bool sketch_decoder_is_done(const sketch_decoder *decoder)
{
    return decoder->cell_count > 0 && decoder->filled_count == 0;
}

void sketch_decoder_items(const sketch_decoder *decoder, const uint64_t **out_left,
                          size_t *out_left_count, const uint64_t **out_right,
                          size_t *out_right_count)
{
    *out_left = decoder->items;
    *out_left_count = decoder->entry_count - decoder->right_count;
    *out_right_count = decoder->right_count;
    *out_right =
        decoder->items == NULL ? NULL : decoder->items + decoder->capacity - decoder->right_count;
}
