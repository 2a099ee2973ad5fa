#include "record/envelope.h"
#include "base/error.h"
#include "base/hash.h"
#include "record/cbor_read.h"
#include "record/cbor_write.h"

#include <assert.h>
#include <string.h>

static bool read_stamp(record_reader *reader, steme_stamp *out_stamp)
{
    uint64_t counter;
    const uint8_t *node;
    if (!record_read_array_of(reader, RECORD_STAMP_ITEM_COUNT) ||
        !record_read_unsigned(reader, &out_stamp->time_ns))
        return false;
    const uint8_t *at = reader->next;
    if (!record_read_unsigned(reader, &counter))
        return false;
    if (counter > UINT32_MAX)
        return record_reader_refuse(reader, at, "stamp's counter beyond 32 bits");
    if (!record_read_bytes_of(reader, STEME_NODE_SIZE, &node))
        return false;
    out_stamp->counter = (uint32_t)counter;
    memcpy(out_stamp->node, node, STEME_NODE_SIZE);
    return true;
}

/* The count of an array of 1 to 16. */
static bool read_signer_count(record_reader *reader, uint32_t *out_count)
{
    const uint8_t *at = reader->next;
    uint64_t count;
    if (!record_read_array(reader, &count))
        return false;
    if (count < 1 || count > STEME_SIGNER_COUNT_MAX)
        return record_reader_refuse(reader, at, "not 1 to 16 of them");
    *out_count = (uint32_t)count;
    return true;
}

static bool read_signers(record_reader *reader, steme_record *record)
{
    const uint8_t *previous = NULL;
    if (!read_signer_count(reader, &record->signer_count))
        return false;
    for (uint32_t i = 0; i < record->signer_count; i++) {
        const uint8_t *at = reader->next;
        const uint8_t *signer;
        if (!record_read_bytes_of(reader, STEME_AGENT_SIZE, &signer))
            return false;
        if (previous == NULL)
            record->signers = signer;
        else if (memcmp(previous, signer, STEME_AGENT_SIZE) >= 0)
            return record_reader_refuse(reader, at, "not strictly ascending");
        previous = signer;
    }
    return true;
}

/* Every entry of the body is checked for section 1, but only the stamp for what it says. */
static bool read_body(record_reader *reader, steme_record *record)
{
    const uint8_t *start = reader->next;
    uint64_t count;
    uint64_t key;
    if (!record_read_map(reader, &count))
        return false;
    const uint8_t *at = reader->next;
    if (count == 0 || !record_read_unsigned(reader, &key) || key != RECORD_KEY_STAMP)
        return record_reader_refuse(reader, at, "stamp expected as the first entry");
    steme_span previous = {at, 1};
    if (!read_stamp(reader, &record->stamp))
        return false;
    for (uint64_t i = 1; i < count; i++) {
        at = reader->next;
        if (!record_read_unsigned(reader, &key) ||
            !record_read_key_order(reader, &previous,
                                   (steme_span){at, (size_t)(reader->next - at)}) ||
            !record_read_any(reader, RECORD_DEPTH_IN_BODY))
            return false;
    }
    record->body = (steme_span){start, (size_t)(reader->next - start)};
    return true;
}

static bool read_version(record_reader *reader)
{
    const uint8_t *at = reader->next;
    uint64_t version;
    if (!record_read_unsigned(reader, &version))
        return false;
    return version == RECORD_FORMAT_VERSION ||
           record_reader_refuse(reader, at, "not format version 1");
}

steme_status record_content_parse(const uint8_t *origin, steme_span content,
                                  steme_record *out_record, steme_error *error)
{
    record_reader reader;
    record_reader_init(&reader, origin, content);
    out_record->content = content;
    if (!record_read_array_of(&reader, RECORD_CONTENT_ITEM_COUNT) || !read_version(&reader))
        return record_reader_fail(&reader, "content", error);
    if (!record_read_unsigned(&reader, &out_record->type))
        return record_reader_fail(&reader, "type", error);
    if (!read_signers(&reader, out_record))
        return record_reader_fail(&reader, "signers", error);
    if (!read_body(&reader, out_record))
        return record_reader_fail(&reader, "body", error);
    if (!record_read_end(&reader))
        return record_reader_fail(&reader, "content", error);
    return STEME_OK;
}

static bool read_signatures(record_reader *reader, steme_record *record, uint32_t *out_count)
{
    const uint8_t *signature;
    if (!read_signer_count(reader, out_count))
        return false;
    for (uint32_t i = 0; i < *out_count; i++) {
        if (!record_read_bytes_of(reader, STEME_SIGNATURE_SIZE, &signature))
            return false;
        if (i == 0)
            record->signatures = signature;
    }
    return record_read_end(reader);
}

steme_status record_parse_known(steme_span bytes, const steme_id *id, steme_record *out_record,
                                steme_error *error)
{
    steme_record record = {.bytes = bytes, .id = *id};
    record_reader reader;
    steme_span content;
    uint32_t signature_count = 0;
    if (bytes.size > STEME_RECORD_SIZE_MAX)
        return base_fail(error, STEME_TOO_LARGE, "record: %zu bytes, at most %d are allowed",
                         bytes.size, STEME_RECORD_SIZE_MAX);
    record_reader_init(&reader, bytes.bytes, bytes);
    if (!record_read_array_of(&reader, 2) || !record_read_bytes(&reader, &content))
        return record_reader_fail(&reader, "record", error);
    const uint8_t *signatures_at = reader.next;
    if (!read_signatures(&reader, &record, &signature_count))
        return record_reader_fail(&reader, "signatures", error);
    steme_status status = record_content_parse(bytes.bytes, content, &record, error);
    if (status != STEME_OK)
        return status;
    if (signature_count != record.signer_count)
        return base_fail(error, STEME_INVALID, "signatures: %u for %u signers: byte %zu",
                         signature_count, record.signer_count,
                         (size_t)(signatures_at - bytes.bytes));
    *out_record = record;
    return STEME_OK;
}

steme_status steme_record_parse(steme_span bytes, steme_record *out_record, steme_error *error)
{
    static const steme_id unknown;
    steme_record record = {0};
    steme_status status = record_parse_known(bytes, &unknown, &record, error);
    if (status != STEME_OK)
        return status;
    record.id = base_blake3(record.content.bytes, record.content.size);
    *out_record = record;
    return STEME_OK;
}

const uint8_t *steme_record_signer(const steme_record *record, uint32_t index)
{
    assert(index < record->signer_count);
    return record->signers + (size_t)index * RECORD_HASH_STRIDE;
}

const uint8_t *steme_record_signature(const steme_record *record, uint32_t index)
{
    assert(index < record->signer_count);
    return record->signatures + (size_t)index * RECORD_SIGNATURE_STRIDE;
}

size_t record_size(size_t content_size, uint32_t signature_count)
{
    return 1 + record_head_size(content_size) + content_size + record_head_size(signature_count) +
           (size_t)signature_count * RECORD_SIGNATURE_STRIDE;
}

steme_status steme_record_assemble(steme_span content, const uint8_t *signatures,
                                   uint32_t signature_count, uint8_t *buffer,
                                   steme_span *out_record, steme_error *error)
{
    if (content.size > STEME_RECORD_SIZE_MAX || signature_count > STEME_RECORD_SIZE_MAX ||
        record_size(content.size, signature_count) > STEME_RECORD_SIZE_MAX)
        return base_fail(error, STEME_TOO_LARGE,
                         "record: more than %d bytes with its content of %zu and %u signatures",
                         STEME_RECORD_SIZE_MAX, content.size, signature_count);
    /* The content may lie in the buffer, where steme_content_encode put it: it moves first. */
    size_t head_size = 1 + record_head_size(content.size);
    if (content.size > 0)
        memmove(buffer + head_size, content.bytes, content.size);
    record_writer writer;
    record_writer_init(&writer, buffer, STEME_RECORD_SIZE_MAX);
    record_write_array(&writer, 2);
    record_write_bytes_head(&writer, content.size);
    writer.size += content.size;
    record_write_array(&writer, signature_count);
    for (uint32_t i = 0; i < signature_count; i++)
        record_write_bytes(&writer, signatures + (size_t)i * STEME_SIGNATURE_SIZE,
                           STEME_SIGNATURE_SIZE);
    assert(!writer.is_full);
    *out_record = (steme_span){buffer, writer.size};
    return STEME_OK;
}
