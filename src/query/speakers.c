/* Who says what: the pairs (record, identity) of one (subject, predicate); docs/lenses.md, section
 * 1, steps 3 to 6. */
#include "base/error.h"
#include "query/state.h"

#include <stdlib.h>
#include <string.h>

enum { MARK_COUNT = 64 }; /* candidates that are looked up together */

typedef struct speaker_list {
    steme_query *query;
    query_speaker *speakers;
    size_t count;
    size_t capacity;
} speaker_list;

/* ---- Collecting --------------------------------------------------------------------------- */

static steme_status grow(speaker_list *list, steme_error *error)
{
    if (list->count < list->capacity)
        return STEME_OK;
    size_t capacity = list->capacity == 0 ? 16 : list->capacity * 2;
    query_speaker *speakers =
        base_arena_alloc(&list->query->answer_arena, capacity * sizeof *speakers);
    if (speakers == NULL)
        return base_fail(error, STEME_NO_MEMORY, "query: out of memory");
    if (list->count > 0)
        memcpy(speakers, list->speakers, list->count * sizeof *speakers);
    list->speakers = speakers;
    list->capacity = capacity;
    return STEME_OK;
}

static bool is_in_pack(const steme_query *query, const uint8_t agent[32],
                       const steme_agent *identity)
{
    const steme_query_options *options = &query->options;
    return options->trust_pack_count == 0 ||
           bsearch(agent, options->trust_pack, options->trust_pack_count, sizeof(steme_agent),
                   query_agent_compare) != NULL ||
           bsearch(identity, options->trust_pack, options->trust_pack_count, sizeof(steme_agent),
                   query_agent_compare) != NULL;
}

/* What `agent` says by signing or endorsing at `claim_time_ns`. */
static steme_status add_speaker(speaker_list *list, query_candidate *candidate,
                                const uint8_t agent[32], int64_t claim_time_ns, steme_error *error)
{
    lifecycle_identity identity;
    steme_lifecycle *lifecycle = list->query->lifecycle;
    const steme_agent *distrusted = list->query->distrusted_agent;
    if (distrusted != NULL && memcmp(distrusted->bytes, agent, STEME_AGENT_SIZE) == 0)
        return STEME_OK;
    steme_status status = lifecycle_identity_find(lifecycle, agent, claim_time_ns,
                                                  candidate->subject, &identity, error);
    if (status != STEME_OK || !lifecycle_identity_counts(lifecycle, &identity) ||
        !is_in_pack(list->query, agent, &identity.key))
        return status;
    steme_source_class source_class = candidate->source_class > identity.best_class
                                          ? candidate->source_class
                                          : identity.best_class;
    if (candidate->is_rule && !query_is_authority(list->query, source_class))
        return STEME_OK;
    status = grow(list, error);
    if (status != STEME_OK)
        return status;
    list->speakers[list->count++] = (query_speaker){
        .candidate = candidate,
        .identity = lifecycle_identity_unit(lifecycle, &identity),
        .source_class = source_class,
    };
    return STEME_OK;
}

static steme_status add_endorsers(speaker_list *list, query_candidate *candidate,
                                  steme_error *error)
{
    lifecycle_record *endorsements;
    size_t count;
    const steme_id *id = &candidate->record.id;
    steme_status status = lifecycle_mentions(list->query->lifecycle, LIFECYCLE_BY_TARGET,
                                             (steme_span){id->bytes, STEME_ID_SIZE},
                                             STEME_ENDORSEMENT, &endorsements, &count, error);
    for (size_t i = 0; status == STEME_OK && i < count; i++)
        if (memcmp(&endorsements[i].statement.as.endorsement.target, id, sizeof *id) == 0)
            status = add_speaker(list, candidate, steme_record_signer(&endorsements[i].record, 0),
                                 endorsements[i].statement.claim_time_ns, error);
    return status;
}

/* Tells which candidates need not be asked about. */
static void mark_targets(steme_query *query)
{
    const steme_id *ids[MARK_COUNT];
    bool are_targets[MARK_COUNT];
    for (size_t i = 0, count; i < query->candidate_count; i += count) {
        query_candidate *candidates = &query->candidates[i];
        count = query->candidate_count - i;
        count = count < MARK_COUNT ? count : MARK_COUNT;
        for (size_t j = 0; j < count; j++)
            ids[j] = &candidates[j].record.id;
        lifecycle_mark_targets(query->lifecycle, ids, count, are_targets);
        for (size_t j = 0; j < count; j++)
            candidates[j].is_target = are_targets[j];
    }
}

/* ---- The newest per identity and source --------------------------------------------------- */

static int compare_ages(const query_candidate *left, const query_candidate *right)
{
    lens_record left_age = {.id = left->record.id.bytes,
                            .stamp = &left->record.stamp,
                            .claim_time_ns = left->claim_time_ns};
    lens_record right_age = {.id = right->record.id.bytes,
                             .stamp = &right->record.stamp,
                             .claim_time_ns = right->claim_time_ns};
    return lens_record_compare_age(&left_age, &right_age);
}

/* What rules are about, and how they bound it: of claims all names are one. */
static int compare_rules(const query_candidate *left, const query_candidate *right)
{
    if (!left->is_rule || !right->is_rule)
        return (int)left->is_rule - (int)right->is_rule;
    int order = query_span_compare(left->subject, right->subject);
    if (order == 0)
        order = query_span_compare(left->predicate, right->predicate);
    return order != 0 ? order : (int)left->relation - (int)right->relation;
}

static int compare_speakers(const query_speaker *left, const query_speaker *right)
{
    int order = memcmp(&left->identity, &right->identity, sizeof left->identity);
    if (order == 0)
        order = compare_rules(left->candidate, right->candidate);
    return order != 0 ? order
                      : query_span_compare(left->candidate->source, right->candidate->source);
}

static int compare_signed(const void *left_item, const void *right_item)
{
    const query_speaker *left = left_item;
    const query_speaker *right = right_item;
    int order = compare_speakers(left, right);
    if (order == 0)
        order = compare_ages(right->candidate, left->candidate);
    return order != 0 ? order : (int)left->source_class - (int)right->source_class;
}

static void sort_speakers(speaker_list *list)
{
    if (list->count > 1)
        qsort(list->speakers, list->count, sizeof *list->speakers, compare_signed);
}

/* Whether any identity speaks of one thing by several sources: only then does it matter what they
 * are called. */
static bool needs_names(const speaker_list *list)
{
    for (size_t i = 1; i < list->count; i++) {
        const query_speaker *left = &list->speakers[i - 1];
        const query_speaker *right = &list->speakers[i];
        if (memcmp(&left->identity, &right->identity, STEME_AGENT_SIZE) == 0 &&
            compare_rules(left->candidate, right->candidate) == 0 &&
            query_span_compare(left->candidate->source, right->candidate->source) != 0)
            return true;
    }
    return list->query->options.lens == STEME_LENS_TRUTH;
}

/* Puts the names of the sources in place of their ids. */
static steme_status name_sources(speaker_list *list, steme_error *error)
{
    steme_query *query = list->query;
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
    sort_speakers(list);
    return STEME_OK;
}

/* With cardinality one keeps the first of each identity and source; else all of its records, each
 * once. */
static void keep_newest(speaker_list *list)
{
    size_t kept = 0;
    for (size_t i = 0; i < list->count; i++) {
        const query_speaker *last = kept == 0 ? NULL : &list->speakers[kept - 1];
        if (last == NULL || compare_speakers(last, &list->speakers[i]) != 0 ||
            (list->query->schema.is_many && last->candidate != list->speakers[i].candidate))
            list->speakers[kept++] = list->speakers[i];
    }
    list->count = kept;
}

/* ---- What is live ------------------------------------------------------------------------- */

/* An epoch that is asked for need not be in force. */
static steme_status is_in_force(steme_query *query, const query_candidate *candidate,
                                bool *out_is_in_force, steme_error *error)
{
    *out_is_in_force = true;
    if (candidate->epoch.count == 0 || query->options.epoch.size > 0)
        return STEME_OK;
    steme_id epoch = steme_id_list_get(&candidate->epoch, 0);
    return lifecycle_epoch_is_in_force(query->lifecycle, &epoch, out_is_in_force, error);
}

static steme_status judge(steme_query *query, query_candidate *candidate, steme_error *error)
{
    steme_standing_report report = {.standing = STEME_STANDING_LIVE};
    bool is_wanted = false;
    steme_status status = STEME_OK;
    if (candidate->is_target)
        status = steme_lifecycle_standing(query->lifecycle, &candidate->record.id, &report, error);
    if (status == STEME_OK && report.standing == STEME_STANDING_LIVE)
        status = is_in_force(query, candidate, &is_wanted, error);
    if (status == STEME_OK && is_wanted)
        status =
            query_is_of_wanted(query, &candidate->record, &candidate->epoch, &is_wanted, error);
    candidate->is_judged = true;
    candidate->is_out = !is_wanted;
    return status;
}

static steme_status keep_live(speaker_list *list, steme_error *error)
{
    steme_status status = STEME_OK;
    size_t kept = 0;
    for (size_t i = 0; status == STEME_OK && i < list->count; i++) {
        query_candidate *candidate = list->speakers[i].candidate;
        if (!candidate->is_judged)
            status = judge(list->query, candidate, error);
        if (candidate->is_out)
            continue;
        candidate->kept_count++;
        list->speakers[kept++] = list->speakers[i];
    }
    list->count = kept;
    return status;
}

/* Whether more than one identity or source is left. */
static bool is_shared(const speaker_list *list)
{
    for (size_t i = 1; i < list->count; i++)
        if (compare_speakers(&list->speakers[0], &list->speakers[i]) != 0)
            return true;
    return false;
}

static steme_status add_trust(speaker_list *list, steme_error *error)
{
    steme_status status = STEME_OK;
    bool has_seeds = lifecycle_has_seeds(list->query->lifecycle);
    for (size_t i = 0; status == STEME_OK && i < list->count; i++) {
        query_speaker *speaker = &list->speakers[i];
        speaker->trust = LENS_TRUST_DEFAULT;
        if (has_seeds)
            status = steme_lifecycle_trust(list->query->lifecycle, speaker->identity.bytes,
                                           &speaker->trust, error);
    }
    return status;
}

steme_status query_speakers_collect(steme_query *query, query_speaker **out_speakers,
                                    size_t *out_count, bool *out_is_shared, steme_error *error)
{
    speaker_list list = {.query = query};
    steme_status status = STEME_OK;
    mark_targets(query);
    for (size_t i = 0; status == STEME_OK && i < query->candidate_count; i++) {
        query_candidate *candidate = &query->candidates[i];
        for (uint32_t j = 0; status == STEME_OK && j < candidate->record.signer_count; j++)
            status = add_speaker(&list, candidate, steme_record_signer(&candidate->record, j),
                                 candidate->claim_time_ns, error);
        if (status == STEME_OK && candidate->is_target)
            status = add_endorsers(&list, candidate, error);
    }
    sort_speakers(&list);
    if (status == STEME_OK && needs_names(&list))
        status = name_sources(&list, error);
    keep_newest(&list);
    if (status == STEME_OK)
        status = keep_live(&list, error);
    if (status == STEME_OK)
        status = add_trust(&list, error);
    *out_speakers = list.speakers;
    *out_count = list.count;
    *out_is_shared = is_shared(&list);
    return status;
}
