/* steme init -- a new, empty store. */
#include "steme/commands.h"

static int run(const arguments *given)
{
    steme_error error = {0};
    const char *directory = given->operands[0];
    if (steme_store_create(directory, &error) != STEME_OK) {
        return command_fail(&error);
    }
    terminal_note("A new store: %s. Next: `steme keygen FILE`, then `steme assert` or `steme "
                  "import` with --db %s.",
                  directory, directory);
    return COMMAND_DONE;
}

static const arguments_option options[] = {{.name = NULL}};

static const char *const examples[] = {
    "steme init claims",
    NULL,
};

const command command_init = {
    .name = "init",
    .operands = "DIR",
    .summary = "make a new, empty store",
    .details =
        "DIR must be absent or empty. The log in it is the database; indexes are derived from\n"
        "it and can be rebuilt.\n",
    .options = options,
    .examples = examples,
    .operand_count_min = 1,
    .operand_count_max = 1,
    .run = run,
};
