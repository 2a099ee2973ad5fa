/* dockerfile.c -- Dockerfiles: see settings.h.
 *
 * An instruction is a setting of its name in capitals, its value the rest of the line, with
 * continued lines joined. Beside that: FROM.image and FROM.tag ("latest" where neither tag nor
 * digest says which), ENV.NAME, ARG.NAME, and at the end USER.final, the user that the last stage
 * runs as ("root" where no USER says another). */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "aphoria/settings/settings.h"

enum { STAGES_MAX = 64 };

typedef struct docker_reading {
    settings_sink *sink;
    const char *stages[STAGES_MAX]; /* names that FROM … AS gives */
    size_t stage_count;
    const char *user;
    size_t user_begin;
    size_t user_end;
    size_t user_line;
} docker_reading;

static int is_stage(const docker_reading *self, const char *name)
{
    for (size_t i = 0; i < self->stage_count; i++) {
        if (strcasecmp(self->stages[i], name) == 0) {
            return 1;
        }
    }
    return 0;
}

static const char *word_at(settings_sink *sink, const char *text, size_t index)
{
    for (;;) {
        text += strspn(text, " \t");
        size_t size = strcspn(text, " \t");
        if (size == 0) {
            return NULL;
        }
        if (strncmp(text, "--", 2) != 0 && index-- == 0) {
            return arena_copy(sink->memory, text, size);
        }
        text += size;
    }
}

static void take_from(docker_reading *self, const char *text, size_t begin, size_t end, size_t line)
{
    const char *image = word_at(self->sink, text, 0);
    const char *as = word_at(self->sink, text, 1);
    const char *name = word_at(self->sink, text, 2);
    self->user = "root";
    self->user_begin = begin;
    self->user_end = end;
    self->user_line = line;
    if (image != NULL && !is_stage(self, image) && strcmp(image, "scratch") != 0 &&
        strchr(image, '$') == NULL) {
        const char *slash = strrchr(image, '/');
        const char *colon = strchr(slash == NULL ? image : slash, ':');
        settings_tell_text(self->sink, "FROM.image", image, begin, end, line, 1);
        if (strchr(image, '@') == NULL) {
            settings_tell_text(self->sink, "FROM.tag", colon == NULL ? "latest" : colon + 1, begin,
                               end, line, 1);
        }
    }
    if (as != NULL && strcasecmp(as, "as") == 0 && name != NULL && self->stage_count < STAGES_MAX) {
        self->stages[self->stage_count++] = name;
    }
}

/* ENV A=1 B=2, ENV A 1, ARG A=1 */
static void take_variables(docker_reading *self, const char *prefix, const char *text, size_t begin,
                           size_t end, size_t line)
{
    const char *word = word_at(self->sink, text, 0);
    if (word != NULL && strchr(word, '=') == NULL) {
        const char *rest = text + strspn(text, " \t") + strlen(word);
        rest += strspn(rest, " \t");
        const char *path = arena_join(self->sink->memory, prefix, ".", word);
        settings_tell_text(self->sink, path, rest, begin, end, line, 1);
        return;
    }
    for (size_t i = 0; (word = word_at(self->sink, text, i)) != NULL; i++) {
        size_t name_size = strcspn(word, "=");
        if (word[name_size] != '=') {
            continue;
        }
        const char *path = arena_join(self->sink->memory, prefix, ".",
                                      arena_copy(self->sink->memory, word, name_size));
        const char *given = word + name_size + 1;
        size_t size = strlen(given);
        int is_quoted = size >= 2 && strchr("'\"", given[0]) != NULL && given[size - 1] == given[0];
        given = is_quoted ? arena_copy(self->sink->memory, given + 1, size - 2) : given;
        settings_tell_text(self->sink, path, given, begin, end, line, 1);
    }
}

static void take_instruction(docker_reading *self, const char *text, size_t begin, size_t end,
                             size_t line)
{
    char name[16] = {0};
    size_t size = strcspn(text, " \t");
    if (size == 0 || size >= sizeof name) {
        return;
    }
    for (size_t i = 0; i < size; i++) {
        name[i] = (char)toupper((unsigned char)text[i]);
    }
    text += size + strspn(text + size, " \t");
    settings_tell_text(self->sink, arena_copy(self->sink->memory, name, size), text, begin, end,
                       line, 1);
    if (strcmp(name, "FROM") == 0) {
        take_from(self, text, begin, end, line);
    } else if (strcmp(name, "USER") == 0) {
        self->user = arena_copy(self->sink->memory, text, strcspn(text, ": \t"));
        self->user_begin = begin;
        self->user_end = end;
        self->user_line = line;
    } else if (strcmp(name, "ENV") == 0 || strcmp(name, "ARG") == 0) {
        take_variables(self, strcmp(name, "ENV") == 0 ? "ENV" : "ARG", text, begin, end, line);
    }
}

/* One instruction with its continued lines; comments between them are left out. */
static size_t join_lines(settings_sink *sink, size_t begin, char **out_text, size_t *line)
{
    char *text = arena_allocate(sink->memory, sink->size - begin + 1);
    size_t size = 0;
    size_t at = begin;
    for (int is_continued = 1; is_continued && at < sink->size;) {
        const char *newline = memchr(sink->bytes + at, '\n', sink->size - at);
        size_t end = newline == NULL ? sink->size : (size_t)(newline - sink->bytes);
        size_t first = at + strspn(sink->bytes + at, " \t");
        size_t last = end > at && sink->bytes[end - 1] == '\r' ? end - 1 : end;
        int is_comment = first < last && sink->bytes[first] == '#';
        is_continued = is_comment ? size > 0 : last > at && sink->bytes[last - 1] == '\\';
        if (!is_comment) {
            size_t count = last - at - (is_continued ? 1 : 0);
            memcpy(text + size, sink->bytes + at, count);
            size += count;
        }
        at = end + 1;
        (*line)++;
    }
    text[size] = '\0';
    *out_text = text;
    return at;
}

void settings_read_dockerfile(settings_sink *sink)
{
    docker_reading self = {.sink = sink};
    size_t line = 1;
    for (size_t begin = 0; begin < sink->size;) {
        size_t first_line = line;
        char *text = NULL;
        size_t next = join_lines(sink, begin, &text, &line);
        size_t end = next > sink->size ? sink->size : next - 1;
        take_instruction(&self, text + strspn(text, " \t"), begin, end, first_line);
        begin = next;
    }
    if (self.user != NULL) {
        settings_tell_text(sink, "USER.final", self.user, self.user_begin, self.user_end,
                           self.user_line, 1);
    }
}
