/* settings.c -- see settings.h. */
#include "aphoria/settings/settings.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const value *typed(settings_sink *self, const char *text, const code_node *node)
{
    char *end = NULL;
    double number = strtod(text, &end);
    if (strcasecmp(text, "true") == 0 || strcasecmp(text, "false") == 0) {
        return value_boolean(self->memory, strcasecmp(text, "true") == 0, node);
    }
    if (end != text && *end == '\0' && strspn(text, "+-.0123456789") == strlen(text)) {
        return value_number(self->memory, number, node);
    }
    if (strcasecmp(text, "null") == 0 || strcmp(text, "~") == 0) {
        return value_make(self->memory, VALUE_NULL, node);
    }
    return value_text(self->memory, text, node);
}

static code_node *make_place(settings_sink *self, const char *text, size_t begin, size_t end,
                             size_t line, size_t column)
{
    code_node *node = arena_allocate(self->memory, sizeof *node);
    *node = (code_node){.kind = CODE_TEXT,
                        .text = text,
                        .begin = (uint32_t)begin,
                        .end = (uint32_t)end,
                        .line = (uint32_t)line,
                        .column = (uint32_t)column};
    return node;
}

const value *settings_value(settings_sink *self, const char *text, size_t begin, size_t end,
                            size_t line, size_t column)
{
    return typed(self, text, make_place(self, text, begin, end, line, column));
}

void settings_tell_text(settings_sink *self, const char *path, const char *text, size_t begin,
                        size_t end, size_t line, size_t column)
{
    const value *of = settings_value(self, text, begin, end, line, column);
    event told = {.kind = EVENT_ASSIGN, .path = path, .node = of->node, .value = of, .symbol = ""};
    self->visit(self->context, &told);
}

void settings_block_add(settings_sink *self, settings_block *to, const char *name, const value *of)
{
    if (to->count == to->capacity) {
        uint32_t capacity = to->capacity == 0 ? 8 : 2 * to->capacity;
        event_argument *items = arena_allocate(self->memory, capacity * sizeof *items);
        if (to->count > 0) {
            memcpy(items, to->items, to->count * sizeof *items);
        }
        to->items = items;
        to->capacity = capacity;
    }
    to->items[to->count++] = (event_argument){.name = name, .value = of, .node = of->node};
}

void settings_tell_block(settings_sink *self, const char *path, const settings_block *block,
                         size_t begin, size_t end, size_t line, size_t column)
{
    event told = {.kind = EVENT_CALL,
                  .path = path,
                  .node = make_place(self, "", begin, end, line, column),
                  .arguments = block->items,
                  .argument_count = block->count,
                  .symbol = ""};
    self->visit(self->context, &told);
}

void settings_tell(settings_sink *self, const char *path, size_t begin, size_t end, size_t line,
                   size_t column)
{
    settings_tell_text(self, path, arena_copy(self->memory, self->bytes + begin, end - begin),
                       begin, end, line, column);
}

void settings_read(language of, const char *bytes, size_t size, arena *memory, settings_visit visit,
                   void *context)
{
    settings_sink sink = {bytes, size, memory, visit, context};
    switch (of) {
    case LANGUAGE_PROPERTIES:
    case LANGUAGE_ENV:
    case LANGUAGE_INI:
    case LANGUAGE_TOML:
    case LANGUAGE_MAKEFILE:
        settings_read_lines(&sink, of);
        break;
    case LANGUAGE_YAML:
    case LANGUAGE_JSON:
        settings_read_documents(&sink);
        break;
    case LANGUAGE_XML:
        settings_read_xml(&sink);
        break;
    case LANGUAGE_DOCKERFILE:
        settings_read_dockerfile(&sink);
        break;
    case LANGUAGE_HCL:
    case LANGUAGE_NGINX:
        settings_read_blocks(&sink, of);
        break;
    default:
        break;
    }
}
