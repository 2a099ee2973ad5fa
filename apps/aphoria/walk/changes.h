/* changes.h -- the files of a scan by what git knows of them: those of --staged and --since, and
 * those of another commit.
 *
 * A file that did not change is there as context. One that is new is reported whole; of one that
 * changed what stands on changed lines, or beside lines that were taken out, is new, the rest is
 * known. A file that was moved is compared with what it was.
 *
 * Threads:  the main thread's.
 * Failure:  0 after a report; give the list back by walk_deinit, also then. */
#ifndef APHORIA_CHANGES_H
#define APHORIA_CHANGES_H

#include "aphoria/walk/walk.h"

/* What is staged, against HEAD: the index's contents, not the work tree's. The index is the one
 * that GIT_INDEX_FILE names, as git does for its hooks. */
int changes_staged(walk_list *self, const walk_options *options);

/* The work tree against the merge base of the revision and HEAD. */
int changes_since(walk_list *self, const walk_options *options, const char *revision);

/* The files of a commit, branch or tag, as they were there; none of them is known. What
 * .aphoriaignore says is the work tree's. */
int changes_at(walk_list *self, const walk_options *options, const char *revision);

#endif
