/* corpus_lint.c -- see corpus_lint.h. */
#include "aphoria/authority/corpus_lint.h"

#include <stdio.h>
#include <string.h>

#include "aphoria/authority/demand.h"
#include "common/record_json.h"

int corpus_fact_judges(const corpus *said, const corpus_fact *fact, const concept *of)
{
    return concept_is(said, of, fact->about);
}

/* What the fact says of a value of that concept; nothing where the lens cannot compare them. */
static steme_verdict judge(const corpus_fact *fact, const concept *of, const char *text)
{
    demand demanded = {fact->about, fact->relation, fact->value};
    int is_alike = fact->about->type == of->type && strcmp(fact->about->unit, of->unit) == 0;
    return is_alike ? demand_judge(&demanded, text) : STEME_VERDICT_UNKNOWN;
}

/* ---- Of a value --------------------------------------------------------------------------- */

typedef struct fact_count {
    size_t judging;    /* observations of the concept */
    size_t condemning; /* the value */
    size_t endorsing;  /* it: says what is to be, and it is that */
} fact_count;

static fact_count count_facts(const corpus *said, const concept *of, const char *text)
{
    fact_count count = {0, 0, 0};
    for (size_t i = 0; i < said->document_count; i++) {
        const corpus_document *document = &said->documents[i];
        for (size_t j = 0; j < document->fact_count; j++) {
            const corpus_fact *fact = &document->facts[j];
            if (corpus_fact_judges(said, fact, of)) {
                steme_verdict verdict =
                    text == NULL ? STEME_VERDICT_UNKNOWN : judge(fact, of, text);
                count.judging++;
                count.condemning += verdict == STEME_VERDICT_VIOLATED;
                count.endorsing += verdict == STEME_VERDICT_SATISFIED &&
                                   fact->relation != STEME_RELATION_NOT_EQUAL;
            }
        }
    }
    return count;
}

/* A value that is good by some fact is worth observing: a policy may want better. */
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
        fact_count count = {0, 1, 0};
        if (match->observe != NULL) {
            count = count_facts(said, about, match->observe);
        }
        if (count.condemning + count.endorsing == 0) {
            printf("%s:%zu: %s observes %s = %s, of which no fact says anything\n", of->path,
                   match->line, match->id, of->concept, match->observe);
            finding_count++;
        }
    }
    return finding_count;
}

/* ---- Of a fact ---------------------------------------------------------------------------- */

static int is_observed(const corpus *said, const rule_set *rules, const concept *of)
{
    for (size_t i = 0; i < rule_set_count(rules); i++) {
        if (concept_is(said, corpus_concept(said, rule_set_at(rules, i)->concept), of)) {
            return 1;
        }
    }
    return 0;
}

/* Whether some match observes what the fact forbids, or whatever it finds. */
static int can_contradict(const corpus *said, const rule *of, const corpus_fact *fact)
{
    const concept *about = corpus_concept(said, of->concept);
    if (!concept_is(said, about, fact->about)) {
        return 0;
    }
    for (size_t i = 0; i < of->match_count; i++) {
        const char *seen = of->matches[i].observe;
        if (seen == NULL || judge(fact, about, seen) == STEME_VERDICT_VIOLATED) {
            return 1;
        }
    }
    return 0;
}

/* What is only allowed, or said to be good for a concept of several values, forbids nothing. */
static int is_forbidding(const corpus_fact *fact)
{
    return !(fact->relation == STEME_RELATION_EQUAL && fact->about->is_many);
}

static size_t lint_fact(const corpus *said, const rule_set *rules, const corpus_fact *fact)
{
    for (size_t i = 0; i < rule_set_count(rules); i++) {
        if (can_contradict(said, rule_set_at(rules, i), fact)) {
            return 0;
        }
    }
    printf("corpus/%s.yaml: %s: no rule observes what it forbids: %s %s %s\n", fact->document->name,
           fact->section, fact->about->id, record_word(RECORD_WORDS_RELATION, (int)fact->relation),
           fact->value);
    return 1;
}

static size_t lint_facts(const corpus *said, const rule_set *rules)
{
    size_t finding_count = 0;
    for (size_t i = 0; i < said->document_count; i++) {
        for (size_t j = 0; j < said->documents[i].fact_count; j++) {
            const corpus_fact *fact = &said->documents[i].facts[j];
            if (fact->unobserved == NULL && is_forbidding(fact) &&
                is_observed(said, rules, fact->about)) {
                finding_count += lint_fact(said, rules, fact);
            }
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
        const char *reason = said->concepts[i].unobserved;
        int is_seen = is_observed(said, rules, &said->concepts[i]);
        if (is_seen && reason != NULL) {
            printf("corpus/concepts.yaml: %s says why no rule observes it, but one does\n",
                   said->concepts[i].id);
            report.finding_count++;
        } else if (!is_seen && reason == NULL) {
            printf("corpus/concepts.yaml: no rule observes %s\n", said->concepts[i].id);
            report.finding_count++;
        }
    }
    report.finding_count += lint_facts(said, rules);
    for (size_t i = 0; i < report.rule_count; i++) {
        report.finding_count += lint_rule(said, rule_set_at(rules, i));
    }
    return report;
}
