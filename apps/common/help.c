/* help.c -- what `help` and --help print: see command.h. */
#include <stdio.h>
#include <string.h>

#include "common/command.h"
#include "common/terminal.h"
#include "common/text.h"

enum { NAME_WIDTH = 12, INDENT = 24, WIDTH = 92 };

void help_print_overview(FILE *stream)
{
    fprintf(stream,
            "%s%s%s -- %s\n"
            "usage: %s COMMAND [OPTION]... [ARGUMENT]\n\n",
            terminal_begin(stream, TERMINAL_BOLD), program_self->name,
            terminal_begin(stream, TERMINAL_PLAIN), program_self->summary, program_self->name);
    for (size_t i = 0; program_self->commands[i] != NULL; i++) {
        fprintf(stream, "  %s%-*s%s %s\n", terminal_begin(stream, TERMINAL_BOLD), NAME_WIDTH,
                program_self->commands[i]->name, terminal_begin(stream, TERMINAL_PLAIN),
                program_self->commands[i]->summary);
    }
    fprintf(stream, "\n%s", program_self->notes);
}

/* Words of `string` in a column that begins at INDENT; the first line's head stands already. */
static void print_wrapped(const char *string)
{
    size_t column = INDENT;
    while (*string != '\0') {
        size_t size = strcspn(string, " ");
        if (column > INDENT && column + 1 + size > WIDTH) {
            printf("\n%*s", INDENT, "");
            column = INDENT;
        } else if (column > INDENT) {
            fputc(' ', stdout);
            column++;
        }
        fwrite(string, 1, size, stdout);
        column += size;
        string += size + (string[size] == ' ');
    }
    fputc('\n', stdout);
}

static void print_option(const arguments_option *option)
{
    text_buffer head = TEXT_EMPTY;
    text_buffer body = TEXT_EMPTY;
    text_append_format(&head, "  --%s", option->name);
    if (option->value != NULL) {
        text_append_format(&head, " %s", option->value);
    }
    text_append(&body, option->help);
    if (option->is_repeatable) {
        text_append(&body, "; may be given several times");
    }
    if (option->environment != NULL) {
        text_append_format(&body, " (or %s)", option->environment);
    }
    if (option->words != NULL) {
        text_append_format(&body, "; one of: %s", option->words);
    }
    int is_long = head.size >= INDENT;
    printf(is_long ? "%s\n%*s" : "%s%*s", text_get(&head),
           is_long ? INDENT : INDENT - (int)head.size, "");
    print_wrapped(text_get(&body));
    text_deinit(&head);
    text_deinit(&body);
}

static void print_usage(const command *about)
{
    printf("usage: %s %s", program_self->name, about->name);
    for (const arguments_option *each = about->options; each->name != NULL; each++) {
        if (each->is_required) {
            printf(" --%s %s", each->name, each->value);
        }
    }
    int has_more = 0;
    for (const arguments_option *each = about->options; each->name != NULL; each++) {
        has_more |= !each->is_required;
    }
    printf("%s%s%s\n\n", has_more ? " [OPTION]..." : "", about->operands[0] == '\0' ? "" : " ",
           about->operands);
}

void help_print_command(const command *about)
{
    const char *bold = terminal_begin(stdout, TERMINAL_BOLD);
    const char *plain = terminal_begin(stdout, TERMINAL_PLAIN);
    printf("%s%s %s%s -- %s\n\n", bold, program_self->name, about->name, plain, about->summary);
    print_usage(about);
    if (about->details[0] != '\0') {
        printf("%s\n", about->details);
    }
    printf("%soptions%s\n", bold, plain);
    for (const arguments_option *each = about->options; each->name != NULL; each++) {
        print_option(each);
    }
    for (const arguments_option *each = command_common_options; each->name != NULL; each++) {
        print_option(each);
    }
    printf("\n%sexamples%s\n", bold, plain);
    for (size_t i = 0; about->examples[i] != NULL; i++) {
        printf("  %s\n", about->examples[i]);
    }
}

int help_run(const arguments *given)
{
    const char *shell = arguments_text(given, "completions");
    if (shell != NULL) {
        completions_print(shell);
        return COMMAND_DONE;
    }
    if (arguments_has(given, "man")) {
        manual_print();
        return COMMAND_DONE;
    }
    if (given->operand_count == 0) {
        help_print_overview(stdout);
        return COMMAND_DONE;
    }
    const command *about = command_find(given->operands[0]);
    if (about == NULL) {
        terminal_report("unknown command: %s; `%s help` lists them", given->operands[0],
                        program_self->name);
        return COMMAND_USAGE;
    }
    help_print_command(about);
    return COMMAND_DONE;
}

const arguments_option help_options[] = {
    {.name = "completions",
     .value = "SHELL",
     .kind = ARGUMENTS_TEXT,
     .words = "bash zsh fish",
     .help = "print the completions for a shell"},
    {.name = "man", .help = "print the manual page"},
    {.name = NULL},
};
