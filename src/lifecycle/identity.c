/* Whose word a key's is: rotations and revocations, then delegation, then the view.
 *
 * The keys that rotations join are looked for as a whole, and their records applied in ascending
 * (stamp, id): a rotation joins two keys, a revocation ends one from a claim time on, and either
 * counts only where who signed it was not revoked at its claim time by what was applied before.
 * None of it depends on the record that is asked about: it is kept for the next one. */
#include "base/error.h"
#include "lifecycle/id_map.h"
#include "lifecycle/state.h"

#include <stdlib.h>
#include <string.h>

enum { DELEGATION_DEPTH_MAX = 16 };

/* A key among those that rotations may join to one. */
typedef struct identity_key {
    uint32_t parent; /* union-find; its own number at the root */
    bool is_revoked;
    int64_t revoked_from_ns;
} identity_key;

typedef struct identity_group {
    lifecycle_id_map numbers;
    identity_key *keys;
    lifecycle_record *records; /* rotations and revocations */
    size_t record_count;
    size_t record_capacity;
} identity_group;

/* ---- Collecting --------------------------------------------------------------------------- */

static steme_status add_group_record(steme_lifecycle *self, identity_group *group,
                                     const lifecycle_record *record, steme_error *error)
{
    if (group->record_count == group->record_capacity) {
        size_t capacity = group->record_capacity == 0 ? 16 : group->record_capacity * 2;
        lifecycle_record *grown = base_arena_alloc(&self->arena, capacity * sizeof *grown);
        if (grown == NULL)
            return base_fail(error, STEME_NO_MEMORY, "lifecycle: out of memory");
        if (group->record_count > 0)
            memcpy(grown, group->records, group->record_count * sizeof *grown);
        group->records = grown;
        group->record_capacity = capacity;
    }
    group->records[group->record_count++] = *record;
    return STEME_OK;
}

/* Takes the rotations and revocations of one key, and the keys that these bring in. A rotation is
 * met at both its keys: it is taken at the one with the smaller number. */
static steme_status collect_key(steme_lifecycle *self, identity_group *group, uint32_t number,
                                steme_error *error)
{
    lifecycle_record *records;
    size_t count;
    steme_id key = group->numbers.ids[number];
    steme_span name = {key.bytes, STEME_AGENT_SIZE};
    steme_status status =
        lifecycle_mentions(self, LIFECYCLE_BY_KEY, name, STEME_KEY, &records, &count, error);
    for (size_t i = 0; status == STEME_OK && i < count; i++) {
        const steme_key_statement *statement = &records[i].statement.as.key;
        bool is_its = statement->kind == STEME_KEY_REVOKE &&
                      memcmp(statement->key.bytes, key.bytes, sizeof key) == 0;
        if (statement->kind == STEME_KEY_ROTATE) {
            uint32_t left = 0;
            uint32_t right = 0;
            const steme_record *record = &records[i].record;
            status = lifecycle_id_map_add(&group->numbers, &self->arena,
                                          steme_record_signer(record, 0), &left, error);
            if (status == STEME_OK)
                status = lifecycle_id_map_add(&group->numbers, &self->arena,
                                              steme_record_signer(record, 1), &right, error);
            is_its = number == (left < right ? left : right);
        }
        if (status == STEME_OK && is_its)
            status = add_group_record(self, group, &records[i], error);
    }
    return status;
}

static int compare_records(const void *left_item, const void *right_item)
{
    const lifecycle_record *left = left_item;
    const lifecycle_record *right = right_item;
    return lifecycle_record_compare(&left->record, &right->record);
}

/* ---- Applying ----------------------------------------------------------------------------- */

static uint32_t find_root(identity_key *keys, uint32_t number)
{
    while (keys[number].parent != number) {
        keys[number].parent = keys[keys[number].parent].parent;
        number = keys[number].parent;
    }
    return number;
}

static bool is_revoked_at(const identity_key *key, int64_t claim_time_ns)
{
    return key->is_revoked && claim_time_ns >= key->revoked_from_ns;
}

/* The root of a set of keys is the least of them. */
static void join(identity_group *group, uint32_t left, uint32_t right)
{
    left = find_root(group->keys, left);
    right = find_root(group->keys, right);
    if (memcmp(group->numbers.ids[left].bytes, group->numbers.ids[right].bytes, 32) > 0)
        group->keys[left].parent = right;
    else
        group->keys[right].parent = left;
}

static void apply_rotation(identity_group *group, const lifecycle_record *rotation)
{
    uint32_t left = 0;
    uint32_t right = 0;
    (void)lifecycle_id_map_find(&group->numbers, steme_record_signer(&rotation->record, 0), &left);
    (void)lifecycle_id_map_find(&group->numbers, steme_record_signer(&rotation->record, 1), &right);
    if (!is_revoked_at(&group->keys[left], rotation->statement.claim_time_ns) &&
        !is_revoked_at(&group->keys[right], rotation->statement.claim_time_ns))
        join(group, left, right);
}

/* By the key itself, or by one that is joined to it and not revoked. */
static bool may_revoke(identity_group *group, const lifecycle_record *revocation, uint32_t number)
{
    for (uint32_t i = 0; i < revocation->record.signer_count; i++) {
        uint32_t signer;
        if (!lifecycle_id_map_find(&group->numbers, steme_record_signer(&revocation->record, i),
                                   &signer))
            continue;
        if (signer == number ||
            (find_root(group->keys, signer) == find_root(group->keys, number) &&
             !is_revoked_at(&group->keys[signer], revocation->statement.claim_time_ns)))
            return true;
    }
    return false;
}

static void apply_revocation(identity_group *group, const lifecycle_record *revocation)
{
    uint32_t number = 0;
    const steme_key_statement *statement = &revocation->statement.as.key;
    (void)lifecycle_id_map_find(&group->numbers, statement->key.bytes, &number);
    identity_key *key = &group->keys[number];
    if (!may_revoke(group, revocation, number) ||
        (key->is_revoked && key->revoked_from_ns <= statement->from_ns))
        return;
    key->is_revoked = true;
    key->revoked_from_ns = statement->from_ns;
}

/* All keys that rotations may join to `agent`, number 0, with what became of them. */
static steme_status make_group(steme_lifecycle *self, const uint8_t agent[32],
                               identity_group *group, steme_error *error)
{
    uint32_t number;
    *group = (identity_group){.numbers = lifecycle_id_map_new(self)};
    steme_status status =
        lifecycle_id_map_add(&group->numbers, &self->arena, agent, &number, error);
    for (uint32_t i = 0; status == STEME_OK && i < group->numbers.count; i++)
        status = collect_key(self, group, i, error);
    if (status != STEME_OK)
        return status;
    group->keys = base_arena_alloc(&self->arena, group->numbers.count * sizeof *group->keys);
    if (group->keys == NULL)
        return base_fail(error, STEME_NO_MEMORY, "lifecycle: out of memory");
    for (uint32_t i = 0; i < group->numbers.count; i++)
        group->keys[i] = (identity_key){.parent = i};
    if (group->record_count > 1)
        qsort(group->records, group->record_count, sizeof *group->records, compare_records);
    for (size_t i = 0; i < group->record_count; i++) {
        if (group->records[i].statement.as.key.kind == STEME_KEY_ROTATE)
            apply_rotation(group, &group->records[i]);
        else
            apply_revocation(group, &group->records[i]);
    }
    return STEME_OK;
}

/* ---- What is known of a key --------------------------------------------------------------- */

/* That a key may speak for another, with its own consent. */
typedef struct key_delegation {
    const steme_key_statement *statement;
    struct known_key *delegator;
} key_delegation;

/* A key at the lifecycle's moment: worked out once. */
typedef struct known_key {
    steme_agent agent;
    lifecycle_identity identity; /* but for is_revoked, which depends on a claim time */
    identity_key state;
    bool has_delegations;        /* they have been looked for */
    key_delegation *delegations; /* ascending */
    size_t delegation_count;
} known_key;

/* What the view says of one more key of the identity. */
static void merge_entry(const steme_lifecycle *self, const uint8_t agent[32],
                        lifecycle_identity *identity)
{
    const steme_view_agent *entry = self->view == NULL ? NULL : steme_view_find(self->view, agent);
    if (entry == NULL)
        return;
    if (!identity->is_listed || entry->best_class < identity->best_class)
        identity->best_class = entry->best_class;
    identity->stewardships |= entry->stewardships;
    identity->is_seed |= entry->is_seed != 0;
    identity->is_listed = true;
}

/* The class of an identity that no entry gave one. */
static void settle_class(const steme_lifecycle *self, lifecycle_identity *identity)
{
    if (self->view == NULL)
        identity->best_class = STEME_CLASS_REGULATORY;
    else if (!identity->is_listed)
        identity->best_class = steme_view_get_rules(self->view)->unlisted_best_class;
}

static steme_status fail_memory(steme_error *error)
{
    return base_fail(error, STEME_NO_MEMORY, "lifecycle: out of memory");
}

static steme_status reserve_known(steme_lifecycle *self, steme_error *error)
{
    uint32_t count = self->known_numbers.count;
    if (count < self->known_capacity)
        return STEME_OK;
    uint32_t capacity = count == 0 ? 16 : count * 2;
    known_key **grown = base_arena_alloc(&self->kept_arena, capacity * sizeof(known_key *));
    if (grown == NULL)
        return fail_memory(error);
    if (count > 0)
        memcpy(grown, self->known_keys, count * sizeof(known_key *));
    self->known_keys = grown;
    self->known_capacity = capacity;
    return STEME_OK;
}

static steme_status keep_key(steme_lifecycle *self, const steme_id *key,
                             const lifecycle_identity *identity, const identity_key *state,
                             steme_error *error)
{
    uint32_t number;
    if (lifecycle_id_map_find(&self->known_numbers, key->bytes, &number))
        return STEME_OK;
    steme_status status = reserve_known(self, error);
    known_key *known = base_arena_alloc(&self->kept_arena, sizeof *known);
    if (status == STEME_OK && known == NULL)
        status = fail_memory(error);
    if (status == STEME_OK)
        status = lifecycle_id_map_add(&self->known_numbers, &self->kept_arena, key->bytes, &number,
                                      error);
    if (status != STEME_OK)
        return status;
    *known = (known_key){.identity = *identity, .state = *state};
    memcpy(known->agent.bytes, key->bytes, STEME_AGENT_SIZE);
    self->known_keys[number] = known;
    return STEME_OK;
}

/* Keeps all keys of a group. What the view says of a key, it says of its identity. */
static steme_status keep_group(steme_lifecycle *self, identity_group *group, steme_error *error)
{
    uint32_t count = group->numbers.count;
    lifecycle_identity *identities = base_arena_alloc(&self->arena, count * sizeof *identities);
    if (identities == NULL)
        return fail_memory(error);
    memset(identities, 0, count * sizeof *identities);
    for (uint32_t i = 0; i < count; i++)
        merge_entry(self, group->numbers.ids[i].bytes, &identities[find_root(group->keys, i)]);
    steme_status status = STEME_OK;
    for (uint32_t i = 0; status == STEME_OK && i < count; i++) {
        uint32_t root = find_root(group->keys, i);
        lifecycle_identity *identity = &identities[root];
        memcpy(identity->key.bytes, group->numbers.ids[root].bytes, STEME_AGENT_SIZE);
        settle_class(self, identity);
        status = keep_key(self, &group->numbers.ids[i], identity, &group->keys[i], error);
    }
    return status;
}

static steme_status find_known(steme_lifecycle *self, const uint8_t agent[32],
                               known_key **out_known, steme_error *error)
{
    uint32_t number;
    identity_group group;
    steme_status status = STEME_OK;
    if (!lifecycle_id_map_find(&self->known_numbers, agent, &number)) {
        status = make_group(self, agent, &group, error);
        if (status == STEME_OK)
            status = keep_group(self, &group, error);
        if (status != STEME_OK)
            return status;
        (void)lifecycle_id_map_find(&self->known_numbers, agent, &number);
    }
    *out_known = self->known_keys[number];
    return STEME_OK;
}

/* ---- Delegation --------------------------------------------------------------------------- */

/* Whole path segments: after the scope there is nothing, or a slash. */
static bool covers_subject(steme_span scope, steme_span subject)
{
    return scope.size == 0 ||
           (subject.size >= scope.size && memcmp(subject.bytes, scope.bytes, scope.size) == 0 &&
            (subject.size == scope.size || subject.bytes[scope.size] == '/'));
}

static bool covers(const steme_key_statement *delegation, int64_t claim_time_ns, steme_span subject)
{
    return (!delegation->has_from || claim_time_ns >= delegation->from_ns) &&
           (!delegation->has_until || claim_time_ns < delegation->until_ns) &&
           covers_subject(delegation->scope, subject);
}

/* Nobody is made another's delegate without a word of its own: its endorsement of the delegation.
 */
static steme_status has_consent(steme_lifecycle *self, const steme_id *delegation,
                                const known_key *known, bool *out_has_consent, steme_error *error)
{
    lifecycle_record *records;
    size_t count;
    steme_span name = {delegation->bytes, STEME_ID_SIZE};
    *out_has_consent = false;
    steme_status status = lifecycle_mentions(self, LIFECYCLE_BY_TARGET, name, STEME_ENDORSEMENT,
                                             &records, &count, error);
    for (size_t i = 0; status == STEME_OK && i < count; i++)
        *out_has_consent |= memcmp(&records[i].statement.as.endorsement.target, delegation,
                                   sizeof *delegation) == 0 &&
                            memcmp(steme_record_signer(&records[i].record, 0), &known->agent,
                                   STEME_AGENT_SIZE) == 0 &&
                            !is_revoked_at(&known->state, records[i].statement.claim_time_ns);
    return status;
}

/* The least of a delegation's signers that was not revoked; NULL where there is none. */
static steme_status find_signer(steme_lifecycle *self, const lifecycle_record *delegation,
                                known_key **out_signer, steme_error *error)
{
    steme_status status = STEME_OK;
    *out_signer = NULL;
    for (uint32_t i = 0;
         status == STEME_OK && i < delegation->record.signer_count && *out_signer == NULL; i++) {
        known_key *signer;
        status = find_known(self, steme_record_signer(&delegation->record, i), &signer, error);
        if (status == STEME_OK &&
            !is_revoked_at(&signer->state, delegation->statement.claim_time_ns))
            *out_signer = signer;
    }
    return status;
}

static steme_status keep_delegation(steme_lifecycle *self, const lifecycle_record *record,
                                    known_key *known, steme_error *error)
{
    known_key *signer = NULL;
    bool is_agreed;
    const steme_key_statement *statement = &record->statement.as.key;
    if (statement->kind != STEME_KEY_DELEGATE ||
        memcmp(&statement->key, &known->agent, STEME_AGENT_SIZE) != 0)
        return STEME_OK;
    steme_status status = has_consent(self, &record->record.id, known, &is_agreed, error);
    if (status == STEME_OK && is_agreed)
        status = find_signer(self, record, &signer, error);
    if (status != STEME_OK || signer == NULL)
        return status;
    const steme_key_statement *kept =
        base_arena_copy(&self->kept_arena, statement, sizeof *statement);
    if (kept == NULL)
        return fail_memory(error);
    known->delegations[known->delegation_count++] = (key_delegation){kept, signer};
    return STEME_OK;
}

static steme_status load_delegations(steme_lifecycle *self, known_key *known, steme_error *error)
{
    lifecycle_record *records;
    size_t count;
    steme_span name = {known->agent.bytes, STEME_AGENT_SIZE};
    steme_status status =
        lifecycle_mentions(self, LIFECYCLE_BY_KEY, name, STEME_KEY, &records, &count, error);
    if (status == STEME_OK && count > 0) {
        known->delegation_count = 0;
        known->delegations =
            base_arena_alloc(&self->kept_arena, count * sizeof *known->delegations);
        if (known->delegations == NULL)
            status = fail_memory(error);
    }
    for (size_t i = 0; status == STEME_OK && i < count; i++)
        status = keep_delegation(self, &records[i], known, error);
    known->has_delegations = status == STEME_OK;
    return status;
}

/* Who a key speaks for: the greatest of the delegations that cover the record says so. NULL: only
 * for itself. */
static steme_status find_delegator(steme_lifecycle *self, known_key *known, int64_t claim_time_ns,
                                   steme_span subject, known_key **out_delegator,
                                   steme_error *error)
{
    *out_delegator = NULL;
    if (!known->has_delegations) {
        steme_status status = load_delegations(self, known, error);
        if (status != STEME_OK)
            return status;
    }
    for (size_t i = known->delegation_count; i-- > 0 && *out_delegator == NULL;)
        if (covers(known->delegations[i].statement, claim_time_ns, subject))
            *out_delegator = known->delegations[i].delegator;
    return STEME_OK;
}

/* ---- All of it ---------------------------------------------------------------------------- */

/* Of an agent that no key record mentions: itself. */
static void find_plain(const steme_lifecycle *self, const uint8_t agent[32],
                       lifecycle_identity *out_identity)
{
    *out_identity = (lifecycle_identity){0};
    memcpy(out_identity->key.bytes, agent, STEME_AGENT_SIZE);
    merge_entry(self, agent, out_identity);
    settle_class(self, out_identity);
}

steme_status lifecycle_identity_find(steme_lifecycle *self, const uint8_t agent[32],
                                     int64_t claim_time_ns, steme_span subject,
                                     lifecycle_identity *out_identity, steme_error *error)
{
    known_key *known;
    if (!self->has_keys || !lifecycle_catalog_has(self->catalog, LIFECYCLE_BY_KEY,
                                                  (steme_span){agent, STEME_AGENT_SIZE})) {
        find_plain(self, agent, out_identity);
        return STEME_OK;
    }
    steme_status status = find_known(self, agent, &known, error);
    if (status != STEME_OK)
        return status;
    bool is_revoked = is_revoked_at(&known->state, claim_time_ns);
    for (int depth = 0; status == STEME_OK && !is_revoked && depth < DELEGATION_DEPTH_MAX;
         depth++) {
        known_key *delegator;
        status = find_delegator(self, known, claim_time_ns, subject, &delegator, error);
        if (status != STEME_OK || delegator == NULL)
            break;
        known = delegator;
    }
    *out_identity = known->identity;
    out_identity->is_revoked = is_revoked;
    return status;
}

steme_status steme_lifecycle_identity(steme_lifecycle *lifecycle, const uint8_t agent[32],
                                      int64_t claim_time_ns, steme_span subject,
                                      steme_agent *out_identity, int *out_counts,
                                      steme_error *error)
{
    lifecycle_identity identity;
    steme_status status =
        lifecycle_identity_find(lifecycle, agent, claim_time_ns, subject, &identity, error);
    if (status != STEME_OK)
        return status;
    *out_counts = lifecycle_identity_counts(lifecycle, &identity);
    *out_identity = lifecycle_identity_unit(lifecycle, &identity);
    return STEME_OK;
}

bool lifecycle_identity_counts(const steme_lifecycle *self, const lifecycle_identity *identity)
{
    return !identity->is_revoked &&
           (self->view == NULL || identity->is_listed ||
            steme_view_get_rules(self->view)->unlisted != STEME_UNLISTED_IGNORED);
}

steme_agent lifecycle_identity_unit(const steme_lifecycle *self, const lifecycle_identity *identity)
{
    bool is_one = self->view != NULL && !identity->is_listed &&
                  steme_view_get_rules(self->view)->unlisted == STEME_UNLISTED_ONE;
    return is_one ? (steme_agent){{0}} : identity->key;
}

/* ---- Rights ------------------------------------------------------------------------------- */

steme_span lifecycle_subject(const lifecycle_record *target)
{
    return target != NULL && target->statement.type == STEME_ASSERTION
               ? target->statement.as.assertion.subject
               : (steme_span){0};
}

steme_status lifecycle_is_signed_by(steme_lifecycle *self, const lifecycle_record *target,
                                    const lifecycle_identity *identity, bool *out_is_signed,
                                    steme_error *error)
{
    steme_status status = STEME_OK;
    *out_is_signed = false;
    if (target == NULL)
        return STEME_OK;
    for (uint32_t i = 0; status == STEME_OK && i < target->record.signer_count && !*out_is_signed;
         i++) {
        lifecycle_identity signer;
        status = lifecycle_identity_find(self, steme_record_signer(&target->record, i),
                                         target->statement.claim_time_ns, lifecycle_subject(target),
                                         &signer, error);
        *out_is_signed =
            status == STEME_OK && memcmp(&signer.key, &identity->key, sizeof signer.key) == 0;
    }
    return status;
}

steme_status lifecycle_has_right(steme_lifecycle *self, const lifecycle_record *record,
                                 const lifecycle_record *target, uint32_t stewardship,
                                 bool *out_has_right, steme_error *error)
{
    steme_status status = STEME_OK;
    *out_has_right = false;
    for (uint32_t i = 0; status == STEME_OK && i < record->record.signer_count && !*out_has_right;
         i++) {
        lifecycle_identity signer;
        status = lifecycle_identity_find(self, steme_record_signer(&record->record, i),
                                         record->statement.claim_time_ns, lifecycle_subject(target),
                                         &signer, error);
        if (status != STEME_OK || signer.is_revoked)
            continue;
        if ((signer.stewardships & stewardship) != 0)
            *out_has_right = true;
        else
            status = lifecycle_is_signed_by(self, target, &signer, out_has_right, error);
    }
    return status;
}

steme_status steme_lifecycle_agent(steme_lifecycle *lifecycle, const uint8_t agent[32],
                                   int64_t claim_time_ns, steme_span subject,
                                   steme_view_agent *out_entry, int *out_is_revoked,
                                   steme_error *error)
{
    lifecycle_identity identity;
    steme_status status =
        lifecycle_identity_find(lifecycle, agent, claim_time_ns, subject, &identity, error);
    if (status != STEME_OK)
        return status;
    *out_entry = (steme_view_agent){.agent = identity.key,
                                    .best_class = identity.best_class,
                                    .stewardships = identity.stewardships,
                                    .is_seed = identity.is_seed};
    *out_is_revoked = identity.is_revoked;
    return STEME_OK;
}
