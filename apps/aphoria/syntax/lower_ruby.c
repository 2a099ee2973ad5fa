/* lower_ruby.c -- Ruby. */
#include <string.h>

#include "aphoria/syntax/lower.h"

extern const TSLanguage *tree_sitter_ruby(void);

/* receiver.method(arguments), method arguments */
static code_node *lower_ruby_call(lowering *self, TSNode node, lower_parts parts)
{
    code_node *made = lower_make(self, CODE_CALL, node);
    code_node **tail = &made->first;
    TSNode receiver = lower_part_of(parts, FIELD_RECEIVER);
    TSNode method = lower_part_of(parts, FIELD_METHOD);
    TSNode arguments = lower_part_of(parts, FIELD_ARGUMENTS);
    code_node *callee = lower_make(self, ts_node_is_null(receiver) ? CODE_NAME : CODE_MEMBER,
                                   ts_node_is_null(method) ? node : method);
    callee->text = lower_source(self, method);
    if (!ts_node_is_null(receiver)) {
        code_node **inner = &callee->first;
        lower_add(&inner, lower_node(self, receiver));
    }
    lower_add(&tail, callee);
    if (!ts_node_is_null(arguments)) {
        lower_add_rest(self, &tail, lower_get_parts(self, arguments), FIELD_NONE);
    }
    for (uint32_t i = 0; i < parts.count; i++) {
        if (lower_is(parts.items[i].node, "block") || lower_is(parts.items[i].node, "do_block")) {
            lower_add(&tail, lower_node(self, parts.items[i].node));
        }
    }
    return made;
}

/* :name, and the name: of a pair, as a text */
static code_node *lower_symbol(lowering *self, TSNode node, lower_parts parts)
{
    (void)parts;
    code_node *made = lower_make(self, CODE_TEXT, node);
    const char *text = lower_source(self, node);
    made->text = text[0] == ':' ? text + 1 : text;
    return made;
}

/* key: value among arguments is a named one. */
static code_node *lower_pair(lowering *self, TSNode node, lower_parts parts)
{
    TSNode key = lower_part_of(parts, FIELD_KEY);
    int is_named = lower_is(key, "hash_key_symbol") || lower_is(key, "simple_symbol");
    code_node *made = lower_make(self, CODE_PAIR, node);
    code_node **tail = &made->first;
    if (is_named && lower_is(ts_node_parent(node), "argument_list")) {
        const char *text = lower_source(self, key);
        made->kind = CODE_NAMED;
        made->text = text[0] == ':' ? text + 1 : text;
    } else {
        lower_add(&tail, lower_node(self, key));
    }
    lower_add(&tail, lower_field_of(self, parts, FIELD_VALUE));
    return made;
}

static code_node *lower_element(lowering *self, TSNode node, lower_parts parts)
{
    code_node *made = lower_make(self, CODE_INDEX, node);
    code_node **tail = &made->first;
    lower_add_rest(self, &tail, parts, FIELD_NONE);
    return made;
}

static code_node *lower_class(lowering *self, TSNode node, lower_parts parts)
{
    code_node *made = lower_make(self, CODE_CLASS, node);
    code_node **tail = &made->first;
    made->text = lower_source(self, lower_part_of(parts, FIELD_NAME));
    lower_add(&tail, lower_field_of(self, parts, FIELD_BODY));
    return made;
}

static code_node *lower_method(lowering *self, TSNode node, lower_parts parts)
{
    code_node *made = lower_function_of(self, node, parts);
    for (code_node *each = made->first->next; each != NULL; each = each->next) {
        each->kind = each->kind == CODE_NAME ? CODE_PARAMETER : each->kind;
    }
    return made;
}

static const lower_rule rules[] = {
    {"comment", CODE_NONE, lower_skip, {0}},
    {"identifier", CODE_NAME, lower_name, {0}},
    {"constant", CODE_NAME, lower_name, {0}},
    {"instance_variable", CODE_NAME, lower_name, {0}},
    {"self", CODE_NAME, lower_name, {0}},
    {"string", CODE_TEXT, lower_string, {0}},
    {"interpolation", CODE_OTHER, lower_unwrap, {0}},
    {"simple_symbol", CODE_TEXT, lower_symbol, {0}},
    {"hash_key_symbol", CODE_TEXT, lower_symbol, {0}},
    {"integer", CODE_NUMBER, lower_number, {0}},
    {"float", CODE_NUMBER, lower_number, {0}},
    {"true", CODE_BOOLEAN, lower_true, {0}},
    {"false", CODE_BOOLEAN, lower_false, {0}},
    {"nil", CODE_NULL, NULL, {0}},
    {"scope_resolution", CODE_MEMBER, lower_member, {0}},
    {"call", CODE_CALL, lower_ruby_call, {0}},
    {"element_reference", CODE_INDEX, lower_element, {0}},
    {"hash", CODE_MAP, NULL, {0}},
    {"pair", CODE_PAIR, lower_pair, {0}},
    {"array", CODE_LIST, NULL, {0}},
    {"binary", CODE_BINARY, lower_binary, {0}},
    {"unary", CODE_UNARY, lower_unary, {0}},
    {"parenthesized_statements", CODE_OTHER, lower_unwrap, {0}},
    {"assignment", CODE_ASSIGN, lower_assign, {0}},
    {"operator_assignment", CODE_ASSIGN, lower_assign, {0}},
    {"method", CODE_FUNCTION, lower_method, {0}},
    {"singleton_method", CODE_FUNCTION, lower_method, {0}},
    {"class", CODE_CLASS, lower_class, {0}},
    {"module", CODE_CLASS, lower_class, {0}},
    {"body_statement", CODE_BLOCK, NULL, {0}},
    {"if", CODE_IF, NULL, {FIELD_CONDITION, FIELD_CONSEQUENCE, FIELD_ALTERNATIVE}},
    {"then", CODE_BLOCK, NULL, {0}},
    {"else", CODE_BLOCK, NULL, {0}},
    {"return", CODE_RETURN, NULL, {0}},
    {NULL, CODE_NONE, NULL, {0}},
};

const lower_language lower_ruby = {.grammar = tree_sitter_ruby, .rules = rules};
