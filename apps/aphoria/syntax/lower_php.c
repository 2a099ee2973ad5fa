/* lower_php.c -- PHP. */
#include <string.h>

#include "aphoria/syntax/lower.h"

extern const TSLanguage *tree_sitter_php(void);

/* $name, and the names of functions and classes without what leads to them */
static code_node *lower_variable(lowering *self, TSNode node, lower_parts parts)
{
    (void)parts;
    code_node *made = lower_make(self, CODE_NAME, node);
    made->text = lower_source(self, node);
    return made;
}

/* object->name(arguments), Class::name(arguments) */
static code_node *lower_method_call(lowering *self, TSNode node, lower_parts parts)
{
    code_node *made = lower_make(self, CODE_CALL, node);
    code_node **tail = &made->first;
    TSNode arguments = lower_part_of(parts, FIELD_ARGUMENTS);
    lower_add(&tail, lower_member(self, node, parts));
    if (!ts_node_is_null(arguments)) {
        lower_add_rest(self, &tail, lower_get_parts(self, arguments), FIELD_NONE);
    }
    return made;
}

/* new Name(arguments) */
static code_node *lower_creation(lowering *self, TSNode node, lower_parts parts)
{
    code_node *made = lower_make(self, CODE_NEW, node);
    code_node **tail = &made->first;
    for (uint32_t i = 0; i < parts.count; i++) {
        if (lower_is(parts.items[i].node, "arguments")) {
            lower_add_rest(self, &tail, lower_get_parts(self, parts.items[i].node), FIELD_NONE);
        } else if (parts.items[i].is_named) {
            lower_add(&tail, lower_node(self, parts.items[i].node));
        }
    }
    return made->first == NULL ? lower_unwrap(self, node, parts) : made;
}

/* An argument by name, or what it wraps. */
static code_node *lower_argument(lowering *self, TSNode node, lower_parts parts)
{
    TSNode name = lower_part_of(parts, FIELD_NAME);
    if (ts_node_is_null(name)) {
        return lower_unwrap(self, node, parts);
    }
    code_node *made = lower_make(self, CODE_NAMED, node);
    code_node **tail = &made->first;
    made->text = lower_source(self, name);
    lower_add_rest(self, &tail, parts, FIELD_NAME);
    return made;
}

/* key => value, or an item */
static code_node *lower_element(lowering *self, TSNode node, lower_parts parts)
{
    code_node *made = lower_unwrap(self, node, parts);
    if (made->kind == CODE_BLOCK) {
        made->kind = CODE_PAIR;
    }
    return made;
}

/* A list, or a map where its elements have keys. */
static code_node *lower_array(lowering *self, TSNode node, lower_parts parts)
{
    code_node *made = lower_make(self, CODE_LIST, node);
    code_node **tail = &made->first;
    lower_add_rest(self, &tail, parts, FIELD_NONE);
    for (const code_node *each = made->first; each != NULL; each = each->next) {
        made->kind = each->kind == CODE_PAIR ? CODE_MAP : made->kind;
    }
    return made;
}

/* echo a, b: a call of echo */
static code_node *lower_echo(lowering *self, TSNode node, lower_parts parts)
{
    code_node *made = lower_make(self, CODE_CALL, node);
    code_node **tail = &made->first;
    code_node *callee = lower_make(self, CODE_NAME, node);
    callee->text = "echo";
    lower_add(&tail, callee);
    lower_add_rest(self, &tail, parts, FIELD_NONE);
    return made;
}

static code_node *lower_boolean(lowering *self, TSNode node, lower_parts parts)
{
    char first = lower_source(self, node)[0];
    return first == 't' || first == 'T' ? lower_true(self, node, parts)
                                        : lower_false(self, node, parts);
}

static code_node *lower_parameter(lowering *self, TSNode node, lower_parts parts)
{
    code_node *made = lower_make(self, CODE_PARAMETER, node);
    made->text = lower_source(self, lower_part_of(parts, FIELD_NAME));
    return made;
}

static const lower_rule rules[] = {
    {"comment", CODE_NONE, lower_skip, {0}},
    {"text", CODE_NONE, lower_skip, {0}},
    {"php_tag", CODE_NONE, lower_skip, {0}},
    {"name", CODE_NAME, lower_name, {0}},
    {"qualified_name", CODE_NAME, lower_name, {0}},
    {"variable_name", CODE_NAME, lower_variable, {0}},
    {"string", CODE_TEXT, lower_string, {0}},
    {"encapsed_string", CODE_JOIN, lower_string, {0}},
    {"integer", CODE_NUMBER, lower_number, {0}},
    {"float", CODE_NUMBER, lower_number, {0}},
    {"boolean", CODE_BOOLEAN, lower_boolean, {0}},
    {"null", CODE_NULL, NULL, {0}},
    {"member_access_expression", CODE_MEMBER, lower_member, {0}},
    {"class_constant_access_expression", CODE_OTHER, NULL, {0}},
    {"subscript_expression", CODE_INDEX, NULL, {0}},
    {"function_call_expression", CODE_CALL, lower_call, {0}},
    {"member_call_expression", CODE_CALL, lower_method_call, {0}},
    {"scoped_call_expression", CODE_CALL, lower_method_call, {0}},
    {"object_creation_expression", CODE_NEW, lower_creation, {0}},
    {"argument", CODE_OTHER, lower_argument, {0}},
    {"array_creation_expression", CODE_LIST, lower_array, {0}},
    {"array_element_initializer", CODE_PAIR, lower_element, {0}},
    {"binary_expression", CODE_BINARY, lower_binary, {0}},
    {"unary_op_expression", CODE_UNARY, lower_unary, {0}},
    {"conditional_expression", CODE_CHOOSE, NULL, {FIELD_CONDITION, FIELD_BODY, FIELD_ALTERNATIVE}},
    {"parenthesized_expression", CODE_OTHER, lower_unwrap, {0}},
    {"expression_statement", CODE_OTHER, lower_unwrap, {0}},
    {"assignment_expression", CODE_ASSIGN, lower_assign, {0}},
    {"augmented_assignment_expression", CODE_ASSIGN, lower_assign, {0}},
    {"const_element", CODE_ASSIGN, NULL, {0}},
    {"echo_statement", CODE_CALL, lower_echo, {0}},
    {"function_definition", CODE_FUNCTION, lower_function_of, {0}},
    {"method_declaration", CODE_FUNCTION, lower_function_of, {0}},
    {"anonymous_function", CODE_FUNCTION, lower_function_of, {0}},
    {"simple_parameter", CODE_PARAMETER, lower_parameter, {0}},
    {"compound_statement", CODE_BLOCK, NULL, {0}},
    {"if_statement", CODE_IF, NULL, {FIELD_CONDITION, FIELD_BODY, FIELD_ALTERNATIVE}},
    {"else_clause", CODE_BLOCK, NULL, {0}},
    {"return_statement", CODE_RETURN, NULL, {0}},
    {NULL, CODE_NONE, NULL, {0}},
};

const lower_language lower_php = {.grammar = tree_sitter_php, .rules = rules};
