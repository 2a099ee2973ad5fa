/* math.h -- logarithm and exponential out of +, -, * and / alone, in one written order.
 *
 * IEEE 754 rounds these four the same everywhere, so that a fit gives the same bits on every
 * machine and under every compiler (with -ffp-contract=off); libm promises no such thing. Within 2
 * units in the last place. No failure, no shared state. */
#ifndef TRUTH_MATH_H
#define TRUTH_MATH_H

/* Natural logarithm of a normal number > 0. */
double truth_log(double x);

/* e^x for x <= 700; 0 below -700. */
double truth_exp(double x);

#endif
