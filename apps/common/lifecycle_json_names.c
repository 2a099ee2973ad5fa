/* Aliases and predicates. */
#include <stdlib.h>
#include <string.h>

#include "common/answer_json.h"
#include "common/lifecycle_form.h"
#include "common/output.h"
#include "common/record_json.h"
#include "common/text.h"

/* ---- Names -------------------------------------------------------------------------------- */

static steme_status give_name(void *context, steme_span name, uint32_t distance, steme_error *error)
{
    json_t *item = lifecycle_item();
    output_set(item, "name", lifecycle_text_to_json(name));
    output_set(item, "distance", json_integer((json_int_t)distance));
    return lifecycle_give(context, item, error);
}

steme_status lifecycle_answer_names(lifecycle_answer *self, steme_error *error)
{
    steme_status status = lifecycle_give_head(self, error);
    return status == STEME_OK ? steme_lifecycle_names(self->lifecycle, self->question->name,
                                                      give_name, self, error)
                              : status;
}

/* ---- Aliases ------------------------------------------------------------------------------ */

static steme_status give_alias(void *context, const steme_alias_report *report, steme_error *error)
{
    json_t *item = lifecycle_item();
    output_set(item, "record", lifecycle_id_to_json(&report->record->id));
    output_set(item, "time", lifecycle_stamp_to_json(&report->record->stamp));
    output_set(item, "from", lifecycle_text_to_json(report->alias.from));
    output_set(item, "relation",
               json_string(record_word(RECORD_WORDS_ALIAS, (int)report->alias.relation)));
    output_set(item, "to", lifecycle_text_to_json(report->alias.to));
    output_set(item, "signers", lifecycle_signers_to_json(report->record));
    output_set(item, "standing", json_string(steme_standing_name(report->standing)));
    output_set(item, "is_followed", json_boolean(report->is_followed));
    return lifecycle_give(context, item, error);
}

steme_status lifecycle_answer_aliases(lifecycle_answer *self, steme_error *error)
{
    steme_status status = lifecycle_give_head(self, error);
    return status == STEME_OK ? steme_lifecycle_aliases(self->lifecycle, self->question->name,
                                                        give_alias, self, error)
                              : status;
}

/* ---- Predicates --------------------------------------------------------------------------- */

static steme_status give_claim(lifecycle_answer *self, const steme_match *match, steme_error *error)
{
    steme_standing_report report;
    steme_status status =
        steme_lifecycle_standing(self->lifecycle, &match->record.id, &report, error);
    if (status != STEME_OK) {
        return status;
    }
    json_t *item = lifecycle_item();
    output_set(item, "standing", json_string(steme_standing_name(report.standing)));
    output_set(item, "record", answer_record_to_json(&match->record));
    return lifecycle_give(self, item, error);
}

static steme_status give_claims(lifecycle_answer *self, steme_query *query, steme_error *error)
{
    for (;;) {
        const steme_match *match = NULL;
        steme_status status = steme_query_next_match(query, &match, error);
        if (status != STEME_OK || match == NULL) {
            return status;
        }
        status = give_claim(self, match, error);
        if (status != STEME_OK) {
            return status;
        }
    }
}

steme_status lifecycle_answer_predicate(lifecycle_answer *self, steme_error *error)
{
    text_buffer subject = TEXT_EMPTY;
    steme_query *query = NULL;
    steme_predicate_schema schema;
    text_append(&subject, "predicate://");
    text_append_bytes(&subject, self->question->name.bytes, self->question->name.size);
    steme_query_options options = {
        .subject = {(const uint8_t *)subject.bytes, subject.size},
        .evaluated_at_ns = self->moment.evaluated_at_ns,
        .has_as_of = self->moment.has_as_of,
        .as_of_ns = self->moment.as_of_ns,
        .has_recorded_as_of = self->moment.has_recorded_as_of,
        .recorded_as_of_ns = self->moment.recorded_as_of_ns,
        .view = self->moment.view,
    };
    steme_status status = steme_query_open(self->snapshot, &options, &query, error);
    if (status == STEME_OK) {
        status = steme_query_schema(query, self->question->name, &schema, error);
    }
    if (status == STEME_OK) {
        output_set(self->head, "cardinality", json_string(schema.is_many ? "many" : "one"));
        output_set(self->head, "equivalence", answer_equivalence_to_json(&schema.equivalence));
        status = lifecycle_give_head(self, error);
    }
    if (status == STEME_OK) {
        status = give_claims(self, query, error);
    }
    steme_query_close(query);
    text_deinit(&subject);
    return status;
}
