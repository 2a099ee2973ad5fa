#include "log/journal.h"
#include "base/bytes.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"
#include "log/layout.h"
#include "platform/clock.h"

#include <assert.h>
#include <stdio.h>

enum { LINE_SIZE = 64, PREFETCH_LINE_COUNT = 6 }; /* most records are of some 350 bytes */

steme_status log_segment_path(const char *directory, uint32_t number, char *out_path,
                              steme_error *error)
{
    char name[32];
    snprintf(name, sizeof name, "%08u.log", number);
    return platform_path_join(directory, name, out_path, error);
}

/* ---- Segments ----------------------------------------------------------------------------- */

static void segment_free(log_segment *segment)
{
    if (segment != NULL)
        platform_unmap(segment->mapping);
    base_free(segment);
}

/* Maps a segment whose header is written, and adds it to the log. */
static steme_status segment_add(log_journal *log, const platform_file *file, uint32_t number,
                                steme_error *error)
{
    uint64_t size;
    uint8_t bytes[LOG_SEGMENT_HEADER_SIZE];
    log_segment_header header;
    steme_status status = platform_file_size(file, &size, error);
    if (status == STEME_OK)
        status = platform_file_read_exact(file, 0, bytes, sizeof bytes, error);
    if (status == STEME_OK)
        status = log_segment_header_read(bytes, file->path, &header, error);
    if (status != STEME_OK)
        return status;
    if (header.number != number || memcmp(header.store_id, log->store_id, 16) != 0)
        return base_fail(error, STEME_CORRUPT, "%s: belongs to another %s", file->path,
                         header.number != number ? "place in the log" : "store");
    log_segment *segment = base_alloc_zero(1, sizeof *segment);
    if (segment == NULL)
        return base_fail(error, STEME_NO_MEMORY, "%s: out of memory", file->path);
    status = platform_file_map(file, LIMIT_SEGMENT_SIZE, &segment->mapping, error);
    if (status != STEME_OK) {
        base_free(segment);
        return status;
    }
    segment->number = number;
    segment->seed = log_segment_seed(&header);
    atomic_init(&segment->size, size < LIMIT_SEGMENT_SIZE ? size : LIMIT_SEGMENT_SIZE);
    if (log->next_sequence < header.first_sequence)
        log->next_sequence = header.first_sequence;
    atomic_store_explicit(&log->segments[number - 1], segment, memory_order_release);
    atomic_store_explicit(&log->segment_count, number, memory_order_release);
    return STEME_OK;
}

/* A last segment without a whole header, and with nothing behind it, was never acknowledged in: a
 * crash came between its creation and its first sync. */
static steme_status segment_is_stillborn(const platform_file *file, bool *out_is_stillborn,
                                         steme_error *error)
{
    uint64_t size;
    uint8_t bytes[LOG_SEGMENT_HEADER_SIZE];
    log_segment_header header;
    *out_is_stillborn = false;
    steme_status status = platform_file_size(file, &size, error);
    if (status != STEME_OK || size > LOG_SEGMENT_HEADER_SIZE)
        return status;
    *out_is_stillborn = size < LOG_SEGMENT_HEADER_SIZE;
    if (*out_is_stillborn)
        return STEME_OK;
    status = platform_file_read_exact(file, 0, bytes, sizeof bytes, error);
    if (status == STEME_OK)
        *out_is_stillborn =
            log_segment_header_read(bytes, file->path, &header, NULL) == STEME_CORRUPT;
    return status;
}

/* Opens segment `number`; *out_is_there false where there is none. `last` is the greatest number
 * in the folder: only there a file may be missing or stillborn. */
static steme_status segment_open(log_journal *log, uint32_t number, uint32_t last,
                                 bool *out_is_there, steme_error *error)
{
    char path[LIMIT_PATH_SIZE];
    platform_file file = PLATFORM_FILE_CLOSED;
    steme_status status = log_segment_path(log->directory, number, path, error);
    if (status != STEME_OK)
        return status;
    *out_is_there = platform_path_exists(path);
    if (!*out_is_there && number < last)
        return base_fail(error, STEME_CORRUPT, "%s: is missing, and the log goes on behind it",
                         path);
    if (!*out_is_there)
        return STEME_OK;
    bool is_stillborn = false;
    status = platform_file_open(path, log->is_writer ? PLATFORM_OPEN_WRITE : PLATFORM_OPEN_READ,
                                &file, error);
    if (status != STEME_OK)
        return status;
    if (number >= last)
        status = segment_is_stillborn(&file, &is_stillborn, error);
    if (status == STEME_OK && is_stillborn) {
        *out_is_there = false;
        if (log->is_writer)
            status = platform_path_remove(path, error);
    } else if (status == STEME_OK) {
        status = segment_add(log, &file, number, error);
    }
    if (status == STEME_OK && *out_is_there && log->is_writer) {
        platform_file_close(&log->file);
        log->file = file;
        return STEME_OK;
    }
    platform_file_close(&file);
    return status;
}

/* The next segment: file and folder are durable before anything is acknowledged in it. */
static steme_status segment_create(log_journal *log, steme_error *error)
{
    uint32_t number = log_segment_count(log) + 1;
    char path[LIMIT_PATH_SIZE];
    uint8_t bytes[LOG_SEGMENT_HEADER_SIZE];
    platform_file file = PLATFORM_FILE_CLOSED;
    log_segment_header header = {.number = number, .first_sequence = log->next_sequence};
    if (number > LOG_SEGMENT_COUNT_MAX)
        return base_fail(error, STEME_FULL, "%s: the log has %u segments, its maximum",
                         log->directory, LOG_SEGMENT_COUNT_MAX);
    memcpy(header.store_id, log->store_id, sizeof header.store_id);
    platform_random(header.salt, sizeof header.salt);
    log_segment_header_write(&header, bytes);
    steme_status status = log_segment_path(log->directory, number, path, error);
    if (status == STEME_OK)
        status = platform_file_open(path, PLATFORM_OPEN_CREATE, &file, error);
    if (status != STEME_OK)
        return status;
    status = platform_file_write(&file, 0, bytes, sizeof bytes, error);
    if (status == STEME_OK)
        status = platform_file_sync(&file, error);
    if (status == STEME_OK)
        status = platform_directory_sync(log->directory, error);
    if (status == STEME_OK)
        status = segment_add(log, &file, number, error);
    if (status != STEME_OK) {
        platform_file_close(&file);
        return status;
    }
    platform_file_close(&log->file);
    log->file = file;
    log->synced_size = LOG_SEGMENT_HEADER_SIZE;
    return STEME_OK;
}

/* Syncs the last segment. Where that fails, the system holds what it could not write for written,
 * and the next sync, in whichever process, would pass: so all that is in doubt is written again. */
static steme_status segment_sync(log_journal *log, steme_error *error)
{
    uint64_t size = log_end(log) & UINT32_MAX;
    steme_status status = platform_file_sync(&log->file, error);
    if (status == STEME_OK) {
        log->synced_size = size;
        return STEME_OK;
    }
    for (uint64_t at = log->synced_size; at < size; at += LIMIT_FRAME_SIZE) {
        size_t part = size - at < LIMIT_FRAME_SIZE ? (size_t)(size - at) : LIMIT_FRAME_SIZE;
        if (platform_file_read_exact(&log->file, at, log->frame, part, NULL) != STEME_OK ||
            platform_file_write(&log->file, at, log->frame, part, NULL) != STEME_OK)
            break;
    }
    return status;
}

/* ---- Opening ------------------------------------------------------------------------------ */

static steme_status see_segment_name(void *context, const char *name, steme_error *error)
{
    uint32_t *last = context;
    uint64_t number;
    (void)error;
    if (strlen(name) == 12 && base_decimal_read(&name, &number) && strcmp(name, ".log") == 0 &&
        number > *last)
        *last = (uint32_t)number;
    return STEME_OK;
}

/* Opens the segments behind those that are open, up to `last` at least. */
static steme_status open_segments(log_journal *log, uint32_t last, steme_error *error)
{
    bool is_there = true;
    uint32_t number = log_segment_count(log);
    while (is_there && number < LOG_SEGMENT_COUNT_MAX) {
        steme_status status = segment_open(log, ++number, last, &is_there, error);
        if (status != STEME_OK)
            return status;
    }
    return STEME_OK;
}

static steme_status open_all_segments(log_journal *log, steme_error *error)
{
    uint32_t last = 0;
    steme_status status = STEME_OK;
    if (platform_path_exists(log->directory))
        status = platform_directory_list(log->directory, see_segment_name, &last, error);
    if (status == STEME_OK)
        status = open_segments(log, last, error);
    return status;
}

/* What a killed writer wrote is in the files, but perhaps not on the disk: it is made durable
 * before anything is read from it. */
static steme_status sync_all(log_journal *log, steme_error *error)
{
    steme_status status = segment_sync(log, error);
    return status == STEME_OK ? platform_directory_sync(log->directory, error) : status;
}

steme_status log_open(const char *directory, const uint8_t store_id[16], bool is_writer,
                      log_journal **out_log, steme_error *error)
{
    steme_status status = STEME_OK;
    log_journal *log = base_alloc_zero(1, sizeof *log);
    if (log == NULL)
        return base_fail(error, STEME_NO_MEMORY, "%s: out of memory", directory);
    log->file = PLATFORM_FILE_CLOSED;
    log->is_writer = is_writer;
    log->next_sequence = 1;
    log->synced_size = LOG_SEGMENT_HEADER_SIZE;
    memcpy(log->store_id, store_id, 16);
    snprintf(log->directory, sizeof log->directory, "%s", directory);
    log->segments = base_alloc_zero(LOG_SEGMENT_COUNT_MAX, sizeof *log->segments);
    log->frame = is_writer ? base_alloc(LIMIT_FRAME_SIZE + LOG_FRAME_HEADER_SIZE) : NULL;
    if (log->segments == NULL || (is_writer && log->frame == NULL)) {
        status = base_fail(error, STEME_NO_MEMORY, "%s: out of memory", directory);
        goto cleanup;
    }
    if (is_writer) {
        status = platform_directory_create(directory, error);
        if (status == STEME_EXISTS)
            status = STEME_OK;
        if (status != STEME_OK)
            goto cleanup;
    }
    status = open_all_segments(log, error);
    if (status == STEME_OK && is_writer)
        status = log_segment_count(log) == 0 ? segment_create(log, error) : sync_all(log, error);
cleanup:
    if (status != STEME_OK) {
        log_close(log);
        return status;
    }
    *out_log = log;
    return STEME_OK;
}

void log_close(log_journal *log)
{
    if (log == NULL)
        return;
    for (uint32_t number = 1; number <= log_segment_count(log); number++)
        segment_free(log_segment_find(log, number));
    platform_file_close(&log->file);
    base_free(log->segments);
    base_free(log->frame);
    base_free(log);
}

uint64_t log_end(const log_journal *log)
{
    uint32_t count = log_segment_count(log);
    const log_segment *last = log_segment_find(log, count);
    return last == NULL
               ? 0
               : log_position(count, atomic_load_explicit(&last->size, memory_order_acquire));
}

uint32_t log_segment_count(const log_journal *log)
{
    return (uint32_t)atomic_load_explicit(&log->segment_count, memory_order_acquire);
}

uint64_t log_byte_count(const log_journal *log)
{
    uint64_t sum = 0;
    for (uint32_t number = 1; number <= log_segment_count(log); number++)
        sum += atomic_load(&log_segment_find(log, number)->size);
    return sum;
}

log_mark log_last_frame(const log_journal *log)
{
    return (log_mark){log->next_sequence - 1, log->last_arrival_ns};
}

/* ---- Writing ------------------------------------------------------------------------------ */

static steme_status fail_append(log_journal *log, steme_status status)
{
    log->is_failed = true;
    return status;
}

static uint64_t items_size(const log_item *items, uint32_t count)
{
    uint64_t size = LOG_FRAME_HEADER_SIZE;
    for (uint32_t i = 0; i < count; i++)
        size += LOG_ENTRY_HEADER_SIZE + items[i].body.size;
    return size;
}

static void frame_write(log_journal *log, log_segment *segment, log_item *items, uint32_t count,
                        uint64_t size)
{
    uint64_t offset = atomic_load(&segment->size);
    size_t at = LOG_FRAME_HEADER_SIZE;
    log_frame_header header = {.entry_count = count,
                               .sequence = log->next_sequence,
                               .arrival_ns = log->last_arrival_ns,
                               .size = size - LOG_FRAME_HEADER_SIZE};
    log_frame_header_write(&header, segment->seed, log->frame);
    for (uint32_t i = 0; i < count; i++) {
        items[i].position = log_position(segment->number, offset + at);
        at += log_entry_write(&items[i], segment->seed, log->frame + at);
    }
    assert(at == size);
}

steme_status log_append(log_journal *log, log_item *items, uint32_t count, uint64_t arrival_ns,
                        steme_error *error)
{
    uint64_t size = items_size(items, count);
    assert(log->is_writer && count > 0 && count <= LIMIT_FRAME_RECORD_COUNT);
    assert(size <= LIMIT_FRAME_SIZE + LOG_FRAME_HEADER_SIZE);
    if (log->is_failed)
        return base_fail(error, STEME_READ_ONLY, "%s: an earlier write failed; open it again",
                         log->directory);
    log_segment *segment = log_segment_find(log, log_segment_count(log));
    if (atomic_load(&segment->size) + size > LIMIT_SEGMENT_SIZE) {
        /* log_sync will sync the new file only. */
        steme_status status = segment_sync(log, error);
        if (status == STEME_OK)
            status = segment_create(log, error);
        if (status != STEME_OK)
            return fail_append(log, status);
        segment = log_segment_find(log, log_segment_count(log));
    }
    if (log->last_arrival_ns < arrival_ns)
        log->last_arrival_ns = arrival_ns;
    frame_write(log, segment, items, count, size);
    uint64_t offset = atomic_load(&segment->size);
    steme_status status = platform_file_write(&log->file, offset, log->frame, (size_t)size, error);
    if (status != STEME_OK)
        return fail_append(log, status);
    log->next_sequence++;
    atomic_store_explicit(&segment->size, offset + size, memory_order_release);
    return STEME_OK;
}

steme_status log_sync(log_journal *log, steme_error *error)
{
    if (log->is_failed)
        return base_fail(error, STEME_READ_ONLY, "%s: an earlier write failed; open it again",
                         log->directory);
    steme_status status = segment_sync(log, error);
    return status == STEME_OK ? status : fail_append(log, status);
}

steme_status log_recover(log_journal *log, const log_scan *scan, steme_error *error)
{
    log_segment *last = log_segment_find(log, log_segment_count(log));
    assert(log->is_writer && last != NULL);
    if (scan->mark.arrival_ns > log->last_arrival_ns)
        log->last_arrival_ns = scan->mark.arrival_ns;
    if (scan->mark.sequence >= log->next_sequence)
        log->next_sequence = scan->mark.sequence + 1;
    if (scan->torn_position != 0) {
        uint64_t size = scan->torn_position & UINT32_MAX;
        assert(scan->torn_position >> 32 == last->number);
        steme_status status = platform_file_truncate(&log->file, size, error);
        if (status != STEME_OK)
            return status;
        atomic_store(&last->size, size);
    }
    steme_status status = log_sync(log, error);
    if (status == STEME_OK && (scan->is_end_damaged || !log_scan_is_between_frames(scan)))
        status = segment_create(log, error);
    return status;
}

/* ---- Reading ------------------------------------------------------------------------------ */

void log_prefetch(const log_journal *log, uint64_t position)
{
    const log_segment *segment = log_segment_find(log, position >> 32);
    uint64_t offset = position & UINT32_MAX;
    uint64_t size =
        segment == NULL ? 0 : atomic_load_explicit(&segment->size, memory_order_acquire);
    for (int line = 0; line < PREFETCH_LINE_COUNT && offset < size; line++, offset += LINE_SIZE)
        __builtin_prefetch(segment->mapping.bytes + offset);
}

steme_status log_read(const log_journal *log, uint64_t position, log_entry *out_entry,
                      steme_error *error)
{
    const log_segment *segment = log_segment_find(log, position >> 32);
    uint64_t offset = position & UINT32_MAX;
    uint64_t size =
        segment == NULL ? 0 : atomic_load_explicit(&segment->size, memory_order_acquire);
    log_entry_header header;
    if (offset < LOG_SEGMENT_HEADER_SIZE || offset + LOG_ENTRY_HEADER_SIZE > size ||
        !log_entry_header_read(segment->mapping.bytes + offset, segment->seed, &header) ||
        offset + LOG_ENTRY_HEADER_SIZE + header.body_size > size)
        return base_fail(error, STEME_CORRUPT, "%s: no entry at segment %llu, byte %llu",
                         log->directory, (unsigned long long)(position >> 32),
                         (unsigned long long)offset);
    const uint8_t *body = segment->mapping.bytes + offset + LOG_ENTRY_HEADER_SIZE;
    *out_entry = (log_entry){.kind = header.kind, .id = header.id, .position = position};
    out_entry->is_damaged = base_crc32c(segment->seed, body, header.body_size) != header.body_crc;
    if (!out_entry->is_damaged)
        out_entry->body = (steme_span){body, header.body_size};
    return STEME_OK;
}

/* Takes notice of how long a segment's file is by now. */
static steme_status refresh_size(log_journal *log, uint32_t number, steme_error *error)
{
    char path[LIMIT_PATH_SIZE];
    platform_file file;
    uint64_t size;
    steme_status status = log_segment_path(log->directory, number, path, error);
    if (status == STEME_OK)
        status = platform_file_open(path, PLATFORM_OPEN_READ, &file, error);
    if (status != STEME_OK)
        return status;
    status = platform_file_size(&file, &size, error);
    platform_file_close(&file);
    if (status == STEME_OK)
        atomic_store_explicit(&log_segment_find(log, number)->size,
                              size < LIMIT_SEGMENT_SIZE ? size : LIMIT_SEGMENT_SIZE,
                              memory_order_release);
    return status;
}

steme_status log_refresh(log_journal *log, steme_error *error)
{
    uint32_t number = log_segment_count(log);
    steme_status status = open_segments(log, 0, error);
    /* A segment has its last size once the next one is there: so first the names, then the sizes,
     * from the one that was the last on. */
    if (number == 0)
        number = 1;
    for (; status == STEME_OK && number <= log_segment_count(log); number++)
        status = refresh_size(log, number, error);
    return status;
}
