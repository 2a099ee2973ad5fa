/* character_map.h -- where a character of a UTF-8 text stands: libyaml counts characters, and calls
 * more than a newline the end of a line.
 *
 * Threads:  a map is read-only once made.
 * Lifetime: it is the arena's; the text is borrowed. */
#ifndef APHORIA_CHARACTER_MAP_H
#define APHORIA_CHARACTER_MAP_H

#include <stddef.h>

#include "common/arena.h"

typedef struct character_place {
    size_t offset; /* in bytes */
    size_t line;   /* from 1 */
    size_t column; /* from 1, in bytes */
} character_place;

typedef struct character_map {
    const char *bytes;
    size_t size;
    character_place *steps; /* of each 256th character */
    size_t step_count;
} character_map;

/* A mark of the byte order at the beginning is no character. */
character_map character_map_make(arena *memory, const char *bytes, size_t size);
/* The text's end where it has not as many. */
character_place character_map_find(const character_map *self, size_t index);

#endif
