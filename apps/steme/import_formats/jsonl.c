/* jsonl.c -- records in JSON, one a line. */
#include <stdlib.h>

#include "common/fail.h"
#include "steme/import_formats/import_reader.h"

static steme_status jsonl_open(import_reader *reader, steme_error *error)
{
    reader->lines = line_reader_new(reader->file);
    reader->input = malloc(sizeof *reader->input);
    reader->record = malloc(STEME_RECORD_SIZE_MAX);
    if (reader->lines == NULL || reader->input == NULL || reader->record == NULL)
        return app_fail(error, STEME_NO_MEMORY, "no memory to import with");
    return STEME_OK;
}

static steme_status read_record(import_reader *reader, steme_span line, import_item *out_item,
                                steme_error *error)
{
    record_json_input *input = reader->input;
    json_decref(reader->json);
    reader->json = NULL;
    steme_status status = record_json_load(line, &reader->json, error);
    if (status == STEME_OK)
        status = record_from_json(reader->json, input, error);
    if (status != STEME_OK)
        return status;
    if (input->signature_count > 0) {
        out_item->kind = IMPORT_RECORD;
        return record_json_assemble(input, reader->record, &out_item->record, error);
    }
    if (input->statement.type == STEME_ASSERTION && !input->has_source_class &&
        reader->options.has_source_class)
        input->statement.as.assertion.source_class = reader->options.source_class;
    out_item->kind = IMPORT_STATEMENT;
    out_item->statement = input->statement;
    out_item->has_stamp = input->has_stamp;
    out_item->has_claim_time = input->has_stamp || input->has_claim_time;
    return STEME_OK;
}

static steme_status jsonl_next(import_reader *reader, import_item *out_item, steme_error *error)
{
    steme_span line;
    steme_status status;
    steme_error inner;
    if (!import_reader_line(reader, &line, out_item, &status, error))
        return status;
    uint64_t number = line_reader_number(reader->lines);
    *out_item = (import_item){.line = number};
    status = read_record(reader, line, out_item, &inner);
    if (status != STEME_OK)
        return import_item_refused(reader, out_item, number, status, &inner, error);
    return STEME_OK;
}

const import_format import_format_jsonl = {"jsonl", jsonl_open, jsonl_next};
