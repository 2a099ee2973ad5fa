#include "common/lifecycle_json.h"

#include <string.h>
#include <time.h>

#include "common/answer_json.h"
#include "common/fail.h"
#include "common/lifecycle_form.h"
#include "common/output.h"
#include "common/record_json.h"
#include "common/text.h"
#include "common/time_text.h"

#define MATURE_NS INT64_C(500000000)

/* ---- Pieces ------------------------------------------------------------------------------- */

json_t *lifecycle_id_to_json(const steme_id *id)
{
    return record_hex_to_json(id->bytes, sizeof id->bytes);
}

json_t *lifecycle_agent_to_json(const steme_agent *agent)
{
    return record_hex_to_json(agent->bytes, sizeof agent->bytes);
}

json_t *lifecycle_text_to_json(steme_span text)
{
    return json_stringn(text.size == 0 ? "" : (const char *)text.bytes, text.size);
}

json_t *lifecycle_stamp_to_json(const steme_stamp *stamp)
{
    char text[TIME_TEXT_SIZE];
    time_text_from_stamp_ns(stamp->time_ns, text);
    return json_string(text);
}

void lifecycle_append(json_t *list, json_t *value)
{
    if (value == NULL || json_array_append_new(list, value) != 0) {
        output_set(NULL, "", NULL); /* ends the program */
    }
}

json_t *lifecycle_signers_to_json(const steme_record *record)
{
    json_t *list = json_array();
    for (uint32_t i = 0; i < record->signer_count; i++) {
        lifecycle_append(list, record_hex_to_json(steme_record_signer(record, i), 32));
    }
    return list;
}

json_t *lifecycle_stewardships_to_json(uint32_t stewardships)
{
    static const char *const names[] = {"supersession", "stages", "epochs", "aliases",
                                        "predicates"};
    json_t *list = json_array();
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if ((stewardships >> i & 1) != 0) {
            lifecycle_append(list, json_string(names[i]));
        }
    }
    return list;
}

void lifecycle_set_text(json_t *object, const char *key, steme_span text)
{
    if (text.size > 0) {
        output_set(object, key, lifecycle_text_to_json(text));
    }
}

json_t *lifecycle_item(void)
{
    json_t *item = json_object();
    if (item == NULL) {
        output_set(NULL, "", NULL); /* ends the program */
    }
    return item;
}

steme_status lifecycle_give_head(lifecycle_answer *self, steme_error *error)
{
    json_t *head = self->head;
    self->head = NULL;
    return self->visit(self->context, head, error);
}

steme_status lifecycle_give(lifecycle_answer *self, json_t *item, steme_error *error)
{
    return self->visit(self->context, item, error);
}

/* ---- A record ----------------------------------------------------------------------------- */

static steme_status set_standing(lifecycle_answer *self, steme_error *error)
{
    steme_standing_report report;
    steme_status status =
        steme_lifecycle_standing(self->lifecycle, &self->question->id, &report, error);
    if (status != STEME_OK) {
        return status;
    }
    output_set(self->head, "standing", json_string(steme_standing_name(report.standing)));
    output_set(self->head, "head",
               report.has_head ? lifecycle_id_to_json(&report.head) : json_null());
    output_set(self->head, "is_fork", json_boolean(report.is_fork));
    output_set(self->head, "supersessions", json_integer((json_int_t)report.link_count));
    return STEME_OK;
}

/* The record and what it says, where it can be read. */
typedef struct read_record {
    steme_record record;
    steme_statement statement;
    int is_held;
    int is_readable;
} read_record;

static steme_status read_held(const lifecycle_answer *self, const steme_id *id,
                              read_record *out_record, steme_error *error)
{
    steme_status status = steme_snapshot_get(self->snapshot, id, &out_record->record, error);
    out_record->is_held = status == STEME_OK || status == STEME_ABSENT;
    out_record->is_readable = 0;
    if (status == STEME_NOT_FOUND || status == STEME_ABSENT) {
        return STEME_OK;
    }
    if (status == STEME_OK) {
        out_record->is_readable =
            steme_record_interpret(&out_record->record, &out_record->statement, NULL) == STEME_OK;
    }
    return status;
}

static steme_status give_signer(lifecycle_answer *self, const read_record *held, uint32_t index,
                                steme_error *error)
{
    steme_agent agent;
    steme_agent identity;
    int counts = 0;
    steme_span subject = {NULL, 0};
    if (held->statement.type == STEME_ASSERTION) {
        subject = held->statement.as.assertion.subject;
    }
    memcpy(agent.bytes, steme_record_signer(&held->record, index), sizeof agent.bytes);
    steme_status status =
        steme_lifecycle_identity(self->lifecycle, agent.bytes, held->statement.claim_time_ns,
                                 subject, &identity, &counts, error);
    if (status != STEME_OK) {
        return status;
    }
    json_t *item = lifecycle_item();
    output_set(item, "agent", lifecycle_agent_to_json(&agent));
    output_set(item, "identity", lifecycle_agent_to_json(&identity));
    output_set(item, "counts", json_boolean(counts));
    return lifecycle_give(self, item, error);
}

static steme_status answer_record(lifecycle_answer *self, steme_error *error)
{
    read_record held = {0};
    steme_stage_now stage = STEME_NOW_PROPOSED;
    steme_status status = read_held(self, &self->question->id, &held, error);
    if (status == STEME_OK) {
        status = set_standing(self, error);
    }
    if (status == STEME_OK) {
        status =
            steme_lifecycle_stage(self->lifecycle, &self->question->id, NULL, NULL, &stage, error);
    }
    if (status != STEME_OK) {
        return status;
    }
    output_set(self->head, "stage", json_string(steme_stage_now_name(stage)));
    output_set(self->head, "is_held", json_boolean(held.is_held));
    output_set(self->head, "record",
               held.is_readable ? answer_record_to_json(&held.record) : json_null());
    status = lifecycle_give_head(self, error);
    for (uint32_t i = 0; status == STEME_OK && held.is_readable && i < held.record.signer_count;
         i++) {
        status = give_signer(self, &held, i, error);
    }
    return status;
}

/* ---- Votes -------------------------------------------------------------------------------- */

static steme_status give_vote(void *context, const steme_vote_report *vote, steme_error *error)
{
    lifecycle_answer *self = context;
    read_record held;
    steme_status status = read_held(self, &vote->record, &held, error);
    if (status != STEME_OK) {
        return status;
    }
    json_t *item = lifecycle_item();
    output_set(item, "record", lifecycle_id_to_json(&vote->record));
    output_set(item, "time", lifecycle_stamp_to_json(&vote->stamp));
    output_set(item, "agent", lifecycle_agent_to_json(&vote->agent));
    output_set(item, "identity", lifecycle_agent_to_json(&vote->identity));
    output_set(item, "weight", record_millionths_to_json(vote->weight_millionths));
    output_set(item, "is_counted", json_boolean(vote->is_counted));
    output_set(item, "is_own", json_boolean(vote->is_own));
    output_set(item, "is_equivocation", json_boolean(vote->is_equivocation));
    if (held.is_readable && held.statement.type == STEME_VOTE) {
        lifecycle_set_text(item, "reason", held.statement.as.vote.reason);
    }
    return lifecycle_give(self, item, error);
}

static steme_status answer_votes(lifecycle_answer *self, steme_error *error)
{
    steme_tally tally;
    const steme_id *id = &self->question->id;
    steme_status status = steme_lifecycle_votes(self->lifecycle, id, NULL, NULL, &tally, error);
    if (status != STEME_OK) {
        return status;
    }
    output_set(self->head, "sum", record_millionths_to_json(tally.sum_millionths));
    output_set(self->head, "for", json_integer((json_int_t)tally.for_count));
    output_set(self->head, "against", json_integer((json_int_t)tally.against_count));
    status = lifecycle_give_head(self, error);
    return status == STEME_OK
               ? steme_lifecycle_votes(self->lifecycle, id, give_vote, self, &tally, error)
               : status;
}

/* ---- Supersession and what rests on a record ---------------------------------------------- */

static steme_status give_link(void *context, const steme_chain_link *link, steme_error *error)
{
    lifecycle_answer *self = context;
    json_t *item = lifecycle_item();
    output_set(item, "target", lifecycle_id_to_json(&link->target));
    output_set(item, "kind", json_string(record_word(RECORD_WORDS_SUPERSESSION, (int)link->kind)));
    output_set(item, "replacement",
               link->has_replacement ? lifecycle_id_to_json(&link->replacement) : json_null());
    output_set(item, "record", lifecycle_id_to_json(&link->record));
    output_set(item, "time", lifecycle_stamp_to_json(&link->stamp));
    output_set(item, "is_pick", json_boolean(link->is_pick));
    output_set(item, "void",
               link->void_reason == STEME_VOID_NOT
                   ? json_null()
                   : json_string(steme_void_reason_name(link->void_reason)));
    return lifecycle_give(self, item, error);
}

static steme_status answer_links(lifecycle_answer *self, steme_error *error)
{
    const steme_id *id = &self->question->id;
    steme_status status = set_standing(self, error);
    if (status == STEME_OK) {
        status = lifecycle_give_head(self, error);
    }
    if (status != STEME_OK) {
        return status;
    }
    return self->question->kind == LIFECYCLE_ASK_WHY
               ? steme_lifecycle_why(self->lifecycle, id, give_link, self, error)
               : steme_lifecycle_chain(self->lifecycle, id, give_link, self, error);
}

static steme_status give_resting(void *context, const steme_record *record,
                                 const steme_id *rests_on, uint32_t depth, steme_error *error)
{
    lifecycle_answer *self = context;
    json_t *item = lifecycle_item();
    output_set(item, "depth", json_integer((json_int_t)depth));
    output_set(item, "rests_on", lifecycle_id_to_json(rests_on));
    output_set(item, "record", answer_record_to_json(record));
    return lifecycle_give(self, item, error);
}

static steme_status answer_cascade(lifecycle_answer *self, steme_error *error)
{
    steme_status status = set_standing(self, error);
    if (status == STEME_OK) {
        status = lifecycle_give_head(self, error);
    }
    return status == STEME_OK ? steme_lifecycle_cascade(self->lifecycle, &self->question->id,
                                                        give_resting, self, error)
                              : status;
}

/* ---- Stages and epochs -------------------------------------------------------------------- */

static steme_status give_step(void *context, const steme_stage_step *step, steme_error *error)
{
    lifecycle_answer *self = context;
    json_t *item = lifecycle_item();
    output_set(item, "record", lifecycle_id_to_json(&step->record));
    output_set(item, "time", lifecycle_stamp_to_json(&step->stamp));
    output_set(item, "from", json_string(steme_stage_now_name(step->from)));
    output_set(item, "to", json_string(steme_stage_now_name(step->to)));
    output_set(item, "is_illegal", json_boolean(step->is_illegal));
    output_set(item, "has_right", json_boolean(step->has_right));
    return lifecycle_give(self, item, error);
}

static steme_status answer_stage(lifecycle_answer *self, steme_error *error)
{
    const steme_id *id = &self->question->id;
    steme_stage_now stage;
    steme_status status = steme_lifecycle_stage(self->lifecycle, id, NULL, NULL, &stage, error);
    if (status != STEME_OK) {
        return status;
    }
    output_set(self->head, "stage", json_string(steme_stage_now_name(stage)));
    status = lifecycle_give_head(self, error);
    return status == STEME_OK
               ? steme_lifecycle_stage(self->lifecycle, id, give_step, self, &stage, error)
               : status;
}

static steme_status give_epoch(void *context, const steme_epoch_report *report, steme_error *error)
{
    lifecycle_answer *self = context;
    const steme_epoch *epoch = &report->epoch;
    json_t *item = lifecycle_item();
    output_set(item, "id", lifecycle_id_to_json(&report->id));
    output_set(item, "time", lifecycle_stamp_to_json(&report->stamp));
    output_set(item, "name", lifecycle_text_to_json(epoch->name));
    lifecycle_set_text(item, "description", epoch->description);
    if (epoch->supersedes.count > 0) {
        json_t *list = json_array();
        for (uint32_t i = 0; i < epoch->supersedes.count; i++) {
            steme_id id = steme_id_list_get(&epoch->supersedes, i);
            lifecycle_append(list, lifecycle_id_to_json(&id));
        }
        output_set(item, "supersedes", list);
        output_set(item, "kind",
                   json_string(record_word(RECORD_WORDS_SUPERSESSION, (int)epoch->kind)));
    }
    output_set(item, "is_in_force", json_boolean(report->is_in_force));
    output_set(item, "successor",
               report->has_successor ? lifecycle_id_to_json(&report->successor) : json_null());
    return lifecycle_give(self, item, error);
}

static steme_status answer_epochs(lifecycle_answer *self, steme_error *error)
{
    steme_status status = lifecycle_give_head(self, error);
    return status == STEME_OK ? steme_lifecycle_epochs(self->lifecycle, give_epoch, self, error)
                              : status;
}

/* ---- All of it ---------------------------------------------------------------------------- */

typedef enum question_about { ABOUT_NOTHING, ABOUT_ID, ABOUT_AGENT, ABOUT_NAME } question_about;

typedef struct answer_kind {
    const char *items_name;
    question_about about;
    steme_status (*answer)(lifecycle_answer *self, steme_error *error);
} answer_kind;

static const answer_kind kinds[LIFECYCLE_ASK_COUNT] = {
    [LIFECYCLE_ASK_RECORD] = {"signers", ABOUT_ID, answer_record},
    [LIFECYCLE_ASK_VOTES] = {"votes", ABOUT_ID, answer_votes},
    [LIFECYCLE_ASK_CHAIN] = {"links", ABOUT_ID, answer_links},
    [LIFECYCLE_ASK_WHY] = {"links", ABOUT_ID, answer_links},
    [LIFECYCLE_ASK_CASCADE] = {"records", ABOUT_ID, answer_cascade},
    [LIFECYCLE_ASK_STAGE] = {"steps", ABOUT_ID, answer_stage},
    [LIFECYCLE_ASK_EPOCHS] = {"epochs", ABOUT_NOTHING, answer_epochs},
    [LIFECYCLE_ASK_KEY] = {"statements", ABOUT_AGENT, lifecycle_answer_key},
    [LIFECYCLE_ASK_NAMES] = {"names", ABOUT_NAME, lifecycle_answer_names},
    [LIFECYCLE_ASK_ALIASES] = {"aliases", ABOUT_NAME, lifecycle_answer_aliases},
    [LIFECYCLE_ASK_TRUST] = {"votes", ABOUT_AGENT, lifecycle_answer_trust},
    [LIFECYCLE_ASK_TRUSTED] = {"agents", ABOUT_NOTHING, lifecycle_answer_trusted},
    [LIFECYCLE_ASK_PREDICATE] = {"claims", ABOUT_NAME, lifecycle_answer_predicate},
    [LIFECYCLE_ASK_WHAT_IF] = {"flips", ABOUT_NOTHING, lifecycle_answer_what_if},
    [LIFECYCLE_ASK_BLAST_RADIUS] = {"types", ABOUT_AGENT, lifecycle_answer_blast_radius},
};

const char *lifecycle_items_name(lifecycle_kind kind)
{
    return kinds[kind].items_name;
}

static void settle_moment(lifecycle_answer *self)
{
    struct timespec now;
    steme_lifecycle_options *moment = &self->moment;
    if (moment->evaluated_at_ns == 0) {
        clock_gettime(CLOCK_REALTIME, &now);
        moment->evaluated_at_ns = (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
    }
    if (!moment->has_as_of) {
        uint64_t last = (uint64_t)(INT64_MAX - MATURE_NS);
        moment->has_as_of = 1;
        moment->as_of_ns = moment->evaluated_at_ns < last
                               ? (int64_t)moment->evaluated_at_ns + MATURE_NS
                               : INT64_MAX;
    }
}

static void make_head(lifecycle_answer *self)
{
    char time[TIME_TEXT_SIZE];
    const lifecycle_question *question = self->question;
    question_about about = kinds[question->kind].about;
    self->head = output_object();
    if (about == ABOUT_ID || about == ABOUT_AGENT) {
        output_set(self->head, about == ABOUT_ID ? "id" : "agent",
                   lifecycle_id_to_json(&question->id));
    }
    if (about == ABOUT_NAME) {
        lifecycle_set_text(self->head, "name", question->name);
    }
    steme_id hash;
    if (self->moment.view != NULL) {
        hash = steme_view_hash(self->moment.view);
    }
    output_set(self->head, "view",
               self->moment.view == NULL ? json_string("open") : lifecycle_id_to_json(&hash));
    time_text_from_stamp_ns(self->moment.evaluated_at_ns, time);
    output_set(self->head, "evaluated_at", json_string(time));
    output_set(self->head, "as_of", record_time_to_json(self->moment.as_of_ns));
    if (self->moment.has_recorded_as_of) {
        time_text_from_stamp_ns(self->moment.recorded_as_of_ns, time);
        output_set(self->head, "recorded_as_of", json_string(time));
    }
}

steme_status lifecycle_ask(steme_snapshot *snapshot, const lifecycle_question *question,
                           lifecycle_visit visit, void *context, steme_error *error)
{
    lifecycle_answer self = {.question = question,
                             .snapshot = snapshot,
                             .moment = question->moment,
                             .visit = visit,
                             .context = context};
    if (!text_is_utf8(question->name.bytes, question->name.size)) {
        return app_fail(error, STEME_INVALID, "not UTF-8: the name; give it as UTF-8 text");
    }
    settle_moment(&self);
    steme_status status = steme_lifecycle_open(snapshot, &self.moment, &self.lifecycle, error);
    if (status == STEME_OK) {
        make_head(&self);
        status = kinds[question->kind].answer(&self, error);
    }
    json_decref(self.head);
    steme_lifecycle_close(self.lifecycle);
    return status;
}
