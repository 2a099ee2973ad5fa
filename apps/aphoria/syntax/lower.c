/* lower.c -- see lower.h. */
#include "aphoria/syntax/lower.h"

#include <ctype.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "aphoria/syntax/lower_core.h"
#include "common/text.h"

static const char *const field_names[FIELD_COUNT] = {
    [FIELD_ALIAS] = "alias",
    [FIELD_ALTERNATIVE] = "alternative",
    [FIELD_ARGUMENT] = "argument",
    [FIELD_ARGUMENTS] = "arguments",
    [FIELD_ARRAY] = "array",
    [FIELD_ATTRIBUTE] = "attribute",
    [FIELD_BODY] = "body",
    [FIELD_CONDITION] = "condition",
    [FIELD_CONSEQUENCE] = "consequence",
    [FIELD_CONSTRUCTOR] = "constructor",
    [FIELD_DECLARATOR] = "declarator",
    [FIELD_DEFINITION] = "definition",
    [FIELD_FIELD] = "field",
    [FIELD_FUNCTION] = "function",
    [FIELD_HANDLER] = "handler",
    [FIELD_FINALIZER] = "finalizer",
    [FIELD_INDEX] = "index",
    [FIELD_INITIALIZER] = "initializer",
    [FIELD_KEY] = "key",
    [FIELD_LEFT] = "left",
    [FIELD_MACRO] = "macro",
    [FIELD_METHOD] = "method",
    [FIELD_MODULE_NAME] = "module_name",
    [FIELD_NAME] = "name",
    [FIELD_OBJECT] = "object",
    [FIELD_OPERAND] = "operand",
    [FIELD_OPERATOR] = "operator",
    [FIELD_PARAMETER] = "parameter",
    [FIELD_PARAMETERS] = "parameters",
    [FIELD_PATH] = "path",
    [FIELD_PATTERN] = "pattern",
    [FIELD_PROPERTY] = "property",
    [FIELD_RECEIVER] = "receiver",
    [FIELD_RIGHT] = "right",
    [FIELD_SCOPE] = "scope",
    [FIELD_SOURCE] = "source",
    [FIELD_SUBSCRIPT] = "subscript",
    [FIELD_SUPERCLASS] = "superclass",
    [FIELD_SUPERCLASSES] = "superclasses",
    [FIELD_TYPE] = "type",
    [FIELD_VALUE] = "value",
};

/* ---- What a grammar's numbers mean -------------------------------------------------------- */

static pthread_mutex_t index_lock = PTHREAD_MUTEX_INITIALIZER;
static lower_index indexes[LANGUAGE_COUNT]; /* as long as the process; written under the lock */

static const lower_rule *find_rule(const lower_rule *rules, const char *type)
{
    for (; rules->type != NULL; rules++) {
        if (strcmp(rules->type, type) == 0) {
            return rules;
        }
    }
    return NULL;
}

static void make_index(lower_index *index, const lower_language *lowered)
{
    const TSLanguage *grammar = lowered->grammar();
    uint32_t symbol_count = ts_language_symbol_count(grammar);
    uint32_t field_count = ts_language_field_count(grammar);
    index->fields = text_allocate(field_count + 1);
    memset(index->fields, FIELD_NONE, field_count + 1);
    for (int i = FIELD_NONE + 1; i < FIELD_COUNT; i++) {
        size_t size = strlen(field_names[i]);
        TSFieldId id = ts_language_field_id_for_name(grammar, field_names[i], (uint32_t)size);
        if (id != 0) {
            index->fields[id] = (uint8_t)i;
        }
    }
    const lower_rule **rules = text_allocate(symbol_count * sizeof *rules);
    for (uint32_t i = 0; i < symbol_count; i++) {
        TSSymbol symbol = (TSSymbol)i;
        int is_named = ts_language_symbol_type(grammar, symbol) == TSSymbolTypeRegular;
        rules[i] =
            is_named ? find_rule(lowered->rules, ts_language_symbol_name(grammar, symbol)) : NULL;
    }
    index->symbol_count = symbol_count;
    index->rules = rules;
}

static const lower_index *get_index(language of, const lower_language *lowered)
{
    pthread_mutex_lock(&index_lock);
    if (indexes[of].rules == NULL) {
        make_index(&indexes[of], lowered);
    }
    pthread_mutex_unlock(&index_lock);
    return &indexes[of];
}

void lower_begin(lowering *self, language of, const lower_language *lowered, const char *source,
                 uint32_t size, arena *memory)
{
    self->memory = memory;
    self->source = source;
    self->size = size;
    self->index = get_index(of, lowered);
    self->depth = 0;
    self->node_count = 0;
    self->is_cut = 0;
}

void lower_deinit(lowering *self)
{
    if (self->has_cursor) {
        ts_tree_cursor_delete(&self->cursor);
    }
}

/* ---- Nodes -------------------------------------------------------------------------------- */

code_node *lower_make(lowering *self, code_kind kind, TSNode node)
{
    code_node *made = arena_allocate(self->memory, sizeof *made);
    TSPoint begin = ts_node_start_point(node);
    made->kind = (uint8_t)kind;
    made->begin = ts_node_start_byte(node);
    made->end = ts_node_end_byte(node);
    made->line = begin.row + 1;
    made->column = begin.column + 1;
    made->file = self->file;
    self->node_count++;
    return made;
}

void lower_add(code_node ***tail, code_node *child)
{
    **tail = child;
    while (child->next != NULL) {
        child = child->next;
    }
    *tail = &child->next;
}

static code_node *make_none(lowering *self)
{
    return arena_allocate(self->memory, sizeof(code_node));
}

lower_parts lower_get_parts(lowering *self, TSNode node)
{
    uint32_t count = ts_node_child_count(node);
    if (count == 0) {
        return (lower_parts){0};
    }
    lower_part *items = arena_allocate(self->memory, count * sizeof *items);
    TSTreeCursor *cursor = &self->cursor;
    if (self->has_cursor) {
        ts_tree_cursor_reset(cursor, node);
    } else {
        *cursor = ts_tree_cursor_new(node);
        self->has_cursor = 1;
    }
    uint32_t found = 0;
    for (int more = ts_tree_cursor_goto_first_child(cursor); more && found < count;
         more = ts_tree_cursor_goto_next_sibling(cursor)) {
        lower_part *part = &items[found++];
        part->node = ts_tree_cursor_current_node(cursor);
        part->field = self->index->fields[ts_tree_cursor_current_field_id(cursor)];
        part->is_named = ts_node_is_named(part->node);
    }
    return (lower_parts){items, found};
}

TSNode lower_part_of(lower_parts parts, lower_field field)
{
    for (uint32_t i = 0; i < parts.count; i++) {
        if (parts.items[i].field == field) {
            return parts.items[i].node;
        }
    }
    return (TSNode){0};
}

void lower_add_rest(lowering *self, code_node ***tail, lower_parts parts, lower_field except)
{
    for (uint32_t i = 0; i < parts.count; i++) {
        int is_wanted = except == FIELD_NONE || parts.items[i].field != except;
        if (parts.items[i].is_named && is_wanted) {
            code_node *child = lower_node(self, parts.items[i].node);
            if (child->kind != CODE_NONE) {
                lower_add(tail, child);
            }
        }
    }
}

static code_node *lower_by_rule(lowering *self, TSNode node, const lower_rule *rule,
                                lower_parts parts)
{
    if (rule != NULL && rule->lower != NULL) {
        return rule->lower(self, node, parts);
    }
    code_node *made = lower_make(self, rule == NULL ? CODE_OTHER : rule->kind, node);
    code_node **tail = &made->first;
    if (rule == NULL || rule->fields[0] == FIELD_NONE) {
        lower_add_rest(self, &tail, parts, FIELD_NONE);
        return made;
    }
    for (int i = 0; i < LOWER_FIELDS_MAX && rule->fields[i] != FIELD_NONE; i++) {
        lower_add(&tail, lower_field_of(self, parts, rule->fields[i]));
    }
    return made;
}

code_node *lower_node(lowering *self, TSNode node)
{
    if (ts_node_is_null(node) || ts_node_is_extra(node)) {
        return make_none(self);
    }
    if (self->depth >= LOWER_DEPTH_MAX) {
        self->is_cut = 1;
        return lower_make(self, CODE_OTHER, node);
    }
    self->depth++;
    TSSymbol symbol = ts_node_symbol(node);
    const lower_rule *rule = symbol < self->index->symbol_count ? self->index->rules[symbol] : NULL;
    code_node *made = lower_by_rule(self, node, rule, lower_get_parts(self, node));
    self->depth--;
    return made;
}

code_node *lower_field_of(lowering *self, lower_parts parts, lower_field field)
{
    return lower_node(self, lower_part_of(parts, field));
}

/* ---- Texts -------------------------------------------------------------------------------- */

arena *lower_arena(lowering *self)
{
    return self->memory;
}

int lower_is(TSNode node, const char *type)
{
    return !ts_node_is_null(node) && strcmp(ts_node_type(node), type) == 0;
}

const char *lower_bytes(lowering *self, uint32_t begin, uint32_t end)
{
    return arena_copy(self->memory, self->source + begin, end - begin);
}

const char *lower_source(lowering *self, TSNode node)
{
    if (ts_node_is_null(node)) {
        return "";
    }
    return lower_bytes(self, ts_node_start_byte(node), ts_node_end_byte(node));
}

static size_t append_utf8(char *out, unsigned long character)
{
    if (character == 0 || character > 0x10ffff) {
        return 0;
    }
    if (character < 0x80) {
        out[0] = (char)character;
        return 1;
    }
    size_t size = character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
    for (size_t i = size - 1; i > 0; i--) {
        out[i] = (char)(0x80 | (character & 0x3f));
        character >>= 6;
    }
    out[0] = (char)((0xf00u >> size) | character);
    return size;
}

/* \xHH, \uHHHH, \u{H…}: reads behind the letter; what it took. */
static size_t append_hex_escape(char *out, size_t *out_size, const char *digits, size_t size_max)
{
    char copy[9] = {0};
    size_t brace = size_max > 0 && digits[0] == '{';
    size_t count = 0;
    while (count < size_max - brace && count < 8 &&
           isxdigit((unsigned char)digits[brace + count])) {
        copy[count] = digits[brace + count];
        count++;
    }
    *out_size += append_utf8(out + *out_size, strtoul(copy, NULL, 16));
    return brace + count + (brace && brace + count < size_max);
}

const char *lower_unescaped(lowering *self, uint32_t begin, uint32_t end)
{
    static const char letters[] = "n\nt\tr\rb\bf\fv\ve\033";
    const char *from = self->source + begin;
    size_t size = end - begin;
    char *text = arena_copy(self->memory, from, size);
    size_t out = 0;
    for (size_t i = 0; i < size; i++) {
        if (from[i] != '\\' || i + 1 == size) {
            text[out++] = from[i];
            continue;
        }
        char escaped = from[++i];
        const char *letter = escaped == '\0' ? NULL : strchr(letters, escaped);
        if (escaped == 'x' || escaped == 'u' || escaped == 'U') {
            size_t digits = escaped == 'x' ? 2 : escaped == 'u' ? 4 : 8;
            size_t left = size - i - 1;
            if (left > 0 && from[i + 1] == '{') {
                digits = left;
            }
            i += append_hex_escape(text, &out, from + i + 1, left < digits ? left : digits);
        } else if (letter != NULL && (letter - letters) % 2 == 0) {
            text[out++] = letter[1];
        } else if (escaped != '\n') {
            text[out++] = escaped;
        }
    }
    text[out] = '\0';
    return text;
}
