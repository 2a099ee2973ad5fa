/* judge.c -- see judge.h. */
#include "aphoria/judge/judge.h"

#include <stdlib.h>
#include <string.h>

#include "aphoria/authority/corpus_records.h"
#include "aphoria/judge/authority_view.h"
#include "aphoria/judge/fingerprint.h"
#include "aphoria/judge/judge_state.h"
#include "aphoria/judge/observation_record.h"
#include "aphoria/judge/policy_step.h"
#include "common/claim_text.h"
#include "common/fail.h"
#include "common/receipt.h"
#include "common/record_json.h"
#include "common/text.h"

static const double block_at_default = 0.7;
static const double flag_at_default = 0.4;

static const char *const outcome_names[] = {"pass", "flag", "block", "ack"};

typedef struct cited {
    struct cited *next;
    citation citation;
} cited;

enum { RULES_MAX = 64 };

const char *outcome_name(outcome self)
{
    return outcome_names[self];
}

steme_status judge_create(database *records, const corpus *known, const judge_options *options,
                          judge **out_judge, steme_error *error)
{
    steme_key key;
    judge *self = text_allocate(sizeof *self);
    *self = (judge){.records = records, .corpus = known, .options = *options};
    self->options.block_at = options->block_at > 0 ? options->block_at : block_at_default;
    self->options.flag_at = options->flag_at > 0 ? options->flag_at : flag_at_default;
    corpus_key(&key);
    steme_status status = authority_view_make(&key, options->team, options->team_count,
                                              options->observer, &self->view, error);
    steme_key_wipe(&key);
    if (status != STEME_OK) {
        judge_destroy(self);
        return status;
    }
    *out_judge = self;
    return STEME_OK;
}

void judge_destroy(judge *self)
{
    if (self != NULL) {
        steme_view_close(self->view);
        free(self->by_subject);
        arena_deinit(&self->memory);
        free(self);
    }
}

const char *judge_copy(judge *self, steme_span span)
{
    return span.bytes == NULL ? "" : arena_copy(&self->memory, span.bytes, span.size);
}

/* ---- Observations ------------------------------------------------------------------------- */

int judge_compare(const char *subject, const char *predicate, const judgement *of)
{
    int order = strcmp(subject, of->subject);
    return order != 0 ? order : strcmp(predicate, of->seen->match->rule->concept);
}

static int compare_judgements(const void *left, const void *right)
{
    const judgement *const *a = left;
    const judgement *const *b = right;
    int order = judge_compare((*a)->subject, (*a)->seen->match->rule->concept, *b);
    return order != 0 ? order : (*a > *b) - (*a < *b);
}

void judge_list(judge *self, const observations *seen)
{
    if (self->items != NULL) {
        return;
    }
    self->count = seen->count;
    self->items = arena_allocate(&self->memory, (seen->count + 1) * sizeof *self->items);
    self->by_subject = text_allocate((seen->count + 1) * sizeof *self->by_subject);
    for (size_t i = 0; i < seen->count; i++) {
        judgement *each = &self->items[i];
        each->seen = &seen->items[i];
        each->is_known = each->seen->is_known;
        each->subject = observation_subject(each->seen, self->options.project, self->options.folder,
                                            &self->memory);
        each->fingerprint = fingerprint_of(each->seen, &self->memory);
        self->by_subject[i] = each;
    }
    qsort(self->by_subject, self->count, sizeof *self->by_subject, compare_judgements);
}

/* ---- Rules as citations ------------------------------------------------------------------- */

static const char *metadata_text(judge *self, const steme_metadata *metadata, const char *key)
{
    for (uint32_t i = 0; i < metadata->count; i++) {
        steme_text_pair pair = steme_metadata_get(metadata, i);
        if (pair.key.size == strlen(key) && memcmp(pair.key.bytes, key, pair.key.size) == 0) {
            return judge_copy(self, pair.value);
        }
    }
    return "";
}

static const char *value_of(judge *self, const steme_value *of)
{
    text_buffer text = TEXT_EMPTY;
    claim_text_append_raw(&text, of);
    const char *copy = arena_copy(&self->memory, text_get(&text), text.size);
    text_deinit(&text);
    return copy;
}

static const char *demand_of(judge *self, const steme_assertion *said)
{
    text_buffer text = TEXT_EMPTY;
    text_append_format(&text, "%s ", record_word(RECORD_WORDS_RELATION, (int)said->relation));
    claim_text_append_raw(&text, &said->value);
    const char *copy = arena_copy(&self->memory, text_get(&text), text.size);
    text_deinit(&text);
    return copy;
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
        steme_record_interpret(&record, &statement, NULL) != STEME_OK ||
        statement.type != STEME_ASSERTION) {
        return NULL;
    }
    const steme_assertion *said = &statement.as.assertion;
    cited *made = arena_allocate(&self->memory, sizeof *made);
    made->next = *bucket;
    *bucket = made;
    made->citation = (citation){
        .id = *id,
        .subject = judge_copy(self, said->subject),
        .document = metadata_text(self, &said->metadata, "document"),
        .section = metadata_text(self, &said->metadata, "section"),
        .level = metadata_text(self, &said->metadata, "level"),
        .link = metadata_text(self, &said->metadata, "link"),
        .sentence = metadata_text(self, &said->metadata, "reason"),
        .demand = demand_of(self, said),
        .demanded = {corpus_concept(self->corpus, judge_copy(self, said->predicate)),
                     said->relation, value_of(self, &said->value)},
        .source_class = said->source_class,
        .confidence = said->confidence_millionths / 1e6,
    };
    if (citation_is_policy(&made->citation) && made->citation.document[0] == '\0') {
        made->citation.document = "the project's policy";
        made->citation.section = judge_copy(self, said->predicate);
    }
    return &made->citation;
}

typedef struct citing {
    citation violated[RULES_MAX];
    citation opposed[2 * RULES_MAX];
    size_t violated_count;
    size_t opposed_count;
} citing;

static int compare_ids(const void *left, const void *right)
{
    return memcmp(left, right, sizeof(steme_id));
}

/* A policy counts while the team's ledger or a pack has it: one that was taken back, or another
 * project's, may still be in the set. */
static int is_in_force(const judge *self, const citation *of)
{
    return !citation_is_policy(of) ||
           (self->options.decision_count > 0 &&
            bsearch(&of->id, self->options.decisions, self->options.decision_count, sizeof of->id,
                    compare_ids) != NULL);
}

static void add_claim(judge *self, citing *to, const steme_answer_claim *claim)
{
    int says_violated = claim->verdict == STEME_VERDICT_VIOLATED;
    for (uint32_t i = 0; i < claim->record_count; i++) {
        const citation *found = cite(self, &claim->records[i]);
        int is_violated =
            says_violated && (!claim->is_overruled || (found != NULL && citation_is_policy(found)));
        size_t *count = is_violated ? &to->violated_count : &to->opposed_count;
        if (found != NULL && *count < RULES_MAX && is_in_force(self, found)) {
            (is_violated ? to->violated : to->opposed)[(*count)++] = *found;
        }
    }
}

static void find_policies(judge *self)
{
    size_t count = self->options.decision_count;
    self->policies = arena_allocate(&self->memory, (count + 1) * sizeof *self->policies);
    for (size_t i = 0; i < count; i++) {
        const citation *found = cite(self, &self->options.decisions[i]);
        if (found != NULL && citation_is_policy(found) && found->demanded.about != NULL) {
            self->policies[self->policy_count++] = found;
        }
    }
}

static int is_cited(const citation *items, size_t count, const citation *of)
{
    for (size_t i = 0; i < count; i++) {
        if (memcmp(&items[i].id, &of->id, sizeof of->id) == 0) {
            return 1;
        }
    }
    return 0;
}

/* Of one signer the lens takes the newest line about a concept that the set has. Where that is of
 * another branch, or was reverted, the ledger's is read here. */
static void add_left_out(judge *self, citing *to, const observation *seen)
{
    const concept *about = corpus_concept(self->corpus, seen->match->rule->concept);
    if (self->policies == NULL) {
        find_policies(self);
    }
    for (size_t i = 0; i < self->policy_count; i++) {
        const citation *each = self->policies[i];
        if (!concept_is(self->corpus, about, each->demanded.about) ||
            is_cited(to->violated, to->violated_count, each) ||
            is_cited(to->opposed, to->opposed_count, each)) {
            continue;
        }
        steme_verdict verdict = demand_judge(&each->demanded, seen->value);
        if (verdict == STEME_VERDICT_VIOLATED && to->violated_count < RULES_MAX) {
            to->violated[to->violated_count++] = *each;
        } else if (verdict == STEME_VERDICT_SATISFIED && to->opposed_count < RULES_MAX) {
            to->opposed[to->opposed_count++] = *each;
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

void judge_take_answer(judge *self, judgement *to, const steme_answer *answer)
{
    citing found = {.violated_count = 0};
    for (uint32_t i = 0; i < answer->claim_count; i++) {
        const steme_answer_claim *claim = &answer->claims[i];
        if (claim->is_rule && claim->verdict != STEME_VERDICT_UNKNOWN) {
            add_claim(self, &found, claim);
        }
    }
    if (!self->options.has_as_of && self->options.evaluated_at_ns == 0) { /* then, the set knows */
        add_left_out(self, &found, to->seen);
    }
    policy_step_rules rules = {found.violated, found.violated_count, found.opposed,
                               found.opposed_count};
    policy_step_run(&rules, self->corpus, &self->memory);
    found.violated_count = rules.violated_count;
    found.opposed_count = rules.opposed_count;
    to->rules = keep(self, found.violated, found.violated_count);
    to->rule_count = found.violated_count;
    to->opposed = keep(self, found.opposed, found.opposed_count);
    to->opposed_count = found.opposed_count;
    to->verdict = to->rule_count > 0      ? STEME_VERDICT_VIOLATED
                  : to->opposed_count > 0 ? STEME_VERDICT_SATISFIED
                                          : STEME_VERDICT_UNKNOWN;
    if (to->verdict == STEME_VERDICT_VIOLATED) {
        to->score = to->rules[0].confidence * to->seen->confidence;
    }
    to->outcome = to->score >= self->options.block_at  ? OUTCOME_BLOCK
                  : to->score >= self->options.flag_at ? OUTCOME_FLAG
                                                       : OUTCOME_PASS;
    if (to->seen->ignored != NULL && to->outcome != OUTCOME_PASS) {
        to->outcome = OUTCOME_ACK;
        to->acknowledged = arena_join(&self->memory, "ignored here", ": ", to->seen->ignored);
    }
}

/* ---- Asking ------------------------------------------------------------------------------- */

void judge_append_scope(const judge *self, text_buffer *to)
{
    const char *folder = self->options.folder;
    observation_append_root(to, self->options.project);
    if (text_is_utf8(folder, strlen(folder))) { /* else subjects have it escaped */
        text_append_format(to, "/%s", folder);
    }
}

steme_query_options judge_question(const judge *self, steme_span root)
{
    return (steme_query_options){.subject_prefix = root,
                                 .lens = STEME_LENS_RULES,
                                 .view = self->view,
                                 .evaluated_at_ns = self->options.evaluated_at_ns,
                                 .has_as_of = self->options.has_as_of,
                                 .as_of_ns = self->options.as_of_ns};
}

static void take_pair(judge *self, const steme_answer *answer)
{
    const char *subject = judge_copy(self, answer->subject);
    const char *predicate = judge_copy(self, answer->predicate);
    size_t low = 0;
    size_t high = self->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (judge_compare(subject, predicate, self->by_subject[middle]) > 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    for (; low < self->count && judge_compare(subject, predicate, self->by_subject[low]) == 0;
         low++) {
        judge_take_answer(self, self->by_subject[low], answer);
    }
}

steme_status judge_ask(judge *self, const observations *seen, judgement **out, steme_error *error)
{
    database_query *query = NULL;
    const steme_answer *answer = NULL;
    text_buffer root = TEXT_EMPTY;
    judge_list(self, seen);
    *out = self->items;
    if (seen->count == 0) {
        return STEME_OK;
    }
    judge_append_scope(self, &root);
    steme_query_options options = judge_question(self, text_span(text_get(&root)));
    steme_status status = database_query_open(self->records, &options, 0, &query, error);
    while (status == STEME_OK) {
        status = database_query_next_answer(query, &answer, error);
        if (status != STEME_OK || answer == NULL) {
            break;
        }
        take_pair(self, answer);
    }
    database_query_close(query);
    text_deinit(&root);
    return status;
}

/* ---- Without a scan ----------------------------------------------------------------------- */

/* The observation that the answer quotes; 0 where it is none. */
static int recall_one(judge *self, const rule_set *rules, const steme_answer *answer,
                      observations *seen, judgement *out)
{
    steme_statement statement;
    const steme_assertion *said = &statement.as.assertion;
    if (!answer->has_winner ||
        steme_record_interpret(&answer->winner, &statement, NULL) != STEME_OK ||
        statement.type != STEME_ASSERTION) {
        return 0;
    }
    observation found;
    *out = (judgement){.subject = judge_copy(self, answer->subject)};
    if (!observation_from_assertion(said, self->options.project, rules, self->corpus, &self->memory,
                                    &found, &out->fingerprint)) {
        return 0;
    }
    out->seen = &found;
    judge_take_answer(self, out, answer);
    *observations_add(seen) = found;
    out->seen = NULL; /* until the list stands where it stays */
    return 1;
}

static void keep_recalled(judge *self, const observations *seen, const judgement *items)
{
    self->count = seen->count;
    self->items = arena_allocate(&self->memory, (seen->count + 1) * sizeof *self->items);
    for (size_t i = 0; i < seen->count; i++) {
        self->items[i] = items[i];
        self->items[i].seen = &seen->items[i];
    }
}

steme_status judge_recall(judge *self, const rule_set *rules, observations *out_seen,
                          judgement **out, steme_error *error)
{
    database_query *query = NULL;
    const steme_answer *answer = NULL;
    size_t capacity = 64;
    judgement *items = text_allocate(capacity * sizeof *items);
    text_buffer root = TEXT_EMPTY;
    observation_append_root(&root, self->options.project);
    steme_query_options options = judge_question(self, text_span(text_get(&root)));
    steme_status status = database_query_open(self->records, &options, 0, &query, error);
    while (status == STEME_OK) {
        status = database_query_next_answer(query, &answer, error);
        if (status != STEME_OK || answer == NULL) {
            break;
        }
        if (out_seen->count == capacity) {
            capacity *= 2;
            items = text_reallocate(items, capacity * sizeof *items);
        }
        (void)recall_one(self, rules, answer, out_seen, &items[out_seen->count]);
    }
    keep_recalled(self, out_seen, items);
    *out = self->items;
    free(items);
    database_query_close(query);
    text_deinit(&root);
    return status;
}

steme_status judge_receipt(judge *self, const judgement *of, char **out_text, steme_error *error)
{
    database_query *query = NULL;
    const steme_answer *answer = NULL;
    steme_query_options options = judge_question(self, (steme_span){NULL, 0});
    options.subject = text_span(of->subject);
    options.predicate = text_span(of->seen->match->rule->concept);
    options.notes_records = 1;
    steme_status status = database_query_open(self->records, &options, 1, &query, error);
    if (status == STEME_OK) {
        status = database_query_next_answer(query, &answer, error);
    }
    if (status == STEME_OK && answer != NULL) {
        status = receipt_make(answer, &options, query, out_text, error);
    } else if (status == STEME_OK) {
        status = app_fail(error, STEME_NOT_FOUND, "no answer for %s", of->subject);
    }
    database_query_close(query);
    return status;
}
