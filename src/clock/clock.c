/* DESIGN. The state is the least stamp that may be issued, not the last one that was: then start,
 * restart, issue and observe are all "raise the least", and none has a special case. The least is
 * what follows a stamp when the node is left out, because a stamp of another node with the same
 * time and counter may be on either side of ours. */
#include <steme/clock.h>

#include "base/error.h"
#include "clock/time.h"

#include <stdbool.h>
#include <string.h>

/* A ceiling must fit above every stamp's time. */
#define CLOCK_TIME_MAX (UINT64_MAX - 1)

steme_clock_restart steme_clock_restart_decide(uint64_t ceiling_ns, uint64_t wall_ns)
{
    return ceiling_ns > clock_time_add(wall_ns, CLOCK_DRIFT_NS) ? STEME_CLOCK_NEW_NODE
                                                                : STEME_CLOCK_CONTINUE;
}

void steme_clock_init(steme_clock *clock, const uint8_t node[STEME_NODE_SIZE], uint64_t ceiling_ns)
{
    memcpy(clock->node, node, STEME_NODE_SIZE);
    clock->ceiling_ns = ceiling_ns;
    clock->least_time_ns = ceiling_ns;
    clock->least_counter = 0;
}

/* The (time, counter) of the next stamp at `wall_ns`; the time is UINT64_MAX where there is none.
 */
static void clock_peek(const steme_clock *clock, uint64_t wall_ns, uint64_t *out_time_ns,
                       uint32_t *out_counter)
{
    if (wall_ns > CLOCK_TIME_MAX)
        wall_ns = CLOCK_TIME_MAX;
    bool is_wall = wall_ns > clock->least_time_ns;
    *out_time_ns = is_wall ? wall_ns : clock->least_time_ns;
    *out_counter = is_wall ? 0 : clock->least_counter;
}

/* Nothing up to (time, counter) is issued from now on. `time_ns` is at most CLOCK_TIME_MAX. */
static void clock_pass(steme_clock *clock, uint64_t time_ns, uint32_t counter)
{
    bool carries = counter == UINT32_MAX;
    clock->least_time_ns = carries ? time_ns + 1 : time_ns;
    clock->least_counter = carries ? 0 : counter + 1;
}

uint64_t steme_clock_ceiling_needed(const steme_clock *clock, uint64_t wall_ns)
{
    uint64_t time_ns;
    uint32_t counter;
    clock_peek(clock, wall_ns, &time_ns, &counter);
    return time_ns < clock->ceiling_ns || time_ns > CLOCK_TIME_MAX
               ? 0
               : clock_time_add(time_ns, CLOCK_MATURITY_NS);
}

void steme_clock_ceiling_set(steme_clock *clock, uint64_t ceiling_ns)
{
    if (ceiling_ns > clock->ceiling_ns)
        clock->ceiling_ns = ceiling_ns;
}

uint64_t steme_clock_ceiling_at_close(const steme_clock *clock)
{
    return clock->least_counter == 0 ? clock->least_time_ns : clock->least_time_ns + 1;
}

steme_status steme_clock_next(steme_clock *clock, uint64_t wall_ns, steme_stamp *out_stamp,
                              steme_error *error)
{
    uint64_t time_ns;
    uint32_t counter;
    clock_peek(clock, wall_ns, &time_ns, &counter);
    if (time_ns > CLOCK_TIME_MAX)
        return base_fail(error, STEME_TOO_LARGE, "clock: time is at its end");
    if (time_ns >= clock->ceiling_ns)
        return base_fail(error, STEME_INVALID,
                         "clock: a higher ceiling must be made durable first");
    clock_pass(clock, time_ns, counter);
    out_stamp->time_ns = time_ns;
    out_stamp->counter = counter;
    memcpy(out_stamp->node, clock->node, STEME_NODE_SIZE);
    return STEME_OK;
}

int steme_clock_observe(steme_clock *clock, const steme_stamp *stamp, uint64_t wall_ns)
{
    if (!steme_stamp_is_mature(stamp, wall_ns))
        return 0;
    /* Only a wall clock at the very end lets this through; it would end the clock for ever. */
    if (stamp->time_ns > CLOCK_TIME_MAX)
        return 0;
    bool is_behind =
        stamp->time_ns < clock->least_time_ns ||
        (stamp->time_ns == clock->least_time_ns && stamp->counter < clock->least_counter);
    if (!is_behind)
        clock_pass(clock, stamp->time_ns, stamp->counter);
    return 1;
}
