/* A predicate's schema: what stewards, or under the open view anybody, say on the subject
 * predicate://<name> about its cardinality and equivalence. The newest word of each counts. */
#include "base/bytes.h"
#include "query/state.h"
#include "record/field.h"

#include <string.h>

enum { CLAIM_ROW_SIZE = 32, KEY_SIZE = 8 };

static const char scheme[] = "predicate://";
enum { SCHEME_SIZE = sizeof scheme - 1 };

static bool is_word(steme_span text, const char *word)
{
    return text.size == strlen(word) && memcmp(text.bytes, word, text.size) == 0;
}

static bool is_about(steme_span subject, steme_span predicate)
{
    return subject.size == SCHEME_SIZE + predicate.size &&
           memcmp(subject.bytes, scheme, SCHEME_SIZE) == 0 &&
           memcmp(subject.bytes + SCHEME_SIZE, predicate.bytes, predicate.size) == 0;
}

static steme_status is_entitled(steme_query *query, const lifecycle_record *claim,
                                bool *out_is_entitled, steme_error *error)
{
    steme_status status = STEME_OK;
    steme_standing_report report;
    *out_is_entitled = false;
    for (uint32_t i = 0; status == STEME_OK && i < claim->record.signer_count; i++) {
        lifecycle_identity signer;
        status = lifecycle_identity_find(query->lifecycle, steme_record_signer(&claim->record, i),
                                         claim->statement.claim_time_ns,
                                         claim->statement.as.assertion.subject, &signer, error);
        *out_is_entitled |=
            status == STEME_OK && !signer.is_revoked &&
            (query->options.view == NULL || (signer.stewardships & STEME_STEWARD_PREDICATES) != 0);
    }
    if (status != STEME_OK || !*out_is_entitled)
        return status;
    status = steme_lifecycle_standing(query->lifecycle, &claim->record.id, &report, error);
    *out_is_entitled = report.standing == STEME_STANDING_LIVE;
    return status;
}

/* The newest claims of either kind so far. */
typedef struct schema_reading {
    lifecycle_record cardinality;
    lifecycle_record equivalence;
    bool has_cardinality;
    bool has_equivalence;
} schema_reading;

static bool is_newer(const lifecycle_record *left, const lifecycle_record *right)
{
    if (left->statement.claim_time_ns != right->statement.claim_time_ns)
        return left->statement.claim_time_ns > right->statement.claim_time_ns;
    return lifecycle_record_compare(&left->record, &right->record) > 0;
}

static void take(const lifecycle_record *claim, lifecycle_record *newest, bool *has_newest)
{
    if (!*has_newest || is_newer(claim, newest))
        *newest = *claim;
    *has_newest = true;
}

static steme_status read_claim(steme_query *query, uint64_t position, steme_span predicate,
                               schema_reading *reading, steme_error *error)
{
    lifecycle_record claim;
    bool exists;
    bool is_allowed;
    steme_status status = lifecycle_read(query->lifecycle, position, &claim, &exists, error);
    const steme_assertion *assertion = &claim.statement.as.assertion;
    if (status != STEME_OK || !exists || claim.statement.type != STEME_ASSERTION ||
        !is_about(assertion->subject, predicate) || assertion->relation != STEME_RELATION_EQUAL ||
        assertion->value.kind != STEME_VALUE_TEXT)
        return status;
    status = is_entitled(query, &claim, &is_allowed, error);
    if (status != STEME_OK || !is_allowed)
        return status;
    if (is_word(assertion->predicate, "cardinality"))
        take(&claim, &reading->cardinality, &reading->has_cardinality);
    else if (is_word(assertion->predicate, "equivalence"))
        take(&claim, &reading->equivalence, &reading->has_equivalence);
    return STEME_OK;
}

static steme_status read_claims(steme_query *query, steme_span predicate, schema_reading *reading,
                                steme_error *error)
{
    uint8_t subject[SCHEME_SIZE + RECORD_NAME_SIZE_MAX];
    uint8_t key[KEY_SIZE];
    index_cursor cursor;
    const uint8_t *row;
    memcpy(subject, scheme, SCHEME_SIZE);
    memcpy(subject + SCHEME_SIZE, predicate.bytes, predicate.size);
    base_put_u64be(key, store_subject_key(query->hash_key,
                                          (steme_span){subject, SCHEME_SIZE + predicate.size}));
    steme_span bound = {key, sizeof key};
    steme_status status = index_cursor_open(&cursor, query->reading, STORE_TABLE_CLAIM,
                                            &(index_range){bound, bound}, error);
    if (status != STEME_OK)
        return status;
    while (status == STEME_OK && (status = index_cursor_next(&cursor, &row, error)) == STEME_OK &&
           row != NULL)
        status =
            read_claim(query, store_row_position(row, CLAIM_ROW_SIZE), predicate, reading, error);
    index_cursor_close(&cursor);
    return status;
}

/* A text with its end, of at most 63 bytes; else "". */
static void copy_word(steme_span text, char out_word[64])
{
    size_t size = text.size < 64 ? text.size : 0;
    memcpy(out_word, text.bytes, size);
    out_word[size] = '\0';
}

steme_status query_schema_find(steme_query *query, steme_span predicate, steme_error *error)
{
    schema_reading reading = {.has_cardinality = false};
    if (query->has_schema && query_span_compare(query->schema_of, predicate) == 0)
        return STEME_OK;
    query->schema = (query_schema){.equivalence = query->options.equivalence};
    steme_status status = predicate.size <= RECORD_NAME_SIZE_MAX
                              ? read_claims(query, predicate, &reading, error)
                              : STEME_OK;
    if (status != STEME_OK)
        return status;
    query->schema.is_many = reading.has_cardinality &&
                            is_word(reading.cardinality.statement.as.assertion.value.text, "many");
    if (reading.has_equivalence && query->options.equivalence.kind == STEME_EQUAL_EXACT &&
        !query->options.is_exact) {
        char word[64];
        copy_word(reading.equivalence.statement.as.assertion.value.text, word);
        (void)steme_equivalence_find(word, &query->schema.equivalence);
    }
    query->schema_of = predicate;
    query->has_schema = true;
    return STEME_OK;
}

steme_status steme_query_schema(steme_query *query, steme_span predicate,
                                steme_predicate_schema *out_schema, steme_error *error)
{
    steme_status status = query_schema_find(query, predicate, error);
    if (status == STEME_OK)
        *out_schema = (steme_predicate_schema){.is_many = query->schema.is_many,
                                               .equivalence = query->schema.equivalence};
    return status;
}
