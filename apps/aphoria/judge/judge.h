/* judge.h -- observations held against what authorities demand: StemeDB's lens `rules` decides.
 *
 * Observations become assertions beside the corpus in one set (a scratch folder, a project's own,
 * or a node's); then one query by the lens gives an answer for every place and concept.
 *
 * Score = the greatest confidence of a rule that says violated and is not overruled (level ×
 * authority's confidence, as the rule's record holds it) × the observation's confidence. No decay.
 *
 * Threads:  the main thread's.
 * Lifetime: what is judged is the judge's arena's. */
#ifndef APHORIA_JUDGE_H
#define APHORIA_JUDGE_H

#include "aphoria/authority/corpus.h"
#include "aphoria/scan/observation.h"
#include "common/database.h"

typedef enum outcome {
    OUTCOME_PASS,
    OUTCOME_FLAG,  /* score >= .4 */
    OUTCOME_BLOCK, /* score >= .7 */
    OUTCOME_ACK,   /* would be FLAG or BLOCK, but for an acknowledgement */
} outcome;

/* "pass", "flag", "block", "ack" */
const char *outcome_name(outcome self);

/* A rule that an answer rests on, as its record says it. */
typedef struct citation {
    steme_id id;
    const char *subject;  /* rfc://9325/3.1.1 */
    const char *document; /* title */
    const char *section;
    const char *level;
    const char *link;
    const char *sentence;
    const char *demand; /* ">= 1.2", "= true" */
    steme_source_class source_class;
    double confidence;
} citation;

typedef struct judgement {
    const observation *seen;
    const char *subject;     /* code://project/path#symbol/ordinal */
    const char *fingerprint; /* 32 hexadecimal digits: stays where code moves */
    steme_verdict verdict;
    outcome outcome;
    double score;
    const citation *rules; /* that say violated and are not overruled, the greatest score first */
    size_t rule_count;
    const citation *opposed; /* that say otherwise, or are overruled */
    size_t opposed_count;
} judgement;

typedef struct judge_options {
    const char *project;  /* name in subjects; no '/' at its end */
    const char *revision; /* edition of the source; "" = none */
    const steme_key *key; /* that observations are signed with */
    double block_at;      /* 0 = .7 */
    double flag_at;       /* 0 = .4 */
} judge_options;

typedef struct judge judge;

/* `records` holds the corpus by now. */
judge *judge_create(database *records, const corpus *known, const judge_options *options);
/* Accepts NULL. */
void judge_destroy(judge *self);

/* Asserts the observations, asks, and gives a judgement for each, in their order. `*out` is the
 * judge's until it is destroyed. */
STEME_MUST_CHECK steme_status judge_run(judge *self, const observations *seen,
                                        const judgement **out, steme_error *error);

#endif
