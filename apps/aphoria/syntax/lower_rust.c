/* lower_rust.c -- Rust. */
#include <string.h>

#include "aphoria/syntax/lower.h"

extern const TSLanguage *tree_sitter_rust(void);

/* name!(tokens): a call of the name; its tokens are not looked into. */
static code_node *lower_macro(lowering *self, TSNode node, lower_parts parts)
{
    code_node *made = lower_make(self, CODE_CALL, node);
    code_node **tail = &made->first;
    lower_add(&tail, lower_field_of(self, parts, FIELD_MACRO));
    return made;
}

static code_node *lower_boolean(lowering *self, TSNode node, lower_parts parts)
{
    return lower_source(self, node)[0] == 't' ? lower_true(self, node, parts)
                                              : lower_false(self, node, parts);
}

/* use a::b::C; binds C to a::b::C, its names joined by dots. */
static code_node *lower_use(lowering *self, TSNode node, lower_parts parts)
{
    code_node *made = lower_make(self, CODE_IMPORT, node);
    TSNode argument = lower_part_of(parts, FIELD_ARGUMENT);
    const char *text = lower_source(self, argument);
    char *path = arena_copy(lower_arena(self), text, strlen(text));
    size_t size = 0;
    for (const char *each = text; *each != '\0'; each++) {
        if (each[0] == ':' && each[1] == ':') {
            path[size++] = '.';
            each++;
        } else {
            path[size++] = *each;
        }
    }
    path[size] = '\0';
    const char *dot = strrchr(path, '.');
    made->text = path;
    made->type = strpbrk(path, "{*") != NULL ? "*" : dot == NULL ? path : dot + 1;
    return made;
}

static code_node *lower_field_initializer(lowering *self, TSNode node, lower_parts parts)
{
    code_node *made = lower_make(self, CODE_PAIR, node);
    code_node **tail = &made->first;
    code_node *key = lower_make(self, CODE_TEXT, node);
    key->text = lower_source(self, lower_part_of(parts, FIELD_FIELD));
    lower_add(&tail, key);
    lower_add(&tail, lower_field_of(self, parts, FIELD_VALUE));
    return made;
}

static code_node *lower_parameter(lowering *self, TSNode node, lower_parts parts)
{
    code_node *made = lower_make(self, CODE_PARAMETER, node);
    made->text = lower_source(self, lower_part_of(parts, FIELD_PATTERN));
    return made;
}

static const lower_rule rules[] = {
    {"line_comment", CODE_NONE, lower_skip, {0}},
    {"block_comment", CODE_NONE, lower_skip, {0}},
    {"attribute_item", CODE_NONE, lower_skip, {0}},
    {"use_declaration", CODE_IMPORT, lower_use, {0}},
    {"identifier", CODE_NAME, lower_name, {0}},
    {"type_identifier", CODE_NAME, lower_name, {0}},
    {"field_identifier", CODE_NAME, lower_name, {0}},
    {"self", CODE_NAME, lower_name, {0}},
    {"scoped_identifier", CODE_MEMBER, lower_member, {0}},
    {"scoped_type_identifier", CODE_MEMBER, lower_member, {0}},
    {"string_literal", CODE_TEXT, lower_string, {0}},
    {"integer_literal", CODE_NUMBER, lower_number, {0}},
    {"float_literal", CODE_NUMBER, lower_number, {0}},
    {"boolean_literal", CODE_BOOLEAN, lower_boolean, {0}},
    {"field_expression", CODE_MEMBER, lower_member, {0}},
    {"call_expression", CODE_CALL, lower_call, {0}},
    {"macro_invocation", CODE_CALL, lower_macro, {0}},
    {"struct_expression", CODE_MAP, NULL, {FIELD_BODY}},
    {"field_initializer_list", CODE_MAP, NULL, {0}},
    {"field_initializer", CODE_PAIR, lower_field_initializer, {0}},
    {"binary_expression", CODE_BINARY, lower_binary, {0}},
    {"reference_expression", CODE_OTHER, NULL, {FIELD_VALUE}},
    {"try_expression", CODE_OTHER, lower_unwrap, {0}},
    {"await_expression", CODE_OTHER, lower_unwrap, {0}},
    {"parenthesized_expression", CODE_OTHER, lower_unwrap, {0}},
    {"expression_statement", CODE_OTHER, lower_unwrap, {0}},
    {"let_declaration", CODE_ASSIGN, lower_assign, {0}},
    {"const_item", CODE_ASSIGN, lower_assign, {0}},
    {"static_item", CODE_ASSIGN, lower_assign, {0}},
    {"assignment_expression", CODE_ASSIGN, lower_assign, {0}},
    {"function_item", CODE_FUNCTION, lower_function_of, {0}},
    {"parameter", CODE_PARAMETER, lower_parameter, {0}},
    {"block", CODE_BLOCK, NULL, {0}},
    {"return_expression", CODE_RETURN, NULL, {0}},
    {NULL, CODE_NONE, NULL, {0}},
};

const lower_language lower_rust = {.grammar = tree_sitter_rust, .rules = rules};
