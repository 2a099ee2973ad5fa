/* lower_python.c -- Python 2 and 3. */
#include <string.h>

#include "aphoria/syntax/lower.h"

extern const TSLanguage *tree_sitter_python(void);

/* `left, right` of assignments; an annotation alone assigns nothing. */
static code_node *lower_assignment(lowering *self, TSNode node, lower_parts parts)
{
    code_node *made = lower_assign(self, node, parts);
    TSNode type = lower_part_of(parts, FIELD_TYPE);
    made->type = ts_node_is_null(type) ? NULL : lower_source(self, type);
    return made;
}

static code_node *lower_keyword(lowering *self, TSNode node, lower_parts parts)
{
    code_node *made = lower_make(self, CODE_NAMED, node);
    code_node **tail = &made->first;
    made->text = lower_source(self, lower_part_of(parts, FIELD_NAME));
    lower_add(&tail, lower_field_of(self, parts, FIELD_VALUE));
    return made;
}

static code_node *lower_subscript(lowering *self, TSNode node, lower_parts parts)
{
    code_node *made = lower_make(self, CODE_INDEX, node);
    code_node **tail = &made->first;
    lower_add(&tail, lower_field_of(self, parts, FIELD_VALUE));
    lower_add(&tail, lower_field_of(self, parts, FIELD_SUBSCRIPT));
    return made;
}

/* `then if condition else otherwise` */
static code_node *lower_conditional(lowering *self, TSNode node, lower_parts parts)
{
    TSNode named[3] = {0};
    size_t count = 0;
    for (uint32_t i = 0; i < parts.count && count < 3; i++) {
        if (parts.items[i].is_named) {
            named[count++] = parts.items[i].node;
        }
    }
    code_node *made = lower_make(self, CODE_CHOOSE, node);
    code_node **tail = &made->first;
    lower_add(&tail, lower_node(self, named[1]));
    lower_add(&tail, lower_node(self, named[0]));
    lower_add(&tail, lower_node(self, named[2]));
    return made;
}

static code_node *lower_if_alone(lowering *self, TSNode node, lower_parts parts)
{
    code_node *made = lower_make(self, CODE_IF, node);
    code_node **tail = &made->first;
    lower_add(&tail, lower_field_of(self, parts, FIELD_CONDITION));
    lower_add(&tail, lower_field_of(self, parts, FIELD_CONSEQUENCE));
    return made;
}

/* An if, with what its elif and else clauses nest into. */
static code_node *lower_if(lowering *self, TSNode node, lower_parts parts)
{
    code_node *made = lower_if_alone(self, node, parts);
    code_node *inner = made;
    for (uint32_t i = 0; i < parts.count; i++) {
        if (parts.items[i].field != FIELD_ALTERNATIVE) {
            continue;
        }
        TSNode clause = parts.items[i].node;
        lower_parts of = lower_get_parts(self, clause);
        code_node *otherwise = lower_is(clause, "elif_clause")
                                   ? lower_if_alone(self, clause, of)
                                   : lower_field_of(self, of, FIELD_BODY);
        code_node **tail = &inner->first->next->next;
        lower_add(&tail, otherwise);
        inner = otherwise;
        if (inner->kind != CODE_IF) {
            break;
        }
    }
    return made;
}

static code_node *lower_for(lowering *self, TSNode node, lower_parts parts)
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

/* [body for x in items if condition]: a loop whose value is its body's. */
static code_node *lower_comprehension(lowering *self, TSNode node, lower_parts parts)
{
    code_node *made = lower_make(self, CODE_LOOP, node);
    code_node **tail = &made->first;
    code_node *body = lower_make(self, CODE_LIST, node);
    code_node **body_tail = &body->first;
    TSNode clause = {0};
    TSNode condition = {0};
    for (uint32_t i = 0; i < parts.count; i++) {
        if (lower_is(parts.items[i].node, "for_in_clause") && ts_node_is_null(clause)) {
            clause = parts.items[i].node;
        } else if (lower_is(parts.items[i].node, "if_clause") && ts_node_is_null(condition)) {
            condition = parts.items[i].node;
        } else if (parts.items[i].is_named) {
            lower_add(&body_tail, lower_node(self, parts.items[i].node));
        }
    }
    if (!ts_node_is_null(condition)) {
        code_node *choose = lower_make(self, CODE_CHOOSE, node);
        code_node **choose_tail = &choose->first;
        lower_add(&choose_tail, lower_unwrap(self, condition, lower_get_parts(self, condition)));
        lower_add(&choose_tail, body);
        lower_add(&choose_tail, lower_node(self, (TSNode){0}));
        body = choose;
    }
    lower_parts of = ts_node_is_null(clause) ? (lower_parts){0} : lower_get_parts(self, clause);
    lower_add(&tail, lower_field_of(self, of, FIELD_LEFT));
    lower_add(&tail, lower_field_of(self, of, FIELD_RIGHT));
    lower_add(&tail, body);
    return made;
}

static code_node *lower_try(lowering *self, TSNode node, lower_parts parts)
{
    code_node *made = lower_make(self, CODE_TRY, node);
    code_node **tail = &made->first;
    TSNode finally = {0};
    lower_add(&tail, lower_field_of(self, parts, FIELD_BODY));
    for (uint32_t i = 0; i < parts.count; i++) {
        if (lower_is(parts.items[i].node, "finally_clause")) {
            finally = parts.items[i].node;
        }
    }
    lower_add(&tail, lower_node(self, finally));
    for (uint32_t i = 0; i < parts.count; i++) {
        if (parts.items[i].is_named && parts.items[i].field != FIELD_BODY &&
            !lower_is(parts.items[i].node, "finally_clause")) {
            lower_add(&tail, lower_node(self, parts.items[i].node));
        }
    }
    return made;
}

/* value as name: in with statements and handlers. */
static code_node *lower_as(lowering *self, TSNode node, lower_parts parts)
{
    code_node *made = lower_make(self, CODE_ASSIGN, node);
    code_node **tail = &made->first;
    TSNode alias = lower_part_of(parts, FIELD_ALIAS);
    TSNode value = parts.count > 0 ? parts.items[0].node : (TSNode){0};
    lower_add(&tail, lower_node(self, alias));
    lower_add(&tail, lower_node(self, value));
    made->text = "=";
    return made;
}

static code_node *lower_default_parameter(lowering *self, TSNode node, lower_parts parts)
{
    code_node *made = lower_make(self, CODE_PARAMETER, node);
    code_node **tail = &made->first;
    TSNode name = lower_part_of(parts, FIELD_NAME);
    TSNode type = lower_part_of(parts, FIELD_TYPE);
    for (uint32_t i = 0; ts_node_is_null(name) && i < parts.count; i++) {
        if (parts.items[i].is_named && parts.items[i].field == FIELD_NONE) {
            name = parts.items[i].node;
        }
    }
    made->text = lower_source(self, name);
    made->type = ts_node_is_null(type) ? NULL : lower_source(self, type);
    lower_add(&tail, lower_field_of(self, parts, FIELD_VALUE));
    return made;
}

static code_node *lower_def(lowering *self, TSNode node, lower_parts parts)
{
    code_node *made = lower_function_of(self, node, parts);
    for (code_node *each = made->first->next; each != NULL; each = each->next) {
        if (each->kind == CODE_NAME) {
            each->kind = CODE_PARAMETER;
        }
    }
    return made;
}

static code_node *lower_decorated(lowering *self, TSNode node, lower_parts parts)
{
    code_node *made = lower_field_of(self, parts, FIELD_DEFINITION);
    code_node **tail = &made->first;
    while (*tail != NULL) {
        tail = &(*tail)->next;
    }
    (void)node;
    for (uint32_t i = 0; i < parts.count; i++) {
        if (lower_is(parts.items[i].node, "decorator")) {
            lower_add(&tail, lower_node(self, parts.items[i].node));
        }
    }
    return made;
}

static code_node *lower_class(lowering *self, TSNode node, lower_parts parts)
{
    code_node *made = lower_make(self, CODE_CLASS, node);
    code_node **tail = &made->first;
    made->text = lower_source(self, lower_part_of(parts, FIELD_NAME));
    TSNode bases = lower_part_of(parts, FIELD_SUPERCLASSES);
    lower_add(&tail, lower_field_of(self, parts, FIELD_BODY));
    if (!ts_node_is_null(bases)) {
        lower_add_rest(self, &tail, lower_get_parts(self, bases), FIELD_NONE);
    }
    return made;
}

/* One name of an import: `prefix` is the module of a `from`, or "". */
static code_node *lower_imported(lowering *self, TSNode node, const char *prefix)
{
    code_node *made = lower_make(self, CODE_IMPORT, node);
    TSNode name = node;
    TSNode alias = {0};
    if (lower_is(node, "aliased_import")) {
        lower_parts of = lower_get_parts(self, node);
        name = lower_part_of(of, FIELD_NAME);
        alias = lower_part_of(of, FIELD_ALIAS);
    }
    const char *text = lower_source(self, name);
    made->text = arena_join(lower_arena(self), prefix, prefix[0] == '\0' ? "" : ".", text);
    made->type = text;
    if (!ts_node_is_null(alias)) {
        made->type = lower_source(self, alias);
    } else if (prefix[0] == '\0' && strchr(text, '.') != NULL) {
        /* import a.b binds a */
        made->type = arena_copy(lower_arena(self), text, strcspn(text, "."));
        made->text = made->type;
    }
    return made;
}

static code_node *lower_import(lowering *self, TSNode node, lower_parts parts)
{
    code_node *made = lower_make(self, CODE_BLOCK, node);
    code_node **tail = &made->first;
    TSNode module = lower_part_of(parts, FIELD_MODULE_NAME);
    const char *prefix = ts_node_is_null(module) ? "" : lower_source(self, module);
    uint32_t level = 0;
    while (*prefix == '.') {
        prefix++;
        level++;
    }
    for (uint32_t i = 0; i < parts.count; i++) {
        if (parts.items[i].field == FIELD_NAME) {
            code_node *each = lower_imported(self, parts.items[i].node, prefix);
            each->number = level;
            lower_add(&tail, each);
        } else if (lower_is(parts.items[i].node, "wildcard_import")) {
            code_node *all = lower_make(self, CODE_IMPORT, node);
            all->text = prefix;
            all->type = "*";
            all->number = level;
            lower_add(&tail, all);
        }
    }
    return made;
}

/* a < b, a in b, a is not b: the operator is all that stands between the first two. */
static code_node *lower_comparison(lowering *self, TSNode node, lower_parts parts)
{
    code_node *made = lower_binary(self, node, parts);
    if (strcmp(made->text, "is") == 0) {
        made->text = "==";
    }
    return made;
}

/* Labels of a case: `a | b` are two, _ and names take all. */
static void add_labels(lowering *self, code_node ***tail, TSNode pattern)
{
    lower_parts parts = lower_get_parts(self, pattern);
    int has_names = 0;
    for (uint32_t i = 0; i < parts.count; i++) {
        has_names |= parts.items[i].is_named;
    }
    if (lower_is(pattern, "case_pattern") || lower_is(pattern, "union_pattern")) {
        for (uint32_t i = 0; has_names && i < parts.count; i++) {
            if (parts.items[i].is_named) {
                add_labels(self, tail, parts.items[i].node);
            }
        }
        return;
    }
    if (!lower_is(pattern, "dotted_name")) {
        lower_add(tail, lower_node(self, pattern));
    }
}

static code_node *lower_case(lowering *self, TSNode node, lower_parts parts)
{
    code_node *made = lower_make(self, CODE_CASE, node);
    code_node **tail = &made->first;
    lower_add(&tail, lower_field_of(self, parts, FIELD_CONSEQUENCE));
    for (uint32_t i = 0; i < parts.count; i++) {
        if (lower_is(parts.items[i].node, "case_pattern")) {
            add_labels(self, &tail, parts.items[i].node);
        }
    }
    return made;
}

static code_node *lower_match(lowering *self, TSNode node, lower_parts parts)
{
    code_node *made = lower_make(self, CODE_SWITCH, node);
    code_node **tail = &made->first;
    code_node *subject = NULL;
    lower_parts inner = {0};
    for (uint32_t i = 0; i < parts.count; i++) {
        if (parts.items[i].field == FIELD_BODY) {
            inner = lower_get_parts(self, parts.items[i].node);
        } else if (parts.items[i].is_named && subject == NULL) {
            subject = lower_node(self, parts.items[i].node);
        }
    }
    lower_add(&tail, subject == NULL ? lower_node(self, (TSNode){0}) : subject);
    for (uint32_t i = 0; i < inner.count; i++) {
        if (lower_is(inner.items[i].node, "case_clause")) {
            lower_add(&tail, lower_node(self, inner.items[i].node));
        }
    }
    return made;
}

/* text[from:to] is text.slice(from, to) */
static code_node *lower_python_index(lowering *self, TSNode node, lower_parts parts)
{
    TSNode subscript = lower_part_of(parts, FIELD_SUBSCRIPT);
    if (!lower_is(subscript, "slice")) {
        return lower_subscript(self, node, parts);
    }
    code_node *made = lower_make(self, CODE_CALL, node);
    code_node **tail = &made->first;
    code_node *callee = lower_make(self, CODE_MEMBER, node);
    code_node **inner = &callee->first;
    callee->text = "slice";
    lower_add(&inner, lower_field_of(self, parts, FIELD_VALUE));
    lower_add(&tail, callee);
    lower_parts of = lower_get_parts(self, subscript);
    int is_after = 0;
    for (uint32_t i = 0; i < of.count; i++) {
        if (!of.items[i].is_named && !is_after && made->first->next == NULL) {
            lower_add(&tail, lower_make(self, CODE_NUMBER, node));
        }
        is_after |= !of.items[i].is_named;
        if (of.items[i].is_named) {
            lower_add(&tail, lower_node(self, of.items[i].node));
        }
    }
    return made;
}

static code_node *lower_python_string(lowering *self, TSNode node, lower_parts parts)
{
    code_node *made = lower_string(self, node, parts);
    const char *start = parts.count == 0 ? "" : lower_source(self, parts.items[0].node);
    if (made->kind == CODE_TEXT && parts.count >= 2 && strpbrk(start, "rR") != NULL) {
        uint32_t begin = ts_node_end_byte(parts.items[0].node);
        uint32_t end = ts_node_start_byte(parts.items[parts.count - 1].node);
        made->text = end > begin ? lower_bytes(self, begin, end) : "";
    }
    return made;
}

static const lower_rule rules[] = {
    {"comment", CODE_NONE, lower_skip, {0}},
    {"type", CODE_NONE, lower_skip, {0}},
    {"identifier", CODE_NAME, lower_name, {0}},
    {"as_pattern_target", CODE_NAME, lower_unwrap, {0}},
    {"string", CODE_TEXT, lower_python_string, {0}},
    {"concatenated_string", CODE_JOIN, NULL, {0}},
    {"interpolation", CODE_OTHER, lower_unwrap, {0}},
    {"format_specifier", CODE_NONE, lower_skip, {0}},
    {"type_conversion", CODE_NONE, lower_skip, {0}},
    {"integer", CODE_NUMBER, lower_number, {0}},
    {"float", CODE_NUMBER, lower_number, {0}},
    {"true", CODE_BOOLEAN, lower_true, {0}},
    {"false", CODE_BOOLEAN, lower_false, {0}},
    {"none", CODE_NULL, NULL, {0}},
    {"attribute", CODE_MEMBER, lower_member, {0}},
    {"subscript", CODE_INDEX, lower_python_index, {0}},
    {"match_statement", CODE_SWITCH, lower_match, {0}},
    {"case_clause", CODE_CASE, lower_case, {0}},
    {"call", CODE_CALL, lower_call, {0}},
    {"keyword_argument", CODE_NAMED, lower_keyword, {0}},
    {"list_splat", CODE_SPREAD, NULL, {0}},
    {"dictionary_splat", CODE_SPREAD, NULL, {0}},
    {"list_splat_pattern", CODE_SPREAD, NULL, {0}},
    {"dictionary_splat_pattern", CODE_SPREAD, NULL, {0}},
    {"binary_operator", CODE_BINARY, lower_binary, {0}},
    {"boolean_operator", CODE_BINARY, lower_binary, {0}},
    {"comparison_operator", CODE_BINARY, lower_comparison, {0}},
    {"not_operator", CODE_UNARY, lower_unary, {0}},
    {"unary_operator", CODE_UNARY, lower_unary, {0}},
    {"conditional_expression", CODE_CHOOSE, lower_conditional, {0}},
    {"parenthesized_expression", CODE_OTHER, lower_unwrap, {0}},
    {"expression_statement", CODE_OTHER, lower_unwrap, {0}},
    {"await", CODE_OTHER, lower_unwrap, {0}},
    {"list", CODE_LIST, NULL, {0}},
    {"tuple", CODE_LIST, NULL, {0}},
    {"set", CODE_LIST, NULL, {0}},
    {"pattern_list", CODE_LIST, NULL, {0}},
    {"tuple_pattern", CODE_LIST, NULL, {0}},
    {"list_pattern", CODE_LIST, NULL, {0}},
    {"expression_list", CODE_LIST, NULL, {0}},
    {"dictionary", CODE_MAP, NULL, {0}},
    {"pair", CODE_PAIR, NULL, {FIELD_KEY, FIELD_VALUE}},
    {"list_comprehension", CODE_LOOP, lower_comprehension, {0}},
    {"set_comprehension", CODE_LOOP, lower_comprehension, {0}},
    {"generator_expression", CODE_LOOP, lower_comprehension, {0}},
    {"dictionary_comprehension", CODE_LOOP, lower_comprehension, {0}},
    {"assignment", CODE_ASSIGN, lower_assignment, {0}},
    {"augmented_assignment", CODE_ASSIGN, lower_assign, {0}},
    {"named_expression", CODE_ASSIGN, lower_assign, {0}},
    {"lambda", CODE_FUNCTION, lower_def, {0}},
    {"function_definition", CODE_FUNCTION, lower_def, {0}},
    {"default_parameter", CODE_PARAMETER, lower_default_parameter, {0}},
    {"typed_parameter", CODE_PARAMETER, lower_default_parameter, {0}},
    {"typed_default_parameter", CODE_PARAMETER, lower_default_parameter, {0}},
    {"decorated_definition", CODE_FUNCTION, lower_decorated, {0}},
    {"decorator", CODE_DECORATOR, NULL, {0}},
    {"class_definition", CODE_CLASS, lower_class, {0}},
    {"block", CODE_BLOCK, NULL, {0}},
    {"if_statement", CODE_IF, lower_if, {0}},
    {"for_statement", CODE_LOOP, lower_for, {0}},
    {"while_statement", CODE_LOOP, lower_while, {0}},
    {"try_statement", CODE_TRY, lower_try, {0}},
    {"except_clause", CODE_BLOCK, NULL, {0}},
    {"finally_clause", CODE_BLOCK, NULL, {0}},
    {"else_clause", CODE_BLOCK, NULL, {0}},
    {"with_statement", CODE_BLOCK, NULL, {0}},
    {"with_clause", CODE_BLOCK, NULL, {0}},
    {"with_item", CODE_OTHER, lower_unwrap, {0}},
    {"as_pattern", CODE_ASSIGN, lower_as, {0}},
    {"return_statement", CODE_RETURN, NULL, {0}},
    {"raise_statement", CODE_LEAVE, NULL, {0}},
    {"break_statement", CODE_LEAVE, NULL, {0}},
    {"continue_statement", CODE_LEAVE, NULL, {0}},
    {"import_statement", CODE_BLOCK, lower_import, {0}},
    {"import_from_statement", CODE_BLOCK, lower_import, {0}},
    {"future_import_statement", CODE_NONE, lower_skip, {0}},
    {NULL, CODE_NONE, NULL, {0}},
};

const lower_language lower_python = {.grammar = tree_sitter_python, .rules = rules};
