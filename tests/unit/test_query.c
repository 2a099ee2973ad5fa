/* Queries by example: options, filters, editions, odd records, failures. */
#include "support/claims.h"

#include "base/memory.h"

#include <stdbool.h>
#include <time.h>

#define DAY_NS (UINT64_C(86400) * CLAIMS_SECOND_NS)

typedef struct opened_store {
    claims_store world;
    steme_snapshot *snapshot;
    steme_query *query;
} opened_store;

static int set_up(void **state)
{
    static opened_store opened;
    opened = (opened_store){0};
    claims_open(&opened.world);
    *state = &opened;
    return 0;
}

static void end_query(opened_store *opened)
{
    steme_query_close(opened->query);
    steme_snapshot_close(opened->snapshot);
    opened->query = NULL;
    opened->snapshot = NULL;
}

static int tear_down(void **state)
{
    end_query(*state);
    claims_close(&((opened_store *)*state)->world);
    return 0;
}

static void ask(opened_store *opened, steme_query_options options)
{
    steme_error error;
    end_query(opened);
    claims_check(steme_snapshot_open(opened->world.store, &opened->snapshot, &error), &error);
    claims_check(steme_query_open(opened->snapshot, &options, &opened->query, &error), &error);
}

static const steme_answer *next_answer(opened_store *opened)
{
    const steme_answer *answer;
    steme_error error;
    claims_check(steme_query_next_answer(opened->query, &answer, &error), &error);
    return answer;
}

static uint32_t count_matches(opened_store *opened, steme_query_options options)
{
    const steme_match *match;
    steme_error error;
    uint32_t count = 0;
    ask(opened, options);
    for (;; count++) {
        claims_check(steme_query_next_match(opened->query, &match, &error), &error);
        if (match == NULL)
            return count;
    }
}

static steme_id append_text(opened_store *opened, uint8_t key, const char *subject,
                            const char *value, uint64_t second)
{
    steme_statement claim =
        claims_assertion(subject, "is", value, CLAIMS_TIME_NS + second * CLAIMS_SECOND_NS);
    return claims_append(&opened->world, &claim, key);
}

static void append_of_source(opened_store *opened, uint8_t key, const steme_id *source,
                             const char *value, uint64_t second)
{
    steme_statement claim =
        claims_assertion("s", "is", value, CLAIMS_TIME_NS + second * CLAIMS_SECOND_NS);
    claims_set_source(&claim, source);
    claims_append(&opened->world, &claim, key);
}

static steme_query_options about(const char *subject, steme_lens lens)
{
    return (steme_query_options){
        .subject = claims_text(subject), .predicate = claims_text("is"), .lens = lens};
}

/* ---- Answers ------------------------------------------------------------------------------ */

static void test_nothing_known_is_no_answer(void **state)
{
    opened_store *opened = *state;
    ask(opened, about("s", STEME_LENS_SKEPTIC));
    assert_null(next_answer(opened));
    assert_int_equal(count_matches(opened, (steme_query_options){0}), 0);
}

static void test_an_edition_replaces_the_one_before_it(void **state)
{
    opened_store *opened = *state;
    steme_id may = claims_append_source(&opened->world, "https://registry", "May", CLAIMS_TIME_NS);
    steme_id june =
        claims_append_source(&opened->world, "https://registry", "June", CLAIMS_TIME_NS);
    append_of_source(opened, 1, &may, "old", 1);
    append_of_source(opened, 1, &june, "new", 2);
    ask(opened, about("s", STEME_LENS_SKEPTIC));
    const steme_answer *answer = next_answer(opened);
    assert_int_equal(answer->candidate_count, 1);
    assert_int_equal(answer->conflict_millionths, 0);
    assert_memory_equal(answer->claims[0].value.text.bytes, "new", 3);
}

static void test_two_sources_of_one_agent_disagree(void **state)
{
    opened_store *opened = *state;
    steme_id one = claims_append_source(&opened->world, "https://one", "1", CLAIMS_TIME_NS);
    steme_id two = claims_append_source(&opened->world, "https://two", "1", CLAIMS_TIME_NS);
    append_of_source(opened, 1, &one, "x", 1);
    append_of_source(opened, 1, &two, "y", 2);
    ask(opened, about("s", STEME_LENS_SKEPTIC));
    const steme_answer *answer = next_answer(opened);
    assert_int_equal(answer->candidate_count, 2);
    assert_int_equal(answer->claims[0].share_millionths, 500000);
    assert_int_equal(answer->conflict_millionths, 1000000);
}

static void test_unknown_sources_are_told_apart_by_their_ids(void **state)
{
    opened_store *opened = *state;
    steme_id one = {{7}};
    steme_id two = {{7}};
    two.bytes[31] = 1; /* the index keys of both are the same */
    append_of_source(opened, 1, &one, "x", 1);
    append_of_source(opened, 1, &two, "y", 2);
    ask(opened, about("s", STEME_LENS_SKEPTIC));
    assert_int_equal(next_answer(opened)->claim_count, 2);
    assert_int_equal(count_matches(opened, (steme_query_options){.source = &one}), 1);
    assert_int_equal(count_matches(opened, (steme_query_options){.source = &two}), 1);
}

static void test_a_co_signed_claim_counts_for_each_signer(void **state)
{
    opened_store *opened = *state;
    steme_statement claim = claims_assertion("s", "is", "x", CLAIMS_TIME_NS);
    claims_append_signed(&opened->world, &claim, (const uint8_t[]){1, 2, 3}, 3);
    append_text(opened, 4, "s", "y", 1);
    ask(opened, about("s", STEME_LENS_CONSENSUS));
    const steme_answer *answer = next_answer(opened);
    assert_int_equal(answer->candidate_count, 2);
    assert_int_equal(answer->claims[0].signer_count, 3);
    assert_int_equal(answer->claims[0].record_count, 1);
    assert_int_equal(answer->claims[0].share_millionths, 750000);
    assert_int_equal(answer->receipt[0].weight_millionths + answer->receipt[1].weight_millionths,
                     4000000);
}

static void test_future_stamps_wait_until_they_are_mature(void **state)
{
    opened_store *opened = *state;
    uint64_t future_ns = CLAIMS_TIME_NS + 3650 * DAY_NS;
    append_text(opened, 1, "s", "x", 0);
    append_text(opened, 1, "s", "y", 3650 * 86400);
    steme_query_options options = about("s", STEME_LENS_RECENCY);
    ask(opened, options);
    assert_memory_equal(next_answer(opened)->claims[0].value.text.bytes, "x", 1);
    options.evaluated_at_ns = future_ns - 500000001;
    ask(opened, options);
    assert_memory_equal(next_answer(opened)->claims[0].value.text.bytes, "x", 1);
    options.evaluated_at_ns = future_ns - 500000000;
    ask(opened, options);
    assert_memory_equal(next_answer(opened)->claims[0].value.text.bytes, "y", 1);
}

static void test_answers_come_in_order_and_stop_at_the_limit(void **state)
{
    opened_store *opened = *state;
    static const char *const subjects[] = {"b", "ab", "a", "c"};
    static const char *const expected[] = {"a", "ab", "b"};
    for (uint64_t i = 0; i < 4; i++)
        append_text(opened, 1, subjects[i], "x", i);
    ask(opened, (steme_query_options){.lens = STEME_LENS_RECENCY, .limit = 3});
    for (int i = 0; i < 3; i++) {
        const steme_answer *answer = next_answer(opened);
        assert_int_equal(answer->subject.size, strlen(expected[i]));
        assert_memory_equal(answer->subject.bytes, expected[i], strlen(expected[i]));
    }
    assert_null(next_answer(opened));
}

static void test_equivalences_join_spellings(void **state)
{
    opened_store *opened = *state;
    static const uint32_t claim_counts[] = {3, 2, 1};
    append_text(opened, 1, "s", "Acme, Inc.", 1);
    append_text(opened, 2, "s", "ACME, INC.", 2);
    append_text(opened, 3, "s", "acme", 3);
    for (int kind = STEME_EQUAL_EXACT; kind <= STEME_EQUAL_NORMALIZED; kind++) {
        steme_query_options options = about("s", STEME_LENS_SKEPTIC);
        options.equivalence.kind = (steme_equivalence_kind)kind;
        ask(opened, options);
        const steme_answer *answer = next_answer(opened);
        assert_int_equal(answer->claim_count, claim_counts[kind]);
        assert_int_equal(answer->candidate_count, 3);
    }
}

/* ---- Filters ------------------------------------------------------------------------------ */

static void test_prefixes_match_whole_segments(void **state)
{
    opened_store *opened = *state;
    static const char *const subjects[] = {"a/b", "a/b/c", "a/bc", "a", "/x"};
    for (uint64_t i = 0; i < 5; i++)
        append_text(opened, 1, subjects[i], "x", i);
    static const struct {
        const char *prefix;
        uint32_t count;
    } cases[] = {{"a/b", 2}, {"a/b/", 2}, {"a", 4}, {"a/b/c/d", 0}, {"a/", 4}, {"/", 1}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(count_matches(opened, (steme_query_options){.subject_prefix = claims_text(
                                                                         cases[i].prefix)}),
                         cases[i].count);
}

static void test_prefixes_longer_than_the_index_knows_match(void **state)
{
    opened_store *opened = *state;
    append_text(opened, 1, "1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17/18/19", "x", 0);
    append_text(opened, 1, "1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17/x/19", "x", 1);
    steme_span prefix = claims_text("1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17/18");
    assert_int_equal(count_matches(opened, (steme_query_options){.subject_prefix = prefix}), 1);
}

static void test_the_object_is_compared_as_records_write_it(void **state)
{
    opened_store *opened = *state;
    steme_statement claim = claims_assertion("s", "is", "", CLAIMS_TIME_NS);
    claim.as.assertion.value = (steme_value){.kind = STEME_VALUE_NUMBER, .integer = 3};
    claims_append(&opened->world, &claim, 1);
    steme_value three = {.kind = STEME_VALUE_NUMBER, .is_real = 1, .real = 3.0};
    assert_int_equal(count_matches(opened, (steme_query_options){.object = &three}), 1);
    three.real = 3.5;
    assert_int_equal(count_matches(opened, (steme_query_options){.object = &three}), 0);
}

static void test_matches_of_one_nanosecond_come_by_stamp_and_id(void **state)
{
    opened_store *opened = *state;
    steme_id before = {{0}};
    uint32_t counter = 0;
    for (uint32_t i = 0; i < 40; i++) {
        char value[16];
        snprintf(value, sizeof value, "%u", i);
        steme_statement claim = claims_assertion("s", "is", value, CLAIMS_TIME_NS);
        claim.stamp.counter = i % 3;
        claims_append(&opened->world, &claim, 1);
    }
    ask(opened, (steme_query_options){.limit = 39});
    for (int i = 0; i < 39; i++) {
        const steme_match *match;
        steme_error error;
        claims_check(steme_query_next_match(opened->query, &match, &error), &error);
        assert_true(match->record.stamp.counter > counter ||
                    (match->record.stamp.counter == counter &&
                     memcmp(before.bytes, match->record.id.bytes, STEME_ID_SIZE) < 0));
        counter = match->record.stamp.counter;
        before = match->record.id;
    }
    const steme_match *match;
    steme_error error;
    claims_check(steme_query_next_match(opened->query, &match, &error), &error);
    assert_null(match);
}

enum { MANY_COUNT = 9000 };

/* Appends MANY_COUNT claims, the newest first, `second` apart; their ids, the oldest first. */
static const steme_id *append_many(opened_store *opened, bool has_one_subject, uint64_t second)
{
    static uint8_t records[MANY_COUNT][512];
    static steme_append items[MANY_COUNT];
    static steme_id ids[MANY_COUNT];
    static uint8_t buffer[STEME_RECORD_SIZE_MAX];
    steme_error error;
    for (uint32_t i = 0; i < MANY_COUNT; i++) {
        uint64_t number = MANY_COUNT - 1 - i;
        char subject[16];
        char value[16];
        snprintf(subject, sizeof subject, "s%u", (unsigned)(has_one_subject ? 0 : i));
        snprintf(value, sizeof value, "%u", (unsigned)i);
        steme_statement claim = claims_assertion(
            subject, "is", value, CLAIMS_TIME_NS + number * second * CLAIMS_SECOND_NS);
        steme_record record = claims_sign(&claim, (const uint8_t[]){1}, 1, buffer);
        memcpy(records[i], buffer, record.bytes.size);
        items[i] = (steme_append){.record = {records[i], record.bytes.size}};
        ids[number] = record.id;
    }
    claims_check(steme_store_append_many(opened->world.store, items, MANY_COUNT, 1, &error),
                 &error);
    return ids;
}

static int compare_ids(const void *left, const void *right)
{
    return memcmp(left, right, sizeof(steme_id));
}

static void assert_first_matches(opened_store *opened, steme_query_options options,
                                 const steme_id *ids)
{
    const steme_match *match;
    steme_error error;
    ask(opened, options);
    for (uint64_t i = 0; i < options.limit; i++) {
        claims_check(steme_query_next_match(opened->query, &match, &error), &error);
        assert_non_null(match);
        assert_true(claims_is_id(&match->record, &ids[i]));
        assert_memory_equal(match->statement.as.assertion.predicate.bytes, "is", 2);
    }
    claims_check(steme_query_next_match(opened->query, &match, &error), &error);
    assert_null(match);
}

static void test_a_limited_query_of_many_gives_the_first(void **state)
{
    opened_store *opened = *state;
    const steme_id *ids = append_many(opened, true, 1);
    static const uint64_t limits[] = {1, 5, 63, 64, 65, 4096, 4097, MANY_COUNT};
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        steme_query_options options = {.limit = limits[i]};
        assert_first_matches(opened, options, ids);
        options.subject = claims_text("s0");
        assert_first_matches(opened, options, ids);
        options.predicate = claims_text("is");
        assert_first_matches(opened, options, ids);
        options.subject = (steme_span){0};
        assert_first_matches(opened, options, ids);
    }
}

static void test_a_limit_among_equal_stamps_gives_the_least_ids(void **state)
{
    opened_store *opened = *state;
    static steme_id ids[MANY_COUNT];
    memcpy(ids, append_many(opened, false, 0), sizeof ids);
    qsort(ids, MANY_COUNT, sizeof ids[0], compare_ids);
    static const uint64_t limits[] = {1, 100, 4096, 5000};
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        steme_query_options options = {.limit = limits[i]};
        assert_first_matches(opened, options, ids);
        options.predicate = claims_text("is");
        assert_first_matches(opened, options, ids);
    }
}

/* The time of this thread that opening a query and its first match take. */
static double first_match_seconds(opened_store *opened, steme_query_options options)
{
    struct timespec from;
    struct timespec to;
    double least = 1e9;
    for (int i = 0; i < 3; i++) {
        const steme_match *match;
        steme_error error;
        end_query(opened);
        claims_check(steme_snapshot_open(opened->world.store, &opened->snapshot, &error), &error);
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &from);
        claims_check(steme_query_open(opened->snapshot, &options, &opened->query, &error), &error);
        claims_check(steme_query_next_match(opened->query, &match, &error), &error);
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &to);
        double seconds =
            (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9;
        least = seconds < least ? seconds : least;
    }
    return least;
}

static void test_a_limit_ends_the_search_early(void **state)
{
    opened_store *opened = *state;
    steme_query_options options = {.subject = claims_text("s0")};
    append_many(opened, true, 1);
    double unlimited = first_match_seconds(opened, options);
    options.limit = 5;
    assert_true(first_match_seconds(opened, options) < unlimited / 3);
}

static void test_a_limit_spares_what_cannot_be_given(void **state)
{
    opened_store *opened = *state;
    steme_query_options options = {.limit = 0};
    append_many(opened, false, 0);
    double unlimited = first_match_seconds(opened, options);
    options.limit = 5;
    assert_true(first_match_seconds(opened, options) < unlimited * 2 / 3);
}

/* ---- Odd records -------------------------------------------------------------------------- */

static void test_what_cannot_be_interpreted_is_passed_over(void **state)
{
    opened_store *opened = *state;
    static uint8_t buffer[STEME_RECORD_SIZE_MAX];
    static uint8_t whole[STEME_RECORD_SIZE_MAX];
    steme_key key = claims_key(1);
    steme_span content;
    steme_span record;
    steme_error error;
    steme_statement claim = claims_assertion("s", "is", "x", CLAIMS_TIME_NS);
    append_text(opened, 1, "s", "y", 1);
    claims_check(steme_content_encode(&claim, &key.agent, 1, buffer, &content, &error), &error);
    /* Its value's kind, [0, "x"], becomes 9. */
    uint8_t *value = memmem((void *)(uintptr_t)content.bytes, content.size, "\x82\x00\x61x", 4);
    assert_non_null(value);
    value[1] = 9;
    static const uint8_t no_signature[STEME_SIGNATURE_SIZE];
    claims_check(steme_record_assemble(content, no_signature, 1, whole, &record, &error), &error);
    steme_append item = {.record = record};
    claims_check(steme_store_append_many(opened->world.store, &item, 1, 1, &error), &error);
    assert_int_equal(item.status, STEME_OK);
    assert_int_equal(count_matches(opened, (steme_query_options){0}), 1);
    ask(opened, about("s", STEME_LENS_SKEPTIC));
    assert_int_equal(next_answer(opened)->candidate_count, 1);
}

/* Changes a byte behind `text` in the files of a folder; how often it was there. */
static int damage(const char *folder, const char *text)
{
    static uint8_t bytes[1 << 20];
    int count = 0;
    DIR *opened = opendir(folder);
    assert_non_null(opened);
    for (struct dirent *entry; (entry = readdir(opened)) != NULL;) {
        char path[1024];
        struct stat stat_of;
        snprintf(path, sizeof path, "%.700s/%.255s", folder, entry->d_name);
        if (entry->d_name[0] == '.' || stat(path, &stat_of) != 0)
            continue;
        if (S_ISDIR(stat_of.st_mode)) {
            count += damage(path, text);
            continue;
        }
        FILE *file = fopen(path, "r+b");
        assert_non_null(file);
        size_t size = fread(bytes, 1, sizeof bytes, file);
        uint8_t *found = memmem(bytes, size, text, strlen(text));
        if (found != NULL) {
            fseek(file, found - bytes, SEEK_SET);
            fputc('#', file);
            count++;
        }
        fclose(file);
    }
    closedir(opened);
    return count;
}

static void test_a_damaged_record_is_passed_over(void **state)
{
    opened_store *opened = *state;
    steme_error error;
    append_text(opened, 1, "s", "this-is-to-be-damaged", 1);
    append_text(opened, 2, "s", "x", 2);
    append_text(opened, 3, "s", "y", 3);
    steme_store_close(opened->world.store);
    opened->world.store = NULL;
    assert_int_equal(damage(opened->world.directory, "this-is-to-be-damaged"), 1);
    claims_reopen(&opened->world);
    assert_int_equal(count_matches(opened, (steme_query_options){0}), 2);
    ask(opened, about("s", STEME_LENS_SKEPTIC));
    assert_int_equal(next_answer(opened)->candidate_count, 2);
    steme_query_close(opened->query);
    opened->query = NULL;
    steme_conflict_summary summary;
    claims_check(steme_conflicts_open(opened->snapshot, &(steme_conflict_options){0}, &summary,
                                      &opened->query, &error),
                 &error);
    assert_int_equal(next_answer(opened)->candidate_count, 2);
    assert_null(next_answer(opened));
}

/* ---- Options and failures ----------------------------------------------------------------- */

static steme_status try_open(opened_store *opened, steme_query_options options, steme_error *error)
{
    end_query(opened);
    claims_check(steme_snapshot_open(opened->world.store, &opened->snapshot, error), error);
    return steme_query_open(opened->snapshot, &options, &opened->query, error);
}

static void test_bad_options_are_named(void **state)
{
    opened_store *opened = *state;
    steme_error error;
    assert_int_equal(
        try_open(opened, (steme_query_options){.lens = (steme_lens)STEME_LENS_COUNT}, &error),
        STEME_INVALID);
    assert_non_null(strstr(error.message, "lens"));
    steme_query_options options = {.equivalence = {STEME_EQUAL_NUMBER, -1}};
    assert_int_equal(try_open(opened, options, &error), STEME_INVALID);
    assert_non_null(strstr(error.message, "equivalence"));
    options.equivalence.tolerance = 1e308 * 10;
    assert_int_equal(try_open(opened, options, &error), STEME_INVALID);
    options.equivalence = (steme_equivalence){(steme_equivalence_kind)9, 0};
    assert_int_equal(try_open(opened, options, &error), STEME_INVALID);
    steme_value no_text = {.kind = STEME_VALUE_TEXT, .text = {NULL, 5}};
    options = (steme_query_options){.object = &no_text};
    assert_int_equal(try_open(opened, options, &error), STEME_INVALID);
    assert_non_null(strstr(error.message, "object"));
    steme_conflict_summary summary;
    assert_int_equal(steme_conflicts_open(opened->snapshot,
                                          &(steme_conflict_options){.limit = 10001}, &summary,
                                          &opened->query, &error),
                     STEME_INVALID);
    assert_non_null(strstr(error.message, "limit"));
}

static void test_matches_and_answers_are_not_mixed_up(void **state)
{
    opened_store *opened = *state;
    const steme_match *match;
    const steme_answer *answer;
    ask(opened, (steme_query_options){0});
    assert_int_equal(steme_query_next_answer(opened->query, &answer, NULL), STEME_INVALID);
    ask(opened, about("s", STEME_LENS_SKEPTIC));
    assert_int_equal(steme_query_next_match(opened->query, &match, NULL), STEME_INVALID);
}

static long allocations_left;

static int fail_when_none_are_left(void)
{
    return allocations_left-- <= 0;
}

/* Fails the 1st, 2nd … allocation until one run needs no more. */
static void fail_each_allocation(opened_store *opened, steme_status (*run)(steme_snapshot *))
{
    steme_error error;
    end_query(opened);
    claims_reopen(&opened->world); /* its threads have nothing to do then */
    claims_check(steme_snapshot_open(opened->world.store, &opened->snapshot, &error), &error);
    steme_status status = STEME_NO_MEMORY;
    long failure = 0;
    for (; status == STEME_NO_MEMORY; failure++) {
        allocations_left = failure;
        base_alloc_fault = fail_when_none_are_left;
        status = run(opened->snapshot);
        base_alloc_fault = NULL;
    }
    assert_int_equal(status, STEME_OK);
    assert_true(failure > 3);
}

static steme_status run_answers(steme_snapshot *snapshot)
{
    steme_query_options options = {.lens = STEME_LENS_CONSENSUS,
                                   .equivalence = {STEME_EQUAL_NORMALIZED, 0}};
    steme_query *query;
    const steme_answer *answer;
    steme_status status = steme_query_open(snapshot, &options, &query, NULL);
    if (status != STEME_OK)
        return status;
    do {
        status = steme_query_next_answer(query, &answer, NULL);
    } while (status == STEME_OK && answer != NULL);
    steme_query_close(query);
    return status;
}

static steme_status run_matches(steme_snapshot *snapshot)
{
    steme_query_options options = {.predicate = claims_text("is")};
    steme_query *query;
    const steme_match *match;
    steme_status status = steme_query_open(snapshot, &options, &query, NULL);
    if (status != STEME_OK)
        return status;
    do {
        status = steme_query_next_match(query, &match, NULL);
    } while (status == STEME_OK && match != NULL);
    steme_query_close(query);
    return status;
}

static steme_status run_conflicts(steme_snapshot *snapshot)
{
    steme_conflict_options options = {.equivalence = {STEME_EQUAL_EXACT, 0}, .limit = 1};
    steme_conflict_summary summary;
    steme_query *query;
    const steme_answer *answer;
    steme_status status = steme_conflicts_open(snapshot, &options, &summary, &query, NULL);
    if (status != STEME_OK)
        return status;
    do {
        status = steme_query_next_answer(query, &answer, NULL);
    } while (status == STEME_OK && answer != NULL);
    steme_query_close(query);
    return status;
}

static steme_status run_fit(steme_snapshot *snapshot)
{
    steme_truth_model *model;
    steme_status status = steme_truth_fit(snapshot, &(steme_truth_fit_options){0}, &model, NULL);
    if (status == STEME_OK)
        steme_truth_model_free(model);
    return status;
}

static void test_no_memory_is_told_and_nothing_leaks(void **state)
{
    opened_store *opened = *state;
    steme_id one = claims_append_source(&opened->world, "https://one", "1", CLAIMS_TIME_NS);
    steme_id two = {{7}};
    append_of_source(opened, 1, &one, "Ä", 1);
    append_of_source(opened, 1, &two, "B", 2);
    append_text(opened, 2, "s", "C", 3);
    append_text(opened, 2, "t", "C", 4);
    append_text(opened, 3, "t", "D", 4);
    fail_each_allocation(opened, run_answers);
    fail_each_allocation(opened, run_matches);
    fail_each_allocation(opened, run_conflicts);
    fail_each_allocation(opened, run_fit);
}

#define QUERY_TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

static const struct CMUnitTest tests[] = {
    QUERY_TEST(test_nothing_known_is_no_answer),
    QUERY_TEST(test_an_edition_replaces_the_one_before_it),
    QUERY_TEST(test_two_sources_of_one_agent_disagree),
    QUERY_TEST(test_unknown_sources_are_told_apart_by_their_ids),
    QUERY_TEST(test_a_co_signed_claim_counts_for_each_signer),
    QUERY_TEST(test_future_stamps_wait_until_they_are_mature),
    QUERY_TEST(test_answers_come_in_order_and_stop_at_the_limit),
    QUERY_TEST(test_equivalences_join_spellings),
    QUERY_TEST(test_prefixes_match_whole_segments),
    QUERY_TEST(test_prefixes_longer_than_the_index_knows_match),
    QUERY_TEST(test_the_object_is_compared_as_records_write_it),
    QUERY_TEST(test_matches_of_one_nanosecond_come_by_stamp_and_id),
    QUERY_TEST(test_a_limited_query_of_many_gives_the_first),
    QUERY_TEST(test_a_limit_among_equal_stamps_gives_the_least_ids),
    QUERY_TEST(test_a_limit_ends_the_search_early),
    QUERY_TEST(test_a_limit_spares_what_cannot_be_given),
    QUERY_TEST(test_what_cannot_be_interpreted_is_passed_over),
    QUERY_TEST(test_a_damaged_record_is_passed_over),
    QUERY_TEST(test_bad_options_are_named),
    QUERY_TEST(test_matches_and_answers_are_not_mixed_up),
    QUERY_TEST(test_no_memory_is_told_and_nothing_leaks),
};

TEST_MAIN(tests)
