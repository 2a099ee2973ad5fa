#include "base/hash.h"
#include "log/journal.h"
#include "log/layout.h"

void log_scan_init(log_scan *scan, const log_journal *log, uint64_t position,
                   const log_mark *before, uint64_t end)
{
    *scan = (log_scan){.log = log, .position = position, .end = end};
    if (position == 0)
        scan->position = log_position(1, LOG_SEGMENT_HEADER_SIZE);
    if (before != NULL)
        scan->mark = *before;
}

bool log_scan_is_between_frames(const log_scan *scan)
{
    return scan->position >= scan->frame_end;
}

static void count_hole(log_scan *scan, uint64_t position, uint64_t size)
{
    scan->hole_count++;
    scan->hole_size += size;
    scan->hole_position = position;
}

/* Where the walk may read to in this segment. */
static uint64_t scan_limit(const log_scan *scan, const log_segment *segment)
{
    uint64_t size = atomic_load_explicit(&segment->size, memory_order_acquire);
    if (scan->end >> 32 == segment->number && (scan->end & UINT32_MAX) < size)
        size = scan->end & UINT32_MAX;
    return size;
}

static bool is_last_segment(const log_scan *scan, const log_segment *segment)
{
    return segment->number >= scan->end >> 32;
}

/* The entry at `offset`, its body checked; false where no header is, or it does not fit. */
static bool entry_at(const log_segment *segment, uint64_t offset, uint64_t limit,
                     log_entry *out_entry)
{
    log_entry_header header;
    const uint8_t *bytes = segment->mapping.bytes + offset;
    if (offset + LOG_ENTRY_HEADER_SIZE > limit ||
        !log_entry_header_read(bytes, segment->seed, &header) ||
        offset + LOG_ENTRY_HEADER_SIZE + header.body_size > limit)
        return false;
    *out_entry = (log_entry){
        .kind = header.kind, .id = header.id, .position = log_position(segment->number, offset)};
    const uint8_t *body = bytes + LOG_ENTRY_HEADER_SIZE;
    out_entry->is_damaged = base_crc32c(segment->seed, body, header.body_size) != header.body_crc;
    /* The size stays known of a damaged body: the walk goes on behind it. */
    out_entry->body = (steme_span){body, header.body_size};
    return true;
}

/* A frame that begins at `offset`; false where none does. */
static bool frame_at(const log_segment *segment, uint64_t offset, uint64_t limit,
                     log_frame_header *out_header)
{
    return offset + LOG_FRAME_HEADER_SIZE <= limit &&
           log_frame_header_read(segment->mapping.bytes + offset, segment->seed, out_header);
}

static bool is_zero(const uint8_t *bytes, uint64_t size)
{
    for (uint64_t i = 0; i < size; i++)
        if (bytes[i] != 0)
            return false;
    return true;
}

/* The first place from `offset` on where a frame or an entry begins, or `limit`. */
static uint64_t resynchronise(const log_segment *segment, uint64_t offset, uint64_t limit)
{
    log_frame_header frame;
    log_entry entry;
    while (offset < limit && !frame_at(segment, offset, limit, &frame) &&
           !entry_at(segment, offset, limit, &entry))
        offset++;
    return offset;
}

/* Nothing begins at `offset`: passes over the hole. Bytes at the very end of the log, between
 * frames, that a crash may leave (fewer than a frame header, or zeros that were never written) are
 * torn, not a hole. Inside a frame they are a hole: a cut there would leave a frame that is too
 * long for the file, and the next recovery would take all of it for torn. */
static void pass_hole(log_scan *scan, const log_segment *segment, uint64_t offset, uint64_t limit)
{
    uint64_t next = resynchronise(segment, offset + 1, limit);
    bool is_between_frames = log_scan_is_between_frames(scan);
    scan->position = log_position(segment->number, next);
    if (next == limit && is_last_segment(scan, segment) && is_between_frames &&
        (limit - offset < LOG_FRAME_HEADER_SIZE ||
         is_zero(segment->mapping.bytes + offset, limit - offset))) {
        scan->torn_position = log_position(segment->number, offset);
        return;
    }
    scan->is_end_damaged = next == limit && is_last_segment(scan, segment);
    count_hole(scan, log_position(segment->number, offset), next - offset);
}

/* Enters the frame at `offset`; false where it is torn: the last one, and longer than the file.
 * Inside another frame it is damage and no tear, as in pass_hole. */
static bool enter_frame(log_scan *scan, const log_segment *segment, uint64_t offset, uint64_t limit,
                        const log_frame_header *frame)
{
    uint64_t start = offset + LOG_FRAME_HEADER_SIZE;
    if (frame->size > limit - start && is_last_segment(scan, segment) &&
        log_scan_is_between_frames(scan)) {
        scan->torn_position = log_position(segment->number, offset);
        scan->position = log_position(segment->number, limit);
        return false;
    }
    bool is_after_gap = frame->sequence > scan->mark.sequence + 1;
    if (scan->mark.sequence != 0 && is_after_gap && scan->hole_count == scan->frame_holes)
        count_hole(scan, log_position(segment->number, offset), 0);
    scan->mark.sequence = frame->sequence;
    if (frame->arrival_ns > scan->mark.arrival_ns)
        scan->mark.arrival_ns = frame->arrival_ns;
    scan->position = log_position(segment->number, start);
    scan->frame_end = scan->position + frame->size;
    scan->frame_holes = scan->hole_count;
    return true;
}

/* Goes on with the next segment. A frame that this one was too short for lost its rest. */
static void enter_segment(log_scan *scan, const log_segment *segment)
{
    if (!log_scan_is_between_frames(scan))
        count_hole(scan, scan->position, scan->frame_end - scan->position);
    scan->position = log_position(segment->number + 1, LOG_SEGMENT_HEADER_SIZE);
    scan->frame_end = 0;
}

bool log_scan_next(log_scan *scan, log_entry *out_entry)
{
    for (;;) {
        uint64_t offset = scan->position & UINT32_MAX;
        const log_segment *segment = log_segment_find(scan->log, scan->position >> 32);
        if (segment == NULL || scan->position >= scan->end)
            return false;
        uint64_t limit = scan_limit(scan, segment);
        log_frame_header frame;
        if (offset >= limit) {
            if (is_last_segment(scan, segment))
                return false;
            enter_segment(scan, segment);
        } else if (frame_at(segment, offset, limit, &frame)) {
            if (!enter_frame(scan, segment, offset, limit, &frame))
                return false;
        } else if (entry_at(segment, offset, limit, out_entry)) {
            out_entry->arrival_ns = scan->mark.arrival_ns;
            scan->position += LOG_ENTRY_HEADER_SIZE + out_entry->body.size;
            if (out_entry->is_damaged)
                out_entry->body = (steme_span){NULL, 0};
            return true;
        } else {
            pass_hole(scan, segment, offset, limit);
        }
    }
}
