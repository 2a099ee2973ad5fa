/* What each source class says by itself, by the rule of authority; and how far apart the classes
 * are. */
#include "lens/conflict.h"
#include "lens/tier.h"

#include <string.h>

/* One past the last candidate of the identity that `begin` is of; with the number of values that it
 * claims as the class. */
static uint32_t identity_end(const lens_tally *tally, uint32_t begin, uint32_t source_class,
                             uint32_t *out_value_count)
{
    const lens_candidate *candidates = tally->candidates;
    uint32_t counted = UINT32_MAX; /* value that was counted last */
    uint32_t i = begin;
    *out_value_count = 0;
    for (; i < tally->candidate_count &&
           memcmp(candidates[i].identity, candidates[begin].identity, STEME_AGENT_SIZE) == 0;
         i++)
        if ((uint32_t)candidates[i].source_class == source_class &&
            candidates[i].record->value != counted) {
            counted = candidates[i].record->value;
            (*out_value_count)++;
        }
    return i;
}

/* Section 2 over the candidates of one class. */
static uint32_t conflict_within(const lens_options *options, lens_tally *tally,
                                uint32_t source_class)
{
    uint32_t voter_count = 0;
    for (uint32_t i = 0; i < tally->value_count; i++)
        tally->values[i].ballots = tally->values[i].voters = 0;
    for (uint32_t begin = 0, end; begin < tally->candidate_count; begin = end) {
        uint32_t different;
        uint32_t counted = UINT32_MAX;
        end = identity_end(tally, begin, source_class, &different);
        uint32_t part = different > 0 ? LENS_UNIT / different : 0;
        voter_count += different > 0;
        for (uint32_t i = begin; i < end; i++) {
            uint32_t value = tally->candidates[i].record->value;
            if ((uint32_t)tally->candidates[i].source_class != source_class || value == counted)
                continue;
            counted = value;
            tally->values[value].ballots += part;
            tally->values[value].voters++;
        }
    }
    return lens_conflict(options, tally, voter_count);
}

/* Records with a pair of the class, each counted once. */
static uint32_t count_records(lens_tally *tally, uint32_t source_class)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < tally->candidate_count; i++) {
        lens_record *record = tally->candidates[i].record;
        count += record->tiers >> source_class & 1;
        record->tiers &= ~(1u << source_class);
    }
    return count;
}

static void add_tier(const lens_options *options, lens_tally *tally, uint32_t source_class,
                     lens_result *result)
{
    lens_result within = {0};
    uint32_t record_count = count_records(tally, source_class);
    if (record_count == 0)
        return;
    lens_tier_one(options, tally, (steme_source_class)source_class);
    lens_pick(tally, &within);
    result->tiers[result->tier_count++] = (lens_tier){
        .source_class = (steme_source_class)source_class,
        .record_count = record_count,
        .winner = within.winner,
        .winner_head = within.winner_head,
        .confidence = (uint32_t)tally->values[within.winner].score,
        .conflict = conflict_within(options, tally, source_class),
    };
}

void lens_layered(const lens_options *options, lens_tally *tally, lens_result *result)
{
    lens_authority(options, tally, result);
    for (uint32_t i = 0; i < STEME_CLASS_COUNT; i++)
        add_tier(options, tally, i, result);
    for (uint32_t i = 0; i < tally->value_count; i++)
        tally->values[i].ballots = tally->values[i].voters = 0;
    for (uint32_t i = 0; i < result->tier_count; i++) {
        tally->values[result->tiers[i].winner].ballots += LENS_UNIT;
        tally->values[result->tiers[i].winner].voters++;
    }
    result->conflict = lens_conflict(options, tally, result->tier_count);
}
