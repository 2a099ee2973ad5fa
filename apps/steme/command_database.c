/* Where a command reads and writes: a folder, or a node. */
#include <string.h>
#include <sys/stat.h>

#include "common/database_remote.h"
#include "steme/remote.h"

/* What stands behind the one database that a command opens, where that is a node's. */
static struct {
    rpc_security *security;
    rpc_channel *channel;
} node;

/* ---- A node ------------------------------------------------------------------------------- */

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
    node.security = remote_open_security(given, out_exit);
    if (node.security == NULL) {
        return NULL;
    }
    if (!remote_check_address(given, node.security, address)) {
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

database *command_open_database(const arguments *given, int is_writer, int *out_exit)
{
    const char *directory = NULL;
    const char *address = NULL;
    if (!command_choose_place(given, &directory, &address)) {
        *out_exit = COMMAND_USAGE;
        return NULL;
    }
    return address != NULL ? open_node(given, address, out_exit)
                           : open_folder(directory, is_writer, out_exit);
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
