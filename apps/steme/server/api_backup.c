/* StemeService: the node's store is copied while it serves. */
#include <string.h>

#include "common/api_messages.h"
#include "common/fail.h"
#include "common/text.h"
#include "steme/server/api_call.h"

enum { PATH_SIZE_MAX = 4096 };

/* 1 where the client is gone. */
static int send_progress(void *context, uint64_t done, uint64_t total)
{
    Stemedb__Api__V1__BackupResponse response = STEMEDB__API__V1__BACKUP_RESPONSE__INIT;
    response.done_count = done;
    response.total_count = total;
    api_call_reply(context, &response.base, 0);
    return !api_call_push(context);
}

static steme_status back_up(api_call *call, steme_error *error)
{
    steme_span path =
        api_span_of(((const Stemedb__Api__V1__BackupRequest *)call->request)->directory);
    if (!api_call_is_by_socket(call)) {
        return app_fail(error, STEME_PERMISSION,
                        "a backup is a folder on the node's machine; ask there, over its folder's "
                        "socket (--db, or --server unix:DIR/socket)");
    }
    if (path.size == 0 || path.size > PATH_SIZE_MAX || path.bytes[0] != '/' ||
        memchr(path.bytes, 0, path.size) != NULL) {
        return app_fail(error, STEME_INVALID, "directory: an absolute path of at most %d bytes",
                        PATH_SIZE_MAX);
    }
    text_buffer directory = TEXT_EMPTY;
    text_append_bytes(&directory, path.bytes, path.size);
    steme_status status =
        steme_store_backup(api_store(call->api), text_get(&directory), send_progress, call, error);
    text_deinit(&directory);
    return status;
}

static int step_backup(api_call *call)
{
    steme_error error = {0};
    if (back_up(call, &error) == STEME_OK) {
        api_call_end(call);
    } else {
        api_call_fail(call, &error);
    }
    return 0;
}

const api_method api_backup_methods[] = {
    {.path = API_SERVICE "Backup",
     .request_size_max = PATH_SIZE_MAX + (1 << 10),
     .request_type = &stemedb__api__v1__backup_request__descriptor,
     .is_stream = 1,
     .is_walk = 1,
     .step = step_backup},
    {.path = NULL},
};
