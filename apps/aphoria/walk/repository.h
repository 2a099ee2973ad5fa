/* repository.h -- what git knows of a folder: read only; nothing is executed, nothing fetched.
 *
 * Threads:  one thread at a time.
 * Failure:  a repository that cannot be read is noted on stderr, and the scan goes on without. */
#ifndef APHORIA_REPOSITORY_H
#define APHORIA_REPOSITORY_H

#include <git2.h>

#include "common/arena.h"

typedef struct repository {
    git_repository *git;
    git_index *index; /* once it was asked for */
    int has_no_index;
    char *folder; /* of the work tree, whole, without `/` at its end; NULL = bare */
} repository;

/* The nearest upwards from the folder or file; or that of the folder alone. 0 where there is none:
 * then nothing is held. Who owns it does not matter: git asks that because it may run what the
 * configuration says, and nothing is run here. */
int repository_open(repository *self, const char *path);
int repository_open_here(repository *self, const char *folder);
/* Accepts what failed to open. */
void repository_close(repository *self);

/* `path` is from the work tree's folder. */
int repository_is_tracked(repository *self, const char *path);
int repository_is_tracked_below(repository *self, const char *folder);

/* NULL where there is none that can be read. */
git_index *repository_index(repository *self);

/* The paths of what else says which files git ignores, in the arena; they need not exist. */
const char *repository_exclude_path(const repository *self, arena *memory);
const char *repository_user_exclude_path(const repository *self, arena *memory); /* or NULL */

/* Reports libgit2's latest error behind `what`; gives 0. */
int repository_fail(const char *what);

#endif
