/* The pipeline of one (subject, predicate), in the order of docs/lenses.md, section 1. */
#include "base/error.h"
#include "query/state.h"

#include <stdlib.h>
#include <string.h>

/* A pair (record, identity). */
typedef struct signed_candidate {
    query_candidate *candidate;
    const uint8_t *identity;
} signed_candidate;

static void *answer_alloc(steme_query *query, size_t count, size_t size)
{
    return base_arena_alloc(&query->answer_arena, count * size);
}

/* ---- Records ------------------------------------------------------------------------------ */

static bool is_of_pair(const query_pair *pair, const steme_assertion *assertion)
{
    return query_span_compare(assertion->subject, pair->subject) == 0 &&
           query_span_compare(assertion->predicate, pair->predicate) == 0;
}

static steme_status fill_candidate(steme_query *query, const steme_record *record,
                                   const steme_statement *statement, query_candidate *out_candidate,
                                   steme_error *error)
{
    const steme_assertion *assertion = &statement->as.assertion;
    *out_candidate = (query_candidate){.record = *record,
                                       .relation = assertion->relation,
                                       .value = assertion->value,
                                       .unit = assertion->unit,
                                       .language = assertion->language,
                                       .claim_time_ns = statement->claim_time_ns};
    if (assertion->source.count > 0)
        out_candidate->source = (steme_span){assertion->source.first, STEME_ID_SIZE};
    return query_value_form(assertion, &query->options.equivalence, &query->answer_arena,
                            &out_candidate->form, error);
}

static steme_status collect_candidate(steme_query *query, uint64_t position, steme_error *error)
{
    steme_record record;
    steme_statement statement;
    bool is_match;
    steme_status status = query_read(query, position, &record, &statement, &is_match, error);
    if (status != STEME_OK || !is_match || !is_of_pair(query->pair, &statement.as.assertion))
        return status;
    if (query->candidate_count == QUERY_CANDIDATE_COUNT_MAX)
        return base_fail(error, STEME_TOO_LARGE,
                         "query: more than %u claims about one subject and predicate",
                         (unsigned)QUERY_CANDIDATE_COUNT_MAX);
    status = query_grow((void **)&query->candidates, &query->candidate_capacity,
                        query->candidate_count, sizeof *query->candidates, error);
    if (status == STEME_OK)
        status = fill_candidate(query, &record, &statement,
                                &query->candidates[query->candidate_count], error);
    query->candidate_count += status == STEME_OK;
    return status;
}

/* ---- The newest per identity and source --------------------------------------------------- */

static int compare_ages(const query_candidate *left, const query_candidate *right)
{
    lens_candidate left_age = {.id = left->record.id.bytes,
                               .stamp = &left->record.stamp,
                               .claim_time_ns = left->claim_time_ns};
    lens_candidate right_age = {.id = right->record.id.bytes,
                                .stamp = &right->record.stamp,
                                .claim_time_ns = right->claim_time_ns};
    return lens_candidate_compare_age(&left_age, &right_age);
}

static int compare_speakers(const signed_candidate *left, const signed_candidate *right)
{
    int order = memcmp(left->identity, right->identity, STEME_AGENT_SIZE);
    return order != 0 ? order
                      : query_span_compare(left->candidate->source, right->candidate->source);
}

static int compare_signed(const void *left_item, const void *right_item)
{
    const signed_candidate *left = left_item;
    const signed_candidate *right = right_item;
    int order = compare_speakers(left, right);
    return order != 0 ? order : compare_ages(right->candidate, left->candidate);
}

/* Every (record, identity), sorted by identity and source, the newest first. */
static steme_status pair_up(steme_query *query, signed_candidate **out_items, size_t *out_count,
                            steme_error *error)
{
    size_t count = 0;
    for (size_t i = 0; i < query->candidate_count; i++)
        count += query->candidates[i].record.signer_count;
    signed_candidate *items = answer_alloc(query, count, sizeof *items);
    if (items == NULL)
        return base_fail(error, STEME_NO_MEMORY, "query: out of memory");
    count = 0;
    for (size_t i = 0; i < query->candidate_count; i++) {
        query_candidate *candidate = &query->candidates[i];
        for (uint32_t signer = 0; signer < candidate->record.signer_count; signer++)
            items[count++] =
                (signed_candidate){candidate, steme_record_signer(&candidate->record, signer)};
    }
    if (count > 1)
        qsort(items, count, sizeof *items, compare_signed);
    *out_items = items;
    *out_count = count;
    return STEME_OK;
}

/* Whether any identity speaks by several sources: only then does it matter what they are called. */
static bool needs_names(const signed_candidate *items, size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (memcmp(items[i - 1].identity, items[i].identity, STEME_AGENT_SIZE) == 0 &&
            compare_speakers(&items[i - 1], &items[i]) != 0)
            return true;
    return false;
}

/* Puts the names of the sources in place of their ids. */
static steme_status name_sources(steme_query *query, signed_candidate *items, size_t count,
                                 steme_error *error)
{
    for (size_t i = 0; i < query->candidate_count; i++) {
        steme_span *source = &query->candidates[i].source;
        steme_id id;
        if (source->size == 0)
            continue;
        memcpy(id.bytes, source->bytes, STEME_ID_SIZE);
        steme_status status = query_source_name(query, &id, source, error);
        if (status != STEME_OK)
            return status;
    }
    qsort(items, count, sizeof *items, compare_signed);
    return STEME_OK;
}

/* Keeps the first of each identity and source; tells whether there are several of either. */
static size_t keep_newest(signed_candidate *items, size_t count, bool *out_is_shared)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (kept > 0 && compare_speakers(&items[kept - 1], &items[i]) == 0)
            continue;
        items[i].candidate->kept_count++;
        items[kept++] = items[i];
    }
    *out_is_shared = kept > 1;
    return kept;
}

/* ---- Values ------------------------------------------------------------------------------- */

static int compare_forms(const void *left_item, const void *right_item)
{
    const query_candidate *const *left = left_item;
    const query_candidate *const *right = right_item;
    return query_value_compare(&(*left)->form, &(*right)->form);
}

/* Collects the records that are left and numbers their values. */
static steme_status group_values(steme_query *query, query_resolution *resolution,
                                 uint32_t *out_value_count, steme_error *error)
{
    query_candidate **kept = answer_alloc(query, query->candidate_count, sizeof *kept);
    if (kept == NULL)
        return base_fail(error, STEME_NO_MEMORY, "query: out of memory");
    uint32_t count = 0;
    for (size_t i = 0; i < query->candidate_count; i++)
        if (query->candidates[i].kept_count > 0)
            kept[count++] = &query->candidates[i];
    if (count > 1)
        qsort((void *)kept, count, sizeof *kept, compare_forms);
    uint32_t group = 0;
    const query_value *first = NULL;
    for (uint32_t i = 0; i < count; i++) {
        if (first == NULL ||
            query_value_is_apart(first, &kept[i]->form, &query->options.equivalence)) {
            group += first != NULL;
            first = &kept[i]->form;
        }
        kept[i]->group = group;
    }
    resolution->kept = kept;
    resolution->kept_count = count;
    *out_value_count = first == NULL ? 0 : group + 1;
    return STEME_OK;
}

/* ---- The lens ----------------------------------------------------------------------------- */

static steme_status run_lens(steme_query *query, const signed_candidate *items, size_t count,
                             uint32_t value_count, query_resolution *resolution, steme_error *error)
{
    lens_candidate *candidates = answer_alloc(query, count, sizeof *candidates);
    lens_value *values = answer_alloc(query, value_count, sizeof *values);
    if (candidates == NULL || values == NULL)
        return base_fail(error, STEME_NO_MEMORY, "query: out of memory");
    for (size_t i = 0; i < count; i++) {
        const query_candidate *candidate = items[i].candidate;
        candidates[i] = (lens_candidate){
            .identity = items[i].identity,
            .id = candidate->record.id.bytes,
            .stamp = &candidate->record.stamp,
            .claim_time_ns = candidate->claim_time_ns,
            .record = (uint32_t)(candidate - query->candidates),
            .value = candidate->group,
        };
    }
    lens_tally_count(candidates, (uint32_t)count, values, value_count, &resolution->tally);
    lens_resolve(query->options.lens, &resolution->tally, &resolution->result);
    for (size_t i = 0; i < count; i++)
        query->candidates[candidates[i].record].weight += candidates[i].weight;
    resolution->candidates = candidates;
    resolution->values = values;
    return STEME_OK;
}

steme_status query_pair_resolve(steme_query *query, const query_pair *pair,
                                query_resolution *out_resolution, steme_error *error)
{
    signed_candidate *items = NULL;
    size_t count = 0;
    uint32_t value_count = 0;
    query_resolution resolution = {0};
    base_arena_reset(&query->answer_arena);
    query->pair = pair;
    query->candidate_count = 0;
    steme_status status = query_plan_walk_pair(query, pair, collect_candidate, error);
    if (status == STEME_OK)
        status = pair_up(query, &items, &count, error);
    if (status == STEME_OK && needs_names(items, count))
        status = name_sources(query, items, count, error);
    if (status != STEME_OK)
        return status;
    count = keep_newest(items, count, &resolution.is_shared);
    status = group_values(query, &resolution, &value_count, error);
    if (status == STEME_OK)
        status = run_lens(query, items, count, value_count, &resolution, error);
    if (status == STEME_OK)
        *out_resolution = resolution;
    return status;
}
