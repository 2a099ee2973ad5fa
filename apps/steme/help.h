/* help.h -- help, completions and the manual page, made from the tables of the commands. */
#ifndef STEME_HELP_H
#define STEME_HELP_H

#include <stdio.h>

#include "steme/command.h"

void help_print_overview(FILE *stream);
void help_print_command(const command *about);

/* completions.c: the file for "bash", "zsh" or "fish". */
void completions_print(const char *shell);
/* manual.c: man/steme.1 as it is committed. */
void manual_print(void);

#endif
