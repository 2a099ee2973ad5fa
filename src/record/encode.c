/* From a statement to a content, and to a signed record. The fields are written by the tables that
 * they are read by, and what was written is interpreted before anybody gets to sign it. */
#include "base/error.h"
#include "record/envelope.h"
#include "record/signature.h"
#include "record/statement.h"

#include <string.h>

static bool is_claim_time_absent(const steme_statement *statement)
{
    return statement->claim_time_ns == steme_stamp_claim_time(&statement->stamp);
}

static uint32_t count_entries(const record_type *type, const steme_statement *statement)
{
    uint32_t count = 1; /* the stamp */
    count += !is_claim_time_absent(statement);
    for (uint32_t i = 0; i < type->field_count; i++)
        count += !type->fields[i].kind->is_absent(&type->fields[i], statement);
    return count;
}

static void write_stamp(record_writer *writer, const steme_stamp *stamp)
{
    record_write_array(writer, RECORD_STAMP_ITEM_COUNT);
    record_write_unsigned(writer, stamp->time_ns);
    record_write_unsigned(writer, stamp->counter);
    record_write_bytes(writer, stamp->node, STEME_NODE_SIZE);
}

static steme_status write_field(record_writer *writer, const record_type *type,
                                const record_field *field, const steme_statement *statement,
                                steme_error *error)
{
    if (field->kind->is_absent(field, statement))
        return STEME_OK;
    record_write_unsigned(writer, field->key);
    const char *problem = field->kind->write(writer, field, statement);
    if (problem != NULL)
        return base_fail(error, STEME_INVALID, "%s %s: %s", type->name, field->name, problem);
    if (writer->is_full)
        return base_fail(error, STEME_TOO_LARGE, "%s %s: the record would exceed %d bytes",
                         type->name, field->name, STEME_RECORD_SIZE_MAX);
    return STEME_OK;
}

static steme_status write_body(record_writer *writer, const record_type *type,
                               const steme_statement *statement, steme_error *error)
{
    record_write_map(writer, count_entries(type, statement));
    record_write_unsigned(writer, RECORD_KEY_STAMP);
    write_stamp(writer, &statement->stamp);
    if (!is_claim_time_absent(statement)) {
        record_write_unsigned(writer, RECORD_KEY_CLAIM_TIME);
        record_write_int64(writer, statement->claim_time_ns);
    }
    for (uint32_t i = 0; i < type->field_count; i++) {
        steme_status status = write_field(writer, type, &type->fields[i], statement, error);
        if (status != STEME_OK)
            return status;
    }
    return STEME_OK;
}

static void write_envelope(record_writer *writer, const steme_statement *statement,
                           const steme_agent *signers, uint32_t signer_count)
{
    record_write_array(writer, RECORD_CONTENT_ITEM_COUNT);
    record_write_unsigned(writer, RECORD_FORMAT_VERSION);
    record_write_unsigned(writer, statement->type);
    record_write_array(writer, signer_count);
    for (uint32_t i = 0; i < signer_count; i++)
        record_write_bytes(writer, signers[i].bytes, STEME_AGENT_SIZE);
}

/* Interpretation names the field that is at fault; the parse after it is what admission does. */
static steme_status check_content(steme_span content, size_t signers_at, uint32_t signer_count,
                                  size_t body_at, const steme_statement *statement,
                                  steme_error *error)
{
    steme_statement read_back;
    steme_record record = {
        .bytes = content,
        .content = content,
        .body = {content.bytes + body_at, content.size - body_at},
        .type = statement->type,
        .signer_count = signer_count,
        .signers = content.bytes + signers_at,
        .stamp = statement->stamp,
    };
    steme_status status = steme_record_interpret(&record, &read_back, error);
    if (status == STEME_OK)
        status = record_content_parse(content.bytes, content, &record, error);
    if (status == STEME_NOT_CANONICAL && error != NULL)
        error->status = STEME_INVALID;
    return status == STEME_NOT_CANONICAL ? STEME_INVALID : status;
}

steme_status steme_content_encode(const steme_statement *statement, const steme_agent *signers,
                                  uint32_t signer_count, uint8_t *buffer, steme_span *out_content,
                                  steme_error *error)
{
    const record_type *type = record_type_find(statement->type);
    if (type == NULL)
        return base_fail(error, STEME_INVALID, "record: type %d is not known", statement->type);
    if (signer_count < 1 || signer_count > STEME_SIGNER_COUNT_MAX)
        return base_fail(error, STEME_INVALID, "%s signers: %u, not 1 to %d", type->name,
                         signer_count, STEME_SIGNER_COUNT_MAX);
    record_writer writer;
    record_writer_init(&writer, buffer, STEME_RECORD_SIZE_MAX);
    write_envelope(&writer, statement, signers, signer_count);
    size_t body_at = writer.size;
    /* The first key follows its head of two bytes, and all of them end where the body begins. */
    size_t signers_at = body_at - signer_count * RECORD_HASH_STRIDE + 2;
    steme_status status = write_body(&writer, type, statement, error);
    if (status != STEME_OK)
        return status;
    if (record_size(writer.size, signer_count) > STEME_RECORD_SIZE_MAX)
        return base_fail(error, STEME_TOO_LARGE,
                         "%s: a record of %zu bytes, at most %d are allowed", type->name,
                         record_size(writer.size, signer_count), STEME_RECORD_SIZE_MAX);
    steme_span content = {buffer, writer.size};
    status = check_content(content, signers_at, signer_count, body_at, statement, error);
    if (status == STEME_OK)
        *out_content = content;
    return status;
}

/* Puts the keys' places in the order of their public keys: at most 16, so by insertion. */
static void sort_keys(const steme_key *keys, uint32_t key_count, const steme_key **out_sorted)
{
    for (uint32_t i = 0; i < key_count; i++) {
        uint32_t place = i;
        while (place > 0 && memcmp(out_sorted[place - 1]->agent.bytes, keys[i].agent.bytes,
                                   STEME_AGENT_SIZE) > 0) {
            out_sorted[place] = out_sorted[place - 1];
            place--;
        }
        out_sorted[place] = &keys[i];
    }
}

steme_status steme_record_sign(const steme_statement *statement, const steme_key *keys,
                               uint32_t key_count, uint8_t *buffer, steme_record *out_record,
                               steme_error *error)
{
    const steme_key *sorted[STEME_SIGNER_COUNT_MAX];
    steme_agent signers[STEME_SIGNER_COUNT_MAX];
    uint8_t signatures[STEME_SIGNER_COUNT_MAX * STEME_SIGNATURE_SIZE];
    steme_span span;
    if (key_count < 1 || key_count > STEME_SIGNER_COUNT_MAX)
        return base_fail(error, STEME_INVALID, "keys: %u, not 1 to %d", key_count,
                         STEME_SIGNER_COUNT_MAX);
    sort_keys(keys, key_count, sorted);
    for (uint32_t i = 0; i < key_count; i++)
        signers[i] = sorted[i]->agent;
    steme_status status = steme_content_encode(statement, signers, key_count, buffer, &span, error);
    if (status != STEME_OK)
        return status;
    steme_id message = steme_content_signing_hash(span);
    for (uint32_t i = 0; i < key_count; i++)
        record_signature_make(sorted[i], message.bytes, signatures + i * STEME_SIGNATURE_SIZE);
    status = steme_record_assemble(span, signatures, key_count, buffer, &span, error);
    return status == STEME_OK ? steme_record_parse(span, out_record, error) : status;
}
