/* gap.h -- how sure the newest claim is, by what separates it from the newest of another value. */
#ifndef LENS_GAP_H
#define LENS_GAP_H

#include <stdint.h>

/* In millionths. */
uint32_t lens_gap_confidence(uint64_t gap_ns);

#endif
