/* nmap_mac.c -- nmap-mac-prefixes: `001122 Vendor`, comments behind `#`.
 *
 * Prefixes of 7 and 9 digits (28 and 36 bits) are skipped, so that all registries speak of the same
 * subjects. The date stands in a comment: `$Id: nmap-mac-prefixes 38424 2022-08-29 19:00:58Z …`. */
#include <string.h>

#include "common/fail.h"
#include "common/time_text.h"
#include "steme/import_formats/import_reader.h"

static steme_span skip_blanks(steme_span text)
{
    while (text.size > 0 && (text.bytes[0] == ' ' || text.bytes[0] == '\t'))
        text = (steme_span){text.bytes + 1, text.size - 1};
    return text;
}

/* Takes the first word off `*text`. */
static steme_span take_word(steme_span *text)
{
    *text = skip_blanks(*text);
    steme_span word = {text->bytes, 0};
    while (word.size < text->size && text->bytes[word.size] != ' ' &&
           text->bytes[word.size] != '\t')
        word.size++;
    *text = (steme_span){text->bytes + word.size, text->size - word.size};
    return word;
}

static void find_date(import_reader *reader, steme_span comment)
{
    static const size_t time_size = sizeof "2022-08-29 19:00:58Z" - 1;
    const uint8_t *mark = memmem(comment.bytes, comment.size, "$Id:", 4);
    if (mark == NULL || reader->has_date)
        return;
    steme_span rest = {mark + 4, comment.size - (size_t)(mark + 4 - comment.bytes)};
    take_word(&rest); /* the file's name */
    take_word(&rest); /* its revision */
    rest = skip_blanks(rest);
    if (rest.size >= time_size)
        reader->has_date = time_text_to_ns((steme_span){rest.bytes, time_size}, &reader->date_ns,
                                           NULL) == STEME_OK;
}

/* Reads the comments at the top, for the date in them. */
static steme_status nmap_mac_open(import_reader *reader, steme_error *error)
{
    reader->lines = line_reader_new(reader->file);
    if (reader->lines == NULL)
        return app_fail(error, STEME_NO_MEMORY, "no memory to import with");
    steme_span line = {NULL, 0};
    line_kind kind;
    while ((kind = line_reader_next(reader->lines, &line)) == LINE_TEXT && line.size > 0 &&
           line.bytes[0] == '#')
        find_date(reader, line);
    reader->has_held_line = 1;
    reader->held_kind = kind;
    reader->held_line = line;
    return STEME_OK;
}

static steme_status nmap_mac_next(import_reader *reader, import_item *out_item, steme_error *error)
{
    steme_span line;
    steme_status status;
    while (import_reader_line(reader, &line, out_item, &status, error)) {
        if (line.bytes[0] == '#')
            continue;
        steme_span prefix = take_word(&line);
        if (!import_is_hex(prefix, 7) && !import_is_hex(prefix, 9))
            return import_item_vendor(reader, out_item, line_reader_number(reader->lines), prefix,
                                      skip_blanks(line));
        reader->skipped_count++;
    }
    return status;
}

const import_format import_format_nmap_mac = {"nmap-mac", nmap_mac_open, nmap_mac_next};
