/* lower_core.h -- a lowering as parse.c runs it. */
#ifndef APHORIA_LOWER_CORE_H
#define APHORIA_LOWER_CORE_H

#include "aphoria/syntax/lower.h"

enum { LOWER_DEPTH_MAX = 500 };

/* What a grammar's numbers mean; made once per language. */
typedef struct lower_index {
    const lower_rule **rules; /* [symbol], or NULL */
    uint32_t symbol_count;    /* an error's symbol is none of them */
    uint8_t *fields;          /* [field id]: lower_field */
} lower_index;

struct lowering {
    arena *memory;
    const char *source;
    uint32_t size;
    const lower_index *index;
    uint32_t depth;
    uint32_t node_count;
    uint32_t file; /* of the nodes that are made; lower_begin leaves it */
    int is_cut;
    TSTreeCursor cursor;
    int has_cursor;
};

void lower_begin(lowering *self, language of, const lower_language *lowered, const char *source,
                 uint32_t size, arena *memory);
void lower_deinit(lowering *self);

#endif
