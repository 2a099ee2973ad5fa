/* Hostile cells in hostile pieces. The first byte of the input is the size of pieces; each 16 more
 * are a cell, or, where the first of them is below 0xf0, a few items of small numbers and their
 * checks, so that a search gets behind the checks. The decoder ends, gives no item twice and no
 * more items than cells, and where it is done the items make the cells. */
#include "base/memory.h"
#include "sketch/sketch.h"
#include "sketch/walk.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define CELL_COUNT_MAX 4096u

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static sketch_cell cell_of(const sketch_key *key, const uint8_t *bytes)
{
    sketch_cell cell;
    sketch_cells_decode(bytes, 1, &cell);
    if (bytes[0] >= 0xf0)
        return cell;
    cell = (sketch_cell){.count = (int8_t)bytes[1]};
    for (unsigned i = 0; i < bytes[0] % 8; i++) {
        cell.item_xor ^= bytes[2 + i];
        cell.check_xor ^= sketch_check(sketch_hash(key, bytes[2 + i]));
    }
    return cell;
}

static int compare_items(const void *left, const void *right)
{
    uint64_t one = *(const uint64_t *)left;
    uint64_t other = *(const uint64_t *)right;
    return (one > other) - (one < other);
}

/* Adds the items to `cells`, negative; checks that there is none twice. */
static void take_out(const sketch_decoder *decoder, const sketch_key *key, sketch_cell *cells,
                     size_t cell_count)
{
    static uint64_t all[CELL_COUNT_MAX];
    const uint64_t *items[2];
    size_t counts[2];
    sketch_decoder_items(decoder, &items[0], &counts[0], &items[1], &counts[1]);
    assert(counts[0] + counts[1] <= cell_count);
    size_t count = 0;
    for (int side = 0; side < 2; side++)
        for (size_t i = 0; i < counts[side]; i++) {
            all[count++] = items[side][i];
            sketch_toggle(cells, cell_count, key, items[side][i], side == 0 ? -1 : 1);
        }
    qsort(all, count, sizeof *all, compare_items);
    for (size_t i = 1; i < count; i++)
        assert(all[i - 1] < all[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static sketch_cell cells[CELL_COUNT_MAX];
    static const sketch_cell nothing[CELL_COUNT_MAX];
    if (size == 0)
        return 0;
    sketch_key key = sketch_key_derive((steme_span){(const uint8_t *)"fuzz", 4});
    size_t piece_max = bytes[0] + (size_t)1;
    size_t cell_count = (size - 1) / SKETCH_CELL_SIZE;
    if (cell_count > CELL_COUNT_MAX)
        cell_count = CELL_COUNT_MAX;
    for (size_t i = 0; i < cell_count; i++)
        cells[i] = cell_of(&key, bytes + 1 + i * SKETCH_CELL_SIZE);
    sketch_decoder *decoder = sketch_decoder_new(&key, CELL_COUNT_MAX);
    assert(decoder != NULL);
    for (size_t given = 0; given < cell_count; given += piece_max) {
        size_t piece = cell_count - given < piece_max ? cell_count - given : piece_max;
        assert(sketch_decoder_add(decoder, cells + given, piece, NULL) == STEME_OK);
    }
    sketch_estimate(cells, cell_count);
    take_out(decoder, &key, cells, cell_count);
    assert(sketch_decoder_is_done(decoder) ==
           (cell_count > 0 && memcmp(cells, nothing, cell_count * sizeof *cells) == 0));
    sketch_decoder_free(decoder);
    return 0;
}
