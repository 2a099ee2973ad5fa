/* answer_text.h -- an answer as text, to be compared with another. */
#ifndef SUPPORT_ANSWER_TEXT_H
#define SUPPORT_ANSWER_TEXT_H

#include <inttypes.h>
#include <stdio.h>
#include <steme/query.h>

static inline void answer_text_id(FILE *file, const steme_id *id)
{
    for (size_t i = 0; i < sizeof id->bytes; i++)
        fprintf(file, "%02x", id->bytes[i]);
    fputc('\n', file);
}

static inline void answer_text_claims(FILE *file, const steme_answer *answer)
{
    for (uint32_t i = 0; i < answer->claim_count; i++) {
        const steme_answer_claim *claim = &answer->claims[i];
        fprintf(file, "claim %" PRId64 " %d %u %u %d %d %d\n", claim->value.integer,
                (int)claim->relation, claim->share_millionths, claim->signer_count, claim->is_rule,
                (int)claim->verdict, claim->is_overruled);
        for (uint32_t j = 0; j < claim->record_count; j++)
            answer_text_id(file, &claim->records[j]);
    }
}

/* All that depends on the records; NULL = there is none. */
static inline void answer_text_print(FILE *file, const steme_answer *answer)
{
    if (answer == NULL) {
        fputs("none", file);
        return;
    }
    fprintf(file, "%u %d %u %u %u %d %d\n", answer->candidate_count, answer->has_winner,
            answer->winner_claim, answer->confidence_millionths, answer->conflict_millionths,
            (int)answer->agreement, (int)answer->verdict);
    if (answer->has_winner)
        answer_text_id(file, &answer->winner.id);
    if (answer->has_runner_up)
        answer_text_id(file, &answer->runner_up.id);
    if (answer->has_rule)
        answer_text_id(file, &answer->rule.id);
    for (uint32_t i = 0; i < answer->tier_count; i++)
        fprintf(file, "tier %d %u %u %u %u\n", (int)answer->tiers[i].source_class,
                answer->tiers[i].candidate_count, answer->tiers[i].winner_claim,
                answer->tiers[i].confidence_millionths, answer->tiers[i].conflict_millionths);
    answer_text_claims(file, answer);
    for (uint32_t i = 0; i < answer->receipt_count; i++) {
        fprintf(file, "weight %u ", answer->receipt[i].weight_millionths);
        answer_text_id(file, &answer->receipt[i].id);
    }
}

#endif
