#include "common/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

static _Noreturn void end_without_memory(void)
{
    fputs("steme: out of memory; give this process more, or ask for less at once\n", stderr);
    exit(2);
}

void *text_reallocate(void *memory, size_t size)
{
    void *larger = realloc(memory, size == 0 ? 1 : size);
    if (larger == NULL) {
        end_without_memory();
    }
    return larger;
}

void *text_allocate(size_t size)
{
    return text_reallocate(NULL, size);
}

char *text_duplicate(const char *string)
{
    size_t size = strlen(string) + 1;
    return memcpy(text_allocate(size), string, size);
}

void text_deinit(text_buffer *self)
{
    free(self->bytes);
    *self = TEXT_EMPTY;
}

void text_clear(text_buffer *self)
{
    self->size = 0;
    if (self->bytes != NULL) {
        self->bytes[0] = '\0';
    }
}

const char *text_get(const text_buffer *self)
{
    return self->bytes == NULL ? "" : self->bytes;
}

static void reserve(text_buffer *self, size_t more)
{
    if (self->capacity - self->size > more) {
        return;
    }
    self->capacity = (self->capacity + more) * 2 + 64;
    self->bytes = text_reallocate(self->bytes, self->capacity);
}

void text_append_bytes(text_buffer *self, const void *bytes, size_t size)
{
    reserve(self, size);
    if (size > 0) {
        memcpy(self->bytes + self->size, bytes, size);
    }
    self->size += size;
    self->bytes[self->size] = '\0';
}

void text_append(text_buffer *self, const char *string)
{
    text_append_bytes(self, string, strlen(string));
}

void text_append_format(text_buffer *self, const char *format, ...)
{
    va_list arguments;
    char *written = NULL;
    va_start(arguments, format);
    int size = vasprintf(&written, format, arguments);
    va_end(arguments);
    if (size < 0) {
        end_without_memory();
    }
    text_append_bytes(self, written, (size_t)size);
    free(written);
}

void text_append_hex(text_buffer *self, const void *bytes, size_t size)
{
    static const char digits[] = "0123456789abcdef";
    const uint8_t *each = bytes;
    for (size_t i = 0; i < size; i++) {
        char pair[2] = {digits[each[i] >> 4], digits[each[i] & 15]};
        text_append_bytes(self, pair, 2);
    }
}

/* Whether a character must not reach a terminal as it is. */
static int is_unsafe(utf8proc_int32_t character)
{
    switch (utf8proc_category(character)) {
    case UTF8PROC_CATEGORY_CC: /* control */
    case UTF8PROC_CATEGORY_ZL: /* line separator */
    case UTF8PROC_CATEGORY_ZP: /* paragraph separator */
        return 1;
    default:
        break;
    }
    return character == 0x061C || character == 0x200E || character == 0x200F ||
           (character >= 0x202A && character <= 0x202E) ||
           (character >= 0x2066 && character <= 0x2069) || character == 0xFEFF;
}

static void append_unsafe(text_buffer *self, utf8proc_int32_t character)
{
    if (character == '\n') {
        text_append(self, "\\n");
    } else if (character == '\t') {
        text_append(self, "\\t");
    } else if (character == '\r') {
        text_append(self, "\\r");
    } else if (character < 0x80) {
        text_append_format(self, "\\x%02x", (unsigned)character);
    } else {
        text_append_format(self, "\\u{%04x}", (unsigned)character);
    }
}

void text_append_escaped(text_buffer *self, steme_span data)
{
    size_t offset = 0;
    while (offset < data.size) {
        utf8proc_int32_t character = 0;
        utf8proc_ssize_t size = utf8proc_iterate(
            data.bytes + offset, (utf8proc_ssize_t)(data.size - offset), &character);
        if (size <= 0) {
            text_append_format(self, "\\x%02x", data.bytes[offset]);
            size = 1;
        } else if (is_unsafe(character)) {
            append_unsafe(self, character);
        } else {
            text_append_bytes(self, data.bytes + offset, (size_t)size);
        }
        offset += (size_t)size;
    }
}

void text_append_count(text_buffer *self, uint64_t count)
{
    char digits[24];
    int size = snprintf(digits, sizeof digits, "%llu", (unsigned long long)count);
    for (int i = 0; i < size; i++) {
        if (i > 0 && (size - i) % 3 == 0) {
            text_append(self, ",");
        }
        text_append_bytes(self, digits + i, 1);
    }
}

void text_append_number_of(text_buffer *self, uint64_t count, const char *one, const char *many)
{
    text_append_count(self, count);
    text_append(self, " ");
    text_append(self, count == 1 ? one : many);
}

void text_append_size(text_buffer *self, uint64_t size_bytes)
{
    static const char *const units[] = {"B", "kB", "MB", "GB", "TB"};
    double amount = (double)size_bytes;
    size_t unit = 0;
    while (amount >= 1000 && unit + 1 < sizeof units / sizeof units[0]) {
        amount /= 1000;
        unit++;
    }
    text_append_format(self, "%.*f %s", unit == 0 ? 0 : 1, amount, units[unit]);
}

/* Walks the string; gives the bytes that fit into `limit` columns, and the columns they take. */
static size_t measure(const char *string, size_t limit, size_t *out_width)
{
    size_t size = strlen(string);
    size_t offset = 0;
    size_t width = 0;
    while (offset < size) {
        utf8proc_int32_t character = 0;
        utf8proc_ssize_t step = utf8proc_iterate((const uint8_t *)string + offset,
                                                 (utf8proc_ssize_t)(size - offset), &character);
        int columns = step > 0 ? utf8proc_charwidth(character) : 1;
        step = step > 0 ? step : 1;
        if (width + (size_t)columns > limit) {
            break;
        }
        width += (size_t)columns;
        offset += (size_t)step;
    }
    *out_width = width;
    return offset;
}

size_t text_width(const char *string)
{
    size_t width = 0;
    measure(string, SIZE_MAX / 2, &width);
    return width;
}

size_t text_fit(const char *string, size_t width)
{
    size_t used = 0;
    return measure(string, width, &used);
}

steme_span text_span(const char *string)
{
    if (string == NULL) {
        return (steme_span){NULL, 0};
    }
    return (steme_span){(const uint8_t *)string, strlen(string)};
}

int text_is_utf8(const void *bytes, size_t size)
{
    const uint8_t *each = bytes;
    size_t offset = 0;
    while (offset < size) {
        utf8proc_int32_t character = 0;
        utf8proc_ssize_t step =
            utf8proc_iterate(each + offset, (utf8proc_ssize_t)(size - offset), &character);
        if (step <= 0) {
            return 0;
        }
        offset += (size_t)step;
    }
    return 1;
}
