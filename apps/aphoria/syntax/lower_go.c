/* lower_go.c -- Go. */
#include <string.h>

#include "aphoria/syntax/lower.h"

extern const TSLanguage *tree_sitter_go(void);

/* import name "path": without a name it is the path's last part. */
static code_node *lower_import(lowering *self, TSNode node, lower_parts parts)
{
    code_node *made = lower_make(self, CODE_IMPORT, node);
    TSNode path = lower_part_of(parts, FIELD_PATH);
    TSNode name = lower_part_of(parts, FIELD_NAME);
    uint32_t begin = ts_node_start_byte(path) + 1;
    uint32_t end = ts_node_end_byte(path);
    made->text = end > begin ? lower_bytes(self, begin, end - 1) : "";
    const char *slash = strrchr(made->text, '/');
    made->type =
        ts_node_is_null(name) ? (slash == NULL ? made->text : slash + 1) : lower_source(self, name);
    return made;
}

/* Type{Key: value}: a constructor with named arguments; a list or map by its elements. */
static code_node *lower_composite(lowering *self, TSNode node, lower_parts parts)
{
    code_node *made = lower_make(self, CODE_NEW, node);
    code_node **tail = &made->first;
    lower_add(&tail, lower_field_of(self, parts, FIELD_TYPE));
    TSNode body = lower_part_of(parts, FIELD_BODY);
    if (!ts_node_is_null(body)) {
        lower_add_rest(self, &tail, lower_get_parts(self, body), FIELD_NONE);
    }
    return made;
}

static code_node *lower_keyed(lowering *self, TSNode node, lower_parts parts)
{
    code_node *pair = lower_unwrap(self, node, parts);
    code_node *key = pair->first;
    if (pair->kind != CODE_BLOCK || key == NULL || key->next == NULL || key->kind != CODE_NAME) {
        return pair;
    }
    code_node *made = lower_make(self, CODE_NAMED, node);
    made->text = key->text;
    made->first = key->next;
    return made;
}

static code_node *lower_raw_string(lowering *self, TSNode node, lower_parts parts)
{
    (void)parts;
    code_node *made = lower_make(self, CODE_TEXT, node);
    uint32_t begin = ts_node_start_byte(node) + 1;
    uint32_t end = ts_node_end_byte(node);
    made->text = end > begin ? lower_bytes(self, begin, end - 1) : "";
    return made;
}

static code_node *lower_parameter(lowering *self, TSNode node, lower_parts parts)
{
    code_node *made = lower_make(self, CODE_PARAMETER, node);
    TSNode type = lower_part_of(parts, FIELD_TYPE);
    const char *text = lower_source(self, type);
    made->text = lower_source(self, lower_part_of(parts, FIELD_NAME));
    made->type = text + strspn(text, "*[]");
    return made;
}

/* Lists of one on both sides of an assignment are what they hold. */
static code_node *lower_list(lowering *self, TSNode node, lower_parts parts)
{
    code_node *made = lower_unwrap(self, node, parts);
    if (made->kind == CODE_BLOCK) {
        made->kind = CODE_LIST;
    }
    return made;
}

/* -x, !x; &x and *x are x. */
static code_node *lower_operated(lowering *self, TSNode node, lower_parts parts)
{
    char first = lower_source(self, node)[0];
    return first == '-' || first == '!' ? lower_unary(self, node, parts)
                                        : lower_unwrap(self, node, parts);
}

/* package.Type */
static code_node *lower_qualified(lowering *self, TSNode node, lower_parts parts)
{
    code_node *made = lower_make(self, CODE_MEMBER, node);
    made->text = lower_source(self, lower_part_of(parts, FIELD_NAME));
    for (uint32_t i = 0; made->first == NULL && i < parts.count; i++) {
        if (parts.items[i].is_named) {
            made->first = lower_node(self, parts.items[i].node);
        }
    }
    return made;
}

/* if first; condition { … }: the first statement, then the rest. */
static code_node *lower_if(lowering *self, TSNode node, lower_parts parts)
{
    code_node *chosen = lower_make(self, CODE_IF, node);
    code_node **tail = &chosen->first;
    lower_add(&tail, lower_field_of(self, parts, FIELD_CONDITION));
    lower_add(&tail, lower_field_of(self, parts, FIELD_CONSEQUENCE));
    lower_add(&tail, lower_field_of(self, parts, FIELD_ALTERNATIVE));
    if (ts_node_is_null(lower_part_of(parts, FIELD_INITIALIZER))) {
        return chosen;
    }
    code_node *made = lower_make(self, CODE_BLOCK, node);
    tail = &made->first;
    lower_add(&tail, lower_field_of(self, parts, FIELD_INITIALIZER));
    lower_add(&tail, chosen);
    return made;
}

static const lower_rule rules[] = {
    {"comment", CODE_NONE, lower_skip, {0}},
    {"package_clause", CODE_NONE, lower_skip, {0}},
    {"import_spec", CODE_IMPORT, lower_import, {0}},
    {"import_declaration", CODE_BLOCK, NULL, {0}},
    {"import_spec_list", CODE_BLOCK, NULL, {0}},
    {"identifier", CODE_NAME, lower_name, {0}},
    {"field_identifier", CODE_NAME, lower_name, {0}},
    {"type_identifier", CODE_NAME, lower_name, {0}},
    {"qualified_type", CODE_MEMBER, lower_qualified, {0}},
    {"package_identifier", CODE_NAME, lower_name, {0}},
    {"interpreted_string_literal", CODE_TEXT, lower_string, {0}},
    {"raw_string_literal", CODE_TEXT, lower_raw_string, {0}},
    {"int_literal", CODE_NUMBER, lower_number, {0}},
    {"float_literal", CODE_NUMBER, lower_number, {0}},
    {"true", CODE_BOOLEAN, lower_true, {0}},
    {"false", CODE_BOOLEAN, lower_false, {0}},
    {"nil", CODE_NULL, NULL, {0}},
    {"selector_expression", CODE_MEMBER, lower_member, {0}},
    {"index_expression", CODE_INDEX, NULL, {FIELD_OPERAND, FIELD_INDEX}},
    {"call_expression", CODE_CALL, lower_call, {0}},
    {"composite_literal", CODE_NEW, lower_composite, {0}},
    {"literal_value", CODE_LIST, NULL, {0}},
    {"literal_element", CODE_OTHER, lower_unwrap, {0}},
    {"keyed_element", CODE_NAMED, lower_keyed, {0}},
    {"binary_expression", CODE_BINARY, lower_binary, {0}},
    {"unary_expression", CODE_UNARY, lower_operated, {0}},
    {"parenthesized_expression", CODE_OTHER, lower_unwrap, {0}},
    {"expression_statement", CODE_OTHER, lower_unwrap, {0}},
    {"expression_list", CODE_LIST, lower_list, {0}},
    {"assignment_statement", CODE_ASSIGN, lower_assign, {0}},
    {"short_var_declaration", CODE_ASSIGN, lower_assign, {0}},
    {"var_spec", CODE_ASSIGN, lower_assign, {0}},
    {"const_spec", CODE_ASSIGN, lower_assign, {0}},
    {"function_declaration", CODE_FUNCTION, lower_function_of, {0}},
    {"method_declaration", CODE_FUNCTION, lower_function_of, {0}},
    {"func_literal", CODE_FUNCTION, lower_function_of, {0}},
    {"parameter_declaration", CODE_PARAMETER, lower_parameter, {0}},
    {"block", CODE_BLOCK, NULL, {0}},
    {"statement_list", CODE_BLOCK, NULL, {0}},
    {"if_statement", CODE_IF, lower_if, {0}},
    {"return_statement", CODE_RETURN, NULL, {0}},
    {NULL, CODE_NONE, NULL, {0}},
};

const lower_language lower_go = {.grammar = tree_sitter_go, .rules = rules};
