/* prefilter.c -- see prefilter.h. */
#include "aphoria/rule/prefilter.h"

#include <hs/hs.h>
#include <stdlib.h>
#include <string.h>

#include "aphoria/rule/path_pattern.h"
#include "common/terminal.h"
#include "common/text.h"

enum { NEEDS_MAX = 2, PART_SIZE_MIN = 3 };
#define ANY UINT32_MAX

/* Names that must all be in a file; ANY = none. */
typedef struct need {
    uint32_t languages;
    uint32_t words[NEEDS_MAX];
    int is_tainted;
} need;

struct prefilter {
    hs_database_t *database;
    const char **words;
    size_t word_count;
    size_t word_capacity;
    need *needs;
    size_t need_count;
    size_t need_capacity;
    uint32_t *sources; /* words that a source has */
    uint32_t *source_languages;
    size_t source_count;
    size_t source_capacity;
    const char **returned; /* first names of what models give: not in the file */
    size_t returned_count;
    size_t returned_capacity;
    arena memory;
};

struct prefilter_scratch {
    hs_scratch_t *scratch;
    uint8_t *present; /* by word */
    size_t word_count;
    int has_source;
};

/* ---- Words -------------------------------------------------------------------------------- */

static uint32_t word_of(prefilter *self, const char *text, size_t size)
{
    if (size == 0 || memchr(text, '*', size) != NULL || strchr("@?[", text[0]) != NULL) {
        return ANY;
    }
    for (size_t i = 0; i < self->word_count; i++) {
        if (strlen(self->words[i]) == size && memcmp(self->words[i], text, size) == 0) {
            return (uint32_t)i;
        }
    }
    if (self->word_count == self->word_capacity) {
        self->word_capacity = self->word_capacity == 0 ? 256 : 2 * self->word_capacity;
        self->words = text_reallocate(self->words, self->word_capacity * sizeof *self->words);
    }
    self->words[self->word_count] = arena_copy(&self->memory, text, size);
    return (uint32_t)self->word_count++;
}

/* What stands in a name whatever its * are: the longest part between them. */
static uint32_t longest_part(prefilter *self, const char *name, size_t size)
{
    size_t longest = 0;
    size_t longest_begin = 0;
    for (size_t begin = 0; begin < size; begin++) {
        size_t end = begin;
        while (end < size && name[end] != '*') {
            end++;
        }
        if (end - begin > longest) {
            longest = end - begin;
            longest_begin = begin;
        }
        begin = end;
    }
    int is_whole = longest == size;
    return is_whole || longest >= PART_SIZE_MIN ? word_of(self, name + longest_begin, longest)
                                                : ANY;
}

/* The last name of a path; of a constructor the type's. */
static uint32_t last_word(prefilter *self, const char *path)
{
    static const char constructor[] = ".new";
    const size_t constructor_size = sizeof constructor - 1;
    size_t size = strlen(path);
    if (size >= constructor_size && strcmp(&path[size - constructor_size], constructor) == 0) {
        size -= constructor_size;
    }
    size_t begin = size;
    while (begin > 0 && path[begin - 1] != '.') {
        begin--;
    }
    return longest_part(self, path + begin, size - begin);
}

static int is_returned(const prefilter *self, const char *name, size_t size)
{
    for (size_t i = 0; i < self->returned_count; i++) {
        if (strncmp(self->returned[i], name, size) == 0 && self->returned[i][size] == '\0') {
            return 1;
        }
    }
    return 0;
}

static void add_need(prefilter *self, const rule_match *match, const char *path)
{
    const uint32_t by_module = 1u << LANGUAGE_PYTHON | 1u << LANGUAGE_JAVASCRIPT;
    need made = {.languages = match->languages, .words = {ANY, ANY}};
    size_t first_size = strcspn(path, ".");
    made.words[0] = last_word(self, path);
    made.is_tainted = match->test.condition.is_tainted;
    if ((match->languages & ~by_module) == 0 && path[first_size] == '.' &&
        !is_returned(self, path, first_size)) {
        made.words[1] = word_of(self, path, first_size);
    }
    if (self->need_count == self->need_capacity) {
        self->need_capacity = self->need_capacity == 0 ? 256 : 2 * self->need_capacity;
        self->needs = text_reallocate(self->needs, self->need_capacity * sizeof *self->needs);
    }
    self->needs[self->need_count++] = made;
}

static void take_model(void *context, uint32_t languages, const char *pattern,
                       const model_effect *effect)
{
    prefilter *self = context;
    if (effect->returns != NULL) {
        if (self->returned_count == self->returned_capacity) {
            self->returned_capacity =
                self->returned_capacity == 0 ? 64 : 2 * self->returned_capacity;
            self->returned =
                text_reallocate(self->returned, self->returned_capacity * sizeof *self->returned);
        }
        self->returned[self->returned_count++] =
            arena_copy(&self->memory, effect->returns, strcspn(effect->returns, "."));
    }
    if (!effect->is_source) {
        return;
    }
    if (self->source_count == self->source_capacity) {
        self->source_capacity = self->source_capacity == 0 ? 64 : 2 * self->source_capacity;
        self->sources =
            text_reallocate(self->sources, self->source_capacity * sizeof *self->sources);
        self->source_languages = text_reallocate(
            self->source_languages, self->source_capacity * sizeof *self->source_languages);
    }
    self->sources[self->source_count] = last_word(self, pattern);
    self->source_languages[self->source_count++] = languages;
}

static void take_rules(prefilter *self, const rule_set *rules)
{
    for (size_t i = 0; i < rule_set_count(rules); i++) {
        const rule *each = rule_set_at(rules, i);
        for (size_t j = 0; j < each->match_count; j++) {
            const rule_match *match = &each->matches[j];
            if (match->kind == MATCH_PATTERN) {
                continue; /* not of what is parsed */
            }
            if (match->kind == MATCH_TEXT) {
                add_need(self, match, "*");
            }
            for (const char *const *path = match->paths; path != NULL && *path != NULL; path++) {
                add_need(self, match, *path);
            }
        }
    }
}

static int compile(prefilter *self)
{
    unsigned *flags = text_allocate((self->word_count + 1) * sizeof *flags);
    unsigned *ids = text_allocate((self->word_count + 1) * sizeof *ids);
    size_t *sizes = text_allocate((self->word_count + 1) * sizeof *sizes);
    hs_compile_error_t *problem = NULL;
    for (size_t i = 0; i < self->word_count; i++) {
        flags[i] = HS_FLAG_SINGLEMATCH;
        ids[i] = (unsigned)i;
        sizes[i] = strlen(self->words[i]);
    }
    hs_error_t code =
        self->word_count == 0
            ? HS_SUCCESS
            : hs_compile_lit_multi(self->words, flags, ids, sizes, (unsigned)self->word_count,
                                   HS_MODE_BLOCK, NULL, &self->database, &problem);
    if (code != HS_SUCCESS) {
        terminal_report("rules: not compiled: %s; report it with your rules",
                        problem == NULL ? "out of memory" : problem->message);
        hs_free_compile_error(problem);
    }
    free(flags);
    free(ids);
    free(sizes);
    return code == HS_SUCCESS;
}

prefilter *prefilter_create(const rule_set *rules, const model_set *models)
{
    prefilter *self = text_allocate(sizeof *self);
    memset(self, 0, sizeof *self);
    model_set_visit(models, take_model, self);
    take_rules(self, rules);
    if (!compile(self)) {
        prefilter_destroy(self);
        return NULL;
    }
    return self;
}

void prefilter_destroy(prefilter *self)
{
    if (self != NULL) {
        hs_free_database(self->database);
        free(self->words);
        free(self->needs);
        free(self->sources);
        free(self->source_languages);
        free(self->returned);
        arena_deinit(&self->memory);
        free(self);
    }
}

/* ---- Files -------------------------------------------------------------------------------- */

prefilter_scratch *prefilter_scratch_create(const prefilter *self)
{
    prefilter_scratch *made = text_allocate(sizeof *made);
    *made = (prefilter_scratch){.word_count = self->word_count};
    made->present = text_allocate(self->word_count + 1);
    if (self->database != NULL && hs_alloc_scratch(self->database, &made->scratch) != HS_SUCCESS) {
        made->scratch = NULL; /* every file is wanted then */
    }
    return made;
}

void prefilter_scratch_destroy(prefilter_scratch *self)
{
    if (self != NULL) {
        hs_free_scratch(self->scratch);
        free(self->present);
        free(self);
    }
}

static int take_word(unsigned id, unsigned long long from, unsigned long long to, unsigned flags,
                     void *context)
{
    uint8_t *present = context;
    (void)from;
    (void)to;
    (void)flags;
    present[id] = 1;
    return 0;
}

static int has_source(const prefilter *self, const uint8_t *present, uint32_t bit)
{
    for (size_t i = 0; i < self->source_count; i++) {
        if ((self->source_languages[i] & bit) != 0 &&
            (self->sources[i] == ANY || present[self->sources[i]])) {
            return 1;
        }
    }
    return 0;
}

int prefilter_wants(const prefilter *self, prefilter_scratch *scratch, language of,
                    const char *bytes, size_t size)
{
    uint32_t bit = 1u << language_family(of);
    scratch->has_source = 0;
    /* Names that a Dockerfile's settings have are not all in it: USER.final. */
    if (scratch->scratch == NULL || of == LANGUAGE_DOCKERFILE) {
        return 1;
    }
    memset(scratch->present, 0, scratch->word_count);
    if (hs_scan(self->database, bytes, (unsigned)size, 0, scratch->scratch, take_word,
                scratch->present) != HS_SUCCESS) {
        return 1;
    }
    int sourced = has_source(self, scratch->present, bit);
    scratch->has_source = sourced;
    for (size_t i = 0; i < self->need_count; i++) {
        const need *each = &self->needs[i];
        if ((each->languages & bit) != 0 && (sourced || !each->is_tainted) &&
            (each->words[0] == ANY || scratch->present[each->words[0]]) &&
            (each->words[1] == ANY || scratch->present[each->words[1]])) {
            return 1;
        }
    }
    return 0;
}

int prefilter_has_source(const prefilter_scratch *scratch)
{
    return scratch->has_source;
}
