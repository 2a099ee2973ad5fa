/* rules.h -- which paths below a folder a scan leaves out, and why it takes what git ignores: the
 * rules of walk.h.
 *
 * All paths are from the base: the highest of the repository's folder, the project's and the root.
 *
 * Threads:  the main thread's.
 * Lifetime: folders are the rules'. */
#ifndef APHORIA_RULES_H
#define APHORIA_RULES_H

#include "aphoria/walk/ignore_file.h"
#include "aphoria/walk/repository.h"
#include "aphoria/walk/walk.h"
#include "common/text.h"

typedef struct rules_repository {
    struct rules_repository *next;
    repository opened;
    size_t path_size; /* of its folder's path, with a slash behind it */
    const ignore_file *exclude;
    const ignore_file *user_exclude;
} rules_repository;

typedef struct rules_folder {
    struct rules_folder *parent;      /* NULL = the base */
    const struct rules_folder *ruled; /* the nearest with ignore files, itself included */
    const char *name;
    size_t path_size; /* with a slash behind it; 0 = the base */
    const ignore_file *own;
    const ignore_file *git;
    rules_repository *repository;
    int is_tracked_only; /* git ignores it, but tracks something below */
    /* for rules_want: */
    int is_left_out;
    struct rules_folder *first;
    struct rules_folder *next;
} rules_folder;

typedef struct rules {
    arena memory;
    const char *base;   /* its whole path */
    size_t prefix_size; /* of the root, with a slash behind it; 0 = the root is the base */
    size_t top_size;    /* of the project's folder, likewise */
    const ignore_file *excludes;
    const ignore_file *top_excludes;
    const ignore_file *defaults;
    rules_folder *root;
    rules_repository *outer; /* those that the root is in or begins */
} rules;

/* 0 after a report where the root has no path. Give it back by rules_close, also then. */
int rules_open(rules *self, const walk_options *options);
void rules_close(rules *self);

/* A folder below another; then its own rules, once it is open. Where a repository begins in it, it
 * is given, and ends with rules_end; else NULL. */
rules_folder *rules_make(rules *self, rules_folder *parent, const char *name);
rules_repository *rules_read(rules *self, rules_folder *in, int descriptor);
void rules_end(rules_repository *begun);

/* Its path, without a slash at its end. */
void rules_path(const rules_folder *in, text_buffer *out);

typedef enum rules_answer {
    RULES_NO,
    RULES_YES,
    RULES_TRACKED, /* of a folder: only what git tracks below it */
} rules_answer;

/* Of an entry of the folder; `path` is the entry's. `is_git` = it is git's own: no ignore file of
 * git's matters. */
rules_answer rules_ask(const rules *self, const rules_folder *in, const char *path, int is_folder,
                       int is_git);

/* Of what git has, by its path, which is below the root's; what .aphoriaignore says is read from
 * the work tree. */
int rules_want(rules *self, const char *path, int is_folder);

#endif
