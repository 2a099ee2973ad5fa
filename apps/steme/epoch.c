/* steme epoch -- stretches of knowledge that end as a whole. */
#include <string.h>

#include "common/record_json.h"
#include "steme/choice.h"
#include "steme/commands.h"
#include "steme/reading.h"
#include "steme/statement.h"

enum { SUPERSEDED_COUNT_MAX = 64 };

typedef struct new_epoch {
    statement_writer writer;
    steme_statement statement;
    steme_id ids[SUPERSEDED_COUNT_MAX];
    size_t count;
} new_epoch;

/* ---- Which epochs ------------------------------------------------------------------------- */

static int add_id(new_epoch *self, const steme_id *id, int *out_exit)
{
    if (self->count == SUPERSEDED_COUNT_MAX) {
        terminal_report("too many epochs; a new one supersedes at most %d", SUPERSEDED_COUNT_MAX);
        *out_exit = COMMAND_USAGE;
        return 0;
    }
    self->ids[self->count++] = *id;
    return 1;
}

/* All epochs of a name; 0 after a report, also where there is none. */
static int add_named(new_epoch *self, const json_t *epochs, const char *name, int *out_exit)
{
    size_t index = 0;
    size_t before = self->count;
    json_t *epoch = NULL;
    json_array_foreach(epochs, index, epoch)
    {
        steme_id id;
        if (strcmp(reading_text(epoch, "name"), name) == 0 &&
            record_hex_from_text(reading_span(epoch, "id"), id.bytes, sizeof id.bytes) &&
            !add_id(self, &id, out_exit)) {
            return 0;
        }
    }
    if (self->count == before) {
        terminal_report("no such epoch: %s; `steme epoch list` shows them", name);
        *out_exit = COMMAND_FAULTS;
        return 0;
    }
    return 1;
}

static int is_id(const char *text)
{
    size_t size = strlen(text);
    return size >= 8 && size <= 64 && strspn(text, "0123456789abcdef") == size;
}

/* Operands: ids, the beginnings of ids, or names. */
static int find_epochs(new_epoch *self, int *out_exit)
{
    const arguments *given = self->writer.given;
    json_t *epochs = NULL;
    int is_found =
        statement_look(&self->writer, LIFECYCLE_ASK_EPOCHS, NULL, NULL, &epochs, out_exit);
    for (size_t i = 1; is_found && i < given->operand_count; i++) {
        steme_id id;
        is_found =
            is_id(given->operands[i])
                ? command_look_up_id(self->writer.records, given->operands[i], &id, out_exit) &&
                      add_id(self, &id, out_exit)
                : add_named(self, epochs, given->operands[i], out_exit);
    }
    json_decref(epochs);
    self->count = statement_sort_ids(self->ids, self->count);
    for (size_t i = 0; is_found && i < self->count; i++) {
        is_found = statement_warn_of_right(&self->writer, &self->ids[i], out_exit);
    }
    return is_found;
}

/* ---- Writing ------------------------------------------------------------------------------ */

static int create(const arguments *given)
{
    int exit_code = COMMAND_USAGE;
    statement_writer writer;
    steme_statement statement = {.type = STEME_EPOCH};
    statement.as.epoch.name = text_span(given->operands[1]);
    statement.as.epoch.description = text_span(arguments_text(given, "description"));
    if (statement_open(given, &writer, &exit_code)) {
        exit_code = statement_write(&writer, &statement);
    }
    statement_close(&writer);
    return exit_code;
}

static int supersede(const arguments *given)
{
    int exit_code = COMMAND_USAGE;
    int kind = STEME_SUPERSEDE_TEMPORAL;
    const char *name = arguments_text(given, "by");
    const char *type = arguments_text(given, "type");
    new_epoch self;
    memset(&self, 0, sizeof self);
    if (name == NULL) {
        terminal_report("missing: --by NAME; give the new epoch's name");
        return COMMAND_USAGE;
    }
    if (type != NULL) {
        (void)record_word_find(RECORD_WORDS_SUPERSESSION, text_span(type), &kind); /* a word */
    }
    if (statement_open(given, &self.writer, &exit_code) && find_epochs(&self, &exit_code)) {
        self.statement.type = STEME_EPOCH;
        self.statement.as.epoch = (steme_epoch){
            .name = text_span(name),
            .supersedes = {self.ids[0].bytes, (uint32_t)self.count, STEME_ID_SIZE},
            .kind = (steme_supersession_kind)kind,
            .description = text_span(arguments_text(given, "description")),
        };
        exit_code = statement_write(&self.writer, &self.statement);
    }
    statement_close(&self.writer);
    return exit_code;
}

/* ---- Listing ------------------------------------------------------------------------------ */

static void write_state(text_buffer *cell, const json_t *item, const char *key)
{
    (void)key;
    text_append(cell, reading_flag(item, "is_in_force") ? "in force" : "superseded");
}

static const reading_column columns[] = {
    {{.title = "EPOCH"}, "id", reading_write_id},
    {{.title = "NAME", .width_min = 8}, "name", reading_write_text},
    {{.title = "STATE"}, NULL, write_state},
    {{.title = "BY"}, "successor", reading_write_id},
    {{.title = "TIME"}, "time", reading_write_time},
    {{.title = "DESCRIPTION", .width_min = 12, .drop = 1}, "description", reading_write_text},
};

static int list(const arguments *given)
{
    reading self = {.question.kind = LIFECYCLE_ASK_EPOCHS,
                    .columns = columns,
                    .column_count = sizeof columns / sizeof columns[0]};
    return reading_run_on(given, &self, NULL);
}

/* ---- The command -------------------------------------------------------------------------- */

static const choice choices[] = {
    {"create", "NAME", 1, 1, " key time description ", create},
    {"supersede", "ID|NAME... --by NAME", 1, SUPERSEDED_COUNT_MAX, " key time description by type ",
     supersede},
    {"list", "", 0, 0, READING_NAMES_MOMENT, list},
    {.word = NULL},
};

static int run(const arguments *given)
{
    return choice_run(given, "epoch", choices,
                      " key time description by type" READING_NAMES_MOMENT);
}

static const arguments_option options[] = {
    COMMAND_OPTIONS_DATABASE,
    STATEMENT_OPTION_KEY_OF(0),
    {.name = "by",
     .value = "NAME",
     .kind = ARGUMENTS_TEXT,
     .help = "supersede: the new epoch's name"},
    {.name = "type",
     .value = "TYPE",
     .kind = ARGUMENTS_TEXT,
     .words = "invalidate temporal refine retract merge",
     .help = "supersede: what that means (default temporal)"},
    {.name = "description",
     .value = "TEXT",
     .kind = ARGUMENTS_TEXT,
     .help = "create, supersede: about the epoch, for people"},
    STATEMENT_OPTION_TIME,
    READING_OPTIONS_MOMENT,
    {.name = "json", .help = "print JSON"},
    {.name = NULL},
};

static const char *const examples[] = {
    "steme epoch --db claims create \"guideline 2025\" --key a.key",
    "steme epoch --db claims supersede \"guideline 2025\" --by \"guideline 2026\" --key a.key",
    "steme epoch --db claims list",
    NULL,
};

const command command_epoch = {
    .name = "epoch",
    .operands = "create NAME | supersede ID|NAME... | list",
    .summary = "begin an epoch, end epochs by a new one, or list them",
    .details =
        "A claim names its epoch (`steme assert --epoch ID`). Once an epoch is superseded, none "
        "of\n"
        "its claims counts, unless the epoch is asked for; the claims themselves are not touched.\n"
        "create and supersede print the new epoch's id.\n",
    .options = options,
    .examples = examples,
    .operand_count_min = 1,
    .operand_count_max = SUPERSEDED_COUNT_MAX + 1,
    .run = run,
};
