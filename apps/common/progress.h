/* progress.h -- one line on stderr that says how far a long job is; nothing where stderr is no
 * terminal.
 *
 *   importing  ████████░░░░░░░░░░░░  41 %   13,420 records  26,900/s  0:03 left
 *
 * Threads:  the main thread's.
 * Lifetime: progress_begin … progress_end; caller's storage. */
#ifndef COMMON_PROGRESS_H
#define COMMON_PROGRESS_H

#include <stdint.h>

typedef struct progress {
    const char *label;
    const char *unit;
    double started_s;
    double shown_s;
    int is_shown;
} progress;

/* `label` and `unit` ("records") are borrowed. */
void progress_begin(progress *self, const char *label, const char *unit);
/* Draws at most ten times a second. `done` of `total` make the bar (total 0 = unknown); `count` is
 * what has been worked off, in units. */
void progress_update(progress *self, uint64_t done, uint64_t total, uint64_t count);
/* Wipes the line. */
void progress_end(progress *self);

/* Seconds since progress_begin. */
double progress_elapsed_s(const progress *self);

#endif
