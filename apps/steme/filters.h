/* filters.h -- which assertions: the options that `query` and `export` share. */
#ifndef STEME_FILTERS_H
#define STEME_FILTERS_H

#include "steme/command.h"

#define FILTERS_OPTIONS                                                                            \
    {.name = "subject", .value = "S", .kind = ARGUMENTS_TEXT, .help = "about this subject"},       \
        {.name = "subject-prefix",                                                                 \
         .value = "P",                                                                             \
         .kind = ARGUMENTS_TEXT,                                                                   \
         .help = "about subjects under this path: a/b holds a/b and a/b/c, not a/bc"},             \
        {.name = "predicate", .value = "P", .kind = ARGUMENTS_TEXT, .help = "of this predicate"},  \
        {.name = "object",                                                                         \
         .value = "V",                                                                             \
         .kind = ARGUMENTS_TEXT,                                                                   \
         .help = "with exactly this value"},                                                       \
        {.name = "type",                                                                           \
         .value = "TYPE",                                                                          \
         .kind = ARGUMENTS_TEXT,                                                                   \
         .words = "text number boolean reference time",                                            \
         .help = "the type of --object (default text)"},                                           \
        {.name = "agent", .value = "ID", .kind = ARGUMENTS_ID, .help = "signed by this agent"},    \
        {.name = "source",                                                                         \
         .value = "ID",                                                                            \
         .kind = ARGUMENTS_ID,                                                                     \
         .help = "that name this source record"},                                                  \
        {.name = "since",                                                                          \
         .value = "T",                                                                             \
         .kind = ARGUMENTS_TIME,                                                                   \
         .help = "with a claim time of T or later"},                                               \
        {.name = "as-of",                                                                          \
         .value = "T",                                                                             \
         .kind = ARGUMENTS_TIME,                                                                   \
         .help = "as if it were T: nothing with a later claim time exists (default now)"},         \
        {.name = "limit",                                                                          \
         .value = "N",                                                                             \
         .kind = ARGUMENTS_NUMBER,                                                                 \
         .help = "at most N (default all)"},                                                       \
    {                                                                                              \
        .name = "cursor", .value = "C", .kind = ARGUMENTS_TEXT,                                    \
        .help = "go on where the same command, with another --limit or none, left off"             \
    }

/* The options as a query's; `options` points into the struct, which must stay where it is. */
typedef struct filters {
    steme_query_options options;
    int has_any; /* 1 = at least one filter was given; limit and cursor are none */
    steme_value object;
    steme_agent agent;
    steme_id source;
} filters;

/* Tells where a list of which more is there goes on; NULL = nowhere. */
void filters_note_cursor(const char *cursor);

/* 1, or 0 after a report. */
int filters_read(const arguments *given, filters *out_filters);

#endif
