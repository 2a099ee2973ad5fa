/* aphoria claims -- what the team claims of its own code, and whether it is so. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "aphoria/authority/demand_read.h"
#include "aphoria/commands.h"
#include "aphoria/decisions/claims.h"
#include "aphoria/decisions/signer.h"
#include "aphoria/report/report.h"
#include "aphoria/session.h"
#include "common/output.h"
#include "common/record_json.h"
#include "common/table.h"
#include "common/terminal.h"
#include "common/text.h"

enum { NAME_SIZE_MAX = 100, PATH_SIZE_MAX = 1024 };

/* ---- Making and taking back ---------------------------------------------------------------- */

static int is_name(const char *text)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789._-";
    if (text[0] != '\0' && strlen(text) <= NAME_SIZE_MAX && text[strspn(text, allowed)] == '\0') {
        return 1;
    }
    terminal_report("no name of a claim: %s; it is letters, digits, '.', '_' and '-', at most %d",
                    text, (int)NAME_SIZE_MAX);
    return 0;
}

static int is_blank(const char *text)
{
    return text == NULL || text[strspn(text, " \t\r\n")] == '\0';
}

/* "./src/" as "src"; "." as "*". Free it. */
static char *plain_path(const char *text)
{
    while (strncmp(text, "./", 2) == 0) {
        text += 2;
    }
    char *copy = text_duplicate(text[0] == '\0' || strcmp(text, ".") == 0 ? "*" : text);
    for (size_t size = strlen(copy); size > 1 && copy[size - 1] == '/'; size--) {
        copy[size - 1] = '\0';
    }
    return copy;
}

static int write_one(const arguments *given, const project *of, const claim *made)
{
    steme_key key;
    if (!signer_load(given, &key)) {
        return COMMAND_USAGE;
    }
    int is_written = claim_write(of, made, &key);
    steme_key_wipe(&key);
    return is_written ? COMMAND_DONE : COMMAND_USAGE;
}

static int create(const arguments *given, const project *of, const corpus *said)
{
    claim made = {.reason = arguments_text(given, "reason")};
    const char *path = arguments_text(given, "path");
    if (given->operand_count < 4) {
        terminal_report("write `aphoria claims create NAME CONCEPT VALUE --path GLOB "
                        "--reason TEXT`");
        return COMMAND_USAGE;
    }
    made.name = given->operands[1];
    if (!is_name(made.name) ||
        !demand_read(said, given->operands[2], arguments_text(given, "relation"),
                     given->operands[3], &made.demanded)) {
        return COMMAND_USAGE;
    }
    if (path == NULL || strlen(path) > PATH_SIZE_MAX || path[0] == '/') {
        terminal_report("of which files? Give --path GLOB, from the project's top: 'src/*.py'");
        return COMMAND_USAGE;
    }
    if (is_blank(made.reason)) {
        terminal_report("why? Give --reason TEXT: whoever breaks the claim reads it");
        return COMMAND_USAGE;
    }
    char *plain = plain_path(path);
    made.path = plain;
    int exit_code = write_one(given, of, &made);
    if (exit_code == COMMAND_DONE) {
        terminal_note("%s is claimed; `aphoria claims verify` holds it against the code; commit "
                      ".aphoria/%s",
                      made.name, ledger_file(LEDGER_CLAIMS));
    }
    free(plain);
    return exit_code;
}

static const claim *find(const claim_list *claims, const char *name)
{
    const claim *found = claim_find(claims, name);
    if (found == NULL) {
        terminal_report("no such claim: %s; `aphoria claims list` has them", name);
    }
    return found;
}

static int take_back(const arguments *given, const project *of, const claim_list *claims)
{
    if (given->operand_count != 2) {
        terminal_report("write `aphoria claims remove NAME`");
        return COMMAND_USAGE;
    }
    const claim *found = find(claims, given->operands[1]);
    if (found == NULL) {
        return COMMAND_FAULTS;
    }
    claim gone = *found;
    gone.demanded.relation = STEME_RELATION_NONE;
    gone.path = NULL;
    gone.reason = arguments_text(given, "reason");
    return write_one(given, of, &gone);
}

/* ---- The list ----------------------------------------------------------------------------- */

static json_t *claim_json(const claim *of)
{
    json_t *made = json_object();
    output_set(made, "name", report_json_text(of->name));
    output_set(made, "concept", report_json_text(of->demanded.about->id));
    output_set(made, "relation",
               report_json_text(record_word(RECORD_WORDS_RELATION, (int)of->demanded.relation)));
    output_set(made, "value", record_value_to_json(&of->entry->statement.as.assertion.value));
    output_set(made, "path", report_json_text(of->path));
    output_set(made, "reason", report_json_text(of->reason));
    output_set(made, "signer", report_json_text(of->entry->signer->name));
    return made;
}

static void add_row(table *rows, const claim *of)
{
    text_buffer demanded = TEXT_EMPTY;
    demand_append(&demanded, &of->demanded);
    table_add_data(rows, text_span(of->name));
    table_add(rows, of->demanded.about->id);
    table_add_data(rows, text_span(text_get(&demanded)));
    table_add_data(rows, text_span(of->path));
    table_add_data(rows, text_span(of->entry->signer->name));
    table_add_data(rows, text_span(of->reason));
    text_deinit(&demanded);
}

static int list(const claim_list *claims, int is_json)
{
    static const table_column columns[] = {{.title = "NAME"},
                                           {.title = "CONCEPT"},
                                           {.title = "CLAIM", .width_min = 8},
                                           {.title = "PATH", .width_min = 12},
                                           {.title = "SIGNER", .drop = 1},
                                           {.title = "REASON", .width_min = 20}};
    if (is_json) {
        output_list_begin(output_object(), "claims");
        for (size_t i = 0; i < claims->count; i++) {
            output_list_add(claim_json(&claims->items[i]));
        }
        output_list_end();
        return COMMAND_DONE;
    }
    table *rows = table_open(stdout, columns, sizeof columns / sizeof columns[0]);
    for (size_t i = 0; i < claims->count; i++) {
        add_row(rows, &claims->items[i]);
    }
    table_close(rows);
    if (claims->count == 0) {
        terminal_note("no claims yet; `aphoria claims create` makes one");
    }
    return COMMAND_DONE;
}

/* ---- Verifying ---------------------------------------------------------------------------- */

static json_t *place_json(const session *self, const judgement *of)
{
    text_buffer path = TEXT_EMPTY;
    json_t *made = json_object();
    text_append_format(&path, "%s%s", self->folder, of->seen->path);
    output_set(made, "path", report_json_text(text_get(&path)));
    output_set(made, "line", json_integer(of->seen->line));
    output_set(made, "column", json_integer(of->seen->column));
    output_set(made, "value", report_json_text(of->seen->value));
    output_set(made, "code", report_json_text(of->seen->text));
    output_set(made, "fingerprint", report_json_text(of->fingerprint));
    text_deinit(&path);
    return made;
}

static void print_place(const session *self, const judgement *of)
{
    text_buffer line = TEXT_EMPTY;
    text_append_escaped(&line, text_span(self->folder));
    text_append_escaped(&line, text_span(of->seen->path));
    text_append_format(&line, ":%u:%u  %s = ", of->seen->line, of->seen->column,
                       of->seen->match->rule->concept);
    text_append_escaped(&line, text_span(of->seen->value));
    text_append(&line, "\n            ");
    text_append_escaped(&line, text_span(of->seen->text));
    printf("          %s\n", text_get(&line));
    text_deinit(&line);
}

/* Those that are not as claimed, into `places` or onto the screen. */
static void tell_conflicts(const session *self, const claim *of, json_t *places)
{
    for (size_t i = 0; i < self->tree.seen.count; i++) {
        const judgement *each = &self->judgements[i];
        if (claim_ask(of, &self->said, each, self->folder) != CLAIM_IS_BROKEN) {
            continue;
        }
        if (places != NULL) {
            json_array_append_new(places, place_json(self, each));
        } else {
            print_place(self, each);
        }
    }
}

static claim_state verify_one(const session *self, const claim *of, int is_json)
{
    static const terminal_style styles[] = {TERMINAL_GREEN, TERMINAL_RED, TERMINAL_YELLOW};
    size_t held = 0;
    size_t broken = 0;
    claim_state state = claim_verify(of, &self->said, self->judgements, self->tree.seen.count,
                                     self->folder, &held, &broken);
    if (is_json) {
        json_t *places = json_array();
        json_t *made = claim_json(of);
        output_set(made, "state", report_json_text(claim_state_name(state)));
        output_set(made, "held", json_integer((json_int_t)held));
        tell_conflicts(self, of, places);
        output_set(made, "conflicts", places);
        output_list_add(made);
        return state;
    }
    text_buffer line = TEXT_EMPTY;
    text_append_format(&line, "%s%-8s%s  ", terminal_begin(stdout, styles[state]),
                       claim_state_name(state), terminal_begin(stdout, TERMINAL_PLAIN));
    text_append_escaped(&line, text_span(of->name));
    text_append_format(&line, "  %s ", of->demanded.about->id);
    text_buffer demanded = TEXT_EMPTY;
    demand_append(&demanded, &of->demanded);
    text_append(&demanded, " in ");
    text_append(&demanded, of->path);
    text_append_escaped(&line, text_span(text_get(&demanded)));
    text_append_format(&line, "  (%zu so, %zu not)", held, broken);
    puts(text_get(&line));
    text_deinit(&demanded);
    text_deinit(&line);
    tell_conflicts(self, of, NULL);
    return state;
}

static int verify(const arguments *given, const char *name)
{
    session self;
    claim_list claims = {.count = 0};
    size_t failed = 0;
    int is_json = arguments_has(given, "json");
    int is_read = session_open_top(&self, given) &&
                  claim_list_read(&claims, &self.project, &self.said) && session_scan(&self) &&
                  session_judge(&self);
    int exit_code = is_read ? COMMAND_DONE : self.exit_code;
    if (is_read && name != NULL && find(&claims, name) == NULL) {
        is_read = 0;
        exit_code = COMMAND_FAULTS;
    }
    if (is_read && is_json) {
        output_list_begin(output_object(), "claims");
    }
    for (size_t i = 0; is_read && i < claims.count; i++) {
        if (name == NULL || strcmp(name, claims.items[i].name) == 0) {
            failed += verify_one(&self, &claims.items[i], is_json) != CLAIM_PASS;
        }
    }
    if (is_read && is_json) {
        output_list_end();
    } else if (is_read && claims.count == 0) {
        terminal_note("no claims yet; `aphoria claims create` makes one");
    }
    claim_list_close(&claims);
    session_close(&self);
    return failed > 0 ? COMMAND_FAULTS : exit_code;
}

/* ---- The command --------------------------------------------------------------------------- */

static int with_claims(const arguments *given, const project *of, const corpus *said)
{
    claim_list claims;
    int exit_code = COMMAND_USAGE;
    if (claim_list_read(&claims, of, said)) {
        exit_code = strcmp(given->operands[0], "list") == 0
                        ? list(&claims, arguments_has(given, "json"))
                        : take_back(given, of, &claims);
    }
    claim_list_close(&claims);
    return exit_code;
}

static int run(const arguments *given)
{
    project of;
    corpus said = {0};
    const char *word = given->operands[0];
    size_t operand_count_max = strcmp(word, "create") == 0 ? 4 : strcmp(word, "list") == 0 ? 1 : 2;
    if (strcmp(word, "create") != 0 && strcmp(word, "list") != 0 && strcmp(word, "verify") != 0 &&
        strcmp(word, "remove") != 0) {
        terminal_report("no such word: %s; it is create, list, verify or remove", word);
        return COMMAND_USAGE;
    }
    if (given->operand_count > operand_count_max) {
        terminal_report("too many words after %s: %s", word, given->operands[operand_count_max]);
        return COMMAND_USAGE;
    }
    if (strcmp(word, "verify") == 0) {
        return verify(given, given->operand_count > 1 ? given->operands[1] : NULL);
    }
    int exit_code = COMMAND_USAGE;
    if (project_open(&of, ".") && corpus_open(&said)) {
        exit_code = strcmp(word, "create") == 0 ? create(given, &of, &said)
                                                : with_claims(given, &of, &said);
    }
    corpus_close(&said);
    project_close(&of);
    return exit_code;
}

static const arguments_option options[] = {
    {.name = "relation",
     .value = "OP",
     .kind = ARGUMENTS_TEXT,
     .words = "= != < <= > >=",
     .help = "how code's value stands to this one (default =)"},
    {.name = "path",
     .value = "GLOB",
     .kind = ARGUMENTS_TEXT,
     .help = "of which files, from the project's top; '*' goes through folders"},
    {.name = "reason", .value = "TEXT", .kind = ARGUMENTS_TEXT, .help = "why it is so"},
    {.name = "json", .help = "list, verify: print one JSON document"},
    SESSION_OPTIONS,
    SIGNER_OPTION,
    {.name = NULL},
};

static const char *const examples[] = {
    "aphoria claims create modern-tls tls/version/minimum 1.3 --relation '>=' --path 'src/*' "
    "--reason 'our clients all have it'",
    "aphoria claims verify",
    "aphoria claims remove modern-tls",
    NULL,
};

const command command_claims = {
    .name = "claims",
    .operands = "create|list|verify|remove [NAME [CONCEPT VALUE]]",
    .summary = "write down what the code is to do, and see whether it does",
    .details =
        "A claim is the team's own word about its code, signed, in .aphoria/claims.jsonl. verify\n"
        "scans the project: PASS where the concept is observed as claimed, and only so; CONFLICT\n"
        "with the places that are otherwise; MISSING where nothing is observed. Exit code 1\n"
        "unless all pass.\n",
    .options = options,
    .examples = examples,
    .operand_count_min = 1,
    .operand_count_max = 4,
    .run = run,
};
