/* ieee_oui.c -- oui.csv of the IEEE: Registry,Assignment,Organization Name,Organization Address.
 *
 * MA-L are the 24-bit prefixes. A prefix that the registry gives twice is two claims. */
#include <string.h>

#include "common/fail.h"
#include "steme/import_formats/import_reader.h"

enum { FIELD_REGISTRY, FIELD_ASSIGNMENT, FIELD_NAME, FIELD_COUNT = 4 };

static int is_text(steme_span span, const char *text)
{
    return span.size == strlen(text) && memcmp(span.bytes, text, span.size) == 0;
}

static steme_status ieee_oui_open(import_reader *reader, steme_error *error)
{
    csv_row row;
    reader->rows = csv_reader_new(reader->file);
    if (reader->rows == NULL)
        return app_fail(error, STEME_NO_MEMORY, "no memory to import with");
    steme_status status = csv_reader_next(reader->rows, &row, error);
    if (status != STEME_OK)
        return status;
    if (row.kind != CSV_ROW || row.field_count != FIELD_COUNT ||
        !is_text(row.fields[FIELD_REGISTRY], "Registry") ||
        !is_text(row.fields[FIELD_ASSIGNMENT], "Assignment") ||
        !is_text(row.fields[FIELD_NAME], "Organization Name"))
        return app_fail(error, STEME_INVALID,
                        "header: not Registry,Assignment,Organization Name,Organization Address");
    return STEME_OK;
}

/* Of another registry of the IEEE, whose prefixes have another length. */
static int is_other_registry(steme_span registry)
{
    static const char *const names[] = {"MA-M", "MA-S", "IAB", "CID"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (is_text(registry, names[i]))
            return 1;
    }
    return 0;
}

static steme_status ieee_oui_next(import_reader *reader, import_item *out_item, steme_error *error)
{
    csv_row row;
    steme_status status;
    while (import_reader_row(reader, &row, out_item, &status, error)) {
        if (row.field_count != FIELD_COUNT)
            return import_item_bad(reader, out_item, row.line, "%zu fields in place of four",
                                   row.field_count);
        if (is_text(row.fields[FIELD_REGISTRY], "MA-L"))
            return import_item_vendor(reader, out_item, row.line, row.fields[FIELD_ASSIGNMENT],
                                      row.fields[FIELD_NAME]);
        if (!is_other_registry(row.fields[FIELD_REGISTRY]))
            return import_item_bad(reader, out_item, row.line, "unknown registry");
        reader->skipped_count++;
    }
    return status;
}

const import_format import_format_ieee_oui = {"ieee-oui", ieee_oui_open, ieee_oui_next};
