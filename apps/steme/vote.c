/* steme vote -- a signed opinion about a record. */
#include "common/record_json.h"
#include "steme/commands.h"
#include "steme/reading.h"
#include "steme/statement.h"

static int read_weight(const arguments *given, steme_vote *vote)
{
    steme_error error = {0};
    int64_t weight = 0;
    const char *text = arguments_text(given, "weight");
    if (record_millionths_from_text(text_span(text), &weight, &error) != STEME_OK) {
        terminal_report("--weight: %s", error.message);
        return 0;
    }
    if (weight < -1000000 || weight > 1000000) {
        terminal_report("--weight: %s; it is from -1 to 1", text);
        return 0;
    }
    vote->weight_millionths = (int32_t)weight;
    vote->reason = text_span(arguments_text(given, "reason"));
    return 1;
}

/* Says what will make nothing of the vote; it is cast all the same. */
static int warn(statement_writer *writer, const steme_id *target, int *out_exit)
{
    statement_right right;
    if (!statement_find_right(writer, target, &right, out_exit)) {
        return 0;
    }
    if (right == STATEMENT_RIGHT) {
        terminal_report("note: a vote on one's own record is shown, and counts nothing");
    } else if (right == STATEMENT_NOT_HELD) {
        terminal_report("note: not held here: %s; the vote counts once it is",
                        writer->given->operands[0]);
    }
    return 1;
}

static int vote(statement_writer *writer, steme_statement *statement)
{
    int exit_code = COMMAND_USAGE;
    steme_vote *about = &statement->as.vote;
    if (!statement_has_one_key(writer, "a vote") ||
        !command_look_up_id(writer->records, writer->given->operands[0], &about->target,
                            &exit_code) ||
        !warn(writer, &about->target, &exit_code)) {
        return exit_code;
    }
    return statement_write(writer, statement);
}

static int run(const arguments *given)
{
    int exit_code = COMMAND_USAGE;
    statement_writer writer;
    steme_statement statement = {.type = STEME_VOTE};
    if (!read_weight(given, &statement.as.vote)) {
        return exit_code;
    }
    if (statement_open(given, &writer, &exit_code)) {
        exit_code = vote(&writer, &statement);
    }
    statement_close(&writer);
    return exit_code;
}

static const arguments_option options[] = {
    COMMAND_OPTIONS_DATABASE,
    STATEMENT_OPTION_KEY,
    {.name = "weight",
     .value = "W",
     .kind = ARGUMENTS_TEXT,
     .is_required = 1,
     .help = "from -1 (against) to 1 (for), up to six digits; 0 takes an earlier vote back"},
    STATEMENT_OPTION_REASON,
    STATEMENT_OPTION_TIME,
    STATEMENT_OPTION_JSON,
    {.name = NULL},
};

static const char *const examples[] = {
    "steme vote --db claims 1a2b3c4d --weight 1 --key bob.key",
    "steme vote --db claims 1a2b3c4d --weight -0.5 --reason \"small sample\" --key bob.key",
    NULL,
};

const command command_vote = {
    .name = "vote",
    .operands = "ID",
    .summary = "say how far a record is to be believed",
    .details =
        "Prints the id of the vote. Of one's votes on a record the latest counts. A vote on a\n"
        "record that is not held yet is kept, and counts once the record is here.\n",
    .options = options,
    .examples = examples,
    .operand_count_min = 1,
    .operand_count_max = 1,
    .run = run,
};
