/* steme import -- claims from a file, signed here or signed already. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "common/fail.h"
#include "common/progress.h"
#include "common/record_json.h"
#include "steme/commands.h"
#include "steme/import_batch.h"
#include "steme/import_formats/import_format.h"
#include "steme/source_record.h"

typedef struct importer {
    const char *path;
    const char *format;
    int is_strict;
    int has_date;
    int64_t date_ns;
    import_options options;
    command_keys keys;

    FILE *file;
    uint8_t *document; /* the whole input, where its hash is wanted; else NULL */
    size_t document_size;
    uint64_t input_size; /* 0 = not known */
    import_reader *reader;
    database *records;
    import_batch *batch;
    int has_source;
    steme_id source;

    uint64_t line; /* of the latest item */
    uint64_t read_count;
    uint64_t bad_count;
    import_result result;
    int is_ended; /* stop reading: the end, --strict, Ctrl-C, an error */
    int exit_code;
    progress bar;
} importer;

static volatile sig_atomic_t was_interrupted;

static void note_interrupt(int signal_number)
{
    (void)signal_number;
    was_interrupted = 1;
}

/* The first Ctrl-C lets the batch finish; the second ends the process. */
static void catch_interrupt(void)
{
    struct sigaction action = {.sa_handler = note_interrupt, .sa_flags = (int)SA_RESETHAND};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

static void stop(importer *self, int exit_code)
{
    self->is_ended = 1;
    self->exit_code = exit_code;
}

/* ---- Bad lines ---------------------------------------------------------------------------- */

/* CBOR has no lines: its records are counted. */
static int is_made_of_items(const importer *self)
{
    return strcmp(self->format, "cbor") == 0;
}

static void report_bad(void *context, uint64_t line, const char *reason)
{
    importer *self = context;
    self->bad_count++;
    terminal_report("%s: %s %llu: %s", self->path, is_made_of_items(self) ? "item" : "line",
                    (unsigned long long)line, reason);
    if (self->is_strict) {
        stop(self, COMMAND_FAULTS);
    }
}

/* What concerns all of the input, not this line alone: refused as a whole before anything is in,
 * else a bad line. */
static void refuse_unsigned(importer *self, const char *lack, const char *remedy)
{
    uint64_t taken = self->read_count - self->bad_count;
    if (taken <= 1) {
        terminal_report("%s: line %llu: %s; %s", self->path, (unsigned long long)self->line, lack,
                        remedy);
        stop(self, COMMAND_USAGE);
        return;
    }
    char reason[128];
    snprintf(reason, sizeof reason, "%s; %s", lack, remedy);
    report_bad(self, self->line, reason);
}

/* ---- Items -------------------------------------------------------------------------------- */

/* Fills in what an unsigned statement leaves open: stamp, claim time, source. 0 after a report. */
static int complete(importer *self, import_item *item)
{
    steme_statement *statement = &item->statement;
    if (self->keys.count == 0) {
        refuse_unsigned(self, "not signed", "give --key FILE to sign it with");
        return 0;
    }
    if (!item->has_stamp) {
        int has_own = item->has_claim_time && statement->claim_time_ns >= 0;
        if (!self->has_date && !has_own) {
            refuse_unsigned(self, "not signed, and has no date", "give --date T");
            return 0;
        }
        statement->stamp = source_record_stamp(
            &self->keys, self->has_date ? self->date_ns : statement->claim_time_ns);
    }
    if (!item->has_claim_time) {
        statement->claim_time_ns = steme_stamp_claim_time(&statement->stamp);
    }
    if (self->has_source && statement->type == STEME_ASSERTION &&
        statement->as.assertion.source.count == 0) {
        statement->as.assertion.source =
            (steme_id_list){.first = self->source.bytes, .count = 1, .stride = STEME_ID_SIZE};
    }
    return 1;
}

static void commit(importer *self)
{
    steme_error error = {0};
    if (import_batch_commit(self->batch, &self->result, report_bad, self, &error) != STEME_OK) {
        progress_end(&self->bar);
        stop(self, command_fail(&error));
    }
}

static void show_progress(importer *self)
{
    off_t done = self->input_size > 0 ? ftello(self->file) : 0;
    progress_update(&self->bar, done > 0 ? (uint64_t)done : 0, self->input_size, self->read_count);
}

static void take_item(importer *self, import_item *item)
{
    steme_error error = {0};
    steme_status status = STEME_OK;
    self->line = item->line;
    self->read_count++;
    if (item->kind == IMPORT_BAD_LINE) {
        report_bad(self, item->line, item->reason);
        return;
    }
    if (item->kind == IMPORT_RECORD) {
        status = import_batch_add_record(self->batch, item->record, item->line, &error);
    } else if (complete(self, item)) {
        status = import_batch_add_statement(self->batch, &item->statement, item->line, &error);
    }
    if (status != STEME_OK) {
        report_bad(self, item->line, error.message);
    }
}

static void read_next(importer *self)
{
    steme_error error = {0};
    import_item item;
    steme_status status = import_reader_next(self->reader, &item, &error);
    if (was_interrupted || (status == STEME_OK && item.kind == IMPORT_END)) {
        self->is_ended = 1;
    } else if (status == STEME_NOT_CANONICAL) {
        terminal_report("%s: %s; the rest cannot be read", self->path, error.message);
        stop(self, COMMAND_FAULTS);
    } else if (status != STEME_OK) {
        stop(self, command_fail(&error));
    } else {
        take_item(self, &item);
    }
}

static void import_all(importer *self)
{
    while (!self->is_ended) {
        read_next(self);
        if (import_batch_is_full(self->batch)) {
            commit(self);
        }
        if (self->read_count % 256 == 0) {
            show_progress(self);
        }
    }
    if (self->exit_code != COMMAND_USAGE) {
        commit(self);
    }
    if (self->exit_code == COMMAND_DONE && self->bad_count > 0) {
        self->exit_code = COMMAND_FAULTS;
    }
}

/* ---- Before and after --------------------------------------------------------------------- */

/* With a source to write, the whole input is read first, because its hash stands in that record. */
static int open_input(importer *self, int needs_hash)
{
    struct stat status;
    if (needs_hash) {
        if (!file_read(self->path, COMMAND_DOCUMENT_SIZE_MAX, &self->document,
                       &self->document_size)) {
            return 0;
        }
        self->input_size = self->document_size;
        self->file = self->document_size > 0 ? fmemopen(self->document, self->document_size, "r")
                                             : fopen("/dev/null", "re");
    } else {
        self->file = strcmp(self->path, "-") == 0 ? stdin : fopen(self->path, "re");
    }
    if (self->file == NULL) {
        terminal_report("cannot open: %s: %s; check the path", self->path, strerror(errno));
        return 0;
    }
    if (!needs_hash && fstat(fileno(self->file), &status) == 0) {
        if (S_ISDIR(status.st_mode)) {
            terminal_report("a folder: %s; give a file", self->path);
            return 0;
        }
        self->input_size = S_ISREG(status.st_mode) ? (uint64_t)status.st_size : 0;
    }
    return 1;
}

/* The format that a file's name tells, where --format does not. */
static const char *format_of(const char *path)
{
    const char *dot = strrchr(path, '.');
    static const char *const known[] = {"csv", "cbor", "jsonl"};
    for (size_t i = 0; dot != NULL && i < 3; i++) {
        if (strcmp(dot + 1, known[i]) == 0) {
            return known[i];
        }
    }
    return "jsonl";
}

static int is_dated_by_lines(const char *format)
{
    return strcmp(format, "jsonl") == 0 || strcmp(format, "csv") == 0 ||
           strcmp(format, "cbor") == 0;
}

static int read_options(const arguments *given, importer *self)
{
    const char *format = arguments_text(given, "format");
    self->path = given->operands[0];
    self->format = format != NULL ? format : format_of(self->path);
    self->is_strict = arguments_has(given, "strict");
    self->options.predicate = arguments_text(given, "predicate");
    if (!command_read_class(given, "source-class", &self->options.has_source_class,
                            &self->options.source_class) ||
        !command_read_time(given, "date", &self->has_date, &self->date_ns) ||
        !command_read_keys(given, &self->keys)) {
        return 0;
    }
    if (self->has_date && self->date_ns < 0) {
        terminal_report("--date: before 1970; a stamp cannot say that");
        return 0;
    }
    if (arguments_has(given, "edition") && !arguments_has(given, "source")) {
        terminal_report("--edition belongs to a source; give --source too");
        return 0;
    }
    if (arguments_has(given, "source") && self->keys.count == 0) {
        terminal_report("--source makes a record that must be signed; give --key too");
        return 0;
    }
    return 1;
}

static int open_reader(importer *self, const arguments *given)
{
    steme_error error = {0};
    if (!open_input(self, arguments_has(given, "source"))) {
        return 0;
    }
    if (import_reader_open(self->format, self->file, &self->options, &self->reader, &error) !=
        STEME_OK) {
        terminal_report("%s: %s", self->path, error.message);
        return 0;
    }
    if (!self->has_date) {
        self->has_date = import_reader_date(self->reader, &self->date_ns);
    }
    int needs_date = arguments_has(given, "source") || !is_dated_by_lines(self->format);
    if (needs_date && (!self->has_date || self->date_ns < 0)) {
        terminal_report("%s: the input does not say when it was made; give --date T", self->path);
        return 0;
    }
    if (self->keys.count == 0 && !is_dated_by_lines(self->format)) {
        terminal_report("%s: not signed; give --key FILE to sign it with", self->path);
        return 0;
    }
    return 1;
}

static steme_status submit_source(importer *self, const steme_record *record, steme_error *error)
{
    steme_append item = {.record = record->bytes};
    steme_status status = database_submit(self->records, &item, 1, 1, error);
    if (status == STEME_OK && item.status != STEME_OK) {
        status = app_fail(error, item.status, "source refused: %s", steme_status_text(item.status));
    }
    self->source = record->id;
    return status;
}

static int write_source(importer *self, const arguments *given)
{
    steme_error error = {0};
    steme_record record;
    if (!arguments_has(given, "source")) {
        return 1;
    }
    uint8_t *buffer = text_allocate(STEME_RECORD_SIZE_MAX);
    steme_id document = steme_hash(self->document, self->document_size);
    source_record_input input = {
        .name = text_span(arguments_text(given, "source")),
        .edition = text_span(arguments_text(given, "edition")),
        .document = &document,
        .has_date = 1,
        .date_ns = self->date_ns,
        .stamp = source_record_stamp(&self->keys, self->date_ns),
    };
    steme_status status = source_record_sign(&input, &self->keys, buffer, &record, &error);
    if (status == STEME_OK) {
        status = submit_source(self, &record, &error);
    }
    free(buffer);
    self->has_source = status == STEME_OK;
    if (status != STEME_OK) {
        self->exit_code = command_fail(&error);
    }
    return status == STEME_OK;
}

static void print_json(const importer *self, double elapsed_s)
{
    json_t *document = output_object();
    output_set(document, "format", json_string(self->format));
    output_set(document, "read", json_integer((json_int_t)self->read_count));
    output_set(document, "new", json_integer((json_int_t)self->result.new_count));
    output_set(document, "held", json_integer((json_int_t)self->result.held_count));
    output_set(document, "bad", json_integer((json_int_t)self->bad_count));
    output_set(document, "skipped",
               json_integer((json_int_t)import_reader_skipped_count(self->reader)));
    if (self->has_source) {
        output_set(document, "source",
                   record_hex_to_json(self->source.bytes, sizeof self->source.bytes));
    }
    output_set(document, "seconds", json_real((double)(int64_t)(elapsed_s * 1000) / 1000));
    output_json_document(document);
}

static void print_summary(const importer *self, double elapsed_s)
{
    text_buffer line = TEXT_EMPTY;
    uint64_t skipped = import_reader_skipped_count(self->reader);
    uint64_t stored = self->result.new_count + self->result.held_count;
    int is_lines = !is_made_of_items(self);
    text_append_number_of(&line, self->result.new_count, "record imported, ", "records imported, ");
    text_append_number_of(&line, self->result.held_count, "held already, ", "held already, ");
    text_append_number_of(&line, self->bad_count, is_lines ? "bad line" : "bad item",
                          is_lines ? "bad lines" : "bad items");
    if (skipped > 0) {
        text_append(&line, ", ");
        text_append_number_of(&line, skipped, "line not for this import",
                              "lines not for this import");
    }
    text_append_format(&line, " (%.1f s", elapsed_s);
    if (elapsed_s > 0.05) {
        text_append(&line, ", ");
        text_append_count(&line, (uint64_t)((double)stored / elapsed_s));
        text_append(&line, "/s");
    }
    text_append(&line, ")");
    terminal_note("%s", text_get(&line));
    text_deinit(&line);
}

static void report_interrupt(const importer *self)
{
    terminal_report("interrupted after %s %llu of %s; all up to there is stored, run the same "
                    "command again to go on",
                    is_made_of_items(self) ? "item" : "line", (unsigned long long)self->line,
                    self->path);
}

static void work(importer *self, const arguments *given)
{
    if (!open_reader(self, given)) {
        self->exit_code = COMMAND_USAGE;
        return;
    }
    self->records = command_open_database(given, 1, &self->exit_code);
    if (self->records == NULL || !write_source(self, given)) {
        return;
    }
    catch_interrupt();
    self->batch = import_batch_open(self->records, &self->keys);
    progress_begin(&self->bar, "importing", "records");
    import_all(self);
    progress_end(&self->bar);
    if (was_interrupted) {
        report_interrupt(self);
    }
    double elapsed_s = progress_elapsed_s(&self->bar);
    int has_stored = self->result.new_count + self->result.held_count > 0;
    if (self->exit_code == COMMAND_USAGE && !has_stored) {
        return;
    }
    (arguments_has(given, "json") ? print_json : print_summary)(self, elapsed_s);
}

static void deinit(importer *self)
{
    import_batch_close(self->batch);
    command_close_database(self->records);
    import_reader_close(self->reader);
    if (self->file != NULL && self->file != stdin) {
        fclose(self->file);
    }
    free(self->document);
    command_wipe_keys(&self->keys);
}

static int run(const arguments *given)
{
    importer self = {0};
    if (read_options(given, &self)) {
        work(&self, given);
    } else {
        self.exit_code = COMMAND_USAGE;
    }
    deinit(&self);
    if (was_interrupted) {
        /* Ends by the signal after all, so that a script around it stops too. */
        output_finish(self.exit_code);
        signal(SIGINT, SIG_DFL);
        raise(SIGINT);
    }
    return self.exit_code;
}

static const arguments_option options[] = {
    COMMAND_OPTIONS_DATABASE,
    {.name = "key",
     .value = "FILE",
     .kind = ARGUMENTS_FILE,
     .environment = "STEME_KEY",
     .is_repeatable = 1,
     .help = "sign what is not signed, with this key; several co-sign"},
    {.name = "format",
     .value = "FORMAT",
     .kind = ARGUMENTS_TEXT,
     .words = "jsonl csv cbor ieee-oui nmap-mac wireshark-manuf",
     .help = "what FILE is (default by its name, else jsonl)"},
    {.name = "source",
     .value = "NAME",
     .kind = ARGUMENTS_TEXT,
     .help = "where the claims come from, a URI; writes the source record along"},
    {.name = "edition", .value = "E", .kind = ARGUMENTS_TEXT, .help = "the source's edition"},
    {.name = "date",
     .value = "T",
     .kind = ARGUMENTS_TIME,
     .help = "when the source was made, RFC 3339; the stamp of what is signed here"},
    {.name = "source-class",
     .value = "CLASS",
     .kind = ARGUMENTS_TEXT,
     .words = "regulatory clinical observational expert community anecdotal",
     .help = "for claims that state none (default anecdotal)"},
    {.name = "predicate",
     .value = "P",
     .kind = ARGUMENTS_TEXT,
     .help = "in place of the format's own predicate"},
    {.name = "strict", .help = "stop at the first bad line"},
    {.name = "json", .help = "print the counts as JSON"},
    {.name = NULL},
};

static const char *const examples[] = {
    "steme import --db claims claims.jsonl",
    "steme import --db claims --key a.key --date 2026-01-31 --source https://example.org notes.csv",
    "steme import --db claims --key ieee.key --format ieee-oui --date 2022-08-27 oui.csv",
    "steme export --db claims | steme import --db copy -",
    NULL,
};

const command command_import = {
    .name = "import",
    .operands = "FILE",
    .summary = "take claims from a file, signing what is not signed",
    .details =
        "FILE may be - for standard input. The stamp of what is signed here comes from the date\n"
        "and the key, so that the same file with the same key gives the same ids anywhere:\n"
        "importing twice changes nothing, and an import that was broken off is resumed by\n"
        "running it again. A date comes from the line, from --date or from the input itself;\n"
        "without any the input is refused.\n"
        "A line of jsonl is a record as `steme export` writes it, or a claim to sign:\n"
        "{\"type\":\"assertion\",\"subject\":\"s\",\"predicate\":\"p\",\"object\":\"v\"}, with "
        "further fields\n"
        "as in an export.\n"
        "A csv begins with the names of its columns: subject, predicate, object, and any of\n"
        "type, relation, unit, language, confidence, source_class, claim_time, valid_from,\n"
        "valid_to. An empty field says nothing.\n"
        "Each bad line is reported with its number and the reason; the rest is imported, and\n"
        "the exit code is 1.\n",
    .options = options,
    .examples = examples,
    .operand_count_min = 1,
    .operand_count_max = 1,
    .run = run,
};
