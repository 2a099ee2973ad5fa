/* Hostile JSON, and hostile records to be written as JSON: what is taken in either way comes back
 * with the same bytes. */
#include "fuzz/support/import_run.h"

#include "common/record_json.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static record_json_input input;

/* Reads a text as a signed record into `buffer`. */
static steme_status read_record(steme_span text, uint8_t *buffer, steme_span *out_bytes)
{
    json_t *object = NULL;
    steme_status status = record_json_load(text, &object, NULL);
    if (status == STEME_OK)
        status = record_from_json(object, &input, NULL);
    if (status == STEME_OK && input.signature_count == 0)
        status = STEME_UNSUPPORTED;
    if (status == STEME_OK)
        status = record_json_assemble(&input, buffer, out_bytes, NULL);
    json_decref(object);
    return status;
}

static void check_round_trip(steme_span bytes)
{
    static uint8_t buffer[STEME_RECORD_SIZE_MAX];
    steme_record record;
    json_t *object = NULL;
    steme_span back;
    if (steme_record_parse(bytes, &record, NULL) != STEME_OK)
        return;
    FUZZ_CHECK(record_to_json(&record, &object, NULL) == STEME_OK);
    char *text = record_json_text(object, 0);
    FUZZ_CHECK(text != NULL);
    FUZZ_CHECK(read_record((steme_span){(uint8_t *)text, strlen(text)}, buffer, &back) == STEME_OK);
    FUZZ_CHECK(back.size == bytes.size && memcmp(back.bytes, bytes.bytes, bytes.size) == 0);
    free(text);
    json_decref(object);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static uint8_t buffer[STEME_RECORD_SIZE_MAX];
    steme_span record;
    check_round_trip((steme_span){bytes, size});
    if (read_record((steme_span){bytes, size}, buffer, &record) == STEME_OK)
        check_round_trip(record);
    fuzz_import("jsonl", bytes, size);
    fuzz_import("cbor", bytes, size);
    return 0;
}
