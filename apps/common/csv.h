/* csv.h -- comma-separated values as RFC 4180 has them, read from and written to a FILE.
 *
 * Read: quoted fields with anything in them, CRLF or LF, a byte order mark before the first row,
 * empty lines passed over. A faulty row (quote left open or out of place, field, row or number of
 * fields over a limit) is reported with the line it starts at; reading goes on at the line after
 * that one. Bytes are passed on as they are: whether they are UTF-8 is the caller's question.
 *
 * Threads:  a reader is one thread's.
 * Lifetime: the FILE is borrowed and stays open; a row borrows from its reader until the next call.
 * Memory:   bounded by the limits below, whatever the input. */
#ifndef COMMON_CSV_H
#define COMMON_CSV_H

#include <stdio.h>

#include <steme/error.h>
#include <steme/types.h>

#define CSV_FIELD_SIZE_MAX  65536   /* bytes, without quotes */
#define CSV_ROW_SIZE_MAX    1048576 /* bytes as written */
#define CSV_FIELD_COUNT_MAX 256

typedef struct csv_reader csv_reader;

typedef enum csv_kind {
    CSV_ROW,
    CSV_BAD_ROW, /* `reason` says why */
    CSV_END,
} csv_kind;

typedef struct csv_row {
    csv_kind kind;
    uint64_t line; /* where the row starts, from 1 */
    const steme_span *fields;
    size_t field_count; /* at least 1 in a CSV_ROW */
    const char *reason; /* fixed text */
} csv_row;

/* NULL where there is no memory. */
csv_reader *csv_reader_new(FILE *file);
void csv_reader_free(csv_reader *reader);

/* The next row, bad row or the end. Errors: STEME_IO. */
STEME_MUST_CHECK steme_status csv_reader_next(csv_reader *reader, csv_row *out_row,
                                              steme_error *error);

/* Writes one row, ended by CRLF, with quotes where a field needs them. Whether that worked is for
 * the caller to ask of the FILE (ferror, fclose) once all is written. */
void csv_write_row(FILE *file, const steme_span *fields, size_t field_count);

#endif
