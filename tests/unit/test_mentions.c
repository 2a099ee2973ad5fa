/* Who says something of a key, a name, a record or an agent, for whoever wants to see it. */
#include "support/claims.h"

enum { ANNA = 1, BERT, CARL, STEWARD, MENTION_COUNT_MAX = 8 };

/* A lifecycle over what the store holds now. */
typedef struct question {
    steme_snapshot *snapshot;
    steme_lifecycle *lifecycle;
} question;

static question ask(claims_store *world, const steme_view *view)
{
    question it;
    steme_error error;
    steme_lifecycle_options options = {
        .evaluated_at_ns = CLAIMS_TIME_NS + UINT64_C(1000000) * CLAIMS_SECOND_NS, .view = view};
    claims_check(steme_snapshot_open(world->store, &it.snapshot, &error), &error);
    claims_check(steme_lifecycle_open(it.snapshot, &options, &it.lifecycle, &error), &error);
    return it;
}

static void end(question *it)
{
    steme_lifecycle_close(it->lifecycle);
    steme_snapshot_close(it->snapshot);
}

static steme_statement at_time(steme_record_type type, uint64_t second)
{
    uint64_t time_ns = CLAIMS_TIME_NS + second * CLAIMS_SECOND_NS;
    return (steme_statement){
        .type = type, .stamp = {.time_ns = time_ns}, .claim_time_ns = (int64_t)time_ns};
}

static steme_id claim(claims_store *world, const char *subject, uint64_t second, uint8_t key)
{
    steme_statement statement =
        claims_assertion(subject, "is", "so", CLAIMS_TIME_NS + second * CLAIMS_SECOND_NS);
    return claims_append(world, &statement, key);
}

static steme_id vote(claims_store *world, uint64_t second, const steme_id *target, int32_t weight,
                     uint8_t key)
{
    steme_statement statement = at_time(STEME_VOTE, second);
    statement.as.vote = (steme_vote){.target = *target, .weight_millionths = weight};
    return claims_append(world, &statement, key);
}

/* ---- Mentions ----------------------------------------------------------------------------- */

typedef struct mention_list {
    steme_id ids[MENTION_COUNT_MAX];
    size_t count;
} mention_list;

static steme_status note(void *context, const steme_record *record,
                         const steme_statement *statement, steme_error *error)
{
    mention_list *list = context;
    (void)error;
    assert_true(list->count < MENTION_COUNT_MAX);
    assert_true(record->type == (uint64_t)statement->type);
    list->ids[list->count++] = record->id;
    return STEME_OK;
}

static mention_list mentions_of(claims_store *world, steme_record_type type, const void *name,
                                size_t size)
{
    mention_list list = {.count = 0};
    steme_error error;
    question it = ask(world, NULL);
    claims_check(
        steme_lifecycle_mentions(it.lifecycle, type, (steme_span){name, size}, note, &list, &error),
        &error);
    end(&it);
    return list;
}

static void assert_is(const mention_list *list, const steme_id *ids, size_t count)
{
    assert_int_equal(list->count, count);
    assert_memory_equal(list->ids, ids, count * sizeof *ids);
}

static void a_key_record_is_found_by_its_signers_and_by_the_key_it_names(void **state)
{
    claims_store *world = *state;
    steme_key anna = claims_key(ANNA);
    steme_key bert = claims_key(BERT);
    steme_key carl = claims_key(CARL);
    steme_statement rotation = at_time(STEME_KEY, 1);
    rotation.as.key = (steme_key_statement){.kind = STEME_KEY_ROTATE, .key = bert.agent};
    steme_id first = claims_append_signed(world, &rotation, (uint8_t[]){ANNA, BERT}, 2);
    steme_statement revocation = at_time(STEME_KEY, 2);
    revocation.as.key =
        (steme_key_statement){.kind = STEME_KEY_REVOKE, .key = anna.agent, .has_from = 1};
    steme_id second = claims_append(world, &revocation, CARL);
    mention_list list = mentions_of(world, STEME_KEY, &anna.agent, STEME_AGENT_SIZE);
    assert_is(&list, (steme_id[]){first, second}, 2);
    list = mentions_of(world, STEME_KEY, &bert.agent, STEME_AGENT_SIZE);
    assert_is(&list, &first, 1);
    list = mentions_of(world, STEME_KEY, &carl.agent, STEME_AGENT_SIZE);
    assert_is(&list, &second, 1);
    list = mentions_of(world, STEME_KEY, &carl.agent, 8);
    assert_int_equal(list.count, 0);
}

static void an_alias_is_found_by_either_name_and_an_endorsement_by_its_target(void **state)
{
    claims_store *world = *state;
    steme_statement alias = at_time(STEME_ALIAS, 1);
    alias.as.alias = (steme_alias){.from = claims_text("a"), .to = claims_text("b")};
    steme_id first = claims_append(world, &alias, ANNA);
    steme_id target = claim(world, "a", 2, ANNA);
    steme_statement endorsement = at_time(STEME_ENDORSEMENT, 3);
    endorsement.as.endorsement.target = target;
    steme_id second = claims_append(world, &endorsement, BERT);
    mention_list list = mentions_of(world, STEME_ALIAS, "a", 1);
    assert_is(&list, &first, 1);
    list = mentions_of(world, STEME_ALIAS, "b", 1);
    assert_is(&list, &first, 1);
    list = mentions_of(world, STEME_ALIAS, "c", 1);
    assert_int_equal(list.count, 0);
    list = mentions_of(world, STEME_ENDORSEMENT, &target, STEME_ID_SIZE);
    assert_is(&list, &second, 1);
    list = mentions_of(world, STEME_STAGE, &target, STEME_ID_SIZE);
    assert_int_equal(list.count, 0);
    list = mentions_of(world, STEME_VOTE, &target, STEME_ID_SIZE);
    assert_int_equal(list.count, 0);
}

/* ---- Trust -------------------------------------------------------------------------------- */

/* Everybody counts, the steward is a seed. */
static steme_view *make_view(void)
{
    steme_view_agent agent = {.agent = claims_key(STEWARD).agent,
                              .best_class = STEME_CLASS_EXPERT,
                              .stewardships = STEME_STEWARD_PREDICATES,
                              .is_seed = 1};
    steme_view_rules rules = {claims_text("v"), &agent, 1, STEME_UNLISTED_EACH,
                              STEME_CLASS_ANECDOTAL};
    steme_key signer = claims_key(ANNA);
    steme_view *view;
    steme_error error;
    uint8_t *file;
    size_t size;
    claims_check(steme_view_sign(&rules, &signer, 1, &file, &size, &error), &error);
    claims_check(steme_view_open((steme_span){file, size}, &view, &error), &error);
    steme_free(file);
    return view;
}

typedef struct vote_list {
    steme_trust_vote votes[MENTION_COUNT_MAX];
    size_t count;
} vote_list;

static steme_status note_vote(void *context, const steme_trust_vote *cast, steme_error *error)
{
    vote_list *list = context;
    (void)error;
    assert_true(list->count < MENTION_COUNT_MAX);
    list->votes[list->count++] = *cast;
    return STEME_OK;
}

static void trust_is_explained_by_the_seeds_votes_alone(void **state)
{
    claims_store *world = *state;
    steme_error error;
    steme_view *view = make_view();
    steme_key bert = claims_key(BERT);
    steme_id of_bert = claim(world, "a", 1, BERT);
    steme_id of_carl = claim(world, "b", 2, CARL);
    vote(world, 3, &of_bert, -1000000, STEWARD);
    steme_id latest = vote(world, 4, &of_bert, 1000000, STEWARD);
    vote(world, 5, &of_carl, 1000000, STEWARD);
    vote(world, 6, &of_bert, -1000000, ANNA);
    vote_list list = {.count = 0};
    vote_list all = {.count = 0};
    vote_list open = {.count = 0};
    question it = ask(world, view);
    claims_check(
        steme_lifecycle_trust_votes(it.lifecycle, bert.agent.bytes, note_vote, &list, &error),
        &error);
    claims_check(steme_lifecycle_trust_votes(it.lifecycle, NULL, note_vote, &all, &error), &error);
    end(&it);
    it = ask(world, NULL);
    claims_check(steme_lifecycle_trust_votes(it.lifecycle, NULL, note_vote, &open, &error), &error);
    end(&it);
    assert_int_equal(list.count, 1);
    assert_memory_equal(&list.votes[0].record, &latest, sizeof latest);
    assert_memory_equal(&list.votes[0].identity, &bert.agent, sizeof bert.agent);
    assert_int_equal(list.votes[0].weight_millionths, 1000000);
    assert_int_equal(all.count, 2);
    assert_int_equal(open.count, 0);
    steme_view_close(view);
}

static void what_a_view_makes_of_an_agent_is_told(void **state)
{
    claims_store *world = *state;
    steme_error error;
    steme_view *view = make_view();
    steme_view_agent entry;
    int is_revoked = 1;
    steme_key steward = claims_key(STEWARD);
    steme_key anna = claims_key(ANNA);
    question it = ask(world, view);
    claims_check(steme_lifecycle_agent(it.lifecycle, steward.agent.bytes, 0, (steme_span){NULL, 0},
                                       &entry, &is_revoked, &error),
                 &error);
    assert_int_equal(entry.stewardships, STEME_STEWARD_PREDICATES);
    assert_int_equal(entry.best_class, STEME_CLASS_EXPERT);
    assert_true(entry.is_seed && !is_revoked);
    claims_check(steme_lifecycle_agent(it.lifecycle, anna.agent.bytes, 0, (steme_span){NULL, 0},
                                       &entry, &is_revoked, &error),
                 &error);
    assert_int_equal(entry.stewardships, 0);
    assert_memory_equal(&entry.agent, &anna.agent, sizeof anna.agent);
    end(&it);
    steme_view_close(view);
}

/* ---- Predicates --------------------------------------------------------------------------- */

static steme_predicate_schema schema_of(claims_store *world, const char *predicate,
                                        const steme_view *view)
{
    steme_error error;
    steme_snapshot *snapshot;
    steme_query *query;
    steme_predicate_schema schema;
    steme_query_options options = {.subject = claims_text("nothing"),
                                   .evaluated_at_ns =
                                       CLAIMS_TIME_NS + UINT64_C(1000000) * CLAIMS_SECOND_NS,
                                   .view = view};
    claims_check(steme_snapshot_open(world->store, &snapshot, &error), &error);
    claims_check(steme_query_open(snapshot, &options, &query, &error), &error);
    claims_check(steme_query_schema(query, claims_text(predicate), &schema, &error), &error);
    steme_query_close(query);
    steme_snapshot_close(snapshot);
    return schema;
}

static void a_schema_is_everybodys_word_or_under_a_view_its_stewards(void **state)
{
    claims_store *world = *state;
    steme_view *view = make_view();
    steme_statement many = claims_assertion("predicate://p", "cardinality", "many", CLAIMS_TIME_NS);
    steme_statement folded =
        claims_assertion("predicate://p", "equivalence", "folded", CLAIMS_TIME_NS);
    claims_append(world, &many, ANNA);
    claims_append(world, &folded, STEWARD);
    assert_true(schema_of(world, "p", NULL).is_many);
    assert_int_equal(schema_of(world, "p", NULL).equivalence.kind, STEME_EQUAL_FOLDED);
    assert_false(schema_of(world, "p", view).is_many);
    assert_int_equal(schema_of(world, "p", view).equivalence.kind, STEME_EQUAL_FOLDED);
    assert_int_equal(schema_of(world, "q", NULL).equivalence.kind, STEME_EQUAL_EXACT);
    steme_view_close(view);
}

/* ---- All of it ---------------------------------------------------------------------------- */

static int set_up(void **state)
{
    static claims_store world;
    claims_open(&world);
    *state = &world;
    return 0;
}

static int tear_down(void **state)
{
    claims_close(*state);
    return 0;
}

#define IN_WORLD(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

static const struct CMUnitTest tests[] = {
    IN_WORLD(a_key_record_is_found_by_its_signers_and_by_the_key_it_names),
    IN_WORLD(an_alias_is_found_by_either_name_and_an_endorsement_by_its_target),
    IN_WORLD(trust_is_explained_by_the_seeds_votes_alone),
    IN_WORLD(what_a_view_makes_of_an_agent_is_told),
    IN_WORLD(a_schema_is_everybodys_word_or_under_a_view_its_stewards),
};

TEST_MAIN(tests)
