#include "support/lens_claims.h"
#include "support/measure.h"

#include <inttypes.h>
#include <stdio.h>

const uint32_t lens_sizes[LENS_SIZE_COUNT] = {1, 10, 100, 1000, LENS_AGENT_COUNT};
const uint32_t lens_ask_counts[LENS_SIZE_COUNT] = {2000, 2000, 500, 150, 20};
const steme_lens lens_peer_lenses[LENS_PEER_COUNT] = {STEME_LENS_RECENCY, STEME_LENS_CONSENSUS,
                                                      STEME_LENS_SKEPTIC, STEME_LENS_VOTES,
                                                      STEME_LENS_AUTHORITY};

/* Of a million claims: 2, 40, 20, 18 and 20 in a hundred. */
static const uint32_t subject_counts[LENS_SIZE_COUNT] = {20000, 40000, 2000, 180, 20};

static uint64_t subject_count(uint64_t claim_count, uint32_t size)
{
    uint64_t count = subject_counts[size] * claim_count / 1000000;
    return count == 0 ? 1 : count;
}

static void write_subject(uint32_t size, uint64_t subject, char out_subject[LENS_SUBJECT_SIZE])
{
    snprintf(out_subject, LENS_SUBJECT_SIZE, "thing/%" PRIu32 "/%016" PRIx64, lens_sizes[size],
             bench_random(subject + ((uint64_t)size << 32)));
}

static lens_claim make_claim(uint64_t number, uint32_t size, uint64_t subject, uint32_t agent)
{
    uint64_t random = bench_random(number);
    uint32_t first = (uint32_t)(random % LENS_VALUE_COUNT);
    uint32_t second = (uint32_t)(random / LENS_VALUE_COUNT % LENS_VALUE_COUNT);
    lens_claim claim = {
        .number = number,
        .agent = agent,
        .source = agent % LENS_SOURCE_COUNT,
        .value = first < second ? first : second, /* so that some are claimed more often */
        .confidence = (uint32_t)(random >> 16) % 1000000 + 1,
        .source_class = (uint32_t)(random >> 40) % STEME_CLASS_COUNT,
        .has_vote = number % 5 == 0,
        .voter = LENS_AGENT_COUNT + (uint32_t)(number / 5 % LENS_VOTER_COUNT),
        .vote = random >> 63 == 0 ? 1000000 : -500000,
        .vote_number = number + 1,
    };
    write_subject(size, subject, claim.subject);
    return claim;
}

uint64_t lens_claims_visit(uint64_t claim_count,
                           void (*visit)(void *context, const lens_claim *claim), void *context)
{
    uint64_t number = 0;
    for (uint32_t agent = 0; agent < LENS_AGENT_COUNT; agent++)
        for (uint32_t size = 0; size < LENS_SIZE_COUNT; size++)
            for (uint64_t subject = 0;
                 agent < lens_sizes[size] && subject < subject_count(claim_count, size);
                 subject++, number++) {
                lens_claim claim = make_claim(number, size, subject, agent);
                if (visit != NULL)
                    visit(context, &claim);
            }
    return number;
}

uint64_t lens_claim_time_ns(uint64_t number)
{
    return LENS_START_NS + number * 1000;
}

void lens_question(uint64_t claim_count, uint32_t size, uint64_t number,
                   char out_subject[LENS_SUBJECT_SIZE])
{
    uint64_t random = bench_random(number * LENS_SIZE_COUNT + size + (UINT64_C(1) << 40));
    write_subject(size, random % subject_count(claim_count, size), out_subject);
}
