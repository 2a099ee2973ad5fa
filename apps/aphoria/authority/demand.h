/* demand.h -- what is demanded of a concept's value: by a fact, a policy, or a claim of the team.
 *
 * Threads: no state. */
#ifndef APHORIA_DEMAND_H
#define APHORIA_DEMAND_H

#include <steme/lens.h>

#include "aphoria/authority/corpus.h"

typedef struct demand {
    const concept *about;
    steme_relation relation;
    const char *value; /* as text, of the concept's type */
} demand;

/* What the lens `rules` says of a value of this concept. */
steme_verdict demand_judge(const demand *self, const char *value);

/* Whether a project's policy takes away another demand's force where it is kept itself: no value
 * satisfies both, or it is the same kind of bound and the laxer one. A policy about a concept
 * reaches demands of that concept and of wider ones, never of a narrower one. */
int demand_overrules(const corpus *said, const demand *policy, const demand *other);

/* Whether `self` is the concept or is_a it, over any number of steps. Accepts NULL as `self`. */
int concept_is(const corpus *said, const concept *self, const concept *wider);

#endif
