/* steme compare -- what each lens says of one question, side by side. */
#include <string.h>

#include "common/answer_json.h"
#include "common/answer_text.h"
#include "common/table.h"
#include "steme/commands.h"
#include "steme/question.h"

enum { BAR_WIDTH = 10, ATTEMPT_COUNT_MAX = 5 };

/* What is kept of each lens until all have answered from one state of the set. */
typedef struct lens_row {
    int has_answer;
    text_buffer winner; /* empty = none */
    uint32_t confidence_millionths;
    uint32_t conflict_millionths;
    steme_agreement agreement;
    json_t *document;
} lens_row;

typedef struct comparison {
    question question;
    database *records;
    steme_lens_options lens_options[STEME_LENS_COUNT];
    steme_truth_model *truth_model; /* of --model; NULL = the place's */
    lens_row rows[STEME_LENS_COUNT];
    answer_set set; /* of the first lens */
} comparison;

static void forget_rows(comparison *self)
{
    for (int lens = 0; lens < STEME_LENS_COUNT; lens++) {
        text_deinit(&self->rows[lens].winner);
        json_decref(self->rows[lens].document);
        self->rows[lens] = (lens_row){0};
    }
}

/* ---- Asking ------------------------------------------------------------------------------- */

static void keep_answer(const comparison *self, const steme_answer *answer, const answer_set *set,
                        lens_row *row)
{
    const steme_query_options *options = &self->question.filters.options;
    if (answer == NULL) {
        row->document = answer_empty_to_json(options, options->evaluated_at_ns, set);
        return;
    }
    row->has_answer = 1;
    row->confidence_millionths = answer->confidence_millionths;
    row->conflict_millionths = answer->conflict_millionths;
    row->agreement = answer->agreement;
    row->document = answer_to_json(answer, options, set);
    if (answer->has_winner) {
        const steme_answer_claim *best = &answer->claims[answer->winner_claim];
        claim_text_append_value(&row->winner, best->relation, &best->value, best->unit,
                                best->language);
    }
    if (answer->lens == STEME_LENS_RULES) {
        text_append_format(&row->winner, "%s%s", answer->has_winner ? ": " : "",
                           steme_verdict_name(answer->verdict));
    }
}

static steme_status ask(comparison *self, steme_lens lens, int *out_has_moved, steme_error *error)
{
    database_query *query = NULL;
    const steme_answer *answer = NULL;
    steme_query_options *options = &self->question.filters.options;
    options->lens = lens;
    options->lens_options = self->lens_options[lens];
    options->truth_model = lens == STEME_LENS_TRUTH ? self->truth_model : NULL;
    steme_status status = database_query_open(self->records, options, 0, &query, error);
    if (status == STEME_OK) {
        status = database_query_next_answer(query, &answer, error);
    }
    if (status == STEME_OK) {
        const answer_set *set = database_query_set(query);
        if (lens == STEME_LENS_NONE + 1) {
            self->set = *set;
        }
        *out_has_moved = memcmp(&set->root, &self->set.root, sizeof set->root) != 0;
        keep_answer(self, answer, set, &self->rows[lens]);
    }
    database_query_close(query);
    return status;
}

/* A node takes records between two questions: then all are asked again. */
static int ask_all(comparison *self)
{
    steme_error error = {0};
    for (int attempt = 0; attempt < ATTEMPT_COUNT_MAX; attempt++) {
        int has_moved = 0;
        forget_rows(self);
        for (int lens = STEME_LENS_NONE + 1; lens < STEME_LENS_COUNT && !has_moved; lens++) {
            if (ask(self, (steme_lens)lens, &has_moved, &error) != STEME_OK) {
                return command_fail(&error);
            }
        }
        if (!has_moved) {
            return COMMAND_DONE;
        }
    }
    terminal_report("the node takes records all the time; try again, or give --recorded-as-of");
    return COMMAND_USAGE;
}

/* ---- Drawing ------------------------------------------------------------------------------ */

static const table_column columns[] = {
    {.title = "LENS", .style = TERMINAL_BOLD},
    {.title = "SAYS", .width_min = 12},
    {.title = "CONFIDENCE"},
    {.title = "CONFLICT"},
    {.title = "STATUS", .drop = 1},
};

/* "0.750 ███████▌  " on a terminal, "0.750 #######..." elsewhere. */
static void append_bar(text_buffer *cell, uint32_t millionths)
{
    static const char *const eighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    uint32_t filled = (uint32_t)((uint64_t)millionths * BAR_WIDTH * 8 / 1000000);
    int is_drawn = terminal_is(stdout);
    answer_text_append_score(cell, millionths);
    text_append(cell, " ");
    for (uint32_t i = 0; i < BAR_WIDTH; i++) {
        uint32_t rest = filled > i * 8 ? filled - i * 8 : 0;
        if (!is_drawn) {
            text_append(cell, rest >= 4 ? "#" : ".");
        } else if (rest >= 8) {
            text_append(cell, "█");
        } else {
            text_append(cell, rest == 0 ? " " : eighths[rest]);
        }
    }
}

static void add_row(table *rows, steme_lens lens, const lens_row *row)
{
    text_buffer cell = TEXT_EMPTY;
    table_add(rows, steme_lens_name(lens));
    table_add(rows, row->winner.size > 0 ? text_get(&row->winner) : "-");
    if (row->winner.size > 0) {
        append_bar(&cell, row->confidence_millionths);
    }
    table_add(rows, text_get(&cell));
    text_clear(&cell);
    append_bar(&cell, row->conflict_millionths);
    table_add(rows, text_get(&cell));
    table_add(rows, steme_agreement_name(row->agreement));
    text_deinit(&cell);
}

static void write_table(const comparison *self)
{
    const steme_query_options *options = &self->question.filters.options;
    text_buffer line = TEXT_EMPTY;
    text_append(&line, terminal_begin(stdout, TERMINAL_BOLD));
    text_append_escaped(&line, options->subject);
    text_append(&line, terminal_begin(stdout, TERMINAL_PLAIN));
    text_append(&line, "  ");
    text_append_escaped(&line, options->predicate);
    printf("%s\n", text_get(&line));
    text_deinit(&line);
    table *rows = table_open(stdout, columns, sizeof columns / sizeof columns[0]);
    for (int lens = STEME_LENS_NONE + 1; lens < STEME_LENS_COUNT; lens++) {
        if (self->rows[lens].has_answer) {
            add_row(rows, (steme_lens)lens, &self->rows[lens]);
        }
    }
    table_close(rows);
}

static void write_json(const comparison *self)
{
    const steme_query_options *options = &self->question.filters.options;
    json_t *heading = output_object();
    output_set(heading, "subject",
               json_stringn((const char *)options->subject.bytes, options->subject.size));
    output_set(heading, "predicate",
               json_stringn((const char *)options->predicate.bytes, options->predicate.size));
    output_list_begin(heading, "answers");
    for (int lens = STEME_LENS_NONE + 1; lens < STEME_LENS_COUNT; lens++) {
        output_list_add(json_incref(self->rows[lens].document));
    }
    output_list_end();
}

/* Rules may answer where no other lens does: they look at other subjects too. */
static int has_answers(const comparison *self)
{
    int has_any = 0;
    for (int lens = STEME_LENS_NONE + 1; lens < STEME_LENS_COUNT; lens++) {
        has_any |= self->rows[lens].has_answer;
    }
    return has_any;
}

static int compare(comparison *self, int is_json)
{
    int exit_code = ask_all(self);
    if (exit_code == COMMAND_DONE && is_json) {
        write_json(self);
    } else if (exit_code == COMMAND_DONE && has_answers(self)) {
        write_table(self);
    } else if (exit_code == COMMAND_DONE) {
        terminal_note("No claim matches, so there is no answer.");
    }
    forget_rows(self);
    return exit_code;
}

/* LENS.NAME=VALUE. */
static int read_lens_option(comparison *self, const char *given)
{
    steme_lens lens = STEME_LENS_NONE;
    const char *point = strchr(given, '.');
    text_buffer name = TEXT_EMPTY;
    text_append_bytes(&name, given, point == NULL ? 0 : (size_t)(point - given));
    int is_found = point != NULL && steme_lens_find(text_get(&name), &lens);
    text_deinit(&name);
    if (!is_found) {
        terminal_report("--lens-option: %s; here it is LENS.NAME=VALUE, see `steme lenses`", given);
        return 0;
    }
    return question_read_lens_option(point + 1, lens, &self->lens_options[lens]);
}

static int read_lenses(const arguments *given, comparison *self)
{
    for (size_t i = 0; i < arguments_count(given, "lens-option"); i++) {
        if (!read_lens_option(self, arguments_text_at(given, "lens-option", i))) {
            return 0;
        }
    }
    return question_read_model(given, STEME_LENS_TRUTH, &self->truth_model);
}

static int run(const arguments *given)
{
    comparison self = {0};
    int exit_code = COMMAND_USAGE;
    steme_query_options *options = &self.question.filters.options;
    if (question_read(given, &self.question) && read_lenses(given, &self)) {
        if (options->subject.size == 0 || options->predicate.size == 0) {
            terminal_report("one question is compared; give --subject and --predicate");
        } else {
            self.records = command_open_database(given, 0, &exit_code);
        }
    }
    if (self.records != NULL) {
        /* One moment for all. */
        options->evaluated_at_ns =
            options->evaluated_at_ns == 0 ? question_clock_ns() : options->evaluated_at_ns;
        exit_code = compare(&self, arguments_has(given, "json"));
        command_close_database(self.records);
    }
    steme_truth_model_free(self.truth_model);
    question_deinit(&self.question);
    return exit_code;
}

static const arguments_option options[] = {
    COMMAND_OPTIONS_DATABASE,
    FILTERS_OPTIONS,
    QUESTION_OPTIONS,
    {.name = "lens-option",
     .value = "LENS.K=V",
     .kind = ARGUMENTS_TEXT,
     .is_repeatable = 1,
     .help = "an option of one of the lenses: see `steme lenses`"},
    QUESTION_OPTION_MODEL,
    COMMAND_OPTION_JSON,
    {.name = NULL},
};

static const char *const examples[] = {
    "steme compare --db claims --subject semaglutide --predicate risk",
    "steme compare --subject s --predicate p --lens-option weighted.expert=0.6",
    "steme compare --subject s --predicate p --view ours.view --as-of 2026-01-01",
    NULL,
};

const command command_compare = {
    .name = "compare",
    .operands = "",
    .summary = "show what every lens says, side by side",
    .details =
        "All lenses are asked at one time, of one state of the set, with their default options\n"
        "but for those that --lens-option names.\n"
        "What each says, how sure it is, and how much the claims are in conflict: see\n"
        "`steme lenses`.\n",
    .options = options,
    .examples = examples,
    .run = run,
};
