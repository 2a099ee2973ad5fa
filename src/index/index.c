/* The functions of index.h that only choose the engine, and the checks that all engines share. */
#include "index/index.h"
#include "base/error.h"

#include <assert.h>

static bool table_is_valid(const index_table *table)
{
    return table->row_size >= INDEX_ROW_SIZE_MIN && table->row_size <= INDEX_ROW_SIZE_MAX &&
           table->probe_size <= table->row_size &&
           (table->reduce_size == 0) == (table->reduce_order_size == 0) &&
           table->reduce_size + table->reduce_order_size <= table->row_size;
}

steme_status index_open(const index_engine *engine, const char *directory,
                        const index_table *tables, uint32_t table_count, const uint8_t store_id[16],
                        const index_options *options, index_handle **out_index, steme_error *error)
{
    static const index_options reader = {0};
    if (table_count == 0 || table_count > INDEX_TABLE_COUNT_MAX)
        return base_fail(error, STEME_INVALID, "index: %u tables, 1 to %d are possible",
                         table_count, INDEX_TABLE_COUNT_MAX);
    for (uint32_t i = 0; i < table_count; i++)
        if (!table_is_valid(&tables[i]))
            return base_fail(error, STEME_INVALID, "index: table %s: impossible sizes",
                             tables[i].name);
    return engine->open(directory, tables, table_count, store_id,
                        options == NULL ? &reader : options, out_index, error);
}

void index_close(index_handle *index)
{
    if (index != NULL)
        index->engine->close(index);
}

steme_status index_destroy(const index_engine *engine, const char *directory, steme_error *error)
{
    return engine->destroy(directory, error);
}

steme_status index_apply(index_handle *index, const index_batch *batch, uint64_t log_position,
                         uint64_t record_count, const index_attachment *attachment,
                         steme_error *error)
{
    if (attachment != NULL && attachment->size > INDEX_ATTACHMENT_SIZE_MAX)
        return base_fail(error, STEME_TOO_LARGE, "index: attachment of %zu bytes, at most %u",
                         attachment->size, INDEX_ATTACHMENT_SIZE_MAX);
    return index->engine->apply(index, batch, log_position, record_count, attachment, error);
}

static steme_status span_write(void *context, const base_sink *sink, steme_error *error)
{
    const steme_span *bytes = context;
    return bytes->size == 0 ? STEME_OK : sink->put(sink->context, bytes->bytes, bytes->size, error);
}

index_attachment index_attachment_of(const steme_span *bytes)
{
    return (index_attachment){bytes->size, span_write, (void *)(uintptr_t)bytes};
}

steme_status index_maintain(index_handle *index, bool *out_did_work, steme_error *error)
{
    return index->engine->maintain(index, out_did_work, error);
}

steme_status index_refresh(index_handle *index, bool *out_changed, steme_error *error)
{
    bool ignored;
    return index->engine->refresh(index, out_changed == NULL ? &ignored : out_changed, error);
}

steme_status index_view_acquire(index_handle *index, index_view **out_view, steme_error *error)
{
    return index->engine->view_acquire(index, out_view, error);
}

void index_view_release(index_view *view)
{
    if (view != NULL)
        view->index->engine->view_release(view);
}

steme_status index_check(const index_view *view, index_fault_visit visit, void *context,
                         steme_error *error)
{
    return view->index->engine->check(view, visit, context, error);
}

void index_stat_get(const index_view *view, index_stat *out_stat)
{
    *out_stat = (index_stat){0};
    view->index->engine->stat(view, out_stat);
}
