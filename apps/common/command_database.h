/* command_database.h -- where a command reads and writes: a folder, or a node; and what is said
 * where that fails.
 *
 * Threads: the main thread's. */
#ifndef COMMON_COMMAND_DATABASE_H
#define COMMON_COMMAND_DATABASE_H

#include "common/arguments.h"
#include "common/database.h"
#include "common/rpc_client.h"
#include "common/text.h"

/* Of commands that read or write a folder or speak to a node. */
#define COMMAND_OPTIONS_PLACE                                                                      \
    {.name = "db",                                                                                 \
     .value = "DIR",                                                                               \
     .kind = ARGUMENTS_FOLDER,                                                                     \
     .environment = "STEME_DB",                                                                    \
     .help = "the store's folder"},                                                                \
    {                                                                                              \
        .name = "server", .value = "ADDRESS", .kind = ARGUMENTS_TEXT,                              \
        .environment = "STEME_SERVER",                                                             \
        .help = "in place of a folder, a node: HOST:PORT or unix:PATH"                             \
    }
/* What speaking to that node takes. */
#define COMMAND_OPTIONS_TLS                                                                        \
    {.name = "tls-cert",                                                                           \
     .value = "FILE",                                                                              \
     .kind = ARGUMENTS_FILE,                                                                       \
     .environment = "STEME_TLS_CERT",                                                              \
     .help = "for --server: this side's certificate (PEM)"},                                       \
        {.name = "tls-key",                                                                        \
         .value = "FILE",                                                                          \
         .kind = ARGUMENTS_FILE,                                                                   \
         .environment = "STEME_TLS_KEY",                                                           \
         .help = "its key (PEM, mode 0600)"},                                                      \
        {.name = "tls-ca",                                                                         \
         .value = "FILE",                                                                          \
         .kind = ARGUMENTS_FILE,                                                                   \
         .environment = "STEME_TLS_CA",                                                            \
         .help = "the cluster's CA (PEM): the node must show a certificate of it"},                \
    {                                                                                              \
        .name = "insecure", .help = "speak in plain text beyond this machine too"                  \
    }
/* A folder or a node, and what speaking to it takes. */
#define COMMAND_OPTIONS_DATABASE COMMAND_OPTIONS_PLACE, COMMAND_OPTIONS_TLS

/* Reports a failure of the library with what to do about it, and gives its exit code. */
int command_fail(const steme_error *error);

/* The same for a folder that could not be opened. */
int command_fail_open(const char *directory, const steme_error *error);

/* Opens what --db or --server names: see COMMAND_OPTIONS_DATABASE. NULL after a report; `*out_exit`
 * is then the exit code. Where a running node serves the folder, a writer speaks to that node. */
database *command_open_database(const arguments *given, int is_writer, int *out_exit);
/* The same for a place that was chosen by other means: one of both is NULL. */
database *command_open_place(const arguments *given, const char *directory, const char *address,
                             int is_writer, int *out_exit);
/* The same for a reader that asks the node, where one serves the folder: for what it alone knows.
 */
database *command_open_node_or_folder(const arguments *given, int *out_exit);
/* Which of the two was named: the other is NULL. What is given stands before what the environment
 * says. 1, or 0 after a report. */
int command_choose_place(const arguments *given, const char **out_directory,
                         const char **out_address);
/* Whether a running node serves the folder: then the address of its socket is appended. */
int command_find_node(const char *directory, text_buffer *out_address);
/* Accepts NULL. */
void command_close_database(database *records);

/* The certificates of the --tls-… options. NULL after a report; `*out_exit` is then the exit code.
 */
rpc_security *command_open_security(const arguments *given, int *out_exit);

/* Whether `address` may be spoken to (or listened on) with that security and --insecure; 0 after a
 * report. */
int command_check_address(const arguments *given, const rpc_security *security,
                          const char *address);

#endif
