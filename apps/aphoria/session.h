/* session.h -- one run over a tree: rules and corpus read, files scanned, observations judged.
 *
 *   session self;
 *   if (session_open(&self, given) && session_scan(&self)) … self.judgements …
 *   session_close(&self);
 *
 * Threads: the main thread's.
 * Failure: reported on stderr; `exit_code` is then the command's. */
#ifndef APHORIA_SESSION_H
#define APHORIA_SESSION_H

#include "aphoria/authority/trust_pack.h"
#include "aphoria/claim_store.h"
#include "aphoria/decisions/decisions.h"
#include "aphoria/judge/judge.h"
#include "aphoria/library.h"
#include "aphoria/scan/tree_scan.h"
#include "common/command.h"

/* Options of every command that scans. */
#define SESSION_OPTIONS                                                                            \
    {.name = "rules",                                                                              \
     .value = "DIR",                                                                               \
     .kind = ARGUMENTS_FOLDER,                                                                     \
     .help = "rules of your own beside those of the program (default: .aphoria/rules)"},           \
        {.name = "no-cache", .help = "read every file anew, and keep nothing in .aphoria/cache"},  \
        {.name = "include-tests",                                                                  \
         .help = "let what tests claim count as much as what other code claims"},                  \
    {                                                                                              \
        .name = "exclude", .value = "GLOB", .kind = ARGUMENTS_TEXT, .is_repeatable = 1,            \
        .help = "leave out what a line of .aphoriaignore would: a name, path or pattern"           \
    }

/* Of commands that may look at a part. */
#define SESSION_PART_OPTIONS                                                                       \
    {.name = "staged",                                                                             \
     .help = "what the next commit would bring: what is staged, as it is staged"},                 \
        {.name = "since",                                                                          \
         .value = "REV",                                                                           \
         .kind = ARGUMENTS_TEXT,                                                                   \
         .help = "what changed since HEAD and this commit, branch or tag parted"},                 \
    {                                                                                              \
        .name = "history", .help = "the secrets in every content that was ever committed"          \
    }

/* Of every command that asks a set, without a scan. */
#define SESSION_RECALL_TIMES                                                                       \
    {.name = "by",                                                                                 \
     .value = "KEY",                                                                               \
     .kind = ARGUMENTS_ID,                                                                         \
     .help = "of a store: what this key observed alone (default: everybody)"},                     \
        {.name = "as-of",                                                                          \
         .value = "T",                                                                             \
         .kind = ARGUMENTS_TIME,                                                                   \
         .help = "of a store: as it was said by then, RFC 3339 (default: now)"},                   \
    {                                                                                              \
        .name = "now", .value = "T", .kind = ARGUMENTS_TIME,                                       \
        .help = "of a store: ask at this time, for the same answer again"                          \
    }
#define SESSION_RECALL_OPTIONS                                                                     \
    {.name = "rules",                                                                              \
     .value = "DIR",                                                                               \
     .kind = ARGUMENTS_FOLDER,                                                                     \
     .help = "rules of your own beside those of the program (default: .aphoria/rules)"},           \
        SESSION_RECALL_TIMES

/* Of every command that reports findings. */
#define SESSION_REPORT_OPTIONS                                                                     \
    {.name = "format",                                                                             \
     .value = "FORM",                                                                              \
     .kind = ARGUMENTS_TEXT,                                                                       \
     .words = "table json sarif html markdown junit github gitlab",                                \
     .help = "how the findings are written (default table)"},                                      \
        {.name = "all", .help = "show what passes too"},                                           \
        {.name = "no-baseline", .help = "judge what is in the baseline as if it were new"},        \
    {                                                                                              \
        .name = "fail-on", .value = "OUTCOME", .kind = ARGUMENTS_TEXT, .words = "block flag",      \
        .help = "what makes exit code 1 (default block)"                                           \
    }

typedef struct session {
    const arguments *given;
    const char *root; /* file or folder that is scanned */
    const char *at;   /* the commit that it is read from; NULL = it is read as it is */
    project project;  /* whose decisions hold */
    library known;
    corpus said;
    walk_list files;
    tree_scan tree;
    char *folder;      /* from there to what paths are from: "" or "src/"; once it is judged */
    int is_partial;    /* not all files below the root are read: nothing can be said to be gone */
    team_records team; /* policies and packs: session_team.c */
    decisions decided; /* of single findings */
    int has_no_baseline;
    claim_store where;
    judge *judge;
    judgement *judgements; /* as many as tree.seen has, in its order */
    int exit_code;         /* after a failure */
} session;

/* Reads rules, models and corpus. `root` NULL = the folder that we are in. */
int session_open(session *self, const arguments *given, const char *root);
/* The same, of the whole project that the folder we are in belongs to. */
int session_open_top(session *self, const arguments *given);
/* Walks, reads and evaluates the tree. */
int session_scan(session *self);
/* Its part that reads files: session_files.c. */
int session_read(session *self);
/* Judges what was seen: in a set of its own that is gone after session_close, or where the options
 * say (claim_store.h); there it also says what is gone. */
int session_judge(session *self);

/* Reads the project's policies and packs; session_judge and session_open_place do. */
int session_read_team(session *self);
/* Whether one of those who signed the pack is a signer of the project. 0 after a report. */
int session_is_trusted(const project *of, const trust_pack *pack, const char *path);

/* In place of a scan: opens the set that CLAIM_STORE_OPTIONS name, or the project's own. */
int session_open_place(session *self);
/* What that set says of the project. */
typedef struct session_recalled {
    judge *judge;
    steme_agent observer;
    observations seen;
    judgement *judgements; /* as many, in their order */
} session_recalled;
/* As of then; `as_of_ns` NULL = now. Give it back by session_recalled_deinit, also after a failure.
 */
int session_recall(session *self, const int64_t *as_of_ns, session_recalled *out);
void session_recalled_deinit(session_recalled *self);
/* Writes the report that SESSION_REPORT_OPTIONS ask for to stdout; gives the exit code. */
int session_report(const session *self);
int session_report_recalled(const session *self, const session_recalled *said);
void session_close(session *self);

#endif
