/* conflict_cache.h -- what every pair's claims come to, kept in memory beside a store between
 * questions about conflicts, so that a question looks at what came since.
 *
 * It holds 48 bytes for each (subject, predicate) and equivalence that was asked for, of at most
 * CONFLICT_CACHE_PAIR_COUNT_MAX pairs, and nothing while a record's time is yet to come.
 *
 * Threads: between query_conflict_cache_begin and query_conflict_cache_end it is the caller's
 * alone. */
#ifndef QUERY_CONFLICT_CACHE_H
#define QUERY_CONFLICT_CACHE_H

#include "store/store.h"

#include <stdbool.h>
#include <steme/lens.h>

enum { CONFLICT_CACHE_PAIR_COUNT_MAX = 2u << 20, CONFLICT_KEYS_SIZE = 16 };

/* A pair that has claims. */
typedef struct conflict_pair {
    uint8_t keys[CONFLICT_KEYS_SIZE]; /* of subject and predicate */
    uint64_t rank;                    /* where is_disputed */
    uint64_t position;                /* of one of its records */
    bool is_shared;
    bool is_disputed;
} conflict_pair;

/* All pairs, ascending by keys; and when that holds. */
typedef struct conflict_list {
    conflict_pair *pairs; /* NULL = nothing is known */
    size_t count;
    uint64_t end; /* of the log that was looked at */
    uint64_t loss_count;
    uint64_t stamp_ns_max; /* of all rows: a question about an earlier time cannot use this */
    int64_t claim_time_ns_max;
    bool has_apart; /* some pairs' rows do not tell: see conflict_apart.h */
} conflict_list;

typedef struct conflict_cache conflict_cache;

STEME_MUST_CHECK steme_status query_conflict_cache_begin(const steme_snapshot *snapshot,
                                                         steme_equivalence_kind kind,
                                                         conflict_cache **out_cache,
                                                         conflict_list **out_list,
                                                         steme_error *error);
void query_conflict_cache_end(conflict_cache *cache);

void query_conflict_list_clear(conflict_list *list);

/* The keys of the pairs that the log brought claims of since the list was made: ascending, each
 * once; base_free them. *out_is_known false where that cannot be told, or they are too many. */
STEME_MUST_CHECK steme_status query_conflict_list_changes(const conflict_list *list,
                                                          steme_snapshot *snapshot,
                                                          uint8_t (**out_keys)[CONFLICT_KEYS_SIZE],
                                                          size_t *out_count, bool *out_is_known,
                                                          steme_error *error);

/* Puts `changed` (ascending) among the list's pairs, in place of those with the same keys. */
STEME_MUST_CHECK steme_status query_conflict_list_merge(conflict_list *list,
                                                        const conflict_pair *changed, size_t count,
                                                        steme_error *error);

#endif
