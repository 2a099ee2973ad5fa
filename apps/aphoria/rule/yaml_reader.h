/* yaml_reader.h -- a YAML document of mappings, lists and texts, read with the line of each fault.
 *
 * Lifetime: texts are the arena's.
 * Failure:  reported on stderr as "path:line: what: which; what to do", and counted. */
#ifndef APHORIA_YAML_READER_H
#define APHORIA_YAML_READER_H

#include <stddef.h>
#include <yaml.h>

#include "common/arena.h"

enum { YAML_FAULTS_SHOWN_MAX = 20 };

typedef struct yaml_reader {
    const char *path;
    arena *memory;
    yaml_document_t document;
    size_t fault_count;
    int has_document;
} yaml_reader;

/* The root, or NULL after a report. */
const yaml_node_t *yaml_reader_open(yaml_reader *self, const char *path, const char *bytes,
                                    size_t size, arena *memory);
void yaml_reader_close(yaml_reader *self);

size_t yaml_reader_line(const yaml_node_t *node);
void yaml_reader_fault(yaml_reader *self, const yaml_node_t *node, const char *what,
                       const char *which, const char *wanted);

/* Takes one key's value; 0 where there is no such key. */
typedef int (*yaml_take)(yaml_reader *self, const char *key, const yaml_node_t *node,
                         void *context);
/* Hands out every pair of a mapping; keys that are unknown or come twice are faults. */
void yaml_reader_map(yaml_reader *self, const yaml_node_t *node, const char *what, yaml_take take,
                     void *context);

/* Items of a list: `index` from 0, NULL behind the last. A list of one may be written bare. */
const yaml_node_t *yaml_reader_item(yaml_reader *self, const yaml_node_t *list, size_t index);
size_t yaml_reader_item_count(const yaml_node_t *list);

/* The text of a scalar, NULL after a report. */
const char *yaml_reader_text(yaml_reader *self, const yaml_node_t *node, const char *what);
/* Texts of a list, or of one scalar; ended by NULL. */
const char *const *yaml_reader_texts(yaml_reader *self, const yaml_node_t *node, const char *what);
/* 1, or 0 after a report. */
int yaml_reader_number(yaml_reader *self, const yaml_node_t *node, const char *what,
                       double *out_number);
int yaml_reader_truth(yaml_reader *self, const yaml_node_t *node, const char *what, int *out_truth);
/* Whether the scalar was written in quotes. */
int yaml_reader_is_quoted(const yaml_node_t *node);

#endif
