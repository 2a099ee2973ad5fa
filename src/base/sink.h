/* sink.h -- where bytes go that come in pieces: a file, a buffer, a hash.
 *
 * Failure: what `put` returns; the pieces before it may have arrived. */
#ifndef BASE_SINK_H
#define BASE_SINK_H

#include <stddef.h>
#include <steme/error.h>

typedef struct base_sink {
    steme_status (*put)(void *context, const void *bytes, size_t size, steme_error *error);
    void *context;
} base_sink;

#endif
