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
    {                                                                                              \
        .name = "exclude", .value = "GLOB", .kind = ARGUMENTS_TEXT, .is_repeatable = 1,            \
        .help = "leave out files and folders of this name or path"                                 \
    }

typedef struct session {
    const arguments *given;
    const char *root; /* file or folder that is scanned */
    char *project;
    library known;
    corpus said;
    walk_list files;
    tree_scan tree;
    char *scratch; /* folder of a set that is for this run only; NULL = none */
    database *records;
    judge *judge;
    const judgement *judgements; /* as many as tree.seen has, in its order */
    int exit_code;               /* after a failure */
} session;

/* Reads rules, models and corpus. `root` NULL = the folder that we are in. */
int session_open(session *self, const arguments *given, const char *root);
/* Walks, reads and evaluates the tree. */
int session_scan(session *self);
/* Judges what was seen, in a set of its own that is gone after session_close. */
int session_judge(session *self);
void session_close(session *self);

#endif
