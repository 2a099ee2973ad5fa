/* lower.h -- what the lowerings of the languages share: a table from a grammar's node types to what
 * becomes of them.
 *
 * Most types need a line of the table: a kind, and which fields become its children. The rest have
 * a function. A type that no line names becomes CODE_OTHER with its parts as children. */
#ifndef APHORIA_LOWER_H
#define APHORIA_LOWER_H

#include <tree_sitter/api.h>

#include "aphoria/syntax/code.h"
#include "aphoria/syntax/language.h"
#include "common/arena.h"

/* Fields of all grammars that are asked for here; lower.c has their names. */
typedef enum lower_field {
    FIELD_NONE,
    FIELD_ALIAS,
    FIELD_ALTERNATIVE,
    FIELD_ARGUMENT,
    FIELD_ARGUMENTS,
    FIELD_ARRAY,
    FIELD_ATTRIBUTE,
    FIELD_BODY,
    FIELD_CONDITION,
    FIELD_CONSEQUENCE,
    FIELD_CONSTRUCTOR,
    FIELD_DECLARATOR,
    FIELD_DEFINITION,
    FIELD_FIELD,
    FIELD_FUNCTION,
    FIELD_HANDLER,
    FIELD_FINALIZER,
    FIELD_INDEX,
    FIELD_INITIALIZER,
    FIELD_KEY,
    FIELD_LEFT,
    FIELD_MACRO,
    FIELD_METHOD,
    FIELD_MODULE_NAME,
    FIELD_NAME,
    FIELD_OBJECT,
    FIELD_OPERAND,
    FIELD_OPERATOR,
    FIELD_PARAMETER,
    FIELD_PARAMETERS,
    FIELD_PATH,
    FIELD_PATTERN,
    FIELD_PROPERTY,
    FIELD_RECEIVER,
    FIELD_RIGHT,
    FIELD_SCOPE,
    FIELD_SOURCE,
    FIELD_SUBSCRIPT,
    FIELD_SUPERCLASS,
    FIELD_SUPERCLASSES,
    FIELD_TYPE,
    FIELD_VALUE,
    FIELD_COUNT,
} lower_field;

typedef struct lower_part {
    TSNode node;
    uint8_t field; /* lower_field */
    uint8_t is_named;
} lower_part;

typedef struct lower_parts {
    const lower_part *items;
    uint32_t count;
} lower_parts;

typedef struct lowering lowering;
typedef code_node *(*lower_function)(lowering *self, TSNode node, lower_parts parts);

enum { LOWER_FIELDS_MAX = 3 };

/* Tables read best as type, kind, function.
 * NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding) */
typedef struct lower_rule {
    const char *type;
    code_kind kind;
    lower_function lower; /* NULL: a node of the kind, with the fields' parts, or all named ones */
    lower_field fields[LOWER_FIELDS_MAX];
} lower_rule;

typedef struct lower_language {
    const TSLanguage *(*grammar)(void);
    const lower_rule *rules; /* ended by a NULL type */
} lower_language;

extern const lower_language lower_python, lower_java, lower_javascript, lower_typescript, lower_tsx,
    lower_go, lower_c, lower_cpp, lower_rust, lower_ruby, lower_php, lower_shell;

/* ---- For the functions of a table --------------------------------------------------------- */

/* Lowers a node; a null node gives CODE_NONE. Never NULL. */
code_node *lower_node(lowering *self, TSNode node);
lower_parts lower_get_parts(lowering *self, TSNode node);
/* The first part in this field, or the null node. */
TSNode lower_part_of(lower_parts parts, lower_field field);
code_node *lower_field_of(lowering *self, lower_parts parts, lower_field field);

code_node *lower_make(lowering *self, code_kind kind, TSNode node);
/* Adds a child at the end; `*tail` is where (begin with &parent->first). */
void lower_add(code_node ***tail, code_node *child);
/* Adds all named parts but those in `except` (FIELD_NONE: all). */
void lower_add_rest(lowering *self, code_node ***tail, lower_parts parts, lower_field except);

arena *lower_arena(lowering *self);
int lower_is(TSNode node, const char *type);
/* The source of a node; of part of it. */
const char *lower_source(lowering *self, TSNode node);
const char *lower_bytes(lowering *self, uint32_t begin, uint32_t end);
/* The same with escapes undone. */
const char *lower_unescaped(lowering *self, uint32_t begin, uint32_t end);

/* Functions that tables of several languages have. */
code_node *lower_skip(lowering *self, TSNode node, lower_parts parts);   /* nothing */
code_node *lower_unwrap(lowering *self, TSNode node, lower_parts parts); /* its only named part */
code_node *lower_name(lowering *self, TSNode node, lower_parts parts);
code_node *lower_number(lowering *self, TSNode node, lower_parts parts);
code_node *lower_true(lowering *self, TSNode node, lower_parts parts);
code_node *lower_false(lowering *self, TSNode node, lower_parts parts);
/* Object and member by FIELD_OBJECT|OPERAND|ARGUMENT|VALUE|PATH and
 * FIELD_PROPERTY|FIELD|ATTRIBUTE|NAME. */
code_node *lower_member(lowering *self, TSNode node, lower_parts parts);
/* Callee by FIELD_FUNCTION|CONSTRUCTOR|TYPE, arguments by FIELD_ARGUMENTS. */
code_node *lower_call(lowering *self, TSNode node, lower_parts parts);
code_node *lower_new(lowering *self, TSNode node, lower_parts parts);
/* Left, right, and the operator by its field or as the first unnamed part. */
code_node *lower_binary(lowering *self, TSNode node, lower_parts parts);
code_node *lower_unary(lowering *self, TSNode node, lower_parts parts);
code_node *lower_assign(lowering *self, TSNode node, lower_parts parts);
/* Body, then parameters: see lower_parameters. */
code_node *lower_function_of(lowering *self, TSNode node, lower_parts parts);
/* A string of the usual form: parts that are text, escapes, or code. */
code_node *lower_string(lowering *self, TSNode node, lower_parts parts);

#endif
