#include "common/table.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS_HELD_MAX = 1000, GAP = 2 };

struct table {
    FILE *stream;
    const table_column *columns;
    size_t column_count;
    char **cells; /* ROWS_HELD_MAX rows at most, then one */
    size_t cell_count;
    size_t *widths;
    int has_widths; /* the heading stands, widths are settled */
};

table *table_open(FILE *stream, const table_column *columns, size_t column_count)
{
    assert(column_count > 0);
    table *self = text_allocate(sizeof *self);
    *self = (table){.stream = stream, .columns = columns, .column_count = column_count};
    self->cells = text_allocate(ROWS_HELD_MAX * column_count * sizeof *self->cells);
    self->widths = text_allocate(column_count * sizeof *self->widths);
    return self;
}

static size_t total_width(const table *self)
{
    size_t total = GAP * (self->column_count - 1);
    for (size_t i = 0; i < self->column_count; i++) {
        total += self->widths[i];
    }
    return total;
}

/* Takes columns off the widest column that may be cut, until the row fits or nothing can give. */
static void shrink(table *self, size_t limit)
{
    while (total_width(self) > limit) {
        size_t widest = self->column_count;
        for (size_t i = 0; i < self->column_count; i++) {
            int can_give =
                self->columns[i].width_min > 0 && self->widths[i] > self->columns[i].width_min;
            if (can_give &&
                (widest == self->column_count || self->widths[i] > self->widths[widest])) {
                widest = i;
            }
        }
        if (widest == self->column_count) {
            return;
        }
        self->widths[widest]--;
    }
}

static void settle_widths(table *self)
{
    assert(self->column_count > 0);
    for (size_t i = 0; i < self->column_count; i++) {
        self->widths[i] = text_width(self->columns[i].title);
    }
    for (size_t i = 0; i < self->cell_count; i++) {
        size_t width = text_width(self->cells[i]);
        size_t column = i % self->column_count;
        self->widths[column] = width > self->widths[column] ? width : self->widths[column];
    }
    size_t limit = terminal_width(self->stream);
    if (limit > 0) {
        shrink(self, limit);
    }
}

static void append_padding(text_buffer *line, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        text_append(line, " ");
    }
}

static void append_cell(const table *self, text_buffer *line, size_t column, const char *cell,
                        terminal_style style)
{
    size_t width = text_width(cell);
    size_t size = strlen(cell);
    size_t limit = self->widths[column];
    int is_cut = width > limit && terminal_width(self->stream) > 0;
    if (is_cut) {
        size = text_fit(cell, limit - 1);
        width = limit;
    }
    size_t padding = width < limit ? limit - width : 0;
    int is_last = column + 1 == self->column_count;
    const char *begin = style == TERMINAL_PLAIN ? "" : terminal_begin(self->stream, style);
    if (self->columns[column].is_right) {
        append_padding(line, padding);
    }
    text_append(line, begin);
    text_append_bytes(line, cell, size);
    text_append(line, is_cut ? "…" : "");
    text_append(line, begin[0] == '\0' ? "" : terminal_begin(self->stream, TERMINAL_PLAIN));
    if (!self->columns[column].is_right && !is_last) {
        append_padding(line, padding);
    }
    append_padding(line, is_last ? 0 : GAP);
}

static void write_row(const table *self, char *const *cells)
{
    text_buffer line = TEXT_EMPTY;
    for (size_t i = 0; i < self->column_count; i++) {
        append_cell(self, &line, i, cells[i], self->columns[i].style);
    }
    fprintf(self->stream, "%s\n", text_get(&line));
    text_deinit(&line);
}

static void write_heading(const table *self)
{
    text_buffer line = TEXT_EMPTY;
    for (size_t i = 0; i < self->column_count; i++) {
        append_cell(self, &line, i, self->columns[i].title, TERMINAL_BOLD);
    }
    fprintf(self->stream, "%s\n", text_get(&line));
    text_deinit(&line);
}

static void flush_rows(table *self)
{
    if (!self->has_widths && self->cell_count > 0) {
        settle_widths(self);
        write_heading(self);
        self->has_widths = 1;
    }
    for (size_t i = 0; i < self->cell_count; i += self->column_count) {
        write_row(self, self->cells + i);
    }
    for (size_t i = 0; i < self->cell_count; i++) {
        free(self->cells[i]);
    }
    self->cell_count = 0;
}

void table_add(table *self, const char *cell)
{
    self->cells[self->cell_count++] = text_duplicate(cell);
    int is_row_full = self->cell_count % self->column_count == 0;
    size_t rows_held = self->cell_count / self->column_count;
    if (is_row_full && (self->has_widths || rows_held == ROWS_HELD_MAX)) {
        flush_rows(self);
    }
}

void table_add_data(table *self, steme_span data)
{
    text_buffer cell = TEXT_EMPTY;
    text_append_escaped(&cell, data);
    table_add(self, text_get(&cell));
    text_deinit(&cell);
}

void table_close(table *self)
{
    flush_rows(self);
    free(self->cells);
    free(self->widths);
    free(self);
}
