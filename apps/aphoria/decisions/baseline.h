/* baseline.h -- the findings that were there when the team began to count: .aphoria/baseline.jsonl.
 *
 * A line is an assertion about finding://PROJECT/FINGERPRINT: predicate aphoria/baseline, `true`.
 * Metadata: code, outcome, rule; paths, a line each, where the finding stood, as many as have room;
 * count, where it stood in more than one.
 *
 * A finding is known where the baseline has one of its fingerprint that no other finding takes
 * (finding_list_pair), and not while its outcome is worse than it was then.
 *
 * Threads: the main thread's. */
#ifndef APHORIA_BASELINE_H
#define APHORIA_BASELINE_H

#include "aphoria/decisions/decisions.h"
#include "aphoria/decisions/finding_list.h"

/* Adds a baseline's findings, as many of each as there were. */
void baseline_add_to(const ledger *lines, finding_list *to);

/* Marks those judgements that are known; `folder` as in decisions_apply. */
void baseline_mark(const ledger *lines, judgement *judgements, size_t count, const char *folder);

typedef struct baseline_change {
    size_t finding_count; /* that it has now */
    size_t line_count;
    size_t added_count; /* lines that it did not have, or otherwise */
    size_t removed_count;
} baseline_change;

/* Writes what blocks or is flagged in place of what the file had; `lines` are the file's. 0 after a
 * report. */
int baseline_write(const project *of, const ledger *lines, const finding_list *now,
                   const steme_key *key, baseline_change *out);

#endif
