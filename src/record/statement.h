/* statement.h -- the nine types of record as tables (docs/format.md, section 6).
 *
 * Threads: constant tables; no state. */
#ifndef RECORD_STATEMENT_H
#define RECORD_STATEMENT_H

#include "record/field.h"

/* A statement with what the rules between fields need to know beside it. */
typedef struct record_reading {
    const steme_record *record;       /* for its signers */
    const steme_statement *statement; /* every field read */
    uint32_t keys_seen;               /* bit n = body key n is there */
} record_reading;

typedef struct record_type {
    const char *name;
    const record_field *fields; /* ascending keys, from 2 on and below 32 */
    uint32_t field_count;
    /* The rules between fields; NULL where they hold, else what is wrong. */
    const char *(*check)(const record_reading *reading);
} record_type;

/* NULL for a type that has no meaning. */
const record_type *record_type_find(uint64_t type);

#endif
