/* memory.h -- the only way to the heap, and the arena.
 *
 * Direct malloc, calloc, realloc, strdup and free are compile errors in src/ once this header is
 * included. Every allocation can be made to fail by a test (platform/fault.h). */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include <stddef.h>
#include <stdint.h>

/* NULL where there is no memory, or where count * size overflows. size 0 gives a valid pointer. */
void *base_alloc(size_t size);
void *base_alloc_zero(size_t count, size_t size);
void *base_realloc(void *memory, size_t size);
void base_free(void *memory);

/* Called before each allocation; returning nonzero makes it fail. NULL (the start) = never.
 * It is read atomically; platform_fault_set writes it so. */
extern int (*base_alloc_fault)(void);

/* Memory that is freed all at once. An arena hands out blocks that stay where they are until
 * base_arena_reset or base_arena_deinit. Under AddressSanitizer each block is a malloc of its own,
 * so that an overrun is seen. One thread at a time. Zero-initialise before first use. */
typedef struct base_arena_chunk base_arena_chunk;
typedef struct base_arena {
    base_arena_chunk *chunks; /* newest first */
    size_t chunk_size;        /* bytes of the newest */
    size_t used;              /* of the newest */
} base_arena;

/* 16-byte aligned; NULL where there is no memory. */
void *base_arena_alloc(base_arena *arena, size_t size);
/* A copy of `size` bytes. */
void *base_arena_copy(base_arena *arena, const void *bytes, size_t size);
/* Gives everything back but the newest chunk, which is used again. */
void base_arena_reset(base_arena *arena);
void base_arena_deinit(base_arena *arena);

#ifndef BASE_MEMORY_IMPLEMENTATION
#include <stdlib.h>
#include <string.h>
#pragma GCC poison malloc calloc realloc strdup strndup reallocarray
#endif

#endif
