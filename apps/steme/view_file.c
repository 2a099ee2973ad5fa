#include "steme/view_file.h"

#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "common/record_json.h"
#include "steme/command.h"

enum { FILE_SIZE_MAX = 8 << 20, FAULT_COUNT_MAX = 20 };

const char *const view_steward_words[] = {"supersession", "stages",     "epochs",
                                          "aliases",      "predicates", NULL};
const char *const view_unlisted_words[] = {"each", "one", "ignored", NULL};
static const char *const truth_words[] = {"false", "true", NULL};

const char view_template[] =
    "# A view: whose word counts for what. Edit it, check it with `steme view lint`, sign it with\n"
    "# `steme view sign`, and give the signed file to queries with --view.\n"
    "\n"
    "name: our view\n"
    "\n"
    "# Agents that are not listed below count as:\n"
    "#   each     everyone an identity of its own\n"
    "#   one      all of them together one identity\n"
    "#   ignored  not at all: neither claims nor votes\n"
    "unlisted: one\n"
    "\n"
    "# The best source class that they can have, whatever they say of themselves: regulatory,\n"
    "# clinical, observational, expert, community or anecdotal.\n"
    "unlisted_class: anecdotal\n"
    "\n"
    "# Each agent once, with its key. `class` is the best that its claims can have. "
    "`stewardships`\n"
    "# are what it may do to anybody's records: supersession, stages, epochs, aliases, "
    "predicates.\n"
    "# The votes of a `seed` move trust in others.\n"
    "agents: []\n"
    "#  - agent: 0000000000000000000000000000000000000000000000000000000000000000\n"
    "#    class: regulatory\n"
    "#    stewardships: [supersession, stages]\n"
    "#    seed: true\n";

/* ---- Faults ------------------------------------------------------------------------------- */

typedef struct reading {
    const char *path;
    yaml_document_t *document;
    view_draft *draft;
    size_t *lines; /* of the agents */
    size_t fault_count;
} reading;

static size_t line_of(const yaml_node_t *node)
{
    return node->start_mark.line + 1;
}

/* "what: which; what to do". */
static void fault(reading *self, size_t line, const char *what, const char *which,
                  const char *wanted)
{
    self->fault_count++;
    if (self->fault_count <= FAULT_COUNT_MAX) {
        terminal_report("%s:%zu: %s%s%s; %s", self->path, line, what, which[0] == '\0' ? "" : ": ",
                        which, wanted);
    }
}

/* ---- Nodes -------------------------------------------------------------------------------- */

/* A scalar's text, NUL-terminated; NULL after a report where it is anything else. */
static const char *scalar_of(reading *self, const yaml_node_t *node, const char *key,
                             const char *wanted)
{
    if (node->type != YAML_SCALAR_NODE ||
        memchr(node->data.scalar.value, 0, node->data.scalar.length) != NULL) {
        fault(self, line_of(node), key, "not one text", wanted);
        return NULL;
    }
    return (const char *)node->data.scalar.value;
}

/* The number of a word in its list, or -1 after a report. */
static int word_of(reading *self, const yaml_node_t *node, const char *key,
                   const char *const *words, const char *wanted)
{
    const char *text = scalar_of(self, node, key, wanted);
    for (int i = 0; text != NULL && words[i] != NULL; i++) {
        if (strcmp(text, words[i]) == 0) {
            return i;
        }
    }
    if (text != NULL) {
        fault(self, line_of(node), key, text, wanted);
    }
    return -1;
}

static void read_class(reading *self, const yaml_node_t *node, const char *key,
                       steme_source_class *out_class)
{
    int found = 0;
    const char *text = scalar_of(self, node, key, "give a source class");
    if (text == NULL) {
        return;
    }
    if (!record_word_find(RECORD_WORDS_SOURCE_CLASS, text_span(text), &found)) {
        fault(self, line_of(node), key, text,
              "it is regulatory, clinical, observational, expert, community or anecdotal");
        return;
    }
    *out_class = (steme_source_class)found;
}

/* Takes the value of one key; 0 where there is no such key. */
typedef int (*take_field)(reading *self, const char *key, const yaml_node_t *value, void *context);

static yaml_node_t *node_at(const reading *self, yaml_node_item_t item)
{
    return yaml_document_get_node(self->document, item);
}

/* Whether an earlier pair has the same key. */
static int is_repeated(const reading *self, const yaml_node_t *mapping,
                       const yaml_node_pair_t *pair, const char *key)
{
    for (const yaml_node_pair_t *each = mapping->data.mapping.pairs.start; each < pair; each++) {
        const yaml_node_t *other = node_at(self, each->key);
        if (other->type == YAML_SCALAR_NODE &&
            strcmp((const char *)other->data.scalar.value, key) == 0) {
            return 1;
        }
    }
    return 0;
}

static void read_mapping(reading *self, const yaml_node_t *mapping, take_field take, void *context,
                         const char *wanted)
{
    if (mapping->type != YAML_MAPPING_NODE) {
        fault(self, line_of(mapping), "not keys with values", "", wanted);
        return;
    }
    const yaml_node_pair_t *pair = mapping->data.mapping.pairs.start;
    for (; pair < mapping->data.mapping.pairs.top; pair++) {
        const yaml_node_t *node = node_at(self, pair->key);
        const char *key = scalar_of(self, node, "a key", wanted);
        if (key == NULL) {
            continue;
        }
        if (is_repeated(self, mapping, pair, key)) {
            fault(self, line_of(node), "given twice", key, "give it once");
        } else if (!take(self, key, node_at(self, pair->value), context)) {
            fault(self, line_of(node), "unknown key", key, wanted);
        }
    }
}

/* ---- Agents ------------------------------------------------------------------------------- */

typedef struct agent_reading {
    steme_view_agent agent;
    int has_key;
} agent_reading;

static void read_stewardships(reading *self, const yaml_node_t *node, uint32_t *out_bits)
{
    static const char wanted[] =
        "a list of supersession, stages, epochs, aliases, predicates is wanted";
    if (node->type != YAML_SEQUENCE_NODE) {
        fault(self, line_of(node), "stewardships", "not a list", wanted);
        return;
    }
    const yaml_node_item_t *item = node->data.sequence.items.start;
    for (; item < node->data.sequence.items.top; item++) {
        int bit = word_of(self, node_at(self, *item), "stewardships", view_steward_words, wanted);
        *out_bits |= bit < 0 ? 0 : 1U << bit;
    }
}

static int take_agent_field(reading *self, const char *key, const yaml_node_t *value, void *context)
{
    agent_reading *read = context;
    if (strcmp(key, "agent") == 0) {
        const char *digits = scalar_of(self, value, key, "give 64 hexadecimal digits");
        read->has_key = 1;
        if (digits != NULL && !record_hex_from_text(text_span(digits), read->agent.agent.bytes,
                                                    sizeof read->agent.agent.bytes)) {
            fault(self, line_of(value), key, digits, "it is 64 hexadecimal digits");
        }
    } else if (strcmp(key, "class") == 0) {
        read_class(self, value, key, &read->agent.best_class);
    } else if (strcmp(key, "stewardships") == 0) {
        read_stewardships(self, value, &read->agent.stewardships);
    } else if (strcmp(key, "seed") == 0) {
        read->agent.is_seed = word_of(self, value, key, truth_words, "it is true or false") > 0;
    } else {
        return 0;
    }
    return 1;
}

static void read_agent(reading *self, const yaml_node_t *node)
{
    agent_reading read = {.agent.best_class = STEME_CLASS_ANECDOTAL};
    read_mapping(self, node, take_agent_field, &read,
                 "an agent has agent, class, stewardships and seed");
    if (!read.has_key && node->type == YAML_MAPPING_NODE) {
        fault(self, line_of(node), "an agent without its key", "", "give agent: DIGITS");
    }
    uint32_t place = self->draft->rules.agent_count++;
    self->draft->agents[place] = read.agent;
    self->lines[place] = line_of(node);
}

static void read_agents(reading *self, const yaml_node_t *node)
{
    if (node->type != YAML_SEQUENCE_NODE) {
        fault(self, line_of(node), "agents", "not a list", "a list is wanted, - agent: DIGITS");
        return;
    }
    const yaml_node_item_t *item = node->data.sequence.items.start;
    size_t count = (size_t)(node->data.sequence.items.top - item);
    if (count > STEME_VIEW_AGENT_MAX) {
        fault(self, line_of(node), "agents", "too many", "at most 16384 are allowed");
        return;
    }
    self->draft->agents = text_allocate((count + 1) * sizeof *self->draft->agents);
    self->lines = text_allocate((count + 1) * sizeof *self->lines);
    for (; item < node->data.sequence.items.top; item++) {
        read_agent(self, node_at(self, *item));
    }
}

typedef struct listed_agent {
    const steme_view_agent *agent;
    size_t line;
} listed_agent;

static int compare_listed(const void *left_item, const void *right_item)
{
    const listed_agent *left = left_item;
    const listed_agent *right = right_item;
    int order = memcmp(&left->agent->agent, &right->agent->agent, sizeof left->agent->agent);
    return order != 0 ? order : (left->line > right->line) - (left->line < right->line);
}

static void find_duplicates(reading *self)
{
    uint32_t count = self->draft->rules.agent_count;
    if (self->lines == NULL) {
        return;
    }
    listed_agent *listed = text_allocate((count + 1) * sizeof *listed);
    for (uint32_t i = 0; i < count; i++) {
        listed[i] = (listed_agent){&self->draft->agents[i], self->lines[i]};
    }
    qsort(listed, count, sizeof *listed, compare_listed);
    for (uint32_t i = 1; i < count; i++) {
        if (memcmp(&listed[i - 1].agent->agent, &listed[i].agent->agent,
                   sizeof listed[i].agent->agent) == 0) {
            text_buffer digits = TEXT_EMPTY;
            text_append_hex(&digits, &listed[i].agent->agent, sizeof listed[i].agent->agent);
            fault(self, listed[i].line, "an agent twice", text_get(&digits),
                  "put all about it in one place");
            text_deinit(&digits);
        }
    }
    free(listed);
}

/* ---- The file ----------------------------------------------------------------------------- */

typedef struct top_reading {
    int has_unlisted;
} top_reading;

static int take_top_field(reading *self, const char *key, const yaml_node_t *value, void *context)
{
    static const char name_wanted[] = "1 to 256 bytes of text are wanted";
    top_reading *read = context;
    steme_view_rules *rules = &self->draft->rules;
    if (strcmp(key, "name") == 0) {
        const char *name = scalar_of(self, value, key, name_wanted);
        if (name != NULL && (name[0] == '\0' || strlen(name) > 256)) {
            fault(self, line_of(value), key, "too short or too long", name_wanted);
        }
        free(self->draft->name);
        self->draft->name = text_duplicate(name == NULL ? "" : name);
        rules->name = text_span(self->draft->name);
    } else if (strcmp(key, "unlisted") == 0) {
        int found = word_of(self, value, key, view_unlisted_words, "it is each, one or ignored");
        rules->unlisted = found < 0 ? STEME_UNLISTED_EACH : (steme_unlisted)found;
        read->has_unlisted = 1;
    } else if (strcmp(key, "unlisted_class") == 0) {
        read_class(self, value, key, &rules->unlisted_best_class);
    } else if (strcmp(key, "agents") == 0) {
        read_agents(self, value);
    } else {
        return 0;
    }
    return 1;
}

static void read_document(reading *self)
{
    static const char wanted[] = "a view has name, unlisted, unlisted_class and agents";
    top_reading read = {0};
    const yaml_node_t *root = yaml_document_get_root_node(self->document);
    if (root == NULL) {
        fault(self, 1, "nothing in it", "", "begin with `steme view init`");
        return;
    }
    self->draft->rules.unlisted_best_class = STEME_CLASS_ANECDOTAL;
    read_mapping(self, root, take_top_field, &read, wanted);
    if (root->type == YAML_MAPPING_NODE && self->draft->name == NULL) {
        fault(self, line_of(root), "no name", "", "give name: TEXT");
    }
    if (root->type == YAML_MAPPING_NODE && !read.has_unlisted) {
        fault(self, line_of(root), "nothing about agents that are not listed", "",
              "give unlisted: each, one or ignored");
    }
    find_duplicates(self);
    self->draft->rules.agents = self->draft->agents;
}

static int read_text(const char *path, const uint8_t *text, size_t size, view_draft *draft)
{
    yaml_parser_t parser;
    yaml_document_t document;
    reading self = {.path = path, .document = &document, .draft = draft};
    if (!yaml_parser_initialize(&parser)) {
        terminal_report("no memory to read: %s", path);
        return 0;
    }
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, text, size);
    if (!yaml_parser_load(&parser, &document)) {
        fault(&self, parser.problem_mark.line + 1, "no YAML",
              parser.problem == NULL ? "" : parser.problem, "see `steme view init`");
    } else {
        read_document(&self);
        yaml_document_delete(&document);
    }
    yaml_parser_delete(&parser);
    free(self.lines);
    if (self.fault_count > FAULT_COUNT_MAX) {
        terminal_report("%s: %zu faults in all", path, self.fault_count);
    }
    return self.fault_count == 0;
}

int view_file_read(const char *path, view_draft *out_draft)
{
    uint8_t *text = NULL;
    size_t size = 0;
    *out_draft = (view_draft){0};
    if (!file_read(path, FILE_SIZE_MAX, &text, &size)) {
        return 0;
    }
    int is_read = read_text(path, text, size, out_draft);
    free(text);
    return is_read;
}

void view_draft_deinit(view_draft *self)
{
    free(self->name);
    free(self->agents);
}
