/* steme cascade -- everything that rests on a record. */
#include "steme/commands.h"
#include "steme/reading.h"

static void write_id(text_buffer *cell, const json_t *item, const char *key)
{
    reading_write_id(cell, json_object_get(item, key), "id");
}

static void write_signers(text_buffer *cell, const json_t *item, const char *key)
{
    size_t index = 0;
    json_t *each = NULL;
    json_array_foreach(json_object_get(json_object_get(item, key), "signatures"), index, each)
    {
        text_append(cell, index == 0 ? "" : "+");
        reading_write_id(cell, each, "agent_id");
    }
}

static const reading_column columns[] = {
    {{.title = "DEPTH", .is_right = 1}, "depth", reading_write_number},
    {{.title = "RECORD"}, "record", write_id},
    {{.title = "RESTS ON"}, "rests_on", reading_write_id},
    {{.title = "CLAIM", .width_min = 16}, "record", reading_write_claim},
    {{.title = "SIGNED BY", .drop = 1}, "record", write_signers},
};

static void write_count(reading *self)
{
    text_buffer line = TEXT_EMPTY;
    text_append_number_of(&line, self->item_count, "record rests", "records rest");
    text_append(&line, " on ");
    reading_write_id(&line, self->head, "id");
    puts(text_get(&line));
    text_deinit(&line);
}

static int run(const arguments *given)
{
    reading self = {.question.kind = LIFECYCLE_ASK_CASCADE,
                    .columns = columns,
                    .column_count = sizeof columns / sizeof columns[0],
                    .end = write_count};
    const char *source = arguments_text(given, "source");
    if ((source != NULL) == (given->operand_count == 1)) {
        terminal_report("give either the ID of a record, or --source ID");
        return COMMAND_USAGE;
    }
    return reading_run_on(given, &self, source != NULL ? source : given->operands[0]);
}

static const arguments_option options[] = {
    COMMAND_OPTIONS_DATABASE,
    {.name = "source", .value = "ID", .kind = ARGUMENTS_ID, .help = "what rests on this source"},
    READING_OPTIONS_MOMENT,
    COMMAND_OPTION_JSON,
    {.name = NULL},
};

static const char *const examples[] = {
    "steme cascade --db claims 1a2b3c4d",
    "steme cascade --db claims --source 5e6f7a8b --json",
    NULL,
};

const command command_cascade = {
    .name = "cascade",
    .operands = "[ID]",
    .summary = "list everything that rests on a record",
    .details =
        "Claims derived from it or quoting it as their source, the claims derived from these\n"
        "and so on, nearest first. Nothing happens to them: it is a list to look at.\n",
    .options = options,
    .examples = examples,
    .operand_count_min = 0,
    .operand_count_max = 1,
    .run = run,
};
