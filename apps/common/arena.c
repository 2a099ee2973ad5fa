/* arena.c -- see arena.h. */
#include "common/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/text.h"

enum { CHUNK_SIZE = 64 * 1024 };

struct arena_chunk {
    arena_chunk *older;
    size_t capacity;
    alignas(max_align_t) uint8_t bytes[];
};

void arena_deinit(arena *self)
{
    while (self->chunks != NULL) {
        arena_chunk *older = self->chunks->older;
        free(self->chunks);
        self->chunks = older;
    }
    *self = ARENA_EMPTY;
}

void arena_clear(arena *self)
{
    if (self->chunks == NULL) {
        return;
    }
    arena older = {.chunks = self->chunks->older};
    arena_deinit(&older);
    self->chunks->older = NULL;
    self->used = 0;
    self->size_bytes = self->chunks->capacity;
}

static void add_chunk(arena *self, size_t size)
{
    size_t capacity = size > CHUNK_SIZE ? size : CHUNK_SIZE;
    arena_chunk *chunk = text_allocate(sizeof *chunk + capacity);
    chunk->older = self->chunks;
    chunk->capacity = capacity;
    self->chunks = chunk;
    self->used = 0;
    self->size_bytes += capacity;
}

void *arena_allocate(arena *self, size_t size)
{
    size_t rounded = (size + alignof(max_align_t) - 1) / alignof(max_align_t) * alignof(max_align_t);
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
