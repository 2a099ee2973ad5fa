/* policy_step.h -- what a project's own policy does to the rules that the lens held against it.
 *
 * To the lens a policy is an expert's word: it overrules nobody. In its own project it does more:
 *   - violated, it counts, whatever authorities of a better class say;
 *   - satisfied, it overrules the demands that say violated and that cannot be held together with
 *     it (demand_overrules).
 * What it overrules is shown with the policy that does it; the set itself stays as it is, so that
 * no other project sees any of it. docs/decisions/0013-policies.md says why.
 *
 * Threads: no state. */
#ifndef APHORIA_POLICY_STEP_H
#define APHORIA_POLICY_STEP_H

#include "aphoria/judge/judge.h"
#include "common/arena.h"

#define POLICY_SCHEME "policy://"

/* What an answer's rules say, as far as they say anything. */
typedef struct policy_step_rules {
    citation *violated;
    size_t violated_count;
    citation *opposed; /* room for all */
    size_t opposed_count;
} policy_step_rules;

int citation_is_policy(const citation *self);

/* Moves what a satisfied policy overrules to `opposed`, and marks what a violated one does. */
void policy_step_run(policy_step_rules *self, const corpus *said, arena *memory);

#endif
