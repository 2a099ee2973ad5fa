/* tree_scan.h -- a folder into observations: every file that walk.h gives, on all cores.
 *
 * Files over 1 MiB, binary, minified and generated ones are skipped and counted. */
#ifndef APHORIA_TREE_SCAN_H
#define APHORIA_TREE_SCAN_H

#include "aphoria/library.h"
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
    size_t error_count; /* files with syntax that the grammar does not know */
    size_t cut_count;   /* that ran out of time, depth or steps */
    double seconds;
} tree_report;

typedef struct tree_scan {
    observations seen; /* by path, then by line */
    tree_report report;
    arena *memories; /* of the threads */
    size_t memory_count;
} tree_scan;

/* Give it back by tree_scan_deinit. */
void tree_scan_run(tree_scan *self, const walk_list *files, const library *known);
void tree_scan_deinit(tree_scan *self);

#endif
