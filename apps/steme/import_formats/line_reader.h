/* line_reader.h -- lines of bounded size from a FILE, without their ends (LF or CRLF).
 *
 * A byte order mark before the first line is passed over. Private to import_formats/. */
#ifndef STEME_LINE_READER_H
#define STEME_LINE_READER_H

#include <stdio.h>

#include <steme/types.h>

#define LINE_SIZE_MAX 1048576

typedef struct line_reader line_reader;

typedef enum line_kind {
    LINE_TEXT,
    LINE_TOO_LONG, /* passed over */
    LINE_END,
    LINE_FAILED, /* the FILE did */
} line_kind;

/* NULL where there is no memory. */
line_reader *line_reader_new(FILE *file);
void line_reader_free(line_reader *reader);

/* `*out_line` is borrowed until the next call. */
line_kind line_reader_next(line_reader *reader, steme_span *out_line);

/* The number, from 1, of the line that was given last. */
uint64_t line_reader_number(const line_reader *reader);

#endif
