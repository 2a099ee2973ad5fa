/* demand.c -- see demand.h. */
#include "aphoria/authority/demand.h"

#include <stdlib.h>
#include <string.h>

enum { ANCESTORS_MAX = 16 };

int concept_is(const corpus *said, const concept *self, const concept *wider)
{
    for (int depth = 0; self != NULL && depth < ANCESTORS_MAX; depth++) {
        if (self == wider) {
            return 1;
        }
        self = self->is_a == NULL ? NULL : corpus_concept(said, self->is_a);
    }
    return 0;
}

/* Of numbers by size, of the others only whether they are the same. */
static int compare(const concept *about, const char *left, const char *right)
{
    if (about->type != CONCEPT_NUMBER) {
        return strcmp(left, right);
    }
    double a = strtod(left, NULL);
    double b = strtod(right, NULL);
    return (a > b) - (a < b);
}

steme_verdict demand_judge(const demand *self, const char *value)
{
    int order = compare(self->about, value, self->value);
    int holds = 0;
    switch (self->relation) {
    case STEME_RELATION_EQUAL:
        if (order != 0 && self->about->is_many) {
            return STEME_VERDICT_UNKNOWN;
        }
        holds = order == 0;
        break;
    case STEME_RELATION_NOT_EQUAL:
        holds = order != 0;
        break;
    case STEME_RELATION_LESS:
        holds = order < 0;
        break;
    case STEME_RELATION_LESS_OR_EQUAL:
        holds = order <= 0;
        break;
    case STEME_RELATION_GREATER:
        holds = order > 0;
        break;
    case STEME_RELATION_GREATER_OR_EQUAL:
        holds = order >= 0;
        break;
    default:
        break;
    }
    return holds ? STEME_VERDICT_SATISFIED : STEME_VERDICT_VIOLATED;
}

static int is_upper(steme_relation self)
{
    return self == STEME_RELATION_LESS || self == STEME_RELATION_LESS_OR_EQUAL;
}

static int is_lower(steme_relation self)
{
    return self == STEME_RELATION_GREATER || self == STEME_RELATION_GREATER_OR_EQUAL;
}

static int is_strict(steme_relation self)
{
    return self == STEME_RELATION_LESS || self == STEME_RELATION_GREATER;
}

/* Two bounds: nothing is within both, or the policy's is the laxer one. */
static int overrules_bound(const demand *policy, const demand *other)
{
    int order = compare(policy->about, policy->value, other->value);
    int is_any_strict = is_strict(policy->relation) || is_strict(other->relation);
    if (is_upper(policy->relation) && is_lower(other->relation)) {
        return order < 0 || (order == 0 && is_any_strict);
    }
    if (is_lower(policy->relation) && is_upper(other->relation)) {
        return order > 0 || (order == 0 && is_any_strict);
    }
    if (order == 0) {
        return is_strict(other->relation) && !is_strict(policy->relation);
    }
    return (is_lower(policy->relation) && is_lower(other->relation) && order < 0) ||
           (is_upper(policy->relation) && is_upper(other->relation) && order > 0);
}

int demand_overrules(const corpus *said, const demand *policy, const demand *other)
{
    if (!concept_is(said, policy->about, other->about) ||
        policy->about->type != other->about->type) {
        return 0;
    }
    if (other->relation == STEME_RELATION_NONE) {
        return 1;
    }
    if (policy->relation == STEME_RELATION_EQUAL) {
        return demand_judge(other, policy->value) == STEME_VERDICT_VIOLATED;
    }
    if (other->relation == STEME_RELATION_EQUAL) {
        return demand_judge(policy, other->value) == STEME_VERDICT_VIOLATED;
    }
    return policy->relation != STEME_RELATION_NOT_EQUAL &&
           other->relation != STEME_RELATION_NOT_EQUAL && overrules_bound(policy, other);
}
