#include "lens/conflict.h"
#include "lens/fixed.h"

enum { CONTESTED_FROM = 400000 };

uint64_t lens_entropy_term(uint32_t share)
{
    static const uint64_t log2_unit = UINT64_C(85605435163); /* lens_log2(LENS_UNIT) */
    return share == 0 ? 0 : lens_product(share, log2_unit - lens_log2(share));
}

uint32_t lens_conflict_score(uint64_t entropy, uint32_t value_count, int all_equal)
{
    if (value_count <= 1)
        return 0;
    if (all_equal)
        return LENS_UNIT;
    uint64_t score = entropy * LENS_UNIT / lens_log2(value_count);
    return score < 1 ? 1 : score > LENS_UNIT ? LENS_UNIT : (uint32_t)score;
}

steme_agreement lens_agreement(uint32_t conflict)
{
    if (conflict == 0)
        return STEME_AGREEMENT_UNANIMOUS;
    return conflict < CONTESTED_FROM ? STEME_AGREEMENT_AGREED : STEME_AGREEMENT_CONTESTED;
}

static uint32_t conflict_of_values(const lens_tally *tally, uint32_t voter_count)
{
    uint64_t entropy = 0;
    uint64_t first_share = 0;
    uint32_t value_count = 0;
    int all_equal = 1;
    for (uint32_t i = 0; i < tally->value_count; i++) {
        if (tally->values[i].voters == 0)
            continue;
        uint64_t share = tally->values[i].ballots / voter_count;
        first_share = value_count++ == 0 ? share : first_share;
        all_equal &= share == first_share;
        entropy += lens_entropy_term((uint32_t)share);
    }
    return lens_conflict_score(entropy, value_count, all_equal);
}

uint32_t lens_conflict_of_sides(uint64_t left, uint64_t right)
{
    if (left == 0 || right == 0)
        return 0;
    uint32_t left_share = lens_fraction(left, left + right);
    uint32_t right_share = lens_fraction(right, left + right);
    return lens_conflict_score(lens_entropy_term(left_share) + lens_entropy_term(right_share), 2,
                               left_share == right_share);
}

/* The greatest of for against, over what is claimed with = or ≠. */
static uint32_t conflict_of_many(lens_tally *tally)
{
    uint32_t greatest = 0;
    for (uint32_t i = 0; i < tally->value_count; i++)
        tally->values[i].sides[0] = tally->values[i].sides[1] = 0;
    for (uint32_t i = 0; i < tally->value_count; i++) {
        const lens_value *value = &tally->values[i];
        const lens_record *record = tally->candidates[value->newest].record;
        if (record->relation <= STEME_RELATION_NOT_EQUAL)
            tally->values[record->object].sides[record->relation] += value->voters;
    }
    for (uint32_t i = 0; i < tally->value_count; i++) {
        const uint32_t *sides = tally->values[i].sides;
        uint32_t conflict = lens_conflict_of_sides(sides[0], sides[1]);
        greatest = conflict > greatest ? conflict : greatest;
    }
    return greatest;
}

uint32_t lens_conflict(const lens_options *options, lens_tally *tally, uint32_t voter_count)
{
    return options->is_many ? conflict_of_many(tally) : conflict_of_values(tally, voter_count);
}
