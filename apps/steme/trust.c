/* steme trust -- what a view makes of agents. */
#include "steme/choice.h"
#include "steme/commands.h"
#include "steme/reading.h"

static void write_list(text_buffer *cell, const json_t *item, const char *key)
{
    size_t index = 0;
    json_t *each = NULL;
    json_array_foreach(json_object_get(item, key), index, each)
    {
        text_append(cell, cell->size == 0 ? "" : ", ");
        text_append_escaped(cell, text_span(json_string_value(each)));
    }
}

static void write_roles(text_buffer *cell, const json_t *item, const char *key)
{
    text_append(cell, reading_flag(item, "is_seed") ? "seed" : "");
    write_list(cell, item, key);
    if (reading_flag(item, "is_revoked")) {
        text_append(cell, cell->size == 0 ? "revoked" : ", revoked");
    }
}

/* ---- List --------------------------------------------------------------------------------- */

static const reading_column agent_columns[] = {
    {{.title = "AGENT"}, "agent", reading_write_text},
    {{.title = "IDENTITY"}, "identity", reading_write_id},
    {{.title = "TRUST", .is_right = 1}, "trust", reading_write_number},
    {{.title = "BEST CLASS"}, "best_class", reading_write_text},
    {{.title = "ROLES"}, "stewardships", write_roles},
};

static int list(const arguments *given)
{
    reading self = {.question.kind = LIFECYCLE_ASK_TRUSTED,
                    .columns = agent_columns,
                    .column_count = sizeof agent_columns / sizeof agent_columns[0]};
    if (arguments_text(given, "view") == NULL) {
        terminal_report("missing: --view FILE; without a view everybody is trusted alike");
        return COMMAND_USAGE;
    }
    return reading_run_on(given, &self, NULL);
}

/* ---- Explain ------------------------------------------------------------------------------ */

static const reading_column vote_columns[] = {
    {{.title = "WEIGHT", .is_right = 1}, "weight", reading_write_number},
    {{.title = "SEED"}, "seed", reading_write_id},
    {{.title = "ON RECORD"}, "target", reading_write_id},
    {{.title = "TIME"}, "time", reading_write_time},
    {{.title = "VOTE"}, "record", reading_write_id},
};

static void write_agent(reading *self)
{
    text_buffer line = TEXT_EMPTY;
    text_append(&line, "trust ");
    reading_write_number(&line, self->head, "trust");
    text_append(&line, " · identity ");
    reading_write_id(&line, self->head, "identity");
    if (reading_span(self->head, "best_class").size > 0) {
        text_append(&line, " · best class ");
        reading_write_text(&line, self->head, "best_class");
    } else {
        text_append(&line, " · no view: everybody is trusted alike");
    }
    text_buffer roles = TEXT_EMPTY;
    write_roles(&roles, self->head, "stewardships");
    if (roles.size > 0) {
        text_append_format(&line, " · %s", text_get(&roles));
    }
    puts(text_get(&line));
    text_deinit(&roles);
    text_deinit(&line);
}

static int explain(const arguments *given)
{
    reading self = {.question.kind = LIFECYCLE_ASK_TRUST,
                    .columns = vote_columns,
                    .column_count = sizeof vote_columns / sizeof vote_columns[0],
                    .begin = write_agent};
    return reading_run_on(given, &self, given->operands[1]);
}

/* ---- The command -------------------------------------------------------------------------- */

static const choice choices[] = {
    {"list", "--view FILE", 0, 0, "", list},
    {"explain", "AGENT", 1, 1, "", explain},
    {.word = NULL},
};

static int run(const arguments *given)
{
    return choice_run(given, "trust", choices, "");
}

static const arguments_option options[] = {
    COMMAND_OPTIONS_DATABASE, READING_OPTIONS_MOMENT, COMMAND_OPTION_JSON, {.name = NULL}};

static const char *const examples[] = {
    "steme trust --db claims list --view ours.view",
    "steme trust --db claims explain AGENT --view ours.view",
    NULL,
};

const command command_trust = {
    .name = "trust",
    .operands = "list | explain AGENT",
    .summary = "show how far a view's seeds trust agents, and why",
    .details =
        "Trust is 0.5, moved by the votes of the view's seeds on an identity's records. list "
        "shows\n"
        "the agents of the view and all others whom its seeds voted on; explain the votes. AGENT\n"
        "is 64 hexadecimal digits.\n",
    .options = options,
    .examples = examples,
    .operand_count_min = 1,
    .operand_count_max = 2,
    .run = run,
};
