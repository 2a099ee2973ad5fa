#include "record/cbor_float.h"

#include <assert.h>
#include <string.h>

enum { DOUBLE_FRACTION_BITS = 52, DOUBLE_EXPONENT_MAX = 1023 };

/* A form's bits are: sign, exponent, fraction. The greatest exponent of a finite value is also the
 * bias; the least of a normal value is 1 less the bias. */
typedef struct float_form {
    int fraction_bits;
    int exponent_max;
} float_form;

static float_form form_of_width(unsigned width)
{
    switch (width) {
    case 2:
        return (float_form){10, 15};
    case 4:
        return (float_form){23, 127};
    default:
        return (float_form){DOUBLE_FRACTION_BITS, DOUBLE_EXPONENT_MAX};
    }
}

static uint64_t low_bits(int count)
{
    return (UINT64_C(1) << count) - 1;
}

static uint64_t bits_of(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static double value_of(uint64_t bits)
{
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* Makes the top bit of a subnormal's fraction the implicit one of a normal double. */
static uint64_t widen_subnormal(uint64_t fraction, float_form form)
{
    int top = 63 - __builtin_clzll(fraction);
    int exponent = 1 - form.exponent_max - form.fraction_bits + top;
    uint64_t biased = (uint64_t)(exponent + DOUBLE_EXPONENT_MAX);
    fraction = (fraction << (DOUBLE_FRACTION_BITS - top)) & low_bits(DOUBLE_FRACTION_BITS);
    return biased << DOUBLE_FRACTION_BITS | fraction;
}

bool record_float_decode(uint64_t bits, unsigned width, double *out_value)
{
    float_form form = form_of_width(width);
    uint64_t fraction = bits & low_bits(form.fraction_bits);
    int biased = (int)(bits >> form.fraction_bits & (2u * (unsigned)form.exponent_max + 1));
    uint64_t sign = bits >> (8 * width - 1);
    if (biased == 2 * form.exponent_max + 1 || (sign != 0 && biased == 0 && fraction == 0))
        return false;
    uint64_t magnitude;
    if (width == 8)
        magnitude = bits & low_bits(63);
    else if (biased == 0)
        magnitude = fraction == 0 ? 0 : widen_subnormal(fraction, form);
    else
        magnitude = (uint64_t)(biased - form.exponent_max + DOUBLE_EXPONENT_MAX)
                        << DOUBLE_FRACTION_BITS |
                    fraction << (DOUBLE_FRACTION_BITS - form.fraction_bits);
    *out_value = value_of(sign << 63 | magnitude);
    return true;
}

static int exponent_of(uint64_t bits)
{
    return (int)(bits >> DOUBLE_FRACTION_BITS & 0x7ff) - DOUBLE_EXPONENT_MAX;
}

/* Low bits of a double's fraction that `form` has no room for; more for its subnormals. */
static int dropped_bits(uint64_t bits, float_form form)
{
    int below_normal = 1 - form.exponent_max - exponent_of(bits);
    return DOUBLE_FRACTION_BITS - form.fraction_bits + (below_normal > 0 ? below_normal : 0);
}

static bool does_fit(uint64_t bits, float_form form)
{
    if ((bits & low_bits(63)) == 0)
        return true;
    if (exponent_of(bits) > form.exponent_max)
        return false;
    int dropped = dropped_bits(bits, form);
    return dropped <= DOUBLE_FRACTION_BITS && (bits & low_bits(dropped)) == 0;
}

unsigned record_float_width(double value)
{
    uint64_t bits = bits_of(value);
    if (does_fit(bits, form_of_width(2)))
        return 2;
    return does_fit(bits, form_of_width(4)) ? 4 : 8;
}

uint64_t record_float_encode(double value, unsigned width)
{
    uint64_t bits = bits_of(value);
    float_form form = form_of_width(width);
    uint64_t sign = bits >> 63;
    if (width == 8)
        return bits;
    assert(does_fit(bits, form));
    uint64_t magnitude = 0;
    if ((bits & low_bits(63)) != 0) {
        int exponent = exponent_of(bits);
        uint64_t fraction = bits & low_bits(DOUBLE_FRACTION_BITS);
        int dropped = dropped_bits(bits, form);
        if (exponent < 1 - form.exponent_max)
            magnitude = (fraction | UINT64_C(1) << DOUBLE_FRACTION_BITS) >> dropped;
        else
            magnitude = (uint64_t)(exponent + form.exponent_max) << form.fraction_bits |
                        fraction >> dropped;
    }
    return sign << (8 * width - 1) | magnitude;
}
