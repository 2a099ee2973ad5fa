/* steme assert -- one signed claim. */
#include <stdlib.h>
#include <string.h>

#include "common/record_json.h"
#include "steme/commands.h"
#include "steme/source_record.h"
#include "steme/statement.h"

enum { DERIVED_COUNT_MAX = 64, PAIR_COUNT_MAX = 2048 };

typedef struct claim {
    statement_writer writer;
    steme_statement statement;
    steme_id document;
    int has_document;
    steme_id source;
    steme_id epoch;
    steme_id derived_from[DERIVED_COUNT_MAX];
    steme_text_pair *pairs;
} claim;

/* ---- Options ------------------------------------------------------------------------------ */

static int read_value(const arguments *given, steme_assertion *assertion)
{
    int has_object = 0;
    int relation = STEME_RELATION_EQUAL;
    const char *word = arguments_text(given, "relation");
    if (word != NULL) {
        record_word_find(RECORD_WORDS_RELATION, text_span(word), &relation);
    }
    assertion->relation = (steme_relation)relation;
    if (!command_read_object(given, &has_object, &assertion->value)) {
        return 0;
    }
    if (!has_object && assertion->relation != STEME_RELATION_NONE) {
        terminal_report("missing: --object V; give it, or --relation none for \"nothing there\"");
        return 0;
    }
    if (has_object && assertion->relation == STEME_RELATION_NONE) {
        terminal_report("--relation none says that nothing is there; leave --object out");
        return 0;
    }
    return 1;
}

static int read_confidence(const arguments *given, steme_assertion *assertion)
{
    steme_error error = {0};
    int64_t millionths = 1000000;
    const char *value = arguments_text(given, "confidence");
    if (value != NULL &&
        record_millionths_from_text(text_span(value), &millionths, &error) != STEME_OK) {
        terminal_report("--confidence: %s", error.message);
        return 0;
    }
    if (millionths < 0 || millionths > 1000000) {
        terminal_report("--confidence: %s; it is from 0 to 1", value);
        return 0;
    }
    assertion->confidence_millionths = (uint32_t)millionths;
    return 1;
}

/* The ids of --derived-from, ascending and each once, as a record has them. */
static int read_derived_from(const arguments *given, claim *self)
{
    size_t count = arguments_count(given, "derived-from");
    if (count > DERIVED_COUNT_MAX) {
        terminal_report("too many --derived-from: %zu; a claim names at most %d", count,
                        DERIVED_COUNT_MAX);
        return 0;
    }
    for (size_t i = 0; i < count; i++) {
        if (!command_parse_id(arguments_text_at(given, "derived-from", i),
                              "--derived-from: not an id", &self->derived_from[i])) {
            return 0;
        }
    }
    size_t kept = statement_sort_ids(self->derived_from, count);
    self->statement.as.assertion.derived_from = (steme_id_list){
        .first = self->derived_from[0].bytes, .count = (uint32_t)kept, .stride = STEME_ID_SIZE};
    return 1;
}

static int read_metadata(const arguments *given, claim *self)
{
    size_t count = arguments_count(given, "meta");
    if (count > PAIR_COUNT_MAX) {
        terminal_report("too many --meta: %zu; at most %d", count, PAIR_COUNT_MAX);
        return 0;
    }
    self->pairs = text_allocate((count + 1) * sizeof *self->pairs);
    for (size_t i = 0; i < count; i++) {
        const char *pair = arguments_text_at(given, "meta", i);
        const char *equals = strchr(pair, '=');
        if (equals == NULL || equals == pair || equals[1] == '\0') {
            terminal_report("--meta: %s; write KEY=VALUE", pair);
            return 0;
        }
        self->pairs[i].key = (steme_span){(const uint8_t *)pair, (size_t)(equals - pair)};
        self->pairs[i].value = text_span(equals + 1);
    }
    self->statement.as.assertion.metadata =
        (steme_metadata){.pairs = self->pairs, .count = (uint32_t)count};
    return 1;
}

static int read_document(const arguments *given, claim *self)
{
    const char *path = arguments_text(given, "document");
    uint8_t *bytes = NULL;
    size_t size = 0;
    if (arguments_text(given, "source") == NULL) {
        if (path != NULL || arguments_has(given, "edition")) {
            terminal_report("--%s belongs to a source; give --source too",
                            path != NULL ? "document" : "edition");
            return 0;
        }
        return 1;
    }
    if (path == NULL) {
        return 1;
    }
    if (!file_read(path, COMMAND_DOCUMENT_SIZE_MAX, &bytes, &size)) {
        return 0;
    }
    self->document = steme_hash(bytes, size);
    self->has_document = 1;
    free(bytes);
    return 1;
}

static int read_epoch(const arguments *given, claim *self)
{
    int has_epoch = 0;
    if (!command_read_id(given, "epoch", &has_epoch, &self->epoch)) {
        return 0;
    }
    if (has_epoch) {
        self->statement.as.assertion.epoch =
            (steme_id_list){.first = self->epoch.bytes, .count = 1, .stride = STEME_ID_SIZE};
    }
    return 1;
}

static int read_claim(const arguments *given, claim *self)
{
    steme_assertion *assertion = &self->statement.as.assertion;
    int has_class = 0;
    self->statement.type = STEME_ASSERTION;
    assertion->subject = text_span(arguments_text(given, "subject"));
    assertion->predicate = text_span(arguments_text(given, "predicate"));
    assertion->unit = text_span(arguments_text(given, "unit"));
    assertion->language = text_span(arguments_text(given, "lang"));
    assertion->source_class = STEME_CLASS_ANECDOTAL;
    return read_value(given, assertion) && read_confidence(given, assertion) &&
           command_read_class(given, "source-class", &has_class, &assertion->source_class) &&
           read_derived_from(given, self) && read_metadata(given, self) &&
           read_epoch(given, self) &&
           command_read_seconds(given, "valid-from", &assertion->has_valid_from,
                                &assertion->valid_from_s) &&
           command_read_seconds(given, "valid-to", &assertion->has_valid_to,
                                &assertion->valid_to_s) &&
           read_document(given, self);
}

/* ---- Signing and appending ---------------------------------------------------------------- */

/* The source's date is the claim's time where that is given, so that further claims from the same
 * source at the same time name the same record. */
static steme_status sign_source(claim *self, steme_error *error)
{
    steme_record source;
    statement_writer *writer = &self->writer;
    steme_status status = statement_stamp(writer, &self->statement, error);
    if (status != STEME_OK) {
        return status;
    }
    source_record_input input = {
        .name = text_span(arguments_text(writer->given, "source")),
        .edition = text_span(arguments_text(writer->given, "edition")),
        .document = self->has_document ? &self->document : NULL,
        .stamp = self->statement.stamp,
    };
    if (writer->has_time && writer->time_ns >= 0) {
        input.stamp = source_record_stamp(&writer->keys, writer->time_ns);
        input.has_date = 1;
        input.date_ns = writer->time_ns;
    }
    status = source_record_sign(&input, &writer->keys, statement_buffer(writer), &source, error);
    if (status == STEME_OK) {
        statement_keep(writer, &source);
        self->source = source.id;
        self->statement.as.assertion.source =
            (steme_id_list){.first = self->source.bytes, .count = 1, .stride = STEME_ID_SIZE};
    }
    return status;
}

static int append(claim *self)
{
    steme_error error = {0};
    if (arguments_text(self->writer.given, "source") != NULL &&
        sign_source(self, &error) != STEME_OK) {
        return command_fail(&error);
    }
    return statement_write(&self->writer, &self->statement);
}

static int run(const arguments *given)
{
    int exit_code = COMMAND_USAGE;
    claim *self = text_allocate(sizeof *self);
    memset(self, 0, sizeof *self);
    if (read_claim(given, self) && statement_open(given, &self->writer, &exit_code)) {
        exit_code = append(self);
    }
    statement_close(&self->writer);
    free(self->pairs);
    free(self);
    return exit_code;
}

static const arguments_option options[] = {
    COMMAND_OPTIONS_DATABASE,
    STATEMENT_OPTION_KEY,
    {.name = "subject",
     .value = "S",
     .kind = ARGUMENTS_TEXT,
     .is_required = 1,
     .help = "what the claim is about"},
    {.name = "predicate",
     .value = "P",
     .kind = ARGUMENTS_TEXT,
     .is_required = 1,
     .help = "which of its properties"},
    {.name = "object", .value = "V", .kind = ARGUMENTS_TEXT, .help = "the value that is claimed"},
    {.name = "type",
     .value = "TYPE",
     .kind = ARGUMENTS_TEXT,
     .words = "text number boolean reference time",
     .help = "what --object is (default text)"},
    {.name = "relation",
     .value = "R",
     .kind = ARGUMENTS_TEXT,
     .words = "= != < <= > >= none",
     .help = "how the value relates (default =); none says that there is nothing"},
    {.name = "unit", .value = "U", .kind = ARGUMENTS_TEXT, .help = "unit of a number (UCUM)"},
    {.name = "lang", .value = "L", .kind = ARGUMENTS_TEXT, .help = "language of a text (BCP 47)"},
    {.name = "confidence",
     .value = "C",
     .kind = ARGUMENTS_TEXT,
     .help = "0 to 1, up to six digits (default 1)"},
    {.name = "source-class",
     .value = "CLASS",
     .kind = ARGUMENTS_TEXT,
     .words = "regulatory clinical observational expert community anecdotal",
     .help = "what kind of authority says so (default anecdotal)"},
    {.name = "source",
     .value = "NAME",
     .kind = ARGUMENTS_TEXT,
     .help = "where it comes from, a URI; a source record is signed along"},
    {.name = "edition", .value = "E", .kind = ARGUMENTS_TEXT, .help = "the source's edition"},
    {.name = "document",
     .value = "FILE",
     .kind = ARGUMENTS_FILE,
     .help = "the source's document, whose hash goes into its record"},
    {.name = "time",
     .value = "T",
     .kind = ARGUMENTS_TIME,
     .help = "when the claim was made, RFC 3339 (default now)"},
    {.name = "derived-from",
     .value = "ID",
     .kind = ARGUMENTS_ID,
     .is_repeatable = 1,
     .help = "a record that this one rests on"},
    {.name = "epoch", .value = "ID", .kind = ARGUMENTS_ID, .help = "the epoch record it is of"},
    {.name = "valid-from",
     .value = "T",
     .kind = ARGUMENTS_TIME,
     .help = "true from this second on"},
    {.name = "valid-to",
     .value = "T",
     .kind = ARGUMENTS_TIME,
     .help = "true until before this second"},
    {.name = "meta",
     .value = "KEY=VALUE",
     .kind = ARGUMENTS_TEXT,
     .is_repeatable = 1,
     .help = "metadata"},
    STATEMENT_OPTION_JSON,
    {.name = NULL},
};

static const char *const examples[] = {
    "steme assert --db claims --key a.key --subject semaglutide --predicate risk --object low",
    "steme assert --subject mug --predicate height --object 96.7 --type number --unit mm",
    "steme assert --subject s --predicate p --object v --key alice.key --key bob.key",
    "steme assert --subject s --predicate p --object v --source doi:10.1/x --document x.pdf",
    NULL,
};

const command command_assert = {
    .name = "assert",
    .operands = "",
    .summary = "sign a claim and store it",
    .details =
        "Prints the id of the record once it is durable. Contradicting claims stand side by side:\n"
        "nothing is overwritten.\n",
    .options = options,
    .examples = examples,
    .run = run,
};
