#include <steme/clock.h>

#include "base/bytes.h"
#include "clock/time.h"

int steme_stamp_compare(const steme_stamp *left, const steme_stamp *right)
{
    if (left->time_ns != right->time_ns)
        return left->time_ns < right->time_ns ? -1 : 1;
    if (left->counter != right->counter)
        return left->counter < right->counter ? -1 : 1;
    return memcmp(left->node, right->node, STEME_NODE_SIZE);
}

void steme_stamp_encode(const steme_stamp *stamp, uint8_t out_bytes[STEME_STAMP_SIZE])
{
    base_put_u64be(out_bytes, stamp->time_ns);
    base_put_u32be(out_bytes + 8, stamp->counter);
    memcpy(out_bytes + 12, stamp->node, STEME_NODE_SIZE);
}

void steme_stamp_decode(const uint8_t bytes[STEME_STAMP_SIZE], steme_stamp *out_stamp)
{
    out_stamp->time_ns = base_get_u64be(bytes);
    out_stamp->counter = base_get_u32be(bytes + 8);
    memcpy(out_stamp->node, bytes + 12, STEME_NODE_SIZE);
}

int steme_stamp_is_mature(const steme_stamp *stamp, uint64_t evaluated_at_ns)
{
    return stamp->time_ns <= clock_time_add(evaluated_at_ns, CLOCK_MATURITY_NS);
}
