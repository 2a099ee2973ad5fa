/* FORMAT of the manifest, version 1; integers are big-endian:
 *
 *   offset size
 *        0    8  "STEMEIXM"
 *        8    4  format version, 1
 *       12    4  size of this file
 *       16   16  store id
 *       32    8  generation
 *       40    8  log position up to which the index is complete
 *       48    8  record count
 *       56    8  number of the next file
 *       64    8  number of the attachment's file, 0 = none
 *       72    8  size of the attachment
 *       80    4  CRC32C of the attachment
 *       84    4  tables
 *       88    4  runs
 *       92    4  revision of the tables: 0 where each one's is, else the CRC32C of all 16
 *       96   64  for each of 16 tables: row, probe, reduce and reduce order size; zero beyond
 *      160   16  for each run: number 8, pages 8
 *   last 4       CRC32C of all before
 *
 * Any later version keeps the first 16 bytes and the checksum. */
#include "index/manifest.h"
#include "base/bytes.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/limits.h"
#include "base/memory.h"
#include "platform/file.h"

#include <string.h>

enum {
    FORMAT_VERSION = 1,
    OFFSET_TABLES = 96,
    OFFSET_RUNS = 160,
    RUN_ENTRY_SIZE = 16,
    SIZE_MAX_BYTES = OFFSET_RUNS + INDEX_RUN_COUNT_MAX * RUN_ENTRY_SIZE + 4,
};

static const char manifest_magic[8] = "STEMEIXM";

static size_t manifest_encode(const index_manifest *manifest, uint8_t out[SIZE_MAX_BYTES])
{
    size_t size = OFFSET_RUNS + manifest->run_count * RUN_ENTRY_SIZE + 4;
    memset(out, 0, size);
    memcpy(out, manifest_magic, 8);
    base_put_u32be(out + 8, FORMAT_VERSION);
    base_put_u32be(out + 12, (uint32_t)size);
    memcpy(out + 16, manifest->store_id, 16);
    base_put_u64be(out + 32, manifest->generation);
    base_put_u64be(out + 40, manifest->log_position);
    base_put_u64be(out + 48, manifest->record_count);
    base_put_u64be(out + 56, manifest->next_number);
    base_put_u64be(out + 64, manifest->attachment_number);
    base_put_u64be(out + 72, manifest->attachment_size);
    base_put_u32be(out + 80, manifest->attachment_checksum);
    base_put_u32be(out + 84, manifest->table_count);
    base_put_u32be(out + 88, manifest->run_count);
    base_put_u32be(out + 92, manifest->tables_revision);
    memcpy(out + OFFSET_TABLES, manifest->table_sizes, sizeof manifest->table_sizes);
    for (uint32_t i = 0; i < manifest->run_count; i++) {
        base_put_u64be(out + OFFSET_RUNS + i * RUN_ENTRY_SIZE, manifest->runs[i].number);
        base_put_u64be(out + OFFSET_RUNS + i * RUN_ENTRY_SIZE + 8, manifest->runs[i].page_count);
    }
    base_put_u32be(out + size - 4, base_crc32c(0, out, size - 4));
    return size;
}

/* The checksum was right: what is left to doubt is the version and what we might have written. */
static bool manifest_decode(const uint8_t *bytes, size_t size, index_manifest *manifest)
{
    memcpy(manifest->store_id, bytes + 16, 16);
    manifest->generation = base_get_u64be(bytes + 32);
    manifest->log_position = base_get_u64be(bytes + 40);
    manifest->record_count = base_get_u64be(bytes + 48);
    manifest->next_number = base_get_u64be(bytes + 56);
    manifest->attachment_number = base_get_u64be(bytes + 64);
    manifest->attachment_size = base_get_u64be(bytes + 72);
    manifest->attachment_checksum = base_get_u32be(bytes + 80);
    manifest->table_count = base_get_u32be(bytes + 84);
    manifest->run_count = base_get_u32be(bytes + 88);
    manifest->tables_revision = base_get_u32be(bytes + 92);
    if (manifest->run_count > INDEX_RUN_COUNT_MAX ||
        size != OFFSET_RUNS + manifest->run_count * (size_t)RUN_ENTRY_SIZE + 4 ||
        manifest->table_count > INDEX_TABLE_COUNT_MAX ||
        manifest->attachment_size > INDEX_ATTACHMENT_SIZE_MAX)
        return false;
    memcpy(manifest->table_sizes, bytes + OFFSET_TABLES, sizeof manifest->table_sizes);
    for (uint32_t i = 0; i < manifest->run_count; i++) {
        manifest->runs[i].number = base_get_u64be(bytes + OFFSET_RUNS + i * RUN_ENTRY_SIZE);
        manifest->runs[i].page_count = base_get_u64be(bytes + OFFSET_RUNS + i * RUN_ENTRY_SIZE + 8);
    }
    return true;
}

steme_status index_manifest_load(const char *directory, index_manifest *out_manifest,
                                 steme_error *error)
{
    char path[LIMIT_PATH_SIZE];
    uint8_t *bytes = NULL;
    size_t size = 0;
    steme_status status = platform_path_join(directory, MANIFEST_NAME, path, error);
    if (status == STEME_OK)
        status = platform_file_load(path, SIZE_MAX_BYTES, &bytes, &size, error);
    if (status == STEME_TOO_LARGE && bytes == NULL)
        return base_fail(error, STEME_CORRUPT, "%s: larger than any manifest", path);
    if (status != STEME_OK)
        return status;
    *out_manifest = (index_manifest){0};
    if (size < OFFSET_RUNS + 4 || memcmp(bytes, manifest_magic, 8) != 0)
        status = base_fail(error, STEME_CORRUPT, "%s: not a manifest", path);
    else if (base_get_u32be(bytes + size - 4) != base_crc32c(0, bytes, size - 4))
        status = base_fail(error, STEME_CORRUPT, "%s: wrong checksum", path);
    else if (base_get_u32be(bytes + 8) != FORMAT_VERSION)
        status = base_fail(error, STEME_VERSION, "%s: format %u, known is %d", path,
                           base_get_u32be(bytes + 8), FORMAT_VERSION);
    else if (!manifest_decode(bytes, size, out_manifest))
        status = base_fail(error, STEME_CORRUPT, "%s: impossible sizes", path);
    base_free(bytes);
    return status;
}

steme_status index_manifest_save(const char *directory, const index_manifest *manifest,
                                 steme_error *error)
{
    char path[LIMIT_PATH_SIZE];
    uint8_t bytes[SIZE_MAX_BYTES];
    steme_status status = platform_path_join(directory, MANIFEST_NAME, path, error);
    if (status != STEME_OK)
        return status;
    return platform_file_replace(path, bytes, manifest_encode(manifest, bytes), error);
}

bool index_manifest_is_equal(const index_manifest *left, const index_manifest *right)
{
    uint8_t left_bytes[SIZE_MAX_BYTES];
    uint8_t right_bytes[SIZE_MAX_BYTES];
    size_t left_size = manifest_encode(left, left_bytes);
    size_t right_size = manifest_encode(right, right_bytes);
    return left_size == right_size && memcmp(left_bytes, right_bytes, left_size) == 0;
}
