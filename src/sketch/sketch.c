#include "sketch/sketch.h"
#include "base/bytes.h"
#include "base/hash.h"
#include "sketch/walk.h"

#include <assert.h>

sketch_key sketch_key_derive(steme_span cluster_name)
{
    steme_id derived =
        base_blake3_derive("StemeDB v1 sketch", cluster_name.bytes, cluster_name.size);
    sketch_key key;
    memcpy(key.bytes, derived.bytes, sizeof key.bytes);
    return key;
}

uint64_t sketch_item(const steme_id *id)
{
    return base_get_u64be(id->bytes);
}

static int32_t sum_wrapped(int32_t left, int32_t right)
{
    return (int32_t)((uint32_t)left + (uint32_t)right);
}

void sketch_toggle(sketch_cell *cells, size_t cell_count, const sketch_key *key, uint64_t item,
                   int32_t sign)
{
    assert(sign == 1 || sign == -1);
    assert(cell_count <= SKETCH_CELL_COUNT);
    uint64_t hash = sketch_hash(key, item);
    uint32_t check = sketch_check(hash);
    sketch_walk walk = sketch_walk_begin(hash);
    for (; walk.index < cell_count; sketch_walk_next(&walk)) {
        sketch_cell *cell = &cells[walk.index];
        cell->item_xor ^= item;
        cell->check_xor ^= check;
        cell->count = sum_wrapped(cell->count, sign);
    }
}

void sketch_subtract(const sketch_cell *left, const sketch_cell *right, size_t cell_count,
                     sketch_cell *out_cells)
{
    for (size_t i = 0; i < cell_count; i++)
        out_cells[i] = (sketch_cell){
            .item_xor = left[i].item_xor ^ right[i].item_xor,
            .check_xor = left[i].check_xor ^ right[i].check_xor,
            .count = (int32_t)((uint32_t)left[i].count - (uint32_t)right[i].count),
        };
}

void sketch_cells_encode(const sketch_cell *cells, size_t cell_count, uint8_t *out_bytes)
{
    for (size_t i = 0; i < cell_count; i++, out_bytes += SKETCH_CELL_SIZE) {
        base_put_u64be(out_bytes, cells[i].item_xor);
        base_put_u32be(out_bytes + 8, cells[i].check_xor);
        base_put_u32be(out_bytes + 12, (uint32_t)cells[i].count);
    }
}

void sketch_cells_decode(const uint8_t *bytes, size_t cell_count, sketch_cell *out_cells)
{
    for (size_t i = 0; i < cell_count; i++, bytes += SKETCH_CELL_SIZE)
        out_cells[i] = (sketch_cell){
            .item_xor = base_get_u64be(bytes),
            .check_xor = base_get_u32be(bytes + 8),
            .count = (int32_t)base_get_u32be(bytes + 12),
        };
}
