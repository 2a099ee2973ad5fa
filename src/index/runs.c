/* index_runs: the index as immutable sorted files, merged in the background.
 *
 * DESIGN. Each apply writes one file, a run, with the sorted rows of its batch (run.c draws it),
 * and then replaces the manifest, which names all runs. A question looks into every run; filters
 * keep it from reading those without the key. So that runs stay few they are merged: as soon as
 * `fan_out` of about one size exist they become one of the next size, and each row is rewritten
 * once per size. Rows are sets: the order of runs does not matter, and a merge may take any.
 *
 * State is two things. `manifest` is what the disk says; `commit_lock` guards it and is held while
 * a new one is written, so apply and maintain, each in a thread of its own, commit one after the
 * other; neither holds it while it writes rows. `view` is what readers get; `view_lock` guards the
 * pointer only, for as long as it takes to count a reference.
 * Rank: commit_lock before view_lock.
 *
 * Crash safety: a file is whole, synced, and its name too, before a manifest names it, and is
 * unlinked after a manifest that does not name it is durable. What no manifest names, the next
 * writer removes. Where it is unknown which manifest is on disk (a failed sync) both sets of files
 * stay, and the handle refuses to write. */
#include "base/error.h"
#include "base/hash.h"
#include "base/limits.h"
#include "base/memory.h"
#include "index/manifest.h"
#include "index/run.h"
#include "platform/clock.h"
#include "platform/file.h"
#include "platform/thread.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
    FAN_OUT = 6,
    FAN_OUT_MIN = 2,
    FAN_OUT_MAX = 16,
    SMALL_PAGE_COUNT = 256,  /* a run of up to this many pages is of the least size class */
    CANCEL_ROW_COUNT = 4096, /* rows merged between two looks at the cancel flag */
    RELOAD_COUNT = 100,      /* times that a reader tries again when files vanish */
};

typedef struct runs_attachment {
    _Atomic uint32_t reference_count;
    uint64_t number;
    uint32_t checksum;
    steme_span mapping;
} runs_attachment;

typedef struct runs_view {
    index_view base;
    _Atomic uint32_t reference_count;
    uint64_t generation;
    runs_attachment *attachment;
    uint32_t run_count;
    index_run *runs[];
} runs_view;

typedef struct runs_index {
    index_handle base;
    char *directory;
    index_options options;
    run_identity identity;      /* of the writer's runs, but for the number; constant */
    platform_mutex commit_lock; /* guards manifest, next_number, is_broken */
    index_manifest manifest;
    uint64_t next_number;
    bool is_broken;           /* which manifest is on disk is unknown */
    platform_mutex view_lock; /* guards view */
    runs_view *view;
} runs_index;

static runs_index *runs_of(index_handle *index)
{
    return (runs_index *)(void *)index;
}

static const runs_view *view_of(const index_view *view)
{
    return (const runs_view *)(const void *)view;
}

/* --- file names --------------------------------------------------------------------------------
 */

static void attachment_name(uint64_t number, char out_name[RUN_NAME_SIZE])
{
    snprintf(out_name, RUN_NAME_SIZE, "%016" PRIx64 ".att", number);
}

/* Whether `name` is that of one of our files; its number if it has one, else 0. */
static bool file_name_parse(const char *name, uint64_t *out_number)
{
    uint8_t digits[8];
    *out_number = 0;
    if (strcmp(name, MANIFEST_NAME ".new") == 0)
        return true;
    if (strlen(name) != 20 || !base_hex_decode(name, 16, digits, 8))
        return false;
    *out_number = base_get_u64be(digits);
    return strcmp(name + 16, ".run") == 0 || strcmp(name + 16, ".att") == 0;
}

static void file_remove(const char *directory, const char *name)
{
    char path[LIMIT_PATH_SIZE];
    if (platform_path_join(directory, name, path, NULL) == STEME_OK)
        (void)!platform_path_remove(path, NULL);
}

typedef struct file_sweep {
    const char *directory;
    const index_manifest *keep; /* NULL = nothing */
} file_sweep;

static bool manifest_names(const index_manifest *manifest, uint64_t number)
{
    if (number == 0)
        return false;
    for (uint32_t i = 0; i < manifest->run_count; i++)
        if (manifest->runs[i].number == number)
            return true;
    return manifest->attachment_number == number;
}

static steme_status sweep_visit(void *context, const char *name, steme_error *error)
{
    const file_sweep *sweep = context;
    char path[LIMIT_PATH_SIZE];
    uint64_t number;
    if (!file_name_parse(name, &number))
        return STEME_OK;
    if (sweep->keep != NULL && manifest_names(sweep->keep, number))
        return STEME_OK;
    steme_status status = platform_path_join(sweep->directory, name, path, error);
    return status == STEME_OK ? platform_path_remove(path, error) : status;
}

/* --- attachments -------------------------------------------------------------------------------
 */

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
    attachment_name(manifest->attachment_number, name);
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

/* Writes the file and enters it into `manifest`. */
static steme_status attachment_write(const char *directory, steme_span bytes, uint64_t number,
                                     index_manifest *manifest, steme_error *error)
{
    char name[RUN_NAME_SIZE];
    char path[LIMIT_PATH_SIZE];
    platform_file file = PLATFORM_FILE_CLOSED;
    attachment_name(number, name);
    steme_status status = platform_path_join(directory, name, path, error);
    if (status == STEME_OK)
        status = platform_file_open(path, PLATFORM_OPEN_TRUNCATE, &file, error);
    if (status != STEME_OK)
        return status;
    status = platform_file_write(&file, 0, bytes.bytes, bytes.size, error);
    if (status == STEME_OK)
        status = platform_file_sync(&file, error);
    platform_file_close(&file);
    manifest->attachment_number = number;
    manifest->attachment_size = bytes.size;
    manifest->attachment_checksum = base_crc32c(0, bytes.bytes, bytes.size);
    return status;
}

/* --- views -------------------------------------------------------------------------------------
 */

static void view_release(runs_view *view)
{
    if (view == NULL ||
        atomic_fetch_sub_explicit(&view->reference_count, 1, memory_order_acq_rel) != 1)
        return;
    for (uint32_t i = 0; i < view->run_count; i++)
        index_run_release(view->runs[i]);
    attachment_release(view->attachment);
    base_free(view);
}

static runs_view *view_alloc(const runs_index *index, uint32_t run_count_max)
{
    runs_view *view = base_alloc_zero(1, sizeof *view + run_count_max * sizeof *view->runs);
    if (view == NULL)
        return NULL;
    atomic_init(&view->reference_count, 1);
    view->base.index = &index->base;
    return view;
}

static index_run *view_find_run(const runs_view *view, uint64_t number)
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
    index_run *run = view_find_run(old, entry->number);
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
    *out_run = run;
    return STEME_OK;
}

/* Opens what `manifest` names and `old` (may be NULL) does not hold already. */
static steme_status view_open(runs_index *index, const index_manifest *manifest,
                              const runs_view *old, runs_view **out_view, steme_error *error)
{
    if (old != NULL && old->generation != manifest->generation)
        old = NULL;
    runs_view *view = view_alloc(index, manifest->run_count);
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
        view_release(view);
        return status;
    }
    if (view->attachment != NULL)
        view->base.attachment = view->attachment->mapping;
    *out_view = view;
    return STEME_OK;
}

static runs_view *view_retain_current(runs_index *index)
{
    platform_mutex_lock(&index->view_lock);
    runs_view *view = index->view;
    atomic_fetch_add_explicit(&view->reference_count, 1, memory_order_relaxed);
    platform_mutex_unlock(&index->view_lock);
    return view;
}

static void view_replace(runs_index *index, runs_view *view)
{
    platform_mutex_lock(&index->view_lock);
    runs_view *old = index->view;
    index->view = view;
    platform_mutex_unlock(&index->view_lock);
    view_release(old);
}

static steme_status runs_view_acquire(index_handle *handle, index_view **out_view,
                                      steme_error *error)
{
    (void)error;
    *out_view = &view_retain_current(runs_of(handle))->base;
    return STEME_OK;
}

static void runs_view_release(index_view *view)
{
    view_release((runs_view *)(void *)view);
}

/* --- opening -----------------------------------------------------------------------------------
 */

static steme_status manifest_check(const runs_index *index, const index_manifest *wanted,
                                   const index_manifest *found, steme_error *error)
{
    if (memcmp(found->store_id, wanted->store_id, sizeof found->store_id) != 0)
        return base_fail(error, STEME_CORRUPT, "index %s: of another store", index->directory);
    if (found->table_count != wanted->table_count ||
        memcmp(found->table_sizes, wanted->table_sizes, sizeof found->table_sizes) != 0)
        return base_fail(error, STEME_CORRUPT, "index %s: has other tables", index->directory);
    return STEME_OK;
}

/* Loads the manifest and opens what it names. Between the two a writer may replace it and unlink
 * files, or build the index again under the same names: then there is another manifest by now, and
 * that one is tried. */
static steme_status runs_load(runs_index *index, const runs_view *old, index_manifest *manifest,
                              runs_view **out_view, steme_error *error)
{
    index_manifest failed;
    steme_status failure = STEME_OK;
    for (int i = 0; i < RELOAD_COUNT; i++) {
        steme_status status = index_manifest_load(index->directory, manifest, error);
        if (status == STEME_OK)
            status = manifest_check(index, &index->manifest, manifest, error);
        if (status != STEME_OK)
            return status;
        if (i > 0 && index_manifest_is_equal(manifest, &failed))
            break;
        failure = view_open(index, manifest, old, out_view, error);
        if (failure != STEME_NOT_FOUND && failure != STEME_CORRUPT)
            return failure;
        failed = *manifest;
    }
    if (failure == STEME_NOT_FOUND)
        base_fail(error, STEME_CORRUPT, "index %s: a file that the manifest names is missing",
                  index->directory);
    return STEME_CORRUPT;
}

static steme_status runs_create(runs_index *index, steme_error *error)
{
    platform_random(&index->manifest.generation, sizeof index->manifest.generation);
    index->manifest.next_number = 1;
    steme_status status = index_manifest_save(index->directory, &index->manifest, error);
    return status == STEME_OK ? view_open(index, &index->manifest, NULL, &index->view, error)
                              : status;
}

static steme_status runs_open_files(runs_index *index, steme_error *error)
{
    char path[LIMIT_PATH_SIZE];
    index_manifest found;
    steme_status status = platform_path_join(index->directory, MANIFEST_NAME, path, error);
    if (status != STEME_OK)
        return status;
    bool is_new = index->options.is_writer && !platform_path_exists(path);
    if (is_new && !platform_path_exists(index->directory))
        status = platform_directory_create(index->directory, error);
    if (status == STEME_OK && is_new)
        status = runs_create(index, error);
    if (status == STEME_OK && !is_new) {
        status = runs_load(index, NULL, &found, &index->view, error);
        if (status == STEME_OK)
            index->manifest = found;
    }
    if (status != STEME_OK)
        return status;
    index->next_number = index->manifest.next_number;
    index->identity.generation = index->manifest.generation;
    memcpy(index->identity.store_id, index->manifest.store_id, sizeof index->identity.store_id);
    if (!index->options.is_writer)
        return STEME_OK;
    file_sweep sweep = {index->directory, &index->manifest};
    return platform_directory_list(index->directory, sweep_visit, &sweep, error);
}

static void runs_close(index_handle *handle)
{
    runs_index *index = runs_of(handle);
    view_release(index->view);
    platform_mutex_deinit(&index->view_lock);
    platform_mutex_deinit(&index->commit_lock);
    base_free(index->directory);
    base_free(index);
}

static void runs_declare(runs_index *index, const index_table *tables, uint32_t table_count,
                         const uint8_t store_id[16])
{
    index_manifest *manifest = &index->manifest;
    index->base.engine = &index_runs;
    index->base.table_count = table_count;
    manifest->table_count = table_count;
    memcpy(manifest->store_id, store_id, sizeof manifest->store_id);
    for (uint32_t i = 0; i < table_count; i++) {
        index->base.tables[i] = tables[i];
        manifest->table_sizes[i][0] = tables[i].row_size;
        manifest->table_sizes[i][1] = tables[i].probe_size;
        manifest->table_sizes[i][2] = tables[i].reduce_size;
        manifest->table_sizes[i][3] = tables[i].reduce_order_size;
    }
}

static steme_status runs_open(const char *directory, const index_table *tables,
                              uint32_t table_count, const uint8_t store_id[16],
                              const index_options *options, index_handle **out_index,
                              steme_error *error)
{
    if (options->fan_out != 0 && (options->fan_out < FAN_OUT_MIN || options->fan_out > FAN_OUT_MAX))
        return base_fail(error, STEME_INVALID, "index: fan-out %u, %d to %d are possible",
                         options->fan_out, FAN_OUT_MIN, FAN_OUT_MAX);
    runs_index *index = base_alloc_zero(1, sizeof *index);
    char *path = base_alloc(strlen(directory) + 1);
    if (index == NULL || path == NULL) {
        base_free(index);
        base_free(path);
        return base_fail(error, STEME_NO_MEMORY, "index: out of memory");
    }
    memcpy(path, directory, strlen(directory) + 1);
    index->directory = path;
    index->options = *options;
    if (index->options.fan_out == 0)
        index->options.fan_out = FAN_OUT;
    platform_mutex_init(&index->commit_lock);
    platform_mutex_init(&index->view_lock);
    runs_declare(index, tables, table_count, store_id);
    steme_status status = runs_open_files(index, error);
    if (status != STEME_OK) {
        runs_close(&index->base);
        return status;
    }
    *out_index = &index->base;
    return STEME_OK;
}

static steme_status runs_destroy(const char *directory, steme_error *error)
{
    char path[LIMIT_PATH_SIZE];
    file_sweep sweep = {directory, NULL};
    if (!platform_path_exists(directory))
        return STEME_OK;
    steme_status status = platform_path_join(directory, MANIFEST_NAME, path, error);
    if (status == STEME_OK && platform_path_exists(path))
        status = platform_path_remove(path, error);
    /* The manifest first, for good: it must not come back naming files that are gone. */
    if (status == STEME_OK)
        status = platform_directory_sync(directory, error);
    if (status == STEME_OK)
        status = platform_directory_list(directory, sweep_visit, &sweep, error);
    return status;
}

static steme_status runs_refresh(index_handle *handle, bool *out_changed, steme_error *error)
{
    runs_index *index = runs_of(handle);
    index_manifest found;
    runs_view *view;
    *out_changed = false;
    if (index->options.is_writer)
        return STEME_OK;
    steme_status status = index_manifest_load(index->directory, &found, error);
    if (status != STEME_OK || index_manifest_is_equal(&found, &index->manifest))
        return status;
    status = runs_load(index, index->view, &found, &view, error);
    if (status != STEME_OK)
        return status;
    index->manifest = found;
    view_replace(index, view);
    *out_changed = true;
    return STEME_OK;
}

/* --- committing --------------------------------------------------------------------------------
 */

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
    steme_status status = view_open(index, next, index->view, &view, error);
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
        view_release(view);
        return status;
    }
    index->manifest = *next;
    view_replace(index, view);
    return STEME_OK;
}

static void file_remove_number(const runs_index *index, uint64_t run, uint64_t attachment)
{
    char name[RUN_NAME_SIZE];
    if (run != 0) {
        index_run_name(run, name);
        file_remove(index->directory, name);
    }
    if (attachment != 0) {
        attachment_name(attachment, name);
        file_remove(index->directory, name);
    }
}

static run_identity runs_identity(const runs_index *index, uint64_t number)
{
    run_identity identity = index->identity;
    identity.number = number;
    return identity;
}

/* --- apply -------------------------------------------------------------------------------------
 */

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
    runs_view *view = view_retain_current(index);
    uint64_t log_from = view->base.log_position;
    view_release(view);
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

static steme_status runs_apply(index_handle *handle, const index_batch *batch,
                               uint64_t log_position, uint64_t record_count,
                               const steme_span *attachment, steme_error *error)
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
        status = attachment_write(index->directory, *attachment, number, &changes, error);
        if (status != STEME_OK) {
            file_remove_number(index, run.number, number);
            return status;
        }
    }
    return apply_commit(index, &run, &changes, attachment != NULL, error);
}

/* --- merging -----------------------------------------------------------------------------------
 */

static uint32_t size_class(uint64_t page_count, uint32_t fan_out)
{
    uint32_t tier = 0;
    for (uint64_t limit = SMALL_PAGE_COUNT; page_count > limit; limit *= fan_out)
        tier++;
    return tier;
}

/* The runs of the least size class that has enough of them, FAN_OUT_MAX at most, as a view of their
 * own; NULL and STEME_OK where no merge is due. */
static steme_status merge_choose(runs_index *index, const runs_view *from, runs_view **out_inputs,
                                 steme_error *error)
{
    uint32_t fan_out = index->options.fan_out;
    uint32_t counts[64] = {0};
    uint32_t tier = 0;
    for (uint32_t i = 0; i < from->run_count; i++)
        counts[size_class(from->runs[i]->page_count, fan_out)]++;
    while (tier < 64 && counts[tier] < fan_out)
        tier++;
    *out_inputs = NULL;
    if (tier == 64)
        return STEME_OK;
    runs_view *inputs = view_alloc(index, FAN_OUT_MAX);
    if (inputs == NULL)
        return base_fail(error, STEME_NO_MEMORY, "index: no memory to merge");
    for (uint32_t i = 0; i < from->run_count && inputs->run_count < FAN_OUT_MAX; i++)
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
        if (view_find_run(inputs, index->manifest.runs[i].number) == NULL)
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

static steme_status runs_maintain(index_handle *handle, bool *out_did_work, steme_error *error)
{
    runs_index *index = runs_of(handle);
    runs_view *inputs;
    steme_status status = writer_check(index, error);
    if (status != STEME_OK)
        return status;
    runs_view *view = view_retain_current(index);
    status = merge_choose(index, view, &inputs, error);
    view_release(view);
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
    view_release(inputs);
    if (status == STEME_OK)
        *out_did_work = true;
    return status;
}

/* --- reading -----------------------------------------------------------------------------------
 */

/* Which runs may have the key, by their filters: all lines are fetched before the first is read. */
static void filters_prefetch(const runs_view *view, uint32_t table_number, uint64_t hash)
{
    for (uint32_t i = 0; i < view->run_count; i++) {
        const run_table *table = &view->runs[i]->tables[table_number];
        if (table->filter_block_count > 0)
            __builtin_prefetch(index_run_filter_address(view->runs[i], table,
                                                        index_run_filter_block(table, hash)));
    }
}

static steme_status run_may_have(index_run *run, uint32_t table_number, uint64_t hash,
                                 bool *out_may_have, steme_error *error)
{
    const run_table *table = &run->tables[table_number];
    *out_may_have = true;
    if (table->filter_block_count == 0)
        return STEME_OK;
    uint64_t block = index_run_filter_block(table, hash);
    if (index_run_page(run, index_run_filter_page(table, block), error) == NULL)
        return STEME_CORRUPT;
    *out_may_have = index_run_filter_has(index_run_filter_address(run, table, block), hash);
    return STEME_OK;
}

static steme_status runs_sources_open(const index_view *base, index_cursor *cursor,
                                      steme_error *error)
{
    const runs_view *view = view_of(base);
    uint8_t probe_size = base->index->tables[cursor->table].probe_size;
    bool is_filtered = probe_size > 0 && cursor->prefix_size >= probe_size;
    uint64_t hash = 0;
    if (is_filtered) {
        hash = index_hash(view->generation, cursor->lower, probe_size);
        filters_prefetch(view, cursor->table, hash);
    }
    for (uint32_t i = 0; i < view->run_count; i++) {
        index_source source = {0};
        bool may_have = true;
        steme_status status = STEME_OK;
        if (is_filtered)
            status = run_may_have(view->runs[i], cursor->table, hash, &may_have, error);
        if (status == STEME_OK && may_have)
            status = index_run_seek(view->runs[i], cursor, &source, error);
        if (status != STEME_OK)
            return status;
        if (source.row == NULL)
            continue;
        index_source *added = index_cursor_add_source(cursor);
        if (added == NULL)
            return base_fail(error, STEME_NO_MEMORY, "index: no memory for a scan");
        *added = source;
    }
    return STEME_OK;
}

static steme_status attachment_check(const runs_attachment *attachment, index_fault_visit visit,
                                     void *context)
{
    char name[RUN_NAME_SIZE];
    attachment_name(attachment->number, name);
    if (base_crc32c(0, attachment->mapping.bytes, attachment->mapping.size) == attachment->checksum)
        return STEME_OK;
    index_fault fault = {name, 0, "wrong checksum of the whole file"};
    return visit(context, &fault);
}

static steme_status runs_check(const index_view *base, index_fault_visit visit, void *context,
                               steme_error *error)
{
    const runs_view *view = view_of(base);
    steme_status status = STEME_OK;
    for (uint32_t i = 0; status == STEME_OK && i < view->run_count; i++)
        status = index_run_check(view->runs[i], visit, context);
    if (status == STEME_OK && view->attachment != NULL)
        status = attachment_check(view->attachment, visit, context);
    return status == STEME_OK ? STEME_OK : base_fail(error, status, "index: check ended early");
}

static void runs_stat(const index_view *base, index_stat *out_stat)
{
    const runs_view *view = view_of(base);
    out_stat->run_count = view->run_count;
    out_stat->byte_count = base->attachment.size;
    for (uint32_t i = 0; i < view->run_count; i++) {
        out_stat->byte_count += view->runs[i]->page_count * RUN_PAGE_SIZE;
        for (uint32_t t = 0; t < base->index->table_count; t++)
            out_stat->row_counts[t] += view->runs[i]->tables[t].row_count;
    }
}

const index_engine index_runs = {
    .name = "runs",
    .open = runs_open,
    .close = runs_close,
    .destroy = runs_destroy,
    .apply = runs_apply,
    .maintain = runs_maintain,
    .refresh = runs_refresh,
    .view_acquire = runs_view_acquire,
    .view_release = runs_view_release,
    .sources_open = runs_sources_open,
    .source_next = index_run_next_page,
    .source_close = NULL,
    .check = runs_check,
    .stat = runs_stat,
};
