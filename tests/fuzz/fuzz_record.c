/* Records: any bytes are refused or read within their bounds; what is interpreted is encoded as the
 * same content again, but for entries that the type does not list. */
#include <assert.h>
#include <stdlib.h>
#include <steme/record.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void check_metadata(const steme_metadata *metadata)
{
    for (uint32_t i = 0; i < metadata->count && i < 8; i++) {
        steme_text_pair pair = steme_metadata_get(metadata, i);
        assert(pair.key.size > 0 && pair.value.size > 0);
    }
}

static void check_encoding(const steme_record *record, const steme_statement *statement)
{
    steme_agent signers[STEME_SIGNER_COUNT_MAX];
    uint8_t *buffer = malloc(STEME_RECORD_SIZE_MAX);
    steme_span content;
    steme_error error;
    assert(buffer != NULL);
    for (uint32_t i = 0; i < record->signer_count; i++)
        memcpy(signers[i].bytes, steme_record_signer(record, i), STEME_AGENT_SIZE);
    steme_status status =
        steme_content_encode(statement, signers, record->signer_count, buffer, &content, &error);
    assert(status == STEME_OK);
    assert(content.size <= record->content.size);
    if (content.size == record->content.size)
        assert(memcmp(content.bytes, record->content.bytes, content.size) == 0);
    free(buffer);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    steme_record record;
    steme_statement statement;
    steme_error error;
    if (steme_record_parse((steme_span){bytes, size}, &record, &error) != STEME_OK) {
        assert(error.status == STEME_INVALID || error.status == STEME_NOT_CANONICAL ||
               error.status == STEME_TOO_LARGE);
        return 0;
    }
    assert(record.signer_count >= 1 && record.signer_count <= STEME_SIGNER_COUNT_MAX);
    (void)steme_record_signature(&record, record.signer_count - 1)[STEME_SIGNATURE_SIZE - 1];
    if (steme_record_interpret(&record, &statement, &error) != STEME_OK) {
        assert(error.status == STEME_INVALID);
        return 0;
    }
    if (statement.type == STEME_ASSERTION)
        check_metadata(&statement.as.assertion.metadata);
    check_encoding(&record, &statement);
    return 0;
}
