/* crown_bytes.h -- the bytes of a crown in memory. */
#ifndef SUPPORT_CROWN_BYTES_H
#define SUPPORT_CROWN_BYTES_H

#include "merkle/crown.h"

#include <string.h>

static inline steme_status crown_bytes_put(void *context, const void *bytes, size_t size,
                                           steme_error *error)
{
    uint8_t **at = context;
    (void)error;
    memcpy(*at, bytes, size);
    *at += size;
    return STEME_OK;
}

/* Writes merkle_crown_encoded_size bytes. */
static inline void crown_bytes(const merkle_crown *crown, uint8_t *out_bytes)
{
    base_sink sink = {crown_bytes_put, &out_bytes};
    (void)!merkle_crown_encode(crown, &sink, NULL);
}

#endif
