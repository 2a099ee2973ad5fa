/* lifecycle_oracle.h -- docs/lifecycles.md by plain loops over a lifecycle_world: slow, and nothing
 * of it shared with the library but the record format and the formula of trust. */
#ifndef SUPPORT_LIFECYCLE_ORACLE_H
#define SUPPORT_LIFECYCLE_ORACLE_H

#include "support/lifecycle_world.h"

#include "lens/trust.h"

enum {
    ORACLE_ONE = LIFE_KEY_COUNT, /* the identity of all unlisted together */
    ORACLE_LINK_MAX = LIFE_RECORD_MAX * LIFE_LIST_MAX,
    ORACLE_MATURE_NS = 500000000,
    ORACLE_LINE_MAX = 16,
};

/* A view's entry for each key. */
typedef struct oracle_view {
    bool is_listed[LIFE_KEY_COUNT];
    uint32_t stewardships[LIFE_KEY_COUNT];
    bool is_seed[LIFE_KEY_COUNT];
    steme_unlisted unlisted;
} oracle_view;

typedef struct oracle_link {
    const life_record *by;
    steme_id target;
    steme_id replacement;
    bool has_replacement;
    bool is_entered;
    steme_void_reason reason;
} oracle_link;

typedef struct oracle {
    const life_world *world;
    const steme_lifecycle_options *options;
    const oracle_view *view;                     /* NULL: the open one */
    const life_record *records[LIFE_RECORD_MAX]; /* that exist, ascending */
    int count;
    int identity[LIFE_KEY_COUNT];                    /* the least key of those joined */
    const life_record *revocations[LIFE_RECORD_MAX]; /* that count */
    int revocation_count;
    oracle_link links[ORACLE_LINK_MAX]; /* ascending by record, then target */
    int link_count;
    oracle_link epochs[ORACLE_LINK_MAX];
    int epoch_count;
} oracle;

static inline int oracle_order(const life_record *a, const life_record *b)
{
    int order = steme_stamp_compare(&a->statement.stamp, &b->statement.stamp);
    return order != 0 ? order : life_id_compare(&a->id, &b->id);
}

static inline const life_record *oracle_find(const oracle *it, const steme_id *id)
{
    for (int i = 0; i < it->count; i++)
        if (life_id_equal(&it->records[i]->id, id))
            return it->records[i];
    return NULL;
}

static inline bool oracle_is(const life_record *record, steme_record_type type)
{
    return record->statement.type == type;
}

static inline int oracle_key(const oracle *it, const uint8_t key[32])
{
    for (int i = 0; i < LIFE_KEY_COUNT; i++)
        if (memcmp(it->world->keys[i].agent.bytes, key, 32) == 0)
            return i;
    return -1;
}

/* ---- The moment: section 1 ---------------------------------------------------------------- */

static inline void oracle_choose(oracle *it)
{
    const steme_lifecycle_options *at = it->options;
    uint64_t stamp_max = at->evaluated_at_ns + ORACLE_MATURE_NS;
    int64_t as_of = at->has_as_of ? at->as_of_ns : (int64_t)stamp_max;
    for (int i = 0; i < it->world->count; i++) {
        const life_record *record = &it->world->records[i];
        if (!record->is_held || record->statement.stamp.time_ns > stamp_max ||
            record->statement.claim_time_ns > as_of ||
            (at->has_recorded_as_of && record->arrival_ns > at->recorded_as_of_ns))
            continue;
        int place = it->count++;
        for (; place > 0 && oracle_order(record, it->records[place - 1]) < 0; place--)
            it->records[place] = it->records[place - 1];
        it->records[place] = record;
    }
}

/* ---- Keys and identities: section 3 ------------------------------------------------------- */

static inline bool oracle_is_revoked(const oracle *it, int key, int64_t claim_time_ns)
{
    for (int i = 0; i < it->revocation_count; i++) {
        const steme_key_statement *revocation = &it->revocations[i]->statement.as.key;
        if (oracle_key(it, revocation->key.bytes) == key && revocation->from_ns <= claim_time_ns)
            return true;
    }
    return false;
}

static inline bool oracle_revocation_counts(const oracle *it, const life_record *record)
{
    int revoked = oracle_key(it, record->statement.as.key.key.bytes);
    for (int key = 0; key < LIFE_KEY_COUNT; key++) {
        if (!record->is_signer[key])
            continue;
        if (key == revoked)
            return true;
        if (it->identity[key] == it->identity[revoked] &&
            !oracle_is_revoked(it, key, record->statement.claim_time_ns))
            return true;
    }
    return false;
}

static inline void oracle_rotate(oracle *it, const life_record *record)
{
    int least = LIFE_KEY_COUNT;
    for (int key = 0; key < LIFE_KEY_COUNT; key++) {
        if (!record->is_signer[key])
            continue;
        if (oracle_is_revoked(it, key, record->statement.claim_time_ns))
            return;
        if (it->identity[key] < least)
            least = it->identity[key];
    }
    for (int key = 0; key < LIFE_KEY_COUNT; key++) {
        if (!record->is_signer[key])
            continue;
        int old = it->identity[key];
        for (int other = 0; other < LIFE_KEY_COUNT; other++)
            if (it->identity[other] == old)
                it->identity[other] = least;
    }
}

static inline void oracle_fold_keys(oracle *it)
{
    for (int key = 0; key < LIFE_KEY_COUNT; key++)
        it->identity[key] = key;
    for (int i = 0; i < it->count; i++) {
        const life_record *record = it->records[i];
        if (!oracle_is(record, STEME_KEY))
            continue;
        if (record->statement.as.key.kind == STEME_KEY_ROTATE)
            oracle_rotate(it, record);
        else if (record->statement.as.key.kind == STEME_KEY_REVOKE &&
                 oracle_revocation_counts(it, record))
            it->revocations[it->revocation_count++] = record;
    }
}

/* Some signer of the record was not revoked when it claimed. */
static inline int oracle_first_signer(const oracle *it, const life_record *record)
{
    for (int key = 0; key < LIFE_KEY_COUNT; key++)
        if (record->is_signer[key] && !oracle_is_revoked(it, key, record->statement.claim_time_ns))
            return key;
    return -1;
}

static inline bool oracle_covers(steme_span scope, steme_span subject)
{
    if (scope.size == 0)
        return true;
    return subject.size >= scope.size && memcmp(subject.bytes, scope.bytes, scope.size) == 0 &&
           (subject.size == scope.size || subject.bytes[scope.size] == '/');
}

static inline bool oracle_is_endorsed(const oracle *it, const life_record *delegation, int delegate)
{
    for (int i = 0; i < it->count; i++) {
        const life_record *record = it->records[i];
        if (oracle_is(record, STEME_ENDORSEMENT) &&
            life_id_equal(&record->statement.as.endorsement.target, &delegation->id) &&
            record->is_signer[delegate] && oracle_first_signer(it, record) == delegate)
            return true;
    }
    return false;
}

/* The key that `key` is the delegate of, or -1. */
static inline int oracle_delegator(const oracle *it, int key, int64_t claim_time_ns,
                                   steme_span subject)
{
    for (int i = it->count - 1; i >= 0; i--) {
        const life_record *record = it->records[i];
        const steme_key_statement *said = &record->statement.as.key;
        if (oracle_is(record, STEME_KEY) && said->kind == STEME_KEY_DELEGATE &&
            oracle_key(it, said->key.bytes) == key &&
            (!said->has_from || claim_time_ns >= said->from_ns) &&
            (!said->has_until || claim_time_ns < said->until_ns) &&
            oracle_covers(said->scope, subject) && oracle_is_endorsed(it, record, key) &&
            oracle_first_signer(it, record) >= 0)
            return oracle_first_signer(it, record);
    }
    return -1;
}

/* The identity that a key speaks for; what a revoked one signed is nobody else's. */
static inline int oracle_identity(const oracle *it, int key, int64_t claim_time_ns,
                                  steme_span subject)
{
    if (oracle_is_revoked(it, key, claim_time_ns))
        return it->identity[key];
    for (int i = 0; i < ORACLE_LINE_MAX; i++) {
        int next = oracle_delegator(it, key, claim_time_ns, subject);
        if (next < 0)
            break;
        key = next;
    }
    return it->identity[key];
}

/* ---- Views: section 2 --------------------------------------------------------------------- */

static inline bool oracle_is_listed(const oracle *it, int identity)
{
    for (int key = 0; key < LIFE_KEY_COUNT; key++)
        if (it->identity[key] == identity && it->view->is_listed[key])
            return true;
    return false;
}

static inline bool oracle_is_steward(const oracle *it, int identity, uint32_t stewardship)
{
    for (int key = 0; it->view != NULL && key < LIFE_KEY_COUNT; key++)
        if (it->identity[key] == identity && (it->view->stewardships[key] & stewardship) != 0)
            return true;
    return false;
}

static inline bool oracle_is_seed(const oracle *it, int identity)
{
    for (int key = 0; it->view != NULL && key < LIFE_KEY_COUNT; key++)
        if (it->identity[key] == identity && it->view->is_seed[key])
            return true;
    return false;
}

/* What an identity counts as under the view; -1: as nothing. */
static inline int oracle_counted_as(const oracle *it, int identity)
{
    if (it->view == NULL || oracle_is_listed(it, identity) ||
        it->view->unlisted == STEME_UNLISTED_EACH)
        return identity;
    return it->view->unlisted == STEME_UNLISTED_ONE ? ORACLE_ONE : -1;
}

/* ---- Rights: section 4 -------------------------------------------------------------------- */

static inline steme_span oracle_subject(const life_record *record)
{
    return record != NULL && oracle_is(record, STEME_ASSERTION)
               ? record->statement.as.assertion.subject
               : (steme_span){NULL, 0};
}

static inline bool oracle_has_signed(const oracle *it, int identity, const life_record *record)
{
    for (int key = 0; key < LIFE_KEY_COUNT; key++)
        if (record->is_signer[key] && oracle_identity(it, key, record->statement.claim_time_ns,
                                                      oracle_subject(record)) == identity)
            return true;
    return false;
}

static inline bool oracle_has_right(const oracle *it, const life_record *record,
                                    const life_record *target, uint32_t stewardship)
{
    for (int key = 0; key < LIFE_KEY_COUNT; key++) {
        int64_t claimed = record->statement.claim_time_ns;
        if (!record->is_signer[key] || oracle_is_revoked(it, key, claimed))
            continue;
        int identity = oracle_identity(it, key, claimed, oracle_subject(target));
        if (oracle_is_steward(it, identity, stewardship) ||
            (target != NULL && oracle_has_signed(it, identity, target)))
            return true;
    }
    return false;
}

/* ---- Supersession and epochs: sections 5 and 7 -------------------------------------------- */

static inline bool oracle_is_retraction(const life_record *record)
{
    return oracle_is(record, STEME_SUPERSESSION) &&
           record->statement.as.supersession.kind == STEME_SUPERSEDE_RETRACT;
}

static inline bool oracle_is_retracted(const oracle *it, const life_record *record)
{
    for (int i = 0; i < it->count; i++) {
        const life_record *by = it->records[i];
        if (!oracle_is_retraction(by))
            continue;
        const steme_id_list *targets = &by->statement.as.supersession.targets;
        for (uint32_t j = 0; j < targets->count; j++) {
            steme_id target = steme_id_list_get(targets, j);
            if (life_id_equal(&target, &record->id) && oracle_has_right(it, by, record, 0))
                return true;
        }
    }
    return false;
}

static inline steme_void_reason oracle_reason(const oracle *it, const life_record *by,
                                              const steme_id *target_id)
{
    const life_record *target = oracle_find(it, target_id);
    uint32_t stewardship = oracle_is_retraction(by) ? 0 : (uint32_t)STEME_STEWARD_SUPERSESSION;
    if (target != NULL && oracle_is(target, STEME_SUPERSESSION) &&
        (!oracle_is_retraction(by) || oracle_is_retraction(target)))
        return STEME_VOID_NO_RIGHT;
    if (!oracle_has_right(it, by, target, stewardship))
        return target == NULL ? STEME_VOID_UNKNOWN : STEME_VOID_NO_RIGHT;
    if (!oracle_is_retraction(by) && oracle_is_retracted(it, by))
        return STEME_VOID_RETRACTED;
    return STEME_VOID_NOT;
}

static inline bool oracle_leads_to(const oracle_link *links, int count, const steme_id *from,
                                   const steme_id *to)
{
    bool is_met[ORACLE_LINK_MAX] = {false};
    bool is_more = true;
    while (is_more) { /* links that can be walked from `from` */
        is_more = false;
        for (int i = 0; i < count; i++) {
            bool is_start = life_id_equal(&links[i].target, from);
            for (int j = 0; j < count && !is_start; j++)
                is_start = is_met[j] && life_id_equal(&links[j].replacement, &links[i].target);
            if (!links[i].is_entered || is_met[i] || !is_start)
                continue;
            is_met[i] = is_more = true;
            if (life_id_equal(&links[i].replacement, to))
                return true;
        }
    }
    return false;
}

static inline void oracle_enter(oracle_link *links, int count)
{
    for (int i = 0; i < count; i++) {
        if (links[i].reason != STEME_VOID_NOT || !links[i].has_replacement)
            continue;
        if (oracle_leads_to(links, count, &links[i].replacement, &links[i].target))
            links[i].reason = STEME_VOID_CYCLE;
        else
            links[i].is_entered = true;
    }
}

static inline void oracle_make_links(oracle *it)
{
    for (int i = 0; i < it->count; i++) {
        const life_record *by = it->records[i];
        if (!oracle_is(by, STEME_SUPERSESSION))
            continue;
        const steme_supersession *said = &by->statement.as.supersession;
        for (uint32_t j = 0; j < said->targets.count; j++) {
            oracle_link *link = &it->links[it->link_count++];
            *link = (oracle_link){.by = by, .target = steme_id_list_get(&said->targets, j)};
            link->has_replacement = said->replacement.count > 0;
            if (link->has_replacement)
                link->replacement = steme_id_list_get(&said->replacement, 0);
            link->reason = oracle_reason(it, by, &link->target);
        }
    }
    oracle_enter(it->links, it->link_count);
}

static inline void oracle_make_epochs(oracle *it)
{
    for (int i = 0; i < it->count; i++) {
        const life_record *by = it->records[i];
        if (!oracle_is(by, STEME_EPOCH))
            continue;
        const steme_id_list *targets = &by->statement.as.epoch.supersedes;
        for (uint32_t j = 0; j < targets->count; j++) {
            oracle_link *link = &it->epochs[it->epoch_count++];
            *link = (oracle_link){.by = by, .target = steme_id_list_get(targets, j)};
            link->replacement = by->id;
            link->has_replacement = true;
            link->reason =
                oracle_has_right(it, by, oracle_find(it, &link->target), STEME_STEWARD_EPOCHS)
                    ? STEME_VOID_NOT
                    : STEME_VOID_NO_RIGHT;
        }
    }
    oracle_enter(it->epochs, it->epoch_count);
}

static inline void oracle_make(oracle *it, const life_world *world,
                               const steme_lifecycle_options *options, const oracle_view *view)
{
    memset(it, 0, sizeof *it);
    it->world = world;
    it->options = options;
    it->view = view;
    oracle_choose(it);
    oracle_fold_keys(it);
    oracle_make_links(it);
    oracle_make_epochs(it);
}

static inline steme_standing oracle_kind_standing(const life_record *by)
{
    switch (by->statement.as.supersession.kind) {
    case STEME_SUPERSEDE_RETRACT:
        return STEME_STANDING_RETRACTED;
    case STEME_SUPERSEDE_INVALIDATE:
        return STEME_STANDING_INVALIDATED;
    default:
        return STEME_STANDING_SUPERSEDED;
    }
}

static inline const oracle_link *oracle_pick(const oracle *it, const steme_id *id)
{
    const oracle_link *pick = NULL;
    for (int i = 0; i < it->link_count; i++)
        if (it->links[i].is_entered && life_id_equal(&it->links[i].target, id))
            pick = &it->links[i];
    return pick;
}

static inline steme_standing oracle_standing(const oracle *it, const steme_id *id)
{
    steme_standing standing = STEME_STANDING_LIVE;
    for (int i = 0; i < it->link_count; i++)
        if (it->links[i].reason == STEME_VOID_NOT && life_id_equal(&it->links[i].target, id) &&
            oracle_kind_standing(it->links[i].by) > standing)
            standing = oracle_kind_standing(it->links[i].by);
    return standing;
}

static inline steme_standing_report oracle_report(const oracle *it, const steme_id *id)
{
    steme_standing_report report = {.standing = oracle_standing(it, id), .head = *id};
    const oracle_link *pick = oracle_pick(it, id);
    for (int i = 0; i < it->link_count; i++) {
        const oracle_link *link = &it->links[i];
        if (link->reason != STEME_VOID_NOT || !life_id_equal(&link->target, id))
            continue;
        report.link_count++;
        if (link->has_replacement && !life_id_equal(&link->replacement, &pick->replacement))
            report.is_fork = 1;
    }
    for (const oracle_link *next; (next = oracle_pick(it, &report.head)) != NULL;)
        report.head = next->replacement;
    report.has_head = oracle_standing(it, &report.head) == STEME_STANDING_LIVE;
    return report;
}

static inline bool oracle_epoch_successor(const oracle *it, const steme_id *id, steme_id *out)
{
    bool is_found = false;
    for (int i = 0; i < it->epoch_count; i++)
        if (it->epochs[i].is_entered && life_id_equal(&it->epochs[i].target, id)) {
            *out = it->epochs[i].replacement;
            is_found = true;
        }
    return is_found;
}

/* ---- Votes and trust: section 9 ----------------------------------------------------------- */

typedef struct oracle_vote {
    const life_record *by;
    int key;
    int identity; /* -1: not counted at all */
    bool is_counted;
    bool is_own;
    bool is_equivocation;
} oracle_vote;

static inline bool oracle_is_vote_on(const life_record *record, const steme_id *id)
{
    return oracle_is(record, STEME_VOTE) && life_id_equal(&record->statement.as.vote.target, id);
}

static inline int oracle_only_signer(const life_record *record)
{
    int key = 0;
    while (!record->is_signer[key])
        key++;
    return key;
}

static inline void oracle_judge_vote(const oracle *it, const life_record *target, oracle_vote *vote)
{
    int64_t claimed = vote->by->statement.claim_time_ns;
    int identity = oracle_identity(it, vote->key, claimed, oracle_subject(target));
    vote->identity =
        oracle_is_revoked(it, vote->key, claimed) ? -1 : oracle_counted_as(it, identity);
    vote->is_own = target != NULL && oracle_has_signed(it, identity, target);
    vote->is_counted = vote->identity >= 0 && target != NULL;
}

/* Each agent's greatest, descending. */
static inline int oracle_votes(const oracle *it, const steme_id *id, oracle_vote *votes)
{
    const life_record *target = oracle_find(it, id);
    int count = 0;
    for (int i = it->count - 1; i >= 0; i--) {
        const life_record *by = it->records[i];
        if (!oracle_is_vote_on(by, id))
            continue;
        int key = oracle_only_signer(by);
        int at = 0;
        while (at < count && votes[at].key != key)
            at++;
        if (at < count) {
            if (steme_stamp_compare(&votes[at].by->statement.stamp, &by->statement.stamp) == 0)
                votes[at].is_equivocation = true;
            continue;
        }
        votes[count] = (oracle_vote){.by = by, .key = key};
        oracle_judge_vote(it, target, &votes[count]);
        for (int j = 0; j < count; j++)
            if (votes[j].is_counted && votes[j].identity == votes[count].identity)
                votes[count].is_counted = false;
        count++;
    }
    return count;
}

static inline steme_tally oracle_tally(const oracle_vote *votes, int count)
{
    steme_tally tally = {0};
    for (int i = 0; i < count; i++) {
        int32_t weight = votes[i].by->statement.as.vote.weight_millionths;
        if (!votes[i].is_counted || votes[i].is_own)
            continue;
        tally.sum_millionths += weight;
        tally.for_count += weight > 0;
        tally.against_count += weight < 0;
    }
    return tally;
}

#endif
