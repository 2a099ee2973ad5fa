/* remote.h -- what commands that speak to nodes share: addresses, certificates, one session.
 *
 * Threads: the main thread's. */
#ifndef STEME_REMOTE_H
#define STEME_REMOTE_H

#include <steme/replica.h>

#include "common/rpc_client.h"
#include "common/rpc_reader.h"
#include "steme/command.h"

#define REMOTE_DEFAULT_SERVER "127.0.0.1:7601"

#define REMOTE_OPTIONS_TLS                                                                         \
    {.name = "tls-cert",                                                                           \
     .value = "FILE",                                                                              \
     .kind = ARGUMENTS_FILE,                                                                       \
     .help = "this side's certificate (PEM); goes with --tls-key and --tls-ca"},                   \
        {.name = "tls-key",                                                                        \
         .value = "FILE",                                                                          \
         .kind = ARGUMENTS_FILE,                                                                   \
         .help = "its key (PEM, mode 0600)"},                                                      \
    {                                                                                              \
        .name = "tls-ca", .value = "FILE", .kind = ARGUMENTS_FILE,                                 \
        .help = "the cluster's CA (PEM): the other side must show a certificate of it"             \
    }
#define REMOTE_OPTION_INSECURE                                                                     \
    {                                                                                              \
        .name = "insecure", .help = "speak in plain text beyond this machine too"                  \
    }
#define REMOTE_OPTION_CLUSTER                                                                      \
    {                                                                                              \
        .name = "cluster", .value = "NAME", .kind = ARGUMENTS_TEXT,                                \
        .help = "name of the cluster (default: stemedb); others are refused"                       \
    }

/* One call to the node of --server, or else to the one that serves --db, or else to the default
 * address. `*out_answer` is the caller's; 0 after a report, `*out_exit` is then the exit code. */
int remote_ask(const arguments *given, const char *method, const ProtobufCMessage *request,
               const ProtobufCMessageDescriptor *answer_type, ProtobufCMessage **out_answer,
               int *out_exit);

/* A call that the node may work on for long; `read` takes its answers. 1 where it was made:
 * `*error` and the status in it are what came of it; 0 after a report, `*out_exit` is then the exit
 * code. */
typedef steme_status (*remote_read)(rpc_reader *reader, void *context, steme_error *error);
int remote_follow(const arguments *given, const char *address, const char *method,
                  const ProtobufCMessage *request, remote_read read, void *context,
                  steme_error *error, int *out_exit);

/* What the node at `address` and its peer at the first operand lack of each other, as the node
 * found out: a report of which only that is filled in. 1, or 0 after a report of why not;
 * `*out_exit` is then the exit code. Free `*out_ids`, which the report borrows. */
int remote_ask_diff(const arguments *given, const char *address, steme_session_report *out_report,
                    steme_id **out_ids, int *out_exit);

/* The node at `address` runs a session with its peer at the first operand: see
 * steme_session_report. 1, or 0 after a report of why not. */
int remote_sync(const arguments *given, const char *address, steme_session_report *out_report,
                int *out_exit);

/* The node at `address` checks its store: see steme_store_verify, and remote_follow. */
int remote_verify(const arguments *given, const char *address, steme_fault_visit visit_fault,
                  steme_progress_visit visit_progress, void *context,
                  steme_verify_report *out_report, steme_error *error, int *out_exit);

/* One session of the store with the node at the first operand. `print` is called with its report,
 * on the replica's thread, and gives the exit code. Gives the command's. */
typedef int (*remote_print)(const arguments *given, const steme_session_report *report);
int remote_run_session(const arguments *given, int is_diff, remote_print print);

#endif
