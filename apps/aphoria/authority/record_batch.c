/* record_batch.c -- see record_batch.h. */
#include "aphoria/authority/record_batch.h"

#include <stdlib.h>

#include "common/text.h"
#include "common/time_text.h"

void record_batch_deinit(record_batch *self)
{
    free(self->items);
    arena_deinit(&self->memory);
}

steme_status record_batch_add(record_batch *self, const steme_statement *statement,
                              steme_id *out_id, steme_error *error)
{
    steme_record record;
    steme_status status = steme_record_sign(statement, self->key, 1, self->buffer, &record, error);
    if (status != STEME_OK) {
        return status;
    }
    if (self->count == self->capacity) {
        self->capacity = self->capacity == 0 ? 256 : 2 * self->capacity;
        self->items = text_reallocate(self->items, self->capacity * sizeof *self->items);
    }
    const char *copy = arena_copy(&self->memory, record.bytes.bytes, record.bytes.size);
    self->items[self->count++] =
        (steme_append){.record = {(const uint8_t *)copy, record.bytes.size}};
    if (out_id != NULL) {
        *out_id = record.id;
    }
    return STEME_OK;
}

void record_batch_clear(record_batch *self)
{
    self->count = 0;
    arena_clear(&self->memory);
}

steme_status record_batch_submit(record_batch *self, database *to, steme_error *error)
{
    steme_status status = STEME_OK;
    if (self->count > 0) {
        status = database_submit(to, self->items, self->count, 1, error);
    }
    for (size_t i = 0; status == STEME_OK && i < self->count; i++) {
        status = self->items[i].status;
    }
    database_refresh(to);
    record_batch_clear(self);
    return status;
}

uint64_t record_batch_date(const char *date)
{
    uint64_t at_ns = 0;
    return time_text_to_stamp_ns(text_span(date), &at_ns, NULL) == STEME_OK ? at_ns : 0;
}
