/* aphoria corpus -- what authorities say: list it, show it, find what can never match. */
#include <string.h>

#include <steme/lens.h>

#include "aphoria/authority/corpus_lint.h"
#include "aphoria/claim_store.h"
#include "aphoria/commands.h"
#include "aphoria/corpus_pack.h"
#include "aphoria/decisions/signer.h"
#include "aphoria/library.h"
#include "common/output.h"
#include "common/record_json.h"
#include "common/table.h"
#include "common/terminal.h"
#include "common/text.h"

static void add_count(table *rows, size_t count)
{
    text_buffer text = TEXT_EMPTY;
    text_append_count(&text, count);
    table_add(rows, text_get(&text));
    text_deinit(&text);
}

static int list_documents(const corpus *said)
{
    static const table_column columns[] = {{.title = "DOCUMENT"},
                                           {.title = "DATE"},
                                           {.title = "CLASS", .drop = 1},
                                           {.title = "FACTS", .is_right = 1},
                                           {.title = "TITLE", .width_min = 20}};
    table *rows = table_open(stdout, columns, sizeof columns / sizeof columns[0]);
    for (size_t i = 0; i < said->document_count; i++) {
        const corpus_document *each = &said->documents[i];
        table_add(rows, each->name);
        table_add(rows, each->date);
        table_add(rows, steme_class_name(each->source_class));
        add_count(rows, each->fact_count);
        table_add(rows, each->title);
    }
    table_close(rows);
    return COMMAND_DONE;
}

static void show_fact(const corpus_fact *fact)
{
    printf("  %s %s %s  [%s]%s\n      %s\n      %s, %s  %s\n", fact->about->id,
           record_word(RECORD_WORDS_RELATION, (int)fact->relation), fact->value,
           fact_level_name(fact->level), fact->is_checked ? "" : "  (not checked)", fact->sentence,
           fact->document->title, fact->section, fact->link);
}

static size_t show_facts(const corpus *said, const corpus_document *of, const concept *about)
{
    size_t count = 0;
    for (size_t i = 0; i < said->document_count; i++) {
        const corpus_document *document = &said->documents[i];
        for (size_t j = 0; j < document->fact_count; j++) {
            const corpus_fact *fact = &document->facts[j];
            if (of == document || (about != NULL && corpus_fact_judges(said, fact, about))) {
                show_fact(fact);
                count++;
            }
        }
    }
    return count;
}

static int show(const corpus *said, const char *name)
{
    const corpus_document *document = name == NULL ? NULL : corpus_find_document(said, name);
    const concept *about = name == NULL ? NULL : corpus_concept(said, name);
    if (document == NULL && about == NULL) {
        terminal_report("no such document or concept: %s; `aphoria corpus list` has the documents",
                        name == NULL ? "" : name);
        return COMMAND_FAULTS;
    }
    if (document != NULL) {
        printf("%s\n%s, %s, %s\n", document->title, document->publisher, document->date,
               document->link);
    } else {
        printf("%s: %s\n%s\n", about->id, about->title, about->meaning);
    }
    return show_facts(said, document, about) > 0 ? COMMAND_DONE : COMMAND_FAULTS;
}

static int lint(const corpus *said, const rule_set *rules)
{
    corpus_lint_report report = corpus_lint(said, rules);
    printf("%zu concepts, %zu facts, %zu rules: %zu can never match\n", report.concept_count,
           report.fact_count, report.rule_count, report.finding_count);
    return report.finding_count == 0 ? COMMAND_DONE : COMMAND_FAULTS;
}

static int run(const arguments *given)
{
    corpus said;
    library known;
    const char *word = given->operands[0];
    const char *name = given->operand_count > 1 ? given->operands[1] : NULL;
    int is_pack = strcmp(word, "export") == 0 || strcmp(word, "import") == 0;
    if (is_pack && name == NULL) {
        terminal_report("no file to %s; name it behind the word", word);
        return COMMAND_USAGE;
    }
    int exit_code = COMMAND_USAGE;
    int is_open = library_open(&known, arguments_text(given, "rules"));
    is_open &= corpus_open(&said);
    if (is_open && strcmp(word, "list") == 0) {
        exit_code = list_documents(&said);
    } else if (is_open && strcmp(word, "show") == 0) {
        exit_code = show(&said, name);
    } else if (is_open && strcmp(word, "lint") == 0) {
        exit_code = lint(&said, known.rules);
    } else if (is_open && strcmp(word, "export") == 0) {
        exit_code = corpus_export(given, &said, name);
    } else if (is_open && strcmp(word, "import") == 0) {
        exit_code = corpus_import(given, name);
    } else if (is_open) {
        terminal_report("no such word: %s; it is list, show, lint, export or import", word);
    }
    corpus_close(&said);
    library_close(&known);
    return exit_code;
}

static const arguments_option options[] = {
    {.name = "rules",
     .value = "DIR",
     .kind = ARGUMENTS_FOLDER,
     .help = "for lint: rules of your own beside those of the program"},
    {.name = "name",
     .value = "NAME",
     .kind = ARGUMENTS_TEXT,
     .help = "for export: what the pack is called (default: aphoria, or the project)"},
    {.name = "policy", .help = "for export: the project's policies, in place of the corpus"},
    {.name = "project", .help = "for import: into the project, .aphoria/packs, to be committed"},
    SIGNER_OPTION,
    CLAIM_STORE_OPTIONS,
    {.name = NULL},
};

static const char *const examples[] = {
    "aphoria corpus list",
    "aphoria corpus show rfc9325",
    "aphoria corpus show tls/version/minimum",
    "aphoria corpus lint",
    "aphoria corpus export policies.jsonl --policy --key alice.key",
    "aphoria corpus import policies.jsonl --project",
    "aphoria corpus import policies.jsonl --server node.example.org:7601",
    NULL,
};

const command command_corpus = {
    .name = "corpus",
    .operands = "list|show|lint|export|import [NAME|FILE]",
    .summary = "list and show what authorities say, and what of it can never match",
    .details = "",
    .options = options,
    .examples = examples,
    .operand_count_min = 1,
    .operand_count_max = 2,
    .run = run,
};
