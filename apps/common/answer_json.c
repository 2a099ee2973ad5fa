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

static json_t *claim_to_json(const steme_answer_claim *claim)
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
        append(list, claim_to_json(&answer->claims[i]));
    }
    return list;
}

/* ---- Receipts ----------------------------------------------------------------------------- */

static json_t *receipt_without_records(const steme_answer *answer, const answer_set *set)
{
    json_t *receipt = json_object();
    output_set(receipt, "lens", json_string(steme_lens_name(answer->lens)));
    output_set(receipt, "lens_version", json_integer(STEME_LENS_VERSION));
    output_set(receipt, "equivalence", answer_equivalence_to_json(&answer->equivalence));
    output_set(receipt, "unicode", json_string(steme_unicode_version()));
    output_set(receipt, "view", json_string("open"));
    output_set(receipt, "evaluated_at", record_time_to_json((int64_t)answer->evaluated_at_ns));
    output_set(receipt, "as_of", record_time_to_json(answer->as_of_ns));
    output_set(receipt, "root", id_to_json(&set->root));
    output_set(receipt, "count", json_integer((json_int_t)set->record_count));
    return receipt;
}

static json_t *entry_to_json(const steme_receipt_entry *entry)
{
    json_t *object = json_object();
    output_set(object, "id", id_to_json(&entry->id));
    output_set(object, "weight", record_millionths_to_json(entry->weight_millionths));
    return object;
}

static json_t *receipt_to_json(const steme_answer *answer, const answer_set *set)
{
    json_t *receipt = receipt_without_records(answer, set);
    json_t *records = json_array();
    for (uint32_t i = 0; i < answer->receipt_count; i++) {
        append(records, entry_to_json(&answer->receipt[i]));
    }
    output_set(receipt, "records", records);
    return receipt;
}

static steme_status proven_entry_to_json(const steme_answer *answer, uint32_t index,
                                         database_query *query, json_t **out_object,
                                         steme_error *error)
{
    steme_record record;
    uint8_t *proof = NULL;
    size_t proof_size = 0;
    steme_status status =
        database_query_evidence(query, index, &record, &proof, &proof_size, error);
    if (status != STEME_OK) {
        return status;
    }
    json_t *object = entry_to_json(&answer->receipt[index]);
    output_set(object, "record", record_hex_to_json(record.bytes.bytes, record.bytes.size));
    output_set(object, "proof", record_hex_to_json(proof, proof_size));
    free(proof);
    *out_object = object;
    return STEME_OK;
}

steme_status answer_receipt_to_json(const steme_answer *answer, database_query *query,
                                    json_t **out_receipt, steme_error *error)
{
    json_t *records = json_array();
    for (uint32_t i = 0; i < answer->receipt_count; i++) {
        json_t *entry = NULL;
        steme_status status = proven_entry_to_json(answer, i, query, &entry, error);
        if (status != STEME_OK) {
            json_decref(records);
            return status;
        }
        append(records, entry);
    }
    json_t *receipt = receipt_without_records(answer, database_query_set(query));
    output_set(receipt, "records", records);
    output_set(receipt, "proves",
               json_string("these records were in the set with this root and lead to this answer; "
                           "not that nothing was withheld"));
    *out_receipt = receipt;
    return STEME_OK;
}

/* ---- Answers ------------------------------------------------------------------------------ */

json_t *answer_to_json(const steme_answer *answer, const answer_set *set)
{
    const steme_answer_claim *best =
        answer->has_winner ? &answer->claims[answer->winner_claim] : NULL;
    json_t *object = output_object();
    output_set(object, "subject", span_to_json(answer->subject));
    output_set(object, "predicate", span_to_json(answer->predicate));
    output_set(object, "lens", json_string(steme_lens_name(answer->lens)));
    output_set(object, "lens_version", json_integer(STEME_LENS_VERSION));
    output_set(object, "view", json_string("open"));
    output_set(object, "candidates", json_integer(answer->candidate_count));
    output_set(object, "winner",
               answer_record_to_json(answer->has_winner ? &answer->winner : NULL));
    output_set(object, "value", best == NULL ? json_null() : claim_value_to_json(best));
    output_set(object, "confidence", record_millionths_to_json(answer->confidence_millionths));
    output_set(object, "conflict_score", record_millionths_to_json(answer->conflict_millionths));
    output_set(object, "status", json_string(steme_agreement_name(answer->agreement)));
    output_set(object, "claims", claims_to_json(answer));
    output_set(object, "runner_up",
               answer_record_to_json(answer->has_runner_up ? &answer->runner_up : NULL));
    output_set(object, "receipt", receipt_to_json(answer, set));
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
    };
    return answer_to_json(&answer, set);
}
