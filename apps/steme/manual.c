/* The manual page steme(1): the prose is here, commands and options are the tables'. */
#include <string.h>

#include "steme/commands.h"
#include "steme/help.h"

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
    fputs(".SS \"steme ", stdout);
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

static const char introduction[] =
    ".TH STEME 1 \"\" \"StemeDB\" \"User Commands\"\n"
    ".SH NAME\n"
    "steme \\- a database of signed claims, not facts\n"
    ".SH SYNOPSIS\n"
    ".B steme\n"
    ".I command\n"
    "[\\fIoption\\fR]... [\\fIargument\\fR]\n"
    ".SH DESCRIPTION\n"
    "A store is a folder that holds signed, immutable records. A record's id is the BLAKE3 hash "
    "of\n"
    "what it says. Records that contradict each other are all kept; a\n"
    ".I lens\n"
    "resolves them when somebody reads: the newest claim, the value with the greatest share, or "
    "all\n"
    "values side by side with a score of their conflict. What an answer rests on stands in its "
    "receipt.\n"
    ".PP\n"
    "An option may be written \\fB\\-\\-name value\\fR or \\fB\\-\\-name=value\\fR; \\fB\\-\\-\\fR "
    "ends the\n"
    "options. Times are RFC 3339 in UTC, or a date alone. Ids and agents are 64 hexadecimal "
    "digits.\n"
    ".SH COMMANDS\n";

static const char conclusion[] =
    ".SH OUTPUT\n"
    "Data goes to standard output, everything else to standard error. Tables and blocks are for "
    "people:\n"
    "control bytes in data are escaped, columns are cut to the terminal's width, colours are used "
    "on a\n"
    "terminal only. With \\fB\\-\\-json\\fR, \\fB\\-\\-jsonl\\fR and \\fB\\-\\-csv\\fR the output "
    "is stable; the\n"
    "\\fBschema\\fR in it is 1, and grows when a field changes its meaning.\n"
    ".PP\n"
    "\\fBquery \\-\\-json\\fR prints {\"schema\":1,\"records\":[...]}, each record as "
    "\\fBexport\\fR\n"
    "writes it. With \\fB\\-\\-lens\\fR it prints {\"schema\":1,\"answers\":[...]}, or the one "
    "answer itself\n"
    "where both \\fB\\-\\-subject\\fR and \\fB\\-\\-predicate\\fR are given. An answer has "
    "subject, predicate,\n"
    "lens, lens_version, view, candidates, winner, value, confidence, conflict_score, status, "
    "claims (each\n"
    "with value, share, signers and the ids of its records), runner_up, and receipt; winner, value "
    "and\n"
    "runner_up are null where the lens names none. \\fB\\-\\-jsonl\\fR prints the same records or "
    "answers, one\n"
    "per line.\n"
    ".SH \"EXIT STATUS\"\n"
    ".TP\n.B 0\ndone.\n"
    ".TP\n.B 1\nthe work found faults: bad lines, a failed check, no record of an id.\n"
    ".TP\n.B 2\nusage, configuration or environment: nothing was changed but what was "
    "acknowledged.\n"
    ".TP\n.B 3\nan error of the program itself.\n"
    ".SH ENVIRONMENT\n"
    ".TP\n.B STEME_DB\nstands in for \\fB\\-\\-db\\fR.\n"
    ".TP\n.B STEME_KEY\nstands in for \\fB\\-\\-key\\fR.\n"
    ".TP\n.B NO_COLOR\nwhere set and not empty, no colours.\n"
    ".TP\n.B COLUMNS\nthe width of the terminal, in place of its own.\n"
    ".SH \"SEE ALSO\"\n"
    ".BR libsteme (3)\n";

void manual_print(void)
{
    fputs(introduction, stdout);
    for (size_t i = 0; command_list[i] != NULL; i++) {
        print_command(command_list[i]);
    }
    fputs(".SS \"Options of every command\"\n", stdout);
    for (const arguments_option *each = command_common_options; each->name != NULL; each++) {
        print_option(each);
    }
    fputs(conclusion, stdout);
}
