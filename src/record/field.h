/* field.h -- one entry of a body: how it is read into a steme_statement and written from it.
 *
 * A type is a table of record_field (statement.h); interpreting walks it with a reader, encoding
 * with a writer, so that a field's key, limits and place are said once.
 *
 * Threads: constant tables; no state. */
#ifndef RECORD_FIELD_H
#define RECORD_FIELD_H

#include "record/cbor_read.h"
#include "record/cbor_write.h"

#include <steme/record.h>

typedef struct record_field record_field;

typedef struct record_field_kind {
    bool (*read)(record_reader *reader, const record_field *field, steme_statement *statement);
    bool (*is_absent)(const record_field *field, const steme_statement *statement);
    /* Returns NULL, or why the statement cannot be written. */
    const char *(*write)(record_writer *writer, const record_field *field,
                         const steme_statement *statement);
} record_field_kind;

struct record_field {
    uint8_t key;
    bool is_required;
    const char *name;
    const record_field_kind *kind;
    uint16_t offset;   /* of the member in a steme_statement */
    uint16_t presence; /* of its has_... member; 0 = it has none */
    int32_t minimum;   /* of a number as it may be written */
    int32_t maximum;   /* of the same, or a text's bytes */
    int32_t absent;    /* the number that an absent field means */
};

extern const record_field_kind record_field_text;
extern const record_field_kind record_field_language;   /* text of ASCII letters, digits, hyphens */
extern const record_field_kind record_field_number;     /* 32 bits wide: enum, millionths */
extern const record_field_kind record_field_epoch_kind; /* a number that goes with supersedes */
extern const record_field_kind record_field_int64;      /* with has_... */
extern const record_field_kind record_field_hash;       /* 32 bytes */
extern const record_field_kind record_field_optional_hash; /* a steme_id_list of none or one */
extern const record_field_kind record_field_ids;
extern const record_field_kind record_field_value;
extern const record_field_kind record_field_metadata;

/* Gives an absent field its default. The statement starts as zeros. */
void record_field_set_absent(const record_field *field, steme_statement *statement);

enum {
    RECORD_ID_COUNT_MAX = 64,
    RECORD_TEXT_SIZE_MAX = 32768, /* of a value */
    RECORD_NAME_SIZE_MAX = 1024,  /* of subjects, predicates, reasons and other names */
    RECORD_METADATA_SIZE_MAX = 4096,
};

#endif
