/* record_batch.h -- statements signed one after another, and appended together.
 *
 * Lifetime: start with a key set and the rest zero, end with record_batch_deinit. */
#ifndef APHORIA_RECORD_BATCH_H
#define APHORIA_RECORD_BATCH_H

#include "common/arena.h"
#include "common/database.h"

typedef struct record_batch {
    const steme_key *key;
    arena memory;
    steme_append *items;
    size_t count;
    size_t capacity;
    uint8_t buffer[STEME_RECORD_SIZE_MAX];
} record_batch;

void record_batch_deinit(record_batch *self);

/* Signs and keeps; `out_id` may be NULL. */
STEME_MUST_CHECK steme_status record_batch_add(record_batch *self, const steme_statement *statement,
                                               steme_id *out_id, steme_error *error);
void record_batch_clear(record_batch *self);
/* Appends what was kept, and forgets it; what is read after that has it. No query is open. */
STEME_MUST_CHECK steme_status record_batch_submit(record_batch *self, database *to,
                                                  steme_error *error);

/* 2022-11-01 as nanoseconds since 1970; 0 where it is no date. */
uint64_t record_batch_date(const char *date);

#endif
