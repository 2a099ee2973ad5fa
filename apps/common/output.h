/* output.h -- standard output: the form that was asked for, JSON, CSV, and what went wrong with it.
 *
 * Data goes to stdout, everything else to stderr. A reader that closes its end has had enough: the
 * command stops quietly. Any other write error makes exit code 2.
 *
 * Threads: the main thread's. */
#ifndef COMMON_OUTPUT_H
#define COMMON_OUTPUT_H

#include <jansson.h>
#include <stddef.h>

#include "common/arguments.h"

/* What stands in every machine output; it changes when a field changes its meaning. */
#define OUTPUT_SCHEMA 1

typedef enum output_form {
    OUTPUT_TABLE,
    OUTPUT_JSON,
    OUTPUT_JSONL,
    OUTPUT_CSV,
} output_form;

/* The form that --table, --json, --jsonl, --csv choose; the table declares those it takes.
 * 1, or 0 after a report where more than one is given. */
int output_choose(const arguments *given, output_form *out_form);

/* Call first: makes closed pipes and limits of files errors, not ends of the process, and keeps
 * files from becoming stdout. */
void output_init(void);
/* Whether writing more is pointless. */
int output_is_broken(void);
/* Writes out what is buffered. The command's exit code, or 2 after a report. */
int output_finish(int exit_code);

/* An object that begins with "schema". */
json_t *output_object(void);
/* object[key] = value, which is taken. NULL as value, or no memory, ends the program (exit 2). */
void output_set(json_t *object, const char *key, json_t *value);
/* The value as one line, or as an indented document; it is taken. */
void output_json_line(json_t *value);
void output_json_document(json_t *value);

/* {"schema":1,<the object's fields>,"<name>":[<one line each>]}, written piece by piece. */
void output_list_begin(json_t *object, const char *name);
void output_list_add(json_t *value);
void output_list_end(void);
/* The same, with a field "cursor" behind the list; NULL = none. */
void output_list_end_at(const char *cursor);

#endif
