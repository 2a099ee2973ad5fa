/* steme rebuild -- indexes and trie anew from the log. */
#include <string.h>

#include "common/progress.h"
#include "steme/commands.h"

static int show_progress(void *context, uint64_t done, uint64_t total)
{
    progress_update(context, done, total, done);
    return 0;
}

/* What a node answers from cannot be thrown away under it. */
static int refuse_node(const char *who)
{
    terminal_report("not while it is served: %s; stop that, `steme rebuild --db` its folder, start "
                    "it again",
                    who);
    return COMMAND_USAGE;
}

static int fail_open(const char *directory, const steme_error *error)
{
    char who[sizeof error->message];
    if (error->status != STEME_BUSY) {
        return command_fail_open(directory, error);
    }
    snprintf(who, sizeof who, "%s", error->message);
    who[strcspn(who, ";")] = '\0'; /* the process: what to do about it differs here */
    return refuse_node(who);
}

static int rebuild(const char *directory)
{
    steme_error error = {0};
    progress bar;
    int exit_code = COMMAND_DONE;
    steme_store_options writer = {.accept_loss = 1};
    steme_store *store = NULL;
    if (steme_store_open(directory, &writer, &store, &error) != STEME_OK) {
        return fail_open(directory, &error);
    }
    if (steme_store_notice(store) != NULL) {
        terminal_report("note: %s", steme_store_notice(store));
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

static int run(const arguments *given)
{
    const char *directory = NULL;
    const char *address = NULL;
    if (!command_choose_place(given, &directory, &address)) {
        return COMMAND_USAGE;
    }
    return address != NULL ? refuse_node(address) : rebuild(directory);
}

static const arguments_option options[] = {
    COMMAND_OPTIONS_PLACE,
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
        "with its peers, is the very index that is thrown away. So --server is refused.\n",
    .options = options,
    .examples = examples,
    .run = run,
};
