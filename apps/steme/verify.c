/* steme verify -- everything read and checked again; each fault a line. */

#include "common/progress.h"
#include "steme/commands.h"
#include "steme/remote.h"

typedef struct verification {
    progress bar;
    json_t *faults; /* NULL where lines are printed */
} verification;

static void take_fault(void *context, const char *fault)
{
    verification *self = context;
    text_buffer line = TEXT_EMPTY;
    text_append_escaped(&line, text_span(fault));
    if (self->faults != NULL) {
        json_array_append_new(self->faults, json_string(text_get(&line)));
    } else {
        progress_end(&self->bar);
        puts(text_get(&line));
    }
    text_deinit(&line);
}

static int show_progress(void *context, uint64_t done, uint64_t total)
{
    verification *self = context;
    progress_update(&self->bar, done, total, done);
    return 0;
}

static void print_report(verification *self, const steme_verify_report *report)
{
    if (self->faults != NULL) {
        json_t *document = output_object();
        output_set(document, "records", json_integer((json_int_t)report->record_count));
        output_set(document, "signatures", json_integer((json_int_t)report->signature_count));
        output_set(document, "index_rows", json_integer((json_int_t)report->index_row_count));
        output_set(document, "fault_count", json_integer((json_int_t)report->fault_count));
        output_set(document, "faults", json_incref(self->faults));
        output_json_document(document);
        return;
    }
    text_buffer line = TEXT_EMPTY;
    text_append_number_of(&line, report->record_count, "record, ", "records, ");
    text_append_number_of(&line, report->signature_count, "signature", "signatures");
    text_append(&line, " and ");
    text_append_number_of(&line, report->index_row_count, "row", "rows");
    text_append(&line, " of the index checked in ");
    text_append_format(&line, "%.1f s: ", progress_elapsed_s(&self->bar));
    if (report->fault_count == 0) {
        text_append(&line, "no fault.");
    } else {
        text_append_number_of(&line, report->fault_count, "fault.", "faults.");
        text_append(&line, " Next: `steme rebuild` mends the index; what is damaged in the log is "
                           "left out of answers and exports.");
    }
    terminal_note("%s", text_get(&line));
    text_deinit(&line);
}

/* What cannot even be opened or read on is a fault like the others, and the last one. */
static int fail(verification *self, const steme_error *error)
{
    if (error->status != STEME_CORRUPT) {
        return command_fail(error);
    }
    steme_verify_report report = {.fault_count = 1};
    take_fault(self, error->message);
    if (self->faults != NULL) {
        report.fault_count = json_array_size(self->faults);
        print_report(self, &report);
    } else {
        terminal_note("Not all could be checked. Next: `steme rebuild`.");
    }
    return COMMAND_FAULTS;
}

static int finish(verification *self, steme_status status, const steme_verify_report *report,
                  const steme_error *error)
{
    progress_end(&self->bar);
    if (status != STEME_OK) {
        return fail(self, error);
    }
    print_report(self, report);
    return report->fault_count == 0 ? COMMAND_DONE : COMMAND_FAULTS;
}

static int verify_node(verification *self, const arguments *given, const char *address)
{
    steme_error error = {0};
    steme_verify_report report = {0};
    int exit_code = COMMAND_USAGE;
    if (!remote_verify(given, address, take_fault, show_progress, self, &report, &error,
                       &exit_code)) {
        progress_end(&self->bar);
        return exit_code;
    }
    return finish(self, error.status, &report, &error);
}

static int verify_folder(verification *self, const char *directory)
{
    steme_error error = {0};
    steme_verify_report report = {0};
    steme_store_options options = {.is_read_only = 1};
    steme_store *store = NULL;
    steme_status status = steme_store_open(directory, &options, &store, &error);
    if (status == STEME_OK) {
        status = steme_store_verify(store, take_fault, show_progress, self, &report, &error);
    }
    progress_end(&self->bar);
    steme_store_close(store);
    return finish(self, status, &report, &error);
}

static int run(const arguments *given)
{
    const char *directory = NULL;
    const char *address = NULL;
    if (!command_choose_place(given, &directory, &address)) {
        return COMMAND_USAGE;
    }
    verification self = {.faults = arguments_has(given, "json") ? json_array() : NULL};
    progress_begin(&self.bar, "verifying", "done");
    int exit_code =
        address != NULL ? verify_node(&self, given, address) : verify_folder(&self, directory);
    json_decref(self.faults);
    return exit_code;
}

static const arguments_option options[] = {
    COMMAND_OPTIONS_DATABASE,
    COMMAND_OPTION_JSON,
    {.name = NULL},
};

static const char *const examples[] = {
    "steme verify --db claims",
    "steme verify --server 127.0.0.1:7601",
    NULL,
};

const command command_verify = {
    .name = "verify",
    .operands = "",
    .summary = "check everything in the store",
    .details =
        "Reads the log, every record's form, id and signatures, the index against the log and\n"
        "the Merkle trie against the ids. Each fault is one line on standard output, and the\n"
        "exit code is 1 where there is any. Works beside a writer, in bounded memory. With "
        "--server the\n"
        "node checks its own store, for one client at a time, until it is done or you leave.\n",
    .options = options,
    .examples = examples,
    .run = run,
};
