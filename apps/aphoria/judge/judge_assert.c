/* judge_assert.c -- observations into the set, on change only.
 *
 * What is no longer so gets relation `none` from the same key, for whoever reads the place; and the
 * earlier assertion is superseded (temporal), because the lens rules looks at claims with = alone,
 * and a concept with cardinality many keeps all that a key says. */
#include <stdlib.h>
#include <string.h>

#include "aphoria/authority/record_batch.h"
#include "aphoria/judge/judge_state.h"
#include "aphoria/judge/observation_record.h"

enum { TARGETS_MAX = 64 }; /* of a supersession: docs/format.md, section 5 */

/* Something that the set holds and that was not seen. */
typedef struct vanished {
    const char *subject;
    const char *predicate;
} vanished;

typedef struct asserting {
    judge *judge;
    const judge_scope *scope;
    record_batch *batch;
    steme_stamp stamp; /* of the next record */
    steme_id source;
    int has_source;
    unsigned char *is_held; /* by place in by_subject */
    size_t next;            /* of by_subject: what is before it was compared */
    vanished *vanished;
    size_t vanished_count;
    size_t vanished_capacity;
    steme_id *outdated; /* assertions that no longer hold */
    size_t outdated_count;
    size_t outdated_capacity;
    judge_change change;
} asserting;

/* ---- What the set has --------------------------------------------------------------------- */

static void add_vanished(asserting *self, const char *subject, const char *predicate)
{
    if (self->vanished_count == self->vanished_capacity) {
        self->vanished_capacity = self->vanished_capacity == 0 ? 64 : 2 * self->vanished_capacity;
        self->vanished =
            text_reallocate(self->vanished, self->vanished_capacity * sizeof *self->vanished);
    }
    self->vanished[self->vanished_count++] = (vanished){subject, predicate};
}

static void add_outdated(asserting *self, const steme_id *id)
{
    if (self->outdated_count == self->outdated_capacity) {
        self->outdated_capacity = self->outdated_capacity == 0 ? 64 : 2 * self->outdated_capacity;
        self->outdated =
            text_reallocate(self->outdated, self->outdated_capacity * sizeof *self->outdated);
    }
    self->outdated[self->outdated_count++] = *id;
}

/* Whether the scan read the file that it speaks of. */
static int was_read(const asserting *self, const steme_assertion *said)
{
    judge *its = self->judge;
    const char *path =
        self->scope == NULL ? NULL : observation_path(said, its->options.project, &its->memory);
    return path != NULL && self->scope->was_read(self->scope->context, path);
}

static int is_said_again(const asserting *self, const judgement *of, const steme_assertion *said)
{
    observation_parts parts;
    steme_assertion now;
    observation_to_assertion(of->seen, of->subject, of->fingerprint, self->judge->corpus, &parts,
                             &now);
    return observation_is_same(&now, said);
}

/* Both lists ascend by subject and predicate. */
static void compare_held(asserting *self, const steme_id *id, const steme_assertion *said)
{
    judge *its = self->judge;
    const char *subject = judge_copy(its, said->subject);
    const char *predicate = judge_copy(its, said->predicate);
    while (self->next < its->count &&
           judge_compare(subject, predicate, its->by_subject[self->next]) > 0) {
        self->next++;
    }
    int is_seen = self->next < its->count &&
                  judge_compare(subject, predicate, its->by_subject[self->next]) == 0;
    int is_same = is_seen && is_said_again(self, its->by_subject[self->next], said);
    if (is_same) {
        self->is_held[self->next] = 1;
    } else if (said->relation == STEME_RELATION_EQUAL && (is_seen || was_read(self, said))) {
        add_outdated(self, id);
        if (!is_seen) {
            add_vanished(self, subject, predicate);
        }
    }
}

static steme_status read_held(asserting *self, steme_error *error)
{
    judge *its = self->judge;
    database_query *query = NULL;
    const steme_answer *answer = NULL;
    steme_statement statement;
    text_buffer scope = TEXT_EMPTY;
    judge_append_scope(its, &scope);
    /* The newest of this key for each place and concept. */
    steme_query_options options = {.subject_prefix = text_span(text_get(&scope)),
                                   .agent = &its->options.key->agent,
                                   .lens = STEME_LENS_RECENCY};
    steme_status status = database_query_open(its->records, &options, 0, &query, error);
    while (status == STEME_OK) {
        status = database_query_next_answer(query, &answer, error);
        if (status != STEME_OK || answer == NULL) {
            break;
        }
        if (answer->has_winner &&
            steme_record_interpret(&answer->winner, &statement, NULL) == STEME_OK &&
            statement.type == STEME_ASSERTION) {
            compare_held(self, &answer->winner.id, &statement.as.assertion);
        }
    }
    database_query_close(query);
    text_deinit(&scope);
    return status;
}

/* ---- What is new -------------------------------------------------------------------------- */

static steme_status add(asserting *self, steme_statement *statement, steme_id *out_id,
                        steme_error *error)
{
    statement->stamp = self->stamp;
    self->stamp.counter++;
    statement->claim_time_ns = steme_stamp_claim_time(&statement->stamp);
    return record_batch_add(self->batch, statement, out_id, error);
}

/* Project and revision, before the first assertion that quotes it. */
static steme_status add_source(asserting *self, steme_error *error)
{
    text_buffer name = TEXT_EMPTY;
    const judge_options *options = &self->judge->options;
    steme_statement statement = {.type = STEME_SOURCE};
    observation_append_root(&name, options->project);
    statement.as.source.name = text_span(text_get(&name));
    if (options->revision[0] != '\0') {
        statement.as.source.edition = text_span(options->revision);
    }
    steme_status status = add(self, &statement, &self->source, error);
    self->has_source = status == STEME_OK;
    text_deinit(&name);
    return status;
}

static steme_status add_assertion(asserting *self, const steme_assertion *made, steme_error *error)
{
    steme_status status = self->has_source ? STEME_OK : add_source(self, error);
    steme_statement statement = {.type = STEME_ASSERTION, .as.assertion = *made};
    statement.as.assertion.source = (steme_id_list){self->source.bytes, 1, STEME_ID_SIZE};
    return status == STEME_OK ? add(self, &statement, NULL, error) : status;
}

static steme_status add_seen(asserting *self, size_t index, steme_error *error)
{
    observation_parts parts;
    steme_assertion made;
    const judgement *of = self->judge->by_subject[index];
    observation_to_assertion(of->seen, of->subject, of->fingerprint, self->judge->corpus, &parts,
                             &made);
    self->change.asserted_count++;
    return add_assertion(self, &made, error);
}

static steme_status add_vanished_one(asserting *self, const vanished *gone, steme_error *error)
{
    steme_assertion made = {.subject = text_span(gone->subject),
                            .predicate = text_span(gone->predicate),
                            .relation = STEME_RELATION_NONE,
                            .confidence_millionths = 1000000,
                            .source_class = STEME_CLASS_ANECDOTAL};
    self->change.vanished_count++;
    return add_assertion(self, &made, error);
}

static int compare_ids(const void *left, const void *right)
{
    return memcmp(left, right, sizeof(steme_id));
}

static steme_status add_supersessions(asserting *self, steme_error *error)
{
    steme_status status = STEME_OK;
    qsort(self->outdated, self->outdated_count, sizeof *self->outdated, compare_ids);
    for (size_t i = 0; status == STEME_OK && i < self->outdated_count; i += TARGETS_MAX) {
        size_t count = self->outdated_count - i;
        steme_statement statement = {.type = STEME_SUPERSESSION};
        statement.as.supersession.kind = STEME_SUPERSEDE_TEMPORAL;
        statement.as.supersession.reason = text_span("the code is otherwise now");
        statement.as.supersession.targets =
            (steme_id_list){self->outdated[i].bytes,
                            (uint32_t)(count < TARGETS_MAX ? count : TARGETS_MAX), STEME_ID_SIZE};
        status = add(self, &statement, NULL, error);
    }
    return status;
}

static steme_status add_everything(asserting *self, steme_error *error)
{
    const judge *its = self->judge;
    steme_status status = STEME_OK;
    for (size_t i = 0; status == STEME_OK && i < its->count; i++) {
        const judgement *each = its->by_subject[i];
        int is_again = i > 0 && judge_compare(each->subject, each->seen->match->rule->concept,
                                              its->by_subject[i - 1]) == 0;
        if (self->is_held[i]) {
            self->change.kept_count++;
        } else if (!is_again) {
            status = add_seen(self, i, error);
        }
    }
    for (size_t i = 0; status == STEME_OK && i < self->vanished_count; i++) {
        status = add_vanished_one(self, &self->vanished[i], error);
    }
    return status == STEME_OK && self->outdated_count > 0 ? add_supersessions(self, error) : status;
}

/* The set's time, under a node of the key's own: two scans never give the same stamp. */
static steme_status begin_stamps(asserting *self, steme_error *error)
{
    const steme_agent *agent = &self->judge->options.key->agent;
    steme_id node = steme_hash(agent->bytes, sizeof agent->bytes);
    steme_status status = database_next_stamp(self->judge->records, &self->stamp, error);
    memcpy(self->stamp.node, node.bytes, sizeof self->stamp.node);
    return status;
}

steme_status judge_assert(judge *self, const observations *seen, const judge_scope *scope,
                          judge_change *out_change, steme_error *error)
{
    judge_list(self, seen);
    asserting work = {.judge = self, .scope = scope};
    work.batch = text_allocate(sizeof *work.batch);
    *work.batch = (record_batch){.key = self->options.key};
    work.is_held = text_allocate(self->count + 1);
    memset(work.is_held, 0, self->count + 1);
    steme_status status = self->options.is_fresh ? STEME_OK : read_held(&work, error);
    if (status == STEME_OK) {
        status = begin_stamps(&work, error);
    }
    if (status == STEME_OK) {
        status = add_everything(&work, error);
    }
    if (status == STEME_OK) {
        status = record_batch_submit(work.batch, self->records, error);
    }
    if (status == STEME_OK) {
        *out_change = work.change;
    }
    record_batch_deinit(work.batch);
    free(work.batch);
    free(work.is_held);
    free(work.vanished);
    free(work.outdated);
    return status;
}
