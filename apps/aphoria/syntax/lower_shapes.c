/* lower_shapes.c -- what the tables of several languages have in common: see lower.h. */
#include <stdlib.h>
#include <string.h>

#include "aphoria/syntax/lower.h"

code_node *lower_skip(lowering *self, TSNode node, lower_parts parts)
{
    (void)node;
    (void)parts;
    return lower_node(self, (TSNode){0});
}

code_node *lower_unwrap(lowering *self, TSNode node, lower_parts parts)
{
    code_node *made = lower_make(self, CODE_BLOCK, node);
    code_node **tail = &made->first;
    lower_add_rest(self, &tail, parts, FIELD_NONE);
    return made->first != NULL && made->first->next == NULL ? made->first : made;
}

code_node *lower_name(lowering *self, TSNode node, lower_parts parts)
{
    (void)parts;
    code_node *made = lower_make(self, CODE_NAME, node);
    made->text = lower_source(self, node);
    return made;
}

/* 0x1F, 0b11, 0o17, 017, 1_000, 10L, 1.5f, 1e3: digits and what follows them. */
static double number_of(const char *text)
{
    char plain[64];
    size_t size = 0;
    for (; *text != '\0' && size + 1 < sizeof plain; text++) {
        if (*text != '_') {
            plain[size++] = *text;
        }
    }
    plain[size] = '\0';
    if (size > 1 && plain[0] == '0' && strchr("bB", plain[1]) != NULL) {
        return (double)strtoull(plain + 2, NULL, 2);
    }
    if (size > 1 && plain[0] == '0' && strchr("oO", plain[1]) != NULL) {
        return (double)strtoull(plain + 2, NULL, 8);
    }
    if (size > 1 && plain[0] == '0' && strchr("xX", plain[1]) != NULL) {
        return (double)strtoull(plain, NULL, 16);
    }
    if (size > 1 && plain[0] == '0' && strspn(plain, "01234567") == size) {
        return (double)strtoull(plain, NULL, 8);
    }
    return strtod(plain, NULL);
}

code_node *lower_number(lowering *self, TSNode node, lower_parts parts)
{
    (void)parts;
    code_node *made = lower_make(self, CODE_NUMBER, node);
    made->text = lower_source(self, node);
    made->number = number_of(made->text);
    return made;
}

static code_node *make_boolean(lowering *self, TSNode node, int is_true)
{
    code_node *made = lower_make(self, CODE_BOOLEAN, node);
    made->number = is_true;
    return made;
}

code_node *lower_true(lowering *self, TSNode node, lower_parts parts)
{
    (void)parts;
    return make_boolean(self, node, 1);
}

code_node *lower_false(lowering *self, TSNode node, lower_parts parts)
{
    (void)parts;
    return make_boolean(self, node, 0);
}

static TSNode first_of(lower_parts parts, const lower_field *fields, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        TSNode found = lower_part_of(parts, fields[i]);
        if (!ts_node_is_null(found)) {
            return found;
        }
    }
    return (TSNode){0};
}

code_node *lower_member(lowering *self, TSNode node, lower_parts parts)
{
    static const lower_field objects[] = {FIELD_OBJECT, FIELD_OPERAND, FIELD_ARGUMENT,
                                          FIELD_VALUE,  FIELD_PATH,    FIELD_SCOPE};
    static const lower_field members[] = {FIELD_PROPERTY, FIELD_FIELD, FIELD_ATTRIBUTE, FIELD_NAME};
    code_node *made = lower_make(self, CODE_MEMBER, node);
    code_node **tail = &made->first;
    lower_add(&tail, lower_node(self, first_of(parts, objects, sizeof objects / sizeof *objects)));
    made->text = lower_source(self, first_of(parts, members, sizeof members / sizeof *members));
    return made;
}

static code_node *make_call(lowering *self, code_kind kind, TSNode node, lower_parts parts)
{
    static const lower_field callees[] = {FIELD_FUNCTION, FIELD_CONSTRUCTOR, FIELD_TYPE};
    code_node *made = lower_make(self, kind, node);
    code_node **tail = &made->first;
    lower_add(&tail, lower_node(self, first_of(parts, callees, sizeof callees / sizeof *callees)));
    TSNode arguments = lower_part_of(parts, FIELD_ARGUMENTS);
    if (!ts_node_is_null(arguments)) {
        lower_add_rest(self, &tail, lower_get_parts(self, arguments), FIELD_NONE);
    }
    return made;
}

code_node *lower_call(lowering *self, TSNode node, lower_parts parts)
{
    return make_call(self, CODE_CALL, node, parts);
}

code_node *lower_new(lowering *self, TSNode node, lower_parts parts)
{
    return make_call(self, CODE_NEW, node, parts);
}

static const char *operator_of(lowering *self, lower_parts parts)
{
    TSNode found = lower_part_of(parts, FIELD_OPERATOR);
    for (uint32_t i = 0; ts_node_is_null(found) && i < parts.count; i++) {
        if (!parts.items[i].is_named) {
            found = parts.items[i].node;
        }
    }
    return lower_source(self, found);
}

code_node *lower_binary(lowering *self, TSNode node, lower_parts parts)
{
    code_node *made = lower_make(self, CODE_BINARY, node);
    code_node **tail = &made->first;
    made->text = operator_of(self, parts);
    lower_add_rest(self, &tail, parts, FIELD_OPERATOR);
    return made;
}

code_node *lower_unary(lowering *self, TSNode node, lower_parts parts)
{
    code_node *made = lower_make(self, CODE_UNARY, node);
    code_node **tail = &made->first;
    made->text = operator_of(self, parts);
    lower_add_rest(self, &tail, parts, FIELD_OPERATOR);
    return made;
}

code_node *lower_assign(lowering *self, TSNode node, lower_parts parts)
{
    static const lower_field targets[] = {FIELD_LEFT, FIELD_NAME, FIELD_PATTERN, FIELD_PROPERTY};
    static const lower_field values[] = {FIELD_RIGHT, FIELD_VALUE};
    code_node *made = lower_make(self, CODE_ASSIGN, node);
    code_node **tail = &made->first;
    lower_add(&tail, lower_node(self, first_of(parts, targets, sizeof targets / sizeof *targets)));
    lower_add(&tail, lower_node(self, first_of(parts, values, sizeof values / sizeof *values)));
    const char *operator= lower_source(self, lower_part_of(parts, FIELD_OPERATOR));
    size_t size = strlen(operator);
    int is_updating = size > 1 && operator[size - 1] == '=' && operator[0] != ':';
    made->text = is_updating ? arena_copy(lower_arena(self), operator, size - 1) : "=";
    return made;
}

code_node *lower_function_of(lowering *self, TSNode node, lower_parts parts)
{
    code_node *made = lower_make(self, CODE_FUNCTION, node);
    code_node **tail = &made->first;
    made->text = lower_source(self, lower_part_of(parts, FIELD_NAME));
    lower_add(&tail, lower_field_of(self, parts, FIELD_BODY));
    TSNode parameters = lower_part_of(parts, FIELD_PARAMETERS);
    if (!ts_node_is_null(parameters)) {
        lower_add_rest(self, &tail, lower_get_parts(self, parameters), FIELD_NONE);
    }
    return made;
}

static int is_delimiter(const char *type)
{
    return strcmp(type, "string_start") == 0 || strcmp(type, "string_end") == 0;
}

code_node *lower_string(lowering *self, TSNode node, lower_parts parts)
{
    code_node *made = lower_make(self, CODE_JOIN, node);
    code_node **tail = &made->first;
    uint32_t begin = UINT32_MAX;
    uint32_t end = 0;
    for (uint32_t i = 0; i <= parts.count; i++) {
        const char *type = i == parts.count ? "" : ts_node_type(parts.items[i].node);
        if (i < parts.count && (!parts.items[i].is_named || is_delimiter(type))) {
            continue;
        }
        int is_text = strstr(type, "content") != NULL || strstr(type, "fragment") != NULL ||
                      strstr(type, "escape") != NULL;
        if (is_text) {
            begin = begin == UINT32_MAX ? ts_node_start_byte(parts.items[i].node) : begin;
            end = ts_node_end_byte(parts.items[i].node);
            continue;
        }
        if (begin != UINT32_MAX) {
            code_node *text = lower_make(self, CODE_TEXT, node);
            text->text = lower_unescaped(self, begin, end);
            lower_add(&tail, text);
            begin = UINT32_MAX;
        }
        if (i < parts.count) {
            lower_add(&tail, lower_node(self, parts.items[i].node));
        }
    }
    if (made->first == NULL || (made->first->next == NULL && made->first->kind == CODE_TEXT)) {
        made->kind = CODE_TEXT;
        made->text = made->first == NULL ? "" : made->first->text;
        made->first = NULL;
    }
    return made;
}
