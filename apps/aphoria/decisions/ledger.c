/* ledger.c -- see ledger.h. */
#include "aphoria/decisions/ledger.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <steme/clock.h>

#include "common/record_json.h"
#include "common/terminal.h"
#include "common/text.h"

enum { LEDGER_SIZE_MAX = 256 << 20, FAULTS_SHOWN_MAX = 20 };

static const char *const files[] = {"acks.jsonl", "policy.jsonl", "baseline.jsonl", "claims.jsonl"};

const char *ledger_file(ledger_kind kind)
{
    return files[kind];
}

/* ---- Lines -------------------------------------------------------------------------------- */

typedef struct line_reader {
    ledger *to;
    const project *of;
    const char *path;
    unsigned long line;
    record_json_input *input;
    uint8_t *buffer;
} line_reader;

static void report_line(line_reader *self, const char *what)
{
    if (self->to->fault_count++ < FAULTS_SHOWN_MAX) {
        terminal_report("%s:%lu: %s", self->path, self->line, what);
    }
}

/* The record of a line, in the ledger's memory; 0 after a report. */
static int read_record(line_reader *self, steme_span line, steme_record *out_record)
{
    json_t *object = NULL;
    steme_span bytes = {NULL, 0};
    steme_error error = {0};
    steme_status status = record_json_load(line, &object, &error);
    if (status == STEME_OK) {
        status = record_from_json(object, self->input, &error);
    }
    if (status == STEME_OK && self->input->signature_count == 0) {
        json_decref(object);
        report_line(self, "it is not signed: decisions are made by aphoria's commands");
        return 0;
    }
    if (status == STEME_OK) {
        status = record_json_assemble(self->input, self->buffer, &bytes, &error);
    }
    json_decref(object);
    if (status == STEME_OK) {
        bytes.bytes = (const uint8_t *)arena_copy(&self->to->memory, bytes.bytes, bytes.size);
        status = steme_record_admit(bytes, out_record, &error);
    }
    if (status != STEME_OK) {
        report_line(self, error.message);
    }
    return status == STEME_OK;
}

static const project_signer *find_signer(const project *of, const steme_record *record)
{
    const project_signer *found = NULL;
    for (uint32_t i = 0; found == NULL && i < record->signer_count; i++) {
        found = project_signer_find(of, steme_record_signer(record, i));
    }
    return found;
}

static void read_line(line_reader *self, steme_span line)
{
    ledger_entry entry;
    ledger *to = self->to;
    if (!read_record(self, line, &entry.record)) {
        return;
    }
    if (steme_record_interpret(&entry.record, &entry.statement, NULL) != STEME_OK ||
        entry.statement.type != STEME_ASSERTION) {
        report_line(self, "it is no decision: not an assertion");
        return;
    }
    entry.signer = find_signer(self->of, &entry.record);
    if (entry.signer == NULL) {
        report_line(self, "signed by nobody of config.yaml: add the key to `signers`, or take the "
                          "line out");
        return;
    }
    if (to->count == to->capacity) {
        to->capacity = to->capacity == 0 ? 64 : 2 * to->capacity;
        to->entries = text_reallocate(to->entries, to->capacity * sizeof *to->entries);
    }
    to->entries[to->count++] = entry;
}

static void read_lines(line_reader *self, steme_span text)
{
    const char *bytes = (const char *)text.bytes;
    size_t size = text.size;
    self->input = text_allocate(sizeof *self->input);
    self->buffer = text_allocate(STEME_RECORD_SIZE_MAX);
    for (size_t begin = 0; begin < size;) {
        const char *end = memchr(bytes + begin, '\n', size - begin);
        size_t stop = end == NULL ? size : (size_t)(end - bytes);
        self->line++;
        size_t length = stop - begin;
        length -= length > 0 && bytes[begin + length - 1] == '\r';
        if (length > 0) {
            read_line(self, (steme_span){text.bytes + begin, length});
        }
        begin = stop + 1;
    }
    free(self->input);
    free(self->buffer);
}

/* ---- What counts -------------------------------------------------------------------------- */

static int compare_spans(steme_span left, steme_span right)
{
    size_t size = left.size < right.size ? left.size : right.size;
    int order = size == 0 ? 0 : memcmp(left.bytes, right.bytes, size);
    return order != 0 ? order : (left.size > right.size) - (left.size < right.size);
}

static int compare_names(const ledger_entry *left, const ledger_entry *right)
{
    const steme_assertion *a = &left->statement.as.assertion;
    const steme_assertion *b = &right->statement.as.assertion;
    int order = compare_spans(a->subject, b->subject);
    return order != 0 ? order : compare_spans(a->predicate, b->predicate);
}

/* The newest first. */
static int compare_entries(const void *left, const void *right)
{
    const ledger_entry *a = left;
    const ledger_entry *b = right;
    int order = compare_names(a, b);
    if (order == 0) {
        order = steme_stamp_compare(&b->record.stamp, &a->record.stamp);
    }
    return order != 0 ? order : memcmp(b->record.id.bytes, a->record.id.bytes, STEME_ID_SIZE);
}

/* `all` keeps what was taken back too. */
static void keep_newest(ledger *self, int all)
{
    size_t kept = 0;
    const ledger_entry *last = NULL;
    if (self->count > 1) {
        qsort(self->entries, self->count, sizeof *self->entries, compare_entries);
    }
    ledger_entry newest;
    for (size_t i = 0; i < self->count; i++) {
        if (last != NULL && compare_names(last, &self->entries[i]) == 0) {
            continue;
        }
        newest = self->entries[i];
        last = &newest;
        if (all || newest.statement.as.assertion.relation != STEME_RELATION_NONE) {
            self->entries[kept++] = newest;
        }
    }
    self->count = kept;
}

/* ---- Files -------------------------------------------------------------------------------- */

/* NULL after a report; "" of a file that is not there. Links are not followed. */
static char *load(const char *path, size_t *out_size)
{
    struct stat about;
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    *out_size = 0;
    if (descriptor < 0 && errno == ENOENT) {
        return text_duplicate("");
    }
    FILE *file = descriptor < 0 ? NULL : fdopen(descriptor, "rb");
    if (file == NULL || fstat(descriptor, &about) != 0) {
        terminal_report("%s: cannot be read: %s", path,
                        errno == ELOOP ? "it is a link; put the file itself there"
                                       : strerror(errno));
        return NULL;
    }
    if (!S_ISREG(about.st_mode) || about.st_size > LEDGER_SIZE_MAX) {
        terminal_report("%s: no file of at most 256 MiB", path);
        fclose(file);
        return NULL;
    }
    char *bytes = text_allocate((size_t)about.st_size + 1);
    *out_size = fread(bytes, 1, (size_t)about.st_size, file);
    bytes[*out_size] = '\0';
    fclose(file);
    return bytes;
}

static char *path_of(const project *of, ledger_kind kind, const char *suffix)
{
    text_buffer path = TEXT_EMPTY;
    text_append_format(&path, "%s/%s%s", of->folder, files[kind], suffix);
    return path.bytes;
}

static void parse(ledger *self, const project *of, const char *path, steme_span bytes, int all)
{
    line_reader reader = {.to = self, .of = of, .path = path};
    read_lines(&reader, bytes);
    if (self->fault_count > FAULTS_SHOWN_MAX) {
        terminal_report("%s: %zu more faults", path, self->fault_count - FAULTS_SHOWN_MAX);
    }
    keep_newest(self, all);
}

void ledger_parse(ledger *self, const project *of, const char *path, steme_span bytes)
{
    *self = (ledger){.memory = ARENA_EMPTY};
    parse(self, of, path, bytes, 0);
}

static int read_file(ledger *self, const project *of, ledger_kind kind, int all, char **out_bytes,
                     size_t *out_size)
{
    *self = (ledger){.memory = ARENA_EMPTY};
    char *path = path_of(of, kind, "");
    *out_bytes = load(path, out_size);
    if (*out_bytes != NULL) {
        parse(self, of, path, (steme_span){(const uint8_t *)*out_bytes, *out_size}, all);
    }
    free(path);
    return *out_bytes != NULL;
}

int ledger_read(ledger *self, const project *of, ledger_kind kind)
{
    char *bytes = NULL;
    size_t size = 0;
    int is_read = read_file(self, of, kind, 0, &bytes, &size);
    free(bytes);
    return is_read;
}

void ledger_close(ledger *self)
{
    free(self->entries);
    arena_deinit(&self->memory);
}

static int is_text(steme_span span, const char *text)
{
    return span.size == strlen(text) && memcmp(span.bytes, text, span.size) == 0;
}

const ledger_entry *ledger_find(const ledger *self, const char *subject, const char *predicate)
{
    size_t low = 0;
    size_t high = self->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_spans(self->entries[middle].statement.as.assertion.subject,
                          text_span(subject)) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    for (; low < self->count; low++) {
        const steme_assertion *said = &self->entries[low].statement.as.assertion;
        if (!is_text(said->subject, subject)) {
            break;
        }
        if (predicate == NULL || is_text(said->predicate, predicate)) {
            return &self->entries[low];
        }
    }
    return NULL;
}

const char *ledger_text(const ledger_entry *entry, const char *key, arena *memory)
{
    const steme_metadata *metadata = &entry->statement.as.assertion.metadata;
    for (uint32_t i = 0; i < metadata->count; i++) {
        steme_text_pair pair = steme_metadata_get(metadata, i);
        if (is_text(pair.key, key)) {
            return arena_copy(memory, pair.value.bytes, pair.value.size);
        }
    }
    return "";
}

/* ---- Writing ------------------------------------------------------------------------------ */

static int compare_same(const void *left, const void *right)
{
    return compare_names(left, right);
}

/* NULL where `before` has nothing of the same. */
static const ledger_entry *find_same(const ledger *before, const steme_statement *statement)
{
    ledger_entry named = {.statement = *statement};
    return before->count == 0 ? NULL
                              : bsearch(&named, before->entries, before->count,
                                        sizeof *before->entries, compare_same);
}

/* Later than what `before` has of the same. */
static void stamp(const ledger_entry *held, steme_statement *statement, const steme_key *key)
{
    struct timespec now;
    steme_id node = steme_hash(key->agent.bytes, sizeof key->agent);
    clock_gettime(CLOCK_REALTIME, &now);
    uint64_t time_ns = (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
    if (held != NULL && held->record.stamp.time_ns >= time_ns) {
        time_ns = held->record.stamp.time_ns + 1;
    }
    statement->stamp = (steme_stamp){.time_ns = time_ns};
    memcpy(statement->stamp.node, node.bytes, sizeof statement->stamp.node);
    statement->claim_time_ns = steme_stamp_claim_time(&statement->stamp);
}

/* Whether the record says the same at its own time. */
static int says_same(const ledger_entry *held, const steme_statement *statement, uint8_t *buffer)
{
    steme_agent signers[STEME_SIGNER_COUNT_MAX];
    steme_span content;
    steme_statement then = *statement;
    if (held == NULL) {
        return 0;
    }
    then.stamp = held->record.stamp;
    then.claim_time_ns = held->statement.claim_time_ns;
    for (uint32_t i = 0; i < held->record.signer_count; i++) {
        memcpy(signers[i].bytes, steme_record_signer(&held->record, i), STEME_AGENT_SIZE);
    }
    return steme_content_encode(&then, signers, held->record.signer_count, buffer, &content,
                                NULL) == STEME_OK &&
           compare_spans(content, held->record.content) == 0;
}

static int add_line(text_buffer *to, const steme_record *record)
{
    json_t *object = NULL;
    steme_error error = {0};
    steme_status status = record_to_json(record, &object, &error);
    char *line = status == STEME_OK ? record_json_text(object, 0) : NULL;
    json_decref(object);
    if (line == NULL) {
        terminal_report("%s", error.message[0] == '\0' ? "out of memory" : error.message);
        return 0;
    }
    text_append(to, line);
    text_append(to, "\n");
    free(line);
    return 1;
}

static int add_signed(text_buffer *to, const steme_statement *statement, const steme_key *key,
                      uint8_t *buffer)
{
    steme_record record;
    steme_error error = {0};
    if (steme_record_sign(statement, key, 1, buffer, &record, &error) != STEME_OK) {
        terminal_report("%s", error.message);
        return 0;
    }
    return add_line(to, &record);
}

static int write_all(int descriptor, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t written = write(descriptor, bytes, size);
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            return 0;
        }
        bytes += written;
        size -= (size_t)written;
    }
    return fsync(descriptor) == 0;
}

static void sync_folder(const char *path)
{
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_DIRECTORY);
    if (descriptor >= 0) {
        fsync(descriptor);
        close(descriptor);
    }
}

/* A reader sees the old file or the new one. */
static int put_in_place(const project *of, ledger_kind kind, const text_buffer *text)
{
    char *path = path_of(of, kind, "");
    char *next = path_of(of, kind, ".XXXXXX");
    int descriptor = mkostemp(next, O_CLOEXEC);
    int is_made = descriptor >= 0 && write_all(descriptor, text_get(text), text->size) &&
                  fchmod(descriptor, 0644) == 0 && rename(next, path) == 0;
    if (!is_made) {
        terminal_report("%s: cannot be written: %s", path, strerror(errno));
        if (descriptor >= 0) {
            unlink(next);
        }
    }
    if (descriptor >= 0) {
        close(descriptor);
    }
    if (is_made) {
        sync_folder(of->folder);
    }
    free(path);
    free(next);
    return is_made;
}

static int is_signer(const project *of, const steme_key *key)
{
    if (!of->has_folder) {
        terminal_report("%s is no project yet: run `aphoria init` there", of->top);
        return 0;
    }
    if (project_signer_find(of, key->agent.bytes) == NULL) {
        terminal_report("your key is not among the signers of %s/config.yaml: run `aphoria init`",
                        of->folder);
        return 0;
    }
    return 1;
}

static int write_lines(const project *of, ledger_kind kind, steme_statement *statements,
                       size_t count, const steme_key *key, int keeps)
{
    ledger before;
    char *bytes = NULL;
    size_t size = 0;
    text_buffer text = TEXT_EMPTY;
    uint8_t *buffer = text_allocate(STEME_RECORD_SIZE_MAX);
    int is_done = is_signer(of, key) && read_file(&before, of, kind, 1, &bytes, &size);
    if (is_done && keeps) {
        text_append_bytes(&text, bytes, size);
        if (size > 0 && bytes[size - 1] != '\n') {
            text_append(&text, "\n");
        }
    }
    for (size_t i = 0; is_done && i < count; i++) {
        const ledger_entry *held = find_same(&before, &statements[i]);
        if (!says_same(held, &statements[i], buffer)) {
            stamp(held, &statements[i], key);
            is_done = add_signed(&text, &statements[i], key, buffer);
        } else if (!keeps) {
            is_done = add_line(&text, &held->record);
        }
    }
    is_done = is_done && put_in_place(of, kind, &text);
    if (bytes != NULL) {
        ledger_close(&before);
    }
    free(bytes);
    free(buffer);
    text_deinit(&text);
    return is_done;
}

int ledger_append(const project *of, ledger_kind kind, steme_statement *statements, size_t count,
                  const steme_key *key)
{
    return write_lines(of, kind, statements, count, key, 1);
}

static int compare_statements(const void *left, const void *right)
{
    const steme_statement *a = left;
    const steme_statement *b = right;
    int order = compare_spans(a->as.assertion.subject, b->as.assertion.subject);
    return order != 0 ? order : compare_spans(a->as.assertion.predicate, b->as.assertion.predicate);
}

int ledger_replace(const project *of, ledger_kind kind, steme_statement *statements, size_t count,
                   const steme_key *key)
{
    if (count > 1) {
        qsort(statements, count, sizeof *statements, compare_statements);
    }
    return write_lines(of, kind, statements, count, key, 0);
}
