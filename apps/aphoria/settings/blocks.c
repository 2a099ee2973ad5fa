/* blocks.c -- files of blocks in braces: HCL (Terraform) and nginx: see settings.h.
 *
 * A block's words are names in front of what is in it: resource.aws_s3_bucket.logs.acl. In HCL a
 * setting is `key = value`, in nginx `directive value …;`. */
#include <string.h>

#include "aphoria/settings/settings.h"

enum { DEPTH_MAX = 64, PATH_SIZE_MAX = 1024 };

typedef struct block_reading {
    settings_sink *sink;
    int is_nginx;
    char path[PATH_SIZE_MAX];
    size_t ends[DEPTH_MAX + 1]; /* of the path, at each depth */
    int depth;
    size_t line;
} block_reading;

/* Words without their quotes, dots between, behind the path that is open; 0 where it is too long.
 */
static int open_block(block_reading *self, size_t begin, size_t end)
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
    self->ends[++self->depth] = size;
    return 1;
}

static void tell(block_reading *self, size_t line_begin, size_t key_begin, size_t key_end,
                 size_t value_begin, size_t value_end)
{
    const char *bytes = self->sink->bytes;
    size_t prefix = self->ends[self->depth];
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
    settings_tell(self->sink, path, value_begin, value_end, self->line,
                  value_begin - line_begin + 1);
}

/* A statement that stands in one line: what is open in brackets may go on in the next, unread. */
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
        self->depth -= self->depth > 0;
        begin++;
        begin += strspn(bytes + begin, " \t,;");
    }
    size_t last = end;
    while (last > begin && settings_is_among(bytes[last - 1], " \t\r")) {
        last--;
    }
    if (last > begin && bytes[last - 1] == '{') {
        (void)open_block(self, begin, last - 1);
    } else if (begin < last) {
        read_statement(self, line_begin, begin, last);
    }
}

void settings_read_blocks(settings_sink *sink, language of)
{
    block_reading self = {.sink = sink, .is_nginx = of == LANGUAGE_NGINX};
    for (size_t begin = 0; begin < sink->size;) {
        const char *newline = memchr(sink->bytes + begin, '\n', sink->size - begin);
        size_t end = newline == NULL ? sink->size : (size_t)(newline - sink->bytes);
        self.line++;
        read_line(&self, begin, end);
        begin = end + 1;
    }
}
