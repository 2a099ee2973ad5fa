/* walk.h -- the files below a folder that a scan reads.
 *
 * Left out, and counted: what --exclude names (fnmatch, by name or whole path), .git, .hg, .svn,
 * node_modules, .aphoria and __pycache__. What is no regular file is passed by; links are not
 * followed.
 *
 * Threads:  the main thread's.
 * Lifetime: a list's texts are its own. */
#ifndef APHORIA_WALK_H
#define APHORIA_WALK_H

#include <stddef.h>
#include <stdint.h>

#include "common/arena.h"

typedef struct walk_file {
    const char *path; /* from the root; '/' between; of a root that is a file, its name */
    uint64_t size;
    int64_t modified_ns;
} walk_file;

typedef struct walk_list {
    arena memory;
    const char *root; /* folder that paths are from */
    walk_file *files; /* ascending by path */
    size_t count;
    size_t capacity;
    size_t ignored_count;    /* left out by name */
    size_t unreadable_count; /* folders that could not be opened */
} walk_list;

/* `excludes` ends with NULL; each is held against name and path. 0 after a report where the root
 * cannot be read. Give the list back by walk_deinit, also then. */
int walk_run(walk_list *self, const char *root, const char *const *excludes);
void walk_deinit(walk_list *self);

#endif
