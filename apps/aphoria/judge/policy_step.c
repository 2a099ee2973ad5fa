/* policy_step.c -- see policy_step.h. */
#include "aphoria/judge/policy_step.h"

#include <string.h>

int citation_is_policy(const citation *self)
{
    return strncmp(self->subject, POLICY_SCHEME, sizeof POLICY_SCHEME - 1) == 0;
}

/* A policy gives way to one about a narrower concept only. */
static int overrules(const corpus *said, const citation *policy, const citation *other)
{
    return policy->demanded.about != NULL && other->demanded.about != NULL &&
           other->overruled_by == NULL &&
           (!citation_is_policy(other) || other->demanded.about != policy->demanded.about) &&
           demand_overrules(said, &policy->demanded, &other->demanded);
}

static void mark(citation *other, const citation *policy, arena *memory)
{
    other->overruled_by = (const citation *)arena_copy(memory, policy, sizeof *policy);
}

static void take_away(policy_step_rules *self, const citation *policy, const corpus *said,
                      arena *memory)
{
    size_t kept = 0;
    for (size_t i = 0; i < self->violated_count; i++) {
        citation *each = &self->violated[i];
        if (overrules(said, policy, each)) {
            mark(each, policy, memory);
            self->opposed[self->opposed_count++] = *each;
        } else {
            self->violated[kept++] = *each;
        }
    }
    self->violated_count = kept;
}

void policy_step_run(policy_step_rules *self, const corpus *said, arena *memory)
{
    size_t opposed_count = self->opposed_count; /* more are added behind */
    for (size_t i = 0; i < opposed_count; i++) {
        if (citation_is_policy(&self->opposed[i])) {
            take_away(self, &self->opposed[i], said, memory);
        }
    }
    for (size_t i = 0; i < self->violated_count; i++) {
        for (size_t j = 0; citation_is_policy(&self->violated[i]) && j < opposed_count; j++) {
            if (overrules(said, &self->violated[i], &self->opposed[j])) {
                mark(&self->opposed[j], &self->violated[i], memory);
            }
        }
    }
}
