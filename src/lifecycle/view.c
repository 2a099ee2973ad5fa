/* A view's file, deterministic CBOR as in docs/format.md, section 1:
 *
 *   [content, signatures]
 *     content     bytes: [1, signers, name, unlisted, class of unlisted, agents]
 *       signers   1 to 16 keys of 32 bytes, strictly ascending
 *       name      text of 1 to 256 bytes
 *       unlisted  0 each, 1 one, 2 ignored
 *       agents    array of [key, best class, stewardships, is seed], strictly ascending by key
 *     signatures  one of 64 bytes per signer, each over BLAKE3 of the content in derive_key mode
 * with the context "StemeDB v1 view signature"
 *
 * The view's hash is BLAKE3 of the content. */
#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"
#include "record/cbor_read.h"
#include "record/cbor_write.h"
#include "record/signature.h"

#include <assert.h>
#include <stdlib.h>
#include <steme/view.h>
#include <string.h>

enum {
    VERSION = 1,
    CONTENT_ITEM_COUNT = 6,
    AGENT_ITEM_COUNT = 4,
    NAME_SIZE_MAX = 256,
    STEWARDSHIPS_ALL = 31,
};

static const char signing_context[] = "StemeDB v1 view signature";

struct steme_view {
    steme_view_rules rules; /* its name and agents lie behind this */
    steme_id hash;
    steme_span file; /* behind the name */
    uint32_t signer_count;
    steme_agent signers[STEME_SIGNER_COUNT_MAX];
    steme_view_agent agents[];
};

/* ---- Reading ------------------------------------------------------------------------------ */

/* What was read: spans and keys lie in the file. */
typedef struct view_reading {
    steme_span content;
    uint32_t signer_count;
    const uint8_t *signers[STEME_SIGNER_COUNT_MAX];
    const uint8_t *signatures[STEME_SIGNER_COUNT_MAX];
    steme_span name;
    uint64_t unlisted;
    uint64_t unlisted_class;
    uint32_t agent_count;
    record_reader agents; /* at the first of them */
} view_reading;

static bool read_below(record_reader *reader, uint64_t bound, uint64_t *out_value)
{
    const uint8_t *at = reader->next;
    return record_read_unsigned(reader, out_value) &&
           (*out_value < bound || record_reader_refuse(reader, at, "out of range"));
}

static bool read_ascending_key(record_reader *reader, const uint8_t **previous)
{
    const uint8_t *at = reader->next;
    const uint8_t *key;
    if (!record_read_bytes_of(reader, STEME_AGENT_SIZE, &key))
        return false;
    if (*previous != NULL && memcmp(*previous, key, STEME_AGENT_SIZE) >= 0)
        return record_reader_refuse(reader, at, "not strictly ascending");
    *previous = key;
    return true;
}

static bool read_signers(record_reader *reader, view_reading *view)
{
    const uint8_t *at = reader->next;
    const uint8_t *previous = NULL;
    uint64_t count;
    if (!record_read_array(reader, &count))
        return false;
    if (count < 1 || count > STEME_SIGNER_COUNT_MAX)
        return record_reader_refuse(reader, at, "not 1 to 16 of them");
    view->signer_count = (uint32_t)count;
    for (uint32_t i = 0; i < view->signer_count; i++) {
        if (!read_ascending_key(reader, &previous))
            return false;
        view->signers[i] = previous;
    }
    return true;
}

static bool read_name(record_reader *reader, steme_span *out_name)
{
    const uint8_t *at = reader->next;
    return record_read_text(reader, out_name) &&
           (out_name->size <= NAME_SIZE_MAX ||
            record_reader_refuse(reader, at, "a name of more than 256 bytes"));
}

static bool read_agent(record_reader *reader, const uint8_t **previous, steme_view_agent *out_agent)
{
    uint64_t best_class;
    uint64_t stewardships;
    bool is_seed;
    if (!record_read_array_of(reader, AGENT_ITEM_COUNT) || !read_ascending_key(reader, previous) ||
        !read_below(reader, STEME_CLASS_ANECDOTAL + 1, &best_class) ||
        !read_below(reader, STEWARDSHIPS_ALL + 1, &stewardships) ||
        !record_read_boolean(reader, &is_seed))
        return false;
    memcpy(out_agent->agent.bytes, *previous, STEME_AGENT_SIZE);
    out_agent->best_class = (steme_source_class)best_class;
    out_agent->stewardships = (uint32_t)stewardships;
    out_agent->is_seed = is_seed;
    return true;
}

/* Reads up to the first agent; the rest is checked by a walk over it. */
static bool read_content(record_reader *reader, view_reading *view)
{
    uint64_t version;
    uint64_t count;
    const uint8_t *previous = NULL;
    if (!record_read_array_of(reader, CONTENT_ITEM_COUNT))
        return false;
    const uint8_t *at = reader->next;
    if (!record_read_unsigned(reader, &version))
        return false;
    if (version != VERSION)
        return record_reader_refuse(reader, at, "not version 1");
    if (!read_signers(reader, view) || !read_name(reader, &view->name) ||
        !read_below(reader, STEME_UNLISTED_IGNORED + 1, &view->unlisted) ||
        !read_below(reader, STEME_CLASS_ANECDOTAL + 1, &view->unlisted_class))
        return false;
    at = reader->next;
    if (!record_read_array(reader, &count))
        return false;
    if (count > STEME_VIEW_AGENT_MAX)
        return record_reader_refuse(reader, at, "too many agents");
    view->agent_count = (uint32_t)count;
    view->agents = *reader;
    for (uint32_t i = 0; i < view->agent_count; i++) {
        steme_view_agent agent;
        if (!read_agent(reader, &previous, &agent))
            return false;
    }
    return record_read_end(reader);
}

static bool read_signatures(record_reader *reader, view_reading *view)
{
    if (!record_read_array_of(reader, view->signer_count))
        return false;
    for (uint32_t i = 0; i < view->signer_count; i++)
        if (!record_read_bytes_of(reader, STEME_SIGNATURE_SIZE, &view->signatures[i]))
            return false;
    return record_read_end(reader);
}

static steme_status read_file(steme_span file, view_reading *view, steme_error *error)
{
    record_reader reader;
    record_reader content;
    if (file.size > STEME_VIEW_SIZE_MAX)
        return base_fail(error, STEME_TOO_LARGE, "view: %zu bytes, at most %d are allowed",
                         file.size, STEME_VIEW_SIZE_MAX);
    record_reader_init(&reader, file.bytes, file);
    if (!record_read_array_of(&reader, 2) || !record_read_bytes(&reader, &view->content))
        return record_reader_fail(&reader, "view", error);
    record_reader_init(&content, file.bytes, view->content);
    if (!read_content(&content, view))
        return record_reader_fail(&content, "view", error);
    if (!read_signatures(&reader, view))
        return record_reader_fail(&reader, "view's signatures", error);
    return STEME_OK;
}

static steme_status check_signatures(const view_reading *view, steme_error *error)
{
    steme_id message = base_blake3_derive(signing_context, view->content.bytes, view->content.size);
    for (uint32_t i = 0; i < view->signer_count; i++)
        if (!record_signature_is_valid(view->signatures[i], view->signers[i], message.bytes))
            return base_fail(error, STEME_BAD_SIGNATURE,
                             "view: the signature of signer %u is not valid", i + 1);
    return STEME_OK;
}

static steme_view *make_view(const view_reading *reading, steme_span file)
{
    size_t agents_size = reading->agent_count * sizeof(steme_view_agent);
    steme_view *view =
        base_alloc_zero(1, sizeof *view + agents_size + reading->name.size + file.size);
    if (view == NULL)
        return NULL;
    const uint8_t *previous = NULL;
    record_reader agents = reading->agents;
    for (uint32_t i = 0; i < reading->agent_count; i++)
        (void)read_agent(&agents, &previous, &view->agents[i]);
    uint8_t *name = (uint8_t *)view->agents + agents_size;
    assert(reading->name.bytes != NULL); /* a text of 1 byte at least was read */
    memcpy(name, reading->name.bytes, reading->name.size);
    memcpy(name + reading->name.size, file.bytes, file.size);
    view->file = (steme_span){name + reading->name.size, file.size};
    view->rules = (steme_view_rules){
        .name = {name, reading->name.size},
        .agents = view->agents,
        .agent_count = reading->agent_count,
        .unlisted = (steme_unlisted)reading->unlisted,
        .unlisted_best_class = (steme_source_class)reading->unlisted_class,
    };
    view->hash = base_blake3(reading->content.bytes, reading->content.size);
    view->signer_count = reading->signer_count;
    for (uint32_t i = 0; i < reading->signer_count; i++)
        memcpy(view->signers[i].bytes, reading->signers[i], STEME_AGENT_SIZE);
    return view;
}

steme_status steme_view_open(steme_span file, steme_view **out_view, steme_error *error)
{
    view_reading reading = {0};
    steme_status status = read_file(file, &reading, error);
    if (status == STEME_OK)
        status = check_signatures(&reading, error);
    if (status != STEME_OK)
        return status;
    steme_view *view = make_view(&reading, file);
    if (view == NULL)
        return base_fail(error, STEME_NO_MEMORY, "view: out of memory");
    *out_view = view;
    return STEME_OK;
}

void steme_view_close(steme_view *view)
{
    base_free(view);
}

steme_id steme_view_hash(const steme_view *view)
{
    return view->hash;
}

steme_span steme_view_file(const steme_view *view)
{
    return view->file;
}

const steme_view_rules *steme_view_get_rules(const steme_view *view)
{
    return &view->rules;
}

int steme_view_signer(const steme_view *view, uint32_t index, steme_agent *out_agent)
{
    if (index >= view->signer_count)
        return 0;
    *out_agent = view->signers[index];
    return 1;
}

static int compare_agents(const void *left, const void *right)
{
    return memcmp(((const steme_view_agent *)left)->agent.bytes,
                  ((const steme_view_agent *)right)->agent.bytes, STEME_AGENT_SIZE);
}

const steme_view_agent *steme_view_find(const steme_view *view, const uint8_t agent[32])
{
    steme_view_agent wanted = {0};
    memcpy(wanted.agent.bytes, agent, STEME_AGENT_SIZE);
    return bsearch(&wanted, view->agents, view->rules.agent_count, sizeof wanted, compare_agents);
}

/* ---- Writing ------------------------------------------------------------------------------ */

static int compare_keys(const void *left, const void *right)
{
    return memcmp((*(const steme_key *const *)left)->agent.bytes,
                  (*(const steme_key *const *)right)->agent.bytes, STEME_AGENT_SIZE);
}

static void write_content(record_writer *writer, const steme_view_rules *rules,
                          const steme_view_agent *agents, const steme_key **keys,
                          uint32_t key_count)
{
    record_write_array(writer, CONTENT_ITEM_COUNT);
    record_write_unsigned(writer, VERSION);
    record_write_array(writer, key_count);
    for (uint32_t i = 0; i < key_count; i++)
        record_write_bytes(writer, keys[i]->agent.bytes, STEME_AGENT_SIZE);
    record_write_text(writer, rules->name);
    record_write_unsigned(writer, (uint64_t)rules->unlisted);
    record_write_unsigned(writer, (uint64_t)rules->unlisted_best_class);
    record_write_array(writer, rules->agent_count);
    for (uint32_t i = 0; i < rules->agent_count; i++) {
        record_write_array(writer, AGENT_ITEM_COUNT);
        record_write_bytes(writer, agents[i].agent.bytes, STEME_AGENT_SIZE);
        record_write_unsigned(writer, (uint64_t)agents[i].best_class);
        record_write_unsigned(writer, agents[i].stewardships);
        record_write_boolean(writer, agents[i].is_seed != 0);
    }
}

static void write_file(record_writer *writer, steme_span content, const steme_key **keys,
                       uint32_t key_count)
{
    uint8_t signature[STEME_SIGNATURE_SIZE];
    steme_id message = base_blake3_derive(signing_context, content.bytes, content.size);
    record_write_array(writer, 2);
    record_write_bytes(writer, content.bytes, content.size);
    record_write_array(writer, key_count);
    for (uint32_t i = 0; i < key_count; i++) {
        record_signature_make(keys[i], message.bytes, signature);
        record_write_bytes(writer, signature, sizeof signature);
    }
}

/* Writes what was given and reads it again: so a view that is signed can be opened. */
static steme_status sign_sorted(const steme_view_rules *rules, const steme_view_agent *agents,
                                const steme_key **keys, uint32_t key_count, uint8_t *content_bytes,
                                uint8_t *file_bytes, size_t *out_size, steme_error *error)
{
    record_writer content;
    record_writer file;
    view_reading reading = {0};
    record_writer_init(&content, content_bytes, STEME_VIEW_SIZE_MAX);
    write_content(&content, rules, agents, keys, key_count);
    record_writer_init(&file, file_bytes, STEME_VIEW_SIZE_MAX);
    write_file(&file, (steme_span){content.bytes, content.size}, keys, key_count);
    if (content.is_full || file.is_full)
        return base_fail(error, STEME_TOO_LARGE, "view: more than %d bytes", STEME_VIEW_SIZE_MAX);
    steme_status status = read_file((steme_span){file.bytes, file.size}, &reading, error);
    if (status == STEME_NOT_CANONICAL && error != NULL)
        error->status = STEME_INVALID;
    *out_size = file.size;
    return status == STEME_NOT_CANONICAL ? STEME_INVALID : status;
}

steme_status steme_view_sign(const steme_view_rules *rules, const steme_key *keys,
                             uint32_t key_count, uint8_t **out_file, size_t *out_size,
                             steme_error *error)
{
    const steme_key *sorted[STEME_SIGNER_COUNT_MAX];
    size_t size = 0;
    if (key_count < 1 || key_count > STEME_SIGNER_COUNT_MAX)
        return base_fail(error, STEME_INVALID, "view: %u keys, not 1 to 16", key_count);
    if (rules->agent_count > STEME_VIEW_AGENT_MAX)
        return base_fail(error, STEME_TOO_LARGE, "view: %u agents, at most %d are allowed",
                         rules->agent_count, STEME_VIEW_AGENT_MAX);
    for (uint32_t i = 0; i < key_count; i++)
        sorted[i] = &keys[i];
    qsort((void *)sorted, key_count, sizeof(*sorted), compare_keys);
    steme_view_agent *agents = base_alloc((rules->agent_count + 1) * sizeof *agents);
    uint8_t *content = base_alloc(STEME_VIEW_SIZE_MAX);
    uint8_t *file = base_alloc(STEME_VIEW_SIZE_MAX);
    steme_status status = STEME_OK;
    if (agents == NULL || content == NULL || file == NULL)
        status = base_fail(error, STEME_NO_MEMORY, "view: out of memory");
    if (status == STEME_OK && rules->agent_count > 0) {
        memcpy(agents, rules->agents, rules->agent_count * sizeof *agents);
        qsort(agents, rules->agent_count, sizeof *agents, compare_agents);
    }
    if (status == STEME_OK)
        status = sign_sorted(rules, agents, sorted, key_count, content, file, &size, error);
    base_free(agents);
    base_free(content);
    if (status != STEME_OK) {
        base_free(file);
        return status;
    }
    *out_file = file;
    *out_size = size;
    return STEME_OK;
}
