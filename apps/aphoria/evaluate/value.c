/* value.c -- see value.h. */
#include "aphoria/evaluate/value.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "aphoria/evaluate/evaluate.h"

const value *value_unknown(void)
{
    static const value unknown = {.kind = VALUE_UNKNOWN};
    return &unknown;
}

value *value_make(arena *memory, value_kind kind, const code_node *node)
{
    value *made = arena_allocate(memory, sizeof *made);
    made->kind = (uint8_t)kind;
    made->node = node;
    return made;
}

const value *value_text(arena *memory, const char *text, const code_node *node)
{
    value *made = value_make(memory, VALUE_TEXT, node);
    made->text = text;
    return made;
}

const value *value_number(arena *memory, double number, const code_node *node)
{
    value *made = value_make(memory, VALUE_NUMBER, node);
    made->number = number;
    return made;
}

const value *value_boolean(arena *memory, int is_true, const code_node *node)
{
    value *made = value_make(memory, VALUE_BOOLEAN, node);
    made->number = is_true != 0;
    return made;
}

const value *value_object(arena *memory, const char *path, const code_node *node)
{
    value *made = value_make(memory, VALUE_OBJECT, node);
    made->text = path;
    return made;
}

static value *copy_of(arena *memory, const value *self)
{
    value *copy = arena_allocate(memory, sizeof *copy);
    *copy = *self;
    return copy;
}

/* The kinds of taint that a value may be made safe of. */
static const uint32_t curable = TAINT_OUTSIDE | TAINT_FRESH;

const value *value_with_taint(arena *memory, const value *self, const value *const *others,
                              size_t count)
{
    uint32_t taint = self->taint;
    uint32_t safe = (self->taint & curable) != 0 ? self->safe : UINT32_MAX;
    const code_node *source = self->source;
    for (size_t i = 0; i < count; i++) {
        taint |= others[i]->taint;
        if ((others[i]->taint & curable) != 0) {
            safe &= others[i]->safe;
            source = source == NULL ? others[i]->source : source;
        }
    }
    if (taint == self->taint && ((taint & curable) == 0 || safe == self->safe)) {
        return self;
    }
    value *copy = copy_of(memory, self);
    copy->taint = taint;
    copy->safe = (taint & curable) != 0 ? safe : self->safe;
    copy->source = source;
    return copy;
}

const value *value_made_safe(arena *memory, const value *self, uint32_t sinks)
{
    if (self->taint == 0 || (self->safe & sinks) == sinks) {
        return self;
    }
    value *copy = copy_of(memory, self);
    copy->safe |= sinks;
    if (self->kind == VALUE_ONE_OF) {
        const value **items = arena_allocate(memory, self->count * sizeof *items);
        for (uint32_t i = 0; i < self->count; i++) {
            items[i] = value_made_safe(memory, self->items[i], sinks);
        }
        copy->items = items;
    }
    return copy;
}

int value_is_constant(const value *self)
{
    return self->kind == VALUE_NULL || self->kind == VALUE_BOOLEAN || self->kind == VALUE_NUMBER ||
           self->kind == VALUE_TEXT;
}

int value_equals(const value *left, const value *right)
{
    if (left->kind != right->kind) {
        return 0;
    }
    switch ((value_kind)left->kind) {
    case VALUE_NULL:
        return 1;
    case VALUE_BOOLEAN:
    case VALUE_NUMBER:
        return !(left->number < right->number) && !(left->number > right->number);
    case VALUE_TEXT:
    case VALUE_OBJECT:
        return strcmp(left->text, right->text) == 0;
    default:
        return left == right;
    }
}

/* ---- Either way --------------------------------------------------------------------------- */

static void add_choice(value *self, const value **items, const value *each)
{
    for (uint32_t i = 0; i < self->count; i++) {
        if (items[i] == each || (value_equals(items[i], each) && items[i]->taint == each->taint &&
                                 items[i]->safe == each->safe)) {
            return;
        }
    }
    if (self->count < VALUE_CHOICES_MAX) {
        items[self->count++] = each;
    }
}

static void add_choices(value *self, const value **items, const value *from)
{
    if (from->kind != VALUE_ONE_OF) {
        add_choice(self, items, from);
        return;
    }
    for (uint32_t i = 0; i < from->count; i++) {
        add_choice(self, items, from->items[i]);
    }
}

const value *value_join(arena *memory, const value *left, const value *right)
{
    if (left == right) {
        return left;
    }
    value *made = value_make(memory, VALUE_ONE_OF, left->node);
    const value **items = arena_allocate(memory, VALUE_CHOICES_MAX * sizeof *items);
    add_choices(made, items, left);
    add_choices(made, items, right);
    if (made->count == 1) {
        return items[0];
    }
    made->items = items;
    return value_with_taint(memory, made, items, made->count);
}

/* ---- Operators ---------------------------------------------------------------------------- */

int value_truth(const value *self)
{
    switch ((value_kind)self->kind) {
    case VALUE_NULL:
        return 0;
    case VALUE_BOOLEAN:
    case VALUE_NUMBER:
        return self->number < 0 || self->number > 0;
    case VALUE_TEXT:
        return self->text[0] != '\0';
    case VALUE_FUNCTION:
        return 1;
    default:
        return -1;
    }
}

static const value *arithmetic(arena *memory, char operator, double left, double right,
                               const code_node *node)
{
    switch (operator) {
    case '+':
        return value_number(memory, left + right, node);
    case '-':
        return value_number(memory, left - right, node);
    case '*':
        return value_number(memory, left * right, node);
    case '/':
        return right < 0 || right > 0 ? value_number(memory, left / right, node) : value_unknown();
    case '%':
        return right < 0 || right > 0 ? value_number(memory, fmod(left, right), node)
                                      : value_unknown();
    default:
        return value_unknown();
    }
}

/* -1, 0, 1 */
static int order_of(const value *left, const value *right)
{
    if (left->kind == VALUE_TEXT) {
        int order = strcmp(left->text, right->text);
        return (order > 0) - (order < 0);
    }
    return (left->number > right->number) - (left->number < right->number);
}

static const value *compare(arena *memory, const char *operator, const value * left,
                            const value *right, const code_node *node)
{
    int is_negated = operator[0] == '!' || strcmp(operator, "is not") == 0;
    if (is_negated || strncmp(operator, "==", 2) == 0) {
        return value_boolean(memory, value_equals(left, right) != is_negated, node);
    }
    if (left->kind != right->kind) {
        return value_unknown();
    }
    int order = order_of(left, right);
    if (operator[0] == '<') {
        return value_boolean(memory, operator[1] == '=' ? order <= 0 : order<0, node);
    }
    return value_boolean(memory, operator[1] == '=' ? order >= 0 : order> 0, node);
}

static int is_comparison(const char *operator)
{
    return strcmp(operator, "is not") == 0 || strncmp(operator, "==", 2) == 0 ||
           strncmp(operator, "!=", 2) == 0 ||
           ((operator[0] == '<' || operator[0] == '>') && operator[1] != operator[0]);
}

static int is_text_like(const value *self)
{
    return self->kind == VALUE_TEXT || self->kind == VALUE_PREFIX;
}

static const value *logic(arena *memory, int is_and, const value *left, const value *right)
{
    int truth = value_truth(left);
    if (truth < 0) {
        return value_join(memory, left, right);
    }
    return truth == is_and ? right : left;
}

/* Behind a host and a slash, or a path of one's own, nobody chooses where a request goes. */
static const value *behind_host(arena *memory, const value *made)
{
    static const char host_characters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                          "0123456789.-:_@[]";
    if (made->kind != VALUE_PREFIX || (made->taint & TAINT_OUTSIDE) == 0) {
        return made;
    }
    const char *text = made->text;
    if (text[0] == '/' && text[1] != '\0' && text[1] != '/' && text[1] != '\\') {
        return value_made_safe(memory, made, 1u << SINK_REDIRECT);
    }
    const char *scheme = strstr(text, "://");
    size_t host = scheme == NULL ? 0 : strspn(scheme + 3, host_characters);
    return host > 0 && scheme[3 + host] == '/'
               ? value_made_safe(memory, made, 1u << SINK_REDIRECT | 1u << SINK_SSRF)
               : made;
}

/* Whether a constant is one of a list's, or part of a text; -1 where it is not known. */
static int is_among(const value *self, const value *list)
{
    if (self->kind == VALUE_TEXT && list->kind == VALUE_TEXT) {
        return strstr(list->text, self->text) != NULL;
    }
    if (!value_is_constant(self) || list->kind != VALUE_LIST) {
        return -1;
    }
    for (uint32_t i = 0; i < list->count; i++) {
        if (!value_is_constant(list->items[i])) {
            return -1;
        }
        if (value_equals(self, list->items[i])) {
            return 1;
        }
    }
    return 0;
}

const value *value_binary(arena *memory, const char *operator, const value * left,
                          const value *right, const code_node *node)
{
    const value *both[] = {left, right};
    if (strcmp(operator, "and") == 0 || strcmp(operator, "&&") == 0) {
        return logic(memory, 1, left, right);
    }
    if (strcmp(operator, "or") == 0 || strcmp(operator, "||") == 0 || strcmp(operator, "??") == 0) {
        return logic(memory, 0, left, right);
    }
    if (strcmp(operator, "in") == 0 || strcmp(operator, "not in") == 0) {
        int held = is_among(left, right);
        return held < 0 ? value_unknown()
                        : value_boolean(memory, held == (operator[0] == 'i'), node);
    }
    if (is_comparison(operator)) {
        return value_is_constant(left) && value_is_constant(right)
                   ? compare(memory, operator, left, right, node)
                   : value_unknown();
    }
    if (left->kind == VALUE_NUMBER && right->kind == VALUE_NUMBER && operator[1] == '\0') {
        return arithmetic(memory, operator[0], left->number, right->number, node);
    }
    if (operator[0] == '+' || operator[0] == '.') {
        return value_concatenate(memory, both, 2, node);
    }
    if (operator[0] == '%' && is_text_like(left)) {
        value *made = value_make(memory, VALUE_PREFIX, node);
        made->text = arena_copy(memory, left->text, strcspn(left->text, "%"));
        return behind_host(memory, value_with_taint(memory, made, both, 2));
    }
    if (operator[0] == '|' && left->kind == VALUE_OBJECT) {
        return value_with_taint(memory, left, both, 2);
    }
    return value_with_taint(memory, value_make(memory, VALUE_UNKNOWN, node), both, 2);
}

const value *value_concatenate(arena *memory, const value *const *parts, size_t count,
                               const code_node *node)
{
    char piece[64];
    size_t size = 0;
    size_t used = 0;
    int is_whole = 1;
    for (size_t i = 0; i < count; i++) {
        size += is_text_like(parts[i]) ? strlen(parts[i]->text) : sizeof piece;
    }
    size = size > VALUE_TEXT_MAX ? VALUE_TEXT_MAX : size;
    char *text = arena_allocate(memory, size + 1);
    for (size_t i = 0; i < count && is_whole; i++) {
        const char *part = piece;
        if (is_text_like(parts[i])) {
            part = parts[i]->text;
            is_whole = parts[i]->kind == VALUE_TEXT;
        } else if (!value_print(parts[i], piece, sizeof piece)) {
            is_whole = 0;
            break;
        }
        size_t part_size = strlen(part);
        is_whole = is_whole && part_size <= size - used;
        part_size = part_size <= size - used ? part_size : size - used;
        memcpy(text + used, part, part_size);
        used += part_size;
    }
    value *made = value_make(memory, is_whole ? VALUE_TEXT : VALUE_PREFIX, node);
    made->text = text;
    return behind_host(memory, value_with_taint(memory, made, parts, count));
}

int value_print(const value *self, char *out, size_t size)
{
    switch ((value_kind)self->kind) {
    case VALUE_NULL:
        snprintf(out, size, "null");
        return 1;
    case VALUE_BOOLEAN:
        snprintf(out, size, "%s", self->number > 0 ? "true" : "false");
        return 1;
    case VALUE_NUMBER:
        snprintf(out, size, "%.15g", self->number);
        return 1;
    case VALUE_TEXT:
        snprintf(out, size, "%s", self->text);
        return 1;
    default:
        return 0;
    }
}

/* ---- Lists and maps ----------------------------------------------------------------------- */

const value *value_list_add(arena *memory, const value *list, const value *item)
{
    if (list->count >= VALUE_ITEMS_MAX) {
        return value_with_taint(memory, value_unknown(), (const value *[]){list, item}, 2);
    }
    value *made = copy_of(memory, list);
    const value **items = arena_allocate(memory, (list->count + 1) * sizeof *items);
    if (list->count > 0) {
        memcpy(items, list->items, list->count * sizeof *items);
    }
    items[made->count++] = item;
    made->items = items;
    return value_with_taint(memory, made, &item, 1);
}

const value *value_list_set(arena *memory, const value *list, double place, const value *item)
{
    double at = place < 0 ? list->count + place : place;
    if (!(at >= 0 && at < list->count)) {
        return value_with_taint(memory, list, &item, 1);
    }
    value *made = copy_of(memory, list);
    const value **items = arena_allocate(memory, list->count * sizeof *items);
    memcpy(items, list->items, list->count * sizeof *items);
    items[(uint32_t)at] = item;
    made->items = items;
    made->taint = 0;
    return value_with_taint(memory, made, items, made->count);
}

const value *value_map_put(arena *memory, const value *map, const char *key, const value *item)
{
    if (map->count >= VALUE_ITEMS_MAX) {
        return value_with_taint(memory, value_unknown(), (const value *[]){map, item}, 2);
    }
    value *made = copy_of(memory, map);
    const value **items = arena_allocate(memory, (map->count + 1) * sizeof *items);
    const char **keys = arena_allocate(memory, (map->count + 1) * sizeof *keys);
    uint32_t count = 0;
    for (uint32_t i = 0; i < map->count; i++) {
        if (key == NULL || map->keys[i] == NULL || strcmp(map->keys[i], key) != 0) {
            keys[count] = map->keys[i];
            items[count++] = map->items[i];
        }
    }
    keys[count] = key;
    items[count++] = item;
    made->items = items;
    made->keys = keys;
    made->count = count;
    return value_with_taint(memory, made, &item, 1);
}

const value *value_map_get(const value *map, const char *key)
{
    for (uint32_t i = map->count; i > 0; i--) {
        if (map->keys[i - 1] == NULL) {
            return NULL;
        }
        if (strcmp(map->keys[i - 1], key) == 0) {
            return map->items[i - 1];
        }
    }
    return NULL;
}
