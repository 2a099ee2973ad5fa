/* steme version */
#include "steme/commands.h"

static int run(const arguments *given)
{
    (void)given;
    printf("steme %s (Unicode %s)\n", steme_version(), steme_unicode_version());
    return COMMAND_DONE;
}

static const arguments_option options[] = {{.name = NULL}};

static const char *const examples[] = {"steme version", NULL};

const command command_version = {
    .name = "version",
    .operands = "",
    .summary = "print the release and the Unicode version",
    .details = "",
    .options = options,
    .examples = examples,
    .run = run,
};
