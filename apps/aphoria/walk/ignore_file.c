/* ignore_file.c -- see ignore_file.h. */
#include "aphoria/walk/ignore_file.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "common/text.h"

enum { PATTERN_SIZE_MAX = 4096 };

typedef struct ignore_line {
    const char *pattern; /* without `!`, and without the slash at either end */
    int is_negated;
    int is_for_folders;
    int is_name;    /* no slash in it: held against the last name */
    int is_literal; /* nothing in it but what it says */
} ignore_line;

struct ignore_file {
    const ignore_line *lines;
    size_t count;
};

/* ---- One pattern --------------------------------------------------------------------------- */

static int is_in_class(const char *name, size_t size, int each)
{
    static const struct {
        const char *name;
        int (*holds)(int each);
    } classes[] = {{"alnum", isalnum}, {"alpha", isalpha}, {"blank", isblank},
                   {"cntrl", iscntrl}, {"digit", isdigit}, {"graph", isgraph},
                   {"lower", islower}, {"print", isprint}, {"punct", ispunct},
                   {"space", isspace}, {"upper", isupper}, {"xdigit", isxdigit}};
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++) {
        if (strlen(classes[i].name) == size && memcmp(classes[i].name, name, size) == 0) {
            return each < 128 && classes[i].holds(each) != 0;
        }
    }
    return -1;
}

/* `[:alpha:]` at `*at`, which then stands on its last byte. 1 or 0, -1 where it is no class, -2
 * where it is one that there is not. */
static int holds_class(const char **at, int each)
{
    const char *begin = *at + 2;
    const char *close = strchr(begin, ']');
    if (close == NULL || close == begin || close[-1] != ':') {
        return -1;
    }
    int holds = is_in_class(begin, (size_t)(close - 1 - begin), each);
    *at = close;
    return holds < 0 ? -2 : holds;
}

/* A set `[…]` that begins at `*at`; leaves `*at` behind it. 0 also where it never ends. */
static int holds_set(const char **at, unsigned char each)
{
    const char *p = *at + 1;
    int is_negated = *p == '!' || *p == '^';
    int holds = 0;
    int before = 0;
    p += is_negated;
    do {
        int next = (unsigned char)*p;
        int class_holds = -1;
        if (next == '\0') {
            return 0;
        }
        if (next == '[' && p[1] == ':' && (class_holds = holds_class(&p, each)) != -1) {
            if (class_holds == -2) {
                return 0;
            }
            holds |= class_holds;
            next = 0;
        } else if (next == '-' && before != 0 && p[1] != '\0' && p[1] != ']') {
            p += p[1] == '\\' ? 2 : 1;
            holds |= each >= before && each <= (unsigned char)*p;
            next = 0;
        } else {
            p += next == '\\';
            next = (unsigned char)*p;
            holds |= next == each;
        }
        if (*p == '\0') {
            return 0;
        }
        before = next;
        p++;
    } while (*p != ']');
    *at = p + 1;
    return holds != is_negated && each != '/';
}

/* Whether the pattern's next element is the byte; then `*at` is behind the element. */
static int holds_one(const char **at, unsigned char each)
{
    switch (**at) {
    case '\0':
        return 0;
    case '?':
        (*at)++;
        return each != '/';
    case '[':
        return holds_set(at, each);
    case '\\':
        if ((*at)[1] == '\0') {
            return 0;
        }
        (*at)++;
        break;
    default:
        break;
    }
    return (unsigned char)*(*at)++ == each;
}

/* Behind the stars at `at`, where they are a name of their own; else NULL. */
static const char *behind_double_star(const char *pattern, const char *at)
{
    if (at[0] != '*' || at[1] != '*' || (at > pattern && at[-1] != '/')) {
        return NULL;
    }
    at += strspn(at, "*");
    return *at == '\0' || *at == '/' ? at : NULL;
}

/* Where a mismatch goes back to: the latest `*`, then the latest `**`. It need not go back
 * further: what an earlier one could take up, the latest can as well. */
static int matches(const char *pattern, const char *text)
{
    const char *p = pattern;
    const char *star = NULL;
    const char *star_text = NULL;
    const char *stars = NULL;
    const char *stars_text = NULL;
    for (;;) {
        const char *behind = behind_double_star(pattern, p);
        if (behind != NULL && *behind == '\0') {
            return 1;
        }
        if (behind != NULL) {
            p = stars = behind + 1;
            stars_text = text;
            star = NULL;
        } else if (*p == '*') {
            p += strspn(p, "*");
            star = p;
            star_text = text;
        } else if (*text == '\0' && *p == '\0') {
            return 1;
        } else if (*text != '\0' && holds_one(&p, (unsigned char)*text)) {
            star = *text == '/' ? NULL : star;
            text++;
        } else if (star != NULL && *star_text != '\0' && *star_text != '/') {
            p = star;
            text = ++star_text;
        } else if (stars != NULL && (stars_text = strchr(stars_text, '/')) != NULL) {
            p = stars;
            text = ++stars_text;
            star = NULL;
        } else {
            return 0;
        }
    }
}

/* ---- The file ------------------------------------------------------------------------------ */

/* Without the blanks at its end, but for those after a backslash. */
static size_t trimmed(const char *line, size_t size)
{
    size_t end = 0;
    for (size_t i = 0; i < size; i++) {
        if (line[i] == '\\' && i + 1 < size) {
            i++;
            end = i + 1;
        } else if (line[i] != ' ') {
            end = i + 1;
        }
    }
    return end;
}

static int read_line(arena *memory, const char *line, size_t size, ignore_line *out)
{
    if (size > 0 && line[size - 1] == '\r') {
        size--;
    }
    const char *nul = memchr(line, '\0', size);
    size = trimmed(line, nul == NULL ? size : (size_t)(nul - line));
    if (size == 0 || size > PATTERN_SIZE_MAX || line[0] == '#') {
        return 0;
    }
    *out = (ignore_line){.is_negated = line[0] == '!'};
    line += out->is_negated;
    size -= (size_t)out->is_negated;
    if (size > 0 && line[size - 1] == '/') {
        out->is_for_folders = 1;
        size--;
    }
    out->is_name = memchr(line, '/', size) == NULL;
    if (size > 0 && line[0] == '/') {
        line++;
        size--;
    }
    out->pattern = arena_copy(memory, line, size);
    out->is_literal = strpbrk(out->pattern, "*?[\\") == NULL;
    return size > 0;
}

const ignore_file *ignore_file_read(arena *memory, const char *bytes, size_t size)
{
    ignore_line *lines = NULL;
    size_t count = 0;
    size_t capacity = 0;
    size_t begin = size >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    while (begin < size) {
        const char *end = memchr(bytes + begin, '\n', size - begin);
        size_t line_size = end == NULL ? size - begin : (size_t)(end - bytes) - begin;
        if (count == capacity) {
            capacity = capacity == 0 ? 16 : 2 * capacity;
            lines = text_reallocate(lines, capacity * sizeof *lines);
        }
        count += (size_t)read_line(memory, bytes + begin, line_size, &lines[count]);
        begin += line_size + 1;
    }
    ignore_file *made = NULL;
    if (count > 0) {
        ignore_line *kept = arena_allocate(memory, count * sizeof *kept);
        memcpy(kept, lines, count * sizeof *kept);
        made = arena_allocate(memory, sizeof *made);
        *made = (ignore_file){.lines = kept, .count = count};
    }
    free(lines);
    return made;
}

ignore_answer ignore_file_ask(const ignore_file *self, const char *path, int is_folder)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash == NULL ? path : slash + 1;
    for (size_t i = self == NULL ? 0 : self->count; i > 0; i--) {
        const ignore_line *each = &self->lines[i - 1];
        const char *text = each->is_name ? name : path;
        if (each->is_for_folders && !is_folder) {
            continue;
        }
        if (each->is_literal ? strcmp(each->pattern, text) == 0 : matches(each->pattern, text)) {
            return each->is_negated ? IGNORE_NO : IGNORE_YES;
        }
    }
    return IGNORE_SILENT;
}
