/* record_json_write.c -- records as JSON; see record_json.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/fail.h"
#include "common/record_form.h"
#include "common/time_text.h"

/* ---- Small values ------------------------------------------------------------------------- */

json_t *record_time_to_json(int64_t ns)
{
    char text[TIME_TEXT_SIZE];
    time_text_from_ns(ns, text);
    return json_string(text);
}

json_t *record_hex_to_json(const void *bytes, size_t size)
{
    static const char digits[] = "0123456789abcdef";
    char *text = malloc(2 * size + 1);
    if (text == NULL)
        return NULL;
    for (size_t i = 0; i < size; i++) {
        uint8_t byte = ((const uint8_t *)bytes)[i];
        text[2 * i] = digits[byte >> 4];
        text[2 * i + 1] = digits[byte & 15];
    }
    json_t *string = json_stringn_nocheck(text, 2 * size);
    free(text);
    return string;
}

json_t *record_millionths_to_json(int64_t millionths)
{
    if (millionths % FORM_MILLIONTHS_MAX == 0)
        return json_integer(millionths / FORM_MILLIONTHS_MAX);
    return json_real((double)millionths / FORM_MILLIONTHS_MAX);
}

static json_t *text_to_json(steme_span text)
{
    return json_stringn((const char *)text.bytes, text.size);
}

static json_t *seconds_to_json(int64_t seconds)
{
    char text[TIME_TEXT_SIZE];
    return time_text_from_seconds(seconds, text) ? json_string(text) : json_integer(seconds);
}

/* Sets a member that is moved in; where `value` is NULL, the memory being short, it notes that. */
static void set_member(json_t *object, const char *name, json_t *value, int *is_short)
{
    if (json_object_set_new(object, name, value) != 0)
        *is_short = 1;
}

static json_t *payload_to_json(const steme_value *value)
{
    switch (value->kind) {
    case STEME_VALUE_NUMBER:
        return value->is_real ? json_real(value->real) : json_integer(value->integer);
    case STEME_VALUE_BOOLEAN:
        return json_boolean(value->boolean);
    case STEME_VALUE_TIME:
        return record_time_to_json(value->integer);
    case STEME_VALUE_TEXT:
    case STEME_VALUE_REFERENCE:
        break;
    }
    return text_to_json(value->text);
}

json_t *record_value_to_json(const steme_value *value)
{
    int is_short = 0;
    json_t *object = json_object();
    set_member(object, "type", json_string(record_word(RECORD_WORDS_VALUE_KIND, (int)value->kind)),
               &is_short);
    set_member(object, "value", payload_to_json(value), &is_short);
    if (!is_short)
        return object;
    json_decref(object);
    return NULL;
}

static json_t *hashes_to_json(const steme_id_list *list)
{
    json_t *array = json_array();
    for (uint32_t i = 0; i < list->count; i++) {
        const uint8_t *hash = list->first + (size_t)i * list->stride;
        if (json_array_append_new(array, record_hex_to_json(hash, STEME_ID_SIZE)) != 0) {
            json_decref(array);
            return NULL;
        }
    }
    return array;
}

/* Keys are copied for the NUL that jansson wants; all of them together have 4,096 bytes at most. */
static json_t *metadata_to_json(const steme_metadata *metadata)
{
    json_t *object = json_object();
    for (uint32_t i = 0; i < metadata->count; i++) {
        steme_text_pair pair = steme_metadata_get(metadata, i);
        char key[4096 + 1];
        snprintf(key, sizeof key, "%.*s", (int)pair.key.size, (const char *)pair.key.bytes);
        if (json_object_set_new(object, key, text_to_json(pair.value)) != 0) {
            json_decref(object);
            return NULL;
        }
    }
    return object;
}

static json_t *stamp_to_json(const steme_stamp *stamp)
{
    char time[TIME_TEXT_SIZE];
    time_text_from_stamp_ns(stamp->time_ns, time);
    int is_short = 0;
    json_t *object = json_object();
    set_member(object, "time", json_string(time), &is_short);
    set_member(object, "counter", json_integer(stamp->counter), &is_short);
    set_member(object, "node", record_hex_to_json(stamp->node, sizeof stamp->node), &is_short);
    if (!is_short)
        return object;
    json_decref(object);
    return NULL;
}

/* ---- A record's fields -------------------------------------------------------------------- */

static int is_present(const form_field *field, const steme_statement *statement)
{
    const char *base = (const char *)statement;
    const void *at = base + field->offset;
    int number;
    switch (field->kind) {
    case FORM_TEXT:
        return ((const steme_span *)at)->size > 0;
    case FORM_HASH_OR_NONE:
    case FORM_HASHES:
        return ((const steme_id_list *)at)->count > 0;
    case FORM_WORD:
    case FORM_MILLIONTHS:
        memcpy(&number, at, sizeof number);
        if (statement->type == STEME_EPOCH)
            return statement->as.epoch.supersedes.count > 0;
        return !field->has_default || number != field->default_value;
    case FORM_TIME:
    case FORM_SECONDS:
        return *(const int *)(const void *)(base + field->has_offset);
    case FORM_VALUE:
        return statement->as.assertion.relation != STEME_RELATION_NONE;
    case FORM_METADATA:
        return ((const steme_metadata *)at)->count > 0;
    case FORM_HASH:
        break;
    }
    return 1;
}

static json_t *field_to_json(const form_field *field, const steme_statement *statement)
{
    const void *at = (const char *)statement + field->offset;
    int number = 0;
    switch (field->kind) {
    case FORM_TEXT:
        return text_to_json(*(const steme_span *)at);
    case FORM_HASH:
        return record_hex_to_json(at, STEME_ID_SIZE);
    case FORM_HASH_OR_NONE:
        return record_hex_to_json(((const steme_id_list *)at)->first, STEME_ID_SIZE);
    case FORM_HASHES:
        return hashes_to_json(at);
    case FORM_WORD:
        memcpy(&number, at, sizeof number);
        return json_string(record_word(field->words, number));
    case FORM_MILLIONTHS:
        memcpy(&number, at, sizeof number);
        return record_millionths_to_json(number);
    case FORM_TIME:
        return record_time_to_json(*(const int64_t *)at);
    case FORM_SECONDS:
        return seconds_to_json(*(const int64_t *)at);
    case FORM_VALUE:
        return record_value_to_json(at);
    case FORM_METADATA:
        return metadata_to_json(at);
    }
    return NULL;
}

static void put_fields(json_t *object, const steme_statement *statement, int *is_short)
{
    set_member(object, "type", json_string(record_word(RECORD_WORDS_TYPE, (int)statement->type)),
               is_short);
    for (size_t i = 0; i < FORM_FIELD_COUNT; i++) {
        const form_field *field = &form_fields[i];
        if (field->type == statement->type && is_present(field, statement))
            set_member(object, field->name, field_to_json(field, statement), is_short);
    }
    set_member(object, "stamp", stamp_to_json(&statement->stamp), is_short);
    if (statement->claim_time_ns != steme_stamp_claim_time(&statement->stamp))
        set_member(object, "claim_time", record_time_to_json(statement->claim_time_ns), is_short);
}

static json_t *signatures_to_json(const steme_record *record)
{
    json_t *array = json_array();
    for (uint32_t i = 0; i < record->signer_count; i++) {
        int is_short = 0;
        json_t *entry = json_object();
        set_member(entry, "agent_id",
                   record_hex_to_json(steme_record_signer(record, i), STEME_AGENT_SIZE), &is_short);
        set_member(entry, "signature",
                   record_hex_to_json(steme_record_signature(record, i), STEME_SIGNATURE_SIZE),
                   &is_short);
        if (is_short || json_array_append(array, entry) != 0) {
            json_decref(entry);
            json_decref(array);
            return NULL;
        }
        json_decref(entry);
    }
    return array;
}

/* Whether the fields that JSON has make the same content again: what JSON cannot say, such as a
 * body key that is not listed, is not there after that. */
static int is_sayable(const steme_record *record, steme_statement *out_statement)
{
    steme_agent signers[STEME_SIGNER_COUNT_MAX];
    uint8_t buffer[STEME_RECORD_SIZE_MAX];
    steme_span content;
    if (steme_record_interpret(record, out_statement, NULL) != STEME_OK)
        return 0;
    for (uint32_t i = 0; i < record->signer_count; i++)
        memcpy(signers[i].bytes, steme_record_signer(record, i), STEME_AGENT_SIZE);
    return steme_content_encode(out_statement, signers, record->signer_count, buffer, &content,
                                NULL) == STEME_OK &&
           content.size == record->content.size &&
           memcmp(content.bytes, record->content.bytes, content.size) == 0;
}

steme_status record_to_json(const steme_record *record, json_t **out_object, steme_error *error)
{
    steme_statement statement;
    int is_short = 0;
    json_t *object = json_object();
    if (is_sayable(record, &statement))
        put_fields(object, &statement, &is_short);
    else
        set_member(object, "content",
                   record_hex_to_json(record->content.bytes, record->content.size), &is_short);
    set_member(object, "signatures", signatures_to_json(record), &is_short);
    set_member(object, "id", record_hex_to_json(record->id.bytes, STEME_ID_SIZE), &is_short);
    if (is_short) {
        json_decref(object);
        return app_fail(error, STEME_NO_MEMORY, "no memory for a record's JSON");
    }
    *out_object = object;
    return STEME_OK;
}

/* ---- Text --------------------------------------------------------------------------------- */

static size_t real_digits(double real)
{
    for (int digits = 1; digits < 17; digits++) {
        char text[40];
        snprintf(text, sizeof text, "%.*g", digits, real);
        if (strtod(text, NULL) == real)
            return (size_t)digits;
    }
    return 17;
}

static size_t larger(size_t left, size_t right)
{
    return left > right ? left : right;
}

/* How many digits all reals inside need. Depth is that of what was built or loaded: bounded. */
static size_t digits_needed(const json_t *value)
{
    size_t digits = 1;
    if (json_is_real(value))
        return real_digits(json_real_value(value));
    if (json_is_array(value)) {
        for (size_t i = 0; i < json_array_size(value); i++)
            digits = larger(digits, digits_needed(json_array_get(value, i)));
    } else if (json_is_object(value)) {
        json_t *object = json_incref((json_t *)(uintptr_t)value);
        for (void *entry = json_object_iter(object); entry != NULL;
             entry = json_object_iter_next(object, entry))
            digits = larger(digits, digits_needed(json_object_iter_value(entry)));
        json_decref(object);
    }
    return digits;
}

char *record_json_text(const json_t *value, size_t indent)
{
    size_t layout = indent > 0 ? JSON_INDENT(indent) : JSON_COMPACT;
    return json_dumps(value, JSON_ENCODE_ANY | JSON_REAL_PRECISION(digits_needed(value)) | layout);
}
