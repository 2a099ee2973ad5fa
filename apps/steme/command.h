/* command.h -- what all commands need: options as values, keys, the store.
 *
 * A command is one file and one `command`; commands.c lists them.
 *
 * Functions that read options return 1, or 0 after they reported what is wrong; a command then
 * returns COMMAND_USAGE.
 *
 * Threads: the main thread's. */
#ifndef STEME_COMMAND_H
#define STEME_COMMAND_H

#include <stdint.h>

#include <steme/steme.h>

#include "common/arguments.h"
#include "common/command.h"
#include "common/database.h"
#include "common/file.h"
#include "common/output.h"
#include "common/terminal.h"
#include "common/text.h"

/* Options that several commands have. */
#define COMMAND_OPTION_DB                                                                          \
    {                                                                                              \
        .name = "db", .value = "DIR", .kind = ARGUMENTS_FOLDER, .environment = "STEME_DB",         \
        .is_required = 1, .help = "the store's folder"                                             \
    }
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
/* The same, and what speaking to that node takes. */
#define COMMAND_OPTIONS_DATABASE                                                                   \
    COMMAND_OPTIONS_PLACE,                                                                         \
        {.name = "tls-cert",                                                                       \
         .value = "FILE",                                                                          \
         .kind = ARGUMENTS_FILE,                                                                   \
         .environment = "STEME_TLS_CERT",                                                          \
         .help = "for --server: this side's certificate (PEM)"},                                   \
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
#define COMMAND_OPTION_JSON                                                                        \
    {                                                                                              \
        .name = "json", .help = "print one JSON document"                                          \
    }

/* Reports a failure of the library with what to do about it, and gives its exit code. */
int command_fail(const steme_error *error);

/* The same for a folder that could not be opened. */
int command_fail_open(const char *directory, const steme_error *error);

/* Opens the store of --db. NULL after a report; `*out_exit` is then the exit code. */
steme_store *command_open_store(const arguments *given, int is_read_only, int *out_exit);
steme_store *command_open_store_as(const arguments *given, const steme_store_options *options,
                                   int *out_exit);

/* Opens what --db or --server names: see COMMAND_OPTIONS_DATABASE. NULL after a report; `*out_exit`
 * is then the exit code. Where a running node serves the folder, a writer speaks to that node. */
database *command_open_database(const arguments *given, int is_writer, int *out_exit);
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

/* The keys of every --key (or STEME_KEY), ascending by agent. Wipe them by command_wipe_keys. */
typedef struct command_keys {
    steme_key keys[STEME_SIGNER_COUNT_MAX];
    uint32_t count;
} command_keys;
int command_read_keys(const arguments *given, command_keys *out_keys);
void command_wipe_keys(command_keys *keys);

/* Options as values. Where the option is absent the outputs are untouched, but for `out_has`. */
int command_read_time(const arguments *given, const char *name, int *out_has, int64_t *out_ns);
int command_read_seconds(const arguments *given, const char *name, int *out_has, int64_t *out_s);
int command_read_number(const arguments *given, const char *name, uint64_t *out_number);
int command_read_id(const arguments *given, const char *name, int *out_has, steme_id *out_id);
int command_read_class(const arguments *given, const char *name, int *out_has,
                       steme_source_class *out_class);
int command_read_equivalence(const arguments *given, const char *name,
                             steme_equivalence *out_equivalence);
/* --object with --type (default text). */
int command_read_object(const arguments *given, int *out_has, steme_value *out_value);

/* 64 hexadecimal digits as an id; `what` names them in the report. */
int command_parse_id(const char *digits, const char *what, steme_id *out_id);

/* The id of a record that is held: 64 digits, or the first 8 and more, which are looked for by a
 * walk over all records. 1, or 0 after a report; `*out_exit` is then the exit code. */
int command_look_up_id(database *records, const char *digits, steme_id *out_id, int *out_exit);

/* The first 16 bytes of BLAKE3(agent key): the node in stamps that an import makes. */
void command_import_node(const steme_agent *agent, uint8_t out_node[STEME_NODE_SIZE]);

#define COMMAND_DOCUMENT_SIZE_MAX ((uint64_t)1 << 30)

#endif
