/* Where the log had come to at a time: frames are in the order in which they arrived. */
#include "log/journal.h"
#include "log/layout.h"

static uint64_t segment_limit(const log_segment *segment, uint64_t end)
{
    uint64_t size = atomic_load_explicit(&segment->size, memory_order_acquire);
    uint64_t bound = end >> 32 == segment->number ? end & UINT32_MAX : size;
    return bound < size ? bound : size;
}

/* The next frame header from `*offset` on; false where there is none before `limit`. It is where
 * the frame before ends, unless something there is damaged. */
static bool next_frame(const log_segment *segment, uint64_t limit, uint64_t *offset,
                       log_frame_header *out_header)
{
    for (; *offset + LOG_FRAME_HEADER_SIZE <= limit; ++*offset)
        if (log_frame_header_read(segment->mapping.bytes + *offset, segment->seed, out_header))
            return true;
    return false;
}

/* Whether the segment's first frame had arrived by then. */
static bool has_begun(const log_segment *segment, uint64_t arrival_ns, uint64_t end)
{
    log_frame_header header;
    uint64_t offset = LOG_SEGMENT_HEADER_SIZE;
    return next_frame(segment, segment_limit(segment, end), &offset, &header) &&
           header.arrival_ns <= arrival_ns;
}

/* The number of the last segment that has begun by then, or 0. One without a frame is passed over,
 * so that damage hides no other: therefore no bisection. */
static uint32_t last_begun(const log_journal *log, uint64_t arrival_ns, uint64_t end)
{
    for (uint32_t number = (uint32_t)(end >> 32); number > 0; number--) {
        const log_segment *segment = log_segment_find(log, number);
        if (segment != NULL && has_begun(segment, arrival_ns, end))
            return number;
    }
    return 0;
}

uint64_t log_arrival_end(const log_journal *log, uint64_t arrival_ns, uint64_t end)
{
    uint32_t number = last_begun(log, arrival_ns, end);
    const log_segment *segment = log_segment_find(log, number);
    if (segment == NULL)
        return 0;
    log_frame_header header;
    uint64_t limit = segment_limit(segment, end);
    uint64_t offset = LOG_SEGMENT_HEADER_SIZE;
    while (next_frame(segment, limit, &offset, &header) && header.arrival_ns <= arrival_ns) {
        offset += LOG_FRAME_HEADER_SIZE;
        offset = header.size > limit - offset ? limit : offset + header.size;
    }
    return log_position(number, offset < limit ? offset : limit);
}
