/* table.h -- rows for people: columns as wide as what stands in them, cut or left out to fit the
 * terminal.
 *
 * Rows are held until 1,000 have come; these decide the widths, and everything later streams.
 * Nothing is cut where the output is no terminal.
 *
 * Threads:  a table is its caller's.
 * Lifetime: table_open … table_close; the columns are borrowed. */
#ifndef COMMON_TABLE_H
#define COMMON_TABLE_H

#include <stdio.h>

#include "common/terminal.h"
#include "common/text.h"

typedef struct table_column {
    const char *title;
    size_t width_min; /* 0 = never cut */
    int is_right;     /* numbers */
    int drop;         /* > 0: left out where not all columns fit; the greatest goes first */
    terminal_style style;
} table_column;

typedef struct table table;

table *table_open(FILE *stream, const table_column *columns, size_t column_count);
/* Adds the next cell of the current row; the last column's cell ends the row. What came from
 * outside is escaped (text_append_escaped) by the caller, or by table_add_data. */
void table_add(table *self, const char *cell);
void table_add_data(table *self, steme_span data);
/* Writes what is held, and frees the table. A table of no rows writes nothing. */
void table_close(table *self);

#endif
