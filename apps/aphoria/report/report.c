/* report.c -- what the writers share: see report.h. */
#include "aphoria/report/report.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

size_t report_count(const report *self, outcome which)
{
    size_t count = 0;
    for (size_t i = 0; i < self->count; i++) {
        count += self->judgements[i].outcome == which && !self->judgements[i].is_known;
    }
    return count;
}

size_t report_known_count(const report *self)
{
    size_t count = 0;
    for (size_t i = 0; i < self->count; i++) {
        const judgement *each = &self->judgements[i];
        count += each->is_known && each->outcome != OUTCOME_PASS;
    }
    return count;
}

int report_shows(const report *self, const judgement *of)
{
    return self->shows_all || (of->outcome != OUTCOME_PASS && !of->is_known);
}

static int compare_judgements(const void *left, const void *right)
{
    static const int ranks[] = {
        [OUTCOME_BLOCK] = 0, [OUTCOME_FLAG] = 1, [OUTCOME_ACK] = 2, [OUTCOME_PASS] = 3};
    const judgement *a = *(const judgement *const *)left;
    const judgement *b = *(const judgement *const *)right;
    if (a->outcome != b->outcome) {
        return ranks[a->outcome] - ranks[b->outcome];
    }
    if (a->score > b->score || a->score < b->score) {
        return a->score > b->score ? -1 : 1;
    }
    return a < b ? -1 : a > b; /* as they stand: by path and line */
}

const judgement **report_sorted(const report *self, size_t *out_count)
{
    const judgement **list = text_allocate((self->count + 1) * sizeof *list);
    *out_count = 0;
    for (size_t i = 0; i < self->count; i++) {
        if (report_shows(self, &self->judgements[i])) {
            list[(*out_count)++] = &self->judgements[i];
        }
    }
    qsort(list, *out_count, sizeof *list, compare_judgements);
    return list;
}

const char *report_title(const judgement *of)
{
    const rule_match *match = of->seen->match;
    return match->message != NULL ? match->message : match->rule->title;
}

const char *report_help(const judgement *of)
{
    const char *help = of->seen->match->rule->help;
    return help == NULL ? "" : help;
}

const char *report_kind(const report *self, const judgement *of)
{
    const concept *about = corpus_concept(self->said, of->seen->match->rule->concept);
    return about == NULL || about->kind == NULL ? "other" : about->kind;
}

const char *report_kind_title(const report *self, const char *kind)
{
    for (size_t i = 0; i < self->said->kind_count; i++) {
        if (strcmp(self->said->kinds[i].id, kind) == 0) {
            return self->said->kinds[i].title;
        }
    }
    return kind;
}

size_t report_skipped(const report *self)
{
    size_t count = 0;
    for (int i = SKIP_NONE + 1; i < SKIP_COUNT; i++) {
        count += self->tree->skipped[i];
    }
    return count;
}

void report_append_skipped(const report *self, text_buffer *to)
{
    const char *between = "";
    for (int i = SKIP_NONE + 1; i < SKIP_COUNT; i++) {
        if (self->tree->skipped[i] > 0) {
            text_append(to, between);
            text_append_count(to, self->tree->skipped[i]);
            text_append_format(to, " %s", tree_skip_name((tree_skip)i));
            between = ", ";
        }
    }
}

json_t *report_json_text(const char *text)
{
    json_t *made = json_string(text == NULL ? "" : text);
    if (made == NULL) {
        text_buffer escaped = TEXT_EMPTY;
        text_append_escaped(&escaped, text_span(text));
        made = json_string(text_get(&escaped));
        text_deinit(&escaped);
    }
    return made;
}

void report_append_uri(text_buffer *to, const char *path)
{
    for (const char *at = path; *at != '\0'; at++) {
        unsigned char byte = (unsigned char)*at;
        if (byte < 0x80 && (isalnum(byte) || strchr("-._~/", byte) != NULL)) {
            text_append_bytes(to, at, 1);
        } else {
            text_append_format(to, "%%%02X", byte);
        }
    }
}

void report_append_markup(text_buffer *to, const char *text)
{
    text_buffer escaped = TEXT_EMPTY;
    text_append_escaped(&escaped, text_span(text == NULL ? "" : text));
    for (const char *at = text_get(&escaped); *at != '\0'; at++) {
        if (strncmp(at, "\xEF\xBF\xBE", 3) == 0 || strncmp(at, "\xEF\xBF\xBF", 3) == 0) {
            text_append(to, "?"); /* no character of XML */
            at += 2;
        } else if (strchr("&<>\"'", *at) != NULL) {
            text_append_format(to, "&#%d;", *at);
        } else {
            text_append_bytes(to, at, 1);
        }
    }
    text_deinit(&escaped);
}

void report_flush(text_buffer *from)
{
    if (from->size > 0) {
        fwrite(from->bytes, 1, from->size, stdout);
    }
    text_clear(from);
}
