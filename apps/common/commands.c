/* commands.c -- the way from argv into a command: see command.h. */
#include <assert.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <steme/steme.h>

#include "common/command.h"
#include "common/output.h"
#include "common/terminal.h"

enum { COMMAND_COUNT_MAX = 100 };

const program *program_self;

const arguments_option command_common_options[] = {
    {.name = "help", .help = "say what the command does, with examples"},
    {.name = "no-color", .help = "no colours, also where NO_COLOR is not set"},
    {.name = NULL},
};

const command *command_find(const char *name)
{
    for (size_t i = 0; program_self->commands[i] != NULL; i++) {
        if (strcmp(program_self->commands[i]->name, name) == 0) {
            return program_self->commands[i];
        }
    }
    return NULL;
}

/* A failed assertion is our bug: exit 3, with a line that says so after the one of assert. */
static void report_abort(int signal_number)
{
    static const char line[] = ": internal error; please report it with the line above\n";
    ssize_t written = write(STDERR_FILENO, program_self->name, strlen(program_self->name));
    written += write(STDERR_FILENO, line, sizeof line - 1);
    (void)written;
    (void)signal_number;
    _exit(COMMAND_INTERNAL);
}

static int report_unknown_command(const char *name)
{
    const char *names[COMMAND_COUNT_MAX + 1];
    size_t count = 0;
    for (; program_self->commands[count] != NULL; count++) {
        assert(count < COMMAND_COUNT_MAX);
        names[count] = program_self->commands[count]->name;
    }
    names[count] = NULL;
    if (name[0] == '-') {
        terminal_report("unknown option: %s; the command comes first, see `%s help`", name,
                        program_self->name);
        return COMMAND_USAGE;
    }
    const char *nearest = arguments_nearest(name, names);
    if (nearest != NULL) {
        terminal_report("unknown command: %s; did you mean %s?", name, nearest);
    } else {
        terminal_report("unknown command: %s; `%s help` lists them", name, program_self->name);
    }
    return COMMAND_USAGE;
}

static int run(const command *chosen, int argc, char *const *argv)
{
    char hint[64];
    arguments given;
    int exit_code = COMMAND_USAGE;
    snprintf(hint, sizeof hint, "`%s help %s`", program_self->name, chosen->name);
    int is_parsed =
        arguments_parse(&given, chosen->options, command_common_options, hint, argc, argv);
    if (is_parsed && arguments_has(&given, "no-color")) {
        terminal_forbid_color();
    }
    if (is_parsed && arguments_has(&given, "help")) {
        help_print_command(chosen);
        exit_code = COMMAND_DONE;
    } else if (is_parsed && arguments_check(&given, chosen->operand_count_min,
                                            chosen->operand_count_max, hint)) {
        exit_code = chosen->run(&given);
    }
    arguments_deinit(&given);
    return exit_code;
}

static int dispatch(int argc, char **argv)
{
    if (argc < 2) {
        help_print_overview(stderr);
        return COMMAND_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        help_print_overview(stdout);
        return COMMAND_DONE;
    }
    const char *name = strcmp(argv[1], "--version") == 0 ? "version" : argv[1];
    const command *chosen = command_find(name);
    return chosen == NULL ? report_unknown_command(name) : run(chosen, argc - 2, argv + 2);
}

int command_main(const program *self, int argc, char **argv)
{
    program_self = self;
    steme_error error = {0};
    terminal_set_program(program_self->name);
    output_init();
    signal(SIGABRT, report_abort);
    if (steme_init(&error) != STEME_OK) {
        terminal_report("%s", error.message);
        return COMMAND_USAGE;
    }
    return output_finish(dispatch(argc, argv));
}
