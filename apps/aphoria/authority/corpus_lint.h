/* corpus_lint.h -- rules and facts held against each other: what can never lead to a finding. */
#ifndef APHORIA_CORPUS_LINT_H
#define APHORIA_CORPUS_LINT_H

#include "aphoria/authority/corpus.h"
#include "aphoria/rule/rule.h"

typedef struct corpus_lint_report {
    size_t concept_count;
    size_t fact_count;
    size_t rule_count;
    size_t finding_count;
} corpus_lint_report;

/* Tells, a line each on stdout: concepts that no rule observes; facts that no value that a rule
 * observes can contradict; rules whose concept no fact judges, or that is none; values that a rule
 * observes and no fact calls good or bad. Whether a fact and a rule that can meet ever do is up to
 * the code. */
corpus_lint_report corpus_lint(const corpus *said, const rule_set *rules);

/* Whether a fact judges observations of the concept: its own, or a parent's. */
int corpus_fact_judges(const corpus *said, const corpus_fact *fact, const concept *of);

#endif
