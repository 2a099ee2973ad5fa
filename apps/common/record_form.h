/* record_form.h -- one table of the fields of the JSON form, which both directions go by.
 * Private to record_json_*.c. */
#ifndef COMMON_RECORD_FORM_H
#define COMMON_RECORD_FORM_H

#include "common/record_json.h"

typedef enum form_kind {
    FORM_TEXT,         /* steme_span */
    FORM_HASH,         /* 32 bytes: steme_id or steme_agent */
    FORM_HASH_OR_NONE, /* steme_id_list of none or one */
    FORM_HASHES,       /* steme_id_list */
    FORM_WORD,         /* an enumeration */
    FORM_MILLIONTHS,   /* 32 bits */
    FORM_TIME,         /* int64 nanoseconds, with a has_ beside it */
    FORM_SECONDS,      /* int64 seconds, with a has_ beside it */
    FORM_VALUE,        /* steme_value */
    FORM_METADATA,     /* steme_metadata */
} form_kind;

typedef struct form_field {
    const char *name;
    steme_record_type type;
    form_kind kind;
    size_t offset;     /* in steme_statement */
    size_t has_offset; /* of FORM_TIME and FORM_SECONDS */
    int is_required;
    record_words words; /* of FORM_WORD */
    int has_default;    /* of FORM_WORD and FORM_MILLIONTHS: not written where it is … */
    int default_value;  /* … this */
} form_field;

#define FORM_FIELD_COUNT    43
#define FORM_MILLIONTHS_MAX 1000000

/* In the order in which they are written. */
extern const form_field form_fields[FORM_FIELD_COUNT];

#endif
