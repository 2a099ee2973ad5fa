/* The sketch of a store's ids (sketch/sketch.h), kept for replication: once a replica has asked for
 * it under a key. It is of the ids that the log has up to one position, and is brought to where a
 * snapshot wants it by what the log has between. So it may be older or newer than index, tails and
 * snapshot, and its file index/SKETCH may be as old as it likes.
 *
 *   offset  size
 *        0     8  "STMSKTCH"
 *        8     4  version, 1
 *       12     4  cells
 *       16    16  store id
 *       32    32  key
 *       64     8  position of the log
 *       72     8  ids
 *       80        cells: see sketch_cells_encode
 *      end    32  BLAKE3 of all bytes before                        integers big-endian */
#include "base/bytes.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"
#include "store/state.h"

enum {
    SKETCH_HEADER_SIZE = 80,
    SKETCH_FILE_SIZE = SKETCH_HEADER_SIZE + SKETCH_CELL_COUNT * SKETCH_CELL_SIZE + STEME_ID_SIZE,
    SKETCH_FILE_VERSION = 1,
    NEW_ID_COUNT_MAX = 2000000, /* with more, reading all ids anew takes less */
};

static const uint8_t sketch_magic[8] = {'S', 'T', 'M', 'S', 'K', 'T', 'C', 'H'};

void store_sketch_init(store_sketch *sketch)
{
    *sketch = (store_sketch){0};
    platform_mutex_init(&sketch->lock);
}

void store_sketch_deinit(store_sketch *sketch)
{
    base_free(sketch->cells);
    platform_mutex_deinit(&sketch->lock);
}

/* ---- The file ----------------------------------------------------------------------------- */

static void file_encode(const steme_store *store, const store_sketch *sketch, uint8_t *out_bytes)
{
    memcpy(out_bytes, sketch_magic, sizeof sketch_magic);
    base_put_u32be(out_bytes + 8, SKETCH_FILE_VERSION);
    base_put_u32be(out_bytes + 12, SKETCH_CELL_COUNT);
    memcpy(out_bytes + 16, store->store_id, 16);
    memcpy(out_bytes + 32, sketch->key.bytes, sizeof sketch->key);
    base_put_u64be(out_bytes + 64, sketch->position);
    base_put_u64be(out_bytes + 72, sketch->count);
    sketch_cells_encode(sketch->cells, SKETCH_CELL_COUNT, out_bytes + SKETCH_HEADER_SIZE);
    steme_id hash = base_blake3(out_bytes, SKETCH_FILE_SIZE - STEME_ID_SIZE);
    memcpy(out_bytes + SKETCH_FILE_SIZE - STEME_ID_SIZE, hash.bytes, sizeof hash);
}

/* Whether the bytes are a whole file of this store and key. */
static bool file_is_right(const steme_store *store, const sketch_key *key, const uint8_t *bytes,
                          size_t size)
{
    if (size != SKETCH_FILE_SIZE || memcmp(bytes, sketch_magic, sizeof sketch_magic) != 0 ||
        base_get_u32be(bytes + 8) != SKETCH_FILE_VERSION ||
        base_get_u32be(bytes + 12) != SKETCH_CELL_COUNT ||
        memcmp(bytes + 16, store->store_id, 16) != 0 ||
        memcmp(bytes + 32, key->bytes, sizeof *key) != 0)
        return false;
    steme_id hash = base_blake3(bytes, SKETCH_FILE_SIZE - STEME_ID_SIZE);
    return memcmp(bytes + SKETCH_FILE_SIZE - STEME_ID_SIZE, hash.bytes, sizeof hash) == 0;
}

static steme_status file_path(const steme_store *store, char *out_path, steme_error *error)
{
    return platform_path_join(store->index_directory, "SKETCH", out_path, error);
}

/* Takes over what the file has, if it is right. */
static void file_load(const steme_store *store, const sketch_key *key, store_sketch *sketch)
{
    char path[LIMIT_PATH_SIZE];
    uint8_t *bytes = NULL;
    size_t size;
    if (file_path(store, path, NULL) != STEME_OK || !platform_path_exists(path) ||
        platform_file_load(path, SKETCH_FILE_SIZE, &bytes, &size, NULL) != STEME_OK)
        return;
    if (file_is_right(store, key, bytes, size)) {
        sketch->position = base_get_u64be(bytes + 64);
        sketch->count = base_get_u64be(bytes + 72);
        sketch_cells_decode(bytes + SKETCH_HEADER_SIZE, SKETCH_CELL_COUNT, sketch->cells);
        sketch->saved_count = sketch->count;
        sketch->is_made = sketch->position <= log_end(store->log) &&
                          (uint32_t)sketch->cells[0].count == (uint32_t)sketch->count;
    }
    base_free(bytes);
}

void store_sketch_save(steme_store *store, uint64_t new_count_min)
{
    store_sketch *sketch = &store->sketch;
    char path[LIMIT_PATH_SIZE];
    if (store->is_read_only || file_path(store, path, NULL) != STEME_OK)
        return;
    uint8_t *bytes = NULL;
    uint64_t count = 0;
    platform_mutex_lock(&sketch->lock);
    if (sketch->is_made && sketch->count >= sketch->saved_count + new_count_min &&
        (bytes = base_alloc(SKETCH_FILE_SIZE)) != NULL) {
        count = sketch->count;
        file_encode(store, sketch, bytes);
    }
    platform_mutex_unlock(&sketch->lock);
    if (bytes == NULL)
        return;
    steme_status status = platform_file_replace(path, bytes, SKETCH_FILE_SIZE, NULL);
    base_free(bytes);
    platform_mutex_lock(&sketch->lock);
    if (status == STEME_OK)
        sketch->saved_count = count;
    platform_mutex_unlock(&sketch->lock);
}

steme_status store_sketch_drop(steme_store *store, steme_error *error)
{
    char path[LIMIT_PATH_SIZE];
    steme_status status = file_path(store, path, error);
    if (status != STEME_OK)
        return status;
    platform_mutex_lock(&store->sketch.lock);
    store->sketch.is_made = false;
    store->sketch.saved_count = 0;
    platform_mutex_unlock(&store->sketch.lock);
    return platform_path_exists(path) ? platform_path_remove(path, error) : STEME_OK;
}

/* ---- Making it and moving it -------------------------------------------------------------- */

/* The first cells of all the snapshot's ids. */
static steme_status add_all_ids(const steme_snapshot *snapshot, const sketch_key *key,
                                size_t cell_count, sketch_cell *cells, uint64_t *out_count,
                                steme_error *error)
{
    static const uint8_t lowest[STEME_ID_SIZE];
    store_id_source source;
    steme_id id;
    bool is_found = true;
    uint64_t count = 0;
    merkle_source ids = store_id_source_init(&source, &snapshot->reading);
    memset(cells, 0, cell_count * sizeof *cells);
    steme_status status = ids.seek(ids.context, lowest, error);
    while (status == STEME_OK &&
           (status = ids.next(ids.context, &id, &is_found, error)) == STEME_OK && is_found) {
        sketch_toggle(cells, cell_count, key, sketch_item(&id), 1);
        count++;
    }
    store_id_source_deinit(&source);
    *out_count = count;
    return status;
}

/* Toggles the `count` ids that the log has between two positions. STEME_CORRUPT where it has
 * others: nothing is changed then. */
static steme_status toggle_between(const steme_snapshot *snapshot, const sketch_key *key,
                                   uint64_t from, uint64_t to, uint64_t count, int32_t sign,
                                   size_t cell_count, sketch_cell *cells, steme_error *error)
{
    steme_id *ids;
    if (count > NEW_ID_COUNT_MAX)
        return base_fail(error, STEME_CORRUPT, "sketch: too far from the snapshot");
    steme_status status = store_snapshot_new_ids(snapshot, from, to, count, &ids, error);
    if (status != STEME_OK)
        return status;
    for (uint64_t i = 0; i < count; i++)
        sketch_toggle(cells, cell_count, key, sketch_item(&ids[i]), sign);
    base_free(ids);
    return STEME_OK;
}

static steme_status make_anew(store_sketch *sketch, const steme_snapshot *snapshot,
                              steme_error *error)
{
    sketch->is_made = false;
    steme_status status = add_all_ids(snapshot, &sketch->key, SKETCH_CELL_COUNT, sketch->cells,
                                      &sketch->count, error);
    if (status != STEME_OK)
        return status;
    sketch->position = snapshot->log_end;
    sketch->saved_count = 0;
    sketch->is_made = true;
    return STEME_OK;
}

/* Brings the sketch at least to where the snapshot is. Its lock is held. */
static steme_status catch_up(store_sketch *sketch, const steme_snapshot *snapshot,
                             steme_error *error)
{
    steme_status status = STEME_CORRUPT;
    uint64_t wanted = snapshot->counts.record_count;
    if (sketch->is_made && sketch->position > snapshot->log_end)
        return STEME_OK;
    if (sketch->is_made && sketch->position == snapshot->log_end && sketch->count == wanted)
        return STEME_OK;
    if (sketch->is_made && sketch->count <= wanted)
        status = toggle_between(snapshot, &sketch->key, sketch->position, snapshot->log_end,
                                wanted - sketch->count, 1, SKETCH_CELL_COUNT, sketch->cells, error);
    if (status == STEME_CORRUPT)
        return make_anew(sketch, snapshot, error);
    if (status == STEME_OK) {
        sketch->position = snapshot->log_end;
        sketch->count = wanted;
    }
    return status;
}

/* The sketch's first cells, without what came after the snapshot. */
static steme_status copy_cells(const store_sketch *sketch, const steme_snapshot *snapshot,
                               size_t cell_count, sketch_cell *out_cells, steme_error *error)
{
    uint64_t count;
    uint64_t wanted = snapshot->counts.record_count;
    steme_status status = STEME_CORRUPT;
    memcpy(out_cells, sketch->cells, cell_count * sizeof *out_cells);
    if (sketch->position == snapshot->log_end)
        return STEME_OK;
    if (sketch->count >= wanted)
        status = toggle_between(snapshot, &sketch->key, snapshot->log_end, sketch->position,
                                sketch->count - wanted, -1, cell_count, out_cells, error);
    if (status == STEME_CORRUPT)
        status = add_all_ids(snapshot, &sketch->key, cell_count, out_cells, &count, error);
    return status;
}

/* Makes room, and reads the file where there is one under this key. Lock held. */
static steme_status begin(steme_store *store, const sketch_key *key, steme_error *error)
{
    store_sketch *sketch = &store->sketch;
    if (sketch->cells == NULL)
        sketch->cells = base_alloc(SKETCH_CELL_COUNT * sizeof *sketch->cells);
    if (sketch->cells == NULL)
        return base_fail(error, STEME_NO_MEMORY, "sketch: out of memory");
    if (sketch->is_made && memcmp(&sketch->key, key, sizeof *key) == 0)
        return STEME_OK;
    sketch->key = *key;
    sketch->is_made = false;
    file_load(store, key, sketch);
    return STEME_OK;
}

steme_status store_snapshot_cells(const steme_snapshot *snapshot, const sketch_key *key,
                                  size_t cell_count, sketch_cell *out_cells, steme_error *error)
{
    store_sketch *sketch = &snapshot->store->sketch;
    if (cell_count > SKETCH_CELL_COUNT)
        return base_fail(error, STEME_INVALID, "sketch: %zu cells are more than it has",
                         cell_count);
    platform_mutex_lock(&sketch->lock);
    steme_status status = begin(snapshot->store, key, error);
    if (status == STEME_OK)
        status = catch_up(sketch, snapshot, error);
    if (status == STEME_OK)
        status = copy_cells(sketch, snapshot, cell_count, out_cells, error);
    platform_mutex_unlock(&sketch->lock);
    return status;
}

steme_status store_sketch_keep(steme_store *store, const sketch_key *key, steme_error *error)
{
    steme_snapshot *snapshot;
    sketch_cell first;
    steme_status status = steme_snapshot_open(store, &snapshot, error);
    if (status != STEME_OK)
        return status;
    status = store_snapshot_cells(snapshot, key, 1, &first, error);
    steme_snapshot_close(snapshot);
    return status;
}
