/* DESIGN. A vector is the greatest 4,097 of its nodes' stamps. "Take the maximum per node, keep the
 * greatest K" is a semilattice: if a node's stamp s is kept in the union, fewer than K nodes are
 * above s there; each node above s in the part where s came from is one of these; so s was kept
 * in that part too. Dropping early therefore never changes what is kept at the end. */
#include <steme/clock.h>

#include "base/error.h"
#include "base/memory.h"

#include <stdbool.h>
#include <string.h>

enum { VECTOR_COUNT_MAX = STEME_VECTOR_NODE_COUNT_MAX + 1, VECTOR_CAPACITY_MIN = 8 };

void steme_vector_init(steme_vector *vector)
{
    *vector = (steme_vector){0};
}

void steme_vector_deinit(steme_vector *vector)
{
    base_free(vector->stamps);
    steme_vector_init(vector);
}

/* Where the node's stamp is, or would be. */
static size_t vector_place(const steme_vector *vector, const uint8_t *node, bool *out_found)
{
    size_t low = 0;
    size_t high = vector->count;
    *out_found = false;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = memcmp(vector->stamps[middle].node, node, STEME_NODE_SIZE);
        if (order == 0) {
            *out_found = true;
            return middle;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Index of the least stamp of a vector that has one. */
static size_t vector_least(const steme_vector *vector)
{
    size_t least = 0;
    for (size_t i = 1; i < vector->count; i++)
        if (steme_stamp_compare(&vector->stamps[i], &vector->stamps[least]) < 0)
            least = i;
    return least;
}

static steme_status vector_reserve_one(steme_vector *vector, steme_error *error)
{
    if (vector->count < vector->capacity)
        return STEME_OK;
    size_t capacity = vector->capacity == 0 ? VECTOR_CAPACITY_MIN : 2 * vector->capacity;
    steme_stamp *stamps = base_realloc(vector->stamps, capacity * sizeof *stamps);
    if (stamps == NULL)
        return base_fail(error, STEME_NO_MEMORY, "vector clock: no memory for %zu nodes", capacity);
    vector->stamps = stamps;
    vector->capacity = capacity;
    return STEME_OK;
}

static void vector_remove(steme_vector *vector, size_t at)
{
    vector->count--;
    memmove(vector->stamps + at, vector->stamps + at + 1,
            (vector->count - at) * sizeof *vector->stamps);
}

static void vector_insert(steme_vector *vector, size_t at, const steme_stamp *stamp)
{
    memmove(vector->stamps + at + 1, vector->stamps + at,
            (vector->count - at) * sizeof *vector->stamps);
    vector->stamps[at] = *stamp;
    vector->count++;
}

steme_status steme_vector_advance(steme_vector *vector, const steme_stamp *stamp,
                                  steme_error *error)
{
    bool found;
    size_t at = vector_place(vector, stamp->node, &found);
    if (found) {
        if (steme_stamp_compare(stamp, &vector->stamps[at]) > 0)
            vector->stamps[at] = *stamp;
        return STEME_OK;
    }
    if (vector->count == VECTOR_COUNT_MAX) {
        size_t least = vector_least(vector);
        if (steme_stamp_compare(stamp, &vector->stamps[least]) < 0)
            return STEME_OK;
        vector_remove(vector, least);
        if (least < at)
            at--;
    }
    steme_status status = vector_reserve_one(vector, error);
    if (status != STEME_OK)
        return status;
    vector_insert(vector, at, stamp);
    return STEME_OK;
}

/* The maximum of both, node by node; `out` has room for both. Returns how many there are. */
static size_t vector_join(const steme_vector *left, const steme_vector *right, steme_stamp *out)
{
    size_t count = 0;
    size_t i = 0;
    size_t j = 0;
    while (i < left->count && j < right->count) {
        const steme_stamp *a = &left->stamps[i];
        const steme_stamp *b = &right->stamps[j];
        int order = memcmp(a->node, b->node, STEME_NODE_SIZE);
        if (order == 0)
            out[count++] = steme_stamp_compare(a, b) >= 0 ? *a : *b;
        else
            out[count++] = order < 0 ? *a : *b;
        i += order <= 0;
        j += order >= 0;
    }
    while (i < left->count)
        out[count++] = left->stamps[i++];
    while (j < right->count)
        out[count++] = right->stamps[j++];
    return count;
}

static int stamp_order_descending(const void *left, const void *right)
{
    return steme_stamp_compare(right, left);
}

/* Keeps the greatest VECTOR_COUNT_MAX of more stamps than that; `scratch` has room for all. */
static size_t vector_trim(steme_stamp *stamps, size_t count, steme_stamp *scratch)
{
    memcpy(scratch, stamps, count * sizeof *stamps);
    qsort(scratch, count, sizeof *scratch, stamp_order_descending);
    const steme_stamp *least = &scratch[VECTOR_COUNT_MAX - 1];
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (steme_stamp_compare(&stamps[i], least) >= 0)
            stamps[kept++] = stamps[i];
    return kept;
}

steme_status steme_vector_merge(steme_vector *vector, const steme_vector *other, steme_error *error)
{
    size_t both = vector->count + other->count;
    /* The second half is what a trim sorts. */
    size_t capacity = both > VECTOR_COUNT_MAX ? 2 * both : both;
    steme_stamp *stamps = base_alloc_zero(capacity, sizeof *stamps);
    if (stamps == NULL)
        return base_fail(error, STEME_NO_MEMORY, "vector clock: no memory for %zu nodes", both);
    size_t count = vector_join(vector, other, stamps);
    if (count > VECTOR_COUNT_MAX)
        count = vector_trim(stamps, count, stamps + both);
    base_free(vector->stamps);
    vector->stamps = stamps;
    vector->count = count;
    vector->capacity = capacity;
    return STEME_OK;
}

/* Whether merging `part` into `whole` would change nothing. */
static bool vector_covers(const steme_vector *whole, const steme_vector *part)
{
    bool is_full = whole->count == VECTOR_COUNT_MAX;
    const steme_stamp *least = is_full ? &whole->stamps[vector_least(whole)] : NULL;
    for (size_t i = 0; i < part->count; i++) {
        bool found;
        size_t at = vector_place(whole, part->stamps[i].node, &found);
        const steme_stamp *bound = found ? &whole->stamps[at] : least;
        if (bound == NULL || steme_stamp_compare(&part->stamps[i], bound) > 0)
            return false;
    }
    return true;
}

steme_vector_order steme_vector_compare(const steme_vector *left, const steme_vector *right)
{
    bool is_in_right = vector_covers(right, left);
    bool is_in_left = vector_covers(left, right);
    if (is_in_right && is_in_left)
        return STEME_VECTOR_EQUAL;
    if (is_in_right)
        return STEME_VECTOR_BEFORE;
    return is_in_left ? STEME_VECTOR_AFTER : STEME_VECTOR_CONCURRENT;
}

int steme_vector_find(const steme_vector *vector, const uint8_t node[STEME_NODE_SIZE],
                      steme_stamp *out_stamp)
{
    bool found;
    size_t at = vector_place(vector, node, &found);
    if (found)
        *out_stamp = vector->stamps[at];
    return found;
}

int steme_vector_rest(const steme_vector *vector, steme_stamp *out_stamp)
{
    if (vector->count < VECTOR_COUNT_MAX)
        return 0;
    *out_stamp = vector->stamps[vector_least(vector)];
    return 1;
}
