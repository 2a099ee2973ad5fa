/* The value of an assertion: [kind, payload]. */
#include "record/field.h"

enum { VALUE_KIND_COUNT = STEME_VALUE_TIME + 1 };

static bool read_text_payload(record_reader *reader, size_t size_max, steme_value *value)
{
    const uint8_t *at = reader->next;
    if (!record_read_text(reader, &value->text))
        return false;
    return value->text.size <= size_max ||
           record_reader_refuse_size(reader, at, "text too long", value->text.size, size_max);
}

/* Both bounds are exact doubles; within them the conversion to an integer is defined. */
static bool is_integral_int64(double real)
{
    return real >= -0x1p63 && real < 0x1p63 && (double)(int64_t)real == real;
}

static bool read_number_payload(record_reader *reader, steme_value *value)
{
    const uint8_t *at = reader->next;
    value->is_real = record_reader_is_at_float(reader);
    if (!value->is_real)
        return record_read_int64(reader, &value->integer);
    if (!record_read_float(reader, &value->real))
        return false;
    return !is_integral_int64(value->real) ||
           record_reader_refuse(reader, at, "an integer, written as a float");
}

static bool read_boolean_payload(record_reader *reader, steme_value *value)
{
    bool boolean;
    if (!record_read_boolean(reader, &boolean))
        return false;
    value->boolean = boolean;
    return true;
}

static bool read_payload(record_reader *reader, steme_value *value)
{
    switch (value->kind) {
    case STEME_VALUE_TEXT:
        return read_text_payload(reader, RECORD_TEXT_SIZE_MAX, value);
    case STEME_VALUE_NUMBER:
        return read_number_payload(reader, value);
    case STEME_VALUE_BOOLEAN:
        return read_boolean_payload(reader, value);
    case STEME_VALUE_REFERENCE:
        return read_text_payload(reader, RECORD_NAME_SIZE_MAX, value);
    default:
        return record_read_int64(reader, &value->integer);
    }
}

static bool read_value(record_reader *reader, const record_field *field, steme_statement *statement)
{
    (void)field;
    uint64_t kind;
    if (!record_read_array_of(reader, 2))
        return false;
    const uint8_t *at = reader->next;
    if (!record_read_unsigned(reader, &kind))
        return false;
    if (kind >= VALUE_KIND_COUNT)
        return record_reader_refuse(reader, at, "kind out of range");
    statement->as.assertion.value.kind = (steme_value_kind)kind;
    return read_payload(reader, &statement->as.assertion.value);
}

static bool is_value_absent(const record_field *field, const steme_statement *statement)
{
    (void)field;
    return statement->as.assertion.relation == STEME_RELATION_NONE;
}

static const char *write_value(record_writer *writer, const record_field *field,
                               const steme_statement *statement)
{
    (void)field;
    const steme_value *value = &statement->as.assertion.value;
    record_write_array(writer, 2);
    record_write_unsigned(writer, value->kind);
    switch (value->kind) {
    case STEME_VALUE_TEXT:
    case STEME_VALUE_REFERENCE:
        record_write_text(writer, value->text);
        return NULL;
    case STEME_VALUE_NUMBER:
        if (value->is_real)
            record_write_float(writer, value->real);
        else
            record_write_int64(writer, value->integer);
        return NULL;
    case STEME_VALUE_BOOLEAN:
        record_write_boolean(writer, value->boolean != 0);
        return NULL;
    case STEME_VALUE_TIME:
        record_write_int64(writer, value->integer);
        return NULL;
    default:
        return "kind out of range";
    }
}

const record_field_kind record_field_value = {read_value, is_value_absent, write_value};
