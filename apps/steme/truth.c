/* steme truth -- who is to be believed: fits models for the lens truth, and shows them. */
#include <stdlib.h>
#include <string.h>

#include "common/claim_text.h"
#include "common/progress.h"
#include "common/record_json.h"
#include "common/table.h"
#include "common/truth_models.h"
#include "steme/choice.h"
#include "steme/commands.h"
#include "steme/question.h"

static const char *const kind_names[] = {"labels", "open", "numbers"};

static json_t *span_to_json(steme_span span)
{
    return json_stringn(span.size == 0 ? "" : (const char *)span.bytes, span.size);
}

static json_t *id_to_json(steme_id id)
{
    return record_hex_to_json(id.bytes, sizeof id.bytes);
}

static json_t *model_to_json(const steme_truth_model *model)
{
    json_t *object = output_object();
    output_set(object, "model", id_to_json(steme_truth_model_id(model)));
    output_set(object, "root", id_to_json(steme_truth_model_root(model)));
    output_set(object, "as_of", record_time_to_json(steme_truth_model_as_of_ns(model)));
    return object;
}

/* ---- Fitting ------------------------------------------------------------------------------ */

static int show_progress(void *context, uint64_t done, uint64_t total)
{
    progress_update(context, done, total, done);
    return 0;
}

static uint64_t claim_count_of(const steme_truth_model *model)
{
    uint64_t count = 0;
    steme_truth_predicate predicate;
    for (uint32_t i = 0; steme_truth_model_predicate(model, i, &predicate); i++) {
        count += predicate.claim_count;
    }
    return count;
}

static void tell_fit(const arguments *given, const steme_truth_model *model, const char *path,
                     double elapsed_s)
{
    steme_id id = steme_truth_model_id(model);
    text_buffer line = TEXT_EMPTY;
    if (arguments_has(given, "json")) {
        json_t *object = model_to_json(model);
        output_set(object, "claims", json_integer((json_int_t)claim_count_of(model)));
        output_set(object, "path", json_string(path));
        output_json_document(object);
    } else {
        text_append_hex(&line, id.bytes, sizeof id.bytes);
        puts(text_get(&line));
        text_clear(&line);
        text_append_number_of(&line, claim_count_of(model), "claim", "claims");
        terminal_note("%s in %.1f s; the model is %s", text_get(&line), elapsed_s, path);
    }
    text_deinit(&line);
}

static steme_status fit_in(const arguments *given, database *records, const truth_question *wanted,
                           steme_error *error)
{
    steme_truth_model *model = NULL;
    const char *out = arguments_text(given, "out");
    text_buffer path = TEXT_EMPTY;
    progress bar;
    truth_question asked = *wanted;
    progress_begin(&bar, "fitting", "questions");
    asked.visit_progress = show_progress;
    asked.context = &bar;
    asked.is_kept = out == NULL;
    steme_status status = database_truth(records, &asked, &model, &path, error);
    progress_end(&bar);
    if (status == STEME_OK && out != NULL) {
        text_append(&path, out);
        status = truth_model_save(model, out, error);
    }
    if (status == STEME_OK) {
        tell_fit(given, model, text_get(&path), progress_elapsed_s(&bar));
    }
    text_deinit(&path);
    steme_truth_model_free(model);
    return status;
}

/* Who keeps the model writes in the folder. */
static int fit(const arguments *given)
{
    truth_question asked = {.is_fit = 1,
                            .predicate = text_span(arguments_text(given, "predicate"))};
    const char *view_path = arguments_text(given, "view");
    steme_error error = {0};
    steme_view *view = NULL;
    int exit_code = COMMAND_USAGE;
    if (!command_read_time(given, "as-of", &asked.has_as_of, &asked.as_of_ns)) {
        return COMMAND_USAGE;
    }
    if (view_path != NULL) {
        view = question_open_view(view_path);
        if (view == NULL) {
            return COMMAND_USAGE;
        }
    }
    asked.view = view;
    database *records = command_open_database(given, !arguments_has(given, "out"), &exit_code);
    if (records != NULL) {
        exit_code = fit_in(given, records, &asked, &error) == STEME_OK ? COMMAND_DONE
                                                                       : command_fail(&error);
        command_close_database(records);
    }
    steme_view_close(view);
    return exit_code;
}

/* ---- Which model -------------------------------------------------------------------------- */

/* The newest of the place. */
static steme_truth_model *find_model(const arguments *given, int *out_exit)
{
    truth_question asked = {.predicate = text_span(arguments_text(given, "predicate"))};
    steme_error error = {0};
    steme_truth_model *model = NULL;
    text_buffer path = TEXT_EMPTY;
    *out_exit = COMMAND_USAGE;
    if (!command_read_time(given, "as-of", &asked.has_as_of, &asked.as_of_ns)) {
        return NULL;
    }
    database *records = command_open_database(given, 0, out_exit);
    if (records != NULL && database_truth(records, &asked, &model, &path, &error) != STEME_OK) {
        *out_exit = command_fail(&error);
        *out_exit = error.status == STEME_NOT_FOUND ? COMMAND_FAULTS : *out_exit;
    }
    command_close_database(records);
    text_deinit(&path);
    return model;
}

/* The one of --model, or of the place; NULL after a report, `*out_exit` is the exit code then. */
static steme_truth_model *open_model(const arguments *given, int *out_exit)
{
    steme_error error = {0};
    steme_truth_model *model = NULL;
    const char *path = arguments_text(given, "model");
    if (path == NULL) {
        return find_model(given, out_exit);
    }
    if (truth_model_read(path, &model, &error) != STEME_OK) {
        *out_exit = command_fail(&error);
    }
    return model;
}

/* Whether the command is about a predicate. */
static int is_wanted(const arguments *given, steme_span name)
{
    steme_span wanted = text_span(arguments_text(given, "predicate"));
    return wanted.size == 0 ||
           (wanted.size == name.size && memcmp(wanted.bytes, name.bytes, name.size) == 0);
}

/* ---- Sources ------------------------------------------------------------------------------ */

/* Those who copy from each other: the first of them, by identity and name. */
typedef struct copy_group {
    steme_truth_source first; /* no claims = nobody yet */
    int has_others;
} copy_group;

static int is_before(const steme_truth_source *left, const steme_truth_source *right)
{
    int order = memcmp(&left->identity, &right->identity, sizeof left->identity);
    size_t size = left->name.size < right->name.size ? left->name.size : right->name.size;
    if (order == 0 && size > 0) {
        order = memcmp(left->name.bytes, right->name.bytes, size);
    }
    return order != 0 ? order < 0 : left->name.size < right->name.size;
}

static void add_to_group(copy_group *group, const steme_truth_source *source)
{
    if (group->first.claim_count == 0) {
        group->first = *source;
        return;
    }
    int is_first = is_before(source, &group->first);
    group->has_others |= is_first || is_before(&group->first, source);
    if (is_first) {
        group->first = *source;
    }
}

/* By number; free it. */
static copy_group *find_groups(const steme_truth_model *model)
{
    copy_group *groups = NULL;
    uint32_t count = 0;
    steme_truth_source source;
    steme_truth_predicate predicate;
    for (uint32_t i = 0; steme_truth_model_predicate(model, i, &predicate); i++) {
        for (uint32_t j = 0; steme_truth_model_source(model, i, j, &source); j++) {
            if (source.group >= count) {
                uint32_t grown = source.group * 2 + 16;
                groups = text_reallocate(groups, grown * sizeof *groups);
                memset(groups + count, 0, (grown - count) * sizeof *groups);
                count = grown;
            }
            add_to_group(&groups[source.group], &source);
        }
    }
    return groups;
}

static json_t *source_to_json(const steme_truth_predicate *predicate,
                              const steme_truth_source *source, const copy_group *group)
{
    json_t *object = json_object();
    output_set(object, "identity", record_hex_to_json(source->identity.bytes, STEME_AGENT_SIZE));
    output_set(object, "source", span_to_json(source->name));
    output_set(object, "predicate", span_to_json(predicate->name));
    output_set(object, "claims", json_integer(source->claim_count));
    output_set(object, "accuracy", record_millionths_to_json(source->accuracy_millionths));
    if (predicate->kind == STEME_TRUTH_NUMBERS) {
        output_set(object, "weight", record_millionths_to_json(source->weight_millionths));
    }
    if (group->has_others) {
        json_t *first = json_object();
        output_set(first, "identity",
                   record_hex_to_json(group->first.identity.bytes, STEME_AGENT_SIZE));
        output_set(first, "source", span_to_json(group->first.name));
        output_set(object, "copies", first);
    }
    return object;
}

static const table_column source_columns[] = {
    {.title = "IDENTITY", .width_min = 8, .style = TERMINAL_DIM},
    {.title = "SOURCE", .width_min = 12},
    {.title = "PREDICATE", .width_min = 8, .drop = 2},
    {.title = "CLAIMS", .is_right = 1},
    {.title = "ACCURACY", .is_right = 1},
    {.title = "WEIGHT", .is_right = 1, .drop = 1},
    {.title = "COPIES WITH", .width_min = 12},
};

static void append_speaker(text_buffer *cell, const steme_truth_source *source)
{
    text_append_hex(cell, source->identity.bytes, 4);
    text_append(cell, source->name.size > 0 ? " " : "");
    text_append_escaped(cell, source->name);
}

static void add_source_row(table *rows, const steme_truth_predicate *predicate,
                           const steme_truth_source *source, const copy_group *group)
{
    text_buffer cell = TEXT_EMPTY;
    text_append_hex(&cell, source->identity.bytes, STEME_AGENT_SIZE);
    table_add(rows, text_get(&cell));
    table_add_data(rows, source->name);
    table_add_data(rows, predicate->name);
    text_clear(&cell);
    text_append_count(&cell, source->claim_count);
    table_add(rows, text_get(&cell));
    text_clear(&cell);
    claim_text_append_millionths(&cell, source->accuracy_millionths);
    table_add(rows, text_get(&cell));
    text_clear(&cell);
    if (predicate->kind == STEME_TRUTH_NUMBERS) {
        claim_text_append_millionths(&cell, source->weight_millionths);
    }
    table_add(rows, text_get(&cell));
    text_clear(&cell);
    if (group->has_others) {
        append_speaker(&cell, &group->first);
    }
    table_add(rows, text_get(&cell));
    text_deinit(&cell);
}

static void write_sources(const arguments *given, const steme_truth_model *model)
{
    int is_json = arguments_has(given, "json");
    copy_group *groups = find_groups(model);
    table *rows =
        table_open(stdout, source_columns, sizeof source_columns / sizeof source_columns[0]);
    steme_truth_predicate predicate;
    steme_truth_source source;
    if (is_json) {
        output_list_begin(model_to_json(model), "sources");
    }
    for (uint32_t i = 0; steme_truth_model_predicate(model, i, &predicate); i++) {
        for (uint32_t j = 0;
             is_wanted(given, predicate.name) && steme_truth_model_source(model, i, j, &source);
             j++) {
            if (is_json) {
                output_list_add(source_to_json(&predicate, &source, &groups[source.group]));
            } else {
                add_source_row(rows, &predicate, &source, &groups[source.group]);
            }
        }
    }
    table_close(rows);
    if (is_json) {
        output_list_end();
    }
    free(groups);
}

static int sources(const arguments *given)
{
    int exit_code = COMMAND_DONE;
    steme_truth_model *model = open_model(given, &exit_code);
    if (model == NULL) {
        return exit_code;
    }
    write_sources(given, model);
    steme_truth_model_free(model);
    return COMMAND_DONE;
}

/* ---- Showing ------------------------------------------------------------------------------ */

static json_t *bins_to_json(const steme_truth_predicate *predicate)
{
    json_t *list = json_array();
    for (uint32_t i = 0; i < STEME_TRUTH_BIN_COUNT; i++) {
        const steme_truth_bin *bin = &predicate->bins[i];
        json_t *object = json_object();
        output_set(object, "claims", json_integer(bin->claim_count));
        output_set(object, "expected", record_millionths_to_json(bin->expected_millionths));
        output_set(object, "observed", record_millionths_to_json(bin->observed_millionths));
        if (json_array_append_new(list, object) != 0) {
            output_set(NULL, "", NULL);
        }
    }
    return list;
}

static json_t *predicate_to_json(const steme_truth_predicate *predicate)
{
    json_t *object = json_object();
    output_set(object, "predicate", span_to_json(predicate->name));
    output_set(object, "kind", json_string(kind_names[predicate->kind]));
    output_set(object, "tasks", json_integer(predicate->task_count));
    output_set(object, "claims", json_integer(predicate->claim_count));
    output_set(object, "sources", json_integer(predicate->source_count));
    output_set(object, "accuracy", record_millionths_to_json(predicate->accuracy_millionths));
    if (predicate->kind != STEME_TRUTH_NUMBERS) {
        output_set(object, "brier", record_millionths_to_json(predicate->brier_millionths));
        output_set(object, "calibration_error",
                   record_millionths_to_json(predicate->calibration_error_millionths));
        output_set(object, "bins", bins_to_json(predicate));
    }
    return object;
}

static void print_field(const char *name, const char *value)
{
    printf("%s%-6s%s %s\n", terminal_begin(stdout, TERMINAL_DIM), name,
           terminal_begin(stdout, TERMINAL_PLAIN), value);
}

static void print_id(const char *name, steme_id id)
{
    text_buffer line = TEXT_EMPTY;
    text_append_hex(&line, id.bytes, sizeof id.bytes);
    print_field(name, text_get(&line));
    text_deinit(&line);
}

static void append_bins(text_buffer *line, const steme_truth_predicate *predicate)
{
    for (uint32_t i = 0; i < STEME_TRUTH_BIN_COUNT; i++) {
        const steme_truth_bin *bin = &predicate->bins[i];
        if (bin->claim_count == 0) {
            continue;
        }
        text_append(line, "    told with ");
        claim_text_append_millionths(line, bin->expected_millionths);
        text_append(line, ", came true ");
        claim_text_append_millionths(line, bin->observed_millionths);
        text_append(line, ", of ");
        text_append_number_of(line, bin->claim_count, "claim", "claims");
        text_append(line, "\n");
    }
}

static void print_predicate(const steme_truth_predicate *predicate)
{
    text_buffer line = TEXT_EMPTY;
    text_append(&line, "\n");
    text_append(&line, terminal_begin(stdout, TERMINAL_BOLD));
    text_append_escaped(&line, predicate->name);
    text_append(&line, terminal_begin(stdout, TERMINAL_PLAIN));
    text_append_format(&line, "  %s: ", kind_names[predicate->kind]);
    text_append_number_of(&line, predicate->claim_count, "claim", "claims");
    text_append(&line, " of ");
    text_append_number_of(&line, predicate->source_count, "source", "sources");
    text_append(&line, " about ");
    text_append_number_of(&line, predicate->task_count, "subject", "subjects");
    text_append(&line, "\n  accuracy ");
    claim_text_append_millionths(&line, predicate->accuracy_millionths);
    if (predicate->kind != STEME_TRUTH_NUMBERS) {
        text_append(&line, "  Brier score ");
        claim_text_append_millionths(&line, predicate->brier_millionths);
        text_append(&line, "  calibration error ");
        claim_text_append_millionths(&line, predicate->calibration_error_millionths);
    }
    text_append(&line, "\n");
    append_bins(&line, predicate);
    fputs(text_get(&line), stdout);
    text_deinit(&line);
}

static void write_model(const arguments *given, const steme_truth_model *model)
{
    int is_json = arguments_has(given, "json");
    steme_truth_predicate predicate;
    text_buffer time = TEXT_EMPTY;
    if (is_json) {
        output_list_begin(model_to_json(model), "predicates");
    } else {
        claim_text_append_time(&time, steme_truth_model_as_of_ns(model));
        print_id("model", steme_truth_model_id(model));
        print_id("root", steme_truth_model_root(model));
        print_field("as of", text_get(&time));
    }
    for (uint32_t i = 0; steme_truth_model_predicate(model, i, &predicate); i++) {
        if (is_wanted(given, predicate.name) && is_json) {
            output_list_add(predicate_to_json(&predicate));
        } else if (is_wanted(given, predicate.name)) {
            print_predicate(&predicate);
        }
    }
    if (is_json) {
        output_list_end();
    }
    text_deinit(&time);
}

static int show(const arguments *given)
{
    int exit_code = COMMAND_DONE;
    steme_truth_model *model = open_model(given, &exit_code);
    if (model == NULL) {
        return exit_code;
    }
    write_model(given, model);
    steme_truth_model_free(model);
    return COMMAND_DONE;
}

/* ---- The command -------------------------------------------------------------------------- */

static const choice choices[] = {
    {"fit", "", 0, 0, " view out ", fit},
    {"sources", "", 0, 0, " model ", sources},
    {"show", "", 0, 0, " model ", show},
    {.word = NULL},
};

static int run(const arguments *given)
{
    return choice_run(given, "truth", choices, " view out model ");
}

static const arguments_option options[] = {
    COMMAND_OPTIONS_DATABASE,
    {.name = "predicate",
     .value = "TEXT",
     .kind = ARGUMENTS_TEXT,
     .help = "of this predicate alone (default all)"},
    {.name = "as-of",
     .value = "T",
     .kind = ARGUMENTS_TIME,
     .help = "fit: claims up to T (default the newest record's); else: the newest model up to T"},
    {.name = "view",
     .value = "FILE",
     .kind = ARGUMENTS_FILE,
     .environment = "STEME_VIEW",
     .help = "fit: who counts for what, a signed view"},
    {.name = "out",
     .value = "FILE",
     .kind = ARGUMENTS_FILE,
     .help = "fit: write the model there, in place of DIR/truth"},
    {.name = "model",
     .value = "FILE",
     .kind = ARGUMENTS_FILE,
     .help = "sources, show: this model (default the newest in DIR/truth)"},
    COMMAND_OPTION_JSON,
    {.name = NULL},
};

static const char *const examples[] = {
    "steme truth fit --db claims",
    "steme truth sources --db claims --predicate vendor",
    "steme truth show --db claims --json",
    "steme truth fit --server 127.0.0.1:7601 --predicate vendor",
    "steme query --db claims --subject s --predicate vendor --lens truth",
    NULL,
};

const command command_truth = {
    .name = "truth",
    .operands = "fit|sources|show",
    .summary = "learn from the claims themselves which sources are to be believed",
    .details =
        "fit compares what the sources say of the same subjects, finds how often each is right\n"
        "and which copy from each other, and prints the hash of the model: the same records give\n"
        "the same. It is kept in DIR/truth, and `steme query --lens truth` takes the newest that\n"
        "is not fitted to later claims than the question's. sources lists the sources with their\n"
        "accuracy; of those that copy from each other the first is named, and all of them have\n"
        "one vote. show tells how far the model's chances are to be trusted. Both read the\n"
        "newest model, or --model. A node fits its own records and keeps the model in its own\n"
        "folder; --out has it sent here instead.\n",
    .options = options,
    .examples = examples,
    .operand_count_min = 1,
    .operand_count_max = 1,
    .run = run,
};
