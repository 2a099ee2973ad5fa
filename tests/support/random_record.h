/* random_record.h -- keys, and statements of all nine types that can be signed, from a sequence
 * that a seed replays. */
#ifndef SUPPORT_RANDOM_RECORD_H
#define SUPPORT_RANDOM_RECORD_H

#include "support/test.h"

#include <steme/record.h>

enum {
    RANDOM_TEXT_SIZE = 65536,
    RANDOM_ID_COUNT = 160,
    RANDOM_PAIR_COUNT = 12,
    RANDOM_KEY_COUNT = 32
};

/* What a random statement points into. */
typedef struct random_storage {
    uint64_t random;
    uint8_t text[RANDOM_TEXT_SIZE];
    size_t text_used;
    steme_id ids[RANDOM_ID_COUNT];
    size_t id_count;
    steme_text_pair pairs[RANDOM_PAIR_COUNT];
} random_storage;

/* Key number `index` < RANDOM_KEY_COUNT: the same in every run. */
static inline const steme_key *random_key(size_t index)
{
    static steme_key keys[RANDOM_KEY_COUNT];
    static int is_made[RANDOM_KEY_COUNT];
    if (!is_made[index]) {
        uint8_t seed[32] = {(uint8_t)(index + 1)};
        steme_key_from_seed(seed, &keys[index]);
        is_made[index] = 1;
    }
    return &keys[index];
}

static inline uint64_t random_below(random_storage *storage, uint64_t limit)
{
    return test_random(&storage->random) % limit;
}

static inline int random_flip(random_storage *storage)
{
    return (int)random_below(storage, 2);
}

/* Any 64 bits, small magnitudes as often as large ones. */
static inline int64_t random_int64(random_storage *storage)
{
    uint64_t bits = test_random(&storage->random) >> random_below(storage, 64);
    return (int64_t)(random_flip(storage) ? ~bits : bits);
}

/* Text of 1 to `size_max` bytes, mostly short, now and then of the very limit. */
static inline steme_span random_text(random_storage *storage, size_t size_max)
{
    static const char *const letters[] = {
        "a", "Z", "0", "-", "\x01", "\xc3\xa9", "\xe2\x89\xa0", "\xf0\x9f\xa7\xac"};
    size_t limit = random_below(storage, 16) == 0 ? size_max : size_max < 40 ? size_max : 40;
    size_t size = random_below(storage, 16) == 0 ? limit : 1 + random_below(storage, limit);
    uint8_t *text = storage->text + storage->text_used;
    size_t used = 0;
    assert_true(storage->text_used + size <= RANDOM_TEXT_SIZE);
    while (used < size) {
        const char *letter = letters[random_below(storage, 8)];
        if (used + strlen(letter) > size)
            letter = "x";
        memcpy(text + used, letter, strlen(letter));
        used += strlen(letter);
    }
    storage->text_used += size;
    return (steme_span){text, size};
}

static inline steme_span random_optional_text(random_storage *storage, size_t size_max)
{
    return random_flip(storage) ? random_text(storage, size_max) : (steme_span){NULL, 0};
}

static inline steme_id random_id(random_storage *storage)
{
    steme_id id;
    for (size_t i = 0; i < sizeof id.bytes; i++)
        id.bytes[i] = (uint8_t)test_random(&storage->random);
    return id;
}

static inline int random_id_order(const void *left, const void *right)
{
    return memcmp(left, right, STEME_ID_SIZE);
}

/* `count` distinct ids in order. */
static inline steme_id_list random_ids(random_storage *storage, size_t count)
{
    steme_id *first = storage->ids + storage->id_count;
    assert_true(storage->id_count + count <= RANDOM_ID_COUNT);
    for (size_t i = 0; i < count; i++)
        first[i] = random_id(storage);
    qsort(first, count, sizeof *first, random_id_order);
    storage->id_count += count;
    return count == 0 ? (steme_id_list){0}
                      : (steme_id_list){first->bytes, (uint32_t)count, sizeof *first};
}

static inline double random_real(random_storage *storage)
{
    for (;;) {
        uint64_t bits = test_random(&storage->random);
        double real;
        if (random_flip(storage))
            return (double)random_int64(storage) / 4 + 0.125;
        memcpy(&real, &bits, sizeof real);
        if (real - real == 0 && (real < 1 && real > -1) && real != 0)
            return real;
    }
}

static inline steme_value random_value(random_storage *storage, steme_value_kind kind)
{
    steme_value value = {.kind = kind};
    switch (kind) {
    case STEME_VALUE_TEXT:
        value.text = random_text(storage, 32768);
        break;
    case STEME_VALUE_REFERENCE:
        value.text = random_text(storage, 1024);
        break;
    case STEME_VALUE_BOOLEAN:
        value.boolean = random_flip(storage);
        break;
    case STEME_VALUE_NUMBER:
        value.is_real = random_flip(storage);
        if (value.is_real)
            value.real = random_real(storage);
        /* At 2^53 and beyond a double has no fraction left. */
        if (value.is_real && value.real < 9007199254740992.0 && value.real > -9007199254740992.0 &&
            (double)(int64_t)value.real != value.real)
            break;
        value.is_real = 0;
        value.real = 0;
        value.integer = random_int64(storage);
        break;
    default:
        value.integer = random_int64(storage);
        break;
    }
    return value;
}

static inline steme_metadata random_metadata(random_storage *storage)
{
    size_t count = random_below(storage, RANDOM_PAIR_COUNT + 1);
    size_t used = 0;
    for (size_t tries = 0; tries < count; tries++) {
        steme_span key = random_text(storage, 60);
        size_t same = 0;
        while (same < used && (storage->pairs[same].key.size != key.size ||
                               memcmp(storage->pairs[same].key.bytes, key.bytes, key.size) != 0))
            same++;
        if (same == used)
            storage->pairs[used++] = (steme_text_pair){key, random_text(storage, 200)};
    }
    return (steme_metadata){.pairs = used > 0 ? storage->pairs : NULL, .count = (uint32_t)used};
}

static inline void random_assertion(random_storage *storage, steme_assertion *out)
{
    static const steme_span language = {(const uint8_t *)"zh-Hant-CN-x-1", 14};
    out->subject = random_text(storage, 1024);
    out->predicate = random_text(storage, 1024);
    out->relation = (steme_relation)random_below(storage, 7);
    int is_ordering = out->relation >= STEME_RELATION_LESS && out->relation != STEME_RELATION_NONE;
    steme_value_kind kind = (steme_value_kind)random_below(storage, 5);
    if (is_ordering)
        kind = random_flip(storage) ? STEME_VALUE_NUMBER : STEME_VALUE_TIME;
    if (out->relation != STEME_RELATION_NONE) {
        out->value = random_value(storage, kind);
        if (kind == STEME_VALUE_NUMBER)
            out->unit = random_optional_text(storage, 64);
        if (kind == STEME_VALUE_TEXT && random_flip(storage))
            out->language = language;
    }
    out->confidence_millionths =
        random_flip(storage) ? 1000000 : (uint32_t)random_below(storage, 1000001);
    out->source_class = (steme_source_class)random_below(storage, 6);
    out->source = random_ids(storage, random_below(storage, 2));
    out->derived_from =
        random_ids(storage, random_below(storage, 8) == 0 ? 64 : random_below(storage, 4));
    out->epoch = random_ids(storage, random_below(storage, 2));
    out->has_valid_from = random_flip(storage);
    out->has_valid_to = random_flip(storage);
    out->valid_from_s = out->has_valid_from ? random_int64(storage) / 2 : 0;
    out->valid_to_s =
        out->has_valid_to ? out->valid_from_s + 1 + (int64_t)random_below(storage, 1000000) : 0;
    out->metadata = random_metadata(storage);
}

static inline void random_supersession(random_storage *storage, steme_supersession *out)
{
    out->targets = random_ids(storage, 1 + random_below(storage, 5));
    out->kind = (steme_supersession_kind)random_below(storage, 5);
    if (out->kind == STEME_SUPERSEDE_MERGE ||
        (out->kind != STEME_SUPERSEDE_RETRACT && random_flip(storage)))
        out->replacement = random_ids(storage, 1);
    out->reason = random_optional_text(storage, 1024);
}

static inline void random_source(random_storage *storage, steme_source *out)
{
    out->name = random_text(storage, 1024);
    out->edition = random_optional_text(storage, 256);
    out->document = random_ids(storage, random_below(storage, 2));
    out->title = random_optional_text(storage, 1024);
    out->has_date = random_flip(storage);
    out->date_ns = out->has_date ? random_int64(storage) : 0;
}

/* For the signers random_key(first_key) and, for a rotation, the one after it. */
static inline void random_key_statement(random_storage *storage, size_t first_key,
                                        steme_key_statement *out)
{
    out->kind = (steme_key_kind)random_below(storage, 3);
    if (out->kind == STEME_KEY_ROTATE)
        out->key = random_key(first_key + random_below(storage, 2))->agent;
    else
        memcpy(out->key.bytes, random_id(storage).bytes, STEME_AGENT_SIZE);
    out->has_from = out->kind == STEME_KEY_REVOKE || random_flip(storage);
    out->from_ns = out->has_from ? random_int64(storage) / 2 : 0;
    if (out->kind != STEME_KEY_DELEGATE)
        return;
    out->scope = random_optional_text(storage, 1024);
    out->has_until = random_flip(storage);
    out->until_ns = out->has_until ? out->from_ns + 1 + (int64_t)random_below(storage, 1000000) : 0;
}

/* Fills in a statement of `type` that can be signed by random_key(first_key) and its successors;
 * returns how many of them shall sign. Zeroes in storage but for `random` make it new. */
static inline uint32_t random_statement(random_storage *storage, steme_record_type type,
                                        size_t first_key, steme_statement *out)
{
    memset(out, 0, sizeof *out);
    storage->text_used = 0;
    storage->id_count = 0;
    out->type = type;
    out->stamp.time_ns = test_random(&storage->random) >> random_below(storage, 64);
    out->stamp.counter =
        (uint32_t)(test_random(&storage->random) >> (32 + random_below(storage, 32)));
    memcpy(out->stamp.node, random_id(storage).bytes, STEME_NODE_SIZE);
    out->claim_time_ns =
        random_flip(storage) ? steme_stamp_claim_time(&out->stamp) : random_int64(storage);
    uint32_t signer_count = 1 + (uint32_t)random_below(storage, 4);
    switch (type) {
    case STEME_ASSERTION:
        random_assertion(storage, &out->as.assertion);
        return signer_count;
    case STEME_VOTE:
        out->as.vote.target = random_id(storage);
        out->as.vote.weight_millionths = (int32_t)random_below(storage, 2000001) - 1000000;
        out->as.vote.reason = random_optional_text(storage, 1024);
        return 1;
    case STEME_SUPERSESSION:
        random_supersession(storage, &out->as.supersession);
        return signer_count;
    case STEME_STAGE:
        out->as.stage.target = random_id(storage);
        out->as.stage.to = (steme_stage_name)random_below(storage, 4);
        out->as.stage.reason = random_optional_text(storage, 1024);
        return signer_count;
    case STEME_EPOCH:
        out->as.epoch.name = random_text(storage, 1024);
        out->as.epoch.supersedes = random_ids(storage, random_below(storage, 4));
        if (out->as.epoch.supersedes.count > 0)
            out->as.epoch.kind = (steme_supersession_kind)random_below(storage, 5);
        out->as.epoch.description = random_optional_text(storage, 4096);
        return signer_count;
    case STEME_ALIAS:
        out->as.alias.from = random_text(storage, 1023);
        out->as.alias.to = (steme_span){storage->text, out->as.alias.from.size + 1};
        storage->text[out->as.alias.from.size] = 'x';
        out->as.alias.relation = (steme_alias_relation)random_below(storage, 2);
        return signer_count;
    case STEME_SOURCE:
        random_source(storage, &out->as.source);
        return signer_count;
    case STEME_ENDORSEMENT:
        out->as.endorsement.target = random_id(storage);
        out->as.endorsement.reason = random_optional_text(storage, 1024);
        return 1;
    default:
        random_key_statement(storage, first_key, &out->as.key);
        return out->as.key.kind == STEME_KEY_ROTATE ? 2 : 1;
    }
}

/* The keys random_key(first_key) and on, as steme_record_sign takes them. */
static inline void random_keys(size_t first_key, uint32_t count, steme_key *out_keys)
{
    for (uint32_t i = 0; i < count; i++)
        out_keys[i] = *random_key(first_key + i);
}

#endif
