/* walk.h -- the files that a scan reads, and their bytes.
 *
 * Of a folder: what is below it, but for
 *   - .git, .hg, .svn, .aphoria; node_modules and __pycache__, where no line says `!` of them;
 *   - what --exclude, the project's configuration or a file .aphoriaignore names;
 *   - what git ignores (.gitignore of every folder, info/exclude, core.excludesFile) and does not
 *     track: a file that is committed is scanned, whatever .gitignore says of it.
 * They are asked in this order, and the first that says anything decides, `!` included: see
 * ignore_file.h for what their lines mean. Files of folders above the scanned one count as well.
 * A repository inside is read by its own git files; .aphoriaignore goes on into it.
 *
 * Links are not followed; what is no regular file is passed by.
 *
 * Threads:  the main thread's; walk_read may run in many.
 * Lifetime: a list's texts are its own. */
#ifndef APHORIA_WALK_H
#define APHORIA_WALK_H

#include <stddef.h>
#include <stdint.h>

#include "common/arena.h"

/* Lines of a file, from 1. */
typedef struct walk_lines {
    uint32_t first;
    uint32_t last;
} walk_lines;

typedef struct walk_file {
    const char *path; /* from the root; '/' between; of a root that is a file, its name */
    uint64_t size;
    int64_t modified_ns;
    int is_context;            /* read for what others need of it; nothing in it is reported */
    const walk_lines *changed; /* ascending; what stands elsewhere is known. NULL = all is new */
    size_t changed_count;
    uint8_t blob[20];   /* its content's id, where git has it */
    const char *commit; /* that brought the content, in digits; NULL = none */
    int64_t author_time_s;
} walk_file;

typedef enum walk_reading {
    WALK_READ,
    WALK_LARGE,
    WALK_UNREADABLE,
} walk_reading;

/* Gives a file's bytes with a NUL behind them, as walk_read does. */
typedef walk_reading (*walk_load)(void *context, const walk_file *file, uint64_t size_max,
                                  char **out_bytes, size_t *out_size);

typedef struct walk_list {
    arena memory;
    const char *root;                /* folder that paths are from */
    int folder;                      /* it, opened; -1 = not */
    int is_single;                   /* the root is a file; it may be a link */
    walk_load load;                  /* NULL = from the folder */
    void (*load_end)(void *context); /* by walk_deinit; NULL = nothing to do */
    void *load_context;
    walk_file *files; /* ascending by path */
    size_t count;
    size_t capacity;
    size_t ignored_count;    /* left out by name, folders with all below them as one */
    size_t unreadable_count; /* folders that could not be opened */
    size_t too_long_count;   /* paths over 32 KiB, or all of them over 256 MiB */
    size_t special_count;    /* links, pipes, sockets, devices */
} walk_list;

typedef struct walk_options {
    const char *root;                /* folder or file */
    const char *const *excludes;     /* lines as in .aphoriaignore, from the root; NULL = none */
    const char *top;                 /* the project's folder, whole; NULL = the repository's */
    const char *const *top_excludes; /* the same from there; NULL = none */
} walk_options;

/* 0 after a report where the root cannot be read. Give the list back by walk_deinit, also then. */
int walk_run(walk_list *self, const walk_options *options);
void walk_deinit(walk_list *self);

/* For those who make lists from elsewhere. `path` is copied. */
walk_file *walk_add(walk_list *self, const char *path, uint64_t size, int64_t modified_ns);
void walk_sort(walk_list *self);

/* The folder that a file's path names; "." where it names none. */
const char *walk_folder_of(arena *memory, const char *file);

/* A file's bytes, at most `size_max`, and a NUL behind them; free them. What it is by now is read,
 * as far as it was long when it was opened. */
walk_reading walk_read(const walk_list *self, const walk_file *file, uint64_t size_max,
                       char **out_bytes, size_t *out_size);

/* ---- walk_read.c, for the walk ------------------------------------------------------------ */

/* openat, for paths of any length. */
int walk_open(int folder, const char *path, int flags);
/* An opened file's bytes; closes it. A negative descriptor is unreadable. */
walk_reading walk_read_descriptor(int file, uint64_t size_max, char **out_bytes, size_t *out_size);

#endif
