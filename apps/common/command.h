/* command.h -- a program of commands: each is a table, and so are help, completions and manual
 * page.
 *
 * Functions that read options return 1, or 0 after they reported what is wrong; a command then
 * returns COMMAND_USAGE.
 *
 * Threads: the main thread's. */
#ifndef COMMON_COMMAND_H
#define COMMON_COMMAND_H

#include <stddef.h>
#include <stdio.h>

#include "common/arguments.h"

/* Exit codes. */
enum {
    COMMAND_DONE = 0,
    COMMAND_FAULTS = 1, /* the work found faults: bad lines, a failed check, nothing for an id */
    COMMAND_USAGE = 2,  /* usage, configuration or environment */
    COMMAND_INTERNAL = 3,
};

typedef struct command {
    const char *name;
    const char *operands;            /* "DIR", "[ID]" or "" */
    const char *summary;             /* a line without a full stop */
    const char *details;             /* paragraphs, lines ended by \n */
    const arguments_option *options; /* ended by a NULL name */
    const char *const *examples;     /* command lines, ended by NULL */
    size_t operand_count_min;
    size_t operand_count_max;
    int (*run)(const arguments *given); /* gives the exit code */
} command;

typedef struct program {
    const char *name;
    const char *summary;             /* what it is, behind its name: lines ended by \n */
    const char *notes;               /* behind the list of its commands */
    const char *manual_introduction; /* roff, up to the commands */
    const char *manual_conclusion;   /* behind them */
    const command *const *commands;  /* in the order of the help, ended by NULL */
} program;

/* What this program is, once command_main runs. */
extern const program *program_self;

/* Options of every command, and of every program. */
extern const arguments_option command_common_options[];
/* By name, or NULL. */
const command *command_find(const char *name);

/* Runs a program; gives its exit code. */
int command_main(const program *self, int argc, char **argv);

/* ---- help.c, completions.c, manual.c ------------------------------------------------------- */

/* `help [COMMAND]`, which also prints completions and the manual page: its run and options; its
 * examples are each program's own. */
int help_run(const arguments *given);
extern const arguments_option help_options[];
void help_print_overview(FILE *stream);
void help_print_command(const command *about);
/* The file for "bash", "zsh" or "fish". */
void completions_print(const char *shell);
/* man/NAME.1 as it is committed. */
void manual_print(void);

#endif
