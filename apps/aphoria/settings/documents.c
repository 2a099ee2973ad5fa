/* documents.c -- YAML and JSON, which is YAML to its reader: see settings.h. */
#include <string.h>
#include <yaml.h>

#include "aphoria/settings/character_map.h"
#include "aphoria/settings/settings.h"

/* Documents whose aliases multiply are cut there. */
enum { NODES_MAX = 200000, DEPTH_MAX = 100, FLOW_DEPTH_MAX = 2000 };

typedef struct document_reading {
    settings_sink *sink;
    yaml_document_t *document;
    character_map map;
    size_t nodes_left;
} document_reading;

static const char *joined(document_reading *self, const char *path, const yaml_node_t *key)
{
    size_t path_size = strlen(path);
    size_t key_size = key->data.scalar.length;
    char *made = arena_allocate(self->sink->memory, path_size + key_size + 2);
    memcpy(made, path, path_size);
    if (path_size > 0) {
        made[path_size++] = '.';
    }
    memcpy(made + path_size, key->data.scalar.value, key_size);
    return made;
}

static const value *tell_scalar(document_reading *self, const yaml_node_t *node, const char *path)
{
    character_place begin = character_map_find(&self->map, node->start_mark.index);
    size_t end = character_map_find(&self->map, node->end_mark.index).offset;
    const char *text =
        arena_copy(self->sink->memory, node->data.scalar.value, node->data.scalar.length);
    end = end < begin.offset ? begin.offset : end;
    settings_tell_text(self->sink, path, text, begin.offset, end, begin.line, begin.column);
    return settings_value(self->sink, text, begin.offset, end, begin.line, begin.column);
}

static const value *read_node(document_reading *self, yaml_node_item_t item, const char *path,
                              int depth);

static const value *read_list(document_reading *self, const yaml_node_t *node, const char *path,
                              int depth)
{
    const value *list = value_make(self->sink->memory, VALUE_LIST, NULL);
    for (yaml_node_item_t *each = node->data.sequence.items.start;
         each < node->data.sequence.items.top; each++) {
        const value *item = read_node(self, *each, path, depth + 1);
        if (list->count < VALUE_ITEMS_MAX) {
            list = value_list_add(self->sink->memory, list, item);
        }
    }
    return list;
}

static void read_map(document_reading *self, const yaml_node_t *node, const char *path, int depth)
{
    settings_block block = {0};
    size_t size = self->sink->size;
    character_place begin = character_map_find(&self->map, node->start_mark.index);
    const char *line_end = memchr(self->sink->bytes + begin.offset, '\n', size - begin.offset);
    for (yaml_node_pair_t *pair = node->data.mapping.pairs.start;
         pair < node->data.mapping.pairs.top; pair++) {
        const yaml_node_t *key = yaml_document_get_node(self->document, pair->key);
        if (key != NULL && key->type == YAML_SCALAR_NODE) {
            const char *whole = joined(self, path, key);
            const value *of = read_node(self, pair->value, whole, depth + 1);
            settings_block_add(self->sink, &block, whole + strlen(whole) - key->data.scalar.length,
                               of);
        }
    }
    settings_tell_block(self->sink, path, &block, begin.offset,
                        line_end == NULL ? size : (size_t)(line_end - self->sink->bytes),
                        begin.line, begin.column);
}

static const value *read_node(document_reading *self, yaml_node_item_t item, const char *path,
                              int depth)
{
    const yaml_node_t *node = yaml_document_get_node(self->document, item);
    if (node == NULL || depth > DEPTH_MAX || self->nodes_left == 0) {
        return value_unknown();
    }
    self->nodes_left--;
    if (node->type == YAML_SCALAR_NODE) {
        return tell_scalar(self, node, path);
    }
    if (node->type == YAML_SEQUENCE_NODE) {
        return read_list(self, node, path, depth);
    }
    if (node->type == YAML_MAPPING_NODE) {
        read_map(self, node, path, depth);
    }
    return value_unknown();
}

/* libyaml takes the square of the time for lists within lists; nobody means so many. */
static int nests_too_deep(const settings_sink *sink)
{
    size_t depth = 0;
    for (size_t i = 0; i < sink->size && depth <= FLOW_DEPTH_MAX; i++) {
        char each = sink->bytes[i];
        if (each == '[' || each == '{') {
            depth++;
        } else if ((each == ']' || each == '}') && depth > 0) {
            depth--;
        }
    }
    return depth > FLOW_DEPTH_MAX;
}

void settings_read_documents(settings_sink *sink)
{
    yaml_parser_t parser;
    yaml_document_t document;
    document_reading self = {.sink = sink, .document = &document, .nodes_left = NODES_MAX};
    self.map = character_map_make(sink->memory, sink->bytes, sink->size);
    if (nests_too_deep(sink) || !yaml_parser_initialize(&parser)) {
        return;
    }
    yaml_parser_set_input_string(&parser, (const unsigned char *)sink->bytes, sink->size);
    while (yaml_parser_load(&parser, &document)) {
        int is_last = yaml_document_get_root_node(&document) == NULL;
        if (!is_last) {
            (void)read_node(&self, 1, "", 0);
        }
        yaml_document_delete(&document);
        if (is_last) {
            break;
        }
    }
    yaml_parser_delete(&parser);
}
