/* given_list.h -- what a query gave, to be compared with what others did. */
#ifndef SUPPORT_GIVEN_LIST_H
#define SUPPORT_GIVEN_LIST_H

#include "support/test.h"

#include <stdio.h>
#include <steme/query.h>
#include <string.h>

enum { GIVEN_COUNT_MAX = 1024 };

/* What a list gives: the ids of its matches, or the texts of its answers. */
typedef struct given_list {
    char items[GIVEN_COUNT_MAX][80];
    int count;
} given_list;

static inline void given_list_add(given_list *list, const steme_match *match,
                                  const steme_answer *answer)
{
    char *item = list->items[list->count++];
    assert_true(list->count <= GIVEN_COUNT_MAX);
    if (match != NULL)
        memcpy(memset(item, 1, 80), match->record.id.bytes, STEME_ID_SIZE);
    else
        snprintf(memset(item, 0, 80), 80, "%.*s %.*s %u %u", (int)answer->subject.size,
                 (const char *)answer->subject.bytes, (int)answer->predicate.size,
                 (const char *)answer->predicate.bytes, answer->candidate_count,
                 answer->conflict_millionths);
}

/* Whether each item of `part` is in `whole` once, in the same order. */
static inline void given_list_assert_holds(const given_list *whole, const given_list *part)
{
    int at = 0;
    for (int i = 0; i < part->count; i++, at++) {
        while (at < whole->count && memcmp(whole->items[at], part->items[i], 80) != 0)
            at++;
        assert_true(at < whole->count);
    }
}

#endif
