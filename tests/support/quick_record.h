/* quick_record.h -- signed records told by a number, made quickly: every test and every process
 * makes the same bytes of the same number. */
#ifndef SUPPORT_QUICK_RECORD_H
#define SUPPORT_QUICK_RECORD_H

#include "support/test.h"

#include <steme/record.h>

#define QUICK_TIME_NS UINT64_C(1767225600000000000) /* 2026-01-01 */

enum { QUICK_KEY_COUNT = 5 };

/* A record in a block of memory of its own. */
typedef struct quick_record {
    uint8_t *bytes;
    size_t size;
    steme_id id;
} quick_record;

/* Key `index` < QUICK_KEY_COUNT: the same in every process. */
static inline void quick_key(uint64_t index, steme_key *out_key)
{
    uint8_t seed[32] = {9, (uint8_t)index};
    steme_key_from_seed(seed, out_key);
}

static inline steme_span quick_text(const char *text)
{
    return (steme_span){(const uint8_t *)text, strlen(text)};
}

static inline void quick_statement(uint64_t number, char subject[64], steme_statement *out)
{
    static const char *const predicates[] = {"mass", "colour", "year", "made/by"};
    *out = (steme_statement){.type = STEME_ASSERTION};
    out->stamp = (steme_stamp){QUICK_TIME_NS + number * 1000, (uint32_t)(number % 3), {7}};
    out->claim_time_ns = (int64_t)out->stamp.time_ns;
    if (number % 16 == 15) { /* a vote */
        steme_id target = steme_hash(&number, sizeof number);
        out->type = STEME_VOTE;
        out->as.vote.target = target;
        out->as.vote.weight_millionths = (int32_t)(number % 1000);
        return;
    }
    snprintf(subject, 64, "thing/%llu/%llu", (unsigned long long)(number % 13),
             (unsigned long long)(number % 97));
    steme_assertion *assertion = &out->as.assertion;
    assertion->subject = quick_text(subject);
    assertion->predicate = quick_text(predicates[number % 4]);
    assertion->value.kind = STEME_VALUE_NUMBER;
    assertion->value.integer = (int64_t)(number % 5);
    assertion->confidence_millionths = 1000000;
    assertion->source_class = (steme_source_class)(number % 6);
}

/* Record `number`. The keys are made once by each thread. */
static inline void quick_record_make(uint64_t number, quick_record *out)
{
    static _Thread_local steme_key keys[QUICK_KEY_COUNT];
    static _Thread_local int is_made;
    uint8_t buffer[STEME_RECORD_SIZE_MAX];
    char subject[64];
    steme_statement statement;
    steme_record record;
    steme_error error;
    if (!is_made)
        for (uint64_t i = 0; i < QUICK_KEY_COUNT; i++)
            quick_key(i, &keys[i]);
    is_made = 1;
    quick_statement(number, subject, &statement);
    steme_status status =
        steme_record_sign(&statement, &keys[number % QUICK_KEY_COUNT], 1, buffer, &record, &error);
    if (status != STEME_OK) {
        fprintf(stderr, "record %llu: %s\n", (unsigned long long)number, error.message);
        abort();
    }
    out->bytes = malloc(record.bytes.size);
    if (out->bytes == NULL)
        abort();
    memcpy(out->bytes, record.bytes.bytes, record.bytes.size);
    out->size = record.bytes.size;
    out->id = record.id;
}

/* Records `first` to `first + count - 1`. */
static inline quick_record *quick_records_make(uint64_t first, size_t count)
{
    quick_record *records = malloc((count + 1) * sizeof *records);
    assert_non_null(records);
    for (size_t i = 0; i < count; i++)
        quick_record_make(first + i, &records[i]);
    return records;
}

static inline void quick_records_free(quick_record *records, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(records[i].bytes);
    free(records);
}

#endif
