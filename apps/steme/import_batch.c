#include "steme/import_batch.h"

#include <stdlib.h>
#include <string.h>

#include "common/fail.h"
#include "common/parallel.h"

typedef struct entry {
    uint64_t line;
    uint8_t *bytes; /* of the record; until it is signed, with signatures of zeros */
    size_t size;
    int is_ours;   /* to be signed here */
    char *refusal; /* why it could not be signed, or NULL */
} entry;

struct import_batch {
    database *records;
    const command_keys *keys;
    steme_agent signers[STEME_SIGNER_COUNT_MAX];
    uint8_t no_signatures[STEME_SIGNER_COUNT_MAX * STEME_SIGNATURE_SIZE];
    uint8_t content[STEME_RECORD_SIZE_MAX];
    uint8_t record[STEME_RECORD_SIZE_MAX];
    entry entries[IMPORT_BATCH_COUNT_MAX];
    size_t count;
    steme_append appends[IMPORT_BATCH_COUNT_MAX];
    entry *append_entries[IMPORT_BATCH_COUNT_MAX];
};

import_batch *import_batch_open(database *records, const command_keys *keys)
{
    import_batch *self = text_allocate(sizeof *self);
    memset(self, 0, sizeof *self);
    self->records = records;
    self->keys = keys;
    for (uint32_t i = 0; i < keys->count; i++) {
        self->signers[i] = keys->keys[i].agent;
    }
    return self;
}

static void clear(import_batch *self)
{
    for (size_t i = 0; i < self->count; i++) {
        free(self->entries[i].bytes);
        free(self->entries[i].refusal);
    }
    self->count = 0;
}

void import_batch_close(import_batch *self)
{
    if (self != NULL) {
        clear(self);
        free(self);
    }
}

int import_batch_is_full(const import_batch *self)
{
    return self->count == IMPORT_BATCH_COUNT_MAX;
}

static void add(import_batch *self, steme_span record, uint64_t line, int is_ours)
{
    entry *each = &self->entries[self->count++];
    *each = (entry){.line = line, .size = record.size, .is_ours = is_ours};
    each->bytes = text_allocate(record.size);
    memcpy(each->bytes, record.bytes, record.size);
}

steme_status import_batch_add_statement(import_batch *self, const steme_statement *statement,
                                        uint64_t line, steme_error *error)
{
    steme_span content;
    steme_span record;
    steme_status status = steme_content_encode(statement, self->signers, self->keys->count,
                                               self->content, &content, error);
    if (status == STEME_OK) {
        status = steme_record_assemble(content, self->no_signatures, self->keys->count,
                                       self->record, &record, error);
    }
    if (status == STEME_OK) {
        add(self, record, line, 1);
    }
    return status;
}

steme_status import_batch_add_record(import_batch *self, steme_span record, uint64_t line,
                                     steme_error *error)
{
    if (record.size > STEME_RECORD_SIZE_MAX) {
        return app_fail(error, STEME_TOO_LARGE, "%zu bytes; a record has at most %d", record.size,
                        STEME_RECORD_SIZE_MAX);
    }
    add(self, record, line, 0);
    return STEME_OK;
}

/* ---- Signing ------------------------------------------------------------------------------ */

static steme_status sign_entry(const import_batch *self, entry *each, uint8_t *buffer,
                               steme_error *error)
{
    steme_record record;
    steme_statement statement;
    steme_span bytes = {each->bytes, each->size};
    steme_status status = steme_record_parse(bytes, &record, error);
    if (status == STEME_OK) {
        status = steme_record_interpret(&record, &statement, error);
    }
    if (status != STEME_OK) {
        return status;
    }
    status =
        steme_record_sign(&statement, self->keys->keys, self->keys->count, buffer, &record, error);
    if (status != STEME_OK) {
        return status;
    }
    uint8_t *copy = text_allocate(record.bytes.size);
    memcpy(copy, record.bytes.bytes, record.bytes.size);
    free(each->bytes);
    each->bytes = copy;
    each->size = record.bytes.size;
    return STEME_OK;
}

static void sign_entries(void *context, size_t first, size_t end)
{
    import_batch *self = context;
    uint8_t *buffer = text_allocate(STEME_RECORD_SIZE_MAX);
    for (size_t i = first; i < end; i++) {
        entry *each = &self->entries[i];
        steme_error error = {0};
        if (each->is_ours && sign_entry(self, each, buffer, &error) != STEME_OK) {
            each->refusal = text_duplicate(error.message);
        }
    }
    free(buffer);
}

/* ---- Appending ---------------------------------------------------------------------------- */

/* Why the store refused a record. It gives the status; the words come from admitting it again. */
static void refuse_append(const steme_append *item, const entry *each, import_refuse refuse,
                          void *context)
{
    steme_error error = {0};
    steme_record record;
    if (item->status == STEME_ABSENT) {
        app_fail(&error, item->status,
                 "its id is held, but its bytes are damaged here; see `steme verify`");
    } else if (steme_record_admit(item->record, &record, &error) == STEME_OK) {
        app_fail(&error, item->status, "%s", steme_status_text(item->status));
    }
    refuse(context, each->line, error.message);
}

/* Appends the entries that are ours, or those that are not: only these need their signatures
 * checked. */
static steme_status append_entries(import_batch *self, int is_ours, import_result *result,
                                   import_refuse refuse, void *context, steme_error *error)
{
    size_t count = 0;
    for (size_t i = 0; i < self->count; i++) {
        entry *each = &self->entries[i];
        if (each->is_ours == is_ours && each->refusal == NULL) {
            self->append_entries[count] = each;
            self->appends[count++] = (steme_append){.record = {each->bytes, each->size}};
        }
    }
    if (count == 0) {
        return STEME_OK;
    }
    steme_status status = database_submit(self->records, self->appends, count, is_ours, error);
    if (status != STEME_OK) {
        return status;
    }
    for (size_t i = 0; i < count; i++) {
        const steme_append *item = &self->appends[i];
        if (item->status != STEME_OK) {
            result->refused_count++;
            refuse_append(item, self->append_entries[i], refuse, context);
        } else if (item->was_held) {
            result->held_count++;
        } else {
            result->new_count++;
        }
    }
    return STEME_OK;
}

steme_status import_batch_commit(import_batch *self, import_result *result, import_refuse refuse,
                                 void *context, steme_error *error)
{
    parallel_run(sign_entries, self, self->count, parallel_thread_count());
    for (size_t i = 0; i < self->count; i++) {
        if (self->entries[i].refusal != NULL) {
            result->refused_count++;
            refuse(context, self->entries[i].line, self->entries[i].refusal);
        }
    }
    steme_status status = append_entries(self, 1, result, refuse, context, error);
    if (status == STEME_OK) {
        status = append_entries(self, 0, result, refuse, context, error);
    }
    clear(self);
    return status;
}
