/* model.c -- see model.h. */
#include "aphoria/rule/model.h"

#include <stdlib.h>
#include <string.h>

#include "aphoria/rule/path_pattern.h"
#include "aphoria/rule/yaml_reader.h"
#include "common/text.h"

enum { BUCKET_COUNT = 1024 };

typedef struct model_entry {
    struct model_entry *next;
    const char *pattern;
    uint32_t languages;
    model_effect effect;
} model_entry;

struct model_set {
    arena memory;
    model_entry *buckets[BUCKET_COUNT + 1]; /* by last name; the last one: those with a * in it */
};

typedef struct model_reading {
    model_set *set;
    uint32_t languages;
    const char *const *paths; /* of an item of a list */
    model_effect effect;
} model_reading;

model_set *model_set_create(void)
{
    model_set *self = text_allocate(sizeof *self);
    memset(self, 0, sizeof *self);
    return self;
}

void model_set_destroy(model_set *self)
{
    if (self != NULL) {
        arena_deinit(&self->memory);
        free(self);
    }
}

static size_t bucket_of(const char *last)
{
    uint32_t hash = 2166136261u; /* FNV-1a */
    for (; last != NULL && *last != '\0'; last++) {
        hash = (hash ^ (uint8_t)*last) * 16777619u;
    }
    return last == NULL ? BUCKET_COUNT : hash % BUCKET_COUNT;
}

static void add_entries(yaml_reader *reader, model_reading *self, const yaml_node_t *node,
                        const char *const *paths, const model_effect *effect)
{
    for (; paths != NULL && *paths != NULL; paths++) {
        const char *const *each = path_pattern_expand(&self->set->memory, *paths);
        if (each == NULL) {
            yaml_reader_fault(reader, node, "pattern", *paths, "close its braces");
            return;
        }
        for (; *each != NULL; each++) {
            model_entry *entry = arena_allocate(&self->set->memory, sizeof *entry);
            model_entry **bucket = &self->set->buckets[bucket_of(path_pattern_last(*each))];
            *entry = (model_entry){*bucket, *each, self->languages, *effect};
            *bucket = entry;
        }
    }
}

static uint32_t read_sinks(yaml_reader *reader, const yaml_node_t *node)
{
    uint32_t sinks = 0;
    for (const char *const *name = yaml_reader_texts(reader, node, "for"); *name != NULL; name++) {
        sink_kind sink = sink_by_name(*name);
        if (strcmp(*name, "all") == 0) {
            sinks = SINK_ALL;
        } else if (sink == SINK_COUNT) {
            yaml_reader_fault(reader, node, "no such sink", *name,
                              "see docs/aphoria.md for the list");
        } else {
            sinks |= 1u << sink;
        }
    }
    return sinks;
}

static int take_item(yaml_reader *reader, const char *key, const yaml_node_t *node, void *context)
{
    model_reading *self = context;
    double place = 0;
    if (strcmp(key, "paths") == 0) {
        self->paths = yaml_reader_texts(reader, node, key);
    } else if (strcmp(key, "for") == 0) {
        self->effect.makes_safe = read_sinks(reader, node);
    } else if (strcmp(key, "words") == 0) {
        self->effect.hardens_words = yaml_reader_texts(reader, node, key);
    } else if (strcmp(key, "by") == 0) {
        int truth = 1;
        yaml_reader_truth(reader, node, key, &truth);
        self->effect.hardens_by_false = !truth;
    } else if (strcmp(key, "is") == 0) {
        self->effect.returns = yaml_reader_text(reader, node, key);
    } else if (strcmp(key, "argument") == 0) {
        if (yaml_reader_number(reader, node, key, &place) && place >= 0 && place < 32) {
            self->effect.setting = 1 + (int)place;
        }
    } else {
        return 0;
    }
    return 1;
}

static void read_items(yaml_reader *reader, model_reading *self, const yaml_node_t *node,
                       const char *what)
{
    size_t count = yaml_reader_item_count(node);
    for (size_t i = 0; i < count; i++) {
        const yaml_node_t *item = yaml_reader_item(reader, node, i);
        self->paths = NULL;
        self->effect = (model_effect){0};
        yaml_reader_map(reader, item, what, take_item, self);
        if (strcmp(what, "hardens") == 0) {
            self->effect.hardens = self->effect.makes_safe;
            self->effect.makes_safe = 0;
        }
        self->effect.is_fresh = strcmp(what, "fresh") == 0;
        self->effect.is_source = strcmp(what, "local") == 0;
        if (self->effect.is_source) {
            self->effect.is_local = 1;
            self->effect.makes_safe = ~self->effect.makes_safe;
        }
        add_entries(reader, self, item, self->paths, &self->effect);
    }
}

static int take_model(yaml_reader *reader, const char *key, const yaml_node_t *node, void *context)
{
    static const struct {
        const char *key;
        model_effect effect;
    } lists[] = {
        {"sources", {.is_source = 1}},
        {"secrets", {.is_secret = 1}},
        {"clean", {.is_clean = 1}},
        {"carriers", {.is_carrier = 1}},
        {"normal", {.is_normal = 1, .passes = 1}},
        {"passes", {.passes = 1}},
        {"exits", {.is_exit = 1}},
    };
    static const char *const items[] = {"safe", "returns", "settings", "fresh", "hardens", "local"};
    model_reading *self = context;
    if (strcmp(key, "languages") == 0) {
        for (const char *const *name = yaml_reader_texts(reader, node, key); *name != NULL;
             name++) {
            language found = language_by_name(*name);
            if (found == LANGUAGE_NONE) {
                yaml_reader_fault(reader, node, "no such language", *name,
                                  "`aphoria rules list --matrix` shows them");
            }
            self->languages |= 1u << language_family(found);
        }
        return 1;
    }
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        if (strcmp(key, lists[i].key) == 0) {
            add_entries(reader, self, node, yaml_reader_texts(reader, node, key), &lists[i].effect);
            return 1;
        }
    }
    for (size_t i = 0; i < sizeof items / sizeof *items; i++) {
        if (strcmp(key, items[i]) == 0) {
            read_items(reader, self, node, key);
            return 1;
        }
    }
    return 0;
}

int model_set_add(model_set *self, const char *path, const char *text, size_t size)
{
    yaml_reader reader;
    model_reading reading = {.set = self};
    const yaml_node_t *root = yaml_reader_open(&reader, path, text, size, &self->memory);
    if (root != NULL) {
        yaml_reader_map(&reader, root, "model", take_model, &reading);
        if (reading.languages == 0) {
            yaml_reader_fault(&reader, root, "a model without languages", "",
                              "name them in its first line");
        }
    }
    yaml_reader_close(&reader);
    return reader.fault_count == 0;
}

static const model_effect *find_in(const model_entry *entry, language of, const char *path)
{
    uint32_t bit = 1u << language_family(of);
    for (; entry != NULL; entry = entry->next) {
        if ((entry->languages & bit) != 0 &&
            path_pattern_matches(entry->pattern, path, of == LANGUAGE_JAVA)) {
            return &entry->effect;
        }
    }
    return NULL;
}

const model_effect *model_set_find(const model_set *self, language of, const char *path)
{
    const char *last = strrchr(path, '.');
    size_t bucket = bucket_of(last == NULL ? path : last + 1);
    const model_effect *found = find_in(self->buckets[bucket], of, path);
    return found != NULL ? found : find_in(self->buckets[BUCKET_COUNT], of, path);
}

void model_set_visit(const model_set *self, model_visit visit, void *context)
{
    for (size_t i = 0; i <= BUCKET_COUNT; i++) {
        for (const model_entry *each = self->buckets[i]; each != NULL; each = each->next) {
            visit(context, each->languages, each->pattern, &each->effect);
        }
    }
}
