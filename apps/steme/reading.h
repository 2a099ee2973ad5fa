/* reading.h -- commands that ask what became of records: their options, and the answer as JSON or
 * for people.
 *
 *   reading self = {.question.kind = LIFECYCLE_ASK_VOTES, .columns = columns, .column_count = 5};
 *   return reading_run_on(given, &self, given->operands[0]);
 *
 * Threads: the main thread's. */
#ifndef STEME_READING_H
#define STEME_READING_H

#include "common/lifecycle_json.h"
#include "common/table.h"
#include "steme/command.h"

#define READING_OPTIONS_MOMENT                                                                     \
    {.name = "view",                                                                               \
     .value = "FILE",                                                                              \
     .kind = ARGUMENTS_FILE,                                                                       \
     .environment = "STEME_VIEW",                                                                  \
     .help = "who counts for what: a signed view (default: all are taken at their word)"},         \
        {.name = "as-of",                                                                          \
         .value = "T",                                                                             \
         .kind = ARGUMENTS_TIME,                                                                   \
         .help = "as if it were T: nothing with a later claim time exists (default now)"},         \
        {.name = "recorded-as-of",                                                                 \
         .value = "T",                                                                             \
         .kind = ARGUMENTS_TIME,                                                                   \
         .help = "as if nothing had arrived here after T"},                                        \
    {                                                                                              \
        .name = "now", .value = "T", .kind = ARGUMENTS_TIME, .help = "evaluate as if it were T"    \
    }
/* The same for choice_run. */
#define READING_NAMES_MOMENT " view as-of recorded-as-of now "

#define READING_LENS_WORDS                                                                         \
    "recency consensus skeptic hlc confidence votes authority weighted truth constraints rules "   \
    "layered"

typedef struct reading_column {
    table_column column;
    const char *key;
    void (*write)(text_buffer *cell, const json_t *item, const char *key);
} reading_column;

enum { READING_COLUMN_COUNT_MAX = 8 };

typedef struct reading reading;
struct reading {
    lifecycle_question question;
    /* For people: items as rows of these columns, or as `show` writes them; what stands before them
     * and behind, each may be NULL. */
    const reading_column *columns;
    size_t column_count;
    void (*begin)(reading *self);
    void (*show)(reading *self, const json_t *item);
    void (*end)(reading *self);
    int is_json;
    json_t *head;
    size_t item_count;

    /* Its own. */
    steme_view *view;
    steme_truth_model *truth_model;
    table_column table_columns[READING_COLUMN_COUNT_MAX];
    table *rows;
};

/* Reads the moment, opens the database, asks about the record or agent that `operand` names (NULL:
 * about nothing, or question.name) and writes the answer. Gives the exit code. */
int reading_run_on(const arguments *given, reading *self, const char *operand);

/* --lens, of which the words are READING_LENS_WORDS, and --model into the question: 1, or 0 after a
 * report. */
int reading_read_lens(const arguments *given, reading *self);
/* Says so where the lens truth had no model. */
void reading_note_model(const reading *self);

/* Fields of an object from outside: "" and 0 where they are not there. */
steme_span reading_span(const json_t *object, const char *key);
const char *reading_text(const json_t *object, const char *key);
int reading_flag(const json_t *object, const char *key);

/* Cells: a text; the first digits of an id; a time; a number. Nothing where the field is not there.
 */
void reading_write_text(text_buffer *cell, const json_t *item, const char *key);
void reading_write_id(text_buffer *cell, const json_t *item, const char *key);
void reading_write_time(text_buffer *cell, const json_t *item, const char *key);
void reading_write_number(text_buffer *cell, const json_t *item, const char *key);
/* Of a list of ids: joined by "+". */
void reading_write_ids(text_buffer *cell, const json_t *item, const char *key);
/* The claim that a record in JSON makes: "subject · predicate value". */
void reading_write_claim(text_buffer *cell, const json_t *item, const char *key);

#endif
