#include "lens/lens.h"

#include <assert.h>

enum { CONTESTED_FROM = 400000 };

/* The high 64 bits of the square of `x`. */
static uint64_t square_high(uint64_t x)
{
    uint64_t high = x >> 32;
    uint64_t low = x & UINT32_MAX;
    uint64_t middle = high * low;
    uint64_t carry = ((low * low) >> 32) + 2 * (middle & UINT32_MAX);
    return high * high + 2 * (middle >> 32) + (carry >> 32);
}

/* One binary digit of the logarithm per squaring. The mantissa keeps 63 digits behind the point;
 * what each squaring cuts off weighs half as much in the result as what the one before did, so that
 * all of it together stays below 2^-61. */
uint64_t lens_log2(uint32_t x)
{
    assert(x >= 1);
    unsigned exponent = 31u - (unsigned)__builtin_clz(x);
    uint64_t mantissa = (uint64_t)x << (63 - exponent); /* [1, 2), scaled by 2^63 */
    uint64_t result = exponent;
    for (int digit = 0; digit < 32; digit++) {
        uint64_t square = square_high(mantissa); /* [1, 4), scaled by 2^62 */
        int is_two = (int)(square >> 63);
        result = result << 1 | (uint64_t)is_two;
        mantissa = is_two ? square : square << 1;
    }
    return result;
}

uint64_t lens_entropy_term(uint32_t share)
{
    static const uint64_t log2_unit = UINT64_C(85605435163); /* lens_log2(LENS_UNIT) */
    return share == 0 ? 0 : share * (log2_unit - lens_log2(share)) / LENS_UNIT;
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
