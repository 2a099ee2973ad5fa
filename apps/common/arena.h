/* arena.h -- memory that is given back all at once.
 *
 * Threads:  an arena is its caller's.
 * Lifetime: start with ARENA_EMPTY, end with arena_deinit.
 * Failure:  out of memory ends the program, as in text.h. */
#ifndef COMMON_ARENA_H
#define COMMON_ARENA_H

#include <stddef.h>

typedef struct arena_chunk arena_chunk;

typedef struct arena {
    arena_chunk *chunks; /* the newest first */
    arena_chunk *spare;  /* emptied by arena_clear, to be used again */
    size_t spare_count;
    size_t used; /* bytes of the newest */
} arena;

#define ARENA_EMPTY ((arena){0})

void arena_deinit(arena *self);
/* All that was given is gone; keeps the memory for what follows. */
void arena_clear(arena *self);

/* Zeroed, aligned for pointers and numbers of 64 bits. */
void *arena_allocate(arena *self, size_t size);
/* A copy with a NUL behind it. */
char *arena_copy(arena *self, const void *bytes, size_t size);
/* Two texts with a third between them. */
char *arena_join(arena *self, const char *first, const char *between, const char *second);

#endif
