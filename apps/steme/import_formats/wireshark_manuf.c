/* wireshark_manuf.c -- manuf of Wireshark: prefix, short name, long name, with tabs between; behind
 * a field that begins with `#` all is comment.
 *
 * A prefix is `00:22:72`, also with `-` or `.`, and a mask such as `/28` where it is not made of
 * whole octets. Those of other lengths than 24 bits are skipped. */
#include <ctype.h>
#include <string.h>

#include "common/fail.h"
#include "steme/import_formats/import_reader.h"

static steme_status manuf_open(import_reader *reader, steme_error *error)
{
    reader->lines = line_reader_new(reader->file);
    if (reader->lines == NULL)
        return app_fail(error, STEME_NO_MEMORY, "no memory to import with");
    return STEME_OK;
}

static steme_span trim(steme_span text)
{
    while (text.size > 0 && (text.bytes[0] == ' ' || text.bytes[0] == '\r'))
        text = (steme_span){text.bytes + 1, text.size - 1};
    while (text.size > 0 && (text.bytes[text.size - 1] == ' ' || text.bytes[text.size - 1] == '\r'))
        text.size--;
    return text;
}

/* Takes the first field off `*line`. 0 at the line's end, or where a comment begins. */
static int take_field(steme_span *line, steme_span *out_field)
{
    if (line->bytes == NULL)
        return 0;
    const uint8_t *tab = line->size > 0 ? memchr(line->bytes, '\t', line->size) : NULL;
    size_t size = tab != NULL ? (size_t)(tab - line->bytes) : line->size;
    *out_field = trim((steme_span){line->bytes, size});
    *line = tab != NULL ? (steme_span){tab + 1, line->size - size - 1} : (steme_span){NULL, 0};
    return out_field->size == 0 || out_field->bytes[0] != '#';
}

typedef enum prefix_kind { PREFIX_24, PREFIX_OTHER, PREFIX_BAD } prefix_kind;

/* Octets of two digits with one separator between them, then perhaps a mask. Puts the digits of
 * the first three into `digits`. */
static prefix_kind read_prefix(steme_span text, uint8_t digits[6])
{
    size_t octet_count = 0, i = 0;
    unsigned mask = 0;
    while (i + 2 <= text.size && isxdigit(text.bytes[i]) && isxdigit(text.bytes[i + 1])) {
        if (octet_count < 3)
            memcpy(digits + 2 * octet_count, text.bytes + i, 2);
        octet_count++;
        i += 2;
        if (i == text.size || strchr(":-.", text.bytes[i]) == NULL || text.bytes[i] == 0)
            break;
        i++;
    }
    if (octet_count < 3 || octet_count > 6)
        return PREFIX_BAD;
    if (i == text.size)
        return octet_count == 3 ? PREFIX_24 : PREFIX_OTHER;
    if (text.bytes[i++] != '/' || i == text.size || text.size - i > 2)
        return PREFIX_BAD;
    for (; i < text.size; i++) {
        if (!isdigit(text.bytes[i]))
            return PREFIX_BAD;
        mask = mask * 10 + (unsigned)(text.bytes[i] - '0');
    }
    return mask == 24 ? PREFIX_24 : PREFIX_OTHER;
}

/* The first that is not empty behind the short name, or that where there is none. */
static steme_span find_name(steme_span rest)
{
    steme_span name = {NULL, 0}, field = {NULL, 0};
    if (!take_field(&rest, &name))
        return (steme_span){NULL, 0};
    while (take_field(&rest, &field)) {
        if (field.size > 0)
            return field;
    }
    return name;
}

static steme_status manuf_next(import_reader *reader, import_item *out_item, steme_error *error)
{
    steme_span line, prefix = {NULL, 0};
    steme_status status;
    while (import_reader_line(reader, &line, out_item, &status, error)) {
        uint8_t digits[6] = {0};
        if (!take_field(&line, &prefix))
            continue;
        prefix_kind kind = read_prefix(prefix, digits);
        if (kind == PREFIX_24)
            return import_item_vendor(reader, out_item, line_reader_number(reader->lines),
                                      (steme_span){digits, sizeof digits}, find_name(line));
        if (kind == PREFIX_BAD)
            return import_item_bad(reader, out_item, line_reader_number(reader->lines),
                                   "no prefix such as 00:22:72 at its start");
        reader->skipped_count++;
    }
    return status;
}

const import_format import_format_wireshark_manuf = {"wireshark-manuf", manuf_open, manuf_next};
