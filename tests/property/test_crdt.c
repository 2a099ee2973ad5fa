/* The two CRDT stores, assertions and votes, are one grow-only set: whatever way its records come,
 * in any order, twice, over partitions that merge by exports or by sessions, the stores that have
 * the same records have the same root, count, vector clocks, answers of every lens and ranking of
 * conflicts, byte for byte; and merge is commutative, associative and idempotent.
 *
 * STEME_TEST_SEED replays one; STEME_HISTORY_COUNT: how many of each (6). */
#include "store/store.h"
#include "support/claims.h"
#include "support/folder.h"
#include "support/store_merge.h"
#include "support/store_outcome.h"

#include <time.h>

enum {
    HISTORY_COUNT = 6,
    RECORD_COUNT_MAX = 160,
    STORE_COUNT_MAX = 4,
    SMALL_RECORD_COUNT = 5,
    SMALL_STORE_COUNT = 3,
    NODE_COUNT = 4,
    AGENT_COUNT = 4,
};

typedef struct crdt_record {
    uint8_t *bytes;
    size_t size;
    steme_id id;
    uint64_t type;
    steme_stamp stamp;
} crdt_record;

typedef struct crdt_world {
    uint64_t random;
    test_folder folder;
    unsigned store_count; /* made */
    uint64_t spread;      /* of times and counters: ties are frequent where it is 1 */
    uint64_t subject_count;
    crdt_record records[RECORD_COUNT_MAX];
    size_t count;
} crdt_world;

/* A store, and which of the world's records it has. */
typedef struct crdt_store {
    char path[FOLDER_PATH_SIZE + 256];
    steme_store *store;
    bool has[RECORD_COUNT_MAX];
} crdt_store;

static uint64_t below(crdt_world *world, uint64_t limit)
{
    return test_random(&world->random) % limit;
}

/* ---- Records ------------------------------------------------------------------------------ */

static void make_stamp(crdt_world *world, steme_statement *out)
{
    out->stamp.time_ns = CLAIMS_TIME_NS + below(world, 2 * world->spread - 1) * CLAIMS_SECOND_NS;
    if (below(world, 5) == 0)
        out->stamp.time_ns = FUTURE_NS + below(world, world->spread) * CLAIMS_SECOND_NS;
    out->stamp.counter = (uint32_t)below(world, world->spread);
    out->stamp.node[0] = (uint8_t)below(world, world->spread == 1 ? 2 : NODE_COUNT);
    out->claim_time_ns =
        below(world, 3) == 0
            ? (int64_t)(CLAIMS_TIME_NS + below(world, world->spread) * CLAIMS_SECOND_NS)
            : steme_stamp_claim_time(&out->stamp);
}

static void make_assertion(crdt_world *world, steme_assertion *out)
{
    static const char *const subjects[] = {"a", "a/b", "c"};
    static const char *const predicates[] = {"is", "vendor"};
    static const char *const texts[] = {"Acme Inc.", "acme", "Other"};
    *out = (steme_assertion){.subject = claims_text(subjects[below(world, world->subject_count)]),
                             .predicate =
                                 claims_text(predicates[below(world, world->subject_count) % 2]),
                             .confidence_millionths = 1000000 - (uint32_t)below(world, 2) * 1000,
                             .source_class = (steme_source_class)below(world, 6)};
    if (below(world, 2) == 0) {
        out->value = (steme_value){.kind = STEME_VALUE_TEXT, .text = {NULL, 0}};
        out->value.text = claims_text(texts[below(world, 3)]);
    } else {
        out->value = (steme_value){.kind = STEME_VALUE_NUMBER, .integer = (int64_t)below(world, 3)};
    }
}

/* A record said before, or one that is nowhere. */
static steme_id any_id(crdt_world *world)
{
    static const steme_id nowhere = {{0x5a}};
    return world->count == 0 || below(world, 6) == 0
               ? nowhere
               : world->records[below(world, world->count)].id;
}

/* Votes and assertions mostly. `target` is what the statement may point at. */
static void make_statement(crdt_world *world, steme_id *target, steme_statement *out)
{
    steme_id_list list = {target->bytes, 1, STEME_ID_SIZE};
    *out = (steme_statement){.type = STEME_ASSERTION};
    make_stamp(world, out);
    *target = any_id(world);
    switch (below(world, 14)) {
    case 0:
        out->type = STEME_SOURCE;
        out->as.source = (steme_source){.name = claims_text("reg://a")};
        break;
    case 1:
        out->type = STEME_SUPERSESSION;
        out->as.supersession =
            (steme_supersession){.targets = list, .kind = STEME_SUPERSEDE_RETRACT};
        break;
    case 2:
        out->type = STEME_STAGE;
        out->as.stage = (steme_stage){.target = *target, .to = STEME_STAGE_APPROVED};
        break;
    case 3:
        out->type = STEME_ENDORSEMENT;
        out->as.endorsement = (steme_endorsement){.target = *target};
        break;
    case 4:
    case 5:
    case 6:
        out->type = STEME_VOTE;
        out->as.vote = (steme_vote){.target = *target,
                                    .weight_millionths = (int32_t)below(world, 2001) - 1000};
        break;
    default:
        make_assertion(world, &out->as.assertion);
        if (below(world, 3) == 0)
            out->as.assertion.source = list;
        break;
    }
}

/* One that differs from all before. */
static void make_record(crdt_world *world)
{
    static uint8_t buffer[STEME_RECORD_SIZE_MAX];
    steme_id target;
    steme_statement statement;
    steme_record record;
    bool is_new;
    do {
        uint8_t signers[2] = {(uint8_t)below(world, AGENT_COUNT),
                              (uint8_t)below(world, AGENT_COUNT)};
        make_statement(world, &target, &statement);
        bool is_double = statement.type == STEME_ASSERTION && signers[0] != signers[1];
        record = claims_sign(&statement, signers, is_double ? 2 : 1, buffer);
        is_new = true;
        for (size_t i = 0; i < world->count; i++)
            is_new &= memcmp(&world->records[i].id, &record.id, sizeof record.id) != 0;
    } while (!is_new);
    crdt_record *made = &world->records[world->count++];
    *made = (crdt_record){malloc(record.bytes.size), record.bytes.size, record.id, record.type,
                          record.stamp};
    assert_non_null(made->bytes);
    memcpy(made->bytes, record.bytes.bytes, record.bytes.size);
}

/* A thousand stores are made here, none of which needs a disk. */
static void prefer_memory(void)
{
    if (access("/dev/shm", W_OK) == 0)
        setenv("TMPDIR", "/dev/shm", 0);
}

static void world_make(crdt_world *world, uint64_t seed, uint64_t spread, size_t record_count)
{
    steme_error error;
    prefer_memory();
    *world = (crdt_world){.random = seed * UINT64_C(0x9e3779b97f4a7c15) | 1,
                          .spread = spread,
                          .subject_count = record_count == SMALL_RECORD_COUNT ? 1 : 3};
    check_ok(steme_init(&error), &error);
    folder_make(&world->folder);
    while (world->count < record_count)
        make_record(world);
}

static void world_remove(crdt_world *world)
{
    for (size_t i = 0; i < world->count; i++)
        free(world->records[i].bytes);
    folder_remove(world->folder.path);
}

/* ---- Stores ------------------------------------------------------------------------------- */

static void store_reopen(crdt_world *world, crdt_store *self)
{
    static const uint32_t tails[] = {1, 3, 20, 0};
    steme_error error;
    steme_store_options options = {.tail_record_count = tails[below(world, 4)],
                                   .verify_thread_count = 1};
    steme_store_close(self->store);
    check_ok(steme_store_open(self->path, &options, &self->store, &error), &error);
}

static void store_make(crdt_world *world, crdt_store *self)
{
    char name[32];
    steme_error error;
    *self = (crdt_store){.store = NULL};
    snprintf(name, sizeof name, "store%u", world->store_count++);
    snprintf(self->path, sizeof self->path, "%s", folder_join(world->folder.path, name));
    check_ok(steme_store_create(self->path, &error), &error);
    store_reopen(world, self);
}

static void store_remove(crdt_store *self)
{
    steme_store_close(self->store);
    folder_remove(self->path);
}

static void store_give(crdt_world *world, crdt_store *self, size_t number)
{
    const crdt_record *record = &world->records[number];
    steme_append item = {.record = {record->bytes, record->size}};
    merge_append(self->store, &item, 1);
    assert_int_equal(item.was_held, self->has[number]);
    self->has[number] = true;
}

/* Records in any order, all that `has` says or, where it is NULL, all there are. */
static void store_fill(crdt_world *world, crdt_store *self, const bool *has)
{
    size_t order[RECORD_COUNT_MAX];
    for (size_t i = 0; i < world->count; i++)
        order[i] = i;
    for (size_t i = world->count; i > 1; i--) {
        size_t other = below(world, i);
        size_t held = order[i - 1];
        order[i - 1] = order[other];
        order[other] = held;
    }
    for (size_t i = 0; i < world->count; i++)
        if (has == NULL || has[order[i]])
            store_give(world, self, order[i]);
}

static void has_union(bool *into, const bool *more)
{
    for (size_t i = 0; i < RECORD_COUNT_MAX; i++)
        into[i] |= more[i];
}

typedef enum merge_way { MERGE_BY_EXPORT, MERGE_BY_SESSION } merge_way;

/* `into` has all of `from` then; after a session `from` has all of `into` too. */
static void store_merge(crdt_world *world, merge_way way, crdt_store *from, crdt_store *into)
{
    if (way == MERGE_BY_EXPORT) {
        merge_by_export(from->store, into->store, &world->random);
    } else {
        merge_by_session(from->store, into->store, test_random(&world->random));
        has_union(from->has, into->has);
    }
    has_union(into->has, from->has);
}

/* ---- What a store says -------------------------------------------------------------------- */

static void check_same(outcome left, outcome right)
{
    assert_int_equal(left.size, right.size);
    assert_memory_equal(left.bytes, right.bytes, left.size);
    free(left.bytes);
    free(right.bytes);
}

/* ---- What it should say ------------------------------------------------------------------- */

/* The greatest stamp of a node among records of a type that count at `now_ns`; NULL = none. */
static const steme_stamp *greatest_stamp(const crdt_world *world, const bool *has, uint64_t type,
                                         uint8_t node, uint64_t now_ns)
{
    const steme_stamp *greatest = NULL;
    for (size_t i = 0; i < world->count; i++) {
        const steme_stamp *stamp = &world->records[i].stamp;
        if (has[i] && world->records[i].type == type && stamp->node[0] == node &&
            steme_stamp_is_mature(stamp, now_ns) &&
            (greatest == NULL || steme_stamp_compare(stamp, greatest) > 0))
            greatest = stamp;
    }
    return greatest;
}

static steme_vector expected_vector(const crdt_world *world, const bool *has,
                                    steme_vector_kind kind, uint64_t now_ns)
{
    steme_error error;
    steme_vector vector;
    uint64_t type = kind == STEME_VECTOR_OF_VOTES ? STEME_VOTE : STEME_ASSERTION;
    steme_vector_init(&vector);
    for (uint8_t node = 0; node < NODE_COUNT; node++) {
        const steme_stamp *stamp = greatest_stamp(world, has, type, node, now_ns);
        if (stamp != NULL)
            check_ok(steme_vector_advance(&vector, stamp, &error), &error);
    }
    return vector;
}

static void check_vectors(const crdt_world *world, const crdt_store *self, uint64_t asked_ns,
                          uint64_t now_ns)
{
    steme_error error;
    steme_snapshot *snapshot;
    check_ok(steme_snapshot_open(self->store, &snapshot, &error), &error);
    for (unsigned kind = 0; kind <= STEME_VECTOR_OF_VOTES; kind++) {
        outcome got = {0};
        outcome wanted = {0};
        steme_vector vector;
        steme_vector expected = expected_vector(world, self->has, (steme_vector_kind)kind, now_ns);
        check_ok(
            store_snapshot_vector(snapshot, (steme_vector_kind)kind, asked_ns, &vector, &error),
            &error);
        say_vector(&got, &vector);
        say_vector(&wanted, &expected);
        check_same(got, wanted);
        steme_vector_deinit(&vector);
        steme_vector_deinit(&expected);
    }
    steme_snapshot_close(snapshot);
}

/* Root, count and vectors are those of the records that the store is to have. */
static void check_set(const crdt_world *world, const crdt_store *self)
{
    id_set ids = {0};
    id_set expected = {0};
    for (size_t i = 0; i < world->count; i++)
        if (self->has[i])
            id_set_add(&expected, &world->records[i].id);
    id_set_sort(&expected);
    check_root(self->store, &ids);
    assert_int_equal(ids.count, expected.count);
    if (ids.count > 0)
        assert_memory_equal(ids.ids, expected.ids, ids.count * sizeof(steme_id));
    check_vectors(world, self, END_NS, END_NS);
    id_set_free(&ids);
    id_set_free(&expected);
}

/* What a store says that got all records one after the other, as they were made. */
static outcome reference_take(crdt_world *world)
{
    crdt_store self;
    store_make(world, &self);
    for (size_t i = 0; i < world->count; i++)
        store_give(world, &self, i);
    check_set(world, &self);
    outcome taken = outcome_take(self.store);
    store_remove(&self);
    return taken;
}

static void check_is_reference(const outcome *reference, const crdt_store *self)
{
    outcome taken = outcome_take(self->store);
    assert_int_equal(taken.size, reference->size);
    assert_memory_equal(taken.bytes, reference->bytes, taken.size);
    free(taken.bytes);
}

/* ---- Small worlds, all of them ------------------------------------------------------------ */

/* Permutation `number` < 120 of five. */
static void permute(unsigned number, size_t order[SMALL_RECORD_COUNT])
{
    for (size_t i = 0; i < SMALL_RECORD_COUNT; i++)
        order[i] = i;
    for (unsigned i = SMALL_RECORD_COUNT; i > 1; i--) {
        size_t other = number % i;
        size_t held = order[i - 1];
        order[i - 1] = order[other];
        order[other] = held;
        number /= i;
    }
}

static void every_order_of_five_records_gives_one_state(void **state)
{
    crdt_world *world = calloc(1, sizeof *world);
    (void)state;
    assert_non_null(world);
    world_make(world, test_seed(11), 1, SMALL_RECORD_COUNT);
    outcome reference = reference_take(world);
    for (unsigned number = 0; number < 120; number++) {
        size_t order[SMALL_RECORD_COUNT];
        crdt_store self;
        permute(number, order);
        store_make(world, &self);
        for (size_t i = 0; i < SMALL_RECORD_COUNT; i++)
            store_give(world, &self, order[i]);
        store_give(world, &self, order[number % SMALL_RECORD_COUNT]); /* once more */
        check_is_reference(&reference, &self);
        store_remove(&self);
    }
    free(reference.bytes);
    world_remove(world);
    free(world);
}

/* Placement `number` < 243 of five records over three stores, in an order and with merges that its
 * number says too. */
static void play_placement(crdt_world *world, unsigned number, const outcome *reference)
{
    static const unsigned char merge_orders[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
                                                     {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    const unsigned char *turn = merge_orders[number % 6];
    size_t order[SMALL_RECORD_COUNT];
    crdt_store stores[SMALL_STORE_COUNT];
    unsigned places = number;
    permute(number % 120, order);
    for (size_t i = 0; i < SMALL_STORE_COUNT; i++)
        store_make(world, &stores[i]);
    for (size_t i = 0; i < SMALL_RECORD_COUNT; i++, places /= SMALL_STORE_COUNT)
        store_give(world, &stores[places % SMALL_STORE_COUNT], order[i]);
    merge_way way = number / 6 % 2 == 0 ? MERGE_BY_EXPORT : MERGE_BY_SESSION;
    for (size_t i = 0; i < 2; i++) /* all to the last, which then gives it back */
        store_merge(world, way, &stores[turn[i]], &stores[turn[i + 1]]);
    for (size_t i = 0; i < 2; i++)
        store_merge(world, way, &stores[turn[2]], &stores[turn[i]]);
    for (size_t i = 0; i < SMALL_STORE_COUNT; i++) {
        check_is_reference(reference, &stores[i]);
        store_remove(&stores[i]);
    }
}

static void every_placement_of_five_records_over_three_stores_merges_to_one_state(void **state)
{
    crdt_world *world = calloc(1, sizeof *world);
    (void)state;
    assert_non_null(world);
    world_make(world, test_seed(12), 1, SMALL_RECORD_COUNT);
    outcome reference = reference_take(world);
    for (unsigned number = 0; number < 243; number++)
        play_placement(world, number, &reference);
    free(reference.bytes);
    world_remove(world);
    free(world);
}

/* ---- Histories ---------------------------------------------------------------------------- */

static void run_histories(uint64_t seed, void (*play)(crdt_world *world))
{
    const char *text = getenv("STEME_HISTORY_COUNT");
    uint64_t history_count = text != NULL ? strtoull(text, NULL, 10) : HISTORY_COUNT;
    crdt_world *world = calloc(1, sizeof *world);
    assert_non_null(world);
    for (uint64_t i = 0; i < history_count; i++, seed++) {
        print_message("seed %llu\n", (unsigned long long)seed);
        world_make(world, seed, 1 + seed % 5, 0);
        size_t count = 1 + below(world, RECORD_COUNT_MAX);
        while (world->count < count)
            make_record(world);
        play(world);
        world_remove(world);
    }
    free(world);
}

/* Something that must change nothing. */
static void disturb(crdt_world *world, crdt_store *self)
{
    steme_error error;
    uint64_t choice = below(world, 24);
    if (choice < 2)
        store_reopen(world, self);
    else if (choice == 2)
        check_ok(steme_store_rebuild(self->store, NULL, NULL, &error), &error);
}

static merge_way any_way(crdt_world *world)
{
    return below(world, 2) == 0 ? MERGE_BY_EXPORT : MERGE_BY_SESSION;
}

/* Any store, also itself, into another. */
static void merge_any(crdt_world *world, crdt_store *stores, size_t store_count)
{
    merge_way way = any_way(world);
    crdt_store *from = &stores[below(world, store_count)];
    store_merge(world, way, from, &stores[below(world, store_count)]);
}

/* Every record comes to a store or some, in any order, some of them twice, with merges between. */
static void deliver(crdt_world *world, crdt_store *stores, size_t store_count)
{
    for (size_t i = 0; i < world->count; i++) {
        size_t number = below(world, world->count); /* any order, some twice */
        crdt_store *self = &stores[below(world, store_count)];
        store_give(world, self, number);
        if (below(world, 12) == 0)
            merge_any(world, stores, store_count);
        disturb(world, self);
        if (below(world, 20) == 0)
            check_set(world, self);
    }
    for (size_t i = 0; i < world->count; i++) { /* those that came to none */
        bool is_held = false;
        for (size_t at = 0; at < store_count; at++)
            is_held |= stores[at].has[i];
        if (!is_held)
            store_give(world, &stores[below(world, store_count)], i);
    }
}

/* Partitions heal in any order until every store has all. */
static void heal(crdt_world *world, crdt_store *stores, size_t store_count)
{
    for (size_t i = 0; i < store_count; i++) /* some at random first */
        merge_any(world, stores, store_count);
    size_t first = below(world, store_count);
    for (size_t i = 0; i < 2 * store_count; i++)
        store_merge(world, any_way(world), &stores[(first + i) % store_count],
                    &stores[(first + i + 1) % store_count]);
}

static void play_partitions(crdt_world *world)
{
    crdt_store stores[STORE_COUNT_MAX];
    size_t store_count = 2 + below(world, STORE_COUNT_MAX - 1);
    outcome reference = reference_take(world);
    for (size_t i = 0; i < store_count; i++)
        store_make(world, &stores[i]);
    deliver(world, stores, store_count);
    heal(world, stores, store_count);
    for (size_t i = 0; i < store_count; i++) {
        check_set(world, &stores[i]);
        check_is_reference(&reference, &stores[i]);
        check_verify(stores[i].store);
        store_remove(&stores[i]);
    }
    free(reference.bytes);
}

static void any_delivery_over_any_partitions_gives_one_state(void **state)
{
    (void)state;
    run_histories(test_seed(101), play_partitions);
}

/* ---- Algebra ------------------------------------------------------------------------------ */

/* A store of about half of the records. */
static void store_make_half(crdt_world *world, crdt_store *self)
{
    bool has[RECORD_COUNT_MAX] = {false};
    for (size_t i = 0; i < world->count; i++)
        has[i] = below(world, 2) == 0;
    store_make(world, self);
    store_fill(world, self, has);
}

/* Another store of the same records, which came in another order. */
static void store_make_again(crdt_world *world, const crdt_store *self, crdt_store *out)
{
    store_make(world, out);
    store_fill(world, out, self->has);
}

/* The vectors of a union are the maxima of the parts'. */
static void check_joined(const crdt_world *world, const bool *left, const bool *right,
                         const crdt_store *whole)
{
    steme_error error;
    steme_snapshot *snapshot;
    check_ok(steme_snapshot_open(whole->store, &snapshot, &error), &error);
    for (unsigned kind = 0; kind <= STEME_VECTOR_OF_VOTES; kind++) {
        steme_vector got;
        steme_vector joined = expected_vector(world, left, (steme_vector_kind)kind, END_NS);
        steme_vector other = expected_vector(world, right, (steme_vector_kind)kind, END_NS);
        check_ok(steme_vector_merge(&joined, &other, &error), &error);
        check_ok(store_snapshot_vector(snapshot, (steme_vector_kind)kind, END_NS, &got, &error),
                 &error);
        assert_int_equal(steme_vector_compare(&got, &joined), STEME_VECTOR_EQUAL);
        steme_vector_deinit(&got);
        steme_vector_deinit(&joined);
        steme_vector_deinit(&other);
    }
    steme_snapshot_close(snapshot);
}

static void play_commutative(crdt_world *world)
{
    crdt_store a, b, a_again, b_again;
    bool has_a[RECORD_COUNT_MAX];
    bool has_b[RECORD_COUNT_MAX];
    merge_way way = any_way(world);
    store_make_half(world, &a);
    store_make_half(world, &b);
    store_make_again(world, &a, &a_again);
    store_make_again(world, &b, &b_again);
    memcpy(has_a, a.has, sizeof has_a);
    memcpy(has_b, b.has, sizeof has_b);
    store_merge(world, way, &b, &a);
    store_merge(world, way, &a_again, &b_again);
    check_set(world, &a);
    check_set(world, &b_again);
    check_joined(world, has_a, has_b, &a);
    check_same(outcome_take(a.store), outcome_take(b_again.store));
    store_remove(&a);
    store_remove(&b);
    store_remove(&a_again);
    store_remove(&b_again);
}

static void merge_is_commutative(void **state)
{
    (void)state;
    run_histories(test_seed(201), play_commutative);
}

static void play_associative(crdt_world *world)
{
    crdt_store a, b, c, a_again, b_again, c_again;
    merge_way way = any_way(world);
    store_make_half(world, &a);
    store_make_half(world, &b);
    store_make_half(world, &c);
    store_make_again(world, &a, &a_again);
    store_make_again(world, &b, &b_again);
    store_make_again(world, &c, &c_again);
    store_merge(world, way, &b, &a); /* (a + b) + c */
    store_merge(world, way, &c, &a);
    store_merge(world, way, &c_again, &b_again); /* a + (b + c) */
    store_merge(world, way, &b_again, &a_again);
    check_set(world, &a);
    check_set(world, &a_again);
    check_same(outcome_take(a.store), outcome_take(a_again.store));
    crdt_store *all[] = {&a, &b, &c, &a_again, &b_again, &c_again};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        store_remove(all[i]);
}

static void merge_is_associative(void **state)
{
    (void)state;
    run_histories(test_seed(301), play_associative);
}

static void play_idempotent(crdt_world *world)
{
    crdt_store a, a_again, b;
    merge_way way = any_way(world);
    store_make_half(world, &a);
    store_make_again(world, &a, &a_again);
    store_make_half(world, &b);
    outcome before = outcome_take(a.store);
    store_merge(world, way, &a_again, &a);
    store_merge(world, MERGE_BY_EXPORT, &a, &a);
    check_same(before, outcome_take(a.store));
    store_merge(world, way, &b, &a);
    outcome once = outcome_take(a.store);
    store_merge(world, any_way(world), &b, &a);
    check_same(once, outcome_take(a.store));
    check_set(world, &a);
    store_remove(&a);
    store_remove(&a_again);
    store_remove(&b);
}

static void merge_is_idempotent(void **state)
{
    (void)state;
    run_histories(test_seed(401), play_idempotent);
}

/* ---- Vectors ------------------------------------------------------------------------------ */

static uint64_t wall_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (uint64_t)now.tv_sec * CLAIMS_SECOND_NS + (uint64_t)now.tv_nsec;
}

/* A reader process' view, made beside the writer. */
static void check_vectors_as_reader(const crdt_world *world, const crdt_store *self,
                                    uint64_t now_ns)
{
    steme_error error;
    crdt_store reader = *self;
    steme_store_options options = {.is_read_only = 1};
    check_ok(steme_store_open(self->path, &options, &reader.store, &error), &error);
    check_vectors(world, &reader, now_ns, now_ns);
    steme_store_close(reader.store);
}

/* Time goes on while records come, up to and past the times of those that are early. */
static void play_vectors(crdt_world *world)
{
    crdt_store self;
    steme_error error;
    uint64_t now_ns = wall_ns();
    steme_store *reader;
    steme_store_options options = {.is_read_only = 1};
    store_make(world, &self);
    check_ok(steme_store_open(self.path, &options, &reader, &error), &error);
    for (size_t i = 0; i < 2 * world->count; i++) {
        store_give(world, &self, below(world, world->count));
        if (below(world, 6) == 0)
            now_ns = now_ns < FUTURE_NS ? FUTURE_NS - CLAIMS_SECOND_NS
                                        : now_ns + below(world, 3) * CLAIMS_SECOND_NS / 4;
        disturb(world, &self);
        if (below(world, 3) == 0)
            check_vectors(world, &self, now_ns, now_ns);
        if (below(world, 10) == 0)
            check_vectors_as_reader(world, &self, now_ns);
        if (below(world, 5) == 0) {
            crdt_store beside = self;
            beside.store = reader;
            check_vectors(world, &beside, now_ns, now_ns);
        }
    }
    steme_store_close(reader);
    store_remove(&self);
}

static void vectors_are_a_fold_over_what_has_matured(void **state)
{
    (void)state;
    run_histories(test_seed(501), play_vectors);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(every_order_of_five_records_gives_one_state),
    cmocka_unit_test(every_placement_of_five_records_over_three_stores_merges_to_one_state),
    cmocka_unit_test(any_delivery_over_any_partitions_gives_one_state),
    cmocka_unit_test(merge_is_commutative),
    cmocka_unit_test(merge_is_associative),
    cmocka_unit_test(merge_is_idempotent),
    cmocka_unit_test(vectors_are_a_fold_over_what_has_matured),
};

TEST_MAIN(tests)
