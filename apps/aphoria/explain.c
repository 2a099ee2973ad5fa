/* aphoria explain -- the whole way to a finding; or why a line led to none. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <steme/lens.h>

#include "aphoria/commands.h"
#include "aphoria/session.h"
#include "aphoria/syntax/parse.h"
#include "common/file.h"
#include "common/record_json.h"
#include "common/terminal.h"
#include "common/text.h"

enum { FILE_SIZE_MAX = 1 << 20 };

static void print_data(const char *text)
{
    text_buffer escaped = TEXT_EMPTY;
    text_append_escaped(&escaped, text_span(text));
    fputs(text_get(&escaped), stdout);
    text_deinit(&escaped);
}

/* ---- A finding ---------------------------------------------------------------------------- */

static void explain_observation(const session *self, const judgement *of)
{
    const observation *seen = of->seen;
    const concept *about = corpus_concept(&self->said, seen->match->rule->concept);
    printf("finding      %s  %s %.4f\nplace        ", of->fingerprint, outcome_name(of->outcome),
           of->score);
    print_data(seen->path);
    printf(":%u:%u to %u:%u%s%s\ncode         ", seen->line, seen->column, seen->end_line,
           seen->end_column, seen->symbol[0] == '\0' ? "" : ", in ", seen->symbol);
    print_data(seen->text);
    printf("\nrule         %s (%s:%zu)\nobservation  %s = %s, confidence %.2f\n", seen->match->id,
           seen->match->rule->path, seen->match->line, seen->match->rule->concept, seen->value,
           seen->confidence);
    if (seen->is_test) {
        printf("in tests     what they claim counts for less; --include-tests counts it in full\n");
    }
    if (seen->source_line > 0) {
        printf("from         ");
        if (seen->source_path != NULL) {
            print_data(seen->source_path);
            printf(", ");
        }
        printf("line %u: somebody outside chooses it there\n", seen->source_line);
    }
    if (seen->sink_path != NULL) {
        printf("through      ");
        print_data(seen->sink_path);
        printf(", line %u: the call that the rule is of stands there\n", seen->sink_line);
    }
    if (about != NULL) {
        printf("it says      %s\n", about->meaning);
        for (const concept *each = about; each->is_a != NULL;) {
            each = corpus_concept(&self->said, each->is_a);
            if (each == NULL) {
                break;
            }
            printf("is a         %s\n", each->id);
        }
    }
    printf("subject      ");
    print_data(of->subject);
    fputc('\n', stdout);
}

static void explain_citations(const char *head, const citation *items, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        text_buffer id = TEXT_EMPTY;
        text_append_hex(&id, items[i].id.bytes, sizeof items[i].id.bytes);
        printf("\n%s  %s  [%s, %s %.2f]\n  ", head, items[i].demand,
               steme_class_name(items[i].source_class), items[i].level, items[i].confidence);
        print_data(items[i].sentence);
        printf("\n  ");
        print_data(items[i].document);
        printf(", %s  %s\n  record %s\n", items[i].section, items[i].link, text_get(&id));
        if (items[i].overruled_by != NULL) {
            printf("  overruled by the project's policy %s: ", items[i].overruled_by->demand);
            print_data(items[i].overruled_by->sentence);
            fputc('\n', stdout);
        }
        text_deinit(&id);
    }
}

static void explain_judgement(const session *self, const judgement *of)
{
    explain_observation(self, of);
    printf("verdict      %s, by the lens rules\n", steme_verdict_name(of->verdict));
    explain_citations("violated", of->rules, of->rule_count);
    explain_citations("not against it, or overruled", of->opposed, of->opposed_count);
    if (of->rule_count > 0) {
        printf("\nscore        %.2f (level times the authority's confidence) x %.2f (the "
               "observation's) = %.4f\n",
               of->rules[0].confidence, of->seen->confidence, of->score);
    }
}

/* The last of those whose fingerprint begins with the digits; they are all shown. */
static const judgement *explain_all(const session *self, const judgement *judgements, size_t count,
                                    const char *digits)
{
    const judgement *found = NULL;
    for (size_t i = 0; i < count; i++) {
        if (strncmp(judgements[i].fingerprint, digits, strlen(digits)) == 0) {
            printf("%s", found != NULL ? "\n" : "");
            found = &judgements[i];
            explain_judgement(self, found);
        }
    }
    return found;
}

static int write_receipt(const session_recalled *said, const judgement *of, const char *path)
{
    steme_error error = {0};
    char *text = NULL;
    if (judge_receipt(said->judge, of, &text, &error) != STEME_OK) {
        return command_fail(&error);
    }
    FILE *file = fopen(path, "we");
    int is_written = file != NULL && fputs(text, file) >= 0;
    is_written &= file != NULL && fclose(file) == 0;
    free(text);
    if (!is_written) {
        terminal_report("cannot write: %s: %s; check the path", path, strerror(errno));
    }
    return is_written ? COMMAND_DONE : COMMAND_USAGE;
}

/* From the set that the options name. */
static int explain_recalled(session *self, const char *digits)
{
    session_recalled said;
    const char *path = arguments_text(self->given, "receipt");
    if (!session_open_place(self)) {
        return self->exit_code;
    }
    int exit_code = COMMAND_FAULTS;
    if (!session_recall(self, NULL, &said)) {
        exit_code = self->exit_code;
    } else {
        const judgement *found = explain_all(self, said.judgements, said.seen.count, digits);
        if (found == NULL) {
            terminal_report("no such finding: %s; `aphoria findings --all` shows them", digits);
        } else {
            exit_code = path == NULL ? COMMAND_DONE : write_receipt(&said, found, path);
        }
    }
    session_recalled_deinit(&said);
    return exit_code;
}

static int explain_finding(session *self, const char *digits)
{
    if (claim_store_is_named(self->given)) {
        return explain_recalled(self, digits);
    }
    if (arguments_has(self->given, "receipt")) {
        terminal_report("a receipt is of a set that lasts; give --db, --server or --persist");
        return COMMAND_USAGE;
    }
    if (!session_scan(self) || !session_judge(self)) {
        return self->exit_code;
    }
    const judgement *found = explain_all(self, self->judgements, self->tree.seen.count, digits);
    if (found == NULL) {
        terminal_report("no such finding: %s; `aphoria scan --all` shows them", digits);
    }
    return found == NULL ? COMMAND_FAULTS : COMMAND_DONE;
}

/* ---- None --------------------------------------------------------------------------------- */

typedef struct why_not {
    const session *session;
    language language;
    const char *bytes;
    size_t size;
    uint32_t line;
    size_t event_count;
    size_t rule_count;
} why_not;

static void print_stage(void *context, const rule_match *match, rule_stage stage)
{
    static const char *const words[] = {
        [STAGE_OTHER] = "",
        [STAGE_PATH] = "another path of that name",
        [STAGE_CONDITION] = "the value is not one that it observes, or is not known",
        [STAGE_ALSO] = "a further condition (also:) does not hold",
        [STAGE_OBSERVED] = "observed: see `aphoria scan --all` for what came of it"};
    why_not *self = context;
    self->rule_count++;
    printf("      %s (%s): %s\n", match->id, match->rule->concept, words[stage]);
}

static void print_value(const value *of)
{
    char text[128];
    if (value_print(of, text, sizeof text)) {
        print_data(text);
    } else if (of->kind == VALUE_OBJECT || of->kind == VALUE_PREFIX) {
        print_data(of->text);
        fputs(of->kind == VALUE_PREFIX ? "..." : "", stdout);
    } else {
        fputs(of->kind == VALUE_ONE_OF ? "one of several" : "not known", stdout);
    }
    fputs(of->taint != 0 ? " (from outside)" : "", stdout);
}

static void print_event(void *context, const event *met)
{
    static const char *const kinds[] = {"call", "assignment", "text"};
    why_not *self = context;
    if (met->node->line != self->line) {
        return;
    }
    self->event_count++;
    printf("  %s ", kinds[met->kind]);
    print_data(met->path);
    if (met->kind != EVENT_CALL) {
        fputs(" = ", stdout);
        print_value(met->value);
    }
    for (uint32_t i = 0; i < met->argument_count; i++) {
        printf("%s%s%s", i == 0 ? "(" : ", ",
               met->arguments[i].name == NULL ? "" : met->arguments[i].name,
               met->arguments[i].name == NULL ? "" : "=");
        print_value(met->arguments[i].value);
    }
    printf("%s\n", met->argument_count > 0 ? ")" : "");
    rule_set_stages(self->session->known.rules, self->language, met, print_stage, self);
}

static const model_effect *find_effect(void *context, const char *path)
{
    const why_not *self = context;
    return model_set_find(self->session->known.models, self->language, path);
}

static void why_not_in_code(why_not *self, arena *memory)
{
    parser *made = parser_create();
    parse_result parsed =
        parser_run(made, self->language, self->bytes, (uint32_t)self->size, 2000000000u, memory);
    if (parsed.root == NULL) {
        printf("stage: parsing ran out of its time\n");
    } else {
        printf("parsed%s%s; on line %u:\n",
               parsed.has_errors ? ", with syntax that the grammar does not know" : "",
               parsed.is_cut ? ", cut where it nests too deep" : "", self->line);
        evaluate_options options = {.language = self->language,
                                    .memory = memory,
                                    .model = find_effect,
                                    .visit = print_event,
                                    .context = self};
        evaluate_run(parsed.root, &options);
    }
    parser_destroy(made);
}

static int explain_why_not(session *self, const char *place)
{
    const char *colon = strrchr(place, ':');
    long line = colon == NULL ? 0 : strtol(colon + 1, NULL, 10);
    arena memory = ARENA_EMPTY;
    uint8_t *bytes = NULL;
    why_not asked = {.session = self};
    if (line <= 0 || line > UINT32_MAX) {
        terminal_report("no place: %s; write FILE:LINE", place);
        return COMMAND_USAGE;
    }
    char *path = text_duplicate(place);
    path[colon - place] = '\0';
    asked.line = (uint32_t)line;
    int exit_code = COMMAND_USAGE;
    if (library_prepare(&self->known) && file_read(path, FILE_SIZE_MAX, &bytes, &asked.size)) {
        asked.bytes = (const char *)bytes;
        asked.language = language_of_file(path, asked.bytes, asked.size);
        prefilter_scratch *scratch = prefilter_scratch_create(self->known.filter);
        printf("language: %s\n", language_name(asked.language));
        if (!prefilter_wants(self->known.filter, scratch, asked.language, asked.bytes,
                             asked.size)) {
            printf("stage: no rule for this language has all the names that it needs in this "
                   "file, so that a scan does not parse it\n");
        }
        if (language_is_code(asked.language)) {
            why_not_in_code(&asked, &memory);
            printf("%zu things seen on the line, %zu times a rule was near\n", asked.event_count,
                   asked.rule_count);
        } else {
            printf("stage: not code; patterns and, in configuration files, settings are held "
                   "against it\n");
        }
        prefilter_scratch_destroy(scratch);
        exit_code = COMMAND_DONE;
    }
    free(bytes);
    free(path);
    arena_deinit(&memory);
    return exit_code;
}

static int run(const arguments *given)
{
    session self;
    const char *place = arguments_text(given, "why-not");
    int exit_code = COMMAND_USAGE;
    if (place == NULL && given->operand_count == 0) {
        terminal_report("nothing to explain; name a finding, or --why-not FILE:LINE");
        return COMMAND_USAGE;
    }
    if (session_open(&self, given, given->operand_count > 1 ? given->operands[1] : NULL)) {
        exit_code = place != NULL ? explain_why_not(&self, place)
                                  : explain_finding(&self, given->operands[0]);
    }
    session_close(&self);
    return exit_code;
}

static const arguments_option options[] = {
    SESSION_OPTIONS,
    CLAIM_STORE_OPTIONS,
    {.name = "persist", .help = "of the project's own store, .aphoria/db, without a scan"},
    SESSION_RECALL_TIMES,
    {.name = "receipt",
     .value = "FILE",
     .kind = ARGUMENTS_FILE,
     .help = "of a store or node: write the answer's receipt too, for `steme verify-receipt`"},
    {.name = "why-not",
     .value = "FILE:LINE",
     .kind = ARGUMENTS_TEXT,
     .help = "say what was seen on a line, which rules were near, and what each of them missed"},
    {.name = NULL},
};

static const char *const examples[] = {
    "aphoria explain 56842e5da22b",
    "aphoria explain 56842e5da22b src",
    "aphoria explain 56842e5da22b --persist --as-of 2026-11-01",
    "aphoria explain 56842e5da22b --server node.example.org:7601 --receipt receipt.json",
    "aphoria explain --why-not src/client.py:12",
    NULL,
};

const command command_explain = {
    .name = "explain",
    .operands = "[FINGERPRINT [PATH]]",
    .summary = "show the whole way to a finding, or why a line led to none",
    .details = "",
    .options = options,
    .examples = examples,
    .operand_count_max = 2,
    .run = run,
};
