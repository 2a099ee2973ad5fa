/* The pipeline of one (subject, predicate), in the order of docs/lenses.md, section 1. */
#include "base/error.h"
#include "lens/decay.h"
#include "query/state.h"
#include "truth/model.h"

#include <stdlib.h>
#include <string.h>

static void *answer_alloc(steme_query *query, size_t count, size_t size)
{
    return base_arena_alloc(&query->answer_arena, count * size);
}

/* ---- Records ------------------------------------------------------------------------------ */

/* Whether it is about the name that is being looked for; for the lens rules, a claim. */
static bool is_of_name(const steme_query *query, const steme_assertion *assertion)
{
    return query_span_compare(assertion->subject, query->name.subject) == 0 &&
           query_span_compare(assertion->predicate, query->name.predicate) == 0 &&
           (query->options.lens != STEME_LENS_RULES || assertion->relation == STEME_RELATION_EQUAL);
}

/* Why a constraint or rule is one, as its signer says. */
static steme_span reason_of(const steme_query *query, const steme_assertion *assertion)
{
    static const steme_span key = {(const uint8_t *)"reason", 6};
    if (query->options.lens != STEME_LENS_CONSTRAINTS && query->options.lens != STEME_LENS_RULES)
        return (steme_span){0};
    for (uint32_t i = 0; i < assertion->metadata.count; i++) {
        steme_text_pair pair = steme_metadata_get(&assertion->metadata, i);
        if (query_span_compare(pair.key, key) == 0)
            return pair.value;
    }
    return (steme_span){0};
}

static steme_status fill_candidate(steme_query *query, const steme_record *record,
                                   const steme_statement *statement, query_candidate *out_candidate,
                                   steme_error *error)
{
    const steme_assertion *assertion = &statement->as.assertion;
    *out_candidate = (query_candidate){.record = *record,
                                       .subject = assertion->subject,
                                       .predicate = assertion->predicate,
                                       .is_rule = query->is_collecting_rules,
                                       .epoch = assertion->epoch,
                                       .relation = assertion->relation,
                                       .value = assertion->value,
                                       .unit = assertion->unit,
                                       .language = assertion->language,
                                       .claim_time_ns = statement->claim_time_ns,
                                       .confidence = assertion->confidence_millionths,
                                       .source_class = assertion->source_class,
                                       .reason = reason_of(query, assertion)};
    if (assertion->source.count > 0)
        out_candidate->source = (steme_span){assertion->source.first, STEME_ID_SIZE};
    steme_status status = query_value_form(assertion, &query->schema.equivalence,
                                           &query->answer_arena, &out_candidate->form, error);
    out_candidate->form.is_rule = query->is_collecting_rules;
    return status;
}

static steme_status collect_candidate(steme_query *query, uint64_t position, steme_error *error)
{
    steme_record record;
    steme_statement statement;
    bool is_match;
    steme_status status = query_read(query, position, &record, &statement, &is_match, error);
    if (status != STEME_OK || !is_match)
        return status;
    const steme_assertion *assertion = &statement.as.assertion;
    if (!(query->is_collecting_rules ? query_is_rule(query, assertion)
                                     : is_of_name(query, assertion)))
        return STEME_OK;
    if (query->candidate_count == QUERY_CANDIDATE_COUNT_MAX)
        return base_fail(error, STEME_TOO_LARGE,
                         "query: more than %u claims about one subject and predicate",
                         (unsigned)QUERY_CANDIDATE_COUNT_MAX);
    if (query->options.notes_records)
        status = query_note_record(query, &record, error);
    if (status == STEME_OK)
        status = query_grow((void **)&query->candidates, &query->candidate_capacity,
                            query->candidate_count, sizeof *query->candidates, error);
    if (status == STEME_OK)
        status = fill_candidate(query, &record, &statement,
                                &query->candidates[query->candidate_count], error);
    query->candidate_count += status == STEME_OK;
    return status;
}

/* ---- Values ------------------------------------------------------------------------------- */

static int compare_forms(const void *left_item, const void *right_item)
{
    const query_candidate *const *left = left_item;
    const query_candidate *const *right = right_item;
    return query_value_compare(&(*left)->form, &(*right)->form);
}

/* Numbers what is claimed of the records in `kept`, whatever the relation and the side. Nothing
 * reads a form's after this. Where all are claims with =, these are the groups. */
static void number_objects(const steme_query *query, query_candidate **kept, uint32_t count)
{
    uint32_t object = 0;
    const query_value *first = NULL;
    bool is_plain = true;
    for (uint32_t i = 0; i < count; i++) {
        is_plain &= kept[i]->relation == STEME_RELATION_EQUAL && !kept[i]->is_rule;
        kept[i]->object = kept[i]->group;
    }
    if (is_plain)
        return;
    for (uint32_t i = 0; i < count; i++) {
        kept[i]->form.is_rule = false;
        if (kept[i]->relation != STEME_RELATION_NONE)
            kept[i]->form.relation = STEME_RELATION_EQUAL;
    }
    if (count > 1)
        qsort((void *)kept, count, sizeof *kept, compare_forms);
    for (uint32_t i = 0; i < count; i++) {
        if (first == NULL ||
            query_value_is_apart(first, &kept[i]->form, &query->schema.equivalence)) {
            object += first != NULL;
            first = &kept[i]->form;
        }
        kept[i]->object = object;
    }
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
            query_value_is_apart(first, &kept[i]->form, &query->schema.equivalence)) {
            group += first != NULL;
            first = &kept[i]->form;
        }
        kept[i]->group = group;
    }
    number_objects(query, kept, count);
    resolution->kept = kept;
    resolution->kept_count = count;
    *out_value_count = first == NULL ? 0 : group + 1;
    return STEME_OK;
}

/* ---- The lens ----------------------------------------------------------------------------- */

static void fill_lens_record(const query_candidate *candidate, lens_record *out_record)
{
    *out_record = (lens_record){
        .id = candidate->record.id.bytes,
        .stamp = &candidate->record.stamp,
        .claim_time_ns = candidate->claim_time_ns,
        .value = candidate->group,
        .object = candidate->object,
        .relation = candidate->relation,
        .is_rule = candidate->is_rule,
        .content = candidate->relation == STEME_RELATION_NONE ? NULL : &candidate->value,
        .unit = candidate->unit,
        .language = candidate->language,
        .source = candidate->source,
    };
}

static steme_status count_votes(steme_query *query, lens_record *records, steme_error *error)
{
    steme_status status = STEME_OK;
    for (size_t i = 0; status == STEME_OK && i < query->candidate_count; i++) {
        steme_tally tally = {0};
        if (query->candidates[i].kept_count > 0)
            status = steme_lifecycle_votes(query->lifecycle, &query->candidates[i].record.id, NULL,
                                           NULL, &tally, error);
        records[i].votes = tally.sum_millionths;
    }
    return status;
}

static void set_truth_model(const steme_query *query, lens_options *options)
{
    if (query->options.truth_model == NULL)
        return;
    const lens_truth_model *model = &query->options.truth_model->tables;
    uint32_t index = lens_truth_predicate_find(model, query->pair->predicate);
    options->truth_model = model;
    options->truth_predicate = index == LENS_TRUTH_UNKNOWN ? NULL : &model->predicates[index];
}

static steme_status run_lens(steme_query *query, const query_speaker *speakers, size_t count,
                             uint32_t value_count, query_resolution *resolution, steme_error *error)
{
    lens_options options;
    lens_record *records = answer_alloc(query, query->candidate_count, sizeof *records);
    lens_candidate *candidates = answer_alloc(query, count, sizeof *candidates);
    lens_value *values = answer_alloc(query, value_count, sizeof *values);
    if (records == NULL || candidates == NULL || values == NULL)
        return base_fail(error, STEME_NO_MEMORY, "query: out of memory");
    for (size_t i = 0; i < query->candidate_count; i++)
        fill_lens_record(&query->candidates[i], &records[i]);
    if (query->options.lens == STEME_LENS_VOTES) {
        steme_status status = count_votes(query, records, error);
        if (status != STEME_OK)
            return status;
    }
    for (size_t i = 0; i < count; i++) {
        const query_candidate *candidate = speakers[i].candidate;
        candidates[i] = (lens_candidate){
            .identity = speakers[i].identity.bytes,
            .record = &records[candidate - query->candidates],
            .confidence = lens_decay_confidence(&query->options.decay, speakers[i].source_class,
                                                candidate->confidence, candidate->claim_time_ns,
                                                query->options.as_of_ns),
            .trust = speakers[i].trust,
            .source_class = speakers[i].source_class,
        };
    }
    lens_tally_count(candidates, (uint32_t)count, values, value_count, &resolution->tally);
    lens_options_fill(&query->options.lens_options, &options);
    options.is_many = query->schema.is_many;
    set_truth_model(query, &options);
    lens_resolve(&options, query->options.lens, &resolution->tally, &resolution->result);
    for (size_t i = 0; i < count; i++)
        query->candidates[candidates[i].record - records].weight += candidates[i].weight;
    resolution->records = records;
    resolution->candidates = candidates;
    resolution->values = values;
    return STEME_OK;
}

/* ---- Names -------------------------------------------------------------------------------- */

static steme_status add_name(steme_query *query, query_pair name, steme_error *error)
{
    if (query->name_of_pair_count == query->name_of_pair_capacity) {
        size_t capacity = query->name_of_pair_capacity == 0 ? 4 : query->name_of_pair_capacity * 2;
        query_pair *names = answer_alloc(query, capacity, sizeof *names);
        if (names == NULL)
            return base_fail(error, STEME_NO_MEMORY, "query: out of memory");
        if (query->name_of_pair_count > 0)
            memcpy(names, query->names_of_pair, query->name_of_pair_count * sizeof *names);
        query->names_of_pair = names;
        query->name_of_pair_capacity = capacity;
    }
    query->names_of_pair[query->name_of_pair_count++] = name;
    return STEME_OK;
}

static steme_status add_subject(void *context, steme_span subject, uint32_t distance,
                                steme_error *error)
{
    steme_query *query = context;
    (void)distance;
    return add_name(query, (query_pair){subject, query->pair->predicate}, error);
}

static steme_status add_predicate(void *context, steme_span predicate, uint32_t distance,
                                  steme_error *error)
{
    steme_query *query = context;
    steme_status status = STEME_OK;
    size_t count = query->subject_name_count;
    for (size_t i = 0; status == STEME_OK && distance > 0 && i < count; i++)
        status = add_name(query, (query_pair){query->names_of_pair[i].subject, predicate}, error);
    return status;
}

/* Every name of the pair: its own, or with aliases each of its subject's with each of its
 * predicate's. */
static steme_status find_names(steme_query *query, steme_error *error)
{
    query->names_of_pair = NULL;
    query->name_of_pair_count = query->name_of_pair_capacity = 0;
    if (!query->options.follows_aliases)
        return add_name(query, *query->pair, error);
    steme_status status =
        steme_lifecycle_names(query->lifecycle, query->pair->subject, add_subject, query, error);
    query->subject_name_count = query->name_of_pair_count;
    if (status == STEME_OK)
        status = steme_lifecycle_names(query->lifecycle, query->pair->predicate, add_predicate,
                                       query, error);
    return status;
}

static steme_status collect_candidates(steme_query *query, steme_error *error)
{
    steme_status status = find_names(query, error);
    for (size_t i = 0; status == STEME_OK && i < query->name_of_pair_count; i++) {
        query->name = query->names_of_pair[i];
        status = query_plan_walk_pair(query, &query->name, collect_candidate, error);
    }
    if (status == STEME_OK && query->options.lens == STEME_LENS_RULES)
        status = query_rules_walk(query, collect_candidate, error);
    return status;
}

steme_status query_pair_speakers(steme_query *query, const query_pair *pair,
                                 query_speaker **out_speakers, size_t *out_count,
                                 bool *out_is_shared, steme_error *error)
{
    base_arena_reset(&query->answer_arena);
    lifecycle_reset(query->lifecycle);
    query->pair = pair;
    query->candidate_count = 0;
    steme_status status = query_schema_find(query, pair->predicate, error);
    if (status == STEME_OK)
        status = collect_candidates(query, error);
    if (status == STEME_OK)
        status = query_speakers_collect(query, out_speakers, out_count, out_is_shared, error);
    return status;
}

steme_status query_pair_resolve(steme_query *query, const query_pair *pair,
                                query_resolution *out_resolution, steme_error *error)
{
    query_speaker *speakers = NULL;
    size_t count = 0;
    uint32_t value_count = 0;
    query_resolution resolution = {0};
    steme_status status =
        query_pair_speakers(query, pair, &speakers, &count, &resolution.is_shared, error);
    if (status == STEME_OK)
        status = group_values(query, &resolution, &value_count, error);
    if (status == STEME_OK)
        status = run_lens(query, speakers, count, value_count, &resolution, error);
    if (status == STEME_OK)
        *out_resolution = resolution;
    return status;
}
