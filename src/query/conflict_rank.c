#include "query/conflict_rank.h"
#include "base/error.h"
#include "base/memory.h"
#include "lens/lens.h"

#include <assert.h>
#include <stdlib.h>

enum { CAPACITY_MIN = 64, INSERTION_COUNT_MAX = 16 };

void query_conflict_ranking_deinit(conflict_ranking *ranking)
{
    base_free(ranking->values);
    base_free(ranking->sums);
    base_free(ranking->slots);
}

/* Nothing is kept of what was there. */
static steme_status reserve(conflict_ranking *ranking, size_t count, steme_error *error)
{
    size_t capacity = CAPACITY_MIN;
    if (count <= ranking->capacity)
        return STEME_OK;
    while (capacity < count)
        capacity *= 2;
    query_conflict_ranking_deinit(ranking);
    ranking->capacity = 0;
    ranking->values = base_alloc_zero(capacity, sizeof *ranking->values);
    ranking->sums = base_alloc_zero(capacity, sizeof *ranking->sums);
    ranking->slots = base_alloc_zero(2 * capacity, sizeof *ranking->slots);
    if (ranking->values == NULL || ranking->sums == NULL || ranking->slots == NULL)
        return base_fail(error, STEME_NO_MEMORY, "conflicts: out of memory");
    ranking->capacity = capacity;
    return STEME_OK;
}

/* ---- Units -------------------------------------------------------------------------------- */

/* Slots keep what they had from other pairs: one counts where the sum that it names names it. */
static void add_units(conflict_ranking *ranking, uint64_t value, uint32_t units)
{
    uint32_t mask = (uint32_t)(2 * ranking->capacity - 1);
    for (uint32_t slot = (uint32_t)value & mask;; slot = (slot + 1) & mask) {
        uint32_t number = ranking->slots[slot];
        if (number >= ranking->sum_count || ranking->sums[number].slot != slot) {
            ranking->slots[slot] = ranking->sum_count;
            ranking->sums[ranking->sum_count++] =
                (conflict_sum){.value = value, .units = units, .slot = slot};
            return;
        }
        if (ranking->sums[number].value == value) {
            ranking->sums[number].units += units;
            return;
        }
    }
}

static int compare_values(const void *left_item, const void *right_item)
{
    uint64_t left = *(const uint64_t *)left_item;
    uint64_t right = *(const uint64_t *)right_item;
    return (left > right) - (left < right);
}

/* Few are put in order by insertion, which is what almost every identity needs. */
static void sort_values(uint64_t *values, size_t count)
{
    if (count > INSERTION_COUNT_MAX) {
        qsort(values, count, sizeof *values, compare_values);
        return;
    }
    for (size_t i = 1; i < count; i++) {
        uint64_t value = values[i];
        size_t at = i;
        for (; at > 0 && values[at - 1] > value; at--)
            values[at] = values[at - 1];
        values[at] = value;
    }
}

/* Splits the unit of one identity over its `count` rows' values. */
static void split_unit(conflict_ranking *ranking, const conflict_row *rows, size_t count)
{
    uint64_t *values = ranking->values;
    size_t different = 0;
    for (size_t i = 0; i < count; i++)
        values[i] = rows[i].value;
    sort_values(values, count);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || values[i] != values[different - 1])
            values[different++] = values[i];
    for (size_t i = 0; i < different; i++)
        add_units(ranking, values[i], LENS_UNIT / (uint32_t)different);
}

/* Splits each identity's unit over its values; the number of identities. */
static uint64_t split_units(conflict_ranking *ranking, const conflict_row *rows, size_t count)
{
    uint64_t identity_count = 0;
    ranking->sum_count = 0;
    for (size_t begin = 0, end; begin < count; begin = end) {
        for (end = begin + 1; end < count && rows[end].agent == rows[begin].agent;)
            end++;
        split_unit(ranking, &rows[begin], end - begin);
        identity_count++;
    }
    return identity_count;
}

/* ---- The rank ----------------------------------------------------------------------------- */

/* Pairs with few identities have the same few shares. */
static uint64_t entropy_term(conflict_ranking *ranking, uint32_t share)
{
    if (ranking->terms[share % CONFLICT_TERM_COUNT].share != share) {
        ranking->terms[share % CONFLICT_TERM_COUNT].share = share;
        ranking->terms[share % CONFLICT_TERM_COUNT].term = lens_entropy_term(share);
    }
    return ranking->terms[share % CONFLICT_TERM_COUNT].term;
}

uint64_t query_conflict_rank_of(uint64_t identity_count, uint64_t winner_units, uint32_t conflict)
{
    uint64_t outside = identity_count * LENS_UNIT - winner_units;
    if (conflict > 0 && outside > UINT64_MAX / conflict)
        return UINT64_MAX;
    return outside * conflict;
}

steme_status query_conflict_rank(conflict_ranking *ranking, const conflict_row *rows, size_t count,
                                 uint64_t *out_rank, steme_error *error)
{
    assert(count > 0);
    steme_status status = reserve(ranking, count, error);
    if (status != STEME_OK)
        return status;
    uint64_t identity_count = split_units(ranking, rows, count);
    uint64_t first_share = ranking->sums[0].units / identity_count;
    uint64_t winner_units = 0;
    uint64_t entropy = 0;
    int all_equal = 1;
    for (uint32_t i = 0; i < ranking->sum_count; i++) {
        uint64_t units = ranking->sums[i].units;
        uint64_t share = units / identity_count;
        all_equal &= share == first_share;
        entropy += entropy_term(ranking, (uint32_t)share);
        winner_units = units > winner_units ? units : winner_units;
    }
    *out_rank = query_conflict_rank_of(identity_count, winner_units,
                                       lens_conflict_score(entropy, ranking->sum_count, all_equal));
    return STEME_OK;
}
