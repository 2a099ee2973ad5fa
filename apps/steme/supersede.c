/* steme supersede -- says that records are wrong, outdated, or replaced by another. */
#include <stdlib.h>
#include <string.h>

#include "common/record_json.h"
#include "steme/commands.h"
#include "steme/reading.h"
#include "steme/statement.h"

enum { TARGET_COUNT_MAX = 64 };

typedef struct superseding {
    statement_writer writer;
    steme_statement statement;
    steme_id targets[TARGET_COUNT_MAX];
    steme_id replacement;
} superseding;

/* What is known to be wrong before anything is looked at. */
static int read_kind(const arguments *given, steme_supersession *about)
{
    int kind = 0;
    const char *word = arguments_text(given, "type");
    (void)record_word_find(RECORD_WORDS_SUPERSESSION, text_span(word), &kind); /* of the words */
    about->kind = (steme_supersession_kind)kind;
    about->reason = text_span(arguments_text(given, "reason"));
    if (about->kind == STEME_SUPERSEDE_RETRACT && arguments_has(given, "by")) {
        terminal_report("--by: a retraction has no replacement; leave it out, or use --type "
                        "invalidate");
        return 0;
    }
    if (about->kind == STEME_SUPERSEDE_MERGE && !arguments_has(given, "by")) {
        terminal_report("missing: --by ID; a merge says into what");
        return 0;
    }
    return 1;
}

static int find_ids(superseding *self, int *out_exit)
{
    const arguments *given = self->writer.given;
    steme_supersession *about = &self->statement.as.supersession;
    const char *by = arguments_text(given, "by");
    for (size_t i = 0; i < given->operand_count; i++) {
        if (!command_look_up_id(self->writer.records, given->operands[i], &self->targets[i],
                                out_exit)) {
            return 0;
        }
    }
    size_t count = statement_sort_ids(self->targets, given->operand_count);
    about->targets = (steme_id_list){
        .first = self->targets[0].bytes, .count = (uint32_t)count, .stride = STEME_ID_SIZE};
    if (by == NULL) {
        return 1;
    }
    if (!command_look_up_id(self->writer.records, by, &self->replacement, out_exit)) {
        return 0;
    }
    about->replacement =
        (steme_id_list){.first = self->replacement.bytes, .count = 1, .stride = STEME_ID_SIZE};
    for (size_t i = 0; i < count; i++) {
        if (memcmp(&self->targets[i], &self->replacement, sizeof self->replacement) == 0) {
            terminal_report("--by: %s; a record cannot replace itself", by);
            *out_exit = COMMAND_USAGE;
            return 0;
        }
    }
    return 1;
}

/* A chain that leads from the replacement to a target would be closed to a cycle. */
static int warn_of_cycle(superseding *self, int *out_exit)
{
    json_t *head = NULL;
    if (self->statement.as.supersession.replacement.count == 0) {
        return 1;
    }
    if (!statement_look(&self->writer, LIFECYCLE_ASK_RECORD, &self->replacement, &head, NULL,
                        out_exit)) {
        return 0;
    }
    for (uint32_t i = 0; i < self->statement.as.supersession.targets.count; i++) {
        text_buffer digits = TEXT_EMPTY;
        text_append_hex(&digits, self->targets[i].bytes, sizeof self->targets[i].bytes);
        if (strcmp(text_get(&digits), reading_text(head, "head")) == 0) {
            terminal_report("note: %.12s replaces the record given by --by; this closes a cycle, "
                            "and has no effect",
                            text_get(&digits));
        }
        text_deinit(&digits);
    }
    json_decref(head);
    return 1;
}

static int check_targets(superseding *self, int *out_exit)
{
    const steme_supersession *about = &self->statement.as.supersession;
    statement_right right;
    for (uint32_t i = 0; i < about->targets.count; i++) {
        if (about->kind != STEME_SUPERSEDE_RETRACT || arguments_has(self->writer.given, "force")) {
            if (!statement_warn_of_right(&self->writer, &self->targets[i], out_exit)) {
                return 0;
            }
            continue;
        }
        if (!statement_find_right(&self->writer, &self->targets[i], &right, out_exit)) {
            return 0;
        }
        if (right == STATEMENT_NO_RIGHT) {
            text_buffer digits = TEXT_EMPTY;
            text_append_hex(&digits, self->targets[i].bytes, sizeof self->targets[i].bytes);
            terminal_report("not yours: %.12s; only who signed a record retracts it: use --type "
                            "invalidate, or --force",
                            text_get(&digits));
            text_deinit(&digits);
            *out_exit = COMMAND_FAULTS;
            return 0;
        }
    }
    return 1;
}

static int supersede(superseding *self)
{
    int exit_code = COMMAND_USAGE;
    if (!find_ids(self, &exit_code) || !check_targets(self, &exit_code) ||
        !warn_of_cycle(self, &exit_code)) {
        return exit_code;
    }
    return statement_write(&self->writer, &self->statement);
}

static int run(const arguments *given)
{
    int exit_code = COMMAND_USAGE;
    superseding self;
    memset(&self, 0, sizeof self);
    self.statement.type = STEME_SUPERSESSION;
    if (!read_kind(given, &self.statement.as.supersession)) {
        return exit_code;
    }
    if (statement_open(given, &self.writer, &exit_code)) {
        exit_code = supersede(&self);
    }
    statement_close(&self.writer);
    return exit_code;
}

static const arguments_option options[] = {
    COMMAND_OPTIONS_DATABASE,
    STATEMENT_OPTION_KEY,
    {.name = "type",
     .value = "TYPE",
     .kind = ARGUMENTS_TEXT,
     .words = "invalidate temporal refine retract merge",
     .is_required = 1,
     .help = "it was wrong; the world moved on; said more precisely; taken back; made one"},
    {.name = "by", .value = "ID", .kind = ARGUMENTS_ID, .help = "the record that replaces them"},
    {.name = "reason",
     .value = "TEXT",
     .kind = ARGUMENTS_TEXT,
     .is_required = 1,
     .help = "why, for people"},
    {.name = "force", .help = "retract others' records all the same, to no effect"},
    STATEMENT_OPTION_TIME,
    STATEMENT_OPTION_JSON,
    {.name = NULL},
};

static const char *const examples[] = {
    "steme supersede 1a2b3c4d --by 5e6f7a8b --type temporal --reason \"2026 edition\" --key a.key",
    "steme supersede 1a2b3c4d --type retract --reason \"typing error\" --key a.key",
    NULL,
};

const command command_supersede = {
    .name = "supersede",
    .operands = "ID...",
    .summary = "mark records as wrong, outdated, replaced or taken back",
    .details =
        "Nothing is deleted: a superseded record stays, and stops counting. That holds where one\n"
        "of its signers says so, or for a reader whose view makes the signer a steward; a note\n"
        "tells where it is neither. Prints the id of the supersession, which can be retracted.\n",
    .options = options,
    .examples = examples,
    .operand_count_min = 1,
    .operand_count_max = TARGET_COUNT_MAX,
    .run = run,
};
