/* What is kept between questions about conflicts never shows: while records arrive, every answer is
 * the one of a store that was only just opened. STEME_TEST_SEED. */
#include "support/claims.h"

enum { ROUND_COUNT = 60, CLAIM_COUNT_MAX = 25, SUBJECT_COUNT = 12, TEXT_SIZE = 65536 };

static const char *const predicates[] = {"one", "two"};

typedef struct transcript {
    char text[TEXT_SIZE];
    size_t size;
} transcript;

static void say(transcript *out, const steme_answer *answer, const steme_conflict_summary *summary)
{
    if (answer == NULL)
        out->size += (size_t)snprintf(
            out->text + out->size, TEXT_SIZE - out->size, "= %llu %llu %llu %llu\n",
            (unsigned long long)summary->subject_count, (unsigned long long)summary->pair_count,
            (unsigned long long)summary->shared_count, (unsigned long long)summary->disputed_count);
    else
        out->size +=
            (size_t)snprintf(out->text + out->size, TEXT_SIZE - out->size, "%.*s %.*s %u\n",
                             (int)answer->subject.size, (const char *)answer->subject.bytes,
                             (int)answer->predicate.size, (const char *)answer->predicate.bytes,
                             answer->conflict_millionths);
    assert_true(out->size < TEXT_SIZE);
}

static void ask(steme_store *store, const steme_conflict_options *options, transcript *out)
{
    steme_snapshot *snapshot;
    steme_query *query;
    steme_conflict_summary summary;
    const steme_answer *answer;
    steme_error error;
    claims_check(steme_snapshot_open(store, &snapshot, &error), &error);
    claims_check(steme_conflicts_open(snapshot, options, &summary, &query, &error), &error);
    do {
        claims_check(steme_query_next_answer(query, &answer, &error), &error);
        say(out, answer, &summary);
    } while (answer != NULL);
    steme_query_close(query);
    steme_snapshot_close(snapshot);
}

/* All questions, at a time that is now and then before that of some records. */
static void ask_all(steme_store *store, uint64_t now_ns, transcript *out)
{
    static const steme_equivalence_kind kinds[] = {STEME_EQUAL_EXACT, STEME_EQUAL_FOLDED,
                                                   STEME_EQUAL_NORMALIZED};
    out->size = 0;
    for (size_t kind = 0; kind < 3; kind++)
        for (size_t which = 0; which < 3; which++) {
            steme_conflict_options options = {
                .equivalence = {kinds[kind], 0}, .limit = 10, .evaluated_at_ns = now_ns};
            if (which > 0)
                options.predicate = claims_text(predicates[which - 1]);
            ask(store, &options, out);
        }
}

static void append_some(claims_store *world, uint64_t *random, uint64_t now_ns)
{
    static const char *const values[] = {"Acme", "acme", "Acme Inc.", "Other"};
    static const char *const names[] = {"a", "b"};
    uint64_t count = test_random(random) % CLAIM_COUNT_MAX;
    for (uint64_t i = 0; i < count; i++) {
        char subject[32];
        uint64_t time_ns = now_ns - test_random(random) % (30 * CLAIMS_SECOND_NS);
        if (test_random(random) % 60 == 0)
            time_ns = now_ns + 20 * CLAIMS_SECOND_NS; /* not yet */
        snprintf(subject, sizeof subject, "s%u", (unsigned)(test_random(random) % SUBJECT_COUNT));
        steme_statement claim = claims_assertion(subject, predicates[test_random(random) % 2],
                                                 values[test_random(random) % 4], time_ns);
        /* A source that is not held yet half of the time: its id is its name until it comes. */
        char edition[8];
        steme_statement source = {.type = STEME_SOURCE,
                                  .stamp = {.time_ns = CLAIMS_TIME_NS},
                                  .claim_time_ns = (int64_t)CLAIMS_TIME_NS};
        static uint8_t buffer[STEME_RECORD_SIZE_MAX];
        snprintf(edition, sizeof edition, "%u", (unsigned)(test_random(random) % 6));
        source.as.source = (steme_source){.name = claims_text(names[test_random(random) % 2]),
                                          .edition = claims_text(edition)};
        steme_id id = claims_sign(&source, &(uint8_t){200}, 1, buffer).id;
        if (test_random(random) % 20 == 0)
            claims_append(world, &source, 200);
        if (test_random(random) % 3 != 0)
            claims_set_source(&claim, &id);
        claims_append(world, &claim, (uint8_t)(1 + test_random(random) % 4));
    }
}

static void what_is_kept_between_questions_never_shows(void **state)
{
    static transcript kept;
    static transcript fresh;
    claims_store world;
    uint64_t random = test_seed(808);
    uint64_t now_ns = CLAIMS_TIME_NS;
    (void)state;
    print_message("seed %llu\n", (unsigned long long)random);
    claims_open(&world);
    for (int round = 0; round < ROUND_COUNT; round++) {
        steme_store *reader;
        steme_error error;
        append_some(&world, &random, now_ns);
        uint64_t asked_ns = now_ns - test_random(&random) % 4 / 3 * 10 * CLAIMS_SECOND_NS;
        ask_all(world.store, asked_ns, &kept);
        claims_check(steme_store_open(world.directory, &(steme_store_options){.is_read_only = 1},
                                      &reader, &error),
                     &error);
        ask_all(reader, asked_ns, &fresh);
        steme_store_close(reader);
        assert_string_equal(kept.text, fresh.text);
        now_ns += 10 * CLAIMS_SECOND_NS;
    }
    claims_close(&world);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(what_is_kept_between_questions_never_shows),
};

TEST_MAIN(tests)
