#include "common/api_messages.h"

#include <math.h>
#include <string.h>

#include "common/text.h"

typedef struct status_name {
    const char *name;
    steme_status status;
} status_name;

static const status_name names[] = {
#define STATUS_NAME(name, text, retryable) {#name, name},
    STEME_STATUS_TABLE(STATUS_NAME)
#undef STATUS_NAME
};

static const char *short_name(const status_name *each)
{
    return each->name + strlen("STEME_");
}

const char *api_status_name(steme_status status)
{
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (names[i].status == status) {
            return short_name(&names[i]);
        }
    }
    return "INVALID";
}

int api_status_find(steme_span name, steme_status *out_status)
{
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *each = short_name(&names[i]);
        if (strlen(each) == name.size && memcmp(each, name.bytes, name.size) == 0) {
            *out_status = names[i].status;
            return 1;
        }
    }
    return 0;
}

ProtobufCBinaryData api_bytes(const void *bytes, size_t size)
{
    return (ProtobufCBinaryData){size, (uint8_t *)(uintptr_t)bytes};
}

ProtobufCBinaryData api_span(steme_span span)
{
    return api_bytes(span.bytes, span.size);
}

steme_span api_span_of(ProtobufCBinaryData data)
{
    return data.len == 0 ? (steme_span){NULL, 0} : (steme_span){data.data, data.len};
}

int api_are_texts(const steme_span *texts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!text_is_utf8(texts[i].bytes, texts[i].size)) {
            return 0;
        }
    }
    return 1;
}

int api_copy(ProtobufCBinaryData data, void *out_bytes, size_t size)
{
    if (data.len != size) {
        return 0;
    }
    memcpy(out_bytes, data.data, size);
    return 1;
}

int api_is_cursor(const char *text)
{
    size_t size = strlen(text);
    return size < STEME_CURSOR_SIZE_MAX && strspn(text, "0123456789abcdef") == size;
}

/* ---- Values ------------------------------------------------------------------------------- */

void api_value_to_message(const steme_value *value, Stemedb__Api__V1__Value *out_message)
{
    stemedb__api__v1__value__init(out_message);
    switch (value->kind) {
    case STEME_VALUE_TEXT:
        out_message->kind_case = STEMEDB__API__V1__VALUE__KIND_TEXT;
        out_message->text = api_span(value->text);
        break;
    case STEME_VALUE_REFERENCE:
        out_message->kind_case = STEMEDB__API__V1__VALUE__KIND_REFERENCE;
        out_message->reference = api_span(value->text);
        break;
    case STEME_VALUE_BOOLEAN:
        out_message->kind_case = STEMEDB__API__V1__VALUE__KIND_BOOLEAN;
        out_message->boolean = value->boolean;
        break;
    case STEME_VALUE_TIME:
        out_message->kind_case = STEMEDB__API__V1__VALUE__KIND_TIME_NS;
        out_message->time_ns = value->integer;
        break;
    case STEME_VALUE_NUMBER:
        if (value->is_real) {
            out_message->kind_case = STEMEDB__API__V1__VALUE__KIND_REAL;
            out_message->real = value->real;
        } else {
            out_message->kind_case = STEMEDB__API__V1__VALUE__KIND_INTEGER;
            out_message->integer = value->integer;
        }
        break;
    }
}

/* A number that is integral within int64 is never held as a real one. */
static int read_real(double real, steme_value *out_value)
{
    static const double limit = 9223372036854775808.0;
    if (!isfinite(real)) {
        return 0;
    }
    if (real >= -limit && real < limit && trunc(real) == real) {
        *out_value = (steme_value){.kind = STEME_VALUE_NUMBER, .integer = (int64_t)real};
    } else {
        *out_value = (steme_value){.kind = STEME_VALUE_NUMBER, .is_real = 1, .real = real};
    }
    return 1;
}

int api_value_from_message(const Stemedb__Api__V1__Value *message, steme_value *out_value)
{
    switch (message->kind_case) {
    case STEMEDB__API__V1__VALUE__KIND_TEXT:
        *out_value = (steme_value){.kind = STEME_VALUE_TEXT, .text = api_span_of(message->text)};
        return text_is_utf8(message->text.data, message->text.len);
    case STEMEDB__API__V1__VALUE__KIND_REFERENCE:
        *out_value =
            (steme_value){.kind = STEME_VALUE_REFERENCE, .text = api_span_of(message->reference)};
        return text_is_utf8(message->reference.data, message->reference.len);
    case STEMEDB__API__V1__VALUE__KIND_BOOLEAN:
        *out_value = (steme_value){.kind = STEME_VALUE_BOOLEAN, .boolean = message->boolean != 0};
        return 1;
    case STEMEDB__API__V1__VALUE__KIND_TIME_NS:
        *out_value = (steme_value){.kind = STEME_VALUE_TIME, .integer = message->time_ns};
        return 1;
    case STEMEDB__API__V1__VALUE__KIND_INTEGER:
        *out_value = (steme_value){.kind = STEME_VALUE_NUMBER, .integer = message->integer};
        return 1;
    case STEMEDB__API__V1__VALUE__KIND_REAL:
        return read_real(message->real, out_value);
    default:
        return 0;
    }
}

/* ---- Equivalences ------------------------------------------------------------------------- */

void api_equivalence_to_message(const steme_equivalence *equivalence,
                                Stemedb__Api__V1__Equivalence *out_message)
{
    stemedb__api__v1__equivalence__init(out_message);
    out_message->kind = (Stemedb__Api__V1__Equivalence__Kind)equivalence->kind;
    out_message->tolerance = equivalence->tolerance;
}

int api_equivalence_from_message(const Stemedb__Api__V1__Equivalence *message,
                                 steme_equivalence *out_equivalence)
{
    *out_equivalence = (steme_equivalence){.kind = STEME_EQUAL_EXACT};
    if (message == NULL) {
        return 1;
    }
    int kind = (int)message->kind;
    if (kind < STEME_EQUAL_EXACT || kind > STEME_EQUAL_NUMBER || !isfinite(message->tolerance) ||
        message->tolerance < 0) {
        return 0;
    }
    out_equivalence->kind = (steme_equivalence_kind)kind;
    out_equivalence->tolerance = message->tolerance;
    return 1;
}
