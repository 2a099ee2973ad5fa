/* layout.h -- the bytes of segment, frame and entry headers (drawn in log.h), written and checked.
 * Pure. */
#ifndef LOG_LAYOUT_H
#define LOG_LAYOUT_H

#include "log/log.h"

typedef struct log_segment_header {
    uint32_t number;
    uint8_t store_id[16];
    uint8_t salt[16];
    uint64_t first_sequence;
} log_segment_header;

typedef struct log_frame_header {
    uint32_t entry_count;
    uint64_t sequence;
    uint64_t arrival_ns;
    uint64_t size; /* of the entries */
} log_frame_header;

typedef struct log_entry_header {
    log_entry_kind kind;
    uint32_t body_size;
    uint32_t body_crc;
    steme_id id;
} log_entry_header;

void log_segment_header_write(const log_segment_header *header, uint8_t *out_bytes);
/* `path` is for the message. Errors: STEME_CORRUPT, STEME_VERSION. */
steme_status log_segment_header_read(const uint8_t *bytes, const char *path,
                                     log_segment_header *out_header, steme_error *error);
/* What every checksum in the segment starts from. */
uint32_t log_segment_seed(const log_segment_header *header);

void log_frame_header_write(const log_frame_header *header, uint32_t seed, uint8_t *out_bytes);
bool log_frame_header_read(const uint8_t *bytes, uint32_t seed, log_frame_header *out_header);

/* Writes header and body; gives their size. */
size_t log_entry_write(const log_item *item, uint32_t seed, uint8_t *out_bytes);
bool log_entry_header_read(const uint8_t *bytes, uint32_t seed, log_entry_header *out_header);

#endif
