/* aphoria bless -- what the team demands of its own code, or allows there. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "aphoria/authority/demand_read.h"
#include "aphoria/commands.h"
#include "aphoria/decisions/policy.h"
#include "aphoria/decisions/signer.h"
#include "aphoria/report/report.h"
#include "common/output.h"
#include "common/record_json.h"
#include "common/table.h"
#include "common/terminal.h"
#include "common/text.h"
#include "common/time_text.h"

/* ---- What a policy does to authorities ----------------------------------------------------- */

static int is_obsolete(const corpus *said, const corpus_document *of)
{
    for (size_t i = 0; i < said->document_count; i++) {
        const char *const *each = said->documents[i].obsoletes;
        while (*each != NULL && strcmp(*each, of->name) != 0) {
            each++;
        }
        if (*each != NULL) {
            return 1;
        }
    }
    return 0;
}

typedef void (*overruled_visit)(void *context, const corpus_fact *fact);

/* Every fact that the policy takes the force of. */
static size_t visit_overruled(const corpus *said, const demand *by, overruled_visit visit,
                              void *context)
{
    size_t count = 0;
    for (size_t i = 0; i < said->document_count; i++) {
        const corpus_document *document = &said->documents[i];
        for (size_t j = 0; !is_obsolete(said, document) && j < document->fact_count; j++) {
            const corpus_fact *fact = &document->facts[j];
            demand other = {fact->about, fact->relation, fact->value};
            if (demand_overrules(said, by, &other)) {
                visit(context, fact);
                count++;
            }
        }
    }
    return count;
}

static void note_overruled(void *context, const corpus_fact *fact)
{
    (void)context;
    terminal_note("  it overrules %s, %s [%s]: %s", fact->document->title, fact->section,
                  fact_level_name(fact->level), fact->sentence);
}

static void list_overruled(void *context, const corpus_fact *fact)
{
    json_t *made = json_object();
    output_set(made, "document", report_json_text(fact->document->title));
    output_set(made, "section", report_json_text(fact->section));
    output_set(made, "level", report_json_text(fact_level_name(fact->level)));
    output_set(made, "concept", report_json_text(fact->about->id));
    output_set(made, "relation",
               report_json_text(record_word(RECORD_WORDS_RELATION, (int)fact->relation)));
    output_set(made, "value", report_json_text(fact->value));
    output_set(made, "sentence", report_json_text(fact->sentence));
    json_array_append_new(context, made);
}

/* ---- The list ----------------------------------------------------------------------------- */

static json_t *policy_json(const corpus *said, const policy *of)
{
    char end[TIME_TEXT_SIZE] = "";
    json_t *made = json_object();
    json_t *overruled = json_array();
    output_set(made, "concept", report_json_text(of->demanded.about->id));
    output_set(made, "relation",
               report_json_text(record_word(RECORD_WORDS_RELATION, (int)of->demanded.relation)));
    output_set(made, "value", record_value_to_json(&of->entry->statement.as.assertion.value));
    output_set(made, "level", report_json_text(fact_level_name(of->level)));
    output_set(made, "reason", report_json_text(of->reason));
    output_set(made, "signer", report_json_text(of->entry->signer->name));
    output_set(made, "expires",
               of->ends_s != 0 && time_text_from_seconds(of->ends_s, end) ? report_json_text(end)
                                                                          : json_null());
    output_set(made, "in_force", json_boolean(!of->is_ended));
    output_set(made, "id",
               record_hex_to_json(of->entry->record.id.bytes, sizeof of->entry->record.id));
    visit_overruled(said, &of->demanded, list_overruled, overruled);
    output_set(made, "overrules", overruled);
    return made;
}

static void add_row(table *rows, const policy *of)
{
    char end[TIME_TEXT_SIZE] = "";
    text_buffer demanded = TEXT_EMPTY;
    demand_append(&demanded, &of->demanded);
    table_add(rows, of->demanded.about->id);
    table_add_data(rows, text_span(text_get(&demanded)));
    table_add(rows, fact_level_name(of->level));
    (void)(of->ends_s != 0 && time_text_from_seconds(of->ends_s, end));
    end[end[0] == '\0' ? 0 : 10] = '\0'; /* the day */
    text_buffer ends = TEXT_EMPTY;
    text_append_format(&ends, "%s%s", of->is_ended ? "ended " : "", end);
    table_add(rows, text_get(&ends));
    table_add_data(rows, text_span(of->entry->signer->name));
    table_add_data(rows, text_span(of->reason));
    text_deinit(&ends);
    text_deinit(&demanded);
}

static int list(const corpus *said, const policy_list *policies, int is_json)
{
    static const table_column columns[] = {{.title = "CONCEPT"},
                                           {.title = "DEMAND", .width_min = 8},
                                           {.title = "LEVEL"},
                                           {.title = "EXPIRES", .drop = 2},
                                           {.title = "SIGNER", .drop = 1},
                                           {.title = "REASON", .width_min = 20}};
    if (is_json) {
        output_list_begin(output_object(), "policies");
        for (size_t i = 0; i < policies->count; i++) {
            output_list_add(policy_json(said, &policies->items[i]));
        }
        output_list_end();
        return COMMAND_DONE;
    }
    table *rows = table_open(stdout, columns, sizeof columns / sizeof columns[0]);
    for (size_t i = 0; i < policies->count; i++) {
        add_row(rows, &policies->items[i]);
    }
    table_close(rows);
    if (policies->count == 0) {
        terminal_note("no policy yet; `aphoria bless CONCEPT VALUE --reason TEXT` makes one");
    }
    return COMMAND_DONE;
}

/* ---- Making and taking back ---------------------------------------------------------------- */

static void count_fact(void *context, const corpus_fact *fact)
{
    (void)context;
    (void)fact;
}

/* What is allowed is not demanded of everybody, unless somebody says so. */
static fact_level choose_level(const corpus *said, const char *word, const demand *demanded)
{
    for (int i = LEVEL_MAY; word != NULL && i <= LEVEL_MUST; i++) {
        if (strcmp(word, fact_level_name((fact_level)i)) == 0) {
            return (fact_level)i;
        }
    }
    return visit_overruled(said, demanded, count_fact, NULL) > 0 ? LEVEL_MAY : LEVEL_MUST;
}

static int is_blank(const char *text)
{
    return text == NULL || text[strspn(text, " \t\r\n")] == '\0';
}

static int read_expiry(const char *text, int64_t *out_s)
{
    steme_error error;
    *out_s = 0;
    if (text == NULL) {
        return 1;
    }
    if (time_text_to_seconds(text_span(text), out_s, &error) != STEME_OK) {
        terminal_report("--expires: %s", error.message);
        return 0;
    }
    if (*out_s <= (int64_t)time(NULL)) {
        terminal_report("--expires: %s is past; give a day to come", text);
        return 0;
    }
    return 1;
}

static int make(const arguments *given, const project *of, const corpus *said)
{
    demand demanded;
    int64_t ends_s = 0;
    steme_key key;
    const char *reason = arguments_text(given, "reason");
    if (given->operand_count < 2) {
        terminal_report("no value; write `aphoria bless CONCEPT VALUE --reason TEXT`");
        return COMMAND_USAGE;
    }
    if (!demand_read(said, given->operands[0], arguments_text(given, "relation"),
                     given->operands[1], &demanded) ||
        !read_expiry(arguments_text(given, "expires"), &ends_s)) {
        return COMMAND_USAGE;
    }
    if (is_blank(reason)) {
        terminal_report("no reason; say why with --reason TEXT: whoever reads the verdict sees it");
        return COMMAND_USAGE;
    }
    if (!signer_load(given, &key)) {
        return COMMAND_USAGE;
    }
    fact_level level = choose_level(said, arguments_text(given, "level"), &demanded);
    int is_written = policy_write(of, &demanded, level, reason, ends_s, &key);
    steme_key_wipe(&key);
    if (is_written) {
        text_buffer text = TEXT_EMPTY;
        demand_append(&text, &demanded);
        terminal_note("%s %s [%s] holds in %s now; commit .aphoria/%s", demanded.about->id,
                      text_get(&text), fact_level_name(level), of->name,
                      ledger_file(LEDGER_POLICY));
        text_deinit(&text);
        visit_overruled(said, &demanded, note_overruled, NULL);
    }
    return is_written ? COMMAND_DONE : COMMAND_USAGE;
}

static int take_back(const arguments *given, const project *of, const corpus *said,
                     const policy_list *policies)
{
    steme_key key;
    const char *about = given->operands[0];
    if (corpus_concept(said, about) == NULL) {
        demand_report_concept(said, about);
        return COMMAND_USAGE;
    }
    if (policy_find(policies, about) == NULL) {
        terminal_report("no policy about %s; `aphoria bless --list` shows them", about);
        return COMMAND_FAULTS;
    }
    if (!signer_load(given, &key)) {
        return COMMAND_USAGE;
    }
    int is_written = policy_remove(of, about, arguments_text(given, "reason"), &key);
    steme_key_wipe(&key);
    return is_written ? COMMAND_DONE : COMMAND_USAGE;
}

static int choose(const arguments *given, const project *of, const corpus *said)
{
    policy_list policies;
    int exit_code = COMMAND_USAGE;
    int is_list = arguments_has(given, "list");
    int is_remove = arguments_has(given, "remove");
    if (is_list + is_remove > 1 || (is_list && given->operand_count > 0) ||
        (is_remove && given->operand_count != 1) || (!is_list && given->operand_count == 0)) {
        terminal_report("either CONCEPT VALUE --reason TEXT, or --remove CONCEPT, or --list");
        return COMMAND_USAGE;
    }
    if (!is_list && !is_remove) {
        return make(given, of, said);
    }
    if (policy_list_read(&policies, of, said)) {
        exit_code = is_list ? list(said, &policies, arguments_has(given, "json"))
                            : take_back(given, of, said, &policies);
    }
    policy_list_close(&policies);
    return exit_code;
}

static int run(const arguments *given)
{
    project of;
    corpus said = {0};
    int is_open = project_open(&of, ".") && corpus_open(&said);
    int exit_code = is_open ? choose(given, &of, &said) : COMMAND_USAGE;
    corpus_close(&said);
    project_close(&of);
    return exit_code;
}

static const arguments_option options[] = {
    {.name = "reason", .value = "TEXT", .kind = ARGUMENTS_TEXT, .help = "why; verdicts show it"},
    {.name = "relation",
     .value = "OP",
     .kind = ARGUMENTS_TEXT,
     .words = "= != < <= > >=",
     .help = "how code's value has to stand to this one (default =)"},
    {.name = "level",
     .value = "LEVEL",
     .kind = ARGUMENTS_TEXT,
     .words = "must should may",
     .help = "how strictly it is demanded (default must; may, where authorities forbid it)"},
    {.name = "expires",
     .value = "DATE",
     .kind = ARGUMENTS_TIME,
     .help = "from when on it holds no more (default: never)"},
    {.name = "remove", .help = "take the policy about the concept back"},
    {.name = "list", .help = "show the policies"},
    {.name = "json", .help = "with --list: for programs, with what each overrules"},
    SIGNER_OPTION,
    {.name = NULL},
};

static const char *const examples[] = {
    "aphoria bless tls/version/minimum 1.3 --relation '>=' --reason 'our clients all have it'",
    "aphoria bless hash/algorithm sha1 --reason 'git names objects so' --expires 2027-06-30",
    "aphoria bless --remove hash/algorithm",
    "aphoria bless --list",
    NULL,
};

const command command_bless = {
    .name = "bless",
    .operands = "[CONCEPT [VALUE]]",
    .summary = "say what the team demands of its code, or allows there",
    .details =
        "A policy of the project, signed and committed with it in .aphoria/policy.jsonl. Where it\n"
        "demands more than authorities do, it counts beside them. Where code keeps it and\n"
        "authorities forbid what it says, it overrules them in this project: findings pass and\n"
        "show who is overruled, and why. It reaches its concept and those that are one of it.\n",
    .options = options,
    .examples = examples,
    .operand_count_max = 2,
    .run = run,
};
