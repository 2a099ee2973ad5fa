/* The records that a query says its answer was made of are enough: of them alone, in another store,
 * the same question has the same answer. Random small sets of records that speak of one another.
 *
 * STEME_TEST_SEED replays a run. */
#include "support/answer_text.h"
#include "support/lifecycle_world.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <steme/query.h>

enum { WORLD_COUNT = 24, QUESTION_COUNT = 10 };

static const life_flavour flavours[] = {
    {{[STEME_ASSERTION] = 6, [STEME_SUPERSESSION] = 5, [STEME_KEY] = 1, [STEME_ENDORSEMENT] = 2}},
    {{[STEME_ASSERTION] = 6, [STEME_STAGE] = 4, [STEME_EPOCH] = 2, [STEME_SOURCE] = 3}},
    {{[STEME_ASSERTION] = 5, [STEME_VOTE] = 6, [STEME_KEY] = 2, [STEME_ENDORSEMENT] = 2}},
    {{0, 6, 3, 3, 2, 2, 3, 2, 2, 3}},
};

enum { FLAVOUR_COUNT = sizeof flavours / sizeof flavours[0] };

typedef struct question {
    steme_query_options options;
    steme_view *view;
    steme_agent pack[LIFE_KEY_COUNT];
} question;

/* ---- Questions ---------------------------------------------------------------------------- */

static steme_view *make_view(life_world *world)
{
    steme_view_agent agents[LIFE_KEY_COUNT];
    steme_view_rules rules = {.name = claims_text("a view"), .agents = agents};
    steme_key signer = claims_key(99);
    steme_view *view;
    steme_error error;
    uint8_t *file;
    size_t size;
    rules.unlisted = (steme_unlisted)life_below(world, 3);
    rules.unlisted_best_class = (steme_source_class)life_below(world, 6);
    for (int key = 0; key < LIFE_KEY_COUNT; key++)
        if (life_below(world, 2) == 0)
            agents[rules.agent_count++] =
                (steme_view_agent){world->keys[key].agent, (steme_source_class)life_below(world, 6),
                                   (uint32_t)life_below(world, 32), life_below(world, 2) == 0};
    claims_check(steme_view_sign(&rules, &signer, 1, &file, &size, &error), &error);
    claims_check(steme_view_open((steme_span){file, size}, &view, &error), &error);
    steme_free(file);
    return view;
}

static void make_question(life_world *world, question *it)
{
    steme_query_options *options = &it->options;
    *it = (question){.view = life_below(world, 2) == 0 ? make_view(world) : NULL};
    options->view = it->view;
    options->subject = life_name(world);
    options->predicate = claims_text("is");
    options->lens = (steme_lens)(1 + life_below(world, STEME_LENS_COUNT - 1));
    options->evaluated_at_ns = life_time(world) + life_below(world, 3) * 1000000000;
    options->has_as_of = life_below(world, 3) == 0;
    options->as_of_ns = (int64_t)life_time(world);
    options->has_recorded_as_of = life_below(world, 4) == 0;
    options->recorded_as_of_ns =
        world->records[life_below(world, (uint64_t)world->count)].arrival_ns;
    options->follows_aliases = life_below(world, 2) == 0;
    options->has_stage = life_below(world, 6) == 0;
    options->stage = (steme_stage_now)life_below(world, 3);
    if (life_below(world, 3) == 0)
        assert_true(steme_decay_find("class", &options->decay));
    if (life_below(world, 4) == 0) {
        options->trust_pack = it->pack;
        options->trust_pack_count = 1 + (uint32_t)life_below(world, LIFE_KEY_COUNT);
        for (int key = 0; key < LIFE_KEY_COUNT; key++)
            it->pack[key] = world->keys[key].agent;
    }
}

/* ---- Answers as text ---------------------------------------------------------------------- */

static char *text_of(const steme_answer *answer)
{
    char *text = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&text, &size);
    assert_non_null(file);
    answer_text_print(file, answer);
    assert_int_equal(fclose(file), 0);
    return text;
}

/* ---- Asking ------------------------------------------------------------------------------- */

/* Appends the records that an answer was made of to another store. */
static void copy_records(steme_snapshot *snapshot, steme_query *query, steme_store *other)
{
    const steme_id *ids;
    size_t count;
    steme_error error;
    claims_check(steme_query_records(query, &ids, &count, &error), &error);
    for (size_t i = 0; i < count; i++) {
        steme_record record;
        claims_check(steme_snapshot_get(snapshot, &ids[i], &record, &error), &error);
        claims_check(steme_store_append(other, record.bytes, NULL, &error), &error);
        assert_true(i == 0 || life_id_compare(&ids[i - 1], &ids[i]) < 0);
    }
}

/* `other` NULL = nothing is noted. */
static char *ask(steme_store *store, const steme_query_options *options, steme_store *other)
{
    steme_query_options asked = *options;
    steme_snapshot *snapshot;
    steme_query *query;
    const steme_answer *answer;
    steme_error error;
    asked.notes_records = other != NULL;
    claims_check(steme_snapshot_open(store, &snapshot, &error), &error);
    claims_check(steme_query_open(snapshot, &asked, &query, &error), &error);
    claims_check(steme_query_next_answer(query, &answer, &error), &error);
    char *text = text_of(answer);
    if (other != NULL)
        copy_records(snapshot, query, other);
    steme_query_close(query);
    steme_snapshot_close(snapshot);
    return text;
}

static int check_question(life_world *world, steme_store *store)
{
    question it;
    claims_store other;
    make_question(world, &it);
    claims_open(&other);
    char *plain = ask(store, &it.options, NULL); /* what it learns must not be taken for read */
    char *noted = ask(store, &it.options, other.store);
    it.options.has_recorded_as_of = 0;
    char *again = ask(other.store, &it.options, NULL);
    assert_string_equal(plain, noted);
    assert_string_equal(noted, again);
    int has_answer = strcmp(plain, "none") != 0;
    free(plain);
    free(noted);
    free(again);
    claims_close(&other);
    steme_view_close(it.view);
    return has_answer;
}

static steme_status learn_arrival(void *context, const steme_record *record, uint64_t arrival_ns,
                                  steme_error *error)
{
    life_world *world = context;
    (void)error;
    for (int i = 0; i < world->count; i++)
        if (life_id_equal(&world->records[i].id, &record->id))
            world->records[i].arrival_ns = arrival_ns;
    return STEME_OK;
}

static int check_world(life_world *world)
{
    claims_store place;
    steme_snapshot *snapshot;
    steme_error error;
    int answered_count = 0;
    claims_open(&place);
    for (int i = world->count - 1; i >= 0; i--)
        claims_check(steme_store_append(
                         place.store, (steme_span){world->records[i].bytes, world->records[i].size},
                         NULL, &error),
                     &error);
    claims_check(steme_snapshot_open(place.store, &snapshot, &error), &error);
    claims_check(steme_snapshot_visit(snapshot, learn_arrival, world, NULL, &error), &error);
    steme_snapshot_close(snapshot);
    for (int i = 0; i < QUESTION_COUNT; i++)
        answered_count += check_question(world, place.store);
    claims_close(&place);
    return answered_count;
}

static void the_records_of_an_answer_give_it_alone(void **state)
{
    static life_world world;
    uint64_t seed = test_seed(1);
    int answered_count = 0;
    (void)state;
    print_message("STEME_TEST_SEED=%llu\n", (unsigned long long)seed);
    for (int i = 0; i < WORLD_COUNT; i++) {
        life_world_make(&world, &flavours[i % FLAVOUR_COUNT], LIFE_RECORD_MAX,
                        seed + (uint64_t)i * 1000003);
        answered_count += check_world(&world);
        life_world_free(&world);
    }
    assert_true(answered_count > WORLD_COUNT);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(the_records_of_an_answer_give_it_alone),
};

TEST_MAIN(tests)
