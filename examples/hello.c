/* Two agents disagree; the skeptic shows both. cc hello.c $(pkg-config --cflags --libs steme) */
#include <stdio.h>
#include <stdlib.h>
#include <steme/steme.h>
#include <string.h>

static steme_span text(const char *string)
{
    return (steme_span){(const uint8_t *)string, strlen(string)};
}

static void must(steme_status status, const steme_error *error)
{
    if (status != STEME_OK) {
        fprintf(stderr, "hello: %s\n", error->message);
        exit(1);
    }
}

int main(int argc, char **argv)
{
    static uint8_t buffer[STEME_RECORD_SIZE_MAX];
    const char *names[] = {"Xerox", "XEROX CORPORATION"};
    const char *directory = argc > 1 ? argv[1] : "hello.steme";
    steme_error error;
    steme_store *store;
    must(steme_init(&error), &error);
    must(steme_store_create(directory, &error), &error);
    must(steme_store_open(directory, NULL, &store, &error), &error);
    for (int i = 0; i < 2; i++) {
        steme_key key;
        steme_record record;
        steme_statement claim = {.type = STEME_ASSERTION};
        steme_key_generate(&key);
        must(steme_store_next_stamp(store, &claim.stamp, &error), &error);
        claim.claim_time_ns = steme_stamp_claim_time(&claim.stamp);
        claim.as.assertion.subject = text("mac://00:00:00");
        claim.as.assertion.predicate = text("vendor");
        claim.as.assertion.value = (steme_value){.kind = STEME_VALUE_TEXT, .text = text(names[i])};
        claim.as.assertion.confidence_millionths = 1000000;
        claim.as.assertion.source_class = STEME_CLASS_EXPERT;
        must(steme_record_sign(&claim, &key, 1, buffer, &record, &error), &error);
        must(steme_store_append(store, record.bytes, NULL, &error), &error);
    }
    steme_snapshot *snapshot;
    steme_query *query;
    const steme_answer *answer;
    steme_query_options options = {.subject = text("mac://00:00:00"), .lens = STEME_LENS_SKEPTIC};
    must(steme_snapshot_open(store, &snapshot, &error), &error);
    must(steme_query_open(snapshot, &options, &query, &error), &error);
    must(steme_query_next_answer(query, &answer, &error), &error);
    for (uint32_t i = 0; i < answer->claim_count; i++)
        printf("%.*s\n", (int)answer->claims[i].value.text.size,
               answer->claims[i].value.text.bytes);
    printf("conflict score: %u millionths\n", answer->conflict_millionths);
    steme_query_close(query);
    steme_snapshot_close(snapshot);
    steme_store_close(store);
}
