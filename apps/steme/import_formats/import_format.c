/* import_format.c -- see import_format.h; and what the formats share. */
#include "steme/import_formats/import_format.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/fail.h"
#include "steme/import_formats/import_reader.h"

static const import_format *const formats[] = {
    &import_format_jsonl,    &import_format_cbor,     &import_format_csv,
    &import_format_ieee_oui, &import_format_nmap_mac, &import_format_wireshark_manuf,
};

const char *const import_format_names[] = {"jsonl",           "cbor", "csv", "ieee-oui", "nmap-mac",
                                           "wireshark-manuf", NULL};

static const import_format *find_format(const char *name)
{
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        if (strcmp(formats[i]->name, name) == 0)
            return formats[i];
    }
    return NULL;
}

steme_status import_reader_open(const char *format, FILE *file, const import_options *options,
                                import_reader **out_reader, steme_error *error)
{
    const import_format *found = find_format(format);
    if (found == NULL)
        return app_fail(error, STEME_NOT_FOUND, "no import format \"%s\"", format);
    import_reader *reader = calloc(1, sizeof *reader);
    if (reader == NULL)
        return app_fail(error, STEME_NO_MEMORY, "no memory to import with");
    reader->format = found;
    reader->file = file;
    if (options != NULL)
        reader->options = *options;
    steme_status status = found->open(reader, error);
    if (status != STEME_OK) {
        import_reader_close(reader);
        return status;
    }
    *out_reader = reader;
    return STEME_OK;
}

void import_reader_close(import_reader *reader)
{
    if (reader == NULL)
        return;
    line_reader_free(reader->lines);
    csv_reader_free(reader->rows);
    json_decref(reader->json);
    free(reader->input);
    free(reader->record);
    free(reader);
}

steme_status import_reader_next(import_reader *reader, import_item *out_item, steme_error *error)
{
    return reader->format->next(reader, out_item, error);
}

int import_reader_date(const import_reader *reader, int64_t *out_ns)
{
    if (reader->has_date)
        *out_ns = reader->date_ns;
    return reader->has_date;
}

uint64_t import_reader_skipped_count(const import_reader *reader)
{
    return reader->skipped_count;
}

/* ---- What the formats share --------------------------------------------------------------- */

steme_status import_item_bad(import_reader *reader, import_item *out_item, uint64_t line,
                             const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(reader->reason, sizeof reader->reason, format, arguments);
    va_end(arguments);
    *out_item = (import_item){.kind = IMPORT_BAD_LINE, .line = line, .reason = reader->reason};
    return STEME_OK;
}

steme_status import_item_refused(import_reader *reader, import_item *out_item, uint64_t line,
                                 steme_status status, const steme_error *inner, steme_error *error)
{
    if (status == STEME_NO_MEMORY)
        return app_fail(error, status, "%s", inner->message);
    return import_item_bad(reader, out_item, line, "%s", inner->message);
}

static int is_blank(steme_span text)
{
    for (size_t i = 0; i < text.size; i++) {
        if (text.bytes[i] != ' ' && text.bytes[i] != '\t')
            return 0;
    }
    return 1;
}

static line_kind next_line(import_reader *reader, steme_span *out_line)
{
    if (!reader->has_held_line)
        return line_reader_next(reader->lines, out_line);
    reader->has_held_line = 0;
    *out_line = reader->held_line;
    return reader->held_kind;
}

int import_reader_line(import_reader *reader, steme_span *out_line, import_item *out_item,
                       steme_status *out_status, steme_error *error)
{
    line_kind kind = LINE_TEXT;
    do {
        kind = next_line(reader, out_line);
    } while (kind == LINE_TEXT && is_blank(*out_line));
    uint64_t number = line_reader_number(reader->lines);
    *out_status = STEME_OK;
    switch (kind) {
    case LINE_TEXT:
        return 1;
    case LINE_TOO_LONG:
        *out_status = import_item_bad(reader, out_item, number, "line of more than 1 MiB");
        break;
    case LINE_END:
        *out_item = (import_item){.kind = IMPORT_END, .line = number};
        break;
    case LINE_FAILED:
        *out_status = app_fail(error, STEME_IO, "reading the input failed after line %llu",
                               (unsigned long long)number);
        break;
    }
    return 0;
}

int import_reader_row(import_reader *reader, csv_row *out_row, import_item *out_item,
                      steme_status *out_status, steme_error *error)
{
    *out_status = csv_reader_next(reader->rows, out_row, error);
    if (*out_status != STEME_OK)
        return 0;
    switch (out_row->kind) {
    case CSV_ROW:
        return 1;
    case CSV_BAD_ROW:
        *out_status = import_item_bad(reader, out_item, out_row->line, "%s", out_row->reason);
        break;
    case CSV_END:
        *out_item = (import_item){.kind = IMPORT_END, .line = out_row->line};
        break;
    }
    return 0;
}

steme_statement import_reader_assertion(const import_reader *reader)
{
    steme_statement statement = {.type = STEME_ASSERTION};
    statement.as.assertion.confidence_millionths = 1000000;
    statement.as.assertion.source_class =
        reader->options.has_source_class ? reader->options.source_class : STEME_CLASS_ANECDOTAL;
    if (reader->options.predicate != NULL)
        statement.as.assertion.predicate = record_text(reader->options.predicate);
    return statement;
}

int import_is_hex(steme_span text, size_t count)
{
    for (size_t i = 0; i < text.size; i++) {
        if (!isxdigit(text.bytes[i]))
            return 0;
    }
    return text.size == count;
}

/* A name is kept as its registry spells it: two spellings of a vendor are two claims, and it is
 * the reader's choice of equivalence that makes them one. */
steme_status import_item_vendor(import_reader *reader, import_item *out_item, uint64_t line,
                                steme_span digits, steme_span name)
{
    while (name.size > 0 && strchr(" \t", name.bytes[name.size - 1]) != NULL)
        name.size--;
    if (!import_is_hex(digits, 6))
        return import_item_bad(reader, out_item, line, "no prefix of six hexadecimal digits");
    if (name.size == 0)
        return import_item_bad(reader, out_item, line, "no name");
    if (!record_text_is_valid(name))
        return import_item_bad(reader, out_item, line, "name that is not UTF-8, or has a NUL");
    char *to = reader->subject + sprintf(reader->subject, "mac://");
    for (size_t i = 0; i < 6; i++) {
        if (i == 2 || i == 4)
            *to++ = ':';
        *to++ = (char)toupper(digits.bytes[i]);
    }
    *to = 0;
    *out_item = (import_item){.kind = IMPORT_STATEMENT, .line = line};
    out_item->statement = import_reader_assertion(reader);
    steme_assertion *assertion = &out_item->statement.as.assertion;
    assertion->subject = record_text(reader->subject);
    if (assertion->predicate.size == 0)
        assertion->predicate = record_text("vendor");
    assertion->value = (steme_value){.kind = STEME_VALUE_TEXT, .text = name};
    return STEME_OK;
}
