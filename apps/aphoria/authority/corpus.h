/* corpus.h -- what authorities say of code: documents, their facts, and the concepts that facts and
 * observations are about. data/corpus/README.md describes the files.
 *
 * Threads:  a corpus is read-only once made.
 * Lifetime: all texts are the corpus's. */
#ifndef APHORIA_CORPUS_H
#define APHORIA_CORPUS_H

#include <steme/record.h>

#include "common/arena.h"

typedef enum concept_type { CONCEPT_BOOLEAN, CONCEPT_NUMBER, CONCEPT_TEXT } concept_type;

typedef struct concept {
    const char *id;
    const char *title;
    const char *meaning;
    const char *kind;
    const char *unit;          /* "" = none */
    const char *is_a;          /* NULL = none */
    const char *const *values; /* known spellings, ended by NULL; others may occur */
    concept_type type;
    int is_many;
    const char *unobserved; /* why no rule observes it; NULL = one does */
}
concept;

typedef struct concept_kind {
    const char *id;
    const char *title;
    int ring;
    const struct kind_gap *gaps;
    size_t gap_count;
} concept_kind;

/* Languages in which code or settings say nothing of that kind, or nothing that could be told. */
typedef struct kind_gap {
    const char *const *languages; /* names, ended by NULL */
    const char *reason;
} kind_gap;

typedef enum fact_level { LEVEL_MAY, LEVEL_SHOULD, LEVEL_MUST } fact_level;

struct corpus_document;

typedef struct corpus_fact {
    const struct corpus_document *document;
    const char *section;
    const concept *about;
    const char *value; /* as it is written */
    const char *sentence;
    const char *link;
    steme_relation relation;
    fact_level level;
    double confidence; /* of the authority, 1 unless the file says otherwise */
    int is_checked;
    const char *unobserved; /* why no rule observes what it forbids; NULL = one does */
} corpus_fact;

typedef struct corpus_document {
    const char *name;
    const char *uri;
    const char *title;
    const char *publisher;
    const char *date; /* 2022-11-01 */
    const char *link;
    const char *const *obsoletes; /* names, ended by NULL */
    steme_source_class source_class;
    int is_living;
    int is_checked;
    const corpus_fact *facts;
    size_t fact_count;
} corpus_document;

typedef struct corpus {
    arena memory;
    concept_kind *kinds;
    size_t kind_count;
    concept *concepts; /* ascending by id */
    size_t concept_count;
    corpus_document *documents;
    size_t document_count;
    size_t document_capacity;
} corpus;

/* Reads the corpus that the program has in itself. 0 after reports of every fault. Give it back by
 * corpus_close, also then. */
int corpus_open(corpus *self);
void corpus_close(corpus *self);

/* NULL = no such concept. */
const concept *corpus_concept(const corpus *self, const char *id);
const corpus_document *corpus_find_document(const corpus *self, const char *name);

/* "must" .95, "should" .65, "may" .3 */
double fact_level_weight(fact_level self);
const char *fact_level_name(fact_level self);

/* The value of a concept from its text: 1, or 0 where it is none of its type. The text is borrowed.
 */
int concept_read_value(const concept *self, const char *text, steme_value *out_value);

#endif
