/* rule_set.c -- rules together, and an event held against them: see rule.h. */
#include "aphoria/rule/rule_set.h"

#include <hs/hs.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "aphoria/rule/path_pattern.h"
#include "common/text.h"

/* A value that depends on the way taken is this much less sure. */
static const double one_of_confidence = 0.8;
/* A parameter's default: callers may give another. */
static const double default_confidence = 0.7;
/* An unknown function stood between the source and the sink. */
static const double indirect_confidence = 0.75;

rule_set *rule_set_create(void)
{
    rule_set *self = text_allocate(sizeof *self);
    memset(self, 0, sizeof *self);
    return self;
}

static void free_bucket(rule_bucket *self)
{
    for (size_t i = 0; i < self->count; i++) {
        free(self->entries[i].paths);
    }
    free(self->entries);
}

void rule_set_destroy(rule_set *self)
{
    if (self == NULL) {
        return;
    }
    while (self->regexes != NULL) {
        rule_regex *next = self->regexes->next;
        regfree(&self->regexes->compiled);
        free(self->regexes);
        self->regexes = next;
    }
    for (size_t i = 0; i < self->bucket_count; i++) {
        free_bucket(&self->buckets[i]);
    }
    for (size_t i = 0; i < RULE_TAIL_COUNT; i++) {
        free_bucket(&self->tails[i]);
    }
    free(self->buckets);
    free_bucket(&self->open);
    free_bucket(&self->texts);
    free_bucket(&self->patterns);
    hs_free_database(self->database);
    free(self->rules);
    arena_deinit(&self->memory);
    free(self);
}

int rule_set_add(rule_set *self, const char *path, const char *text, size_t size)
{
    const rule *made = rule_read(self, path, text, size);
    if (made == NULL) {
        return 0;
    }
    if (self->rule_count == self->rule_capacity) {
        self->rule_capacity = self->rule_capacity == 0 ? 64 : 2 * self->rule_capacity;
        self->rules = text_reallocate(self->rules, self->rule_capacity * sizeof *self->rules);
    }
    self->rules[self->rule_count++] = made;
    return 1;
}

size_t rule_set_count(const rule_set *self)
{
    return self->rule_count;
}

const rule *rule_set_at(const rule_set *self, size_t index)
{
    return self->rules[index];
}

const rule_match *rule_set_find(const rule_set *self, const char *id)
{
    for (size_t i = 0; i < self->rule_count; i++) {
        for (size_t j = 0; j < self->rules[i]->match_count; j++) {
            if (strcmp(self->rules[i]->matches[j].id, id) == 0) {
                return &self->rules[i]->matches[j];
            }
        }
    }
    return NULL;
}

/* ---- By name ------------------------------------------------------------------------------ */

static size_t hash_of(const char *name)
{
    uint64_t hash = 1469598103934665603u; /* FNV-1a */
    for (; *name != '\0'; name++) {
        hash = (hash ^ (uint8_t)*name) * 1099511628211u;
    }
    return (size_t)(hash ^ (hash >> 32));
}

static rule_bucket *bucket_of(const rule_set *self, const char *name)
{
    size_t at = hash_of(name) & (self->bucket_count - 1);
    while (self->buckets[at].name != NULL && strcmp(self->buckets[at].name, name) != 0) {
        at = (at + 1) & (self->bucket_count - 1);
    }
    return &self->buckets[at];
}

/* Place in `tails` by the bytes that a path ends with; -1 where its last name is shorter. */
static int tail_of(const char *path)
{
    size_t size = strlen(path);
    uint32_t hash = 0;
    for (size_t i = 1; i <= RULE_TAIL_SIZE; i++) {
        if (i > size || path[size - i] == '.' || path[size - i] == '*') {
            return -1;
        }
        hash = hash * 31 + (uint8_t)path[size - i];
    }
    return (int)(hash % RULE_TAIL_COUNT);
}

/* Whether there is room for one more: 0, 1, 3, 7, … are full. */
static int is_full(size_t count)
{
    return (count & (count + 1)) == 0;
}

/* `path` NULL = the match has none. */
static void add_to(rule_bucket *bucket, const rule_match *match, const char *path)
{
    if (bucket->count == 0 || bucket->entries[bucket->count - 1].match != match) {
        if (is_full(bucket->count)) {
            bucket->entries =
                text_reallocate(bucket->entries, (2 * bucket->count + 1) * sizeof *bucket->entries);
        }
        bucket->entries[bucket->count++] = (rule_entry){.match = match};
    }
    rule_entry *entry = &bucket->entries[bucket->count - 1];
    if (path != NULL) {
        if (is_full(entry->path_count)) {
            entry->paths =
                text_reallocate(entry->paths, (2 * entry->path_count + 1) * sizeof *entry->paths);
        }
        entry->paths[entry->path_count++] = path;
    }
}

static void add_match(rule_set *self, const rule_match *match)
{
    if (match->kind == MATCH_TEXT || match->kind == MATCH_PATTERN) {
        add_to(match->kind == MATCH_TEXT ? &self->texts : &self->patterns, match, NULL);
        return;
    }
    for (const char *const *path = match->paths; path != NULL && *path != NULL; path++) {
        const char *last = path_pattern_last(*path);
        int tail = tail_of(*path);
        rule_bucket *bucket = last != NULL ? bucket_of(self, last)
                              : tail >= 0  ? &self->tails[tail]
                                           : &self->open;
        bucket->name = last == NULL ? "*" : last;
        add_to(bucket, match, *path);
    }
}

void rule_set_finish(rule_set *self)
{
    size_t path_count = 0;
    for (size_t i = 0; i < self->rule_count; i++) {
        for (size_t j = 0; j < self->rules[i]->match_count; j++) {
            const char *const *path = self->rules[i]->matches[j].paths;
            while (path != NULL && *path != NULL) {
                path_count++;
                path++;
            }
        }
    }
    self->bucket_count = 64;
    while (self->bucket_count < 2 * path_count) {
        self->bucket_count *= 2;
    }
    self->buckets = text_allocate(self->bucket_count * sizeof *self->buckets);
    memset(self->buckets, 0, self->bucket_count * sizeof *self->buckets);
    for (size_t i = 0; i < self->rule_count; i++) {
        for (size_t j = 0; j < self->rules[i]->match_count; j++) {
            add_match(self, &self->rules[i]->matches[j]);
        }
    }
}

/* ---- Conditions --------------------------------------------------------------------------- */

/* A value as the conditions see it: a constant's text, or the names that lead to an object. */
static int text_of(const value *of, char *out, size_t size)
{
    if (of->kind == VALUE_OBJECT || of->kind == VALUE_PREFIX) {
        snprintf(out, size, "%s", of->text);
        return 1;
    }
    return value_print(of, out, size);
}

static int is_among(const char *text, const char *const *words)
{
    for (; *words != NULL; words++) {
        if (strcasecmp(text, *words) == 0) {
            return 1;
        }
    }
    return 0;
}

static int number_of(const value *of, const char *text, double *out_number)
{
    char *end = NULL;
    *out_number = of->kind == VALUE_NUMBER ? of->number : strtod(text, &end);
    return of->kind == VALUE_NUMBER || (end != text && *end == '\0');
}

/* Shannon's, over the bytes of the text. */
static double entropy_of(const char *text)
{
    size_t counts[256] = {0};
    size_t size = strlen(text);
    double bits = 0;
    for (size_t i = 0; i < size; i++) {
        counts[(uint8_t)text[i]]++;
    }
    for (size_t i = 0; i < 256; i++) {
        if (counts[i] > 0) {
            double share = (double)counts[i] / (double)size;
            bits -= share * log2(share);
        }
    }
    return bits;
}

static int holds_for_text(const rule_condition *self, const value *of, const char *text)
{
    double number = 0;
    size_t length = strlen(text);
    if ((self->one_of != NULL && !is_among(text, self->one_of)) ||
        (self->none_of != NULL && is_among(text, self->none_of)) ||
        (self->matches != NULL && regexec(self->matches, text, 0, NULL, 0) != 0) ||
        (self->not_matches != NULL && regexec(self->not_matches, text, 0, NULL, 0) == 0) ||
        (self->has_length_below && !((double)length < self->length_below)) ||
        (self->has_length_above && !((double)length > self->length_above)) ||
        (self->has_entropy && !(entropy_of(text) > self->entropy_above))) {
        return 0;
    }
    if (!self->has_below && !self->has_above) {
        return 1;
    }
    return number_of(of, text, &number) && (!self->has_below || number < self->below) &&
           (!self->has_above || number > self->above);
}

static int asks_for_text(const rule_condition *self)
{
    return self->one_of != NULL || self->none_of != NULL || self->matches != NULL ||
           self->not_matches != NULL || self->has_below || self->has_above ||
           self->has_length_below || self->has_length_above || self->has_entropy;
}

int rule_condition_holds_for(const rule_condition *self, const char *text)
{
    value of = {.kind = VALUE_TEXT, .text = text};
    return holds_for_text(self, &of, text);
}

static int is_unsafe(const rule_condition *self, const value *of, uint32_t taint)
{
    return (of->taint & taint) != 0 && (of->safe & (1u << self->sink)) == 0;
}

/* What a shell reads: a text, or a list that hands one to a shell; or a list whose program somebody
 * outside chose. */
static int is_command(const rule_condition *self, const value *of)
{
    static const char *const shells[] = {
        "sh", "bash", "zsh", "ksh", "dash", "cmd", "cmd.exe", "powershell", "powershell.exe", NULL};
    if (of->kind != VALUE_LIST || of->count == 0) {
        return of->kind != VALUE_MAP && of->kind != VALUE_LIST;
    }
    const value *program = of->items[0];
    if (program->kind != VALUE_TEXT) {
        return is_unsafe(self, program, TAINT_OUTSIDE) || program->kind == VALUE_ONE_OF;
    }
    const char *slash = strrchr(program->text, '/');
    return is_among(slash == NULL ? program->text : slash + 1, shells);
}

static int has_form(const rule_condition *self, const value *of)
{
    if (self->form == FORM_COMMAND) {
        return is_command(self, of);
    }
    int is_made_elsewhere = of->kind == VALUE_OBJECT && (of->taint & TAINT_DIRECT) == 0;
    return self->form == FORM_ANY ||
           (of->kind != VALUE_LIST && of->kind != VALUE_MAP && !is_made_elsewhere);
}

/* Whether a value that has no text is out. */
static int asks_for_words(const rule_condition *self)
{
    return self->one_of != NULL || self->matches != NULL || self->has_below || self->has_above ||
           self->has_length_below || self->has_length_above || self->has_entropy;
}

static int holds(const rule_condition *self, const value *of)
{
    char text[512];
    if ((self->is_tainted && !is_unsafe(self, of, TAINT_OUTSIDE)) ||
        (self->is_fresh && !is_unsafe(self, of, TAINT_FRESH)) || !has_form(self, of)) {
        return 0;
    }
    if ((self->is_constant && !value_is_constant(of)) ||
        (self->is_variable && value_is_constant(of))) {
        return 0;
    }
    if (!asks_for_text(self)) {
        return 1;
    }
    return text_of(of, text, sizeof text) ? holds_for_text(self, of, text) : !asks_for_words(self);
}

/* The value, or the alternative of it, for which the condition holds; NULL = none. */
static const value *which_holds(const rule_condition *self, const value *of)
{
    if (holds(self, of)) {
        return of;
    }
    /* Of a list, one of its items may be the word that is asked for: algorithms: ["none"]. */
    int is_open = of->kind == VALUE_ONE_OF || (of->kind == VALUE_LIST && self->form == FORM_ANY &&
                                               (self->one_of != NULL || self->matches != NULL));
    for (uint32_t i = 0; is_open && i < of->count; i++) {
        if (holds(self, of->items[i])) {
            return of->items[i];
        }
    }
    return NULL;
}

static const event_argument *argument_of(const rule_argument *self, const event *met)
{
    int place = 0;
    for (uint32_t i = 0; i < met->argument_count; i++) {
        const event_argument *each = &met->arguments[i];
        if (each->name != NULL && self->name != NULL && strcmp(each->name, self->name) == 0) {
            return each;
        }
        if (each->name == NULL && place++ == self->place) {
            return each;
        }
    }
    return NULL;
}

/* A property of the map that a call is given stands for an argument of that name (options in
 * JavaScript), so `argument: verify` means both. */
static const value *option_of(const rule_argument *self, const event *met)
{
    for (uint32_t i = 0; self->name != NULL && i < met->argument_count; i++) {
        const value *map = met->arguments[i].value;
        const value *found = map->kind == VALUE_MAP ? value_map_get(map, self->name) : NULL;
        if (found != NULL) {
            return found;
        }
    }
    return NULL;
}

/* The first argument by place for which the condition holds. */
static const value *any_argument(const rule_condition *self, const event *met,
                                 const code_node **out_node)
{
    const value *found = NULL;
    for (uint32_t i = 0; found == NULL && i < met->argument_count; i++) {
        if (met->arguments[i].name == NULL) {
            found = which_holds(self, met->arguments[i].value);
            *out_node = met->arguments[i].node;
        }
    }
    return found;
}

/* What the test is of; `*out_node` where it stands. NULL where the test does not hold. */
static const value *test_holds(const rule_test *self, const event *met, const code_node **out_node)
{
    const value *of = met->kind == EVENT_CALL ? met->receiver : met->value;
    int is_of_argument = self->argument.name != NULL || self->argument.place >= 0;
    if (met->kind == EVENT_CALL && self->argument.name != NULL &&
        strcmp(self->argument.name, "*") == 0) {
        return any_argument(&self->condition, met, out_node);
    }
    if (met->kind == EVENT_CALL && is_of_argument) {
        const event_argument *argument = argument_of(&self->argument, met);
        of = argument == NULL ? option_of(&self->argument, met) : argument->value;
        if (argument != NULL) {
            *out_node = argument->node;
        }
        if (self->condition.is_absent) {
            return of == NULL && !met->has_spread ? value_unknown() : NULL;
        }
        if (of == NULL) {
            return NULL;
        }
    }
    return of == NULL ? (asks_for_text(&self->condition) || self->condition.is_tainted ||
                                 self->condition.is_fresh
                             ? NULL
                             : value_unknown())
                      : which_holds(&self->condition, of);
}

/* ---- What is observed --------------------------------------------------------------------- */

const char *rule_observed_text(const rule_match *match, const value *of, arena *memory)
{
    char text[512];
    regmatch_t groups[2];
    if (match->observe != NULL) {
        return match->observe;
    }
    if (!text_of(of, text, sizeof text)) {
        return NULL;
    }
    if (of->kind == VALUE_NUMBER && (match->scale < 1 || match->scale > 1)) {
        snprintf(text, sizeof text, "%.15g", of->number * match->scale);
    }
    size_t from = 0;
    size_t size = strlen(text);
    if (match->extract != NULL) {
        if (regexec(match->extract, text, 2, groups, 0) != 0 || groups[1].rm_so < 0) {
            return NULL;
        }
        from = (size_t)groups[1].rm_so;
        size = (size_t)(groups[1].rm_eo - groups[1].rm_so);
    }
    char *copy = arena_copy(memory, text + from, size);
    for (char *each = copy; *each != '\0'; each++) {
        *each = (char)(*each >= 'A' && *each <= 'Z' ? *each - 'A' + 'a' : *each);
    }
    return copy;
}

static int matches_path(const rule_entry *entry, const event *met, int is_open)
{
    for (size_t i = 0; i < entry->path_count; i++) {
        if (path_pattern_matches(entry->paths[i], met->path, is_open)) {
            return 1;
        }
    }
    return 0;
}

typedef struct matching {
    language language;
    const event *met;
    arena *memory;
    rule_visit visit;
    void *context;
} matching;

static int stands_within(const rule_match *match, const char *symbol)
{
    return (match->within == NULL || regexec(match->within, symbol, 0, NULL, 0) == 0) &&
           (match->not_within == NULL || regexec(match->not_within, symbol, 0, NULL, 0) != 0);
}

/* `*out_value` is what the test was of, from STAGE_ALSO on. */
static rule_stage stage_of(language of, const event *met, const rule_entry *entry,
                           const value **out_value)
{
    const rule_match *match = entry->match;
    static const match_kind kinds[] = {
        [EVENT_CALL] = MATCH_CALL, [EVENT_ASSIGN] = MATCH_ASSIGN, [EVENT_TEXT] = MATCH_TEXT};
    const code_node *node = NULL;
    int is_setting =
        !language_is_code(of) && match->kind == MATCH_SETTING && met->kind == EVENT_ASSIGN;
    if ((match->languages & (1u << language_family(of))) == 0 ||
        (kinds[met->kind] != match->kind && !is_setting)) {
        return STAGE_OTHER;
    }
    if (match->kind == MATCH_TEXT ? regexec(match->text, met->value->text, 0, NULL, 0) != 0
                                  : !matches_path(entry, met, of == LANGUAGE_JAVA)) {
        return STAGE_PATH;
    }
    if (!stands_within(match, met->symbol == NULL ? "" : met->symbol)) {
        return STAGE_CONDITION;
    }
    *out_value = test_holds(&match->test, met, &node);
    if (*out_value == NULL) {
        return STAGE_CONDITION;
    }
    for (size_t i = 0; i < match->also_count; i++) {
        if (test_holds(&match->also[i], met, &node) == NULL) {
            return STAGE_ALSO;
        }
    }
    return STAGE_OBSERVED;
}

static void try_match(const matching *self, const rule_entry *entry)
{
    const rule_match *match = entry->match;
    const value *of = NULL;
    if (stage_of(self->language, self->met, entry, &of) != STAGE_OBSERVED) {
        return;
    }
    const char *text = rule_observed_text(match, of, self->memory);
    if (text == NULL) {
        return;
    }
    const value *given = self->met->kind == EVENT_CALL ? NULL : self->met->value;
    int is_choice = given != NULL && given->kind == VALUE_ONE_OF;
    int is_indirect = match->test.condition.is_tainted && (of->taint & TAINT_DIRECT) == 0;
    int is_default = of->is_default && !match->is_secret;
    rule_sighting seen = {.match = match,
                          .text = text,
                          .node = self->met->node,
                          .value = of,
                          .confidence = match->confidence * (is_choice ? one_of_confidence : 1) *
                                        (is_indirect ? indirect_confidence : 1) *
                                        (is_default ? default_confidence : 1)};
    self->visit(self->context, &seen);
}

/* Which rules a path's event is held against. */
typedef struct candidates {
    const rule_bucket *buckets[3]; /* the first is of its very name; NULL = none */
} candidates;

static candidates candidates_of(const rule_set *self, const char *path)
{
    const char *last = strrchr(path, '.');
    int tail = tail_of(path);
    return (candidates){{bucket_of(self, last == NULL ? path : last + 1),
                         tail < 0 ? NULL : &self->tails[tail], &self->open}};
}

static void visit_stages(const matching *self, const rule_bucket *bucket, int is_exact,
                         rule_stage_visit visit, void *context)
{
    for (size_t i = 0; bucket != NULL && i < bucket->count; i++) {
        const value *ignored = NULL;
        rule_stage stage = stage_of(self->language, self->met, &bucket->entries[i], &ignored);
        if (stage != STAGE_OTHER && (is_exact || stage > STAGE_PATH)) {
            visit(context, bucket->entries[i].match, stage);
        }
    }
}

void rule_set_stages(const rule_set *self, language of, const event *met, rule_stage_visit visit,
                     void *context)
{
    matching state = {.language = of, .met = met};
    candidates found = candidates_of(self, met->path);
    for (size_t i = 0; i < 3; i++) {
        visit_stages(&state, found.buckets[i], i == 0, visit, context);
    }
    visit_stages(&state, &self->texts, 0, visit, context);
}

static void try_bucket(const matching *self, const rule_bucket *bucket)
{
    for (size_t i = 0; bucket != NULL && i < bucket->count; i++) {
        try_match(self, &bucket->entries[i]);
    }
}

void rule_set_match(const rule_set *self, language of, const event *met, arena *memory,
                    rule_visit visit, void *context)
{
    matching state = {of, met, memory, visit, context};
    if (met->kind == EVENT_TEXT) {
        try_bucket(&state, &self->texts);
        return;
    }
    candidates found = candidates_of(self, met->path);
    for (size_t i = 0; i < 3; i++) {
        try_bucket(&state, found.buckets[i]);
    }
}
