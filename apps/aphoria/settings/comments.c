/* comments.c -- the comments of configuration files: see settings.h. */
#include <ctype.h>
#include <string.h>

#include "aphoria/settings/settings.h"

/* How a language's comments begin, and what a `#` may stand in without beginning one. */
typedef struct comment_style {
    const char *marks; /* one byte each */
    const char *quotes;
    int has_slashes;   /* // and slash star */
    int is_whole_line; /* only blanks stand before it */
    int is_apart;      /* a blank does, or nothing */
    int has_triple_quotes;
    int has_block_texts; /* YAML's | and > */
    int has_heredocs;
    int has_continued_lines;
    int is_markup; /* <!-- --> */
} comment_style;

static const comment_style styles[LANGUAGE_COUNT] = {
    [LANGUAGE_NONE] = {.marks = "#;%", .has_slashes = 1, .is_apart = 1, .is_markup = 1},
    [LANGUAGE_PROPERTIES] = {.marks = "#!", .is_whole_line = 1, .has_continued_lines = 1},
    [LANGUAGE_ENV] = {.marks = "#", .is_apart = 1, .quotes = "'\""},
    [LANGUAGE_INI] = {.marks = "#;", .is_whole_line = 1},
    [LANGUAGE_YAML] = {.marks = "#", .is_apart = 1, .quotes = "'\"", .has_block_texts = 1},
    [LANGUAGE_JSON] = {.marks = "", .has_slashes = 1, .quotes = "\""},
    [LANGUAGE_TOML] = {.marks = "#", .quotes = "'\"", .has_triple_quotes = 1},
    [LANGUAGE_XML] = {.marks = "", .is_markup = 1},
    [LANGUAGE_DOCKERFILE] = {.marks = "#", .is_whole_line = 1},
    [LANGUAGE_HCL] = {.marks = "#", .has_slashes = 1, .quotes = "\"", .has_heredocs = 1},
    [LANGUAGE_NGINX] = {.marks = "#", .is_apart = 1, .quotes = "'\""},
    [LANGUAGE_MAKEFILE] = {.marks = "#", .is_apart = 1},
};

typedef struct comment_reading {
    const comment_style *style;
    const char *bytes;
    size_t size;
    size_t line_begin;
    uint32_t line;
    size_t block_indent; /* of a block text's key; lines deeper are its; SIZE_MAX = none */
    int is_continued;
    size_t next; /* what comes behind the latest comment; its lines */
    uint32_t next_first;
    uint32_t next_last;
    comment_visit visit;
    void *context;
} comment_reading;

static size_t line_end(const comment_reading *self, size_t from)
{
    const char *end =
        from < self->size ? memchr(self->bytes + from, '\n', self->size - from) : NULL;
    return end == NULL ? self->size : (size_t)(end - self->bytes);
}

static size_t first_of_line(const comment_reading *self, size_t begin)
{
    while (begin < self->size && settings_is_among(self->bytes[begin], " \t\r")) {
        begin++;
    }
    return begin;
}

static int starts(const comment_reading *self, size_t at, const char *text)
{
    size_t size = strlen(text);
    return self->size - at >= size && memcmp(self->bytes + at, text, size) == 0;
}

/* What the comment at `at` ends with: "" = the line; NULL = it is none. */
static const char *end_of_comment(const comment_reading *self, size_t at)
{
    const comment_style *style = self->style;
    if (style->is_markup && starts(self, at, "<!--")) {
        return "-->";
    }
    if (style->has_slashes && starts(self, at, "/*")) {
        return "*/";
    }
    int is_mark = settings_is_among(self->bytes[at], style->marks) ||
                  (style->has_slashes && starts(self, at, "//"));
    if (!is_mark) {
        return NULL;
    }
    int is_first = first_of_line(self, self->line_begin) == at;
    int is_apart = is_first || settings_is_among(self->bytes[at - 1], " \t;{}");
    return (style->is_whole_line && !is_first) || (style->is_apart && !is_apart) ? NULL : "";
}

static size_t end_at(const comment_reading *self, size_t from, const char *text)
{
    if (text[0] == '\0') {
        return line_end(self, from);
    }
    const char *found = memmem(self->bytes + from, self->size - from, text, strlen(text));
    return found == NULL ? self->size : (size_t)(found - self->bytes) + strlen(text);
}

static uint32_t lines_within(const comment_reading *self, size_t begin, size_t end)
{
    uint32_t count = 0;
    for (; begin < end; begin++) {
        count += self->bytes[begin] == '\n';
    }
    return count;
}

/* The line, or lines, of the first thing that comes behind the comment. */
static void find_next(comment_reading *self, comment *of)
{
    comment_reading ahead = *self;
    size_t at = of->end;
    if (self->next >= at) {
        of->first_line = self->next_first; /* only comments stand between */
        of->last_line = self->next_last;
        return;
    }
    ahead.line += lines_within(self, of->begin, at);
    for (;;) {
        while (at < self->size && isspace((unsigned char)self->bytes[at])) {
            ahead.line += self->bytes[at] == '\n';
            ahead.line_begin = self->bytes[at] == '\n' ? at + 1 : ahead.line_begin;
            at++;
        }
        const char *text = at < self->size ? end_of_comment(&ahead, at) : NULL;
        if (text == NULL) {
            break;
        }
        size_t end = end_at(self, at, text);
        ahead.line += lines_within(self, at, end);
        at = end;
    }
    if (at < self->size) {
        const char *close = self->style == &styles[LANGUAGE_XML]
                                ? memchr(self->bytes + at, '>', self->size - at)
                                : NULL;
        of->first_line = ahead.line;
        of->last_line = ahead.line +
                        (close == NULL ? 0 : lines_within(self, at, (size_t)(close - self->bytes)));
    }
    self->next = at;
    self->next_first = of->first_line;
    self->next_last = of->last_line;
}

static size_t take_comment(comment_reading *self, size_t at, const char *text)
{
    size_t end = end_at(self, at, text);
    comment made = {.begin = (uint32_t)at,
                    .end = (uint32_t)end,
                    .line = self->line,
                    .first_line = self->line,
                    .last_line = self->line};
    int is_alone = first_of_line(self, self->line_begin) == at;
    if (is_alone) {
        made.first_line = made.last_line = 0;
        find_next(self, &made);
    }
    self->visit(self->context, &made);
    return end;
}

/* Behind the text in quotes that begins at `at`; one that does not end, ends with its line. */
static size_t behind_quotes(const comment_reading *self, size_t at)
{
    char quote = self->bytes[at];
    char triple[] = {quote, quote, quote, '\0'};
    if (self->style->has_triple_quotes && starts(self, at, triple)) {
        return end_at(self, at + 3, triple);
    }
    size_t end = line_end(self, at);
    for (size_t i = at + 1; i < end; i++) {
        if (self->bytes[i] == '\\' && quote == '"') {
            i++;
        } else if (self->bytes[i] == quote) {
            return i + 1;
        }
    }
    return end;
}

/* Behind a text <<NAME … NAME. */
static size_t behind_heredoc(const comment_reading *self, size_t at)
{
    size_t begin = at + 2 + (starts(self, at, "<<-") ? 1 : 0);
    size_t end = begin;
    while (end < self->size &&
           (isalnum((unsigned char)self->bytes[end]) || self->bytes[end] == '_')) {
        end++;
    }
    if (end == begin) {
        return at + 2;
    }
    for (size_t line = line_end(self, end) + 1; line < self->size;
         line = line_end(self, line) + 1) {
        size_t first = first_of_line(self, line);
        if (self->size - first >= end - begin &&
            memcmp(self->bytes + first, self->bytes + begin, end - begin) == 0) {
            return first;
        }
    }
    return self->size;
}

/* Where the line goes on behind what is no comment at `at`. */
static size_t behind(const comment_reading *self, size_t at)
{
    const comment_style *style = self->style;
    int is_opened = at == self->line_begin || settings_is_among(self->bytes[at - 1], " \t=:,[{(");
    if (style->quotes != NULL && settings_is_among(self->bytes[at], style->quotes) && is_opened) {
        return behind_quotes(self, at);
    }
    if (style->has_heredocs && starts(self, at, "<<")) {
        return behind_heredoc(self, at);
    }
    return style->is_markup && starts(self, at, "<![CDATA[") ? end_at(self, at, "]]>") : at + 1;
}

/* Whether the line is part of a text that an earlier one began. */
static int is_in_text(comment_reading *self)
{
    size_t first = first_of_line(self, self->line_begin);
    size_t end = line_end(self, self->line_begin);
    int is_in =
        self->is_continued || (self->block_indent != SIZE_MAX &&
                               (first == end || first - self->line_begin > self->block_indent));
    if (!is_in) {
        self->block_indent = SIZE_MAX;
    }
    size_t last = end;
    while (last > self->line_begin && settings_is_among(self->bytes[last - 1], " \t\r")) {
        last--;
    }
    size_t slashes = last;
    while (slashes > self->line_begin && self->bytes[slashes - 1] == '\\') {
        slashes--;
    }
    self->is_continued = self->style->has_continued_lines && (last - slashes) % 2 == 1 &&
                         !settings_is_among(self->bytes[first], self->is_continued ? "" : "#!");
    return is_in;
}

/* A key's line that ends in | or >, with signs of how: what is deeper is its text. */
static void begin_block(comment_reading *self, size_t end)
{
    size_t at = end;
    while (at > self->line_begin && settings_is_among(self->bytes[at - 1], " \t\r+-0123456789")) {
        at--;
    }
    if (at > self->line_begin + 1 && settings_is_among(self->bytes[at - 1], "|>") &&
        settings_is_among(self->bytes[at - 2], " \t")) {
        size_t key = first_of_line(self, self->line_begin);
        while (starts(self, key, "- ") && !settings_is_among(self->bytes[key + 2], "|>")) {
            key += 2;
        }
        self->block_indent = key - self->line_begin;
    }
}

void settings_comments(language of, const char *bytes, size_t size, comment_visit visit,
                       void *context)
{
    comment_reading self = {.style = &styles[of],
                            .bytes = bytes,
                            .size = size,
                            .line = 1,
                            .block_indent = SIZE_MAX,
                            .visit = visit,
                            .context = context};
    while (self.line_begin < size && self.style->marks != NULL) {
        size_t at = self.line_begin;
        size_t end = line_end(&self, at);
        size_t code_end = end;
        if (is_in_text(&self)) {
            at = end;
        }
        while (at < end) {
            const char *text = end_of_comment(&self, at);
            code_end = text != NULL && code_end == end ? at : code_end;
            size_t next = text != NULL ? take_comment(&self, at, text) : behind(&self, at);
            if (next > end) {
                /* It went over lines: what stands behind it is on the last of them. */
                self.line += lines_within(&self, at, next);
                const char *latest = memrchr(bytes, '\n', next);
                self.line_begin = (size_t)(latest - bytes) + 1;
                end = code_end = line_end(&self, next);
            }
            at = next;
        }
        if (self.style->has_block_texts && self.block_indent == SIZE_MAX) {
            begin_block(&self, code_end);
        }
        self.line_begin = end + 1;
        self.line++;
    }
}
