/* steme root -- the Merkle root and the number of records. */
#include "steme/commands.h"

#include "common/record_json.h"

static int run(const arguments *given)
{
    steme_error error = {0};
    answer_set set;
    int exit_code = COMMAND_DONE;
    database *records = command_open_database(given, 0, &exit_code);
    if (records == NULL) {
        return exit_code;
    }
    if (database_root(records, &set, &error) != STEME_OK) {
        exit_code = command_fail(&error);
    } else if (arguments_has(given, "json")) {
        json_t *document = output_object();
        output_set(document, "root", record_hex_to_json(set.root.bytes, sizeof set.root.bytes));
        output_set(document, "count", json_integer((json_int_t)set.record_count));
        output_json_document(document);
    } else {
        text_buffer line = TEXT_EMPTY;
        text_append_hex(&line, set.root.bytes, sizeof set.root.bytes);
        printf("%s %llu\n", text_get(&line), (unsigned long long)set.record_count);
        text_deinit(&line);
    }
    command_close_database(records);
    return exit_code;
}

static const arguments_option options[] = {
    COMMAND_OPTIONS_DATABASE,
    COMMAND_OPTION_JSON,
    {.name = NULL},
};

static const char *const examples[] = {
    "steme root --db claims",
    NULL,
};

const command command_root = {
    .name = "root",
    .operands = "",
    .summary = "print the Merkle root and the number of records",
    .details =
        "One line: the root in hexadecimal, a space, the count. Two stores with one root hold\n"
        "one set of records, whatever the order in which they came.\n",
    .options = options,
    .examples = examples,
    .run = run,
};
