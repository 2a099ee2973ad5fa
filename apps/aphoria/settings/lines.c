/* lines.c -- files of one setting a line: .properties, .env, .ini, .toml, variables of makefiles:
 * see settings.h. */
#include <string.h>

#include "aphoria/settings/settings.h"

typedef struct line_reading {
    settings_sink *sink;
    language language;
    const char *section; /* of an .ini, with its dot; "" = none */
    size_t number;
} line_reading;

static size_t skip_blanks(const char *bytes, size_t from, size_t end)
{
    while (from < end && (bytes[from] == ' ' || bytes[from] == '\t')) {
        from++;
    }
    return from;
}

static size_t trim_end(const char *bytes, size_t begin, size_t end)
{
    while (end > begin && settings_is_among(bytes[end - 1], " \t\r")) {
        end--;
    }
    return end;
}

static void enter_section(line_reading *self, size_t begin, size_t end)
{
    const char *bytes = self->sink->bytes;
    const char *close = memchr(bytes + begin, ']', end - begin);
    if (close != NULL) {
        size_t size = (size_t)(close - bytes) - begin;
        char *name = arena_allocate(self->sink->memory, size + 2);
        memcpy(name, bytes + begin, size);
        name[size] = '.';
        self->section = name;
    }
}

static const char *path_of(line_reading *self, size_t begin, size_t end)
{
    size_t section_size = strlen(self->section);
    char *path = arena_allocate(self->sink->memory, section_size + end - begin + 1);
    memcpy(path, self->section, section_size);
    memcpy(path + section_size, self->sink->bytes + begin, end - begin);
    return path;
}

/* key = value, key: value, export KEY=value; the value may stand in quotes. */
static void read_pair(line_reading *self, size_t line_begin, size_t begin, size_t end)
{
    const char *bytes = self->sink->bytes;
    if (self->language == LANGUAGE_ENV && end - begin > 7 &&
        memcmp(bytes + begin, "export ", 7) == 0) {
        begin += 7;
    }
    size_t key_end = begin;
    while (key_end < end && bytes[key_end] != '=' &&
           (bytes[key_end] != ':' || self->language == LANGUAGE_ENV)) {
        key_end++;
    }
    if (key_end == end) {
        return;
    }
    size_t value_begin = skip_blanks(bytes, key_end + 1, end);
    size_t value_end = trim_end(bytes, value_begin, end);
    if (self->language == LANGUAGE_MAKEFILE) {
        value_begin = skip_blanks(bytes, value_begin + (bytes[value_begin] == '='), end);
    }
    if (value_begin > value_end) {
        return;
    }
    const char *close =
        self->language == LANGUAGE_TOML && value_end > value_begin &&
                settings_is_among(bytes[value_begin], "'\"")
            ? memchr(bytes + value_begin + 1, bytes[value_begin], value_end - value_begin - 1)
            : NULL;
    if (close != NULL) {
        value_end = (size_t)(close - bytes) + 1; /* a comment may stand behind */
    }
    if (value_end - value_begin >= 2 && settings_is_among(bytes[value_begin], "'\"") &&
        bytes[value_begin] == bytes[value_end - 1]) {
        value_begin++;
        value_end--;
    }
    const char *path = path_of(self, begin, trim_end(bytes, begin, key_end));
    settings_tell(self->sink, path, value_begin, value_end, self->number,
                  value_begin - line_begin + 1);
}

void settings_read_lines(settings_sink *sink, language of)
{
    line_reading self = {.sink = sink, .language = of, .section = ""};
    for (size_t begin = 0; begin < sink->size;) {
        const char *line_end = memchr(sink->bytes + begin, '\n', sink->size - begin);
        size_t end = line_end == NULL ? sink->size : (size_t)(line_end - sink->bytes);
        size_t first = skip_blanks(sink->bytes, begin, end);
        self.number++;
        int has_sections = of == LANGUAGE_INI || of == LANGUAGE_TOML;
        if (first < end && sink->bytes[first] == '[' && has_sections) {
            first += first + 1 < end && sink->bytes[first + 1] == '[';
            enter_section(&self, first + 1, end);
        } else if (first < end && !settings_is_among(sink->bytes[first], "#;!")) {
            read_pair(&self, begin, first, end);
        }
        begin = end + 1;
    }
}
