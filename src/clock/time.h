/* time.h -- sums of nanoseconds that stop at the end of 64 bits, and the bounds in nanoseconds. */
#ifndef CLOCK_TIME_H
#define CLOCK_TIME_H

#include "base/limits.h"

#include <stdint.h>

#define CLOCK_MATURITY_NS (LIMIT_FUTURE_MS * UINT64_C(1000000))
#define CLOCK_DRIFT_NS    (LIMIT_CLOCK_DRIFT_MS * UINT64_C(1000000))

static inline uint64_t clock_time_add(uint64_t time_ns, uint64_t more_ns)
{
    return time_ns > UINT64_MAX - more_ns ? UINT64_MAX : time_ns + more_ns;
}

#endif
