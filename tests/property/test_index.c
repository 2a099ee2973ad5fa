/* The disk engine against the engine in memory: random tables, batches, merges, reopenings, tails
 * and scans; and then single flipped bits, of which none may ever change an answer. */
#include "support/test.h"

#include "base/memory.h"
#include "index/index_tail.h"
#include "platform/file.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { KEY_COUNT_MAX = 4000 };

static const uint8_t store_id[16] = "property-store!";

typedef struct row_list {
    uint8_t *rows;
    size_t count;
    size_t room;
} row_list;

static void list_add(row_list *list, const uint8_t *row, size_t row_size)
{
    if (list->count == list->room) {
        list->room = list->room * 2 + 16;
        list->rows = base_realloc(list->rows, list->room * row_size);
    }
    memcpy(list->rows + list->count++ * row_size, row, row_size);
}

/* What a tail was told, for each table; only the first `published` of them may be seen. */
typedef struct tail_oracle {
    row_list rows[INDEX_TABLE_COUNT_MAX];
    size_t published[INDEX_TABLE_COUNT_MAX];
} tail_oracle;

typedef struct world {
    uint64_t random;
    char directory[64];
    uint32_t table_count;
    index_table tables[INDEX_TABLE_COUNT_MAX];
    uint64_t key_space; /* small = many shared prefixes and equal rows */
    index_handle *disk;
    index_handle *memory;
    index_tail *tails[2];
    tail_oracle oracles[2];
    uint64_t log_position;
} world;

static uint64_t below(world *w, uint64_t bound)
{
    return test_random(&w->random) % bound;
}

static void directory_make(char out_path[64])
{
    const char *base = getenv("TMPDIR");
    snprintf(out_path, 64, "%s/steme-index-XXXXXX", base == NULL ? "/tmp" : base);
    assert_non_null(mkdtemp(out_path));
}

static void world_tables_draw(world *w)
{
    w->table_count = 1 + (uint32_t)below(w, 4);
    w->key_space = (uint64_t)1 << (2 + below(w, 40));
    for (uint32_t t = 0; t < w->table_count; t++) {
        index_table *table = &w->tables[t];
        *table = (index_table){.row_size = (uint8_t)(9 + below(w, 88)), .name = "table"};
        if (below(w, 3) > 0)
            table->probe_size = (uint8_t)(1 + below(w, table->row_size));
        if (below(w, 3) == 0) {
            table->reduce_size = (uint8_t)(1 + below(w, table->row_size - 1u));
            table->reduce_order_size =
                (uint8_t)(1 + below(w, (uint64_t)(table->row_size - table->reduce_size)));
        }
    }
}

static void world_open_disk(world *w)
{
    index_options options = {.is_writer = true, .fan_out = (uint8_t)(2 + below(w, 5))};
    steme_error error = {0};
    steme_status status = index_open(&index_runs, w->directory, w->tables, w->table_count, store_id,
                                     &options, &w->disk, &error);
    if (status != STEME_OK)
        fail_msg("%s", error.message);
}

static void world_open(world *w, uint64_t seed)
{
    index_options writer = {.is_writer = true};
    *w = (world){.random = seed};
    directory_make(w->directory);
    world_tables_draw(w);
    world_open_disk(w);
    assert_int_equal(index_open(&index_memory, "", w->tables, w->table_count, store_id, &writer,
                                &w->memory, NULL),
                     STEME_OK);
    assert_int_equal(index_tail_new(w->tables, w->table_count, 1, &w->tails[0], NULL), STEME_OK);
    assert_int_equal(index_tail_new(w->tables, w->table_count, 0, &w->tails[1], NULL), STEME_OK);
}

static void world_close(world *w)
{
    index_close(w->disk);
    index_close(w->memory);
    for (int i = 0; i < 2; i++) {
        index_tail_release(w->tails[i]);
        for (uint32_t t = 0; t < w->table_count; t++)
            base_free(w->oracles[i].rows[t].rows);
    }
    assert_int_equal(index_destroy(&index_runs, w->directory, NULL), STEME_OK);
    assert_int_equal(rmdir(w->directory), 0);
}

/* A row whose bytes repeat those of other rows often, at every depth. */
static void row_draw(world *w, uint32_t table, uint8_t *out_row)
{
    size_t row_size = w->tables[table].row_size;
    uint64_t number = below(w, w->key_space);
    uint64_t state = number * 2 + 1;
    for (size_t i = 0; i < row_size; i++)
        out_row[i] = (uint8_t)test_random(&state);
    if (below(w, 2) == 0)
        memset(out_row, (int)below(w, 3) * 127, below(w, row_size));
    if (below(w, 2) == 0)
        out_row[below(w, row_size)] = (uint8_t)below(w, 4);
}

static uint8_t *rows_draw(world *w, uint32_t table, size_t count)
{
    size_t row_size = w->tables[table].row_size;
    uint8_t *rows = base_alloc(count * row_size);
    for (size_t i = 0; i < count; i++)
        row_draw(w, table, rows + i * row_size);
    return rows;
}

static void world_apply(world *w)
{
    index_batch batch = {0};
    uint8_t blob[300];
    steme_span bytes = {blob, below(w, sizeof blob)};
    index_attachment attachment = index_attachment_of(&bytes);
    for (uint32_t t = 0; t < w->table_count; t++) {
        size_t count = below(w, below(w, 8) == 0 ? KEY_COUNT_MAX : 60);
        uint8_t *rows = rows_draw(w, t, count);
        uint8_t *scratch = base_alloc(count * w->tables[t].row_size);
        batch.rows[t] = rows;
        batch.counts[t] = index_rows_sort(rows, count, w->tables[t].row_size, scratch);
        base_free(scratch);
    }
    for (size_t i = 0; i < sizeof blob; i++)
        blob[i] = (uint8_t)test_random(&w->random);
    w->log_position += 1 + below(w, 1000);
    const index_attachment *given = below(w, 2) == 0 ? &attachment : NULL;
    assert_int_equal(
        index_apply(w->disk, &batch, w->log_position, w->log_position / 2, given, NULL), STEME_OK);
    assert_int_equal(
        index_apply(w->memory, &batch, w->log_position, w->log_position / 2, given, NULL),
        STEME_OK);
    index_batch_deinit(&batch);
}

static void world_append(world *w)
{
    uint64_t which = below(w, 2);
    index_tail *tail = w->tails[which];
    tail_oracle *oracle = &w->oracles[which];
    for (uint32_t t = 0; t < w->table_count; t++) {
        size_t count = below(w, below(w, 8) == 0 ? 3000 : 20);
        uint8_t *rows = rows_draw(w, t, count);
        assert_int_equal(index_tail_append(tail, t, rows, count, NULL), STEME_OK);
        for (size_t i = 0; i < count; i++)
            list_add(&oracle->rows[t], rows + i * w->tables[t].row_size, w->tables[t].row_size);
        base_free(rows);
    }
    if (below(w, 4) == 0)
        return;
    index_tail_publish(tail, below(w, 1000));
    for (uint32_t t = 0; t < w->table_count; t++)
        oracle->published[t] = oracle->rows[t].count;
}

/* --- comparing -------------------------------------------------------------------------------- */

static row_list scan(const index_reading *reading, uint32_t table, const index_range *range,
                     size_t row_size)
{
    index_cursor cursor;
    const uint8_t *row;
    row_list list = {0};
    assert_int_equal(index_cursor_open(&cursor, reading, table, range, NULL), STEME_OK);
    for (;;) {
        assert_int_equal(index_cursor_next(&cursor, &row, NULL), STEME_OK);
        if (row == NULL)
            break;
        if (list.count > 0)
            assert_true(memcmp(list.rows + (list.count - 1) * row_size, row, row_size) < 0);
        assert_true(memcmp(row, range->lower.bytes, range->lower.size) >= 0);
        assert_true(memcmp(row, range->upper.bytes, range->upper.size) <= 0);
        list_add(&list, row, row_size);
    }
    index_cursor_close(&cursor);
    return list;
}

/* What is left of an ordered list when its reducible rows are dropped. */
static void list_reduce(const index_table *table, row_list *list)
{
    size_t row_size = table->row_size;
    size_t order_end = (size_t)table->reduce_size + table->reduce_order_size;
    size_t kept = 0;
    for (size_t i = 0; table->reduce_size > 0 && i < list->count; i++) {
        const uint8_t *row = list->rows + i * row_size;
        bool is_beaten = false;
        for (size_t j = i + 1; j < list->count && !is_beaten; j++) {
            const uint8_t *other = list->rows + j * row_size;
            if (memcmp(row, other, table->reduce_size) != 0)
                break;
            is_beaten = memcmp(row, other, order_end) != 0;
        }
        if (!is_beaten)
            memmove(list->rows + kept++ * row_size, row, row_size);
    }
    if (table->reduce_size > 0)
        list->count = kept;
}

/* Adds the rows of the tails in the range. */
static void list_add_tails(const world *w, uint32_t table, const index_range *range, row_list *list)
{
    size_t row_size = w->tables[table].row_size;
    for (int i = 0; i < 2; i++)
        for (size_t j = 0; j < w->oracles[i].published[table]; j++) {
            const uint8_t *row = w->oracles[i].rows[table].rows + j * row_size;
            if (memcmp(row, range->lower.bytes, range->lower.size) >= 0 &&
                memcmp(row, range->upper.bytes, range->upper.size) <= 0)
                list_add(list, row, row_size);
        }
    uint8_t *scratch = base_alloc(list->count * row_size);
    list->count = index_rows_sort(list->rows, list->count, row_size, scratch);
    base_free(scratch);
}

static void bound_draw(world *w, uint32_t table, uint8_t *out_bytes, steme_span *out_bound)
{
    row_draw(w, table, out_bytes);
    *out_bound = (steme_span){out_bytes, below(w, w->tables[table].row_size + 1u)};
    if (below(w, 4) == 0)
        out_bound->size = 0;
}

static index_reading world_reading(world *w, index_view *view, bool has_tails)
{
    index_reading reading = {.view = view};
    for (int i = 0; has_tails && i < 2; i++) {
        reading.tails[i] = w->tails[i];
        index_tail_mark_published(w->tails[i], &reading.marks[i]);
    }
    return reading;
}

static void range_draw(world *w, uint32_t table, uint8_t *lower, uint8_t *upper, index_range *range)
{
    bound_draw(w, table, lower, &range->lower);
    bound_draw(w, table, upper, &range->upper);
    switch (below(w, 3)) {
    case 0:
        range->upper = range->lower; /* a prefix */
        break;
    case 1: /* what is left of a prefix */
        memcpy(upper, lower, w->tables[table].row_size);
        range->upper.size = below(w, range->lower.size + 1);
        break;
    default:
        break;
    }
}

/* A range whose bounds cut inside a group would be reduced differently: such tables are compared
 * where the bounds hold whole groups. */
static void range_fit(const index_table *table, index_range *range)
{
    if (table->reduce_size == 0)
        return;
    if (range->lower.size > table->reduce_size)
        range->lower.size = table->reduce_size;
    if (range->upper.size > table->reduce_size)
        range->upper.size = table->reduce_size;
}

static void world_compare(world *w, bool has_tails)
{
    uint8_t lower[INDEX_ROW_SIZE_MAX];
    uint8_t upper[INDEX_ROW_SIZE_MAX];
    uint8_t probed[INDEX_ROW_SIZE_MAX];
    index_view *disk;
    index_view *memory;
    index_range range;
    bool is_found;
    uint32_t t = (uint32_t)below(w, w->table_count);
    const index_table *table = &w->tables[t];
    range_draw(w, t, lower, upper, &range);
    range_fit(table, &range);
    assert_int_equal(index_view_acquire(w->disk, &disk, NULL), STEME_OK);
    assert_int_equal(index_view_acquire(w->memory, &memory, NULL), STEME_OK);
    assert_int_equal(disk->log_position, memory->log_position);
    assert_int_equal(disk->record_count, memory->record_count);
    assert_int_equal(disk->attachment.size, memory->attachment.size);
    if (disk->attachment.size > 0)
        assert_memory_equal(disk->attachment.bytes, memory->attachment.bytes,
                            disk->attachment.size);
    index_reading on_disk = world_reading(w, disk, has_tails);
    index_reading in_memory = {.view = memory};
    row_list got = scan(&on_disk, t, &range, table->row_size);
    row_list wanted = scan(&in_memory, t, &range, table->row_size);
    if (has_tails)
        list_add_tails(w, t, &range, &wanted);
    assert_int_equal(index_probe(&on_disk, t, range.lower, probed, &is_found, NULL), STEME_OK);
    if (range.lower.size == range.upper.size && memcmp(lower, upper, range.lower.size) == 0) {
        assert_int_equal(is_found, got.count > 0);
        if (is_found)
            assert_memory_equal(probed, got.rows, table->row_size);
    }
    list_reduce(table, &got);
    list_reduce(table, &wanted);
    assert_int_equal(got.count, wanted.count);
    if (got.count > 0)
        assert_memory_equal(got.rows, wanted.rows, got.count * table->row_size);
    base_free(got.rows);
    base_free(wanted.rows);
    index_view_release(disk);
    index_view_release(memory);
}

static steme_status no_fault(void *context, const index_fault *fault)
{
    (void)context;
    fail_msg("%s page %llu: %s", fault->file, (unsigned long long)fault->page, fault->message);
    return STEME_OK;
}

static void world_check(world *w)
{
    index_view *view;
    assert_int_equal(index_view_acquire(w->disk, &view, NULL), STEME_OK);
    assert_int_equal(index_check(view, no_fault, NULL, NULL), STEME_OK);
    index_view_release(view);
}

static void world_step(world *w)
{
    bool did_work;
    switch (below(w, 12)) {
    case 0:
    case 1:
    case 2:
        world_apply(w);
        break;
    case 3:
    case 4:
        assert_int_equal(index_maintain(w->disk, &did_work, NULL), STEME_OK);
        break;
    case 5:
        index_close(w->disk);
        world_open_disk(w);
        break;
    case 6:
        world_append(w);
        break;
    case 7:
        world_check(w);
        break;
    default:
        world_compare(w, below(w, 2) == 0);
    }
}

static void the_disk_engine_answers_as_the_memory_engine(void **state)
{
    (void)state;
    uint64_t seed = test_seed(20261122);
    const char *rounds_text = getenv("STEME_TEST_ROUNDS");
    uint64_t rounds = rounds_text == NULL ? 30 : strtoull(rounds_text, NULL, 0);
    for (uint64_t round = 0; round < rounds; round++) {
        world w;
        print_message("seed %llu\n", (unsigned long long)(seed + round));
        world_open(&w, (seed + round) * UINT64_C(0x9e3779b97f4a7c15) | 1);
        for (int step = 0; step < 150; step++)
            world_step(&w);
        world_close(&w);
    }
}

/* --- damage ----------------------------------------------------------------------------------- */

typedef struct file_list {
    char names[64][32];
    size_t count;
} file_list;

static void files_list(const char *directory, file_list *out_list)
{
    DIR *entries = opendir(directory);
    assert_non_null(entries);
    out_list->count = 0;
    for (const struct dirent *entry; (entry = readdir(entries)) != NULL;)
        if (entry->d_name[0] != '.' && out_list->count < 64)
            snprintf(out_list->names[out_list->count++], 32, "%.31s", entry->d_name);
    closedir(entries);
}

/* Flips the bit and gives its position, a number below 8 times the file's size. */
static void bit_flip(const char *path, uint64_t bit)
{
    uint8_t byte;
    int file = open(path, O_RDWR);
    assert_true(file >= 0);
    assert_int_equal(pread(file, &byte, 1, (off_t)(bit / 8)), 1);
    byte = (uint8_t)(byte ^ 1u << (bit % 8));
    assert_int_equal(pwrite(file, &byte, 1, (off_t)(bit / 8)), 1);
    close(file);
}

/* Scans all of a table; false where damage was told. */
static bool scan_survives(const index_view *view, uint32_t table, row_list *out_list)
{
    index_reading reading = {.view = view};
    size_t row_size = view->index->tables[table].row_size;
    index_cursor cursor;
    steme_error error;
    const uint8_t *row;
    if (index_cursor_open(&cursor, &reading, table, &(index_range){0}, &error) != STEME_OK) {
        assert_int_equal(error.status, STEME_CORRUPT);
        return false;
    }
    steme_status status;
    while ((status = index_cursor_next(&cursor, &row, &error)) == STEME_OK && row != NULL)
        list_add(out_list, row, row_size);
    index_cursor_close(&cursor);
    assert_true(status == STEME_OK || status == STEME_CORRUPT);
    return status == STEME_OK;
}

static bool probes_survive(const index_view *view, uint32_t table, const row_list *wanted)
{
    index_reading reading = {.view = view};
    size_t row_size = view->index->tables[table].row_size;
    uint8_t found[INDEX_ROW_SIZE_MAX];
    for (size_t i = 0; i < wanted->count; i += 7) {
        bool is_found = false;
        steme_span row = {wanted->rows + i * row_size, row_size};
        steme_status status = index_probe(&reading, table, row, found, &is_found, NULL);
        if (status == STEME_CORRUPT)
            return false;
        assert_int_equal(status, STEME_OK);
        assert_true(is_found);
        assert_memory_equal(found, row.bytes, row_size);
    }
    return true;
}

static steme_status fault_count(void *context, const index_fault *fault)
{
    (void)fault;
    ++*(size_t *)context;
    return STEME_OK;
}

/* Opens the damaged index and asks for everything; true where the damage was told by anybody. All
 * that is answered has to be right. */
static bool damage_is_told(world *w, const row_list *wanted)
{
    index_handle *index;
    index_view *view;
    size_t faults = 0;
    steme_error error = {0};
    steme_status status = index_open(&index_runs, w->directory, w->tables, w->table_count, store_id,
                                     NULL, &index, &error);
    if (status != STEME_OK) {
        assert_true(status == STEME_CORRUPT || status == STEME_VERSION);
        return true;
    }
    assert_int_equal(index_view_acquire(index, &view, NULL), STEME_OK);
    for (uint32_t t = 0; t < w->table_count; t++) {
        row_list got = {0};
        if (scan_survives(view, t, &got))
            assert_int_equal(got.count, wanted[t].count);
        if (got.count > 0)
            assert_memory_equal(got.rows, wanted[t].rows, got.count * w->tables[t].row_size);
        base_free(got.rows);
        (void)probes_survive(view, t, &wanted[t]);
    }
    assert_int_equal(index_check(view, fault_count, &faults, NULL), STEME_OK);
    index_view_release(view);
    index_close(index);
    return faults > 0;
}

static void no_flipped_bit_is_ever_served(void **state)
{
    (void)state;
    uint64_t seed = test_seed(7);
    print_message("seed %llu\n", (unsigned long long)seed);
    world w;
    row_list wanted[INDEX_TABLE_COUNT_MAX] = {0};
    file_list files;
    world_open(&w, seed * UINT64_C(0x9e3779b97f4a7c15) | 1);
    for (int i = 0; i < 6; i++)
        world_apply(&w);
    index_close(w.disk);
    assert_int_equal(index_open(&index_runs, w.directory, w.tables, w.table_count, store_id, NULL,
                                &w.disk, NULL),
                     STEME_OK);
    index_view *view;
    assert_int_equal(index_view_acquire(w.disk, &view, NULL), STEME_OK);
    for (uint32_t t = 0; t < w.table_count; t++)
        assert_true(scan_survives(view, t, &wanted[t]));
    index_view_release(view);
    files_list(w.directory, &files);
    for (int i = 0; i < 400; i++) {
        char path[128];
        struct stat facts;
        snprintf(path, sizeof path, "%s/%s", w.directory, files.names[below(&w, files.count)]);
        assert_int_equal(stat(path, &facts), 0);
        if (facts.st_size == 0)
            continue;
        uint64_t bit = below(&w, 8 * (uint64_t)facts.st_size);
        bit_flip(path, bit);
        if (!damage_is_told(&w, wanted))
            fail_msg("bit %llu of %s: nobody told", (unsigned long long)bit, path);
        bit_flip(path, bit);
    }
    assert_false(damage_is_told(&w, wanted));
    for (uint32_t t = 0; t < w.table_count; t++)
        base_free(wanted[t].rows);
    world_close(&w);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(the_disk_engine_answers_as_the_memory_engine),
    cmocka_unit_test(no_flipped_bit_is_ever_served),
};

TEST_MAIN(tests)
