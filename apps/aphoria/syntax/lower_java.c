/* lower_java.c -- Java. */
#include <string.h>

#include "aphoria/syntax/lower.h"

extern const TSLanguage *tree_sitter_java(void);

/* object.name(arguments), name(arguments) */
static code_node *lower_invocation(lowering *self, TSNode node, lower_parts parts)
{
    code_node *made = lower_make(self, CODE_CALL, node);
    code_node **tail = &made->first;
    TSNode object = lower_part_of(parts, FIELD_OBJECT);
    TSNode name = lower_part_of(parts, FIELD_NAME);
    code_node *callee = lower_make(self, ts_node_is_null(object) ? CODE_NAME : CODE_MEMBER, name);
    callee->text = lower_source(self, name);
    if (!ts_node_is_null(object)) {
        code_node **inner = &callee->first;
        lower_add(&inner, lower_node(self, object));
    }
    lower_add(&tail, callee);
    TSNode arguments = lower_part_of(parts, FIELD_ARGUMENTS);
    lower_add_rest(self, &tail, lower_get_parts(self, arguments), FIELD_NONE);
    return made;
}

/* The type as it is written, without its arguments: java.util.List<String> is java.util.List. */
static const char *type_text(lowering *self, TSNode type)
{
    if (ts_node_is_null(type)) {
        return NULL;
    }
    const char *text = lower_source(self, type);
    return arena_copy(lower_arena(self), text, strcspn(text, "<["));
}

static code_node *lower_creation(lowering *self, TSNode node, lower_parts parts)
{
    code_node *made = lower_make(self, CODE_NEW, node);
    code_node **tail = &made->first;
    TSNode type = lower_part_of(parts, FIELD_TYPE);
    code_node *callee = lower_make(self, CODE_NAME, type);
    callee->text = type_text(self, type);
    lower_add(&tail, callee);
    lower_add_rest(self, &tail, lower_get_parts(self, lower_part_of(parts, FIELD_ARGUMENTS)),
                   FIELD_NONE);
    for (uint32_t i = 0; i < parts.count; i++) {
        if (lower_is(parts.items[i].node, "class_body")) {
            code_node *body = lower_make(self, CODE_CLASS, parts.items[i].node);
            code_node **inner = &body->first;
            body->text = "";
            lower_add(&inner, lower_node(self, parts.items[i].node));
            lower_add(&tail, body);
        }
    }
    return made;
}

/* Annotations among the modifiers of a declaration. */
static void add_annotations(lowering *self, code_node ***tail, lower_parts parts)
{
    for (uint32_t i = 0; i < parts.count; i++) {
        if (!lower_is(parts.items[i].node, "modifiers")) {
            continue;
        }
        lower_parts of = lower_get_parts(self, parts.items[i].node);
        lower_add_rest(self, tail, of, FIELD_NONE);
    }
}

/* @Value("${name}"), as the call that gives what is declared with it; NULL = not so declared. */
static code_node *injected(lowering *self, TSNode node, lower_parts parts)
{
    for (uint32_t i = 0; i < parts.count; i++) {
        if (!lower_is(parts.items[i].node, "modifiers")) {
            continue;
        }
        lower_parts of = lower_get_parts(self, parts.items[i].node);
        for (uint32_t j = 0; j < of.count; j++) {
            if (!lower_is(of.items[j].node, "annotation")) {
                continue;
            }
            lower_parts inner = lower_get_parts(self, of.items[j].node);
            TSNode arguments = lower_part_of(inner, FIELD_ARGUMENTS);
            if (strcmp(lower_source(self, lower_part_of(inner, FIELD_NAME)), "Value") == 0) {
                code_node *made = lower_make(self, CODE_CALL, node);
                code_node **tail = &made->first;
                code_node *callee = lower_make(self, CODE_NAME, node);
                callee->text = "@Value";
                lower_add(&tail, callee);
                lower_add_rest(self, &tail, lower_get_parts(self, arguments), FIELD_NONE);
                return made;
            }
        }
    }
    return NULL;
}

/* Type a = 1, b; becomes assignments with that type. */
static code_node *lower_declaration(lowering *self, TSNode node, lower_parts parts)
{
    code_node *made = lower_make(self, CODE_BLOCK, node);
    code_node **tail = &made->first;
    const char *type = type_text(self, lower_part_of(parts, FIELD_TYPE));
    for (uint32_t i = 0; i < parts.count; i++) {
        if (parts.items[i].field == FIELD_DECLARATOR) {
            code_node *each = lower_node(self, parts.items[i].node);
            each->type = type;
            code_node *given = each->first == NULL || (each->first->next != NULL &&
                                                       each->first->next->kind != CODE_NONE)
                                   ? NULL
                                   : injected(self, node, parts);
            if (given != NULL) {
                given->next = each->first->next == NULL ? NULL : each->first->next->next;
                each->first->next = given;
                each->text = "=";
            }
            lower_add(&tail, each);
        }
    }
    add_annotations(self, &tail, parts);
    return made->first != NULL && made->first->next == NULL ? made->first : made;
}

static code_node *lower_resource(lowering *self, TSNode node, lower_parts parts)
{
    if (ts_node_is_null(lower_part_of(parts, FIELD_NAME))) {
        return lower_unwrap(self, node, parts);
    }
    code_node *made = lower_assign(self, node, parts);
    made->type = type_text(self, lower_part_of(parts, FIELD_TYPE));
    return made;
}

static code_node *lower_parameter(lowering *self, TSNode node, lower_parts parts)
{
    code_node *made = lower_make(self, CODE_PARAMETER, node);
    code_node **tail = &made->first;
    made->text = lower_source(self, lower_part_of(parts, FIELD_NAME));
    made->type = type_text(self, lower_part_of(parts, FIELD_TYPE));
    code_node *given = injected(self, node, parts);
    lower_add(&tail, given != NULL ? given : lower_node(self, (TSNode){0}));
    add_annotations(self, &tail, parts);
    return made;
}

static code_node *lower_method(lowering *self, TSNode node, lower_parts parts)
{
    code_node *made = lower_function_of(self, node, parts);
    code_node **tail = &made->first;
    while (*tail != NULL) {
        tail = &(*tail)->next;
    }
    add_annotations(self, &tail, parts);
    return made;
}

static code_node *lower_lambda(lowering *self, TSNode node, lower_parts parts)
{
    code_node *made = lower_make(self, CODE_FUNCTION, node);
    code_node **tail = &made->first;
    made->text = "";
    lower_add(&tail, lower_field_of(self, parts, FIELD_BODY));
    TSNode parameters = lower_part_of(parts, FIELD_PARAMETERS);
    if (lower_is(parameters, "identifier")) {
        code_node *only = lower_make(self, CODE_PARAMETER, parameters);
        only->text = lower_source(self, parameters);
        lower_add(&tail, only);
        return made;
    }
    code_node *first = NULL;
    code_node **end = &first;
    lower_add_rest(self, &end, lower_get_parts(self, parameters), FIELD_NONE);
    for (code_node *each = first; each != NULL; each = each->next) {
        each->kind = each->kind == CODE_NAME ? CODE_PARAMETER : each->kind;
    }
    if (first != NULL) {
        lower_add(&tail, first);
    }
    return made;
}

/* The names of types in a list of them, without their arguments. */
static void add_types(lowering *self, code_node ***tail, TSNode types)
{
    lower_parts parts = lower_get_parts(self, types);
    for (uint32_t i = 0; i < parts.count; i++) {
        TSNode part = parts.items[i].node;
        if (lower_is(part, "type_list")) {
            add_types(self, tail, part);
        } else if (lower_is(part, "generic_type")) {
            code_node *name = lower_make(self, CODE_NAME, part);
            name->text = type_text(self, part);
            lower_add(tail, name);
        } else if (parts.items[i].is_named) {
            lower_add(tail, lower_node(self, part));
        }
    }
}

/* NAME(1, "a") among an enum's constants: a field that is made of its arguments. */
static void add_enum_constants(lowering *self, code_node ***tail, lower_parts body,
                               const char *type)
{
    for (uint32_t i = 0; i < body.count; i++) {
        TSNode part = body.items[i].node;
        if (!lower_is(part, "enum_constant")) {
            continue;
        }
        lower_parts of = lower_get_parts(self, part);
        TSNode arguments = lower_part_of(of, FIELD_ARGUMENTS);
        code_node *assign = lower_make(self, CODE_ASSIGN, part);
        code_node **inner = &assign->first;
        code_node *made = lower_make(self, CODE_NEW, part);
        code_node **made_tail = &made->first;
        code_node *callee = lower_make(self, CODE_NAME, part);
        callee->text = type;
        lower_add(&made_tail, callee);
        if (!ts_node_is_null(arguments)) {
            lower_add_rest(self, &made_tail, lower_get_parts(self, arguments), FIELD_NONE);
        }
        assign->text = "=";
        lower_add(&inner, lower_name(self, lower_part_of(of, FIELD_NAME), (lower_parts){0}));
        lower_add(&inner, made);
        lower_add(tail, assign);
    }
}

/* Its constants stand behind the constructors that they need. */
static code_node *lower_enum(lowering *self, TSNode node, lower_parts parts)
{
    code_node *made = lower_make(self, CODE_CLASS, node);
    code_node **tail = &made->first;
    code_node *body = lower_make(self, CODE_BLOCK, node);
    code_node **body_tail = &body->first;
    lower_parts of = lower_get_parts(self, lower_part_of(parts, FIELD_BODY));
    made->text = lower_source(self, lower_part_of(parts, FIELD_NAME));
    for (uint32_t i = 0; i < of.count; i++) {
        if (of.items[i].is_named && !lower_is(of.items[i].node, "enum_constant")) {
            lower_add_rest(self, &body_tail, lower_get_parts(self, of.items[i].node), FIELD_NONE);
        }
    }
    add_enum_constants(self, &body_tail, of, made->text);
    lower_add(&tail, body);
    return made;
}

static code_node *lower_class(lowering *self, TSNode node, lower_parts parts)
{
    code_node *made = lower_make(self, CODE_CLASS, node);
    code_node **tail = &made->first;
    made->text = lower_source(self, lower_part_of(parts, FIELD_NAME));
    lower_add(&tail, lower_field_of(self, parts, FIELD_BODY));
    TSNode super = lower_part_of(parts, FIELD_SUPERCLASS);
    if (!ts_node_is_null(super)) {
        add_types(self, &tail, super);
    }
    for (uint32_t i = 0; i < parts.count; i++) {
        if (lower_is(parts.items[i].node, "super_interfaces") ||
            lower_is(parts.items[i].node, "extends_interfaces")) {
            add_types(self, &tail, parts.items[i].node);
        }
    }
    add_annotations(self, &tail, parts);
    return made;
}

/* import a.b.C; import static a.B.c; import a.b.*; */
static code_node *lower_import(lowering *self, TSNode node, lower_parts parts)
{
    code_node *made = lower_make(self, CODE_IMPORT, node);
    made->text = "";
    made->type = "";
    for (uint32_t i = 0; i < parts.count; i++) {
        if (lower_is(parts.items[i].node, "asterisk")) {
            made->type = "*";
        } else if (parts.items[i].is_named) {
            made->text = lower_source(self, parts.items[i].node);
        }
    }
    if (made->type[0] == '\0') {
        const char *dot = strrchr(made->text, '.');
        made->type = dot == NULL ? made->text : dot + 1;
    }
    return made;
}

/* @Name, @Name(value), @Name(key = value, …): the decorator's only child is a name or a call. */
static code_node *lower_annotation(lowering *self, TSNode node, lower_parts parts)
{
    code_node *made = lower_make(self, CODE_DECORATOR, node);
    code_node **tail = &made->first;
    TSNode name = lower_part_of(parts, FIELD_NAME);
    TSNode arguments = lower_part_of(parts, FIELD_ARGUMENTS);
    code_node *callee = lower_node(self, name);
    if (ts_node_is_null(arguments)) {
        lower_add(&tail, callee);
        return made;
    }
    code_node *call = lower_make(self, CODE_CALL, node);
    code_node **inner = &call->first;
    lower_add(&inner, callee);
    lower_add_rest(self, &inner, lower_get_parts(self, arguments), FIELD_NONE);
    lower_add(&tail, call);
    return made;
}

static code_node *lower_pair(lowering *self, TSNode node, lower_parts parts)
{
    code_node *made = lower_make(self, CODE_NAMED, node);
    code_node **tail = &made->first;
    made->text = lower_source(self, lower_part_of(parts, FIELD_KEY));
    lower_add(&tail, lower_field_of(self, parts, FIELD_VALUE));
    return made;
}

static code_node *lower_cast(lowering *self, TSNode node, lower_parts parts)
{
    code_node *made = lower_make(self, CODE_CAST, node);
    code_node **tail = &made->first;
    made->text = type_text(self, lower_part_of(parts, FIELD_TYPE));
    lower_add(&tail, lower_field_of(self, parts, FIELD_VALUE));
    return made;
}

static code_node *lower_character(lowering *self, TSNode node, lower_parts parts)
{
    (void)parts;
    code_node *made = lower_make(self, CODE_TEXT, node);
    uint32_t begin = ts_node_start_byte(node);
    uint32_t end = ts_node_end_byte(node);
    made->text = end - begin < 2 ? "" : lower_unescaped(self, begin + 1, end - 1);
    return made;
}

/* for (Type name : iterated) body */
static code_node *lower_for_each(lowering *self, TSNode node, lower_parts parts)
{
    code_node *made = lower_make(self, CODE_LOOP, node);
    code_node **tail = &made->first;
    lower_add(&tail, lower_field_of(self, parts, FIELD_NAME));
    lower_add(&tail, lower_field_of(self, parts, FIELD_VALUE));
    lower_add(&tail, lower_field_of(self, parts, FIELD_BODY));
    return made;
}

static code_node *lower_while(lowering *self, TSNode node, lower_parts parts)
{
    code_node *made = lower_make(self, CODE_LOOP, node);
    code_node **tail = &made->first;
    lower_add(&tail, lower_node(self, (TSNode){0}));
    lower_add(&tail, lower_field_of(self, parts, FIELD_CONDITION));
    lower_add(&tail, lower_field_of(self, parts, FIELD_BODY));
    made->number = lower_is(node, "do_statement");
    return made;
}

/* for (init; condition; update) body: the init, then a loop over the rest. */
static code_node *lower_for(lowering *self, TSNode node, lower_parts parts)
{
    code_node *made = lower_make(self, CODE_BLOCK, node);
    code_node **tail = &made->first;
    code_node *loop = lower_make(self, CODE_LOOP, node);
    code_node **inner = &loop->first;
    code_node *body = lower_make(self, CODE_BLOCK, node);
    code_node **body_tail = &body->first;
    lower_add(&body_tail, lower_field_of(self, parts, FIELD_BODY));
    int is_before = 1;
    for (uint32_t i = 0; i < parts.count; i++) {
        TSNode part = parts.items[i].node;
        is_before = is_before && !lower_is(part, ";") && parts.items[i].field != FIELD_CONDITION;
        if (!parts.items[i].is_named || parts.items[i].field == FIELD_BODY ||
            parts.items[i].field == FIELD_CONDITION) {
            continue;
        }
        int is_init = lower_is(part, "local_variable_declaration") || is_before;
        lower_add(is_init ? &tail : &body_tail, lower_node(self, part));
    }
    lower_add(&inner, lower_node(self, (TSNode){0}));
    lower_add(&inner, lower_field_of(self, parts, FIELD_CONDITION));
    lower_add(&inner, body);
    lower_add(&tail, loop);
    return made;
}

/* One case: its labels, and the statements up to the next. `case a -> x` does not fall through. */
static code_node *lower_case(lowering *self, TSNode node, lower_parts parts)
{
    code_node *made = lower_make(self, CODE_CASE, node);
    code_node **tail = &made->first;
    code_node *body = lower_make(self, CODE_BLOCK, node);
    code_node **body_tail = &body->first;
    lower_add(&tail, body);
    made->number = lower_is(node, "switch_block_statement_group");
    for (uint32_t i = 0; i < parts.count; i++) {
        if (lower_is(parts.items[i].node, "switch_label")) {
            lower_add_rest(self, &tail, lower_get_parts(self, parts.items[i].node), FIELD_NONE);
        } else if (parts.items[i].is_named) {
            lower_add(&body_tail, lower_node(self, parts.items[i].node));
        }
    }
    return made;
}

static code_node *lower_switch(lowering *self, TSNode node, lower_parts parts)
{
    code_node *made = lower_make(self, CODE_SWITCH, node);
    code_node **tail = &made->first;
    lower_add(&tail, lower_field_of(self, parts, FIELD_CONDITION));
    lower_add_rest(self, &tail, lower_get_parts(self, lower_part_of(parts, FIELD_BODY)),
                   FIELD_NONE);
    return made;
}

static code_node *lower_try(lowering *self, TSNode node, lower_parts parts)
{
    code_node *made = lower_make(self, CODE_TRY, node);
    code_node **tail = &made->first;
    code_node *body = lower_make(self, CODE_BLOCK, node);
    code_node **body_tail = &body->first;
    TSNode finally = {0};
    for (uint32_t i = 0; i < parts.count; i++) {
        if (lower_is(parts.items[i].node, "resource_specification")) {
            lower_add_rest(self, &body_tail, lower_get_parts(self, parts.items[i].node),
                           FIELD_NONE);
        } else if (lower_is(parts.items[i].node, "finally_clause")) {
            finally = parts.items[i].node;
        }
    }
    lower_add(&body_tail, lower_field_of(self, parts, FIELD_BODY));
    lower_add(&tail, body);
    lower_add(&tail, lower_node(self, finally));
    for (uint32_t i = 0; i < parts.count; i++) {
        if (lower_is(parts.items[i].node, "catch_clause")) {
            lower_add(&tail, lower_node(self, parts.items[i].node));
        }
    }
    return made;
}

/* i++ is i += 1 */
static code_node *lower_update(lowering *self, TSNode node, lower_parts parts)
{
    code_node *made = lower_make(self, CODE_ASSIGN, node);
    code_node **tail = &made->first;
    const char *source = lower_source(self, node);
    code_node *one = lower_make(self, CODE_NUMBER, node);
    one->number = 1;
    lower_add_rest(self, &tail, parts, FIELD_NONE);
    lower_add(&tail, one);
    made->text = strstr(source, "--") != NULL ? "-" : "+";
    return made;
}

/* value instanceof Type name: the name is the value from there on. */
static code_node *lower_instanceof(lowering *self, TSNode node, lower_parts parts)
{
    TSNode name = lower_part_of(parts, FIELD_NAME);
    code_node *made = lower_make(self, CODE_BINARY, node);
    code_node **tail = &made->first;
    made->text = "instanceof";
    code_node *value = lower_field_of(self, parts, FIELD_LEFT);
    if (!ts_node_is_null(name)) {
        code_node *assign = lower_make(self, CODE_ASSIGN, node);
        code_node **inner = &assign->first;
        assign->text = "=";
        lower_add(&inner, lower_node(self, name));
        lower_add(&inner, value);
        value = assign;
    }
    lower_add(&tail, value);
    lower_add(&tail, lower_make(self, CODE_OTHER, node));
    return made;
}

static const lower_rule rules[] = {
    {"line_comment", CODE_NONE, lower_skip, {0}},
    {"block_comment", CODE_NONE, lower_skip, {0}},
    {"package_declaration", CODE_NONE, lower_skip, {0}},
    {"identifier", CODE_NAME, lower_name, {0}},
    {"type_identifier", CODE_NAME, lower_name, {0}},
    {"scoped_type_identifier", CODE_NAME, lower_name, {0}},
    {"this", CODE_NAME, lower_name, {0}},
    {"super", CODE_NAME, lower_name, {0}},
    {"scoped_identifier", CODE_MEMBER, lower_member, {0}},
    {"string_literal", CODE_TEXT, lower_string, {0}},
    {"character_literal", CODE_TEXT, lower_character, {0}},
    {"decimal_integer_literal", CODE_NUMBER, lower_number, {0}},
    {"hex_integer_literal", CODE_NUMBER, lower_number, {0}},
    {"octal_integer_literal", CODE_NUMBER, lower_number, {0}},
    {"binary_integer_literal", CODE_NUMBER, lower_number, {0}},
    {"decimal_floating_point_literal", CODE_NUMBER, lower_number, {0}},
    {"true", CODE_BOOLEAN, lower_true, {0}},
    {"false", CODE_BOOLEAN, lower_false, {0}},
    {"null_literal", CODE_NULL, NULL, {0}},
    {"field_access", CODE_MEMBER, lower_member, {0}},
    {"array_access", CODE_INDEX, NULL, {FIELD_ARRAY, FIELD_INDEX}},
    {"method_invocation", CODE_CALL, lower_invocation, {0}},
    {"object_creation_expression", CODE_NEW, lower_creation, {0}},
    {"array_creation_expression", CODE_OTHER, NULL, {FIELD_VALUE}},
    {"array_initializer", CODE_LIST, NULL, {0}},
    {"binary_expression", CODE_BINARY, lower_binary, {0}},
    {"instanceof_expression", CODE_BINARY, lower_instanceof, {0}},
    {"unary_expression", CODE_UNARY, lower_unary, {0}},
    {"update_expression", CODE_ASSIGN, lower_update, {0}},
    {"ternary_expression",
     CODE_CHOOSE,
     NULL,
     {FIELD_CONDITION, FIELD_CONSEQUENCE, FIELD_ALTERNATIVE}},
    {"cast_expression", CODE_CAST, lower_cast, {0}},
    {"parenthesized_expression", CODE_OTHER, lower_unwrap, {0}},
    {"expression_statement", CODE_OTHER, lower_unwrap, {0}},
    {"lambda_expression", CODE_FUNCTION, lower_lambda, {0}},
    {"assignment_expression", CODE_ASSIGN, lower_assign, {0}},
    {"variable_declarator", CODE_ASSIGN, lower_assign, {0}},
    {"local_variable_declaration", CODE_BLOCK, lower_declaration, {0}},
    {"field_declaration", CODE_BLOCK, lower_declaration, {0}},
    {"formal_parameter", CODE_PARAMETER, lower_parameter, {0}},
    {"spread_parameter", CODE_PARAMETER, lower_parameter, {0}},
    {"catch_formal_parameter", CODE_NONE, lower_skip, {0}},
    {"method_declaration", CODE_FUNCTION, lower_method, {0}},
    {"constructor_declaration", CODE_FUNCTION, lower_method, {0}},
    {"class_declaration", CODE_CLASS, lower_class, {0}},
    {"interface_declaration", CODE_CLASS, lower_class, {0}},
    {"enum_declaration", CODE_CLASS, lower_enum, {0}},
    {"record_declaration", CODE_CLASS, lower_class, {0}},
    {"class_body", CODE_BLOCK, NULL, {0}},
    {"interface_body", CODE_BLOCK, NULL, {0}},
    {"enum_body", CODE_BLOCK, NULL, {0}},
    {"constructor_body", CODE_BLOCK, NULL, {0}},
    {"block", CODE_BLOCK, NULL, {0}},
    {"annotation", CODE_DECORATOR, lower_annotation, {0}},
    {"marker_annotation", CODE_DECORATOR, lower_annotation, {0}},
    {"element_value_pair", CODE_NAMED, lower_pair, {0}},
    {"element_value_array_initializer", CODE_LIST, NULL, {0}},
    {"import_declaration", CODE_IMPORT, lower_import, {0}},
    {"if_statement", CODE_IF, NULL, {FIELD_CONDITION, FIELD_CONSEQUENCE, FIELD_ALTERNATIVE}},
    {"for_statement", CODE_LOOP, lower_for, {0}},
    {"enhanced_for_statement", CODE_LOOP, lower_for_each, {0}},
    {"while_statement", CODE_LOOP, lower_while, {0}},
    {"do_statement", CODE_LOOP, lower_while, {0}},
    {"switch_expression", CODE_SWITCH, lower_switch, {0}},
    {"switch_block_statement_group", CODE_CASE, lower_case, {0}},
    {"switch_rule", CODE_CASE, lower_case, {0}},
    {"try_statement", CODE_TRY, lower_try, {0}},
    {"try_with_resources_statement", CODE_TRY, lower_try, {0}},
    {"resource", CODE_ASSIGN, lower_resource, {0}},
    {"catch_clause", CODE_BLOCK, NULL, {FIELD_BODY}},
    {"finally_clause", CODE_BLOCK, NULL, {0}},
    {"return_statement", CODE_RETURN, NULL, {0}},
    {"throw_statement", CODE_LEAVE, NULL, {0}},
    {"break_statement", CODE_LEAVE, NULL, {0}},
    {"continue_statement", CODE_LEAVE, NULL, {0}},
    {NULL, CODE_NONE, NULL, {0}},
};

const lower_language lower_java = {.grammar = tree_sitter_java, .rules = rules};
