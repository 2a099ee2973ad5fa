/* claims.h -- what the team claims of its own code: .aphoria/claims.jsonl.
 *
 * A line is an assertion about claim://PROJECT/NAME with a concept as its predicate, of class
 * expert; relation and value are the claim's. Metadata: path (a pattern as of `allow`, from the
 * project's top; of a folder, all below it), reason. It holds where the concept, or one that is one
 * of it, is observed in a file of that pattern, with a value as claimed wherever it is.
 *
 * Threads:  the main thread's.
 * Lifetime: a list's texts are its own. */
#ifndef APHORIA_CLAIMS_H
#define APHORIA_CLAIMS_H

#include "aphoria/authority/demand.h"
#include "aphoria/decisions/ledger.h"
#include "aphoria/judge/judge.h"

typedef struct claim {
    const ledger_entry *entry;
    const char *name;
    demand demanded;
    const char *path;
    const char *reason;
} claim;

typedef struct claim_list {
    ledger lines;
    arena memory;
    claim *items; /* ascending by name */
    size_t count;
} claim_list;

/* Lines that are no claim of this project are reported, and are none. 0 where the file cannot be
 * read. Give it back by claim_list_close, also then. */
int claim_list_read(claim_list *self, const project *of, const corpus *said);
void claim_list_close(claim_list *self);
/* NULL = none of this name. */
const claim *claim_find(const claim_list *self, const char *name);

/* Adds one; `relation` none takes back the one of the name. 0 after a report. */
int claim_write(const project *of, const claim *made, const steme_key *key);

typedef enum claim_state {
    CLAIM_PASS,
    CLAIM_CONFLICT,
    CLAIM_MISSING, /* nothing is observed there */
} claim_state;

/* "PASS", "CONFLICT", "MISSING" */
const char *claim_state_name(claim_state self);

typedef enum claim_saying { CLAIM_SAYS_NOTHING, CLAIM_HOLDS, CLAIM_IS_BROKEN } claim_saying;

/* What one judgement is to the claim; `folder` leads from the project's top to what was scanned. */
claim_saying claim_ask(const claim *self, const corpus *said, const judgement *of,
                       const char *folder);
/* All of them. Counts may be NULL. */
claim_state claim_verify(const claim *self, const corpus *said, const judgement *items,
                         size_t count, const char *folder, size_t *out_held, size_t *out_broken);

#endif
