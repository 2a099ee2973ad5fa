/* prefilter.h -- which files can match any rule at all: one pass over their bytes for the names
 * that rules need, so that most files need not be parsed.
 *
 * A rule needs the last name of its path, in Python and JavaScript the module too, and one that
 * asks for a taint needs the name of a source. A file in which no rule has all it needs cannot
 * match.
 *
 * Threads: a prefilter is read-only once made; each thread has a scratch of its own. */
#ifndef APHORIA_PREFILTER_H
#define APHORIA_PREFILTER_H

#include "aphoria/rule/model.h"
#include "aphoria/rule/rule.h"

typedef struct prefilter prefilter;
typedef struct prefilter_scratch prefilter_scratch;

/* NULL after a report. */
prefilter *prefilter_create(const rule_set *rules, const model_set *models);
/* Accepts NULL. */
void prefilter_destroy(prefilter *self);

prefilter_scratch *prefilter_scratch_create(const prefilter *self);
/* Accepts NULL. */
void prefilter_scratch_destroy(prefilter_scratch *self);

/* 0 = no rule can match. */
int prefilter_wants(const prefilter *self, prefilter_scratch *scratch, language of,
                    const char *bytes, size_t size);

/* Whether what prefilter_wants looked at last can read what somebody outside chose, which a
 * function of another file may be given. */
int prefilter_has_source(const prefilter_scratch *scratch);

#endif
