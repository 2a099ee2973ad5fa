/* aphoria scan -- reads a tree, judges what its code claims, reports. */
#include "aphoria/commands.h"
#include "aphoria/decisions/signer.h"
#include "aphoria/session.h"

static int run(const arguments *given)
{
    session self;
    const char *root = given->operand_count > 0 ? given->operands[0] : NULL;
    int is_judged = session_open(&self, given, root) && session_scan(&self) && session_judge(&self);
    int exit_code = is_judged ? session_report(&self) : self.exit_code;
    session_close(&self);
    return exit_code;
}

static const arguments_option options[] = {
    SESSION_OPTIONS,
    SESSION_PART_OPTIONS,
    SESSION_REPORT_OPTIONS,
    CLAIM_STORE_OPTIONS,
    {.name = "persist",
     .help = "keep what the code claims in the project's own store, .aphoria/db"},
    SIGNER_OPTION,
    {.name = NULL},
};

static const char *const examples[] = {
    "aphoria scan",
    "aphoria scan src --fail-on flag",
    "aphoria scan --staged",
    "aphoria scan --since origin/main",
    "aphoria scan --history --format sarif",
    "aphoria scan --persist --key alice.key",
    "aphoria scan --server node.example.org:7601 --key ci.key",
    NULL,
};

const command command_scan = {
    .name = "scan",
    .operands = "[PATH]",
    .summary = "find where code contradicts what authorities say",
    .details = "",
    .options = options,
    .examples = examples,
    .operand_count_max = 1,
    .run = run,
};
