/* clock.h -- time and randomness from the system. */
#ifndef PLATFORM_CLOCK_H
#define PLATFORM_CLOCK_H

#include <stddef.h>
#include <stdint.h>

uint64_t platform_clock_wall_ns(void);      /* since 1970; may jump either way */
uint64_t platform_clock_monotonic_ns(void); /* never goes back */
/* From the system's generator; never fails (it stops the process where there is none). */
void platform_random(void *out_bytes, size_t size);

#endif
