/* line_reader.c -- see line_reader.h. */
#include "steme/import_formats/line_reader.h"

#include <stdlib.h>
#include <string.h>

struct line_reader {
    FILE *file;
    uint64_t number;
    uint8_t bytes[LINE_SIZE_MAX + 1]; /* one more, for the CR of a longest line */
};

line_reader *line_reader_new(FILE *file)
{
    line_reader *reader = malloc(sizeof *reader);
    if (reader == NULL)
        return NULL;
    reader->file = file;
    reader->number = 0;
    return reader;
}

void line_reader_free(line_reader *reader)
{
    free(reader);
}

uint64_t line_reader_number(const line_reader *reader)
{
    return reader->number;
}

line_kind line_reader_next(line_reader *reader, steme_span *out_line)
{
    size_t size = 0;
    int byte, is_too_long = 0;
    while ((byte = getc_unlocked(reader->file)) != EOF && byte != '\n') {
        if (size == sizeof reader->bytes)
            is_too_long = 1;
        else
            reader->bytes[size++] = (uint8_t)byte;
    }
    if (byte == EOF && ferror(reader->file))
        return LINE_FAILED;
    if (byte == EOF && size == 0)
        return LINE_END;
    reader->number++;
    if (size > 0 && reader->bytes[size - 1] == '\r')
        size--;
    if (is_too_long || size > LINE_SIZE_MAX)
        return LINE_TOO_LONG;
    *out_line = (steme_span){reader->bytes, size};
    if (reader->number == 1 && size >= 3 && memcmp(reader->bytes, "\xef\xbb\xbf", 3) == 0)
        *out_line = (steme_span){reader->bytes + 3, size - 3};
    return LINE_TEXT;
}
