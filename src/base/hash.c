#include "base/hash.h"
#include "base/bytes.h"

#include <blake3.h>
#include <sodium.h>
#include <string.h>

_Static_assert(sizeof(blake3_hasher) <= sizeof((base_blake3_stream){0}).state,
               "base_blake3_stream is too small");

steme_id base_blake3(const void *bytes, size_t size)
{
    base_blake3_stream stream;
    base_blake3_init(&stream);
    base_blake3_update(&stream, bytes, size);
    return base_blake3_final(&stream);
}

steme_id base_blake3_derive(const char *context, const void *bytes, size_t size)
{
    blake3_hasher hasher;
    blake3_hasher_init_derive_key(&hasher, context);
    blake3_hasher_update(&hasher, bytes, size);
    steme_id id;
    blake3_hasher_finalize(&hasher, id.bytes, sizeof id.bytes);
    return id;
}

void base_blake3_init(base_blake3_stream *stream)
{
    blake3_hasher_init((blake3_hasher *)(void *)stream->state);
}

void base_blake3_update(base_blake3_stream *stream, const void *bytes, size_t size)
{
    blake3_hasher_update((blake3_hasher *)(void *)stream->state, bytes, size);
}

steme_id base_blake3_final(const base_blake3_stream *stream)
{
    steme_id id;
    blake3_hasher_finalize((const blake3_hasher *)(const void *)stream->state, id.bytes,
                           sizeof id.bytes);
    return id;
}

uint64_t base_siphash(const uint8_t key[16], const void *bytes, size_t size)
{
    uint8_t out[crypto_shorthash_BYTES];
    crypto_shorthash(out, bytes, size, key);
    return base_get_u64be(out);
}
