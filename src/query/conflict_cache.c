#include "query/conflict_cache.h"
#include "base/bytes.h"
#include "base/error.h"
#include "base/memory.h"
#include "platform/thread.h"
#include "query/conflict_apart.h"

#include <stdlib.h>
#include <string.h>

enum { LIST_COUNT = 3, CHANGE_COUNT_MAX = 20000 };

struct conflict_cache {
    platform_mutex lock;
    conflict_list lists[LIST_COUNT]; /* exact, folded, normalized */
};

/* ---- The cache ---------------------------------------------------------------------------- */

static void *cache_new(void)
{
    conflict_cache *cache = base_alloc_zero(1, sizeof *cache);
    if (cache != NULL)
        platform_mutex_init(&cache->lock);
    return cache;
}

static void cache_free(void *companion)
{
    conflict_cache *cache = companion;
    for (size_t i = 0; i < LIST_COUNT; i++)
        base_free(cache->lists[i].pairs);
    platform_mutex_deinit(&cache->lock);
    base_free(cache);
}

steme_status query_conflict_cache_begin(const steme_snapshot *snapshot, steme_equivalence_kind kind,
                                        conflict_cache **out_cache, conflict_list **out_list,
                                        steme_error *error)
{
    static const store_companion_kind companion_kind = {cache_new, cache_free};
    void *companion;
    steme_status status = store_snapshot_companion(snapshot, &companion_kind, &companion, error);
    if (status != STEME_OK)
        return status;
    *out_cache = companion;
    *out_list = &(*out_cache)->lists[kind];
    platform_mutex_lock(&(*out_cache)->lock);
    return STEME_OK;
}

void query_conflict_cache_end(conflict_cache *cache)
{
    platform_mutex_unlock(&cache->lock);
}

/* ---- A list ------------------------------------------------------------------------------- */

void query_conflict_list_clear(conflict_list *list)
{
    base_free(list->pairs);
    *list = (conflict_list){0};
}

typedef struct change_list {
    const uint8_t *hash_key;
    uint8_t (*keys)[CONFLICT_KEYS_SIZE];
    size_t count;
    size_t capacity;
    bool has_others; /* what came speaks of claims that came before */
} change_list;

static steme_status add_change(void *context, const steme_record *record, uint64_t arrival_ns,
                               steme_error *error)
{
    change_list *list = context;
    steme_statement statement;
    (void)arrival_ns;
    if (list->has_others || list->count > CHANGE_COUNT_MAX ||
        steme_record_interpret(record, &statement, NULL) != STEME_OK)
        return STEME_OK;
    list->has_others = query_conflict_speaks_of_others(&statement);
    if (record->type != STEME_ASSERTION)
        return STEME_OK;
    steme_status status =
        query_grow((void **)&list->keys, &list->capacity, list->count, sizeof *list->keys, error);
    if (status != STEME_OK)
        return status;
    uint8_t *keys = list->keys[list->count++];
    base_put_u64be(keys, store_subject_key(list->hash_key, statement.as.assertion.subject));
    base_put_u64be(keys + 8, store_predicate_key(list->hash_key, statement.as.assertion.predicate));
    return STEME_OK;
}

static int compare_keys(const void *left, const void *right)
{
    return memcmp(left, right, CONFLICT_KEYS_SIZE);
}

steme_status query_conflict_list_changes(const conflict_list *list, steme_snapshot *snapshot,
                                         uint8_t (**out_keys)[CONFLICT_KEYS_SIZE],
                                         size_t *out_count, bool *out_is_known, steme_error *error)
{
    change_list changes = {.hash_key = store_snapshot_hash_key(snapshot)};
    size_t kept = 0;
    steme_status status =
        store_snapshot_visit_from(snapshot, list->end, add_change, &changes, out_is_known, error);
    if (status != STEME_OK) {
        base_free(changes.keys);
        return status;
    }
    *out_is_known &= changes.count <= CHANGE_COUNT_MAX && !changes.has_others;
    if (changes.count > 1)
        qsort(changes.keys, changes.count, sizeof *changes.keys, compare_keys);
    for (size_t i = 0; i < changes.count; i++)
        if (kept == 0 || compare_keys(changes.keys[kept - 1], changes.keys[i]) != 0)
            memmove(changes.keys[kept++], changes.keys[i], CONFLICT_KEYS_SIZE);
    *out_keys = changes.keys;
    *out_count = kept;
    return STEME_OK;
}

steme_status query_conflict_list_merge(conflict_list *list, const conflict_pair *changed,
                                       size_t count, steme_error *error)
{
    size_t old = 0;
    size_t next = 0;
    size_t merged_count = 0;
    if (count == 0)
        return STEME_OK;
    conflict_pair *merged = base_alloc_zero(list->count + count, sizeof *merged);
    if (merged == NULL)
        return base_fail(error, STEME_NO_MEMORY, "conflicts: out of memory");
    while (old < list->count || next < count) {
        int order = old == list->count ? 1
                    : next == count    ? -1
                                       : compare_keys(list->pairs[old].keys, changed[next].keys);
        merged[merged_count++] = order < 0 ? list->pairs[old] : changed[next];
        old += order <= 0;
        next += order >= 0;
    }
    base_free(list->pairs);
    list->pairs = merged;
    list->count = merged_count;
    return STEME_OK;
}
