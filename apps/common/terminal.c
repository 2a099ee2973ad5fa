#include "common/terminal.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "common/text.h"

enum { WIDTH_MIN = 20, WIDTH_MAX = 10000 };

static const char *program_name = "steme";
static int is_color_forbidden;
static int is_line_open;

void terminal_set_program(const char *name)
{
    program_name = name;
}

void terminal_forbid_color(void)
{
    is_color_forbidden = 1;
}

void terminal_set_line_open(int is_open)
{
    is_line_open = is_open;
}

int terminal_is(FILE *stream)
{
    int saved_errno = errno; /* isatty sets it for every file: a failed write's must survive */
    int descriptor = fileno(stream);
    int is_terminal = descriptor >= 0 && isatty(descriptor);
    errno = saved_errno;
    return is_terminal;
}

int terminal_has_color(FILE *stream)
{
    const char *no_color = getenv("NO_COLOR");
    const char *kind = getenv("TERM");
    if (is_color_forbidden || (no_color != NULL && no_color[0] != '\0')) {
        return 0;
    }
    return terminal_is(stream) && kind != NULL && strcmp(kind, "dumb") != 0;
}

size_t terminal_width(FILE *stream)
{
    struct winsize size;
    if (!terminal_is(stream)) {
        return 0;
    }
    const char *columns = getenv("COLUMNS");
    unsigned long width = columns == NULL ? 0 : strtoul(columns, NULL, 10);
    if (width >= WIDTH_MIN && width <= WIDTH_MAX) {
        return width;
    }
    if (ioctl(fileno(stream), TIOCGWINSZ, &size) == 0 && size.ws_col >= WIDTH_MIN) {
        return size.ws_col;
    }
    return 80;
}

const char *terminal_begin(FILE *stream, terminal_style style)
{
    static const char *const sequences[] = {
        [TERMINAL_PLAIN] = "\x1b[0m", [TERMINAL_BOLD] = "\x1b[1m",   [TERMINAL_DIM] = "\x1b[2m",
        [TERMINAL_RED] = "\x1b[31m",  [TERMINAL_GREEN] = "\x1b[32m", [TERMINAL_YELLOW] = "\x1b[33m",
        [TERMINAL_BLUE] = "\x1b[34m",
    };
    return terminal_has_color(stream) ? sequences[style] : "";
}

static void write_line(const char *prefix, const char *format, va_list arguments)
{
    char *message = NULL;
    int size = vasprintf(&message, format, arguments);
    text_buffer line = TEXT_EMPTY;
    if (is_line_open) {
        text_append(&line, "\r\x1b[K");
    }
    text_append(&line, prefix);
    if (size >= 0) {
        text_append_escaped(&line, text_span(message));
    }
    text_append(&line, "\n");
    fflush(stdout);
    fputs(text_get(&line), stderr);
    text_deinit(&line);
    free(message);
}

void terminal_report(const char *format, ...)
{
    char prefix[64];
    snprintf(prefix, sizeof prefix, "%s: ", program_name);
    va_list arguments;
    va_start(arguments, format);
    write_line(prefix, format, arguments);
    va_end(arguments);
}

void terminal_note(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    write_line("", format, arguments);
    va_end(arguments);
}
