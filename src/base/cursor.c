#include "base/cursor.h"

#include "base/bytes.h"
#include "base/hash.h"

#include <assert.h>
#include <string.h>

enum { VERSION = 1, HEAD_SIZE = 2, CHECK_SIZE = 8, CONTENT_OFFSET = HEAD_SIZE + CHECK_SIZE };

static_assert(2 * (CONTENT_OFFSET + BASE_CURSOR_CONTENT_SIZE_MAX) < STEME_CURSOR_SIZE_MAX,
              "every cursor fits into its text");

static void make_check(const base_cursor *cursor, const uint8_t key[16], uint8_t check[CHECK_SIZE])
{
    uint8_t bytes[HEAD_SIZE + BASE_CURSOR_CONTENT_SIZE_MAX] = {VERSION, cursor->kind};
    memcpy(bytes + HEAD_SIZE, cursor->content, cursor->content_size);
    base_put_u64be(check, base_siphash(key, bytes, HEAD_SIZE + cursor->content_size));
}

void base_cursor_write(base_cursor *cursor, const uint8_t key[16], char *out_text)
{
    uint8_t bytes[CONTENT_OFFSET + BASE_CURSOR_CONTENT_SIZE_MAX] = {VERSION, cursor->kind};
    make_check(cursor, key, cursor->check);
    memcpy(bytes + HEAD_SIZE, cursor->check, CHECK_SIZE);
    memcpy(bytes + CONTENT_OFFSET, cursor->content, cursor->content_size);
    base_hex_encode(bytes, CONTENT_OFFSET + cursor->content_size, out_text);
}

bool base_cursor_read(steme_span text, base_cursor_kind kind, base_cursor *out_cursor)
{
    uint8_t bytes[CONTENT_OFFSET + BASE_CURSOR_CONTENT_SIZE_MAX];
    size_t size = text.size / 2;
    if (size < CONTENT_OFFSET || size > sizeof bytes ||
        !base_hex_decode((const char *)text.bytes, text.size, bytes, size) || bytes[0] != VERSION ||
        bytes[1] != (uint8_t)kind)
        return false;
    out_cursor->kind = bytes[1];
    out_cursor->content_size = size - CONTENT_OFFSET;
    memcpy(out_cursor->check, bytes + HEAD_SIZE, CHECK_SIZE);
    memcpy(out_cursor->content, bytes + CONTENT_OFFSET, out_cursor->content_size);
    return true;
}

bool base_cursor_is_of(const base_cursor *cursor, const uint8_t key[16])
{
    uint8_t check[CHECK_SIZE];
    make_check(cursor, key, check);
    return memcmp(check, cursor->check, CHECK_SIZE) == 0;
}
