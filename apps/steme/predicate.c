/* steme predicate -- how the values of a predicate compare. */
#include <string.h>

#include "steme/choice.h"
#include "steme/commands.h"
#include "steme/reading.h"
#include "steme/statement.h"

static const char *const properties[] = {"cardinality", "unit", "equivalence"};
enum { PROPERTY_COUNT = sizeof properties / sizeof properties[0] };

/* ---- Setting ------------------------------------------------------------------------------ */

static int check_properties(const arguments *given)
{
    steme_equivalence equivalence;
    for (size_t i = 0; i < PROPERTY_COUNT; i++) {
        if (arguments_has(given, properties[i])) {
            return command_read_equivalence(given, "equivalence", &equivalence);
        }
    }
    terminal_report("nothing to set; give --cardinality, --unit or --equivalence");
    return 0;
}

static steme_status sign_property(statement_writer *writer, steme_span subject,
                                  const char *property, const char *value, steme_error *error)
{
    steme_statement statement = {.type = STEME_ASSERTION};
    statement.as.assertion = (steme_assertion){
        .subject = subject,
        .predicate = text_span(property),
        .relation = STEME_RELATION_EQUAL,
        .value = {.kind = STEME_VALUE_TEXT, .text = text_span(value)},
        .confidence_millionths = 1000000,
        .source_class = STEME_CLASS_ANECDOTAL,
    };
    return statement_sign(writer, &statement, error);
}

static int set_all(statement_writer *writer)
{
    steme_error error = {0};
    text_buffer subject = TEXT_EMPTY;
    steme_status status = STEME_OK;
    text_append_format(&subject, "predicate://%s", writer->given->operands[1]);
    for (size_t i = 0; status == STEME_OK && i < PROPERTY_COUNT; i++) {
        const char *value = arguments_text(writer->given, properties[i]);
        if (value != NULL) {
            status =
                sign_property(writer, text_span(text_get(&subject)), properties[i], value, &error);
        }
    }
    int exit_code = status == STEME_OK ? statement_submit(writer, 0) : command_fail(&error);
    text_deinit(&subject);
    return exit_code;
}

static int set(const arguments *given)
{
    int exit_code = COMMAND_USAGE;
    statement_writer writer;
    if (!check_properties(given)) {
        return exit_code;
    }
    if (statement_open(given, &writer, &exit_code)) {
        exit_code = set_all(&writer);
    }
    statement_close(&writer);
    return exit_code;
}

/* ---- Showing ------------------------------------------------------------------------------ */

static void write_schema(reading *self)
{
    text_buffer line = TEXT_EMPTY;
    text_append(&line, "cardinality ");
    reading_write_text(&line, self->head, "cardinality");
    text_append(&line, ", equivalence ");
    reading_write_text(&line, self->head, "equivalence");
    puts(text_get(&line));
    text_deinit(&line);
}

static void write_record(text_buffer *cell, const json_t *item, const char *key)
{
    reading_write_text(cell, json_object_get(item, "record"), key);
}

static void write_value(text_buffer *cell, const json_t *item, const char *key)
{
    reading_write_number(cell, json_object_get(json_object_get(item, "record"), key), "value");
}

static void write_id(text_buffer *cell, const json_t *item, const char *key)
{
    reading_write_id(cell, json_object_get(item, "record"), key);
}

static void write_signer(text_buffer *cell, const json_t *item, const char *key)
{
    const json_t *signatures = json_object_get(json_object_get(item, "record"), key);
    reading_write_id(cell, json_array_get(signatures, 0), "agent_id");
    text_append(cell, json_array_size(signatures) > 1 ? "+…" : "");
}

static const reading_column columns[] = {
    {{.title = "PROPERTY"}, "predicate", write_record},
    {{.title = "VALUE"}, "object", write_value},
    {{.title = "STANDING"}, "standing", reading_write_text},
    {{.title = "SIGNED BY"}, "signatures", write_signer},
    {{.title = "RECORD"}, "id", write_id},
};

static int show(const arguments *given)
{
    reading self = {.question.kind = LIFECYCLE_ASK_PREDICATE,
                    .question.name = text_span(given->operands[1]),
                    .columns = columns,
                    .column_count = sizeof columns / sizeof columns[0],
                    .begin = write_schema};
    return reading_run_on(given, &self, NULL);
}

/* ---- The command -------------------------------------------------------------------------- */

static const choice choices[] = {
    {"set", "NAME", 1, 1, " key time cardinality unit equivalence ", set},
    {"show", "NAME", 1, 1, READING_NAMES_MOMENT, show},
    {.word = NULL},
};

static int run(const arguments *given)
{
    return choice_run(given, "predicate", choices,
                      " key time cardinality unit equivalence" READING_NAMES_MOMENT);
}

static const arguments_option options[] = {
    COMMAND_OPTIONS_DATABASE,
    STATEMENT_OPTION_KEY_OF(0),
    {.name = "cardinality",
     .value = "N",
     .kind = ARGUMENTS_TEXT,
     .words = "one many",
     .help = "set: one value at a time, or many beside each other"},
    {.name = "unit",
     .value = "U",
     .kind = ARGUMENTS_TEXT,
     .help = "set: unit of its numbers (UCUM)"},
    {.name = "equivalence",
     .value = "E",
     .kind = ARGUMENTS_TEXT,
     .help = "set: which values are one: exact, folded, normalized, number:TOLERANCE"},
    STATEMENT_OPTION_TIME,
    READING_OPTIONS_MOMENT,
    {.name = "json", .help = "print JSON"},
    {.name = NULL},
};

static const char *const examples[] = {
    "steme predicate --db claims set maintainer --cardinality many --key a.key",
    "steme predicate --db claims set height --unit m --equivalence number:0.01 --key a.key",
    "steme predicate --db claims show maintainer",
    NULL,
};

const command command_predicate = {
    .name = "predicate",
    .operands = "set NAME | show NAME",
    .summary = "say how a predicate's values compare, or show what was said",
    .details =
        "What set says are claims about predicate://NAME; it prints their ids. The newest counts,\n"
        "and under a view only those of its stewards of predicates. show prints what holds, and\n"
        "the claims. A unit is for people to read: each number carries its own, none is "
        "converted,\n"
        "and a number in another unit is another value.\n",
    .options = options,
    .examples = examples,
    .operand_count_min = 1,
    .operand_count_max = 2,
    .run = run,
};
