/* steme forget -- destroys the body of one record in this store. */
#include "steme/commands.h"

static int forget(const arguments *given, database *records, const steme_id *id)
{
    steme_error error = {0};
    steme_status status = database_forget(records, id, arguments_text(given, "reason"), &error);
    if (status == STEME_NOT_FOUND) {
        terminal_report("no such record: %s", given->operands[0]);
        return COMMAND_FAULTS;
    }
    if (status != STEME_OK) {
        return command_fail(&error);
    }
    terminal_note("Forgotten here. Its id stays in the set; other nodes and backups keep theirs.");
    return COMMAND_DONE;
}

static int run(const arguments *given)
{
    steme_id id;
    int exit_code = COMMAND_DONE;
    database *records = command_open_database(given, 1, &exit_code);
    if (records == NULL) {
        return exit_code;
    }
    if (command_look_up_id(records, given->operands[0], &id, &exit_code)) {
        exit_code = forget(given, records, &id);
    }
    command_close_database(records);
    return exit_code;
}

static const arguments_option options[] = {
    COMMAND_OPTIONS_DATABASE,
    {.name = "reason",
     .value = "TEXT",
     .kind = ARGUMENTS_TEXT,
     .is_required = 1,
     .help = "why, in one line; kept in the store's folder"},
    {.name = NULL},
};

static const char *const examples[] = {
    "steme forget --db claims ID --reason \"court order 12/26\"",
    NULL,
};

const command command_forget = {
    .name = "forget",
    .operands = "ID",
    .summary = "destroy the content of one record in this store",
    .details =
        "Overwrites the record in the log, for good. Its id stays in the set and its root, the\n"
        "record is not taken again, and `steme get` says why. ID is 64 hexadecimal digits, or the\n"
        "first 8 and more. Where a node serves the folder it does so, told over its socket; a "
        "node\n"
        "that is reached by HOST:PORT refuses. Exit code 1 where the store has no record of this\n"
        "id, or has forgotten it before.\n",
    .options = options,
    .examples = examples,
    .operand_count_min = 1,
    .operand_count_max = 1,
    .run = run,
};
