/* The distinct (subject, predicate) pairs of the records that match, in a hash table while they are
 * collected. */
#include "base/bytes.h"
#include "base/error.h"
#include "query/state.h"

#include <stdlib.h>
#include <string.h>

int query_pair_compare(const void *left_item, const void *right_item)
{
    const query_pair *left = left_item;
    const query_pair *right = right_item;
    int order = query_span_compare(left->subject, right->subject);
    return order != 0 ? order : query_span_compare(left->predicate, right->predicate);
}

static size_t pair_slot(const steme_query *query, const query_pair *pair)
{
    uint64_t hash = store_subject_key(query->hash_key, pair->subject) ^
                    store_predicate_key(query->hash_key, pair->predicate);
    return (size_t)hash & (query->pair_slot_count - 1);
}

/* The slot of an equal pair, or the free one where it belongs. */
static size_t find_slot(const steme_query *query, const query_pair *pair)
{
    size_t slot = pair_slot(query, pair);
    while (query->pair_slots[slot] != 0 &&
           query_pair_compare(&query->pairs[query->pair_slots[slot] - 1], pair) != 0)
        slot = (slot + 1) & (query->pair_slot_count - 1);
    return slot;
}

static steme_status grow_slots(steme_query *query, steme_error *error)
{
    size_t count = query->pair_slot_count == 0 ? 64 : query->pair_slot_count * 2;
    uint32_t *slots = base_alloc_zero(count, sizeof *slots);
    if (slots == NULL)
        return base_fail(error, STEME_NO_MEMORY, "query: out of memory");
    base_free(query->pair_slots);
    query->pair_slots = slots;
    query->pair_slot_count = count;
    for (size_t i = 0; i < query->pair_count; i++)
        slots[find_slot(query, &query->pairs[i])] = (uint32_t)i + 1;
    return STEME_OK;
}

steme_status query_pair_add(steme_query *query, const query_pair *pair, steme_error *error)
{
    if (query->has_after && query_pair_compare(pair, &query->after_pair) <= 0)
        return STEME_OK;
    if (query->pair_count > 0 &&
        query_pair_compare(&query->pairs[query->pair_count - 1], pair) == 0)
        return STEME_OK; /* claims of one pair are neighbours in the index */
    if (query->pair_count * 2 >= query->pair_slot_count) {
        steme_status status = grow_slots(query, error);
        if (status != STEME_OK)
            return status;
    }
    size_t slot = find_slot(query, pair);
    if (query->pair_slots[slot] != 0)
        return STEME_OK;
    if (query->pair_count == QUERY_PAIR_COUNT_MAX)
        return base_fail(error, STEME_TOO_LARGE,
                         "query: more than %u subjects and predicates; narrow it down",
                         (unsigned)QUERY_PAIR_COUNT_MAX);
    steme_status status = query_grow((void **)&query->pairs, &query->pair_capacity,
                                     query->pair_count, sizeof *query->pairs, error);
    if (status != STEME_OK)
        return status;
    query->pairs[query->pair_count++] = *pair;
    query->pair_slots[slot] = (uint32_t)query->pair_count;
    return STEME_OK;
}

static steme_status collect_pair(steme_query *query, uint64_t position, steme_error *error)
{
    steme_record record;
    steme_statement statement;
    bool is_match;
    steme_status status = query_read(query, position, &record, &statement, &is_match, error);
    if (status != STEME_OK || !is_match)
        return status;
    query_pair pair = {statement.as.assertion.subject, statement.as.assertion.predicate};
    if (query->alias_of.size > 0)
        pair.subject = query->alias_of;
    return query_pair_add(query, &pair, error);
}

static steme_status collect_pairs(steme_query *query, steme_error *error)
{
    query_plan_kind kind;
    bool is_large;
    steme_status status = query_plan_choose(query, &kind, &is_large, error);
    return status == STEME_OK ? query_plan_walk(query, kind, collect_pair, error) : status;
}

/* The predicates of the subject under another of its names. */
static steme_status collect_alias(void *context, steme_span name, uint32_t distance,
                                  steme_error *error)
{
    steme_query *query = context;
    (void)distance;
    query->options.subject = name;
    return collect_pairs(query, error);
}

static steme_status collect_aliases(steme_query *query, steme_error *error)
{
    steme_span subject = query->options.subject;
    query->alias_of = subject;
    steme_status status =
        steme_lifecycle_names(query->lifecycle, subject, collect_alias, query, error);
    query->options.subject = subject;
    query->alias_of = (steme_span){0};
    return status;
}

void query_pairs_sort(steme_query *query)
{
    base_free(query->pair_slots);
    query->pair_slots = NULL;
    query->pair_slot_count = 0;
    if (query->pair_count > 1)
        qsort(query->pairs, query->pair_count, sizeof *query->pairs, query_pair_compare);
}

steme_status query_pairs_collect(steme_query *query, steme_error *error)
{
    bool has_subject = query->options.subject.size > 0;
    if (has_subject && query->options.predicate.size > 0)
        return query_pair_add(
            query, &(query_pair){query->options.subject, query->options.predicate}, error);
    steme_status status = has_subject && query->options.follows_aliases
                              ? collect_aliases(query, error)
                              : collect_pairs(query, error);
    query_pairs_sort(query);
    return status;
}
