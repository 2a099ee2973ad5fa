/* manifest.h -- the one file that says which files are the index; private to this room.
 *
 * Threads:  plain values.
 * Failure:  STEME_CORRUPT, STEME_VERSION; STEME_NOT_FOUND where there is no manifest. */
#ifndef INDEX_MANIFEST_H
#define INDEX_MANIFEST_H

#include "index/index.h"

#define MANIFEST_NAME "MANIFEST"

typedef struct manifest_run {
    uint64_t number;
    uint64_t page_count;
} manifest_run;

typedef struct index_manifest {
    uint8_t store_id[16];
    uint64_t generation; /* random, drawn when the index is created */
    uint64_t log_position;
    uint64_t record_count;
    uint64_t next_number;       /* of the next file */
    uint64_t attachment_number; /* 0 = none */
    uint64_t attachment_size;
    uint32_t attachment_checksum; /* CRC32C */
    uint32_t table_count;
    uint8_t table_sizes[INDEX_TABLE_COUNT_MAX][4]; /* row, probe, reduce, reduce order */
    uint32_t tables_revision;                      /* of all tables; 0 = they name none */
    uint32_t run_count;
    manifest_run runs[INDEX_RUN_COUNT_MAX];
} index_manifest;

STEME_MUST_CHECK steme_status index_manifest_load(const char *directory,
                                                  index_manifest *out_manifest, steme_error *error);
/* Atomic and durable, as platform_file_replace. */
STEME_MUST_CHECK steme_status index_manifest_save(const char *directory,
                                                  const index_manifest *manifest,
                                                  steme_error *error);
bool index_manifest_is_equal(const index_manifest *left, const index_manifest *right);

#endif
