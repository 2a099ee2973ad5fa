/* steme get -- one record by its id. */
#include <stdlib.h>
#include <string.h>

#include "common/answer_json.h"
#include "common/record_json.h"
#include "steme/commands.h"

static void print_field(const char *name, const json_t *value)
{
    text_buffer line = TEXT_EMPTY;
    if (json_is_string(value)) {
        steme_span content = {(const uint8_t *)json_string_value(value), json_string_length(value)};
        text_append_escaped(&line, content);
    } else {
        char *written = record_json_text(value, 0);
        text_append_escaped(&line, text_span(written));
        free(written);
    }
    printf("%s%-12s%s %s\n", terminal_begin(stdout, TERMINAL_DIM), name,
           terminal_begin(stdout, TERMINAL_PLAIN), text_get(&line));
    text_deinit(&line);
}

/* "2026-01-02T03:04:05Z · 0 · 2ff5…": time, counter, node. */
static void print_stamp(const json_t *stamp)
{
    text_buffer line = TEXT_EMPTY;
    text_append(&line, json_string_value(json_object_get(stamp, "time")));
    text_append_format(&line, " · %lld · ",
                       (long long)json_integer_value(json_object_get(stamp, "counter")));
    text_append(&line, json_string_value(json_object_get(stamp, "node")));
    json_t *written = json_string(text_get(&line));
    print_field("stamp", written);
    json_decref(written);
    text_deinit(&line);
}

static void print_signers(const json_t *signatures)
{
    size_t index = 0;
    json_t *each = NULL;
    json_array_foreach(signatures, index, each)
    {
        print_field("signed by", json_object_get(each, "agent_id"));
    }
}

static void print_text(const steme_record *record)
{
    json_t *object = answer_record_to_json(record);
    const char *name = NULL;
    json_t *value = NULL;
    json_object_foreach(object, name, value)
    {
        if (strcmp(name, "signatures") == 0) {
            print_signers(value);
        } else if (strcmp(name, "stamp") == 0) {
            print_stamp(value);
        } else if (strcmp(name, "object") == 0 && json_object_get(value, "value") != NULL) {
            print_field(name, json_object_get(value, "value"));
        } else {
            print_field(name, value);
        }
    }
    json_decref(object);
}

static void print_record(const arguments *given, const steme_record *record)
{
    if (arguments_has(given, "raw")) {
        fwrite(record->bytes.bytes, 1, record->bytes.size, stdout);
    } else if (arguments_has(given, "json")) {
        json_t *document = output_object();
        json_t *fields = answer_record_to_json(record);
        json_object_update(document, fields);
        json_decref(fields);
        output_json_document(document);
    } else {
        print_text(record);
    }
}

static int get(const arguments *given, database *records, const steme_id *id)
{
    steme_error error = {0};
    steme_record record;
    steme_status status = database_get(records, id, &record, &error);
    if (status == STEME_NOT_FOUND) {
        terminal_report("no such record: %s", given->operands[0]);
        return COMMAND_FAULTS;
    }
    if (status != STEME_OK) {
        return command_fail(&error);
    }
    print_record(given, &record);
    return COMMAND_DONE;
}

static int run(const arguments *given)
{
    steme_id id;
    int exit_code = COMMAND_DONE;
    if (arguments_has(given, "raw") && arguments_has(given, "json")) {
        terminal_report("two forms of output; give one of --json, --raw");
        return COMMAND_USAGE;
    }
    database *records = command_open_database(given, 0, &exit_code);
    if (records == NULL) {
        return exit_code;
    }
    if (command_look_up_id(records, given->operands[0], &id, &exit_code)) {
        exit_code = get(given, records, &id);
    }
    command_close_database(records);
    return exit_code;
}

static const arguments_option options[] = {
    COMMAND_OPTIONS_DATABASE,
    COMMAND_OPTION_JSON,
    {.name = "raw", .help = "print the record's bytes as they are"},
    {.name = NULL},
};

static const char *const examples[] = {
    "steme get --db claims ID",
    "steme get --db claims ID --json",
    NULL,
};

const command command_get = {
    .name = "get",
    .operands = "ID",
    .summary = "print one record",
    .details =
        "ID is 64 hexadecimal digits, or the first 8 and more. Exit code 1 where the store has no\n"
        "record of this id.\n",
    .options = options,
    .examples = examples,
    .operand_count_min = 1,
    .operand_count_max = 1,
    .run = run,
};
