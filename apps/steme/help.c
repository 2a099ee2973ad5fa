/* steme help -- what each command does. */
#include "steme/help.h"

#include <string.h>

#include "steme/commands.h"

enum { NAME_WIDTH = 12, INDENT = 24, WIDTH = 92 };

void help_print_overview(FILE *stream)
{
    fprintf(stream,
            "%ssteme%s -- a database of signed claims: contradictions stand side by side, a lens\n"
            "resolves them when somebody reads.\n\n"
            "usage: steme COMMAND [OPTION]... [ARGUMENT]\n\n",
            terminal_begin(stream, TERMINAL_BOLD), terminal_begin(stream, TERMINAL_PLAIN));
    for (size_t i = 0; command_list[i] != NULL; i++) {
        fprintf(stream, "  %s%-*s%s %s\n", terminal_begin(stream, TERMINAL_BOLD), NAME_WIDTH,
                command_list[i]->name, terminal_begin(stream, TERMINAL_PLAIN),
                command_list[i]->summary);
    }
    fputs("\nSTEME_DB, STEME_SERVER and STEME_KEY stand in for --db, --server and --key. `steme "
          "help\n"
          "COMMAND` says more, with examples. Exit codes: 0 done; 1 faults found; 2 usage or\n"
          "environment; 3 internal.\n",
          stream);
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
    printf("usage: steme %s", about->name);
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
    printf("%ssteme %s%s -- %s\n\n", bold, about->name, plain, about->summary);
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

static int run(const arguments *given)
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
        terminal_report("unknown command: %s; `steme help` lists them", given->operands[0]);
        return COMMAND_USAGE;
    }
    help_print_command(about);
    return COMMAND_DONE;
}

static const arguments_option options[] = {
    {.name = "completions",
     .value = "SHELL",
     .kind = ARGUMENTS_TEXT,
     .words = "bash zsh fish",
     .help = "print the completions for a shell"},
    {.name = "man", .help = "print the manual page"},
    {.name = NULL},
};

static const char *const examples[] = {
    "steme help import",
    "steme help --completions bash > ~/.local/share/bash-completion/completions/steme",
    NULL,
};

const command command_help = {
    .name = "help",
    .operands = "[COMMAND]",
    .summary = "say what a command does, with examples",
    .details = "",
    .options = options,
    .examples = examples,
    .operand_count_max = 1,
    .run = run,
};
