/* The views of the disk engine, and the attachments that they show. */
#include "base/error.h"
#include "base/hash.h"
#include "base/limits.h"
#include "base/memory.h"
#include "index/runs.h"
#include "platform/file.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* --- attachments ------------------------------------------------------------------------------ */

void index_attachment_name(uint64_t number, char out_name[RUN_NAME_SIZE])
{
    snprintf(out_name, RUN_NAME_SIZE, "%016" PRIx64 ".att", number);
}

static void attachment_release(runs_attachment *attachment)
{
    if (attachment == NULL ||
        atomic_fetch_sub_explicit(&attachment->reference_count, 1, memory_order_acq_rel) != 1)
        return;
    platform_unmap(attachment->mapping);
    base_free(attachment);
}

static steme_status attachment_map(runs_attachment *attachment, const char *path,
                                   const index_manifest *manifest, steme_error *error)
{
    platform_file file = PLATFORM_FILE_CLOSED;
    uint64_t size;
    steme_status status = platform_file_open(path, PLATFORM_OPEN_READ, &file, error);
    if (status != STEME_OK)
        return status;
    status = platform_file_size(&file, &size, error);
    if (status == STEME_OK && size != manifest->attachment_size)
        status = base_fail(error, STEME_CORRUPT, "%s: %" PRIu64 " bytes, not %" PRIu64, path, size,
                           manifest->attachment_size);
    if (status == STEME_OK)
        status = platform_file_map(&file, (size_t)size, &attachment->mapping, error);
    platform_file_close(&file);
    if (status == STEME_OK && base_crc32c(0, attachment->mapping.bytes, attachment->mapping.size) !=
                                  manifest->attachment_checksum)
        status = base_fail(error, STEME_CORRUPT, "%s: wrong checksum", path);
    return status;
}

static steme_status attachment_open(const char *directory, const index_manifest *manifest,
                                    runs_attachment **out_attachment, steme_error *error)
{
    char name[RUN_NAME_SIZE];
    char path[LIMIT_PATH_SIZE];
    index_attachment_name(manifest->attachment_number, name);
    steme_status status = platform_path_join(directory, name, path, error);
    if (status != STEME_OK)
        return status;
    runs_attachment *attachment = base_alloc_zero(1, sizeof *attachment);
    if (attachment == NULL)
        return base_fail(error, STEME_NO_MEMORY, "index: out of memory");
    atomic_init(&attachment->reference_count, 1);
    attachment->number = manifest->attachment_number;
    attachment->checksum = manifest->attachment_checksum;
    status = attachment_map(attachment, path, manifest, error);
    if (status != STEME_OK) {
        attachment_release(attachment);
        return status;
    }
    *out_attachment = attachment;
    return STEME_OK;
}

/* A file that is being written, from its start on. */
typedef struct attachment_file {
    platform_file file;
    uint64_t size;
    uint32_t checksum;
} attachment_file;

static steme_status attachment_put(void *context, const void *bytes, size_t size,
                                   steme_error *error)
{
    attachment_file *written = context;
    steme_status status = platform_file_write(&written->file, written->size, bytes, size, error);
    written->size += size;
    written->checksum = base_crc32c(written->checksum, bytes, size);
    return status;
}

steme_status index_attachment_write(const char *directory, const index_attachment *attachment,
                                    uint64_t number, index_manifest *manifest, steme_error *error)
{
    char name[RUN_NAME_SIZE];
    char path[LIMIT_PATH_SIZE];
    attachment_file written = {.file = PLATFORM_FILE_CLOSED};
    base_sink sink = {attachment_put, &written};
    index_attachment_name(number, name);
    steme_status status = platform_path_join(directory, name, path, error);
    if (status == STEME_OK)
        status = platform_file_open(path, PLATFORM_OPEN_TRUNCATE, &written.file, error);
    if (status != STEME_OK)
        return status;
    status = attachment->write(attachment->context, &sink, error);
    if (status == STEME_OK && written.size != attachment->size)
        status = base_fail(error, STEME_INVALID, "%s: %" PRIu64 " bytes, not %zu", path,
                           written.size, attachment->size);
    if (status == STEME_OK)
        status = platform_file_sync(&written.file, error);
    platform_file_close(&written.file);
    manifest->attachment_number = number;
    manifest->attachment_size = written.size;
    manifest->attachment_checksum = written.checksum;
    return status;
}

steme_status index_attachment_check(const runs_attachment *attachment, index_fault_visit visit,
                                    void *context)
{
    char name[RUN_NAME_SIZE];
    index_attachment_name(attachment->number, name);
    if (base_crc32c(0, attachment->mapping.bytes, attachment->mapping.size) == attachment->checksum)
        return STEME_OK;
    index_fault fault = {name, 0, "wrong checksum of the whole file"};
    return visit(context, &fault);
}

/* --- views ------------------------------------------------------------------------------------ */

void index_runs_view_release(runs_view *view)
{
    if (view == NULL ||
        atomic_fetch_sub_explicit(&view->reference_count, 1, memory_order_acq_rel) != 1)
        return;
    for (uint32_t i = 0; i < view->run_count; i++)
        index_run_release(view->runs[i]);
    attachment_release(view->attachment);
    base_free(view);
}

runs_view *index_runs_view_new(const runs_index *index, uint32_t run_count_max)
{
    runs_view *view = base_alloc_zero(1, sizeof *view + run_count_max * sizeof *view->runs);
    if (view == NULL)
        return NULL;
    atomic_init(&view->reference_count, 1);
    view->base.index = &index->base;
    return view;
}

index_run *index_runs_view_find(const runs_view *view, uint64_t number)
{
    for (uint32_t i = 0; view != NULL && i < view->run_count; i++)
        if (view->runs[i]->identity.number == number)
            return view->runs[i];
    return NULL;
}

static steme_status view_open_run(runs_index *index, const index_manifest *manifest, uint32_t which,
                                  const runs_view *old, index_run **out_run, steme_error *error)
{
    const manifest_run *entry = &manifest->runs[which];
    index_run *run = index_runs_view_find(old, entry->number);
    if (run != NULL) {
        *out_run = index_run_retain(run);
        return STEME_OK;
    }
    run_identity identity = {.generation = manifest->generation, .number = entry->number};
    memcpy(identity.store_id, manifest->store_id, sizeof identity.store_id);
    steme_status status = index_run_open(index->directory, &identity, index->base.tables,
                                         index->base.table_count, &run, error);
    if (status != STEME_OK)
        return status;
    if (run->page_count != entry->page_count) {
        status = base_fail(error, STEME_CORRUPT, "index %s: %" PRIu64 " pages, not %" PRIu64,
                           run->name, run->page_count, entry->page_count);
        index_run_release(run);
        return status;
    }
    run->is_damaged = &index->base.is_damaged;
    *out_run = run;
    return STEME_OK;
}

steme_status index_runs_view_open(runs_index *index, const index_manifest *manifest,
                                  const runs_view *old, runs_view **out_view, steme_error *error)
{
    if (old != NULL && old->generation != manifest->generation)
        old = NULL;
    runs_view *view = index_runs_view_new(index, manifest->run_count);
    if (view == NULL)
        return base_fail(error, STEME_NO_MEMORY, "index: out of memory");
    view->generation = manifest->generation;
    view->base.log_position = manifest->log_position;
    view->base.record_count = manifest->record_count;
    steme_status status = STEME_OK;
    for (uint32_t i = 0; status == STEME_OK && i < manifest->run_count; i++) {
        status = view_open_run(index, manifest, i, old, &view->runs[i], error);
        view->run_count += status == STEME_OK;
    }
    if (status == STEME_OK && manifest->attachment_number != 0) {
        runs_attachment *shared = old == NULL ? NULL : old->attachment;
        if (shared != NULL && shared->number == manifest->attachment_number) {
            atomic_fetch_add_explicit(&shared->reference_count, 1, memory_order_relaxed);
            view->attachment = shared;
        } else {
            status = attachment_open(index->directory, manifest, &view->attachment, error);
        }
    }
    if (status != STEME_OK) {
        index_runs_view_release(view);
        return status;
    }
    if (view->attachment != NULL)
        view->base.attachment = view->attachment->mapping;
    *out_view = view;
    return STEME_OK;
}

runs_view *index_runs_view_retain(runs_index *index)
{
    platform_mutex_lock(&index->view_lock);
    runs_view *view = index->view;
    atomic_fetch_add_explicit(&view->reference_count, 1, memory_order_relaxed);
    platform_mutex_unlock(&index->view_lock);
    return view;
}

void index_runs_view_replace(runs_index *index, runs_view *view)
{
    platform_mutex_lock(&index->view_lock);
    runs_view *old = index->view;
    index->view = view;
    platform_mutex_unlock(&index->view_lock);
    index_runs_view_release(old);
}
