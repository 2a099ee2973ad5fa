#include "steme/reading.h"

#include <stdlib.h>
#include <string.h>

#include "common/record_json.h"
#include "steme/question.h"

enum { SHORT_DIGITS = 12, DATE_SIZE = 10, TIME_SIZE = 19 };

/* ---- Fields and cells --------------------------------------------------------------------- */

steme_span reading_span(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    return json_is_string(value)
               ? (steme_span){(const uint8_t *)json_string_value(value), json_string_length(value)}
               : (steme_span){NULL, 0};
}

const char *reading_text(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text == NULL ? "" : text;
}

int reading_flag(const json_t *object, const char *key)
{
    return json_is_true(json_object_get(object, key));
}

void reading_write_text(text_buffer *cell, const json_t *item, const char *key)
{
    text_append_escaped(cell, reading_span(item, key));
}

static void append_short(text_buffer *cell, steme_span id)
{
    id.size = id.size > SHORT_DIGITS ? SHORT_DIGITS : id.size;
    text_append_escaped(cell, id);
}

void reading_write_id(text_buffer *cell, const json_t *item, const char *key)
{
    append_short(cell, reading_span(item, key));
}

void reading_write_ids(text_buffer *cell, const json_t *item, const char *key)
{
    size_t index = 0;
    json_t *each = NULL;
    json_array_foreach(json_object_get(item, key), index, each)
    {
        text_append(cell, index == 0 ? "" : "+");
        append_short(cell, text_span(json_string_value(each)));
    }
}

/* "2026-01-02T03:04:05.678Z" as "2026-01-02 03:04:05". */
void reading_write_time(text_buffer *cell, const json_t *item, const char *key)
{
    steme_span time = reading_span(item, key);
    if (time.size <= TIME_SIZE) {
        text_append_escaped(cell, time);
        return;
    }
    text_append_escaped(cell, (steme_span){time.bytes, DATE_SIZE});
    text_append(cell, " ");
    text_append_escaped(cell, (steme_span){time.bytes + DATE_SIZE + 1, TIME_SIZE - DATE_SIZE - 1});
}

static void append_value(text_buffer *cell, const json_t *value)
{
    if (json_is_string(value)) {
        text_append_escaped(cell, text_span(json_string_value(value)));
    } else if (value != NULL) {
        char *written = record_json_text(value, 0);
        text_append_escaped(cell, text_span(written));
        free(written);
    }
}

void reading_write_number(text_buffer *cell, const json_t *item, const char *key)
{
    append_value(cell, json_object_get(item, key));
}

void reading_write_claim(text_buffer *cell, const json_t *item, const char *key)
{
    const json_t *record = json_object_get(item, key);
    reading_write_text(cell, record, "subject");
    text_append(cell, " · ");
    reading_write_text(cell, record, "predicate");
    text_append(cell, " ");
    reading_write_text(cell, record, "relation");
    append_value(cell, json_object_get(json_object_get(record, "object"), "value"));
}

/* ---- Answers ------------------------------------------------------------------------------ */

static void add_row(reading *self, const json_t *item)
{
    for (size_t i = 0; i < self->column_count; i++) {
        text_buffer cell = TEXT_EMPTY;
        self->columns[i].write(&cell, item, self->columns[i].key);
        table_add(self->rows, text_get(&cell));
        text_deinit(&cell);
    }
}

static void begin(reading *self)
{
    if (self->is_json) {
        output_list_begin(json_deep_copy(self->head), lifecycle_items_name(self->question.kind));
        return;
    }
    if (self->begin != NULL) {
        self->begin(self);
    }
    if (self->show != NULL) {
        return;
    }
    for (size_t i = 0; i < self->column_count; i++) {
        self->table_columns[i] = self->columns[i].column;
    }
    self->rows = table_open(stdout, self->table_columns, self->column_count);
}

static steme_status take(void *context, json_t *object, steme_error *error)
{
    reading *self = context;
    if (output_is_broken()) {
        json_decref(object);
        error->status = STEME_CANCELLED;
        return STEME_CANCELLED;
    }
    if (self->head == NULL) {
        self->head = object;
        begin(self);
        return STEME_OK;
    }
    self->item_count++;
    if (self->is_json) {
        output_list_add(object);
        return STEME_OK;
    }
    if (self->show != NULL) {
        self->show(self, object);
    } else {
        add_row(self, object);
    }
    json_decref(object);
    return STEME_OK;
}

static int ask(reading *self, database *records)
{
    steme_error error = {0};
    steme_status status = database_lifecycle(records, &self->question, take, self, &error);
    if (self->rows != NULL) {
        table_close(self->rows);
    }
    int is_done = status == STEME_OK || (status == STEME_CANCELLED && output_is_broken());
    if (is_done && self->is_json && self->head != NULL) {
        output_list_end();
    } else if (is_done && self->end != NULL) {
        self->end(self);
    }
    json_decref(self->head);
    return is_done ? COMMAND_DONE : command_fail(&error);
}

/* ---- The question ------------------------------------------------------------------------- */

static int read_moment(const arguments *given, reading *self)
{
    int has_now = 0;
    steme_lifecycle_options *moment = &self->question.moment;
    const char *path = arguments_text(given, "view");
    self->is_json = arguments_has(given, "json");
    if (!question_read_clock(given, "now", &has_now, &moment->evaluated_at_ns) ||
        !question_read_clock(given, "recorded-as-of", &moment->has_recorded_as_of,
                             &moment->recorded_as_of_ns) ||
        !command_read_time(given, "as-of", &moment->has_as_of, &moment->as_of_ns)) {
        return 0;
    }
    if (path == NULL) {
        return 1;
    }
    self->view = question_open_view(path);
    moment->view = self->view;
    return self->view != NULL;
}

/* An agent's key in full, or a record's id. */
static int read_operand(reading *self, database *records, const char *operand, int *out_exit)
{
    lifecycle_kind kind = self->question.kind;
    if (kind == LIFECYCLE_ASK_KEY || kind == LIFECYCLE_ASK_TRUST ||
        kind == LIFECYCLE_ASK_BLAST_RADIUS) {
        *out_exit = COMMAND_USAGE;
        return command_parse_id(operand, "not an agent", &self->question.id);
    }
    return command_look_up_id(records, operand, &self->question.id, out_exit);
}

int reading_read_lens(const arguments *given, reading *self)
{
    const char *lens = arguments_text(given, "lens");
    if (lens != NULL) {
        (void)steme_lens_find(lens, &self->question.lens); /* one of the option's words */
    }
    int is_read = question_read_model(given, self->question.lens, &self->truth_model);
    self->question.truth_model = self->truth_model;
    return is_read;
}

void reading_note_model(const reading *self)
{
    if (json_is_null(json_object_get(self->head, "truth_model"))) {
        question_note_no_model();
    }
}

int reading_run_on(const arguments *given, reading *self, const char *operand)
{
    int exit_code = COMMAND_USAGE;
    if (read_moment(given, self)) {
        database *records = command_open_database(given, 0, &exit_code);
        if (records != NULL &&
            (operand == NULL || read_operand(self, records, operand, &exit_code))) {
            exit_code = ask(self, records);
        }
        command_close_database(records);
    }
    steme_view_close(self->view);
    steme_truth_model_free(self->truth_model);
    return exit_code;
}
