#include "common/database_search.h"

#include <string.h>

#include "common/fail.h"

enum { ASK_EVERY = 1024 }; /* records between two questions whether to go on */

typedef struct id_search {
    const char *digits;
    size_t digit_count;
    int (*is_cancelled)(void *context);
    void *context;
    uint64_t seen_count;
    int was_cancelled;
    steme_record found;
    uint64_t found_count;
} id_search;

static int has_digits(const steme_id *id, const char *digits, size_t digit_count)
{
    static const char names[] = "0123456789abcdef";
    for (size_t i = 0; i < digit_count; i++) {
        uint8_t byte = id->bytes[i / 2];
        if (names[i % 2 == 0 ? byte >> 4 : byte & 15] != digits[i]) {
            return 0;
        }
    }
    return 1;
}

static steme_status compare_record(void *context, const steme_record *record, uint64_t arrival_ns,
                                   steme_error *error)
{
    id_search *self = context;
    (void)arrival_ns;
    if (self->is_cancelled != NULL && ++self->seen_count % ASK_EVERY == 0 &&
        self->is_cancelled(self->context)) {
        self->was_cancelled = 1;
        return app_fail(error, STEME_CANCELLED, "cancelled");
    }
    if (!has_digits(&record->id, self->digits, self->digit_count)) {
        return STEME_OK;
    }
    self->found = *record;
    return ++self->found_count > 1 ? STEME_CANCELLED : STEME_OK;
}

steme_status database_search(steme_snapshot *snapshot, const char *digits,
                             int (*is_cancelled)(void *context), void *context,
                             steme_record *out_record, steme_error *error)
{
    id_search search = {.digits = digits,
                        .digit_count = strlen(digits),
                        .is_cancelled = is_cancelled,
                        .context = context};
    steme_status status = steme_snapshot_visit(snapshot, compare_record, &search, NULL, error);
    if (search.found_count > 1) {
        return app_fail(error, STEME_INVALID, "more than one record: %s; give more of its digits",
                        digits);
    }
    if (status != STEME_OK) {
        return status;
    }
    if (search.found_count == 0) {
        return app_fail(error, STEME_NOT_FOUND, "no such record: %s", digits);
    }
    *out_record = search.found;
    return STEME_OK;
}
