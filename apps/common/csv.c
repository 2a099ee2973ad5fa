/* csv.c -- see csv.h.
 *
 * The buffer always begins at a row's start and keeps the row as written until it is known to be
 * sound: only then are quotes taken out, in place. A faulty row can therefore be given up and
 * reading go on at the next line inside it. (That stays linear: of two rows that start one behind
 * the other, one sees the bytes in between as quoted and the other does not.) */
#include "common/csv.h"

#include <stdlib.h>
#include <string.h>

#include "common/fail.h"

enum { BUFFER_SIZE = CSV_ROW_SIZE_MAX + 65536 };

/* Where a field lies in the buffer, as written. */
typedef struct raw_field {
    size_t offset; /* behind the opening quote, where there is one */
    size_t size;   /* up to the closing one */
    int is_quoted;
} raw_field;

struct csv_reader {
    FILE *file;
    uint64_t line; /* of the byte at `start` */
    size_t start;
    size_t end;
    int is_at_end; /* of the file */
    int is_begun;
    int has_failed;
    size_t field_count;
    raw_field raw[CSV_FIELD_COUNT_MAX];
    steme_span fields[CSV_FIELD_COUNT_MAX];
    char buffer[BUFFER_SIZE];
};

csv_reader *csv_reader_new(FILE *file)
{
    csv_reader *reader = malloc(sizeof *reader);
    if (reader == NULL)
        return NULL;
    memset(reader, 0, offsetof(csv_reader, buffer));
    reader->file = file;
    reader->line = 1;
    return reader;
}

void csv_reader_free(csv_reader *reader)
{
    free(reader);
}

/* Makes `buffer[index]` readable, index >= start: 1, or 0 at the end of the file or the buffer.
 * What lies before `start` is given up, which moves `*index`. */
static int reader_has(csv_reader *reader, size_t *index)
{
    if (*index < reader->end)
        return 1;
    if (reader->is_at_end)
        return 0;
    if (reader->start > 0) {
        memmove(reader->buffer, reader->buffer + reader->start, reader->end - reader->start);
        *index -= reader->start;
        reader->end -= reader->start;
        reader->start = 0;
    }
    size_t room = BUFFER_SIZE - reader->end;
    size_t got = fread(reader->buffer + reader->end, 1, room, reader->file);
    reader->end += got;
    if (got < room) {
        reader->is_at_end = 1;
        reader->has_failed = ferror(reader->file) != 0;
    }
    return *index < reader->end;
}

/* ---- Finding a row's fields --------------------------------------------------------------- */

/* A position in the row that is being read, kept from its start because the buffer may move. */
typedef struct csv_scan {
    csv_reader *reader;
    size_t offset; /* of the next byte */
    size_t field_offset;
    uint64_t newline_count;
    const char *fault;
} csv_scan;

/* The next byte, or -1 at the end of the file or where the row is too large. */
static int scan_peek(csv_scan *scan)
{
    csv_reader *reader = scan->reader;
    if (scan->offset >= CSV_ROW_SIZE_MAX) {
        scan->fault = "row of more than 1 MiB";
        return -1;
    }
    size_t index = reader->start + scan->offset;
    return reader_has(reader, &index) ? (unsigned char)reader->buffer[index] : -1;
}

static int scan_next_is_line_end(csv_scan *scan)
{
    int byte = scan_peek(scan);
    if (byte != '\r')
        return byte == '\n' || byte == -1;
    scan->offset++;
    int next = scan_peek(scan);
    scan->offset--;
    return next == '\n' || next == -1;
}

/* Records the field that ends at the scan's offset. */
static void scan_add_field(csv_scan *scan, size_t end, int is_quoted, size_t escape_count)
{
    csv_reader *reader = scan->reader;
    size_t size = end - scan->field_offset;
    if (scan->fault != NULL)
        return;
    if (size - escape_count > CSV_FIELD_SIZE_MAX)
        scan->fault = "field of more than 64 KiB";
    else if (reader->field_count == CSV_FIELD_COUNT_MAX)
        scan->fault = "more than 256 fields";
    else
        reader->raw[reader->field_count++] = (raw_field){scan->field_offset, size, is_quoted};
}

static void scan_quoted(csv_scan *scan)
{
    size_t escape_count = 0;
    scan->offset++;
    scan->field_offset = scan->offset;
    for (;;) {
        int byte = scan_peek(scan);
        if (byte == -1) {
            if (scan->fault == NULL)
                scan->fault = "quote that is never closed";
            return;
        }
        scan->offset++;
        if (byte == '\n')
            scan->newline_count++;
        if (byte != '"')
            continue;
        if (scan_peek(scan) != '"')
            break;
        scan->offset++;
        escape_count++;
    }
    scan_add_field(scan, scan->offset - 1, 1, escape_count);
    if (scan->fault == NULL && scan_peek(scan) != ',' && !scan_next_is_line_end(scan))
        scan->fault = "something behind a closing quote";
}

static void scan_plain(csv_scan *scan)
{
    scan->field_offset = scan->offset;
    for (;;) {
        int byte = scan_peek(scan);
        if (byte == ',' || scan_next_is_line_end(scan))
            break;
        if (byte == '"') {
            scan->fault = "quote inside a field that does not begin with one";
            return;
        }
        scan->offset++;
    }
    scan_add_field(scan, scan->offset, 0, 0);
}

static void scan_row(csv_scan *scan)
{
    scan->reader->field_count = 0;
    for (;;) {
        if (scan_peek(scan) == '"')
            scan_quoted(scan);
        else
            scan_plain(scan);
        if (scan->fault != NULL || scan_peek(scan) != ',')
            return;
        scan->offset++;
    }
}

/* ---- Moving on ---------------------------------------------------------------------------- */

/* To the line after the one at `start`, however long that is. */
static void reader_pass_line(csv_reader *reader)
{
    for (;;) {
        size_t index = reader->start;
        if (!reader_has(reader, &index))
            return;
        char *newline = memchr(reader->buffer + reader->start, '\n', reader->end - reader->start);
        if (newline != NULL) {
            reader->start = (size_t)(newline - reader->buffer) + 1;
            reader->line++;
            return;
        }
        reader->start = reader->end;
    }
}

static void reader_pass_mark(csv_reader *reader)
{
    size_t last = 2;
    if (reader_has(reader, &last) && memcmp(reader->buffer, "\xef\xbb\xbf", 3) == 0)
        reader->start = 3;
}

/* Passes over empty lines; 0 at the end of the file. */
static int reader_find_row(csv_reader *reader)
{
    for (;;) {
        size_t index = reader->start;
        if (!reader_has(reader, &index))
            return 0;
        csv_scan scan = {.reader = reader};
        if (!scan_next_is_line_end(&scan))
            return 1;
        reader_pass_line(reader);
    }
}

/* Takes out the quotes that stand for one, in place, and sets the row's spans. */
static void reader_decode(csv_reader *reader, size_t row)
{
    for (size_t i = 0; i < reader->field_count; i++) {
        raw_field raw = reader->raw[i];
        char *text = reader->buffer + row + raw.offset;
        size_t size = raw.is_quoted ? 0 : raw.size;
        for (size_t j = 0; raw.is_quoted && j < raw.size; j++) {
            text[size++] = text[j];
            if (text[j] == '"')
                j++;
        }
        reader->fields[i] = (steme_span){(const uint8_t *)text, size};
    }
}

/* To behind the row that was scanned. Its line end has been peeked at, so that it is in the buffer
 * and nothing moves under the row's spans. */
static void reader_pass_row(csv_reader *reader, const csv_scan *scan)
{
    reader->start += scan->offset;
    reader->line += scan->newline_count;
    if (reader->start < reader->end && reader->buffer[reader->start] == '\r')
        reader->start++;
    if (reader->start < reader->end && reader->buffer[reader->start] == '\n') {
        reader->start++;
        reader->line++;
    }
}

steme_status csv_reader_next(csv_reader *reader, csv_row *out_row, steme_error *error)
{
    if (!reader->is_begun)
        reader_pass_mark(reader);
    reader->is_begun = 1;
    csv_row row = {.kind = CSV_END};
    csv_scan scan = {.reader = reader};
    if (reader_find_row(reader)) {
        row.line = reader->line;
        scan_row(&scan);
        row.kind = scan.fault == NULL ? CSV_ROW : CSV_BAD_ROW;
    }
    if (reader->has_failed)
        return app_fail(error, STEME_IO, "reading the input failed in line %llu",
                        (unsigned long long)reader->line);
    if (row.kind == CSV_ROW) {
        row.fields = reader->fields;
        row.field_count = reader->field_count;
        reader_decode(reader, reader->start);
        reader_pass_row(reader, &scan);
    } else if (row.kind == CSV_BAD_ROW) {
        row.reason = scan.fault;
        reader_pass_line(reader);
    }
    *out_row = row;
    return STEME_OK;
}

/* ---- Writing ------------------------------------------------------------------------------ */

/* Alone, an empty field would be an empty line; a byte order mark would be taken for the file's. */
static int csv_needs_quotes(steme_span field, int is_alone)
{
    int needs_quotes = (field.size == 0 && is_alone) ||
                       (field.size >= 3 && memcmp(field.bytes, "\xef\xbb\xbf", 3) == 0);
    for (size_t i = 0; i < field.size && !needs_quotes; i++)
        needs_quotes = memchr(",\"\r\n", field.bytes[i], 4) != NULL;
    return needs_quotes;
}

static void csv_write_field(FILE *file, steme_span field, int is_alone)
{
    if (!csv_needs_quotes(field, is_alone)) {
        if (field.size > 0)
            fwrite(field.bytes, 1, field.size, file);
        return;
    }
    putc('"', file);
    for (size_t i = 0; i < field.size; i++) {
        if (field.bytes[i] == '"')
            putc('"', file);
        putc(field.bytes[i], file);
    }
    putc('"', file);
}

void csv_write_row(FILE *file, const steme_span *fields, size_t field_count)
{
    for (size_t i = 0; i < field_count; i++) {
        if (i > 0)
            putc(',', file);
        csv_write_field(file, fields[i], field_count == 1);
    }
    fputs("\r\n", file);
}
