/* rule_read.c -- a rule from its YAML: see rule.h for the form. */
#include <stdlib.h>
#include <string.h>

#include "aphoria/rule/path_pattern.h"
#include "aphoria/rule/rule_set.h"
#include "aphoria/rule/yaml_reader.h"
#include "common/text.h"

typedef struct rule_reading {
    rule_set *set;
    rule *rule;
    rule_match *match; /* that is being read */
} rule_reading;

/* ---- Parts -------------------------------------------------------------------------------- */

static const regex_t *read_regex(yaml_reader *reader, rule_set *set, const yaml_node_t *node,
                                 const char *what)
{
    const char *text = yaml_reader_text(reader, node, what);
    if (text == NULL) {
        return NULL;
    }
    rule_regex *made = text_allocate(sizeof *made);
    int is_cased = rule_pattern_is_cased(&text);
    int code = regcomp(&made->compiled, text, REG_EXTENDED | (is_cased ? 0 : REG_ICASE));
    if (code != 0) {
        char problem[128];
        regerror(code, &made->compiled, problem, sizeof problem);
        yaml_reader_fault(reader, node, what, text, problem);
        free(made);
        return NULL;
    }
    made->next = set->regexes;
    set->regexes = made;
    return &made->compiled;
}

static int read_number(yaml_reader *reader, const yaml_node_t *node, const char *what,
                       double *out_number, uint8_t *out_has)
{
    *out_has = (uint8_t)yaml_reader_number(reader, node, what, out_number);
    return 1;
}

static void read_form(yaml_reader *reader, const yaml_node_t *node, rule_condition *condition)
{
    const char *name = yaml_reader_text(reader, node, "form");
    int is_text = name != NULL && strcmp(name, "text") == 0;
    int is_command = name != NULL && strcmp(name, "command") == 0;
    condition->form = is_text ? FORM_TEXT : is_command ? FORM_COMMAND : FORM_ANY;
    if (name != NULL && !is_text && !is_command) {
        yaml_reader_fault(reader, node, "no such form", name, "it is text or command");
    }
}

static void read_sink(yaml_reader *reader, const yaml_node_t *node, rule_condition *condition,
                      uint8_t *out_is_asked)
{
    const char *name = yaml_reader_text(reader, node, "a sink");
    if (name == NULL) {
        return;
    }
    condition->sink = sink_by_name(name);
    *out_is_asked = 1;
    if (condition->sink == SINK_COUNT) {
        yaml_reader_fault(reader, node, "no such sink", name, "see docs/aphoria.md for the list");
    }
}

typedef struct condition_reading {
    rule_set *set;
    rule_condition *condition;
} condition_reading;

static int take_condition(yaml_reader *reader, const char *key, const yaml_node_t *node,
                          void *context)
{
    condition_reading *self = context;
    rule_condition *to = self->condition;
    int truth = 0;
    if (strcmp(key, "is") == 0 || strcmp(key, "one_of") == 0) {
        to->one_of = yaml_reader_texts(reader, node, key);
    } else if (strcmp(key, "is_not") == 0 || strcmp(key, "none_of") == 0) {
        to->none_of = yaml_reader_texts(reader, node, key);
    } else if (strcmp(key, "matches") == 0) {
        to->matches = read_regex(reader, self->set, node, key);
    } else if (strcmp(key, "not_matches") == 0) {
        to->not_matches = read_regex(reader, self->set, node, key);
    } else if (strcmp(key, "below") == 0) {
        return read_number(reader, node, key, &to->below, &to->has_below);
    } else if (strcmp(key, "above") == 0) {
        return read_number(reader, node, key, &to->above, &to->has_above);
    } else if (strcmp(key, "length_below") == 0) {
        return read_number(reader, node, key, &to->length_below, &to->has_length_below);
    } else if (strcmp(key, "length_above") == 0) {
        return read_number(reader, node, key, &to->length_above, &to->has_length_above);
    } else if (strcmp(key, "entropy_above") == 0) {
        return read_number(reader, node, key, &to->entropy_above, &to->has_entropy);
    } else if (strcmp(key, "constant") == 0 && yaml_reader_truth(reader, node, key, &truth)) {
        to->is_constant = truth != 0;
        to->is_variable = truth == 0;
    } else if (strcmp(key, "tainted") == 0) {
        read_sink(reader, node, to, &to->is_tainted);
    } else if (strcmp(key, "fresh") == 0) {
        read_sink(reader, node, to, &to->is_fresh);
    } else if (strcmp(key, "form") == 0) {
        read_form(reader, node, to);
    } else {
        return strcmp(key, "constant") == 0;
    }
    return 1;
}

static void read_condition(yaml_reader *reader, rule_set *set, const yaml_node_t *node,
                           rule_condition *condition)
{
    condition_reading self = {set, condition};
    yaml_reader_map(reader, node, "when", take_condition, &self);
}

/* verify, 0, 1|verify */
static void read_argument(yaml_reader *reader, const yaml_node_t *node, rule_argument *argument)
{
    const char *text = yaml_reader_text(reader, node, "argument");
    if (text == NULL) {
        return;
    }
    char *end = NULL;
    long place = strtol(text, &end, 10);
    argument->place = end == text ? -1 : (int)place;
    argument->name = end == text ? text : *end == '|' ? end + 1 : NULL;
    if ((*end != '\0' && *end != '|' && end != text) || place < 0 || place > 31) {
        yaml_reader_fault(reader, node, "argument", text, "write a name, a place, or 1|name");
    }
}

typedef struct test_reading {
    rule_set *set;
    rule_test *test;
} test_reading;

/* The keys that a match and the items of its `also` share. */
static int take_test(yaml_reader *reader, const char *key, const yaml_node_t *node, void *context)
{
    test_reading *self = context;
    int truth = 0;
    if (strcmp(key, "argument") == 0) {
        read_argument(reader, node, &self->test->argument);
    } else if (strcmp(key, "when") == 0) {
        read_condition(reader, self->set, node, &self->test->condition);
    } else if (strcmp(key, "absent") == 0) {
        if (yaml_reader_truth(reader, node, key, &truth)) {
            self->test->condition.is_absent = truth != 0;
        }
    } else {
        return 0;
    }
    return 1;
}

static void read_also(yaml_reader *reader, rule_reading *self, const yaml_node_t *node)
{
    size_t count = yaml_reader_item_count(node);
    rule_test *tests = arena_allocate(&self->set->memory, count * sizeof *tests);
    for (size_t i = 0; i < count; i++) {
        tests[i].argument.place = -1;
        test_reading each = {self->set, &tests[i]};
        yaml_reader_map(reader, yaml_reader_item(reader, node, i), "also", take_test, &each);
    }
    self->match->also = tests;
    self->match->also_count = count;
}

static void read_paths(yaml_reader *reader, rule_reading *self, const yaml_node_t *node,
                       match_kind kind, const char *what)
{
    rule_match *match = self->match;
    if (match->paths != NULL || match->text != NULL) {
        yaml_reader_fault(reader, node, "two of call, assign, setting, text, pattern", "",
                          "keep one");
        return;
    }
    const char *const *given = yaml_reader_texts(reader, node, what);
    const char **all = arena_allocate(&self->set->memory, 1000 * sizeof *all);
    size_t count = 0;
    for (size_t i = 0; given[i] != NULL; i++) {
        const char *const *each = path_pattern_expand(&self->set->memory, given[i]);
        if (each == NULL) {
            yaml_reader_fault(reader, node, "pattern", given[i], "close its braces");
            return;
        }
        for (; *each != NULL && count < 999; each++) {
            all[count++] = *each;
        }
    }
    match->kind = kind;
    match->paths = all;
}

static void read_languages(yaml_reader *reader, const yaml_node_t *node, rule_match *match)
{
    const char *const *names = yaml_reader_texts(reader, node, "languages");
    for (; *names != NULL; names++) {
        language found = language_by_name(*names);
        if (strcmp(*names, "any") == 0) {
            match->languages = UINT32_MAX;
            continue;
        }
        if (found == LANGUAGE_NONE) {
            yaml_reader_fault(reader, node, "no such language", *names,
                              "`aphoria rules list --matrix` shows them");
        }
        match->languages |= 1u << language_family(found);
    }
}

static int take_match(yaml_reader *reader, const char *key, const yaml_node_t *node, void *context)
{
    rule_reading *self = context;
    rule_match *match = self->match;
    test_reading test = {self->set, &match->test};
    if (strcmp(key, "id") == 0) {
        const char *id = yaml_reader_text(reader, node, key);
        text_buffer whole = TEXT_EMPTY;
        text_append_format(&whole, "%s/%s", self->rule->name, id == NULL ? "" : id);
        match->id = arena_copy(&self->set->memory, text_get(&whole), whole.size);
        text_deinit(&whole);
    } else if (strcmp(key, "languages") == 0) {
        read_languages(reader, node, match);
    } else if (strcmp(key, "call") == 0) {
        read_paths(reader, self, node, MATCH_CALL, key);
    } else if (strcmp(key, "assign") == 0) {
        read_paths(reader, self, node, MATCH_ASSIGN, key);
    } else if (strcmp(key, "setting") == 0) {
        read_paths(reader, self, node, MATCH_SETTING, key);
    } else if (strcmp(key, "text") == 0) {
        match->text = read_regex(reader, self->set, node, key);
        match->kind = MATCH_TEXT;
    } else if (strcmp(key, "pattern") == 0) {
        match->text = read_regex(reader, self->set, node, key);
        match->pattern = yaml_reader_text(reader, node, key);
        match->kind = MATCH_PATTERN;
    } else if (strcmp(key, "secret") == 0) {
        yaml_reader_truth(reader, node, key, &match->is_secret);
    } else if (strcmp(key, "also") == 0) {
        read_also(reader, self, node);
    } else if (strcmp(key, "within") == 0) {
        match->within = read_regex(reader, self->set, node, key);
    } else if (strcmp(key, "asked") == 0) {
        match->asked = read_regex(reader, self->set, node, key);
    } else if (strcmp(key, "not_within") == 0) {
        match->not_within = read_regex(reader, self->set, node, key);
    } else if (strcmp(key, "needs") == 0) {
        match->needs = yaml_reader_texts(reader, node, key);
    } else if (strcmp(key, "lacks") == 0) {
        match->lacks = yaml_reader_texts(reader, node, key);
    } else if (strcmp(key, "extract") == 0) {
        match->extract = read_regex(reader, self->set, node, key);
    } else if (strcmp(key, "observe") == 0) {
        const char *text = yaml_reader_text(reader, node, key);
        match->observe = text != NULL && strcmp(text, "$value") == 0 ? NULL : text;
    } else if (strcmp(key, "message") == 0) {
        match->message = yaml_reader_text(reader, node, key);
    } else if (strcmp(key, "scale") == 0) {
        yaml_reader_number(reader, node, key, &match->scale);
    } else if (strcmp(key, "confidence") == 0) {
        yaml_reader_number(reader, node, key, &match->confidence);
    } else {
        return take_test(reader, key, node, &test);
    }
    return 1;
}

static void check_match(yaml_reader *reader, const yaml_node_t *node, const rule_match *match)
{
    if (match->id == NULL) {
        yaml_reader_fault(reader, node, "a match without an id", "", "give it one");
    }
    if (match->languages == 0) {
        yaml_reader_fault(reader, node, "a match without languages", "", "name them");
    }
    if (match->paths == NULL && match->text == NULL) {
        yaml_reader_fault(reader, node, "a match of nothing", "",
                          "give it call, assign, setting, text or pattern");
    }
    if (!(match->confidence > 0) || match->confidence > 1) {
        yaml_reader_fault(reader, node, "confidence", "", "it is above 0 and at most 1");
    }
}

static void read_matches(yaml_reader *reader, rule_reading *self, const yaml_node_t *node)
{
    size_t count = yaml_reader_item_count(node);
    rule_match *matches = arena_allocate(&self->set->memory, count * sizeof *matches);
    self->rule->matches = matches;
    self->rule->match_count = count;
    for (size_t i = 0; i < count; i++) {
        const yaml_node_t *item = yaml_reader_item(reader, node, i);
        self->match = &matches[i];
        matches[i] = (rule_match){.rule = self->rule,
                                  .line = yaml_reader_line(item),
                                  .scale = 1,
                                  .confidence = self->rule->confidence};
        matches[i].test.argument.place = -1;
        yaml_reader_map(reader, item, "matches", take_match, self);
        check_match(reader, item, &matches[i]);
    }
}

/* ---- Examples ----------------------------------------------------------------------------- */

static int take_example(yaml_reader *reader, const char *key, const yaml_node_t *node,
                        void *context)
{
    rule_example *to = context;
    if (strcmp(key, "language") == 0) {
        const char *name = yaml_reader_text(reader, node, key);
        to->language = name == NULL ? LANGUAGE_NONE : language_by_name(name);
        if (name != NULL && to->language == LANGUAGE_NONE) {
            yaml_reader_fault(reader, node, "no such language", name,
                              "`aphoria rules list --matrix` shows them");
        }
    } else if (strcmp(key, "path") == 0) {
        to->path = yaml_reader_text(reader, node, key);
    } else if (strcmp(key, "code") == 0) {
        to->code = yaml_reader_text(reader, node, key);
    } else if (strcmp(key, "observes") == 0) {
        to->observes = yaml_reader_texts(reader, node, key);
        if (to->observes[0] != NULL && strcmp(to->observes[0], "nothing") == 0) {
            to->observes++;
        }
    } else {
        return 0;
    }
    return 1;
}

static void read_examples(yaml_reader *reader, rule_reading *self, const yaml_node_t *node)
{
    size_t count = yaml_reader_item_count(node);
    rule_example *examples = arena_allocate(&self->set->memory, count * sizeof *examples);
    for (size_t i = 0; i < count; i++) {
        const yaml_node_t *item = yaml_reader_item(reader, node, i);
        examples[i].line = yaml_reader_line(item);
        yaml_reader_map(reader, item, "examples", take_example, &examples[i]);
        if (examples[i].code == NULL || examples[i].observes == NULL) {
            yaml_reader_fault(reader, item, "an example without code or observes", "",
                              "give it both; observes: nothing where it is safe");
        }
    }
    self->rule->examples = examples;
    self->rule->example_count = count;
}

static int take_rule(yaml_reader *reader, const char *key, const yaml_node_t *node, void *context)
{
    rule_reading *self = context;
    rule *to = self->rule;
    if (strcmp(key, "concept") == 0) {
        to->concept = yaml_reader_text(reader, node, key);
    } else if (strcmp(key, "title") == 0) {
        to->title = yaml_reader_text(reader, node, key);
    } else if (strcmp(key, "help") == 0) {
        to->help = yaml_reader_text(reader, node, key);
    } else if (strcmp(key, "confidence") == 0) {
        yaml_reader_number(reader, node, key, &to->confidence);
    } else if (strcmp(key, "matches") == 0) {
        read_matches(reader, self, node);
    } else if (strcmp(key, "examples") == 0) {
        read_examples(reader, self, node);
    } else {
        return 0;
    }
    return 1;
}

static const char *stem_of(arena *memory, const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash == NULL ? path : slash + 1;
    const char *dot = strrchr(name, '.');
    return arena_copy(memory, name, dot == NULL ? strlen(name) : (size_t)(dot - name));
}

const rule *rule_read(rule_set *set, const char *path, const char *text, size_t size)
{
    yaml_reader reader;
    rule *made = arena_allocate(&set->memory, sizeof *made);
    made->path = arena_copy(&set->memory, path, strlen(path));
    made->name = stem_of(&set->memory, path);
    made->confidence = 0.9;
    rule_reading self = {.set = set, .rule = made};
    const yaml_node_t *root = yaml_reader_open(&reader, made->path, text, size, &set->memory);
    if (root != NULL) {
        yaml_reader_map(&reader, root, "rule", take_rule, &self);
        if (made->concept == NULL || made->title == NULL || made->match_count == 0) {
            yaml_reader_fault(&reader, root, "a rule without concept, title or matches", "",
                              "give it all three");
        }
    }
    yaml_reader_close(&reader);
    return reader.fault_count == 0 ? made : NULL;
}
