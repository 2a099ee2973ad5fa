/* blocks.c -- files of blocks in braces: HCL (Terraform) and nginx: see settings.h.
 *
 * A block's words are names in front of what is in it: resource.aws_s3_bucket.logs.acl. In HCL a
 * setting is `key = value`, in nginx `directive value …;`. A list may go on over several lines. */
#include <string.h>

#include "aphoria/settings/settings.h"

enum { DEPTH_MAX = 64, PATH_SIZE_MAX = 1024 };

/* What has been read of a block that is open, and its first line. */
typedef struct open_block {
    settings_block said;
    const char *name;
    size_t begin;
    size_t end;
    size_t line;
    size_t column;
} open_block;

typedef struct block_reading {
    settings_sink *sink;
    int is_nginx;
    char path[PATH_SIZE_MAX];
    size_t ends[DEPTH_MAX + 1]; /* of the path, at each depth */
    open_block blocks[DEPTH_MAX + 1];
    int depth;
    size_t line;
} block_reading;

/* Words without their quotes, dots between, behind the path that is open; 0 where it is too long.
 */
static int enter_block(block_reading *self, size_t line_begin, size_t begin, size_t end)
{
    const char *bytes = self->sink->bytes;
    size_t size = self->ends[self->depth];
    if (self->depth == DEPTH_MAX) {
        return 0;
    }
    for (size_t i = begin; i < end; i++) {
        i += strspn(bytes + i, " \t\"=");
        size_t word = i;
        while (i < end && !settings_is_among(bytes[i], " \t\"=")) {
            i++;
        }
        if (i > word && size + (i - word) + 2 < PATH_SIZE_MAX) {
            memcpy(self->path + size, bytes + word, i - word);
            size += i - word;
            self->path[size++] = '.';
        }
    }
    size_t name_size = strcspn(bytes + begin, " \t\"=");
    self->ends[++self->depth] = size;
    self->blocks[self->depth] =
        (open_block){.name = arena_copy(self->sink->memory, bytes + begin,
                                        name_size < end - begin ? name_size : end - begin),
                     .begin = begin,
                     .end = end,
                     .line = self->line,
                     .column = begin - line_begin + 1};
    return 1;
}

static void leave_block(block_reading *self)
{
    const open_block *left = &self->blocks[self->depth];
    size_t size = self->ends[self->depth];
    if (self->depth == 0) {
        return;
    }
    settings_tell_block(self->sink, arena_copy(self->sink->memory, self->path, size - (size > 0)),
                        &left->said, left->begin, left->end, left->line, left->column);
    self->depth--;
    settings_block_add(self->sink, &self->blocks[self->depth].said, left->name, value_unknown());
}

/* Where a value ends: before the comment behind it. */
static size_t skip_comment(const char *bytes, size_t begin, size_t end)
{
    int is_quoted = 0;
    for (size_t i = begin; i < end; i++) {
        is_quoted ^= bytes[i] == '"' && (i == begin || bytes[i - 1] != '\\');
        if (bytes[i] == '#' && !is_quoted && i > begin && settings_is_among(bytes[i - 1], " \t")) {
            return i;
        }
    }
    return end;
}

static void tell(block_reading *self, size_t line_begin, size_t key_begin, size_t key_end,
                 size_t value_begin, size_t value_end)
{
    const char *bytes = self->sink->bytes;
    size_t prefix = self->ends[self->depth];
    value_end = skip_comment(bytes, value_begin, value_end);
    while (value_end > value_begin && settings_is_among(bytes[value_end - 1], " \t\r,;")) {
        value_end--;
    }
    if (value_end - value_begin >= 2 && bytes[value_begin] == '"' && bytes[value_end - 1] == '"') {
        value_begin++;
        value_end--;
    }
    char *path = arena_allocate(self->sink->memory, prefix + key_end - key_begin + 1);
    memcpy(path, self->path, prefix);
    memcpy(path + prefix, bytes + key_begin, key_end - key_begin);
    const char *text = arena_copy(self->sink->memory, bytes + value_begin, value_end - value_begin);
    size_t column = value_begin - line_begin + 1;
    settings_tell_text(self->sink, path, text, value_begin, value_end, self->line, column);
    settings_block_add(
        self->sink, &self->blocks[self->depth].said, path + prefix,
        settings_value(self->sink, text, value_begin, value_end, self->line, column));
}

/* A statement, which but for a list stands in one line. */
static void read_statement(block_reading *self, size_t line_begin, size_t begin, size_t end)
{
    const char *bytes = self->sink->bytes;
    size_t key_end = begin;
    while (key_end < end && !settings_is_among(bytes[key_end], self->is_nginx ? " \t;" : " \t=")) {
        key_end++;
    }
    size_t at = key_end + strspn(bytes + key_end, " \t");
    if (!self->is_nginx) {
        if (at >= end || bytes[at] != '=') {
            return;
        }
        at++;
        at += strspn(bytes + at, " \t");
    }
    if (at <= end && key_end > begin) {
        tell(self, line_begin, begin, key_end, at < end ? at : end, end);
    }
}

static void read_line(block_reading *self, size_t line_begin, size_t end)
{
    const char *bytes = self->sink->bytes;
    size_t begin = line_begin + strspn(bytes + line_begin, " \t");
    if (begin >= end || bytes[begin] == '#' || strncmp(bytes + begin, "//", 2) == 0) {
        return;
    }
    while (begin < end && bytes[begin] == '}') {
        leave_block(self);
        begin++;
        begin += strspn(bytes + begin, " \t,;");
    }
    size_t last = end;
    while (last > begin && settings_is_among(bytes[last - 1], " \t\r")) {
        last--;
    }
    if (last > begin && bytes[last - 1] == '{') {
        (void)enter_block(self, line_begin, begin, last - 1);
    } else if (begin < last) {
        read_statement(self, line_begin, begin, last);
    }
}

/* Where a line ends: with the list that it opens, where that holds no blocks. */
static size_t find_end(const settings_sink *sink, size_t begin)
{
    const char *newline = memchr(sink->bytes + begin, '\n', sink->size - begin);
    size_t end = newline == NULL ? sink->size : (size_t)(newline - sink->bytes);
    size_t last = end;
    while (last > begin && settings_is_among(sink->bytes[last - 1], " \t\r")) {
        last--;
    }
    if (last == begin || sink->bytes[last - 1] != '[') {
        return end;
    }
    size_t close = end + strcspn(sink->bytes + end, "]{}#");
    if (close >= sink->size || sink->bytes[close] != ']') {
        return end;
    }
    newline = memchr(sink->bytes + close, '\n', sink->size - close);
    return newline == NULL ? sink->size : (size_t)(newline - sink->bytes);
}

void settings_read_blocks(settings_sink *sink, language of)
{
    block_reading self = {.sink = sink, .is_nginx = of == LANGUAGE_NGINX};
    for (size_t begin = 0; begin < sink->size;) {
        size_t end = find_end(sink, begin);
        self.line++;
        read_line(&self, begin, end);
        for (size_t i = begin; i < end; i++) {
            self.line += sink->bytes[i] == '\n';
        }
        begin = end + 1;
    }
}
