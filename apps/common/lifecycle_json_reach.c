/* What rests on whom: answers that change without an agent or a source, and what a key holds up. */
#include <string.h>

#include "common/answer_json.h"
#include "common/lifecycle_form.h"
#include "common/output.h"
#include "common/record_json.h"
#include "common/truth_models.h"

static steme_query_options options_of(const lifecycle_question *question,
                                      const steme_lifecycle_options *moment)
{
    return (steme_query_options){.lens = question->lens,
                                 .evaluated_at_ns = moment->evaluated_at_ns,
                                 .has_as_of = moment->has_as_of,
                                 .as_of_ns = moment->as_of_ns,
                                 .has_recorded_as_of = moment->has_recorded_as_of,
                                 .recorded_as_of_ns = moment->recorded_as_of_ns,
                                 .view = moment->view,
                                 .truth_model = question->truth_model};
}

steme_status lifecycle_choose_model(const steme_store *store, lifecycle_question *question,
                                    steme_truth_model **out_model, steme_error *error)
{
    steme_query_options options = options_of(question, &question->moment);
    steme_status status = truth_models_choose(store, &options, out_model, error);
    question->truth_model = options.truth_model;
    return status;
}

static void set_lens(lifecycle_answer *self)
{
    steme_lens lens = self->question->lens;
    output_set(self->head, "lens",
               json_string(steme_lens_name(lens == STEME_LENS_NONE ? STEME_LENS_CONSENSUS : lens)));
    if (lens == STEME_LENS_TRUTH) {
        const steme_truth_model *model = self->question->truth_model;
        steme_id id = model == NULL ? (steme_id){{0}} : steme_truth_model_id(model);
        output_set(self->head, "truth_model",
                   model == NULL ? json_null() : lifecycle_id_to_json(&id));
    }
}

static void set_count(json_t *object, const char *key, uint64_t count)
{
    output_set(object, key, json_integer((json_int_t)count));
}

/* ---- What if ------------------------------------------------------------------------------ */

static json_t *side_to_json(const steme_answer *answer)
{
    if (answer == NULL) {
        return json_null();
    }
    json_t *side = lifecycle_item();
    output_set(side, "winner", answer_record_to_json(answer->has_winner ? &answer->winner : NULL));
    output_set(side, "confidence", record_millionths_to_json(answer->confidence_millionths));
    output_set(side, "status", json_string(steme_agreement_name(answer->agreement)));
    if (answer->verdict != STEME_VERDICT_NONE) {
        output_set(side, "verdict", json_string(steme_verdict_name(answer->verdict)));
    }
    return side;
}

static steme_status keep_flip(void *context, const steme_answer *before, const steme_answer *after,
                              steme_error *error)
{
    json_t *item = lifecycle_item();
    (void)error;
    output_set(item, "subject", lifecycle_text_to_json(before->subject));
    output_set(item, "predicate", lifecycle_text_to_json(before->predicate));
    output_set(item, "before", side_to_json(before));
    output_set(item, "after", side_to_json(after));
    lifecycle_append(context, item);
    return STEME_OK;
}

/* An id is a source's where a source record with it is held, else an agent's. */
static steme_status is_source(const lifecycle_answer *self, int *out_is_source, steme_error *error)
{
    steme_record record;
    steme_status status = steme_snapshot_get(self->snapshot, &self->question->id, &record, error);
    *out_is_source = status == STEME_OK && record.type == STEME_SOURCE;
    return status == STEME_NOT_FOUND || status == STEME_ABSENT ? STEME_OK : status;
}

static steme_status give_flips(lifecycle_answer *self, const json_t *flips, steme_error *error)
{
    steme_status status = lifecycle_give_head(self, error);
    size_t index = 0;
    json_t *item = NULL;
    json_array_foreach(flips, index, item)
    {
        if (status == STEME_OK) {
            status = lifecycle_give(self, json_incref(item), error);
        }
    }
    return status;
}

steme_status lifecycle_answer_what_if(lifecycle_answer *self, steme_error *error)
{
    int names_source = 0;
    steme_agent agent;
    steme_what_if_report report;
    steme_status status = is_source(self, &names_source, error);
    if (status != STEME_OK) {
        return status;
    }
    json_t *flips = json_array();
    memcpy(agent.bytes, self->question->id.bytes, sizeof agent.bytes);
    steme_what_if_options options = {.agent = names_source ? NULL : &agent,
                                     .source = names_source ? &self->question->id : NULL,
                                     .query = options_of(self->question, &self->moment),
                                     .limit = self->question->limit,
                                     .visit = keep_flip,
                                     .context = flips};
    status = steme_what_if(self->snapshot, &options, &report, error);
    if (status == STEME_OK) {
        output_set(self->head, names_source ? "source" : "agent",
                   lifecycle_id_to_json(&self->question->id));
        set_lens(self);
        set_count(self->head, "answers", report.pair_count);
        set_count(self->head, "flipped", report.flip_count);
        status = give_flips(self, flips, error);
    }
    json_decref(flips);
    return status;
}

/* ---- Blast radius ------------------------------------------------------------------------- */

/* The items are its records by type. */
steme_status lifecycle_answer_blast_radius(lifecycle_answer *self, steme_error *error)
{
    steme_agent agent;
    steme_blast_report report;
    steme_query_options options = options_of(self->question, &self->moment);
    memcpy(agent.bytes, self->question->id.bytes, sizeof agent.bytes);
    steme_status status = steme_blast_radius(self->snapshot, &agent, &options, &report, error);
    if (status != STEME_OK) {
        return status;
    }
    set_lens(self);
    set_count(self->head, "records", report.record_count);
    set_count(self->head, "answers", report.pair_count);
    set_count(self->head, "won", report.won_count);
    set_count(self->head, "cascade", report.cascade_count);
    set_count(self->head, "cascade_depth", report.cascade_depth);
    status = lifecycle_give_head(self, error);
    for (int type = STEME_ASSERTION; status == STEME_OK && type <= STEME_KEY; type++) {
        if (report.type_counts[type] > 0) {
            json_t *item = lifecycle_item();
            output_set(item, "type", json_string(record_word(RECORD_WORDS_TYPE, type)));
            set_count(item, "records", report.type_counts[type]);
            status = lifecycle_give(self, item, error);
        }
    }
    return status;
}
