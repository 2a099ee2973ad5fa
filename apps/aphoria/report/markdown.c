/* markdown.c -- a comment on a change: a table of counts, then the findings, the others folded. */
#include <stdlib.h>
#include <string.h>

#include "aphoria/report/report.h"

enum { FINDINGS_MAX = 100 }; /* services cut comments at 64 KiB */

/* A text that stands within a line: nothing in it is markup. */
static void append_words(text_buffer *to, const char *text)
{
    text_buffer escaped = TEXT_EMPTY;
    text_append_escaped(&escaped, text_span(text));
    for (const char *at = text_get(&escaped); *at != '\0'; at++) {
        if (strchr("&<>", *at) != NULL) {
            text_append_format(to, "&#%d;", *at);
        } else {
            text_append(to, strchr("\\`*_[]|~#@!", *at) != NULL ? "\\" : "");
            text_append_bytes(to, at, 1);
        }
    }
    text_deinit(&escaped);
}

/* Between as many backticks as the text has not got in a row. */
static void append_code(text_buffer *to, const char *text)
{
    text_buffer escaped = TEXT_EMPTY;
    size_t longest = 0;
    size_t run = 0;
    text_append_escaped(&escaped, text_span(text));
    for (const char *at = text_get(&escaped); *at != '\0'; at++) {
        run = *at == '`' ? run + 1 : 0;
        longest = run > longest ? run : longest;
    }
    for (size_t i = 0; i <= longest; i++) {
        text_append(to, "`");
    }
    text_append_format(to, " %s ", text_get(&escaped));
    for (size_t i = 0; i <= longest; i++) {
        text_append(to, "`");
    }
    text_deinit(&escaped);
}

static void append_link(text_buffer *to, const char *link)
{
    for (const char *at = link; *at != '\0'; at++) {
        if ((unsigned char)*at <= ' ' || strchr("()<>", *at) != NULL) {
            text_append_format(to, "%%%02X", (unsigned char)*at);
        } else {
            text_append_bytes(to, at, 1);
        }
    }
}

static void append_citation(text_buffer *to, const citation *of)
{
    text_append(to, "> ");
    append_words(to, of->sentence);
    text_append(to, "\n> — [");
    append_words(to, of->document);
    text_append(to, ", ");
    append_words(to, of->section);
    text_append(to, "](");
    append_link(to, of->link);
    text_append_format(to, "), %s\n", of->level);
}

static void append_finding(text_buffer *to, const judgement *of)
{
    static const char *const marks[] = {"✅ pass", "🟡 **FLAG**", "🔴 **BLOCK**", "⚪ ack"};
    text_append_format(to, "\n%s %.2f · **", marks[of->outcome], of->score);
    append_words(to, report_title(of));
    text_append(to, "** · ");
    append_code(to, of->seen->path);
    text_append_format(to, " line %u%s\n\n", of->seen->line, of->is_known ? " · known" : "");
    append_code(to, of->seen->text);
    text_append(to, "\n\n");
    if (of->acknowledged != NULL) {
        text_append(to, "**Acknowledged:** ");
        append_words(to, of->acknowledged);
        text_append(to, "\n\n");
    }
    if (of->rule_count > 0) {
        append_citation(to, &of->rules[0]);
    }
    if (report_help(of)[0] != '\0') {
        text_append(to, "\n**Mend:** ");
        append_words(to, report_help(of));
        text_append(to, "\n");
    }
    text_append_format(to, "\n<sub>`%s` · `%.12s`</sub>\n", of->seen->match->id, of->fingerprint);
}

void report_write_markdown(const report *self)
{
    text_buffer to = TEXT_EMPTY;
    size_t shown = 0;
    text_append(&to, "## Aphoria: ");
    append_words(&to, self->project);
    text_append_format(&to,
                       "\n\n| block | flag | acknowledged | pass | files |\n"
                       "|--:|--:|--:|--:|--:|\n| %zu | %zu | %zu | %zu | %zu |\n",
                       report_count(self, OUTCOME_BLOCK), report_count(self, OUTCOME_FLAG),
                       report_count(self, OUTCOME_ACK), report_count(self, OUTCOME_PASS),
                       self->tree->file_count);
    if (report_skipped(self) > 0) {
        text_append(&to, "\nSkipped files: ");
        report_append_skipped(self, &to);
        text_append(&to, ".\n");
    }
    const judgement **sorted = report_sorted(self, &shown);
    for (size_t i = 0; i < shown && i < FINDINGS_MAX; i++) {
        append_finding(&to, sorted[i]);
    }
    free(sorted);
    if (shown == 0) {
        text_append(&to, "\nNothing here contradicts what authorities say.\n");
    }
    if (shown > FINDINGS_MAX) {
        text_append_format(&to, "\n… and %zu more: `aphoria scan` shows them.\n",
                           shown - FINDINGS_MAX);
    }
    report_flush(&to);
    text_deinit(&to);
}
