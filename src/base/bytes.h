/* bytes.h -- integers in byte order, hex, checked arithmetic. No failure but where stated. */
#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline void base_put_u16be(uint8_t *out, uint16_t value)
{
    value = __builtin_bswap16(value);
    memcpy(out, &value, 2);
}

static inline void base_put_u32be(uint8_t *out, uint32_t value)
{
    value = __builtin_bswap32(value);
    memcpy(out, &value, 4);
}

static inline void base_put_u64be(uint8_t *out, uint64_t value)
{
    value = __builtin_bswap64(value);
    memcpy(out, &value, 8);
}

static inline uint16_t base_get_u16be(const uint8_t *bytes)
{
    uint16_t value;
    memcpy(&value, bytes, 2);
    return __builtin_bswap16(value);
}

static inline uint32_t base_get_u32be(const uint8_t *bytes)
{
    uint32_t value;
    memcpy(&value, bytes, 4);
    return __builtin_bswap32(value);
}

static inline uint64_t base_get_u64be(const uint8_t *bytes)
{
    uint64_t value;
    memcpy(&value, bytes, 8);
    return __builtin_bswap64(value);
}

/* A signed 64-bit integer as 8 bytes whose byte order is its numeric order (sign bit flipped). */
static inline void base_put_i64_ordered(uint8_t *out, int64_t value)
{
    base_put_u64be(out, (uint64_t)value ^ (UINT64_C(1) << 63));
}

static inline int64_t base_get_i64_ordered(const uint8_t *bytes)
{
    return (int64_t)(base_get_u64be(bytes) ^ (UINT64_C(1) << 63));
}

/* Writes 2 * size lower-case digits and a NUL. */
void base_hex_encode(const uint8_t *bytes, size_t size, char *out_text);

/* Reads exactly 2 * size digits, either case; false (and `out_bytes` undefined) otherwise. */
bool base_hex_decode(const char *text, size_t text_size, uint8_t *out_bytes, size_t size);

/* Reads a decimal number of 1 to 20 digits at *text and moves *text behind it; false, and nothing
 * moved, where there is none or it does not fit. */
bool base_decimal_read(const char **text, uint64_t *out_value);

/* Moves *text behind `word` where it begins so; else false. */
bool base_text_skip(const char **text, const char *word);

/* Index of the first byte at which valid UTF-8 (RFC 3629: no overlongs, no surrogates, at most
 * U+10FFFF) ends, or `size` where all of it is valid. NUL counts as invalid. */
size_t base_utf8_valid_size(const uint8_t *text, size_t size);

#endif
