#include "log/layout.h"
#include "base/bytes.h"
#include "base/error.h"
#include "base/hash.h"

static const uint8_t segment_magic[8] = {'S', 'T', 'E', 'M', 'E', 'L', 'O', 'G'};
static const uint8_t frame_magic[4] = {0xc1, 'S', 'F', 0x0a};

enum { LOG_FORMAT = 1 };

void log_segment_header_write(const log_segment_header *header, uint8_t *out_bytes)
{
    memset(out_bytes, 0, LOG_SEGMENT_HEADER_SIZE);
    memcpy(out_bytes, segment_magic, 8);
    base_put_u32be(out_bytes + 8, LOG_FORMAT);
    base_put_u32be(out_bytes + 12, header->number);
    memcpy(out_bytes + 16, header->store_id, 16);
    memcpy(out_bytes + 32, header->salt, 16);
    base_put_u64be(out_bytes + 48, header->first_sequence);
    base_put_u32be(out_bytes + 60, base_crc32c(0, out_bytes, 60));
}

steme_status log_segment_header_read(const uint8_t *bytes, const char *path,
                                     log_segment_header *out_header, steme_error *error)
{
    if (memcmp(bytes, segment_magic, 8) != 0)
        return base_fail(error, STEME_CORRUPT, "%s: not a log segment", path);
    if (base_get_u32be(bytes + 60) != base_crc32c(0, bytes, 60))
        return base_fail(error, STEME_CORRUPT, "%s: damaged segment header", path);
    uint32_t format = base_get_u32be(bytes + 8);
    if (format != LOG_FORMAT)
        return base_fail(error, STEME_VERSION, "%s: log format %u; this program reads %d", path,
                         format, LOG_FORMAT);
    out_header->number = base_get_u32be(bytes + 12);
    memcpy(out_header->store_id, bytes + 16, 16);
    memcpy(out_header->salt, bytes + 32, 16);
    out_header->first_sequence = base_get_u64be(bytes + 48);
    return STEME_OK;
}

uint32_t log_segment_seed(const log_segment_header *header)
{
    return base_crc32c(header->number, header->salt, sizeof header->salt);
}

void log_frame_header_write(const log_frame_header *header, uint32_t seed, uint8_t *out_bytes)
{
    memcpy(out_bytes, frame_magic, 4);
    base_put_u32be(out_bytes + 4, header->entry_count);
    base_put_u64be(out_bytes + 8, header->sequence);
    base_put_u64be(out_bytes + 16, header->arrival_ns);
    base_put_u64be(out_bytes + 24, header->size);
    base_put_u32be(out_bytes + 32, 0);
    base_put_u32be(out_bytes + 36, base_crc32c(seed, out_bytes, 36));
}

bool log_frame_header_read(const uint8_t *bytes, uint32_t seed, log_frame_header *out_header)
{
    if (memcmp(bytes, frame_magic, 4) != 0 ||
        base_get_u32be(bytes + 36) != base_crc32c(seed, bytes, 36))
        return false;
    out_header->entry_count = base_get_u32be(bytes + 4);
    out_header->sequence = base_get_u64be(bytes + 8);
    out_header->arrival_ns = base_get_u64be(bytes + 16);
    out_header->size = base_get_u64be(bytes + 24);
    return true;
}

size_t log_entry_write(const log_item *item, uint32_t seed, uint8_t *out_bytes)
{
    uint32_t size = (uint32_t)item->body.size;
    base_put_u32be(out_bytes + 4, (uint32_t)item->kind << 24 | size);
    base_put_u32be(out_bytes + 8, base_crc32c(seed, item->body.bytes, size));
    memcpy(out_bytes + LOG_ENTRY_ID_OFFSET, item->id.bytes, STEME_ID_SIZE);
    base_put_u32be(out_bytes, base_crc32c(seed, out_bytes + 4, LOG_ENTRY_HEADER_SIZE - 4));
    if (size > 0)
        memcpy(out_bytes + LOG_ENTRY_HEADER_SIZE, item->body.bytes, size);
    return LOG_ENTRY_HEADER_SIZE + size;
}

bool log_entry_header_read(const uint8_t *bytes, uint32_t seed, log_entry_header *out_header)
{
    uint32_t kind_and_size = base_get_u32be(bytes + 4);
    uint32_t kind = kind_and_size >> 24;
    uint32_t size = kind_and_size & 0xffffff;
    if (kind > LOG_ENTRY_ABSENT || size > STEME_RECORD_SIZE_MAX)
        return false;
    if (base_get_u32be(bytes) != base_crc32c(seed, bytes + 4, LOG_ENTRY_HEADER_SIZE - 4))
        return false;
    out_header->kind = (log_entry_kind)kind;
    out_header->body_size = size;
    out_header->body_crc = base_get_u32be(bytes + 8);
    memcpy(out_header->id.bytes, bytes + LOG_ENTRY_ID_OFFSET, STEME_ID_SIZE);
    return true;
}
