/* The table of commands, and the way from argv into one of them. */
#include "steme/commands.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "steme/help.h"

const command *const command_list[] = {
    &command_init,         &command_keygen,  &command_assert,
    &command_import,       &command_export,  &command_get,
    &command_query,        &command_compare, &command_conflicts,
    &command_lenses,       &command_view,    &command_verify_receipt,
    &command_vote,         &command_votes,   &command_endorse,
    &command_supersede,    &command_chain,   &command_cascade,
    &command_stage,        &command_epoch,   &command_key,
    &command_alias,        &command_source,  &command_predicate,
    &command_trust,        &command_truth,   &command_what_if,
    &command_blast_radius, &command_stat,    &command_verify,
    &command_rebuild,      &command_backup,  &command_forget,
    &command_root,         &command_prove,   &command_check_proof,
    &command_serve,        &command_ping,    &command_sync,
    &command_diff,         &command_peers,   &command_cluster_cert,
    &command_help,         &command_version, NULL,
};

const arguments_option command_common_options[] = {
    {.name = "help", .help = "say what the command does, with examples"},
    {.name = "no-color", .help = "no colours, also where NO_COLOR is not set"},
    {.name = NULL},
};

const command *command_find(const char *name)
{
    for (size_t i = 0; command_list[i] != NULL; i++) {
        if (strcmp(command_list[i]->name, name) == 0) {
            return command_list[i];
        }
    }
    return NULL;
}

/* A failed assertion is our bug: exit 3, with a line that says so after the one of assert. */
static void report_abort(int signal_number)
{
    static const char line[] = "steme: internal error; please report it with the line above\n";
    ssize_t written = write(STDERR_FILENO, line, sizeof line - 1);
    (void)written;
    (void)signal_number;
    _exit(COMMAND_INTERNAL);
}

static int report_unknown_command(const char *name)
{
    const char *names[sizeof command_list / sizeof command_list[0]];
    size_t count = 0;
    for (; command_list[count] != NULL; count++) {
        names[count] = command_list[count]->name;
    }
    names[count] = NULL;
    if (name[0] == '-') {
        terminal_report("unknown option: %s; the command comes first, see `steme help`", name);
        return COMMAND_USAGE;
    }
    const char *nearest = arguments_nearest(name, names);
    if (nearest != NULL) {
        terminal_report("unknown command: %s; did you mean %s?", name, nearest);
    } else {
        terminal_report("unknown command: %s; `steme help` lists them", name);
    }
    return COMMAND_USAGE;
}

static int run(const command *chosen, int argc, char *const *argv)
{
    char hint[64];
    arguments given;
    int exit_code = COMMAND_USAGE;
    snprintf(hint, sizeof hint, "`steme help %s`", chosen->name);
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

int command_main(int argc, char **argv)
{
    steme_error error = {0};
    output_init();
    signal(SIGABRT, report_abort);
    if (steme_init(&error) != STEME_OK) {
        return command_fail(&error);
    }
    return output_finish(dispatch(argc, argv));
}
