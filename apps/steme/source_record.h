/* source_record.h -- the record that says where claims come from.
 *
 * Its stamp is (date, 0, first 16 bytes of BLAKE3(agent key)), so that the same source with the
 * same key has the same id anywhere. */
#ifndef STEME_SOURCE_RECORD_H
#define STEME_SOURCE_RECORD_H

#include "steme/command.h"

typedef struct source_record_input {
    steme_span name;
    steme_span edition;       /* may be empty */
    const steme_id *document; /* NULL = not known */
    int has_date;
    int64_t date_ns;
    steme_stamp stamp;
} source_record_input;

/* The stamp that an import gives: `date_ns` >= 0. */
steme_stamp source_record_stamp(const command_keys *keys, int64_t date_ns);

/* Signs it into `buffer` of STEME_RECORD_SIZE_MAX bytes. */
steme_status source_record_sign(const source_record_input *input, const command_keys *keys,
                                uint8_t *buffer, steme_record *out_record, steme_error *error);

#endif
