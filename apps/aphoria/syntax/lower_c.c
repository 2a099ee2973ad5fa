/* lower_c.c -- C and C++: one table, two grammars. */
#include <string.h>

#include "aphoria/syntax/lower.h"

extern const TSLanguage *tree_sitter_c(void);
extern const TSLanguage *tree_sitter_cpp(void);

/* The name that a declarator declares, whatever pointers and arrays are around it. */
static TSNode declared(lowering *self, TSNode node)
{
    for (int depth = 0; depth < 16 && !ts_node_is_null(node); depth++) {
        TSNode inner = lower_part_of(lower_get_parts(self, node), FIELD_DECLARATOR);
        if (ts_node_is_null(inner)) {
            break;
        }
        node = inner;
    }
    return node;
}

static code_node *lower_init(lowering *self, TSNode node, lower_parts parts)
{
    code_node *made = lower_make(self, CODE_ASSIGN, node);
    code_node **tail = &made->first;
    lower_add(&tail, lower_node(self, declared(self, lower_part_of(parts, FIELD_DECLARATOR))));
    lower_add(&tail, lower_field_of(self, parts, FIELD_VALUE));
    made->text = "=";
    return made;
}

/* #define NAME value, where the value is a literal */
static code_node *lower_define(lowering *self, TSNode node, lower_parts parts)
{
    code_node *made = lower_make(self, CODE_ASSIGN, node);
    code_node **tail = &made->first;
    code_node *name = lower_make(self, CODE_NAME, lower_part_of(parts, FIELD_NAME));
    code_node *value_text = lower_make(self, CODE_TEXT, node);
    const char *text = lower_source(self, lower_part_of(parts, FIELD_VALUE));
    size_t size = strlen(text);
    name->text = lower_source(self, lower_part_of(parts, FIELD_NAME));
    if (size < 2 || text[0] != '"' || text[size - 1] != '"') {
        value_text->kind = CODE_OTHER;
    } else {
        value_text->text = arena_copy(lower_arena(self), text + 1, size - 2);
    }
    made->text = "=";
    lower_add(&tail, name);
    lower_add(&tail, value_text);
    return made;
}

static code_node *lower_definition(lowering *self, TSNode node, lower_parts parts)
{
    code_node *made = lower_make(self, CODE_FUNCTION, node);
    code_node **tail = &made->first;
    TSNode declarator = lower_part_of(parts, FIELD_DECLARATOR);
    made->text = lower_source(self, declared(self, declarator));
    lower_add(&tail, lower_field_of(self, parts, FIELD_BODY));
    for (int depth = 0; depth < 8 && !ts_node_is_null(declarator); depth++) {
        lower_parts of = lower_get_parts(self, declarator);
        TSNode parameters = lower_part_of(of, FIELD_PARAMETERS);
        if (!ts_node_is_null(parameters)) {
            lower_add_rest(self, &tail, lower_get_parts(self, parameters), FIELD_NONE);
            break;
        }
        declarator = lower_part_of(of, FIELD_DECLARATOR);
    }
    return made;
}

static code_node *lower_parameter(lowering *self, TSNode node, lower_parts parts)
{
    code_node *made = lower_make(self, CODE_PARAMETER, node);
    made->text = lower_source(self, declared(self, lower_part_of(parts, FIELD_DECLARATOR)));
    return made;
}

static const lower_rule rules[] = {
    {"comment", CODE_NONE, lower_skip, {0}},
    {"preproc_include", CODE_NONE, lower_skip, {0}},
    {"preproc_def", CODE_ASSIGN, lower_define, {0}},
    {"identifier", CODE_NAME, lower_name, {0}},
    {"field_identifier", CODE_NAME, lower_name, {0}},
    {"type_identifier", CODE_NAME, lower_name, {0}},
    {"qualified_identifier", CODE_MEMBER, lower_member, {0}},
    {"primitive_type", CODE_NONE, lower_skip, {0}},
    {"string_literal", CODE_TEXT, lower_string, {0}},
    {"concatenated_string", CODE_JOIN, NULL, {0}},
    {"number_literal", CODE_NUMBER, lower_number, {0}},
    {"true", CODE_BOOLEAN, lower_true, {0}},
    {"false", CODE_BOOLEAN, lower_false, {0}},
    {"null", CODE_NULL, NULL, {0}},
    {"field_expression", CODE_MEMBER, lower_member, {0}},
    {"subscript_expression", CODE_INDEX, NULL, {FIELD_ARGUMENT, FIELD_INDEX}},
    {"call_expression", CODE_CALL, lower_call, {0}},
    {"binary_expression", CODE_BINARY, lower_binary, {0}},
    {"unary_expression", CODE_UNARY, lower_unary, {0}},
    {"pointer_expression", CODE_OTHER, lower_unwrap, {0}},
    {"parenthesized_expression", CODE_OTHER, lower_unwrap, {0}},
    {"expression_statement", CODE_OTHER, lower_unwrap, {0}},
    {"cast_expression", CODE_OTHER, NULL, {FIELD_VALUE}},
    {"conditional_expression",
     CODE_CHOOSE,
     NULL,
     {FIELD_CONDITION, FIELD_CONSEQUENCE, FIELD_ALTERNATIVE}},
    {"assignment_expression", CODE_ASSIGN, lower_assign, {0}},
    {"init_declarator", CODE_ASSIGN, lower_init, {0}},
    {"declaration", CODE_BLOCK, NULL, {0}},
    {"function_definition", CODE_FUNCTION, lower_definition, {0}},
    {"parameter_declaration", CODE_PARAMETER, lower_parameter, {0}},
    {"compound_statement", CODE_BLOCK, NULL, {0}},
    {"if_statement", CODE_IF, NULL, {FIELD_CONDITION, FIELD_CONSEQUENCE, FIELD_ALTERNATIVE}},
    {"else_clause", CODE_BLOCK, NULL, {0}},
    {"return_statement", CODE_RETURN, NULL, {0}},
    {NULL, CODE_NONE, NULL, {0}},
};

const lower_language lower_c = {.grammar = tree_sitter_c, .rules = rules};
const lower_language lower_cpp = {.grammar = tree_sitter_cpp, .rules = rules};
