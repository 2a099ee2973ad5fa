/* cursor.h -- where a list that was left goes on: a text for its reader to keep, and to give back.
 *
 *   offset  size  of the bytes that the text's hexadecimal digits stand for
 *        0     1  version, 1
 *        1     1  kind of list
 *        2     8  check: SipHash of the two before and all behind, under a key of the list
 *       10     …  what the list's maker put there
 *
 * The key says of what list a cursor is: one of another, or of other bytes, is no cursor of it. No
 * failure. */
#ifndef BASE_CURSOR_H
#define BASE_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <steme/types.h>

enum { BASE_CURSOR_CONTENT_SIZE_MAX = 2080 };

typedef enum base_cursor_kind {
    BASE_CURSOR_MATCHES = 1,
    BASE_CURSOR_ANSWERS = 2,
    BASE_CURSOR_WALK = 3,
} base_cursor_kind;

typedef struct base_cursor {
    uint8_t kind;
    uint8_t check[8];
    uint8_t content[BASE_CURSOR_CONTENT_SIZE_MAX];
    size_t content_size;
} base_cursor;

/* Fills in the check. `out_text` has STEME_CURSOR_SIZE_MAX bytes; a NUL ends it. */
void base_cursor_write(base_cursor *cursor, const uint8_t key[16], char *out_text);

/* False where the text is no cursor of this kind; its check is not looked at. */
bool base_cursor_read(steme_span text, base_cursor_kind kind, base_cursor *out_cursor);
bool base_cursor_is_of(const base_cursor *cursor, const uint8_t key[16]);

#endif
