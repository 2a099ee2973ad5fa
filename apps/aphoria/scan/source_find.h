/* source_find.h -- paths of a tree's files by what names in code say: see source_tree.h. */
#ifndef APHORIA_SOURCE_FIND_H
#define APHORIA_SOURCE_FIND_H

#include "aphoria/evaluate/evaluate.h"
#include "aphoria/walk/walk.h"

typedef struct source_index {
    const walk_list *files;
    uint32_t *by_name; /* Java's files, ascending by name without their folders */
    size_t by_name_count;
} source_index;

void source_index_init(source_index *self, const walk_list *files);
void source_index_deinit(source_index *self);

/* Numbers from 1; 0 = none. */
uint32_t source_index_number(const source_index *self, const char *path);
uint32_t source_index_find(const source_index *self, const evaluate_reference *names,
                           const char **out_rest);

#endif
