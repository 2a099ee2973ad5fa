/* fingerprint.c -- see fingerprint.h. */
#include "aphoria/judge/fingerprint.h"

#include <string.h>

#include <steme/record.h>

#include "common/text.h"

enum { FINGERPRINT_BYTES = 16 };

const char *fingerprint_of(const observation *seen, arena *memory)
{
    text_buffer whole = TEXT_EMPTY;
    text_buffer digits = TEXT_EMPTY;
    text_append_bytes(&whole, seen->match->id, strlen(seen->match->id) + 1);
    text_append_bytes(&whole, seen->text, strlen(seen->text) + 1);
    text_append_bytes(&whole, seen->symbol, strlen(seen->symbol) + 1);
    text_append_format(&whole, "%u", seen->copy);
    if (seen->secret_mark != 0) {
        text_append_format(&whole, "%c%016llx", '\0', (unsigned long long)seen->secret_mark);
    }
    steme_id hash = steme_hash(whole.bytes, whole.size);
    text_append_hex(&digits, hash.bytes, FINGERPRINT_BYTES);
    const char *copy = arena_copy(memory, text_get(&digits), digits.size);
    text_deinit(&whole);
    text_deinit(&digits);
    return copy;
}
