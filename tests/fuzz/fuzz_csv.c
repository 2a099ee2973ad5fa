/* Hostile csv: rows that are read are written and read again the same; then the same bytes as an
 * import. */
#include "fuzz/support/import_run.h"

#include "common/csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void check_row_round_trip(const csv_row *row)
{
    char *written = NULL;
    size_t written_size = 0;
    csv_row back;
    FILE *file = open_memstream(&written, &written_size);
    FUZZ_CHECK(file != NULL);
    csv_write_row(file, row->fields, row->field_count);
    fclose(file);
    file = fuzz_file((const uint8_t *)written, written_size);
    csv_reader *reader = csv_reader_new(file);
    FUZZ_CHECK(reader != NULL);
    FUZZ_CHECK(csv_reader_next(reader, &back, NULL) == STEME_OK);
    /* Written in quotes a row may be over the limit that it was under without. */
    if (written_size < CSV_ROW_SIZE_MAX) {
        FUZZ_CHECK(back.kind == CSV_ROW && back.field_count == row->field_count);
        for (size_t i = 0; i < row->field_count; i++)
            FUZZ_CHECK(back.fields[i].size == row->fields[i].size &&
                       memcmp(back.fields[i].bytes, row->fields[i].bytes, row->fields[i].size) ==
                           0);
    }
    csv_reader_free(reader);
    fclose(file);
    free(written);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    csv_row row = {.line = 0};
    uint64_t line = 0;
    FILE *file = fuzz_file(bytes, size);
    csv_reader *reader = csv_reader_new(file);
    FUZZ_CHECK(reader != NULL);
    for (int i = 0;; i++) {
        FUZZ_CHECK(csv_reader_next(reader, &row, NULL) == STEME_OK);
        if (row.kind == CSV_END)
            break;
        FUZZ_CHECK(row.line > line);
        line = row.line;
        if (row.kind == CSV_ROW && i < 4)
            check_row_round_trip(&row);
    }
    csv_reader_free(reader);
    fclose(file);
    fuzz_import("csv", bytes, size);
    return 0;
}
