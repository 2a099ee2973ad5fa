/* pack.h -- bytes made shorter for the wire, by zlib (RFC 1950).
 *
 * Threads: pure. Memory that lacks ends the program, as everywhere in apps/. */
#ifndef COMMON_PACK_H
#define COMMON_PACK_H

#include <stdint.h>

#include <steme/types.h>

#define PACK_SIZE_MIN 1024 /* what is shorter has little that repeats */

/* malloc's; NULL where that would not be an eighth shorter. */
uint8_t *pack_bytes(steme_span bytes, size_t *out_size);
/* Of any bytes: malloc's, or NULL where they are none of pack_bytes, or of more than `size_max`
 * bytes, which is all the memory that this ever takes. */
uint8_t *pack_open(steme_span packed, size_t size_max, size_t *out_size);

#endif
