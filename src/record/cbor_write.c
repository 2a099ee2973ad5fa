#include "record/cbor_write.h"
#include "base/bytes.h"
#include "record/cbor_float.h"

#include <string.h>

enum {
    HEAD_UNSIGNED = 0x00,
    HEAD_NEGATIVE = 0x20,
    HEAD_BYTES = 0x40,
    HEAD_TEXT = 0x60,
    HEAD_ARRAY = 0x80,
    HEAD_MAP = 0xa0,
    HEAD_FALSE = 0xf4,
    HEAD_HALF = 0xf9,
};

void record_writer_init(record_writer *writer, uint8_t *buffer, size_t capacity)
{
    *writer = (record_writer){.capacity = capacity};
    writer->bytes = buffer;
}

static void put(record_writer *writer, const uint8_t *bytes, size_t size)
{
    if (writer->is_full || size > writer->capacity - writer->size) {
        writer->is_full = true;
        return;
    }
    if (size > 0)
        memcpy(writer->bytes + writer->size, bytes, size);
    writer->size += size;
}

/* An initial byte and the low `width` bytes of `value` behind it. */
static void put_wide(record_writer *writer, uint8_t initial, uint64_t value, size_t width)
{
    uint8_t bytes[9] = {initial};
    base_put_u64be(bytes + 1, value << (64 - 8 * width));
    put(writer, bytes, 1 + width);
}

size_t record_head_size(uint64_t size)
{
    return size < 24            ? 1
           : size <= UINT8_MAX  ? 2
           : size <= UINT16_MAX ? 3
           : size <= UINT32_MAX ? 5
                                : 9;
}

static void put_head(record_writer *writer, unsigned major, uint64_t argument)
{
    switch (record_head_size(argument)) {
    case 1:
        put(writer, &(uint8_t){(uint8_t)(major | argument)}, 1);
        break;
    case 2:
        put_wide(writer, (uint8_t)(major | 24), argument, 1);
        break;
    case 3:
        put_wide(writer, (uint8_t)(major | 25), argument, 2);
        break;
    case 5:
        put_wide(writer, (uint8_t)(major | 26), argument, 4);
        break;
    default:
        put_wide(writer, (uint8_t)(major | 27), argument, 8);
        break;
    }
}

void record_write_unsigned(record_writer *writer, uint64_t value)
{
    put_head(writer, HEAD_UNSIGNED, value);
}

void record_write_int64(record_writer *writer, int64_t value)
{
    if (value < 0)
        put_head(writer, HEAD_NEGATIVE, (uint64_t)(-1 - value));
    else
        put_head(writer, HEAD_UNSIGNED, (uint64_t)value);
}

void record_write_boolean(record_writer *writer, bool value)
{
    put(writer, &(uint8_t){(uint8_t)(HEAD_FALSE + value)}, 1);
}

void record_write_float(record_writer *writer, double value)
{
    unsigned width = record_float_width(value);
    uint8_t initial = (uint8_t)(HEAD_HALF + (width == 4) + 2 * (width == 8));
    put_wide(writer, initial, record_float_encode(value, width), width);
}

void record_write_bytes_head(record_writer *writer, size_t size)
{
    put_head(writer, HEAD_BYTES, size);
}

void record_write_bytes(record_writer *writer, const uint8_t *bytes, size_t size)
{
    record_write_bytes_head(writer, size);
    put(writer, bytes, size);
}

void record_write_text(record_writer *writer, steme_span text)
{
    put_head(writer, HEAD_TEXT, text.size);
    put(writer, text.bytes, text.size);
}

void record_write_array(record_writer *writer, uint64_t count)
{
    put_head(writer, HEAD_ARRAY, count);
}

void record_write_map(record_writer *writer, uint64_t count)
{
    put_head(writer, HEAD_MAP, count);
}

void record_write_encoded(record_writer *writer, steme_span encoded)
{
    put(writer, encoded.bytes, encoded.size);
}
