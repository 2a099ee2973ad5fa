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
    size_t expired_count; /* acknowledgements that hold no more */
    int shows_all;        /* passes too */
    int is_recalled;      /* what a set says: no file was read */
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

/* Those of an outcome, but for what is known; and what is known, of any but pass. */
size_t report_count(const report *self, outcome which);
size_t report_known_count(const report *self);

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
/* Comments that take a finding as it is: those that are not used, or not written so. */
size_t report_idle_ignores(const report *self);
/* "a.py:3: aphoria:ignore[x]: there is no such rule", each with a newline behind it. */
void report_append_ignores(const report *self, text_buffer *to);
/* The same as a list of objects; those that are used too where all is shown. */
json_t *report_ignores_json(const report *self);
/* "commit 0123456789ab of 2020-01-02"; nothing of what is not from history. */
void report_append_commit(const judgement *of, text_buffer *to);
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
