/* merkle_set.h -- a sorted array of ids that is a merkle_source, and makes source calls fail. */
#ifndef SUPPORT_MERKLE_SET_H
#define SUPPORT_MERKLE_SET_H

#include "merkle/source.h"
#include "support/test.h"

typedef struct merkle_set {
    steme_id *ids; /* ascending, distinct */
    size_t count;
    size_t at;
    uint64_t call_count;
    uint64_t fail_at; /* the call, from 1, that fails; 0 = none */
} merkle_set;

static inline int merkle_set_compare(const void *left, const void *right)
{
    return memcmp(left, right, sizeof(steme_id));
}

static inline bool merkle_set_call_fails(merkle_set *set)
{
    return ++set->call_count == set->fail_at;
}

static inline steme_status merkle_set_seek(void *context, const uint8_t *lower_bound,
                                           steme_error *error)
{
    (void)error;
    merkle_set *set = context;
    if (merkle_set_call_fails(set))
        return STEME_IO;
    size_t low = 0;
    size_t high = set->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (memcmp(&set->ids[middle], lower_bound, sizeof(steme_id)) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    set->at = low;
    return STEME_OK;
}

static inline steme_status merkle_set_next(void *context, steme_id *out_id, bool *out_found,
                                           steme_error *error)
{
    (void)error;
    merkle_set *set = context;
    if (merkle_set_call_fails(set))
        return STEME_IO;
    *out_found = set->at < set->count;
    if (*out_found)
        *out_id = set->ids[set->at++];
    return STEME_OK;
}

static inline merkle_source merkle_set_source(merkle_set *set)
{
    return (merkle_source){merkle_set_seek, merkle_set_next, set};
}

/* Sorts `ids` and drops doubles; gives how many are left. */
static inline size_t merkle_set_sort(steme_id *ids, size_t count)
{
    qsort(ids, count, sizeof *ids, merkle_set_compare);
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || memcmp(&ids[i], &ids[kept - 1], sizeof *ids) != 0)
            ids[kept++] = ids[i];
    return kept;
}

/* Random ids that share their first `shared` nibbles; the rest is dense enough in some to branch
 * again right below. */
static inline void merkle_set_fill_random(steme_id *ids, size_t count, unsigned shared,
                                          uint64_t *state)
{
    steme_id base;
    for (size_t byte = 0; byte < sizeof base; byte++)
        base.bytes[byte] = (uint8_t)test_random(state);
    for (size_t i = 0; i < count; i++) {
        ids[i] = base;
        for (unsigned nibble = shared; nibble < MERKLE_NIBBLE_COUNT; nibble++)
            merkle_nibble_set(&ids[i], nibble, (unsigned)(test_random(state) >> 60));
    }
}

#endif
