/* steme stage -- how far a record has come: proposed, under review, approved. */
#include <string.h>

#include "common/record_json.h"
#include "steme/commands.h"
#include "steme/reading.h"
#include "steme/statement.h"

/* ---- Its steps ---------------------------------------------------------------------------- */

static void write_note(text_buffer *cell, const json_t *item, const char *key)
{
    (void)key;
    if (!reading_flag(item, "has_right")) {
        text_append(cell, "no right");
    } else if (reading_flag(item, "is_illegal")) {
        text_append(cell, "no such step");
    }
}

static const reading_column columns[] = {
    {{.title = "FROM"}, "from", reading_write_text},
    {{.title = "TO"}, "to", reading_write_text},
    {{.title = "TIME"}, "time", reading_write_time},
    {{.title = "STEP"}, "record", reading_write_id},
    {{.title = "WITHOUT EFFECT"}, NULL, write_note},
};

static void write_stage(reading *self)
{
    text_buffer line = TEXT_EMPTY;
    reading_write_text(&line, self->head, "stage");
    puts(text_get(&line));
    text_deinit(&line);
}

static int show(const arguments *given)
{
    reading self = {.question.kind = LIFECYCLE_ASK_STAGE,
                    .columns = columns,
                    .column_count = sizeof columns / sizeof columns[0],
                    .begin = write_stage};
    return reading_run_on(given, &self, given->operands[0]);
}

/* ---- A step ------------------------------------------------------------------------------- */

static int is_step(const char *from, const char *to)
{
    static const char *const steps[][2] = {{"proposed", "under_review"},
                                           {"under_review", "approved"},
                                           {"under_review", "rejected"},
                                           {"approved", "deprecated"}};
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        if (strcmp(from, steps[i][0]) == 0 && strcmp(to, steps[i][1]) == 0) {
            return 1;
        }
    }
    return 0;
}

/* What steps there are from `from`. */
static const char *next_of(const char *from)
{
    return strcmp(from, "proposed") == 0       ? "under_review"
           : strcmp(from, "under_review") == 0 ? "approved or rejected"
           : strcmp(from, "approved") == 0     ? "deprecated"
                                               : "nothing";
}

static int check_step(statement_writer *writer, const steme_id *id, const char *to, int *out_exit)
{
    json_t *head = NULL;
    if (!statement_look(writer, LIFECYCLE_ASK_STAGE, id, &head, NULL, out_exit)) {
        return 0;
    }
    const char *from = reading_text(head, "stage");
    int is_allowed = is_step(from, to) || arguments_has(writer->given, "force");
    if (!is_allowed) {
        terminal_report("no such step: from %s to %s; from there it goes to %s (--force signs it "
                        "all the same)",
                        from, to, next_of(from));
        *out_exit = COMMAND_FAULTS;
    }
    json_decref(head);
    return is_allowed;
}

static int step(statement_writer *writer)
{
    int exit_code = COMMAND_USAGE;
    int to = 0;
    const arguments *given = writer->given;
    steme_statement statement = {.type = STEME_STAGE};
    steme_stage *about = &statement.as.stage;
    const char *word = arguments_text(given, "to");
    (void)record_word_find(RECORD_WORDS_STAGE, text_span(word), &to); /* it is one of the words */
    about->to = (steme_stage_name)to;
    about->reason = text_span(arguments_text(given, "reason"));
    if (!command_look_up_id(writer->records, given->operands[0], &about->target, &exit_code) ||
        !check_step(writer, &about->target, word, &exit_code) ||
        !statement_warn_of_right(writer, &about->target, &exit_code)) {
        return exit_code;
    }
    return statement_write(writer, &statement);
}

static int run(const arguments *given)
{
    static const char *const writing[] = {"reason", "time", "force"};
    static const char *const moment[] = {"view", "as-of", "recorded-as-of", "now"};
    int exit_code = COMMAND_USAGE;
    statement_writer writer;
    int is_writing = arguments_has(given, "to");
    size_t count =
        is_writing ? sizeof moment / sizeof moment[0] : sizeof writing / sizeof writing[0];
    for (size_t i = 0; i < count; i++) {
        const char *name = is_writing ? moment[i] : writing[i];
        if (arguments_has(given, name)) {
            terminal_report("--%s goes %s --to; see `steme help stage`", name,
                            is_writing ? "without" : "with");
            return exit_code;
        }
    }
    if (!is_writing) {
        return show(given);
    }
    if (statement_open(given, &writer, &exit_code)) {
        exit_code = step(&writer);
    }
    statement_close(&writer);
    return exit_code;
}

static const arguments_option options[] = {
    COMMAND_OPTIONS_DATABASE,
    {.name = "to",
     .value = "STAGE",
     .kind = ARGUMENTS_TEXT,
     .words = "under_review approved deprecated rejected",
     .help = "take the step to this stage"},
    STATEMENT_OPTION_KEY_OF(0),
    STATEMENT_OPTION_REASON,
    {.name = "force", .help = "sign a step that there is not from here, to no effect yet"},
    STATEMENT_OPTION_TIME,
    READING_OPTIONS_MOMENT,
    {.name = "json", .help = "print JSON"},
    {.name = NULL},
};

static const char *const examples[] = {
    "steme stage --db claims 1a2b3c4d",
    "steme stage --db claims 1a2b3c4d --to under_review --key a.key",
    NULL,
};

const command command_stage = {
    .name = "stage",
    .operands = "ID",
    .summary = "show a record's stage, or take it to the next",
    .details =
        "proposed, under_review, approved, deprecated; or from under_review rejected. Without "
        "--to\n"
        "the stage and its steps are shown. A step counts where one of the record's signers, or a\n"
        "steward of the reader's view, signed it. Prints the id of the step.\n",
    .options = options,
    .examples = examples,
    .operand_count_min = 1,
    .operand_count_max = 1,
    .run = run,
};
