/* steme conflicts -- what is disputed most. */
#include "common/answer_csv.h"
#include "common/answer_json.h"
#include "common/answer_text.h"
#include "common/table.h"
#include "steme/commands.h"
#include "steme/question.h"

enum { VALUES_SHOWN_MAX = 4 };

typedef struct dispute_list {
    steme_conflict_options options;
    steme_query_options question; /* that each answer is of */
    steme_conflict_summary summary;
    output_form form;
    database *records;
    database_query *query;
} dispute_list;

static const table_column columns[] = {
    {.title = "#", .is_right = 1, .style = TERMINAL_DIM},
    {.title = "SUBJECT", .width_min = 12},
    {.title = "PREDICATE", .width_min = 8},
    {.title = "SCORE", .is_right = 1, .style = TERMINAL_RED},
    {.title = "CLAIMS", .is_right = 1},
    {.title = "VALUES", .width_min = 16},
};

static void append_values(text_buffer *cell, const steme_answer *answer)
{
    for (uint32_t i = 0; i < answer->claim_count; i++) {
        const steme_answer_claim *claim = &answer->claims[i];
        if (i == VALUES_SHOWN_MAX) {
            text_append_format(cell, " · %u more", answer->claim_count - i);
            return;
        }
        text_append(cell, i == 0 ? "" : " · ");
        claim_text_append_value(cell, claim->relation, &claim->value, claim->unit, claim->language);
        text_append_format(cell, " %u %%", claim->share_millionths / 10000);
    }
}

static void add_row(table *rows, const steme_answer *answer, uint64_t rank)
{
    text_buffer cell = TEXT_EMPTY;
    text_append_format(&cell, "%llu", (unsigned long long)rank);
    table_add(rows, text_get(&cell));
    table_add_data(rows, answer->subject);
    table_add_data(rows, answer->predicate);
    text_clear(&cell);
    answer_text_append_score(&cell, answer->conflict_millionths);
    table_add(rows, text_get(&cell));
    text_clear(&cell);
    text_append_format(&cell, "%u", answer->candidate_count);
    table_add(rows, text_get(&cell));
    text_clear(&cell);
    append_values(&cell, answer);
    table_add(rows, text_get(&cell));
    text_deinit(&cell);
}

static json_t *summary_to_json(const dispute_list *self)
{
    json_t *document = output_object();
    output_set(document, "equivalence", answer_equivalence_to_json(&self->options.equivalence));
    output_set(document, "subjects", json_integer((json_int_t)self->summary.subject_count));
    output_set(document, "pairs", json_integer((json_int_t)self->summary.pair_count));
    output_set(document, "shared", json_integer((json_int_t)self->summary.shared_count));
    output_set(document, "disputed", json_integer((json_int_t)self->summary.disputed_count));
    return document;
}

static void write_summary(const dispute_list *self)
{
    text_buffer line = TEXT_EMPTY;
    text_append_number_of(&line, self->summary.subject_count, "subject", "subjects");
    text_append(&line, ", ");
    text_append_number_of(&line, self->summary.pair_count, "question", "questions");
    text_append(&line, "; ");
    text_append_count(&line, self->summary.shared_count);
    text_append(&line, " with more than one voice; ");
    text_append(&line, terminal_begin(stdout, TERMINAL_BOLD));
    text_append_number_of(&line, self->summary.disputed_count, "is disputed", "are disputed");
    text_append(&line, terminal_begin(stdout, TERMINAL_PLAIN));
    text_append(&line, " (");
    answer_text_append_equivalence(&line, &self->options.equivalence);
    text_append(&line, ")");
    printf("%s\n", text_get(&line));
    text_deinit(&line);
}

static int write_all(dispute_list *self, table *rows)
{
    steme_error error = {0};
    const steme_answer *answer = NULL;
    uint64_t rank = 0;
    while (!output_is_broken()) {
        if (database_query_next_answer(self->query, &answer, &error) != STEME_OK) {
            return command_fail(&error);
        }
        if (answer == NULL) {
            break;
        }
        rank++;
        if (self->form == OUTPUT_TABLE) {
            add_row(rows, answer, rank);
        } else if (self->form == OUTPUT_CSV) {
            answer_csv_write(stdout, answer);
        } else if (self->form == OUTPUT_JSON) {
            output_list_add(
                answer_to_json(answer, &self->question, database_query_set(self->query)));
        } else {
            output_json_line(
                answer_to_json(answer, &self->question, database_query_set(self->query)));
        }
    }
    return COMMAND_DONE;
}

static int list(dispute_list *self)
{
    steme_error error = {0};
    if (database_conflicts_open(self->records, &self->options, &self->summary, &self->query,
                                &error) != STEME_OK) {
        return command_fail(&error);
    }
    table *rows = table_open(stdout, columns, sizeof columns / sizeof columns[0]);
    if (self->form == OUTPUT_JSON) {
        output_list_begin(summary_to_json(self), "answers");
    } else if (self->form == OUTPUT_CSV) {
        answer_csv_write_heading(stdout);
    }
    int exit_code = write_all(self, rows);
    table_close(rows);
    if (self->form == OUTPUT_JSON) {
        output_list_end();
    } else if (self->form == OUTPUT_TABLE) {
        write_summary(self);
    }
    database_query_close(self->query);
    return exit_code;
}

static int run(const arguments *given)
{
    dispute_list self = {.question.lens = STEME_LENS_SKEPTIC};
    steme_view *view = NULL;
    int exit_code = COMMAND_DONE;
    int has_now = 0;
    self.options.predicate = text_span(arguments_text(given, "predicate"));
    if (!output_choose(given, &self.form) ||
        !command_read_equivalence(given, "equal", &self.options.equivalence) ||
        !command_read_number(given, "limit", &self.options.limit)) {
        return COMMAND_USAGE;
    }
    if (!question_read_clock(given, "now", &has_now, &self.options.evaluated_at_ns)) {
        return COMMAND_USAGE;
    }
    if (arguments_has(given, "limit") && self.options.limit == 0) {
        terminal_report("--limit: 0 would print nothing; leave it out for 20");
        return COMMAND_USAGE;
    }
    if (arguments_has(given, "view") &&
        (view = question_open_view(arguments_text(given, "view"))) == NULL) {
        return COMMAND_USAGE;
    }
    self.options.view = self.question.view = view;
    self.records = command_open_database(given, 0, &exit_code);
    if (self.records != NULL) {
        exit_code = list(&self);
        command_close_database(self.records);
    }
    steme_view_close(view);
    return exit_code;
}

static const arguments_option options[] = {
    COMMAND_OPTIONS_DATABASE,
    {.name = "predicate", .value = "P", .kind = ARGUMENTS_TEXT, .help = "of this predicate only"},
    {.name = "equal",
     .value = "E",
     .kind = ARGUMENTS_TEXT,
     .help = "which values are one: exact, folded, normalized, number:TOLERANCE"},
    {.name = "limit",
     .value = "N",
     .kind = ARGUMENTS_NUMBER,
     .help = "the N worst (default 20, at most 10000)"},
    QUESTION_OPTION_VIEW,
    {.name = "now", .value = "T", .kind = ARGUMENTS_TIME, .help = "evaluate as if it were T"},
    COMMAND_OPTION_JSON,
    {.name = "jsonl", .help = "print one answer per line"},
    {.name = "csv", .help = "print comma-separated values: a row for each value that is claimed"},
    {.name = "table", .help = "print a table (the default)"},
    {.name = NULL},
};

static const char *const examples[] = {
    "steme conflicts --db claims",
    "steme conflicts --db claims --predicate vendor --equal normalized --limit 5",
    "steme conflicts --db claims --view team.view",
    NULL,
};

const command command_conflicts = {
    .name = "conflicts",
    .operands = "",
    .summary = "rank the most disputed questions",
    .details =
        "A question is a subject with a predicate. The worst come first: by conflict score (0\n"
        "unanimous, 1 an even split) times the voices outside the most shared value. The last\n"
        "line counts them all.\n",
    .options = options,
    .examples = examples,
    .run = run,
};
