/* steme export -- records as they were signed, to be imported elsewhere. */
#include <stdlib.h>
#include <string.h>

#include "common/answer_json.h"
#include "steme/commands.h"
#include "steme/filters.h"

/* Ids seen, open addressing; an id is uniform, so its first bytes are its hash. */
typedef struct id_set {
    steme_id *ids;
    uint8_t *is_taken;
    size_t count;
    size_t capacity; /* a power of two, or 0 */
} id_set;

typedef struct exporter {
    filters filters;
    int is_cbor;
    database *records;
    id_set sources; /* written already */
} exporter;

/* ---- Ids seen ----------------------------------------------------------------------------- */

static size_t place_of(const id_set *self, const steme_id *id)
{
    uint64_t hash = 0;
    memcpy(&hash, id->bytes, sizeof hash);
    size_t place = (size_t)hash & (self->capacity - 1);
    while (self->is_taken[place] && memcmp(&self->ids[place], id, sizeof *id) != 0) {
        place = (place + 1) & (self->capacity - 1);
    }
    return place;
}

static void grow(id_set *self)
{
    id_set old = *self;
    self->capacity = old.capacity == 0 ? 64 : old.capacity * 2;
    self->ids = text_allocate(self->capacity * sizeof *self->ids);
    self->is_taken = text_allocate(self->capacity);
    memset(self->is_taken, 0, self->capacity);
    for (size_t i = 0; i < old.capacity; i++) {
        if (old.is_taken[i]) {
            size_t place = place_of(self, &old.ids[i]);
            self->ids[place] = old.ids[i];
            self->is_taken[place] = 1;
        }
    }
    free(old.ids);
    free(old.is_taken);
}

/* 1 where the id is new to the set. */
static int id_set_add(id_set *self, const steme_id *id)
{
    if (self->count * 2 >= self->capacity) {
        grow(self);
    }
    size_t place = place_of(self, id);
    if (self->is_taken[place]) {
        return 0;
    }
    self->ids[place] = *id;
    self->is_taken[place] = 1;
    self->count++;
    return 1;
}

/* ---- Writing ------------------------------------------------------------------------------ */

static void write_record(const exporter *self, const steme_record *record)
{
    if (self->is_cbor) {
        fwrite(record->bytes.bytes, 1, record->bytes.size, stdout);
    } else {
        output_json_line(answer_record_to_json(record));
    }
}

/* The claim's source record before the claim, once; a source that is not held is left out. */
static void write_source(exporter *self, const steme_match *match)
{
    steme_record record;
    const steme_id_list *source = &match->statement.as.assertion.source;
    if (source->count == 0) {
        return;
    }
    steme_id id = steme_id_list_get(source, 0);
    if (id_set_add(&self->sources, &id) &&
        database_get(self->records, &id, &record, NULL) == STEME_OK) {
        write_record(self, &record);
    }
}

static int export_matches(exporter *self)
{
    steme_error error = {0};
    database_query *query = NULL;
    const steme_match *match = NULL;
    const char *cursor = NULL;
    uint64_t count = 0;
    int exit_code = COMMAND_DONE;
    if (database_query_open(self->records, &self->filters.options, 0, &query, &error) != STEME_OK) {
        return command_fail(&error);
    }
    while (!output_is_broken()) {
        if (database_query_next_match(query, &match, &error) != STEME_OK) {
            exit_code = command_fail(&error);
            break;
        }
        if (match == NULL) {
            break;
        }
        write_source(self, match);
        write_record(self, &match->record);
        count++;
    }
    if (count > 0 && !output_is_broken() &&
        database_query_cursor(query, &cursor, NULL) == STEME_OK) {
        filters_note_cursor(cursor);
    }
    database_query_close(query);
    return exit_code;
}

static steme_status visit(void *context, const steme_record *record, uint64_t arrival_ns,
                          steme_error *error)
{
    (void)arrival_ns;
    (void)error;
    write_record(context, record);
    return output_is_broken() ? STEME_CANCELLED : STEME_OK;
}

static int export_all(exporter *self)
{
    steme_error error = {0};
    database_page page = {.cursor = self->filters.options.cursor,
                          .limit = self->filters.options.limit};
    steme_status status = database_visit(self->records, &page, visit, self, &error);
    filters_note_cursor(page.next[0] == '\0' ? NULL : page.next);
    if (status != STEME_OK && status != STEME_CANCELLED) {
        return command_fail(&error);
    }
    if (page.absent_count > 0 && status == STEME_OK) {
        terminal_report("not exported: %llu records whose bytes are damaged or absent; run "
                        "`steme verify`",
                        (unsigned long long)page.absent_count);
        return COMMAND_FAULTS;
    }
    return COMMAND_DONE;
}

static int run(const arguments *given)
{
    exporter self = {0};
    int exit_code = COMMAND_DONE;
    const char *format = arguments_text(given, "format");
    self.is_cbor = format != NULL && strcmp(format, "cbor") == 0;
    if (!filters_read(given, &self.filters)) {
        return COMMAND_USAGE;
    }
    if (self.is_cbor && terminal_is(stdout)) {
        terminal_report("cbor is not for a terminal; send it to a file or a pipe");
        return COMMAND_USAGE;
    }
    self.records = command_open_database(given, 0, &exit_code);
    if (self.records == NULL) {
        return exit_code;
    }
    exit_code = self.filters.has_any ? export_matches(&self) : export_all(&self);
    command_close_database(self.records);
    free(self.sources.ids);
    free(self.sources.is_taken);
    return exit_code;
}

static const arguments_option options[] = {
    COMMAND_OPTIONS_DATABASE,
    {.name = "format",
     .value = "FORMAT",
     .kind = ARGUMENTS_TEXT,
     .words = "jsonl cbor",
     .help = "one JSON record per line (the default), or the records' bytes one after the other"},
    FILTERS_OPTIONS,
    {.name = NULL},
};

static const char *const examples[] = {
    "steme export --db claims > claims.jsonl",
    "steme export --db claims --format cbor | steme import --db copy --format cbor -",
    "steme export --db claims --predicate vendor --limit 100",
    "steme export --db claims --limit 100000 --cursor 0103…",
    NULL,
};

const command command_export = {
    .name = "export",
    .operands = "",
    .summary = "write signed records, for `steme import` elsewhere",
    .details =
        "Without filters: every record of every type, in the order of arrival. With filters: the\n"
        "assertions that match, oldest stamp first, each after the source record that it names.\n"
        "Where --limit left any out, or a node's stream broke off, stderr says by which --cursor\n"
        "the rest can be had, then or later; each part has the sources of its own assertions.\n"
        "A cursor of all records is good for the store that gave it alone.\n",
    .options = options,
    .examples = examples,
    .run = run,
};
