/* file.h -- the only calls to the file system.
 *
 * Every call can be made to fail or fall short by a test (platform/fault.h). Errors name the path.
 * Threads:  a platform_file may be read by many threads at once; writing is one thread's.
 * Lifetime: a mapping outlives its file; unlinked files stay readable while open or mapped. */
#ifndef PLATFORM_FILE_H
#define PLATFORM_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <steme/error.h>
#include <steme/types.h>

typedef struct platform_file {
    int descriptor; /* -1 = not open */
    char *path;     /* owned; for messages */
} platform_file;

#define PLATFORM_FILE_CLOSED ((platform_file){-1, NULL})

typedef enum platform_open_mode {
    PLATFORM_OPEN_READ,     /* must exist */
    PLATFORM_OPEN_WRITE,    /* read and write, must exist */
    PLATFORM_OPEN_CREATE,   /* read and write, must not exist; mode 0644 */
    PLATFORM_OPEN_SECRET,   /* as CREATE, mode 0600 */
    PLATFORM_OPEN_TRUNCATE, /* read and write, made empty or created */
} platform_open_mode;

/* ---- Calls of the system: file.c ---------------------------------------------------------- */

steme_status platform_file_open(const char *path, platform_open_mode mode, platform_file *out_file,
                                steme_error *error);
/* Accepts a closed file. */
void platform_file_close(platform_file *file);

/* Reads up to `size` bytes at `offset`; fewer only at the end of the file. */
steme_status platform_file_read(const platform_file *file, uint64_t offset, void *out_bytes,
                                size_t size, size_t *out_size, steme_error *error);
/* Writes all of `bytes` at `offset`; a short write is continued, or is an error. */
steme_status platform_file_write(const platform_file *file, uint64_t offset, const void *bytes,
                                 size_t size, steme_error *error);
/* fdatasync. After a failure the file's contents on disk are unknown: never retry it. */
steme_status platform_file_sync(const platform_file *file, steme_error *error);
steme_status platform_file_truncate(const platform_file *file, uint64_t size, steme_error *error);
steme_status platform_file_size(const platform_file *file, uint64_t *out_size, steme_error *error);
/* Device and inode: what tells a file from a copy of it. */
steme_status platform_file_identity(const platform_file *file, uint64_t *out_device,
                                    uint64_t *out_inode, steme_error *error);
/* Whether its owner alone may read or write it. */
steme_status platform_file_is_private(const platform_file *file, bool *out_is_private,
                                      steme_error *error);

/* The first `size` bytes, read-only and shared; empty (NULL, 0) for size 0. */
steme_status platform_file_map(const platform_file *file, size_t size, steme_span *out_mapping,
                               steme_error *error);
void platform_unmap(steme_span mapping);

/* Creates a folder; its name is durable once the folder that it is in is synced. STEME_EXISTS where
 * something is there. */
steme_status platform_directory_make(const char *path, steme_error *error);
steme_status platform_directory_sync(const char *path, steme_error *error);
bool platform_path_exists(const char *path);
steme_status platform_path_remove(const char *path, steme_error *error); /* a file */
/* Puts the file `from` in place of what `to` names; durable once the folder is synced. */
steme_status platform_path_rename(const char *from, const char *to, steme_error *error);
/* The file system of `path`: its size, and what is free of it to this user, in bytes. */
steme_status platform_disk_space(const char *path, uint64_t *out_size, uint64_t *out_free_size,
                                 steme_error *error);

/* Calls `visit` with each name in the directory, "." and ".." left out, in no order. */
typedef steme_status (*platform_directory_visit)(void *context, const char *name,
                                                 steme_error *error);
steme_status platform_directory_list(const char *path, platform_directory_visit visit,
                                     void *context, steme_error *error);

/* An exclusive lock on a whole file (an open-file-description lock: one holder per open, freed by
 * close or death). STEME_BUSY where another holds it. */
steme_status platform_file_lock(const platform_file *file, steme_error *error);

/* ---- Built on the calls above: whole_file.c ----------------------------------------------- */

/* Reads exactly `size` bytes; STEME_CORRUPT where the file ends before. */
steme_status platform_file_read_exact(const platform_file *file, uint64_t offset, void *out_bytes,
                                      size_t size, steme_error *error);
/* Whole files. `*out_bytes` is the caller's, to be given to base_free. A file longer than
 * `size_max` is STEME_TOO_LARGE. */
steme_status platform_file_load(const char *path, size_t size_max, uint8_t **out_bytes,
                                size_t *out_size, steme_error *error);
/* Replaces or creates `path` so that after a crash the old or the new contents are there, whole:
 * a temporary file beside it, synced, renamed over it, and the directory synced. */
steme_status platform_file_replace(const char *path, const void *bytes, size_t size,
                                   steme_error *error);
/* Creates a folder, durably. STEME_EXISTS where something is there. */
steme_status platform_directory_create(const char *path, steme_error *error);

/* "directory/name" into `out_path` of LIMIT_PATH_SIZE bytes; STEME_TOO_LARGE if it does not fit. */
steme_status platform_path_join(const char *directory, const char *name, char *out_path,
                                steme_error *error);

#endif
