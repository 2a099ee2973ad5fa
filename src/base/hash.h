/* hash.h -- BLAKE3 (content, signing input, trie) and CRC32C (damage in files). No failure. */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stddef.h>
#include <stdint.h>
#include <steme/types.h>

/* BLAKE3 in its plain mode, 32 bytes. */
steme_id base_blake3(const void *bytes, size_t size);

/* BLAKE3 in derive_key mode; `context` is a NUL-terminated constant, used nowhere else. */
steme_id base_blake3_derive(const char *context, const void *bytes, size_t size);

/* BLAKE3 of bytes that come in pieces. */
typedef struct base_blake3_stream {
    _Alignas(8) uint8_t state[1920]; /* holds a blake3_hasher; its size is asserted in hash.c */
} base_blake3_stream;

void base_blake3_init(base_blake3_stream *stream);
void base_blake3_update(base_blake3_stream *stream, const void *bytes, size_t size);
steme_id base_blake3_final(const base_blake3_stream *stream);

/* CRC32C (Castagnoli, RFC 3720 B.4) continued from `crc`; start with 0. */
uint32_t base_crc32c(uint32_t crc, const void *bytes, size_t size);

/* SipHash-2-4 under a 16-byte key: short keys that nobody outside can make collide cheaply. */
uint64_t base_siphash(const uint8_t key[16], const void *bytes, size_t size);

#endif
