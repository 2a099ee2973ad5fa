#include "replica/frame.h"

#include "base/hash.h"
#include "merkle/node.h"

static uint32_t cell_count_expected(uint64_t set_count, size_t cell)
{
    return (uint32_t)((set_count & UINT64_C(0x7fffffffffffffff)) * 2 / (2 + cell));
}

static void varint_write(replica_writer *writer, uint32_t value)
{
    for (; value > 127; value >>= 7)
        replica_write_u8(writer, (value & 127u) | 128u);
    replica_write_u8(writer, value);
}

static uint32_t varint_read(replica_reader *reader)
{
    uint32_t value = 0;
    for (unsigned shift = 0; shift < 35; shift += 7) {
        uint8_t byte = replica_read_u8(reader);
        value |= (uint32_t)(byte & 127u) << shift;
        if (byte < 128)
            return value;
    }
    reader->is_bad = true;
    return 0;
}

void replica_cells_write(replica_writer *writer, const sketch_cell *cells, size_t first,
                         size_t cell_count, uint64_t set_count)
{
    for (size_t i = 0; i < cell_count; i++) {
        uint32_t above = (uint32_t)cells[i].count - cell_count_expected(set_count, first + i);
        replica_write_u64(writer, cells[i].item_xor);
        replica_write_u32(writer, cells[i].check_xor);
        varint_write(writer, above << 1 ^ (above >> 31 != 0 ? UINT32_MAX : 0));
    }
}

bool replica_cells_read(replica_reader *reader, size_t first, uint64_t set_count,
                        sketch_cell *out_cells, size_t *out_count)
{
    size_t count = 0;
    while (reader->size > 0 && !reader->is_bad && count < REPLICA_FRAME_CELL_COUNT) {
        sketch_cell *cell = &out_cells[count];
        cell->item_xor = replica_read_u64(reader);
        cell->check_xor = replica_read_u32(reader);
        uint32_t zigzag = varint_read(reader);
        uint32_t above = zigzag >> 1 ^ ((zigzag & 1u) != 0 ? UINT32_MAX : 0);
        cell->count = (int32_t)(above + cell_count_expected(set_count, first + count));
        count++;
    }
    *out_count = count;
    return !reader->is_bad && reader->size == 0;
}

uint8_t replica_read_u8(replica_reader *reader)
{
    const uint8_t *bytes = replica_read_bytes(reader, 1);
    return bytes == NULL ? 0 : *bytes;
}

uint32_t replica_read_u32(replica_reader *reader)
{
    const uint8_t *bytes = replica_read_bytes(reader, 4);
    return bytes == NULL ? 0 : base_get_u32be(bytes);
}

uint64_t replica_read_u64(replica_reader *reader)
{
    const uint8_t *bytes = replica_read_bytes(reader, 8);
    return bytes == NULL ? 0 : base_get_u64be(bytes);
}

steme_id replica_read_id(replica_reader *reader)
{
    steme_id id = {{0}};
    const uint8_t *bytes = replica_read_bytes(reader, sizeof id.bytes);
    if (bytes != NULL)
        memcpy(id.bytes, bytes, sizeof id.bytes);
    return id;
}

void replica_roots_write(replica_writer *writer, replica_frame_kind kind,
                         const replica_roots *roots)
{
    replica_write_u8(writer, (unsigned)kind);
    replica_write_u8(writer, roots->round);
    replica_write_u8(writer, roots->flags);
    replica_write_u64(writer, roots->count);
    replica_write_id(writer, &roots->root);
}

bool replica_roots_read(replica_reader *reader, replica_roots *out_roots)
{
    out_roots->round = replica_read_u8(reader);
    out_roots->flags = replica_read_u8(reader);
    out_roots->count = replica_read_u64(reader);
    out_roots->root = replica_read_id(reader);
    return !reader->is_bad;
}

void replica_list_write(replica_writer *writer, const replica_list *list)
{
    replica_write_u8(writer, REPLICA_FRAME_LIST);
    replica_write_u8(writer, list->flags);
    if ((list->flags & REPLICA_LIST_RANGE) != 0)
        replica_write_u64(writer, list->range_end);
    replica_write_u32(writer, (uint32_t)list->given_count);
    replica_write_bytes(writer, list->given, list->given_count * list->width);
    replica_write_bytes(writer, list->wanted, list->wanted_count * list->width);
}

bool replica_list_read(replica_reader *reader, replica_list *out_list)
{
    replica_list list = {.flags = replica_read_u8(reader)};
    list.width = (list.flags & REPLICA_LIST_WIDE) != 0 ? STEME_ID_SIZE : 8;
    if ((list.flags & REPLICA_LIST_RANGE) != 0)
        list.range_end = replica_read_u64(reader);
    list.given_count = replica_read_u32(reader);
    if (reader->is_bad || list.given_count > reader->size / list.width)
        return false;
    list.given = replica_read_bytes(reader, list.given_count * list.width);
    if (reader->size % list.width != 0)
        return false;
    list.wanted_count = reader->size / list.width;
    list.wanted = replica_read_bytes(reader, reader->size);
    *out_list = list;
    return !reader->is_bad;
}

bool replica_entry_read(replica_reader *reader, replica_entry *out_entry)
{
    uint8_t form = replica_read_u8(reader);
    *out_entry = (replica_entry){.form = (replica_entry_form)form};
    switch (form) {
    case REPLICA_ENTRY_BODY:
        out_entry->record.size = replica_read_u32(reader);
        out_entry->record.bytes = replica_read_bytes(reader, out_entry->record.size);
        return !reader->is_bad && out_entry->record.size <= STEME_RECORD_SIZE_MAX;
    case REPLICA_ENTRY_ABSENT:
    case REPLICA_ENTRY_NAME:
        out_entry->id = replica_read_id(reader);
        return !reader->is_bad;
    case REPLICA_ENTRY_SKIPPED:
        return !reader->is_bad;
    default:
        return false;
    }
}

void replica_done_write(replica_writer *writer, const replica_done *done)
{
    replica_write_u8(writer, REPLICA_FRAME_DONE);
    replica_write_u8(writer, done->flags);
    replica_write_u64(writer, done->count);
    replica_write_id(writer, &done->root);
    if ((done->flags & REPLICA_DONE_NAMED) != 0)
        replica_write_id(writer, &done->named_root);
}

bool replica_done_read(replica_reader *reader, replica_done *out_done)
{
    out_done->flags = replica_read_u8(reader);
    out_done->count = replica_read_u64(reader);
    out_done->root = replica_read_id(reader);
    out_done->named_root = out_done->root;
    if ((out_done->flags & REPLICA_DONE_NAMED) != 0)
        out_done->named_root = replica_read_id(reader);
    return !reader->is_bad && reader->size == 0;
}

void replica_prefix_write(replica_writer *writer, const replica_prefix *prefix)
{
    replica_write_u8(writer, prefix->depth);
    replica_write_bytes(writer, prefix->id.bytes, (prefix->depth + 1u) / 2);
}

bool replica_prefix_read(replica_reader *reader, replica_prefix *out_prefix)
{
    replica_prefix prefix = {.depth = replica_read_u8(reader)};
    if (reader->is_bad || prefix.depth >= MERKLE_NIBBLE_COUNT)
        return false;
    size_t size = (prefix.depth + 1u) / 2;
    const uint8_t *bytes = replica_read_bytes(reader, size);
    if (bytes == NULL || (prefix.depth % 2 != 0 && (bytes[size - 1] & 15u) != 0))
        return false;
    memcpy(prefix.id.bytes, bytes, size);
    *out_prefix = prefix;
    return true;
}

uint64_t replica_tree_short_hash(uint64_t salt, const steme_id *hash)
{
    uint8_t input[8 + STEME_ID_SIZE];
    base_put_u64be(input, salt);
    memcpy(input + 8, hash->bytes, sizeof hash->bytes);
    steme_id salted = base_blake3(input, sizeof input);
    return base_get_u64be(salted.bytes);
}

void replica_sweep_write(replica_writer *writer, const replica_sweep *sweep)
{
    replica_write_u8(writer, REPLICA_FRAME_SWEEP);
    replica_write_u8(writer, sweep->is_last ? 1 : 0);
    replica_write_u64(writer, sweep->first);
    replica_write_u64(writer, sweep->is_last ? 0 : sweep->end);
    replica_write_bytes(writer, sweep->items, sweep->item_count * 8);
}

static bool sweep_items_fit(const replica_sweep *sweep)
{
    uint64_t lowest = sweep->first;
    for (size_t i = 0; i < sweep->item_count; i++) {
        uint64_t item = base_get_u64be(sweep->items + i * 8);
        if (item < lowest || (!sweep->is_last && item >= sweep->end))
            return false;
        lowest = item;
    }
    return true;
}

bool replica_sweep_read(replica_reader *reader, replica_sweep *out_sweep)
{
    replica_sweep sweep = {.is_last = replica_read_u8(reader) != 0};
    sweep.first = replica_read_u64(reader);
    sweep.end = replica_read_u64(reader);
    if (reader->is_bad || reader->size % 8 != 0 || (!sweep.is_last && sweep.end <= sweep.first))
        return false;
    sweep.item_count = reader->size / 8;
    sweep.items = replica_read_bytes(reader, reader->size);
    *out_sweep = sweep;
    return sweep_items_fit(&sweep);
}
