/* policy.h -- what the team demands of its own code, or allows there: .aphoria/policy.jsonl.
 *
 * A line is an assertion about policy://PROJECT/CONCEPT with the concept as its predicate, of class
 * expert; its confidence is its level's weight, its validity's end the policy's. Metadata: level,
 * reason. What it does in a judgement: judge/policy_step.h.
 *
 * Threads:  the main thread's.
 * Lifetime: a list's texts are its own. */
#ifndef APHORIA_POLICY_H
#define APHORIA_POLICY_H

#include "aphoria/authority/demand.h"
#include "aphoria/authority/team_records.h"
#include "aphoria/decisions/ledger.h"

typedef struct policy {
    const ledger_entry *entry;
    demand demanded;
    fact_level level;
    const char *reason;
    int64_t ends_s; /* since 1970, exclusive; 0 = never */
    int is_ended;
} policy;

typedef struct policy_list {
    ledger lines;
    arena memory;
    policy *items; /* ascending by concept */
    size_t count;
    size_t ended_count;
} policy_list;

/* Lines that are no policy of this project are reported, and are none. 0 where the file cannot be
 * read. Give it back by policy_list_close, also then. */
int policy_list_read(policy_list *self, const project *of, const corpus *said);
void policy_list_close(policy_list *self);

/* NULL = none about this concept itself. */
const policy *policy_find(const policy_list *self, const char *about);
/* The records of those in force. */
void policy_list_add_to(const policy_list *self, team_records *to);

/* Adds one in place of what was demanded of the concept before; `ends_s` 0 = for ever. 0 after a
 * report. */
int policy_write(const project *of, const demand *demanded, fact_level level, const char *reason,
                 int64_t ends_s, const steme_key *key);
/* Takes it back. */
int policy_remove(const project *of, const char *about, const char *reason, const steme_key *key);

#endif
