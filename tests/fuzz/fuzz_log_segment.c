/* A hostile file in a log segment's place. The first byte says whether the checksums are made right
 * first (the header's, the frames' and entries' one after the other), so that a search gets behind
 * them. Whatever stands there: nothing is read beyond the file, entries lie within it and apart
 * from one another, what is given whole is given again by its position, and a writer recovers. */
#include "base/bytes.h"
#include "base/hash.h"
#include "log/layout.h"
#include "log/log.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

enum { INPUT_SIZE_MAX = 1 << 16 };

static const uint8_t store_id[16] = "fuzzed segment's";
static char folder[256];
static char path[300];
static char next_path[300]; /* where a writer goes on behind a damaged end */

static void folder_remove(void)
{
    unlink(path);
    unlink(next_path);
    rmdir(folder);
}

static void folder_make(void)
{
    const char *parent = getenv("TMPDIR");
    if (folder[0] != '\0')
        return;
    snprintf(folder, sizeof folder, "%.200s/steme-fuzz-XXXXXX", parent != NULL ? parent : "/tmp");
    if (mkdtemp(folder) == NULL)
        abort();
    snprintf(path, sizeof path, "%s/00000001.log", folder);
    snprintf(next_path, sizeof next_path, "%s/00000002.log", folder);
    atexit(folder_remove);
}

/* The size of the frame header or entry at `bytes`, its checksums made right. */
static size_t mend_one(uint8_t *bytes, size_t left, uint32_t seed)
{
    static const uint8_t magic[4] = {0xc1, 'S', 'F', 0x0a};
    if (left < LOG_FRAME_HEADER_SIZE)
        return left;
    if (memcmp(bytes, magic, sizeof magic) == 0) {
        base_put_u32be(bytes + 36, base_crc32c(seed, bytes, 36));
        return LOG_FRAME_HEADER_SIZE;
    }
    size_t body_size = base_get_u32be(bytes + 4) & 0xffffff;
    if (left < LOG_ENTRY_HEADER_SIZE)
        return left;
    if (body_size > left - LOG_ENTRY_HEADER_SIZE)
        body_size = left - LOG_ENTRY_HEADER_SIZE;
    base_put_u32be(bytes + 8, base_crc32c(seed, bytes + LOG_ENTRY_HEADER_SIZE, body_size));
    base_put_u32be(bytes, base_crc32c(seed, bytes + 4, LOG_ENTRY_HEADER_SIZE - 4));
    return LOG_ENTRY_HEADER_SIZE + body_size;
}

static void mend(uint8_t *bytes, size_t size)
{
    log_segment_header header;
    if (size < LOG_SEGMENT_HEADER_SIZE)
        return;
    memcpy(bytes + 16, store_id, sizeof store_id);
    base_put_u32be(bytes + 60, base_crc32c(0, bytes, 60));
    if (log_segment_header_read(bytes, path, &header, NULL) != STEME_OK)
        return;
    uint32_t seed = log_segment_seed(&header);
    for (size_t at = LOG_SEGMENT_HEADER_SIZE; at < size;)
        at += mend_one(bytes + at, size - at, seed);
}

static void scan(const log_journal *log, log_scan *scan, size_t size)
{
    log_entry entry;
    log_entry again;
    uint64_t end = 0;
    log_scan_init(scan, log, 0, NULL, log_end(log));
    while (log_scan_next(scan, &entry)) {
        assert(entry.position >= end);
        end = entry.position + LOG_ENTRY_HEADER_SIZE + entry.body.size;
        assert((end & UINT32_MAX) <= size);
        assert(log_read(log, entry.position, &again, NULL) == STEME_OK);
        assert(again.is_damaged == entry.is_damaged && again.body.size == entry.body.size);
        assert(again.body.bytes == entry.body.bytes);
    }
    assert(scan->hole_size <= size || scan->hole_count > 0);
}

static void open_and_scan(bool is_writer, size_t size)
{
    log_journal *log;
    log_scan walk;
    if (log_open(folder, store_id, is_writer, &log, NULL) != STEME_OK)
        return;
    scan(log, &walk, size);
    if (is_writer) {
        log_item item = {.kind = LOG_ENTRY_ABSENT, .id = {{1}}};
        assert(log_recover(log, &walk, NULL) == STEME_OK);
        assert(log_append(log, &item, 1, 1, NULL) == STEME_OK);
        assert(log_sync(log, NULL) == STEME_OK);
        scan(log, &walk, size + 1024);
        assert(walk.torn_position == 0);
    }
    log_close(log);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static uint8_t input[INPUT_SIZE_MAX];
    if (size < 1 || size - 1 > sizeof input)
        return 0;
    folder_make();
    unlink(next_path);
    memcpy(input, bytes + 1, size - 1);
    if (bytes[0] % 2 == 1)
        mend(input, size - 1);
    FILE *file = fopen(path, "wb");
    if (file == NULL || fwrite(input, 1, size - 1, file) != size - 1 || fclose(file) != 0)
        abort();
    open_and_scan(false, size - 1);
    open_and_scan(true, size - 1);
    return 0;
}
