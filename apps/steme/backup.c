/* steme backup -- a copy of the store beside its writer. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "common/api_messages.h"
#include "common/progress.h"
#include "steme/commands.h"
#include "steme/remote.h"

enum { PATH_SIZE_MAX = 4096 };

static int show_progress(void *context, uint64_t done, uint64_t total)
{
    progress_update(context, done, total, done);
    return 0;
}

/* Opens the copy, so that it has its index and is known to open; gives the number of records. */
static steme_status finish(const char *directory, uint64_t *out_count, steme_error *error)
{
    steme_store *store = NULL;
    steme_stat stat;
    steme_status status = steme_store_open(directory, NULL, &store, error);
    if (status == STEME_OK) {
        status = steme_store_stat(store, &stat, error);
    }
    steme_store_close(store);
    if (status == STEME_OK) {
        *out_count = stat.record_count;
    }
    return status;
}

/* Ends the copying, by whoever did it. */
static int tell(progress *bar, const char *directory, steme_error *error)
{
    uint64_t count = 0;
    steme_status status = error->status;
    if (status == STEME_OK) {
        status = finish(directory, &count, error);
    }
    progress_end(bar);
    if (status != STEME_OK) {
        return command_fail(error);
    }
    text_buffer line = TEXT_EMPTY;
    text_append_number_of(&line, count, "record", "records");
    terminal_note("%s copied in %.1f s.", text_get(&line), progress_elapsed_s(bar));
    text_deinit(&line);
    return COMMAND_DONE;
}

/* ---- By the node -------------------------------------------------------------------------- */

static steme_status follow(rpc_reader *reader, void *context, steme_error *error)
{
    for (;;) {
        ProtobufCMessage *message = NULL;
        steme_status status = rpc_reader_next(
            reader, &stemedb__api__v1__backup_response__descriptor, &message, error);
        if (status != STEME_OK || message == NULL) {
            return status;
        }
        const Stemedb__Api__V1__BackupResponse *piece =
            (const Stemedb__Api__V1__BackupResponse *)message;
        show_progress(context, piece->done_count, piece->total_count);
        protobuf_c_message_free_unpacked(message, NULL);
    }
}

/* The node works in another folder than this program. */
static int make_absolute(const char *path, text_buffer *out_path)
{
    char here[PATH_SIZE_MAX];
    if (path[0] != '/' && getcwd(here, sizeof here) == NULL) {
        terminal_report("where am I: %s; give an absolute path", strerror(errno));
        return 0;
    }
    text_append_format(out_path, "%s%s%s", path[0] == '/' ? "" : here, path[0] == '/' ? "" : "/",
                       path);
    return 1;
}

static int back_up_node(const arguments *given, const char *address)
{
    Stemedb__Api__V1__BackupRequest request = STEMEDB__API__V1__BACKUP_REQUEST__INIT;
    steme_error error = {0};
    progress bar;
    text_buffer path = TEXT_EMPTY;
    int exit_code = COMMAND_USAGE;
    if (!make_absolute(given->operands[0], &path)) {
        return exit_code;
    }
    request.directory = api_bytes(text_get(&path), path.size);
    progress_begin(&bar, "copying", "segments");
    if (remote_follow(given, address, API_SERVICE "Backup", &request.base, follow, &bar, &error,
                      &exit_code)) {
        exit_code = tell(&bar, given->operands[0], &error);
    }
    text_deinit(&path);
    return exit_code;
}

/* ---- By this program ---------------------------------------------------------------------- */

static int back_up_folder(const char *from, const char *directory)
{
    steme_error error = {0};
    progress bar;
    int exit_code = COMMAND_DONE;
    steme_store_options options = {.is_read_only = 1};
    steme_store *store = NULL;
    if (steme_store_open(from, &options, &store, &error) != STEME_OK) {
        return command_fail_open(from, &error);
    }
    progress_begin(&bar, "copying", "segments");
    error.status = steme_store_backup(store, directory, show_progress, &bar, &error);
    exit_code = tell(&bar, directory, &error);
    steme_store_close(store);
    return exit_code;
}

static int run(const arguments *given)
{
    const char *directory = NULL;
    const char *address = NULL;
    if (!command_choose_place(given, &directory, &address)) {
        return COMMAND_USAGE;
    }
    return address != NULL ? back_up_node(given, address)
                           : back_up_folder(directory, given->operands[0]);
}

static const arguments_option options[] = {
    COMMAND_OPTIONS_DATABASE,
    {.name = NULL},
};

static const char *const examples[] = {
    "steme backup --db claims claims-backup",
    "steme backup --server unix:claims/socket claims-backup",
    "steme verify --db claims-backup",
    NULL,
};

const command command_backup = {
    .name = "backup",
    .operands = "DEST",
    .summary = "copy the store to a new folder while it is written",
    .details =
        "Copies everything that is durable when it begins to the new folder DEST, which is a\n"
        "store then, and a node of its own. Works beside a writer, and beside a node that serves\n"
        "the folder; or that node does it, told by --server unix:DIR/socket, on its own machine\n"
        "alone. To restore, copy the folder back, or use it where it is.\n",
    .options = options,
    .examples = examples,
    .operand_count_min = 1,
    .operand_count_max = 1,
    .run = run,
};
