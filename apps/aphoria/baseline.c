/* aphoria baseline -- what is found now is known from now on. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "aphoria/commands.h"
#include "aphoria/decisions/baseline.h"
#include "aphoria/decisions/signer.h"
#include "aphoria/report/report.h"
#include "aphoria/session.h"
#include "common/output.h"
#include "common/table.h"
#include "common/terminal.h"
#include "common/text.h"

/* ---- Showing ------------------------------------------------------------------------------ */

static void show_json(const finding_list *known)
{
    output_list_begin(output_object(), "findings");
    for (size_t i = 0; i < known->count; i++) {
        const finding *each = &known->items[i];
        json_t *made = json_object();
        output_set(made, "fingerprint", report_json_text(each->fingerprint));
        output_set(made, "outcome", report_json_text(outcome_name(each->outcome)));
        output_set(made, "path", report_json_text(each->path));
        output_set(made, "rule", report_json_text(each->rule));
        output_set(made, "code", report_json_text(each->code));
        output_list_add(made);
    }
    output_list_end();
}

static void show_table(const finding_list *known)
{
    static const table_column columns[] = {{.title = "FINDING"},
                                           {.title = "OUTCOME"},
                                           {.title = "PATH", .width_min = 20},
                                           {.title = "RULE", .drop = 1},
                                           {.title = "CODE", .width_min = 20, .drop = 2}};
    table *rows = table_open(stdout, columns, sizeof columns / sizeof columns[0]);
    for (size_t i = 0; i < known->count; i++) {
        const finding *each = &known->items[i];
        table_add_data(
            rows, (steme_span){(const uint8_t *)each->fingerprint, strnlen(each->fingerprint, 12)});
        table_add(rows, outcome_name(each->outcome));
        table_add_data(rows, text_span(each->path));
        table_add_data(rows, text_span(each->rule));
        table_add_data(rows, text_span(each->code));
    }
    table_close(rows);
    terminal_note("%zu known", known->count);
}

static int compare_paths(const void *left, const void *right)
{
    const finding *a = left;
    const finding *b = right;
    int order = strcmp(a->path, b->path);
    return order != 0 ? order : strcmp(a->fingerprint, b->fingerprint);
}

static int show(const arguments *given, const ledger *lines)
{
    finding_list known = {.count = 0};
    baseline_add_to(lines, &known);
    if (known.count > 1) {
        qsort(known.items, known.count, sizeof *known.items, compare_paths);
    }
    if (arguments_has(given, "json")) {
        show_json(&known);
    } else {
        show_table(&known);
    }
    finding_list_deinit(&known);
    return COMMAND_DONE;
}

/* ---- Writing ------------------------------------------------------------------------------ */

static int write_lines(const arguments *given, const project *of, const ledger *lines,
                       const finding_list *now)
{
    steme_key key;
    baseline_change change;
    if (!signer_load(given, &key)) {
        return COMMAND_USAGE;
    }
    int is_written = baseline_write(of, lines, now, &key, &change);
    steme_key_wipe(&key);
    if (!is_written) {
        return COMMAND_USAGE;
    }
    if (arguments_has(given, "json")) {
        json_t *made = output_object();
        output_set(made, "known", json_integer((json_int_t)change.finding_count));
        output_set(made, "lines", json_integer((json_int_t)change.line_count));
        output_set(made, "added", json_integer((json_int_t)change.added_count));
        output_set(made, "removed", json_integer((json_int_t)change.removed_count));
        output_json_document(made);
    } else {
        printf("%zu known; of %zu lines %zu are new or otherwise, and %zu are gone; commit "
               ".aphoria/%s\n",
               change.finding_count, change.line_count, change.added_count, change.removed_count,
               ledger_file(LEDGER_BASELINE));
    }
    return COMMAND_DONE;
}

static int update(const arguments *given)
{
    session self;
    finding_list now = {.count = 0};
    int is_judged = session_open_top(&self, given) && session_scan(&self) && session_judge(&self);
    int exit_code = self.exit_code;
    if (is_judged) {
        finding_list_add_judgements(&now, self.judgements, self.tree.seen.count, self.folder);
        exit_code = write_lines(given, &self.project, &self.decided.baseline, &now);
    }
    finding_list_deinit(&now);
    session_close(&self);
    return exit_code;
}

static int without_scan(const arguments *given)
{
    project of;
    ledger lines = {.count = 0};
    finding_list none = {.count = 0};
    int exit_code = COMMAND_USAGE;
    if (project_open(&of, ".") && ledger_read(&lines, &of, LEDGER_BASELINE)) {
        exit_code = arguments_has(given, "show") ? show(given, &lines)
                                                 : write_lines(given, &of, &lines, &none);
    }
    ledger_close(&lines);
    project_close(&of);
    return exit_code;
}

static int run(const arguments *given)
{
    int shows = arguments_has(given, "show");
    int clears = arguments_has(given, "clear");
    if (shows + clears + arguments_has(given, "update") > 1) {
        terminal_report("--update, --show and --clear: one of them at a time");
        return COMMAND_USAGE;
    }
    return shows || clears ? without_scan(given) : update(given);
}

static const arguments_option options[] = {
    {.name = "update", .help = "take what is found now (default)"},
    {.name = "show", .help = "list what is known"},
    {.name = "clear", .help = "know nothing any more"},
    {.name = "json", .help = "print one JSON document"},
    SESSION_OPTIONS,
    SIGNER_OPTION,
    {.name = NULL},
};

static const char *const examples[] = {
    "aphoria baseline",
    "aphoria baseline --show",
    NULL,
};

const command command_baseline = {
    .name = "baseline",
    .operands = "",
    .summary = "take what is found now as known, so that only what is new fails",
    .details =
        "Scans the whole project and writes what blocks or is flagged to .aphoria/baseline.jsonl,\n"
        "a signed line each; commit it. Scans then leave it out and --fail-on does not count it;\n"
        "`aphoria scan --no-baseline` does. A finding stays known where its code moves to, and is\n"
        "new again where its outcome becomes worse, or where there are more of it.\n",
    .options = options,
    .examples = examples,
    .operand_count_max = 0,
    .run = run,
};
