/* steme forget -- destroys the body of one record in this store. */
#include "steme/commands.h"

static int find(const arguments *given, steme_store *store, steme_id *out_id)
{
    steme_error error = {0};
    steme_snapshot *snapshot = NULL;
    int exit_code = COMMAND_DONE;
    if (steme_snapshot_open(store, &snapshot, &error) != STEME_OK) {
        return command_fail(&error);
    }
    if (command_find_id(snapshot, given->operands[0], out_id, &exit_code)) {
        exit_code = COMMAND_DONE;
    }
    steme_snapshot_close(snapshot);
    return exit_code;
}

static int forget(const arguments *given, steme_store *store, const steme_id *id)
{
    steme_error error = {0};
    steme_status status = steme_store_forget(store, id, arguments_text(given, "reason"), &error);
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
    steme_store *store = command_open_store(given, 0, &exit_code);
    if (store == NULL) {
        return exit_code;
    }
    exit_code = find(given, store, &id);
    if (exit_code == COMMAND_DONE) {
        exit_code = forget(given, store, &id);
    }
    steme_store_close(store);
    return exit_code;
}

static const arguments_option options[] = {
    COMMAND_OPTION_DB,
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
        "first 8 and more. Exit code 1 where the store has no record of this id, or has forgotten\n"
        "it before.\n",
    .options = options,
    .examples = examples,
    .operand_count_min = 1,
    .operand_count_max = 1,
    .run = run,
};
