#include "common/answer_json.h"

#include <stdlib.h>
#include <string.h>

#include "common/claim_text.h"
#include "common/output.h"
#include "common/record_json.h"

static json_t *span_to_json(steme_span span)
{
    return json_stringn(span.size == 0 ? "" : (const char *)span.bytes, span.size);
}

static json_t *id_to_json(const steme_id *id)
{
    return record_hex_to_json(id->bytes, sizeof id->bytes);
}

static void append(json_t *list, json_t *value)
{
    /* A failing append leaves its mark: output_set ends the program on the missing value. */
    if (value == NULL || json_array_append_new(list, value) != 0) {
        output_set(NULL, "", NULL);
    }
}

json_t *answer_record_to_json(const steme_record *record)
{
    json_t *object = NULL;
    if (record == NULL) {
        return json_null();
    }
    if (record_to_json(record, &object, NULL) != STEME_OK) {
        return json_null();
    }
    return object;
}

json_t *answer_equivalence_to_json(const steme_equivalence *equivalence)
{
    static const char *const names[] = {
        [STEME_EQUAL_EXACT] = "exact",
        [STEME_EQUAL_FOLDED] = "folded",
        [STEME_EQUAL_NORMALIZED] = "normalized",
    };
    if (equivalence->kind != STEME_EQUAL_NUMBER) {
        return json_string(names[equivalence->kind]);
    }
    text_buffer name = TEXT_EMPTY;
    steme_value tolerance = {
        .kind = STEME_VALUE_NUMBER, .is_real = 1, .real = equivalence->tolerance};
    text_append(&name, "number:");
    claim_text_append_raw(&name, &tolerance);
    json_t *value = json_string(text_get(&name));
    text_deinit(&name);
    return value;
}

static json_t *claim_value_to_json(const steme_answer_claim *claim)
{
    return claim->relation == STEME_RELATION_NONE ? json_null()
                                                  : record_value_to_json(&claim->value);
}

/* What constraints and rules say of a claim; "side" and "says" are of rules alone. */
static void add_judgement(json_t *object, const steme_answer *answer,
                          const steme_answer_claim *claim)
{
    if (answer->lens == STEME_LENS_RULES) {
        output_set(object, "side", json_string(claim->is_rule ? "rule" : "claim"));
        if (claim->is_rule) {
            output_set(object, "says", json_string(steme_verdict_name(claim->verdict)));
        }
    }
    if (claim->reason.size > 0) {
        output_set(object, "reason", span_to_json(claim->reason));
    }
    if (claim->is_overruled) {
        output_set(object, "overruled", json_true());
    }
}

static json_t *claim_to_json(const steme_answer *answer, const steme_answer_claim *claim)
{
    json_t *object = json_object();
    output_set(object, "value", claim_value_to_json(claim));
    if (claim->relation != STEME_RELATION_EQUAL) {
        output_set(object, "relation",
                   json_string(record_word(RECORD_WORDS_RELATION, (int)claim->relation)));
    }
    if (claim->unit.size > 0) {
        output_set(object, "unit", span_to_json(claim->unit));
    }
    if (claim->language.size > 0) {
        output_set(object, "language", span_to_json(claim->language));
    }
    add_judgement(object, answer, claim);
    output_set(object, "share", record_millionths_to_json(claim->share_millionths));
    output_set(object, "signers", json_integer(claim->signer_count));
    json_t *records = json_array();
    for (uint32_t i = 0; i < claim->record_count; i++) {
        append(records, id_to_json(&claim->records[i]));
    }
    output_set(object, "records", records);
    return object;
}

static json_t *claims_to_json(const steme_answer *answer)
{
    json_t *list = json_array();
    for (uint32_t i = 0; i < answer->claim_count; i++) {
        append(list, claim_to_json(answer, &answer->claims[i]));
    }
    return list;
}

static json_t *tiers_to_json(const steme_answer *answer)
{
    json_t *list = json_array();
    for (uint32_t i = 0; i < answer->tier_count; i++) {
        const steme_answer_tier *tier = &answer->tiers[i];
        json_t *object = json_object();
        output_set(object, "class", json_string(steme_class_name(tier->source_class)));
        output_set(object, "candidates", json_integer(tier->candidate_count));
        output_set(object, "winner", id_to_json(&tier->winner));
        output_set(object, "value", claim_value_to_json(&answer->claims[tier->winner_claim]));
        output_set(object, "confidence", record_millionths_to_json(tier->confidence_millionths));
        output_set(object, "conflict_score", record_millionths_to_json(tier->conflict_millionths));
        append(list, object);
    }
    return list;
}

/* ---- What was asked ----------------------------------------------------------------------- */

static json_t *view_to_json(const steme_view *view)
{
    if (view == NULL) {
        return json_string("open");
    }
    steme_id hash = steme_view_hash(view);
    return id_to_json(&hash);
}

static json_t *truth_model_to_json(const steme_answer *answer)
{
    return answer->has_truth_model ? id_to_json(&answer->truth_model) : json_null();
}

static json_t *lens_options_to_json(const steme_query_options *question)
{
    json_t *object = json_object();
    const steme_lens_option *option = NULL;
    for (uint32_t i = 0; (option = steme_lens_option_get(question->lens, i)) != NULL; i++) {
        uint32_t value = steme_lens_option_value(&question->lens_options, option->kind);
        output_set(object, option->name,
                   option->is_fraction ? record_millionths_to_json(value) : json_integer(value));
    }
    return object;
}

static json_t *decay_to_json(const steme_decay *decay)
{
    json_t *list = json_array();
    for (uint32_t i = 0; i < STEME_CLASS_COUNT; i++) {
        append(list, json_integer((json_int_t)decay->half_life_s[i]));
    }
    return list;
}

static int compare_agents(const void *left, const void *right)
{
    return memcmp(left, right, STEME_AGENT_SIZE);
}

/* BLAKE3 of the keys, ascending. */
static json_t *trust_pack_to_json(const steme_query_options *question)
{
    size_t size = question->trust_pack_count * sizeof(steme_agent);
    steme_agent *agents = text_allocate(size);
    memcpy(agents, question->trust_pack, size);
    qsort(agents, question->trust_pack_count, sizeof *agents, compare_agents);
    steme_id hash = steme_hash((const uint8_t *)agents, size);
    free(agents);
    return id_to_json(&hash);
}

/* Filters, as far as any were given. */
static void add_filters(json_t *receipt, const steme_query_options *question)
{
    if (question->object != NULL) {
        output_set(receipt, "object", record_value_to_json(question->object));
    }
    if (question->agent != NULL) {
        output_set(receipt, "agent",
                   record_hex_to_json(question->agent->bytes, sizeof question->agent->bytes));
    }
    if (question->source != NULL) {
        output_set(receipt, "source", id_to_json(question->source));
    }
    if (question->has_since) {
        output_set(receipt, "since", record_time_to_json(question->since_ns));
    }
    if (question->has_recorded_as_of) {
        output_set(receipt, "recorded_as_of",
                   record_time_to_json((int64_t)question->recorded_as_of_ns));
    }
    if (question->has_valid_at) {
        output_set(receipt, "valid_at", record_time_to_json(question->valid_at_s * 1000000000));
    }
    if (question->epoch.size > 0) {
        output_set(receipt, "epoch", span_to_json(question->epoch));
    }
    if (question->has_stage) {
        output_set(receipt, "stage", json_string(steme_stage_now_name(question->stage)));
    }
    if (question->trust_pack_count > 0) {
        output_set(receipt, "trust_pack", trust_pack_to_json(question));
    }
    if (question->follows_aliases) {
        output_set(receipt, "aliases", json_true());
    }
    if (question->decay.is_on) {
        output_set(receipt, "decay", decay_to_json(&question->decay));
    }
}

/* ---- Receipts ----------------------------------------------------------------------------- */

static json_t *receipt_without_records(const steme_answer *answer,
                                       const steme_query_options *question, const answer_set *set)
{
    json_t *receipt = json_object();
    output_set(receipt, "lens", json_string(steme_lens_name(answer->lens)));
    output_set(receipt, "lens_version", json_integer(STEME_LENS_VERSION));
    if (steme_lens_option_get(question->lens, 0) != NULL) {
        output_set(receipt, "lens_options", lens_options_to_json(question));
    }
    if (answer->lens == STEME_LENS_TRUTH) {
        output_set(receipt, "truth_model", truth_model_to_json(answer));
    }
    output_set(receipt, "equivalence", answer_equivalence_to_json(&answer->equivalence));
    output_set(receipt, "unicode", json_string(steme_unicode_version()));
    output_set(receipt, "view", view_to_json(question->view));
    output_set(receipt, "evaluated_at", record_time_to_json((int64_t)answer->evaluated_at_ns));
    output_set(receipt, "as_of", record_time_to_json(answer->as_of_ns));
    add_filters(receipt, question);
    output_set(receipt, "root", id_to_json(&set->root));
    output_set(receipt, "count", json_integer((json_int_t)set->record_count));
    return receipt;
}

static json_t *receipt_to_json(const steme_answer *answer, const steme_query_options *question,
                               const answer_set *set)
{
    json_t *receipt = receipt_without_records(answer, question, set);
    json_t *records = json_array();
    for (uint32_t i = 0; i < answer->receipt_count; i++) {
        const steme_receipt_entry *entry = &answer->receipt[i];
        json_t *object = json_object();
        output_set(object, "id", id_to_json(&entry->id));
        output_set(object, "weight", record_millionths_to_json(entry->weight_millionths));
        append(records, object);
    }
    output_set(receipt, "records", records);
    return receipt;
}

/* ---- Answers ------------------------------------------------------------------------------ */

json_t *answer_to_json(const steme_answer *answer, const steme_query_options *question,
                       const answer_set *set)
{
    const steme_answer_claim *best =
        answer->has_winner ? &answer->claims[answer->winner_claim] : NULL;
    json_t *object = output_object();
    output_set(object, "subject", span_to_json(answer->subject));
    output_set(object, "predicate", span_to_json(answer->predicate));
    output_set(object, "lens", json_string(steme_lens_name(answer->lens)));
    output_set(object, "lens_version", json_integer(STEME_LENS_VERSION));
    output_set(object, "view", view_to_json(question->view));
    output_set(object, "candidates", json_integer(answer->candidate_count));
    output_set(object, "winner",
               answer_record_to_json(answer->has_winner ? &answer->winner : NULL));
    output_set(object, "value", best == NULL ? json_null() : claim_value_to_json(best));
    output_set(object, "confidence", record_millionths_to_json(answer->confidence_millionths));
    output_set(object, "conflict_score", record_millionths_to_json(answer->conflict_millionths));
    output_set(object, "status", json_string(steme_agreement_name(answer->agreement)));
    if (answer->lens == STEME_LENS_RULES) {
        output_set(object, "verdict", json_string(steme_verdict_name(answer->verdict)));
        output_set(object, "rule", answer_record_to_json(answer->has_rule ? &answer->rule : NULL));
    }
    if (answer->lens == STEME_LENS_TRUTH) {
        output_set(object, "truth_model", truth_model_to_json(answer));
    }
    if (answer->lens == STEME_LENS_LAYERED) {
        output_set(object, "tiers", tiers_to_json(answer));
    }
    output_set(object, "claims", claims_to_json(answer));
    output_set(object, "runner_up",
               answer_record_to_json(answer->has_runner_up ? &answer->runner_up : NULL));
    output_set(object, "receipt", receipt_to_json(answer, question, set));
    return object;
}

json_t *answer_empty_to_json(const steme_query_options *question, uint64_t evaluated_at_ns,
                             const answer_set *set)
{
    steme_answer answer = {
        .subject = question->subject,
        .predicate = question->predicate,
        .lens = question->lens,
        .equivalence = question->equivalence,
        .evaluated_at_ns = evaluated_at_ns,
        .as_of_ns = question->has_as_of ? question->as_of_ns : (int64_t)evaluated_at_ns + 500000000,
        .agreement = STEME_AGREEMENT_UNANIMOUS,
        .verdict = STEME_VERDICT_UNKNOWN,
    };
    return answer_to_json(&answer, question, set);
}
