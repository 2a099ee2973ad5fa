/* judge.c -- see judge.h. */
#include "aphoria/judge/judge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aphoria/authority/record_batch.h"
#include "aphoria/judge/fingerprint.h"
#include "common/record_json.h"
#include "common/text.h"

static const double block_at_default = 0.7;
static const double flag_at_default = 0.4;

static const char *const outcome_names[] = {"pass", "flag", "block", "ack"};

typedef struct cited {
    struct cited *next;
    citation citation;
} cited;

enum { CITED_BUCKETS = 256, RULES_MAX = 64 };

struct judge {
    database *records;
    const corpus *corpus;
    judge_options options;
    arena memory;
    record_batch *batch;
    judgement *items; /* in the order of the observations */
    judgement **by_subject;
    size_t count;
    cited *known[CITED_BUCKETS]; /* rules that were read, by the first byte of their id */
};

const char *outcome_name(outcome self)
{
    return outcome_names[self];
}

judge *judge_create(database *records, const corpus *known, const judge_options *options)
{
    judge *self = text_allocate(sizeof *self);
    *self = (judge){.records = records, .corpus = known, .options = *options};
    self->options.block_at = options->block_at > 0 ? options->block_at : block_at_default;
    self->options.flag_at = options->flag_at > 0 ? options->flag_at : flag_at_default;
    self->batch = text_allocate(sizeof *self->batch);
    *self->batch = (record_batch){.key = options->key};
    return self;
}

void judge_destroy(judge *self)
{
    if (self != NULL) {
        record_batch_deinit(self->batch);
        free(self->batch);
        free(self->by_subject);
        arena_deinit(&self->memory);
        free(self);
    }
}

/* ---- Observations as assertions ----------------------------------------------------------- */

static const char *subject_of(judge *self, const observation *seen)
{
    text_buffer subject = TEXT_EMPTY;
    text_append_format(&subject, "code://%s/%s#%s/%u", self->options.project, seen->path,
                       seen->symbol, seen->ordinal);
    if (!text_is_utf8(subject.bytes, subject.size)) { /* a file's name may be anything */
        text_buffer escaped = TEXT_EMPTY;
        text_append_escaped(&escaped, text_span(text_get(&subject)));
        text_deinit(&subject);
        subject = escaped;
    }
    const char *copy = arena_copy(&self->memory, text_get(&subject), subject.size);
    text_deinit(&subject);
    return copy;
}

static steme_status assert_observation(judge *self, const judgement *of, const steme_id *source,
                                       steme_error *error)
{
    char range[96];
    const observation *seen = of->seen;
    const concept *about = corpus_concept(self->corpus, seen->match->rule->concept);
    steme_statement statement = {.type = STEME_ASSERTION};
    steme_assertion *to = &statement.as.assertion;
    snprintf(range, sizeof range, "%u:%u-%u:%u", seen->line, seen->column, seen->end_line,
             seen->end_column);
    steme_text_pair pairs[] = {
        {text_span("code"), text_span(seen->text)},
        {text_span("fingerprint"), text_span(of->fingerprint)},
        {text_span("range"), text_span(range)},
        {text_span("rule"), text_span(seen->match->id)},
    };
    steme_status status = database_next_stamp(self->records, &statement.stamp, error);
    if (status != STEME_OK) {
        return status;
    }
    statement.claim_time_ns = steme_stamp_claim_time(&statement.stamp);
    to->subject = text_span(of->subject);
    to->predicate = text_span(seen->match->rule->concept);
    if (about == NULL || !concept_read_value(about, seen->value, &to->value)) {
        to->value = (steme_value){.kind = STEME_VALUE_TEXT, .text = text_span(seen->value)};
    } else if (about->unit[0] != '\0') {
        to->unit = text_span(about->unit);
    }
    to->confidence_millionths = (uint32_t)(seen->confidence * 1e6 + 0.5);
    to->source_class = STEME_CLASS_ANECDOTAL;
    to->source = (steme_id_list){source->bytes, 1, STEME_ID_SIZE};
    to->metadata = (steme_metadata){.pairs = pairs, .count = sizeof pairs / sizeof pairs[0]};
    return record_batch_add(self->batch, &statement, NULL, error);
}

static steme_status assert_all(judge *self, steme_error *error)
{
    steme_id source;
    text_buffer name = TEXT_EMPTY;
    steme_statement statement = {.type = STEME_SOURCE};
    text_append_format(&name, "code://%s", self->options.project);
    steme_status status = database_next_stamp(self->records, &statement.stamp, error);
    statement.claim_time_ns = steme_stamp_claim_time(&statement.stamp);
    statement.as.source.name = text_span(text_get(&name));
    if (self->options.revision[0] != '\0') {
        statement.as.source.edition = text_span(self->options.revision);
    }
    if (status == STEME_OK) {
        status = record_batch_add(self->batch, &statement, &source, error);
    }
    for (size_t i = 0; status == STEME_OK && i < self->count; i++) {
        status = assert_observation(self, &self->items[i], &source, error);
    }
    text_deinit(&name);
    return status == STEME_OK ? record_batch_submit(self->batch, self->records, error) : status;
}

/* ---- Rules as citations ------------------------------------------------------------------- */

static const char *copy_span(judge *self, steme_span span)
{
    return span.bytes == NULL ? "" : arena_copy(&self->memory, span.bytes, span.size);
}

static const char *metadata_text(judge *self, const steme_metadata *metadata, const char *key)
{
    for (uint32_t i = 0; i < metadata->count; i++) {
        steme_text_pair pair = steme_metadata_get(metadata, i);
        if (pair.key.size == strlen(key) && memcmp(pair.key.bytes, key, pair.key.size) == 0) {
            return copy_span(self, pair.value);
        }
    }
    return "";
}

static const char *demand_of(judge *self, const steme_assertion *demand)
{
    char text[256];
    const char *relation = record_word(RECORD_WORDS_RELATION, (int)demand->relation);
    const steme_value *of = &demand->value;
    switch (of->kind) {
    case STEME_VALUE_BOOLEAN:
        snprintf(text, sizeof text, "%s %s", relation, of->boolean ? "true" : "false");
        break;
    case STEME_VALUE_NUMBER:
        snprintf(text, sizeof text, "%s %.15g", relation,
                 of->is_real ? of->real : (double)of->integer);
        break;
    default:
        snprintf(text, sizeof text, "%s %.*s", relation, (int)of->text.size,
                 of->text.bytes == NULL ? "" : (const char *)of->text.bytes);
        break;
    }
    return arena_copy(&self->memory, text, strlen(text));
}

/* NULL where the record is no rule of that shape. */
static const citation *cite(judge *self, const steme_id *id)
{
    steme_record record;
    steme_statement statement;
    cited **bucket = &self->known[id->bytes[0]];
    for (const cited *each = *bucket; each != NULL; each = each->next) {
        if (memcmp(&each->citation.id, id, sizeof *id) == 0) {
            return &each->citation;
        }
    }
    if (database_get(self->records, id, &record, NULL) != STEME_OK ||
        steme_record_interpret(&record, &statement, NULL) != STEME_OK) {
        return NULL;
    }
    const steme_assertion *said = &statement.as.assertion;
    cited *made = arena_allocate(&self->memory, sizeof *made);
    made->next = *bucket;
    *bucket = made;
    made->citation = (citation){
        .id = *id,
        .subject = copy_span(self, said->subject),
        .document = metadata_text(self, &said->metadata, "document"),
        .section = metadata_text(self, &said->metadata, "section"),
        .level = metadata_text(self, &said->metadata, "level"),
        .link = metadata_text(self, &said->metadata, "link"),
        .sentence = metadata_text(self, &said->metadata, "reason"),
        .demand = demand_of(self, said),
        .source_class = said->source_class,
        .confidence = said->confidence_millionths / 1e6,
    };
    return &made->citation;
}

typedef struct citing {
    citation violated[RULES_MAX];
    citation opposed[RULES_MAX];
    size_t violated_count;
    size_t opposed_count;
} citing;

static void add_claim(judge *self, citing *to, const steme_answer_claim *claim)
{
    int is_violated = claim->verdict == STEME_VERDICT_VIOLATED && !claim->is_overruled;
    for (uint32_t i = 0; i < claim->record_count; i++) {
        const citation *found = cite(self, &claim->records[i]);
        size_t *count = is_violated ? &to->violated_count : &to->opposed_count;
        if (found != NULL && *count < RULES_MAX) {
            (is_violated ? to->violated : to->opposed)[(*count)++] = *found;
        }
    }
}

/* The greatest score first; of equals the better class. */
static int compare_citations(const void *left, const void *right)
{
    const citation *a = left;
    const citation *b = right;
    if (a->confidence > b->confidence || a->confidence < b->confidence) {
        return a->confidence > b->confidence ? -1 : 1;
    }
    return a->source_class != b->source_class ? (int)a->source_class - (int)b->source_class
                                              : strcmp(a->subject, b->subject);
}

static const citation *keep(judge *self, citation *items, size_t count)
{
    if (count == 0) {
        return NULL;
    }
    qsort(items, count, sizeof *items, compare_citations);
    return (const citation *)arena_copy(&self->memory, items, count * sizeof *items);
}

static void take_answer(judge *self, judgement *to, const steme_answer *answer)
{
    citing found = {.violated_count = 0};
    to->verdict = answer->verdict;
    for (uint32_t i = 0; i < answer->claim_count; i++) {
        const steme_answer_claim *claim = &answer->claims[i];
        if (claim->is_rule && claim->verdict != STEME_VERDICT_UNKNOWN) {
            add_claim(self, &found, claim);
        }
    }
    to->rules = keep(self, found.violated, found.violated_count);
    to->rule_count = found.violated_count;
    to->opposed = keep(self, found.opposed, found.opposed_count);
    to->opposed_count = found.opposed_count;
    if (answer->verdict == STEME_VERDICT_VIOLATED && to->rule_count > 0) {
        to->score = to->rules[0].confidence * to->seen->confidence;
    }
    to->outcome = to->score >= self->options.block_at  ? OUTCOME_BLOCK
                  : to->score >= self->options.flag_at ? OUTCOME_FLAG
                                                       : OUTCOME_PASS;
}

/* ---- Asking ------------------------------------------------------------------------------- */

static int compare_pairs(const char *subject, const char *predicate, const judgement *of)
{
    int order = strcmp(subject, of->subject);
    return order != 0 ? order : strcmp(predicate, of->seen->match->rule->concept);
}

static int compare_judgements(const void *left, const void *right)
{
    const judgement *const *a = left;
    const judgement *const *b = right;
    return compare_pairs((*a)->subject, (*a)->seen->match->rule->concept, *b);
}

static void take_pair(judge *self, const steme_answer *answer)
{
    const char *subject = copy_span(self, answer->subject);
    const char *predicate = copy_span(self, answer->predicate);
    size_t low = 0;
    size_t high = self->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_pairs(subject, predicate, self->by_subject[middle]) > 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    for (; low < self->count && compare_pairs(subject, predicate, self->by_subject[low]) == 0;
         low++) {
        take_answer(self, self->by_subject[low], answer);
    }
}

static steme_status ask(judge *self, steme_error *error)
{
    database_query *query = NULL;
    const steme_answer *answer = NULL;
    text_buffer prefix = TEXT_EMPTY;
    text_append_format(&prefix, "code://%s", self->options.project);
    steme_query_options options = {.subject_prefix = text_span(text_get(&prefix)),
                                   .lens = STEME_LENS_RULES};
    steme_status status = database_query_open(self->records, &options, 0, &query, error);
    while (status == STEME_OK) {
        status = database_query_next_answer(query, &answer, error);
        if (status != STEME_OK || answer == NULL) {
            break;
        }
        take_pair(self, answer);
    }
    database_query_close(query);
    text_deinit(&prefix);
    return status;
}

steme_status judge_run(judge *self, const observations *seen, const judgement **out,
                       steme_error *error)
{
    self->count = seen->count;
    self->items = arena_allocate(&self->memory, (seen->count + 1) * sizeof *self->items);
    self->by_subject =
        text_reallocate(self->by_subject, (seen->count + 1) * sizeof *self->by_subject);
    for (size_t i = 0; i < seen->count; i++) {
        judgement *each = &self->items[i];
        each->seen = &seen->items[i];
        each->subject = subject_of(self, each->seen);
        each->fingerprint = fingerprint_of(each->seen, &self->memory);
        self->by_subject[i] = each;
    }
    qsort(self->by_subject, self->count, sizeof *self->by_subject, compare_judgements);
    *out = self->items;
    if (seen->count == 0) {
        return STEME_OK;
    }
    steme_status status = assert_all(self, error);
    return status == STEME_OK ? ask(self, error) : status;
}
