#include "sim/record.h"

#include "base/bytes.h"
#include "base/hash.h"
#include "record/signature.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KEPT_COUNT = 1 << 17, RENAMED_COUNT_MAX = 4096 };

static const char mark[] = "simulated/thing/"; /* in each record, at one place */

/* What the linker makes of --wrap. */
steme_status __real_steme_record_parse(steme_span bytes, steme_record *out_record,
                                       steme_error *error);
steme_status __wrap_steme_record_parse(steme_span bytes, steme_record *out_record,
                                       steme_error *error);
bool __real_record_signature_is_valid(const uint8_t *signature, const uint8_t *agent,
                                      const uint8_t *message);
bool __wrap_record_signature_is_valid(const uint8_t *signature, const uint8_t *agent,
                                      const uint8_t *message);

static void *checked(void *memory)
{
    if (memory == NULL)
        abort();
    return memory;
}

/* ---- Making ------------------------------------------------------------------------------- */

static struct {
    uint8_t *bytes[KEPT_COUNT];
    steme_id ids[KEPT_COUNT];
} kept;
static size_t record_size;
static size_t mark_offset;

static steme_record record_sign(uint64_t number, uint64_t ahead_ns,
                                uint8_t buffer[STEME_RECORD_SIZE_MAX])
{
    static const uint8_t seed[32] = {1, 2, 3};
    static steme_key key;
    static bool is_made;
    char subject[64];
    steme_record record;
    steme_statement statement = {.type = STEME_ASSERTION};
    if (!is_made)
        steme_key_from_seed(seed, &key);
    is_made = true;
    int size = snprintf(subject, sizeof subject, "%s%020llu", mark, (unsigned long long)number);
    statement.stamp = (steme_stamp){
        SIM_RECORD_TIME_NS + number % SIM_RECORD_NUMBER_END * 1000 + ahead_ns, 0, {7}};
    statement.claim_time_ns = (int64_t)statement.stamp.time_ns;
    statement.as.assertion = (steme_assertion){
        .subject = {(const uint8_t *)subject, (size_t)size},
        .predicate = {(const uint8_t *)"mass", 4},
        .value = {.kind = STEME_VALUE_NUMBER, .integer = 7},
        .confidence_millionths = 1000000,
        .source_class = STEME_CLASS_EXPERT,
    };
    if (steme_record_sign(&statement, &key, 1, buffer, &record, NULL) != STEME_OK)
        abort();
    return record;
}

steme_record sim_record_sign(const steme_statement *statement, unsigned voter,
                             uint8_t buffer[STEME_RECORD_SIZE_MAX])
{
    uint8_t seed[32] = {9, 9, (uint8_t)voter};
    steme_key key;
    steme_record record;
    steme_key_from_seed(seed, &key);
    if (steme_record_sign(statement, &key, 1, buffer, &record, NULL) != STEME_OK ||
        record.bytes.size > SIM_RECORD_SIZE_MAX)
        abort();
    return record;
}

size_t sim_record_size(void)
{
    uint8_t buffer[STEME_RECORD_SIZE_MAX];
    if (record_size == 0) {
        record_size = record_sign(0, 0, buffer).bytes.size;
        mark_offset =
            (size_t)((uint8_t *)memmem(buffer, record_size, mark, sizeof mark - 1) - buffer);
    }
    return record_size;
}

steme_id sim_record_write(uint64_t number, uint64_t ahead_ns, uint8_t *out_bytes)
{
    uint8_t buffer[STEME_RECORD_SIZE_MAX];
    size_t size = sim_record_size();
    bool is_kept = number < KEPT_COUNT && ahead_ns == 0;
    if (is_kept && kept.bytes[number] != NULL) {
        memcpy(out_bytes, kept.bytes[number], size);
        return kept.ids[number];
    }
    steme_record record = record_sign(number, ahead_ns, buffer);
    if (record.bytes.size != size || size > SIM_RECORD_SIZE_MAX)
        abort();
    memcpy(out_bytes, buffer, size);
    if (is_kept) {
        kept.bytes[number] = checked(malloc(size));
        memcpy(kept.bytes[number], buffer, size);
        kept.ids[number] = record.id;
    }
    return record.id;
}

uint8_t *sim_record_find(uint8_t *bytes, size_t size)
{
    (void)sim_record_size();
    uint8_t *at = size == 0 ? NULL : memmem(bytes, size, mark, sizeof mark - 1);
    return at == NULL || (size_t)(at - bytes) < mark_offset ? NULL : at - mark_offset;
}

size_t sim_record_count(steme_span bytes)
{
    size_t count = 0, left = bytes.size;
    const uint8_t *at = bytes.bytes, *end = bytes.bytes + bytes.size;
    while (left > 0 && (at = memmem(at, left, mark, sizeof mark - 1)) != NULL) {
        count++;
        at += sizeof mark - 1;
        left = (size_t)(end - at);
    }
    return count;
}

/* ---- Names -------------------------------------------------------------------------------- */

static struct {
    steme_id from;
    uint64_t item;
} renamed[RENAMED_COUNT_MAX];
static size_t renamed_count;

static steme_id name_of(const steme_id *id)
{
    steme_id name = *id;
    for (size_t i = 0; i < renamed_count; i++)
        if (memcmp(&renamed[i].from, id, sizeof *id) == 0)
            base_put_u64be(name.bytes, renamed[i].item);
    return name;
}

steme_id sim_record_rename(const steme_id *id, uint64_t item)
{
    if (renamed_count == RENAMED_COUNT_MAX)
        abort();
    renamed[renamed_count].from = *id;
    renamed[renamed_count++].item = item;
    return name_of(id);
}

steme_status __wrap_steme_record_parse(steme_span bytes, steme_record *out_record,
                                       steme_error *error)
{
    steme_status status = __real_steme_record_parse(bytes, out_record, error);
    if (status == STEME_OK && renamed_count > 0)
        out_record->id = name_of(&out_record->id);
    return status;
}

/* ---- Signatures --------------------------------------------------------------------------- */

typedef struct answer {
    steme_id question; /* its hash */
    bool is_known;
    bool is_valid;
} answer;

static answer *answers;
static size_t answer_count;
static size_t answer_room; /* a power of two */
static bool skips_signatures;

static answer *answer_place(answer *in, size_t room, const steme_id *question)
{
    size_t at = base_get_u64be(question->bytes) & (room - 1);
    while (in[at].is_known && memcmp(&in[at].question, question, sizeof *question) != 0)
        at = (at + 1) & (room - 1);
    return &in[at];
}

static void answers_grow(void)
{
    size_t room = answer_room == 0 ? 4096 : answer_room * 2;
    answer *more = checked(calloc(room, sizeof *more));
    for (size_t i = 0; i < answer_room; i++)
        if (answers[i].is_known)
            *answer_place(more, room, &answers[i].question) = answers[i];
    free(answers);
    answers = more;
    answer_room = room;
}

bool __wrap_record_signature_is_valid(const uint8_t *signature, const uint8_t *agent,
                                      const uint8_t *message)
{
    uint8_t bytes[STEME_SIGNATURE_SIZE + STEME_AGENT_SIZE + STEME_ID_SIZE];
    if (skips_signatures)
        return true;
    memcpy(bytes, signature, STEME_SIGNATURE_SIZE);
    memcpy(bytes + STEME_SIGNATURE_SIZE, agent, STEME_AGENT_SIZE);
    memcpy(bytes + STEME_SIGNATURE_SIZE + STEME_AGENT_SIZE, message, STEME_ID_SIZE);
    steme_id question = base_blake3(bytes, sizeof bytes);
    if (2 * answer_count >= answer_room)
        answers_grow();
    answer *place = answer_place(answers, answer_room, &question);
    if (!place->is_known) {
        bool is_valid = __real_record_signature_is_valid(signature, agent, message);
        *place = (answer){question, true, is_valid};
        answer_count++;
    }
    return place->is_valid;
}

void sim_record_reset(void)
{
    renamed_count = 0;
    skips_signatures = false;
}

void sim_record_skip_signatures(void)
{
    skips_signatures = true;
}
