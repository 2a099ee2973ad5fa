/* documents.c -- YAML and JSON, which is YAML to its reader: see settings.h. */
#include <string.h>
#include <yaml.h>

#include "aphoria/settings/settings.h"

/* Documents whose aliases multiply are cut there. */
enum { NODES_MAX = 200000, DEPTH_MAX = 100 };

typedef struct document_reading {
    settings_sink *sink;
    yaml_document_t *document;
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

static void tell_scalar(document_reading *self, const yaml_node_t *node, const char *path)
{
    const yaml_mark_t *begin = &node->start_mark;
    size_t end = node->end_mark.index < self->sink->size ? node->end_mark.index : self->sink->size;
    const char *text =
        arena_copy(self->sink->memory, node->data.scalar.value, node->data.scalar.length);
    settings_tell_text(self->sink, path, text, begin->index < end ? begin->index : end, end,
                       begin->line + 1, begin->column + 1);
}

static void read_node(document_reading *self, yaml_node_item_t item, const char *path, int depth)
{
    const yaml_node_t *node = yaml_document_get_node(self->document, item);
    if (node == NULL || depth > DEPTH_MAX || self->nodes_left == 0) {
        return;
    }
    self->nodes_left--;
    if (node->type == YAML_SCALAR_NODE) {
        tell_scalar(self, node, path);
    } else if (node->type == YAML_SEQUENCE_NODE) {
        for (yaml_node_item_t *each = node->data.sequence.items.start;
             each < node->data.sequence.items.top; each++) {
            read_node(self, *each, path, depth + 1);
        }
    } else if (node->type == YAML_MAPPING_NODE) {
        for (yaml_node_pair_t *pair = node->data.mapping.pairs.start;
             pair < node->data.mapping.pairs.top; pair++) {
            const yaml_node_t *key = yaml_document_get_node(self->document, pair->key);
            if (key != NULL && key->type == YAML_SCALAR_NODE) {
                read_node(self, pair->value, joined(self, path, key), depth + 1);
            }
        }
    }
}

void settings_read_documents(settings_sink *sink)
{
    yaml_parser_t parser;
    yaml_document_t document;
    document_reading self = {.sink = sink, .document = &document, .nodes_left = NODES_MAX};
    if (!yaml_parser_initialize(&parser)) {
        return;
    }
    yaml_parser_set_input_string(&parser, (const unsigned char *)sink->bytes, sink->size);
    while (yaml_parser_load(&parser, &document)) {
        int is_last = yaml_document_get_root_node(&document) == NULL;
        if (!is_last) {
            read_node(&self, 1, "", 0);
        }
        yaml_document_delete(&document);
        if (is_last) {
            break;
        }
    }
    yaml_parser_delete(&parser);
}
