/* steme backup -- a copy of the store beside its writer. */
#include "common/progress.h"
#include "steme/commands.h"

static void show_progress(void *context, uint64_t done, uint64_t total)
{
    progress_update(context, done, total, done);
}

/* Opens the copy, so that it has its index and is known to open; gives the number of records. */
static steme_status finish(const char *directory, uint64_t *out_count, steme_error *error)
{
    steme_store *store = NULL;
    steme_stat stat;
    steme_status status = steme_store_open(directory, NULL, &store, error);
    if (status == STEME_OK) {
        status = steme_store_stat(store, &stat, error);
    }
    steme_store_close(store);
    if (status == STEME_OK) {
        *out_count = stat.record_count;
    }
    return status;
}

static int back_up(steme_store *store, const char *directory)
{
    steme_error error = {0};
    progress bar;
    uint64_t count = 0;
    progress_begin(&bar, "copying", "segments");
    steme_status status = steme_store_backup(store, directory, show_progress, &bar, &error);
    if (status == STEME_OK) {
        status = finish(directory, &count, &error);
    }
    progress_end(&bar);
    if (status != STEME_OK) {
        return command_fail(&error);
    }
    text_buffer line = TEXT_EMPTY;
    text_append_number_of(&line, count, "record", "records");
    terminal_note("%s copied in %.1f s.", text_get(&line), progress_elapsed_s(&bar));
    text_deinit(&line);
    return COMMAND_DONE;
}

static int run(const arguments *given)
{
    int exit_code = COMMAND_DONE;
    steme_store *store = command_open_store(given, 1, &exit_code);
    if (store == NULL) {
        return exit_code;
    }
    exit_code = back_up(store, given->operands[0]);
    steme_store_close(store);
    return exit_code;
}

static const arguments_option options[] = {
    COMMAND_OPTION_DB,
    {.name = NULL},
};

static const char *const examples[] = {
    "steme backup --db claims claims-backup",
    "steme verify --db claims-backup",
    NULL,
};

const command command_backup = {
    .name = "backup",
    .operands = "DEST",
    .summary = "copy the store to a new folder while it is written",
    .details =
        "Copies everything that is durable when it begins to the new folder DEST, which is a\n"
        "store then, and a node of its own. Works beside a writer. To restore, copy the folder\n"
        "back, or use it where it is.\n",
    .options = options,
    .examples = examples,
    .operand_count_min = 1,
    .operand_count_max = 1,
    .run = run,
};
