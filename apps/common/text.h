/* text.h -- a piece of text that grows, and what it takes to show data from outside on a terminal.
 *
 * Threads:  a text is its caller's.
 * Lifetime: start with TEXT_EMPTY, end with text_deinit.
 * Failure:  out of memory ends the program (exit 2): a command has nothing to save by then. */
#ifndef COMMON_TEXT_H
#define COMMON_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include <steme/error.h>
#include <steme/types.h>

typedef struct text_buffer {
    char *bytes; /* NUL-terminated once anything was appended, else NULL */
    size_t size;
    size_t capacity;
} text_buffer;

#define TEXT_EMPTY ((text_buffer){0})

void text_deinit(text_buffer *self);
/* Back to no bytes; keeps the memory. */
void text_clear(text_buffer *self);
/* The bytes as a C string; "" where nothing was appended. Until the next append. */
const char *text_get(const text_buffer *self);

void text_append(text_buffer *self, const char *string);
void text_append_bytes(text_buffer *self, const void *bytes, size_t size);
void text_append_format(text_buffer *self, const char *format, ...) STEME_PRINTF(2, 3);
void text_append_hex(text_buffer *self, const void *bytes, size_t size);

/* Appends bytes from outside so that they can do nothing to a terminal: control characters, marks
 * that turn the writing direction and separators of lines become \n, \t, \xHH or \u{HHHH}; bytes
 * that are not UTF-8 become \xHH. */
void text_append_escaped(text_buffer *self, steme_span data);

/* 12345 as "12,345". */
void text_append_count(text_buffer *self, uint64_t count);
/* "1 line", "12,345 lines". */
void text_append_number_of(text_buffer *self, uint64_t count, const char *one, const char *many);
/* Bytes as "1.2 MB". */
void text_append_size(text_buffer *self, uint64_t size_bytes);

/* Columns that a UTF-8 string takes on a terminal. */
size_t text_width(const char *string);
/* How many of the string's bytes fit into `width` columns. */
size_t text_fit(const char *string, size_t width);

/* A NUL-terminated string as a span; NULL gives the absent one. */
steme_span text_span(const char *string);
/* Whether the bytes are valid UTF-8. */
int text_is_utf8(const void *bytes, size_t size);

/* malloc, realloc, strdup that do not return NULL (see Failure). */
void *text_allocate(size_t size);
void *text_reallocate(void *memory, size_t size);
char *text_duplicate(const char *string);

#endif
