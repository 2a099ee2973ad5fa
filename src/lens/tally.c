/* Who claims what: units, shares and weights. Sorted by identity, then value, then age, each
 * identity is one run of candidates, and each value that it claims is one run within. */
#include "lens/lens.h"

#include <assert.h>
#include <stdlib.h>
#include <steme/clock.h>
#include <string.h>

int lens_record_compare_stamp(const lens_record *left, const lens_record *right)
{
    int order = steme_stamp_compare(left->stamp, right->stamp);
    return order != 0 ? order : memcmp(left->id, right->id, STEME_ID_SIZE);
}

int lens_record_compare_age(const lens_record *left, const lens_record *right)
{
    if (left->claim_time_ns != right->claim_time_ns)
        return left->claim_time_ns < right->claim_time_ns ? -1 : 1;
    return lens_record_compare_stamp(left, right);
}

static int compare_for_tally(const void *left_item, const void *right_item)
{
    const lens_candidate *left = left_item;
    const lens_candidate *right = right_item;
    int order = memcmp(left->identity, right->identity, STEME_AGENT_SIZE);
    if (order != 0)
        return order;
    if (left->record->value != right->record->value)
        return left->record->value < right->record->value ? -1 : 1;
    return lens_record_compare_age(left->record, right->record);
}

static int is_same_identity(const lens_candidate *left, const lens_candidate *right)
{
    return memcmp(left->identity, right->identity, STEME_AGENT_SIZE) == 0;
}

/* Gives the unit of the identity whose candidates are from `begin` to `end`. */
static void split_unit(lens_candidate *candidates, uint32_t begin, uint32_t end, lens_value *values)
{
    uint32_t different = 1;
    for (uint32_t i = begin + 1; i < end; i++)
        different += candidates[i].record->value != candidates[i - 1].record->value;
    uint32_t part = LENS_UNIT / different;
    for (uint32_t i = begin; i < end; i++) {
        uint32_t value = candidates[i].record->value;
        int is_newest = i + 1 == end || value != candidates[i + 1].record->value;
        candidates[i].weight = is_newest ? part : 0;
        if (is_newest) {
            values[value].units += part;
            values[value].signer_count++;
        }
    }
}

/* Finds the newest and the last record of each value; UINT32_MAX = none yet. */
static void find_heads(const lens_candidate *candidates, uint32_t count, lens_value *values)
{
    for (uint32_t i = 0; i < count; i++) {
        const lens_record *record = candidates[i].record;
        lens_value *value = &values[record->value];
        if (value->newest == UINT32_MAX ||
            lens_record_compare_age(record, candidates[value->newest].record) > 0)
            value->newest = i;
        if (value->last == UINT32_MAX ||
            lens_record_compare_stamp(record, candidates[value->last].record) > 0)
            value->last = i;
    }
}

static uint32_t count_units(lens_candidate *candidates, uint32_t count, lens_value *values)
{
    uint32_t identity_count = 0;
    for (uint32_t begin = 0, end; begin < count; begin = end) {
        for (end = begin + 1; end < count; end++)
            if (!is_same_identity(&candidates[begin], &candidates[end]))
                break;
        split_unit(candidates, begin, end, values);
        identity_count++;
    }
    return identity_count;
}

void lens_tally_count(lens_candidate *candidates, uint32_t candidate_count, lens_value *values,
                      uint32_t value_count, lens_tally *out_tally)
{
    for (uint32_t i = 0; i < value_count; i++)
        values[i] = (lens_value){.newest = UINT32_MAX, .last = UINT32_MAX};
    if (candidate_count > 1)
        qsort(candidates, candidate_count, sizeof *candidates, compare_for_tally);
    for (uint32_t i = 0; i < candidate_count; i++)
        candidates[i].record->tiers = 0;
    for (uint32_t i = 0; i < candidate_count; i++)
        candidates[i].record->tiers |= 1u << candidates[i].source_class;
    uint32_t identity_count = count_units(candidates, candidate_count, values);
    find_heads(candidates, candidate_count, values);
    assert(value_count == 0 || identity_count > 0);
    for (uint32_t i = 0; i < value_count; i++) {
        values[i].share = (uint32_t)(values[i].units / identity_count);
        values[i].tie = values[i].last;
        values[i].head = values[i].newest;
    }
    *out_tally = (lens_tally){candidates, candidate_count, values, value_count, identity_count};
}

int lens_value_compare(const lens_tally *tally, uint32_t left, uint32_t right)
{
    const lens_value *left_value = &tally->values[left];
    const lens_value *right_value = &tally->values[right];
    if (left_value->share != right_value->share)
        return left_value->share > right_value->share ? -1 : 1;
    return lens_record_compare_stamp(tally->candidates[right_value->last].record,
                                     tally->candidates[left_value->last].record);
}
