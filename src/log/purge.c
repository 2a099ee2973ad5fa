/* Destroying a body in place, and copying the log. */
#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"
#include "log/journal.h"
#include "log/layout.h"

enum { COPY_PIECE_SIZE = 4 << 20 };

/* The bytes of an entry's header at a position; NULL where the log has none there. */
static const uint8_t *header_at(const log_journal *log, uint64_t position,
                                const log_segment **out_segment)
{
    const log_segment *segment = log_segment_find(log, position >> 32);
    uint64_t offset = position & UINT32_MAX;
    uint64_t size =
        segment == NULL ? 0 : atomic_load_explicit(&segment->size, memory_order_acquire);
    if (offset < LOG_SEGMENT_HEADER_SIZE || offset + LOG_ENTRY_HEADER_SIZE > size)
        return NULL;
    *out_segment = segment;
    return segment->mapping.bytes + offset;
}

steme_status log_place_find(const log_journal *log, uint64_t position, const steme_id *id,
                            log_place *out_place, steme_error *error)
{
    const log_segment *segment = NULL;
    log_entry_header header;
    const uint8_t *bytes = header_at(log, position, &segment);
    if (bytes == NULL || !log_entry_header_read(bytes, segment->seed, &header) ||
        memcmp(&header.id, id, sizeof *id) != 0)
        return base_fail(error, STEME_CORRUPT, "segment %llu, byte %llu: the entry is damaged",
                         (unsigned long long)(position >> 32),
                         (unsigned long long)(position & UINT32_MAX));
    *out_place = (log_place){.position = position, .size = header.body_size, .id = *id};
    return STEME_OK;
}

static steme_status write_durably(const log_journal *log, uint32_t number, uint64_t offset,
                                  const uint8_t *bytes, size_t size, steme_error *error)
{
    char path[LIMIT_PATH_SIZE];
    platform_file file;
    steme_status status = log_segment_path(log->directory, number, path, error);
    if (status == STEME_OK)
        status = platform_file_open(path, PLATFORM_OPEN_WRITE, &file, error);
    if (status != STEME_OK)
        return status;
    status = platform_file_write(&file, offset, bytes, size, error);
    if (status == STEME_OK)
        status = platform_file_sync(&file, error);
    platform_file_close(&file);
    return status;
}

steme_status log_purge(const log_journal *log, const log_place *place, steme_error *error)
{
    const log_segment *segment = NULL;
    const uint8_t *there = header_at(log, place->position, &segment);
    uint64_t offset = place->position & UINT32_MAX;
    size_t size = LOG_ENTRY_HEADER_SIZE + (size_t)place->size;
    /* Whatever became of the rest of the header, the id was written over with itself. */
    if (there == NULL || memcmp(there + LOG_ENTRY_ID_OFFSET, &place->id, STEME_ID_SIZE) != 0 ||
        place->size > STEME_RECORD_SIZE_MAX || offset + size > atomic_load(&segment->size))
        return base_fail(error, STEME_NOT_FOUND, "segment %llu, byte %llu: another entry is there",
                         (unsigned long long)(place->position >> 32), (unsigned long long)offset);
    uint8_t *bytes = base_alloc_zero(2, size); /* a body of zeros, and the entry with it */
    if (bytes == NULL)
        return base_fail(error, STEME_NO_MEMORY, "%s: out of memory", log->directory);
    log_item item = {.kind = LOG_ENTRY_ABSENT, .id = place->id, .body = {bytes, place->size}};
    (void)log_entry_write(&item, segment->seed, bytes + size);
    steme_status status = write_durably(log, segment->number, offset, bytes + size, size, error);
    base_free(bytes);
    return status;
}

static steme_status copy_segment(const log_segment *segment, uint64_t size, const char *directory,
                                 steme_error *error)
{
    char path[LIMIT_PATH_SIZE];
    platform_file file;
    steme_status status = log_segment_path(directory, segment->number, path, error);
    if (status == STEME_OK)
        status = platform_file_open(path, PLATFORM_OPEN_CREATE, &file, error);
    if (status != STEME_OK)
        return status;
    for (uint64_t at = 0; status == STEME_OK && at < size; at += COPY_PIECE_SIZE) {
        size_t piece = size - at < COPY_PIECE_SIZE ? (size_t)(size - at) : COPY_PIECE_SIZE;
        status = platform_file_write(&file, at, segment->mapping.bytes + at, piece, error);
    }
    if (status == STEME_OK)
        status = platform_file_sync(&file, error);
    platform_file_close(&file);
    return status;
}

steme_status log_copy(const log_journal *log, uint64_t end, const char *directory,
                      int (*visit_progress)(void *context, uint64_t done, uint64_t total),
                      void *context, steme_error *error)
{
    uint64_t last = end >> 32;
    steme_status status = platform_directory_create(directory, error);
    for (uint64_t number = 1; status == STEME_OK && number <= last; number++) {
        const log_segment *segment = log_segment_find(log, number);
        uint64_t size = number == last ? end & UINT32_MAX : atomic_load(&segment->size);
        status = copy_segment(segment, size, directory, error);
        if (status == STEME_OK && visit_progress != NULL && visit_progress(context, number, last))
            status = base_fail(error, STEME_CANCELLED, "copying the log: cancelled");
    }
    return status == STEME_OK ? platform_directory_sync(directory, error) : status;
}
