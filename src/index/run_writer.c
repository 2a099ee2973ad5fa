/* Writing a run, from the first page to the last; the header, page 0, comes at the end.
 *
 * The levels above the leaves are made by reading the first row of each page back, so memory is
 * bounded by the buffer and the filter of one table. */
#include "base/error.h"
#include "base/hash.h"
#include "base/limits.h"
#include "base/memory.h"
#include "index/run.h"

#include <assert.h>
#include <string.h>

enum {
    BUFFER_PAGE_COUNT = 64, /* stays in the processor's cache */
    HELD_COUNT_MAX = 512,
    UNSYNCED_MAX = 4 << 20, /* what a sync of the log may have to wait for, here or after a kill */
};

steme_status index_run_writer_open(index_run_writer *writer, const char *directory,
                                   const run_identity *identity, const index_table *tables,
                                   uint32_t table_count, uint64_t log_from, uint64_t log_to,
                                   steme_error *error)
{
    char name[RUN_NAME_SIZE];
    char path[LIMIT_PATH_SIZE];
    *writer = (index_run_writer){.file = PLATFORM_FILE_CLOSED, .identity = *identity};
    writer->checksum_seed = index_run_checksum_seed(identity);
    writer->log_from = log_from;
    writer->log_to = log_to;
    writer->next_page = 1;
    writer->table_count = table_count;
    writer->table = UINT32_MAX;
    for (uint32_t i = 0; i < table_count; i++)
        writer->tables[i] = (run_table){.row_size = tables[i].row_size,
                                        .probe_size = tables[i].probe_size,
                                        .reduce_size = tables[i].reduce_size,
                                        .reduce_order_size = tables[i].reduce_order_size};
    index_run_name(identity->number, name);
    steme_status status = platform_path_join(directory, name, path, error);
    if (status != STEME_OK)
        return status;
    writer->buffer = base_alloc((size_t)BUFFER_PAGE_COUNT * RUN_PAGE_SIZE);
    writer->held = base_alloc((size_t)HELD_COUNT_MAX * INDEX_ROW_SIZE_MAX);
    writer->path = base_alloc(strlen(path) + 1);
    if (writer->buffer == NULL || writer->held == NULL || writer->path == NULL)
        return base_fail(error, STEME_NO_MEMORY, "index: no memory to write a run");
    memcpy(writer->path, path, strlen(path) + 1);
    return platform_file_open(path, PLATFORM_OPEN_TRUNCATE, &writer->file, error);
}

void index_run_writer_abort(index_run_writer *writer)
{
    bool is_unfinished = writer->path != NULL && writer->file.descriptor >= 0;
    if (writer->path != NULL)
        platform_file_close(&writer->file);
    if (is_unfinished)
        (void)!platform_path_remove(writer->path, NULL);
    base_free(writer->buffer);
    base_free(writer->held);
    base_free(writer->filter);
    base_free(writer->path);
    *writer = (index_run_writer){.file = PLATFORM_FILE_CLOSED};
}

/* --- pages ------------------------------------------------------------------------------------ */

static steme_status writer_flush(index_run_writer *writer, steme_error *error)
{
    if (writer->buffered == 0)
        return STEME_OK;
    steme_status status =
        platform_file_write(&writer->file, writer->next_page * RUN_PAGE_SIZE, writer->buffer,
                            (size_t)writer->buffered * RUN_PAGE_SIZE, error);
    if (status != STEME_OK)
        return status;
    writer->next_page += writer->buffered;
    writer->unsynced += (uint64_t)writer->buffered * RUN_PAGE_SIZE;
    writer->buffered = 0;
    /* A long merge is synced by and by: the log's syncs must not wait behind gigabytes. */
    if (writer->unsynced < UNSYNCED_MAX)
        return STEME_OK;
    writer->unsynced = 0;
    return platform_file_sync(&writer->file, error);
}

static uint8_t *writer_page(index_run_writer *writer)
{
    return writer->buffer + (size_t)writer->buffered * RUN_PAGE_SIZE;
}

/* Seals the page that is being filled. */
static steme_status writer_page_end(index_run_writer *writer, steme_error *error)
{
    uint8_t *page = writer_page(writer);
    memset(page + writer->page_fill, 0, RUN_PAGE_ROOM - writer->page_fill);
    base_put_u32be(
        page + RUN_PAGE_ROOM,
        index_run_page_checksum(writer->checksum_seed, writer->next_page + writer->buffered, page));
    writer->page_fill = 0;
    writer->buffered++;
    return writer->buffered == BUFFER_PAGE_COUNT ? writer_flush(writer, error) : STEME_OK;
}

static steme_status writer_put_rows(index_run_writer *writer, const uint8_t *rows, size_t count,
                                    steme_error *error)
{
    const run_table *table = &writer->tables[writer->table];
    uint32_t room = table->rows_per_page * table->row_size;
    size_t left = count * table->row_size;
    while (left > 0) {
        size_t size = room - writer->page_fill;
        size = size < left ? size : left;
        memcpy(writer_page(writer) + writer->page_fill, rows, size);
        writer->page_fill += (uint32_t)size;
        rows += size;
        left -= size;
        if (writer->page_fill == room) {
            steme_status status = writer_page_end(writer, error);
            if (status != STEME_OK)
                return status;
        }
    }
    return STEME_OK;
}

/* --- leaves ----------------------------------------------------------------------------------- */

steme_status index_run_writer_begin(index_run_writer *writer, uint64_t key_count,
                                    steme_error *error)
{
    run_table *table = &writer->tables[++writer->table];
    assert(writer->table < writer->table_count && writer->page_fill == 0);
    table->first_page = writer->next_page + writer->buffered;
    table->rows_per_page = (uint32_t)RUN_PAGE_ROOM / table->row_size;
    table->key_count = key_count;
    table->filter_block_count = index_run_filter_block_count(table);
    if (table->filter_block_count > 0) {
        writer->filter = base_alloc_zero(table->filter_block_count, RUN_FILTER_BLOCK_SIZE);
        if (writer->filter == NULL)
            return base_fail(error, STEME_NO_MEMORY, "index: no memory for a filter");
    }
    return STEME_OK;
}

static uint8_t *writer_filter_address(const index_run_writer *writer, uint64_t hash)
{
    const run_table *table = &writer->tables[writer->table];
    return writer->filter + index_run_filter_block(table, hash) * RUN_FILTER_BLOCK_SIZE;
}

/* A filter is larger than the cache: its lines are fetched while other keys go in. */
static void writer_filter_hash(index_run_writer *writer, uint64_t hash)
{
    uint64_t *slot = &writer->pending[writer->pending_count % RUN_FILTER_PENDING_COUNT];
    if (writer->pending_count >= RUN_FILTER_PENDING_COUNT)
        index_run_filter_add(writer_filter_address(writer, *slot), *slot);
    __builtin_prefetch(writer_filter_address(writer, hash), 1);
    *slot = hash;
    writer->pending_count++;
}

static void writer_filter_settle(index_run_writer *writer)
{
    for (uint64_t i = 0; i < RUN_FILTER_PENDING_COUNT && i < writer->pending_count; i++)
        index_run_filter_add(writer_filter_address(writer, writer->pending[i]), writer->pending[i]);
    writer->pending_count = 0;
}

static void writer_filter_rows(index_run_writer *writer, const uint8_t *rows, size_t count)
{
    const run_table *table = &writer->tables[writer->table];
    for (size_t i = 0; i < count; i++, rows += table->row_size) {
        uint64_t hash = index_hash(writer->identity.generation, rows, table->probe_size);
        if (hash == writer->last_hash && writer->pending_count > 0)
            continue;
        writer_filter_hash(writer, hash);
        writer->last_hash = hash;
    }
}

static steme_status writer_take_rows(index_run_writer *writer, const uint8_t *rows, size_t count,
                                     steme_error *error)
{
    run_table *table = &writer->tables[writer->table];
    if (table->filter_block_count > 0)
        writer_filter_rows(writer, rows, count);
    if (table->row_count == 0)
        memcpy(table->least, rows, table->row_size);
    memcpy(table->greatest, rows + (count - 1) * table->row_size, table->row_size);
    table->row_count += count;
    return writer_put_rows(writer, rows, count, error);
}

static steme_status writer_release_held(index_run_writer *writer, steme_error *error)
{
    uint32_t count = writer->held_count;
    writer->held_count = 0;
    return count == 0 ? STEME_OK : writer_take_rows(writer, writer->held, count, error);
}

/* Rows come ascending, so of a group the last are the greatest: hold those that tie for it until a
 * greater one, or the next group, comes. More ties than there is room for are kept all. */
static steme_status writer_reduce_row(index_run_writer *writer, const uint8_t *row,
                                      steme_error *error)
{
    const run_table *table = &writer->tables[writer->table];
    size_t order_end = (size_t)table->reduce_size + table->reduce_order_size;
    if (writer->held_count > 0) {
        bool is_same_group = memcmp(writer->held, row, table->reduce_size) == 0;
        bool is_tie = is_same_group && memcmp(writer->held, row, order_end) == 0;
        steme_status status = STEME_OK;
        if (is_same_group && !is_tie)
            writer->held_count = 0;
        else if (!is_same_group || writer->held_count == HELD_COUNT_MAX)
            status = writer_release_held(writer, error);
        if (status != STEME_OK)
            return status;
    }
    memcpy(writer->held + (size_t)writer->held_count++ * table->row_size, row, table->row_size);
    return STEME_OK;
}

steme_status index_run_writer_add(index_run_writer *writer, const uint8_t *rows, size_t count,
                                  steme_error *error)
{
    const run_table *table = &writer->tables[writer->table];
    if (count == 0)
        return STEME_OK;
    if (table->reduce_size == 0)
        return writer_take_rows(writer, rows, count, error);
    for (size_t i = 0; i < count; i++) {
        steme_status status = writer_reduce_row(writer, rows + i * table->row_size, error);
        if (status != STEME_OK)
            return status;
    }
    return STEME_OK;
}

/* --- levels and filter ------------------------------------------------------------------------ */

static steme_status writer_put_level(index_run_writer *writer, uint32_t level, steme_error *error)
{
    const run_table *table = &writer->tables[writer->table];
    uint8_t row[INDEX_ROW_SIZE_MAX];
    steme_status status = writer_flush(writer, error);
    for (uint64_t i = 0; status == STEME_OK && i < table->level_row_counts[level]; i++) {
        uint64_t page = table->level_pages[level - 1] + i;
        status = platform_file_read_exact(&writer->file, page * RUN_PAGE_SIZE, row, table->row_size,
                                          error);
        if (status == STEME_OK)
            status = writer_put_rows(writer, row, 1, error);
    }
    if (status == STEME_OK && writer->page_fill > 0)
        status = writer_page_end(writer, error);
    return status;
}

static steme_status writer_put_filter(index_run_writer *writer, steme_error *error)
{
    uint64_t left = writer->tables[writer->table].filter_block_count * RUN_FILTER_BLOCK_SIZE;
    uint64_t room = RUN_FILTER_BLOCKS_PER_PAGE * RUN_FILTER_BLOCK_SIZE;
    const uint8_t *blocks = writer->filter;
    steme_status status = STEME_OK;
    writer_filter_settle(writer);
    while (status == STEME_OK && left > 0) {
        uint64_t size = left < room ? left : room;
        memcpy(writer_page(writer), blocks, size);
        writer->page_fill = (uint32_t)size;
        status = writer_page_end(writer, error);
        blocks += size;
        left -= size;
    }
    base_free(writer->filter);
    writer->filter = NULL;
    return status;
}

steme_status index_run_writer_end(index_run_writer *writer, steme_error *error)
{
    run_table *table = &writer->tables[writer->table];
    steme_status status = writer_release_held(writer, error);
    if (status == STEME_OK && writer->page_fill > 0)
        status = writer_page_end(writer, error);
    if (status != STEME_OK)
        return status;
    uint64_t next_page = index_run_table_layout(table);
    if (next_page == 0)
        return base_fail(error, STEME_TOO_LARGE, "%s: too many rows for one run", writer->path);
    for (uint32_t level = 1; status == STEME_OK && level < table->level_count; level++)
        status = writer_put_level(writer, level, error);
    if (status == STEME_OK)
        status = writer_put_filter(writer, error);
    assert(status != STEME_OK || next_page == writer->next_page + writer->buffered);
    return status;
}

steme_status index_run_writer_finish(index_run_writer *writer, uint64_t *out_page_count,
                                     steme_error *error)
{
    assert(writer->table + 1 == writer->table_count);
    steme_status status = writer_flush(writer, error);
    if (status != STEME_OK)
        return status;
    uint64_t page_count = writer->next_page;
    index_run_header_encode(writer, page_count, writer->buffer);
    status = platform_file_write(&writer->file, 0, writer->buffer, RUN_PAGE_SIZE, error);
    if (status == STEME_OK)
        status = platform_file_sync(&writer->file, error);
    if (status != STEME_OK)
        return status;
    platform_file_close(&writer->file);
    *out_page_count = page_count;
    return STEME_OK;
}
