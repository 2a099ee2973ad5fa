/* steme query -- matching claims as they are, or what a lens makes of them. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/answer_csv.h"
#include "common/answer_json.h"
#include "common/answer_text.h"
#include "common/receipt.h"
#include "common/record_json.h"
#include "common/table.h"
#include "common/time_text.h"
#include "steme/commands.h"
#include "steme/question.h"

typedef struct asking {
    question question;
    output_form form;
    const char *receipt_path;
    database *records;
    database_query *query;
    source_names *names;
    steme_truth_model *truth_model; /* of --model; NULL = the place's */
    int is_without_model;           /* an answer of the lens truth was */
} asking;

/* ---- Matches: claims as they are ---------------------------------------------------------- */

static const table_column match_columns[] = {
    {.title = "SUBJECT", .width_min = 12},
    {.title = "PREDICATE", .width_min = 8},
    {.title = "VALUE", .width_min = 16},
    {.title = "CONF", .is_right = 1, .drop = 1},
    {.title = "CLASS", .width_min = 10, .drop = 4},
    {.title = "SOURCE", .width_min = 8, .drop = 3},
    {.title = "AGENT", .width_min = 8, .drop = 2, .style = TERMINAL_DIM},
    {.title = "CLAIM TIME", .width_min = 10},
    {.title = "ID", .width_min = 9, .drop = 5, .style = TERMINAL_DIM},
};

static void add_match_row(table *rows, const steme_match *match, source_names *names)
{
    const steme_assertion *claim = &match->statement.as.assertion;
    text_buffer cell = TEXT_EMPTY;
    table_add_data(rows, claim->subject);
    table_add_data(rows, claim->predicate);
    claim_text_append_value(&cell, claim->relation, &claim->value, claim->unit, claim->language);
    table_add(rows, text_get(&cell));
    text_clear(&cell);
    claim_text_append_millionths(&cell, claim->confidence_millionths);
    table_add(rows, text_get(&cell));
    table_add(rows, record_word(RECORD_WORDS_SOURCE_CLASS, (int)claim->source_class));
    steme_id source = {{0}};
    if (claim->source.count > 0) {
        source = steme_id_list_get(&claim->source, 0);
    }
    table_add_data(rows,
                   text_span(claim->source.count > 0 ? source_names_get(names, &source) : ""));
    text_clear(&cell);
    claim_text_append_signers(&cell, &match->record);
    table_add(rows, text_get(&cell));
    text_clear(&cell);
    claim_text_append_time(&cell, match->statement.claim_time_ns);
    table_add(rows, text_get(&cell));
    text_clear(&cell);
    text_append_hex(&cell, match->record.id.bytes, sizeof match->record.id.bytes);
    table_add(rows, text_get(&cell));
    text_deinit(&cell);
}

static const char *const csv_columns[] = {
    "schema",   "subject",    "predicate",    "relation", "type",   "value",      "unit",
    "language", "confidence", "source_class", "source",   "agents", "claim_time", "id",
};
enum { CSV_COLUMN_COUNT = sizeof csv_columns / sizeof csv_columns[0] };

static void append_all_signers(text_buffer *cell, const steme_record *record)
{
    for (uint32_t i = 0; i < record->signer_count; i++) {
        text_append(cell, i == 0 ? "" : " ");
        text_append_hex(cell, steme_record_signer(record, i), STEME_AGENT_SIZE);
    }
}

static void write_csv_match(const steme_match *match)
{
    const steme_assertion *claim = &match->statement.as.assertion;
    text_buffer cells[CSV_COLUMN_COUNT] = {TEXT_EMPTY};
    char time[TIME_TEXT_SIZE];
    text_append_format(&cells[0], "%d", OUTPUT_SCHEMA);
    text_append_bytes(&cells[1], claim->subject.bytes, claim->subject.size);
    text_append_bytes(&cells[2], claim->predicate.bytes, claim->predicate.size);
    text_append(&cells[3], record_word(RECORD_WORDS_RELATION, (int)claim->relation));
    if (claim->relation != STEME_RELATION_NONE) {
        text_append(&cells[4], record_word(RECORD_WORDS_VALUE_KIND, (int)claim->value.kind));
        claim_text_append_raw(&cells[5], &claim->value);
    }
    text_append_bytes(&cells[6], claim->unit.bytes, claim->unit.size);
    text_append_bytes(&cells[7], claim->language.bytes, claim->language.size);
    claim_text_append_millionths(&cells[8], claim->confidence_millionths);
    text_append(&cells[9], record_word(RECORD_WORDS_SOURCE_CLASS, (int)claim->source_class));
    if (claim->source.count > 0) {
        steme_id source = steme_id_list_get(&claim->source, 0);
        text_append_hex(&cells[10], source.bytes, sizeof source.bytes);
    }
    append_all_signers(&cells[11], &match->record);
    time_text_from_ns(match->statement.claim_time_ns, time);
    text_append(&cells[12], time);
    text_append_hex(&cells[13], match->record.id.bytes, sizeof match->record.id.bytes);
    answer_csv_write_cells(stdout, cells, CSV_COLUMN_COUNT);
    for (size_t i = 0; i < CSV_COLUMN_COUNT; i++) {
        text_deinit(&cells[i]);
    }
}

/* The record with "schema" before its own fields. */
static json_t *match_to_json(const steme_match *match)
{
    json_t *line = output_object();
    json_t *record = answer_record_to_json(&match->record);
    json_object_update(line, record);
    json_decref(record);
    return line;
}

static void write_match(asking *self, const steme_match *match, table *rows)
{
    switch (self->form) {
    case OUTPUT_TABLE:
        add_match_row(rows, match, self->names);
        break;
    case OUTPUT_JSON:
        output_list_add(answer_record_to_json(&match->record));
        break;
    case OUTPUT_JSONL:
        output_json_line(match_to_json(match));
        break;
    case OUTPUT_CSV:
        write_csv_match(match);
        break;
    }
}

/* Where the list goes on behind what was written; NULL = nowhere, or nothing was. */
static const char *next_cursor(asking *self, uint64_t count)
{
    const char *cursor = NULL;
    if (count == 0 || output_is_broken() ||
        database_query_cursor(self->query, &cursor, NULL) != STEME_OK) {
        return NULL;
    }
    return cursor;
}

static steme_status write_matches(asking *self, steme_error *error)
{
    const steme_match *match = NULL;
    uint64_t count = 0;
    table *rows = table_open(stdout, match_columns, sizeof match_columns / sizeof match_columns[0]);
    if (self->form == OUTPUT_JSON) {
        output_list_begin(output_object(), "records");
    } else if (self->form == OUTPUT_CSV) {
        answer_csv_write_names(stdout, csv_columns, CSV_COLUMN_COUNT);
    }
    steme_status status = STEME_OK;
    while (!output_is_broken()) {
        status = database_query_next_match(self->query, &match, error);
        if (status != STEME_OK || match == NULL) {
            break;
        }
        write_match(self, match, rows);
        count++;
    }
    table_close(rows);
    const char *cursor = next_cursor(self, count);
    if (self->form == OUTPUT_JSON) {
        output_list_end_at(cursor);
    } else if (self->form == OUTPUT_TABLE && count == 0 && status == STEME_OK) {
        terminal_note("No claim matches.");
    } else {
        filters_note_cursor(cursor);
    }
    return status;
}

/* ---- Answers: what a lens makes of them --------------------------------------------------- */

/* One subject and one predicate have one answer, which is the whole output then. */
static int is_single(const asking *self)
{
    return self->question.filters.options.subject.size > 0 &&
           self->question.filters.options.predicate.size > 0;
}

static void write_answer(asking *self, const steme_answer *answer)
{
    if (self->form == OUTPUT_TABLE) {
        answer_text_write(stdout, answer, self->names);
        return;
    }
    if (self->form == OUTPUT_CSV) {
        answer_csv_write(stdout, answer);
        return;
    }
    json_t *object =
        answer_to_json(answer, &self->question.filters.options, database_query_set(self->query));
    if (self->form == OUTPUT_JSONL) {
        output_json_line(object);
    } else if (is_single(self)) {
        output_json_document(object);
    } else {
        output_list_add(object);
    }
}

static void write_no_answer(asking *self)
{
    uint64_t now_ns = self->question.filters.options.evaluated_at_ns;
    now_ns = now_ns == 0 ? question_clock_ns() : now_ns;
    if (self->form == OUTPUT_TABLE) {
        terminal_note("No claim matches, so there is no answer%s.",
                      self->receipt_path == NULL ? "" : " and no receipt");
    } else if (is_single(self) && self->form != OUTPUT_CSV) {
        json_t *empty = answer_empty_to_json(&self->question.filters.options, now_ns,
                                             database_query_set(self->query));
        (self->form == OUTPUT_JSON ? output_json_document : output_json_line)(empty);
    }
}

static int save_receipt(asking *self, const steme_answer *answer)
{
    steme_error error = {0};
    char *content = NULL;
    if (receipt_make(answer, &self->question.filters.options, self->query, &content, &error) !=
        STEME_OK) {
        return command_fail(&error);
    }
    FILE *file = fopen(self->receipt_path, "we");
    int is_written = file != NULL && fputs(content, file) >= 0;
    int is_closed = file != NULL && fclose(file) == 0;
    free(content);
    if (!is_written || !is_closed) {
        terminal_report("cannot write the receipt: %s: %s; choose another place",
                        self->receipt_path, strerror(errno));
        return COMMAND_USAGE;
    }
    return COMMAND_DONE;
}

static int write_answers(asking *self)
{
    steme_error error = {0};
    const steme_answer *answer = NULL;
    uint64_t count = 0;
    int exit_code = COMMAND_DONE;
    int is_list = self->form == OUTPUT_JSON && !is_single(self);
    if (is_list) {
        output_list_begin(output_object(), "answers");
    } else if (self->form == OUTPUT_CSV) {
        answer_csv_write_heading(stdout);
    }
    while (!output_is_broken() && exit_code == COMMAND_DONE) {
        if (database_query_next_answer(self->query, &answer, &error) != STEME_OK) {
            exit_code = command_fail(&error);
            break;
        }
        if (answer == NULL) {
            break;
        }
        if (self->receipt_path != NULL) {
            exit_code = save_receipt(self, answer);
        }
        write_answer(self, answer);
        self->is_without_model |= answer->lens == STEME_LENS_TRUTH && !answer->has_truth_model;
        count++;
    }
    const char *cursor = next_cursor(self, count);
    if (is_list) {
        output_list_end_at(cursor);
    } else {
        filters_note_cursor(cursor);
    }
    if (count == 0 && exit_code == COMMAND_DONE) {
        write_no_answer(self);
    }
    if (self->is_without_model) {
        question_note_no_model();
    }
    return exit_code;
}

/* ---- The command -------------------------------------------------------------------------- */

static int check_lens(const asking *self, const arguments *given)
{
    if (self->question.filters.options.lens == STEME_LENS_NONE) {
        return question_check_matches(given);
    }
    if (self->receipt_path != NULL && !is_single(self)) {
        terminal_report("--receipt is for one answer; give --subject and --predicate");
        return 0;
    }
    return 1;
}

static int read_lens(const arguments *given, asking *self)
{
    steme_query_options *options = &self->question.filters.options;
    const char *lens = arguments_text(given, "lens");
    if (lens != NULL) {
        (void)steme_lens_find(lens, &options->lens); /* one of the option's words */
    }
    self->receipt_path = arguments_text(given, "receipt");
    if (!check_lens(self, given)) {
        return 0;
    }
    for (size_t i = 0; i < arguments_count(given, "lens-option"); i++) {
        if (!question_read_lens_option(arguments_text_at(given, "lens-option", i), options->lens,
                                       &options->lens_options)) {
            return 0;
        }
    }
    return 1;
}

static int ask(asking *self)
{
    steme_error error = {0};
    int exit_code = COMMAND_DONE;
    if (database_query_open(self->records, &self->question.filters.options,
                            self->receipt_path != NULL, &self->query, &error) != STEME_OK) {
        return command_fail(&error);
    }
    if (self->question.filters.options.lens == STEME_LENS_NONE) {
        exit_code = write_matches(self, &error) == STEME_OK ? COMMAND_DONE : command_fail(&error);
    } else {
        exit_code = write_answers(self);
    }
    database_query_close(self->query);
    return exit_code;
}

static int run(const arguments *given)
{
    asking self = {0};
    int exit_code = COMMAND_DONE;
    if (question_read(given, &self.question) && output_choose(given, &self.form) &&
        read_lens(given, &self) &&
        question_read_model(given, self.question.filters.options.lens, &self.truth_model)) {
        self.question.filters.options.truth_model = self.truth_model;
        self.records = command_open_database(given, 0, &exit_code);
    } else {
        exit_code = COMMAND_USAGE;
    }
    if (self.records != NULL) {
        self.names = source_names_open(self.records);
        exit_code = ask(&self);
        source_names_close(self.names);
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
    {.name = "lens",
     .value = "LENS",
     .kind = ARGUMENTS_TEXT,
     .words = "recency consensus skeptic hlc confidence votes authority weighted truth constraints "
              "rules layered",
     .help = "resolve contradictions: see `steme lenses`"},
    {.name = "lens-option",
     .value = "K=V",
     .kind = ARGUMENTS_TEXT,
     .is_repeatable = 1,
     .help = "an option of the lens: see `steme lenses`"},
    QUESTION_OPTION_MODEL,
    {.name = "receipt",
     .value = "FILE",
     .kind = ARGUMENTS_FILE,
     .help = "write the answer with all it was made of: see `steme verify-receipt`"},
    COMMAND_OPTION_JSON,
    {.name = "jsonl", .help = "print one JSON object per line"},
    {.name = "csv", .help = "print comma-separated values"},
    {.name = "table", .help = "print a table (the default)"},
    {.name = NULL},
};

static const char *const examples[] = {
    "steme query --db claims --subject semaglutide",
    "steme query --db claims --subject-prefix mac:/ --predicate vendor --limit 10",
    "steme query --db claims --subject semaglutide --predicate risk --lens skeptic",
    "steme query --db claims --predicate vendor --limit 100 --json --cursor 0101…",
    "steme query --db claims --subject s --predicate p --lens consensus --equal number:0.5 --json",
    "steme query --db claims --subject s --predicate p --lens authority --view ours.view",
    "steme query --subject s --lens weighted --lens-option expert=0.6 --decay class",
    NULL,
};

const command command_query = {
    .name = "query",
    .operands = "",
    .summary = "find claims, or ask a lens what they come to",
    .details =
        "Without --lens: the claims that match all filters, oldest stamp first. With --lens: one\n"
        "answer for each subject and predicate; --json prints that answer itself where both\n"
        "--subject and --predicate are given, else a list of answers, and --csv a row for each\n"
        "value that is claimed.\n"
        "Where --limit left any out, or a node's stream broke off, --json ends with a \"cursor\",\n"
        "and other forms say it on stderr: with --cursor the same command goes on there, then or\n"
        "later, evaluated at the same time.\n"
        "A terminal that is narrow shows fewer columns, and the beginning of each id: enough for\n"
        "`steme get`.\n",
    .options = options,
    .examples = examples,
    .run = run,
};
