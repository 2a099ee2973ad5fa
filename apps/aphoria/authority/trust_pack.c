/* trust_pack.c -- see trust_pack.h. */
#include "aphoria/authority/trust_pack.h"

#include <stdlib.h>
#include <string.h>

#include "common/file.h"
#include "common/record_json.h"
#include "common/terminal.h"

static const char scheme[] = "pack://";
enum { SCHEME_SIZE = sizeof scheme - 1, FAULT_COUNT_MAX = 20 };

typedef struct pack_reading {
    trust_pack *pack;
    const char *path;
    size_t line;
    size_t fault_count;
    size_t capacity;
    record_json_input *input;
    uint8_t buffer[STEME_RECORD_SIZE_MAX];
} pack_reading;

/* ---- Lines -------------------------------------------------------------------------------- */

static int fault(pack_reading *self, const char *what, const char *which)
{
    if (self->fault_count++ < FAULT_COUNT_MAX) {
        terminal_report("%s:%zu: %s%s%s; the pack is not what was signed", self->path, self->line,
                        what, which[0] == '\0' ? "" : ": ", which);
    }
    return 0;
}

/* One line as an admitted record, its bytes in the arena. */
static int read_record(pack_reading *self, steme_span line, steme_record *out)
{
    steme_error error = {0};
    json_t *object = NULL;
    steme_span bytes = {NULL, 0};
    steme_status status = record_json_load(line, &object, &error);
    if (status == STEME_OK) {
        status = record_from_json(object, self->input, &error);
    }
    if (status == STEME_OK && self->input->signature_count == 0) {
        json_decref(object);
        return fault(self, "a line that nobody signed", "");
    }
    if (status == STEME_OK) {
        status = record_json_assemble(self->input, self->buffer, &bytes, &error);
    }
    json_decref(object);
    if (status == STEME_OK) {
        bytes.bytes = (const uint8_t *)arena_copy(&self->pack->memory, bytes.bytes, bytes.size);
        status = steme_record_admit(bytes, out, &error);
    }
    return status == STEME_OK || fault(self, "no record", error.message);
}

static void add(pack_reading *self, const steme_record *record)
{
    trust_pack *to = self->pack;
    if (to->count == self->capacity) {
        self->capacity = self->capacity == 0 ? 64 : 2 * self->capacity;
        to->items = text_reallocate(to->items, self->capacity * sizeof *to->items);
    }
    to->items[to->count++] = (steme_append){.record = record->bytes, .id = record->id};
}

static steme_status append_line(text_buffer *to, const steme_record *record, steme_error *error)
{
    json_t *object = NULL;
    steme_status status = record_to_json(record, &object, error);
    if (status == STEME_OK) {
        char *line = record_json_text(object, 0);
        text_append(to, line == NULL ? "" : line);
        text_append(to, "\n");
        free(line);
    }
    json_decref(object);
    return status;
}

/* A record has one text, but that letters and blanks may be others: what is signed has not. */
static int is_own_text(const steme_record *record, steme_span line)
{
    text_buffer text = TEXT_EMPTY;
    int is_own = append_line(&text, record, NULL) == STEME_OK && text.size == line.size + 1 &&
                 memcmp(text.bytes, line.bytes, line.size) == 0;
    text_deinit(&text);
    return is_own;
}

/* The first line: who signed what. */
static int read_head(pack_reading *self, steme_span line, steme_id *out_document)
{
    steme_statement statement;
    const steme_source *source = &statement.as.source;
    trust_pack *to = self->pack;
    if (!read_record(self, line, &to->head)) {
        return 0;
    }
    if (steme_record_interpret(&to->head, &statement, NULL) != STEME_OK ||
        statement.type != STEME_SOURCE || source->document.count != 1 ||
        source->name.size <= SCHEME_SIZE || memcmp(source->name.bytes, scheme, SCHEME_SIZE) != 0) {
        return fault(self,
                     "no pack: its first line is not a source record pack://NAME with the "
                     "hash of what follows",
                     "");
    }
    if (!is_own_text(&to->head, line)) {
        return fault(self, "not as a pack is written", "");
    }
    to->name =
        arena_copy(&to->memory, source->name.bytes + SCHEME_SIZE, source->name.size - SCHEME_SIZE);
    *out_document = steme_id_list_get(&source->document, 0);
    return 1;
}

static steme_span next_line(steme_span *rest)
{
    const uint8_t *end = memchr(rest->bytes, '\n', rest->size);
    steme_span line = {rest->bytes, end == NULL ? rest->size : (size_t)(end - rest->bytes)};
    size_t taken = line.size + (end != NULL);
    *rest = (steme_span){rest->bytes + taken, rest->size - taken};
    return line;
}

static void read_body(pack_reading *self, steme_span rest)
{
    while (rest.size > 0 && self->fault_count < FAULT_COUNT_MAX) {
        steme_record record;
        steme_span line = next_line(&rest);
        self->line++;
        if (self->pack->count == TRUST_PACK_RECORD_MAX) {
            fault(self, "more records than a pack may have", "");
            return;
        }
        if (read_record(self, line, &record)) {
            add(self, &record);
        }
    }
}

/* ---- Packs -------------------------------------------------------------------------------- */

static void read_pack(pack_reading *self, steme_span text)
{
    steme_id document;
    steme_span rest = text;
    self->line = 1;
    if (!read_head(self, next_line(&rest), &document)) {
        return;
    }
    steme_id found = steme_hash(rest.bytes, rest.size);
    read_body(self, rest);
    if (self->fault_count == 0 && memcmp(&found, &document, sizeof found) != 0) {
        self->line = 1;
        fault(self, "lines were added, left out, moved or written otherwise", "");
    }
    team_records signers = {0};
    team_records_begin(&signers, NULL);
    trust_pack_add_to(self->pack, &signers);
    team_records_finish(&signers);
    if (self->fault_count == 0 && signers.agent_count > TRUST_PACK_SIGNER_MAX) {
        fault(self, "more signers than a pack may have", "");
    }
    team_records_deinit(&signers);
}

int trust_pack_parse(trust_pack *self, const char *path, steme_span text)
{
    *self = (trust_pack){0};
    if (text.size == 0 || text.size > TRUST_PACK_SIZE_MAX) {
        terminal_report("%s: %s; it is no pack", path,
                        text.size == 0 ? "nothing in it" : "over 64 MiB");
        return 0;
    }
    pack_reading *reading = text_allocate(sizeof *reading);
    *reading = (pack_reading){.pack = self, .path = path};
    reading->input = text_allocate(sizeof *reading->input);
    read_pack(reading, text);
    int is_whole = reading->fault_count == 0;
    free(reading->input);
    free(reading);
    return is_whole;
}

int trust_pack_read(trust_pack *self, const char *path)
{
    uint8_t *bytes = NULL;
    size_t size = 0;
    *self = (trust_pack){0};
    if (!file_read(path, TRUST_PACK_SIZE_MAX, &bytes, &size)) {
        return 0;
    }
    int is_whole = trust_pack_parse(self, path, (steme_span){bytes, size});
    free(bytes);
    return is_whole;
}

void trust_pack_deinit(trust_pack *self)
{
    free(self->items);
    arena_deinit(&self->memory);
    *self = (trust_pack){0};
}

int trust_pack_is_signed_by(const trust_pack *self, const steme_agent *agent)
{
    for (uint32_t i = 0; i < self->head.signer_count; i++) {
        if (memcmp(steme_record_signer(&self->head, i), agent->bytes, sizeof agent->bytes) == 0) {
            return 1;
        }
    }
    return 0;
}

void trust_pack_add_to(const trust_pack *self, team_records *to)
{
    steme_record record;
    for (size_t i = 0; i < self->count; i++) {
        if (steme_record_parse(self->items[i].record, &record, NULL) == STEME_OK) {
            team_records_add(to, &record);
        }
    }
    team_records_add(to, &self->head);
}

/* ---- Writing ------------------------------------------------------------------------------ */

/* The source record over the body; its stamp is behind those of all records. */
static steme_status sign_head(const char *name, const text_buffer *body, uint64_t time_ns,
                              const steme_key *key, uint8_t *buffer, steme_record *out,
                              steme_error *error)
{
    text_buffer uri = TEXT_EMPTY;
    steme_id document = steme_hash(body->bytes, body->size);
    steme_id node = steme_hash(key->agent.bytes, sizeof key->agent.bytes);
    steme_statement statement = {.type = STEME_SOURCE};
    statement.stamp.time_ns = time_ns;
    memcpy(statement.stamp.node, node.bytes, sizeof statement.stamp.node);
    statement.claim_time_ns = steme_stamp_claim_time(&statement.stamp);
    text_append_format(&uri, "%s%s", scheme, name);
    statement.as.source.name = text_span(text_get(&uri));
    statement.as.source.document = (steme_id_list){document.bytes, 1, STEME_ID_SIZE};
    steme_status status = steme_record_sign(&statement, key, 1, buffer, out, error);
    text_deinit(&uri);
    return status;
}

steme_status trust_pack_write(const char *name, const steme_append *items, size_t count,
                              const steme_key *key, text_buffer *out_text, steme_error *error)
{
    text_buffer body = TEXT_EMPTY;
    uint64_t time_ns = 0;
    steme_record record;
    steme_status status = STEME_OK;
    for (size_t i = 0; status == STEME_OK && i < count; i++) {
        status = steme_record_parse(items[i].record, &record, error);
        if (status == STEME_OK) {
            time_ns = record.stamp.time_ns > time_ns ? record.stamp.time_ns : time_ns;
            status = append_line(&body, &record, error);
        }
    }
    uint8_t *buffer = text_allocate(STEME_RECORD_SIZE_MAX);
    if (status == STEME_OK) {
        status = sign_head(name, &body, time_ns, key, buffer, &record, error);
    }
    if (status == STEME_OK) {
        status = append_line(out_text, &record, error);
    }
    if (status == STEME_OK) {
        text_append_bytes(out_text, body.bytes, body.size);
    }
    free(buffer);
    text_deinit(&body);
    return status;
}
