/* history.h -- a store, and one-line calls that write the records of a story into it and ask.
 *
 * Times are seconds after CLAIMS_TIME_NS; keys are numbers. Every question is evaluated an hour
 * after that time, unless its options say when. */
#ifndef SUPPORT_HISTORY_H
#define SUPPORT_HISTORY_H

#include "support/statements.h"

#define HISTORY_SUBJECT   "subject"
#define HISTORY_PREDICATE "predicate"

typedef struct history {
    claims_store world;
    steme_snapshot *snapshot;
    steme_query *query;
    steme_view *view; /* of every question; NULL = open */
} history;

static inline uint64_t history_time(double second)
{
    return CLAIMS_TIME_NS + (uint64_t)(int64_t)(second * (double)CLAIMS_SECOND_NS);
}

static inline void history_end_question(history *self)
{
    steme_query_close(self->query);
    steme_snapshot_close(self->snapshot);
    self->query = NULL;
    self->snapshot = NULL;
}

static inline int history_set_up(void **state)
{
    static history self;
    self = (history){0};
    claims_open(&self.world);
    *state = &self;
    return 0;
}

static inline int history_tear_down(void **state)
{
    history *self = *state;
    history_end_question(self);
    steme_view_close(self->view);
    claims_close(&self->world);
    return 0;
}

static inline steme_statement history_statement(steme_record_type type, double second)
{
    return statement_at(type, history_time(second));
}

static inline steme_id_list history_list(const steme_id *ids, uint32_t count)
{
    return (steme_id_list){.first = ids->bytes, .count = count, .stride = STEME_ID_SIZE};
}

/* ---- Writing ------------------------------------------------------------------------------ */

/* A claim about HISTORY_SUBJECT and HISTORY_PREDICATE, to be changed before it is appended. */
static inline steme_statement history_claim(const char *value, double second)
{
    return claims_assertion(HISTORY_SUBJECT, HISTORY_PREDICATE, value, history_time(second));
}

static inline steme_id history_say(history *self, uint8_t key, const char *value, double second)
{
    steme_statement claim = history_claim(value, second);
    return claims_append(&self->world, &claim, key);
}

static inline steme_id history_append(history *self, uint8_t key, steme_statement statement)
{
    return claims_append(&self->world, &statement, key);
}

static inline steme_id history_supersede(history *self, uint8_t key, const steme_id *target,
                                         steme_supersession_kind kind, const steme_id *replacement,
                                         double second)
{
    return history_append(self, key,
                          statement_supersession(history_time(second), target, kind, replacement));
}

static inline steme_id history_stage(history *self, uint8_t key, const steme_id *target,
                                     steme_stage_name to, double second)
{
    return history_append(self, key, statement_stage(history_time(second), target, to));
}

static inline steme_id history_vote(history *self, uint8_t key, const steme_id *target,
                                    int32_t weight_millionths, double second)
{
    return history_append(self, key,
                          statement_vote(history_time(second), target, weight_millionths));
}

static inline steme_id history_endorse(history *self, uint8_t key, const steme_id *target,
                                       double second)
{
    return history_append(self, key, statement_endorsement(history_time(second), target));
}

/* `superseded` NULL = none. */
static inline steme_id history_epoch(history *self, uint8_t key, const char *name,
                                     const steme_id *superseded, double second)
{
    return history_append(self, key, statement_epoch(history_time(second), name, superseded));
}

static inline steme_id history_alias(history *self, uint8_t key, const char *from, const char *to,
                                     steme_alias_relation relation, double second)
{
    return history_append(self, key, statement_alias(history_time(second), from, to, relation));
}

static inline steme_id history_rotate(history *self, uint8_t old_key, uint8_t new_key,
                                      double second)
{
    uint8_t keys[2] = {old_key, new_key};
    steme_statement statement = statement_rotation(history_time(second), new_key);
    return claims_append_signed(&self->world, &statement, keys, 2);
}

/* Ends `revoked` from claim time `from` on. */
static inline steme_id history_revoke(history *self, uint8_t key, uint8_t revoked, double from,
                                      double second)
{
    return history_append(self, key,
                          statement_revocation(history_time(second), revoked, history_time(from)));
}

/* ---- Asking ------------------------------------------------------------------------------- */

/* The answer about HISTORY_SUBJECT and HISTORY_PREDICATE, or what the options say instead; NULL
 * where there are no candidates. It is there until the next question. */
static inline const steme_answer *history_ask_as(history *self, steme_query_options options)
{
    const steme_answer *answer;
    steme_error error;
    history_end_question(self);
    if (options.subject.size == 0)
        options.subject = claims_text(HISTORY_SUBJECT);
    if (options.predicate.size == 0)
        options.predicate = claims_text(HISTORY_PREDICATE);
    if (options.evaluated_at_ns == 0)
        options.evaluated_at_ns = history_time(3600);
    options.view = self->view;
    claims_check(steme_snapshot_open(self->world.store, &self->snapshot, &error), &error);
    claims_check(steme_query_open(self->snapshot, &options, &self->query, &error), &error);
    claims_check(steme_query_next_answer(self->query, &answer, &error), &error);
    return answer;
}

static inline const steme_answer *history_ask(history *self, steme_lens lens)
{
    return history_ask_as(self, (steme_query_options){.lens = lens});
}

static inline int history_is_text(steme_span text, const char *expected)
{
    return text.size == strlen(expected) && memcmp(text.bytes, expected, text.size) == 0;
}

/* Whether the answer's winner has this value. */
static inline int history_wins(const steme_answer *answer, const char *value)
{
    return answer != NULL && answer->has_winner &&
           history_is_text(answer->claims[answer->winner_claim].value.text, value);
}

/* The lifecycle of now, under the history's view; close it. */
static inline steme_lifecycle *history_lifecycle(history *self)
{
    steme_lifecycle *lifecycle;
    steme_error error;
    steme_lifecycle_options options = {.evaluated_at_ns = history_time(3600), .view = self->view};
    history_end_question(self);
    claims_check(steme_snapshot_open(self->world.store, &self->snapshot, &error), &error);
    claims_check(steme_lifecycle_open(self->snapshot, &options, &lifecycle, &error), &error);
    return lifecycle;
}

/* Questions are under this view from now on; it is signed with key 99. */
static inline void history_set_view(history *self, const steme_view_rules *rules)
{
    steme_key key = claims_key(99);
    steme_error error;
    uint8_t *file;
    size_t size;
    claims_check(steme_view_sign(rules, &key, 1, &file, &size, &error), &error);
    claims_check(steme_view_open((steme_span){file, size}, &self->view, &error), &error);
    steme_free(file);
}

#endif
