/* value.h -- values that count as one: docs/lenses.md, section 6.
 *
 * Threads: no shared state. */
#ifndef QUERY_VALUE_H
#define QUERY_VALUE_H

#include "base/memory.h"

#include <stdbool.h>
#include <steme/lens.h>
#include <steme/record.h>

/* A claimed value in the form that an equivalence compares. */
typedef struct query_value {
    bool is_rule; /* of the lens rules: the same value on either side is two */
    steme_relation relation;
    steme_value_kind kind; /* STEME_VALUE_TEXT for STEME_RELATION_NONE */
    bool is_real;
    int64_t integer; /* Number; Time; Boolean: 0 or 1 */
    double real;     /* Number: of its binary64 where the equivalence is number:T */
    steme_span text; /* in its form; Text, Reference */
    steme_span unit;
    steme_span language;
} query_value;

/* The form of an assertion's value; texts are borrowed from it or in the arena.
 * Errors: STEME_NO_MEMORY. */
STEME_MUST_CHECK steme_status query_value_form(const steme_assertion *assertion,
                                               const steme_equivalence *equivalence,
                                               base_arena *arena, query_value *out_value,
                                               steme_error *error);

/* A total order by which values that count as one are neighbours. */
int query_value_compare(const query_value *left, const query_value *right);

/* Whether `value` begins another group than `first`, where it stands after `first` and the group
 * that began with it. */
bool query_value_is_apart(const query_value *first, const query_value *value,
                          const steme_equivalence *equivalence);

/* Whether a value has this exact payload. */
bool query_value_is_object(const steme_value *value, const steme_value *object);

#endif
