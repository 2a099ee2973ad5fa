/* steme blast-radius -- what rests on a key. */
#include "steme/commands.h"
#include "steme/question.h"
#include "steme/reading.h"

static const reading_column columns[] = {
    {{.title = "TYPE"}, "type", reading_write_text},
    {{.title = "RECORDS", .is_right = 1}, "records", reading_write_number},
};

static void write_line(const reading *self, const char *key, const char *what)
{
    text_buffer line = TEXT_EMPTY;
    reading_write_number(&line, self->head, key);
    text_append_format(&line, " %s", what);
    puts(text_get(&line));
    text_deinit(&line);
}

static void write_head(reading *self)
{
    write_line(self, "records", "records signed");
    write_line(self, "answers", "answers with a claim of it among the candidates");
    write_line(self, "won", "answers that a claim of it wins");
    write_line(self, "cascade", "records of others rest on its claims and sources");
    reading_note_model(self);
}

static int run(const arguments *given)
{
    reading self = {.question.kind = LIFECYCLE_ASK_BLAST_RADIUS,
                    .columns = columns,
                    .column_count = sizeof columns / sizeof columns[0],
                    .begin = write_head};
    if (!reading_read_lens(given, &self)) {
        return COMMAND_USAGE;
    }
    return reading_run_on(given, &self, given->operands[0]);
}

static const arguments_option options[] = {
    COMMAND_OPTIONS_DATABASE,
    {.name = "lens",
     .value = "LENS",
     .kind = ARGUMENTS_TEXT,
     .words = READING_LENS_WORDS,
     .help = "what decides who wins (default consensus): see `steme lenses`"},
    QUESTION_OPTION_MODEL,
    READING_OPTIONS_MOMENT,
    COMMAND_OPTION_JSON,
    {.name = NULL},
};

static const char *const examples[] = {
    "steme blast-radius --db claims AGENT",
    "steme blast-radius --db claims AGENT --lens authority --json",
    NULL,
};

const command command_blast_radius = {
    .name = "blast-radius",
    .operands = "AGENT",
    .summary = "count what rests on a key: records, answers, what is derived from it",
    .details =
        "AGENT is 64 hexadecimal digits. `what-if` shows which answers would change without\n"
        "it, `cascade` what rests on one record.\n",
    .options = options,
    .examples = examples,
    .operand_count_min = 1,
    .operand_count_max = 1,
    .run = run,
};
