/* signer.h -- the key that this user's decisions are signed with.
 *
 * It is the file of --key, else of APHORIA_KEY or STEME_KEY, else aphoria/key in XDG_CONFIG_HOME
 * (~/.config); in the form of `steme keygen`, mode 0600. `aphoria init` makes the last.
 *
 * Threads: the main thread's. */
#ifndef APHORIA_SIGNER_H
#define APHORIA_SIGNER_H

#include <steme/record.h>

#include "common/arguments.h"

#define SIGNER_OPTION                                                                              \
    {                                                                                              \
        .name = "key", .value = "FILE", .kind = ARGUMENTS_FILE, .environment = "APHORIA_KEY",      \
        .help = "sign with this key (or STEME_KEY; default: the one that `aphoria init` made)"     \
    }

/* The key file's path: free it. NULL after a report where there is no home for it. */
char *signer_path(const arguments *given);
/* 1, or 0 after a report that says what to do. Wipe the key. */
int signer_load(const arguments *given, steme_key *out_key);
/* Loads it, or makes it where there is none, with its folder. `*out_is_new` may be NULL. */
int signer_make(const arguments *given, steme_key *out_key, int *out_is_new);

#endif
