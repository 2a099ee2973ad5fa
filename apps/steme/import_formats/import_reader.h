/* import_reader.h -- what the formats of import_format.h are made of. Private to import_formats/.
 */
#ifndef STEME_IMPORT_READER_H
#define STEME_IMPORT_READER_H

#include "common/csv.h"
#include "common/record_json.h"
#include "steme/import_formats/import_format.h"
#include "steme/import_formats/line_reader.h"

#define IMPORT_COLUMN_COUNT 12

typedef struct import_format {
    const char *name;
    /* Allocates what the format needs (import_reader_close frees it) and reads a header. */
    steme_status (*open)(import_reader *reader, steme_error *error);
    steme_status (*next)(import_reader *reader, import_item *out_item, steme_error *error);
} import_format;

/* A format uses some of this; the rest is NULL. */
struct import_reader {
    const import_format *format;
    FILE *file;
    import_options options;
    uint64_t skipped_count;
    int has_date;
    int64_t date_ns;
    line_reader *lines;
    csv_reader *rows;
    json_t *json;
    record_json_input *input;
    uint8_t *record; /* STEME_RECORD_SIZE_MAX */
    uint64_t item_number;
    int is_broken;
    int has_held_line; /* a line that open read too far */
    line_kind held_kind;
    steme_span held_line;
    size_t column_count;
    int columns[CSV_FIELD_COUNT_MAX]; /* per field of a row: which column it is */
    char subject[32];
    char reason[sizeof((steme_error *)0)->message];
};

extern const import_format import_format_jsonl;
extern const import_format import_format_cbor;
extern const import_format import_format_csv;
extern const import_format import_format_ieee_oui;
extern const import_format import_format_nmap_mac;
extern const import_format import_format_wireshark_manuf;

/* STEME_OK, with the item made a bad line that says why. */
steme_status import_item_bad(import_reader *reader, import_item *out_item, uint64_t line,
                             const char *format, ...) STEME_PRINTF(4, 5);

/* Where `status`, which `error` explains, is the line's own fault, the same; else `status`. */
steme_status import_item_refused(import_reader *reader, import_item *out_item, uint64_t line,
                                 steme_status status, const steme_error *inner, steme_error *error);

/* The next line or row that has something in it. 1, or 0 with `*out_item` (a bad line, the end) or
 * an error made. */
int import_reader_line(import_reader *reader, steme_span *out_line, import_item *out_item,
                       steme_status *out_status, steme_error *error);
int import_reader_row(import_reader *reader, csv_row *out_row, import_item *out_item,
                      steme_status *out_status, steme_error *error);

/* An assertion with all defaults filled in, the options' among them. */
steme_statement import_reader_assertion(const import_reader *reader);

/* The vendor of 6 hexadecimal digits of a prefix; `name` loses its trailing blanks. */
steme_status import_item_vendor(import_reader *reader, import_item *out_item, uint64_t line,
                                steme_span digits, steme_span name);

/* Whether `text` is `count` hexadecimal digits. */
int import_is_hex(steme_span text, size_t count);

#endif
