/* tree_scan.h -- a folder into observations: every file that walk.h gives, on all cores.
 *
 * Files over 1 MiB, binary, minified and generated ones are skipped and counted. */
#ifndef APHORIA_TREE_SCAN_H
#define APHORIA_TREE_SCAN_H

#include "aphoria/library.h"
#include "aphoria/scan/inline_ignore.h"
#include "aphoria/scan/observation.h"
#include "aphoria/walk/walk.h"

typedef enum tree_skip {
    SKIP_NONE,
    SKIP_LARGE,
    SKIP_BINARY,
    SKIP_MINIFIED,
    SKIP_GENERATED,
    SKIP_UNREADABLE,
    SKIP_COUNT,
} tree_skip;

/* "large", "binary", … */
const char *tree_skip_name(tree_skip self);

typedef struct tree_report {
    size_t file_count; /* that were read */
    uint64_t byte_count;
    size_t skipped[SKIP_COUNT];
    size_t error_count;    /* files with syntax that the grammar does not know */
    size_t cut_count;      /* that ran out of time, depth or steps */
    size_t left_out_count; /* of the walk: see walk.h */
    size_t unreadable_folder_count;
    size_t special_count;
    size_t too_long_count;
    const inline_ignore *ignores; /* of all files, by path and line; the scan's */
    size_t ignore_count;
    double seconds;
} tree_report;

typedef struct tree_scan {
    observations seen; /* by path, then by line */
    tree_report report;
    inline_ignore *ignores;
    arena *memories; /* of the threads */
    size_t memory_count;
} tree_scan;

/* Adds the counts. */
void tree_report_add(tree_report *self, const tree_report *from);

/* `cache` is the folder of a scan_cache, NULL = none is kept. 0 after a report of rules that are
 * none. Give it back by tree_scan_deinit, also then. */
int tree_scan_run(tree_scan *self, const walk_list *files, library *known, const char *cache);
void tree_scan_deinit(tree_scan *self);

#endif
