/* history_scan.h -- the secrets in every content that git ever had: see history.h.
 *
 * A secret is told once for each file: as the first commit had it, with that commit. */
#ifndef APHORIA_HISTORY_SCAN_H
#define APHORIA_HISTORY_SCAN_H

#include "aphoria/scan/tree_scan.h"

/* 0 after a report. Give it back by tree_scan_deinit, also then. */
int history_scan_run(tree_scan *self, const walk_options *options, library *known);

#endif
