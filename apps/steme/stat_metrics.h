/* stat_metrics.h -- `steme stat --metrics`: what a node has counted.
 *
 * Threads: the main thread's. */
#ifndef STEME_STAT_METRICS_H
#define STEME_STAT_METRICS_H

#include "common/arguments.h"

/* Gives the exit code. */
int stat_metrics_run(const arguments *given);

#endif
