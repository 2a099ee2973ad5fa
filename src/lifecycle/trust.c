/* Trust: what the view's seeds voted on an identity's records. All their votes are collected when
 * somebody is asked about first. */
#include "lens/trust.h"
#include "base/error.h"
#include "lens/lens.h"
#include "lifecycle/state.h"

#include <stdlib.h>
#include <string.h>

enum { AGENT_ROW_SIZE = 24, KEY_SIZE = 8 };

/* A seed's vote on a record that `identity` signed. */
typedef struct trust_vote {
    steme_agent identity;
    steme_agent seed;
    steme_id target;
    steme_stamp stamp;
    steme_id id;
    int32_t weight;
} trust_vote;

typedef struct vote_list {
    steme_lifecycle *self;
    trust_vote *votes;
    size_t count;
    size_t capacity;
} vote_list;

static steme_status add_vote(vote_list *list, const trust_vote *vote, steme_error *error)
{
    if (list->count == list->capacity) {
        size_t capacity = list->capacity == 0 ? 16 : list->capacity * 2;
        trust_vote *votes = base_arena_alloc(&list->self->kept_arena, capacity * sizeof *votes);
        if (votes == NULL)
            return base_fail(error, STEME_NO_MEMORY, "lifecycle: out of memory");
        if (list->count > 0)
            memcpy(votes, list->votes, list->count * sizeof *votes);
        list->votes = votes;
        list->capacity = capacity;
    }
    list->votes[list->count++] = *vote;
    return STEME_OK;
}

/* One entry for each signer of the target; one's own records are left out. */
static steme_status add_targets(vote_list *list, const lifecycle_record *target, trust_vote *vote,
                                steme_error *error)
{
    steme_status status = STEME_OK;
    for (uint32_t i = 0; status == STEME_OK && i < target->record.signer_count; i++) {
        lifecycle_identity signer;
        status = lifecycle_identity_find(list->self, steme_record_signer(&target->record, i),
                                         target->statement.claim_time_ns, lifecycle_subject(target),
                                         &signer, error);
        vote->identity = signer.key;
        if (status == STEME_OK && memcmp(&signer.key, &vote->seed, sizeof vote->seed) != 0)
            status = add_vote(list, vote, error);
    }
    return status;
}

static steme_status add_record(vote_list *list, uint64_t position, const steme_id *key,
                               steme_error *error)
{
    lifecycle_record record;
    lifecycle_record target;
    lifecycle_identity seed;
    bool exists;
    steme_status status = lifecycle_read(list->self, position, &record, &exists, error);
    if (status != STEME_OK || !exists || record.statement.type != STEME_VOTE ||
        memcmp(steme_record_signer(&record.record, 0), key, sizeof *key) != 0)
        return status;
    trust_vote vote = {.target = record.statement.as.vote.target,
                       .stamp = record.record.stamp,
                       .id = record.record.id,
                       .weight = record.statement.as.vote.weight_millionths};
    status = lifecycle_get(list->self, &vote.target, &target, &exists, error);
    if (status != STEME_OK || !exists)
        return status;
    status = lifecycle_identity_find(list->self, key->bytes, record.statement.claim_time_ns,
                                     lifecycle_subject(&target), &seed, error);
    if (status != STEME_OK || seed.is_revoked || !seed.is_seed)
        return status;
    vote.seed = seed.key;
    return add_targets(list, &target, &vote, error);
}

static steme_status add_key(vote_list *list, const steme_id *key, steme_error *error)
{
    index_cursor cursor;
    const uint8_t *row;
    steme_span prefix = {key->bytes, KEY_SIZE};
    steme_status status =
        index_cursor_open(&cursor, store_snapshot_reading(list->self->snapshot), STORE_TABLE_AGENT,
                          &(index_range){prefix, prefix}, error);
    if (status != STEME_OK)
        return status;
    while (status == STEME_OK && (status = index_cursor_next(&cursor, &row, error)) == STEME_OK &&
           row != NULL)
        status = add_record(list, store_row_position(row, AGENT_ROW_SIZE), key, error);
    index_cursor_close(&cursor);
    return status;
}

static int compare_order(const trust_vote *left, const trust_vote *right)
{
    int order = steme_stamp_compare(&left->stamp, &right->stamp);
    return order != 0 ? order : memcmp(&left->id, &right->id, sizeof left->id);
}

static int compare_registers(const void *left_item, const void *right_item)
{
    const trust_vote *left = left_item;
    const trust_vote *right = right_item;
    int order = memcmp(&left->identity, &right->identity, sizeof left->identity);
    if (order == 0)
        order = memcmp(&left->seed, &right->seed, sizeof left->seed);
    if (order == 0)
        order = memcmp(&left->target, &right->target, sizeof left->target);
    return order != 0 ? order : compare_order(right, left);
}

static int compare_identities(const void *left_item, const void *right_item)
{
    const trust_vote *left = left_item;
    const trust_vote *right = right_item;
    int order = memcmp(&left->identity, &right->identity, sizeof left->identity);
    return order != 0 ? order : compare_order(left, right);
}

static bool is_same_register(const trust_vote *left, const trust_vote *right)
{
    return memcmp(&left->identity, &right->identity, sizeof left->identity) == 0 &&
           memcmp(&left->seed, &right->seed, sizeof left->seed) == 0 &&
           memcmp(&left->target, &right->target, sizeof left->target) == 0;
}

/* Leaves the last of each identity, seed and target, by identity and
 * ascending. */
static void settle_votes(vote_list *list)
{
    size_t kept = 0;
    if (list->count > 1)
        qsort(list->votes, list->count, sizeof *list->votes, compare_registers);
    for (size_t i = 0; i < list->count; i++)
        if (i == 0 || !is_same_register(&list->votes[i - 1], &list->votes[i]))
            list->votes[kept++] = list->votes[i];
    list->count = kept;
    if (kept > 1)
        qsort(list->votes, kept, sizeof *list->votes, compare_identities);
}

/* Adds the keys that one key's records name which may be of the same identity, or speak for it. */
static steme_status add_relatives(steme_lifecycle *self, lifecycle_id_map *keys,
                                  const steme_id *key, steme_error *error)
{
    lifecycle_record *records;
    size_t count;
    uint32_t number;
    steme_span name = {key->bytes, STEME_AGENT_SIZE};
    steme_status status =
        lifecycle_mentions(self, LIFECYCLE_BY_KEY, name, STEME_KEY, &records, &count, error);
    for (size_t i = 0; status == STEME_OK && i < count; i++) {
        const lifecycle_record *record = &records[i];
        const steme_key_statement *statement = &record->statement.as.key;
        if (statement->kind == STEME_KEY_REVOKE || (statement->kind == STEME_KEY_DELEGATE &&
                                                    memcmp(&statement->key, key, sizeof *key) == 0))
            continue;
        status = lifecycle_id_map_add(keys, &self->arena, statement->key.bytes, &number, error);
        for (uint32_t j = 0; status == STEME_OK && statement->kind == STEME_KEY_ROTATE &&
                             j < record->record.signer_count;
             j++)
            status = lifecycle_id_map_add(keys, &self->arena,
                                          steme_record_signer(&record->record, j), &number, error);
    }
    return status;
}

/* The keys whose votes may be a seed's; each vote is looked at for itself. */
static steme_status find_keys(steme_lifecycle *self, lifecycle_id_map *keys, steme_error *error)
{
    steme_status status = STEME_OK;
    const steme_view_rules *rules = steme_view_get_rules(self->view);
    for (uint32_t i = 0; status == STEME_OK && i < rules->agent_count; i++) {
        uint32_t number;
        if (rules->agents[i].is_seed)
            status = lifecycle_id_map_add(keys, &self->arena, rules->agents[i].agent.bytes, &number,
                                          error);
    }
    for (uint32_t i = 0; status == STEME_OK && self->has_keys && i < keys->count; i++) {
        steme_id key = keys->ids[i];
        status = add_relatives(self, keys, &key, error);
    }
    return status;
}

static steme_status collect_votes(steme_lifecycle *self, steme_error *error)
{
    vote_list list = {.self = self};
    lifecycle_id_map keys = lifecycle_id_map_new(self);
    steme_status status = find_keys(self, &keys, error);
    for (uint32_t i = 0; status == STEME_OK && i < keys.count; i++)
        status = add_key(&list, &keys.ids[i], error);
    if (status != STEME_OK)
        return status;
    settle_votes(&list);
    self->trust_votes = list.votes;
    self->trust_vote_count = list.count;
    self->has_trust_votes = true;
    return STEME_OK;
}

bool lifecycle_has_seeds(const steme_lifecycle *self)
{
    if (self->view == NULL)
        return false;
    const steme_view_rules *rules = steme_view_get_rules(self->view);
    for (uint32_t i = 0; i < rules->agent_count; i++)
        if (rules->agents[i].is_seed)
            return true;
    return false;
}

/* The number of the first vote on an identity's records. */
static size_t find_first(const steme_lifecycle *self, const uint8_t identity[32])
{
    size_t low = 0;
    size_t high = self->trust_vote_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (memcmp(self->trust_votes[middle].identity.bytes, identity, STEME_AGENT_SIZE) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

steme_status steme_lifecycle_trust(steme_lifecycle *lifecycle, const uint8_t identity[32],
                                   uint32_t *out_trust_millionths, steme_error *error)
{
    *out_trust_millionths = LENS_TRUST_DEFAULT;
    if (!lifecycle_has_seeds(lifecycle))
        return STEME_OK;
    steme_status status = lifecycle->has_trust_votes ? STEME_OK : collect_votes(lifecycle, error);
    if (status != STEME_OK)
        return status;
    size_t first = find_first(lifecycle, identity);
    size_t end = first;
    while (end < lifecycle->trust_vote_count &&
           memcmp(lifecycle->trust_votes[end].identity.bytes, identity, STEME_AGENT_SIZE) == 0)
        end++;
    if (end == first)
        return STEME_OK;
    lens_seed_vote *votes = base_arena_alloc(&lifecycle->arena, (end - first) * sizeof *votes);
    if (votes == NULL)
        return base_fail(error, STEME_NO_MEMORY, "lifecycle: out of memory");
    for (size_t i = first; i < end; i++)
        votes[i - first] = (lens_seed_vote){lifecycle->trust_votes[i].stamp.time_ns,
                                            lifecycle->trust_votes[i].weight};
    *out_trust_millionths = lens_trust_fold(votes, (uint32_t)(end - first));
    return STEME_OK;
}

steme_status steme_lifecycle_trust_votes(steme_lifecycle *lifecycle, const uint8_t *identity,
                                         steme_trust_vote_visit visit, void *context,
                                         steme_error *error)
{
    if (!lifecycle_has_seeds(lifecycle))
        return STEME_OK;
    steme_status status = lifecycle->has_trust_votes ? STEME_OK : collect_votes(lifecycle, error);
    for (size_t i = identity == NULL ? 0 : find_first(lifecycle, identity);
         status == STEME_OK && i < lifecycle->trust_vote_count; i++) {
        const trust_vote *vote = &lifecycle->trust_votes[i];
        if (identity != NULL && memcmp(vote->identity.bytes, identity, STEME_AGENT_SIZE) != 0)
            break;
        status = visit(context,
                       &(steme_trust_vote){.identity = vote->identity,
                                           .seed = vote->seed,
                                           .target = vote->target,
                                           .record = vote->id,
                                           .stamp = vote->stamp,
                                           .weight_millionths = vote->weight},
                       error);
    }
    return status;
}
