/* steme votes -- who voted on a record. */
#include "steme/commands.h"
#include "steme/reading.h"

static void write_note(text_buffer *cell, const json_t *item, const char *key)
{
    (void)key;
    if (reading_flag(item, "is_own")) {
        text_append(cell, "own record");
    } else if (!reading_flag(item, "is_counted")) {
        text_append(cell, "does not count");
    }
    if (reading_flag(item, "is_equivocation")) {
        text_append(cell, cell->size > 0 ? ", " : "");
        text_append(cell, "equivocates");
    }
}

static const reading_column columns[] = {
    {{.title = "WEIGHT", .is_right = 1}, "weight", reading_write_number},
    {{.title = "AGENT"}, "agent", reading_write_id},
    {{.title = "TIME"}, "time", reading_write_time},
    {{.title = "VOTE", .drop = 1}, "record", reading_write_id},
    {{.title = "NOTE"}, NULL, write_note},
    {{.title = "REASON", .width_min = 12}, "reason", reading_write_text},
};

static void write_tally(reading *self)
{
    text_buffer line = TEXT_EMPTY;
    text_append(&line, "sum ");
    reading_write_number(&line, self->head, "sum");
    text_append(&line, " · for ");
    reading_write_number(&line, self->head, "for");
    text_append(&line, " · against ");
    reading_write_number(&line, self->head, "against");
    puts(text_get(&line));
    text_deinit(&line);
}

static int run(const arguments *given)
{
    reading self = {.question.kind = LIFECYCLE_ASK_VOTES,
                    .columns = columns,
                    .column_count = sizeof columns / sizeof columns[0],
                    .end = write_tally};
    return reading_run_on(given, &self, given->operands[0]);
}

static const arguments_option options[] = {
    COMMAND_OPTIONS_DATABASE, READING_OPTIONS_MOMENT, COMMAND_OPTION_JSON, {.name = NULL}};

static const char *const examples[] = {
    "steme votes --db claims 1a2b3c4d",
    "steme votes --db claims 1a2b3c4d --view ours.view --json",
    NULL,
};

const command command_votes = {
    .name = "votes",
    .operands = "ID",
    .summary = "list the votes on a record, and their sum",
    .details = "ID is 64 hexadecimal digits, or the first 8 and more. One vote of each agent is\n"
               "shown, its latest; of an identity with several keys one counts.\n",
    .options = options,
    .examples = examples,
    .operand_count_min = 1,
    .operand_count_max = 1,
    .run = run,
};
