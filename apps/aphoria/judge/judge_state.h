/* judge_state.h -- what a judge is made of; for judge*.c alone. */
#ifndef APHORIA_JUDGE_STATE_H
#define APHORIA_JUDGE_STATE_H

#include "aphoria/judge/judge.h"
#include "common/arena.h"
#include "common/text.h"

enum { JUDGE_CITED_BUCKETS = 256 };

struct judge {
    database *records;
    const corpus *corpus;
    judge_options options;
    steme_view *view;
    arena memory;
    judgement *items; /* in the order of the observations */
    size_t count;
    judgement **by_subject;                   /* the same, ascending by subject and concept */
    struct cited *known[JUDGE_CITED_BUCKETS]; /* rules that were read, by their id's first byte */
    const citation **policies;                /* of the decisions; NULL = not looked for yet */
    size_t policy_count;
};

/* Makes `items` and `by_subject` of the observations, unless they are made. */
void judge_list(judge *self, const observations *seen);
/* Below, at or above 0, as the pair stands to that of the judgement. */
int judge_compare(const char *subject, const char *predicate, const judgement *of);
const char *judge_copy(judge *self, steme_span span);
/* Appends what the subjects of all that is scanned begin with. */
void judge_append_scope(const judge *self, text_buffer *to);
/* Pairs whose subjects begin so, by the lens. */
steme_query_options judge_question(const judge *self, steme_span root);
/* What an answer says of the judgement's observation. */
void judge_take_answer(judge *self, judgement *to, const steme_answer *answer);

#endif
