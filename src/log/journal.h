/* journal.h -- a log's segments, as scan.c and journal.c share them. */
#ifndef LOG_JOURNAL_H
#define LOG_JOURNAL_H

#include "base/limits.h"
#include "log/log.h"
#include "platform/file.h"

#include <stdatomic.h>

#define LOG_SEGMENT_COUNT_MAX 65536u /* 4 TiB of log */

typedef struct log_segment {
    uint32_t number;
    uint32_t seed;
    atomic_uint_fast64_t size; /* bytes known to be there; reads stop at it */
    steme_span mapping;        /* LIMIT_SEGMENT_SIZE bytes: the file grows into it */
} log_segment;

struct log_journal {
    char directory[LIMIT_PATH_SIZE];
    uint8_t store_id[16];
    bool is_writer;
    bool is_failed;           /* an append or sync failed: no more of them */
    platform_file file;       /* a writer's last segment */
    uint64_t synced_size;     /* bytes of it that a sync has confirmed, and its header */
    uint64_t next_sequence;   /* of the next frame */
    uint64_t last_arrival_ns; /* of the last frame */
    uint8_t *frame;           /* a writer's buffer of LIMIT_FRAME_SIZE and a header */
    atomic_uint_fast32_t segment_count;
    _Atomic(log_segment *) *segments; /* LOG_SEGMENT_COUNT_MAX; index = number - 1 */
};

static inline uint64_t log_position(uint32_t number, uint64_t offset)
{
    return (uint64_t)number << 32 | offset;
}

/* The path of a segment in a folder of them. */
steme_status log_segment_path(const char *directory, uint32_t number, char *out_path,
                              steme_error *error);

/* NULL where there is no segment of this number. */
static inline log_segment *log_segment_find(const log_journal *log, uint64_t number)
{
    if (number == 0 || number > atomic_load_explicit(&log->segment_count, memory_order_acquire))
        return NULL;
    return atomic_load_explicit(&log->segments[number - 1], memory_order_acquire);
}

#endif
