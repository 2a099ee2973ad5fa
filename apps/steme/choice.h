/* choice.h -- commands of several words, such as `steme key show`: the first operand says what.
 *
 * Threads: the main thread's. */
#ifndef STEME_CHOICE_H
#define STEME_CHOICE_H

#include "steme/command.h"

typedef struct choice {
    const char *word;
    const char *operands;     /* for the report where they are too few or too many: "AGENT" */
    size_t operand_count_min; /* beside the word */
    size_t operand_count_max;
    const char *takes; /* " from until ": the command's options that only some words take, and this
                        * one does */
    int (*run)(const arguments *given); /* operands[1] and on are its own */
} choice;

/* Runs the choice that the first operand names; `only_some` lists all options that not every word
 * takes, as `takes` does. Choices end with a NULL word. */
int choice_run(const arguments *given, const char *command_name, const choice *choices,
               const char *only_some);

#endif
