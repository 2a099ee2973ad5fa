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
    int *is_dropped;
    int has_widths; /* the heading stands, widths are settled */
};

table *table_open(FILE *stream, const table_column *columns, size_t column_count)
{
    assert(column_count > 0);
    table *self = text_allocate(sizeof *self);
    *self = (table){.stream = stream, .columns = columns, .column_count = column_count};
    self->cells = text_allocate(ROWS_HELD_MAX * column_count * sizeof *self->cells);
    self->widths = text_allocate(column_count * sizeof *self->widths);
    self->is_dropped = text_allocate(column_count * sizeof *self->is_dropped);
    memset(self->is_dropped, 0, column_count * sizeof *self->is_dropped);
    return self;
}

static size_t total_width(const table *self)
{
    size_t total = 0;
    for (size_t i = 0; i < self->column_count; i++) {
        total += self->is_dropped[i] ? 0 : self->widths[i] + GAP;
    }
    return total - GAP;
}

/* As total_width, once every column gave what it may. */
static size_t least_width(const table *self)
{
    size_t total = 0;
    for (size_t i = 0; i < self->column_count; i++) {
        size_t least = self->columns[i].width_min;
        least = least == 0 || least > self->widths[i] ? self->widths[i] : least;
        total += self->is_dropped[i] ? 0 : least + GAP;
    }
    return total - GAP;
}

/* Leaves columns out until the rest can fit, or none may go. */
static void drop(table *self, size_t limit)
{
    while (least_width(self) > limit) {
        size_t next = self->column_count;
        for (size_t i = 0; i < self->column_count; i++) {
            int can_go = self->columns[i].drop > 0 && !self->is_dropped[i];
            if (can_go &&
                (next == self->column_count || self->columns[i].drop > self->columns[next].drop)) {
                next = i;
            }
        }
        if (next == self->column_count) {
            return;
        }
        self->is_dropped[next] = 1;
    }
}

static int can_give(const table *self, size_t column)
{
    const table_column *each = &self->columns[column];
    return !self->is_dropped[column] && each->width_min > 0 &&
           self->widths[column] > each->width_min;
}

/* Those that may be left out give first, then the widest. */
static int gives_before(const table *self, size_t column, size_t other)
{
    int is_minor = self->columns[column].drop > 0;
    int is_other_minor = self->columns[other].drop > 0;
    return is_minor != is_other_minor ? is_minor : self->widths[column] > self->widths[other];
}

/* Takes width off one column at a time until the row fits or nothing can give. */
static void shrink(table *self, size_t limit)
{
    while (total_width(self) > limit) {
        size_t next = self->column_count;
        for (size_t i = 0; i < self->column_count; i++) {
            if (can_give(self, i) && (next == self->column_count || gives_before(self, i, next))) {
                next = i;
            }
        }
        if (next == self->column_count) {
            return;
        }
        self->widths[next]--;
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
        drop(self, limit);
        shrink(self, limit);
    }
}

static void append_padding(text_buffer *line, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        text_append(line, " ");
    }
}

static int is_last_shown(const table *self, size_t column)
{
    for (size_t i = column + 1; i < self->column_count; i++) {
        if (!self->is_dropped[i]) {
            return 0;
        }
    }
    return 1;
}

static void append_cell(const table *self, text_buffer *line, size_t column, const char *cell,
                        terminal_style style)
{
    if (self->is_dropped[column]) {
        return;
    }
    size_t width = text_width(cell);
    size_t size = strlen(cell);
    size_t limit = self->widths[column];
    int is_cut = width > limit && terminal_width(self->stream) > 0;
    if (is_cut) {
        size = text_fit(cell, limit - 1);
        width = limit;
    }
    size_t padding = width < limit ? limit - width : 0;
    int is_last = is_last_shown(self, column);
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
    free(self->is_dropped);
    free(self);
}
