/* Random histories, asked through the store and worked out by plain loops from docs/lenses.md.
 *
 * A history has few subjects, agents, sources and times, so that ties, editions, co-signatures,
 * future stamps and backdated claims are frequent. Records arrive in random order, the store is
 * closed and opened between, and the question may come from before or after their time. */
#include "support/claims.h"
#include "support/given_list.h"

#include "lens/lens.h"

enum {
    WORLD_COUNT = 24,
    RECORD_COUNT = 200,
    SUBJECT_COUNT = 5,
    PREDICATE_COUNT = 2,
    AGENT_COUNT = 3,
    SOURCE_COUNT = 6,
    VALUE_COUNT = 9,
    EQUIVALENCE_COUNT = 4,
    ROUND_COUNT = 10, /* times that the store is closed and opened */
};

#define FUTURE_NS (CLAIMS_TIME_NS + UINT64_C(4) * 365 * 86400 * CLAIMS_SECOND_NS)
#define MATURE_NS (UINT64_C(500) * 1000000)

static const char *const subjects[SUBJECT_COUNT] = {"a", "a/b", "a/b/c", "a/bc", "z"};
static const char *const predicates[PREDICATE_COUNT] = {"is", "vendor"};

/* Values, and the class of each under exact, folded, normalized and number:0.5. */
static const struct test_value {
    steme_relation relation;
    steme_value value;
    int classes[EQUIVALENCE_COUNT];
} values[VALUE_COUNT] = {
    {0, {.kind = STEME_VALUE_TEXT, .text = {(const uint8_t *)"Acme Inc.", 9}}, {0, 0, 0, 0}},
    {0, {.kind = STEME_VALUE_TEXT, .text = {(const uint8_t *)"ACME inc.", 9}}, {1, 0, 0, 1}},
    {0, {.kind = STEME_VALUE_TEXT, .text = {(const uint8_t *)"acme", 4}}, {2, 2, 0, 2}},
    {0, {.kind = STEME_VALUE_TEXT, .text = {(const uint8_t *)"\xc3\x89ire", 5}}, {3, 3, 3, 3}},
    {0, {.kind = STEME_VALUE_TEXT, .text = {(const uint8_t *)"e\xcc\x81ire", 6}}, {4, 3, 3, 4}},
    {0, {.kind = STEME_VALUE_NUMBER, .integer = 1}, {5, 5, 5, 5}},
    {0, {.kind = STEME_VALUE_NUMBER, .is_real = 1, .real = 1.5}, {6, 6, 6, 5}},
    {STEME_RELATION_NOT_EQUAL,
     {.kind = STEME_VALUE_TEXT, .text = {(const uint8_t *)"acme", 4}},
     {7, 7, 7, 7}},
    {STEME_RELATION_NONE, {0}, {8, 8, 8, 8}},
};

static const steme_equivalence equivalences[EQUIVALENCE_COUNT] = {
    {STEME_EQUAL_EXACT, 0},
    {STEME_EQUAL_FOLDED, 0},
    {STEME_EQUAL_NORMALIZED, 0},
    {STEME_EQUAL_NUMBER, 0.5},
};

/* Names by source number; 0 is no source. 3 is an edition that is not mature before FUTURE_NS, and
 * 5 is never appended: they go by their ids. */
static const char *const source_names[SOURCE_COUNT] = {"",        "reg://a", "reg://a",
                                                       "reg://a", "reg://b", "?"};

typedef struct model_record {
    int subject, predicate, value, source;
    uint8_t signers[2]; /* agents, ascending */
    int signer_count;
    steme_stamp stamp;
    int64_t claim_time_ns;
    steme_id id;
    uint8_t *bytes;
    size_t size;
} model_record;

typedef struct history {
    claims_store world;
    model_record records[RECORD_COUNT];
    int count; /* appended */
    steme_id sources[SOURCE_COUNT];
    uint64_t random;
} history;

/* A question: when, and under which equivalence. */
typedef struct question {
    uint64_t evaluated_at_ns;
    int64_t as_of_ns;
    int equivalence;
} question;

/* ---- Making histories --------------------------------------------------------------------- */

static uint64_t pick(history *model, uint64_t count)
{
    return test_random(&model->random) % count;
}

static void make_times(history *model, model_record *record)
{
    record->stamp.time_ns = CLAIMS_TIME_NS + pick(model, 6) * CLAIMS_SECOND_NS;
    if (pick(model, 8) == 0)
        record->stamp.time_ns = FUTURE_NS + pick(model, 3) * CLAIMS_SECOND_NS;
    record->stamp.counter = (uint32_t)pick(model, 2);
    record->stamp.node[0] = (uint8_t)pick(model, 2);
    record->claim_time_ns = steme_stamp_claim_time(&record->stamp);
    uint64_t kind = pick(model, 10);
    if (kind < 3)
        record->claim_time_ns = (int64_t)(CLAIMS_TIME_NS + pick(model, 3) * CLAIMS_SECOND_NS);
    else if (kind == 3) /* claimed ahead of its stamp */
        record->claim_time_ns = (int64_t)(FUTURE_NS + pick(model, 2) * CLAIMS_SECOND_NS);
}

static void make_record(history *model, model_record *record)
{
    static uint8_t buffer[STEME_RECORD_SIZE_MAX];
    record->subject = (int)pick(model, SUBJECT_COUNT);
    record->predicate = (int)pick(model, PREDICATE_COUNT);
    record->value = (int)pick(model, VALUE_COUNT);
    record->source = pick(model, 2) == 0 ? 0 : (int)pick(model, SOURCE_COUNT);
    record->signers[0] = (uint8_t)pick(model, AGENT_COUNT);
    record->signers[1] = (uint8_t)pick(model, AGENT_COUNT);
    record->signer_count = record->signers[0] == record->signers[1] ? 1 : 2;
    make_times(model, record);
    steme_statement statement =
        claims_assertion(subjects[record->subject], predicates[record->predicate], "", 0);
    statement.stamp = record->stamp;
    statement.claim_time_ns = record->claim_time_ns;
    statement.as.assertion.relation = values[record->value].relation;
    statement.as.assertion.value = values[record->value].value;
    statement.as.assertion.has_valid_from = 1; /* no two records are the same */
    statement.as.assertion.valid_from_s = record - model->records;
    if (record->source > 0)
        claims_set_source(&statement, &model->sources[record->source]);
    steme_record signed_record =
        claims_sign(&statement, record->signers, (uint32_t)record->signer_count, buffer);
    record->id = signed_record.id;
    record->size = signed_record.bytes.size;
    record->bytes = malloc(record->size);
    assert_non_null(record->bytes);
    memcpy(record->bytes, buffer, record->size);
}

static void open_model(history *model, uint64_t seed)
{
    *model = (history){.random = seed};
    claims_open(&model->world);
    for (int i = 1; i < SOURCE_COUNT; i++) {
        char edition[16];
        snprintf(edition, sizeof edition, "%d", i);
        if (i == 5)
            memset(model->sources[i].bytes, 0x5a, STEME_ID_SIZE);
        else
            model->sources[i] = claims_append_source(&model->world, source_names[i], edition,
                                                     i == 3 ? FUTURE_NS : CLAIMS_TIME_NS);
    }
    for (int i = 0; i < RECORD_COUNT; i++)
        make_record(model, &model->records[i]);
}

/* The fold's rows, of which merges drop some, are checked against the log too. */
static void print_fault(void *context, const char *fault)
{
    (void)context;
    print_error("%s\n", fault);
}

static void close_model(history *model)
{
    steme_verify_report report;
    steme_error error;
    claims_check(steme_store_verify(model->world.store, print_fault, NULL, NULL, &report, &error),
                 &error);
    assert_int_equal(report.fault_count, 0);
    for (int i = 0; i < RECORD_COUNT; i++)
        free(model->records[i].bytes);
    claims_close(&model->world);
}

static void append_next(history *model, int count)
{
    steme_append items[RECORD_COUNT];
    steme_error error;
    if (count > RECORD_COUNT - model->count)
        count = RECORD_COUNT - model->count;
    for (int i = 0; i < count; i++) {
        const model_record *record = &model->records[model->count + i];
        items[i] = (steme_append){.record = {record->bytes, record->size}};
    }
    claims_check(steme_store_append_many(model->world.store, items, (size_t)count, 1, &error),
                 &error);
    for (int i = 0; i < count; i++)
        assert_int_equal(items[i].status, STEME_OK);
    model->count += count;
}

static question make_question(history *model)
{
    static const uint64_t times[] = {
        CLAIMS_TIME_NS + 2 * CLAIMS_SECOND_NS,
        CLAIMS_TIME_NS + 365 * 86400 * CLAIMS_SECOND_NS,
        CLAIMS_TIME_NS + 365 * 86400 * CLAIMS_SECOND_NS,
        FUTURE_NS + 1 * CLAIMS_SECOND_NS,
        FUTURE_NS + 9 * CLAIMS_SECOND_NS,
    };
    question asked = {.evaluated_at_ns = times[pick(model, 5)],
                      .equivalence = (int)pick(model, EQUIVALENCE_COUNT)};
    asked.as_of_ns = (int64_t)(asked.evaluated_at_ns + MATURE_NS);
    return asked;
}

/* ---- The plain loops ---------------------------------------------------------------------- */

static int compare_ids(const model_record *left, const model_record *right)
{
    int order = steme_stamp_compare(&left->stamp, &right->stamp);
    return order != 0 ? order : memcmp(left->id.bytes, right->id.bytes, STEME_ID_SIZE);
}

static int compare_ages(const model_record *left, const model_record *right)
{
    if (left->claim_time_ns != right->claim_time_ns)
        return left->claim_time_ns < right->claim_time_ns ? -1 : 1;
    return compare_ids(left, right);
}

static int counts(const model_record *record, const question *asked)
{
    return record->stamp.time_ns <= asked->evaluated_at_ns + MATURE_NS &&
           record->claim_time_ns <= asked->as_of_ns;
}

/* A number per source name. */
static int name_of(int source, const question *asked)
{
    int is_edition = source == 1 || source == 2 ||
                     (source == 3 && FUTURE_NS <= asked->evaluated_at_ns + MATURE_NS &&
                      (int64_t)FUTURE_NS <= asked->as_of_ns);
    return is_edition ? 1 : source;
}

static int is_signer(const model_record *record, int agent)
{
    return record->signers[0] == agent || record->signers[1] == agent;
}

/* Whether the record is its signer's newest from its source. */
static int is_newest(const history *model, const model_record *record, int agent,
                     const question *asked)
{
    for (int i = 0; i < model->count; i++) {
        const model_record *other = &model->records[i];
        if (other->subject == record->subject && other->predicate == record->predicate &&
            counts(other, asked) && is_signer(other, agent) &&
            name_of(other->source, asked) == name_of(record->source, asked) &&
            compare_ages(other, record) > 0)
            return 0;
    }
    return 1;
}

typedef struct expected_claim {
    uint64_t units;
    uint32_t signer_count, record_count;
    const model_record *newest, *last;
} expected_claim;

typedef struct expected_answer {
    expected_claim claims[VALUE_COUNT]; /* by class; record_count 0 = none */
    int claim_count, identity_count, candidate_count, speaker_count;
    uint32_t conflict;
    uint64_t rank;
} expected_answer;

static void expect_conflict(expected_answer *answer)
{
    uint64_t entropy = 0;
    uint64_t most = 0;
    uint64_t shares[VALUE_COUNT];
    int count = 0;
    int all_equal = 1;
    for (int i = 0; i < VALUE_COUNT; i++) {
        if (answer->claims[i].record_count == 0)
            continue;
        uint64_t units = answer->claims[i].units;
        shares[count] = units / (uint64_t)answer->identity_count;
        entropy += lens_entropy_term((uint32_t)shares[count]);
        all_equal &= shares[count] == shares[0];
        most = units > most ? units : most;
        count++;
    }
    answer->conflict = lens_conflict_score(entropy, (uint32_t)count, all_equal);
    answer->rank = ((uint64_t)answer->identity_count * 1000000 - most) * answer->conflict;
}

static expected_answer expect(const history *model, int subject, int predicate,
                              const question *asked)
{
    expected_answer answer = {0};
    int has_record[RECORD_COUNT] = {0};
    for (int agent = 0; agent < AGENT_COUNT; agent++) {
        int says[VALUE_COUNT] = {0};
        int value_count = 0;
        for (int i = 0; i < model->count; i++) {
            const model_record *record = &model->records[i];
            if (record->subject != subject || record->predicate != predicate ||
                !counts(record, asked) || !is_signer(record, agent) ||
                !is_newest(model, record, agent, asked))
                continue;
            int class = values[record->value].classes[asked->equivalence];
            answer.speaker_count++;
            value_count += !says[class];
            says[class] = 1;
            has_record[i] = 1;
        }
        for (int class = 0; class < VALUE_COUNT; class ++)
            if (says[class]) {
                answer.claims[class].units += (uint64_t)(1000000 / value_count);
                answer.claims[class].signer_count++;
            }
        answer.identity_count += value_count > 0;
    }
    for (int i = 0; i < model->count; i++) {
        const model_record *record = &model->records[i];
        if (!has_record[i])
            continue;
        expected_claim *claim = &answer.claims[values[record->value].classes[asked->equivalence]];
        answer.claim_count += claim->record_count++ == 0;
        answer.candidate_count++;
        if (claim->newest == NULL || compare_ages(record, claim->newest) > 0)
            claim->newest = record;
        if (claim->last == NULL || compare_ids(record, claim->last) > 0)
            claim->last = record;
    }
    if (answer.identity_count > 0)
        expect_conflict(&answer);
    return answer;
}

/* Whether claim `left` stands before `right` under a lens. */
static int is_before(const expected_answer *answer, steme_lens lens, const expected_claim *left,
                     const expected_claim *right)
{
    uint64_t left_share = left->units / (uint64_t)answer->identity_count;
    uint64_t right_share = right->units / (uint64_t)answer->identity_count;
    if (lens == STEME_LENS_RECENCY)
        return compare_ages(left->newest, right->newest) > 0;
    if (left_share != right_share)
        return left_share > right_share;
    return compare_ids(left->last, right->last) > 0;
}

/* The best claim that is not `other`. */
static const expected_claim *best_claim(const expected_answer *answer, steme_lens lens,
                                        const expected_claim *other)
{
    const expected_claim *best = NULL;
    for (int i = 0; i < VALUE_COUNT; i++) {
        const expected_claim *claim = &answer->claims[i];
        if (claim->record_count > 0 && claim != other &&
            (best == NULL || is_before(answer, lens, claim, best)))
            best = claim;
    }
    return best;
}

/* ---- Comparing ---------------------------------------------------------------------------- */

static void assert_claims(const steme_answer *answer, const expected_answer *expected)
{
    steme_lens order = STEME_LENS_CONSENSUS;
    expected_answer left = *expected;
    assert_int_equal(answer->claim_count, expected->claim_count);
    for (uint32_t i = 0; i < answer->claim_count; i++) {
        const steme_answer_claim *claim = &answer->claims[i];
        expected_claim *wanted = (expected_claim *)(uintptr_t)best_claim(&left, order, NULL);
        assert_int_equal(claim->share_millionths,
                         wanted->units / (uint64_t)expected->identity_count);
        assert_int_equal(claim->signer_count, wanted->signer_count);
        assert_int_equal(claim->record_count, wanted->record_count);
        assert_int_equal(claim->relation, values[wanted->newest->value].relation);
        assert_int_equal(claim->value.text.size, values[wanted->newest->value].value.text.size);
        for (uint32_t at = 1; at < claim->record_count; at++)
            assert_true(
                memcmp(claim->records[at - 1].bytes, claim->records[at].bytes, STEME_ID_SIZE) < 0);
        wanted->record_count = 0; /* taken */
    }
}

static void assert_answer(const steme_answer *answer, const expected_answer *expected)
{
    const expected_claim *winner = best_claim(expected, answer->lens, NULL);
    const expected_claim *runner_up = best_claim(expected, answer->lens, winner);
    uint64_t weights = 0;
    uint64_t units = 0;
    assert_int_equal(answer->candidate_count, expected->candidate_count);
    assert_int_equal(answer->conflict_millionths, expected->conflict);
    assert_int_equal(answer->receipt_count, expected->candidate_count);
    assert_claims(answer, expected);
    for (uint32_t i = 0; i < answer->receipt_count; i++)
        weights += answer->receipt[i].weight_millionths;
    for (int i = 0; i < VALUE_COUNT; i++)
        units += expected->claims[i].units;
    assert_int_equal(weights, units);
    assert_int_equal(answer->has_winner, answer->lens != STEME_LENS_SKEPTIC);
    if (!answer->has_winner)
        return;
    assert_true(claims_is_id(&answer->winner, &winner->newest->id));
    assert_int_equal(answer->has_runner_up, runner_up != NULL);
    if (runner_up != NULL)
        assert_true(claims_is_id(&answer->runner_up, &runner_up->newest->id));
}

static int index_of(const char *const *texts, int count, steme_span text)
{
    for (int i = 0; i < count; i++)
        if (strlen(texts[i]) == text.size && memcmp(texts[i], text.bytes, text.size) == 0)
            return i;
    fail_msg("an answer about \"%.*s\"", (int)text.size, (const char *)text.bytes);
    return -1;
}

/* All answers of one question: each pair's, in order. Both texts' lists are ascending. */
static void check_answers(history *model, steme_snapshot *snapshot, const question *asked)
{
    steme_error error;
    steme_query *query;
    const steme_answer *answer;
    steme_lens lens = (steme_lens)(STEME_LENS_RECENCY + pick(model, 3));
    steme_query_options options = {.lens = lens,
                                   .equivalence = equivalences[asked->equivalence],
                                   .evaluated_at_ns = asked->evaluated_at_ns,
                                   .has_as_of = 1,
                                   .as_of_ns = asked->as_of_ns};
    claims_check(steme_query_open(snapshot, &options, &query, &error), &error);
    for (int pair = 0; pair < SUBJECT_COUNT * PREDICATE_COUNT; pair++) {
        int subject = pair / PREDICATE_COUNT;
        int predicate = pair % PREDICATE_COUNT;
        expected_answer expected = expect(model, subject, predicate, asked);
        if (expected.candidate_count == 0)
            continue;
        claims_check(steme_query_next_answer(query, &answer, &error), &error);
        assert_non_null(answer);
        assert_int_equal(index_of(subjects, SUBJECT_COUNT, answer->subject), subject);
        assert_int_equal(index_of(predicates, PREDICATE_COUNT, answer->predicate), predicate);
        assert_answer(answer, &expected);
    }
    claims_check(steme_query_next_answer(query, &answer, &error), &error);
    assert_null(answer);
    steme_query_close(query);
}

static void check_conflicts(history *model, steme_snapshot *snapshot, const question *asked)
{
    steme_error error;
    steme_query *query;
    steme_conflict_summary summary;
    steme_conflict_summary wanted = {0};
    expected_answer expected[SUBJECT_COUNT * PREDICATE_COUNT];
    int is_given[SUBJECT_COUNT * PREDICATE_COUNT] = {0};
    int only = pick(model, 3) == 0 ? (int)pick(model, PREDICATE_COUNT) : -1;
    uint64_t limit = 1 + pick(model, 16);
    steme_conflict_options options = {.equivalence = equivalences[asked->equivalence],
                                      .predicate = only >= 0 ? claims_text(predicates[only])
                                                             : (steme_span){0},
                                      .limit = limit,
                                      .evaluated_at_ns = asked->evaluated_at_ns};
    for (int subject = 0; subject < SUBJECT_COUNT; subject++) {
        int has_pair = 0;
        for (int predicate = 0; predicate < PREDICATE_COUNT; predicate++) {
            expected_answer *answer = &expected[subject * PREDICATE_COUNT + predicate];
            *answer = (expected_answer){0};
            if (only < 0 || only == predicate)
                *answer = expect(model, subject, predicate, asked);
            has_pair |= answer->candidate_count > 0;
            wanted.pair_count += answer->candidate_count > 0;
            wanted.shared_count += answer->speaker_count > 1;
            wanted.disputed_count += answer->claim_count > 1;
        }
        wanted.subject_count += (uint64_t)has_pair;
    }
    claims_check(steme_conflicts_open(snapshot, &options, &summary, &query, &error), &error);
    assert_int_equal(summary.subject_count, wanted.subject_count);
    assert_int_equal(summary.pair_count, wanted.pair_count);
    assert_int_equal(summary.shared_count, wanted.shared_count);
    assert_int_equal(summary.disputed_count, wanted.disputed_count);
    for (uint64_t i = 0; i < limit && i < wanted.disputed_count; i++) {
        const steme_answer *answer;
        int best = -1;
        for (int pair = 0; pair < SUBJECT_COUNT * PREDICATE_COUNT; pair++)
            if (!is_given[pair] && expected[pair].claim_count > 1 &&
                (best < 0 || expected[pair].rank > expected[best].rank))
                best = pair;
        claims_check(steme_query_next_answer(query, &answer, &error), &error);
        assert_non_null(answer);
        assert_int_equal(index_of(subjects, SUBJECT_COUNT, answer->subject),
                         best / PREDICATE_COUNT);
        assert_int_equal(index_of(predicates, PREDICATE_COUNT, answer->predicate),
                         best % PREDICATE_COUNT);
        assert_answer(answer, &expected[best]);
        is_given[best] = 1;
    }
    steme_query_close(query);
}

/* ---- Matches ------------------------------------------------------------------------------ */

typedef struct filter_set {
    int subject, prefix, predicate, value, agent, source; /* -1 = any */
    int has_since;
    int64_t since_ns;
    uint64_t limit;
} filter_set;

static int maybe(history *model, int count)
{
    return pick(model, 3) == 0 ? (int)pick(model, (uint64_t)count) : -1;
}

static int has_prefix(const char *subject, const char *prefix)
{
    size_t size = strlen(prefix);
    return strncmp(subject, prefix, size) == 0 && (subject[size] == '\0' || subject[size] == '/');
}

static int passes(const model_record *record, const filter_set *filters, const question *asked)
{
    return counts(record, asked) && (filters->subject < 0 || record->subject == filters->subject) &&
           (filters->prefix < 0 ||
            has_prefix(subjects[record->subject], subjects[filters->prefix])) &&
           (filters->predicate < 0 || record->predicate == filters->predicate) &&
           (filters->value < 0 || record->value == filters->value ||
            (filters->value == 2 && record->value == 7)) && /* the relation is not looked at */
           (filters->agent < 0 || is_signer(record, filters->agent)) &&
           (filters->source < 0 || record->source == filters->source) &&
           (!filters->has_since || record->claim_time_ns >= filters->since_ns);
}

static void check_matches(history *model, steme_snapshot *snapshot, const question *asked)
{
    steme_error error;
    steme_query *query;
    const steme_match *match;
    filter_set filters = {maybe(model, SUBJECT_COUNT),
                          maybe(model, SUBJECT_COUNT),
                          maybe(model, PREDICATE_COUNT),
                          maybe(model, 7),
                          maybe(model, AGENT_COUNT),
                          maybe(model, SOURCE_COUNT),
                          .has_since = pick(model, 4) == 0,
                          .since_ns = (int64_t)(CLAIMS_TIME_NS + 2 * CLAIMS_SECOND_NS),
                          .limit = pick(model, 2) * (1 + pick(model, 5))};
    filters.source = filters.source == 0 ? -1 : filters.source;
    steme_key key = claims_key((uint8_t)(filters.agent < 0 ? 0 : filters.agent));
    steme_query_options options = {.evaluated_at_ns = asked->evaluated_at_ns,
                                   .has_since = filters.has_since,
                                   .since_ns = filters.since_ns,
                                   .limit = filters.limit};
    if (filters.subject >= 0)
        options.subject = claims_text(subjects[filters.subject]);
    if (filters.prefix >= 0)
        options.subject_prefix = claims_text(subjects[filters.prefix]);
    if (filters.predicate >= 0)
        options.predicate = claims_text(predicates[filters.predicate]);
    if (filters.value >= 0)
        options.object = &values[filters.value].value;
    if (filters.agent >= 0)
        options.agent = &key.agent;
    if (filters.source >= 0)
        options.source = &model->sources[filters.source];
    claims_check(steme_query_open(snapshot, &options, &query, &error), &error);
    const model_record *before = NULL;
    for (uint64_t given = 0; filters.limit == 0 || given < filters.limit; given++) {
        const model_record *next = NULL;
        for (int i = 0; i < model->count; i++) {
            const model_record *record = &model->records[i];
            if (passes(record, &filters, asked) &&
                (before == NULL || compare_ids(record, before) > 0) &&
                (next == NULL || compare_ids(record, next) < 0))
                next = record;
        }
        if (next == NULL)
            break;
        claims_check(steme_query_next_match(query, &match, &error), &error);
        assert_non_null(match);
        assert_true(claims_is_id(&match->record, &next->id));
        before = next;
    }
    claims_check(steme_query_next_match(query, &match, &error), &error);
    assert_null(match);
    steme_query_close(query);
}

/* ---- Pages -------------------------------------------------------------------------------- */

/* Adds what one query gives, and leaves its cursor: empty where nothing follows. */
static void take_page(history *model, const steme_query_options *options, given_list *list,
                      char cursor[STEME_CURSOR_SIZE_MAX])
{
    steme_error error;
    steme_snapshot *snapshot;
    steme_query *query;
    const steme_match *match = NULL;
    const steme_answer *answer = NULL;
    const char *next = NULL;
    int before = list->count;
    claims_check(steme_snapshot_open(model->world.store, &snapshot, &error), &error);
    claims_check(steme_query_open(snapshot, options, &query, &error), &error);
    for (;;) {
        if (options->lens == STEME_LENS_NONE)
            claims_check(steme_query_next_match(query, &match, &error), &error);
        else
            claims_check(steme_query_next_answer(query, &answer, &error), &error);
        if (match == NULL && answer == NULL)
            break;
        given_list_add(list, match, answer);
        if (pick(model, 4) == 0) /* a look ahead takes nothing away */
            claims_check(steme_query_cursor(query, &next, &error), &error);
    }
    if (list->count > before)
        claims_check(steme_query_cursor(query, &next, &error), &error);
    snprintf(cursor, STEME_CURSOR_SIZE_MAX, "%s", next == NULL ? "" : next);
    steme_query_close(query);
    steme_snapshot_close(snapshot);
}

static steme_query_options any_list(history *model, const question *asked)
{
    steme_query_options options = {.evaluated_at_ns = asked->evaluated_at_ns,
                                   .lens = (steme_lens)pick(model, 4),
                                   .equivalence = equivalences[asked->equivalence]};
    if (maybe(model, 1) == 0)
        options.subject_prefix = claims_text("a");
    if (maybe(model, 1) == 0)
        options.predicate = claims_text(predicates[0]);
    if (maybe(model, 1) == 0)
        options.source = &model->sources[1];
    if (maybe(model, 1) == 0)
        options.object = &values[5].value;
    return options;
}

static void check_pages(history *model, steme_snapshot *snapshot, const question *asked)
{
    static given_list whole, paged;
    char cursor[STEME_CURSOR_SIZE_MAX];
    steme_query_options options = any_list(model, asked);
    (void)snapshot;
    whole.count = paged.count = 0;
    take_page(model, &options, &whole, cursor);
    assert_string_equal(cursor, "");
    do {
        options.limit = 1 + pick(model, 7);
        take_page(model, &options, &paged, cursor);
        options.cursor = claims_text(cursor);
        options.evaluated_at_ns = pick(model, 2) * asked->evaluated_at_ns; /* the cursor has it */
    } while (cursor[0] != '\0');
    assert_int_equal(paged.count, whole.count);
    given_list_assert_holds(&whole, &paged);
}

/* Records arrive between the pages: those of the beginning are all given, once, all the same. */
static void check_pages_of_a_growing_set(history *model, steme_snapshot *snapshot,
                                         const question *asked)
{
    static given_list whole, paged;
    char cursor[STEME_CURSOR_SIZE_MAX];
    steme_query_options options = any_list(model, asked);
    (void)snapshot;
    options.lens = STEME_LENS_NONE;
    whole.count = paged.count = 0;
    take_page(model, &options, &whole, cursor);
    do {
        options.limit = 1 + pick(model, 3);
        take_page(model, &options, &paged, cursor);
        options.cursor = claims_text(cursor);
        append_next(model, (int)pick(model, 3));
    } while (cursor[0] != '\0');
    given_list_assert_holds(&paged, &whole);
}

static void check_refused(history *model, const steme_query_options *options)
{
    steme_error error;
    steme_snapshot *snapshot;
    steme_query *query;
    claims_check(steme_snapshot_open(model->world.store, &snapshot, &error), &error);
    assert_int_equal(steme_query_open(snapshot, options, &query, &error), STEME_INVALID);
    steme_snapshot_close(snapshot);
}

static void check_foreign_cursors(history *model, steme_snapshot *snapshot, const question *asked)
{
    static given_list list;
    char cursor[STEME_CURSOR_SIZE_MAX];
    steme_query_options options = any_list(model, asked);
    (void)snapshot;
    list.count = 0;
    options.limit = 1;
    take_page(model, &options, &list, cursor);
    if (cursor[0] == '\0')
        return;
    options.cursor = claims_text(cursor);
    steme_query_options other = options;
    other.lens = (steme_lens)((options.lens + 1 + (steme_lens)pick(model, 3)) % 4);
    check_refused(model, &other);
    other = options;
    other.evaluated_at_ns++;
    check_refused(model, &other);
    other = options;
    other.has_since = 1;
    check_refused(model, &other);
    size_t at = pick(model, options.cursor.size);
    cursor[at] = cursor[at] == '7' ? '8' : '7';
    check_refused(model, &options);
    options.cursor.size = pick(model, options.cursor.size - 1) + 1;
    check_refused(model, &options);
}

/* ---- The tests ---------------------------------------------------------------------------- */

static void run_worlds(uint64_t seed, void (*check)(history *, steme_snapshot *, const question *),
                       int question_count)
{
    static history model;
    print_message("seed %llu\n", (unsigned long long)seed);
    for (uint64_t world = 0; world < WORLD_COUNT; world++) {
        open_model(&model, seed + world * 977);
        for (int round = 0; round < ROUND_COUNT; round++) {
            steme_snapshot *snapshot;
            steme_error error;
            append_next(&model, RECORD_COUNT / ROUND_COUNT);
            if (pick(&model, 3) != 0)
                claims_reopen(&model.world);
            claims_check(steme_snapshot_open(model.world.store, &snapshot, &error), &error);
            for (int i = 0; i < question_count; i++) {
                question asked = make_question(&model);
                check(&model, snapshot, &asked);
            }
            steme_snapshot_close(snapshot);
        }
        close_model(&model);
    }
}

static void test_answers_equal_plain_loops(void **state)
{
    (void)state;
    run_worlds(test_seed(101), check_answers, 6);
}

static void test_conflicts_equal_plain_loops(void **state)
{
    (void)state;
    run_worlds(test_seed(202), check_conflicts, 12);
}

static void test_matches_equal_plain_loops(void **state)
{
    (void)state;
    run_worlds(test_seed(303), check_matches, 20);
}

static void test_pages_join_into_the_list(void **state)
{
    (void)state;
    run_worlds(test_seed(404), check_pages, 12);
}

static void test_pages_lose_nothing_while_records_arrive(void **state)
{
    (void)state;
    run_worlds(test_seed(505), check_pages_of_a_growing_set, 4);
}

static void test_a_cursor_goes_on_with_its_own_question_only(void **state)
{
    (void)state;
    run_worlds(test_seed(606), check_foreign_cursors, 12);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_answers_equal_plain_loops),
    cmocka_unit_test(test_conflicts_equal_plain_loops),
    cmocka_unit_test(test_matches_equal_plain_loops),
    cmocka_unit_test(test_pages_join_into_the_list),
    cmocka_unit_test(test_pages_lose_nothing_while_records_arrive),
    cmocka_unit_test(test_a_cursor_goes_on_with_its_own_question_only),
};

TEST_MAIN(tests)
