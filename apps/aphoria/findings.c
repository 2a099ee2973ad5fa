/* aphoria findings -- what a set says of a project's code, without a scan. */
#include "aphoria/commands.h"
#include "aphoria/session.h"

static int run(const arguments *given)
{
    session self;
    session_recalled said = {0};
    const char *root = given->operand_count > 0 ? given->operands[0] : NULL;
    int is_recalled = session_open(&self, given, root) && session_open_place(&self) &&
                      session_recall(&self, NULL, &said);
    int exit_code = is_recalled ? session_report_recalled(&self, &said) : self.exit_code;
    session_recalled_deinit(&said);
    session_close(&self);
    return exit_code;
}

static const arguments_option options[] = {
    CLAIM_STORE_OPTIONS,
    SESSION_RECALL_OPTIONS,
    SESSION_REPORT_OPTIONS,
    {.name = NULL},
};

static const char *const examples[] = {
    "aphoria findings",
    "aphoria findings --server node.example.org:7601",
    "aphoria findings --db claims --as-of 2026-11-01 --format json",
    NULL,
};

const command command_findings = {
    .name = "findings",
    .operands = "[PATH]",
    .summary = "show what a store or node says of the project, without a scan",
    .details =
        "What `aphoria scan` with --persist, --db or --server said there, wherever that was: it "
        "is\n"
        "judged again, by this program's corpus and the decisions of the project of PATH "
        "(default:\n"
        "the folder that we are in), whose name is that of the claims. Lines are where the code\n"
        "stood when it was said. Without --db or --server it is the project's own store.\n",
    .options = options,
    .examples = examples,
    .operand_count_max = 1,
    .run = run,
};
