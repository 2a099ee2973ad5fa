/* question.h -- what is asked: the options that `query` and `compare` share, beside the filters. */
#ifndef STEME_QUESTION_H
#define STEME_QUESTION_H

#include "steme/filters.h"

#define QUESTION_OPTION_VIEW                                                                       \
    {                                                                                              \
        .name = "view", .value = "FILE", .kind = ARGUMENTS_FILE, .environment = "STEME_VIEW",      \
        .help = "who counts for what: a signed view (default: all are taken at their word)"        \
    }

#define QUESTION_OPTIONS                                                                           \
    QUESTION_OPTION_VIEW,                                                                          \
        {.name = "epoch",                                                                          \
         .value = "E",                                                                             \
         .kind = ARGUMENTS_TEXT,                                                                   \
         .help = "claims made in the epochs of this name or id, in force or not"},                 \
        {.name = "stage",                                                                          \
         .value = "S",                                                                             \
         .kind = ARGUMENTS_TEXT,                                                                   \
         .words = "proposed under_review approved deprecated rejected",                            \
         .help = "claims in this stage"},                                                          \
        {.name = "recorded-as-of",                                                                 \
         .value = "T",                                                                             \
         .kind = ARGUMENTS_TIME,                                                                   \
         .help = "as if nothing had arrived here after T"},                                        \
        {.name = "valid-at",                                                                       \
         .value = "T",                                                                             \
         .kind = ARGUMENTS_TIME,                                                                   \
         .help = "claims that hold at T, where they say from when to when"},                       \
        {.name = "now", .value = "T", .kind = ARGUMENTS_TIME, .help = "evaluate as if it were T"}, \
        {.name = "equal",                                                                          \
         .value = "E",                                                                             \
         .kind = ARGUMENTS_TEXT,                                                                   \
         .help = "which values are one: exact, folded, normalized, number:TOLERANCE (default as "  \
                 "the predicate says, else exact)"},                                               \
        {.name = "decay",                                                                          \
         .value = "D",                                                                             \
         .kind = ARGUMENTS_TEXT,                                                                   \
         .help = "confidence fades: off, class, or a half-life in seconds (default off)"},         \
        {.name = "aliases", .help = "also the claims under other names of subject and predicate"}, \
    {                                                                                              \
        .name = "trust-pack", .value = "FILE", .kind = ARGUMENTS_FILE,                             \
        .help = "only these agents' claims: 64 hexadecimal digits a line, # begins a comment"      \
    }

#define QUESTION_OPTION_MODEL                                                                      \
    {                                                                                              \
        .name = "model", .value = "FILE", .kind = ARGUMENTS_FILE,                                  \
        .help = "of truth: this model (default the newest that is kept): see `steme truth`"        \
    }

/* What was asked, and what its options point into: stays where it is. */
typedef struct question {
    filters filters;
    steme_view *view;
    steme_agent *trust_pack;
} question;

#define QUESTION_AGENT_COUNT_MAX 16384 /* in a trust pack */

/* 1, or 0 after a report. End with question_deinit in any case. */
int question_read(const arguments *given, question *out_question);
void question_deinit(question *self);

/* Options that are for answers alone: 1, or 0 after a report where one is given. */
int question_check_matches(const arguments *given);

/* "NAME=VALUE", of this lens: 1, or 0 after a report. */
int question_read_lens_option(const char *text, steme_lens lens, steme_lens_options *options);

/* --model, which is for the lens truth and a folder: 1, or 0 after a report. *out_model stays where
 * it is not given, else it is the caller's. */
int question_read_model(const arguments *given, steme_lens lens, steme_truth_model **out_model);

/* Says that the lens truth had no model. */
void question_note_no_model(void);

/* Reads a signed view; NULL after a report. */
steme_view *question_open_view(const char *path);

/* A time after the beginning of 1970: 1, or 0 after a report. */
int question_read_clock(const arguments *given, const char *name, int *out_has, uint64_t *out_ns);

/* The system's clock, since 1970. */
uint64_t question_clock_ns(void);

#endif
