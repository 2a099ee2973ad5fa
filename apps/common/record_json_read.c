/* record_json_read.c -- records from JSON; see record_json.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/fail.h"
#include "common/record_form.h"
#include "common/time_text.h"

/* What one reading passes along. `name` is the field that is being read. */
typedef struct form_reader {
    record_json_input *input;
    const char *name;
    uint64_t seen; /* a bit per entry of form_fields */
    uint32_t single_count;
    steme_error *error;
} form_reader;

static steme_status refuse(const form_reader *reader, const char *fault)
{
    return app_fail(reader->error, STEME_INVALID, "%s: %s", reader->name, fault);
}

/* Puts the field's name before what another function said. */
static steme_status refuse_as(const form_reader *reader, const steme_error *inner)
{
    return app_fail(reader->error, inner->status, "%s: %s", reader->name, inner->message);
}

/* ---- Small values ------------------------------------------------------------------------- */

static int span_of_string(const json_t *value, steme_span *out_span)
{
    if (!json_is_string(value))
        return 0;
    *out_span = (steme_span){(const uint8_t *)json_string_value(value), json_string_length(value)};
    return 1;
}

static steme_status read_text(form_reader *reader, const json_t *value, steme_span *out_text)
{
    steme_span text;
    if (!span_of_string(value, &text))
        return refuse(reader, "not a string");
    if (text.size == 0)
        return refuse(reader, "empty text; leave the field out where there is none");
    if (!record_text_is_valid(text))
        return refuse(reader, "NUL in a text");
    *out_text = text;
    return STEME_OK;
}

static steme_status read_hex(form_reader *reader, const json_t *value, void *out_bytes, size_t size)
{
    steme_span text;
    if (!span_of_string(value, &text) || !record_hex_from_text(text, out_bytes, size))
        return app_fail(reader->error, STEME_INVALID, "%s: not %zu hexadecimal digits",
                        reader->name, 2 * size);
    return STEME_OK;
}

static steme_status read_time(form_reader *reader, const json_t *value, int64_t *out_ns)
{
    steme_error inner;
    steme_span text;
    if (!span_of_string(value, &text))
        return refuse(reader, "not a string with a time");
    if (time_text_to_ns(text, out_ns, &inner) != STEME_OK)
        return refuse_as(reader, &inner);
    return STEME_OK;
}

/* A number stands for seconds that no year of four digits has. */
static steme_status read_seconds(form_reader *reader, const json_t *value, int64_t *out_seconds)
{
    steme_error inner;
    steme_span text;
    char written[TIME_TEXT_SIZE];
    if (json_is_integer(value) && !time_text_from_seconds(json_integer_value(value), written)) {
        *out_seconds = json_integer_value(value);
        return STEME_OK;
    }
    if (!span_of_string(value, &text))
        return refuse(reader, "not a string with a time");
    if (time_text_to_seconds(text, out_seconds, &inner) != STEME_OK)
        return refuse_as(reader, &inner);
    return STEME_OK;
}

static steme_status read_word(form_reader *reader, const json_t *value, record_words words,
                              int *out_value)
{
    steme_span word;
    if (!span_of_string(value, &word) || !record_word_find(words, word, out_value))
        return app_fail(reader->error, STEME_INVALID, "%s: not one of %s", reader->name,
                        record_word_list(words));
    return STEME_OK;
}

/* To the nearest millionth: the decimal that was written, where it has six digits of fraction. */
static steme_status read_millionths(form_reader *reader, const json_t *value, int32_t *out_value)
{
    double number = json_number_value(value);
    if (!json_is_number(value))
        return refuse(reader, "not a number");
    int is_weight = reader->input->statement.type == STEME_VOTE;
    if (!(number >= (is_weight ? -1 : 0) && number <= 1))
        return refuse(reader, is_weight ? "not from -1 to 1" : "not from 0 to 1");
    double scaled = number * FORM_MILLIONTHS_MAX;
    *out_value = (int32_t)(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
    return STEME_OK;
}

/* ---- Values and lists --------------------------------------------------------------------- */

static steme_status read_typed_value(form_reader *reader, steme_value_kind kind,
                                     const json_t *payload, steme_value *out_value)
{
    steme_value value = {.kind = kind};
    steme_status status = STEME_OK;
    switch (kind) {
    case STEME_VALUE_NUMBER:
        if (!json_is_number(payload))
            return refuse(reader, "the value of a Number is not a number");
        value = record_value_from_number(payload);
        break;
    case STEME_VALUE_BOOLEAN:
        if (!json_is_boolean(payload))
            return refuse(reader, "the value of a Boolean is neither true nor false");
        value.boolean = json_is_true(payload);
        break;
    case STEME_VALUE_TIME:
        status = read_time(reader, payload, &value.integer);
        break;
    case STEME_VALUE_TEXT:
    case STEME_VALUE_REFERENCE:
        status = read_text(reader, payload, &value.text);
        break;
    }
    if (status == STEME_OK)
        *out_value = value;
    return status;
}

static steme_status read_value(form_reader *reader, const json_t *value, steme_value *out_value)
{
    int kind = 0;
    if (reader->input->signature_count == 0 && !json_is_object(value)) {
        if (json_is_string(value))
            return read_typed_value(reader, STEME_VALUE_TEXT, value, out_value);
        if (json_is_number(value))
            return read_typed_value(reader, STEME_VALUE_NUMBER, value, out_value);
        if (json_is_boolean(value))
            return read_typed_value(reader, STEME_VALUE_BOOLEAN, value, out_value);
    }
    const json_t *type = json_object_get(value, "type");
    const json_t *payload = json_object_get(value, "value");
    if (type == NULL || payload == NULL || json_object_size(value) != 2)
        return refuse(reader, "not of the form {\"type\":…,\"value\":…}");
    reader->name = "object.type";
    steme_status status = read_word(reader, type, RECORD_WORDS_VALUE_KIND, &kind);
    reader->name = "object.value";
    if (status == STEME_OK)
        status = read_typed_value(reader, (steme_value_kind)kind, payload, out_value);
    return status;
}

static steme_status read_hash_or_none(form_reader *reader, const json_t *value,
                                      steme_id_list *out_list)
{
    steme_id *id = &reader->input->single_ids[reader->single_count];
    steme_status status = read_hex(reader, value, id->bytes, sizeof id->bytes);
    if (status != STEME_OK)
        return status;
    reader->single_count++;
    *out_list = (steme_id_list){id->bytes, 1, sizeof *id};
    return STEME_OK;
}

static int compare_ids(const void *left, const void *right)
{
    return memcmp(left, right, sizeof(steme_id));
}

/* In a record ids are ascending; in JSON they may stand in any order. */
static steme_status read_hashes(form_reader *reader, const json_t *value, steme_id_list *out_list)
{
    steme_id *ids = reader->input->ids;
    size_t count = json_array_size(value);
    if (!json_is_array(value) || count == 0 || count > RECORD_JSON_ID_COUNT_MAX)
        return refuse(reader, "not an array of 1 to 64 ids");
    for (size_t i = 0; i < count; i++) {
        steme_status status =
            read_hex(reader, json_array_get(value, i), ids[i].bytes, sizeof ids[i].bytes);
        if (status != STEME_OK)
            return status;
    }
    qsort(ids, count, sizeof ids[0], compare_ids);
    for (size_t i = 1; i < count; i++) {
        if (compare_ids(&ids[i - 1], &ids[i]) == 0)
            return refuse(reader, "one id twice");
    }
    *out_list = (steme_id_list){ids[0].bytes, (uint32_t)count, sizeof ids[0]};
    return STEME_OK;
}

static steme_status read_metadata(form_reader *reader, const json_t *value,
                                  steme_metadata *out_metadata)
{
    steme_text_pair *pairs = reader->input->pairs;
    uint32_t count = 0;
    json_t *object = (json_t *)(uintptr_t)value; /* jansson's iterators are not const */
    if (json_object_size(value) == 0 || json_object_size(value) > RECORD_JSON_PAIR_COUNT_MAX)
        return refuse(reader, "not an object of 1 to 2048 texts");
    for (void *entry = json_object_iter(object); entry != NULL;
         entry = json_object_iter_next(object, entry)) {
        pairs[count].key = record_text(json_object_iter_key(entry));
        if (pairs[count].key.size == 0)
            return refuse(reader, "empty key");
        steme_status status = read_text(reader, json_object_iter_value(entry), &pairs[count].value);
        if (status != STEME_OK)
            return status;
        count++;
    }
    *out_metadata = (steme_metadata){.pairs = pairs, .count = count};
    return STEME_OK;
}

/* ---- What every record has ---------------------------------------------------------------- */

static steme_status read_stamp(form_reader *reader, const json_t *value, steme_stamp *out_stamp)
{
    steme_error inner;
    steme_span time;
    const json_t *counter = json_object_get(value, "counter");
    if (json_object_size(value) != 3 || !span_of_string(json_object_get(value, "time"), &time) ||
        !json_is_integer(counter))
        return refuse(reader, "not of the form {\"time\":…,\"counter\":…,\"node\":…}");
    reader->name = "stamp.time";
    if (time_text_to_stamp_ns(time, &out_stamp->time_ns, &inner) != STEME_OK)
        return refuse_as(reader, &inner);
    reader->name = "stamp.counter";
    if (json_integer_value(counter) < 0 || json_integer_value(counter) > UINT32_MAX)
        return refuse(reader, "not from 0 to 4294967295");
    out_stamp->counter = (uint32_t)json_integer_value(counter);
    reader->name = "stamp.node";
    return read_hex(reader, json_object_get(value, "node"), out_stamp->node,
                    sizeof out_stamp->node);
}

/* Inserts in the signers' order, whatever the order in JSON. */
static steme_status add_signature(form_reader *reader, const json_t *entry)
{
    record_json_input *input = reader->input;
    steme_agent signer;
    uint8_t signature[STEME_SIGNATURE_SIZE];
    if (json_object_size(entry) != 2)
        return refuse(reader, "not of the form [{\"agent_id\":…,\"signature\":…}]");
    reader->name = "signatures.agent_id";
    steme_status status =
        read_hex(reader, json_object_get(entry, "agent_id"), signer.bytes, sizeof signer.bytes);
    if (status != STEME_OK)
        return status;
    reader->name = "signatures.signature";
    status = read_hex(reader, json_object_get(entry, "signature"), signature, sizeof signature);
    if (status != STEME_OK)
        return status;
    uint32_t place = input->signature_count;
    for (; place > 0 &&
           memcmp(input->signers[place - 1].bytes, signer.bytes, sizeof signer.bytes) > 0;
         place--) {
        input->signers[place] = input->signers[place - 1];
        memcpy(input->signatures[place], input->signatures[place - 1], sizeof signature);
    }
    input->signers[place] = signer;
    memcpy(input->signatures[place], signature, sizeof signature);
    input->signature_count++;
    return STEME_OK;
}

static steme_status read_signatures(form_reader *reader, const json_t *value)
{
    size_t count = json_array_size(value);
    if (!json_is_array(value) || count == 0 || count > STEME_SIGNER_COUNT_MAX)
        return refuse(reader, "not an array of 1 to 16 signatures");
    steme_status status = STEME_OK;
    for (size_t i = 0; i < count && status == STEME_OK; i++) {
        reader->name = "signatures";
        status = add_signature(reader, json_array_get(value, i));
    }
    return status;
}

static steme_status read_content(form_reader *reader, const json_t *value)
{
    record_json_input *input = reader->input;
    steme_span text;
    if (!span_of_string(value, &text) || text.size == 0 ||
        text.size / 2 > sizeof input->content_bytes ||
        !record_hex_from_text(text, input->content_bytes, text.size / 2))
        return refuse(reader, "not hexadecimal digits for 1 to 65536 bytes");
    input->content = (steme_span){input->content_bytes, text.size / 2};
    return STEME_OK;
}

/* ---- Fields ------------------------------------------------------------------------------- */

static steme_status read_field(form_reader *reader, const form_field *field, const json_t *value)
{
    steme_statement *statement = &reader->input->statement;
    char *base = (char *)statement;
    void *at = base + field->offset;
    steme_status status = STEME_OK;
    int number = 0, has = 1;
    switch (field->kind) {
    case FORM_TEXT:
        return read_text(reader, value, at);
    case FORM_HASH:
        return read_hex(reader, value, at, STEME_ID_SIZE);
    case FORM_HASH_OR_NONE:
        return read_hash_or_none(reader, value, at);
    case FORM_HASHES:
        return read_hashes(reader, value, at);
    case FORM_VALUE:
        return read_value(reader, value, at);
    case FORM_METADATA:
        return read_metadata(reader, value, at);
    case FORM_WORD:
        status = read_word(reader, value, field->words, &number);
        memcpy(at, &number, sizeof number);
        return status;
    case FORM_MILLIONTHS:
        return read_millionths(reader, value, at);
    case FORM_TIME:
        status = read_time(reader, value, at);
        break;
    case FORM_SECONDS:
        status = read_seconds(reader, value, at);
        break;
    }
    memcpy(base + field->has_offset, &has, sizeof has);
    return status;
}

static steme_status read_typed_field(form_reader *reader, const json_t *value)
{
    steme_record_type type = reader->input->statement.type;
    for (size_t i = 0; i < FORM_FIELD_COUNT; i++) {
        const form_field *field = &form_fields[i];
        if (field->type == type && strcmp(field->name, reader->name) == 0) {
            reader->seen |= UINT64_C(1) << i;
            return read_field(reader, field, value);
        }
    }
    return app_fail(reader->error, STEME_INVALID, "unknown field \"%.100s\" in a record of type %s",
                    reader->name, record_word(RECORD_WORDS_TYPE, (int)type));
}

static steme_status read_member(form_reader *reader, const json_t *value)
{
    record_json_input *input = reader->input;
    if (strcmp(reader->name, "type") == 0 || strcmp(reader->name, "signatures") == 0 ||
        strcmp(reader->name, "schema") == 0)
        return STEME_OK; /* read before all others */
    if (strcmp(reader->name, "stamp") == 0) {
        input->has_stamp = 1;
        return read_stamp(reader, value, &input->statement.stamp);
    }
    if (strcmp(reader->name, "claim_time") == 0) {
        input->has_claim_time = 1;
        return read_time(reader, value, &input->statement.claim_time_ns);
    }
    if (strcmp(reader->name, "id") == 0) {
        input->has_id = 1;
        return read_hex(reader, value, input->id.bytes, sizeof input->id.bytes);
    }
    return read_typed_field(reader, value);
}

static void set_defaults(steme_statement *statement)
{
    for (size_t i = 0; i < FORM_FIELD_COUNT; i++) {
        const form_field *field = &form_fields[i];
        if (field->type == statement->type && field->has_default)
            memcpy((char *)statement + field->offset, &field->default_value,
                   sizeof field->default_value);
    }
}

static int is_seen(const form_reader *reader, const char *name)
{
    for (size_t i = 0; i < FORM_FIELD_COUNT; i++) {
        if (form_fields[i].type == reader->input->statement.type &&
            strcmp(form_fields[i].name, name) == 0)
            return (reader->seen >> i & 1) != 0;
    }
    return 0;
}

static steme_status check_presence(form_reader *reader)
{
    const steme_statement *statement = &reader->input->statement;
    for (size_t i = 0; i < FORM_FIELD_COUNT; i++) {
        const form_field *field = &form_fields[i];
        reader->name = field->name;
        if (field->type == statement->type && field->is_required && (reader->seen >> i & 1) == 0)
            return refuse(reader, "required, but not there");
    }
    if (statement->type == STEME_ASSERTION) {
        reader->name = "object";
        int is_none = statement->as.assertion.relation == STEME_RELATION_NONE;
        if (is_none && is_seen(reader, "object"))
            return refuse(reader, "there is none with the relation none");
        if (!is_none && !is_seen(reader, "object"))
            return refuse(reader, "required, but not there");
        reader->input->has_source_class = is_seen(reader, "source_class");
    }
    reader->name = "kind";
    if (statement->type == STEME_EPOCH && is_seen(reader, "kind") != is_seen(reader, "supersedes"))
        return refuse(reader, "goes with supersedes, and neither is there without the other");
    return STEME_OK;
}

static steme_status check_envelope(form_reader *reader)
{
    record_json_input *input = reader->input;
    if (input->signature_count > 0 && input->content.size == 0 && !input->has_stamp) {
        reader->name = "stamp";
        return refuse(reader, "required where there are signatures");
    }
    if (input->signature_count == 0 && (input->has_id || input->content.size > 0)) {
        reader->name = "signatures";
        return refuse(reader, "required where there is an id or content");
    }
    if (input->has_stamp && !input->has_claim_time)
        input->statement.claim_time_ns = steme_stamp_claim_time(&input->statement.stamp);
    return STEME_OK;
}

/* {"content":…,"signatures":…,"id":…}: a record that has no fields in JSON. */
static steme_status read_content_form(form_reader *reader, const json_t *object)
{
    const json_t *id = json_object_get(object, "id");
    int has_schema = json_object_get(object, "schema") != NULL;
    size_t extra_count = (id != NULL ? 1U : 0U) + (has_schema ? 1U : 0U);
    if (json_object_size(object) != 2 + extra_count || reader->input->signature_count == 0)
        return app_fail(reader->error, STEME_INVALID,
                        "content: goes with signatures and id, and nothing else");
    reader->name = "content";
    steme_status status = read_content(reader, json_object_get(object, "content"));
    if (status != STEME_OK || id == NULL)
        return status;
    reader->name = "id";
    reader->input->has_id = 1;
    return read_hex(reader, id, reader->input->id.bytes, sizeof reader->input->id.bytes);
}

static steme_status read_fields_form(form_reader *reader, json_t *object)
{
    int type = 0;
    const json_t *word = json_object_get(object, "type");
    reader->name = "type";
    if (word == NULL)
        return refuse(reader, "required, but not there; for a claim it is \"assertion\"");
    steme_status status = read_word(reader, word, RECORD_WORDS_TYPE, &type);
    if (status != STEME_OK)
        return status;
    reader->input->statement.type = (steme_record_type)type;
    set_defaults(&reader->input->statement);
    for (void *entry = json_object_iter(object); entry != NULL && status == STEME_OK;
         entry = json_object_iter_next(object, entry)) {
        reader->name = json_object_iter_key(entry);
        status = read_member(reader, json_object_iter_value(entry));
    }
    if (status == STEME_OK)
        status = check_presence(reader);
    if (status == STEME_OK)
        status = check_envelope(reader);
    return status;
}

/* What prints records one by one says which form they are in; the same form is read here. */
static steme_status check_schema(form_reader *reader, const json_t *object)
{
    const json_t *schema = json_object_get(object, "schema");
    if (schema == NULL || (json_is_integer(schema) && json_integer_value(schema) == 1))
        return STEME_OK;
    reader->name = "schema";
    return refuse(reader, "not 1, the only one that this program reads");
}

/* The large arrays at the end need no clearing: their counts are kept elsewhere. */
static void clear_input(record_json_input *input)
{
    memset(input, 0, offsetof(record_json_input, ids));
}

steme_status record_from_json(const json_t *object, record_json_input *out_input,
                              steme_error *error)
{
    form_reader reader = {.input = out_input, .name = "record", .error = error};
    clear_input(out_input);
    if (!json_is_object(object))
        return refuse(&reader, "not a JSON object");
    steme_status status = check_schema(&reader, object);
    const json_t *signatures = json_object_get(object, "signatures");
    if (status == STEME_OK && signatures != NULL)
        status = read_signatures(&reader, signatures);
    if (status != STEME_OK)
        return status;
    if (json_object_get(object, "content") != NULL)
        return read_content_form(&reader, object);
    return read_fields_form(&reader, (json_t *)(uintptr_t)object);
}

/* ---- Around it ---------------------------------------------------------------------------- */

/* The parser's words, but for those that name an option of its own. */
static const char *fault_text(const json_error_t *fault)
{
    return json_error_code(fault) == json_error_null_character ? "NUL in a text" : fault->text;
}

steme_status record_json_load(steme_span text, json_t **out_value, steme_error *error)
{
    json_error_t fault;
    const char *bytes = text.size == 0 ? "" : (const char *)text.bytes;
    json_t *value = json_loadb(bytes, text.size, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &fault);
    if (value == NULL && json_error_code(&fault) == json_error_out_of_memory)
        return app_fail(error, STEME_NO_MEMORY, "no memory for %zu bytes of JSON", text.size);
    if (value == NULL && fault.line <= 1)
        return app_fail(error, STEME_INVALID, "JSON, column %d: %s", fault.column,
                        fault_text(&fault));
    if (value == NULL)
        return app_fail(error, STEME_INVALID, "JSON, line %d, column %d: %s", fault.line,
                        fault.column, fault_text(&fault));
    *out_value = value;
    return STEME_OK;
}

static int signers_match(const record_json_input *input, const steme_record *record)
{
    if (record->signer_count != input->signature_count)
        return 0;
    for (uint32_t i = 0; i < record->signer_count; i++) {
        if (memcmp(steme_record_signer(record, i), input->signers[i].bytes, STEME_AGENT_SIZE) != 0)
            return 0;
    }
    return 1;
}

steme_status record_json_assemble(const record_json_input *input, uint8_t *buffer,
                                  steme_span *out_record, steme_error *error)
{
    uint8_t content_buffer[STEME_RECORD_SIZE_MAX];
    steme_span content = input->content, bytes;
    steme_record record;
    steme_status status = STEME_OK;
    if (content.size == 0)
        status = steme_content_encode(&input->statement, input->signers, input->signature_count,
                                      content_buffer, &content, error);
    if (status == STEME_OK)
        status = steme_record_assemble(content, input->signatures[0], input->signature_count,
                                       buffer, &bytes, error);
    if (status == STEME_OK)
        status = steme_record_parse(bytes, &record, error);
    if (status != STEME_OK)
        return status;
    if (!signers_match(input, &record))
        return app_fail(error, STEME_INVALID, "signatures: not by the signers of the content");
    if (input->has_id && memcmp(input->id.bytes, record.id.bytes, STEME_ID_SIZE) != 0)
        return app_fail(error, STEME_INVALID, "id: not that of the fields");
    *out_record = bytes;
    return STEME_OK;
}
