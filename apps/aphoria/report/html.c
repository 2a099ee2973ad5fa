/* html.c -- one file that a browser reads without a network; page.css and page.js are in it. */
#include <stdlib.h>
#include <string.h>

#include "aphoria/library.h"
#include "aphoria/report/report.h"
#include "common/output.h"

/* Of data/report/page.js: nothing else may run on the page. */
#define SCRIPT_SHA256 "p6H89HKlFVdYb4Cpzkpduqc1ibbgb/pXWheZpCDVTZY="

static void append_file(text_buffer *to, const char *path)
{
    for (const embedded_file *each = aphoria_data; each->path != NULL; each++) {
        if (strcmp(each->path, path) == 0) {
            text_append_bytes(to, each->bytes, each->size);
        }
    }
}

/* A link only where it is one of the web: a policy's may be anything. */
static void append_link_begin(text_buffer *to, const char *link)
{
    int is_web = strncmp(link, "https://", 8) == 0 || strncmp(link, "http://", 7) == 0;
    if (is_web) {
        text_append(to, "<a rel=\"noreferrer\" href=\"");
        report_append_markup(to, link);
        text_append(to, "\">");
    } else {
        text_append(to, "<a>");
    }
}

static void append_element(text_buffer *to, const char *open, const char *text, const char *close)
{
    text_append(to, open);
    report_append_markup(to, text);
    text_append(to, close);
}

/* ---- Head --------------------------------------------------------------------------------- */

static void append_card(text_buffer *to, const char *class, size_t count, const char *label)
{
    text_append_format(to, "<div class=\"card %s\"><b>", class);
    text_append_count(to, count);
    append_element(to, "</b><span>", label, "</span></div>\n");
}

static void append_summary(const report *self, text_buffer *to)
{
    text_append(to, "<section class=\"cards\" aria-label=\"summary\">\n");
    append_card(to, "block", report_count(self, OUTCOME_BLOCK), "block: must not go in");
    append_card(to, "flag", report_count(self, OUTCOME_FLAG), "flag: look at it");
    append_card(to, "ack", report_count(self, OUTCOME_ACK), "acknowledged");
    append_card(to, "pass", report_count(self, OUTCOME_PASS), "as authorities say");
    if (report_known_count(self) > 0) {
        append_card(to, "known", report_known_count(self), "known before");
    }
    append_card(to, "files", self->tree->file_count, "files read");
    text_append(to, "</section>\n<p class=\"aside\">");
    text_append_size(to, self->tree->byte_count);
    text_append_format(to, " in %.2f s", self->tree->seconds);
    if (report_skipped(self) > 0) {
        text_append(to, " · files skipped: ");
        report_append_skipped(self, to);
    }
    if (self->tree->cut_count > 0) {
        text_append(to, " · not read to the end: ");
        text_append_count(to, self->tree->cut_count);
    }
    if (self->tree->error_count > 0) {
        text_append(to, " · with syntax that their grammar does not know: ");
        text_append_count(to, self->tree->error_count);
    }
    text_append(to, "</p>\n");
}

static void append_toggle(text_buffer *to, outcome which, const judgement *const *list,
                          size_t count)
{
    const char *name = outcome_name(which);
    size_t of_outcome = 0;
    for (size_t i = 0; i < count; i++) {
        of_outcome += list[i]->outcome == which;
    }
    if (of_outcome > 0) {
        text_append_format(to,
                           "<button type=\"button\" class=\"%s\" data-outcome=\"%s\" "
                           "aria-pressed=\"true\">%s</button>",
                           name, name, name);
    }
}

static void append_filters(const report *self, text_buffer *to, const judgement *const *list,
                           size_t count)
{
    text_append(to, "<form id=\"filters\"><div class=\"toggles\">");
    append_toggle(to, OUTCOME_BLOCK, list, count);
    append_toggle(to, OUTCOME_FLAG, list, count);
    append_toggle(to, OUTCOME_ACK, list, count);
    append_toggle(to, OUTCOME_PASS, list, count);
    text_append(to, "</div>\n<select id=\"kind\" aria-label=\"kind\"><option value=\"\">all kinds"
                    "</option>");
    for (size_t k = 0; k < self->said->kind_count; k++) {
        const char *id = self->said->kinds[k].id;
        size_t of_kind = 0;
        for (size_t i = 0; i < count; i++) {
            of_kind += strcmp(report_kind(self, list[i]), id) == 0;
        }
        if (of_kind > 0) {
            append_element(to, "<option value=\"", id, "\">");
            report_append_markup(to, report_kind_title(self, id));
            text_append_format(to, " (%zu)</option>", of_kind);
        }
    }
    text_append(to, "</select>\n<input id=\"words\" type=\"search\" autocomplete=\"off\" "
                    "placeholder=\"path, code, document, …\" aria-label=\"words to look for\">\n"
                    "<output id=\"shown\"></output></form>\n");
}

static void append_head(const report *self, text_buffer *to)
{
    text_append(to, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                    "style-src 'unsafe-inline'; script-src 'sha256-" SCRIPT_SHA256
                    "'; base-uri 'none'; form-action 'none'\">\n"
                    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    append_element(to, "<title>Aphoria: ", self->project, "</title>\n<style>\n");
    append_file(to, "report/page.css");
    append_element(to, "</style>\n</head>\n<body>\n<header><div><h1>", self->project,
                   "<small>what its code claims, held against what authorities say</small></h1>"
                   "<button id=\"theme\" type=\"button\" hidden>light / dark</button></div>"
                   "</header>\n<main>\n");
}

/* ---- Findings ----------------------------------------------------------------------------- */

static void append_citation(text_buffer *to, const citation *of)
{
    append_element(to, "<blockquote><p>", of->sentence, "</p><cite>");
    append_link_begin(to, of->link);
    report_append_markup(to, of->document);
    append_element(to, ", ", of->section, "</a> · <span class=\"level\">");
    append_element(to, "", of->level, "</span> · ");
    report_append_markup(to, steme_class_name(of->source_class));
    append_element(to, " · demands ", of->demand, "</cite></blockquote>\n");
}

static void append_folded(text_buffer *to, const char *title, const citation *items, size_t count)
{
    if (count > 0) {
        text_append_format(to, "<details><summary>%s (%zu)</summary>\n", title, count);
        for (size_t i = 0; i < count; i++) {
            append_citation(to, &items[i]);
        }
        text_append(to, "</details>\n");
    }
}

static void append_place(text_buffer *to, const observation *seen)
{
    append_element(to, "<div class=\"place\">", seen->path, "");
    text_append_format(to, ":%u:%u", seen->line, seen->column);
    if (seen->symbol[0] != '\0') {
        append_element(to, " in ", seen->symbol, "");
    }
    if (seen->source_path != NULL) {
        append_element(to, " · somebody outside chooses the value in ", seen->source_path, "");
        text_append_format(to, ":%u", seen->source_line);
    } else if (seen->source_line > 0 && seen->source_line != seen->line) {
        text_append_format(to, " · somebody outside chooses the value on line %u",
                           seen->source_line);
    }
    if (seen->sink_path != NULL) {
        append_element(to, " · through ", seen->sink_path, "");
        text_append_format(to, ":%u", seen->sink_line);
    }
    text_append(to, "</div>\n");
}

static void append_finding(const report *self, text_buffer *to, const judgement *of)
{
    const char *name = outcome_name(of->outcome);
    const char *kind = report_kind(self, of);
    text_append_format(to, "<article data-outcome=\"%s\" data-kind=\"", name);
    append_element(to, "", kind, "\">\n<div class=\"head\"><span class=\"badge ");
    text_append_format(to, "%s\">%s %.2f</span><h2>", name, name, of->score);
    append_element(to, "", report_title(of),
                   of->is_known ? "</h2><span class=\"kind\">known · "
                                : "</h2><span class=\"kind\">");
    append_element(to, "", report_kind_title(self, kind), "</span></div>\n");
    append_place(to, of->seen);
    append_element(to, "<pre>", of->seen->text, "</pre>\n");
    if (of->acknowledged != NULL) {
        append_element(to, "<p class=\"mend\"><b>Acknowledged</b> ", of->acknowledged, "</p>\n");
    }
    if (of->rule_count > 0) {
        append_citation(to, &of->rules[0]);
    }
    if (report_help(of)[0] != '\0') {
        append_element(to, "<p class=\"mend\"><b>Mend</b> ", report_help(of), "</p>\n");
    }
    if (of->rule_count > 1) {
        append_folded(to, "other authorities that say so", of->rules + 1, of->rule_count - 1);
    }
    append_folded(to, "authorities that say otherwise, or are overruled", of->opposed,
                  of->opposed_count);
    append_element(to, "<div class=\"print\">", of->seen->match->id, " · ");
    append_element(to, "", of->seen->match->rule->concept, " = ");
    append_element(to, "", of->seen->value, "");
    text_append_format(to, " · confidence %.2f · %s</div>\n</article>\n", of->seen->confidence,
                       of->fingerprint);
}

void report_write_html(const report *self)
{
    size_t count = 0;
    const judgement **list = report_sorted(self, &count);
    text_buffer to = TEXT_EMPTY;
    append_head(self, &to);
    append_summary(self, &to);
    append_filters(self, &to, list, count);
    for (size_t i = 0; i < count && !output_is_broken(); i++) {
        append_finding(self, &to, list[i]);
        report_flush(&to);
    }
    text_append_format(&to, "<p class=\"none\" id=\"none\"%s>%s</p>\n", count > 0 ? " hidden" : "",
                       count > 0 ? "Nothing fits."
                                 : "Nothing here contradicts what authorities say.");
    text_append(&to, "<footer>Score = level of the demand × the authority's confidence × the "
                     "observation's confidence. <code>aphoria explain</code> with a finding's "
                     "fingerprint shows the whole way to it.</footer>\n</main>\n<script>");
    append_file(&to, "report/page.js");
    text_append(&to, "</script>\n</body>\n</html>\n");
    report_flush(&to);
    text_deinit(&to);
    free(list);
}
