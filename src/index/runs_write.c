/* Writing of the disk engine: a batch becomes a run, runs become one, a manifest makes it so. */
#include "base/error.h"
#include "base/limits.h"
#include "index/runs.h"
#include "platform/file.h"

#include <string.h>

enum {
    MERGE_COUNT_MAX = 16,   /* runs in one merge: what a cursor holds without the heap */
    SMALL_PAGE_COUNT = 256, /* a run of up to this many pages is of the least size class */
    SIZE_CLASS_COUNT = 64,
    CANCEL_ROW_COUNT = 4096, /* rows merged between two looks at the cancel flag */
};

/* --- committing ------------------------------------------------------------------------------- */

static steme_status writer_check(runs_index *index, steme_error *error)
{
    if (!index->options.is_writer)
        return base_fail(error, STEME_READ_ONLY, "index %s: opened for reading", index->directory);
    platform_mutex_lock(&index->commit_lock);
    bool is_broken = index->is_broken;
    platform_mutex_unlock(&index->commit_lock);
    if (is_broken)
        return base_fail(error, STEME_IO, "index %s: an earlier sync failed; open it again",
                         index->directory);
    return STEME_OK;
}

static uint64_t number_take(runs_index *index)
{
    platform_mutex_lock(&index->commit_lock);
    uint64_t number = index->next_number++;
    platform_mutex_unlock(&index->commit_lock);
    return number;
}

/* Makes `next` the state, on disk and for readers. The caller holds commit_lock. */
static steme_status runs_commit(runs_index *index, index_manifest *next, steme_error *error)
{
    runs_view *view;
    index_manifest on_disk;
    next->next_number = index->next_number;
    steme_status status = index_runs_view_open(index, next, index->view, &view, error);
    if (status == STEME_NOT_FOUND)
        status = base_fail(error, STEME_IO, "index %s: a new file is gone", index->directory);
    if (status != STEME_OK)
        return status;
    status = platform_directory_sync(index->directory, error);
    if (status == STEME_OK) {
        status = index_manifest_save(index->directory, next, error);
        if (status != STEME_OK)
            index->is_broken = index_manifest_load(index->directory, &on_disk, NULL) != STEME_OK ||
                               !index_manifest_is_equal(&on_disk, &index->manifest);
    }
    if (status != STEME_OK) {
        index_runs_view_release(view);
        return status;
    }
    index->manifest = *next;
    index_runs_view_replace(index, view);
    return STEME_OK;
}

static void file_remove(const char *directory, const char *name)
{
    char path[LIMIT_PATH_SIZE];
    if (platform_path_join(directory, name, path, NULL) == STEME_OK)
        (void)!platform_path_remove(path, NULL);
}

static void file_remove_number(const runs_index *index, uint64_t run, uint64_t attachment)
{
    char name[RUN_NAME_SIZE];
    if (run != 0) {
        index_run_name(run, name);
        file_remove(index->directory, name);
    }
    if (attachment != 0) {
        index_attachment_name(attachment, name);
        file_remove(index->directory, name);
    }
}

static run_identity runs_identity(const runs_index *index, uint64_t number)
{
    run_identity identity = index->identity;
    identity.number = number;
    return identity;
}

/* --- apply ------------------------------------------------------------------------------------ */

static uint64_t rows_count_keys(const index_table *table, const uint8_t *rows, size_t count)
{
    uint64_t key_count = count > 0;
    for (size_t i = 1; table->probe_size > 0 && i < count; i++)
        key_count += memcmp(rows + i * table->row_size, rows + (i - 1) * table->row_size,
                            table->probe_size) != 0;
    return key_count;
}

static steme_status batch_write_tables(runs_index *index, const index_batch *batch,
                                       index_run_writer *writer, steme_error *error)
{
    steme_status status = STEME_OK;
    for (uint32_t t = 0; status == STEME_OK && t < index->base.table_count; t++) {
        const index_table *table = &index->base.tables[t];
        uint64_t key_count = rows_count_keys(table, batch->rows[t], batch->counts[t]);
        status = index_run_writer_begin(writer, key_count, error);
        if (status == STEME_OK)
            status = index_run_writer_add(writer, batch->rows[t], batch->counts[t], error);
        if (status == STEME_OK)
            status = index_run_writer_end(writer, error);
    }
    return status;
}

static steme_status batch_write(runs_index *index, const index_batch *batch, uint64_t log_to,
                                manifest_run *run, steme_error *error)
{
    index_run_writer writer;
    run_identity identity = runs_identity(index, run->number);
    runs_view *view = index_runs_view_retain(index);
    uint64_t log_from = view->base.log_position;
    index_runs_view_release(view);
    steme_status status =
        index_run_writer_open(&writer, index->directory, &identity, index->base.tables,
                              index->base.table_count, log_from, log_to, error);
    if (status == STEME_OK)
        status = batch_write_tables(index, batch, &writer, error);
    if (status == STEME_OK)
        status = index_run_writer_finish(&writer, &run->page_count, error);
    index_run_writer_abort(&writer);
    return status;
}

static bool batch_is_empty(const runs_index *index, const index_batch *batch)
{
    for (uint32_t t = 0; t < index->base.table_count; t++)
        if (batch->counts[t] > 0)
            return false;
    return true;
}

/* Enters the new files into a copy of the manifest and commits it. */
static steme_status apply_commit(runs_index *index, const manifest_run *run,
                                 const index_manifest *changes, bool has_attachment,
                                 steme_error *error)
{
    platform_mutex_lock(&index->commit_lock);
    index_manifest next = index->manifest;
    uint64_t old_attachment = next.attachment_number;
    steme_status status = STEME_OK;
    next.log_position = changes->log_position;
    next.record_count = changes->record_count;
    if (has_attachment) {
        next.attachment_number = changes->attachment_number;
        next.attachment_size = changes->attachment_size;
        next.attachment_checksum = changes->attachment_checksum;
    }
    if (run->number != 0 && next.run_count == INDEX_RUN_COUNT_MAX)
        status =
            base_fail(error, STEME_BUSY, "index: %d runs wait to be merged", INDEX_RUN_COUNT_MAX);
    else if (run->number != 0)
        next.runs[next.run_count++] = *run;
    if (status == STEME_OK)
        status = runs_commit(index, &next, error);
    if (status != STEME_OK && !index->is_broken)
        file_remove_number(index, run->number, has_attachment ? changes->attachment_number : 0);
    if (status == STEME_OK && has_attachment)
        file_remove_number(index, 0, old_attachment);
    platform_mutex_unlock(&index->commit_lock);
    return status;
}

steme_status index_runs_apply(index_handle *handle, const index_batch *batch, uint64_t log_position,
                              uint64_t record_count, const index_attachment *attachment,
                              steme_error *error)
{
    runs_index *index = runs_of(handle);
    manifest_run run = {0};
    index_manifest changes = {.log_position = log_position, .record_count = record_count};
    steme_status status = writer_check(index, error);
    if (status != STEME_OK)
        return status;
    if (!batch_is_empty(index, batch)) {
        run.number = number_take(index);
        status = batch_write(index, batch, log_position, &run, error);
        if (status != STEME_OK)
            return status;
    }
    if (attachment != NULL) {
        uint64_t number = number_take(index);
        status = index_attachment_write(index->directory, attachment, number, &changes, error);
        if (status != STEME_OK) {
            file_remove_number(index, run.number, number);
            return status;
        }
    }
    return apply_commit(index, &run, &changes, attachment != NULL, error);
}

/* --- merging ---------------------------------------------------------------------------------- */

static uint32_t size_class(uint64_t page_count, uint32_t fan_out)
{
    uint32_t tier = 0;
    for (uint64_t limit = SMALL_PAGE_COUNT; page_count > limit; limit *= fan_out)
        tier++;
    return tier;
}

/* The runs of the least size class that has enough of them, MERGE_COUNT_MAX at most, as a view of
 * their own; NULL and STEME_OK where no merge is due. */
static steme_status merge_choose(runs_index *index, const runs_view *from, runs_view **out_inputs,
                                 steme_error *error)
{
    uint32_t fan_out = index->options.fan_out;
    uint32_t counts[SIZE_CLASS_COUNT] = {0};
    uint32_t tier = 0;
    for (uint32_t i = 0; i < from->run_count; i++)
        counts[size_class(from->runs[i]->page_count, fan_out)]++;
    while (tier < SIZE_CLASS_COUNT && counts[tier] < fan_out)
        tier++;
    *out_inputs = NULL;
    if (tier == SIZE_CLASS_COUNT)
        return STEME_OK;
    runs_view *inputs = index_runs_view_new(index, MERGE_COUNT_MAX);
    if (inputs == NULL)
        return base_fail(error, STEME_NO_MEMORY, "index: no memory to merge");
    for (uint32_t i = 0; i < from->run_count && inputs->run_count < MERGE_COUNT_MAX; i++)
        if (size_class(from->runs[i]->page_count, fan_out) == tier)
            inputs->runs[inputs->run_count++] = index_run_retain(from->runs[i]);
    *out_inputs = inputs;
    return STEME_OK;
}

static bool merge_is_cancelled(const runs_index *index)
{
    return index->options.cancel != NULL &&
           atomic_load_explicit(index->options.cancel, memory_order_relaxed);
}

static steme_status merge_rows(const runs_index *index, index_cursor *cursor,
                               index_run_writer *writer, steme_error *error)
{
    for (uint32_t i = 1;; i++) {
        const uint8_t *row;
        steme_status status = index_cursor_next(cursor, &row, error);
        if (status != STEME_OK || row == NULL)
            return status;
        if (i % CANCEL_ROW_COUNT == 0 && merge_is_cancelled(index))
            return base_fail(error, STEME_CANCELLED, "index: merge cancelled");
        status = index_run_writer_add(writer, row, 1, error);
        if (status != STEME_OK)
            return status;
    }
}

static steme_status merge_table(const runs_index *index, const runs_view *inputs, uint32_t table,
                                index_run_writer *writer, steme_error *error)
{
    index_reading reading = {.view = &inputs->base};
    index_cursor cursor;
    uint64_t key_count = 0;
    for (uint32_t i = 0; i < inputs->run_count; i++)
        key_count += inputs->runs[i]->tables[table].key_count;
    steme_status status = index_run_writer_begin(writer, key_count, error);
    if (status != STEME_OK)
        return status;
    status = index_cursor_open(&cursor, &reading, table, &(index_range){0}, error);
    if (status != STEME_OK)
        return status;
    status = merge_rows(index, &cursor, writer, error);
    index_cursor_close(&cursor);
    return status == STEME_OK ? index_run_writer_end(writer, error) : status;
}

static steme_status merge_write(const runs_index *index, const runs_view *inputs,
                                manifest_run *out_run, steme_error *error)
{
    index_run_writer writer;
    run_identity identity = runs_identity(index, out_run->number);
    uint64_t log_from = UINT64_MAX;
    uint64_t log_to = 0;
    for (uint32_t i = 0; i < inputs->run_count; i++) {
        const index_run *run = inputs->runs[i];
        log_from = run->log_from < log_from ? run->log_from : log_from;
        log_to = run->log_to > log_to ? run->log_to : log_to;
    }
    steme_status status =
        index_run_writer_open(&writer, index->directory, &identity, index->base.tables,
                              index->base.table_count, log_from, log_to, error);
    for (uint32_t t = 0; status == STEME_OK && t < index->base.table_count; t++)
        status = merge_table(index, inputs, t, &writer, error);
    if (status == STEME_OK)
        status = index_run_writer_finish(&writer, &out_run->page_count, error);
    index_run_writer_abort(&writer);
    return status;
}

/* Replaces the inputs by the merged run, and unlinks them. */
static steme_status merge_commit(runs_index *index, const runs_view *inputs,
                                 const manifest_run *merged, steme_error *error)
{
    platform_mutex_lock(&index->commit_lock);
    index_manifest next = index->manifest;
    next.run_count = 0;
    for (uint32_t i = 0; i < index->manifest.run_count; i++)
        if (index_runs_view_find(inputs, index->manifest.runs[i].number) == NULL)
            next.runs[next.run_count++] = index->manifest.runs[i];
    next.runs[next.run_count++] = *merged;
    steme_status status = runs_commit(index, &next, error);
    if (status != STEME_OK && !index->is_broken)
        file_remove_number(index, merged->number, 0);
    for (uint32_t i = 0; status == STEME_OK && i < inputs->run_count; i++)
        file_remove(index->directory, inputs->runs[i]->name);
    platform_mutex_unlock(&index->commit_lock);
    return status;
}

steme_status index_runs_maintain(index_handle *handle, bool *out_did_work, steme_error *error)
{
    runs_index *index = runs_of(handle);
    runs_view *inputs;
    steme_status status = writer_check(index, error);
    if (status != STEME_OK)
        return status;
    runs_view *view = index_runs_view_retain(index);
    status = merge_choose(index, view, &inputs, error);
    index_runs_view_release(view);
    if (status != STEME_OK)
        return status;
    if (inputs == NULL) {
        *out_did_work = false;
        return STEME_OK;
    }
    manifest_run merged = {.number = number_take(index)};
    status = merge_write(index, inputs, &merged, error);
    if (status == STEME_OK)
        status = merge_commit(index, inputs, &merged, error);
    index_runs_view_release(inputs);
    if (status == STEME_OK)
        *out_did_work = true;
    return status;
}
