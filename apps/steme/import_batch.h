/* import_batch.h -- up to 4,096 records on their way into the store: signed on all cores, appended
 * with one write.
 *
 * A statement is encoded as it comes (which finds what is wrong with it at once, and copies it) and
 * signed when the batch is committed.
 *
 * Threads:  the main thread's; signing spreads over the cores inside import_batch_commit.
 * Lifetime: import_batch_open … import_batch_close; keys and database are borrowed. */
#ifndef STEME_IMPORT_BATCH_H
#define STEME_IMPORT_BATCH_H

#include "steme/command.h"

enum { IMPORT_BATCH_COUNT_MAX = 4096 };

typedef struct import_batch import_batch;

/* Called for each record that is refused, with the line it came from. */
typedef void (*import_refuse)(void *context, uint64_t line, const char *reason);

typedef struct import_result {
    uint64_t new_count;
    uint64_t held_count;
    uint64_t refused_count;
} import_result;

import_batch *import_batch_open(database *records, const command_keys *keys);
void import_batch_close(import_batch *self);

int import_batch_is_full(const import_batch *self);

/* Takes a statement to sign, all of it filled in. Errors: those of steme_content_encode. */
steme_status import_batch_add_statement(import_batch *self, const steme_statement *statement,
                                        uint64_t line, steme_error *error);
/* Takes a record's bytes, to be admitted. Errors: STEME_TOO_LARGE. */
steme_status import_batch_add_record(import_batch *self, steme_span record, uint64_t line,
                                     steme_error *error);

/* Signs and appends what was taken, adds to `result`, and empties the batch. On return all that was
 * not refused is durable. Errors: those of database_submit. */
steme_status import_batch_commit(import_batch *self, import_result *result, import_refuse refuse,
                                 void *context, steme_error *error);

#endif
