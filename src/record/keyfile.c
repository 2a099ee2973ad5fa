/* A key file is one line: `steme-key-1 `, 64 hex digits of the seed, a newline; nothing else. */
#include "base/bytes.h"
#include "base/error.h"
#include "base/limits.h"
#include "platform/file.h"

#include <sodium.h>
#include <steme/record.h>
#include <string.h>

static const char prefix[] = "steme-key-1 ";
enum {
    PREFIX_SIZE = sizeof prefix - 1,
    SEED_SIZE = sizeof((steme_key){0}).seed,
    LINE_SIZE = PREFIX_SIZE + 2 * SEED_SIZE + 1
};

/* The name of a new file is durable once its folder is. */
static steme_status sync_folder_of(const char *path, steme_error *error)
{
    char folder[LIMIT_PATH_SIZE];
    const char *slash = strrchr(path, '/');
    size_t size = slash == NULL || slash == path ? 1 : (size_t)(slash - path);
    if (size >= sizeof folder)
        return base_fail(error, STEME_TOO_LARGE, "%.200s...: path too long", path);
    memcpy(folder, slash == NULL ? "." : path, size);
    folder[size] = '\0';
    return platform_directory_sync(folder, error);
}

static steme_status write_line(const platform_file *file, const steme_key *key, steme_error *error)
{
    char line[LINE_SIZE + 1];
    memcpy(line, prefix, PREFIX_SIZE);
    base_hex_encode(key->seed, SEED_SIZE, line + PREFIX_SIZE);
    line[LINE_SIZE - 1] = '\n';
    steme_status status = platform_file_write(file, 0, line, LINE_SIZE, error);
    sodium_memzero(line, sizeof line);
    return status == STEME_OK ? platform_file_sync(file, error) : status;
}

steme_status steme_key_save(const char *path, const steme_key *key, steme_error *error)
{
    platform_file file = PLATFORM_FILE_CLOSED;
    steme_status status = platform_file_open(path, PLATFORM_OPEN_SECRET, &file, error);
    if (status != STEME_OK)
        return status;
    status = write_line(&file, key, error);
    platform_file_close(&file);
    if (status == STEME_OK)
        status = sync_folder_of(path, error);
    /* Half a key must not stand in the way of the next attempt. */
    if (status != STEME_OK)
        (void)platform_path_remove(path, NULL);
    return status;
}

static steme_status check_privacy(const platform_file *file, steme_error *error)
{
    bool is_private;
    steme_status status = platform_file_is_private(file, &is_private, error);
    if (status == STEME_OK && !is_private)
        return base_fail(error, STEME_PERMISSION,
                         "%s: others may read this key: chmod 600 it, or make a new key",
                         file->path);
    return status;
}

static steme_status read_line(const platform_file *file, steme_key *out_key, steme_error *error)
{
    char line[LINE_SIZE + 1]; /* one more byte than a key file has */
    uint8_t seed[SEED_SIZE];
    size_t size;
    steme_status status = platform_file_read(file, 0, line, sizeof line, &size, error);
    if (status == STEME_OK) {
        if (size == LINE_SIZE && memcmp(line, prefix, PREFIX_SIZE) == 0 &&
            line[LINE_SIZE - 1] == '\n' &&
            base_hex_decode(line + PREFIX_SIZE, (size_t)2 * SEED_SIZE, seed, SEED_SIZE))
            steme_key_from_seed(seed, out_key);
        else
            status =
                base_fail(error, STEME_INVALID, "%s: not a key file of this program", file->path);
    }
    sodium_memzero(line, sizeof line);
    sodium_memzero(seed, sizeof seed);
    return status;
}

steme_status steme_key_load(const char *path, steme_key *out_key, steme_error *error)
{
    platform_file file = PLATFORM_FILE_CLOSED;
    steme_status status = platform_file_open(path, PLATFORM_OPEN_READ, &file, error);
    if (status != STEME_OK)
        return status;
    status = check_privacy(&file, error);
    if (status == STEME_OK)
        status = read_line(&file, out_key, error);
    platform_file_close(&file);
    return status;
}
