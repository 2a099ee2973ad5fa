#include "common/arguments.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "common/terminal.h"
#include "common/text.h"

enum { WORD_MAX = 64 };

/* ---- The nearest word --------------------------------------------------------------------- */

static size_t smallest(size_t a, size_t b, size_t c)
{
    size_t least = a < b ? a : b;
    return least < c ? least : c;
}

/* Levenshtein's distance, by rows. */
static size_t distance(const char *a, const char *b)
{
    size_t row[WORD_MAX + 1];
    size_t a_size = strlen(a);
    size_t b_size = strlen(b);
    if (a_size > WORD_MAX || b_size > WORD_MAX) {
        return SIZE_MAX;
    }
    for (size_t j = 0; j <= b_size; j++) {
        row[j] = j;
    }
    for (size_t i = 1; i <= a_size; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b_size; j++) {
            size_t above = row[j];
            row[j] = smallest(above + 1, row[j - 1] + 1, diagonal + (a[i - 1] != b[j - 1]));
            diagonal = above;
        }
    }
    return row[b_size];
}

const char *arguments_nearest(const char *word, const char *const *list)
{
    const char *nearest = NULL;
    size_t best = strlen(word) / 3 + 2; /* more than this and it is another word */
    for (size_t i = 0; list[i] != NULL; i++) {
        size_t size = strlen(word);
        int is_beginning = size >= 3 && strncmp(list[i], word, size) == 0;
        size_t away = is_beginning ? 1 : distance(word, list[i]);
        if (away < best) {
            best = away;
            nearest = list[i];
        }
    }
    return nearest;
}

/* ---- The tables --------------------------------------------------------------------------- */

static const arguments_option *find_in(const arguments_option *table, const char *name, size_t size)
{
    for (; table->name != NULL; table++) {
        if (strncmp(table->name, name, size) == 0 && table->name[size] == '\0') {
            return table;
        }
    }
    return NULL;
}

static const arguments_option *find_option(const arguments *self, const char *name, size_t size)
{
    const arguments_option *option = find_in(self->options, name, size);
    return option != NULL ? option : find_in(self->common, name, size);
}

static void report_unknown(const arguments *self, const char *name, size_t size,
                           const char *help_hint)
{
    const char *names[WORD_MAX];
    size_t count = 0;
    const arguments_option *tables[] = {self->options, self->common};
    for (size_t t = 0; t < 2; t++) {
        for (const arguments_option *each = tables[t]; each->name != NULL; each++) {
            assert(count + 1 < WORD_MAX);
            names[count++] = each->name;
        }
    }
    names[count] = NULL;
    char word[WORD_MAX];
    size = size < sizeof word ? size : sizeof word - 1;
    memcpy(word, name, size);
    word[size] = '\0';
    const char *nearest = arguments_nearest(word, names);
    if (nearest != NULL) {
        terminal_report("unknown option: --%s; did you mean --%s?", word, nearest);
    } else {
        terminal_report("unknown option: --%s; see %s", word, help_hint);
    }
}

/* ---- Values ------------------------------------------------------------------------------- */

static int is_word_of(const char *words, const char *value)
{
    size_t size = strlen(value);
    if (strchr(value, ' ') != NULL) {
        return 0;
    }
    for (const char *at = words; (at = strstr(at, value)) != NULL; at++) {
        int begins = at == words || at[-1] == ' ';
        int ends = at[size] == ' ' || at[size] == '\0';
        if (begins && ends) {
            return 1;
        }
    }
    return 0;
}

static int is_path(const arguments_option *option)
{
    return option->kind == ARGUMENTS_FILE || option->kind == ARGUMENTS_FOLDER;
}

static int check_value(const arguments_option *option, const char *name, const char *value)
{
    if (value[0] == '\0') {
        terminal_report("empty value: %s; leave the option out, or give it a value", name);
        return 0;
    }
    if (!is_path(option) && !text_is_utf8(value, strlen(value))) {
        terminal_report("not UTF-8: the value of %s; give it as UTF-8 text", name);
        return 0;
    }
    if (option->words != NULL && !is_word_of(option->words, value)) {
        terminal_report("unknown value: %s %s; it is one of: %s", name, value, option->words);
        return 0;
    }
    return 1;
}

static int add_given(arguments *self, const arguments_option *option, const char *value)
{
    if (!option->is_repeatable && option->kind != ARGUMENTS_FLAG &&
        arguments_has(self, option->name)) {
        terminal_report("given twice: --%s; give it once", option->name);
        return 0;
    }
    char name[WORD_MAX + 2] = "--";
    strncat(name, option->name, WORD_MAX);
    if (value != NULL && !check_value(option, name, value)) {
        return 0;
    }
    self->given[self->given_count++] = (arguments_given){option, value};
    return 1;
}

/* ---- The line ----------------------------------------------------------------------------- */

/* Reads the option at argv[index]; gives the index of what follows, or 0 after a report. */
static int parse_option(arguments *self, const char *help_hint, int argc, char *const *argv,
                        int index)
{
    const char *name = argv[index] + 2;
    const char *equals = strchr(name, '=');
    size_t size = equals != NULL ? (size_t)(equals - name) : strlen(name);
    const arguments_option *option = find_option(self, name, size);
    if (option == NULL) {
        report_unknown(self, name, size, help_hint);
        return 0;
    }
    if (option->kind == ARGUMENTS_FLAG) {
        if (equals != NULL) {
            terminal_report("takes no value: --%s; write it alone", option->name);
            return 0;
        }
        return add_given(self, option, NULL) ? index + 1 : 0;
    }
    if (equals != NULL) {
        return add_given(self, option, equals + 1) ? index + 1 : 0;
    }
    const char *next = index + 1 < argc ? argv[index + 1] : NULL;
    int is_option = next != NULL && strncmp(next, "--", 2) == 0 &&
                    find_option(self, next + 2, strcspn(next + 2, "=")) != NULL;
    if (next == NULL || is_option) {
        terminal_report("value missing: --%s %s; see %s", option->name, option->value, help_hint);
        return 0;
    }
    return add_given(self, option, next) ? index + 2 : 0;
}

static int is_help(const char *argument)
{
    return strcmp(argument, "-h") == 0;
}

int arguments_parse(arguments *self, const arguments_option *options,
                    const arguments_option *common, const char *help_hint, int argc,
                    char *const *argv)
{
    *self = (arguments){.options = options, .common = common};
    self->given = text_allocate(((size_t)argc + 1) * sizeof *self->given);
    self->operands = text_allocate(((size_t)argc + 1) * sizeof *self->operands);
    int is_ended = 0;
    for (int index = 0; index < argc;) {
        const char *argument = argv[index];
        if (is_ended || argument[0] != '-' || argument[1] == '\0') {
            self->operands[self->operand_count++] = argument;
            index++;
        } else if (strcmp(argument, "--") == 0) {
            is_ended = 1;
            index++;
        } else if (is_help(argument)) {
            self->given[self->given_count++] = (arguments_given){find_in(common, "help", 4), NULL};
            index++;
        } else if (argument[1] != '-') {
            terminal_report("unknown option: %s; options have two dashes, see %s", argument,
                            help_hint);
            return 0;
        } else {
            index = parse_option(self, help_hint, argc, argv, index);
            if (index == 0) {
                return 0;
            }
        }
    }
    return 1;
}

void arguments_deinit(arguments *self)
{
    free(self->given);
    free(self->operands);
    *self = (arguments){0};
}

int arguments_check(const arguments *self, size_t operand_count_min, size_t operand_count_max,
                    const char *help_hint)
{
    for (const arguments_option *each = self->options; each->name != NULL; each++) {
        if (each->is_required && arguments_count(self, each->name) == 0) {
            if (each->environment != NULL) {
                terminal_report("missing: --%s %s; give it, or set %s", each->name, each->value,
                                each->environment);
            } else {
                terminal_report("missing: --%s %s; see %s", each->name, each->value, help_hint);
            }
            return 0;
        }
    }
    if (self->operand_count < operand_count_min) {
        terminal_report("argument missing; see %s", help_hint);
        return 0;
    }
    if (self->operand_count > operand_count_max) {
        terminal_report("one argument too many: %s; see %s", self->operands[operand_count_max],
                        help_hint);
        return 0;
    }
    for (size_t i = 0; i < self->operand_count; i++) {
        if (self->operands[i][0] == '\0') {
            terminal_report("empty argument; see %s", help_hint);
            return 0;
        }
    }
    return 1;
}

/* ---- What was given ----------------------------------------------------------------------- */

static const arguments_option *known_option(const arguments *self, const char *name)
{
    const arguments_option *option = find_option(self, name, strlen(name));
    assert(option != NULL && "an option that is not in the command's table");
    return option;
}

static const char *environment_value(const arguments_option *option)
{
    const char *value = option->environment == NULL ? NULL : getenv(option->environment);
    return value != NULL && value[0] != '\0' ? value : NULL;
}

int arguments_knows(const arguments *self, const char *name)
{
    return find_option(self, name, strlen(name)) != NULL;
}

int arguments_has(const arguments *self, const char *name)
{
    const arguments_option *option = known_option(self, name);
    for (size_t i = 0; i < self->given_count; i++) {
        if (self->given[i].option == option) {
            return 1;
        }
    }
    return 0;
}

size_t arguments_count(const arguments *self, const char *name)
{
    const arguments_option *option = known_option(self, name);
    size_t count = 0;
    for (size_t i = 0; i < self->given_count; i++) {
        count += self->given[i].option == option;
    }
    return count == 0 && environment_value(option) != NULL ? 1 : count;
}

const char *arguments_text_at(const arguments *self, const char *name, size_t index)
{
    const arguments_option *option = known_option(self, name);
    size_t count = 0;
    for (size_t i = 0; i < self->given_count; i++) {
        if (self->given[i].option == option && count++ == index) {
            return self->given[i].value;
        }
    }
    return index == 0 ? environment_value(option) : NULL;
}

const char *arguments_text(const arguments *self, const char *name)
{
    return arguments_text_at(self, name, 0);
}
