/* The program `aphoria`: its commands, and what its help and manual page say beside their tables.
 */
#include "aphoria/commands.h"

static const char *const help_examples[] = {
    "aphoria help scan",
    "aphoria help --completions bash > ~/.local/share/bash-completion/completions/aphoria",
    NULL,
};

static const command command_help = {
    .name = "help",
    .operands = "[COMMAND]",
    .summary = "say what a command does, with examples",
    .details = "",
    .options = help_options,
    .examples = help_examples,
    .operand_count_max = 1,
    .run = help_run,
};

static const command *const command_list[] = {&command_init,
                                              &command_scan,
                                              &command_findings,
                                              &command_explain,
                                              &command_drift,
                                              &command_ack,
                                              &command_bless,
                                              &command_baseline,
                                              &command_diff,
                                              &command_claims,
                                              &command_status,
                                              &command_corpus,
                                              &command_rules,
                                              &command_hook,
                                              &command_version,
                                              &command_help,
                                              NULL};

static const char introduction[] =
    ".TH APHORIA 1 \"\" \"StemeDB\" \"User Commands\"\n"
    ".SH NAME\n"
    "aphoria \\- the claims that code makes, held against what authorities say\n"
    ".SH SYNOPSIS\n"
    ".B aphoria\n"
    ".I command\n"
    "[\\fIoption\\fR]... [\\fIargument\\fR]\n"
    ".SH DESCRIPTION\n"
    "Code claims things that nobody wrote down: that a certificate need not be checked, that a "
    "hash is\n"
    "good enough. Aphoria reads these claims out of code and configuration, holds them against "
    "RFCs,\n"
    "NIST, OWASP, vendors and the team's own policy, and reports contradictions with the document, "
    "the\n"
    "section and the sentence that they contradict. Nothing is executed, nothing fetched.\n"
    ".SH COMMANDS\n";

static const char conclusion[] =
    ".SH \"EXIT STATUS\"\n"
    ".TP\n.B 0\nnothing at or above what \\fB\\-\\-fail\\-on\\fR says.\n"
    ".TP\n.B 1\nfindings, or faults that the work found.\n"
    ".TP\n.B 2\nusage, configuration or environment.\n"
    ".TP\n.B 3\nan error of the program itself.\n"
    ".SH ENVIRONMENT\n"
    ".TP\n.B NO_COLOR\nwhere set and not empty, no colours.\n"
    ".TP\n.B COLUMNS\nthe width of the terminal, in place of its own.\n"
    ".SH \"SEE ALSO\"\n"
    ".BR steme (1)\n";

const program aphoria_program = {
    .name = "aphoria",
    .summary = "the claims that code makes, held against what authorities say: RFCs, NIST,\n"
               "OWASP, vendors, your own policy.\n",
    .notes = "`aphoria help COMMAND` says more, with examples. Exit codes: 0 clean; 1 findings; 2 "
             "usage or\n"
             "configuration; 3 internal.\n",
    .manual_introduction = introduction,
    .manual_conclusion = conclusion,
    .commands = command_list,
};
