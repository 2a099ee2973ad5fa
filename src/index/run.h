/* run.h -- one immutable sorted file of rows: writing it, opening it, looking into it.
 *
 * Private to this room; the layout is drawn in run.c. All tables of an index stand in one run.
 *
 * Threads:  a run may be read by many threads at once; a writer is one thread's.
 * Lifetime: reference-counted; the mapping outlives the file's name.
 * Failure:  STEME_CORRUPT names file and page; nothing damaged is ever returned. */
#ifndef INDEX_RUN_H
#define INDEX_RUN_H

#include "index/index.h"
#include "index/row.h"
#include "platform/file.h"

enum {
    RUN_PAGE_SIZE = 4096,
    RUN_PAGE_ROOM = RUN_PAGE_SIZE - 4, /* the last four bytes are the checksum */
    RUN_LEVEL_MAX = 9,                 /* leaves included: 42^9 rows of 96 bytes */
    RUN_FILTER_BLOCK_SIZE = 64,
    RUN_FILTER_BLOCKS_PER_PAGE = RUN_PAGE_ROOM / RUN_FILTER_BLOCK_SIZE,
    RUN_NAME_SIZE = 24,
};

/* What ties a file to its index and place, so that no page of another passes for one of it. */
typedef struct run_identity {
    uint8_t store_id[16];
    uint64_t generation; /* random, of the index as a whole; also the salt of its filters */
    uint64_t number;
} run_identity;

/* Where the rows of one table are. */
typedef struct run_table {
    uint8_t row_size;
    uint8_t probe_size;
    uint8_t reduce_size;
    uint8_t reduce_order_size;
    uint32_t rows_per_page;
    uint32_t level_count; /* 0 = no rows; level 0 is the leaves, the last is one page */
    uint64_t row_count;
    uint64_t key_count; /* upper bound of the distinct probe keys */
    uint64_t first_page;
    uint64_t level_pages[RUN_LEVEL_MAX]; /* first page of each level */
    uint64_t level_row_counts[RUN_LEVEL_MAX];
    uint64_t filter_page;
    uint64_t filter_block_count; /* 0 = no filter */
    uint8_t least[INDEX_ROW_SIZE_MAX];
    uint8_t greatest[INDEX_ROW_SIZE_MAX];
} run_table;

typedef struct index_run {
    _Atomic uint32_t reference_count;
    run_identity identity;
    char name[RUN_NAME_SIZE];
    uint32_t checksum_seed;
    uint64_t log_from;
    uint64_t log_to;
    uint64_t page_count;
    steme_span mapping;
    _Atomic uint64_t *verified; /* one bit per page */
    atomic_bool *is_damaged;    /* the index's; NULL until it is one of its runs */
    uint32_t table_count;
    run_table tables[INDEX_TABLE_COUNT_MAX];
} index_run;

/* "0123456789abcdef.run" */
void index_run_name(uint64_t number, char out_name[RUN_NAME_SIZE]);
uint32_t index_run_checksum_seed(const run_identity *identity);
uint32_t index_run_page_checksum(uint32_t seed, uint64_t page_number, const uint8_t *page);

/* Fills in levels and filter pages from row_size, row_count, first_page and filter_block_count;
 * gives the page after the table, or 0 where the sizes are impossible. */
uint64_t index_run_table_layout(run_table *table);
uint64_t index_run_filter_block_count(const run_table *table);

/* Opens the run of that identity. Errors: STEME_NOT_FOUND, STEME_CORRUPT, STEME_VERSION, ... */
STEME_MUST_CHECK steme_status index_run_open(const char *directory, const run_identity *identity,
                                             const index_table *tables, uint32_t table_count,
                                             index_run **out_run, steme_error *error);
index_run *index_run_retain(index_run *run);
void index_run_release(index_run *run);

void index_run_set_damaged(const index_run *run);

/* Page `number`, its checksum verified at its first touch; NULL, and STEME_CORRUPT in `error`,
 * where it is damaged, which the index is told. */
const uint8_t *index_run_page_verify(index_run *run, uint64_t number, steme_error *error);

static inline const uint8_t *index_run_page(index_run *run, uint64_t number, steme_error *error)
{
    uint64_t word = atomic_load_explicit(&run->verified[number / 64], memory_order_acquire);
    if ((word >> (number % 64) & 1) != 0)
        return run->mapping.bytes + number * RUN_PAGE_SIZE;
    return index_run_page_verify(run, number, error);
}

/* How many rows page `page` (0 = the first) of a level has. */
static inline uint32_t index_run_page_row_count(const run_table *table, uint32_t level,
                                                uint64_t page)
{
    uint64_t left = table->level_row_counts[level] - page * table->rows_per_page;
    return left < table->rows_per_page ? (uint32_t)left : table->rows_per_page;
}

/* Sets out_source to the first row at or above the cursor's lower bound; row = NULL where there is
 * none, or it is above the upper bound. */
STEME_MUST_CHECK steme_status index_run_seek(index_run *run, const index_cursor *cursor,
                                             index_source *out_source, steme_error *error);
STEME_MUST_CHECK steme_status index_run_next_page(const index_cursor *cursor, index_source *source,
                                                  steme_error *error);

/* The number of the filter's block for a key, and where it is. The page has to be verified before
 * the block is believed. */
static inline uint64_t index_run_filter_block(const run_table *table, uint64_t hash)
{
    return ((hash >> 32) * table->filter_block_count) >> 32;
}

static inline uint64_t index_run_filter_page(const run_table *table, uint64_t block)
{
    return table->filter_page + block / RUN_FILTER_BLOCKS_PER_PAGE;
}

static inline const uint8_t *index_run_filter_address(const index_run *run, const run_table *table,
                                                      uint64_t block)
{
    return run->mapping.bytes + index_run_filter_page(table, block) * RUN_PAGE_SIZE +
           block % RUN_FILTER_BLOCKS_PER_PAGE * RUN_FILTER_BLOCK_SIZE;
}

enum { RUN_FILTER_BIT_COUNT = 6 }; /* bits per key, nine bits of a second hash each */

static inline bool index_run_filter_has(const uint8_t *block, uint64_t hash)
{
    uint64_t bits = index_mix(hash ^ UINT64_C(0x9e3779b97f4a7c15));
    unsigned missing = 0;
    for (int i = 0; i < RUN_FILTER_BIT_COUNT; i++, bits >>= 9)
        missing |= ~(unsigned)block[(bits & 511) / 8] >> (bits & 7) & 1;
    return missing == 0;
}

static inline void index_run_filter_add(uint8_t *block, uint64_t hash)
{
    uint64_t bits = index_mix(hash ^ UINT64_C(0x9e3779b97f4a7c15));
    for (int i = 0; i < RUN_FILTER_BIT_COUNT; i++, bits >>= 9)
        block[(bits & 511) / 8] = (uint8_t)(block[(bits & 511) / 8] | 1u << (bits & 7));
}

/* Reads the whole run and tells of its faults. */
STEME_MUST_CHECK steme_status index_run_check(const index_run *run, index_fault_visit visit,
                                              void *context);

enum { RUN_FILTER_PENDING_COUNT = 16 };

/* --- writing ---------------------------------------------------------------------------------- */

typedef struct index_run_writer {
    platform_file file;
    char *path; /* owned */
    run_identity identity;
    uint32_t checksum_seed;
    uint64_t log_from;
    uint64_t log_to;
    uint64_t next_page; /* number of the page that `buffer` begins with */
    uint8_t *buffer;
    uint32_t buffered;                          /* whole pages in the buffer */
    uint32_t page_fill;                         /* bytes of the page that is being filled */
    uint64_t unsynced;                          /* bytes written since the last sync */
    uint8_t *filter;                            /* of the present table */
    uint64_t last_hash;                         /* of the row before */
    uint64_t pending[RUN_FILTER_PENDING_COUNT]; /* hashes on their way into the filter */
    uint64_t pending_count;                     /* ever, of this table */
    uint8_t *held;                              /* rows that a reducing table may still drop */
    uint32_t held_count;
    uint32_t table_count;
    uint32_t table; /* the present one */
    run_table tables[INDEX_TABLE_COUNT_MAX];
} index_run_writer;

/* Creates the file. After a failure of any of these, call index_run_writer_abort. */
STEME_MUST_CHECK steme_status index_run_writer_open(index_run_writer *writer, const char *directory,
                                                    const run_identity *identity,
                                                    const index_table *tables, uint32_t table_count,
                                                    uint64_t log_from, uint64_t log_to,
                                                    steme_error *error);
/* Begins the next table. `key_count` is an upper bound of its distinct probe keys. */
STEME_MUST_CHECK steme_status index_run_writer_begin(index_run_writer *writer, uint64_t key_count,
                                                     steme_error *error);
/* Adds rows to it: ascending, without equals, all above those before. */
STEME_MUST_CHECK steme_status index_run_writer_add(index_run_writer *writer, const uint8_t *rows,
                                                   size_t count, steme_error *error);
STEME_MUST_CHECK steme_status index_run_writer_end(index_run_writer *writer, steme_error *error);
/* After all tables: the header, and the sync. Closes the writer on success. */
STEME_MUST_CHECK steme_status index_run_writer_finish(index_run_writer *writer,
                                                      uint64_t *out_page_count, steme_error *error);
/* Closes and removes the file. Accepts a zeroed writer, and a finished one (whose file stays). */
void index_run_writer_abort(index_run_writer *writer);

/* The directory of tables in the header page, as drawn in run.c. */
void index_run_header_encode(const index_run_writer *writer, uint64_t page_count,
                             uint8_t out_page[RUN_PAGE_SIZE]);

#endif
