/* parse.h -- a file's bytes into a tree of code: tree-sitter, then lowering.
 *
 * Threads:  a parser is one thread's.
 * Failure:  code that is broken is read as far as it goes; what runs out of its budget, or nests
 *           deeper than 500, is cut, and the result says so. */
#ifndef APHORIA_PARSE_H
#define APHORIA_PARSE_H

#include <stdint.h>

#include "aphoria/syntax/code.h"
#include "aphoria/syntax/comment.h"
#include "aphoria/syntax/language.h"
#include "common/arena.h"

typedef struct parser parser;

parser *parser_create(void);
/* Accepts NULL. */
void parser_destroy(parser *self);

/* The nodes of what it parses from now on say that they are of this file. */
void parser_set_file(parser *self, uint32_t file);

typedef struct parse_result {
    const code_node *root; /* CODE_BLOCK; NULL where nothing could be parsed in time */
    uint32_t node_count;
    int has_errors; /* syntax that the grammar does not know */
    int is_cut;     /* time or depth ran out */
} parse_result;

/* `self_language` is code; nodes and texts are `memory`'s. */
parse_result parser_run(parser *self, language self_language, const char *source, uint32_t size,
                        uint64_t budget_ns, arena *memory);

/* Tells of the comments that hold a text, in their order; 0 where the file could not be parsed in
 * time. */
int parser_comments(parser *self, language self_language, const char *source, uint32_t size,
                    const char *holding, uint64_t budget_ns, comment_visit visit, void *context);

#endif
