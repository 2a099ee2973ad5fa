/* rows.h -- the rows of one record in all tables, as the index and its check need them. */
#ifndef STORE_ROWS_H
#define STORE_ROWS_H

#include "store/fold.h"
#include "store/tables.h"

#include <stdbool.h>

/* Rows one after the other, each behind one byte that names its table. Zero-initialise. */
struct store_row_sink {
    uint8_t *bytes;
    size_t size;
    size_t capacity;
    const index_table *tables;
    uint8_t table;  /* of the next row */
    bool is_failed; /* there was no memory */
};

void store_row_sink_deinit(store_row_sink *sink);

typedef struct store_row_layout {
    uint8_t hash_key[16];
    index_table tables[INDEX_TABLE_COUNT_MAX]; /* the folds' behind the store's own */
    uint32_t table_count;
    const store_fold *const *folds;
    uint32_t fold_count;
} store_row_layout;

/* Adds all rows of a record to the sink, with zeros for the position. */
void store_rows_extract(const store_row_layout *layout, const steme_record *record, bool is_future,
                        store_row_sink *sink);
/* The only row of an id whose body is absent. */
void store_rows_extract_absent(const store_row_layout *layout, const steme_id *id,
                               store_row_sink *sink);

/* Bytes that it takes in a sink; the row is the first of any record's. */
size_t store_rows_absent_size(void);

/* Steps through a sink's rows from `*offset` (0 first) up to `end`; fills in the position. */
bool store_rows_next(store_row_sink *sink, size_t *offset, size_t end, uint64_t position,
                     uint32_t *out_table, uint8_t **out_row);

#endif
