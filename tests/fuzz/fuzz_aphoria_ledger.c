/* Hostile ledgers, as a merge or somebody may make them: each line is taken or counted as a fault,
 * and what is taken is in order, signed by a signer of the project, and found by its subject. So
 * that signatures do not keep all of it out, lines that are statements are also read as our key
 * signed them. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aphoria/decisions/ledger.h"
#include "common/record_json.h"
#include "common/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static steme_key key;
static project_signer signer = {.name = "fuzz"};
static const project of_fuzz = {.top = "/",
                                .folder = "/",
                                .has_folder = 1,
                                .name = "fuzz",
                                .signers = &signer,
                                .signer_count = 1};

static void begin(void)
{
    static const uint8_t seed[32] = {7};
    static FILE *nowhere;
    if (nowhere != NULL)
        return;
    nowhere = fopen("/dev/null", "w");
    if (nowhere == NULL || steme_init(NULL) != STEME_OK)
        abort();
    stderr = nowhere; /* the reports of each fault; sanitizers write to the descriptor */
    steme_key_from_seed(seed, &key);
    signer.agent = key.agent;
}

static void check(const ledger *read)
{
    arena memory = ARENA_EMPTY;
    for (size_t i = 0; i < read->count; i++) {
        const ledger_entry *each = &read->entries[i];
        steme_span subject = each->statement.as.assertion.subject;
        steme_span predicate = each->statement.as.assertion.predicate;
        const char *subject_text = arena_copy(&memory, subject.bytes, subject.size);
        const char *predicate_text = arena_copy(&memory, predicate.bytes, predicate.size);
        steme_record record;
        assert(each->signer == &signer);
        assert(each->statement.as.assertion.relation != STEME_RELATION_NONE);
        assert(steme_record_admit(each->record.bytes, &record, NULL) == STEME_OK);
        assert(ledger_find(read, subject_text, predicate_text) == each);
        ledger_text(each, "reason", &memory);
    }
    arena_deinit(&memory);
}

static size_t try(const char *bytes, size_t size)
{
    ledger read;
    ledger_parse(&read, &of_fuzz, "hostile", (steme_span){(const uint8_t *)bytes, size});
    check(&read);
    size_t count = read.count + read.fault_count;
    ledger_close(&read);
    return count;
}

/* The line, signed; as it is, where it is no statement. */
static void add_signed(text_buffer *to, steme_span line)
{
    static record_json_input input;
    static uint8_t buffer[STEME_RECORD_SIZE_MAX];
    json_t *object = NULL, *made = NULL;
    steme_record record;
    if (record_json_load(line, &object, NULL) == STEME_OK &&
        record_from_json(object, &input, NULL) == STEME_OK && input.content.size == 0) {
        if (!input.has_claim_time)
            input.statement.claim_time_ns = steme_stamp_claim_time(&input.statement.stamp);
        if (steme_record_sign(&input.statement, &key, 1, buffer, &record, NULL) == STEME_OK &&
            record_to_json(&record, &made, NULL) == STEME_OK) {
            char *text = record_json_text(made, 0);
            text_append(to, text);
            free(text);
        }
    }
    if (made == NULL)
        text_append_bytes(to, (const char *)line.bytes, line.size);
    text_append(to, "\n");
    json_decref(made);
    json_decref(object);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    text_buffer text = TEXT_EMPTY;
    size_t line_count = 0;
    begin();
    for (size_t start = 0; start < size; line_count++) {
        const uint8_t *end = memchr(bytes + start, '\n', size - start);
        size_t stop = end == NULL ? size : (size_t)(end - bytes);
        add_signed(&text, (steme_span){bytes + start, stop - start});
        start = stop + 1;
    }
    assert(try((const char *)bytes, size) <= line_count);
    assert(try(text_get(&text), text.size) <= line_count);
    text_deinit(&text);
    return 0;
}
