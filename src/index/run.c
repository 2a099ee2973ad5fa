/* A run: all tables' rows of some records, sorted, in one immutable file.
 *
 * FORMAT, version 1. The file is pages of 4096 bytes; integers are big-endian. The last four bytes
 * of every page are the CRC32C of (store id, generation, run number, page number, the 4092 bytes
 * before), so a page of another file or from another place does not pass.
 *
 *   page 0, the header
 *     offset size
 *          0    8  "STEMEIXR"
 *          8    4  format version, 1
 *         12    4  number of tables
 *         16   16  store id
 *         32    8  generation: random, one for all files of an index
 *         40    8  run number; the file's name is its 16 hex digits and ".run"
 *         48   16  log positions from, to: what its records are from
 *         64    8  pages of the file
 *         72   56  zero
 *        128  232  for each table:
 *                     0   4  row size, probe size, reduce size, reduce order size
 *                     4   4  zero
 *                     8   8  rows
 *                    16   8  distinct probe keys, at most
 *                    24   8  blocks of the filter, 0 = none
 *                    32   8  first page
 *                    40  96  least row, zeroes after it
 *                   136  96  greatest row, zeroes after it
 *
 *   each table, from its first page on:
 *     level 0   the leaves: 4092 / row size rows per page, all pages full but the last
 *     level k   the first row of each page of level k - 1, packed likewise; the last level is one
 *               page, the root. A table of one page has no level but 0, one of no rows no page.
 *     filter    63 blocks of 64 bytes per page: a Bloom filter, all bits of a key in one block
 *               (high bits of its hash), 6 bits per key, about 10 bits of room per distinct key
 *
 * Any later version keeps the first 72 bytes, and the checksum, of page 0.
 * So all that is not in the header follows from it by arithmetic, and a look-up is a binary search
 * in one page of each level. Bytes that nothing uses are zero. */
#include "index/run.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/limits.h"
#include "base/memory.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
    HEADER_TABLES = 128,
    HEADER_TABLE_SIZE = 232,
    HEADER_LEAST = 40,
    HEADER_GREATEST = 136,
    FORMAT_VERSION = 1,
    FILTER_BITS_PER_KEY = 10,
};
_Static_assert(HEADER_TABLES + INDEX_TABLE_COUNT_MAX * HEADER_TABLE_SIZE <= RUN_PAGE_ROOM,
               "the header fits its page");

#define ROW_COUNT_MAX   (UINT64_C(1) << 40)
#define BLOCK_COUNT_MAX UINT32_MAX

static const char run_magic[8] = "STEMEIXR";

void index_run_name(uint64_t number, char out_name[RUN_NAME_SIZE])
{
    snprintf(out_name, RUN_NAME_SIZE, "%016" PRIx64 ".run", number);
}

uint32_t index_run_checksum_seed(const run_identity *identity)
{
    uint8_t bytes[16 + 8 + 8];
    memcpy(bytes, identity->store_id, 16);
    base_put_u64be(bytes + 16, identity->generation);
    base_put_u64be(bytes + 24, identity->number);
    return base_crc32c(0, bytes, sizeof bytes);
}

uint32_t index_run_page_checksum(uint32_t seed, uint64_t page_number, const uint8_t *page)
{
    uint8_t number[8];
    base_put_u64be(number, page_number);
    return base_crc32c(base_crc32c(seed, number, sizeof number), page, RUN_PAGE_ROOM);
}

/* --- layout ----------------------------------------------------------------------------------- */

uint64_t index_run_filter_block_count(const run_table *table)
{
    uint64_t bits_per_block = RUN_FILTER_BLOCK_SIZE * 8;
    if (table->probe_size == 0)
        return 0;
    uint64_t count = (table->key_count * FILTER_BITS_PER_KEY + bits_per_block - 1) / bits_per_block;
    return count < BLOCK_COUNT_MAX ? count : BLOCK_COUNT_MAX;
}

uint64_t index_run_table_layout(run_table *table)
{
    if (table->row_count > ROW_COUNT_MAX || table->filter_block_count > BLOCK_COUNT_MAX ||
        table->first_page > ROW_COUNT_MAX)
        return 0;
    uint64_t page = table->first_page;
    uint64_t row_count = table->row_count;
    table->rows_per_page = (uint32_t)RUN_PAGE_ROOM / table->row_size;
    table->level_count = 0;
    while (row_count > 0) {
        if (table->level_count == RUN_LEVEL_MAX)
            return 0;
        uint64_t page_count = (row_count + table->rows_per_page - 1) / table->rows_per_page;
        table->level_pages[table->level_count] = page;
        table->level_row_counts[table->level_count++] = row_count;
        page += page_count;
        row_count = page_count > 1 ? page_count : 0;
    }
    table->filter_page = page;
    return page + (table->filter_block_count + RUN_FILTER_BLOCKS_PER_PAGE - 1) /
                      RUN_FILTER_BLOCKS_PER_PAGE;
}

/* --- the header ------------------------------------------------------------------------------- */

void index_run_header_encode(const index_run_writer *writer, uint64_t page_count,
                             uint8_t out_page[RUN_PAGE_SIZE])
{
    memset(out_page, 0, RUN_PAGE_SIZE);
    memcpy(out_page, run_magic, 8);
    base_put_u32be(out_page + 8, FORMAT_VERSION);
    base_put_u32be(out_page + 12, writer->table_count);
    memcpy(out_page + 16, writer->identity.store_id, 16);
    base_put_u64be(out_page + 32, writer->identity.generation);
    base_put_u64be(out_page + 40, writer->identity.number);
    base_put_u64be(out_page + 48, writer->log_from);
    base_put_u64be(out_page + 56, writer->log_to);
    base_put_u64be(out_page + 64, page_count);
    for (uint32_t i = 0; i < writer->table_count; i++) {
        const run_table *table = &writer->tables[i];
        uint8_t *entry = out_page + HEADER_TABLES + i * HEADER_TABLE_SIZE;
        entry[0] = table->row_size;
        entry[1] = table->probe_size;
        entry[2] = table->reduce_size;
        entry[3] = table->reduce_order_size;
        base_put_u64be(entry + 8, table->row_count);
        base_put_u64be(entry + 16, table->key_count);
        base_put_u64be(entry + 24, table->filter_block_count);
        base_put_u64be(entry + 32, table->first_page);
        memcpy(entry + HEADER_LEAST, table->least, INDEX_ROW_SIZE_MAX);
        memcpy(entry + HEADER_GREATEST, table->greatest, INDEX_ROW_SIZE_MAX);
    }
    base_put_u32be(out_page + RUN_PAGE_ROOM,
                   index_run_page_checksum(writer->checksum_seed, 0, out_page));
}

static bool header_table_decode(const uint8_t *entry, const index_table *declared, run_table *table)
{
    table->row_size = entry[0];
    table->probe_size = entry[1];
    table->reduce_size = entry[2];
    table->reduce_order_size = entry[3];
    table->row_count = base_get_u64be(entry + 8);
    table->key_count = base_get_u64be(entry + 16);
    table->filter_block_count = base_get_u64be(entry + 24);
    table->first_page = base_get_u64be(entry + 32);
    memcpy(table->least, entry + HEADER_LEAST, INDEX_ROW_SIZE_MAX);
    memcpy(table->greatest, entry + HEADER_GREATEST, INDEX_ROW_SIZE_MAX);
    return table->row_size == declared->row_size && table->probe_size == declared->probe_size &&
           table->reduce_size == declared->reduce_size &&
           table->reduce_order_size == declared->reduce_order_size;
}

static steme_status header_decode(index_run *run, const uint8_t *page, const index_table *tables,
                                  steme_error *error)
{
    if (memcmp(page, run_magic, 8) != 0)
        return base_fail(error, STEME_CORRUPT, "index %s, page 0: not a run", run->name);
    if (base_get_u32be(page + RUN_PAGE_ROOM) !=
        index_run_page_checksum(run->checksum_seed, 0, page))
        return base_fail(error, STEME_CORRUPT, "index %s, page 0: wrong checksum", run->name);
    if (base_get_u32be(page + 8) != FORMAT_VERSION)
        return base_fail(error, STEME_VERSION, "index %s: format %u, known is %d", run->name,
                         base_get_u32be(page + 8), FORMAT_VERSION);
    if (base_get_u32be(page + 12) != run->table_count ||
        base_get_u64be(page + 64) != run->page_count)
        return base_fail(error, STEME_CORRUPT, "index %s, page 0: other tables or size", run->name);
    run->log_from = base_get_u64be(page + 48);
    run->log_to = base_get_u64be(page + 56);
    uint64_t next_page = 1;
    for (uint32_t i = 0; i < run->table_count; i++) {
        run_table *table = &run->tables[i];
        bool is_same =
            header_table_decode(page + HEADER_TABLES + i * HEADER_TABLE_SIZE, &tables[i], table);
        if (!is_same || table->first_page != next_page)
            return base_fail(error, STEME_CORRUPT, "index %s, page 0: wrong table %s", run->name,
                             tables[i].name);
        next_page = index_run_table_layout(table);
        if (next_page == 0)
            return base_fail(error, STEME_CORRUPT, "index %s, page 0: impossible table %s",
                             run->name, tables[i].name);
    }
    if (next_page != run->page_count)
        return base_fail(error, STEME_CORRUPT, "index %s, page 0: %" PRIu64 " pages, not %" PRIu64,
                         run->name, run->page_count, next_page);
    return STEME_OK;
}

/* --- opening ---------------------------------------------------------------------------------- */

static void run_free(index_run *run)
{
    platform_unmap(run->mapping);
    base_free((void *)run->verified);
    base_free(run);
}

static steme_status run_map(index_run *run, const char *path, steme_error *error)
{
    platform_file file = PLATFORM_FILE_CLOSED;
    uint64_t size;
    steme_status status = platform_file_open(path, PLATFORM_OPEN_READ, &file, error);
    if (status != STEME_OK)
        return status;
    status = platform_file_size(&file, &size, error);
    if (status == STEME_OK && (size == 0 || size % RUN_PAGE_SIZE != 0 || size > SIZE_MAX / 2))
        status = base_fail(error, STEME_CORRUPT, "index %s: %" PRIu64 " bytes are not whole pages",
                           run->name, size);
    if (status == STEME_OK) {
        run->page_count = size / RUN_PAGE_SIZE;
        status = platform_file_map(&file, (size_t)size, &run->mapping, error);
    }
    platform_file_close(&file);
    return status;
}

steme_status index_run_open(const char *directory, const run_identity *identity,
                            const index_table *tables, uint32_t table_count, index_run **out_run,
                            steme_error *error)
{
    char path[LIMIT_PATH_SIZE];
    index_run *run = base_alloc_zero(1, sizeof *run);
    if (run == NULL)
        return base_fail(error, STEME_NO_MEMORY, "index: no memory to open a run");
    atomic_init(&run->reference_count, 1);
    run->identity = *identity;
    run->checksum_seed = index_run_checksum_seed(identity);
    run->table_count = table_count;
    index_run_name(identity->number, run->name);
    steme_status status = platform_path_join(directory, run->name, path, error);
    if (status == STEME_OK)
        status = run_map(run, path, error);
    if (status == STEME_OK)
        status = header_decode(run, run->mapping.bytes, tables, error);
    if (status == STEME_OK) {
        run->verified = base_alloc_zero(run->page_count / 64 + 1, sizeof *run->verified);
        if (run->verified == NULL)
            status = base_fail(error, STEME_NO_MEMORY, "index: no memory to open a run");
    }
    if (status != STEME_OK) {
        run_free(run);
        return status;
    }
    *out_run = run;
    return STEME_OK;
}

index_run *index_run_retain(index_run *run)
{
    atomic_fetch_add_explicit(&run->reference_count, 1, memory_order_relaxed);
    return run;
}

void index_run_release(index_run *run)
{
    if (run != NULL &&
        atomic_fetch_sub_explicit(&run->reference_count, 1, memory_order_acq_rel) == 1)
        run_free(run);
}

void index_run_set_damaged(const index_run *run)
{
    if (run->is_damaged != NULL)
        atomic_store_explicit(run->is_damaged, true, memory_order_relaxed);
}

const uint8_t *index_run_page_verify(index_run *run, uint64_t number, steme_error *error)
{
    const uint8_t *page = run->mapping.bytes + number * RUN_PAGE_SIZE;
    assert(number < run->page_count);
    uint32_t checksum = index_run_page_checksum(run->checksum_seed, number, page);
    if (checksum != base_get_u32be(page + RUN_PAGE_ROOM)) {
        base_fail(error, STEME_CORRUPT, "index %s, page %" PRIu64 ": wrong checksum", run->name,
                  number);
        index_run_set_damaged(run);
        return NULL;
    }
    atomic_fetch_or_explicit(&run->verified[number / 64], UINT64_C(1) << (number % 64),
                             memory_order_release);
    return page;
}

/* --- looking up ------------------------------------------------------------------------------- */

/* Keys between which all rows of a page lie, to guess where in it a key is. */
typedef struct key_span {
    uint64_t low;
    uint64_t high;
} key_span;

static uint32_t row_guess(uint64_t key, key_span keys, uint32_t count)
{
    if (key <= keys.low || keys.high <= keys.low)
        return 0;
    if (key >= keys.high)
        return count - 1;
    /* In floating point, as the exact product needs 128 bits; rounding can reach `count`. */
    double part = (double)(key - keys.low) / (double)(keys.high - keys.low);
    uint32_t guess = (uint32_t)(part * count);
    return guess < count ? guess : count - 1;
}

/* The first of `count` rows that is not below the bound. Most keys are uniform, so the search
 * begins at the place that their arithmetic gives, and goes on from there in doubling steps: a few
 * neighbouring cache lines in place of seven that are far apart. */
static uint32_t page_search(const uint8_t *page, uint32_t count, size_t row_size,
                            const index_bound *bound, key_span keys)
{
    uint32_t low = 0; /* all rows before it are below the bound */
    uint32_t high = count;
    uint32_t at = row_guess(bound->key, keys, count);
    for (uint32_t step = 1; low < high; step *= 2) {
        if (index_bound_is_above(bound, page + at * row_size)) {
            low = at + 1;
            if (high < count || at + step >= high)
                break;
            at += step;
        } else {
            high = at;
            if (low > 0 || step > at)
                break;
            at -= step;
        }
    }
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        bool is_below = index_bound_is_above(bound, page + middle * row_size);
        low = is_below ? middle + 1 : low;
        high = is_below ? high : middle;
    }
    return low;
}

/* The leaf that the first row not below the bound is on, or the last row of which is below it. */
static steme_status table_descend(index_run *run, const run_table *table, const index_bound *bound,
                                  uint64_t *out_leaf, key_span *keys, steme_error *error)
{
    uint64_t child = 0;
    for (uint32_t level = table->level_count - 1; level > 0; level--) {
        const uint8_t *page = index_run_page(run, table->level_pages[level] + child, error);
        if (page == NULL)
            return STEME_CORRUPT;
        uint32_t count = index_run_page_row_count(table, level, child);
        uint32_t row = page_search(page, count, table->row_size, bound, *keys);
        if (row < count)
            keys->high = index_row_key(page + row * table->row_size);
        row = row == 0 ? 0 : row - 1;
        keys->low = index_row_key(page + row * table->row_size);
        child = child * table->rows_per_page + row;
    }
    *out_leaf = child;
    return STEME_OK;
}

static steme_status source_set_leaf(index_run *run, const run_table *table, index_source *source,
                                    uint64_t leaf, steme_error *error)
{
    uint64_t first = leaf * table->rows_per_page;
    source->row = NULL;
    if (first >= table->row_count)
        return STEME_OK;
    const uint8_t *page = index_run_page(run, table->level_pages[0] + leaf, error);
    if (page == NULL)
        return STEME_CORRUPT;
    source->owner = run;
    source->state[0] = leaf;
    source->row = page;
    source->end = page + index_run_page_row_count(table, 0, leaf) * table->row_size;
    return STEME_OK;
}

steme_status index_run_next_page(const index_cursor *cursor, index_source *source,
                                 steme_error *error)
{
    index_run *run = source->owner;
    return source_set_leaf(run, &run->tables[cursor->table], source, source->state[0] + 1, error);
}

steme_status index_run_seek(index_run *run, const index_cursor *cursor, index_source *out_source,
                            steme_error *error)
{
    const run_table *table = &run->tables[cursor->table];
    index_bound bound = index_bound_make(cursor->lower, cursor->lower_size);
    uint64_t leaf;
    out_source->row = NULL;
    if (table->row_count == 0 || index_bound_is_above(&bound, table->greatest) ||
        index_cursor_is_above(cursor, table->least))
        return STEME_OK;
    key_span keys = {index_row_key(table->least), index_row_key(table->greatest)};
    steme_status status = table_descend(run, table, &bound, &leaf, &keys, error);
    if (status == STEME_OK)
        status = source_set_leaf(run, table, out_source, leaf, error);
    if (status != STEME_OK)
        return status;
    uint32_t row = page_search(out_source->row, index_run_page_row_count(table, 0, leaf),
                               table->row_size, &bound, keys);
    out_source->row += row * table->row_size;
    if (out_source->row == out_source->end)
        status = index_run_next_page(cursor, out_source, error);
    if (status == STEME_OK && out_source->row != NULL &&
        index_cursor_is_above(cursor, out_source->row))
        out_source->row = NULL;
    return status;
}

/* --- checking --------------------------------------------------------------------------------- */

/* A bad page is told once: what is held against it is not. */
typedef struct run_checker {
    const index_run *run;
    const run_table *table;
    index_fault_visit visit;
    void *context;
    bool is_filter_whole;
    bool is_parent_whole;
    uint64_t parent; /* the page that the last row looked at in the level above is on */
} run_checker;

static steme_status checker_tell(const run_checker *checker, uint64_t page, const char *message)
{
    index_fault fault = {checker->run->name, page, message};
    index_run_set_damaged(checker->run);
    return checker->visit(checker->context, &fault);
}

static const uint8_t *checker_page(const run_checker *checker, uint64_t number)
{
    return checker->run->mapping.bytes + number * RUN_PAGE_SIZE;
}

static bool checker_page_is_whole(const run_checker *checker, uint64_t number)
{
    const uint8_t *page = checker_page(checker, number);
    return base_get_u32be(page + RUN_PAGE_ROOM) ==
           index_run_page_checksum(checker->run->checksum_seed, number, page);
}

static bool filter_has_row(const run_checker *checker, const uint8_t *row)
{
    const run_table *table = checker->table;
    uint64_t hash = index_hash(checker->run->identity.generation, row, table->probe_size);
    uint64_t block = index_run_filter_block(table, hash);
    return index_run_filter_has(index_run_filter_address(checker->run, table, block), hash);
}

static bool parent_is_whole(run_checker *checker, uint64_t parent)
{
    if (checker->parent != parent)
        checker->is_parent_whole = checker_page_is_whole(checker, parent);
    checker->parent = parent;
    return checker->is_parent_whole;
}

/* What is wrong inside a page of rows whose checksum holds; NULL = nothing. `*previous` is the last
 * row of the page before, or NULL. */
static const char *level_page_fault(run_checker *checker, uint32_t level, uint64_t page,
                                    const uint8_t **previous)
{
    const run_table *table = checker->table;
    const uint8_t *row = checker_page(checker, table->level_pages[level] + page);
    const uint8_t *first = row;
    uint32_t count = index_run_page_row_count(table, level, page);
    const char *fault = NULL;
    assert(table->rows_per_page > 0);
    for (uint32_t i = 0; i < count; i++, row += table->row_size) {
        if (*previous != NULL && index_row_compare(*previous, row, table->row_size) >= 0)
            fault = "rows out of order";
        if (level == 0 && table->filter_block_count > 0 && checker->is_filter_whole &&
            !filter_has_row(checker, row))
            fault = "a key is not in the filter";
        *previous = row;
    }
    if (level + 1 < table->level_count) {
        uint64_t parent = table->level_pages[level + 1] + page / table->rows_per_page;
        const uint8_t *entry =
            checker_page(checker, parent) + page % table->rows_per_page * table->row_size;
        if (parent_is_whole(checker, parent) && memcmp(entry, first, table->row_size) != 0)
            fault = "the level above names another first row";
    }
    return fault;
}

static steme_status check_level(run_checker *checker, uint32_t level)
{
    const run_table *table = checker->table;
    const uint8_t *previous = NULL;
    bool are_ends_whole = true;
    uint64_t page_count =
        (table->level_row_counts[level] + table->rows_per_page - 1) / table->rows_per_page;
    for (uint64_t i = 0; i < page_count; i++) {
        uint64_t number = table->level_pages[level] + i;
        const char *fault = "wrong checksum";
        if (checker_page_is_whole(checker, number))
            fault = level_page_fault(checker, level, i, &previous);
        else if (i == 0 || i == page_count - 1)
            are_ends_whole = false;
        steme_status status = fault == NULL ? STEME_OK : checker_tell(checker, number, fault);
        if (status != STEME_OK)
            return status;
    }
    if (level > 0 || previous == NULL || !are_ends_whole)
        return STEME_OK;
    bool is_bounded =
        memcmp(checker_page(checker, table->level_pages[0]), table->least, table->row_size) == 0 &&
        memcmp(previous, table->greatest, table->row_size) == 0;
    return is_bounded ? STEME_OK
                      : checker_tell(checker, 0, "least or greatest row is not the table's");
}

static steme_status check_table(run_checker *checker)
{
    const run_table *table = checker->table;
    uint64_t filter_page_count =
        (table->filter_block_count + RUN_FILTER_BLOCKS_PER_PAGE - 1) / RUN_FILTER_BLOCKS_PER_PAGE;
    for (uint64_t i = 0; i < filter_page_count; i++) {
        if (checker_page_is_whole(checker, table->filter_page + i))
            continue;
        checker->is_filter_whole = false;
        steme_status status = checker_tell(checker, table->filter_page + i, "wrong checksum");
        if (status != STEME_OK)
            return status;
    }
    for (uint32_t level = 0; level < table->level_count; level++) {
        steme_status status = check_level(checker, level);
        if (status != STEME_OK)
            return status;
    }
    return STEME_OK;
}

steme_status index_run_check(const index_run *run, index_fault_visit visit, void *context)
{
    run_checker checker = {.run = run, .visit = visit, .context = context};
    steme_status status = STEME_OK;
    if (!checker_page_is_whole(&checker, 0))
        status = checker_tell(&checker, 0, "wrong checksum");
    for (uint32_t i = 0; status == STEME_OK && i < run->table_count; i++) {
        checker.table = &run->tables[i];
        checker.is_filter_whole = true;
        status = check_table(&checker);
    }
    return status;
}
