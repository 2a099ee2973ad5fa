/* aphoria scan -- reads a tree, judges what its code claims, reports. */
#include <string.h>

#include "aphoria/commands.h"
#include "aphoria/report/report.h"
#include "aphoria/session.h"

static const struct {
    const char *name;
    void (*write)(const report *of);
} formats[] = {
    {"table", report_write_table},       {"json", report_write_json},
    {"sarif", report_write_sarif},       {"html", report_write_html},
    {"markdown", report_write_markdown}, {"junit", report_write_junit},
    {"github", report_write_github},     {"gitlab", report_write_gitlab},
};

static int write_report(const session *self)
{
    report made = {.project = self->project,
                   .root = self->files.root,
                   .said = &self->said,
                   .judgements = self->judgements,
                   .count = self->tree.seen.count,
                   .tree = &self->tree.report,
                   .shows_all = arguments_has(self->given, "all")};
    const char *fail_on = arguments_text(self->given, "fail-on");
    const char *format = arguments_text(self->given, "format");
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        if (strcmp(format == NULL ? "table" : format, formats[i].name) == 0) {
            formats[i].write(&made);
        }
    }
    size_t failed = report_count(&made, OUTCOME_BLOCK);
    if (fail_on != NULL && strcmp(fail_on, "flag") == 0) {
        failed += report_count(&made, OUTCOME_FLAG);
    }
    return failed > 0 ? COMMAND_FAULTS : COMMAND_DONE;
}

static int run(const arguments *given)
{
    session self;
    const char *root = given->operand_count > 0 ? given->operands[0] : NULL;
    int is_judged = session_open(&self, given, root) && session_scan(&self) && session_judge(&self);
    int exit_code = is_judged ? write_report(&self) : self.exit_code;
    session_close(&self);
    return exit_code;
}

static const arguments_option options[] = {
    SESSION_OPTIONS,
    {.name = "format",
     .value = "FORM",
     .kind = ARGUMENTS_TEXT,
     .words = "table json sarif html markdown junit github gitlab",
     .help = "how the findings are written (default table)"},
    {.name = "all", .help = "show what passes too"},
    {.name = "fail-on",
     .value = "OUTCOME",
     .kind = ARGUMENTS_TEXT,
     .words = "block flag",
     .help = "what makes exit code 1 (default block)"},
    {.name = NULL},
};

static const char *const examples[] = {
    "aphoria scan",
    "aphoria scan src --fail-on flag",
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
