/* arena.c -- see arena.h. */
#include "common/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/text.h"

enum { CHUNK_SIZE = 64 * 1024, SPARE_MAX = 128, ALIGNMENT = alignof(uint64_t) };

struct arena_chunk {
    arena_chunk *older;
    size_t capacity;
    alignas(ALIGNMENT) uint8_t bytes[];
};

static void free_chunks(arena_chunk *chunk)
{
    while (chunk != NULL) {
        arena_chunk *older = chunk->older;
        free(chunk);
        chunk = older;
    }
}

void arena_deinit(arena *self)
{
    free_chunks(self->chunks);
    free_chunks(self->spare);
    *self = ARENA_EMPTY;
}

void arena_clear(arena *self)
{
    while (self->chunks != NULL) {
        arena_chunk *chunk = self->chunks;
        self->chunks = chunk->older;
        if (chunk->capacity == CHUNK_SIZE && self->spare_count < SPARE_MAX) {
            self->spare_count++;
            chunk->older = self->spare;
            self->spare = chunk;
        } else {
            free(chunk);
        }
    }
    self->used = 0;
}

static void add_chunk(arena *self, size_t size)
{
    size_t capacity = size > CHUNK_SIZE ? size : CHUNK_SIZE;
    arena_chunk *chunk = capacity == CHUNK_SIZE ? self->spare : NULL;
    if (chunk != NULL) {
        self->spare = chunk->older;
        self->spare_count--;
    } else {
        chunk = text_allocate(sizeof *chunk + capacity);
        chunk->capacity = capacity;
    }
    chunk->older = self->chunks;
    self->chunks = chunk;
    self->used = 0;
}

void *arena_allocate(arena *self, size_t size)
{
    size_t rounded = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (self->chunks == NULL || rounded > self->chunks->capacity - self->used) {
        add_chunk(self, rounded);
    }
    void *memory = self->chunks->bytes + self->used;
    self->used += rounded;
    memset(memory, 0, rounded);
    return memory;
}

char *arena_copy(arena *self, const void *bytes, size_t size)
{
    char *copy = arena_allocate(self, size + 1);
    if (size > 0) {
        memcpy(copy, bytes, size);
    }
    return copy;
}

char *arena_join(arena *self, const char *first, const char *between, const char *second)
{
    size_t first_size = strlen(first);
    size_t between_size = strlen(between);
    size_t second_size = strlen(second);
    char *made = arena_allocate(self, first_size + between_size + second_size + 1);
    memcpy(made, first, first_size);
    memcpy(made + first_size, between, between_size);
    memcpy(made + first_size + between_size, second, second_size);
    return made;
}
