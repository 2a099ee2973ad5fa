/* fixed.h -- fixed-point arithmetic: docs/lenses.md, sections 3 and 4. Q32 is a number times 2^32.
 *
 * Threads: no shared state. */
#ifndef LENS_FIXED_H
#define LENS_FIXED_H

#include <stdint.h>

/* floor(2^32 * log2(x)) for 1 <= x < 2^32; exact for x <= 1,000,000 (all of them were checked
 * against 256-bit arithmetic). */
uint64_t lens_log2(uint32_t x);

/* floor(2^32 * 2^(-x / 2^32)): exact but with a chance below 2^-50. */
uint64_t lens_exp2_minus(uint64_t x);

/* floor(left * right / 1,000,000), where the product is below 2^64. */
uint64_t lens_product(uint64_t left, uint64_t right);

/* floor(part * 1,000,000 / whole) for part <= whole and whole > 0. */
uint32_t lens_fraction(uint64_t part, uint64_t whole);

/* floor(part * 2^32 / whole) for whole > 0; UINT64_MAX where it is greater. */
uint64_t lens_ratio(uint64_t part, uint64_t whole);

#endif
