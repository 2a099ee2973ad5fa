#include "store/vectors.h"
#include "base/bytes.h"
#include "base/error.h"
#include "base/memory.h"
#include "platform/clock.h"
#include "store/state.h"

enum {
    FILE_HEADER_SIZE = 24,
    FILE_PIECE_COUNT = 64, /* stamps that are written at a time */
    FEW_NODE_COUNT = 16,   /* cheaper taken one by one than by a merge, which makes a new vector */
};

static const uint8_t file_magic[8] = {'S', 'T', 'M', 'V', 'E', 'C', 'T', 'S'};

/* ---- Memory ------------------------------------------------------------------------------- */

/* NULL where there is no memory. */
static store_vectors *vectors_make(void)
{
    store_vectors *vectors = base_alloc_zero(1, sizeof *vectors);
    if (vectors == NULL)
        return NULL;
    atomic_init(&vectors->reference_count, 1);
    vectors->future_from_ns = UINT64_MAX;
    return vectors;
}

static steme_status fail_no_memory(steme_error *error)
{
    return base_fail(error, STEME_NO_MEMORY, "vector clock: out of memory");
}

steme_status store_vectors_new(store_vectors **out_vectors, steme_error *error)
{
    store_vectors *vectors = vectors_make();
    if (vectors == NULL)
        return fail_no_memory(error);
    *out_vectors = vectors;
    return STEME_OK;
}

store_vectors *store_vectors_retain(store_vectors *vectors)
{
    atomic_fetch_add(&vectors->reference_count, 1);
    return vectors;
}

void store_vectors_release(store_vectors *vectors)
{
    if (vectors == NULL || atomic_fetch_sub(&vectors->reference_count, 1) != 1)
        return;
    for (size_t kind = 0; kind < STORE_VECTOR_COUNT; kind++)
        steme_vector_deinit(&vectors->vectors[kind]);
    base_free(vectors);
}

void store_vectors_clear(store_vectors *vectors)
{
    vectors->future_from_ns = UINT64_MAX;
    vectors->future_count = 0;
    for (size_t kind = 0; kind < STORE_VECTOR_COUNT; kind++)
        vectors->vectors[kind].count = 0;
}

static steme_status vectors_copy(const store_vectors *vectors, store_vectors **out_copy,
                                 steme_error *error)
{
    steme_status status = STEME_OK;
    store_vectors *copy = vectors_make();
    if (copy == NULL)
        return fail_no_memory(error);
    copy->future_from_ns = vectors->future_from_ns;
    copy->future_count = vectors->future_count;
    for (size_t kind = 0; kind < STORE_VECTOR_COUNT && status == STEME_OK; kind++)
        status = steme_vector_merge(&copy->vectors[kind], &vectors->vectors[kind], error);
    if (status == STEME_OK)
        *out_copy = copy;
    else
        store_vectors_release(copy);
    return status;
}

steme_status store_vectors_own(store_vectors **vectors, steme_error *error)
{
    store_vectors *copy;
    if (atomic_load(&(*vectors)->reference_count) == 1)
        return STEME_OK;
    steme_status status = vectors_copy(*vectors, &copy, error);
    if (status != STEME_OK)
        return status;
    store_vectors_release(*vectors);
    *vectors = copy;
    return STEME_OK;
}

/* ---- Taking note -------------------------------------------------------------------------- */

/* The vector that a record belongs to; NULL where it is of another type. */
static steme_vector *vector_of(store_vectors *vectors, uint64_t record_type)
{
    if (record_type == STEME_ASSERTION)
        return &vectors->vectors[STEME_VECTOR_OF_ASSERTIONS];
    return record_type == STEME_VOTE ? &vectors->vectors[STEME_VECTOR_OF_VOTES] : NULL;
}

steme_status store_vectors_take(store_vectors *vectors, const steme_record *record, uint64_t now_ns,
                                steme_error *error)
{
    steme_vector *vector = vector_of(vectors, record->type);
    if (vector == NULL)
        return STEME_OK;
    if (steme_stamp_is_mature(&record->stamp, now_ns))
        return steme_vector_advance(vector, &record->stamp, error);
    vectors->future_count++;
    if (record->stamp.time_ns < vectors->future_from_ns)
        vectors->future_from_ns = record->stamp.time_ns;
    return STEME_OK;
}

static steme_status vector_add(steme_vector *vector, const steme_vector *more, steme_error *error)
{
    steme_status status = STEME_OK;
    if (more->count > FEW_NODE_COUNT)
        return steme_vector_merge(vector, more, error);
    for (size_t i = 0; i < more->count && status == STEME_OK; i++)
        status = steme_vector_advance(vector, &more->stamps[i], error);
    return status;
}

steme_status store_vectors_merge(store_vectors **vectors, const store_vectors *more,
                                 steme_error *error)
{
    steme_status status = store_vectors_own(vectors, error);
    for (size_t kind = 0; kind < STORE_VECTOR_COUNT && status == STEME_OK; kind++)
        status = vector_add(&(*vectors)->vectors[kind], &more->vectors[kind], error);
    if (status == STEME_OK && more->future_from_ns < (*vectors)->future_from_ns)
        (*vectors)->future_from_ns = more->future_from_ns;
    return status;
}

/* ---- The file ----------------------------------------------------------------------------- */

size_t store_vectors_encoded_size(const store_vectors *vectors)
{
    size_t size = FILE_HEADER_SIZE;
    for (size_t kind = 0; kind < STORE_VECTOR_COUNT; kind++)
        size += vectors->vectors[kind].count * STEME_STAMP_SIZE;
    return size;
}

static steme_status vector_encode(const steme_vector *vector, const base_sink *sink,
                                  steme_error *error)
{
    uint8_t piece[FILE_PIECE_COUNT * STEME_STAMP_SIZE];
    steme_status status = STEME_OK;
    size_t used = 0;
    for (size_t i = 0; i < vector->count && status == STEME_OK; i++) {
        steme_stamp_encode(&vector->stamps[i], piece + used);
        used += STEME_STAMP_SIZE;
        if (used == sizeof piece || i + 1 == vector->count) {
            status = sink->put(sink->context, piece, used, error);
            used = 0;
        }
    }
    return status;
}

steme_status store_vectors_encode(const store_vectors *vectors, const base_sink *sink,
                                  steme_error *error)
{
    uint8_t header[FILE_HEADER_SIZE];
    memcpy(header, file_magic, sizeof file_magic);
    base_put_u64be(header + 8, vectors->future_from_ns);
    for (size_t kind = 0; kind < STORE_VECTOR_COUNT; kind++)
        base_put_u32be(header + 16 + kind * 4, (uint32_t)vectors->vectors[kind].count);
    steme_status status = sink->put(sink->context, header, sizeof header, error);
    for (size_t kind = 0; kind < STORE_VECTOR_COUNT && status == STEME_OK; kind++)
        status = vector_encode(&vectors->vectors[kind], sink, error);
    return status;
}

static steme_status fail_corrupt(steme_error *error)
{
    return base_fail(error, STEME_CORRUPT, "index: its vector clocks are damaged");
}

static steme_status vector_decode(const uint8_t *bytes, uint32_t count, steme_vector *out_vector,
                                  steme_error *error)
{
    steme_status status = STEME_OK;
    steme_stamp last = {0};
    for (uint32_t i = 0; i < count && status == STEME_OK; i++) {
        steme_stamp stamp;
        steme_stamp_decode(bytes + (size_t)i * STEME_STAMP_SIZE, &stamp);
        if (i > 0 && memcmp(stamp.node, last.node, sizeof stamp.node) <= 0)
            return fail_corrupt(error);
        status = steme_vector_advance(out_vector, &stamp, error);
        last = stamp;
    }
    return status;
}

steme_status store_vectors_decode(steme_span bytes, store_vectors **out_vectors, size_t *out_size,
                                  steme_error *error)
{
    size_t size = FILE_HEADER_SIZE;
    uint32_t counts[STORE_VECTOR_COUNT];
    if (bytes.size < FILE_HEADER_SIZE || memcmp(bytes.bytes, file_magic, sizeof file_magic) != 0)
        return base_fail(error, STEME_CORRUPT,
                         "index: made by another version, without vector clocks; make it anew with "
                         "`steme rebuild`");
    for (size_t kind = 0; kind < STORE_VECTOR_COUNT; kind++) {
        counts[kind] = base_get_u32be(bytes.bytes + 16 + kind * 4);
        if (counts[kind] > STEME_VECTOR_NODE_COUNT_MAX + 1 ||
            (bytes.size - size) / STEME_STAMP_SIZE < counts[kind])
            return fail_corrupt(error);
        size += (size_t)counts[kind] * STEME_STAMP_SIZE;
    }
    steme_status status = STEME_OK;
    store_vectors *vectors = vectors_make();
    if (vectors == NULL)
        return fail_no_memory(error);
    vectors->future_from_ns = base_get_u64be(bytes.bytes + 8);
    const uint8_t *at = bytes.bytes + FILE_HEADER_SIZE;
    for (size_t kind = 0; kind < STORE_VECTOR_COUNT && status == STEME_OK; kind++) {
        status = vector_decode(at, counts[kind], &vectors->vectors[kind], error);
        at += (size_t)counts[kind] * STEME_STAMP_SIZE;
    }
    if (status != STEME_OK) {
        store_vectors_release(vectors);
        return status;
    }
    *out_vectors = vectors;
    *out_size = size;
    return STEME_OK;
}

/* ---- A snapshot's ------------------------------------------------------------------------- */

/* Takes note of the snapshot's records whose stamps' times are `future_from_ns` or later and have
 * come by `now_ns`. */
static steme_status take_matured(const steme_snapshot *snapshot, uint64_t now_ns,
                                 store_vectors *vectors, steme_error *error)
{
    index_cursor cursor;
    uint8_t lower[8];
    index_range range = {{lower, sizeof lower}, {NULL, 0}};
    const uint8_t *row;
    base_put_u64be(lower, vectors->future_from_ns);
    steme_status status =
        index_cursor_open(&cursor, &snapshot->reading, STORE_TABLE_STAMP, &range, error);
    if (status != STEME_OK)
        return status;
    vectors->future_from_ns = UINT64_MAX;
    while ((status = index_cursor_next(&cursor, &row, error)) == STEME_OK && row != NULL) {
        steme_record record;
        steme_stamp least = {.time_ns = base_get_u64be(row)};
        if (!steme_stamp_is_mature(&least, now_ns)) {
            vectors->future_from_ns = least.time_ns;
            break;
        }
        uint64_t position = store_row_position(row, store_tables[STORE_TABLE_STAMP].row_size);
        status = store_snapshot_read(snapshot, position, &record, error);
        if (status == STEME_OK)
            status = store_vectors_take(vectors, &record, now_ns, error);
        if (status != STEME_OK && status != STEME_ABSENT)
            break;
    }
    index_cursor_close(&cursor);
    return status;
}

/* Keeps them for later snapshots, unless records came before their time since this one was opened.
 * Where there is no memory, it is done another time. */
static void keep_vectors(const steme_snapshot *snapshot)
{
    steme_store *store = snapshot->store;
    const store_vectors *whole = snapshot->vectors;
    platform_mutex_lock(&store->lock);
    if (store->generation == snapshot->generation && store->vectors != NULL &&
        store->vectors->future_count == whole->future_count &&
        store_vectors_merge(&store->vectors, whole, NULL) == STEME_OK)
        store->vectors->future_from_ns = whole->future_from_ns;
    platform_mutex_unlock(&store->lock);
}

steme_status store_snapshot_vector(steme_snapshot *snapshot, steme_vector_kind kind,
                                   uint64_t now_ns, steme_vector *out_vector, steme_error *error)
{
    store_vectors *whole;
    steme_stamp least = {.time_ns = snapshot->vectors->future_from_ns};
    if ((size_t)kind >= STORE_VECTOR_COUNT)
        return base_fail(error, STEME_INVALID, "vector clock: there is no such one");
    if (least.time_ns != UINT64_MAX && steme_stamp_is_mature(&least, now_ns)) {
        steme_status status = vectors_copy(snapshot->vectors, &whole, error);
        if (status != STEME_OK)
            return status;
        status = take_matured(snapshot, now_ns, whole, error);
        if (status != STEME_OK) {
            store_vectors_release(whole);
            return status;
        }
        store_vectors_release(snapshot->vectors);
        snapshot->vectors = whole;
        keep_vectors(snapshot);
    }
    steme_vector_init(out_vector);
    return steme_vector_merge(out_vector, &snapshot->vectors->vectors[kind], error);
}

steme_status steme_snapshot_vector(steme_snapshot *snapshot, steme_vector_kind kind,
                                   steme_vector *out_vector, steme_error *error)
{
    return store_snapshot_vector(snapshot, kind, platform_clock_wall_ns(), out_vector, error);
}
