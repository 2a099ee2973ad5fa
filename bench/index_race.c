/* index_race -- the engines of the index against each other, with all tables of the store.
 *
 *   index_race runs|lmdb|memory RECORDS DIRECTORY
 *
 * Synthetic records in batches of 200,000, 12 rows each in 9 tables; ids are uniform, subjects,
 * agents, sources and terms follow Zipf's law. Prints one line per figure. The directory is made
 * and emptied; it should be on the disk that is meant. */
#include "base/bytes.h"
#include "base/error.h"
#include "base/memory.h"
#include "index/index_tail.h"
#include "platform/clock.h"
#include "platform/thread.h"

#include <errno.h>
#include <lmdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- LMDB behind the seam ----------------------------------------------------------------------
 *
 * One named database per table with the row as the key and no value; a batch is one transaction
 * with its sync. No check, no attachment, no reduction. Views are for one thread. */

#define MAP_SIZE ((size_t)64 << 30)

static const index_engine index_lmdb; /* below */

typedef struct lmdb_index {
    index_handle base;
    MDB_env *environment;
    MDB_dbi tables[INDEX_TABLE_COUNT_MAX];
} lmdb_index;

typedef struct lmdb_view {
    index_view base;
    MDB_txn *transaction;
    MDB_cursor *cursors[INDEX_TABLE_COUNT_MAX]; /* kept: opening one costs as much as a look-up */
} lmdb_view;

static steme_status lmdb_fail(int code, steme_error *error)
{
    return base_fail(error, code == ENOSPC ? STEME_FULL : STEME_IO, "lmdb: %s", mdb_strerror(code));
}

static lmdb_index *lmdb_of(index_handle *index)
{
    return (lmdb_index *)(void *)index;
}

static int environment_open(lmdb_index *index, const char *directory)
{
    MDB_txn *transaction = NULL;
    int code = mdb_env_create(&index->environment);
    if (code == 0)
        code = mdb_env_set_maxdbs(index->environment, INDEX_TABLE_COUNT_MAX);
    if (code == 0)
        code = mdb_env_set_mapsize(index->environment, MAP_SIZE);
    if (code == 0)
        code = mdb_env_open(index->environment, directory, MDB_NOTLS | MDB_NORDAHEAD, 0644);
    if (code == 0)
        code = mdb_txn_begin(index->environment, NULL, 0, &transaction);
    for (uint32_t t = 0; code == 0 && t < index->base.table_count; t++) {
        char name[16];
        snprintf(name, sizeof name, "t%u", t);
        code = mdb_dbi_open(transaction, name, MDB_CREATE, &index->tables[t]);
    }
    return code == 0 ? mdb_txn_commit(transaction) : code;
}

static steme_status lmdb_open(const char *directory, const index_table *tables,
                              uint32_t table_count, const uint8_t store_id[16],
                              const index_options *options, index_handle **out_index,
                              steme_error *error)
{
    (void)store_id;
    (void)options;
    lmdb_index *index = base_alloc_zero(1, sizeof *index);
    if (index == NULL)
        return base_fail(error, STEME_NO_MEMORY, "lmdb: out of memory");
    index->base.engine = &index_lmdb;
    index->base.table_count = table_count;
    memcpy(index->base.tables, tables, table_count * sizeof *tables);
    (void)mkdir(directory, 0755);
    int code = environment_open(index, directory);
    if (code != 0) {
        base_free(index);
        return lmdb_fail(code, error);
    }
    *out_index = &index->base;
    return STEME_OK;
}

static void lmdb_close(index_handle *handle)
{
    mdb_env_close(lmdb_of(handle)->environment);
    base_free(handle);
}

static steme_status lmdb_destroy(const char *directory, steme_error *error)
{
    static const char *const names[] = {"data.mdb", "lock.mdb"};
    char path[4096];
    (void)error;
    for (int i = 0; i < 2; i++) {
        snprintf(path, sizeof path, "%s/%s", directory, names[i]);
        (void)unlink(path);
    }
    return STEME_OK;
}

/* Sorted rows through one cursor: the fastest way in short of MDB_APPEND, which needs each row to
 * be above all that are there. That holds for the table in arrival order alone. */
static int table_put(MDB_txn *transaction, MDB_dbi dbi, const uint8_t *rows, size_t count,
                     size_t row_size)
{
    MDB_cursor *cursor;
    int code = mdb_cursor_open(transaction, dbi, &cursor);
    if (code != 0)
        return code;
    for (size_t i = 0; code == 0 && i < count; i++) {
        MDB_val key = {row_size, (void *)(uintptr_t)(rows + i * row_size)};
        MDB_val nothing = {0, NULL};
        code = mdb_cursor_put(cursor, &key, &nothing, MDB_NOOVERWRITE);
        if (code == MDB_KEYEXIST)
            code = 0;
    }
    mdb_cursor_close(cursor);
    return code;
}

static steme_status lmdb_apply(index_handle *handle, const index_batch *batch,
                               uint64_t log_position, uint64_t record_count,
                               const index_attachment *attachment, steme_error *error)
{
    lmdb_index *index = lmdb_of(handle);
    MDB_txn *transaction;
    (void)log_position;
    (void)record_count;
    (void)attachment;
    int code = mdb_txn_begin(index->environment, NULL, 0, &transaction);
    if (code != 0)
        return lmdb_fail(code, error);
    for (uint32_t t = 0; code == 0 && t < handle->table_count; t++)
        code = table_put(transaction, index->tables[t], batch->rows[t], batch->counts[t],
                         handle->tables[t].row_size);
    if (code == 0)
        code = mdb_txn_commit(transaction);
    else
        mdb_txn_abort(transaction);
    return code == 0 ? STEME_OK : lmdb_fail(code, error);
}

static steme_status lmdb_maintain(index_handle *handle, bool *out_did_work, steme_error *error)
{
    (void)handle;
    (void)error;
    *out_did_work = false;
    return STEME_OK;
}

static steme_status lmdb_view_acquire(index_handle *handle, index_view **out_view,
                                      steme_error *error)
{
    lmdb_index *index = lmdb_of(handle);
    lmdb_view *view = base_alloc_zero(1, sizeof *view);
    if (view == NULL)
        return base_fail(error, STEME_NO_MEMORY, "lmdb: out of memory");
    view->base.index = handle;
    int code = mdb_txn_begin(index->environment, NULL, MDB_RDONLY, &view->transaction);
    for (uint32_t t = 0; code == 0 && t < handle->table_count; t++)
        code = mdb_cursor_open(view->transaction, index->tables[t], &view->cursors[t]);
    if (code != 0)
        return lmdb_fail(code, error);
    *out_view = &view->base;
    return STEME_OK;
}

static void lmdb_view_release(index_view *base)
{
    lmdb_view *view = (lmdb_view *)(void *)base;
    for (uint32_t t = 0; t < base->index->table_count; t++)
        mdb_cursor_close(view->cursors[t]);
    mdb_txn_abort(view->transaction);
    base_free(view);
}

static void source_set(index_source *source, MDB_cursor *cursor, int code, const MDB_val *key)
{
    source->owner = cursor;
    source->row = code == 0 ? key->mv_data : NULL;
    source->end = code == 0 ? source->row + key->mv_size : NULL;
}

static steme_status lmdb_sources_open(const index_view *base, index_cursor *cursor,
                                      steme_error *error)
{
    const lmdb_view *view = (const lmdb_view *)(const void *)base;
    MDB_val key = {cursor->lower_size, cursor->lower};
    MDB_val nothing;
    int code = mdb_cursor_get(view->cursors[cursor->table], &key, &nothing,
                              cursor->lower_size == 0 ? MDB_FIRST : MDB_SET_RANGE);
    if (code == MDB_NOTFOUND)
        return STEME_OK;
    if (code != 0)
        return lmdb_fail(code, error);
    index_source *source = index_cursor_add_source(cursor);
    if (source == NULL)
        return base_fail(error, STEME_NO_MEMORY, "lmdb: out of memory");
    source_set(source, view->cursors[cursor->table], code, &key);
    return STEME_OK;
}

static steme_status lmdb_source_next(const index_cursor *cursor, index_source *source,
                                     steme_error *error)
{
    MDB_val key;
    MDB_val nothing;
    (void)cursor;
    int code = mdb_cursor_get(source->owner, &key, &nothing, MDB_NEXT);
    if (code != 0 && code != MDB_NOTFOUND)
        return lmdb_fail(code, error);
    source_set(source, source->owner, code, &key);
    return STEME_OK;
}

static steme_status lmdb_check(const index_view *base, index_fault_visit visit, void *context,
                               steme_error *error)
{
    (void)base;
    (void)visit;
    (void)context;
    return base_fail(error, STEME_UNSUPPORTED, "lmdb: cannot be checked");
}

static void lmdb_stat(const index_view *base, index_stat *out_stat)
{
    const lmdb_view *view = (const lmdb_view *)(const void *)base;
    MDB_envinfo info;
    MDB_stat stat;
    out_stat->run_count = 1;
    mdb_env_info(mdb_txn_env(view->transaction), &info);
    mdb_env_stat(mdb_txn_env(view->transaction), &stat);
    out_stat->byte_count = (info.me_last_pgno + 1) * stat.ms_psize;
}

static const index_engine index_lmdb = {
    .name = "lmdb",
    .open = lmdb_open,
    .close = lmdb_close,
    .destroy = lmdb_destroy,
    .apply = lmdb_apply,
    .maintain = lmdb_maintain,
    .refresh = lmdb_maintain,
    .view_acquire = lmdb_view_acquire,
    .view_release = lmdb_view_release,
    .sources_open = lmdb_sources_open,
    .source_next = lmdb_source_next,
    .source_close = NULL,
    .check = lmdb_check,
    .stat = lmdb_stat,
};

/* --- the race --------------------------------------------------------------------------------- */

enum {
    BATCH_RECORDS = 200000,
    LOOKUP_COUNT = 1000000,
    PAGE_COUNT = 200000,
    TAIL_PAGE_COUNT = 10000,
    PAGE_ROWS = 10,
    SUBJECT_COUNT = 100000,
};

enum {
    TABLE_ID,
    TABLE_SUBJECT,
    TABLE_STAMP,
    TABLE_AGENT,
    TABLE_SOURCE,
    TABLE_TARGET,
    TABLE_DERIVED,
    TABLE_TERM,
    TABLE_HOLDER,
    TABLE_COUNT
};

static const index_table tables[TABLE_COUNT] = {
    [TABLE_ID] = {.row_size = 40, .probe_size = 8, .name = "id"},
    [TABLE_SUBJECT] = {.row_size = 32, .probe_size = 16, .name = "subject"},
    [TABLE_STAMP] = {.row_size = 16, .name = "stamp"},
    [TABLE_AGENT] = {.row_size = 24, .name = "agent"},
    [TABLE_SOURCE] = {.row_size = 16, .name = "source"},
    [TABLE_TARGET] = {.row_size = 16, .probe_size = 8, .name = "target"},
    [TABLE_DERIVED] = {.row_size = 16, .probe_size = 8, .name = "derived"},
    [TABLE_TERM] = {.row_size = 16, .name = "term"},
    [TABLE_HOLDER] = {.row_size = 68, .reduce_size = 48, .reduce_order_size = 12, .name = "holder"},
};
static const size_t rows_per_record[TABLE_COUNT] = {1, 1, 1, 1, 1, 2, 1, 3, 1};

enum { ROWS_PER_RECORD = 12 };

typedef struct race {
    index_handle *index;
    uint8_t *rows[TABLE_COUNT];
    uint8_t *scratch;
    atomic_bool is_over;
    uint64_t merge_ns; /* the background thread's, spent in merges that did work */
} race;

static _Noreturn void give_up(const char *what, const steme_error *error)
{
    fprintf(stderr, "index_race: %s: %s\n", what, error->message);
    exit(1);
}

/* --- synthetic records ------------------------------------------------------------------------ */

static uint64_t scramble(uint64_t value)
{
    value += UINT64_C(0x9e3779b97f4a7c15);
    value = (value ^ value >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    value = (value ^ value >> 27) * UINT64_C(0x94d049bb133111eb);
    return value ^ value >> 31;
}

/* A rank of 0..count-1 with probability falling as 1 / (rank + 1). */
static uint64_t zipf(uint64_t random, uint64_t count)
{
    uint64_t doublings = 63 - (uint64_t)__builtin_clzll(count);
    uint64_t base = UINT64_C(1) << random % (doublings + 1); /* as many in each doubling */
    uint64_t rank = base - 1 + (random >> 8) % base;
    return rank < count ? rank : rank % count;
}

static void subject_key(uint64_t record, uint8_t out_key[16])
{
    uint64_t subject = zipf(scramble(record * 8 + 1), SUBJECT_COUNT);
    base_put_u64be(out_key, scramble(subject));
    base_put_u64be(out_key + 8, scramble(subject * 16 + scramble(record * 8 + 2) % 8));
}

static void id_key(uint64_t record, uint8_t out_id[32])
{
    for (uint64_t i = 0; i < 4; i++)
        base_put_u64be(out_id + 8 * i, scramble(record * 4 + i));
}

static void two_words(uint8_t *out_row, uint64_t key, uint64_t position)
{
    base_put_u64be(out_row, key);
    base_put_u64be(out_row + 8, position);
}

/* Writes the rows of one record as the `at`-th of the batch. */
static void record_make(race *r, uint64_t record, size_t at)
{
    uint64_t position = record * 400;
    uint8_t *row = r->rows[TABLE_ID] + at * 40;
    id_key(record, row);
    base_put_u64be(row + 32, position);
    row = r->rows[TABLE_SUBJECT] + at * 32;
    subject_key(record, row);
    two_words(row + 16, record * 1000 + scramble(record) % 100000, position);
    two_words(r->rows[TABLE_STAMP] + at * 16, record * 1000, position);
    row = r->rows[TABLE_AGENT] + at * 24;
    two_words(row, scramble(zipf(scramble(record * 8 + 3), 1000)), record * 1000);
    base_put_u64be(row + 16, position);
    two_words(r->rows[TABLE_SOURCE] + at * 16, scramble(zipf(scramble(record * 8 + 4), 5000)),
              position);
    for (size_t i = 0; i < 2; i++)
        two_words(r->rows[TABLE_TARGET] + (at * 2 + i) * 16,
                  scramble(scramble(record * 2 + i) % (record + 1) * 4), position);
    two_words(r->rows[TABLE_DERIVED] + at * 16, scramble(scramble(record + 7) % (record + 1) * 4),
              position);
    for (size_t i = 0; i < 3; i++)
        two_words(r->rows[TABLE_TERM] + (at * 3 + i) * 16,
                  scramble(zipf(scramble(record * 3 + i), 50000)), position);
    row = r->rows[TABLE_HOLDER] + at * 68;
    for (size_t i = 0; i < 8; i++)
        base_put_u64be(row + i * 8, scramble(record * 11 + i));
    base_put_u64be(row + 60, position);
}

/* --- writing ---------------------------------------------------------------------------------- */

static void *merge_run(void *context)
{
    race *r = context;
    steme_error error;
    bool did_work = false;
    while (!atomic_load(&r->is_over) || did_work) {
        uint64_t start = platform_clock_monotonic_ns();
        if (index_maintain(r->index, &did_work, &error) != STEME_OK)
            give_up("merge", &error);
        if (did_work)
            r->merge_ns += platform_clock_monotonic_ns() - start;
        else
            (void)usleep(1000);
    }
    return NULL;
}

typedef struct write_times {
    uint64_t sort_ns;
    uint64_t apply_ns;
    uint64_t apply_max_ns;
    uint64_t drain_ns;
} write_times;

static void batch_apply(race *r, uint64_t first, size_t count, write_times *times)
{
    index_batch batch = {0};
    steme_error error;
    for (size_t i = 0; i < count; i++)
        record_make(r, first + i, i);
    uint64_t start = platform_clock_monotonic_ns();
    for (uint32_t t = 0; t < TABLE_COUNT; t++) {
        batch.rows[t] = r->rows[t];
        batch.counts[t] =
            index_rows_sort(r->rows[t], count * rows_per_record[t], tables[t].row_size, r->scratch);
    }
    uint64_t sorted = platform_clock_monotonic_ns();
    if (index_apply(r->index, &batch, first + count, first + count, NULL, &error) != STEME_OK)
        give_up("apply", &error);
    uint64_t applied = platform_clock_monotonic_ns();
    times->sort_ns += sorted - start;
    times->apply_ns += applied - sorted;
    if (applied - sorted > times->apply_max_ns)
        times->apply_max_ns = applied - sorted;
}

static void race_write(race *r, uint64_t record_count)
{
    write_times times = {0};
    platform_thread merger = {0};
    steme_error error;
    if (platform_thread_start(&merger, merge_run, r, "merge", &error) != STEME_OK)
        give_up("thread", &error);
    for (uint64_t first = 0; first < record_count; first += BATCH_RECORDS) {
        uint64_t left = record_count - first;
        batch_apply(r, first, left < BATCH_RECORDS ? left : BATCH_RECORDS, &times);
    }
    uint64_t start = platform_clock_monotonic_ns();
    atomic_store(&r->is_over, true);
    platform_thread_join(&merger);
    times.drain_ns = platform_clock_monotonic_ns() - start;
    double apply = (double)times.apply_ns * 1e-9;
    double merge = (double)r->merge_ns * 1e-9;
    double records = (double)record_count;
    printf("sort               %10.2f s\n", (double)times.sort_ns * 1e-9);
    printf("apply              %10.2f s, worst batch %.3f s\n", apply,
           (double)times.apply_max_ns * 1e-9);
    printf("merge, background  %10.2f s, of it after the last batch %.2f s\n", merge,
           (double)times.drain_ns * 1e-9);
    printf("apply alone        %10.0f records/s, %.1f M rows/s\n", records / apply,
           records * ROWS_PER_RECORD / apply * 1e-6);
    printf("apply and merge    %10.0f records/s, %.1f M rows/s (as if on one core)\n",
           records / (apply + merge), records * ROWS_PER_RECORD / (apply + merge) * 1e-6);
}

/* --- reading ---------------------------------------------------------------------------------- */

static int compare_u32(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left;
    uint32_t b = *(const uint32_t *)right;
    return a < b ? -1 : a > b;
}

static void lookups_time(const index_reading *reading, uint64_t first, uint64_t record_count,
                         const char *label)
{
    uint8_t row[INDEX_ROW_SIZE_MAX];
    uint8_t id[32];
    steme_error error;
    uint64_t found = 0;
    uint64_t start = platform_clock_monotonic_ns();
    for (uint64_t i = 0; i < LOOKUP_COUNT; i++) {
        bool is_found;
        id_key(first + scramble(i) % record_count, id);
        if (index_probe(reading, TABLE_ID, (steme_span){id, 32}, row, &is_found, &error) !=
            STEME_OK)
            give_up("look-up", &error);
        found += is_found;
    }
    double seconds = (double)(platform_clock_monotonic_ns() - start) * 1e-9;
    printf("%-18s %10.0f per second, %llu of %d found\n", label, LOOKUP_COUNT / seconds,
           (unsigned long long)found, LOOKUP_COUNT);
}

static uint32_t page_time(const index_reading *reading, const uint8_t *prefix, size_t prefix_size)
{
    index_cursor cursor;
    const uint8_t *row = prefix;
    steme_error error;
    steme_span span = {prefix, prefix_size};
    uint64_t start = platform_clock_monotonic_ns();
    steme_status status =
        index_cursor_open(&cursor, reading, TABLE_SUBJECT, &(index_range){span, span}, &error);
    if (status != STEME_OK)
        give_up("scan", &error);
    for (int i = 0; i < PAGE_ROWS && status == STEME_OK && row != NULL; i++)
        status = index_cursor_next(&cursor, &row, &error);
    index_cursor_close(&cursor);
    if (status != STEME_OK)
        give_up("scan", &error);
    return (uint32_t)(platform_clock_monotonic_ns() - start);
}

static void pages_time(const index_reading *reading, uint64_t record_count, size_t prefix_size,
                       size_t count, const char *label)
{
    static uint32_t times[PAGE_COUNT];
    uint8_t prefix[16];
    for (uint64_t i = 0; i < count; i++) {
        subject_key(scramble(i) % record_count, prefix);
        times[i] = page_time(reading, prefix, prefix_size);
    }
    qsort(times, count, sizeof times[0], compare_u32);
    size_t middle = count / 2;
    size_t late = count / 100 * 99;
    printf("%-18s p50 %.2f us, p99 %.2f us\n", label, times[middle] * 1e-3, times[late] * 1e-3);
}

static void race_read(race *r, uint64_t record_count)
{
    index_view *view;
    index_stat stat;
    steme_error error;
    if (index_view_acquire(r->index, &view, &error) != STEME_OK)
        give_up("view", &error);
    index_reading reading = {.view = view};
    index_stat_get(view, &stat);
    printf("files              %10u of rows, %.0f bytes per record\n", stat.run_count,
           (double)stat.byte_count / (double)record_count);
    lookups_time(&reading, 0, record_count, "first look-ups");
    lookups_time(&reading, 0, record_count, "look-ups");
    lookups_time(&reading, record_count, record_count, "absent ids");
    pages_time(&reading, record_count, 16, PAGE_COUNT, "(subject, pred.)");
    pages_time(&reading, record_count, 8, PAGE_COUNT, "subject");
    index_view_release(view);
}

static const index_engine *engine_named(const char *name)
{
    static const index_engine *const engines[] = {&index_runs, &index_lmdb, &index_memory};
    for (size_t i = 0; i < sizeof engines / sizeof engines[0]; i++)
        if (strcmp(engines[i]->name, name) == 0)
            return engines[i];
    return NULL;
}

/* --- the tail --------------------------------------------------------------------------------- */

/* One batch of records through a tail, published one by one. */
static void race_tail(race *r)
{
    index_tail *tail;
    index_batch batch;
    index_tail_mark mark;
    steme_error error;
    if (index_tail_new(tables, TABLE_COUNT, BATCH_RECORDS, &tail, &error) != STEME_OK)
        give_up("tail", &error);
    for (size_t i = 0; i < BATCH_RECORDS; i++)
        record_make(r, i, i);
    uint64_t start = platform_clock_monotonic_ns();
    for (size_t i = 0; i < BATCH_RECORDS; i++) {
        for (uint32_t t = 0; t < TABLE_COUNT; t++)
            if (index_tail_append(tail, t, r->rows[t] + i * rows_per_record[t] * tables[t].row_size,
                                  rows_per_record[t], &error) != STEME_OK)
                give_up("tail", &error);
        index_tail_publish(tail, i);
    }
    uint64_t appended = platform_clock_monotonic_ns();
    index_tail_mark_published(tail, &mark);
    if (index_tail_to_batch(tail, &mark, &batch, &error) != STEME_OK)
        give_up("tail", &error);
    uint64_t sorted = platform_clock_monotonic_ns();
    printf("tail of %d     %10.0f records/s appended, %.0f bytes per record, sorted in %.2f s\n",
           BATCH_RECORDS, BATCH_RECORDS / ((double)(appended - start) * 1e-9),
           (double)index_tail_byte_count(tail) / BATCH_RECORDS, (double)(sorted - appended) * 1e-9);
    index_batch_deinit(&batch);
    index_reading reading = {.tails = {tail}, .marks = {mark}};
    lookups_time(&reading, 0, BATCH_RECORDS, "tail look-ups");
    pages_time(&reading, BATCH_RECORDS, 16, TAIL_PAGE_COUNT, "tail (subj, pred)");
    pages_time(&reading, BATCH_RECORDS, 8, TAIL_PAGE_COUNT, "tail subject");
    index_tail_release(tail);
}

int main(int argc, char **argv)
{
    static const uint8_t store_id[16] = "index-race-store";
    const index_engine *engine = argc == 4 ? engine_named(argv[1]) : NULL;
    uint64_t record_count = argc == 4 ? strtoull(argv[2], NULL, 10) : 0;
    index_options options = {.is_writer = true};
    steme_error error;
    race r = {0};
    if (engine == NULL || record_count == 0) {
        fprintf(stderr, "usage: index_race runs|lmdb|memory RECORDS DIRECTORY\n");
        return 2;
    }
    for (uint32_t t = 0; t < TABLE_COUNT; t++)
        r.rows[t] = base_alloc((size_t)BATCH_RECORDS * rows_per_record[t] * tables[t].row_size);
    r.scratch = base_alloc((size_t)BATCH_RECORDS * 3 * INDEX_ROW_SIZE_MAX);
    if (index_destroy(engine, argv[3], &error) != STEME_OK ||
        index_open(engine, argv[3], tables, TABLE_COUNT, store_id, &options, &r.index, &error) !=
            STEME_OK)
        give_up("open", &error);
    printf("%s, %llu records, %llu rows\n", engine->name, (unsigned long long)record_count,
           (unsigned long long)record_count * ROWS_PER_RECORD);
    race_write(&r, record_count);
    race_read(&r, record_count);
    index_close(r.index);
    race_tail(&r);
    for (uint32_t t = 0; t < TABLE_COUNT; t++)
        base_free(r.rows[t]);
    base_free(r.scratch);
    if (index_destroy(engine, argv[3], &error) != STEME_OK)
        give_up("destroy", &error);
    return 0;
}
