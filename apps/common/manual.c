/* The manual page: the prose is the program's, commands and options are the tables'. */
#include <stdio.h>
#include <string.h>

#include "common/command.h"

/* Prints text as roff sees it as text: a backslash, and a dot or quote at a line's beginning, are
 * its commands else; a hyphen is to be copied as one. */
static void print_text(const char *string)
{
    int is_at_start = 1;
    for (; *string != '\0'; string++) {
        if (is_at_start && (*string == '.' || *string == '\'')) {
            fputs("\\&", stdout);
        }
        if (*string == '\\') {
            fputs("\\e", stdout);
        } else if (*string == '-') {
            fputs("\\-", stdout);
        } else {
            fputc(*string, stdout);
        }
        is_at_start = *string == '\n';
    }
}

static void print_option(const arguments_option *option)
{
    fputs(".TP\n\\fB", stdout);
    print_text("--");
    print_text(option->name);
    fputs("\\fR", stdout);
    if (option->value != NULL) {
        fputs(" \\fI", stdout);
        print_text(option->value);
        fputs("\\fR", stdout);
    }
    fputs("\n", stdout);
    print_text(option->help);
    if (option->is_repeatable) {
        fputs("; may be given several times", stdout);
    }
    if (option->environment != NULL) {
        printf("; or \\fB%s\\fR", option->environment);
    }
    if (option->words != NULL) {
        fputs(". One of: ", stdout);
        print_text(option->words);
    }
    fputs(".\n", stdout);
}

static void print_command(const command *about)
{
    printf(".SS \"%s ", program_self->name);
    print_text(about->name);
    if (about->operands[0] != '\0') {
        fputs(" ", stdout);
        print_text(about->operands);
    }
    fputs("\"\n", stdout);
    print_text(about->summary);
    fputs(".\n", stdout);
    if (about->details[0] != '\0') {
        print_text(about->details);
    }
    for (const arguments_option *each = about->options; each->name != NULL; each++) {
        print_option(each);
    }
    fputs(".PP\n.nf\n", stdout);
    for (size_t i = 0; about->examples[i] != NULL; i++) {
        print_text(about->examples[i]);
        fputs("\n", stdout);
    }
    fputs(".fi\n", stdout);
}

void manual_print(void)
{
    fputs(program_self->manual_introduction, stdout);
    for (size_t i = 0; program_self->commands[i] != NULL; i++) {
        print_command(program_self->commands[i]);
    }
    fputs(".SS \"Options of every command\"\n", stdout);
    for (const arguments_option *each = command_common_options; each->name != NULL; each++) {
        print_option(each);
    }
    fputs(program_self->manual_conclusion, stdout);
}
