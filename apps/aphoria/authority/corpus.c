/* corpus.c -- see corpus.h. */
#include "aphoria/authority/corpus.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "aphoria/library.h"
#include "aphoria/rule/yaml_reader.h"
#include "common/record_json.h"
#include "common/text.h"

static const char *const level_names[] = {"may", "should", "must"};
static const double level_weights[] = {0.3, 0.65, 0.95};

double fact_level_weight(fact_level self)
{
    return level_weights[self];
}

const char *fact_level_name(fact_level self)
{
    return level_names[self];
}

static int read_number(const char *text, steme_value *out)
{
    char *end = NULL;
    double number = strtod(text, &end);
    int is_integral = number >= -9e15 && number <= 9e15 && !(number < (double)(int64_t)number) &&
                      !(number > (double)(int64_t)number);
    out->kind = STEME_VALUE_NUMBER;
    out->is_real = !is_integral;
    out->integer = is_integral ? (int64_t)number : 0;
    out->real = is_integral ? 0 : number;
    return end != text && *end == '\0' && isfinite(number);
}

int concept_read_value(const concept *self, const char *text, steme_value *out_value)
{
    *out_value = (steme_value){0};
    switch (self->type) {
    case CONCEPT_BOOLEAN:
        out_value->kind = STEME_VALUE_BOOLEAN;
        out_value->boolean = strcmp(text, "true") == 0;
        return out_value->boolean || strcmp(text, "false") == 0;
    case CONCEPT_NUMBER:
        return read_number(text, out_value);
    default:
        out_value->kind = STEME_VALUE_TEXT;
        out_value->text = text_span(text);
        return 1;
    }
}

/* ---- Concepts ----------------------------------------------------------------------------- */

static int take_gap(yaml_reader *reader, const char *key, const yaml_node_t *node, void *context)
{
    kind_gap *to = context;
    if (strcmp(key, "languages") == 0) {
        to->languages = yaml_reader_texts(reader, node, key);
    } else if (strcmp(key, "reason") == 0) {
        to->reason = yaml_reader_text(reader, node, key);
    } else {
        return 0;
    }
    return 1;
}

static void read_gaps(yaml_reader *reader, const yaml_node_t *node, concept_kind *to)
{
    static const char *const none[] = {NULL};
    size_t count = yaml_reader_item_count(node);
    kind_gap *gaps = arena_allocate(reader->memory, count * sizeof *gaps);
    for (size_t i = 0; i < count; i++) {
        gaps[i] = (kind_gap){.languages = none, .reason = ""};
        yaml_reader_map(reader, yaml_reader_item(reader, node, i), "gaps", take_gap, &gaps[i]);
    }
    to->gaps = gaps;
    to->gap_count = count;
}

static int take_kind(yaml_reader *reader, const char *key, const yaml_node_t *node, void *context)
{
    concept_kind *to = context;
    double ring = 0;
    if (strcmp(key, "id") == 0) {
        to->id = yaml_reader_text(reader, node, key);
    } else if (strcmp(key, "title") == 0) {
        to->title = yaml_reader_text(reader, node, key);
    } else if (strcmp(key, "ring") == 0) {
        if (yaml_reader_number(reader, node, key, &ring)) {
            to->ring = (int)ring;
        }
    } else if (strcmp(key, "gaps") == 0) {
        read_gaps(reader, node, to);
    } else {
        return 0;
    }
    return 1;
}

static void read_type(yaml_reader *reader, const yaml_node_t *node, concept *to)
{
    const char *text = yaml_reader_text(reader, node, "type");
    if (text == NULL) {
        return;
    }
    to->type = strcmp(text, "boolean") == 0  ? CONCEPT_BOOLEAN
               : strcmp(text, "number") == 0 ? CONCEPT_NUMBER
                                             : CONCEPT_TEXT;
    if (to->type == CONCEPT_TEXT && strcmp(text, "text") != 0) {
        yaml_reader_fault(reader, node, "type", text, "it is boolean, number or text");
    }
}

static int take_concept(yaml_reader *reader, const char *key, const yaml_node_t *node,
                        void *context)
{
    concept *to = context;
    if (strcmp(key, "id") == 0) {
        to->id = yaml_reader_text(reader, node, key);
    } else if (strcmp(key, "title") == 0) {
        to->title = yaml_reader_text(reader, node, key);
    } else if (strcmp(key, "meaning") == 0) {
        to->meaning = yaml_reader_text(reader, node, key);
    } else if (strcmp(key, "kind") == 0) {
        to->kind = yaml_reader_text(reader, node, key);
    } else if (strcmp(key, "unit") == 0) {
        to->unit = yaml_reader_text(reader, node, key);
    } else if (strcmp(key, "is_a") == 0) {
        to->is_a = yaml_reader_text(reader, node, key);
    } else if (strcmp(key, "type") == 0) {
        read_type(reader, node, to);
    } else if (strcmp(key, "cardinality") == 0) {
        const char *text = yaml_reader_text(reader, node, key);
        to->is_many = text != NULL && strcmp(text, "many") == 0;
    } else if (strcmp(key, "unobserved") == 0) {
        to->unobserved = yaml_reader_text(reader, node, key);
    } else if (strcmp(key, "values") == 0) {
        to->values = yaml_reader_texts(reader, node, key);
    } else {
        return 0;
    }
    return 1;
}

static int take_catalog(yaml_reader *reader, const char *key, const yaml_node_t *node,
                        void *context)
{
    static const char *const none[] = {NULL};
    corpus *self = context;
    size_t count = yaml_reader_item_count(node);
    if (strcmp(key, "kinds") == 0) {
        self->kinds = arena_allocate(&self->memory, count * sizeof *self->kinds);
        for (self->kind_count = 0; self->kind_count < count; self->kind_count++) {
            yaml_reader_map(reader, yaml_reader_item(reader, node, self->kind_count), key,
                            take_kind, &self->kinds[self->kind_count]);
        }
    } else if (strcmp(key, "concepts") == 0) {
        self->concepts = arena_allocate(&self->memory, count * sizeof *self->concepts);
        for (self->concept_count = 0; self->concept_count < count; self->concept_count++) {
            concept *to = &self->concepts[self->concept_count];
            to->unit = "";
            to->values = none;
            yaml_reader_map(reader, yaml_reader_item(reader, node, self->concept_count), key,
                            take_concept, to);
        }
    } else {
        return 0;
    }
    return 1;
}

static int compare_concepts(const void *left, const void *right)
{
    const concept *a = left;
    const concept *b = right;
    return strcmp(a->id, b->id);
}

static int read_concepts(corpus *self, const embedded_file *file)
{
    yaml_reader reader;
    const yaml_node_t *root =
        yaml_reader_open(&reader, file->path, file->bytes, file->size, &self->memory);
    if (root != NULL) {
        yaml_reader_map(&reader, root, "concepts", take_catalog, self);
    }
    yaml_reader_close(&reader);
    if (reader.fault_count == 0) {
        qsort(self->concepts, self->concept_count, sizeof *self->concepts, compare_concepts);
    }
    return reader.fault_count == 0;
}

const concept *corpus_concept(const corpus *self, const char *id)
{
    concept key = {.id = id};
    return bsearch(&key, self->concepts, self->concept_count, sizeof key, compare_concepts);
}

/* ---- Documents ---------------------------------------------------------------------------- */

typedef struct fact_reading {
    corpus *corpus;
    corpus_document *document;
    corpus_fact *fact;
} fact_reading;

static void read_relation(yaml_reader *reader, const yaml_node_t *node, corpus_fact *fact)
{
    int found = 0;
    const char *text = yaml_reader_text(reader, node, "relation");
    if (text != NULL && !record_word_find(RECORD_WORDS_RELATION, text_span(text), &found)) {
        yaml_reader_fault(reader, node, "relation", text, "it is =, !=, <, <=, > or >=");
    }
    fact->relation = (steme_relation)found;
}

static void read_level(yaml_reader *reader, const yaml_node_t *node, corpus_fact *fact)
{
    const char *text = yaml_reader_text(reader, node, "level");
    for (int i = 0; text != NULL && i < 3; i++) {
        if (strcmp(text, level_names[i]) == 0) {
            fact->level = (fact_level)i;
            return;
        }
    }
    yaml_reader_fault(reader, node, "level", text == NULL ? "" : text, "it is must, should or may");
}

static int take_fact(yaml_reader *reader, const char *key, const yaml_node_t *node, void *context)
{
    const fact_reading *self = context;
    corpus_fact *to = self->fact;
    if (strcmp(key, "section") == 0) {
        to->section = yaml_reader_text(reader, node, key);
    } else if (strcmp(key, "concept") == 0) {
        const char *id = yaml_reader_text(reader, node, key);
        to->about = id == NULL ? NULL : corpus_concept(self->corpus, id);
        if (to->about == NULL) {
            yaml_reader_fault(reader, node, "no such concept", id == NULL ? "" : id,
                              "concepts.yaml has them");
        }
    } else if (strcmp(key, "relation") == 0) {
        read_relation(reader, node, to);
    } else if (strcmp(key, "value") == 0) {
        to->value = yaml_reader_text(reader, node, key);
    } else if (strcmp(key, "level") == 0) {
        read_level(reader, node, to);
    } else if (strcmp(key, "sentence") == 0) {
        to->sentence = yaml_reader_text(reader, node, key);
    } else if (strcmp(key, "link") == 0) {
        to->link = yaml_reader_text(reader, node, key);
    } else if (strcmp(key, "confidence") == 0) {
        yaml_reader_number(reader, node, key, &to->confidence);
    } else if (strcmp(key, "unobserved") == 0) {
        to->unobserved = yaml_reader_text(reader, node, key);
    } else if (strcmp(key, "checked") == 0) {
        yaml_reader_truth(reader, node, key, &to->is_checked);
    } else {
        return 0;
    }
    return 1;
}

static void read_facts(yaml_reader *reader, fact_reading *self, const yaml_node_t *node)
{
    size_t count = yaml_reader_item_count(node);
    corpus_fact *facts = arena_allocate(&self->corpus->memory, count * sizeof *facts);
    for (size_t i = 0; i < count; i++) {
        const yaml_node_t *item = yaml_reader_item(reader, node, i);
        steme_value read;
        self->fact = &facts[i];
        facts[i] = (corpus_fact){.document = self->document,
                                 .link = self->document->link,
                                 .confidence = 1,
                                 .is_checked = self->document->is_checked};
        yaml_reader_map(reader, item, "facts", take_fact, self);
        if (facts[i].section == NULL || facts[i].value == NULL || facts[i].sentence == NULL) {
            yaml_reader_fault(reader, item, "a fact without section, value or sentence", "",
                              "give it all three");
        } else if (facts[i].about != NULL &&
                   !concept_read_value(facts[i].about, facts[i].value, &read)) {
            yaml_reader_fault(reader, item, "not of its concept's type", facts[i].value,
                              "concepts.yaml has the type");
        }
    }
    self->document->facts = facts;
    self->document->fact_count = count;
}

static void read_class(yaml_reader *reader, const yaml_node_t *node, corpus_document *to)
{
    int found = 0;
    const char *text = yaml_reader_text(reader, node, "source_class");
    if (text != NULL && !record_word_find(RECORD_WORDS_SOURCE_CLASS, text_span(text), &found)) {
        yaml_reader_fault(reader, node, "no such source class", text,
                          "it is regulatory, clinical, observational or expert");
    }
    to->source_class = (steme_source_class)found;
}

static int take_document(yaml_reader *reader, const char *key, const yaml_node_t *node,
                         void *context)
{
    fact_reading *self = context;
    corpus_document *to = self->document;
    if (strcmp(key, "document") == 0) {
        to->name = yaml_reader_text(reader, node, key);
    } else if (strcmp(key, "uri") == 0) {
        to->uri = yaml_reader_text(reader, node, key);
    } else if (strcmp(key, "title") == 0) {
        to->title = yaml_reader_text(reader, node, key);
    } else if (strcmp(key, "publisher") == 0) {
        to->publisher = yaml_reader_text(reader, node, key);
    } else if (strcmp(key, "source_class") == 0) {
        read_class(reader, node, to);
    } else if (strcmp(key, "date") == 0) {
        to->date = yaml_reader_text(reader, node, key);
    } else if (strcmp(key, "living") == 0) {
        yaml_reader_truth(reader, node, key, &to->is_living);
    } else if (strcmp(key, "link") == 0) {
        to->link = yaml_reader_text(reader, node, key);
    } else if (strcmp(key, "obsoletes") == 0) {
        to->obsoletes = yaml_reader_texts(reader, node, key);
    } else if (strcmp(key, "checked") == 0) {
        yaml_reader_truth(reader, node, key, &to->is_checked);
    } else if (strcmp(key, "facts") == 0) {
        read_facts(reader, self, node);
    } else {
        return 0;
    }
    return 1;
}

static int read_document(corpus *self, const embedded_file *file)
{
    static const char *const none[] = {NULL};
    yaml_reader reader;
    corpus_document *to = &self->documents[self->document_count];
    fact_reading reading = {.corpus = self, .document = to};
    *to = (corpus_document){.obsoletes = none, .link = ""};
    const yaml_node_t *root =
        yaml_reader_open(&reader, file->path, file->bytes, file->size, &self->memory);
    if (root != NULL) {
        yaml_reader_map(&reader, root, "document", take_document, &reading);
        if (to->name == NULL || to->uri == NULL || to->date == NULL) {
            yaml_reader_fault(&reader, root, "a document without name, uri or date", "",
                              "give it all three");
        }
    }
    yaml_reader_close(&reader);
    self->document_count += reader.fault_count == 0;
    return reader.fault_count == 0;
}

static int is_document(const char *path)
{
    size_t size = strlen(path);
    return strncmp(path, "corpus/", 7) == 0 && size > 5 && strcmp(path + size - 5, ".yaml") == 0 &&
           strcmp(path, "corpus/concepts.yaml") != 0;
}

int corpus_open(corpus *self)
{
    size_t count = 0;
    int is_whole = 1;
    *self = (corpus){0};
    for (const embedded_file *each = aphoria_data; each->path != NULL; each++) {
        count += (size_t)is_document(each->path);
        if (strcmp(each->path, "corpus/concepts.yaml") == 0) {
            is_whole = read_concepts(self, each);
        }
    }
    self->documents = arena_allocate(&self->memory, (count + 1) * sizeof *self->documents);
    for (const embedded_file *each = aphoria_data; is_whole && each->path != NULL; each++) {
        if (is_document(each->path)) {
            is_whole &= read_document(self, each);
        }
    }
    return is_whole;
}

void corpus_close(corpus *self)
{
    arena_deinit(&self->memory);
}

const corpus_document *corpus_find_document(const corpus *self, const char *name)
{
    for (size_t i = 0; i < self->document_count; i++) {
        if (strcmp(self->documents[i].name, name) == 0) {
            return &self->documents[i];
        }
    }
    return NULL;
}
