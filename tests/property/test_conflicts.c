/* The most disputed pairs are those that the skeptic lens, asked about every pair, finds disputed:
 * after any history of records that speak of one another, at any moment, under any view, whatever
 * is kept between questions. */
#include "support/lifecycle_world.h"

#include <steme/query.h>
#include <steme/view.h>

enum { WORLD_COUNT = 40, MOMENT_COUNT = 5, PAIR_COUNT_MAX = 64 };

static const life_flavour flavours[] = {
    {{[STEME_ASSERTION] = 6, [STEME_SUPERSESSION] = 3}},
    {{[STEME_ASSERTION] = 6, [STEME_STAGE] = 3, [STEME_ENDORSEMENT] = 3}},
    {{[STEME_ASSERTION] = 6, [STEME_KEY] = 2, [STEME_SOURCE] = 2, [STEME_SUPERSESSION] = 1}},
    {{[STEME_ASSERTION] = 6, [STEME_EPOCH] = 2, [STEME_ALIAS] = 1}},
    {{[STEME_ASSERTION] = 8, [STEME_SOURCE] = 1}},
};

enum { FLAVOUR_COUNT = sizeof flavours / sizeof flavours[0] };

typedef struct seen_pair {
    char name[128];
    uint32_t value_count;
    uint32_t conflict_millionths;
    int is_given;
} seen_pair;

typedef struct seen_pairs {
    seen_pair pairs[PAIR_COUNT_MAX];
    size_t count;
} seen_pairs;

static void name_of(const steme_answer *answer, char *out, size_t size)
{
    snprintf(out, size, "%.*s %.*s", (int)answer->subject.size, (const char *)answer->subject.bytes,
             (int)answer->predicate.size, (const char *)answer->predicate.bytes);
}

/* Every pair, by the skeptic lens. */
static void ask_all(steme_snapshot *snapshot, const steme_conflict_options *asked, seen_pairs *out)
{
    steme_error error;
    steme_query *query;
    const steme_answer *answer;
    steme_query_options options = {.lens = STEME_LENS_SKEPTIC,
                                   .equivalence = asked->equivalence,
                                   .evaluated_at_ns = asked->evaluated_at_ns,
                                   .view = asked->view};
    out->count = 0;
    claims_check(steme_query_open(snapshot, &options, &query, &error), &error);
    for (;;) {
        claims_check(steme_query_next_answer(query, &answer, &error), &error);
        if (answer == NULL)
            break;
        assert_true(out->count < PAIR_COUNT_MAX);
        seen_pair *pair = &out->pairs[out->count++];
        *pair = (seen_pair){.value_count = answer->claim_count,
                            .conflict_millionths = answer->conflict_millionths};
        name_of(answer, pair->name, sizeof pair->name);
    }
    steme_query_close(query);
}

static void give(seen_pairs *seen, const steme_answer *answer)
{
    char name[128];
    name_of(answer, name, sizeof name);
    for (size_t i = 0; i < seen->count; i++)
        if (strcmp(seen->pairs[i].name, name) == 0) {
            assert_false(seen->pairs[i].is_given);
            assert_true(seen->pairs[i].value_count > 1);
            assert_int_equal(answer->claim_count, seen->pairs[i].value_count);
            assert_int_equal(answer->conflict_millionths, seen->pairs[i].conflict_millionths);
            seen->pairs[i].is_given = 1;
            return;
        }
    fail_msg("%s has no claims", name);
}

static void check_conflicts(steme_snapshot *snapshot, const steme_conflict_options *asked)
{
    static seen_pairs seen;
    steme_error error;
    steme_query *query;
    steme_conflict_summary summary;
    const steme_answer *answer;
    uint64_t disputed_count = 0;
    ask_all(snapshot, asked, &seen);
    for (size_t i = 0; i < seen.count; i++)
        disputed_count += seen.pairs[i].value_count > 1;
    claims_check(steme_conflicts_open(snapshot, asked, &summary, &query, &error), &error);
    assert_int_equal(summary.pair_count, seen.count);
    assert_int_equal(summary.disputed_count, disputed_count);
    for (uint64_t i = 0; i < disputed_count; i++) {
        claims_check(steme_query_next_answer(query, &answer, &error), &error);
        assert_non_null(answer);
        give(&seen, answer);
    }
    claims_check(steme_query_next_answer(query, &answer, &error), &error);
    assert_null(answer);
    steme_query_close(query);
}

/* ---- Moments ------------------------------------------------------------------------------ */

static steme_view *make_view(life_world *world)
{
    steme_view_agent agents[LIFE_KEY_COUNT];
    steme_view_rules made = {.name = claims_text("a view"), .agents = agents};
    steme_key signer = claims_key(99);
    steme_view *view;
    steme_error error;
    uint8_t *file;
    size_t size;
    made.unlisted = (steme_unlisted)life_below(world, 3);
    for (int key = 0; key < LIFE_KEY_COUNT; key++)
        if (life_below(world, 2) == 0)
            agents[made.agent_count++] =
                (steme_view_agent){world->keys[key].agent, STEME_CLASS_EXPERT,
                                   (uint32_t)life_below(world, 32), (int)life_below(world, 2)};
    claims_check(steme_view_sign(&made, &signer, 1, &file, &size, &error), &error);
    claims_check(steme_view_open((steme_span){file, size}, &view, &error), &error);
    steme_free(file);
    return view;
}

static void check_moments(life_world *world, steme_store *store)
{
    static const steme_equivalence equivalences[] = {
        {STEME_EQUAL_EXACT, 0}, {STEME_EQUAL_FOLDED, 0}, {STEME_EQUAL_NUMBER, 1000}};
    steme_snapshot *snapshot;
    steme_error error;
    claims_check(steme_snapshot_open(store, &snapshot, &error), &error);
    for (int i = 0; i < MOMENT_COUNT; i++) {
        steme_view *view = life_below(world, 3) == 0 ? make_view(world) : NULL;
        steme_conflict_options asked = {.equivalence = equivalences[life_below(world, 3)],
                                        .limit = PAIR_COUNT_MAX,
                                        .evaluated_at_ns =
                                            life_time(world) + life_below(world, 2) * 2000000000,
                                        .view = view};
        check_conflicts(snapshot, &asked);
        steme_view_close(view);
    }
    steme_snapshot_close(snapshot);
}

/* ---- Histories ---------------------------------------------------------------------------- */

static void say_of_predicate(life_world *world, claims_store *place)
{
    steme_statement statement = claims_assertion(
        "predicate://is", "cardinality", life_below(world, 2) ? "many" : "one", life_time(world));
    claims_append(place, &statement, (uint8_t)(1 + life_below(world, LIFE_KEY_COUNT)));
}

static void live_through(life_world *world)
{
    claims_store place;
    steme_error error;
    claims_open(&place);
    for (int at = 0; at < world->count;) {
        int batch = 1 + (int)life_below(world, (uint64_t)(world->count - at));
        for (int i = at; i < at + batch; i++) {
            /* The last of them come first, so that others speak of what is not there yet. */
            const life_record *record = &world->records[world->count - 1 - i];
            claims_check(steme_store_append(place.store, (steme_span){record->bytes, record->size},
                                            NULL, &error),
                         &error);
        }
        at += batch;
        if (life_below(world, 4) == 0)
            say_of_predicate(world, &place);
        check_moments(world, place.store);
        if (life_below(world, 3) == 0)
            claims_reopen(&place);
    }
    for (int i = 0; i < MOMENT_COUNT; i++)
        check_moments(world, place.store);
    claims_close(&place);
}

static void disputes_are_what_skeptic_says_of_every_pair(void **state)
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
        life_world_free(&world);
    }
}

static uint64_t count_disputes(steme_store *store, uint64_t evaluated_at_ns)
{
    steme_error error;
    steme_snapshot *snapshot;
    steme_query *query;
    steme_conflict_summary summary;
    steme_conflict_options asked = {.evaluated_at_ns = evaluated_at_ns};
    claims_check(steme_snapshot_open(store, &snapshot, &error), &error);
    claims_check(steme_conflicts_open(snapshot, &asked, &summary, &query, &error), &error);
    steme_query_close(query);
    steme_snapshot_close(snapshot);
    return summary.disputed_count;
}

static void a_dispute_ends_when_a_retraction_that_came_early_is_of_age(void **state)
{
    claims_store place;
    (void)state;
    claims_open(&place);
    steme_statement left = claims_assertion("s", "p", "left", CLAIMS_TIME_NS);
    steme_statement right = claims_assertion("s", "p", "right", CLAIMS_TIME_NS);
    steme_statement retraction = {.type = STEME_SUPERSESSION,
                                  .stamp.time_ns = CLAIMS_TIME_NS + 10 * CLAIMS_SECOND_NS};
    claims_append(&place, &left, 1);
    steme_id id = claims_append(&place, &right, 2);
    retraction.claim_time_ns = (int64_t)retraction.stamp.time_ns;
    retraction.as.supersession.targets = life_one(&id);
    retraction.as.supersession.kind = STEME_SUPERSEDE_RETRACT;
    retraction.as.supersession.reason = claims_text("wrong");
    claims_append(&place, &retraction, 2);
    assert_int_equal(count_disputes(place.store, CLAIMS_TIME_NS + CLAIMS_SECOND_NS), 1);
    assert_int_equal(count_disputes(place.store, CLAIMS_TIME_NS + 20 * CLAIMS_SECOND_NS), 0);
    assert_int_equal(count_disputes(place.store, CLAIMS_TIME_NS + CLAIMS_SECOND_NS), 1);
    claims_close(&place);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_dispute_ends_when_a_retraction_that_came_early_is_of_age),
    cmocka_unit_test(disputes_are_what_skeptic_says_of_every_pair),
};

TEST_MAIN(tests)
