#include "truth/math.h"

#include <stdint.h>
#include <string.h>

static const double ln2_high =
    6.93147180369123816490e-01; /* 32 bits: products with small k are exact */
static const double ln2_low = 1.90821492927058770002e-10;

enum { EXPONENT_BIAS = 1023, MANTISSA_BITS = 52 };

/* x = m 2^k with m in [1/sqrt 2, sqrt 2); ln m = 2 artanh((m - 1) / (m + 1)) by its series. */
double truth_log(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    int k = (int)(bits >> MANTISSA_BITS) - EXPONENT_BIAS;
    bits = (bits & ((UINT64_C(1) << MANTISSA_BITS) - 1)) | (uint64_t)EXPONENT_BIAS << MANTISSA_BITS;
    double m;
    memcpy(&m, &bits, sizeof m);
    if (m > 1.41421356237309514547) {
        m *= 0.5;
        k++;
    }
    double s = (m - 1.0) / (m + 1.0);
    double z = s * s;
    double sum = 0.0;
    for (int odd = 21; odd >= 3; odd -= 2)
        sum = (sum + 1.0 / odd) * z;
    double small = 2.0 * s * sum + k * ln2_low;
    return (small + 2.0 * s) + k * ln2_high;
}

/* x = k ln 2 + r with |r| <= ln 2 / 2; e^r by its series. */
double truth_exp(double x)
{
    if (x < -700.0)
        return 0.0;
    double turns = x * 1.44269504088896338700;
    int k = (int)(turns < 0 ? turns - 0.5 : turns + 0.5);
    double r = (x - k * ln2_high) - k * ln2_low;
    double sum = 1.0;
    for (int term = 13; term >= 1; term--)
        sum = 1.0 + sum * r / term;
    uint64_t bits = (uint64_t)(k + EXPONENT_BIAS) << MANTISSA_BITS;
    double scale;
    memcpy(&scale, &bits, sizeof scale);
    return sum * scale;
}
