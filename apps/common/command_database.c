/* command_database.c -- see command_database.h. */
#include "common/command_database.h"

#include <string.h>
#include <sys/stat.h>

#include "common/command.h"
#include "common/database_remote.h"
#include "common/terminal.h"

/* ---- Failures ----------------------------------------------------------------------------- */

/* What to do about a failure, where its message does not say so itself. */
static const char *advice(steme_status status)
{
    switch (status) {
    case STEME_BUSY:
        return "try again when it has finished";
    case STEME_NOT_FOUND:
        return "check the path";
    case STEME_VERSION:
        return "use a newer steme";
    case STEME_FULL:
        return "make room and try again; what was acknowledged is kept";
    case STEME_PERMISSION:
        return "check the owner and the mode";
    case STEME_CORRUPT:
        return "run `steme verify`, then `steme rebuild`";
    case STEME_NO_MEMORY:
        return "give this process more memory";
    case STEME_IO:
        return "check the disk, then open the store again";
    default:
        return NULL;
    }
}

int command_fail(const steme_error *error)
{
    const char *message =
        error->message[0] == '\0' ? steme_status_text(error->status) : error->message;
    const char *hint = strchr(message, ';') == NULL ? advice(error->status) : NULL;
    if (hint != NULL) {
        terminal_report("%s; %s", message, hint);
    } else {
        terminal_report("%s", message);
    }
    switch (error->status) {
    case STEME_CORRUPT:
    case STEME_ABSENT:
        return COMMAND_FAULTS;
    default:
        return COMMAND_USAGE;
    }
}

int command_fail_open(const char *directory, const steme_error *error)
{
    if (error->status == STEME_NOT_FOUND) {
        terminal_report("no store: %s; make one with `steme init %s`", directory, directory);
        return COMMAND_USAGE;
    }
    return command_fail(error);
}

/* ---- A node ------------------------------------------------------------------------------- */

/* What stands behind the one database that a command opens, where that is a node's. */
static struct {
    rpc_security *security;
    rpc_channel *channel;
} node;

rpc_security *command_open_security(const arguments *given, int *out_exit)
{
    steme_error error = {0};
    rpc_security *security = NULL;
    rpc_tls_paths paths = {.certificate_path = arguments_text(given, "tls-cert"),
                           .key_path = arguments_text(given, "tls-key"),
                           .ca_path = arguments_text(given, "tls-ca")};
    if (rpc_security_open(&paths, &security, &error) != STEME_OK) {
        *out_exit = command_fail(&error);
    }
    return security;
}

int command_check_address(const arguments *given, const rpc_security *security, const char *address)
{
    if (!rpc_address_is_valid(address)) {
        terminal_report("not an address: %s; it is HOST:PORT, such as 127.0.0.1:7601", address);
        return 0;
    }
    if (!rpc_security_is_tls(security) && !rpc_address_is_local(address) &&
        !arguments_has(given, "insecure")) {
        terminal_report("not in plain text: %s is beyond this machine; give --tls-cert, --tls-key "
                        "and --tls-ca (`steme cluster-cert` makes them), or --insecure",
                        address);
        return 0;
    }
    return 1;
}

static void close_node(void)
{
    if (node.channel != NULL) {
        rpc_channel_close(node.channel);
        rpc_stop();
    }
    rpc_security_close(node.security);
    node.channel = NULL;
    node.security = NULL;
}

static database *open_channel(const char *address)
{
    rpc_start();
    node.channel = rpc_channel_open(address, node.security);
    return database_open_node(node.channel);
}

static database *open_node(const arguments *given, const char *address, int *out_exit)
{
    node.security = command_open_security(given, out_exit);
    if (node.security == NULL) {
        return NULL;
    }
    if (!command_check_address(given, node.security, address)) {
        close_node();
        *out_exit = COMMAND_USAGE;
        return NULL;
    }
    return open_channel(address);
}

/* ---- A folder ----------------------------------------------------------------------------- */

/* The node that serves a folder which another process writes; NULL where none answers there. */
static database *open_folder_node(const char *directory)
{
    static const rpc_tls_paths in_plain;
    struct stat about;
    steme_error error = {0};
    answer_set set;
    database *records = NULL;
    text_buffer address = TEXT_EMPTY;
    text_append_format(&address, "unix:%s/socket", directory);
    if (stat(text_get(&address) + strlen("unix:"), &about) == 0 && S_ISSOCK(about.st_mode) &&
        rpc_security_open(&in_plain, &node.security, &error) == STEME_OK) {
        records = open_channel(text_get(&address));
        if (database_root(records, &set, &error) != STEME_OK) {
            database_close(records);
            close_node();
            records = NULL;
        }
    }
    text_deinit(&address);
    return records;
}

static database *open_folder(const char *directory, int is_writer, int *out_exit)
{
    steme_error error = {0};
    database *records = NULL;
    steme_store_options options = {.is_read_only = !is_writer};
    steme_status status = database_open_folder(directory, &options, &records, &error);
    if (status == STEME_BUSY && is_writer) {
        records = open_folder_node(directory);
    }
    if (records != NULL) {
        if (database_notice(records) != NULL) {
            terminal_report("note: %s", database_notice(records));
        }
        return records;
    }
    *out_exit = command_fail_open(directory, &error);
    return NULL;
}

int command_find_node(const char *directory, text_buffer *out_address)
{
    database *records = open_folder_node(directory);
    if (records == NULL) {
        return 0;
    }
    command_close_database(records);
    text_append_format(out_address, "unix:%s/socket", directory);
    return 1;
}

/* ---- Either ------------------------------------------------------------------------------- */

int command_choose_place(const arguments *given, const char **out_directory,
                         const char **out_address)
{
    const char *directory = arguments_text(given, "db");
    const char *address = arguments_text(given, "server");
    if (arguments_has(given, "db") != arguments_has(given, "server")) {
        directory = arguments_has(given, "db") ? directory : NULL;
        address = arguments_has(given, "server") ? address : NULL;
    }
    if (directory != NULL && address != NULL) {
        terminal_report("two places: --db %s and --server %s; give one of them", directory,
                        address);
        return 0;
    }
    if (directory == NULL && address == NULL) {
        terminal_report("missing: --db DIR; give it, or set STEME_DB; or --server for a node");
        return 0;
    }
    *out_directory = directory;
    *out_address = address;
    return 1;
}

database *command_open_place(const arguments *given, const char *directory, const char *address,
                             int is_writer, int *out_exit)
{
    return address != NULL ? open_node(given, address, out_exit)
                           : open_folder(directory, is_writer, out_exit);
}

database *command_open_database(const arguments *given, int is_writer, int *out_exit)
{
    const char *directory = NULL;
    const char *address = NULL;
    if (!command_choose_place(given, &directory, &address)) {
        *out_exit = COMMAND_USAGE;
        return NULL;
    }
    return command_open_place(given, directory, address, is_writer, out_exit);
}

database *command_open_node_or_folder(const arguments *given, int *out_exit)
{
    const char *directory = NULL;
    const char *address = NULL;
    if (!command_choose_place(given, &directory, &address)) {
        *out_exit = COMMAND_USAGE;
        return NULL;
    }
    database *records = address == NULL ? open_folder_node(directory) : NULL;
    return records != NULL ? records : command_open_database(given, 0, out_exit);
}

void command_close_database(database *records)
{
    database_close(records);
    close_node();
}
