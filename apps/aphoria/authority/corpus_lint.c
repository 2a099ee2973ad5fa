/* corpus_lint.c -- see corpus_lint.h. */
#include "aphoria/authority/corpus_lint.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ANCESTORS_MAX = 16 };

int corpus_fact_judges(const corpus *said, const corpus_fact *fact, const concept *of)
{
    for (int depth = 0; of != NULL && depth < ANCESTORS_MAX; depth++) {
        if (fact->about == of) {
            return 1;
        }
        of = of->is_a == NULL ? NULL : corpus_concept(said, of->is_a);
    }
    return 0;
}

/* Whether the fact says that the value is wrong. */
static int condemns(const corpus_fact *fact, const char *text)
{
    int is_number = fact->about->type == CONCEPT_NUMBER;
    int is_same = strcmp(fact->value, text) == 0;
    double left = is_number ? strtod(text, NULL) : 0;
    double right = is_number ? strtod(fact->value, NULL) : 0;
    if (is_number) {
        is_same = !(left < right) && !(left > right);
    }
    switch (fact->relation) {
    case STEME_RELATION_EQUAL:
        return !is_same && !fact->about->is_many;
    case STEME_RELATION_NOT_EQUAL:
        return is_same;
    case STEME_RELATION_LESS:
        return !(left < right);
    case STEME_RELATION_LESS_OR_EQUAL:
        return left > right;
    case STEME_RELATION_GREATER:
        return !(left > right);
    case STEME_RELATION_GREATER_OR_EQUAL:
        return left < right;
    default:
        return 1;
    }
}

typedef struct fact_count {
    size_t judging;
    size_t condemning; /* the value */
} fact_count;

static fact_count count_facts(const corpus *said, const concept *of, const char *text)
{
    fact_count count = {0, 0};
    for (size_t i = 0; i < said->document_count; i++) {
        const corpus_document *document = &said->documents[i];
        for (size_t j = 0; j < document->fact_count; j++) {
            if (corpus_fact_judges(said, &document->facts[j], of)) {
                count.judging++;
                count.condemning += text != NULL && condemns(&document->facts[j], text);
            }
        }
    }
    return count;
}

static int is_observed(const corpus *said, const rule_set *rules, const concept *of)
{
    for (size_t i = 0; i < rule_set_count(rules); i++) {
        const concept *each = corpus_concept(said, rule_set_at(rules, i)->concept);
        for (int depth = 0; each != NULL && depth < ANCESTORS_MAX; depth++) {
            if (each == of) {
                return 1;
            }
            each = each->is_a == NULL ? NULL : corpus_concept(said, each->is_a);
        }
    }
    return 0;
}

static size_t lint_rule(const corpus *said, const rule *of)
{
    const concept *about = corpus_concept(said, of->concept);
    size_t finding_count = 0;
    if (about == NULL) {
        printf("%s: no such concept: %s; no fact can judge it\n", of->path, of->concept);
        return 1;
    }
    if (count_facts(said, about, NULL).judging == 0) {
        printf("%s: no fact judges %s\n", of->path, of->concept);
        return 1;
    }
    for (size_t i = 0; i < of->match_count; i++) {
        const rule_match *match = &of->matches[i];
        if (match->observe != NULL && count_facts(said, about, match->observe).condemning == 0) {
            printf("%s:%zu: %s observes %s = %s, which no fact forbids\n", of->path, match->line,
                   match->id, of->concept, match->observe);
            finding_count++;
        }
    }
    return finding_count;
}

corpus_lint_report corpus_lint(const corpus *said, const rule_set *rules)
{
    corpus_lint_report report = {.concept_count = said->concept_count,
                                 .rule_count = rule_set_count(rules)};
    for (size_t i = 0; i < said->document_count; i++) {
        report.fact_count += said->documents[i].fact_count;
    }
    for (size_t i = 0; i < said->concept_count; i++) {
        if (!is_observed(said, rules, &said->concepts[i])) {
            printf("corpus/concepts.yaml: no rule observes %s\n", said->concepts[i].id);
            report.finding_count++;
        }
    }
    for (size_t i = 0; i < report.rule_count; i++) {
        report.finding_count += lint_rule(said, rule_set_at(rules, i));
    }
    return report;
}
