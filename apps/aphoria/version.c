/* aphoria version */
#include <stdio.h>

#include <steme/error.h>

#include "aphoria/commands.h"

static int run(const arguments *given)
{
    (void)given;
    printf("aphoria %s\n", steme_version());
    return COMMAND_DONE;
}

static const arguments_option options[] = {{.name = NULL}};

static const char *const examples[] = {"aphoria version", NULL};

const command command_version = {
    .name = "version",
    .operands = "",
    .summary = "print the release",
    .details = "",
    .options = options,
    .examples = examples,
    .run = run,
};
