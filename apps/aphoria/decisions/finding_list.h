/* finding_list.h -- the findings of one time, each in the few words that tell it from others.
 *
 * Threads:  the main thread's.
 * Lifetime: start with zero, end with finding_list_deinit; texts are the list's, or of what it was
 *           made from. */
#ifndef APHORIA_FINDING_LIST_H
#define APHORIA_FINDING_LIST_H

#include "aphoria/judge/judge.h"
#include "common/arena.h"

typedef struct finding {
    const char *fingerprint;
    const char *path; /* from the project's top; "" = not known */
    const char *rule;
    const char *code;
    uint32_t line; /* 0 = not known */
    outcome outcome;
    const judgement *judged; /* NULL where it is of another time */
    struct finding *partner; /* in the other list: finding_list_pair. NULL = none */
} finding;

typedef struct finding_list {
    arena memory;
    finding *items;
    size_t count;
    size_t capacity;
} finding_list;

/* Whether it blocks where it did not, or is flagged where it passed or was acknowledged. */
int finding_is_worse(const finding *now, const finding *then);

void finding_list_deinit(finding_list *self);
void finding_list_add(finding_list *self, const finding *of);

/* Adds judgements; `folder` leads from the project's top to what was scanned: "" or "src/". */
void finding_list_add_judgements(finding_list *self, const judgement *items, size_t count,
                                 const char *folder);
/* Adds the findings of a report that `scan --format json` wrote; `*out_has_all` = 0 where it leaves
 * out what was known. 0 after a report. */
int finding_list_add_report(finding_list *self, const char *path, int *out_has_all);

/* Finds for each its partner in the other list: of the same fingerprint, each only once, and rather
 * in the same file; but code moves. So a copy of a finding is one more than there was. */
void finding_list_pair(finding_list *left, finding_list *right);

#endif
