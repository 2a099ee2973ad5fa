/* claim_store.h -- the set of records that a run works on: its own for this run alone, a folder's,
 * or a node's.
 *
 * Threads: the main thread's.
 * Failure: reported on stderr; `*out_exit` is then the command's exit code. */
#ifndef APHORIA_CLAIM_STORE_H
#define APHORIA_CLAIM_STORE_H

#include "common/arguments.h"
#include "common/command_database.h"

/* Of every command that works on a set that lasts. */
#define CLAIM_STORE_OPTIONS                                                                        \
    {.name = "db",                                                                                 \
     .value = "DIR",                                                                               \
     .kind = ARGUMENTS_FOLDER,                                                                     \
     .help = "a StemeDB store that keeps what the code claims"},                                   \
        {.name = "server",                                                                         \
         .value = "ADDRESS",                                                                       \
         .kind = ARGUMENTS_TEXT,                                                                   \
         .help = "in place of a folder, a node: HOST:PORT or unix:PATH"},                          \
        COMMAND_OPTIONS_TLS

typedef struct claim_store {
    database *records;
    char *scratch; /* folder that is gone after claim_store_close; NULL = none */
} claim_store;

/* Whether the options name a set that lasts; `persist` is the project's own, .aphoria/db. */
int claim_store_is_named(const arguments *given);

/* The set that a scan writes: of --db, --server or --persist, a folder being made where there is
 * none; else a scratch folder. `folder` is the project's .aphoria. */
int claim_store_open_writer(claim_store *self, const arguments *given, const char *folder,
                            int *out_exit);
/* The set that is asked: of --db or --server; else the project's own. */
int claim_store_open_reader(claim_store *self, const arguments *given, const char *folder,
                            int *out_exit);
void claim_store_close(claim_store *self);

#endif
