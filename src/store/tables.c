#include "store/tables.h"
#include "base/hash.h"

#include <string.h>

const index_table store_tables[STORE_TABLE_COUNT] = {
    [STORE_TABLE_ID] = {.row_size = 40, .probe_size = 8, .name = "id"},
    [STORE_TABLE_CLAIM] = {.row_size = 32, .probe_size = 16, .name = "claim"},
    [STORE_TABLE_STAMP] = {.row_size = 16, .name = "stamp"},
    [STORE_TABLE_AGENT] = {.row_size = 24, .name = "agent"},
    [STORE_TABLE_SOURCE] = {.row_size = 16, .name = "source"},
    [STORE_TABLE_TARGET] = {.row_size = 16, .probe_size = 8, .name = "target"},
    [STORE_TABLE_DERIVED] = {.row_size = 16, .probe_size = 8, .name = "derived"},
    [STORE_TABLE_TERM] = {.row_size = 16, .probe_size = 8, .name = "term"},
};

/* The hash key with its last byte changed per kind of text, so that no two kinds share keys. */
static uint64_t tagged_key(const uint8_t hash_key[16], uint8_t tag, const uint8_t *text,
                           size_t size)
{
    uint8_t key[16];
    memcpy(key, hash_key, sizeof key);
    key[15] ^= tag;
    return base_siphash(key, text, size);
}

uint64_t store_subject_key(const uint8_t hash_key[16], steme_span subject)
{
    return tagged_key(hash_key, 1, subject.bytes, subject.size);
}

uint64_t store_predicate_key(const uint8_t hash_key[16], steme_span predicate)
{
    return tagged_key(hash_key, 2, predicate.bytes, predicate.size);
}

uint64_t store_term_predicate_key(const uint8_t hash_key[16], steme_span predicate)
{
    return tagged_key(hash_key, 3, predicate.bytes, predicate.size);
}

uint64_t store_term_prefix_key(const uint8_t hash_key[16], steme_span prefix)
{
    return tagged_key(hash_key, 4, prefix.bytes, prefix.size);
}

size_t store_term_prefix_size(steme_span prefix)
{
    uint32_t segments = 0;
    for (size_t i = 0; i < prefix.size; i++)
        if (prefix.bytes[i] == '/' && ++segments == STORE_TERM_SEGMENT_COUNT_MAX)
            return i;
    return prefix.size;
}
