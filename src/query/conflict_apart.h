/* conflict_apart.h -- the pairs whose rows in the conflict table do not tell what counts, because
 * other records speak of their claims: supersessions, stages and endorsements of them, keys of
 * their signers, epochs that end, and what is said of their predicate. A view sets all apart. */
#ifndef QUERY_CONFLICT_APART_H
#define QUERY_CONFLICT_APART_H

#include "query/state.h"

/* Zero at first; end with query_conflict_apart_deinit. */
typedef struct conflict_apart {
    bool is_all;
    bool has_any;
    bool has_future;       /* a record that speaks of others is not mature */
    uint64_t stamp_ns_max; /* of those records */
    int64_t claim_time_ns_max;
    uint8_t (*pairs)[16]; /* keys of subject and predicate, ascending */
    size_t pair_count;
    size_t pair_capacity;
    uint64_t *predicates; /* keys of predicates with a schema, ascending */
    size_t predicate_count;
    size_t predicate_capacity;
} conflict_apart;

STEME_MUST_CHECK steme_status query_conflict_apart_find(steme_query *query, conflict_apart *apart,
                                                        steme_error *error);
bool query_conflict_apart_has(const conflict_apart *apart, const uint8_t keys[16]);
void query_conflict_apart_deinit(conflict_apart *apart);

/* Whether a record that comes may set a pair apart that it is no claim of. */
bool query_conflict_speaks_of_others(const steme_statement *statement);

#endif
