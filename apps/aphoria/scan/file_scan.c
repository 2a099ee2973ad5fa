/* file_scan.c -- see file_scan.h. */
#include "aphoria/scan/file_scan.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "aphoria/scan/mask.h"
#include "aphoria/scan/method_scan.h"
#include "aphoria/settings/settings.h"
#include "aphoria/syntax/parse.h"
#include "common/text.h"

enum { SECRET_SIZE_MIN = 4, TEXT_SIZE_MAX = 160, OBSERVATIONS_MAX = 2000 };

static const uint64_t parse_budget_ns = 2000000000u;
/* What is only done where the caller asks for it. */
static const double asked_confidence = 0.7;

enum { EFFECTS_COUNT = 4096, NAMED_MAX = 32 };

/* What the models say of a path that was asked for before. */
typedef struct known_effect {
    language language; /* LANGUAGE_NONE = of none yet */
    char path[84];
    const model_effect *effect;
} known_effect;

struct file_scanner {
    const rule_set *rules;
    const model_set *models;
    file_scan_setting setting;
    void *setting_context;
    const uint8_t *secret_key; /* NULL = none */
    parser *parser;
    rule_scratch *patterns;
    source_tree *tree;
    source_reader *others;
    file_scan_notes *notes; /* of the file that is being read */
    arena scratch;          /* trees and values of one file */
    known_effect *effects;  /* EFFECTS_COUNT of them, by a hash of their path */
    /* of the file that is being read: */
    const char *path;
    const char *bytes;
    size_t size;
    language language;
    uint32_t file; /* its number in the tree; 0 = none */
    int is_marking;
    int wants_others;          /* what it claims depends on other files */
    int wants_sources;         /* or would, did something from outside come out of one */
    uint32_t named[NAMED_MAX]; /* files that its names lead to */
    size_t named_count;
    const code_node *root; /* NULL = it is no code */
    const event *met;
    arena *memory;
    observations *out;
    size_t first; /* in `out`, of this file */
    const char **secrets;
    size_t secret_count;
    int is_full;
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
    self->effects = text_allocate(EFFECTS_COUNT * sizeof *self->effects);
    memset(self->effects, 0, EFFECTS_COUNT * sizeof *self->effects);
    return self;
}

void file_scanner_destroy(file_scanner *self)
{
    if (self != NULL) {
        parser_destroy(self->parser);
        source_reader_destroy(self->others);
        rule_scratch_destroy(self->patterns);
        arena_deinit(&self->scratch);
        free(self->secrets);
        free(self->effects);
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

/* FNV-1a; 0 of none. */
static uint64_t hash_of(const char *text)
{
    uint64_t hash = 14695981039346656037u;
    for (; text != NULL && *text != '\0'; text++) {
        hash = (hash ^ (uint8_t)*text) * 1099511628211u;
    }
    return text == NULL ? 0 : hash;
}

void file_scanner_set_secret_key(file_scanner *self, const uint8_t *key)
{
    self->secret_key = key;
}

/* The first 8 bytes of HMAC under the project's key; 0 of none. See fingerprint.h. */
static uint64_t mark_of(const file_scanner *self, const char *secret)
{
    uint8_t code[crypto_auth_BYTES];
    uint64_t mark = 0;
    if (self->secret_key != NULL && secret != NULL) {
        crypto_auth(code, (const uint8_t *)secret, strlen(secret), self->secret_key);
        for (size_t i = 0; i < sizeof mark; i++) {
            mark = mark << 8 | code[i];
        }
    }
    return mark;
}

/* A secret that the code puts together from pieces is nowhere whole in its text. */
static void hide(file_scanner *self, const char *secret, observation *from)
{
    const char *masked = mask_secret(self->memory, from->text, secret);
    from->text = masked == from->text ? mask_quoted(self->memory, masked) : masked;
    from->value = mask_secret(self->memory, from->value, secret);
    from->secret_hash = hash_of(secret);
    from->secret_mark = mark_of(self, secret);
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

/* NULL for this file. */
static const char *other_path(const file_scanner *self, uint32_t file)
{
    const char *path =
        self->tree == NULL || file == self->file ? "" : source_tree_path(self->tree, file);
    return path[0] == '\0' ? NULL : arena_copy(self->memory, path, strlen(path));
}

static void take_sighting(void *context, const rule_sighting *seen)
{
    file_scanner *self = context;
    self->is_full |= self->out->count - self->first == OBSERVATIONS_MAX;
    if (self->is_full || is_known(self, seen)) {
        return;
    }
    observation *made = observations_add(self->out);
    made->match = seen->match;
    made->value = mask_bad_bytes(
        self->memory, arena_copy(self->memory, seen->text, strlen(seen->text))); /* outlives it */
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
    if (seen->match->asked != NULL && self->root != NULL && seen->node->file == self->file &&
        method_is_asked(self->root, seen->node, self->bytes, seen->match->asked)) {
        made->confidence *= asked_confidence;
    }
    if (seen->value->source != NULL) {
        made->source_line = seen->value->source->line;
        made->source_path = other_path(self, seen->value->source->file);
    }
    if (self->met != NULL && self->met->file != 0) {
        made->sink_path = other_path(self, self->met->file);
        made->sink_line = self->met->line;
    }
    find_end(self, seen->node, made);
}

static int is_word_in(const char *bytes, size_t size, const char *const *words)
{
    for (; *words != NULL; words++) {
        if (memmem(bytes, size, *words, strlen(*words)) != NULL) {
            return 1;
        }
    }
    return 0;
}

/* Of what is met in another file's function only that is this file's claim which comes from here;
 * the rest is seen where that file is read. */
static int is_claimed_here(const file_scanner *self, const rule_sighting *seen)
{
    const value *of = seen->value;
    int is_of_code = self->met != NULL && language_is_code(self->language);
    if (seen->match->is_secret && is_of_code &&
        (of->node == NULL || of->node->file != self->file)) {
        return 0; /* it stands elsewhere: in a configuration file, or in other code */
    }
    if (self->met == NULL || self->met->file == 0) {
        return 1;
    }
    if (seen->match->test.condition.is_tainted) {
        return of->source != NULL && of->source->file != self->met->file &&
               (of->taint & TAINT_DIRECT) != 0;
    }
    return of->node != NULL && of->node->file == self->file && value_is_constant(of);
}

static void take_sighting_in_need(void *context, const rule_sighting *seen)
{
    file_scanner *self = context;
    const char *bytes = self->bytes;
    size_t size = self->size;
    if (self->met != NULL && self->met->file != 0) {
        bytes = source_reader_bytes(self->others, self->met->file, &size);
    }
    if (is_claimed_here(self, seen) &&
        (seen->match->needs == NULL || is_word_in(bytes, size, seen->match->needs)) &&
        (seen->match->lacks == NULL || !is_word_in(bytes, size, seen->match->lacks))) {
        take_sighting(context, seen);
    }
}

static int depends_elsewhere(const value *of)
{
    return of != NULL && (of->taint & TAINT_ELSEWHERE) != 0;
}

/* Whether what a rule asks about depends on other files. */
static int is_asked_of_others(const rule_test *test, const event *met)
{
    int place = 0;
    int is_of_argument = test->argument.name != NULL || test->argument.place >= 0;
    for (uint32_t i = 0; i < met->argument_count && is_of_argument; i++) {
        const event_argument *each = &met->arguments[i];
        int is_it =
            each->name == NULL
                ? place++ == test->argument.place || each->value->kind == VALUE_MAP
                : each->value->kind == VALUE_MAP ||
                      (test->argument.name != NULL && strcmp(each->name, test->argument.name) == 0);
        if (is_it && depends_elsewhere(each->value)) {
            return 1;
        }
    }
    return !is_of_argument && (depends_elsewhere(met->receiver) || depends_elsewhere(met->value));
}

static void take_near(void *context, const rule_match *match, rule_stage stage)
{
    file_scanner *self = context;
    /* A secret is told of where it stands; what is logged is told by its name. */
    int is_of_place = match->is_secret || strncmp(match->rule->concept, "log", 3) == 0;
    if (stage <= STAGE_PATH || is_of_place || !is_asked_of_others(&match->test, self->met) ||
        (match->needs != NULL && !is_word_in(self->bytes, self->size, match->needs))) {
        return;
    }
    if (match->test.condition.is_tainted && stage < STAGE_OBSERVED) {
        self->wants_sources = 1;
    } else {
        self->wants_others = 1;
    }
}

static void note_other(file_scan_notes *notes, uint32_t file);

/* Whether a file that this one names may be where something from outside comes in. */
static int has_source_beside(file_scanner *self)
{
    int has_source = 0;
    for (size_t i = 0; i < self->named_count && !has_source; i++) {
        note_other(self->notes, self->named[i]);
        has_source = source_tree_has_source(self->tree, self->named[i]);
    }
    return has_source;
}

/* Whether other files decide what a rule says of this. */
static void look_near(file_scanner *self, const event *met)
{
    int is_open = depends_elsewhere(met->receiver) || depends_elsewhere(met->value);
    for (uint32_t i = 0; i < met->argument_count && !is_open; i++) {
        is_open = depends_elsewhere(met->arguments[i].value);
    }
    if (is_open) {
        rule_set_stages(self->rules, self->language, met, take_near, self);
    }
}

static void take_handed_over(void *context)
{
    file_scanner *self = context;
    self->wants_others = 1;
}

static void take_event(void *context, const event *met)
{
    file_scanner *self = context;
    self->met = met;
    if (self->is_marking && !self->wants_others) {
        look_near(self, met);
    }
    if (self->wants_others && self->is_marking) {
        return; /* all is gone through again */
    }
    rule_set_match(self->rules, self->language, met, self->memory, take_sighting_in_need, self);
}

/* The same paths are asked for again and again. */
static const model_effect *find_effect(void *context, const char *path)
{
    file_scanner *self = context;
    size_t size = strlen(path);
    uint32_t hash = 2166136261u ^ (uint32_t)self->language; /* FNV-1a */
    if (self->models == NULL || size >= sizeof self->effects[0].path) {
        return self->models == NULL ? NULL : model_set_find(self->models, self->language, path);
    }
    for (size_t i = 0; i < size; i++) {
        hash = (hash ^ (uint8_t)path[i]) * 16777619u;
    }
    known_effect *known = &self->effects[hash % EFFECTS_COUNT];
    if (known->language != self->language || memcmp(known->path, path, size + 1) != 0) {
        known->language = self->language;
        memcpy(known->path, path, size + 1);
        known->effect = model_set_find(self->models, self->language, path);
    }
    return known->effect;
}

static const value *find_setting(void *context, const char *key)
{
    file_scanner *self = context;
    self->notes->uses_settings = 1;
    return self->setting == NULL ? NULL : self->setting(self->setting_context, key);
}

static uint32_t find_file(void *context, const evaluate_reference *names, const char **out_rest)
{
    file_scanner *self = context;
    self->notes->uses_paths = 1;
    uint32_t found = source_tree_find(self->tree, names, out_rest);
    size_t known = 0;
    while (known < self->named_count && self->named[known] != found) {
        known++;
    }
    if (found != 0 && known == self->named_count && known < NAMED_MAX) {
        self->named[self->named_count++] = found;
    }
    return found;
}

static void note_other(file_scan_notes *notes, uint32_t file)
{
    for (size_t i = 0; i < notes->looked_into_count; i++) {
        if (notes->looked_into[i] == file) {
            return;
        }
    }
    if (notes->looked_into_count == FILE_SCAN_OTHERS_MAX) {
        notes->is_unbounded = 1;
    } else if (file != 0) {
        notes->looked_into[notes->looked_into_count++] = file;
    }
}

static const code_node *load_file(void *context, uint32_t file)
{
    file_scanner *self = context;
    note_other(self->notes, file);
    return source_reader_load(self->others, file);
}

static size_t find_kinds(void *context, const char *name, uint32_t *out_files, size_t count_max)
{
    file_scanner *self = context;
    self->notes->uses_kinds = 1;
    return source_tree_find_kinds(self->tree, name, out_files, count_max);
}

void file_scanner_set_tree(file_scanner *self, source_tree *tree)
{
    source_reader_destroy(self->others);
    self->tree = tree;
    self->others = tree == NULL ? NULL : source_reader_create(tree);
}

static void release_others(file_scanner *self)
{
    if (self->others != NULL) {
        source_reader_release(self->others);
    }
}

/* ---- Files -------------------------------------------------------------------------------- */

static void scan_code(file_scanner *self, file_scan_notes *notes)
{
    const evaluate_tree others = {
        .find = find_file, .load = load_file, .find_kinds = find_kinds, .context = self};
    self->file = self->tree == NULL ? 0 : source_tree_number(self->tree, self->path);
    parse_result parsed = self->file != 0
                              ? source_reader_parse(self->others, self->file, self->language,
                                                    self->bytes, self->size, &self->scratch)
                              : parser_run(self->parser, self->language, self->bytes,
                                           (uint32_t)self->size, parse_budget_ns, &self->scratch);
    notes->has_errors = parsed.has_errors;
    notes->is_cut = parsed.is_cut;
    if (parsed.root == NULL) {
        release_others(self);
        return;
    }
    evaluate_options options = {.language = self->language,
                                .file = self->file,
                                .tree = self->tree == NULL ? NULL : &others,
                                .memory = &self->scratch,
                                .model = find_effect,
                                .setting = find_setting,
                                .handed_over = take_handed_over,
                                .visit = take_event,
                                .context = self};
    /* Other files are looked into only where they matter. */
    self->root = parsed.root;
    self->is_marking = options.is_marking = self->file != 0;
    self->wants_others = 0;
    self->wants_sources = 0;
    self->named_count = 0;
    int is_whole = evaluate_run(parsed.root, &options);
    if (self->wants_others || (self->wants_sources && has_source_beside(self))) {
        self->out->count = self->first;
        self->secret_count = 0;
        if (self->size <= SOURCE_SIZE_MAX) {
            arena_clear(&self->scratch); /* what a kept tree is not in */
        }
        self->is_marking = options.is_marking = 0;
        is_whole = evaluate_run(parsed.root, &options);
    }
    if (self->language == LANGUAGE_JAVA) {
        method_scan_run(parsed.root, &self->scratch, take_event, self);
    }
    self->root = NULL;
    notes->is_cut |= !is_whole;
    release_others(self);
}

static void number_within_symbols(file_scanner *self)
{
    for (size_t i = self->first; i < self->out->count; i++) {
        observation *each = &self->out->items[i];
        for (size_t j = self->first; j < i; j++) {
            const observation *earlier = &self->out->items[j];
            if (strcmp(earlier->symbol, each->symbol) == 0) {
                each->ordinal +=
                    strcmp(earlier->match->rule->concept, each->match->rule->concept) == 0;
                each->copy += earlier->match == each->match &&
                              earlier->secret_mark == each->secret_mark &&
                              strcmp(earlier->text, each->text) == 0;
            }
        }
    }
}

/* ---- Columns ------------------------------------------------------------------------------ */

static int is_ascii(const char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if ((unsigned char)bytes[i] >= 0x80) {
            return 0;
        }
    }
    return 1;
}

/* From bytes to characters; `line` is its first byte. */
static uint32_t column_of(const char *line, const char *end, uint32_t column)
{
    uint32_t count = 1;
    for (const char *at = line; at < end && at < line + column - 1; at++) {
        count += ((unsigned char)*at & 0xc0) != 0x80;
    }
    return count;
}

/* People and readers of reports count characters. */
static void count_characters(file_scanner *self)
{
    size_t count = 1;
    if (self->first == self->out->count || is_ascii(self->bytes, self->size)) {
        return;
    }
    const char *end = self->bytes + self->size;
    for (const char *at = self->bytes; (at = memchr(at, '\n', (size_t)(end - at))) != NULL; at++) {
        count++;
    }
    const char **lines = arena_allocate(&self->scratch, count * sizeof *lines);
    size_t line = 0;
    for (const char *at = self->bytes; at != NULL;) {
        lines[line++] = at;
        at = memchr(at, '\n', (size_t)(end - at));
        at = at == NULL ? NULL : at + 1;
    }
    for (size_t i = self->first; i < self->out->count; i++) {
        observation *each = &self->out->items[i];
        if (each->line >= 1 && each->line <= count && each->column >= 1) {
            each->column = column_of(lines[each->line - 1], end, each->column);
        }
        if (each->end_line >= 1 && each->end_line <= count && each->end_column >= 1) {
            each->end_column = column_of(lines[each->end_line - 1], end, each->end_column);
        }
    }
}

/* ---- The whole ---------------------------------------------------------------------------- */

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
    self->is_full = 0;
    *out_notes = (file_scan_notes){0};
    self->notes = out_notes;
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
    count_characters(self);
    out_notes->is_cut |= self->is_full;
    if (inline_ignore_may_be_in(bytes, size)) {
        inline_ignore_file file = {.path = path, .language = of, .bytes = bytes, .size = size};
        out_notes->ignores = inline_ignore_run(self->parser, self->rules, &file, memory, out,
                                               self->first, &out_notes->ignore_count);
    }
    arena_clear(&self->scratch);
}
