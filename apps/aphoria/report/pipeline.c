/* pipeline.c -- what pipelines read: JUnit, commands of a GitHub workflow, GitLab's code quality.
 */
#include <string.h>

#include "aphoria/report/report.h"
#include "common/output.h"

/* "title: sentence (document, section, level)" */
static void append_message(text_buffer *to, const judgement *of)
{
    text_append(to, report_title(of));
    if (of->rule_count > 0) {
        const citation *cited = &of->rules[0];
        text_append_format(to, ". %s (%s, %s, %s)", cited->sentence, cited->document,
                           cited->section, cited->level);
    }
}

static int is_open(const judgement *of)
{
    return !of->is_known && (of->outcome == OUTCOME_BLOCK || of->outcome == OUTCOME_FLAG);
}

/* ---- JUnit -------------------------------------------------------------------------------- */

static void append_failure(text_buffer *to, const judgement *of)
{
    text_buffer line = TEXT_EMPTY;
    text_append(to, outcome_name(of->outcome));
    text_append_format(to, " %.2f  ", of->score);
    report_append_markup(to, of->seen->path);
    text_append_format(to, ":%u:%u  ", of->seen->line, of->seen->column);
    append_message(&line, of);
    report_append_markup(to, text_get(&line));
    text_append(to, "\n    ");
    report_append_markup(to, of->seen->text);
    text_append_format(to, "\n    %.12s  ", of->fingerprint);
    report_append_markup(to, of->rule_count > 0 ? of->rules[0].link : "");
    text_append(to, "\n");
    text_deinit(&line);
}

/* One test case: 1 where it failed. */
static size_t append_case(const report *self, text_buffer *to, const char *kind)
{
    text_buffer failures = TEXT_EMPTY;
    size_t count = 0;
    for (size_t i = 0; i < self->count; i++) {
        const judgement *each = &self->judgements[i];
        if (is_open(each) && strcmp(report_kind(self, each), kind) == 0) {
            append_failure(&failures, each);
            count++;
        }
    }
    text_append(to, "  <testcase classname=\"aphoria\" name=\"");
    report_append_markup(to, report_kind_title(self, kind));
    text_append(to, "\"");
    if (count == 0) {
        text_append(to, "/>\n");
    } else {
        text_append_format(to, ">\n    <failure type=\"aphoria\" message=\"%zu finding%s\">", count,
                           count == 1 ? "" : "s");
        text_append_bytes(to, text_get(&failures), failures.size);
        text_append(to, "</failure>\n  </testcase>\n");
    }
    text_deinit(&failures);
    return count > 0;
}

void report_write_junit(const report *self)
{
    text_buffer cases = TEXT_EMPTY;
    text_buffer to = TEXT_EMPTY;
    size_t failed = 0;
    for (size_t i = 0; i < self->said->kind_count; i++) {
        failed += append_case(self, &cases, self->said->kinds[i].id);
    }
    text_append(&to, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
                     "<testsuite name=\"aphoria ");
    report_append_markup(&to, self->project);
    text_append_format(&to, "\" tests=\"%zu\" failures=\"%zu\" errors=\"0\" time=\"%.3f\">\n",
                       self->said->kind_count, failed, self->tree->seconds);
    text_append_bytes(&to, text_get(&cases), cases.size);
    text_append(&to, "</testsuite>\n</testsuites>\n");
    report_flush(&to);
    text_deinit(&cases);
    text_deinit(&to);
}

/* ---- GitHub ------------------------------------------------------------------------------- */

static void append_encoded(text_buffer *to, const char *text, const char *unsafe)
{
    for (const char *at = text; *at != '\0'; at++) {
        if (strchr(unsafe, *at) != NULL) {
            text_append_format(to, "%%%02X", (unsigned char)*at);
        } else {
            text_append_bytes(to, at, 1);
        }
    }
}

/* A name that would do something to a terminal, or is no UTF-8, is escaped. */
static void append_path(text_buffer *to, const char *path)
{
    text_buffer escaped = TEXT_EMPTY;
    text_append_escaped(&escaped, text_span(path));
    append_encoded(to, text_get(&escaped), "%\r\n:,");
    text_deinit(&escaped);
}

void report_write_github(const report *self)
{
    text_buffer to = TEXT_EMPTY;
    for (size_t i = 0; i < self->count; i++) {
        const judgement *each = &self->judgements[i];
        text_buffer message = TEXT_EMPTY;
        if (!is_open(each)) {
            continue;
        }
        text_append(&to, each->outcome == OUTCOME_BLOCK ? "::error file=" : "::warning file=");
        append_path(&to, each->seen->path);
        text_append_format(&to, ",line=%u,endLine=%u,col=%u,title=", each->seen->line,
                           each->seen->end_line, each->seen->column);
        append_encoded(&to, report_title(each), "%\r\n:,");
        text_append(&to, "::");
        append_message(&message, each);
        text_append_format(&message, "\n%s  %s  %.12s",
                           each->rule_count > 0 ? each->rules[0].link : "", each->seen->match->id,
                           each->fingerprint);
        append_encoded(&to, text_get(&message), "%\r\n");
        text_append(&to, "\n");
        text_deinit(&message);
    }
    text_append_format(&to, "::notice title=Aphoria::%zu block, %zu flag, %zu files\n",
                       report_count(self, OUTCOME_BLOCK), report_count(self, OUTCOME_FLAG),
                       self->tree->file_count);
    report_flush(&to);
    text_deinit(&to);
}

/* ---- GitLab ------------------------------------------------------------------------------- */

/* Fingerprints do not name the file, and GitLab wants them unique in a report. */
static json_t *unique_fingerprint(const judgement *of)
{
    text_buffer whole = TEXT_EMPTY;
    text_buffer digits = TEXT_EMPTY;
    text_append_format(&whole, "%s%c", of->fingerprint, 0);
    text_append(&whole, of->subject);
    steme_id hash = steme_hash(whole.bytes, whole.size);
    text_append_hex(&digits, hash.bytes, 16);
    json_t *made = report_json_text(text_get(&digits));
    text_deinit(&whole);
    text_deinit(&digits);
    return made;
}

static json_t *gitlab_issue(const judgement *of)
{
    text_buffer message = TEXT_EMPTY;
    json_t *made = json_object();
    json_t *location = json_object();
    json_t *lines = json_object();
    json_t *categories = json_array();
    append_message(&message, of);
    output_set(made, "type", report_json_text("issue"));
    output_set(made, "description", report_json_text(text_get(&message)));
    output_set(made, "check_name", report_json_text(of->seen->match->id));
    output_set(made, "fingerprint", unique_fingerprint(of));
    output_set(made, "severity",
               report_json_text(of->outcome == OUTCOME_FLAG ? "major"
                                : of->score >= .9           ? "blocker"
                                                            : "critical"));
    json_array_append_new(categories, report_json_text("Security"));
    output_set(made, "categories", categories);
    output_set(lines, "begin", json_integer(of->seen->line));
    output_set(lines, "end", json_integer(of->seen->end_line));
    output_set(location, "path", report_json_text(of->seen->path));
    output_set(location, "lines", lines);
    output_set(made, "location", location);
    output_set(made, "content", json_object());
    output_set(json_object_get(made, "content"), "body", report_json_text(report_help(of)));
    text_deinit(&message);
    return made;
}

void report_write_gitlab(const report *self)
{
    json_t *document = json_array();
    for (size_t i = 0; i < self->count; i++) {
        if (is_open(&self->judgements[i])) {
            json_array_append_new(document, gitlab_issue(&self->judgements[i]));
        }
    }
    output_json_document(document);
}
