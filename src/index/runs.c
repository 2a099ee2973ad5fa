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
#include "index/runs.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/limits.h"
#include "base/memory.h"
#include "platform/clock.h"
#include "platform/file.h"

#include <string.h>

enum {
    FAN_OUT = 6,
    FAN_OUT_MIN = 2,
    FAN_OUT_MAX = 16,
    RELOAD_COUNT = 100,     /* times that a reader tries again when files vanish */
    REBUILD_LAG_MAX = 4096, /* records that a new index may lack and take an old one's place */
};

/* --- file names ------------------------------------------------------------------------------- */

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

static steme_status runs_view_acquire(index_handle *handle, index_view **out_view,
                                      steme_error *error)
{
    (void)error;
    *out_view = &index_runs_view_retain(runs_of(handle))->base;
    return STEME_OK;
}

static void runs_view_release(index_view *view)
{
    index_runs_view_release((runs_view *)(void *)view);
}

/* --- opening ---------------------------------------------------------------------------------- */

static steme_status manifest_check(const runs_index *index, const index_manifest *wanted,
                                   const index_manifest *found, steme_error *error)
{
    if (memcmp(found->store_id, wanted->store_id, sizeof found->store_id) != 0)
        return base_fail(error, STEME_CORRUPT, "index %s: of another store", index->directory);
    if (found->table_count != wanted->table_count ||
        memcmp(found->table_sizes, wanted->table_sizes, sizeof found->table_sizes) != 0)
        return base_fail(error, STEME_CORRUPT, "index %s: has other tables", index->directory);
    if (found->tables_revision != wanted->tables_revision)
        return base_fail(error, STEME_CORRUPT,
                         "index %s: made by the rules of another version; make it anew with "
                         "`steme rebuild`",
                         index->directory);
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
        failure = index_runs_view_open(index, manifest, old, out_view, error);
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
    return status == STEME_OK
               ? index_runs_view_open(index, &index->manifest, NULL, &index->view, error)
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
    index_runs_view_release(index->view);
    platform_mutex_deinit(&index->view_lock);
    platform_mutex_deinit(&index->commit_lock);
    base_free(index->directory);
    base_free(index);
}

static uint32_t tables_revision(const index_table *tables, uint32_t table_count)
{
    uint8_t bytes[INDEX_TABLE_COUNT_MAX * 4] = {0};
    bool is_named = false;
    for (uint32_t i = 0; i < table_count; i++) {
        base_put_u32be(bytes + (size_t)i * 4, tables[i].revision);
        is_named |= tables[i].revision != 0;
    }
    return is_named ? base_crc32c(0, bytes, sizeof bytes) : 0;
}

static void runs_declare(runs_index *index, const index_table *tables, uint32_t table_count,
                         const uint8_t store_id[16])
{
    index_manifest *manifest = &index->manifest;
    index->base.engine = &index_runs;
    index->base.table_count = table_count;
    manifest->table_count = table_count;
    manifest->tables_revision = tables_revision(tables, table_count);
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

/* Whether the writer is building the index again. What a reader holds stays good meanwhile, and
 * spares it the log from its start. */
static bool is_being_rebuilt(const runs_index *index, const index_manifest *found)
{
    return found->generation != index->manifest.generation &&
           found->record_count + REBUILD_LAG_MAX < index->manifest.record_count;
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
    if (status != STEME_OK || index_manifest_is_equal(&found, &index->manifest) ||
        is_being_rebuilt(index, &found))
        return status;
    status = runs_load(index, index->view, &found, &view, error);
    if (status != STEME_OK)
        return status;
    if (is_being_rebuilt(index, &found)) { /* since the look before */
        index_runs_view_release(view);
        return STEME_OK;
    }
    index->manifest = found;
    index_runs_view_replace(index, view);
    *out_changed = true;
    return STEME_OK;
}

/* --- reading ---------------------------------------------------------------------------------- */

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

static steme_status runs_check(const index_view *base, index_fault_visit visit, void *context,
                               steme_error *error)
{
    const runs_view *view = view_of(base);
    steme_status status = STEME_OK;
    for (uint32_t i = 0; status == STEME_OK && i < view->run_count; i++)
        status = index_run_check(view->runs[i], visit, context);
    if (status == STEME_OK && view->attachment != NULL)
        status = index_attachment_check(view->attachment, visit, context);
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
    .apply = index_runs_apply,
    .maintain = index_runs_maintain,
    .refresh = runs_refresh,
    .view_acquire = runs_view_acquire,
    .view_release = runs_view_release,
    .sources_open = runs_sources_open,
    .source_next = index_run_next_page,
    .source_close = NULL,
    .check = runs_check,
    .stat = runs_stat,
};
