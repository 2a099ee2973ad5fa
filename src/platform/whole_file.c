/* What is built on the calls of file.c: the same over any of them. */
#include "platform/file.h"

#include "base/error.h"
#include "base/limits.h"
#include "base/memory.h"

#include <stdio.h>

steme_status platform_file_read_exact(const platform_file *file, uint64_t offset, void *out_bytes,
                                      size_t size, steme_error *error)
{
    size_t got;
    steme_status status = platform_file_read(file, offset, out_bytes, size, &got, error);
    if (status == STEME_OK && got != size)
        return base_fail(error, STEME_CORRUPT, "%s: ends at %llu, %zu bytes short", file->path,
                         (unsigned long long)(offset + got), size - got);
    return status;
}

steme_status platform_file_load(const char *path, size_t size_max, uint8_t **out_bytes,
                                size_t *out_size, steme_error *error)
{
    platform_file file = PLATFORM_FILE_CLOSED;
    uint8_t *bytes = NULL;
    uint64_t size;
    steme_status status = platform_file_open(path, PLATFORM_OPEN_READ, &file, error);
    if (status != STEME_OK)
        return status;
    status = platform_file_size(&file, &size, error);
    if (status != STEME_OK)
        goto cleanup;
    if (size > size_max) {
        status = base_fail(error, STEME_TOO_LARGE, "%s: %llu bytes, at most %zu are read", path,
                           (unsigned long long)size, size_max);
        goto cleanup;
    }
    bytes = base_alloc((size_t)size);
    if (bytes == NULL) {
        status = base_fail(error, STEME_NO_MEMORY, "%s: no memory for %llu bytes", path,
                           (unsigned long long)size);
        goto cleanup;
    }
    status = platform_file_read_exact(&file, 0, bytes, (size_t)size, error);
    if (status != STEME_OK)
        goto cleanup;
    *out_bytes = bytes;
    *out_size = (size_t)size;
    bytes = NULL;
cleanup:
    base_free(bytes);
    platform_file_close(&file);
    return status;
}

/* Makes the names in the folder that `path` is in durable. */
static steme_status parent_sync(const char *path, steme_error *error)
{
    char parent[LIMIT_PATH_SIZE];
    size_t size = strlen(path);
    while (size > 1 && path[size - 1] == '/')
        size--;
    while (size > 0 && path[size - 1] != '/')
        size--;
    while (size > 1 && path[size - 1] == '/')
        size--;
    if (size >= sizeof parent)
        return base_fail(error, STEME_TOO_LARGE, "%s: path too long", path);
    memcpy(parent, size == 0 ? "." : path, size == 0 ? 1 : size);
    parent[size == 0 ? 1 : size] = '\0';
    return platform_directory_sync(parent, error);
}

steme_status platform_file_replace(const char *path, const void *bytes, size_t size,
                                   steme_error *error)
{
    char temporary[LIMIT_PATH_SIZE];
    platform_file file = PLATFORM_FILE_CLOSED;
    int length = snprintf(temporary, sizeof temporary, "%s.new", path);
    if (length < 0 || (size_t)length >= sizeof temporary)
        return base_fail(error, STEME_TOO_LARGE, "%s: path too long", path);
    steme_status status = platform_file_open(temporary, PLATFORM_OPEN_TRUNCATE, &file, error);
    if (status != STEME_OK)
        return status;
    status = platform_file_write(&file, 0, bytes, size, error);
    if (status == STEME_OK)
        status = platform_file_sync(&file, error);
    platform_file_close(&file);
    if (status == STEME_OK)
        status = platform_path_rename(temporary, path, error);
    if (status == STEME_OK)
        status = parent_sync(path, error);
    if (status != STEME_OK)
        (void)platform_path_remove(temporary, NULL);
    return status;
}

steme_status platform_directory_create(const char *path, steme_error *error)
{
    steme_status status = platform_directory_make(path, error);
    return status == STEME_OK ? parent_sync(path, error) : status;
}

steme_status platform_path_join(const char *directory, const char *name, char *out_path,
                                steme_error *error)
{
    int length = snprintf(out_path, LIMIT_PATH_SIZE, "%s/%s", directory, name);
    if (length < 0 || (size_t)length >= LIMIT_PATH_SIZE)
        return base_fail(error, STEME_TOO_LARGE, "path too long: %.200s.../%s", directory, name);
    return STEME_OK;
}
