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
    static const double parts[] = {1.0 / 21, 1.0 / 19, 1.0 / 17, 1.0 / 15, 1.0 / 13,
                                   1.0 / 11, 1.0 / 9,  1.0 / 7,  1.0 / 5,  1.0 / 3};
    double sum = 0.0;
    for (int i = 0; i < 10; i++)
        sum = (sum + parts[i]) * z;
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
    static const double parts[] = {1.0 / 6227020800,
                                   1.0 / 479001600,
                                   1.0 / 39916800,
                                   1.0 / 3628800,
                                   1.0 / 362880,
                                   1.0 / 40320,
                                   1.0 / 5040,
                                   1.0 / 720,
                                   1.0 / 120,
                                   1.0 / 24,
                                   1.0 / 6,
                                   1.0 / 2,
                                   1.0,
                                   1.0};
    double sum = parts[0];
    for (int i = 1; i < 14; i++)
        sum = sum * r + parts[i];
    uint64_t bits = (uint64_t)(k + EXPONENT_BIAS) << MANTISSA_BITS;
    double scale;
    memcpy(&scale, &bits, sizeof scale);
    return sum * scale;
}
