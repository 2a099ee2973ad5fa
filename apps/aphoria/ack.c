/* aphoria ack -- a finding that is known and left, with the reason, until a day. */
#include <stdlib.h>
#include <string.h>

#include "aphoria/commands.h"
#include "aphoria/decisions/signer.h"
#include "aphoria/session.h"
#include "common/output.h"
#include "common/terminal.h"
#include "common/text.h"
#include "common/time_text.h"

enum { PREFIX_SIZE_MIN = 6, FINGERPRINT_DIGITS = 32 };

/* ---- One ---------------------------------------------------------------------------------- */

/* The findings that begin with `digits`; several of one fingerprint are one. */
static const judgement *find(const session *self, const char *digits)
{
    const judgement *found = NULL;
    for (size_t i = 0; i < self->tree.seen.count; i++) {
        const judgement *each = &self->judgements[i];
        if (each->outcome == OUTCOME_PASS ||
            strncmp(each->fingerprint, digits, strlen(digits)) != 0) {
            continue;
        }
        if (found != NULL && strcmp(found->fingerprint, each->fingerprint) != 0) {
            terminal_report("%s: begins several findings; give more digits", digits);
            return NULL;
        }
        found = each;
    }
    if (found == NULL) {
        terminal_report("%s: no finding begins with that; `aphoria scan` shows them", digits);
    }
    return found;
}

/* 2027-01-01, or with a time. 0 after a report. */
static int read_end(const arguments *given, const char *name, steme_assertion *to)
{
    steme_error error = {0};
    int64_t end_ns = 0;
    const char *text = arguments_text(given, name);
    if (text == NULL) {
        return 1;
    }
    if (time_text_to_ns(text_span(text), &end_ns, &error) != STEME_OK) {
        terminal_report("--%s: %s", name, error.message);
        return 0;
    }
    to->has_valid_to = 1;
    to->valid_to_s = end_ns / 1000000000;
    if (to->valid_to_s <= time(NULL)) {
        terminal_report("--%s: %s is over; give a day to come", name, text);
        return 0;
    }
    return 1;
}

static int write_ack(const session *self, const char *fingerprint, const judgement *of,
                     const char *path, const char *reason, const steme_key *key)
{
    arena memory = ARENA_EMPTY;
    steme_statement statement = {.type = STEME_ASSERTION};
    steme_assertion *to = &statement.as.assertion;
    steme_text_pair pairs[4] = {{text_span("reason"), text_span(reason)}};
    uint32_t pair_count = 1;
    if (of != NULL) {
        pairs[pair_count++] = (steme_text_pair){text_span("rule"), text_span(of->seen->match->id)};
        pairs[pair_count++] = (steme_text_pair){text_span("path"), text_span(path)};
        if (of->seen->text[0] != '\0') {
            pairs[pair_count++] = (steme_text_pair){text_span("code"), text_span(of->seen->text)};
        }
    }
    to->subject = text_span(decisions_subject(&self->project, fingerprint, &memory));
    to->predicate = text_span(DECISIONS_ACK);
    to->relation = of == NULL ? STEME_RELATION_NONE : STEME_RELATION_EQUAL;
    to->value = (steme_value){.kind = STEME_VALUE_BOOLEAN, .boolean = 1};
    to->confidence_millionths = 1000000;
    to->source_class = STEME_CLASS_EXPERT;
    to->metadata = (steme_metadata){.pairs = pairs, .count = pair_count};
    int is_done = read_end(self->given, "expires", to) &&
                  ledger_append(&self->project, LEDGER_ACKS, &statement, 1, key);
    arena_deinit(&memory);
    return is_done;
}

static int acknowledge(session *self, const char *digits, const char *reason, const steme_key *key)
{
    text_buffer path = TEXT_EMPTY;
    int exit_code = COMMAND_USAGE;
    if (!session_scan(self) || !session_judge(self)) {
        return self->exit_code;
    }
    const judgement *of = find(self, digits);
    if (of != NULL) {
        text_append(&path, self->folder);
        text_append_escaped(&path, text_span(of->seen->path));
        if (write_ack(self, of->fingerprint, of, text_get(&path), reason, key)) {
            printf("%s acknowledged: %s:%u  %s\n", of->fingerprint, text_get(&path), of->seen->line,
                   of->seen->match->id);
            exit_code = COMMAND_DONE;
        }
    }
    text_deinit(&path);
    return exit_code;
}

/* ---- Taking back -------------------------------------------------------------------------- */

/* "finding://shop/0123…" -> the digits. */
static const char *fingerprint_of_entry(const ledger_entry *entry, arena *memory)
{
    steme_span subject = entry->statement.as.assertion.subject;
    size_t size = subject.size < FINGERPRINT_DIGITS ? subject.size : FINGERPRINT_DIGITS;
    return arena_copy(memory, subject.bytes + subject.size - size, size);
}

static int take_back(session *self, const char *digits, const char *reason, const steme_key *key)
{
    ledger acks;
    const char *found = NULL;
    int is_several = 0;
    int exit_code = COMMAND_USAGE;
    int is_read = ledger_read(&acks, &self->project, LEDGER_ACKS);
    for (size_t i = 0; is_read && i < acks.count; i++) {
        const char *each = fingerprint_of_entry(&acks.entries[i], &acks.memory);
        if (strncmp(each, digits, strlen(digits)) == 0) {
            is_several = found != NULL;
            found = each;
        }
    }
    if (is_several) {
        terminal_report("%s: begins several acknowledgements; give more digits", digits);
    } else if (is_read && found == NULL) {
        terminal_report("%s: no acknowledgement begins with that; see `aphoria ack --list`",
                        digits);
    } else if (is_read && write_ack(self, found, NULL, "", reason, key)) {
        printf("%s is acknowledged no more\n", found);
        exit_code = COMMAND_DONE;
    }
    ledger_close(&acks);
    return exit_code;
}

/* ---- The list ----------------------------------------------------------------------------- */

static const char *state_of(const session *self, const ledger_entry *entry, arena *memory)
{
    const steme_assertion *said = &entry->statement.as.assertion;
    const char *fingerprint = fingerprint_of_entry(entry, memory);
    if (said->has_valid_to && said->valid_to_s <= self->decided.now_s) {
        return "expired";
    }
    for (size_t i = 0; i < self->tree.seen.count; i++) {
        if (self->judgements[i].outcome != OUTCOME_PASS &&
            strcmp(self->judgements[i].fingerprint, fingerprint) == 0) {
            return "active";
        }
    }
    return "unused";
}

static const char *end_of(const ledger_entry *entry, arena *memory)
{
    const steme_assertion *said = &entry->statement.as.assertion;
    if (!said->has_valid_to) {
        return "";
    }
    char day[32];
    struct tm parts;
    time_t until = (time_t)said->valid_to_s;
    gmtime_r(&until, &parts);
    size_t size = strftime(day, sizeof day, "%Y-%m-%d", &parts);
    return arena_copy(memory, day, size);
}

static void list_entry(const session *self, const ledger_entry *entry, int is_json, arena *memory)
{
    const struct {
        const char *name;
        const char *value;
    } fields[] = {
        {"fingerprint", fingerprint_of_entry(entry, memory)},
        {"state", state_of(self, entry, memory)},
        {"by", entry->signer->name},
        {"expires", end_of(entry, memory)},
        {"rule", ledger_text(entry, "rule", memory)},
        {"path", ledger_text(entry, "path", memory)},
        {"reason", ledger_text(entry, "reason", memory)},
    };
    json_t *object = json_object();
    text_buffer line = TEXT_EMPTY;
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        output_set(object, fields[i].name, json_string(fields[i].value));
        text_append(&line, i == 0 ? "" : "  ");
        text_append_escaped(&line, text_span(fields[i].value));
    }
    if (is_json) {
        output_list_add(object);
    } else {
        json_decref(object);
        printf("%s\n", text_get(&line));
    }
    text_deinit(&line);
}

static int list(session *self)
{
    arena memory = ARENA_EMPTY;
    int is_json = arguments_has(self->given, "json");
    if (!session_scan(self) || !session_judge(self)) {
        return self->exit_code;
    }
    if (is_json) {
        output_list_begin(output_object(), "acknowledgements");
    }
    for (size_t i = 0; i < self->decided.acks.count; i++) {
        list_entry(self, &self->decided.acks.entries[i], is_json, &memory);
    }
    if (is_json) {
        output_list_end();
    }
    arena_deinit(&memory);
    return COMMAND_DONE;
}

/* ---- The command -------------------------------------------------------------------------- */

static int decide(session *self, const char *digits, const char *reason)
{
    steme_key key;
    if (!signer_load(self->given, &key)) {
        return COMMAND_USAGE;
    }
    int exit_code = arguments_has(self->given, "remove") ? take_back(self, digits, reason, &key)
                                                         : acknowledge(self, digits, reason, &key);
    steme_key_wipe(&key);
    return exit_code;
}

static int is_complete(const arguments *given, const char *digits, const char *reason)
{
    if (digits == NULL || strlen(digits) < PREFIX_SIZE_MIN) {
        terminal_report("which finding? Give its fingerprint, or at least its first %d digits",
                        (int)PREFIX_SIZE_MIN);
        return 0;
    }
    if (strspn(digits, "0123456789abcdef") != strlen(digits)) {
        terminal_report("%s: no fingerprint; `aphoria scan` shows them", digits);
        return 0;
    }
    if (reason == NULL) {
        terminal_report("why? Give --reason TEXT: %s", arguments_has(given, "remove")
                                                           ? "what has changed"
                                                           : "what makes it right to leave it");
        return 0;
    }
    return 1;
}

static int run(const arguments *given)
{
    session self;
    const char *reason = arguments_text(given, "reason");
    const char *digits = given->operand_count > 0 ? given->operands[0] : NULL;
    int is_list = arguments_has(given, "list");
    if (!is_list && !is_complete(given, digits, reason)) {
        return COMMAND_USAGE;
    }
    const char *root = arguments_text(given, "in");
    int exit_code = COMMAND_USAGE;
    if (session_open(&self, given, root)) {
        exit_code = is_list ? list(&self) : decide(&self, digits, reason);
    }
    session_close(&self);
    return exit_code;
}

static const arguments_option options[] = {
    {.name = "reason",
     .value = "TEXT",
     .kind = ARGUMENTS_TEXT,
     .help = "why it is left; everybody reads it"},
    {.name = "expires",
     .value = "T",
     .kind = ARGUMENTS_TIME,
     .help = "until then, RFC 3339 (default: for good)"},
    {.name = "remove", .help = "take an acknowledgement back"},
    {.name = "list", .help = "list all: active, expired, or unused, for no finding has it"},
    {.name = "json", .help = "--list: print one JSON document"},
    {.name = "in",
     .value = "PATH",
     .kind = ARGUMENTS_FOLDER,
     .help = "scan this (default: the folder that we are in)"},
    SESSION_OPTIONS,
    SIGNER_OPTION,
    {.name = NULL},
};

static const char *const examples[] = {
    "aphoria ack 5c9d01ab --reason \"loopback only\" --expires 2027-06-30",
    "aphoria ack 5c9d01ab --remove --reason \"it listens outside now\"",
    "aphoria ack --list",
    NULL,
};

const command command_ack = {
    .name = "ack",
    .operands = "[FINGERPRINT]",
    .summary = "acknowledge a finding: leave it, and say why",
    .details = "The acknowledgement is a signed line of .aphoria/acks.jsonl: commit it. It holds\n"
               "wherever the code moves to, until the code itself changes or the day has come.\n",
    .options = options,
    .examples = examples,
    .operand_count_max = 1,
    .run = run,
};
