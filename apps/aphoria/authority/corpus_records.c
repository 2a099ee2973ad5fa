/* corpus_records.c -- see corpus_records.h. */
#include "aphoria/authority/corpus_records.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aphoria/authority/record_batch.h"
#include "aphoria/library.h"
#include "common/text.h"

enum { METADATA_MAX = 8 };

/* When the concepts and their order were said. */
static const char concepts_date[] = "2026-11-01";

/* BLAKE3 of all files of the corpus. */
static steme_id edition_of_corpus(void)
{
    text_buffer whole = TEXT_EMPTY;
    for (const embedded_file *each = aphoria_data; each->path != NULL; each++) {
        if (strncmp(each->path, "corpus/", 7) == 0) {
            steme_id hash = steme_hash(each->bytes, each->size);
            text_append_bytes(&whole, each->path, strlen(each->path) + 1);
            text_append_bytes(&whole, hash.bytes, sizeof hash.bytes);
        }
    }
    steme_id edition = steme_hash(whole.bytes, whole.size);
    text_deinit(&whole);
    return edition;
}

void corpus_key(steme_key *out_key)
{
    static const char name[] = "aphoria corpus key 2";
    uint8_t seed_of[sizeof name - 1 + STEME_ID_SIZE];
    steme_id edition = edition_of_corpus();
    memcpy(seed_of, name, sizeof name - 1);
    memcpy(seed_of + sizeof name - 1, edition.bytes, sizeof edition.bytes);
    steme_id seed = steme_hash(seed_of, sizeof seed_of);
    steme_key_from_seed(seed.bytes, out_key);
}

typedef struct corpus_writer {
    const corpus *corpus;
    record_batch *batch;
    uint8_t node[STEME_NODE_SIZE];
    steme_id *fact_ids; /* of all documents, one after another */
    uint32_t counter;
} corpus_writer;

static steme_statement begin(corpus_writer *self, steme_record_type type, const char *date)
{
    steme_statement made = {.type = type};
    made.stamp.time_ns = record_batch_date(date);
    made.stamp.counter = self->counter++;
    memcpy(made.stamp.node, self->node, sizeof self->node);
    made.claim_time_ns = steme_stamp_claim_time(&made.stamp);
    return made;
}

const char *corpus_fact_subject(const corpus_fact *self, arena *memory)
{
    text_buffer subject = TEXT_EMPTY;
    uint32_t earlier = 1;
    for (const corpus_fact *each = self->document->facts; each < self; each++) {
        earlier += each->about == self->about && each->relation == self->relation &&
                   strcmp(each->section, self->section) == 0;
    }
    text_append_format(&subject, "%s/%s", self->document->uri, self->section);
    if (earlier > 1) {
        text_append_format(&subject, "#%u", earlier);
    }
    char *copy = arena_copy(memory, text_get(&subject), subject.size);
    text_deinit(&subject);
    return copy;
}

static steme_status add_fact(corpus_writer *self, const corpus_fact *fact, const steme_id *source,
                             steme_id *out_id, steme_error *error)
{
    steme_text_pair pairs[METADATA_MAX];
    uint32_t count = 0;
    steme_statement statement = begin(self, STEME_ASSERTION, fact->document->date);
    steme_assertion *to = &statement.as.assertion;
    /* Keys ascend. */
    pairs[count++] = (steme_text_pair){text_span("document"), text_span(fact->document->title)};
    pairs[count++] = (steme_text_pair){text_span("level"), text_span(fact_level_name(fact->level))};
    pairs[count++] = (steme_text_pair){text_span("link"), text_span(fact->link)};
    pairs[count++] = (steme_text_pair){text_span("reason"), text_span(fact->sentence)};
    pairs[count++] = (steme_text_pair){text_span("section"), text_span(fact->section)};
    to->subject = text_span(corpus_fact_subject(fact, &self->batch->memory));
    to->predicate = text_span(fact->about->id);
    to->relation = fact->relation;
    (void)concept_read_value(fact->about, fact->value, &to->value);
    to->unit = fact->about->unit[0] == '\0' ? (steme_span){0} : text_span(fact->about->unit);
    to->confidence_millionths =
        (uint32_t)(fact_level_weight(fact->level) * fact->confidence * 1e6 + 0.5);
    to->source_class = fact->document->source_class;
    to->source = (steme_id_list){source->bytes, 1, STEME_ID_SIZE};
    to->metadata = (steme_metadata){.pairs = pairs, .count = count};
    return record_batch_add(self->batch, &statement, out_id, error);
}

static steme_status add_document(corpus_writer *self, const corpus_document *document,
                                 steme_id *fact_ids, steme_error *error)
{
    steme_id source;
    self->counter = 0;
    steme_statement statement = begin(self, STEME_SOURCE, document->date);
    statement.as.source.name = text_span(document->uri);
    statement.as.source.edition = text_span(document->date);
    statement.as.source.title = text_span(document->title);
    statement.as.source.has_date = 1;
    statement.as.source.date_ns = (int64_t)statement.stamp.time_ns;
    steme_status status = record_batch_add(self->batch, &statement, &source, error);
    for (size_t i = 0; status == STEME_OK && i < document->fact_count; i++) {
        status = add_fact(self, &document->facts[i], &source, &fact_ids[i], error);
    }
    return status;
}

/* Where a document's facts begin among all. */
static size_t facts_before(const corpus *self, const corpus_document *document)
{
    size_t count = 0;
    for (const corpus_document *each = self->documents; each < document; each++) {
        count += each->fact_count;
    }
    return count;
}

static int compare_ids(const void *left, const void *right)
{
    return memcmp(left, right, sizeof(steme_id));
}

static steme_status add_obsolete(corpus_writer *self, const corpus_document *newer,
                                 const corpus_document *older, steme_error *error)
{
    char reason[128];
    if (older->fact_count == 0) {
        return STEME_OK;
    }
    steme_statement statement = begin(self, STEME_SUPERSESSION, newer->date);
    snprintf(reason, sizeof reason, "%s obsoletes %s", newer->name, older->name);
    steme_id *targets = arena_allocate(&self->batch->memory, older->fact_count * sizeof *targets);
    memcpy(targets, self->fact_ids + facts_before(self->corpus, older),
           older->fact_count * sizeof *targets);
    qsort(targets, older->fact_count, sizeof *targets, compare_ids); /* as a record holds them */
    statement.as.supersession.kind = STEME_SUPERSEDE_TEMPORAL;
    statement.as.supersession.reason = text_span(reason);
    statement.as.supersession.targets =
        (steme_id_list){targets[0].bytes, (uint32_t)older->fact_count, STEME_ID_SIZE};
    return record_batch_add(self->batch, &statement, NULL, error);
}

static steme_status add_all_obsolete(corpus_writer *self, steme_error *error)
{
    steme_status status = STEME_OK;
    for (size_t i = 0; i < self->corpus->document_count; i++) {
        const corpus_document *newer = &self->corpus->documents[i];
        self->counter = (uint32_t)newer->fact_count + 1;
        for (const char *const *name = newer->obsoletes; status == STEME_OK && *name != NULL;
             name++) {
            const corpus_document *older = corpus_find_document(self->corpus, *name);
            status = older == NULL ? STEME_OK : add_obsolete(self, newer, older, error);
        }
    }
    return status;
}

static steme_status add_concept(corpus_writer *self, const concept *of, steme_error *error)
{
    char subject[256];
    steme_status status = STEME_OK;
    if (of->is_a != NULL) {
        steme_statement statement = begin(self, STEME_ALIAS, concepts_date);
        statement.as.alias =
            (steme_alias){text_span(of->id), text_span(of->is_a), STEME_ALIAS_IS_A};
        status = record_batch_add(self->batch, &statement, NULL, error);
    }
    if (status == STEME_OK && of->is_many) {
        steme_statement statement = begin(self, STEME_ASSERTION, concepts_date);
        snprintf(subject, sizeof subject, "predicate://%s", of->id);
        statement.as.assertion = (steme_assertion){
            .subject = text_span(subject),
            .predicate = text_span("cardinality"),
            .value = {.kind = STEME_VALUE_TEXT, .text = text_span("many")},
            .confidence_millionths = 1000000,
            .source_class = STEME_CLASS_ANECDOTAL,
        };
        status = record_batch_add(self->batch, &statement, NULL, error);
    }
    return status;
}

static steme_status add_everything(corpus_writer *self, steme_error *error)
{
    const corpus *from = self->corpus;
    steme_status status = STEME_OK;
    for (size_t i = 0; status == STEME_OK && i < from->document_count; i++) {
        const corpus_document *each = &from->documents[i];
        status = add_document(self, each, self->fact_ids + facts_before(from, each), error);
    }
    if (status == STEME_OK) {
        status = add_all_obsolete(self, error);
    }
    self->counter = 0;
    for (size_t i = 0; status == STEME_OK && i < from->concept_count; i++) {
        status = add_concept(self, &from->concepts[i], error);
    }
    return status;
}

/* Says that all of the corpus is there: what it is, and that nothing need be sent again. */
static steme_status add_head(corpus_writer *self, steme_id *out_id, steme_error *error)
{
    steme_id edition = edition_of_corpus();
    self->counter = UINT32_MAX; /* behind all others of that date */
    steme_statement statement = begin(self, STEME_SOURCE, concepts_date);
    statement.as.source.name = text_span("aphoria://corpus");
    statement.as.source.title = text_span("What authorities say of code: Aphoria's corpus");
    statement.as.source.document = (steme_id_list){edition.bytes, 1, STEME_ID_SIZE};
    return record_batch_add(self->batch, &statement, out_id, error);
}

/* Whether the set has all of it: its head, which is written last. */
static int is_held(corpus_writer *self, database *in, steme_status *out_status, steme_error *error)
{
    steme_id head;
    steme_record record;
    *out_status = add_head(self, &head, error);
    record_batch_clear(self->batch);
    return *out_status == STEME_OK && database_get(in, &head, &record, NULL) == STEME_OK;
}

/* A writer with room for the facts' ids; free them. */
static corpus_writer begin_corpus(const corpus *self, record_batch *batch)
{
    corpus_writer writer = {.corpus = self, .batch = batch};
    steme_id node = steme_hash(batch->key->agent.bytes, sizeof batch->key->agent.bytes);
    memcpy(writer.node, node.bytes, sizeof writer.node);
    size_t fact_count = facts_before(self, self->documents + self->document_count);
    writer.fact_ids = text_allocate((fact_count + 1) * sizeof *writer.fact_ids);
    return writer;
}

steme_status corpus_collect(const corpus *self, record_batch *to, steme_error *error)
{
    corpus_writer writer = begin_corpus(self, to);
    steme_status status = add_everything(&writer, error);
    if (status == STEME_OK) {
        status = add_head(&writer, NULL, error);
    }
    free(writer.fact_ids);
    return status;
}

steme_status corpus_submit(const corpus *self, database *to, steme_error *error)
{
    steme_key key;
    steme_status status = STEME_OK;
    corpus_key(&key);
    record_batch *batch = text_allocate(sizeof *batch);
    *batch = (record_batch){.key = &key};
    corpus_writer writer = begin_corpus(self, batch);
    if (!is_held(&writer, to, &status, error) && status == STEME_OK) {
        status = corpus_collect(self, batch, error);
        if (status == STEME_OK) {
            status = record_batch_submit(batch, to, error);
        }
    }
    record_batch_deinit(batch);
    free(writer.fact_ids);
    free(batch);
    steme_key_wipe(&key);
    return status;
}
