/* judge.h -- observations held against what authorities demand: StemeDB's lens `rules` decides.
 *
 * Observations become assertions beside the corpus in one set (a scratch folder, a project's own,
 * or a node's); then one query by the lens, under the view of authority_view.h, gives an answer for
 * every place and concept.
 *
 *   judge_create(records, corpus, &options, &self, &error)
 *   judge_submit_team(self, …)                  what the team decided and imported
 *   judge_assert(self, seen, …)  judge_ask(self, seen, &judgements, …)     a scan
 *   judge_recall(self, rules, &seen, &judgements, …)     what the set says, without a scan
 *
 * Score = the greatest confidence of a rule that says violated and is not overruled (level ×
 * authority's confidence, as the rule's record holds it) × the observation's confidence. No decay.
 *
 * Threads:  the main thread's.
 * Lifetime: what is judged is the judge's arena's. */
#ifndef APHORIA_JUDGE_H
#define APHORIA_JUDGE_H

#include "aphoria/authority/demand.h"
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
    const char *demand;     /* ">= 1.2", "= true" */
    struct demand demanded; /* the same, read; its concept is NULL where the corpus has none such */
    steme_source_class source_class;
    double confidence;
    const struct citation *overruled_by; /* the project's own policy; NULL = none does */
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
    const char *acknowledged; /* who, why, until when; NULL = it is not. The decisions' to set */
    int is_known;             /* it is in the baseline, or stands on lines that did not change */
} judgement;

typedef struct judge_options {
    const char *project;     /* name in subjects */
    const char *folder;      /* from the project's top to what is scanned: "" or "src/" */
    const char *revision;    /* edition of the source; "" = none */
    const steme_key *key;    /* that observations are signed with; NULL = for asking alone */
    int is_fresh;            /* the set holds no observation yet */
    const steme_agent *team; /* whose demands count, as experts' */
    size_t team_count;
    const steme_id *decisions; /* demands of policy://… that hold, ascending: no others count */
    size_t decision_count;
    const steme_agent *observer; /* whose observations are judged; NULL = everybody's */
    uint64_t evaluated_at_ns;    /* 0 = now */
    int has_as_of;
    int64_t as_of_ns;
    double block_at; /* 0 = .7 */
    double flag_at;  /* 0 = .4 */
} judge_options;

typedef struct judge judge;

/* `records` holds the corpus by now. What `options` point at is borrowed. */
STEME_MUST_CHECK steme_status judge_create(database *records, const corpus *known,
                                           const judge_options *options, judge **out_judge,
                                           steme_error *error);
/* Accepts NULL. */
void judge_destroy(judge *self);

/* Which files a scan read: of these alone it can say that something is gone. */
typedef struct judge_scope {
    int (*was_read)(void *context, const char *path); /* from the project's top */
    void *context;
} judge_scope;
typedef struct judge_change {
    size_t asserted_count;
    size_t vanished_count;
    size_t kept_count; /* that the set had already */
} judge_change;

/* Asserts what the set does not have of this key with the same value, confidence, rule and code;
 * and of what it has where nothing was seen now, that nothing is there. `scope` NULL: nothing is
 * gone. */
STEME_MUST_CHECK steme_status judge_assert(judge *self, const observations *seen,
                                           const judge_scope *scope, judge_change *out_change,
                                           steme_error *error);

/* A judgement for each observation, in their order; `*out` is the judge's until it is destroyed. */
STEME_MUST_CHECK steme_status judge_ask(judge *self, const observations *seen, judgement **out,
                                        steme_error *error);

/* The same for what the set holds of the project: `*out_seen` is the caller's
 * (observations_deinit), its texts are the judge's. Ascending by subject, then concept. */
STEME_MUST_CHECK steme_status judge_recall(judge *self, const rule_set *rules,
                                           observations *out_seen, judgement **out,
                                           steme_error *error);

/* The receipt of one judgement: see receipt.h. Free the text. */
STEME_MUST_CHECK steme_status judge_receipt(judge *self, const judgement *of, char **out_text,
                                            steme_error *error);

#endif
