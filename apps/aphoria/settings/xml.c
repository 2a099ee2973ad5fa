/* xml.c -- XML as settings: see settings.h.
 *
 * An element's text has the path of its elements, an attribute that of its element and its name.
 * Where an element is written <property name="a" value="b"/>, it is also the setting a = b. No
 * entity but the five of XML is known, and nothing outside the file is looked at. */
#include <string.h>

#include "aphoria/settings/settings.h"

enum { DEPTH_MAX = 100 };

typedef struct xml_reading {
    settings_sink *sink;
    size_t at;
    size_t line;
    size_t line_begin;
    const char *paths[DEPTH_MAX + 1];
    int depth;
} xml_reading;

static void advance(xml_reading *self, size_t to)
{
    for (; self->at < to && self->at < self->sink->size; self->at++) {
        if (self->sink->bytes[self->at] == '\n') {
            self->line++;
            self->line_begin = self->at + 1;
        }
    }
}

static size_t find(const xml_reading *self, size_t from, const char *text)
{
    const char *found =
        memmem(self->sink->bytes + from, self->sink->size - from, text, strlen(text));
    return found == NULL ? self->sink->size : (size_t)(found - self->sink->bytes);
}

static const char *unescaped(xml_reading *self, size_t begin, size_t end)
{
    static const char *const entities[] = {"&lt;", "<",      "&gt;", ">",     "&quot;",
                                           "\"",   "&apos;", "'",    "&amp;", "&"};
    char *text = arena_allocate(self->sink->memory, end - begin + 1);
    size_t size = 0;
    for (size_t i = begin; i < end;) {
        size_t taken = 0;
        for (size_t j = 0; j < 10 && taken == 0; j += 2) {
            size_t length = strlen(entities[j]);
            if (end - i >= length && memcmp(self->sink->bytes + i, entities[j], length) == 0) {
                text[size++] = entities[j + 1][0];
                taken = length;
            }
        }
        if (taken == 0) {
            text[size++] = self->sink->bytes[i];
            taken = 1;
        }
        i += taken;
    }
    return text;
}

static const char *path_with(xml_reading *self, const char *path, const char *name, size_t size)
{
    const char *colon = memchr(name, ':', size); /* without the namespace's prefix */
    if (colon != NULL) {
        size -= (size_t)(colon + 1 - name);
        name = colon + 1;
    }
    size_t path_size = strlen(path);
    char *made = arena_allocate(self->sink->memory, path_size + size + 2);
    memcpy(made, path, path_size);
    if (path_size > 0) {
        made[path_size++] = '.';
    }
    memcpy(made + path_size, name, size);
    return made;
}

/* Attributes up to the '>' at `end`. */
static void read_attributes(xml_reading *self, const char *path, size_t at, size_t end)
{
    const char *bytes = self->sink->bytes;
    const char *name = NULL;
    while (at < end) {
        at += strspn(bytes + at, " \t\r\n/");
        size_t name_begin = at;
        at += strcspn(bytes + at, "= \t\r\n/>");
        size_t name_end = at;
        at += strspn(bytes + at, " \t\r\n");
        if (at >= end || bytes[at] != '=' || name_end == name_begin) {
            at++;
            continue;
        }
        at++;
        at += strspn(bytes + at, " \t\r\n");
        const char *close = at < end && settings_is_among(bytes[at], "'\"")
                                ? memchr(bytes + at + 1, bytes[at], end - at - 1)
                                : NULL;
        if (close == NULL) {
            return;
        }
        size_t value_end = (size_t)(close - bytes);
        const char *text = unescaped(self, at + 1, value_end);
        const char *whole = path_with(self, path, bytes + name_begin, name_end - name_begin);
        size_t column = at + 1 - self->line_begin + 1;
        settings_tell_text(self->sink, whole, text, at + 1, value_end, self->line, column);
        size_t size = name_end - name_begin;
        int is_name = (size == 4 && memcmp(bytes + name_begin, "name", 4) == 0) ||
                      (size == 3 && memcmp(bytes + name_begin, "key", 3) == 0);
        int is_value = size == 5 && memcmp(bytes + name_begin, "value", 5) == 0;
        if (is_name) {
            name = text;
        } else if (is_value && name != NULL) {
            settings_tell_text(self->sink, name, text, at + 1, value_end, self->line, column);
        }
        at = value_end + 1;
    }
}

static void read_tag(xml_reading *self)
{
    const char *bytes = self->sink->bytes;
    size_t end = find(self, self->at, ">");
    size_t name_begin = self->at + 1;
    if (bytes[name_begin] == '/') {
        self->depth -= self->depth > 0;
        advance(self, end + 1);
        return;
    }
    size_t name_end = name_begin + strcspn(bytes + name_begin, " \t\r\n/>");
    const char *path =
        path_with(self, self->paths[self->depth], bytes + name_begin, name_end - name_begin);
    read_attributes(self, path, name_end, end);
    int is_empty = end > self->at && end < self->sink->size && bytes[end - 1] == '/';
    if (!is_empty && self->depth < DEPTH_MAX) {
        self->paths[++self->depth] = path;
    }
    advance(self, end + 1);
}

static void read_text(xml_reading *self)
{
    const char *bytes = self->sink->bytes;
    size_t end = find(self, self->at, "<");
    size_t begin = self->at + strspn(bytes + self->at, " \t\r\n");
    size_t last = end;
    while (last > begin && settings_is_among(bytes[last - 1], " \t\r\n")) {
        last--;
    }
    if (begin < last && self->depth > 0) {
        advance(self, begin);
        settings_tell_text(self->sink, self->paths[self->depth], unescaped(self, begin, last),
                           begin, last, self->line, begin - self->line_begin + 1);
    }
    advance(self, end);
}

void settings_read_xml(settings_sink *sink)
{
    xml_reading self = {.sink = sink, .line = 1, .paths = {""}};
    while (self.at < sink->size) {
        const char *at = sink->bytes + self.at;
        if (*at != '<') {
            read_text(&self);
        } else if (strncmp(at, "<!--", 4) == 0) {
            advance(&self, find(&self, self.at, "-->") + 3);
        } else if (strncmp(at, "<![CDATA[", 9) == 0) {
            advance(&self, find(&self, self.at, "]]>") + 3);
        } else if (at[1] == '?' || at[1] == '!') {
            advance(&self, find(&self, self.at, ">") + 1);
        } else {
            read_tag(&self);
        }
    }
}
