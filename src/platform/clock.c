#include "platform/clock.h"

#include <sodium.h>
#include <time.h>

static uint64_t clock_ns(clockid_t id)
{
    struct timespec now;
    clock_gettime(id, &now);
    return (uint64_t)now.tv_sec * UINT64_C(1000000000) + (uint64_t)now.tv_nsec;
}

uint64_t platform_clock_wall_ns(void)
{
    return clock_ns(CLOCK_REALTIME);
}

uint64_t platform_clock_monotonic_ns(void)
{
    return clock_ns(CLOCK_MONOTONIC);
}

void platform_random(void *out_bytes, size_t size)
{
    randombytes_buf(out_bytes, size);
}
