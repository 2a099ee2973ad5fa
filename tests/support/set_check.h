/* set_check.h -- a store's set held against what it should be: ids, root, verify. */
#ifndef SUPPORT_SET_CHECK_H
#define SUPPORT_SET_CHECK_H

#include "merkle/root.h"
#include "support/test.h"

#include <steme/store.h>

static inline void check_ok(steme_status status, const steme_error *error)
{
    if (status != STEME_OK)
        fail_msg("%s: %s", steme_status_text(status), error->message);
}

/* Ids that grow by themselves. */
typedef struct id_set {
    steme_id *ids;
    size_t count;
    size_t capacity;
} id_set;

static inline void id_set_add(id_set *set, const steme_id *id)
{
    if (set->count == set->capacity) {
        set->capacity = set->capacity * 2 + 1024;
        set->ids = realloc(set->ids, set->capacity * sizeof *set->ids);
        assert_non_null(set->ids);
    }
    set->ids[set->count++] = *id;
}

static inline void id_set_free(id_set *set)
{
    free(set->ids);
    *set = (id_set){0};
}

static inline int id_compare(const void *left, const void *right)
{
    return memcmp(left, right, sizeof(steme_id));
}

/* Sorts, and drops doubles. */
static inline void id_set_sort(id_set *set)
{
    size_t kept = 0;
    if (set->count > 0)
        qsort(set->ids, set->count, sizeof *set->ids, id_compare);
    for (size_t i = 0; i < set->count; i++)
        if (kept == 0 || memcmp(&set->ids[i], &set->ids[kept - 1], sizeof(steme_id)) != 0)
            set->ids[kept++] = set->ids[i];
    set->count = kept;
}

static inline steme_status id_set_visit(void *context, const steme_record *record,
                                        uint64_t arrival_ns, steme_error *error)
{
    (void)error;
    (void)arrival_ns;
    steme_id id = steme_hash(record->content.bytes, record->content.size);
    assert_memory_equal(&id, &record->id, sizeof id);
    id_set_add(context, &record->id);
    return STEME_OK;
}

/* Reads the whole log: each id stands in it once, and root and count are those of the ids. The ids
 * are added to `out_ids`, which is empty and is sorted then. */
static inline void check_root(steme_store *store, id_set *out_ids)
{
    steme_error error;
    steme_snapshot *snapshot;
    steme_id root;
    uint64_t count;
    uint64_t absent_count;
    check_ok(steme_snapshot_open(store, &snapshot, &error), &error);
    check_ok(steme_snapshot_visit(snapshot, id_set_visit, out_ids, &absent_count, &error), &error);
    size_t visited = out_ids->count;
    id_set_sort(out_ids);
    assert_int_equal(visited, out_ids->count);
    assert_int_equal(absent_count, 0);
    check_ok(steme_snapshot_root(snapshot, &root, &count, &error), &error);
    assert_int_equal(count, visited);
    steme_id expected = merkle_root_of_sorted(out_ids->ids, out_ids->count);
    assert_memory_equal(&root, &expected, sizeof root);
    steme_snapshot_close(snapshot);
}

/* Every id is readable. */
static inline void check_readable(steme_store *store, const steme_id *ids, size_t count)
{
    steme_error error;
    steme_snapshot *snapshot;
    check_ok(steme_snapshot_open(store, &snapshot, &error), &error);
    for (size_t i = 0; i < count; i++) {
        steme_record record;
        check_ok(steme_snapshot_get(snapshot, &ids[i], &record, &error), &error);
        assert_memory_equal(&record.id, &ids[i], sizeof(steme_id));
    }
    steme_snapshot_close(snapshot);
}

static inline void print_fault(void *context, const char *fault)
{
    (void)context;
    print_message("fault: %s\n", fault);
}

static inline void check_verify(steme_store *store)
{
    steme_error error;
    steme_verify_report report;
    check_ok(steme_store_verify(store, print_fault, NULL, NULL, &report, &error), &error);
    assert_int_equal(report.fault_count, 0);
}

#endif
