/* steme source -- where claims come from: documents, registries, pages. */
#include <stdlib.h>

#include "steme/choice.h"
#include "steme/commands.h"
#include "steme/reading.h"
#include "steme/statement.h"

/* ---- Adding ------------------------------------------------------------------------------- */

static int hash_document(const arguments *given, steme_id *out_hash, int *out_has)
{
    const char *path = arguments_text(given, "document");
    uint8_t *bytes = NULL;
    size_t size = 0;
    *out_has = path != NULL;
    if (path == NULL) {
        return 1;
    }
    if (!file_read(path, COMMAND_DOCUMENT_SIZE_MAX, &bytes, &size)) {
        return 0;
    }
    *out_hash = steme_hash(bytes, size);
    free(bytes);
    return 1;
}

static int add(const arguments *given)
{
    int exit_code = COMMAND_USAGE;
    int has_document = 0;
    steme_id document;
    statement_writer writer;
    steme_statement statement = {.type = STEME_SOURCE};
    steme_source *source = &statement.as.source;
    source->name = text_span(given->operands[1]);
    source->edition = text_span(arguments_text(given, "edition"));
    source->title = text_span(arguments_text(given, "title"));
    if (!command_read_time(given, "date", &source->has_date, &source->date_ns) ||
        !hash_document(given, &document, &has_document)) {
        return exit_code;
    }
    if (has_document) {
        source->document = (steme_id_list){document.bytes, 1, STEME_ID_SIZE};
    }
    if (statement_open(given, &writer, &exit_code)) {
        exit_code = statement_write(&writer, &statement);
    }
    statement_close(&writer);
    return exit_code;
}

/* ---- Showing ------------------------------------------------------------------------------ */

static void write_field(const char *name, const json_t *object, const char *key)
{
    text_buffer line = TEXT_EMPTY;
    text_append_format(&line, "%s%-12s%s ", terminal_begin(stdout, TERMINAL_DIM), name,
                       terminal_begin(stdout, TERMINAL_PLAIN));
    size_t size = line.size;
    reading_write_text(&line, object, key);
    if (line.size > size) {
        puts(text_get(&line));
    }
    text_deinit(&line);
}

static void write_source(reading *self)
{
    const json_t *record = json_object_get(self->head, "record");
    if (!json_is_object(record)) {
        terminal_report("not held here: %s", reading_text(self->head, "id"));
        return;
    }
    write_field("type", record, "type");
    write_field("name", record, "source");
    write_field("name", record, "name");
    write_field("title", record, "title");
    write_field("edition", record, "edition");
    write_field("date", record, "date");
    write_field("document", record, "document");
    write_field("id", self->head, "id");
    write_field("standing", self->head, "standing");
}

static void write_signer(reading *self, const json_t *item)
{
    (void)self;
    write_field("signed by", item, "agent");
}

static int show(const arguments *given)
{
    reading self = {
        .question.kind = LIFECYCLE_ASK_RECORD, .begin = write_source, .show = write_signer};
    return reading_run_on(given, &self, given->operands[1]);
}

/* ---- Retracting --------------------------------------------------------------------------- */

static int retract(const arguments *given)
{
    int exit_code = statement_retract(given, "source");
    if (exit_code == COMMAND_DONE) {
        terminal_note("What rests on it stands as it did: `steme cascade --source %s` lists it.",
                      given->operands[1]);
    }
    return exit_code;
}

/* ---- The command -------------------------------------------------------------------------- */

static const choice choices[] = {
    {"add", "NAME", 1, 1, " key time edition title document date ", add},
    {"show", "ID", 1, 1, READING_NAMES_MOMENT, show},
    {"retract", "ID --reason TEXT", 1, 1, " key time reason ", retract},
    {.word = NULL},
};

static int run(const arguments *given)
{
    return choice_run(given, "source", choices,
                      " key time edition title document date reason" READING_NAMES_MOMENT);
}

static const arguments_option options[] = {
    COMMAND_OPTIONS_DATABASE,
    STATEMENT_OPTION_KEY_OF(0),
    {.name = "edition", .value = "E", .kind = ARGUMENTS_TEXT, .help = "add: which edition"},
    {.name = "title", .value = "TEXT", .kind = ARGUMENTS_TEXT, .help = "add: its title"},
    {.name = "document",
     .value = "FILE",
     .kind = ARGUMENTS_FILE,
     .help = "add: the document, whose hash goes into the record"},
    {.name = "date", .value = "T", .kind = ARGUMENTS_TIME, .help = "add: of when it is"},
    STATEMENT_OPTION_REASON,
    STATEMENT_OPTION_TIME,
    READING_OPTIONS_MOMENT,
    {.name = "json", .help = "print JSON"},
    {.name = NULL},
};

static const char *const examples[] = {
    "steme source --db claims add doi:10.1/x --title \"A trial\" --document x.pdf --key a.key",
    "steme source --db claims show 5e6f7a8b",
    "steme source --db claims retract 5e6f7a8b --reason \"withdrawn\" --key a.key",
    NULL,
};

const command command_source = {
    .name = "source",
    .operands = "add NAME | show ID | retract ID",
    .summary = "name a source, show it, or take it back",
    .details =
        "NAME is a URI; claims quote the id that add prints. A retracted source stays, and so do\n"
        "the claims that quote it: `steme cascade --source ID` lists these.\n",
    .options = options,
    .examples = examples,
    .operand_count_min = 1,
    .operand_count_max = 2,
    .run = run,
};
