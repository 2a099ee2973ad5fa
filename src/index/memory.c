/* index_memory: one sorted array per table. For the simulator, and the oracle of the other engine's
 * tests, so it is as plain as can be: an apply merges its rows into new arrays, and a view is the
 * arrays of its time. Arrays that an apply does not touch are shared. */
#include "base/memory.h"
#include "base/error.h"
#include "index/row.h"
#include "platform/thread.h"

#include <string.h>

typedef struct memory_blob {
    _Atomic uint32_t reference_count;
    size_t size;
    uint8_t bytes[];
} memory_blob;

typedef struct memory_view {
    index_view base;
    _Atomic uint32_t reference_count;
    memory_blob *attachment;
    memory_blob *tables[INDEX_TABLE_COUNT_MAX]; /* NULL = no rows */
} memory_view;

typedef struct memory_index {
    index_handle base;
    bool is_writer;
    platform_mutex lock; /* guards view */
    memory_view *view;
} memory_index;

static memory_blob *blob_new(size_t size)
{
    memory_blob *blob = base_alloc(sizeof *blob + size);
    if (blob == NULL)
        return NULL;
    atomic_init(&blob->reference_count, 1);
    blob->size = size;
    return blob;
}

static memory_blob *blob_retain(memory_blob *blob)
{
    if (blob != NULL)
        atomic_fetch_add_explicit(&blob->reference_count, 1, memory_order_relaxed);
    return blob;
}

static void blob_release(memory_blob *blob)
{
    if (blob != NULL &&
        atomic_fetch_sub_explicit(&blob->reference_count, 1, memory_order_acq_rel) == 1)
        base_free(blob);
}

static memory_index *memory_of(index_handle *index)
{
    return (memory_index *)(void *)index;
}

static void memory_view_release(index_view *base)
{
    memory_view *view = (memory_view *)(void *)base;
    if (atomic_fetch_sub_explicit(&view->reference_count, 1, memory_order_acq_rel) != 1)
        return;
    for (uint32_t t = 0; t < INDEX_TABLE_COUNT_MAX; t++)
        blob_release(view->tables[t]);
    blob_release(view->attachment);
    base_free(view);
}

static memory_view *memory_view_new(const memory_index *index)
{
    memory_view *view = base_alloc_zero(1, sizeof *view);
    if (view == NULL)
        return NULL;
    atomic_init(&view->reference_count, 1);
    view->base.index = &index->base;
    return view;
}

static steme_status memory_view_acquire(index_handle *handle, index_view **out_view,
                                        steme_error *error)
{
    memory_index *index = memory_of(handle);
    (void)error;
    platform_mutex_lock(&index->lock);
    atomic_fetch_add_explicit(&index->view->reference_count, 1, memory_order_relaxed);
    *out_view = &index->view->base;
    platform_mutex_unlock(&index->lock);
    return STEME_OK;
}

static steme_status memory_open(const char *directory, const index_table *tables,
                                uint32_t table_count, const uint8_t store_id[16],
                                const index_options *options, index_handle **out_index,
                                steme_error *error)
{
    (void)directory;
    (void)store_id;
    memory_index *index = base_alloc_zero(1, sizeof *index);
    if (index == NULL)
        return base_fail(error, STEME_NO_MEMORY, "index: out of memory");
    index->base.engine = &index_memory;
    index->base.table_count = table_count;
    memcpy(index->base.tables, tables, table_count * sizeof *tables);
    index->is_writer = options->is_writer;
    index->view = memory_view_new(index);
    if (index->view == NULL) {
        base_free(index);
        return base_fail(error, STEME_NO_MEMORY, "index: out of memory");
    }
    platform_mutex_init(&index->lock);
    *out_index = &index->base;
    return STEME_OK;
}

static void memory_close(index_handle *handle)
{
    memory_index *index = memory_of(handle);
    memory_view_release(&index->view->base);
    platform_mutex_deinit(&index->lock);
    base_free(index);
}

static steme_status memory_destroy(const char *directory, steme_error *error)
{
    (void)directory;
    (void)error;
    return STEME_OK;
}

/* --- apply ------------------------------------------------------------------------------------ */

/* Drops, in place, the rows that `table` reduces away; gives how many are left. Of a group the
 * greatest order stands last. */
static size_t rows_reduce(const index_table *table, uint8_t *rows, size_t count)
{
    size_t row_size = table->row_size;
    size_t order_end = (size_t)table->reduce_size + table->reduce_order_size;
    size_t kept = 0;
    for (size_t i = 0; i < count;) {
        size_t end = i + 1;
        while (end < count &&
               memcmp(rows + i * row_size, rows + end * row_size, table->reduce_size) == 0)
            end++;
        size_t first = end - 1;
        while (first > i &&
               memcmp(rows + (first - 1) * row_size, rows + (end - 1) * row_size, order_end) == 0)
            first--;
        memmove(rows + kept * row_size, rows + first * row_size, (end - first) * row_size);
        kept += end - first;
        i = end;
    }
    return kept;
}

static size_t rows_merge(const uint8_t *left, size_t left_count, const uint8_t *right,
                         size_t right_count, size_t row_size, uint8_t *out_rows)
{
    const uint8_t *left_end = left + left_count * row_size;
    const uint8_t *right_end = right + right_count * row_size;
    size_t count = 0;
    while (left < left_end || right < right_end) {
        int order = left == left_end     ? 1
                    : right == right_end ? -1
                                         : index_row_compare(left, right, row_size);
        memcpy(out_rows + count++ * row_size, order <= 0 ? left : right, row_size);
        left += order <= 0 ? row_size : 0;
        right += order >= 0 ? row_size : 0;
    }
    return count;
}

static bool table_apply(const index_table *table, const uint8_t *rows, size_t count,
                        memory_blob *old, memory_blob **out_blob)
{
    if (count == 0) {
        *out_blob = blob_retain(old);
        return true;
    }
    size_t old_count = old == NULL ? 0 : old->size / table->row_size;
    memory_blob *blob = blob_new((old_count + count) * table->row_size);
    if (blob == NULL)
        return false;
    size_t merged = rows_merge(old == NULL ? rows : old->bytes, old_count, rows, count,
                               table->row_size, blob->bytes);
    if (table->reduce_size > 0)
        merged = rows_reduce(table, blob->bytes, merged);
    blob->size = merged * table->row_size;
    *out_blob = blob;
    return true;
}

/* Room for `size` bytes, of which the sink has filled so many. */
typedef struct blob_sink {
    memory_blob *blob;
    size_t filled;
} blob_sink;

static steme_status blob_put(void *context, const void *bytes, size_t size, steme_error *error)
{
    blob_sink *sink = context;
    if (size > sink->blob->size - sink->filled)
        return base_fail(error, STEME_INVALID, "index: an attachment of more than its size");
    memcpy(sink->blob->bytes + sink->filled, bytes, size);
    sink->filled += size;
    return STEME_OK;
}

static steme_status view_attach(memory_view *view, const index_attachment *attachment,
                                steme_error *error)
{
    view->attachment = blob_new(attachment->size);
    if (view->attachment == NULL)
        return base_fail(error, STEME_NO_MEMORY, "index: out of memory");
    view->attachment->size = attachment->size;
    blob_sink filling = {view->attachment, 0};
    base_sink sink = {blob_put, &filling};
    return attachment->write(attachment->context, &sink, error);
}

static steme_status view_fill(memory_view *view, const memory_view *old, const index_batch *batch,
                              const index_attachment *attachment, steme_error *error)
{
    const index_handle *index = view->base.index;
    for (uint32_t t = 0; t < index->table_count; t++)
        if (!table_apply(&index->tables[t], batch->rows[t], batch->counts[t], old->tables[t],
                         &view->tables[t]))
            return base_fail(error, STEME_NO_MEMORY, "index: out of memory");
    steme_status status = STEME_OK;
    if (attachment == NULL)
        view->attachment = blob_retain(old->attachment);
    else
        status = view_attach(view, attachment, error);
    if (view->attachment != NULL)
        view->base.attachment = (steme_span){view->attachment->bytes, view->attachment->size};
    return status;
}

static steme_status memory_apply(index_handle *handle, const index_batch *batch,
                                 uint64_t log_position, uint64_t record_count,
                                 const index_attachment *attachment, steme_error *error)
{
    memory_index *index = memory_of(handle);
    if (!index->is_writer)
        return base_fail(error, STEME_READ_ONLY, "index: opened for reading");
    memory_view *view = memory_view_new(index);
    if (view == NULL)
        return base_fail(error, STEME_NO_MEMORY, "index: out of memory");
    steme_status status = view_fill(view, index->view, batch, attachment, error);
    if (status != STEME_OK) {
        memory_view_release(&view->base);
        return status;
    }
    view->base.log_position = log_position;
    view->base.record_count = record_count;
    platform_mutex_lock(&index->lock);
    memory_view *old = index->view;
    index->view = view;
    platform_mutex_unlock(&index->lock);
    memory_view_release(&old->base);
    return STEME_OK;
}

static steme_status memory_maintain(index_handle *handle, bool *out_did_work, steme_error *error)
{
    (void)handle;
    (void)error;
    *out_did_work = false;
    return STEME_OK;
}

static steme_status memory_refresh(index_handle *handle, bool *out_changed, steme_error *error)
{
    return memory_maintain(handle, out_changed, error);
}

/* --- reading ---------------------------------------------------------------------------------- */

static steme_status memory_sources_open(const index_view *base, index_cursor *cursor,
                                        steme_error *error)
{
    const memory_view *view = (const memory_view *)(const void *)base;
    const memory_blob *blob = view->tables[cursor->table];
    size_t row_size = cursor->row_size;
    size_t low = 0;
    if (blob == NULL)
        return STEME_OK;
    for (size_t count = blob->size / row_size; count > 0;) {
        size_t half = count / 2;
        bool is_below = index_cursor_is_below(cursor, blob->bytes + (low + half) * row_size);
        low = is_below ? low + half + 1 : low;
        count = is_below ? count - half - 1 : half;
    }
    if (low * row_size == blob->size)
        return STEME_OK;
    index_source *source = index_cursor_add_source(cursor);
    if (source == NULL)
        return base_fail(error, STEME_NO_MEMORY, "index: no memory for a scan");
    source->row = blob->bytes + low * row_size;
    source->end = blob->bytes + blob->size;
    return STEME_OK;
}

static steme_status memory_source_next(const index_cursor *cursor, index_source *source,
                                       steme_error *error)
{
    (void)cursor;
    (void)error;
    source->row = NULL;
    return STEME_OK;
}

static steme_status memory_check(const index_view *base, index_fault_visit visit, void *context,
                                 steme_error *error)
{
    const memory_view *view = (const memory_view *)(const void *)base;
    for (uint32_t t = 0; t < base->index->table_count; t++) {
        const memory_blob *blob = view->tables[t];
        size_t row_size = base->index->tables[t].row_size;
        for (size_t at = row_size; blob != NULL && at < blob->size; at += row_size) {
            if (index_row_compare(blob->bytes + at - row_size, blob->bytes + at, row_size) < 0)
                continue;
            index_fault fault = {base->index->tables[t].name, 0, "rows out of order"};
            steme_status status = visit(context, &fault);
            if (status != STEME_OK)
                return base_fail(error, status, "index: check ended early");
        }
    }
    return STEME_OK;
}

static void memory_stat(const index_view *base, index_stat *out_stat)
{
    const memory_view *view = (const memory_view *)(const void *)base;
    out_stat->run_count = 1;
    out_stat->byte_count = base->attachment.size;
    for (uint32_t t = 0; t < base->index->table_count; t++) {
        size_t size = view->tables[t] == NULL ? 0 : view->tables[t]->size;
        out_stat->byte_count += size;
        out_stat->row_counts[t] = size / base->index->tables[t].row_size;
    }
}

const index_engine index_memory = {
    .name = "memory",
    .open = memory_open,
    .close = memory_close,
    .destroy = memory_destroy,
    .apply = memory_apply,
    .maintain = memory_maintain,
    .refresh = memory_refresh,
    .view_acquire = memory_view_acquire,
    .view_release = memory_view_release,
    .sources_open = memory_sources_open,
    .source_next = memory_source_next,
    .source_close = NULL,
    .check = memory_check,
    .stat = memory_stat,
};
