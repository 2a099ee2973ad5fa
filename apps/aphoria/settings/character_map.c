/* character_map.c -- see character_map.h. */
#include "aphoria/settings/character_map.h"

#include <string.h>

enum { STEP_SIZE = 256 };

/* The next character's place. */
static character_place step(const character_map *self, character_place at)
{
    int is_newline = self->bytes[at.offset] == '\n';
    size_t begin = at.offset++;
    while (at.offset < self->size && (self->bytes[at.offset] & 0xc0) == 0x80) {
        at.offset++;
    }
    at.column = is_newline ? 1 : at.column + at.offset - begin;
    at.line += is_newline ? 1 : 0;
    return at;
}

character_map character_map_make(arena *memory, const char *bytes, size_t size)
{
    character_map made = {.bytes = bytes, .size = size};
    character_place at = {.line = 1, .column = 1};
    if (size >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0) {
        at.offset = 3;
    }
    made.steps = arena_allocate(memory, (size / STEP_SIZE + 1) * sizeof *made.steps);
    made.steps[made.step_count++] = at;
    for (size_t count = 1; at.offset < size; count++) {
        at = step(&made, at);
        if (count % STEP_SIZE == 0) {
            made.steps[made.step_count++] = at;
        }
    }
    return made;
}

character_place character_map_find(const character_map *self, size_t index)
{
    size_t last = self->step_count - 1;
    size_t from = index / STEP_SIZE < last ? index / STEP_SIZE : last;
    character_place at = self->steps[from];
    for (size_t i = from * STEP_SIZE; i < index && at.offset < self->size; i++) {
        at = step(self, at);
    }
    return at;
}
