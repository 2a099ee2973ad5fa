/* inline_ignore.c -- see inline_ignore.h. */
#include "aphoria/scan/inline_ignore.h"

#include <stdlib.h>
#include <string.h>

#include "aphoria/scan/mask.h"
#include "aphoria/settings/settings.h"
#include "common/text.h"

enum { REASON_SIZE_MAX = 300, RULE_SIZE_MAX = 120, COUNT_MAX = 1000 };

static const char mark[] = "aphoria:ignore";
static const uint64_t budget_ns = 2000000000u;

typedef struct ignore_reading {
    const rule_set *rules;
    const inline_ignore_file *file;
    arena *memory;
    inline_ignore *items;
    size_t count;
    size_t capacity;
} ignore_reading;

int inline_ignore_may_be_in(const char *bytes, size_t size)
{
    return memmem(bytes, size, mark, sizeof mark - 1) != NULL;
}

static int is_rule(const rule_set *rules, const char *name)
{
    for (size_t i = 0; i < rule_set_count(rules); i++) {
        if (strcmp(rule_set_at(rules, i)->name, name) == 0) {
            return 1;
        }
    }
    return rule_set_find(rules, name) != NULL;
}

static void add(ignore_reading *self, const comment *of, uint32_t line, const char *rule_name,
                const char *reason, const char *fault)
{
    /* In a file of no known language much may look like a comment. */
    if (self->count == COUNT_MAX || (fault != NULL && self->file->language == LANGUAGE_NONE)) {
        return;
    }
    if (self->count == self->capacity) {
        self->capacity = self->capacity == 0 ? 8 : 2 * self->capacity;
        self->items = text_reallocate(self->items, self->capacity * sizeof *self->items);
    }
    self->items[self->count++] = (inline_ignore){.path = self->file->path,
                                                 .line = line,
                                                 .first_line = of->first_line,
                                                 .last_line = of->last_line,
                                                 .rule = rule_name,
                                                 .reason = reason,
                                                 .fault = fault};
}

static const char *trimmed(arena *memory, const char *begin, const char *end, size_t size_max)
{
    while (begin < end && strchr(" \t\r:-", *begin) != NULL) {
        begin++;
    }
    while (end > begin && (end[-1] == ' ' || end[-1] == '\t' || end[-1] == '\r')) {
        end--;
    }
    size_t size = (size_t)(end - begin);
    return mask_bad_bytes(memory, arena_copy(memory, begin, size < size_max ? size : size_max));
}

/* Up to the line's end, without what ends the comment. */
static const char *reason_of(arena *memory, const char *begin, const char *end)
{
    static const char *const closes[] = {"*/", "-->"};
    const char *newline = memchr(begin, '\n', (size_t)(end - begin));
    end = newline == NULL ? end : newline;
    for (size_t i = 0; i < sizeof closes / sizeof *closes; i++) {
        const char *close = memmem(begin, (size_t)(end - begin), closes[i], strlen(closes[i]));
        end = close == NULL ? end : close;
    }
    return trimmed(memory, begin, end, REASON_SIZE_MAX);
}

/* What stands behind the mark. */
static void read_ignore(ignore_reading *self, const comment *of, uint32_t line, const char *at,
                        const char *end)
{
    const char *stop = memchr(at, '\n', (size_t)(end - at));
    const char *close = memchr(at, ']', (size_t)((stop == NULL ? end : stop) - at));
    if (at == end || *at != '[' || close == NULL) {
        add(self, of, line, "", "", "no rule in brackets behind it");
        return;
    }
    const char *reason = reason_of(self->memory, close + 1, end);
    while (at < close) {
        const char *name = at + 1;
        const char *comma = memchr(name, ',', (size_t)(close - name));
        at = comma == NULL ? close : comma;
        const char *rule_name = trimmed(self->memory, name, at, RULE_SIZE_MAX);
        const char *fault = !is_rule(self->rules, rule_name) ? "there is no such rule"
                            : reason[0] == '\0'              ? "it does not say why"
                            : of->first_line == 0            ? "nothing comes behind it"
                                                             : NULL;
        add(self, of, line, rule_name, reason, fault);
    }
}

static void take_comment(void *context, const comment *each)
{
    ignore_reading *self = context;
    const char *at = self->file->bytes + each->begin;
    const char *end = self->file->bytes + each->end;
    const char *line_counted = at;
    uint32_t line = each->line;
    while ((at = memmem(at, (size_t)(end - at), mark, sizeof mark - 1)) != NULL) {
        for (; line_counted < at; line_counted++) {
            line += *line_counted == '\n';
        }
        at += sizeof mark - 1;
        read_ignore(self, each, line, at, end);
    }
}

static int is_about(const inline_ignore *self, const observation *seen)
{
    return self->fault == NULL && seen->line <= self->last_line &&
           seen->end_line >= self->first_line &&
           (strcmp(seen->match->id, self->rule) == 0 ||
            strcmp(seen->match->rule->name, self->rule) == 0);
}

const inline_ignore *inline_ignore_run(parser *self, const rule_set *rules,
                                       const inline_ignore_file *file, arena *memory,
                                       observations *seen, size_t first, size_t *out_count)
{
    ignore_reading reading = {.rules = rules, .file = file, .memory = memory};
    if (language_is_code(file->language)) {
        (void)parser_comments(self, file->language, file->bytes, (uint32_t)file->size, mark,
                              budget_ns, take_comment, &reading);
    } else {
        settings_comments(file->language, file->bytes, file->size, take_comment, &reading);
    }
    inline_ignore *made = arena_allocate(memory, (reading.count + 1) * sizeof *made);
    for (size_t i = 0; i < reading.count; i++) {
        made[i] = reading.items[i];
        for (size_t j = first; j < seen->count; j++) {
            if (is_about(&made[i], &seen->items[j])) {
                seen->items[j].ignored = made[i].reason;
                made[i].is_used = 1;
            }
        }
    }
    free(reading.items);
    *out_count = reading.count;
    return made;
}
