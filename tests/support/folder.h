/* folder.h -- folders of a test's own below ${TMPDIR:-/tmp}, and what tests do to files in them. */
#ifndef SUPPORT_FOLDER_H
#define SUPPORT_FOLDER_H

#include "support/test.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define FOLDER_PATH_SIZE 512

typedef struct test_folder {
    char path[FOLDER_PATH_SIZE];
} test_folder;

/* "path/name", in one of a few buffers of the thread's that take turns. */
static inline const char *folder_join(const char *path, const char *name)
{
    static _Thread_local char joined[8][FOLDER_PATH_SIZE + 256];
    static _Thread_local unsigned turn;
    char *out = joined[turn++ % 8];
    int size = snprintf(out, sizeof joined[0], "%s/%s", path, name);
    assert_true(size > 0 && (size_t)size < sizeof joined[0]);
    return out;
}

static inline void folder_make(test_folder *folder)
{
    const char *parent = getenv("TMPDIR");
    int size = snprintf(folder->path, sizeof folder->path, "%s/steme-test-XXXXXX",
                        parent != NULL && parent[0] != '\0' ? parent : "/tmp");
    assert_true(size > 0 && (size_t)size < sizeof folder->path);
    assert_non_null(mkdtemp(folder->path));
}

/* Calls `visit` with the path of each file below `path`, then, where `is_deep`, of each folder. */
static inline void folder_walk(const char *path, int is_deep,
                               void (*visit)(void *context, const char *path), void *context)
{
    DIR *directory = opendir(path);
    struct dirent *entry;
    if (directory == NULL)
        return;
    while ((entry = readdir(directory)) != NULL) {
        char below[FOLDER_PATH_SIZE + 512];
        struct stat facts;
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        int size = snprintf(below, sizeof below, "%s/%s", path, entry->d_name);
        assert_true(size > 0 && (size_t)size < sizeof below);
        if (lstat(below, &facts) == 0 && S_ISDIR(facts.st_mode))
            folder_walk(below, is_deep, visit, context);
        else
            visit(context, below);
    }
    closedir(directory);
    if (is_deep)
        visit(context, path);
}

static inline void folder_remove_one(void *context, const char *path)
{
    (void)context;
    if (unlink(path) != 0)
        (void)!rmdir(path);
}

/* The folder and all in it. */
static inline void folder_remove(const char *path)
{
    folder_walk(path, 1, folder_remove_one, NULL);
}

/* ---- Files -------------------------------------------------------------------------------- */

static inline uint8_t *file_load(const char *path, size_t *out_size)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    long size = ftell(file);
    assert_true(size >= 0);
    rewind(file);
    uint8_t *bytes = malloc((size_t)size + 1);
    assert_non_null(bytes);
    assert_int_equal(fread(bytes, 1, (size_t)size, file), (size_t)size);
    fclose(file);
    bytes[size] = 0;
    *out_size = (size_t)size;
    return bytes;
}

static inline void file_save(const char *path, const void *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static inline uint64_t file_size(const char *path)
{
    struct stat facts;
    assert_int_equal(stat(path, &facts), 0);
    return (uint64_t)facts.st_size;
}

static inline int file_exists(const char *path)
{
    struct stat facts;
    return lstat(path, &facts) == 0;
}

static inline void file_cut(const char *path, uint64_t size)
{
    assert_int_equal(truncate(path, (off_t)size), 0);
}

/* Changes the file in place: its inode stays, and so do mappings of it. */
static inline void file_flip_bit(const char *path, uint64_t bit)
{
    uint8_t byte;
    int descriptor = open(path, O_RDWR | O_CLOEXEC);
    assert_true(descriptor >= 0);
    assert_int_equal(pread(descriptor, &byte, 1, (off_t)(bit / 8)), 1);
    byte = (uint8_t)(byte ^ 1u << bit % 8);
    assert_int_equal(pwrite(descriptor, &byte, 1, (off_t)(bit / 8)), 1);
    close(descriptor);
}

static inline void folder_copy_one(void *context, const char *path)
{
    const char *const *roots = context;
    const char *to = folder_join(roots[1], path + strlen(roots[0]) + 1);
    char parent[FOLDER_PATH_SIZE + 256];
    size_t size;
    uint8_t *bytes = file_load(path, &size);
    snprintf(parent, sizeof parent, "%s", to);
    *strrchr(parent, '/') = '\0';
    (void)!mkdir(parent, 0755);
    file_save(to, bytes, size);
    free(bytes);
}

/* Copies files, and folders one deep, to a new folder `to`. */
static inline void folder_copy(const char *from, const char *to)
{
    const char *roots[] = {from, to};
    assert_int_equal(mkdir(to, 0755), 0);
    folder_walk(from, 0, folder_copy_one, roots);
}

#endif
