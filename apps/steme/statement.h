/* statement.h -- commands that sign something: keys, stamps, storing it, and saying what was
 * stored.
 *
 * Threads:  the main thread's.
 * Lifetime: statement_open … statement_close. */
#ifndef STEME_STATEMENT_H
#define STEME_STATEMENT_H

#include "common/lifecycle_json.h"
#include "steme/command.h"

/* Of every command that signs: with a key in any case, or where the word does it. */
#define STATEMENT_OPTION_KEY_OF(required)                                                          \
    {                                                                                              \
        .name = "key", .value = "FILE", .kind = ARGUMENTS_FILE, .environment = "STEME_KEY",        \
        .is_repeatable = 1, .is_required = (required),                                             \
        .help = "sign with this key; several co-sign"                                              \
    }
#define STATEMENT_OPTION_KEY STATEMENT_OPTION_KEY_OF(1)
#define STATEMENT_OPTION_TIME                                                                      \
    {                                                                                              \
        .name = "time", .value = "T", .kind = ARGUMENTS_TIME,                                      \
        .help = "when it was said, RFC 3339 (default now)"                                         \
    }
#define STATEMENT_OPTION_JSON                                                                      \
    {                                                                                              \
        .name = "json", .help = "print the record as JSON, not its id alone"                       \
    }
#define STATEMENT_OPTION_REASON                                                                    \
    {                                                                                              \
        .name = "reason", .value = "TEXT", .kind = ARGUMENTS_TEXT, .help = "why, for people"       \
    }

enum { STATEMENT_COUNT_MAX = 4 };

typedef struct statement_writer {
    const arguments *given;
    command_keys keys;
    int has_time;
    int64_t time_ns;
    database *records;
    size_t count; /* of what is signed and not submitted */
    steme_append items[STATEMENT_COUNT_MAX];
    steme_record signed_records[STATEMENT_COUNT_MAX];
    uint8_t *buffers[STATEMENT_COUNT_MAX];
} statement_writer;

/* Reads --key and --time, opens the database for writing. 0 after a report; `*out_exit` is then the
 * exit code. Close it in any case. */
int statement_open(const arguments *given, statement_writer *out_writer, int *out_exit);
void statement_close(statement_writer *self);

/* For types that have exactly one signer: 1, or 0 after a report. */
int statement_has_one_key(const statement_writer *self, const char *what);

/* Stamps and signs a statement, and keeps it to be submitted. */
STEME_MUST_CHECK steme_status statement_sign(statement_writer *self, steme_statement *statement,
                                             steme_error *error);
/* A stamp for the next; and keeps a record that was signed in statement_buffer. */
STEME_MUST_CHECK steme_status statement_stamp(statement_writer *self, steme_statement *statement,
                                              steme_error *error);
uint8_t *statement_buffer(statement_writer *self);
void statement_keep(statement_writer *self, const steme_record *record);

/* Stores what is kept, and prints the ids from `first` on, or with --json the records. Gives the
 * exit code. */
int statement_submit(statement_writer *self, size_t first);
/* Signs and submits one. */
int statement_write(statement_writer *self, steme_statement *statement);

/* ---- Looking before signing --------------------------------------------------------------- */

/* Asks about `id` as of now; the head and the list of items (either may be NULL) are the caller's,
 * by json_decref. 0 after a report; `*out_exit` is then the exit code. */
int statement_look(statement_writer *self, lifecycle_kind kind, const steme_id *id,
                   json_t **out_head, json_t **out_items, int *out_exit);

/* Who may say something of a record by itself, without a view. */
typedef enum statement_right {
    STATEMENT_RIGHT,    /* a key is one of its signers' identities */
    STATEMENT_NO_RIGHT, /* only a view's steward could */
    STATEMENT_NOT_HELD, /* nobody can tell */
} statement_right;
int statement_find_right(statement_writer *self, const steme_id *id, statement_right *out_right,
                         int *out_exit);
/* Warns on stderr where there is none. 0 only where it could not be found out. */
int statement_warn_of_right(statement_writer *self, const steme_id *id, int *out_exit);

/* Takes back the record that operands[1] names, of this type ("source"), with --key of a signer of
 * it and --reason. Gives the exit code. */
int statement_retract(const arguments *given, const char *type);

/* Ids ascending, each once; gives how many are left. */
size_t statement_sort_ids(steme_id *ids, size_t count);

#endif
