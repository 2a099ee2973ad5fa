/* history.h -- every content that git ever had, each once: what a ref or HEAD reaches, the oldest
 * commit first.
 *
 * Memory: 20 bytes for each commit and some 16 for each file's content and folder's state, beside
 * the batch.
 *
 * Threads: the main thread's. */
#ifndef APHORIA_HISTORY_H
#define APHORIA_HISTORY_H

#include "aphoria/walk/walk.h"

typedef struct history history;

/* NULL after a report. */
history *history_open(const walk_options *options);
/* Accepts NULL. */
void history_close(history *self);

/* The next commits' contents that were in none before, with the commit that brought each: of some
 * thousand files, or of one commit. 0 once there are no more. Give the list back by walk_deinit,
 * before history_close, also then. */
int history_next(history *self, walk_list *out);

/* Commits that were gone through, of all. */
void history_progress(const history *self, size_t *out_done, size_t *out_total);
/* Commits and folders that this clone does not have, or that are damaged. */
size_t history_unreadable_count(const history *self);

#endif
