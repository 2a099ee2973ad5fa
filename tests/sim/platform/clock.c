#include "platform/clock.h"
#include "sim/platform/fiber.h"

static uint64_t (*wall_hook)(void *context, unsigned process);
static void *wall_context;

void sim_platform_set_wall(uint64_t (*wall_ns)(void *context, unsigned process), void *context)
{
    wall_hook = wall_ns;
    wall_context = context;
}

uint64_t platform_clock_wall_ns(void)
{
    return wall_hook == NULL ? sim_fiber_now_ns() : wall_hook(wall_context, sim_fiber_process());
}

uint64_t platform_clock_monotonic_ns(void)
{
    return sim_fiber_now_ns();
}

void platform_random(void *out_bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        ((uint8_t *)out_bytes)[i] = (uint8_t)sim_platform_random(256);
}
