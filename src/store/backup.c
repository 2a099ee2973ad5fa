/* A copy of the store beside its writer. The file STEME comes last: without it the copy is no store
 * yet. The list of what was forgotten comes after the log, and says that all of it is to be done: a
 * body that was destroyed while its segment was copied is destroyed when the copy is opened. */
#include "base/error.h"
#include "base/memory.h"
#include "store/state.h"

enum { IDENTITY_SIZE_MAX = 4096 };

static steme_status copy_identity(const steme_store *store, const char *directory,
                                  steme_error *error)
{
    char from[LIMIT_PATH_SIZE];
    char to[LIMIT_PATH_SIZE];
    uint8_t *bytes;
    size_t size;
    steme_status status = platform_path_join(store->directory, "STEME", from, error);
    if (status == STEME_OK)
        status = platform_path_join(directory, "STEME", to, error);
    if (status == STEME_OK)
        status = platform_file_load(from, IDENTITY_SIZE_MAX, &bytes, &size, error);
    if (status != STEME_OK)
        return status;
    status = platform_file_replace(to, bytes, size, error);
    base_free(bytes);
    return status;
}

static steme_status copy_all(const steme_snapshot *snapshot, const char *directory,
                             steme_progress_visit visit_progress, void *context, steme_error *error)
{
    char log_directory[LIMIT_PATH_SIZE];
    const steme_store *store = snapshot->store;
    steme_status status = platform_path_join(directory, "log", log_directory, error);
    if (status == STEME_OK)
        status = platform_directory_create(directory, error);
    if (status == STEME_OK)
        status =
            log_copy(store->log, snapshot->log_end, log_directory, visit_progress, context, error);
    if (status == STEME_OK)
        status = store_forgotten_copy(store, snapshot->log_end, directory, error);
    return status == STEME_OK ? copy_identity(store, directory, error) : status;
}

steme_status steme_store_backup(steme_store *store, const char *directory,
                                steme_progress_visit visit_progress, void *context,
                                steme_error *error)
{
    steme_snapshot *snapshot;
    if (strlen(directory) >= LIMIT_PATH_SIZE - 64)
        return base_fail(error, STEME_TOO_LARGE, "the backup's path is too long");
    steme_status status = steme_snapshot_open(store, &snapshot, error);
    if (status != STEME_OK)
        return status;
    status = copy_all(snapshot, directory, visit_progress, context, error);
    steme_snapshot_close(snapshot);
    return status;
}
