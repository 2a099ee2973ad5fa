/* Random small sets of records that speak of one another, in random order and batches, asked at
 * random moments under random views: the fold gives what docs/lifecycles.md says, by plain loops.
 *
 * STEME_TEST_SEED replays a run. */
#include "support/lifecycle_oracle.h"

enum {
    WORLD_COUNT = 10,       /* of each flavour */
    MOMENT_COUNT = 12,      /* asked of each */
    SMALL_COUNT = 2,        /* worlds whose records come in each order */
    SMALL_RECORD_COUNT = 4, /* records of such a world */
    SEEN_MAX = 256,
};

static const life_flavour flavours[] = {
    {{[STEME_ASSERTION] = 3, [STEME_SUPERSESSION] = 6, [STEME_KEY] = 1, [STEME_ENDORSEMENT] = 1}},
    {{[STEME_ASSERTION] = 2, [STEME_STAGE] = 6, [STEME_EPOCH] = 5, [STEME_KEY] = 1}},
    {{[STEME_ASSERTION] = 2, [STEME_VOTE] = 8, [STEME_KEY] = 2, [STEME_ENDORSEMENT] = 1}},
    {{[STEME_ASSERTION] = 2, [STEME_KEY] = 7, [STEME_ENDORSEMENT] = 4, [STEME_SUPERSESSION] = 1}},
    {{[STEME_ASSERTION] = 4, [STEME_ALIAS] = 4, [STEME_SOURCE] = 2, [STEME_KEY] = 1}},
    {{[STEME_ALIAS] = 6, [STEME_SUPERSESSION] = 4, [STEME_KEY] = 1}},
    {{0, 3, 3, 3, 2, 2, 2, 1, 2, 2}},
};

enum { FLAVOUR_COUNT = sizeof flavours / sizeof flavours[0] };

/* A question: its moment and view, the fold that is to be checked and the oracle's. */
typedef struct question {
    life_world *world;
    oracle_view rules;
    steme_view *view;
    steme_lifecycle_options options;
    oracle oracle;
    steme_lifecycle *lifecycle;
} question;

/* ---- Making ------------------------------------------------------------------------------- */

static steme_view *make_view(life_world *world, oracle_view *rules)
{
    steme_view_agent agents[LIFE_KEY_COUNT];
    steme_view_rules made = {.name = claims_text("a view"), .agents = agents};
    steme_key signer = claims_key(99);
    steme_view *view;
    steme_error error;
    uint8_t *file;
    size_t size;
    memset(rules, 0, sizeof *rules);
    rules->unlisted = (steme_unlisted)life_below(world, 3);
    made.unlisted = rules->unlisted;
    for (int key = 0; key < LIFE_KEY_COUNT; key++) {
        if (life_below(world, 2) == 0)
            continue;
        rules->is_listed[key] = true;
        rules->stewardships[key] = life_below(world, 2) == 0 ? (uint32_t)life_below(world, 32) : 0;
        rules->is_seed[key] = life_below(world, 2) == 0;
        agents[made.agent_count++] =
            (steme_view_agent){world->keys[key].agent, STEME_CLASS_EXPERT, rules->stewardships[key],
                               rules->is_seed[key]};
    }
    claims_check(steme_view_sign(&made, &signer, 1, &file, &size, &error), &error);
    claims_check(steme_view_open((steme_span){file, size}, &view, &error), &error);
    steme_free(file);
    return view;
}

static void make_moment(life_world *world, steme_lifecycle_options *options)
{
    memset(options, 0, sizeof *options);
    options->evaluated_at_ns = life_time(world) + life_below(world, 2) * 2000000000;
    options->has_as_of = life_below(world, 3) == 0;
    options->as_of_ns = (int64_t)life_time(world);
    options->has_recorded_as_of = life_below(world, 4) == 0;
    if (world->count > 0)
        options->recorded_as_of_ns =
            world->records[life_below(world, (uint64_t)world->count)].arrival_ns;
}

static void ask(question *it, life_world *world, steme_snapshot *snapshot)
{
    steme_error error;
    it->world = world;
    it->view = life_below(world, 2) == 0 ? make_view(world, &it->rules) : NULL;
    make_moment(world, &it->options);
    it->options.view = it->view;
    oracle_make(&it->oracle, world, &it->options, it->view != NULL ? &it->rules : NULL);
    claims_check(steme_lifecycle_open(snapshot, &it->options, &it->lifecycle, &error), &error);
}

static void end(question *it)
{
    steme_lifecycle_close(it->lifecycle);
    steme_view_close(it->view);
}

/* ---- Supersession ------------------------------------------------------------------------- */

static void check_standing(question *it, const steme_id *id)
{
    steme_standing_report got;
    steme_standing_report want = oracle_report(&it->oracle, id);
    steme_error error;
    claims_check(steme_lifecycle_standing(it->lifecycle, id, &got, &error), &error);
    assert_string_equal(steme_standing_name(got.standing), steme_standing_name(want.standing));
    assert_int_equal(got.link_count, want.link_count);
    assert_int_equal(got.is_fork, want.is_fork);
    assert_int_equal(got.has_head, want.has_head);
    if (want.has_head)
        assert_memory_equal(&got.head, &want.head, sizeof want.head);
}

typedef struct seen_links {
    steme_chain_link links[SEEN_MAX];
    int count;
} seen_links;

static steme_status see_link(void *context, const steme_chain_link *link, steme_error *error)
{
    seen_links *seen = context;
    (void)error;
    assert_true(seen->count < SEEN_MAX);
    seen->links[seen->count++] = *link;
    return STEME_OK;
}

static void expect_link(const oracle *it, const oracle_link *want, const steme_chain_link *got)
{
    assert_memory_equal(&got->record, &want->by->id, sizeof got->record);
    assert_memory_equal(&got->target, &want->target, sizeof got->target);
    assert_int_equal(got->has_replacement, want->has_replacement);
    if (want->has_replacement)
        assert_memory_equal(&got->replacement, &want->replacement, sizeof got->replacement);
    assert_string_equal(steme_void_reason_name(got->void_reason),
                        steme_void_reason_name(want->reason));
    assert_int_equal(got->is_pick, oracle_pick(it, &want->target) == want);
    assert_int_equal(got->kind, want->by->statement.as.supersession.kind);
    assert_int_equal(steme_stamp_compare(&got->stamp, &want->by->statement.stamp), 0);
}

/* The links of the chain, one way, after those that `listed` has. */
static void list_way(const oracle *it, const steme_id *id, bool is_forward,
                     const oracle_link **listed, int *count)
{
    steme_id queue[ORACLE_LINK_MAX + 1] = {*id};
    int queue_count = 1;
    for (int at = 0; at < queue_count; at++) {
        for (int i = 0; i < it->link_count; i++) {
            const oracle_link *link = &it->links[i];
            const steme_id *here = is_forward ? &link->target : &link->replacement;
            const steme_id *next = is_forward ? &link->replacement : &link->target;
            if ((!is_forward && !link->has_replacement) || !life_id_equal(here, &queue[at]))
                continue;
            bool is_listed = false;
            for (int j = 0; j < *count; j++)
                is_listed = is_listed || listed[j] == link;
            if (!is_listed)
                listed[(*count)++] = link;
            bool is_queued = !link->has_replacement ||
                             (link->reason != STEME_VOID_NOT && link->reason != STEME_VOID_CYCLE);
            for (int j = 0; j < queue_count && !is_queued; j++)
                is_queued = life_id_equal(&queue[j], next);
            if (!is_queued)
                queue[queue_count++] = *next;
        }
    }
}

static void check_chain(question *it, const steme_id *id)
{
    static seen_links seen;
    const oracle_link *listed[ORACLE_LINK_MAX];
    int count = 0;
    steme_error error;
    list_way(&it->oracle, id, true, listed, &count);
    list_way(&it->oracle, id, false, listed, &count);
    seen.count = 0;
    claims_check(steme_lifecycle_chain(it->lifecycle, id, see_link, &seen, &error), &error);
    assert_int_equal(seen.count, count);
    for (int i = 0; i < count; i++)
        expect_link(&it->oracle, listed[i], &seen.links[i]);
}

static void check_why(question *it, const steme_id *id)
{
    static seen_links seen;
    int at = 0;
    steme_error error;
    seen.count = 0;
    claims_check(steme_lifecycle_why(it->lifecycle, id, see_link, &seen, &error), &error);
    for (int i = 0; i < it->oracle.link_count; i++)
        if (life_id_equal(&it->oracle.links[i].target, id)) {
            assert_true(at < seen.count);
            expect_link(&it->oracle, &it->oracle.links[i], &seen.links[at++]);
        }
    assert_int_equal(at, seen.count);
}

/* ---- Cascade ------------------------------------------------------------------------------ */

typedef struct seen_cascade {
    steme_id ids[SEEN_MAX];
    steme_id rests_on[SEEN_MAX];
    uint32_t depths[SEEN_MAX];
    int count;
} seen_cascade;

static steme_status see_cascade(void *context, const steme_record *record, const steme_id *rests_on,
                                uint32_t depth, steme_error *error)
{
    seen_cascade *seen = context;
    (void)error;
    assert_true(seen->count < SEEN_MAX);
    seen->ids[seen->count] = record->id;
    seen->rests_on[seen->count] = *rests_on;
    seen->depths[seen->count++] = depth;
    return STEME_OK;
}

/* By its source only on what is asked about itself. */
static bool rests_on(const life_record *record, const steme_id *id, bool is_first)
{
    const steme_assertion *said = &record->statement.as.assertion;
    if (!oracle_is(record, STEME_ASSERTION))
        return false;
    for (uint32_t i = 0; i < said->derived_from.count; i++)
        if (life_id_equal(&record->ids[i], id))
            return true;
    return is_first && said->source.count > 0 && life_id_equal(&record->single, id);
}

/* Depths by record of the world; 0: it does not rest on the id. */
static void cascade_depths(const oracle *it, const steme_id *id, uint32_t depths[LIFE_RECORD_MAX])
{
    memset(depths, 0, LIFE_RECORD_MAX * sizeof *depths);
    for (uint32_t depth = 1; depth <= LIFE_RECORD_MAX; depth++)
        for (int i = 0; i < it->count; i++) {
            bool rests = depth == 1 && rests_on(it->records[i], id, true);
            for (int j = 0; j < it->count && depth > 1; j++)
                rests = rests || (depths[j] == depth - 1 &&
                                  rests_on(it->records[i], &it->records[j]->id, false));
            if (rests && depths[i] == 0)
                depths[i] = depth;
        }
}

static void check_cascade(question *it, const steme_id *id)
{
    static seen_cascade seen;
    uint32_t depths[LIFE_RECORD_MAX];
    int count = 0;
    steme_error error;
    seen.count = 0;
    cascade_depths(&it->oracle, id, depths);
    claims_check(steme_lifecycle_cascade(it->lifecycle, id, see_cascade, &seen, &error), &error);
    for (int i = 0; i < seen.count; i++) {
        const life_record *record = oracle_find(&it->oracle, &seen.ids[i]);
        int at = 0;
        assert_non_null(record);
        while (it->oracle.records[at] != record)
            at++;
        assert_int_equal(seen.depths[i], depths[at]);
        assert_true(rests_on(record, &seen.rests_on[i], depths[at] == 1));
        if (i > 0)
            assert_true(seen.depths[i] > seen.depths[i - 1] ||
                        (seen.depths[i] == seen.depths[i - 1] &&
                         life_id_compare(&seen.ids[i], &seen.ids[i - 1]) > 0));
    }
    for (int i = 0; i < it->oracle.count; i++)
        count += depths[i] > 0;
    assert_int_equal(seen.count, count);
}

/* ---- Stages and epochs -------------------------------------------------------------------- */

typedef struct seen_stages {
    const question *question;
    const steme_id *target;
    steme_stage_now stage;
    int at; /* the next record to look at */
} seen_stages;

static const steme_stage_now stage_after[] = {
    [STEME_STAGE_UNDER_REVIEW] = STEME_NOW_UNDER_REVIEW,
    [STEME_STAGE_APPROVED] = STEME_NOW_APPROVED,
    [STEME_STAGE_DEPRECATED] = STEME_NOW_DEPRECATED,
    [STEME_STAGE_REJECTED] = STEME_NOW_REJECTED,
};

static bool is_step(steme_stage_now from, steme_stage_now to)
{
    return (from == STEME_NOW_PROPOSED && to == STEME_NOW_UNDER_REVIEW) ||
           (from == STEME_NOW_UNDER_REVIEW && to == STEME_NOW_APPROVED) ||
           (from == STEME_NOW_APPROVED && to == STEME_NOW_DEPRECATED) ||
           (from == STEME_NOW_UNDER_REVIEW && to == STEME_NOW_REJECTED);
}

static const life_record *next_stage(seen_stages *seen)
{
    const oracle *it = &seen->question->oracle;
    for (; seen->at < it->count; seen->at++) {
        const life_record *record = it->records[seen->at];
        if (oracle_is(record, STEME_STAGE) &&
            life_id_equal(&record->statement.as.stage.target, seen->target))
            return it->records[seen->at++];
    }
    return NULL;
}

static steme_status see_stage(void *context, const steme_stage_step *step, steme_error *error)
{
    seen_stages *seen = context;
    const oracle *it = &seen->question->oracle;
    const life_record *want = next_stage(seen);
    (void)error;
    assert_non_null(want);
    steme_stage_now to = stage_after[want->statement.as.stage.to];
    assert_memory_equal(&step->record, &want->id, sizeof want->id);
    assert_int_equal(step->from, seen->stage);
    assert_int_equal(step->to, to);
    assert_int_equal(step->is_illegal, !is_step(seen->stage, to));
    bool has_right =
        oracle_has_right(it, want, oracle_find(it, seen->target), STEME_STEWARD_STAGES);
    assert_int_equal(step->has_right, has_right);
    if (has_right && is_step(seen->stage, to))
        seen->stage = to;
    return STEME_OK;
}

static void check_stage(question *it, const steme_id *id)
{
    seen_stages seen = {.question = it, .target = id};
    steme_stage_now now;
    steme_stage_now again;
    steme_error error;
    claims_check(steme_lifecycle_stage(it->lifecycle, id, see_stage, &seen, &now, &error), &error);
    assert_null(next_stage(&seen));
    assert_int_equal(now, seen.stage);
    claims_check(steme_lifecycle_stage(it->lifecycle, id, NULL, NULL, &again, &error), &error);
    assert_int_equal(again, now);
}

typedef struct seen_epochs {
    const question *question;
    int at;
} seen_epochs;

static const life_record *next_epoch(seen_epochs *seen)
{
    const oracle *it = &seen->question->oracle;
    while (seen->at < it->count && !oracle_is(it->records[seen->at], STEME_EPOCH))
        seen->at++;
    return seen->at < it->count ? it->records[seen->at++] : NULL;
}

static steme_status see_epoch(void *context, const steme_epoch_report *report, steme_error *error)
{
    seen_epochs *seen = context;
    const life_record *want = next_epoch(seen);
    steme_id successor;
    (void)error;
    assert_non_null(want);
    assert_memory_equal(&report->id, &want->id, sizeof want->id);
    bool has_successor = oracle_epoch_successor(&seen->question->oracle, &want->id, &successor);
    assert_int_equal(report->is_in_force, !has_successor);
    assert_int_equal(report->has_successor, has_successor);
    if (has_successor)
        assert_memory_equal(&report->successor, &successor, sizeof successor);
    return STEME_OK;
}

static void check_epochs(question *it)
{
    seen_epochs seen = {.question = it};
    steme_error error;
    claims_check(steme_lifecycle_epochs(it->lifecycle, see_epoch, &seen, &error), &error);
    assert_null(next_epoch(&seen));
}

/* ---- Identities and names ----------------------------------------------------------------- */

static void agent_of(const life_world *world, int identity, steme_agent *out)
{
    memset(out, 0, sizeof *out);
    if (identity >= 0 && identity < LIFE_KEY_COUNT)
        *out = world->keys[identity].agent;
}

static void check_identity(question *it, int key, int64_t claim_time_ns, steme_span subject)
{
    steme_agent got;
    steme_agent want;
    int counts;
    steme_error error;
    claims_check(steme_lifecycle_identity(it->lifecycle, it->world->keys[key].agent.bytes,
                                          claim_time_ns, subject, &got, &counts, &error),
                 &error);
    int identity =
        oracle_counted_as(&it->oracle, oracle_identity(&it->oracle, key, claim_time_ns, subject));
    assert_int_equal(counts, identity >= 0 && !oracle_is_revoked(&it->oracle, key, claim_time_ns));
    agent_of(it->world, identity, &want);
    if (counts)
        assert_memory_equal(&got, &want, sizeof want);
}

static void check_identities(question *it)
{
    for (int key = 0; key < LIFE_KEY_COUNT; key++)
        for (int i = 0; i < 4; i++) {
            steme_span subject =
                life_below(it->world, 3) == 0 ? (steme_span){NULL, 0} : life_name(it->world);
            check_identity(it, key, (int64_t)life_time(it->world), subject);
        }
}

typedef struct seen_names {
    steme_span names[SEEN_MAX];
    uint32_t distances[SEEN_MAX];
    int count;
} seen_names;

static steme_status see_name(void *context, steme_span name, uint32_t distance, steme_error *error)
{
    seen_names *seen = context;
    (void)error;
    assert_true(seen->count < SEEN_MAX);
    seen->names[seen->count] = name;
    seen->distances[seen->count++] = distance;
    return STEME_OK;
}

static bool is_name(steme_span span, int name)
{
    return span.size == strlen(life_names[name]) &&
           memcmp(span.bytes, life_names[name], span.size) == 0;
}

static bool alias_counts(const oracle *it, const life_record *record)
{
    if (oracle_standing(it, &record->id) != STEME_STANDING_LIVE)
        return false;
    for (int key = 0; key < LIFE_KEY_COUNT; key++) {
        int64_t claimed = record->statement.claim_time_ns;
        if (!record->is_signer[key] || oracle_is_revoked(it, key, claimed))
            continue;
        int identity = oracle_identity(it, key, claimed, (steme_span){NULL, 0});
        if (it->view == NULL || oracle_is_steward(it, identity, STEME_STEWARD_ALIASES))
            return true;
    }
    return false;
}

static bool is_one_step(const oracle *it, int from, int to)
{
    for (int i = 0; i < it->count; i++) {
        const steme_alias *alias = &it->records[i]->statement.as.alias;
        if (!oracle_is(it->records[i], STEME_ALIAS) || !alias_counts(it, it->records[i]))
            continue;
        if (is_name(alias->from, from) && is_name(alias->to, to))
            return true;
        if (alias->relation == STEME_ALIAS_SAME_AS && is_name(alias->from, to) &&
            is_name(alias->to, from))
            return true;
    }
    return false;
}

/* life_names are in ascending order. */
static void check_names(question *it, int name)
{
    static seen_names seen;
    uint32_t distances[LIFE_NAME_COUNT];
    int at = 0;
    steme_error error;
    memset(distances, 0xff, sizeof distances);
    distances[name] = 0;
    seen.count = 0;
    claims_check(steme_lifecycle_names(it->lifecycle, claims_text(life_names[name]), see_name,
                                       &seen, &error),
                 &error);
    for (uint32_t distance = 0; distance < LIFE_NAME_COUNT; distance++)
        for (int i = 0; i < LIFE_NAME_COUNT; i++) {
            if (distances[i] != distance)
                continue;
            assert_true(at < seen.count);
            assert_true(is_name(seen.names[at], i));
            assert_int_equal(seen.distances[at++], distance);
            for (int j = 0; j < LIFE_NAME_COUNT; j++)
                if (distances[j] == UINT32_MAX && is_one_step(&it->oracle, i, j))
                    distances[j] = distance + 1;
        }
    assert_int_equal(at, seen.count);
}

typedef struct seen_aliases {
    const question *it;
    int next; /* of the oracle's records */
    int name; /* -1: all */
} seen_aliases;

static bool is_alias_of(const life_record *record, int name)
{
    const steme_alias *alias = &record->statement.as.alias;
    return oracle_is(record, STEME_ALIAS) &&
           (name < 0 || is_name(alias->from, name) || is_name(alias->to, name));
}

static const life_record *next_alias(seen_aliases *seen)
{
    const oracle *made = &seen->it->oracle;
    while (seen->next < made->count && !is_alias_of(made->records[seen->next], seen->name))
        seen->next++;
    return seen->next < made->count ? made->records[seen->next++] : NULL;
}

static steme_status see_alias(void *context, const steme_alias_report *got, steme_error *error)
{
    seen_aliases *seen = context;
    const oracle *made = &seen->it->oracle;
    const life_record *want = next_alias(seen);
    (void)error;
    assert_non_null(want);
    assert_memory_equal(&got->record->id, &want->id, sizeof want->id);
    assert_int_equal(got->standing, oracle_standing(made, &want->id));
    assert_int_equal(got->is_followed, alias_counts(made, want));
    assert_int_equal(got->alias.relation, want->statement.as.alias.relation);
    return STEME_OK;
}

static void check_aliases(question *it, int name)
{
    seen_aliases seen = {.it = it, .name = name};
    steme_span text = name < 0 ? (steme_span){NULL, 0} : claims_text(life_names[name]);
    steme_error error;
    claims_check(steme_lifecycle_aliases(it->lifecycle, text, see_alias, &seen, &error), &error);
    assert_null(next_alias(&seen));
}

/* ---- Votes -------------------------------------------------------------------------------- */

typedef struct seen_votes {
    steme_vote_report votes[SEEN_MAX];
    int count;
} seen_votes;

static steme_status see_vote(void *context, const steme_vote_report *vote, steme_error *error)
{
    seen_votes *seen = context;
    (void)error;
    assert_true(seen->count < SEEN_MAX);
    seen->votes[seen->count++] = *vote;
    return STEME_OK;
}

static void expect_vote(const question *it, const oracle_vote *want, const seen_votes *seen)
{
    int at = 0;
    steme_agent identity;
    while (at < seen->count && !life_id_equal(&seen->votes[at].record, &want->by->id))
        at++;
    assert_true(at < seen->count);
    const steme_vote_report *got = &seen->votes[at];
    assert_int_equal(oracle_key(&it->oracle, got->agent.bytes), want->key);
    assert_int_equal(got->weight_millionths, want->by->statement.as.vote.weight_millionths);
    assert_int_equal(got->is_counted, want->is_counted);
    assert_int_equal(got->is_own, want->is_own);
    assert_int_equal(got->is_equivocation, want->is_equivocation);
    agent_of(it->world, want->identity, &identity);
    if (want->identity >= 0)
        assert_memory_equal(&got->identity, &identity, sizeof identity);
}

static void check_votes(question *it, const steme_id *id)
{
    static seen_votes seen;
    oracle_vote votes[LIFE_KEY_COUNT];
    steme_tally got;
    steme_error error;
    int count = oracle_votes(&it->oracle, id, votes);
    steme_tally want = oracle_tally(votes, count);
    seen.count = 0;
    claims_check(steme_lifecycle_votes(it->lifecycle, id, see_vote, &seen, &got, &error), &error);
    assert_int_equal(seen.count, count);
    for (int i = 0; i < count; i++)
        expect_vote(it, &votes[i], &seen);
    assert_int_equal(got.sum_millionths, want.sum_millionths);
    assert_int_equal(got.for_count, want.for_count);
    assert_int_equal(got.against_count, want.against_count);
    claims_check(steme_lifecycle_votes(it->lifecycle, id, NULL, NULL, &got, &error), &error);
    assert_int_equal(got.sum_millionths, want.sum_millionths);
}

/* The last vote of the seed on the record, or NULL. */
static const life_record *last_seed_vote(const oracle *it, int seed, const life_record *target)
{
    for (int i = it->count - 1; i >= 0; i--) {
        const life_record *by = it->records[i];
        if (!oracle_is_vote_on(by, &target->id))
            continue;
        int key = oracle_only_signer(by);
        int64_t claimed = by->statement.claim_time_ns;
        if (!oracle_is_revoked(it, key, claimed) &&
            oracle_identity(it, key, claimed, oracle_subject(target)) == seed)
            return by;
    }
    return NULL;
}

static void check_trust(question *it, int identity)
{
    const oracle *made = &it->oracle;
    lens_seed_vote votes[LIFE_RECORD_MAX];
    uint32_t count = 0;
    uint32_t got;
    steme_agent agent;
    steme_error error;
    for (int i = 0; i < made->count; i++) { /* each vote: is it the last of a seed on its target? */
        const life_record *by = made->records[i];
        if (!oracle_is(by, STEME_VOTE))
            continue;
        const life_record *target = oracle_find(made, &by->statement.as.vote.target);
        int seed = oracle_identity(made, oracle_only_signer(by), by->statement.claim_time_ns,
                                   oracle_subject(target));
        if (target != NULL && oracle_is_seed(made, seed) && seed != identity &&
            oracle_has_signed(made, identity, target) && last_seed_vote(made, seed, target) == by)
            votes[count++] = (lens_seed_vote){by->statement.stamp.time_ns,
                                              by->statement.as.vote.weight_millionths};
    }
    agent_of(it->world, identity, &agent);
    claims_check(steme_lifecycle_trust(it->lifecycle, agent.bytes, &got, &error), &error);
    assert_int_equal(got, lens_trust_fold(votes, count));
}

/* ---- A world ------------------------------------------------------------------------------ */

static void check_id(question *it, const steme_id *id)
{
    check_standing(it, id);
    check_chain(it, id);
    check_why(it, id);
    check_cascade(it, id);
    check_stage(it, id);
    check_votes(it, id);
}

static void check_moment(life_world *world, steme_store *store)
{
    static question it;
    steme_snapshot *snapshot;
    steme_error error;
    claims_check(steme_snapshot_open(store, &snapshot, &error), &error);
    ask(&it, world, snapshot);
    for (uint64_t i = 0; i < LIFE_UNKNOWN_COUNT; i++) {
        steme_id id = life_unknown(i);
        check_id(&it, &id);
    }
    for (int i = 0; i < world->count; i++)
        check_id(&it, &world->records[i].id);
    check_epochs(&it);
    check_identities(&it);
    for (int i = 0; i < LIFE_NAME_COUNT; i++)
        check_names(&it, i);
    for (int i = -1; i < LIFE_NAME_COUNT; i++)
        check_aliases(&it, i);
    for (int key = 0; key < LIFE_KEY_COUNT; key++)
        if (it.oracle.identity[key] == key)
            check_trust(&it, key);
    end(&it);
    steme_snapshot_close(snapshot);
}

static steme_status learn_arrival(void *context, const steme_record *record, uint64_t arrival_ns,
                                  steme_error *error)
{
    life_world *world = context;
    (void)error;
    for (int i = 0; i < world->count; i++)
        if (life_id_equal(&world->records[i].id, &record->id)) {
            world->records[i].is_held = true;
            world->records[i].arrival_ns = arrival_ns;
        }
    return STEME_OK;
}

/* Appends records order[0] to order[count - 1] in one batch. */
static void append_batch(life_world *world, steme_store *store, const int *order, int count)
{
    steme_append items[LIFE_RECORD_MAX] = {0};
    steme_snapshot *snapshot;
    steme_error error;
    for (int i = 0; i < count; i++)
        items[i].record =
            (steme_span){world->records[order[i]].bytes, world->records[order[i]].size};
    claims_check(steme_store_append_many(store, items, (size_t)count, 1, &error), &error);
    for (int i = 0; i < count; i++)
        assert_int_equal(items[i].status, STEME_OK);
    claims_check(steme_snapshot_open(store, &snapshot, &error), &error);
    claims_check(steme_snapshot_visit(snapshot, learn_arrival, world, NULL, &error), &error);
    steme_snapshot_close(snapshot);
}

static void shuffle(life_world *world, int *order, int count)
{
    for (int i = 0; i < count; i++)
        order[i] = i;
    for (int i = count - 1; i > 0; i--) {
        int other = (int)life_below(world, (uint64_t)i + 1);
        int kept = order[i];
        order[i] = order[other];
        order[other] = kept;
    }
}

/* Half of the times so that all of it goes to the index on disk. */
static void reopen(life_world *world, claims_store *place)
{
    steme_store_options options = {.tail_record_count = (uint32_t)life_below(world, 2)};
    steme_error error;
    steme_store_close(place->store);
    claims_check(steme_store_open(place->directory, &options, &place->store, &error), &error);
}

/* All but a few come, in an order of their own, looked at on the way, by one handle or several; in
 * the end the index is derived from the log anew. */
static void live_through(life_world *world)
{
    claims_store place;
    steme_error error;
    int order[LIFE_RECORD_MAX];
    int count = world->count - (int)life_below(world, 3);
    claims_open(&place);
    shuffle(world, order, world->count);
    for (int at = 0; at < count;) {
        int batch = 1 + (int)life_below(world, (uint64_t)(count - at));
        append_batch(world, place.store, order + at, batch);
        at += batch;
        check_moment(world, place.store);
        if (life_below(world, 3) == 0)
            reopen(world, &place);
    }
    for (int i = 0; i < MOMENT_COUNT; i++)
        check_moment(world, place.store);
    claims_check(steme_store_rebuild(place.store, NULL, NULL, &error), &error);
    check_moment(world, place.store);
    claims_reopen(&place);
    check_moment(world, place.store);
    claims_close(&place);
}

static void forget_arrivals(life_world *world)
{
    for (int i = 0; i < world->count; i++)
        world->records[i].is_held = false;
}

static void a_random_history_is_what_plain_loops_make_of_it(void **state)
{
    static life_world world;
    uint64_t seed = test_seed(1);
    (void)state;
    print_message("STEME_TEST_SEED=%llu\n", (unsigned long long)seed);
    for (int i = 0; i < WORLD_COUNT * FLAVOUR_COUNT; i++) {
        uint64_t number = seed + (uint64_t)i * 1000003;
        int count = 4 + (int)(test_random(&number) % (LIFE_RECORD_MAX - 4));
        life_world_make(&world, &flavours[i % FLAVOUR_COUNT], count, number);
        live_through(&world);
        forget_arrivals(&world);
        live_through(&world); /* by another order */
        life_world_free(&world);
    }
}

/* Every order of a few records, one by one. */
static void come_in_order(life_world *world, int number)
{
    claims_store place;
    int order[SMALL_RECORD_COUNT];
    bool is_taken[SMALL_RECORD_COUNT] = {false};
    for (int i = 0; i < SMALL_RECORD_COUNT; i++) {
        int at = 0;
        for (int skip = number % (SMALL_RECORD_COUNT - i); skip > 0 || is_taken[at]; at++)
            skip -= !is_taken[at];
        number /= SMALL_RECORD_COUNT - i;
        order[i] = at;
        is_taken[at] = true;
    }
    claims_open(&place);
    forget_arrivals(world);
    for (int i = 0; i < SMALL_RECORD_COUNT; i++) {
        append_batch(world, place.store, &order[i], 1);
        check_moment(world, place.store);
    }
    for (int i = 0; i < MOMENT_COUNT; i++)
        check_moment(world, place.store);
    claims_close(&place);
}

static void four_records_give_the_same_in_each_order(void **state)
{
    static life_world world;
    uint64_t seed = test_seed(2);
    (void)state;
    print_message("STEME_TEST_SEED=%llu\n", (unsigned long long)seed);
    for (int i = 0; i < SMALL_COUNT * FLAVOUR_COUNT; i++) {
        life_world_make(&world, &flavours[i % FLAVOUR_COUNT], SMALL_RECORD_COUNT,
                        seed + (uint64_t)i * 7919);
        for (int number = 0; number < 24; number++)
            come_in_order(&world, number);
        life_world_free(&world);
    }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_random_history_is_what_plain_loops_make_of_it),
    cmocka_unit_test(four_records_give_the_same_in_each_order),
};

TEST_MAIN(tests)
