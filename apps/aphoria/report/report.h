/* report.h -- judgements in the forms that people and programs read.
 *
 * Threads: the main thread's. */
#ifndef APHORIA_REPORT_H
#define APHORIA_REPORT_H

#include <stdio.h>

#include "aphoria/judge/judge.h"
#include "aphoria/scan/tree_scan.h"

typedef struct report {
    const char *project;
    const char *root; /* folder that paths are from */
    const judgement *judgements;
    size_t count;
    const tree_report *tree;
    int shows_all; /* passes too */
} report;

/* One writer per form, each to stdout. */
void report_write_table(const report *self);
void report_write_json(const report *self);

size_t report_count(const report *self, outcome which);

#endif
