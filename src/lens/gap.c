#include "lens/gap.h"

#define SECOND_NS UINT64_C(1000000000)

uint32_t lens_gap_confidence(uint64_t gap_ns)
{
    if (gap_ns > 24 * 60 * 60 * SECOND_NS)
        return 950000;
    if (gap_ns > 60 * 60 * SECOND_NS)
        return 800000;
    return gap_ns > 60 * SECOND_NS ? 600000 : 500000;
}
