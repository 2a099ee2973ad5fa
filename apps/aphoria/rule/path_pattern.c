/* path_pattern.c -- see path_pattern.h. */
#include "aphoria/rule/path_pattern.h"

#include <string.h>

enum { ALTERNATIVES_MAX = 200 };

typedef struct expansion {
    arena *memory;
    const char **items;
    size_t count;
} expansion;

static int expand(expansion *self, const char *pattern)
{
    const char *open = strchr(pattern, '{');
    if (open == NULL) {
        if (self->count == ALTERNATIVES_MAX || strchr(pattern, '}') != NULL) {
            return 0;
        }
        self->items[self->count++] = pattern;
        return 1;
    }
    const char *close = strchr(open, '}');
    if (close == NULL) {
        return 0;
    }
    size_t head = (size_t)(open - pattern);
    for (const char *from = open + 1; from <= close; from++) {
        size_t size = strcspn(from, ",}");
        const char *before = arena_copy(self->memory, pattern, head);
        const char *chosen = arena_copy(self->memory, from, size);
        const char *each = arena_join(self->memory, before, chosen, close + 1);
        if (!expand(self, each)) {
            return 0;
        }
        from += size;
    }
    return 1;
}

const char *const *path_pattern_expand(arena *memory, const char *pattern)
{
    expansion self = {.memory = memory};
    self.items = arena_allocate(memory, (ALTERNATIVES_MAX + 1) * sizeof *self.items);
    return expand(&self, pattern) ? self.items : NULL;
}

static size_t name_size(const char *path)
{
    size_t size = 0;
    while (path[size] != '.' && path[size] != '\0') {
        size++;
    }
    return size;
}

/* From the beginning to the end; a * stands for any part of one name. */
static int matches_from(const char *pattern, const char *path)
{
    for (;;) {
        while (*pattern == *path && *pattern != '\0' && *pattern != '*') {
            pattern++;
            path++;
        }
        if (*pattern != '*') {
            return *pattern == *path;
        }
        pattern++;
        size_t tail = name_size(pattern);
        size_t rest = name_size(path);
        if (rest < tail || memcmp(pattern, path + rest - tail, tail) != 0) {
            return 0;
        }
        pattern += tail;
        path += rest;
    }
}

static int matches_anywhere(const char *pattern, const char *path)
{
    for (;;) {
        if ((*pattern == *path || *pattern == '*') && matches_from(pattern, path)) {
            return 1;
        }
        path += name_size(path);
        if (*path == '\0') {
            return 0;
        }
        path++;
    }
}

int path_pattern_matches(const char *pattern, const char *path, int is_open)
{
    if (strncmp(pattern, "*.", 2) == 0) {
        return matches_anywhere(pattern + 2, path);
    }
    int is_match = matches_from(pattern, path);
    if (is_match || !is_open) {
        return is_match;
    }
    for (const char *dot = strchr(pattern, '.'); dot != NULL; dot = strchr(dot + 1, '.')) {
        if (dot[1] >= 'A' && dot[1] <= 'Z' && matches_from(dot + 1, path)) {
            return 1;
        }
    }
    return 0;
}

const char *path_pattern_last(const char *pattern)
{
    const char *dot = strrchr(pattern, '.');
    const char *last = dot == NULL ? pattern : dot + 1;
    return strchr(last, '*') == NULL ? last : NULL;
}
