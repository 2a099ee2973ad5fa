/* csv_table.c -- assertions from csv: a header names the columns. */
#include <string.h>
#include <strings.h>

#include "common/fail.h"
#include "common/time_text.h"
#include "steme/import_formats/import_reader.h"

typedef enum table_column {
    COLUMN_SUBJECT,
    COLUMN_PREDICATE,
    COLUMN_OBJECT,
    COLUMN_TYPE,
    COLUMN_RELATION,
    COLUMN_UNIT,
    COLUMN_LANGUAGE,
    COLUMN_CONFIDENCE,
    COLUMN_SOURCE_CLASS,
    COLUMN_CLAIM_TIME,
    COLUMN_VALID_FROM,
    COLUMN_VALID_TO,
} table_column;

static const char *const column_names[IMPORT_COLUMN_COUNT] = {
    "subject",  "predicate",  "object",       "type",       "relation",   "unit",
    "language", "confidence", "source_class", "claim_time", "valid_from", "valid_to"};

/* ---- The header --------------------------------------------------------------------------- */

static int find_column(steme_span name)
{
    for (int i = 0; i < IMPORT_COLUMN_COUNT; i++) {
        if (name.size == strlen(column_names[i]) &&
            memcmp(name.bytes, column_names[i], name.size) == 0)
            return i;
    }
    return -1;
}

static int has_column(const import_reader *reader, table_column column)
{
    for (size_t i = 0; i < reader->column_count; i++) {
        if (reader->columns[i] == (int)column)
            return 1;
    }
    return 0;
}

static steme_status read_header(import_reader *reader, const csv_row *row, steme_error *error)
{
    for (size_t i = 0; i < row->field_count; i++) {
        steme_span name = row->fields[i];
        int column = find_column(name);
        int shown = name.size < 64 ? (int)name.size : 64;
        if (column < 0)
            return app_fail(error, STEME_INVALID,
                            "header: unknown column \"%.*s\"; `steme help import` lists them",
                            shown, (const char *)name.bytes);
        if (has_column(reader, (table_column)column))
            return app_fail(error, STEME_INVALID, "header: column \"%s\" twice",
                            column_names[column]);
        reader->columns[reader->column_count++] = column;
    }
    if (!has_column(reader, COLUMN_SUBJECT))
        return app_fail(error, STEME_INVALID, "header: no column \"subject\"");
    if (!has_column(reader, COLUMN_PREDICATE) && reader->options.predicate == NULL)
        return app_fail(error, STEME_INVALID, "header: no column \"predicate\"");
    if (!has_column(reader, COLUMN_OBJECT) && !has_column(reader, COLUMN_RELATION))
        return app_fail(error, STEME_INVALID, "header: no column \"object\"");
    return STEME_OK;
}

static steme_status table_open(import_reader *reader, steme_error *error)
{
    csv_row row;
    reader->rows = csv_reader_new(reader->file);
    if (reader->rows == NULL)
        return app_fail(error, STEME_NO_MEMORY, "no memory to import with");
    steme_status status = csv_reader_next(reader->rows, &row, error);
    if (status != STEME_OK)
        return status;
    if (row.kind != CSV_ROW)
        return app_fail(error, STEME_INVALID, "header: %s",
                        row.kind == CSV_END ? "none, the input is empty" : row.reason);
    return read_header(reader, &row, error);
}

/* ---- A row -------------------------------------------------------------------------------- */

static steme_status read_text(steme_span text, steme_span *out_text, steme_error *error)
{
    if (!record_text_is_valid(text))
        return app_fail(error, STEME_INVALID, "not UTF-8, or with a NUL in it");
    *out_text = text;
    return STEME_OK;
}

static steme_status read_word(record_words words, steme_span word, int *out_value,
                              steme_error *error)
{
    if (!record_word_find(words, word, out_value))
        return app_fail(error, STEME_INVALID, "not one of %s", record_word_list(words));
    return STEME_OK;
}

static steme_status read_kind(steme_span word, steme_value_kind *out_kind, steme_error *error)
{
    for (int kind = STEME_VALUE_TEXT; kind <= STEME_VALUE_TIME; kind++) {
        const char *name = record_word(RECORD_WORDS_VALUE_KIND, kind);
        if (word.size == strlen(name) &&
            strncasecmp((const char *)word.bytes, name, word.size) == 0) {
            *out_kind = (steme_value_kind)kind;
            return STEME_OK;
        }
    }
    return app_fail(error, STEME_INVALID, "not one of %s",
                    record_word_list(RECORD_WORDS_VALUE_KIND));
}

static steme_status read_confidence(steme_span text, uint32_t *out_millionths, steme_error *error)
{
    int64_t millionths;
    steme_status status = record_millionths_from_text(text, &millionths, error);
    if (status != STEME_OK)
        return status;
    if (millionths < 0 || millionths > 1000000)
        return app_fail(error, STEME_INVALID, "not from 0 to 1");
    *out_millionths = (uint32_t)millionths;
    return STEME_OK;
}

/* What a row says beside its assertion; the object is read when its type is known. */
typedef struct table_row {
    import_item *item;
    steme_value_kind kind;
    steme_span object;
} table_row;

static steme_status read_column(table_row *row, table_column column, steme_span text,
                                steme_error *error)
{
    steme_assertion *assertion = &row->item->statement.as.assertion;
    steme_status status = STEME_OK;
    int word = 0;
    switch (column) {
    case COLUMN_SUBJECT:
        return read_text(text, &assertion->subject, error);
    case COLUMN_PREDICATE:
        return read_text(text, &assertion->predicate, error);
    case COLUMN_OBJECT:
        row->object = text;
        return STEME_OK;
    case COLUMN_TYPE:
        return read_kind(text, &row->kind, error);
    case COLUMN_RELATION:
        status = read_word(RECORD_WORDS_RELATION, text, &word, error);
        assertion->relation = (steme_relation)word;
        return status;
    case COLUMN_UNIT:
        return read_text(text, &assertion->unit, error);
    case COLUMN_LANGUAGE:
        return read_text(text, &assertion->language, error);
    case COLUMN_CONFIDENCE:
        return read_confidence(text, &assertion->confidence_millionths, error);
    case COLUMN_SOURCE_CLASS:
        status = read_word(RECORD_WORDS_SOURCE_CLASS, text, &word, error);
        assertion->source_class = (steme_source_class)word;
        return status;
    case COLUMN_CLAIM_TIME:
        row->item->has_claim_time = 1;
        return time_text_to_ns(text, &row->item->statement.claim_time_ns, error);
    case COLUMN_VALID_FROM:
        assertion->has_valid_from = 1;
        return time_text_to_seconds(text, &assertion->valid_from_s, error);
    case COLUMN_VALID_TO:
        assertion->has_valid_to = 1;
        return time_text_to_seconds(text, &assertion->valid_to_s, error);
    }
    return STEME_OK;
}

/* Checks what needs more than one column; `*out_column` is the one at fault. */
static steme_status finish_row(table_row *row, table_column *out_column, steme_error *error)
{
    steme_assertion *assertion = &row->item->statement.as.assertion;
    *out_column = COLUMN_SUBJECT;
    if (assertion->subject.size == 0)
        return app_fail(error, STEME_INVALID, "empty");
    *out_column = COLUMN_PREDICATE;
    if (assertion->predicate.size == 0)
        return app_fail(error, STEME_INVALID, "empty");
    *out_column = COLUMN_OBJECT;
    if (assertion->relation != STEME_RELATION_NONE && row->object.size == 0)
        return app_fail(error, STEME_INVALID, "empty, and the relation is not none");
    if (assertion->relation != STEME_RELATION_NONE)
        return record_value_from_text(row->kind, row->object, &assertion->value, error);
    if (row->object.size > 0)
        return app_fail(error, STEME_INVALID, "there is none with the relation none");
    return STEME_OK;
}

static steme_status read_row(import_reader *reader, const csv_row *fields, import_item *out_item,
                             table_column *out_column, steme_error *error)
{
    table_row row = {.item = out_item, .kind = STEME_VALUE_TEXT};
    *out_item = (import_item){.kind = IMPORT_STATEMENT, .line = fields->line};
    out_item->statement = import_reader_assertion(reader);
    for (size_t i = 0; i < fields->field_count; i++) {
        *out_column = (table_column)reader->columns[i];
        if (fields->fields[i].size == 0)
            continue;
        steme_status status = read_column(&row, *out_column, fields->fields[i], error);
        if (status != STEME_OK)
            return status;
    }
    return finish_row(&row, out_column, error);
}

static steme_status table_next(import_reader *reader, import_item *out_item, steme_error *error)
{
    csv_row row;
    steme_status status;
    steme_error inner;
    table_column column = COLUMN_SUBJECT;
    if (!import_reader_row(reader, &row, out_item, &status, error))
        return status;
    if (row.field_count != reader->column_count)
        return import_item_bad(reader, out_item, row.line, "%zu fields, where the header has %zu",
                               row.field_count, reader->column_count);
    status = read_row(reader, &row, out_item, &column, &inner);
    if (status != STEME_OK)
        return import_item_bad(reader, out_item, row.line, "%s: %.400s", column_names[column],
                               inner.message);
    return STEME_OK;
}

const import_format import_format_csv = {"csv", table_open, table_next};
