/* claims.h -- a store in a temporary folder, and claims to put in it. */
#ifndef SUPPORT_CLAIMS_H
#define SUPPORT_CLAIMS_H

#include "support/test.h"

#include <dirent.h>
#include <steme/steme.h>
#include <sys/stat.h>
#include <unistd.h>

#define CLAIMS_SECOND_NS UINT64_C(1000000000)
#define CLAIMS_TIME_NS   (UINT64_C(1767225600) * CLAIMS_SECOND_NS) /* 2026-01-01 */

typedef struct claims_store {
    char directory[512];
    steme_store *store;
} claims_store;

/* `status` is STEME_OK, or the test says why it is not. */
static inline void claims_check(steme_status status, const steme_error *error)
{
    if (status != STEME_OK)
        fail_msg("%s: %s", steme_status_text(status), error->message);
}

static inline void claims_reopen(claims_store *world)
{
    steme_error error;
    steme_store_close(world->store);
    claims_check(steme_store_open(world->directory, NULL, &world->store, &error), &error);
}

static inline void claims_open(claims_store *world)
{
    steme_error error;
    const char *folder = getenv("TMPDIR");
    snprintf(world->directory, sizeof world->directory, "%s/steme-claims-XXXXXX",
             folder != NULL ? folder : "/tmp");
    assert_non_null(mkdtemp(world->directory));
    claims_check(steme_init(&error), &error);
    claims_check(steme_store_create(world->directory, &error), &error);
    claims_check(steme_store_open(world->directory, NULL, &world->store, &error), &error);
}

static inline void claims_remove(const char *path)
{
    DIR *folder = opendir(path);
    if (folder == NULL) {
        unlink(path);
        return;
    }
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        char below[1024];
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        snprintf(below, sizeof below, "%.700s/%.255s", path, entry->d_name);
        claims_remove(below);
    }
    closedir(folder);
    rmdir(path);
}

static inline void claims_close(claims_store *world)
{
    steme_store_close(world->store);
    claims_remove(world->directory);
}

static inline steme_span claims_text(const char *text)
{
    return (steme_span){(const uint8_t *)text, strlen(text)};
}

/* Key number `number` of the test. */
static inline steme_key claims_key(uint8_t number)
{
    uint8_t seed[32] = {0};
    steme_key key;
    seed[0] = number;
    steme_key_from_seed(seed, &key);
    return key;
}

static inline steme_statement claims_assertion(const char *subject, const char *predicate,
                                               const char *value, uint64_t time_ns)
{
    steme_statement statement = {
        .type = STEME_ASSERTION, .stamp = {.time_ns = time_ns}, .claim_time_ns = (int64_t)time_ns};
    statement.as.assertion = (steme_assertion){
        .subject = claims_text(subject),
        .predicate = claims_text(predicate),
        .value = {.kind = STEME_VALUE_TEXT, .text = claims_text(value)},
        .confidence_millionths = 1000000,
        .source_class = STEME_CLASS_ANECDOTAL,
    };
    return statement;
}

/* Signs with the keys of these numbers; the record is in `buffer` of STEME_RECORD_SIZE_MAX. */
static inline steme_record claims_sign(const steme_statement *statement, const uint8_t *numbers,
                                       uint32_t count, uint8_t *buffer)
{
    steme_key keys[STEME_SIGNER_COUNT_MAX];
    steme_record record;
    steme_error error;
    for (uint32_t i = 0; i < count; i++)
        keys[i] = claims_key(numbers[i]);
    claims_check(steme_record_sign(statement, keys, count, buffer, &record, &error), &error);
    return record;
}

static inline steme_id claims_append_signed(claims_store *world, const steme_statement *statement,
                                            const uint8_t *numbers, uint32_t count)
{
    static uint8_t buffer[STEME_RECORD_SIZE_MAX];
    steme_error error;
    steme_id id;
    steme_record record = claims_sign(statement, numbers, count, buffer);
    claims_check(steme_store_append(world->store, record.bytes, &id, &error), &error);
    return id;
}

static inline steme_id claims_append(claims_store *world, const steme_statement *statement,
                                     uint8_t key_number)
{
    return claims_append_signed(world, statement, &key_number, 1);
}

/* A source record of this name; its edition makes its id differ. */
static inline steme_id claims_append_source(claims_store *world, const char *name,
                                            const char *edition, uint64_t time_ns)
{
    steme_statement statement = {
        .type = STEME_SOURCE, .stamp = {.time_ns = time_ns}, .claim_time_ns = (int64_t)time_ns};
    statement.as.source =
        (steme_source){.name = claims_text(name), .edition = claims_text(edition)};
    return claims_append(world, &statement, 200);
}

static inline void claims_set_source(steme_statement *statement, const steme_id *source)
{
    statement->as.assertion.source =
        (steme_id_list){.first = source->bytes, .count = 1, .stride = STEME_ID_SIZE};
}

static inline int claims_is_id(const steme_record *record, const steme_id *id)
{
    return memcmp(record->id.bytes, id->bytes, STEME_ID_SIZE) == 0;
}

#endif
