/* ledger.h -- a team's decisions as signed records, a line of JSON each, in files that are
 * committed with the code: .aphoria/acks.jsonl and its like. The lines are as `steme export` writes
 * them.
 *
 * A line counts where its record is canonical, its signatures hold and one of them is of a signer
 * of the project's configuration. Of one subject and predicate the newest counts (stamp, then id),
 * wherever its line stands, for git merges lines in any order; relation `none` takes back what was
 * said before.
 *
 * Threads:  the main thread's.
 * Lifetime: a ledger's entries are its own.
 * Failure:  reported on stderr as "path:line: what; what to do". A faulty line is none, and the
 *           others still count. */
#ifndef APHORIA_LEDGER_H
#define APHORIA_LEDGER_H

#include <steme/record.h>

#include "aphoria/decisions/project.h"

typedef enum ledger_kind {
    LEDGER_ACKS,
    LEDGER_POLICY,
    LEDGER_BASELINE,
    LEDGER_CLAIMS,
} ledger_kind;

typedef struct ledger_entry {
    steme_record record;
    steme_statement statement;    /* an assertion */
    const project_signer *signer; /* the first of the project's */
} ledger_entry;

typedef struct ledger {
    arena memory;
    ledger_entry *entries; /* in force; ascending by subject, then predicate */
    size_t count;
    size_t capacity;
    size_t fault_count;
} ledger;

/* A file that is not there is empty. 0 after a report where it cannot be read. Give it back by
 * ledger_close, also then. */
int ledger_read(ledger *self, const project *of, ledger_kind kind);
/* The same of bytes in hand; `path` is what reports call them. */
void ledger_parse(ledger *self, const project *of, const char *path, steme_span bytes);
void ledger_close(ledger *self);

/* The entry of a subject (predicate NULL = the first of it), or NULL. */
const ledger_entry *ledger_find(const ledger *self, const char *subject, const char *predicate);
/* A text of the entry's metadata, in `memory`; "" where there is none. */
const char *ledger_text(const ledger_entry *entry, const char *key, arena *memory);

/* Signs assertions, whose stamp and claim time it fills in with now, later than what the file has
 * of the same subject, and adds them to the file: all or none, on disk when it returns. 0 after a
 * report. What the file has with the same words already is not added again. */
int ledger_append(const project *of, ledger_kind kind, steme_statement *statements, size_t count,
                  const steme_key *key);
/* The same, in place of all that the file has; ascending by subject. What the file has with the
 * same words stays as it is, so that only what is otherwise differs for git. */
int ledger_replace(const project *of, ledger_kind kind, steme_statement *statements, size_t count,
                   const steme_key *key);

/* The file's name: "acks.jsonl". */
const char *ledger_file(ledger_kind kind);

#endif
