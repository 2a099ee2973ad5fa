/* aphoria rules -- what is looked for: the rules, and whether they find their own examples. */
#include <string.h>

#include "aphoria/authority/corpus.h"
#include "aphoria/commands.h"
#include "aphoria/library.h"
#include "aphoria/scan/rule_check.h"
#include "common/output.h"
#include "common/table.h"
#include "common/terminal.h"

static int list_rules(const rule_set *rules)
{
    static const table_column columns[] = {
        {.title = "RULE"}, {.title = "CONCEPT"}, {.title = "TITLE", .width_min = 20}};
    table *rows = table_open(stdout, columns, sizeof columns / sizeof columns[0]);
    for (size_t i = 0; i < rule_set_count(rules); i++) {
        const rule *each = rule_set_at(rules, i);
        for (size_t j = 0; j < each->match_count; j++) {
            table_add(rows, each->matches[j].id);
            table_add(rows, each->concept);
            table_add(rows, each->title);
        }
    }
    table_close(rows);
    return COMMAND_DONE;
}

/* ---- The matrix: kinds by languages ------------------------------------------------------- */

typedef struct matrix_cell {
    size_t bad;
    size_t safe;
} matrix_cell;

/* Examples of a kind in a language; those of a family count together. */
static matrix_cell count_cell(const rule_set *rules, const corpus *said, const char *kind,
                              language of)
{
    matrix_cell cell = {0, 0};
    for (size_t i = 0; i < rule_set_count(rules); i++) {
        const rule *each = rule_set_at(rules, i);
        const concept *about = corpus_concept(said, each->concept);
        for (size_t j = 0;
             about != NULL && strcmp(about->kind, kind) == 0 && j < each->example_count; j++) {
            const rule_example *example = &each->examples[j];
            if (language_family(example->language) == of) {
                cell.bad += example->observes[0] != NULL;
                cell.safe += example->observes[0] == NULL;
            }
        }
    }
    return cell;
}

/* Why nothing is looked for there; NULL = nobody says. */
static const char *reason_of(const concept_kind *kind, language of)
{
    for (size_t i = 0; i < kind->gap_count; i++) {
        for (const char *const *name = kind->gaps[i].languages; *name != NULL; name++) {
            int is_settings = strcmp(*name, "settings") == 0 && of >= LANGUAGE_PROPERTIES;
            if (is_settings || strcmp(*name, language_name(of)) == 0) {
                return kind->gaps[i].reason;
            }
        }
    }
    return NULL;
}

/* Whether it is said before the gap: each reason is shown once, with all that it is of. */
static int is_said_before(const corpus *said, const kind_gap *gap)
{
    for (size_t i = 0; i < said->kind_count; i++) {
        for (size_t j = 0; j < said->kinds[i].gap_count; j++) {
            if (&said->kinds[i].gaps[j] == gap) {
                return 0;
            }
            if (strcmp(said->kinds[i].gaps[j].reason, gap->reason) == 0) {
                return 1;
            }
        }
    }
    return 0;
}

static void print_reason(const corpus *said, const char *reason)
{
    printf("\n- %s\n ", reason);
    for (size_t i = 0; i < said->kind_count; i++) {
        for (size_t j = 0; j < said->kinds[i].gap_count; j++) {
            const kind_gap *gap = &said->kinds[i].gaps[j];
            if (strcmp(gap->reason, reason) == 0) {
                printf(" %s (", said->kinds[i].id);
                for (const char *const *name = gap->languages; *name != NULL; name++) {
                    printf("%s%s", name == gap->languages ? "" : " ", *name);
                }
                printf(")");
            }
        }
    }
    printf("\n");
}

static void print_reasons(const corpus *said)
{
    for (size_t i = 0; i < said->kind_count; i++) {
        for (size_t j = 0; j < said->kinds[i].gap_count; j++) {
            if (!is_said_before(said, &said->kinds[i].gaps[j])) {
                print_reason(said, said->kinds[i].gaps[j].reason);
            }
        }
    }
}

static void cell_text(const rule_set *rules, const corpus *said, const concept_kind *kind,
                      language of, char *out, size_t size)
{
    matrix_cell cell = count_cell(rules, said, kind->id, of);
    if (cell.bad + cell.safe == 0) {
        snprintf(out, size, "%s", reason_of(kind, of) == NULL ? "." : "-");
    } else {
        snprintf(out, size, "%zu/%zu", cell.bad, cell.safe);
    }
}

static int print_matrix(const rule_set *rules, const corpus *said)
{
    enum { COLUMNS_MAX = LANGUAGE_COUNT + 2 };
    table_column columns[COLUMNS_MAX] = {{.title = "KIND"}, {.title = "RING"}};
    language shown[COLUMNS_MAX];
    size_t count = 2;
    for (int i = LANGUAGE_NONE; i < LANGUAGE_COUNT; i++) {
        if (language_family((language)i) == (language)i) {
            shown[count] = (language)i;
            columns[count++] = (table_column){.title = language_name((language)i)};
        }
    }
    table *rows = table_open(stdout, columns, count);
    for (size_t i = 0; i < said->kind_count; i++) {
        char text[32];
        table_add(rows, said->kinds[i].id);
        snprintf(text, sizeof text, "%d", said->kinds[i].ring);
        table_add(rows, text);
        for (size_t j = 2; j < count; j++) {
            cell_text(rules, said, &said->kinds[i], shown[j], text, sizeof text);
            table_add(rows, text);
        }
    }
    table_close(rows);
    print_reasons(said);
    return COMMAND_DONE;
}

static int print_corpus_matrix(const rule_set *rules)
{
    corpus said;
    int exit_code = corpus_open(&said) ? print_matrix(rules, &said) : COMMAND_USAGE;
    corpus_close(&said);
    return exit_code;
}

static int test_rules(const library *known, const char *only)
{
    rule_check_report report = rule_check_run(known, only);
    printf("%zu rules, %zu examples, %zu faults\n", report.rule_count, report.example_count,
           report.fault_count);
    return report.fault_count == 0 ? COMMAND_DONE : COMMAND_FAULTS;
}

static int run(const arguments *given)
{
    library known;
    int exit_code = COMMAND_USAGE;
    const char *word = given->operands[0];
    const char *only = given->operand_count > 1 ? given->operands[1] : NULL;
    if (!library_open(&known, arguments_text(given, "rules")) || !library_prepare(&known)) {
        exit_code = COMMAND_USAGE;
    } else if (strcmp(word, "list") == 0) {
        exit_code = arguments_has(given, "matrix") ? print_corpus_matrix(known.rules)
                                                   : list_rules(known.rules);
    } else if (strcmp(word, "test") == 0) {
        exit_code = test_rules(&known, only);
    } else {
        terminal_report("no such word: %s; it is list or test", word);
    }
    library_close(&known);
    return exit_code;
}

static const arguments_option options[] = {
    {.name = "rules",
     .value = "DIR",
     .kind = ARGUMENTS_FOLDER,
     .help = "rules of your own beside those of the program"},
    {.name = "matrix",
     .help = "for list: kinds by languages, in each cell examples that match / that are safe"},
    {.name = NULL},
};

static const char *const examples[] = {
    "aphoria rules list",
    "aphoria rules list --matrix",
    "aphoria rules test",
    "aphoria rules test --rules .aphoria/rules",
    NULL,
};

const command command_rules = {
    .name = "rules",
    .operands = "list|test [NAME]",
    .summary = "list what is looked for, and test each rule on its own examples",
    .details = "",
    .options = options,
    .examples = examples,
    .operand_count_min = 1,
    .operand_count_max = 2,
    .run = run,
};
