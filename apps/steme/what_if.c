/* steme what-if -- which answers change if an agent or a source is distrusted. */
#include "steme/commands.h"
#include "steme/question.h"
#include "steme/reading.h"

/* What wins on one side: its value, or for lenses without a winner how far the values agree. */
static void write_side(text_buffer *cell, const json_t *item, const char *key)
{
    const json_t *side = json_object_get(item, key);
    const json_t *winner = json_object_get(side, "winner");
    if (!json_is_object(side)) {
        text_append(cell, "(no claims left)");
    } else if (json_is_object(winner)) {
        reading_write_text(cell, winner, "relation");
        reading_write_number(cell, json_object_get(winner, "object"), "value");
        text_append(cell, reading_span(winner, "unit").size > 0 ? " " : "");
        reading_write_text(cell, winner, "unit");
    } else {
        reading_write_text(cell, side, "status");
    }
    if (reading_span(side, "verdict").size > 0) {
        text_append(cell, " ");
        reading_write_text(cell, side, "verdict");
    }
}

static const reading_column columns[] = {
    {{.title = "SUBJECT", .width_min = 16}, "subject", reading_write_text},
    {{.title = "PREDICATE"}, "predicate", reading_write_text},
    {{.title = "NOW"}, "before", write_side},
    {{.title = "WITHOUT"}, "after", write_side},
};

static void write_count(reading *self)
{
    text_buffer line = TEXT_EMPTY;
    reading_write_number(&line, self->head, "flipped");
    text_append(&line, " of ");
    reading_write_number(&line, self->head, "answers");
    text_append(&line, " answers change (lens ");
    reading_write_text(&line, self->head, "lens");
    text_append(&line, ")");
    puts(text_get(&line));
    text_deinit(&line);
    reading_note_model(self);
}

static int run(const arguments *given)
{
    reading self = {.question.kind = LIFECYCLE_ASK_WHAT_IF,
                    .columns = columns,
                    .column_count = sizeof columns / sizeof columns[0],
                    .end = write_count};
    if (!command_read_number(given, "limit", &self.question.limit) ||
        !reading_read_lens(given, &self)) {
        return COMMAND_USAGE;
    }
    return reading_run_on(given, &self, arguments_text(given, "distrust"));
}

static const arguments_option options[] = {
    COMMAND_OPTIONS_DATABASE,
    {.name = "distrust",
     .value = "AGENT|SOURCE",
     .kind = ARGUMENTS_ID,
     .is_required = 1,
     .help = "as if its claims and endorsements, or claims that quote it, were not there"},
    {.name = "lens",
     .value = "LENS",
     .kind = ARGUMENTS_TEXT,
     .words = READING_LENS_WORDS,
     .help = "what resolves contradictions (default consensus): see `steme lenses`"},
    QUESTION_OPTION_MODEL,
    {.name = "limit",
     .value = "N",
     .kind = ARGUMENTS_NUMBER,
     .help = "show N at most (default all); all are counted"},
    READING_OPTIONS_MOMENT,
    COMMAND_OPTION_JSON,
    {.name = NULL},
};

static const char *const examples[] = {
    "steme what-if --db claims --distrust AGENT",
    "steme what-if --db claims --distrust 5e6f7a8b --lens authority --limit 20 --json",
    NULL,
};

const command command_what_if = {
    .name = "what-if",
    .operands = "",
    .summary = "show which answers change if an agent or a source is distrusted",
    .details =
        "Every answer that the agent or source has a part in is worked out twice, with it and\n"
        "without. An agent is 64 hexadecimal digits, a source the id of its record. What the\n"
        "agent votes, supersedes or declares stays in force.\n",
    .options = options,
    .examples = examples,
    .operand_count_min = 0,
    .operand_count_max = 0,
    .run = run,
};
