/* Sorting rows: most significant byte first, and few rows by insertion.
 *
 * Keys are mostly uniform, so two rounds by byte leave groups of a few rows. Small groups are
 * sorted as (8 bytes of key, number) and each row is then moved once. */
#include "index/row.h"

#include <string.h>

enum { SMALL_COUNT = 24 };

typedef struct row_sorter {
    size_t row_size;
    uint8_t *scratch;
} row_sorter;

/* Up to 8 bytes of a row from `depth`, as a number of the same order. */
static uint64_t row_key_at(const uint8_t *row, size_t row_size, size_t depth)
{
    if (depth + 8 <= row_size)
        return base_get_u64be(row + depth);
    return base_get_u64be(row + row_size - 8) << (8 * (depth + 8 - row_size));
}

typedef struct small_entry {
    uint64_t key;
    const uint8_t *row;
} small_entry;

static bool small_is_less(const small_entry *left, const small_entry *right, size_t row_size)
{
    if (left->key != right->key)
        return left->key < right->key;
    return memcmp(left->row, right->row, row_size) < 0;
}

static void rows_sort_small(const row_sorter *sorter, uint8_t *rows, size_t count, size_t depth)
{
    small_entry entries[SMALL_COUNT];
    size_t row_size = sorter->row_size;
    bool is_moved = false;
    for (size_t i = 0; i < count; i++) {
        const uint8_t *row = rows + i * row_size;
        small_entry entry = {row_key_at(row, row_size, depth), row};
        size_t at = i;
        for (; at > 0 && small_is_less(&entry, &entries[at - 1], row_size); at--)
            entries[at] = entries[at - 1];
        entries[at] = entry;
        is_moved |= at != i;
    }
    if (!is_moved)
        return;
    for (size_t i = 0; i < count; i++)
        memcpy(sorter->scratch + i * row_size, entries[i].row, row_size);
    memcpy(rows, sorter->scratch, count * row_size);
}

/* Groups rows by their byte at `depth`; false where all have the same one. */
static bool rows_scatter(const row_sorter *sorter, uint8_t *rows, size_t count, size_t depth,
                         uint32_t out_starts[257])
{
    size_t row_size = sorter->row_size;
    uint32_t next[256] = {0};
    for (size_t i = 0; i < count; i++)
        next[rows[i * row_size + depth]]++;
    if (next[rows[depth]] == count)
        return false;
    uint32_t start = 0;
    for (size_t byte = 0; byte < 256; byte++) {
        out_starts[byte] = start;
        start += next[byte];
        next[byte] = out_starts[byte];
    }
    out_starts[256] = start;
    for (size_t i = 0; i < count; i++) {
        const uint8_t *row = rows + i * row_size;
        memcpy(sorter->scratch + next[row[depth]]++ * row_size, row, row_size);
    }
    memcpy(rows, sorter->scratch, count * row_size);
    return true;
}

/* The rows agree in their first `depth` bytes. Recursion is at most row_size deep. */
static void rows_sort_from(const row_sorter *sorter, uint8_t *rows, size_t count, size_t depth)
{
    uint32_t starts[257];
    for (; depth < sorter->row_size; depth++) {
        if (count <= SMALL_COUNT) {
            rows_sort_small(sorter, rows, count, depth);
            return;
        }
        if (rows_scatter(sorter, rows, count, depth, starts))
            break;
    }
    if (depth == sorter->row_size)
        return;
    for (size_t byte = 0; byte < 256; byte++)
        if (starts[byte + 1] - starts[byte] > 1)
            rows_sort_from(sorter, rows + starts[byte] * sorter->row_size,
                           starts[byte + 1] - starts[byte], depth + 1);
}

static size_t rows_remove_equal(uint8_t *rows, size_t count, size_t row_size)
{
    size_t kept = count == 0 ? 0 : 1;
    for (size_t i = 1; i < count; i++) {
        const uint8_t *row = rows + i * row_size;
        if (index_row_is_equal(rows + (kept - 1) * row_size, row, row_size))
            continue;
        if (kept != i)
            memcpy(rows + kept * row_size, row, row_size);
        kept++;
    }
    return kept;
}

/* NOLINTNEXTLINE(readability-non-const-parameter): written through the sorter */
size_t index_rows_sort(uint8_t *rows, size_t count, size_t row_size, uint8_t *scratch)
{
    row_sorter sorter = {row_size, scratch};
    rows_sort_from(&sorter, rows, count, 0);
    return rows_remove_equal(rows, count, row_size);
}
