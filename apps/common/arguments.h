/* arguments.h -- a command's options, declared in a table and read from the command line.
 *
 *   static const arguments_option options[] = {
 *       {.name = "limit", .value = "N", .kind = ARGUMENTS_NUMBER, .help = "at most N rows"}, …};
 *
 * `--name value`, `--name=value`, `--flag`; `--` ends the options; `-` alone is an operand.
 * Every value must be UTF-8 and not empty, but for the paths of files.
 *
 * Threads:  the main thread's.
 * Lifetime: arguments_parse … arguments_deinit; what it gives points into argv or the environment.
 * Failure:  reported on stderr in one line; asking for a name that is not in the table is our bug.
 */
#ifndef COMMON_ARGUMENTS_H
#define COMMON_ARGUMENTS_H

#include <stddef.h>

typedef enum arguments_kind {
    ARGUMENTS_FLAG, /* takes no value */
    ARGUMENTS_TEXT,
    ARGUMENTS_NUMBER, /* shown to completions only; the command reads it */
    ARGUMENTS_TIME,
    ARGUMENTS_ID,
    ARGUMENTS_FILE,
    ARGUMENTS_FOLDER,
} arguments_kind;

typedef struct arguments_option {
    const char *name;  /* without the two dashes; NULL ends a table */
    const char *value; /* what stands for the value in help; NULL for a flag */
    const char *help;  /* one line */
    arguments_kind kind;
    const char *words;       /* "a b c": the only values there are, or NULL */
    const char *environment; /* a variable that stands in where the option is absent, or NULL */
    int is_repeatable;
    int is_required;
} arguments_option;

typedef struct arguments_given {
    const arguments_option *option;
    const char *value; /* NULL for a flag */
} arguments_given;

typedef struct arguments {
    const arguments_option *options; /* of the command; ended by a NULL name */
    const arguments_option *common;  /* of every command */
    arguments_given *given;
    size_t given_count;
    const char **operands;
    size_t operand_count;
} arguments;

/* Reads argv[0 … argc - 1], the command's name already gone. 1, or 0 after a report. */
int arguments_parse(arguments *self, const arguments_option *options,
                    const arguments_option *common, const char *help_hint, int argc,
                    char *const *argv);
void arguments_deinit(arguments *self);

/* Fails like arguments_parse where an option that is_required is absent, or the number of operands
 * is outside the bounds. Apart, so that `--help` needs none of them. */
int arguments_check(const arguments *self, size_t operand_count_min, size_t operand_count_max,
                    const char *help_hint);

/* Whether the command's table has the option: for what several commands share. */
int arguments_knows(const arguments *self, const char *name);
int arguments_has(const arguments *self, const char *name);
/* The option's value, or its environment variable's, or NULL. */
const char *arguments_text(const arguments *self, const char *name);
/* How often a repeatable option was given (its variable counts as once), and its values. */
size_t arguments_count(const arguments *self, const char *name);
const char *arguments_text_at(const arguments *self, const char *name, size_t index);

/* The word of the NULL-ended list that is most like `word`, or NULL where none is alike. */
const char *arguments_nearest(const char *word, const char *const *list);

#endif
