/* yaml_reader.c -- see yaml_reader.h. */
#include "aphoria/rule/yaml_reader.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/terminal.h"

size_t yaml_reader_line(const yaml_node_t *node)
{
    return node->start_mark.line + 1;
}

static void report(yaml_reader *self, size_t line, const char *what, const char *which,
                   const char *wanted)
{
    self->fault_count++;
    if (self->fault_count <= YAML_FAULTS_SHOWN_MAX) {
        terminal_report("%s:%zu: %s%s%s; %s", self->path, line, what, which[0] == '\0' ? "" : ": ",
                        which, wanted);
    }
}

void yaml_reader_fault(yaml_reader *self, const yaml_node_t *node, const char *what,
                       const char *which, const char *wanted)
{
    report(self, yaml_reader_line(node), what, which, wanted);
}

const yaml_node_t *yaml_reader_open(yaml_reader *self, const char *path, const char *bytes,
                                    size_t size, arena *memory)
{
    yaml_parser_t parser;
    *self = (yaml_reader){.path = path, .memory = memory};
    if (!yaml_parser_initialize(&parser)) {
        report(self, 1, "not read", "", "give this process more memory");
        return NULL;
    }
    yaml_parser_set_input_string(&parser, (const unsigned char *)bytes, size);
    self->has_document = yaml_parser_load(&parser, &self->document);
    if (!self->has_document) {
        report(self, parser.problem_mark.line + 1, "no YAML",
               parser.problem == NULL ? "" : parser.problem, "mend it there");
    }
    yaml_parser_delete(&parser);
    const yaml_node_t *root =
        self->has_document ? yaml_document_get_root_node(&self->document) : NULL;
    if (self->has_document && root == NULL) {
        report(self, 1, "empty", "", "write something into it, or remove it");
    }
    return root;
}

void yaml_reader_close(yaml_reader *self)
{
    if (self->has_document) {
        yaml_document_delete(&self->document);
        self->has_document = 0;
    }
}

static const yaml_node_t *node_at(yaml_reader *self, yaml_node_item_t item)
{
    return yaml_document_get_node(&self->document, item);
}

static int is_key_before(yaml_reader *self, const yaml_node_t *node, const yaml_node_pair_t *until,
                         const char *key)
{
    for (yaml_node_pair_t *pair = node->data.mapping.pairs.start; pair < until; pair++) {
        const yaml_node_t *other = node_at(self, pair->key);
        if (other->type == YAML_SCALAR_NODE &&
            strcmp((const char *)other->data.scalar.value, key) == 0) {
            return 1;
        }
    }
    return 0;
}

void yaml_reader_map(yaml_reader *self, const yaml_node_t *node, const char *what, yaml_take take,
                     void *context)
{
    if (node->type != YAML_MAPPING_NODE) {
        yaml_reader_fault(self, node, what, "no mapping", "write it as lines of `key: value`");
        return;
    }
    for (yaml_node_pair_t *pair = node->data.mapping.pairs.start;
         pair < node->data.mapping.pairs.top; pair++) {
        const yaml_node_t *key_node = node_at(self, pair->key);
        const char *key = yaml_reader_text(self, key_node, what);
        if (key == NULL) {
            continue;
        }
        if (is_key_before(self, node, pair, key)) {
            yaml_reader_fault(self, key_node, "the same key twice", key, "keep one");
        } else if (!take(self, key, node_at(self, pair->value), context)) {
            yaml_reader_fault(self, key_node, "unknown key", key, "see docs/aphoria.md");
        }
    }
}

size_t yaml_reader_item_count(const yaml_node_t *list)
{
    return list->type == YAML_SEQUENCE_NODE
               ? (size_t)(list->data.sequence.items.top - list->data.sequence.items.start)
               : 1;
}

const yaml_node_t *yaml_reader_item(yaml_reader *self, const yaml_node_t *list, size_t index)
{
    if (index >= yaml_reader_item_count(list)) {
        return NULL;
    }
    return list->type == YAML_SEQUENCE_NODE ? node_at(self, list->data.sequence.items.start[index])
                                            : list;
}

const char *yaml_reader_text(yaml_reader *self, const yaml_node_t *node, const char *what)
{
    if (node->type != YAML_SCALAR_NODE ||
        memchr(node->data.scalar.value, 0, node->data.scalar.length) != NULL) {
        yaml_reader_fault(self, node, what, "not one text", "write one line of text");
        return NULL;
    }
    return arena_copy(self->memory, node->data.scalar.value, node->data.scalar.length);
}

const char *const *yaml_reader_texts(yaml_reader *self, const yaml_node_t *node, const char *what)
{
    size_t count = yaml_reader_item_count(node);
    const char **texts = arena_allocate(self->memory, (count + 1) * sizeof *texts);
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        const char *text = yaml_reader_text(self, yaml_reader_item(self, node, i), what);
        if (text != NULL) {
            texts[found++] = text;
        }
    }
    return texts;
}

int yaml_reader_number(yaml_reader *self, const yaml_node_t *node, const char *what,
                       double *out_number)
{
    const char *text = yaml_reader_text(self, node, what);
    char *end = NULL;
    if (text == NULL) {
        return 0;
    }
    double number = strtod(text, &end);
    if (end == text || *end != '\0') {
        yaml_reader_fault(self, node, what, text, "write a number");
        return 0;
    }
    *out_number = number;
    return 1;
}

int yaml_reader_truth(yaml_reader *self, const yaml_node_t *node, const char *what, int *out_truth)
{
    const char *text = yaml_reader_text(self, node, what);
    if (text == NULL) {
        return 0;
    }
    if (strcmp(text, "true") != 0 && strcmp(text, "false") != 0) {
        yaml_reader_fault(self, node, what, text, "write true or false");
        return 0;
    }
    *out_truth = strcmp(text, "true") == 0;
    return 1;
}

int yaml_reader_is_quoted(const yaml_node_t *node)
{
    return node->type == YAML_SCALAR_NODE && node->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
}
