#include "base/bytes.h"
#include "base/hash.h"
#include "query/conflicts.h"
#include "query/text.h"
#include "store/rows.h"

#include <string.h>

enum {
    SHORT_TEXT_SIZE = 512,
    VALUE_HEAD_SIZE = 128,
    FOLD_REVISION = 1, /* to be raised where rows come out otherwise for the same record */
};

/* What the hash key is tagged with, apart from the store's own tags; one per kind of thing. */
enum { TAG_AGENT = 16, TAG_SOURCE, TAG_HOLD, TAG_TEXT, TAG_VALUE };

static uint64_t tagged_hash(const uint8_t hash_key[16], uint8_t tag, const void *bytes, size_t size)
{
    uint8_t key[16];
    memcpy(key, hash_key, sizeof key);
    key[15] ^= tag;
    return base_siphash(key, bytes, size);
}

static uint64_t nonzero(uint64_t hash)
{
    return hash == 0 ? 1 : hash;
}

/* ---- Values ------------------------------------------------------------------------------- */

static size_t put_short_text(uint8_t *out, steme_span text)
{
    out[0] = (uint8_t)text.size; /* of at most 64 bytes, by the format */
    if (text.size > 0)
        memcpy(out + 1, text.bytes, text.size);
    return 1 + text.size;
}

/* A value but for its text: relation, kind, unit, language, number. */
static size_t put_value_head(uint8_t head[VALUE_HEAD_SIZE], const steme_assertion *assertion)
{
    const steme_value *value = &assertion->value;
    bool has_value = assertion->relation != STEME_RELATION_NONE;
    uint64_t payload = 0;
    if (has_value && value->kind == STEME_VALUE_NUMBER && value->is_real)
        memcpy(&payload, &value->real, sizeof payload);
    else if (has_value && value->kind == STEME_VALUE_BOOLEAN)
        payload = value->boolean != 0;
    else if (has_value && (value->kind == STEME_VALUE_NUMBER || value->kind == STEME_VALUE_TIME))
        payload = (uint64_t)value->integer;
    head[0] = (uint8_t)assertion->relation;
    head[1] = has_value ? (uint8_t)(value->kind + 1) : 0;
    head[2] = has_value && value->kind == STEME_VALUE_NUMBER && value->is_real;
    base_put_u64be(head + 3, payload);
    size_t size = 11;
    size += put_short_text(head + size, assertion->unit);
    return size + put_short_text(head + size, assertion->language);
}

/* Hashes of a text in its three forms. False where there is no memory. */
static bool hash_text(const uint8_t hash_key[16], steme_span text, uint64_t out_hashes[3])
{
    uint8_t buffer[SHORT_TEXT_SIZE];
    bool is_short = text.size <= sizeof buffer && query_text_is_ascii(text);
    base_arena arena = {0};
    bool is_done = true;
    for (int kind = STEME_EQUAL_EXACT; kind <= STEME_EQUAL_NORMALIZED && is_done; kind++) {
        steme_span form;
        if (is_short)
            form = query_text_form_ascii((steme_equivalence_kind)kind, text, buffer);
        else
            is_done = query_text_form((steme_equivalence_kind)kind, text, &arena, &form, NULL) ==
                      STEME_OK;
        if (is_done)
            out_hashes[kind] = tagged_hash(hash_key, TAG_TEXT, form.bytes, form.size);
    }
    base_arena_deinit(&arena);
    return is_done;
}

/* Fills in the three hashes of a value. False where there is no memory. */
static bool put_value_hashes(const uint8_t hash_key[16], const steme_assertion *assertion,
                             uint8_t *out)
{
    uint8_t head[VALUE_HEAD_SIZE];
    uint64_t hashes[3] = {0};
    const steme_value *value = &assertion->value;
    size_t size = put_value_head(head, assertion);
    bool has_value = assertion->relation != STEME_RELATION_NONE;
    if (has_value && value->kind == STEME_VALUE_REFERENCE)
        hashes[0] = hashes[1] = hashes[2] =
            tagged_hash(hash_key, TAG_TEXT, value->text.bytes, value->text.size);
    else if (has_value && value->kind == STEME_VALUE_TEXT &&
             !hash_text(hash_key, value->text, hashes))
        return false;
    for (size_t kind = 0; kind < 3; kind++) {
        base_put_u64be(head + size, hashes[kind]);
        base_put_u64be(out + 8 * kind, tagged_hash(hash_key, TAG_VALUE, head, size + 8));
    }
    return true;
}

/* ---- Rows --------------------------------------------------------------------------------- */

static void extract_conflict_rows(const uint8_t hash_key[16], const steme_record *record,
                                  const steme_statement *statement, int is_future,
                                  store_row_sink *sink)
{
    uint8_t row[QUERY_CONFLICT_ROW_SIZE] = {0};
    if (statement == NULL || statement->type != STEME_ASSERTION)
        return;
    const steme_assertion *assertion = &statement->as.assertion;
    base_put_u64be(row + QUERY_CONFLICT_SUBJECT, store_subject_key(hash_key, assertion->subject));
    base_put_u64be(row + QUERY_CONFLICT_PREDICATE,
                   store_predicate_key(hash_key, assertion->predicate));
    if (assertion->source.count > 0)
        base_put_u64be(
            row + QUERY_CONFLICT_SOURCE,
            nonzero(tagged_hash(hash_key, TAG_SOURCE, assertion->source.first, STEME_ID_SIZE)));
    /* A claim time up to the stamp's is past when the stamp is; a later one may not be. */
    if (is_future || statement->claim_time_ns > steme_stamp_claim_time(&statement->stamp))
        base_put_u64be(row + QUERY_CONFLICT_HOLD,
                       nonzero(tagged_hash(hash_key, TAG_HOLD, record->id.bytes, STEME_ID_SIZE)));
    base_put_i64_ordered(row + QUERY_CONFLICT_CLAIM_TIME, statement->claim_time_ns);
    base_put_u64be(row + QUERY_CONFLICT_STAMP_TIME, statement->stamp.time_ns);
    if (!put_value_hashes(hash_key, assertion, row + QUERY_CONFLICT_VALUE)) {
        sink->is_failed = true;
        return;
    }
    for (uint32_t i = 0; i < record->signer_count; i++) {
        base_put_u64be(
            row + QUERY_CONFLICT_AGENT,
            tagged_hash(hash_key, TAG_AGENT, steme_record_signer(record, i), STEME_AGENT_SIZE));
        store_row_sink_add(sink, row);
    }
}

const store_fold query_conflict_fold = {
    .table = {.row_size = QUERY_CONFLICT_ROW_SIZE,
              .reduce_size = QUERY_CONFLICT_CLAIM_TIME,
              .reduce_order_size = QUERY_CONFLICT_VALUE - QUERY_CONFLICT_CLAIM_TIME,
              .revision = FOLD_REVISION,
              .name = "conflict"},
    .version = steme_unicode_version, /* the hashes are of folded and normalized texts */
    .extract = extract_conflict_rows,
};
