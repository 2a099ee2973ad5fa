/* Hostile trust packs: refused with a report, or whole. So that the hash does not keep all of it
 * out, what is given is also read as the body of a pack that somebody signed over it. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aphoria/authority/trust_pack.h"
#include "common/record_json.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void begin(void)
{
    static FILE *nowhere;
    steme_error error;
    if (nowhere != NULL)
        return;
    nowhere = fopen("/dev/null", "w");
    if (nowhere == NULL || steme_init(&error) != STEME_OK)
        abort();
    stderr = nowhere; /* the reports of each fault; sanitizers write to the descriptor */
}

static steme_key key_of_fuzz(void)
{
    static const uint8_t seed[32] = {7};
    steme_key key;
    steme_key_from_seed(seed, &key);
    return key;
}

/* What was taken is written again as the same pack, where our key signed it. */
static void check(const trust_pack *pack)
{
    steme_error error;
    steme_key key = key_of_fuzz();
    text_buffer again = TEXT_EMPTY;
    team_records records = {0};
    for (size_t i = 0; i < pack->count; i++) {
        steme_record record;
        assert(steme_record_admit(pack->items[i].record, &record, &error) == STEME_OK);
    }
    team_records_begin(&records, &pack->head.id);
    trust_pack_add_to(pack, &records);
    team_records_finish(&records);
    assert(records.count == pack->count + 1 && records.agent_count > 0);
    team_records_deinit(&records);
    if (trust_pack_write(pack->name, pack->items, pack->count, &key, &again, &error) == STEME_OK) {
        trust_pack made;
        assert(trust_pack_parse(&made, "again",
                                (steme_span){(const uint8_t *)again.bytes, again.size}));
        assert(made.count == pack->count && trust_pack_is_signed_by(&made, &key.agent));
        trust_pack_deinit(&made);
    }
    text_deinit(&again);
}

static void try(steme_span text)
{
    trust_pack pack;
    if (trust_pack_parse(&pack, "hostile", text))
        check(&pack);
    trust_pack_deinit(&pack);
}

/* A head over any body, as one who may sign would make it. */
static void try_signed(steme_span body)
{
    steme_error error;
    steme_key key = key_of_fuzz();
    uint8_t *buffer = text_allocate(STEME_RECORD_SIZE_MAX);
    text_buffer text = TEXT_EMPTY;
    json_t *object = NULL;
    steme_record record;
    steme_id document = steme_hash(body.bytes, body.size);
    steme_statement statement = {.type = STEME_SOURCE};
    statement.as.source.name = text_span("pack://fuzz");
    statement.as.source.document = (steme_id_list){document.bytes, 1, STEME_ID_SIZE};
    if (steme_record_sign(&statement, &key, 1, buffer, &record, &error) != STEME_OK ||
        record_to_json(&record, &object, &error) != STEME_OK)
        abort();
    char *line = record_json_text(object, 0);
    text_append(&text, line);
    text_append(&text, "\n");
    text_append_bytes(&text, body.bytes, body.size);
    try((steme_span){(const uint8_t *)text.bytes, text.size});
    free(line);
    json_decref(object);
    text_deinit(&text);
    free(buffer);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    begin();
    try((steme_span){bytes, size});
    try_signed((steme_span){bytes, size});
    return 0;
}
