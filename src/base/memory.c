#define BASE_MEMORY_IMPLEMENTATION
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

int (*base_alloc_fault)(void);

static int alloc_fails(void)
{
    int (*fault)(void) = __atomic_load_n(&base_alloc_fault, __ATOMIC_RELAXED);
    return fault != NULL && fault();
}

void *base_alloc(size_t size)
{
    return alloc_fails() ? NULL : malloc(size == 0 ? 1 : size);
}

void *base_alloc_zero(size_t count, size_t size)
{
    if (count == 0 || size == 0)
        count = size = 1;
    return alloc_fails() ? NULL : calloc(count, size);
}

void *base_realloc(void *memory, size_t size)
{
    return alloc_fails() ? NULL : realloc(memory, size == 0 ? 1 : size);
}

void base_free(void *memory)
{
    free(memory);
}

#if defined(__SANITIZE_ADDRESS__)
#define ARENA_IS_MALLOC 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_IS_MALLOC 1
#endif
#endif
#ifndef ARENA_IS_MALLOC
#define ARENA_IS_MALLOC 0
#endif

enum { ARENA_ALIGN = 16, ARENA_CHUNK_MIN = 16 * 1024, ARENA_CHUNK_MAX = 1024 * 1024 };

struct base_arena_chunk {
    _Alignas(ARENA_ALIGN) base_arena_chunk *next;
    size_t size; /* of the bytes that follow */
};

static base_arena_chunk *arena_push(base_arena *arena, size_t size)
{
    base_arena_chunk *chunk = base_alloc(sizeof *chunk + size);
    if (chunk == NULL)
        return NULL;
    chunk->next = arena->chunks;
    chunk->size = size;
    arena->chunks = chunk;
    arena->chunk_size = size;
    arena->used = 0;
    return chunk;
}

void *base_arena_alloc(base_arena *arena, size_t size)
{
    if (size > SIZE_MAX / 4)
        return NULL;
    if (ARENA_IS_MALLOC) {
        base_arena_chunk *chunk = arena_push(arena, size);
        return chunk == NULL ? NULL : (void *)(chunk + 1);
    }
    size = (size + ARENA_ALIGN - 1) & ~(size_t)(ARENA_ALIGN - 1);
    if (arena->chunks == NULL || arena->chunk_size - arena->used < size) {
        size_t next = arena->chunk_size * 2;
        if (next < ARENA_CHUNK_MIN)
            next = ARENA_CHUNK_MIN;
        if (next > ARENA_CHUNK_MAX)
            next = ARENA_CHUNK_MAX;
        if (next < size)
            next = size;
        if (arena_push(arena, next) == NULL)
            return NULL;
    }
    void *block = (uint8_t *)(arena->chunks + 1) + arena->used;
    arena->used += size;
    return block;
}

void *base_arena_copy(base_arena *arena, const void *bytes, size_t size)
{
    void *copy = base_arena_alloc(arena, size);
    if (copy != NULL && size > 0)
        memcpy(copy, bytes, size);
    return copy;
}

static void arena_free_chunks(base_arena_chunk *chunk)
{
    while (chunk != NULL) {
        base_arena_chunk *next = chunk->next;
        free(chunk);
        chunk = next;
    }
}

void base_arena_reset(base_arena *arena)
{
    if (ARENA_IS_MALLOC) {
        base_arena_deinit(arena);
        return;
    }
    if (arena->chunks != NULL) {
        arena_free_chunks(arena->chunks->next);
        arena->chunks->next = NULL;
    }
    arena->used = 0;
}

void base_arena_deinit(base_arena *arena)
{
    arena_free_chunks(arena->chunks);
    *arena = (base_arena){0};
}
