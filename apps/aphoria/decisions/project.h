/* project.h -- a project's folder .aphoria: what a team decided of its own code, committed with it.
 *
 *   .aphoria/config.yaml       name, thresholds, what is left out or allowed, whose word counts
 *   .aphoria/rules/            rules of the project's own
 *   .aphoria/{acks,policy,baseline,claims}.jsonl   signed decisions, see ledger.h
 *   .aphoria/db                a store; not committed
 *
 * Threads:  a project is read-only once opened.
 * Lifetime: all texts are the project's.
 * Failure:  every fault of the configuration is reported on stderr with file and line. */
#ifndef APHORIA_PROJECT_H
#define APHORIA_PROJECT_H

#include <steme/types.h>

#include "common/arena.h"

enum { PROJECT_KEY_SIZE = 32 };

/* Whose decisions count. */
typedef struct project_signer {
    const char *name;
    steme_agent agent;
} project_signer;

/* Findings that are known to be right as they are: of files and rules that match both patterns
 * (fnmatch; '*' matches '/' too). */
typedef struct project_allow {
    const char *path; /* from the top */
    const char *rule; /* as reports call it: tls_verification/requests */
    const char *reason;
} project_allow;

typedef struct project {
    arena memory;
    const char *top;    /* absolute: the nearest folder upwards with .aphoria or .git, else what is
                         * scanned */
    const char *folder; /* top/.aphoria */
    int has_folder;
    const char *name; /* the configuration's, else the top's own */
    double block_at;  /* 0 = the program's */
    double flag_at;
    uint8_t fingerprint_key[PROJECT_KEY_SIZE]; /* of secrets: see fingerprint.h */
    int has_fingerprint_key;
    const project_signer *signers;
    size_t signer_count;
    const project_allow *allows;
    size_t allow_count;
    const char *const *excludes; /* ended by NULL */
} project;

/* Finds and reads the project that `scanned`, a file or folder, belongs to. 0 after reports. Give
 * it back by project_close, also then. */
int project_open(project *self, const char *scanned);
void project_close(project *self);

/* The signer with this key, or NULL. */
const project_signer *project_signer_find(const project *self, const uint8_t agent[32]);
/* The first that allows a finding, or NULL. */
const project_allow *project_allow_find(const project *self, const char *path, const char *rule);

#endif
