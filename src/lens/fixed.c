#include "lens/fixed.h"

#include <assert.h>
#include <stddef.h>

enum { MILLION = 1000000 };

__extension__ typedef unsigned __int128 wide;

/* ---- Products and quotients ---------------------------------------------------------------- */

uint64_t lens_product(uint64_t left, uint64_t right)
{
    return left * right / MILLION;
}

uint32_t lens_fraction(uint64_t part, uint64_t whole)
{
    assert(part <= whole && whole > 0);
    return (uint32_t)((wide)part * MILLION / whole);
}

uint64_t lens_ratio(uint64_t part, uint64_t whole)
{
    assert(whole > 0);
    wide ratio = ((wide)part << 32) / whole;
    return ratio > UINT64_MAX ? UINT64_MAX : (uint64_t)ratio;
}

/* ---- Logarithm ----------------------------------------------------------------------------- */

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
        uint64_t square = (uint64_t)(((wide)mantissa * mantissa) >> 64); /* [1, 4), by 2^62 */
        int is_two = (int)(square >> 63);
        result = result << 1 | (uint64_t)is_two;
        mantissa = is_two ? square : square << 1;
    }
    return result;
}

/* ---- Exponential --------------------------------------------------------------------------- */

/* The high 128 bits of a product, or up to two less. */
static wide multiply_high(wide left, wide right)
{
    uint64_t left_high = (uint64_t)(left >> 64);
    uint64_t right_high = (uint64_t)(right >> 64);
    wide middle = (wide)left_high * (uint64_t)right;
    wide other = (wide)(uint64_t)left * right_high;
    return (wide)left_high * right_high + (middle >> 64) + (other >> 64);
}

/* One factor for each binary digit behind the point. With 128 of them in each factor and product,
 * what is cut off is below 2^-120: of the 2^32 fractions none is known whose power comes that near
 * to a multiple of 2^-32. */
uint64_t lens_exp2_minus(uint64_t x)
{
    static const uint64_t factors[32][2] = {
        /* floor(2^128 * 2^-(2^-i)) for i = 1 to 32 */
        {UINT64_C(0xb504f333f9de6484), UINT64_C(0x597d89b3754abe9f)},
        {UINT64_C(0xd744fccad69d6af4), UINT64_C(0x39a68bb9902d3fde)},
        {UINT64_C(0xeac0c6e7dd24392e), UINT64_C(0xd02d75b3706e54fa)},
        {UINT64_C(0xf5257d152486cc2c), UINT64_C(0x7b9d0c7aed980fc3)},
        {UINT64_C(0xfa83b2db722a033a), UINT64_C(0x7c25bb14315d7fcc)},
        {UINT64_C(0xfd3e0c0cf486c174), UINT64_C(0x853f3a5931e0ee03)},
        {UINT64_C(0xfe9e115c7b8f884b), UINT64_C(0xadd25995e79d2f09)},
        {UINT64_C(0xff4ecb59511ec8a5), UINT64_C(0x301ba217ef18dd7c)},
        {UINT64_C(0xffa756521c8daed1), UINT64_C(0x9f3a1b48fb94c589)},
        {UINT64_C(0xffd3a751c0f7e10b), UINT64_C(0xd3b9f8ae012fbe06)},
        {UINT64_C(0xffe9d2b2f7db2755), UINT64_C(0xddf1d28a378a438c)},
        {UINT64_C(0xfff4e91bff1b8c3d), UINT64_C(0x88338e0ebf284a4d)},
        {UINT64_C(0xfffa747ea0040664), UINT64_C(0x238f92f792405805)},
        {UINT64_C(0xfffd3a3b7814eb53), UINT64_C(0xcd7629d70fea116a)},
        {UINT64_C(0xfffe9d1cc60ddab1), UINT64_C(0x26de1aec4a87e7b8)},
        {UINT64_C(0xffff4e8e25879bfa), UINT64_C(0x09ea263360240c1a)},
        {UINT64_C(0xffffa7470363f451), UINT64_C(0x5426d76c762b6b61)},
        {UINT64_C(0xffffd3a37dda0313), UINT64_C(0x3bde87a8379c8932)},
        {UINT64_C(0xffffe9d1bdf703ae), UINT64_C(0xf21ea4dcfb0682d8)},
        {UINT64_C(0xfffff4e8debe025e), UINT64_C(0x24128a3d460731f1)},
        {UINT64_C(0xfffffa746f4fa150), UINT64_C(0x6788fbc89750bf71)},
        {UINT64_C(0xfffffd3a37a3f8b0), UINT64_C(0x7e7c4871dc00d76e)},
        {UINT64_C(0xfffffe9d1bd1065a), UINT64_C(0x50971275792f1c83)},
        {UINT64_C(0xffffff4e8de845ad), UINT64_C(0xac77243cd0914b37)},
        {UINT64_C(0xffffffa746f41376), UINT64_C(0xf74124cd483186d4)},
        {UINT64_C(0xffffffd3a37a05e3), UINT64_C(0x83e14c90273c94f5)},
        {UINT64_C(0xffffffe9d1bd01fb), UINT64_C(0xc400bf822dc936b5)},
        {UINT64_C(0xfffffff4e8de80c0), UINT64_C(0x62846365949b61af)},
        {UINT64_C(0xfffffffa746f4050), UINT64_C(0xd1633246a8a0e09a)},
        {UINT64_C(0xfffffffd3a37a024), UINT64_C(0x90b9d93da3c1ebcf)},
        {UINT64_C(0xfffffffe9d1bd011), UINT64_C(0x525efca410b8eab7)},
        {UINT64_C(0xffffffff4e8de808), UINT64_C(0x6bb002532d71e54d)},
    };
    uint64_t whole = x >> 32;
    uint32_t fraction = (uint32_t)x;
    if (whole > 32)
        return 0;
    if (fraction == 0)
        return (UINT64_C(1) << 32) >> whole;
    wide power = ~(wide)0;
    for (size_t i = 0; i < 32; i++)
        if (fraction >> (31 - i) & 1)
            power = multiply_high(power, (wide)factors[i][0] << 64 | factors[i][1]);
    return (uint64_t)(power >> 96) >> whole;
}
