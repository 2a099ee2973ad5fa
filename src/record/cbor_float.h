/* cbor_float.h -- IEEE 754 binary16, binary32 and binary64 into one another, by their bits alone:
 * no rounding mode, flush-to-zero setting or libm has a say. No failure but where stated. */
#ifndef RECORD_CBOR_FLOAT_H
#define RECORD_CBOR_FLOAT_H

#include <stdbool.h>
#include <stdint.h>

/* The value of `bits` in the form of `width` bytes (2, 4, 8). False for negative zero, NaN and the
 * infinities, which have no place in a record. */
bool record_float_decode(uint64_t bits, unsigned width, double *out_value);

/* Bytes (2, 4, 8) of the shortest form that gives a finite `value` back. */
unsigned record_float_width(double value);

/* The bits of a finite `value` in a form of `width` bytes that can hold it. */
uint64_t record_float_encode(double value, unsigned width);

#endif
