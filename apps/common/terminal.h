/* terminal.h -- what we are talking to: colours and width, and the one line that a failure is.
 *
 * Colours are used on a terminal only, and not where NO_COLOR is set and not empty, TERM is
 * "dumb", or terminal_forbid_color was called.
 *
 * Threads: the main thread's. */
#ifndef COMMON_TERMINAL_H
#define COMMON_TERMINAL_H

#include <stddef.h>
#include <stdio.h>

#include <steme/error.h>

/* Name under which failures are reported, and `--no-color`. */
void terminal_set_program(const char *name);
void terminal_forbid_color(void);

int terminal_is(FILE *stream);
int terminal_has_color(FILE *stream);
/* Columns: the terminal's, or COLUMNS, or 0 where there is no terminal (nothing is cut then). */
size_t terminal_width(FILE *stream);

typedef enum terminal_style {
    TERMINAL_PLAIN,
    TERMINAL_BOLD,
    TERMINAL_DIM,
    TERMINAL_RED,
    TERMINAL_GREEN,
    TERMINAL_YELLOW,
    TERMINAL_BLUE,
} terminal_style;

/* The escape sequence that begins a style on this stream; "" where it has no colours.
 * TERMINAL_PLAIN ends any style. */
const char *terminal_begin(FILE *stream, terminal_style style);

/* One line on stderr, "steme: …", with control bytes escaped; ends a progress line before it. */
void terminal_report(const char *format, ...) STEME_PRINTF(1, 2);
/* The same without the name: for what is neither data nor failure. */
void terminal_note(const char *format, ...) STEME_PRINTF(1, 2);

/* progress.c tells whether a progress line stands on stderr that must be wiped first. */
void terminal_set_line_open(int is_open);

#endif
