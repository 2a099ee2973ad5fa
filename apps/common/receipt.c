#include "common/receipt.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "common/answer_json.h"
#include "common/api_question.h"
#include "common/fail.h"
#include "common/output.h"
#include "common/record_json.h"
#include "common/text.h"

static const char proves[] =
    "these records were in the set with this root and lead to this answer; not that nothing was "
    "withheld";

static char *print(const json_t *document, size_t indent)
{
    char *printed = record_json_text(document, indent);
    if (printed == NULL) {
        output_set(NULL, "", NULL);
        abort(); /* that ended the program */
    }
    return printed;
}

/* BLAKE3 of the document on one line. */
static steme_id hash_of(const json_t *document)
{
    char *line = print(document, 0);
    steme_id hash = steme_hash(line, strlen(line));
    free(line);
    return hash;
}

/* The only text of a document: indented, with a newline at its end. */
static char *text_of(const json_t *document)
{
    char *lines = print(document, 2);
    size_t size = strlen(lines);
    lines = text_reallocate(lines, size + 2);
    memcpy(lines + size, "\n", 2);
    return lines;
}

static int is_text(steme_span span, const char *text)
{
    return span.bytes != NULL && span.size == strlen(text) &&
           memcmp(span.bytes, text, span.size) == 0;
}

/* ---- Making ------------------------------------------------------------------------------- */

static json_t *question_to_json(const steme_query_options *question)
{
    api_question_message *message = text_allocate(sizeof *message);
    api_question_write(question, message);
    size_t size = protobuf_c_message_get_packed_size(&message->request.base);
    uint8_t *bytes = text_allocate(size + 1);
    protobuf_c_message_pack(&message->request.base, bytes);
    json_t *digits = record_hex_to_json(bytes, size);
    free(bytes);
    free(message);
    return digits;
}

/* The question without what changes no answer, and with the time of evaluation. */
static steme_query_options bare_question(const steme_query_options *question,
                                         uint64_t evaluated_at_ns)
{
    steme_query_options bare = *question;
    bare.evaluated_at_ns = evaluated_at_ns;
    bare.limit = 0;
    bare.cursor = (steme_span){NULL, 0};
    bare.notes_records = 0;
    return bare;
}

/* Puts a record and its proof to its entry, or to those that were consulted. Both lists ascend by
 * id; `*index` is the next entry. */
static void add_evidence(json_t *entries, json_t *consulted, size_t *index,
                         const steme_record *record, steme_span proof)
{
    json_t *entry = json_array_get(entries, *index);
    json_t *id = record_hex_to_json(record->id.bytes, sizeof record->id.bytes);
    if (entry != NULL && json_equal(id, json_object_get(entry, "id"))) {
        json_decref(id);
        ++*index;
    } else {
        entry = json_object();
        output_set(entry, "id", id);
        if (json_array_append_new(consulted, entry) != 0) {
            output_set(NULL, "", NULL);
        }
    }
    output_set(entry, "record", record_hex_to_json(record->bytes.bytes, record->bytes.size));
    output_set(entry, "proof", record_hex_to_json(proof.bytes, proof.size));
}

static steme_status add_all_evidence(json_t *entries, json_t *consulted, database_query *query,
                                     steme_error *error)
{
    size_t index = 0;
    for (;;) {
        steme_record record;
        uint8_t *proof = NULL;
        size_t proof_size = 0;
        steme_status status =
            database_query_next_evidence(query, &record, &proof, &proof_size, error);
        if (status != STEME_OK) {
            return status;
        }
        if (proof == NULL) {
            break;
        }
        add_evidence(entries, consulted, &index, &record, (steme_span){proof, proof_size});
        free(proof);
    }
    return index == json_array_size(entries)
               ? STEME_OK
               : app_fail(error, STEME_IO, "a record of the answer came without its proof");
}

steme_status receipt_make(const steme_answer *answer, const steme_query_options *question,
                          database_query *query, char **out_text, steme_error *error)
{
    steme_query_options bare = bare_question(question, answer->evaluated_at_ns);
    json_t *document = answer_to_json(answer, question, database_query_set(query));
    json_t *receipt = json_object_get(document, "receipt");
    json_t *consulted = json_array();
    output_set(receipt, "consulted", consulted);
    steme_status status =
        add_all_evidence(json_object_get(receipt, "records"), consulted, query, error);
    if (status == STEME_OK) {
        output_set(receipt, "question", question_to_json(&bare));
        output_set(receipt, "proves", json_string(proves));
        steme_id hash = hash_of(document);
        output_set(document, "hash", record_hex_to_json(hash.bytes, sizeof hash.bytes));
        *out_text = text_of(document);
    }
    json_decref(document);
    return status;
}

/* ---- Reading ------------------------------------------------------------------------------ */

/* A receipt that is being checked. */
typedef struct receipt {
    const steme_truth_model *model;
    json_t *document;
    Stemedb__Api__V1__QueryRequest *request;
    api_question question;
    answer_set set;
    steme_append *items; /* their bytes are this struct's */
    steme_id *ids;
    size_t count;
    size_t entry_count; /* the first of them: the records that the answer counts */
} receipt;

static steme_span text_field(const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);
    if (!json_is_string(value)) {
        return (steme_span){NULL, 0};
    }
    return (steme_span){(const uint8_t *)json_string_value(value), json_string_length(value)};
}

/* Digits as bytes to be freed, or NULL. */
static uint8_t *bytes_field(const json_t *object, const char *name, size_t *out_size)
{
    steme_span digits = text_field(object, name);
    if (digits.size == 0) {
        return NULL;
    }
    uint8_t *bytes = text_allocate(digits.size / 2 + 1);
    *out_size = digits.size / 2;
    if (!record_hex_from_text(digits, bytes, *out_size)) {
        free(bytes);
        return NULL;
    }
    return bytes;
}

static int id_field(const json_t *object, const char *name, steme_id *out_id)
{
    return record_hex_from_text(text_field(object, name), out_id->bytes, sizeof out_id->bytes);
}

static steme_status check_hash(receipt *self, steme_span text, steme_error *error)
{
    text_buffer digits = TEXT_EMPTY; /* in no other letters: 'a' is not 'A' */
    char *only = text_of(self->document);
    int is_only = is_text(text, only);
    free(only);
    if (!is_only) {
        return app_fail(error, STEME_INVALID, "not as a receipt is written");
    }
    json_t *given = json_incref(json_object_get(self->document, "hash"));
    if (!json_is_string(given)) {
        json_decref(given);
        return app_fail(error, STEME_INVALID, "no receipt: it has no hash");
    }
    json_object_del(self->document, "hash");
    steme_id hash = hash_of(self->document);
    text_append_hex(&digits, hash.bytes, sizeof hash.bytes);
    int is_same = strcmp(json_string_value(given), text_get(&digits)) == 0;
    json_decref(given);
    text_deinit(&digits);
    return is_same ? STEME_OK
                   : app_fail(error, STEME_INVALID, "altered: its hash is of another text");
}

static steme_status read_question(receipt *self, const json_t *object, steme_error *error)
{
    size_t size = 0;
    uint8_t *bytes = bytes_field(object, "question", &size);
    if (bytes != NULL) {
        self->request = stemedb__api__v1__query_request__unpack(NULL, size, bytes);
    }
    free(bytes);
    if (self->request == NULL) {
        return app_fail(error, STEME_INVALID, "the question cannot be read");
    }
    steme_status status = api_question_read(self->request, &self->question, error);
    if (status != STEME_OK) {
        return status;
    }
    const steme_query_options *options = &self->question.options;
    json_t *again = question_to_json(options);
    int is_same = json_equal(again, json_object_get(object, "question"));
    json_decref(again);
    return is_same && options->lens != STEME_LENS_NONE && options->subject.size > 0 &&
                   options->predicate.size > 0 && options->evaluated_at_ns != 0 &&
                   options->limit == 0 && options->cursor.size == 0
               ? STEME_OK
               : app_fail(error, STEME_INVALID, "the question is not of a receipt");
}

static steme_status read_versions(const json_t *object, steme_error *error)
{
    const json_t *version = json_object_get(object, "lens_version");
    if (!json_is_integer(version) || json_integer_value(version) != STEME_LENS_VERSION) {
        return app_fail(error, STEME_VERSION, "made by lenses of another version than %d",
                        STEME_LENS_VERSION);
    }
    if (!is_text(text_field(object, "unicode"), steme_unicode_version())) {
        return app_fail(error, STEME_VERSION, "made with another Unicode than %s",
                        steme_unicode_version());
    }
    return STEME_OK;
}

/* One record: takes its bytes, and checks its proof. */
static steme_status read_record(receipt *self, const json_t *object, steme_error *error)
{
    steme_append *item = &self->items[self->count];
    steme_id *id = &self->ids[self->count];
    uint8_t *bytes = bytes_field(object, "record", &item->record.size);
    if (bytes == NULL || !id_field(object, "id", id)) {
        free(bytes);
        return app_fail(error, STEME_INVALID, "a record cannot be read");
    }
    item->record.bytes = bytes;
    self->count++;
    size_t proof_size = 0;
    uint8_t *proof = bytes_field(object, "proof", &proof_size);
    if (proof == NULL) {
        return app_fail(error, STEME_INVALID, "a record without its proof");
    }
    steme_status status =
        steme_proof_check((steme_span){proof, proof_size}, id, &self->set.root, error);
    free(proof);
    return status;
}

static steme_status read_records(receipt *self, const json_t *object, steme_error *error)
{
    const json_t *lists[] = {json_object_get(object, "records"),
                             json_object_get(object, "consulted")};
    size_t count = json_array_size(lists[0]) + json_array_size(lists[1]);
    self->items = text_allocate((count + 1) * sizeof *self->items);
    self->ids = text_allocate((count + 1) * sizeof *self->ids);
    memset(self->items, 0, (count + 1) * sizeof *self->items);
    self->entry_count = json_array_size(lists[0]);
    for (size_t i = 0; i < 2; i++) {
        for (size_t j = 0; j < json_array_size(lists[i]); j++) {
            steme_status status = read_record(self, json_array_get(lists[i], j), error);
            if (status != STEME_OK) {
                return status;
            }
        }
    }
    return STEME_OK;
}

/* That the model that is named is the one at hand. */
static steme_status check_model(const receipt *self, const json_t *object, steme_error *error)
{
    steme_id wanted;
    const json_t *named = json_object_get(object, "truth_model");
    if (named == NULL || json_is_null(named)) {
        return STEME_OK;
    }
    if (self->model == NULL) {
        return app_fail(error, STEME_INVALID, "it is by a model; give its file, --model FILE");
    }
    steme_id id = steme_truth_model_id(self->model);
    return id_field(object, "truth_model", &wanted) && memcmp(&wanted, &id, sizeof id) == 0
               ? STEME_OK
               : app_fail(error, STEME_INVALID, "it is by another model");
}

static steme_status read_receipt(receipt *self, steme_span text, steme_error *error)
{
    steme_status status = record_json_load(text, &self->document, error);
    if (status == STEME_OK) {
        status = check_hash(self, text, error);
    }
    if (status != STEME_OK) {
        return status;
    }
    const json_t *object = json_object_get(self->document, "receipt");
    const json_t *count = json_object_get(object, "count");
    if (!id_field(object, "root", &self->set.root) || !json_is_integer(count) ||
        !is_text(text_field(object, "proves"), proves)) {
        return app_fail(error, STEME_INVALID, "no receipt: it lacks root, count or what it proves");
    }
    self->set.record_count = (uint64_t)json_integer_value(count);
    status = read_versions(object, error);
    if (status == STEME_OK) {
        status = check_model(self, object, error);
    }
    if (status == STEME_OK) {
        status = read_question(self, object, error);
    }
    return status == STEME_OK ? read_records(self, object, error) : status;
}

/* ---- Asking again ------------------------------------------------------------------------- */

static steme_status fill_store(const receipt *self, steme_store *store, steme_error *error)
{
    steme_status status = steme_store_append_many(store, self->items, self->count, 0, error);
    for (size_t i = 0; status == STEME_OK && i < self->count; i++) {
        const steme_append *item = &self->items[i];
        if (item->status != STEME_OK || item->was_held ||
            memcmp(&item->id, &self->ids[i], sizeof item->id) != 0) {
            status = app_fail(error, STEME_INVALID, "record %zu: %s", i + 1,
                              item->status != STEME_OK ? steme_status_text(item->status)
                                                       : "it is another, or there twice");
        }
    }
    return status;
}

/* Leaves of the document what every answer's JSON has. */
static void strip(json_t *document)
{
    json_t *object = json_object_get(document, "receipt");
    json_t *entries = json_object_get(object, "records");
    json_object_del(object, "consulted");
    json_object_del(object, "question");
    json_object_del(object, "proves");
    for (size_t i = 0; i < json_array_size(entries); i++) {
        json_object_del(json_array_get(entries, i), "record");
        json_object_del(json_array_get(entries, i), "proof");
    }
}

static steme_status compare(receipt *self, const steme_answer *answer, steme_error *error)
{
    if (answer == NULL) {
        return app_fail(error, STEME_INVALID, "these records lead to no answer");
    }
    json_t *again = answer_to_json(answer, &self->question.options, &self->set);
    strip(self->document);
    int is_same = json_equal(again, self->document);
    json_decref(again);
    return is_same ? STEME_OK
                   : app_fail(error, STEME_INVALID, "these records lead to another answer");
}

static steme_status ask_again(receipt *self, steme_store *store, steme_error *error)
{
    /* They came to this store just now: all of them were there by the time that was asked for. */
    steme_query_options options = self->question.options;
    options.has_recorded_as_of = 0;
    options.truth_model = self->model;
    steme_snapshot *snapshot = NULL;
    steme_query *query = NULL;
    const steme_answer *answer = NULL;
    steme_status status = steme_snapshot_open(store, &snapshot, error);
    if (status != STEME_OK) {
        return status;
    }
    status = steme_query_open(snapshot, &options, &query, error);
    if (status == STEME_OK) {
        status = steme_query_next_answer(query, &answer, error);
    }
    if (status == STEME_OK) {
        status = compare(self, answer, error);
    }
    steme_query_close(query);
    steme_snapshot_close(snapshot);
    return status;
}

static steme_status replay(receipt *self, const char *folder, steme_error *error)
{
    static const steme_store_options options = {.free_size_min = 1, .peer_free_size_min = 1};
    steme_store *store = NULL;
    steme_status status = steme_store_create(folder, error);
    if (status == STEME_OK) {
        status = steme_store_open(folder, &options, &store, error);
    }
    if (status == STEME_OK) {
        status = fill_store(self, store, error);
    }
    if (status == STEME_OK) {
        status = ask_again(self, store, error);
    }
    steme_store_close(store);
    return status;
}

static void deinit(receipt *self)
{
    for (size_t i = 0; i < self->count; i++) {
        free((void *)(uintptr_t)self->items[i].record.bytes);
    }
    free(self->items);
    free(self->ids);
    api_question_deinit(&self->question);
    if (self->request != NULL) {
        stemedb__api__v1__query_request__free_unpacked(self->request, NULL);
    }
    json_decref(self->document);
}

steme_status receipt_verify(steme_span text, const char *folder, const steme_truth_model *model,
                            receipt_report *out_report, steme_error *error)
{
    receipt self = {.model = model};
    steme_status status = read_receipt(&self, text, error);
    if (status == STEME_OK) {
        status = replay(&self, folder, error);
    }
    if (status == STEME_OK) {
        *out_report = (receipt_report){.root = self.set.root,
                                       .record_count = self.entry_count,
                                       .consulted_count = self.count - self.entry_count};
    }
    deinit(&self);
    return status;
}
