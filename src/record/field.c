#include "record/field.h"
#include "base/bytes.h"
#include "record/envelope.h"

#include <string.h>

_Static_assert(sizeof(steme_relation) == 4 && sizeof(steme_source_class) == 4 &&
                   sizeof(steme_key_kind) == 4,
               "enumerations are stored as 32 bits");

static void *member_of(const record_field *field, steme_statement *statement)
{
    return (uint8_t *)statement + field->offset;
}

static const void *member_in(const record_field *field, const steme_statement *statement)
{
    return (const uint8_t *)statement + field->offset;
}

/* ---- Text --------------------------------------------------------------------------------- */

static bool read_text(record_reader *reader, const record_field *field, steme_statement *statement)
{
    const uint8_t *at = reader->next;
    steme_span text;
    if (!record_read_text(reader, &text))
        return false;
    if (text.size > (size_t)field->maximum)
        return record_reader_refuse_size(reader, at, "text too long", text.size,
                                         (size_t)field->maximum);
    memcpy(member_of(field, statement), &text, sizeof text);
    return true;
}

static steme_span text_in(const record_field *field, const steme_statement *statement)
{
    steme_span text;
    memcpy(&text, member_in(field, statement), sizeof text);
    return text;
}

static bool is_text_absent(const record_field *field, const steme_statement *statement)
{
    return text_in(field, statement).size == 0;
}

static const char *write_text(record_writer *writer, const record_field *field,
                              const steme_statement *statement)
{
    record_write_text(writer, text_in(field, statement));
    return NULL;
}

const record_field_kind record_field_text = {read_text, is_text_absent, write_text};

static bool is_language_byte(uint8_t byte)
{
    uint8_t folded = byte | 0x20;
    return (folded >= 'a' && folded <= 'z') || (byte >= '0' && byte <= '9') || byte == '-';
}

static bool read_language(record_reader *reader, const record_field *field,
                          steme_statement *statement)
{
    if (!read_text(reader, field, statement))
        return false;
    steme_span text = text_in(field, statement);
    for (size_t i = 0; i < text.size; i++)
        if (!is_language_byte(text.bytes[i]))
            return record_reader_refuse(reader, text.bytes + i,
                                        "other than ASCII letters, digits and hyphens");
    return true;
}

const record_field_kind record_field_language = {read_language, is_text_absent, write_text};

/* ---- Numbers ------------------------------------------------------------------------------ */

static bool read_number(record_reader *reader, const record_field *field,
                        steme_statement *statement)
{
    const uint8_t *at = reader->next;
    int64_t number;
    if (!record_read_int64(reader, &number))
        return false;
    if (!field->is_required && number == field->absent)
        return record_reader_refuse(reader, at, "the default, written out");
    if (number < field->minimum || number > field->maximum)
        return record_reader_refuse(reader, at, "out of range");
    memcpy(member_of(field, statement), &(int32_t){(int32_t)number}, sizeof(int32_t));
    return true;
}

static int32_t number_in(const record_field *field, const steme_statement *statement)
{
    int32_t number;
    memcpy(&number, member_in(field, statement), sizeof number);
    return number;
}

static bool is_number_absent(const record_field *field, const steme_statement *statement)
{
    return !field->is_required && number_in(field, statement) == field->absent;
}

static const char *write_number(record_writer *writer, const record_field *field,
                                const steme_statement *statement)
{
    record_write_int64(writer, number_in(field, statement));
    return NULL;
}

const record_field_kind record_field_number = {read_number, is_number_absent, write_number};

static bool is_epoch_kind_absent(const record_field *field, const steme_statement *statement)
{
    (void)field;
    return statement->as.epoch.supersedes.count == 0;
}

const record_field_kind record_field_epoch_kind = {read_number, is_epoch_kind_absent, write_number};

void record_field_set_absent(const record_field *field, steme_statement *statement)
{
    if (field->absent > 0)
        memcpy(member_of(field, statement), &field->absent, sizeof field->absent);
}

static bool read_int64(record_reader *reader, const record_field *field, steme_statement *statement)
{
    int64_t number;
    if (!record_read_int64(reader, &number))
        return false;
    memcpy(member_of(field, statement), &number, sizeof number);
    memcpy((uint8_t *)statement + field->presence, &(int){1}, sizeof(int));
    return true;
}

static bool is_int64_absent(const record_field *field, const steme_statement *statement)
{
    int is_present;
    memcpy(&is_present, (const uint8_t *)statement + field->presence, sizeof is_present);
    return !is_present;
}

static const char *write_int64(record_writer *writer, const record_field *field,
                               const steme_statement *statement)
{
    int64_t number;
    memcpy(&number, member_in(field, statement), sizeof number);
    record_write_int64(writer, number);
    return NULL;
}

const record_field_kind record_field_int64 = {read_int64, is_int64_absent, write_int64};

/* ---- Hashes and ids ----------------------------------------------------------------------- */

static bool read_hash(record_reader *reader, const record_field *field, steme_statement *statement)
{
    const uint8_t *hash;
    if (!record_read_bytes_of(reader, STEME_ID_SIZE, &hash))
        return false;
    memcpy(member_of(field, statement), hash, STEME_ID_SIZE);
    return true;
}

static bool is_never_absent(const record_field *field, const steme_statement *statement)
{
    (void)field;
    (void)statement;
    return false;
}

static const char *write_hash(record_writer *writer, const record_field *field,
                              const steme_statement *statement)
{
    record_write_bytes(writer, member_in(field, statement), STEME_ID_SIZE);
    return NULL;
}

const record_field_kind record_field_hash = {read_hash, is_never_absent, write_hash};

static void set_ids(const record_field *field, steme_statement *statement, const uint8_t *first,
                    uint64_t count)
{
    steme_id_list list = {first, (uint32_t)count, RECORD_HASH_STRIDE};
    memcpy(member_of(field, statement), &list, sizeof list);
}

static steme_id_list ids_in(const record_field *field, const steme_statement *statement)
{
    steme_id_list list;
    memcpy(&list, member_in(field, statement), sizeof list);
    return list;
}

static bool are_ids_absent(const record_field *field, const steme_statement *statement)
{
    return ids_in(field, statement).count == 0;
}

static bool read_optional_hash(record_reader *reader, const record_field *field,
                               steme_statement *statement)
{
    const uint8_t *hash;
    if (!record_read_bytes_of(reader, STEME_ID_SIZE, &hash))
        return false;
    set_ids(field, statement, hash, 1);
    return true;
}

static const char *write_optional_hash(record_writer *writer, const record_field *field,
                                       const steme_statement *statement)
{
    steme_id_list list = ids_in(field, statement);
    if (list.count > 1)
        return "more than one";
    record_write_bytes(writer, list.first, STEME_ID_SIZE);
    return NULL;
}

const record_field_kind record_field_optional_hash = {read_optional_hash, are_ids_absent,
                                                      write_optional_hash};

static bool read_ids(record_reader *reader, const record_field *field, steme_statement *statement)
{
    const uint8_t *at = reader->next;
    const uint8_t *first = NULL;
    const uint8_t *previous = NULL;
    uint64_t count;
    if (!record_read_array(reader, &count))
        return false;
    if (count < 1 || count > RECORD_ID_COUNT_MAX)
        return record_reader_refuse(reader, at, "not 1 to 64 ids");
    for (uint64_t i = 0; i < count; i++) {
        const uint8_t *hash;
        at = reader->next;
        if (!record_read_bytes_of(reader, STEME_ID_SIZE, &hash))
            return false;
        if (previous != NULL && memcmp(previous, hash, STEME_ID_SIZE) >= 0)
            return record_reader_refuse(reader, at, "ids not strictly ascending");
        previous = hash;
        first = i == 0 ? hash : first;
    }
    set_ids(field, statement, first, count);
    return true;
}

static const char *write_ids(record_writer *writer, const record_field *field,
                             const steme_statement *statement)
{
    steme_id_list list = ids_in(field, statement);
    if (list.count > RECORD_ID_COUNT_MAX)
        return "more than 64 ids";
    record_write_array(writer, list.count);
    for (uint32_t i = 0; i < list.count; i++) {
        steme_id id = steme_id_list_get(&list, i);
        record_write_bytes(writer, id.bytes, STEME_ID_SIZE);
    }
    return NULL;
}

const record_field_kind record_field_ids = {read_ids, are_ids_absent, write_ids};
