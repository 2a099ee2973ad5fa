#include "record/cbor_read.h"
#include "base/bytes.h"
#include "base/error.h"
#include "record/cbor_float.h"

#include <string.h>

enum {
    MAJOR_UNSIGNED,
    MAJOR_NEGATIVE,
    MAJOR_BYTES,
    MAJOR_TEXT,
    MAJOR_ARRAY,
    MAJOR_MAP,
    MAJOR_TAG,
    MAJOR_SIMPLE,
};
enum { INFO_ONE_BYTE = 24, INFO_EIGHT_BYTES = 27 };
enum { BYTE_FALSE = 0xf4, BYTE_TRUE = 0xf5, BYTE_HALF = 0xf9, BYTE_DOUBLE = 0xfb };

static const char ends_early[] = "ends too early";

void record_reader_init(record_reader *reader, const uint8_t *origin, steme_span bytes)
{
    *reader = (record_reader){.origin = origin, .next = bytes.bytes, .status = STEME_OK};
    reader->end = bytes.size > 0 ? bytes.bytes + bytes.size : bytes.bytes;
}

static bool refuse_as(record_reader *reader, steme_status status, const uint8_t *at,
                      const char *problem)
{
    reader->status = status;
    reader->problem = problem;
    reader->problem_at = at;
    return false;
}

bool record_reader_refuse(record_reader *reader, const uint8_t *at, const char *problem)
{
    return refuse_as(reader, STEME_INVALID, at, problem);
}

bool record_reader_refuse_size(record_reader *reader, const uint8_t *at, const char *problem,
                               size_t size, size_t size_max)
{
    reader->problem_size = size;
    reader->problem_size_max = size_max;
    return refuse_as(reader, STEME_INVALID, at, problem);
}

/* Refuses what section 1 does not allow. */
static bool refuse_form(record_reader *reader, const uint8_t *at, const char *problem)
{
    return refuse_as(reader, STEME_NOT_CANONICAL, at, problem);
}

steme_status record_reader_fail(const record_reader *reader, const char *subject,
                                steme_error *error)
{
    return base_fail(error, reader->status, "%s: %s: byte %zu", subject, reader->problem,
                     (size_t)(reader->problem_at - reader->origin));
}

static size_t bytes_left(const record_reader *reader)
{
    return (size_t)(reader->end - reader->next);
}

static uint64_t get_big_endian(const uint8_t *bytes, unsigned width)
{
    switch (width) {
    case 1:
        return bytes[0];
    case 2:
        return base_get_u16be(bytes);
    case 4:
        return base_get_u32be(bytes);
    default:
        return base_get_u64be(bytes);
    }
}

/* The head of an item whose major type is not 7; the caller has seen that a byte is left. */
static bool read_head(record_reader *reader, uint64_t *out_argument)
{
    /* What the next shorter form can still say. */
    static const uint64_t below[] = {23, UINT8_MAX, UINT16_MAX, UINT32_MAX};
    unsigned info = *reader->next & 31;
    if (info < INFO_ONE_BYTE) {
        *out_argument = info;
        reader->next++;
        return true;
    }
    if (info > INFO_EIGHT_BYTES)
        return refuse_form(reader, reader->next, "indefinite length or reserved head");
    unsigned width = 1u << (info - INFO_ONE_BYTE);
    if (bytes_left(reader) < 1 + width)
        return refuse_form(reader, reader->end, ends_early);
    uint64_t argument = get_big_endian(reader->next + 1, width);
    if (argument <= below[info - INFO_ONE_BYTE])
        return refuse_form(reader, reader->next, "not the shortest form");
    *out_argument = argument;
    reader->next += 1 + width;
    return true;
}

static bool read_head_of(record_reader *reader, unsigned major, const char *due,
                         uint64_t *out_argument)
{
    if (reader->next == reader->end)
        return refuse_form(reader, reader->end, ends_early);
    if (*reader->next >> 5 != major)
        return record_reader_refuse(reader, reader->next, due);
    return read_head(reader, out_argument);
}

bool record_read_unsigned(record_reader *reader, uint64_t *out_value)
{
    return read_head_of(reader, MAJOR_UNSIGNED, "not an unsigned integer", out_value);
}

bool record_read_int64(record_reader *reader, int64_t *out_value)
{
    const uint8_t *at = reader->next;
    bool is_negative = at < reader->end && *at >> 5 == MAJOR_NEGATIVE;
    uint64_t argument;
    if (!read_head_of(reader, is_negative ? MAJOR_NEGATIVE : MAJOR_UNSIGNED, "not an integer",
                      &argument))
        return false;
    if (argument > INT64_MAX)
        return record_reader_refuse(reader, at, "integer beyond 64 bits");
    *out_value = is_negative ? -1 - (int64_t)argument : (int64_t)argument;
    return true;
}

bool record_read_boolean(record_reader *reader, bool *out_value)
{
    if (reader->next == reader->end)
        return refuse_form(reader, reader->end, ends_early);
    if (*reader->next != BYTE_FALSE && *reader->next != BYTE_TRUE)
        return record_reader_refuse(reader, reader->next, "not a boolean");
    *out_value = *reader->next++ == BYTE_TRUE;
    return true;
}

bool record_reader_is_at_float(const record_reader *reader)
{
    return reader->next < reader->end && *reader->next >= BYTE_HALF && *reader->next <= BYTE_DOUBLE;
}

bool record_read_float(record_reader *reader, double *out_value)
{
    const uint8_t *at = reader->next;
    if (at == reader->end)
        return refuse_form(reader, reader->end, ends_early);
    if (!record_reader_is_at_float(reader))
        return record_reader_refuse(reader, at, "not a float");
    unsigned width = 2u << (*at - BYTE_HALF);
    if (bytes_left(reader) < 1 + width)
        return refuse_form(reader, reader->end, ends_early);
    double value;
    if (!record_float_decode(get_big_endian(at + 1, width), width, &value))
        return refuse_form(reader, at, "negative zero, NaN or infinity");
    if (record_float_width(value) != width)
        return refuse_form(reader, at, "not the shortest float");
    *out_value = value;
    reader->next += 1 + width;
    return true;
}

/* What follows the head of a string. */
static bool read_string(record_reader *reader, uint64_t size, steme_span *out_string)
{
    if (size > bytes_left(reader))
        return refuse_form(reader, reader->end, ends_early);
    *out_string = (steme_span){reader->next, (size_t)size};
    reader->next += size;
    return true;
}

bool record_read_bytes(record_reader *reader, steme_span *out_bytes)
{
    uint64_t size;
    return read_head_of(reader, MAJOR_BYTES, "not bytes", &size) &&
           read_string(reader, size, out_bytes);
}

bool record_read_bytes_of(record_reader *reader, size_t size, const uint8_t **out_bytes)
{
    const uint8_t *at = reader->next;
    steme_span bytes;
    if (!record_read_bytes(reader, &bytes))
        return false;
    if (bytes.size != size)
        return record_reader_refuse(reader, at, "bytes of another size");
    *out_bytes = bytes.bytes;
    return true;
}

bool record_read_text(record_reader *reader, steme_span *out_text)
{
    const uint8_t *at = reader->next;
    uint64_t size;
    steme_span text;
    if (!read_head_of(reader, MAJOR_TEXT, "not a text", &size) || !read_string(reader, size, &text))
        return false;
    if (text.size == 0)
        return refuse_form(reader, at, "empty text");
    size_t valid_size = base_utf8_valid_size(text.bytes, text.size);
    if (valid_size != text.size)
        return refuse_form(reader, text.bytes + valid_size, "NUL or invalid UTF-8 in a text");
    *out_text = text;
    return true;
}

/* An item has at least one byte, so a count can never be more than the bytes that are left. */
static bool read_count(record_reader *reader, unsigned major, const char *due, size_t item_size_min,
                       uint64_t *out_count)
{
    const uint8_t *at = reader->next;
    uint64_t count;
    if (!read_head_of(reader, major, due, &count))
        return false;
    if (count > bytes_left(reader) / item_size_min)
        return refuse_form(reader, at, "counts more items than bytes are left");
    *out_count = count;
    return true;
}

bool record_read_array(record_reader *reader, uint64_t *out_count)
{
    return read_count(reader, MAJOR_ARRAY, "not an array", 1, out_count);
}

bool record_read_map(record_reader *reader, uint64_t *out_count)
{
    return read_count(reader, MAJOR_MAP, "not a map", 2, out_count);
}

bool record_read_array_of(record_reader *reader, uint64_t count)
{
    const uint8_t *at = reader->next;
    uint64_t got;
    if (!record_read_array(reader, &got))
        return false;
    return got == count || record_reader_refuse(reader, at, "array of another length");
}

/* Encodings are prefix-free: where two differ, they differ within the shorter one. */
bool record_read_key_order(record_reader *reader, steme_span *previous, steme_span key)
{
    size_t size = previous->size < key.size ? previous->size : key.size;
    int order = previous->bytes == NULL ? -1 : memcmp(previous->bytes, key.bytes, size);
    if (order >= 0)
        return refuse_form(reader, key.bytes,
                           order == 0 ? "map key occurs twice" : "map keys are not in order");
    *previous = key;
    return true;
}

static bool read_array_inside(record_reader *reader, unsigned depth)
{
    uint64_t count;
    if (!record_read_array(reader, &count))
        return false;
    for (uint64_t i = 0; i < count; i++)
        if (!record_read_any(reader, depth))
            return false;
    return true;
}

static bool read_map_inside(record_reader *reader, unsigned depth)
{
    uint64_t count;
    steme_span previous = {NULL, 0};
    if (!record_read_map(reader, &count))
        return false;
    for (uint64_t i = 0; i < count; i++) {
        const uint8_t *at = reader->next;
        if (!record_read_any(reader, depth) ||
            !record_read_key_order(reader, &previous,
                                   (steme_span){at, (size_t)(reader->next - at)}) ||
            !record_read_any(reader, depth))
            return false;
    }
    return true;
}

static bool read_simple(record_reader *reader)
{
    bool boolean;
    double real;
    if (record_reader_is_at_float(reader))
        return record_read_float(reader, &real);
    return record_read_boolean(reader, &boolean) ||
           refuse_form(reader, reader->next, "a simple value other than false and true");
}

/* Recursion is at most RECORD_DEPTH_MAX deep. */
bool record_read_any(record_reader *reader, unsigned depth)
{
    uint64_t number;
    steme_span string;
    if (reader->next == reader->end)
        return refuse_form(reader, reader->end, ends_early);
    unsigned major = *reader->next >> 5;
    switch (major) {
    case MAJOR_UNSIGNED:
    case MAJOR_NEGATIVE:
        return read_head(reader, &number);
    case MAJOR_BYTES:
        return record_read_bytes(reader, &string);
    case MAJOR_TEXT:
        return record_read_text(reader, &string);
    case MAJOR_TAG:
        return refuse_form(reader, reader->next, "a tag");
    case MAJOR_SIMPLE:
        return read_simple(reader);
    default:
        if (depth >= RECORD_DEPTH_MAX)
            return refuse_form(reader, reader->next, "nested more than 8 deep");
        return major == MAJOR_ARRAY ? read_array_inside(reader, depth + 1)
                                    : read_map_inside(reader, depth + 1);
    }
}

bool record_read_end(record_reader *reader)
{
    return reader->next == reader->end ||
           refuse_form(reader, reader->next, "bytes follow the item");
}
