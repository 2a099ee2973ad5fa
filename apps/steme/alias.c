/* steme alias -- other names for a subject or a predicate. */
#include <string.h>

#include "steme/choice.h"
#include "steme/commands.h"
#include "steme/reading.h"
#include "steme/statement.h"

static int add(const arguments *given)
{
    int exit_code = COMMAND_USAGE;
    statement_writer writer;
    steme_statement statement = {.type = STEME_ALIAS};
    statement.as.alias = (steme_alias){
        .from = text_span(given->operands[1]),
        .to = text_span(given->operands[2]),
        .relation = arguments_has(given, "is-a") ? STEME_ALIAS_IS_A : STEME_ALIAS_SAME_AS,
    };
    if (statement_open(given, &writer, &exit_code)) {
        exit_code = statement_write(&writer, &statement);
    }
    statement_close(&writer);
    return exit_code;
}

static void write_note(text_buffer *cell, const json_t *item, const char *key)
{
    const char *standing = reading_text(item, "standing");
    (void)key;
    if (!reading_flag(item, "is_followed")) {
        text_append(cell, strcmp(standing, "live") == 0 ? "not followed" : standing);
    }
}

static const reading_column list_columns[] = {
    {{.title = "NAME", .width_min = 12}, "from", reading_write_text},
    {{.title = "IS"}, "relation", reading_write_text},
    {{.title = "NAME", .width_min = 12}, "to", reading_write_text},
    {{.title = "SIGNED BY"}, "signers", reading_write_ids},
    {{.title = "TIME", .drop = 1}, "time", reading_write_time},
    {{.title = "RECORD"}, "record", reading_write_id},
    {{.title = "NOTE"}, NULL, write_note},
};

static int list(const arguments *given)
{
    reading self = {.question.kind = LIFECYCLE_ASK_ALIASES,
                    .columns = list_columns,
                    .column_count = sizeof list_columns / sizeof list_columns[0]};
    if (given->operand_count == 2) {
        self.question.name = text_span(given->operands[1]);
    }
    return reading_run_on(given, &self, NULL);
}

static const reading_column name_columns[] = {
    {{.title = "STEPS", .is_right = 1}, "distance", reading_write_number},
    {{.title = "NAME"}, "name", reading_write_text},
};

static int resolve(const arguments *given)
{
    reading self = {.question.kind = LIFECYCLE_ASK_NAMES,
                    .question.name = text_span(given->operands[1]),
                    .columns = name_columns,
                    .column_count = sizeof name_columns / sizeof name_columns[0]};
    return reading_run_on(given, &self, NULL);
}

static int retract(const arguments *given)
{
    return statement_retract(given, "alias");
}

static const choice choices[] = {
    {"add", "A B", 2, 2, " key time is-a ", add},
    {"retract", "ID --reason TEXT", 1, 1, " key time reason ", retract},
    {"list", "[NAME]", 0, 1, READING_NAMES_MOMENT, list},
    {"resolve", "NAME", 1, 1, READING_NAMES_MOMENT, resolve},
    {.word = NULL},
};

static int run(const arguments *given)
{
    return choice_run(given, "alias", choices, " key time is-a reason" READING_NAMES_MOMENT);
}

static const arguments_option options[] = {
    COMMAND_OPTIONS_DATABASE,
    STATEMENT_OPTION_KEY_OF(0),
    {.name = "is-a", .help = "add: A is a kind of B, not the same as it"},
    STATEMENT_OPTION_REASON,
    STATEMENT_OPTION_TIME,
    READING_OPTIONS_MOMENT,
    {.name = "json", .help = "print JSON"},
    {.name = NULL},
};

static const char *const examples[] = {
    "steme alias --db claims add ASA aspirin --key a.key",
    "steme alias --db claims add aspirin NSAID --is-a --key a.key",
    "steme alias --db claims retract 5e6f7a8b --reason \"another drug\" --key a.key",
    "steme alias --db claims list aspirin",
    "steme alias --db claims resolve ASA --view ours.view",
    NULL,
};

const command command_alias = {
    .name = "alias",
    .operands = "add A B | retract ID | list [NAME] | resolve NAME",
    .summary = "say that two names are one, take it back, list such records, or follow them",
    .details =
        "`steme query --aliases` follows them: same-as both ways, is-a from A to B. Under a view\n"
        "only those count that its stewards of aliases signed. One that its signer retracts, or\n"
        "that `steme supersede` ends, joins nothing from then on. list shows the records, of NAME\n"
        "or all; resolve the names under which NAME is looked for.\n",
    .options = options,
    .examples = examples,
    .operand_count_min = 1,
    .operand_count_max = 3,
    .run = run,
};
