/* file_scan.c -- see file_scan.h. */
#include "aphoria/scan/file_scan.h"

#include <stdlib.h>
#include <string.h>

#include "aphoria/scan/mask.h"
#include "aphoria/settings/settings.h"
#include "aphoria/syntax/parse.h"
#include "common/text.h"

enum { SECRET_SIZE_MIN = 4, TEXT_SIZE_MAX = 160 };

static const uint64_t parse_budget_ns = 2000000000u;

struct file_scanner {
    const rule_set *rules;
    const model_set *models;
    file_scan_setting setting;
    void *setting_context;
    parser *parser;
    rule_scratch *patterns;
    arena scratch; /* trees and values of one file */
    /* of the file that is being read: */
    const char *path;
    const char *bytes;
    size_t size;
    language language;
    const event *met;
    arena *memory;
    observations *out;
    size_t first; /* in `out`, of this file */
    const char **secrets;
    size_t secret_count;
};

observation *observations_add(observations *self)
{
    if (self->count == self->capacity) {
        self->capacity = self->capacity == 0 ? 64 : 2 * self->capacity;
        self->items = text_reallocate(self->items, self->capacity * sizeof *self->items);
    }
    observation *added = &self->items[self->count++];
    *added = (observation){0};
    return added;
}

void observations_deinit(observations *self)
{
    free(self->items);
    *self = (observations){0};
}

file_scanner *file_scanner_create(const rule_set *rules, const model_set *models,
                                  file_scan_setting setting, void *setting_context)
{
    file_scanner *self = text_allocate(sizeof *self);
    *self = (file_scanner){.rules = rules,
                           .models = models,
                           .setting = setting,
                           .setting_context = setting_context,
                           .parser = parser_create(),
                           .patterns = rule_scratch_create(rules)};
    return self;
}

void file_scanner_destroy(file_scanner *self)
{
    if (self != NULL) {
        parser_destroy(self->parser);
        rule_scratch_destroy(self->patterns);
        arena_deinit(&self->scratch);
        free(self->secrets);
        free(self);
    }
}

/* ---- What was seen ------------------------------------------------------------------------ */

/* The code from its first line, with runs of white space as one blank. */
static const char *one_line(file_scanner *self, uint32_t begin, uint32_t end)
{
    char text[TEXT_SIZE_MAX + 4];
    size_t size = 0;
    for (uint32_t i = begin; i < end && i < self->size; i++) {
        char each = self->bytes[i];
        int is_blank = each == ' ' || each == '\t' || each == '\n' || each == '\r';
        if (is_blank && (size == 0 || text[size - 1] == ' ')) {
            continue;
        }
        if (size == TEXT_SIZE_MAX) {
            memcpy(text + size, "...", 3);
            size += 3;
            break;
        }
        text[size++] = is_blank ? ' ' : each;
    }
    return mask_bad_bytes(self->memory, arena_copy(self->memory, text, size));
}

static const char *line_around(file_scanner *self, const code_node *node)
{
    uint32_t begin = node->begin - (node->column - 1);
    const char *end = memchr(self->bytes + node->end, '\n', self->size - node->end);
    return one_line(self, begin,
                    end == NULL ? (uint32_t)self->size : (uint32_t)(end - self->bytes));
}

static void find_end(const file_scanner *self, const code_node *node, observation *out)
{
    out->end_line = out->line;
    uint32_t line_begin = node->begin - (node->column - 1);
    for (uint32_t i = node->begin; i < node->end && i < self->size; i++) {
        if (self->bytes[i] == '\n') {
            out->end_line++;
            line_begin = i + 1;
        }
    }
    out->end_column = node->end - line_begin + 1;
}

static int is_known(const file_scanner *self, const rule_sighting *seen)
{
    for (size_t i = self->out->count; i > self->first; i--) {
        const observation *known = &self->out->items[i - 1];
        if (known->match == seen->match && known->line == seen->node->line &&
            known->column == seen->node->column && strcmp(known->value, seen->text) == 0) {
            return 1;
        }
    }
    return 0;
}

/* A secret that the code puts together from pieces is nowhere whole in its text. */
static void hide(file_scanner *self, const char *secret, observation *from)
{
    const char *masked = mask_secret(self->memory, from->text, secret);
    from->text = masked == from->text ? mask_quoted(self->memory, masked) : masked;
    from->value = mask_secret(self->memory, from->value, secret);
    if (secret != NULL && strlen(secret) >= SECRET_SIZE_MIN) {
        self->secrets =
            text_reallocate(self->secrets, (self->secret_count + 1) * sizeof *self->secrets);
        self->secrets[self->secret_count++] = arena_copy(&self->scratch, secret, strlen(secret));
    }
}

/* Another rule may have seen the same code, or code that names the secret too. */
static void hide_everywhere(file_scanner *self)
{
    for (size_t i = self->first; i < self->out->count; i++) {
        observation *each = &self->out->items[i];
        for (size_t j = 0; j < self->secret_count; j++) {
            each->text = mask_secret(self->memory, each->text, self->secrets[j]);
            each->value = mask_secret(self->memory, each->value, self->secrets[j]);
        }
    }
    self->secret_count = 0;
}

static void take_sighting(void *context, const rule_sighting *seen)
{
    file_scanner *self = context;
    if (is_known(self, seen)) {
        return;
    }
    observation *made = observations_add(self->out);
    made->match = seen->match;
    made->value = mask_bad_bytes(self->memory, seen->text);
    made->path = self->path;
    made->symbol = self->met == NULL || self->met->symbol == NULL
                       ? ""
                       : arena_copy(self->memory, self->met->symbol, strlen(self->met->symbol));
    made->text = seen->match->kind == MATCH_PATTERN
                     ? line_around(self, seen->node)
                     : one_line(self, seen->node->begin, seen->node->end);
    if (seen->match->is_secret) {
        hide(self, seen->value->text, made);
    }
    made->line = seen->node->line;
    made->column = seen->node->column;
    made->confidence = seen->confidence;
    if (seen->value->source != NULL) {
        made->source_line = seen->value->source->line;
    }
    find_end(self, seen->node, made);
}

static int is_word_in(const file_scanner *self, const char *const *words)
{
    for (; *words != NULL; words++) {
        if (memmem(self->bytes, self->size, *words, strlen(*words)) != NULL) {
            return 1;
        }
    }
    return 0;
}

static void take_sighting_in_need(void *context, const rule_sighting *seen)
{
    const file_scanner *self = context;
    if (seen->match->needs == NULL || is_word_in(self, seen->match->needs)) {
        take_sighting(context, seen);
    }
}

static void take_event(void *context, const event *met)
{
    file_scanner *self = context;
    self->met = met;
    rule_set_match(self->rules, self->language, met, self->memory, take_sighting_in_need, self);
}

static const model_effect *find_effect(void *context, const char *path)
{
    const file_scanner *self = context;
    return self->models == NULL ? NULL : model_set_find(self->models, self->language, path);
}

static const value *find_setting(void *context, const char *key)
{
    const file_scanner *self = context;
    return self->setting == NULL ? NULL : self->setting(self->setting_context, key);
}

/* ---- Files -------------------------------------------------------------------------------- */

static void scan_code(file_scanner *self, file_scan_notes *notes)
{
    parse_result parsed = parser_run(self->parser, self->language, self->bytes,
                                     (uint32_t)self->size, parse_budget_ns, &self->scratch);
    notes->has_errors = parsed.has_errors;
    notes->is_cut = parsed.is_cut;
    if (parsed.root == NULL) {
        return;
    }
    evaluate_options options = {.language = self->language,
                                .memory = &self->scratch,
                                .model = find_effect,
                                .setting = find_setting,
                                .visit = take_event,
                                .context = self};
    notes->is_cut |= !evaluate_run(parsed.root, &options);
}

static void number_within_symbols(file_scanner *self)
{
    for (size_t i = self->first; i < self->out->count; i++) {
        observation *each = &self->out->items[i];
        for (size_t j = self->first; j < i; j++) {
            const observation *earlier = &self->out->items[j];
            each->ordinal +=
                strcmp(earlier->match->rule->concept, each->match->rule->concept) == 0 &&
                strcmp(earlier->symbol, each->symbol) == 0;
        }
    }
}

void file_scanner_run(file_scanner *self, const char *path, language of, const char *bytes,
                      size_t size, int is_parsed, arena *memory, observations *out,
                      file_scan_notes *out_notes)
{
    self->path = path;
    self->bytes = bytes;
    self->size = size;
    self->language = of;
    self->memory = memory;
    self->out = out;
    self->first = out->count;
    *out_notes = (file_scan_notes){0};
    if (is_parsed && language_is_code(of)) {
        scan_code(self, out_notes);
    } else if (is_parsed && of != LANGUAGE_NONE) {
        settings_read(of, bytes, size, &self->scratch, take_event, self);
    }
    self->met = NULL;
    rule_set_scan(self->rules, self->patterns, of, bytes, size, &self->scratch,
                  take_sighting_in_need, self);
    hide_everywhere(self);
    number_within_symbols(self);
    arena_clear(&self->scratch);
}
