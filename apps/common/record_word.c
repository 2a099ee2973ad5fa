/* record_word.c -- the words, digits and texts of the JSON form, for JSON and for other formats. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <utf8proc.h>

#include "common/fail.h"
#include "common/record_json.h"
#include "common/time_text.h"

/* ---- Words -------------------------------------------------------------------------------- */

typedef struct word_table {
    const char *const *words;
    int first; /* the value of the first word */
    int count;
    const char *list;
} word_table;

#define WORD_COUNT_MAX 9

static const char *const type_words[WORD_COUNT_MAX] = {
    "assertion", "vote", "supersession", "stage", "epoch", "alias", "source", "endorsement", "key"};
static const char *const value_words[] = {"Text", "Number", "Boolean", "Reference", "Time"};
static const char *const relation_words[] = {"=", "!=", "<", "<=", ">", ">=", "none"};
static const char *const class_words[] = {"regulatory", "clinical",  "observational",
                                          "expert",     "community", "anecdotal"};
static const char *const supersession_words[] = {"invalidate", "temporal", "refine", "retract",
                                                 "merge"};
static const char *const stage_words[] = {"under_review", "approved", "deprecated", "rejected"};
static const char *const alias_words[] = {"same-as", "is-a"};
static const char *const key_words[] = {"rotate", "revoke", "delegate"};

static const word_table word_tables[] = {
    [RECORD_WORDS_TYPE] = {type_words, STEME_ASSERTION, 9,
                           "assertion, vote, supersession, stage, epoch, alias, source, "
                           "endorsement, key"},
    [RECORD_WORDS_VALUE_KIND] = {value_words, STEME_VALUE_TEXT, 5,
                                 "Text, Number, Boolean, Reference, Time"},
    [RECORD_WORDS_RELATION] = {relation_words, STEME_RELATION_EQUAL, 7,
                               "=, !=, <, <=, >, >=, none"},
    [RECORD_WORDS_SOURCE_CLASS] = {class_words, STEME_CLASS_REGULATORY, 6,
                                   "regulatory, clinical, observational, expert, community, "
                                   "anecdotal"},
    [RECORD_WORDS_SUPERSESSION] = {supersession_words, STEME_SUPERSEDE_INVALIDATE, 5,
                                   "invalidate, temporal, refine, retract, merge"},
    [RECORD_WORDS_STAGE] = {stage_words, STEME_STAGE_UNDER_REVIEW, 4,
                            "under_review, approved, deprecated, rejected"},
    [RECORD_WORDS_ALIAS] = {alias_words, STEME_ALIAS_SAME_AS, 2, "same-as, is-a"},
    [RECORD_WORDS_KEY] = {key_words, STEME_KEY_ROTATE, 3, "rotate, revoke, delegate"},
};

const char *record_word(record_words words, int value)
{
    const word_table *table = &word_tables[words];
    if (value < table->first || value - table->first >= table->count)
        return NULL;
    return table->words[value - table->first];
}

int record_word_find(record_words words, steme_span word, int *out_value)
{
    const word_table *table = &word_tables[words];
    for (int i = 0; i < table->count; i++) {
        if (word.size == strlen(table->words[i]) && word.size > 0 &&
            memcmp(word.bytes, table->words[i], word.size) == 0) {
            *out_value = table->first + i;
            return 1;
        }
    }
    return 0;
}

const char *record_word_list(record_words words)
{
    return word_tables[words].list;
}

/* ---- Texts -------------------------------------------------------------------------------- */

steme_span record_text(const char *text)
{
    return (steme_span){(const uint8_t *)text, strlen(text)};
}

int record_text_is_valid(steme_span text)
{
    if (text.size == 0 || memchr(text.bytes, 0, text.size) != NULL)
        return 0;
    for (size_t i = 0; i < text.size;) {
        utf8proc_int32_t character;
        size_t rest = text.size - i;
        /* Four bytes at most are looked at, and the size type is a signed one. */
        utf8proc_ssize_t size =
            utf8proc_iterate(text.bytes + i, rest < 4 ? (utf8proc_ssize_t)rest : 4, &character);
        if (size <= 0)
            return 0;
        i += (size_t)size;
    }
    return 1;
}

static int hex_digit(uint8_t byte)
{
    if (byte >= '0' && byte <= '9')
        return byte - '0';
    if (byte >= 'a' && byte <= 'f')
        return byte - 'a' + 10;
    return byte >= 'A' && byte <= 'F' ? byte - 'A' + 10 : -1;
}

int record_hex_from_text(steme_span text, void *out_bytes, size_t size)
{
    if (text.size % 2 != 0 || text.size / 2 != size)
        return 0;
    for (size_t i = 0; i < text.size; i++) {
        if (hex_digit(text.bytes[i]) < 0)
            return 0;
    }
    uint8_t *bytes = out_bytes;
    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)(hex_digit(text.bytes[2 * i]) * 16 + hex_digit(text.bytes[2 * i + 1]));
    return 1;
}

/* ---- Numbers ------------------------------------------------------------------------------ */

static steme_status text_fail(steme_span text, const char *fault, steme_error *error)
{
    int shown = text.size < 64 ? (int)text.size : 64;
    return app_fail(error, STEME_INVALID, "\"%.*s\": %s", shown,
                    shown == 0 ? "" : (const char *)text.bytes, fault);
}

steme_status record_millionths_from_text(steme_span text, int64_t *out_millionths,
                                         steme_error *error)
{
    size_t i = 0, digit_count = 0, fraction_count = 0;
    int is_negative = text.size > 0 && text.bytes[0] == '-', has_point = 0;
    int64_t total = 0;
    for (i = (size_t)is_negative; i < text.size; i++) {
        uint8_t byte = text.bytes[i];
        if (byte == '.' && !has_point && digit_count > 0) {
            has_point = 1;
            continue;
        }
        if (byte < '0' || byte > '9')
            return text_fail(text, "not a decimal number", error);
        digit_count++;
        fraction_count += (size_t)has_point;
        total = total * 10 + (byte - '0');
        if (fraction_count > 6)
            return text_fail(text, "more than six digits of fraction", error);
        if (total > INT64_C(1000000000))
            return text_fail(text, "not from -1000 to 1000", error);
    }
    if (digit_count == 0 || (has_point && fraction_count == 0))
        return text_fail(text, "not a decimal number", error);
    for (; fraction_count < 6; fraction_count++)
        total *= 10;
    if (total > INT64_C(1000000000))
        return text_fail(text, "not from -1000 to 1000", error);
    *out_millionths = is_negative ? -total : total;
    return STEME_OK;
}

/* JSON's grammar of numbers serves for all formats. */
static steme_status number_from_text(steme_span text, steme_value *out_value, steme_error *error)
{
    json_t *number = NULL;
    if (text.size > 0 && text.size <= 400)
        number = json_loadb((const char *)text.bytes, text.size, JSON_DECODE_ANY, NULL);
    steme_status status = STEME_OK;
    if (json_is_number(number))
        *out_value = record_value_from_number(number);
    else
        status = text_fail(text, "not a number that fits", error);
    json_decref(number);
    return status;
}

steme_value record_value_from_number(const json_t *number)
{
    steme_value value = {.kind = STEME_VALUE_NUMBER};
    if (json_is_integer(number)) {
        value.integer = json_integer_value(number);
        return value;
    }
    double real = json_real_value(number);
    if (real >= -0x1p63 && real < 0x1p63 && real == (double)(int64_t)real) {
        value.integer = (int64_t)real;
    } else {
        value.is_real = 1;
        value.real = real;
    }
    return value;
}

static steme_status boolean_from_text(steme_span text, steme_value *out_value, steme_error *error)
{
    int is_true = text.size == 4 && memcmp(text.bytes, "true", 4) == 0;
    if (!is_true && (text.size != 5 || memcmp(text.bytes, "false", 5) != 0))
        return text_fail(text, "neither true nor false", error);
    *out_value = (steme_value){.kind = STEME_VALUE_BOOLEAN, .boolean = is_true};
    return STEME_OK;
}

steme_status record_value_from_text(steme_value_kind kind, steme_span text, steme_value *out_value,
                                    steme_error *error)
{
    int64_t ns;
    steme_status status;
    switch (kind) {
    case STEME_VALUE_NUMBER:
        return number_from_text(text, out_value, error);
    case STEME_VALUE_BOOLEAN:
        return boolean_from_text(text, out_value, error);
    case STEME_VALUE_TIME:
        status = time_text_to_ns(text, &ns, error);
        if (status == STEME_OK)
            *out_value = (steme_value){.kind = kind, .integer = ns};
        return status;
    case STEME_VALUE_TEXT:
    case STEME_VALUE_REFERENCE:
        break;
    }
    if (!record_text_is_valid(text))
        return text_fail((steme_span){NULL, 0}, "empty, not UTF-8, or with a NUL in it", error);
    *out_value = (steme_value){.kind = kind, .text = text};
    return STEME_OK;
}
