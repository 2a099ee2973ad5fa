/* decisions.h -- what a team decided of single findings, applied to judgements: acknowledged ones
 * become OUTCOME_ACK, those of the baseline known.
 *
 * Beside the comments that the judge has seen to, a finding is acknowledged by `allow` of the
 * configuration, or by a signed line of acks.jsonl that has not expired; the first is told.
 *
 * Threads:  the main thread's.
 * Lifetime: what judgements are told borrows from the decisions. */
#ifndef APHORIA_DECISIONS_H
#define APHORIA_DECISIONS_H

#include "aphoria/decisions/ledger.h"
#include "aphoria/judge/judge.h"

typedef struct decisions {
    const project *of;
    ledger acks;
    ledger baseline;
    arena memory;
    int64_t now_s;
    size_t expired_count; /* findings that an ack covered until it expired */
} decisions;

/* 0 after a report. Give it back by decisions_close, also then. */
int decisions_open(decisions *self, const project *of);
void decisions_close(decisions *self);

/* `folder` leads from the project's top to what paths are from: "" or "src/". `uses_baseline` 0 =
 * no finding is known. */
void decisions_apply(decisions *self, judgement *judgements, size_t count, const char *folder,
                     int uses_baseline);

/* finding://<project>/<fingerprint>, in `memory`. */
const char *decisions_subject(const project *of, const char *fingerprint, arena *memory);

#define DECISIONS_ACK      "aphoria/acknowledged"
#define DECISIONS_BASELINE "aphoria/baseline"

#endif
