/* source_tree.h -- the other files of a scanned tree: which one a name in code leads to, and its
 * code.
 *
 * A module of Python is looked for beside the file that imports it and in the folders above; a
 * class of Java by the end of its path, else in the same folder; a module of JavaScript by its
 * relative path. What the standard library or an installed package has is not looked for in the
 * tree.
 *
 * Code is parsed when it is first asked for and kept as long as the memory for it lasts.
 *
 * Threads:  a tree is shared; a reader is one thread's.
 * Lifetime: what a reader was given stays until source_reader_release. */
#ifndef APHORIA_SOURCE_TREE_H
#define APHORIA_SOURCE_TREE_H

#include "aphoria/evaluate/evaluate.h"
#include "aphoria/syntax/parse.h"
#include "aphoria/walk/walk.h"

enum { SOURCE_SIZE_MAX = 256 << 10 }; /* of a file that others look into; it is kept */

typedef struct source_tree source_tree;
typedef struct source_reader source_reader;

/* `files` is borrowed. */
source_tree *source_tree_create(const walk_list *files);
/* Accepts NULL. */
void source_tree_destroy(source_tree *self);

source_reader *source_reader_create(source_tree *tree);
/* Accepts NULL. */
void source_reader_destroy(source_reader *self);
/* All that it was given may go. */
void source_reader_release(source_reader *self);

/* A file's number, from 1; 0 = the tree has no such path. */
uint32_t source_tree_number(const source_tree *self, const char *path);
const char *source_tree_path(const source_tree *self, uint32_t file);

/* The file that names lead to, 0 = none. `*out_rest` is what of the names is behind it. */
uint32_t source_tree_find(const source_tree *self, const evaluate_reference *names,
                          const char **out_rest);
/* Whether a file has a word that what comes in from outside is read by. */
int source_tree_has_source(source_tree *self, uint32_t file);
/* Java: files with a class that extends or implements one of this name, ascending. */
size_t source_tree_find_kinds(source_tree *self, const char *name, uint32_t *out_files,
                              size_t count_max);

/* The file's code; NULL where it is none, too large, or too much is held. */
const code_node *source_reader_load(source_reader *self, uint32_t file);
/* The same of a file whose bytes are at hand, as a scan's own: what is not kept is `memory`'s. */
parse_result source_reader_parse(source_reader *self, uint32_t file, language of, const char *bytes,
                                 size_t size, arena *memory);
/* Of a file that is held; else "". */
const char *source_reader_bytes(source_reader *self, uint32_t file, size_t *out_size);

#endif
