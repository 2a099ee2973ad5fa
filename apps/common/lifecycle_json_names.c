/* Aliases and predicates. */
#include <stdlib.h>
#include <string.h>

#include "common/answer_json.h"
#include "common/lifecycle_form.h"
#include "common/output.h"
#include "common/record_json.h"
#include "common/text.h"

#define MATURE_NS UINT64_C(500000000)

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

/* Whether one who signed it may say so: docs/lifecycles.md, section 8. */
static steme_status is_followed(const lifecycle_answer *self, const steme_record *record,
                                const steme_statement *statement, int *out_is_followed,
                                steme_error *error)
{
    steme_status status = STEME_OK;
    *out_is_followed = 0;
    for (uint32_t i = 0; status == STEME_OK && i < record->signer_count; i++) {
        steme_view_agent entry;
        int is_revoked = 0;
        status = steme_lifecycle_agent(self->lifecycle, steme_record_signer(record, i),
                                       statement->claim_time_ns, (steme_span){NULL, 0}, &entry,
                                       &is_revoked, error);
        if (status == STEME_OK && !is_revoked &&
            (self->moment.view == NULL || (entry.stewardships & STEME_STEWARD_ALIASES) != 0)) {
            *out_is_followed = 1;
        }
    }
    return status;
}

static steme_status give_alias(void *context, const steme_record *record,
                               const steme_statement *statement, steme_error *error)
{
    lifecycle_answer *self = context;
    const steme_alias *alias = &statement->as.alias;
    int followed = 0;
    steme_status status = is_followed(self, record, statement, &followed, error);
    if (status != STEME_OK) {
        return status;
    }
    json_t *item = lifecycle_item();
    output_set(item, "record", lifecycle_id_to_json(&record->id));
    output_set(item, "time", lifecycle_stamp_to_json(&record->stamp));
    output_set(item, "from", lifecycle_text_to_json(alias->from));
    output_set(item, "relation",
               json_string(record_word(RECORD_WORDS_ALIAS, (int)alias->relation)));
    output_set(item, "to", lifecycle_text_to_json(alias->to));
    output_set(item, "signers", lifecycle_signers_to_json(record));
    output_set(item, "is_followed", json_boolean(followed));
    return lifecycle_give(self, item, error);
}

/* Of a walk over all records those that are aliases and exist: section 1. */
static steme_status visit_any(void *context, const steme_record *record, uint64_t arrival_ns,
                              steme_error *error)
{
    const lifecycle_answer *self = context;
    steme_statement statement;
    if (record->type != STEME_ALIAS ||
        (self->moment.has_recorded_as_of && arrival_ns > self->moment.recorded_as_of_ns) ||
        (record->stamp.time_ns > MATURE_NS &&
         record->stamp.time_ns - MATURE_NS > self->moment.evaluated_at_ns) ||
        steme_record_interpret(record, &statement, NULL) != STEME_OK ||
        statement.claim_time_ns > self->moment.as_of_ns) {
        return STEME_OK;
    }
    return give_alias(context, record, &statement, error);
}

steme_status lifecycle_answer_aliases(lifecycle_answer *self, steme_error *error)
{
    steme_status status = lifecycle_give_head(self, error);
    if (status != STEME_OK) {
        return status;
    }
    return self->question->name.size == 0
               ? steme_snapshot_visit(self->snapshot, visit_any, self, NULL, error)
               : steme_lifecycle_mentions(self->lifecycle, STEME_ALIAS, self->question->name,
                                          give_alias, self, error);
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
