#include "steme/choice.h"

#include <string.h>

enum { CHOICE_COUNT_MAX = 8 };

static const choice *find(const char *command_name, const choice *choices, const char *word)
{
    const char *words[CHOICE_COUNT_MAX + 1] = {NULL};
    text_buffer list = TEXT_EMPTY;
    for (size_t i = 0; choices[i].word != NULL; i++) {
        if (strcmp(choices[i].word, word) == 0) {
            text_deinit(&list);
            return &choices[i];
        }
        words[i] = choices[i].word;
        text_append(&list, i == 0 ? "" : ", ");
        text_append(&list, choices[i].word);
    }
    const char *nearest = arguments_nearest(word, words);
    if (nearest != NULL) {
        terminal_report("unknown: steme %s %s; did you mean %s?", command_name, word, nearest);
    } else {
        terminal_report("unknown: steme %s %s; it is one of: %s", command_name, word,
                        text_get(&list));
    }
    text_deinit(&list);
    return NULL;
}

static int is_among(const char *list, const char *name)
{
    text_buffer word = TEXT_EMPTY;
    text_append_format(&word, " %s ", name);
    int is_found = strstr(list, text_get(&word)) != NULL;
    text_deinit(&word);
    return is_found;
}

static int check_options(const arguments *given, const char *command_name, const choice *chosen,
                         const char *only_some)
{
    for (size_t i = 0; i < given->given_count; i++) {
        const char *name = given->given[i].option->name;
        if (is_among(only_some, name) && !is_among(chosen->takes, name)) {
            terminal_report("not for `steme %s %s`: --%s; see `steme help %s`", command_name,
                            chosen->word, name, command_name);
            return 0;
        }
    }
    return 1;
}

int choice_run(const arguments *given, const char *command_name, const choice *choices,
               const char *only_some)
{
    const choice *chosen = find(command_name, choices, given->operands[0]);
    if (chosen == NULL) {
        return COMMAND_USAGE;
    }
    size_t count = given->operand_count - 1;
    if (count < chosen->operand_count_min || count > chosen->operand_count_max) {
        terminal_report("too %s arguments; write `steme %s %s %s`",
                        count < chosen->operand_count_min ? "few" : "many", command_name,
                        chosen->word, chosen->operands);
        return COMMAND_USAGE;
    }
    if (!check_options(given, command_name, chosen, only_some)) {
        return COMMAND_USAGE;
    }
    return chosen->run(given);
}
