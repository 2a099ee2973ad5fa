/* report.h -- judgements in the forms that people and programs read.
 *
 * Threads: the main thread's. */
#ifndef APHORIA_REPORT_H
#define APHORIA_REPORT_H

#include <jansson.h>
#include <stdio.h>

#include "aphoria/authority/corpus.h"
#include "aphoria/judge/judge.h"
#include "aphoria/scan/tree_scan.h"
#include "common/text.h"

typedef struct report {
    const char *project;
    const char *root; /* folder that paths are from */
    const corpus *said;
    const judgement *judgements;
    size_t count;
    const tree_report *tree;
    int shows_all; /* passes too */
} report;

/* One writer per form, each to stdout. */
void report_write_table(const report *self);
void report_write_json(const report *self);
void report_write_sarif(const report *self);    /* SARIF 2.1.0 */
void report_write_html(const report *self);     /* one file that needs no network */
void report_write_markdown(const report *self); /* a comment on a change */
void report_write_junit(const report *self);    /* a test case for each kind */
void report_write_github(const report *self);   /* commands of a GitHub workflow */
void report_write_gitlab(const report *self);   /* GitLab's code quality */

size_t report_count(const report *self, outcome which);

/* ---- What the writers share ---------------------------------------------------------------- */

/* Whether the judgement is part of the report. */
int report_shows(const report *self, const judgement *of);
/* Those that are part of it: block, flag, acknowledged, pass, the greatest score first. The
 * caller frees the list. */
const judgement **report_sorted(const report *self, size_t *out_count);
/* What is wrong, in a few words. */
const char *report_title(const judgement *of);
/* How to mend it; "" = its rule does not say. */
const char *report_help(const judgement *of);
/* The kind of the concept, as the corpus has it. */
const char *report_kind(const report *self, const judgement *of);
const char *report_kind_title(const report *self, const char *kind);
/* Files that were skipped, of all reasons. */
size_t report_skipped(const report *self);
/* "2 large, 1 binary"; nothing where none was. */
void report_append_skipped(const report *self, text_buffer *to);

/* A text from outside as a string; what is not UTF-8 is escaped. */
json_t *report_json_text(const char *text);
/* A path as the reference of a URI. */
void report_append_uri(text_buffer *to, const char *path);
/* A text from outside for XML and HTML, in an element or an attribute. */
void report_append_markup(text_buffer *to, const char *text);
/* Writes the text to stdout and empties it. */
void report_flush(text_buffer *from);

#endif
