/* steme rebuild -- indexes and trie anew from the log. */
#include "common/progress.h"
#include "steme/commands.h"

static void show_progress(void *context, uint64_t done, uint64_t total)
{
    progress_update(context, done, total, done);
}

static int run(const arguments *given)
{
    steme_error error = {0};
    progress bar;
    int exit_code = COMMAND_DONE;
    steme_store_options writer = {.accept_loss = 1};
    steme_store *store = command_open_store_as(given, &writer, &exit_code);
    if (store == NULL) {
        return exit_code;
    }
    progress_begin(&bar, "rebuilding", "done");
    steme_status status = steme_store_rebuild(store, show_progress, &bar, &error);
    progress_end(&bar);
    if (status != STEME_OK) {
        exit_code = command_fail(&error);
    } else {
        terminal_note("Rebuilt in %.1f s.", progress_elapsed_s(&bar));
    }
    steme_store_close(store);
    return exit_code;
}

static const arguments_option options[] = {
    COMMAND_OPTION_DB,
    {.name = NULL},
};

static const char *const examples[] = {
    "steme rebuild --db claims",
    NULL,
};

const command command_rebuild = {
    .name = "rebuild",
    .operands = "",
    .summary = "derive the indexes from the log again",
    .details =
        "Throws indexes and Merkle trie away and makes them anew. The log is not touched.\n"
        "Where the log has lost records that the index still names, this gives them up.\n"
        "Stop the node that serves the folder first: what a node answers from, and compares\n"
        "with its peers, is the very index that is thrown away.\n",
    .options = options,
    .examples = examples,
    .run = run,
};
