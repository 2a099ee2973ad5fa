/* lifecycle_world.h -- small random sets of records that speak of one another: few keys, few times,
 * so that ties, revoked keys, cycles, forks and stamps of the future are frequent. */
#ifndef SUPPORT_LIFECYCLE_WORLD_H
#define SUPPORT_LIFECYCLE_WORLD_H

#include "support/claims.h"

#include <stdbool.h>

enum {
    LIFE_KEY_COUNT = 4,
    LIFE_RECORD_MAX = 48,
    LIFE_LIST_MAX = 3,
    LIFE_TYPE_COUNT = STEME_KEY + 1,
    LIFE_NAME_COUNT = 5,
    LIFE_UNKNOWN_COUNT = 2,
    LIFE_STEP_COUNT = 24,
};

#define LIFE_STEP_NS UINT64_C(100000000)

/* Index order of the keys is the order of their bytes. */
typedef struct life_record {
    steme_statement statement; /* its lists point into what follows */
    steme_id ids[LIFE_LIST_MAX];
    steme_id single;
    steme_id epoch;
    bool is_signer[LIFE_KEY_COUNT];
    steme_id id;
    uint8_t *bytes;
    size_t size;
    bool is_held;
    uint64_t arrival_ns;
} life_record;

/* How often each type is made. */
typedef struct life_flavour {
    uint8_t weights[LIFE_TYPE_COUNT];
} life_flavour;

typedef struct life_world {
    steme_key keys[LIFE_KEY_COUNT];
    life_record records[LIFE_RECORD_MAX];
    int count;
    uint64_t random;
} life_world;

static const char *const life_names[LIFE_NAME_COUNT] = {"a", "a/b", "a/b/c", "a/bc", "d"};

static inline uint64_t life_below(life_world *world, uint64_t bound)
{
    return test_random(&world->random) % bound;
}

static inline uint64_t life_time(life_world *world)
{
    return CLAIMS_TIME_NS + life_below(world, LIFE_STEP_COUNT) * LIFE_STEP_NS;
}

static inline steme_span life_name(life_world *world)
{
    return claims_text(life_names[life_below(world, LIFE_NAME_COUNT)]);
}

static inline steme_id life_unknown(uint64_t number)
{
    return steme_hash(&number, sizeof number);
}

static inline int life_id_compare(const steme_id *a, const steme_id *b)
{
    return memcmp(a->bytes, b->bytes, STEME_ID_SIZE);
}

static inline bool life_id_equal(const steme_id *a, const steme_id *b)
{
    return life_id_compare(a, b) == 0;
}

/* An id made before, usually of one of two types; now and then one that nobody has. */
static inline steme_id life_pick(life_world *world, int type, int other_type)
{
    for (int tries = 0; tries < 12 && world->count > 0; tries++) {
        const life_record *record = &world->records[life_below(world, (uint64_t)world->count)];
        int is_wanted =
            (int)record->statement.type == type || (int)record->statement.type == other_type;
        if (is_wanted || life_below(world, 10) == 0)
            return record->id;
    }
    return life_unknown(life_below(world, LIFE_UNKNOWN_COUNT));
}

/* 1 to LIFE_LIST_MAX distinct ids in ascending order. */
static inline steme_id_list life_pick_list(life_world *world, life_record *record, int type,
                                           int other_type)
{
    uint32_t count = 0;
    uint32_t wanted = life_below(world, 3) == 0 ? LIFE_LIST_MAX : 1;
    for (uint32_t i = 0; i < wanted; i++) {
        steme_id id = life_pick(world, type, other_type);
        uint32_t at = 0;
        while (at < count && life_id_compare(&record->ids[at], &id) < 0)
            at++;
        if (at < count && life_id_equal(&record->ids[at], &id))
            continue;
        memmove(&record->ids[at + 1], &record->ids[at], (count - at) * sizeof id);
        record->ids[at] = id;
        count++;
    }
    return (steme_id_list){record->ids[0].bytes, count, STEME_ID_SIZE};
}

static inline steme_id_list life_one(const steme_id *id)
{
    return (steme_id_list){id->bytes, 1, STEME_ID_SIZE};
}

static inline void life_make_assertion(life_world *world, life_record *record)
{
    steme_assertion *assertion = &record->statement.as.assertion;
    assertion->subject = life_name(world);
    assertion->predicate = claims_text("is");
    assertion->value =
        (steme_value){.kind = STEME_VALUE_NUMBER, .integer = (int64_t)life_below(world, 1000000)};
    assertion->confidence_millionths = 1000000;
    assertion->source_class = (steme_source_class)life_below(world, 6);
    if (life_below(world, 3) == 0)
        assertion->derived_from =
            life_pick_list(world, record, STEME_ASSERTION, STEME_SUPERSESSION);
    if (life_below(world, 3) == 0) {
        record->single = life_pick(world, STEME_SOURCE, STEME_ASSERTION);
        assertion->source = life_one(&record->single);
    }
    if (life_below(world, 3) == 0) {
        record->epoch = life_pick(world, STEME_EPOCH, STEME_EPOCH);
        assertion->epoch = life_one(&record->epoch);
    }
}

static inline void life_make_supersession(life_world *world, life_record *record)
{
    steme_supersession *it = &record->statement.as.supersession;
    static const int others[] = {STEME_SUPERSESSION, STEME_ALIAS, STEME_ALIAS, STEME_ASSERTION};
    it->targets = life_pick_list(world, record, STEME_ASSERTION, others[life_below(world, 4)]);
    it->kind = (steme_supersession_kind)life_below(world, 5);
    record->single = life_pick(world, STEME_ASSERTION, STEME_ASSERTION);
    bool is_target = false;
    for (uint32_t i = 0; i < it->targets.count; i++)
        is_target = is_target || life_id_equal(&record->ids[i], &record->single);
    bool has_replacement = !is_target && it->kind != STEME_SUPERSEDE_RETRACT &&
                           (it->kind == STEME_SUPERSEDE_MERGE || life_below(world, 4) != 0);
    if (it->kind == STEME_SUPERSEDE_MERGE && !has_replacement)
        it->kind = STEME_SUPERSEDE_INVALIDATE;
    if (has_replacement)
        it->replacement = life_one(&record->single);
}

static inline void life_make_key(life_world *world, life_record *record)
{
    steme_key_statement *it = &record->statement.as.key;
    it->kind = (steme_key_kind)life_below(world, 3);
    uint64_t first = life_below(world, LIFE_KEY_COUNT);
    uint64_t second = (first + 1 + life_below(world, LIFE_KEY_COUNT - 1)) % LIFE_KEY_COUNT;
    it->key = world->keys[first].agent;
    if (it->kind == STEME_KEY_REVOKE || life_below(world, 3) == 0) {
        it->has_from = 1;
        it->from_ns = (int64_t)life_time(world);
    }
    if (it->kind == STEME_KEY_ROTATE) {
        memset(record->is_signer, 0, sizeof record->is_signer);
        record->is_signer[first] = record->is_signer[second] = true;
    }
    if (it->kind != STEME_KEY_DELEGATE)
        return;
    record->is_signer[first] = false;
    record->is_signer[second] = true;
    if (life_below(world, 2) == 0)
        it->scope = life_name(world);
    it->until_ns = (it->has_from ? it->from_ns : (int64_t)life_time(world)) + 500000000;
    it->has_until = life_below(world, 2) == 0;
}

static inline void life_make_body(life_world *world, life_record *record)
{
    steme_statement *it = &record->statement;
    switch (it->type) {
    case STEME_ASSERTION:
        life_make_assertion(world, record);
        break;
    case STEME_VOTE:
        it->as.vote.target = life_pick(world, STEME_ASSERTION, STEME_ASSERTION);
        it->as.vote.weight_millionths = ((int32_t)life_below(world, 5) - 2) * 500000;
        break;
    case STEME_SUPERSESSION:
        life_make_supersession(world, record);
        break;
    case STEME_STAGE:
        it->as.stage.target = life_pick(world, STEME_ASSERTION, STEME_EPOCH);
        it->as.stage.to = (steme_stage_name)life_below(world, 4);
        break;
    case STEME_EPOCH:
        it->as.epoch.name = life_name(world);
        if (life_below(world, 3) != 0) {
            it->as.epoch.supersedes = life_pick_list(world, record, STEME_EPOCH, STEME_EPOCH);
            it->as.epoch.kind = STEME_SUPERSEDE_TEMPORAL;
        }
        break;
    case STEME_ALIAS:
        it->as.alias.from = claims_text(life_names[life_below(world, LIFE_NAME_COUNT - 1)]);
        do
            it->as.alias.to = life_name(world);
        while (it->as.alias.to.bytes == it->as.alias.from.bytes);
        it->as.alias.relation = (steme_alias_relation)life_below(world, 2);
        break;
    case STEME_SOURCE:
        it->as.source.name = life_name(world);
        break;
    case STEME_ENDORSEMENT:
        it->as.endorsement.target = life_pick(world, STEME_KEY, STEME_KEY);
        break;
    case STEME_KEY:
        life_make_key(world, record);
        break;
    default:
        break;
    }
}

static inline void life_sign(life_world *world, life_record *record)
{
    static uint8_t buffer[STEME_RECORD_SIZE_MAX];
    steme_key keys[LIFE_KEY_COUNT];
    uint32_t count = 0;
    steme_record signed_record;
    steme_error error;
    for (int i = 0; i < LIFE_KEY_COUNT; i++)
        if (record->is_signer[i])
            keys[count++] = world->keys[i];
    claims_check(steme_record_sign(&record->statement, keys, count, buffer, &signed_record, &error),
                 &error);
    record->id = signed_record.id;
    record->size = signed_record.bytes.size;
    record->bytes = malloc(record->size);
    assert_non_null(record->bytes);
    memcpy(record->bytes, buffer, record->size);
}

/* Now and then a vote by who voted before, on the same target with the same stamp. */
static inline void life_echo_vote(life_world *world, life_record *record)
{
    const life_record *earlier = &world->records[life_below(world, (uint64_t)world->count + 1)];
    if (earlier->statement.type != STEME_VOTE || life_below(world, 2) == 0)
        return;
    memcpy(record->is_signer, earlier->is_signer, sizeof record->is_signer);
    record->statement.as.vote.target = earlier->statement.as.vote.target;
    if (life_below(world, 2) == 0)
        record->statement.stamp = earlier->statement.stamp;
}

static inline void life_make_record(life_world *world, const life_flavour *flavour)
{
    life_record *record = &world->records[world->count];
    uint64_t sum = 0;
    int type = STEME_ASSERTION;
    for (int i = 0; i < LIFE_TYPE_COUNT; i++)
        sum += flavour->weights[i];
    uint64_t at = life_below(world, sum);
    for (type = 0; at >= flavour->weights[type]; type++)
        at -= flavour->weights[type];
    memset(record, 0, sizeof *record);
    record->statement.type = (steme_record_type)type;
    record->statement.stamp = (steme_stamp){life_time(world), (uint32_t)life_below(world, 2), {0}};
    record->statement.stamp.node[0] = (uint8_t)life_below(world, 2);
    record->statement.claim_time_ns = life_below(world, 2) == 0
                                          ? (int64_t)record->statement.stamp.time_ns
                                          : (int64_t)life_time(world);
    record->is_signer[life_below(world, LIFE_KEY_COUNT)] = true;
    if (type != STEME_VOTE && type != STEME_ENDORSEMENT && life_below(world, 4) == 0)
        record->is_signer[life_below(world, LIFE_KEY_COUNT)] = true;
    life_make_body(world, record);
    if (type == STEME_VOTE)
        life_echo_vote(world, record);
    if (type == STEME_ENDORSEMENT) /* the delegate itself, usually */
        for (int i = 0; i < world->count && life_below(world, 5) != 0; i++)
            if (life_id_equal(&world->records[i].id, &record->statement.as.endorsement.target) &&
                world->records[i].statement.type == STEME_KEY)
                for (int key = 0; key < LIFE_KEY_COUNT; key++)
                    record->is_signer[key] =
                        memcmp(world->keys[key].agent.bytes,
                               world->records[i].statement.as.key.key.bytes, 32) == 0;
    life_sign(world, record);
    for (int i = 0; i < world->count; i++)
        if (life_id_equal(&world->records[i].id, &record->id)) {
            free(record->bytes);
            return;
        }
    world->count++;
}

static inline void life_world_make(life_world *world, const life_flavour *flavour, int count,
                                   uint64_t random)
{
    memset(world, 0, sizeof *world);
    world->random = random;
    for (uint8_t i = 0; i < LIFE_KEY_COUNT; i++) {
        steme_key key = claims_key((uint8_t)(i + 1));
        int at = i;
        for (; at > 0 && memcmp(key.agent.bytes, world->keys[at - 1].agent.bytes, 32) < 0; at--)
            world->keys[at] = world->keys[at - 1];
        world->keys[at] = key;
    }
    while (world->count < count)
        life_make_record(world, flavour);
}

static inline void life_world_free(life_world *world)
{
    for (int i = 0; i < world->count; i++)
        free(world->records[i].bytes);
}

#endif
