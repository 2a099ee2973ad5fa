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
#include "common/command_database.h"
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
#define COMMAND_OPTION_JSON                                                                        \
    {                                                                                              \
        .name = "json", .help = "print one JSON document"                                          \
    }

/* Opens the store of --db. NULL after a report; `*out_exit` is then the exit code. */
steme_store *command_open_store(const arguments *given, int is_read_only, int *out_exit);
steme_store *command_open_store_as(const arguments *given, const steme_store_options *options,
                                   int *out_exit);

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
