/* steme key -- one's keys: exchanging, ending, lending them. */
#include <string.h>

#include "steme/choice.h"
#include "steme/commands.h"
#include "steme/reading.h"
#include "steme/statement.h"

static int read_agent(const arguments *given, steme_key_statement *about)
{
    steme_id agent;
    if (!command_parse_id(given->operands[1], "not an agent", &agent)) {
        return 0;
    }
    memcpy(about->key.bytes, agent.bytes, sizeof about->key.bytes);
    return 1;
}

/* ---- Rotate ------------------------------------------------------------------------------- */

/* A revoked key can be rotated away no more. */
static int warn_of_revoked(statement_writer *writer, int *out_exit)
{
    for (uint32_t i = 0; i < writer->keys.count; i++) {
        json_t *head = NULL;
        steme_id id;
        memcpy(id.bytes, writer->keys.keys[i].agent.bytes, sizeof id.bytes);
        if (!statement_look(writer, LIFECYCLE_ASK_KEY, &id, &head, NULL, out_exit)) {
            return 0;
        }
        if (!reading_flag(head, "counts")) {
            terminal_report("note: no effect: %.12s is revoked", reading_text(head, "agent"));
        }
        json_decref(head);
    }
    return 1;
}

static int rotate(const arguments *given)
{
    steme_error error = {0};
    steme_key key;
    steme_statement statement = {.as.key.kind = STEME_KEY_ROTATE};
    if (arguments_count(given, "key") != 2) {
        terminal_report("a rotation is signed by both keys; give --key OLD --key NEW");
        return COMMAND_USAGE;
    }
    /* The second is the new one; signers are sorted, so their order does not tell. */
    if (steme_key_load(arguments_text_at(given, "key", 1), &key, &error) != STEME_OK) {
        return command_fail(&error);
    }
    statement.as.key.key = key.agent;
    steme_key_wipe(&key);
    int exit_code = COMMAND_USAGE;
    statement_writer writer;
    statement.type = STEME_KEY;
    if (statement_open(given, &writer, &exit_code) && warn_of_revoked(&writer, &exit_code)) {
        exit_code = statement_write(&writer, &statement);
    }
    statement_close(&writer);
    return exit_code;
}

/* ---- Revoke ------------------------------------------------------------------------------- */

/* 1 where a key is the one revoked or of its identity, or it cannot be told. */
static int warn_of_right(statement_writer *writer, const steme_agent *agent, int *out_exit)
{
    int has_right = 0;
    json_t *revoked = NULL;
    steme_id id;
    memcpy(id.bytes, agent->bytes, sizeof id.bytes);
    if (!statement_look(writer, LIFECYCLE_ASK_KEY, &id, &revoked, NULL, out_exit)) {
        return 0;
    }
    for (uint32_t i = 0; i < writer->keys.count; i++) {
        json_t *own = NULL;
        memcpy(id.bytes, writer->keys.keys[i].agent.bytes, sizeof id.bytes);
        if (!statement_look(writer, LIFECYCLE_ASK_KEY, &id, &own, NULL, out_exit)) {
            json_decref(revoked);
            return 0;
        }
        has_right |= strcmp(reading_text(own, "identity"), reading_text(revoked, "identity")) == 0;
        json_decref(own);
    }
    json_decref(revoked);
    if (!has_right) {
        terminal_report(
            "note: no effect: a key is revoked by itself, or by another that a rotation "
            "joins it to");
    }
    return 1;
}

static int revoke(const arguments *given)
{
    int exit_code = COMMAND_USAGE;
    statement_writer writer;
    steme_error error = {0};
    steme_statement statement = {.type = STEME_KEY, .as.key.kind = STEME_KEY_REVOKE};
    steme_key_statement *about = &statement.as.key;
    if (!read_agent(given, about) ||
        !command_read_time(given, "from", &about->has_from, &about->from_ns)) {
        return exit_code;
    }
    if (statement_open(given, &writer, &exit_code) &&
        warn_of_right(&writer, &about->key, &exit_code)) {
        if (!about->has_from) {
            exit_code = statement_stamp(&writer, &statement, &error) == STEME_OK
                            ? COMMAND_DONE
                            : command_fail(&error);
            about->has_from = 1;
            about->from_ns = statement.claim_time_ns;
        }
        if (error.status == STEME_OK) {
            exit_code = statement_write(&writer, &statement);
        }
    }
    statement_close(&writer);
    return exit_code;
}

/* ---- Delegate ----------------------------------------------------------------------------- */

static int delegate(const arguments *given)
{
    steme_statement statement = {.as.key.kind = STEME_KEY_DELEGATE};
    steme_key_statement *about = &statement.as.key;
    about->scope = text_span(arguments_text(given, "scope"));
    if (!read_agent(given, about) ||
        !command_read_time(given, "from", &about->has_from, &about->from_ns) ||
        !command_read_time(given, "until", &about->has_until, &about->until_ns)) {
        return COMMAND_USAGE;
    }
    int exit_code = COMMAND_USAGE;
    statement_writer writer;
    statement.type = STEME_KEY;
    if (statement_open(given, &writer, &exit_code)) {
        exit_code = statement_write(&writer, &statement);
    }
    if (exit_code == COMMAND_DONE) {
        text_buffer digits = TEXT_EMPTY;
        text_append_hex(&digits, writer.signed_records[0].id.bytes, STEME_ID_SIZE);
        terminal_note("It counts once the delegate endorses it: steme endorse %s --key "
                      "DELEGATE.key",
                      text_get(&digits));
        text_deinit(&digits);
    }
    statement_close(&writer);
    return exit_code;
}

/* ---- Show --------------------------------------------------------------------------------- */

static void write_note(text_buffer *cell, const json_t *item, const char *key)
{
    (void)key;
    if (json_object_get(item, "is_endorsed") != NULL && !reading_flag(item, "is_endorsed")) {
        text_append(cell, "not endorsed yet");
    }
    if (json_object_get(item, "has_effect") != NULL && !reading_flag(item, "has_effect")) {
        text_append(cell, "no effect");
    }
}

static const reading_column columns[] = {
    {{.title = "STATEMENT"}, "kind", reading_write_text},
    {{.title = "KEY"}, "key", reading_write_id},
    {{.title = "SIGNED BY"}, "signers", reading_write_ids},
    {{.title = "FROM"}, "from", reading_write_time},
    {{.title = "UNTIL"}, "until", reading_write_time},
    {{.title = "SCOPE", .width_min = 8}, "scope", reading_write_text},
    {{.title = "RECORD"}, "record", reading_write_id},
    {{.title = "NOTE"}, NULL, write_note},
};

static void write_keys(reading *self)
{
    size_t index = 0;
    json_t *each = NULL;
    text_buffer line = TEXT_EMPTY;
    text_append(&line, "identity ");
    reading_write_text(&line, self->head, "identity");
    text_append(&line, "\n");
    json_array_foreach(json_object_get(self->head, "keys"), index, each)
    {
        text_append(&line, "key      ");
        reading_write_text(&line, each, "key");
        text_append(&line, reading_flag(each, "counts") ? "" : "  does not count now");
        text_append(&line, "\n");
    }
    fputs(text_get(&line), stdout);
    text_deinit(&line);
}

static int show(const arguments *given)
{
    reading self = {.question.kind = LIFECYCLE_ASK_KEY,
                    .question.name = text_span(arguments_text(given, "subject")),
                    .columns = columns,
                    .column_count = sizeof columns / sizeof columns[0],
                    .begin = write_keys};
    return reading_run_on(given, &self, given->operands[1]);
}

/* ---- The command -------------------------------------------------------------------------- */

static const choice choices[] = {
    {"rotate", "--key OLD --key NEW", 0, 0, " key time ", rotate},
    {"revoke", "AGENT", 1, 1, " key time from ", revoke},
    {"delegate", "AGENT", 1, 1, " key time from until scope ", delegate},
    {"show", "AGENT", 1, 1, " subject" READING_NAMES_MOMENT, show},
    {.word = NULL},
};

static int run(const arguments *given)
{
    return choice_run(given, "key", choices,
                      " key time from until scope subject" READING_NAMES_MOMENT);
}

static const arguments_option options[] = {
    COMMAND_OPTIONS_DATABASE,
    STATEMENT_OPTION_KEY_OF(0),
    {.name = "from",
     .value = "T",
     .kind = ARGUMENTS_TIME,
     .help = "revoke: what it signs with this claim time or a later one does not count (default "
             "now); delegate: from when on"},
    {.name = "until", .value = "T", .kind = ARGUMENTS_TIME, .help = "delegate: until before T"},
    {.name = "scope",
     .value = "S",
     .kind = ARGUMENTS_TEXT,
     .help = "delegate: about this subject and all below it (default everything)"},
    {.name = "subject",
     .value = "S",
     .kind = ARGUMENTS_TEXT,
     .help = "show: whose word it is about this subject"},
    STATEMENT_OPTION_TIME,
    READING_OPTIONS_MOMENT,
    {.name = "json", .help = "print JSON"},
    {.name = NULL},
};

static const char *const examples[] = {
    "steme key --db claims rotate --key old.key --key new.key",
    "steme key --db claims revoke AGENT --from 2026-03-01 --key new.key",
    "steme key --db claims delegate AGENT --scope drug --until 2027-01-01 --key a.key",
    "steme key --db claims show AGENT",
    NULL,
};

const command command_key = {
    .name = "key",
    .operands = "rotate | revoke AGENT | delegate AGENT | show AGENT",
    .summary = "exchange, revoke or lend keys, and show whose word a key is",
    .details =
        "Keys that rotations join are one identity, which counts once. A revocation ends a key "
        "from\n"
        "a claim time on. A delegation lets AGENT's key speak for one's own identity; it counts\n"
        "once AGENT endorses it. AGENT is 64 hexadecimal digits, as `steme keygen` prints them.\n"
        "Each prints the id of its record.\n",
    .options = options,
    .examples = examples,
    .operand_count_min = 1,
    .operand_count_max = 2,
    .run = run,
};
