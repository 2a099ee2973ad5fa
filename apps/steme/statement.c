#include "steme/statement.h"

#include <stdlib.h>
#include <string.h>

#include "common/answer_json.h"
#include "common/record_json.h"
#include "steme/reading.h"

/* ---- Opening ------------------------------------------------------------------------------ */

int statement_open(const arguments *given, statement_writer *out_writer, int *out_exit)
{
    *out_writer = (statement_writer){.given = given};
    *out_exit = COMMAND_USAGE;
    if (arguments_count(given, "key") == 0) {
        terminal_report("missing: --key FILE; give it, or set STEME_KEY");
        return 0;
    }
    if (!command_read_time(given, "time", &out_writer->has_time, &out_writer->time_ns) ||
        !command_read_keys(given, &out_writer->keys)) {
        return 0;
    }
    out_writer->records = command_open_database(given, 1, out_exit);
    return out_writer->records != NULL;
}

void statement_close(statement_writer *self)
{
    for (size_t i = 0; i < STATEMENT_COUNT_MAX; i++) {
        free(self->buffers[i]);
    }
    command_close_database(self->records);
    command_wipe_keys(&self->keys);
}

int statement_has_one_key(const statement_writer *self, const char *what)
{
    if (self->keys.count == 1) {
        return 1;
    }
    terminal_report("too many keys: %s has exactly one signer; give --key once", what);
    return 0;
}

/* ---- Signing ------------------------------------------------------------------------------ */

steme_status statement_stamp(statement_writer *self, steme_statement *statement, steme_error *error)
{
    steme_status status = database_next_stamp(self->records, &statement->stamp, error);
    if (status == STEME_OK) {
        statement->claim_time_ns =
            self->has_time ? self->time_ns : steme_stamp_claim_time(&statement->stamp);
    }
    return status;
}

uint8_t *statement_buffer(statement_writer *self)
{
    if (self->buffers[self->count] == NULL) {
        self->buffers[self->count] = text_allocate(STEME_RECORD_SIZE_MAX);
    }
    return self->buffers[self->count];
}

void statement_keep(statement_writer *self, const steme_record *record)
{
    self->signed_records[self->count] = *record;
    self->items[self->count++] = (steme_append){.record = record->bytes};
}

steme_status statement_sign(statement_writer *self, steme_statement *statement, steme_error *error)
{
    steme_record record;
    steme_status status = statement_stamp(self, statement, error);
    if (status == STEME_OK) {
        status = steme_record_sign(statement, self->keys.keys, self->keys.count,
                                   statement_buffer(self), &record, error);
    }
    if (status == STEME_OK) {
        statement_keep(self, &record);
    }
    return status;
}

/* ---- Storing ------------------------------------------------------------------------------ */

static void print_id(const steme_record *record)
{
    text_buffer line = TEXT_EMPTY;
    text_append_hex(&line, record->id.bytes, sizeof record->id.bytes);
    puts(text_get(&line));
    text_deinit(&line);
}

static void print(const statement_writer *self, size_t first)
{
    if (!arguments_has(self->given, "json")) {
        for (size_t i = first; i < self->count; i++) {
            print_id(&self->signed_records[i]);
        }
        return;
    }
    if (self->count - first == 1) {
        json_t *document = output_object();
        json_t *fields = answer_record_to_json(&self->signed_records[first]);
        json_object_update(document, fields);
        json_decref(fields);
        output_json_document(document);
        return;
    }
    output_list_begin(output_object(), "records");
    for (size_t i = first; i < self->count; i++) {
        output_list_add(answer_record_to_json(&self->signed_records[i]));
    }
    output_list_end();
}

int statement_submit(statement_writer *self, size_t first)
{
    steme_error error = {0};
    if (database_submit(self->records, self->items, self->count, 1, &error) != STEME_OK) {
        return command_fail(&error);
    }
    for (size_t i = 0; i < self->count; i++) {
        if (self->items[i].status != STEME_OK) {
            terminal_report("refused: %s", steme_status_text(self->items[i].status));
            return COMMAND_INTERNAL;
        }
    }
    print(self, first);
    return COMMAND_DONE;
}

int statement_write(statement_writer *self, steme_statement *statement)
{
    steme_error error = {0};
    if (statement_sign(self, statement, &error) != STEME_OK) {
        return command_fail(&error);
    }
    return statement_submit(self, self->count - 1);
}

/* ---- Looking ------------------------------------------------------------------------------ */

typedef struct collector {
    json_t *head;
    json_t *items; /* NULL = none are wanted */
} collector;

static steme_status collect(void *context, json_t *object, steme_error *error)
{
    collector *self = context;
    (void)error;
    if (self->head == NULL) {
        self->head = object;
    } else if (self->items == NULL) {
        json_decref(object);
    } else {
        (void)json_array_append_new(self->items, object); /* short of memory: one less */
    }
    return STEME_OK;
}

static int look(statement_writer *self, const lifecycle_question *question, json_t **out_head,
                json_t **out_items, int *out_exit)
{
    steme_error error = {0};
    collector collected = {.items = out_items == NULL ? NULL : json_array()};
    if (database_lifecycle(self->records, question, collect, &collected, &error) != STEME_OK) {
        json_decref(collected.head);
        json_decref(collected.items);
        *out_exit = command_fail(&error);
        return 0;
    }
    if (out_head == NULL) {
        json_decref(collected.head);
    } else {
        *out_head = collected.head;
    }
    if (out_items != NULL) {
        *out_items = collected.items;
    }
    return 1;
}

int statement_look(statement_writer *self, lifecycle_kind kind, const steme_id *id,
                   json_t **out_head, json_t **out_items, int *out_exit)
{
    lifecycle_question question = {.kind = kind};
    if (id != NULL) {
        question.id = *id;
    }
    return look(self, &question, out_head, out_items, out_exit);
}

/* Whether a key speaks, about the subject, for an identity among the signers. */
static int find_right_of(statement_writer *self, const steme_agent *agent, steme_span subject,
                         const json_t *signers, int *out_has_right, int *out_exit)
{
    lifecycle_question question = {.kind = LIFECYCLE_ASK_KEY, .name = subject};
    json_t *head = NULL;
    size_t index = 0;
    json_t *signer = NULL;
    memcpy(question.id.bytes, agent->bytes, sizeof question.id.bytes);
    if (!look(self, &question, &head, NULL, out_exit)) {
        return 0;
    }
    json_array_foreach(signers, index, signer)
    {
        *out_has_right |=
            reading_flag(head, "counts") &&
            strcmp(reading_text(signer, "identity"), reading_text(head, "identity")) == 0;
    }
    json_decref(head);
    return 1;
}

int statement_find_right(statement_writer *self, const steme_id *id, statement_right *out_right,
                         int *out_exit)
{
    json_t *head = NULL;
    json_t *signers = NULL;
    int has_right = 0;
    int is_known = statement_look(self, LIFECYCLE_ASK_RECORD, id, &head, &signers, out_exit);
    if (!is_known) {
        return 0;
    }
    steme_span subject = reading_span(json_object_get(head, "record"), "subject");
    for (uint32_t i = 0; is_known && i < self->keys.count; i++) {
        is_known =
            find_right_of(self, &self->keys.keys[i].agent, subject, signers, &has_right, out_exit);
    }
    *out_right = has_right                       ? STATEMENT_RIGHT
                 : json_array_size(signers) == 0 ? STATEMENT_NOT_HELD
                                                 : STATEMENT_NO_RIGHT;
    json_decref(head);
    json_decref(signers);
    return is_known;
}

int statement_warn_of_right(statement_writer *self, const steme_id *id, int *out_exit)
{
    statement_right right;
    if (!statement_find_right(self, id, &right, out_exit)) {
        return 0;
    }
    text_buffer digits = TEXT_EMPTY;
    text_append_hex(&digits, id->bytes, sizeof id->bytes);
    if (right == STATEMENT_NO_RIGHT) {
        terminal_report(
            "note: %.12s: none of these keys speaks for a signer of it; this takes effect "
            "only under a view that makes one of them a steward",
            text_get(&digits));
    } else if (right == STATEMENT_NOT_HELD) {
        terminal_report("note: %.12s: not held here; this takes effect once it is",
                        text_get(&digits));
    }
    text_deinit(&digits);
    return 1;
}

/* ---- Ids ---------------------------------------------------------------------------------- */

static int compare_ids(const void *left, const void *right)
{
    return memcmp(left, right, sizeof(steme_id));
}

size_t statement_sort_ids(steme_id *ids, size_t count)
{
    size_t kept = 0;
    qsort(ids, count, sizeof *ids, compare_ids);
    for (size_t i = 0; i < count; i++) {
        if (kept == 0 || compare_ids(&ids[kept - 1], &ids[i]) != 0) {
            ids[kept++] = ids[i];
        }
    }
    return kept;
}

/* ---- Retracting --------------------------------------------------------------------------- */

static int check_retraction(statement_writer *self, const steme_id *id, const char *type,
                            int *out_exit)
{
    json_t *head = NULL;
    statement_right right;
    const char *given = self->given->operands[1];
    if (!statement_look(self, LIFECYCLE_ASK_RECORD, id, &head, NULL, out_exit)) {
        return 0;
    }
    const json_t *record = json_object_get(head, "record");
    int is_of_type = strcmp(reading_text(record, "type"), type) == 0;
    json_decref(head);
    if (!is_of_type) {
        terminal_report("no %s: %s; `steme supersede` is for other records", type, given);
        *out_exit = COMMAND_FAULTS;
        return 0;
    }
    if (!statement_find_right(self, id, &right, out_exit)) {
        return 0;
    }
    if (right != STATEMENT_RIGHT) {
        terminal_report("not yours: %s; only who signed it retracts it", given);
        *out_exit = COMMAND_FAULTS;
        return 0;
    }
    return 1;
}

static int write_retraction(statement_writer *self, const char *type)
{
    int exit_code = COMMAND_USAGE;
    steme_id id;
    steme_statement statement = {.type = STEME_SUPERSESSION};
    if (!command_look_up_id(self->records, self->given->operands[1], &id, &exit_code) ||
        !check_retraction(self, &id, type, &exit_code)) {
        return exit_code;
    }
    statement.as.supersession = (steme_supersession){
        .targets = {id.bytes, 1, STEME_ID_SIZE},
        .kind = STEME_SUPERSEDE_RETRACT,
        .reason = text_span(arguments_text(self->given, "reason")),
    };
    return statement_write(self, &statement);
}

int statement_retract(const arguments *given, const char *type)
{
    int exit_code = COMMAND_USAGE;
    statement_writer writer;
    if (!arguments_has(given, "reason")) {
        terminal_report("missing: --reason TEXT; say why");
        return exit_code;
    }
    if (statement_open(given, &writer, &exit_code)) {
        exit_code = write_retraction(&writer, type);
    }
    statement_close(&writer);
    return exit_code;
}
