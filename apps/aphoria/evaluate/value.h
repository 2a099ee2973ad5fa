/* value.h -- what is known of a value in code: a constant, a name that leads to it, or where it
 * may come from.
 *
 * Values are never changed: what changes one makes another.
 *
 * Lifetime: a value is its arena's. */
#ifndef APHORIA_VALUE_H
#define APHORIA_VALUE_H

#include <stddef.h>
#include <stdint.h>

#include "aphoria/syntax/code.h"
#include "common/arena.h"

typedef enum value_kind {
    VALUE_UNKNOWN,
    VALUE_NULL,
    VALUE_BOOLEAN,
    VALUE_NUMBER,
    VALUE_TEXT,
    VALUE_PREFIX, /* a text that begins with `text`; the rest is not known */
    VALUE_LIST,
    VALUE_MAP,
    VALUE_OBJECT, /* `text` is the names that lead to it: flask.Flask, java.io.File, request.args */
    VALUE_FUNCTION, /* of this file: `node` */
    VALUE_ONE_OF,   /* `items`: depends on the way that was taken */
} value_kind;

/* What a value carries. */
enum {
    TAINT_OUTSIDE = 1,    /* somebody outside chose it, or part of it */
    TAINT_DIRECT = 2,     /* and no unknown function has been between */
    TAINT_CARRIER = 4,    /* it is, or holds, what values from outside come by: a request */
    TAINT_NORMAL = 8,     /* a path without .. in it */
    TAINT_FRESH = 16,     /* as its maker made it: not told yet to be safe */
    TAINT_SECRET = 32,    /* it must not be logged */
    TAINT_ELSEWHERE = 64, /* what it is depends on another file that was not looked into */
};

typedef struct value value;
struct value {
    uint8_t kind;       /* value_kind */
    uint8_t is_default; /* a parameter's default: callers may give another */
    uint32_t taint;     /* TAINT_ bits */
    uint32_t safe;      /* sinks (sink_kind bits) that it was made safe for */
    const char *text;
    double number;
    const value *const *items;
    const char *const *keys; /* of a map: NULL where a key is not known */
    uint32_t count;
    const code_node *node;   /* where it was written, or NULL */
    const code_node *source; /* where the taint came in, or NULL */
    struct scope *fields;    /* of an instance of a class that is known, or of it; or NULL */
    const code_node *import; /* CODE_IMPORT that the names of an object begin with, or NULL */
};

enum { VALUE_ITEMS_MAX = 64, VALUE_CHOICES_MAX = 8, VALUE_TEXT_MAX = 1 << 16 };

/* Never NULL. */
const value *value_unknown(void);
value *value_make(arena *memory, value_kind kind, const code_node *node);
const value *value_text(arena *memory, const char *text, const code_node *node);
const value *value_number(arena *memory, double number, const code_node *node);
const value *value_boolean(arena *memory, int is_true, const code_node *node);
const value *value_object(arena *memory, const char *path, const code_node *node);

/* A copy that carries what taint the others have: it is safe only where all tainted ones are. */
const value *value_with_taint(arena *memory, const value *self, const value *const *others,
                              size_t count);
/* A copy safe for these sinks. */
const value *value_made_safe(arena *memory, const value *self, uint32_t sinks);

/* What it is after either way was taken. */
const value *value_join(arena *memory, const value *left, const value *right);

/* left operator right. */
const value *value_binary(arena *memory, const char *operator, const value * left,
                          const value *right, const code_node *node);
/* A text made of parts. */
const value *value_concatenate(arena *memory, const value *const *parts, size_t count,
                               const code_node *node);

/* 1, 0, or -1 where it is not known. */
int value_truth(const value *self);
/* As text into `out` (false, 12, abc); 0 where it is no constant. */
int value_print(const value *self, char *out, size_t size);
int value_is_constant(const value *self);
int value_equals(const value *left, const value *right);

const value *value_list_add(arena *memory, const value *list, const value *item);
/* With another item at a place from 0, or from -1 for the last; as it is where there is none. */
const value *value_list_set(arena *memory, const value *list, double place, const value *item);
const value *value_map_put(arena *memory, const value *map, const char *key, const value *item);
/* What stands under a key, or NULL; unknown keys may be any. */
const value *value_map_get(const value *map, const char *key);

#endif
