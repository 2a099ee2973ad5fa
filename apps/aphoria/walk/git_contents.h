/* git_contents.h -- the contents that git has by their ids, for a walk_list.
 *
 * Threads: any may load; they take turns. */
#ifndef APHORIA_GIT_CONTENTS_H
#define APHORIA_GIT_CONTENTS_H

#include "aphoria/walk/repository.h"
#include "aphoria/walk/walk.h"

/* Sets the list's loader; the repository is the list's from now on. 0 after a report: then it is
 * closed. */
int git_contents_begin(walk_list *list, repository from);

#endif
