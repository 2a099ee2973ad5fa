/* table.c -- for people: a finding is a place, what is wrong, the code, and who says so. */
#include <string.h>

#include "aphoria/report/report.h"
#include "common/terminal.h"
#include "common/text.h"

static terminal_style style_of(outcome which)
{
    switch (which) {
    case OUTCOME_BLOCK:
        return TERMINAL_RED;
    case OUTCOME_FLAG:
        return TERMINAL_YELLOW;
    case OUTCOME_ACK:
        return TERMINAL_DIM;
    default:
        return TERMINAL_GREEN;
    }
}

static void append_data(text_buffer *to, const char *text)
{
    text_append_escaped(to, text_span(text));
}

/* What the project's policy lets pass: the first of what it overrules. */
static const citation *overruled(const judgement *of)
{
    for (size_t i = 0; of->rule_count == 0 && i < of->opposed_count; i++) {
        if (of->opposed[i].overruled_by != NULL) {
            return &of->opposed[i];
        }
    }
    return NULL;
}

static void append_overruled(text_buffer *line, const citation *of)
{
    text_append(line, "            allowed by the project's policy: ");
    append_data(line, of->overruled_by->sentence);
    text_append(line, "\n            against ");
    append_data(line, of->document);
    text_append_format(line, ", %s, %s: ", of->section, of->level);
    append_data(line, of->sentence);
    text_append(line, "\n");
}

static void write_finding(const judgement *of)
{
    static const char *const words[] = {"PASS ", "FLAG ", "BLOCK", "ACK  "};
    const char *dim = terminal_begin(stdout, TERMINAL_DIM);
    const char *plain = terminal_begin(stdout, TERMINAL_PLAIN);
    const char *title =
        of->seen->match->message != NULL ? of->seen->match->message : of->seen->match->rule->title;
    text_buffer line = TEXT_EMPTY;
    text_append_format(&line, "%s%s%s %.2f  ", terminal_begin(stdout, style_of(of->outcome)),
                       words[of->outcome], plain, of->score);
    append_data(&line, of->seen->path);
    text_append_format(&line, ":%u:%u  %s%s%s%s\n", of->seen->line, of->seen->column,
                       terminal_begin(stdout, TERMINAL_BOLD), title, plain,
                       of->is_known ? "  (known)" : "");
    text_append(&line, "            ");
    append_data(&line, of->seen->text);
    if (of->seen->source_path != NULL) {
        text_append_format(&line, "   %s(from ", dim);
        append_data(&line, of->seen->source_path);
        text_append_format(&line, ":%u)%s", of->seen->source_line, plain);
    } else if (of->seen->source_line > 0 && of->seen->source_line != of->seen->line) {
        text_append_format(&line, "   %s(from line %u)%s", dim, of->seen->source_line, plain);
    }
    if (of->seen->sink_path != NULL) {
        text_append_format(&line, "   %s(through ", dim);
        append_data(&line, of->seen->sink_path);
        text_append_format(&line, ":%u)%s", of->seen->sink_line, plain);
    }
    text_append(&line, "\n");
    if (of->seen->commit != NULL) {
        text_append(&line, "            ");
        report_append_commit(of, &line);
        text_append(&line, "\n");
    }
    if (of->rule_count > 0) {
        const citation *rule_cited = &of->rules[0];
        text_append_format(&line, "            %s%s, %s, %s: ", dim, rule_cited->document,
                           rule_cited->section, rule_cited->level);
        append_data(&line, rule_cited->sentence);
        text_append_format(&line, "\n            %s%s%s  %.12s%s\n", rule_cited->link,
                           rule_cited->link[0] == '\0' ? "" : "  ", of->seen->match->id,
                           of->fingerprint, plain);
    }
    if (of->acknowledged != NULL) {
        text_append(&line, "            ");
        append_data(&line, of->acknowledged);
        text_append(&line, "\n");
    }
    const citation *against = overruled(of);
    if (against != NULL) {
        text_append(&line, dim);
        append_overruled(&line, against);
        text_append(&line, plain);
    }
    fwrite(text_get(&line), 1, line.size, stdout);
    fputc('\n', stdout);
    text_deinit(&line);
}

void report_write_table(const report *self)
{
    for (size_t i = 0; i < self->count; i++) {
        if (report_shows(self, &self->judgements[i])) {
            write_finding(&self->judgements[i]);
        }
    }
    text_buffer summary = TEXT_EMPTY;
    text_append_format(&summary, "%zu block, %zu flag, %zu acknowledged, %zu pass; ",
                       report_count(self, OUTCOME_BLOCK), report_count(self, OUTCOME_FLAG),
                       report_count(self, OUTCOME_ACK), report_count(self, OUTCOME_PASS));
    if (report_known_count(self) > 0) {
        text_append_format(&summary, "%zu known; ", report_known_count(self));
    }
    if (self->is_recalled) {
        text_append(&summary, "as a store says\n");
    } else {
        text_append_number_of(&summary, self->tree->file_count, "file", "files");
        text_append(&summary, ", ");
        text_append_size(&summary, self->tree->byte_count);
        text_append_format(&summary, " in %.2f s\n", self->tree->seconds);
    }
    if (self->expired_count > 0) {
        text_append_number_of(&summary, self->expired_count, "acknowledgement", "acknowledgements");
        text_append(&summary, " expired\n");
    }
    if (report_idle_ignores(self) > 0) {
        text_append_number_of(&summary, report_idle_ignores(self), "comment says", "comments say");
        text_append(&summary, self->shows_all ? " aphoria:ignore in vain:\n"
                                              : " aphoria:ignore in vain; --all shows where\n");
    }
    if (self->shows_all) {
        report_append_ignores(self, &summary);
    }
    fwrite(text_get(&summary), 1, summary.size, stdout);
    text_deinit(&summary);
}
