/* scope.c -- names and what they stand for: see evaluator.h. */
#include <string.h>

#include "aphoria/evaluate/evaluator.h"

scope *scope_make(evaluator *self, scope *outer, const char *symbol)
{
    scope *made = arena_allocate(self->memory, sizeof *made);
    made->outer = outer;
    made->symbol = symbol;
    made->file = outer == NULL ? 0 : outer->file;
    return made;
}

uint32_t scope_hash(const char *name)
{
    uint32_t hash = 2166136261u; /* FNV-1a */
    for (; *name != '\0'; name++) {
        hash = (hash ^ (uint8_t)*name) * 16777619u;
    }
    return hash;
}

static binding *find_here(const scope *self, const char *name, uint32_t hash)
{
    for (uint32_t i = self->count; i > 0; i--) {
        if (self->items[i - 1].hash == hash && strcmp(self->items[i - 1].name, name) == 0) {
            return &self->items[i - 1];
        }
    }
    return NULL;
}

const value *scope_find(const scope *self, const char *name)
{
    uint32_t hash = scope_hash(name);
    for (; self != NULL; self = self->outer) {
        const binding *found = find_here(self, name, hash);
        if (found != NULL) {
            return found->value;
        }
    }
    return NULL;
}

void scope_bind(evaluator *self, scope *at, const char *name, const value *bound)
{
    uint32_t hash = scope_hash(name);
    binding *found = find_here(at, name, hash);
    if (found != NULL) {
        found->value = bound;
        return;
    }
    if (at->count == at->capacity) {
        uint32_t capacity = at->capacity == 0 ? 8 : 2 * at->capacity;
        binding *items = arena_allocate(self->memory, capacity * sizeof *items);
        if (at->count > 0) {
            memcpy(items, at->items, at->count * sizeof *items);
        }
        at->items = items;
        at->capacity = capacity;
    }
    at->items[at->count++] = (binding){name, hash, bound};
}

scope scope_save(evaluator *self, const scope *at)
{
    scope saved = *at;
    uint32_t cost = at->count / 2; /* so that ways through wide scopes are few */
    self->steps -= cost < self->steps ? cost : self->steps;
    saved.capacity = at->count;
    if (at->count > 0) {
        saved.items = arena_allocate(self->memory, at->count * sizeof *saved.items);
        memcpy(saved.items, at->items, at->count * sizeof *saved.items);
    }
    return saved;
}

void scope_join(evaluator *self, scope *at, const scope *other)
{
    for (uint32_t i = 0; i < other->count; i++) {
        const binding *theirs = &other->items[i];
        int is_same_place = i < at->count && at->items[i].hash == theirs->hash &&
                            strcmp(at->items[i].name, theirs->name) == 0;
        binding *ours = is_same_place ? &at->items[i] : find_here(at, theirs->name, theirs->hash);
        if (ours == NULL) {
            scope_bind(self, at, theirs->name, theirs->value);
        } else {
            ours->value = value_join(self->memory, ours->value, theirs->value);
        }
    }
}
