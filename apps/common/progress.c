#include "common/progress.h"

#include <stdio.h>
#include <time.h>

#include "common/terminal.h"
#include "common/text.h"

enum { BAR_WIDTH = 24 };

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

void progress_begin(progress *self, const char *label, const char *unit)
{
    *self = (progress){.label = label, .unit = unit, .started_s = now_s()};
    self->is_shown = terminal_is(stderr);
}

double progress_elapsed_s(const progress *self)
{
    return now_s() - self->started_s;
}

static void append_bar(text_buffer *line, double part)
{
    int filled = (int)(part * BAR_WIDTH + 0.5);
    for (int i = 0; i < BAR_WIDTH; i++) {
        text_append(line, i < filled ? "█" : "░");
    }
    text_append_format(line, " %3.0f %%", part * 100);
}

static void append_time_left(text_buffer *line, double part, double elapsed_s)
{
    if (part <= 0.01 || elapsed_s < 0.5) {
        return;
    }
    unsigned long left_s = (unsigned long)(elapsed_s * (1 - part) / part + 0.5);
    text_append_format(line, "  %lu:%02lu left", left_s / 60, left_s % 60);
}

void progress_update(progress *self, uint64_t done, uint64_t total, uint64_t count)
{
    double now = now_s();
    if (!self->is_shown || now - self->shown_s < 0.1) {
        return;
    }
    self->shown_s = now;
    double elapsed_s = now - self->started_s;
    double part = total == 0 ? 0 : (double)done / (double)total;
    part = part > 1 ? 1 : part;

    text_buffer line = TEXT_EMPTY;
    text_append_format(&line, "\r\x1b[K%s  ", self->label);
    if (total > 0) {
        append_bar(&line, part);
    }
    text_append(&line, "  ");
    text_append_count(&line, count);
    text_append_format(&line, " %s", self->unit);
    if (elapsed_s > 0.2) {
        text_append(&line, "  ");
        text_append_count(&line, (uint64_t)((double)count / elapsed_s));
        text_append(&line, "/s");
        append_time_left(&line, part, elapsed_s);
    }
    size_t width = terminal_width(stderr);
    fwrite(text_get(&line), 1, 4 + text_fit(text_get(&line) + 4, width > 1 ? width - 1 : 79),
           stderr);
    fflush(stderr);
    terminal_set_line_open(1);
    text_deinit(&line);
}

void progress_end(progress *self)
{
    if (self->is_shown && self->shown_s > 0) {
        fputs("\r\x1b[K", stderr);
        fflush(stderr);
        terminal_set_line_open(0);
    }
}
