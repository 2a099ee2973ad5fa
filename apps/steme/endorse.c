/* steme endorse -- a signature of one's own under another's record. */
#include "steme/commands.h"
#include "steme/statement.h"

static int endorse(statement_writer *writer)
{
    int exit_code = COMMAND_USAGE;
    statement_right right;
    steme_statement statement = {.type = STEME_ENDORSEMENT};
    steme_endorsement *about = &statement.as.endorsement;
    about->reason = text_span(arguments_text(writer->given, "reason"));
    if (!statement_has_one_key(writer, "an endorsement") ||
        !command_look_up_id(writer->records, writer->given->operands[0], &about->target,
                            &exit_code) ||
        !statement_find_right(writer, &about->target, &right, &exit_code)) {
        return exit_code;
    }
    if (right == STATEMENT_RIGHT) {
        terminal_report("note: one's own record already; this adds no voice to it");
    } else if (right == STATEMENT_NOT_HELD) {
        terminal_report("note: not held here: %s; this counts once it is",
                        writer->given->operands[0]);
    }
    return statement_write(writer, &statement);
}

static int run(const arguments *given)
{
    int exit_code = COMMAND_USAGE;
    statement_writer writer;
    if (statement_open(given, &writer, &exit_code)) {
        exit_code = endorse(&writer);
    }
    statement_close(&writer);
    return exit_code;
}

static const arguments_option options[] = {COMMAND_OPTIONS_DATABASE, STATEMENT_OPTION_KEY,
                                           STATEMENT_OPTION_REASON,  STATEMENT_OPTION_TIME,
                                           STATEMENT_OPTION_JSON,    {.name = NULL}};

static const char *const examples[] = {
    "steme endorse --db claims 1a2b3c4d --key bob.key",
    NULL,
};

const command command_endorse = {
    .name = "endorse",
    .operands = "ID",
    .summary = "sign another's record as one's own word too",
    .details = "Of a claim: the endorser is one more voice for it. Of a delegation: the delegate\n"
               "takes it on, and it counts from then on. Prints the id of the endorsement.\n",
    .options = options,
    .examples = examples,
    .operand_count_min = 1,
    .operand_count_max = 1,
    .run = run,
};
