/* session_report.c -- a session's judgements, in the form that is asked for. */
#include <string.h>

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

static int write_report(const session *self, const judgement *judgements, size_t count,
                        const char *root)
{
    report made = {.project = self->project.name,
                   .root = root,
                   .said = &self->said,
                   .judgements = judgements,
                   .count = count,
                   .tree = &self->tree.report,
                   .is_recalled = root == self->project.top,
                   .expired_count = self->decided.expired_count,
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

int session_report(const session *self)
{
    return write_report(self, self->judgements, self->tree.seen.count, self->files.root);
}

int session_report_recalled(const session *self, const session_recalled *said)
{
    return write_report(self, said->judgements, said->seen.count, self->project.top);
}
