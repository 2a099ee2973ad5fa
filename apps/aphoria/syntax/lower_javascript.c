/* lower_javascript.c -- JavaScript, TypeScript and TSX: one table, three grammars. */
#include <string.h>

#include "aphoria/syntax/lower.h"

extern const TSLanguage *tree_sitter_javascript(void);
extern const TSLanguage *tree_sitter_typescript(void);
extern const TSLanguage *tree_sitter_tsx(void);

static code_node *lower_regex(lowering *self, TSNode node, lower_parts parts)
{
    (void)parts;
    code_node *made = lower_make(self, CODE_OTHER, node);
    made->text = lower_source(self, node);
    return made;
}

/* A property's key: the text of a name or a string, else an expression. */
static code_node *lower_key(lowering *self, TSNode node, lower_parts parts)
{
    (void)parts;
    code_node *made = lower_make(self, CODE_TEXT, node);
    made->text = lower_source(self, node);
    return made;
}

/* {name} is {name: name} */
static code_node *lower_shorthand(lowering *self, TSNode node, lower_parts parts)
{
    code_node *made = lower_make(self, CODE_PAIR, node);
    code_node **tail = &made->first;
    lower_add(&tail, lower_key(self, node, parts));
    lower_add(&tail, lower_name(self, node, parts));
    return made;
}

static void name_parameters(code_node *first)
{
    for (code_node *each = first; each != NULL; each = each->next) {
        if (each->kind == CODE_NAME) {
            each->kind = CODE_PARAMETER;
        } else if (each->kind == CODE_ASSIGN && each->first->kind == CODE_NAME) {
            each->kind = CODE_PARAMETER;
            each->text = each->first->text;
            each->first = each->first->next;
        }
    }
}

static code_node *lower_js_function(lowering *self, TSNode node, lower_parts parts)
{
    code_node *made = lower_function_of(self, node, parts);
    TSNode only = lower_part_of(parts, FIELD_PARAMETER);
    if (!ts_node_is_null(only)) {
        code_node **tail = &made->first->next;
        lower_add(&tail, lower_node(self, only));
    }
    name_parameters(made->first->next);
    if (made->first->kind != CODE_BLOCK && made->first->kind != CODE_NONE) {
        /* An arrow's expression is what it returns. */
        code_node *back = lower_make(self, CODE_RETURN, node);
        back->next = made->first->next;
        made->first->next = NULL;
        back->first = made->first;
        made->first = back;
    }
    return made;
}

/* {name = default}: what is bound; callers may leave it out, so the default says little. */
static code_node *lower_bound(lowering *self, TSNode node, lower_parts parts)
{
    (void)node;
    return lower_field_of(self, parts, FIELD_LEFT);
}

/* TypeScript: pattern, type, value */
static code_node *lower_parameter(lowering *self, TSNode node, lower_parts parts)
{
    code_node *made = lower_make(self, CODE_PARAMETER, node);
    code_node **tail = &made->first;
    TSNode type = lower_part_of(parts, FIELD_TYPE);
    made->text = lower_source(self, lower_part_of(parts, FIELD_PATTERN));
    if (!ts_node_is_null(type)) {
        const char *text = lower_source(self, type);
        text += strspn(text, ": ");
        made->type = arena_copy(lower_arena(self), text, strcspn(text, "<["));
    }
    lower_add(&tail, lower_field_of(self, parts, FIELD_VALUE));
    for (uint32_t i = 0; i < parts.count; i++) {
        if (lower_is(parts.items[i].node, "decorator")) {
            lower_add(&tail, lower_node(self, parts.items[i].node));
        } else if (lower_is(parts.items[i].node, "accessibility_modifier") ||
                   lower_is(parts.items[i].node, "readonly")) {
            made->number = 1; /* a field of the class, too */
        }
    }
    return made;
}

/* constructor(private a: A): what a class has by its constructor's parameters. */
static void add_parameter_fields(lowering *self, TSNode node, code_node *body)
{
    code_node **tail = &body->first;
    const code_node *constructor = NULL;
    for (; *tail != NULL; tail = &(*tail)->next) {
        if ((*tail)->kind == CODE_FUNCTION && strcmp((*tail)->text, "constructor") == 0) {
            constructor = *tail;
        }
    }
    const code_node *each = constructor == NULL ? NULL : constructor->first->next;
    for (; each != NULL; each = each->next) {
        if (each->kind == CODE_PARAMETER && each->number > 0 && each->type != NULL) {
            code_node *field = lower_make(self, CODE_ASSIGN, node);
            code_node **inner = &field->first;
            field->type = each->type;
            lower_add(&inner, lower_make(self, CODE_TEXT, node));
            lower_add(&inner, lower_node(self, (TSNode){0}));
            field->first->text = each->text;
            lower_add(&tail, field);
        }
    }
}

static code_node *lower_class(lowering *self, TSNode node, lower_parts parts)
{
    code_node *made = lower_make(self, CODE_CLASS, node);
    code_node **tail = &made->first;
    made->text = lower_source(self, lower_part_of(parts, FIELD_NAME));
    lower_add(&tail, lower_field_of(self, parts, FIELD_BODY));
    add_parameter_fields(self, node, made->first);
    for (uint32_t i = 0; i < parts.count; i++) {
        if (lower_is(parts.items[i].node, "decorator") ||
            lower_is(parts.items[i].node, "class_heritage")) {
            lower_add(&tail, lower_node(self, parts.items[i].node));
        }
    }
    return made;
}

static code_node *make_import(lowering *self, TSNode node, const char *module, const char *member,
                              const char *name)
{
    code_node *made = lower_make(self, CODE_IMPORT, node);
    made->text = arena_join(lower_arena(self), module, member[0] == '\0' ? "" : ".", member);
    made->type = name;
    made->first = lower_make(self, CODE_TEXT, node);
    made->first->text = module;
    return made;
}

/* import d, {a as b} from "m"; import * as n from "m"; import "m" */
static void add_imports(lowering *self, code_node ***tail, TSNode clause, const char *module)
{
    lower_parts parts = lower_get_parts(self, clause);
    for (uint32_t i = 0; i < parts.count; i++) {
        TSNode part = parts.items[i].node;
        if (lower_is(part, "identifier")) {
            lower_add(tail, make_import(self, part, module, "", lower_source(self, part)));
        } else if (lower_is(part, "namespace_import") || lower_is(part, "named_imports")) {
            add_imports(self, tail, part, module);
        } else if (lower_is(part, "import_specifier")) {
            lower_parts of = lower_get_parts(self, part);
            const char *name = lower_source(self, lower_part_of(of, FIELD_NAME));
            TSNode alias = lower_part_of(of, FIELD_ALIAS);
            lower_add(tail,
                      make_import(self, part, module, strcmp(name, "default") == 0 ? "" : name,
                                  ts_node_is_null(alias) ? name : lower_source(self, alias)));
        }
    }
}

/* "node:crypto" is "crypto". */
static const char *module_of(lowering *self, TSNode source)
{
    if (ts_node_is_null(source)) { /* import name = require("module") */
        return "";
    }
    uint32_t begin = ts_node_start_byte(source);
    uint32_t end = ts_node_end_byte(source);
    const char *module = end - begin < 2 ? "" : lower_bytes(self, begin + 1, end - 1);
    return strncmp(module, "node:", 5) == 0 ? module + 5 : module;
}

static code_node *lower_import(lowering *self, TSNode node, lower_parts parts)
{
    code_node *made = lower_make(self, CODE_BLOCK, node);
    code_node **tail = &made->first;
    const char *module = module_of(self, lower_part_of(parts, FIELD_SOURCE));
    for (uint32_t i = 0; i < parts.count; i++) {
        if (lower_is(parts.items[i].node, "import_clause")) {
            add_imports(self, &tail, parts.items[i].node, module);
        }
    }
    return made;
}

static code_node *make_name(lowering *self, TSNode node, const char *text)
{
    code_node *made = lower_make(self, CODE_NAME, node);
    made->text = text;
    return made;
}

static code_node *make_assign(lowering *self, TSNode node, const char *name, code_node *given)
{
    code_node *made = lower_make(self, CODE_ASSIGN, node);
    code_node **tail = &made->first;
    made->text = "=";
    lower_add(&tail, make_name(self, node, name));
    lower_add(&tail, given);
    return made;
}

/* {a as b}, of this file, or from "m". */
static void add_exported(lowering *self, code_node ***tail, TSNode clause, const char *module)
{
    lower_parts parts = lower_get_parts(self, clause);
    for (uint32_t i = 0; i < parts.count; i++) {
        TSNode part = parts.items[i].node;
        if (!lower_is(part, "export_specifier")) {
            continue;
        }
        lower_parts of = lower_get_parts(self, part);
        const char *name = lower_source(self, lower_part_of(of, FIELD_NAME));
        TSNode alias = lower_part_of(of, FIELD_ALIAS);
        const char *here = ts_node_is_null(alias) ? name : lower_source(self, alias);
        if (module != NULL) {
            const char *member = strcmp(name, "default") == 0 ? "" : name;
            lower_add(tail, make_import(self, part, module, member, here));
        } else if (strcmp(name, here) != 0) {
            lower_add(tail, make_assign(self, part, here, make_name(self, part, name)));
        }
    }
}

/* export default x is the name `default`; what is exported from elsewhere is imported. */
static code_node *lower_export(lowering *self, TSNode node, lower_parts parts)
{
    code_node *made = lower_make(self, CODE_BLOCK, node);
    code_node **tail = &made->first;
    TSNode source = lower_part_of(parts, FIELD_SOURCE);
    const char *module = ts_node_is_null(source) ? NULL : module_of(self, source);
    int is_default = 0;
    for (uint32_t i = 0; i < parts.count; i++) {
        TSNode part = parts.items[i].node;
        is_default |= lower_is(part, "default");
        if (lower_is(part, "export_clause")) {
            add_exported(self, &tail, part, module);
        } else if (module != NULL && lower_is(part, "*")) {
            lower_add(&tail, make_import(self, part, module, "", "*"));
        } else if (parts.items[i].is_named && parts.items[i].field != FIELD_SOURCE) {
            code_node *given = lower_node(self, part);
            int is_declared = (given->kind == CODE_FUNCTION || given->kind == CODE_CLASS) &&
                              given->text[0] != '\0';
            if (is_default && is_declared) {
                lower_add(&tail, given);
                given = make_name(self, part, given->text);
            }
            if (given->kind != CODE_NONE) {
                lower_add(&tail, is_default ? make_assign(self, part, "default", given) : given);
            }
        }
    }
    return made;
}

/* enum Name {A = "a", B}: a map. */
static code_node *lower_enum(lowering *self, TSNode node, lower_parts parts)
{
    code_node *map = lower_make(self, CODE_MAP, node);
    code_node **tail = &map->first;
    lower_parts inner = lower_get_parts(self, lower_part_of(parts, FIELD_BODY));
    for (uint32_t i = 0; i < inner.count; i++) {
        TSNode part = inner.items[i].node;
        lower_parts of = lower_get_parts(self, part);
        if (lower_is(part, "enum_assignment")) {
            code_node *pair = lower_make(self, CODE_PAIR, part);
            code_node **pair_tail = &pair->first;
            lower_add(&pair_tail, lower_field_of(self, of, FIELD_NAME));
            lower_add(&pair_tail, lower_field_of(self, of, FIELD_VALUE));
            lower_add(&tail, pair);
        }
    }
    return make_assign(self, node, lower_source(self, lower_part_of(parts, FIELD_NAME)), map);
}

static code_node *lower_cast(lowering *self, TSNode node, lower_parts parts)
{
    (void)node;
    return parts.count == 0 ? lower_node(self, (TSNode){0}) : lower_node(self, parts.items[0].node);
}

/* for (x of y), for (x in y) */
static code_node *lower_for_in(lowering *self, TSNode node, lower_parts parts)
{
    code_node *made = lower_make(self, CODE_LOOP, node);
    code_node **tail = &made->first;
    lower_add(&tail, lower_field_of(self, parts, FIELD_LEFT));
    lower_add(&tail, lower_field_of(self, parts, FIELD_RIGHT));
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
    return made;
}

/* for (init; condition; update) body: what comes before the body, then a loop. */
static code_node *lower_for(lowering *self, TSNode node, lower_parts parts)
{
    code_node *made = lower_make(self, CODE_BLOCK, node);
    code_node **tail = &made->first;
    code_node *loop = lower_make(self, CODE_LOOP, node);
    code_node **inner = &loop->first;
    lower_add_rest(self, &tail, parts, FIELD_BODY);
    lower_add(&inner, lower_node(self, (TSNode){0}));
    lower_add(&inner, lower_node(self, (TSNode){0}));
    lower_add(&inner, lower_field_of(self, parts, FIELD_BODY));
    lower_add(&tail, loop);
    return made;
}

static code_node *lower_switch(lowering *self, TSNode node, lower_parts parts)
{
    code_node *made = lower_make(self, CODE_SWITCH, node);
    code_node **tail = &made->first;
    lower_add(&tail, lower_field_of(self, parts, FIELD_VALUE));
    lower_add_rest(self, &tail, lower_get_parts(self, lower_part_of(parts, FIELD_BODY)),
                   FIELD_NONE);
    return made;
}

static code_node *lower_case(lowering *self, TSNode node, lower_parts parts)
{
    code_node *made = lower_make(self, CODE_CASE, node);
    code_node **tail = &made->first;
    code_node *body = lower_make(self, CODE_BLOCK, node);
    code_node **body_tail = &body->first;
    made->number = 1;
    lower_add(&tail, body);
    for (uint32_t i = 0; i < parts.count; i++) {
        if (parts.items[i].is_named) {
            int is_label = parts.items[i].field == FIELD_VALUE;
            lower_add(is_label ? &tail : &body_tail, lower_node(self, parts.items[i].node));
        }
    }
    return made;
}

static code_node *lower_try(lowering *self, TSNode node, lower_parts parts)
{
    code_node *made = lower_make(self, CODE_TRY, node);
    code_node **tail = &made->first;
    lower_add(&tail, lower_field_of(self, parts, FIELD_BODY));
    lower_add(&tail, lower_field_of(self, parts, FIELD_FINALIZER));
    lower_add(&tail, lower_field_of(self, parts, FIELD_HANDLER));
    return made;
}

/* One part may be a comment: never a statement of its own. */
static const lower_rule rules[] = {
    {"comment", CODE_NONE, lower_skip, {0}},
    {"type_annotation", CODE_NONE, lower_skip, {0}},
    {"type_arguments", CODE_NONE, lower_skip, {0}},
    {"type_parameters", CODE_NONE, lower_skip, {0}},
    {"interface_declaration", CODE_NONE, lower_skip, {0}},
    {"type_alias_declaration", CODE_NONE, lower_skip, {0}},
    {"accessibility_modifier", CODE_NONE, lower_skip, {0}},
    {"identifier", CODE_NAME, lower_name, {0}},
    {"shorthand_property_identifier_pattern", CODE_NAME, lower_name, {0}},
    {"property_identifier", CODE_TEXT, lower_key, {0}},
    {"private_property_identifier", CODE_TEXT, lower_key, {0}},
    {"this", CODE_NAME, lower_name, {0}},
    {"super", CODE_NAME, lower_name, {0}},
    {"import", CODE_NAME, lower_name, {0}},
    {"string", CODE_TEXT, lower_string, {0}},
    {"template_string", CODE_JOIN, lower_string, {0}},
    {"template_substitution", CODE_OTHER, lower_unwrap, {0}},
    {"number", CODE_NUMBER, lower_number, {0}},
    {"regex", CODE_OTHER, lower_regex, {0}},
    {"true", CODE_BOOLEAN, lower_true, {0}},
    {"false", CODE_BOOLEAN, lower_false, {0}},
    {"null", CODE_NULL, NULL, {0}},
    {"undefined", CODE_NULL, NULL, {0}},
    {"member_expression", CODE_MEMBER, lower_member, {0}},
    {"subscript_expression", CODE_INDEX, NULL, {FIELD_OBJECT, FIELD_INDEX}},
    {"call_expression", CODE_CALL, lower_call, {0}},
    {"new_expression", CODE_NEW, lower_new, {0}},
    {"object", CODE_MAP, NULL, {0}},
    {"object_pattern", CODE_MAP, NULL, {0}},
    {"object_assignment_pattern", CODE_NAME, lower_bound, {0}},
    {"pair", CODE_PAIR, NULL, {FIELD_KEY, FIELD_VALUE}},
    {"pair_pattern", CODE_PAIR, NULL, {FIELD_KEY, FIELD_VALUE}},
    {"shorthand_property_identifier", CODE_PAIR, lower_shorthand, {0}},
    {"spread_element", CODE_SPREAD, NULL, {0}},
    {"array", CODE_LIST, NULL, {0}},
    {"array_pattern", CODE_LIST, NULL, {0}},
    {"binary_expression", CODE_BINARY, lower_binary, {0}},
    {"unary_expression", CODE_UNARY, lower_unary, {0}},
    {"ternary_expression",
     CODE_CHOOSE,
     NULL,
     {FIELD_CONDITION, FIELD_CONSEQUENCE, FIELD_ALTERNATIVE}},
    {"parenthesized_expression", CODE_OTHER, lower_unwrap, {0}},
    {"expression_statement", CODE_OTHER, lower_unwrap, {0}},
    {"await_expression", CODE_OTHER, lower_unwrap, {0}},
    {"as_expression", CODE_OTHER, lower_cast, {0}},
    {"satisfies_expression", CODE_OTHER, lower_cast, {0}},
    {"non_null_expression", CODE_OTHER, lower_unwrap, {0}},
    {"assignment_expression", CODE_ASSIGN, lower_assign, {0}},
    {"augmented_assignment_expression", CODE_ASSIGN, lower_assign, {0}},
    {"assignment_pattern", CODE_ASSIGN, lower_assign, {0}},
    {"variable_declarator", CODE_ASSIGN, lower_assign, {0}},
    {"field_definition", CODE_ASSIGN, lower_assign, {0}},
    {"public_field_definition", CODE_ASSIGN, lower_assign, {0}},
    {"lexical_declaration", CODE_BLOCK, NULL, {0}},
    {"variable_declaration", CODE_BLOCK, NULL, {0}},
    {"function_declaration", CODE_FUNCTION, lower_js_function, {0}},
    {"function_expression", CODE_FUNCTION, lower_js_function, {0}},
    {"generator_function_declaration", CODE_FUNCTION, lower_js_function, {0}},
    {"generator_function", CODE_FUNCTION, lower_js_function, {0}},
    {"arrow_function", CODE_FUNCTION, lower_js_function, {0}},
    {"method_definition", CODE_FUNCTION, lower_js_function, {0}},
    {"required_parameter", CODE_PARAMETER, lower_parameter, {0}},
    {"optional_parameter", CODE_PARAMETER, lower_parameter, {0}},
    {"decorator", CODE_DECORATOR, NULL, {0}},
    {"class_declaration", CODE_CLASS, lower_class, {0}},
    {"abstract_class_declaration", CODE_CLASS, lower_class, {0}},
    {"class", CODE_CLASS, lower_class, {0}},
    {"class_body", CODE_BLOCK, NULL, {0}},
    {"statement_block", CODE_BLOCK, NULL, {0}},
    {"import_statement", CODE_BLOCK, lower_import, {0}},
    {"export_statement", CODE_BLOCK, lower_export, {0}},
    {"enum_declaration", CODE_ASSIGN, lower_enum, {0}},
    {"if_statement", CODE_IF, NULL, {FIELD_CONDITION, FIELD_CONSEQUENCE, FIELD_ALTERNATIVE}},
    {"else_clause", CODE_BLOCK, NULL, {0}},
    {"for_statement", CODE_LOOP, lower_for, {0}},
    {"for_in_statement", CODE_LOOP, lower_for_in, {0}},
    {"while_statement", CODE_LOOP, lower_while, {0}},
    {"do_statement", CODE_LOOP, lower_while, {0}},
    {"switch_statement", CODE_SWITCH, lower_switch, {0}},
    {"switch_case", CODE_CASE, lower_case, {0}},
    {"switch_default", CODE_CASE, lower_case, {0}},
    {"try_statement", CODE_TRY, lower_try, {0}},
    {"catch_clause", CODE_BLOCK, NULL, {FIELD_BODY}},
    {"finally_clause", CODE_BLOCK, NULL, {FIELD_BODY}},
    {"return_statement", CODE_RETURN, NULL, {0}},
    {"throw_statement", CODE_LEAVE, NULL, {0}},
    {"break_statement", CODE_LEAVE, NULL, {0}},
    {"continue_statement", CODE_LEAVE, NULL, {0}},
    {NULL, CODE_NONE, NULL, {0}},
};

const lower_language lower_javascript = {.grammar = tree_sitter_javascript, .rules = rules};
const lower_language lower_typescript = {.grammar = tree_sitter_typescript, .rules = rules};
const lower_language lower_tsx = {.grammar = tree_sitter_tsx, .rules = rules};
