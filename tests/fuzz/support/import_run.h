/* import_run.h -- runs one import format over any bytes and checks what must hold of every item:
 * lines do not run backwards, bad ones have a reason, the end comes, and a statement that encodes
 * interprets as what it was. */
#ifndef FUZZ_IMPORT_RUN_H
#define FUZZ_IMPORT_RUN_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "steme/import_formats/import_format.h"

#define FUZZ_CHECK(condition)                                                                      \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                        \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

/* Of a size of 0 too, and never written to. */
static inline FILE *fuzz_file(const uint8_t *bytes, size_t size)
{
    static uint8_t nothing;
    FILE *file = fmemopen((void *)(uintptr_t)(size > 0 ? bytes : &nothing), size, "r");
    FUZZ_CHECK(file != NULL);
    return file;
}

static inline void fuzz_check_statement(const import_item *item)
{
    static uint8_t content_buffer[STEME_RECORD_SIZE_MAX], buffer[STEME_RECORD_SIZE_MAX];
    static const uint8_t signature[STEME_SIGNATURE_SIZE];
    static const steme_agent signer;
    steme_statement statement = item->statement, back;
    steme_span content, bytes;
    steme_record record;
    if (!item->has_claim_time)
        statement.claim_time_ns = steme_stamp_claim_time(&statement.stamp);
    if (steme_content_encode(&statement, &signer, 1, content_buffer, &content, NULL) != STEME_OK ||
        steme_record_assemble(content, signature, 1, buffer, &bytes, NULL) != STEME_OK)
        return;
    FUZZ_CHECK(steme_record_parse(bytes, &record, NULL) == STEME_OK);
    FUZZ_CHECK(steme_record_interpret(&record, &back, NULL) == STEME_OK);
    FUZZ_CHECK(back.type == statement.type && back.claim_time_ns == statement.claim_time_ns);
    if (back.type != STEME_ASSERTION)
        return;
    steme_span subject = statement.as.assertion.subject;
    FUZZ_CHECK(back.as.assertion.subject.size == subject.size &&
               memcmp(back.as.assertion.subject.bytes, subject.bytes, subject.size) == 0);
}

static inline void fuzz_import(const char *format, const uint8_t *bytes, size_t size)
{
    import_reader *reader = NULL;
    import_item item = {.kind = IMPORT_BAD_LINE};
    uint64_t line = 0;
    int64_t ns;
    steme_status status = STEME_OK;
    FILE *file = fuzz_file(bytes, size);
    if (import_reader_open(format, file, NULL, &reader, NULL) != STEME_OK) {
        fclose(file);
        return;
    }
    for (size_t i = 0; status == STEME_OK && item.kind != IMPORT_END; i++) {
        FUZZ_CHECK(i <= size + 1);
        status = import_reader_next(reader, &item, NULL);
        if (status != STEME_OK || item.kind == IMPORT_END)
            break;
        FUZZ_CHECK(item.line > line);
        line = item.line;
        if (item.kind == IMPORT_BAD_LINE)
            FUZZ_CHECK(item.reason != NULL && item.reason[0] != 0);
        if (item.kind == IMPORT_STATEMENT)
            fuzz_check_statement(&item);
    }
    FUZZ_CHECK(status == STEME_OK || status == STEME_NOT_CANONICAL);
    import_reader_date(reader, &ns);
    import_reader_close(reader);
    fclose(file);
}

#endif
