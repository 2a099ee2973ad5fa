/* The program `steme`: its commands, and what its help and manual page say beside their tables. */
#include "steme/commands.h"

static const char *const help_examples[] = {
    "steme help import",
    "steme help --completions bash > ~/.local/share/bash-completion/completions/steme",
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

static const command *const command_list[] = {
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

const program steme_program = {
    .name = "steme",
    .summary = "a database of signed claims: contradictions stand side by side, a lens\n"
               "resolves them when somebody reads.\n",
    .notes = "STEME_DB, STEME_SERVER and STEME_KEY stand in for --db, --server and --key. `steme "
             "help\n"
             "COMMAND` says more, with examples. Exit codes: 0 done; 1 faults found; 2 usage or\n"
             "environment; 3 internal.\n",
    .manual_introduction = introduction,
    .manual_conclusion = conclusion,
    .commands = command_list,
};
