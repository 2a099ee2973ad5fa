/* Section 5: what an admitted record says, or why it says nothing here. */
#include "base/error.h"
#include "record/envelope.h"
#include "record/statement.h"

#include <assert.h>
#include <string.h>

enum { CRITICAL_KEY_MIN = 128 };

int64_t steme_stamp_claim_time(const steme_stamp *stamp)
{
    return stamp->time_ns > INT64_MAX ? INT64_MAX : (int64_t)stamp->time_ns;
}

steme_id steme_id_list_get(const steme_id_list *list, uint32_t index)
{
    assert(index < list->count);
    steme_id id;
    memcpy(id.bytes, list->first + (size_t)index * list->stride, sizeof id.bytes);
    return id;
}

/* One run over a body. */
typedef struct interpretation {
    const record_type *type;
    record_reader reader;
    steme_statement *statement;
    uint32_t keys_seen;
    uint32_t next_field; /* those before it are read or known to be absent */
    const char *field;   /* where the reader is, for messages */
    steme_error *error;
} interpretation;

static steme_status fail_at_field(const interpretation *run, const char *problem)
{
    return base_fail(run->error, STEME_INVALID, "%s %s: %s", run->type->name, run->field, problem);
}

static steme_status fail_at_byte(const interpretation *run)
{
    const record_reader *reader = &run->reader;
    if (reader->problem_size_max != 0)
        return base_fail(run->error, STEME_INVALID,
                         "%s %s: %s: %zu bytes, at most %zu are allowed: byte %zu", run->type->name,
                         run->field, reader->problem, reader->problem_size,
                         reader->problem_size_max, (size_t)(reader->problem_at - reader->origin));
    return base_fail(run->error, STEME_INVALID, "%s %s: %s: byte %zu", run->type->name, run->field,
                     reader->problem, (size_t)(reader->problem_at - reader->origin));
}

/* Passes over the fields whose keys are below `key`: they are absent. */
static steme_status pass_absent_fields(interpretation *run, uint64_t key)
{
    while (run->next_field < run->type->field_count &&
           run->type->fields[run->next_field].key < key) {
        const record_field *field = &run->type->fields[run->next_field++];
        run->field = field->name;
        if (field->is_required)
            return fail_at_field(run, "missing");
        record_field_set_absent(field, run->statement);
    }
    return STEME_OK;
}

static steme_status read_claim_time(interpretation *run)
{
    const uint8_t *at = run->reader.next;
    int64_t time_ns;
    run->field = "claim time";
    if (!record_read_int64(&run->reader, &time_ns))
        return fail_at_byte(run);
    if (time_ns == run->statement->claim_time_ns) {
        record_reader_refuse(&run->reader, at, "the default, written out");
        return fail_at_byte(run);
    }
    run->statement->claim_time_ns = time_ns;
    return STEME_OK;
}

static steme_status read_unlisted(interpretation *run, uint64_t key)
{
    run->field = "body";
    if (key >= CRITICAL_KEY_MIN)
        return base_fail(run->error, STEME_INVALID, "%s body: critical key %llu is not known",
                         run->type->name, (unsigned long long)key);
    return record_read_any(&run->reader, RECORD_DEPTH_IN_BODY) ? STEME_OK : fail_at_byte(run);
}

static steme_status read_listed(interpretation *run, const record_field *field)
{
    run->next_field++;
    run->field = field->name;
    run->keys_seen |= 1u << field->key;
    return field->kind->read(&run->reader, field, run->statement) ? STEME_OK : fail_at_byte(run);
}

static steme_status read_entry(interpretation *run)
{
    uint64_t key;
    run->field = "body";
    if (!record_read_unsigned(&run->reader, &key))
        return fail_at_byte(run);
    if (key == RECORD_KEY_STAMP) /* read with the envelope */
        return record_read_any(&run->reader, RECORD_DEPTH_IN_BODY) ? STEME_OK : fail_at_byte(run);
    if (key == RECORD_KEY_CLAIM_TIME)
        return read_claim_time(run);
    steme_status status = pass_absent_fields(run, key);
    if (status != STEME_OK)
        return status;
    if (run->next_field < run->type->field_count && run->type->fields[run->next_field].key == key)
        return read_listed(run, &run->type->fields[run->next_field]);
    return read_unlisted(run, key);
}

static steme_status read_entries(interpretation *run)
{
    uint64_t count;
    run->field = "body";
    if (!record_read_map(&run->reader, &count))
        return fail_at_byte(run);
    for (uint64_t i = 0; i < count; i++) {
        steme_status status = read_entry(run);
        if (status != STEME_OK)
            return status;
    }
    return pass_absent_fields(run, UINT64_MAX);
}

steme_status steme_record_interpret(const steme_record *record, steme_statement *out_statement,
                                    steme_error *error)
{
    const record_type *type = record_type_find(record->type);
    if (type == NULL)
        return base_fail(error, STEME_INVALID, "record: type %llu is not known",
                         (unsigned long long)record->type);
    steme_statement statement;
    memset(&statement, 0, sizeof statement);
    statement.type = (steme_record_type)record->type;
    statement.stamp = record->stamp;
    statement.claim_time_ns = steme_stamp_claim_time(&record->stamp);
    interpretation run = {.type = type, .statement = &statement, .error = error};
    record_reader_init(&run.reader, record->bytes.bytes, record->body);
    steme_status status = read_entries(&run);
    if (status != STEME_OK)
        return status;
    record_reading reading = {record, &statement, run.keys_seen};
    const char *problem = type->check == NULL ? NULL : type->check(&reading);
    if (problem != NULL)
        return base_fail(error, STEME_INVALID, "%s %s", type->name, problem);
    *out_statement = statement;
    return STEME_OK;
}
