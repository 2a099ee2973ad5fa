/* store_outcome.h -- all that a store says and that depends on its set alone, as bytes: root,
 * count, vector clocks, the answers of every lens and the ranking of conflicts at several times. */
#ifndef SUPPORT_STORE_OUTCOME_H
#define SUPPORT_STORE_OUTCOME_H

#include "store/store.h"
#include "support/claims.h"
#include "support/set_check.h"

#include <steme/query.h>

#define FUTURE_NS (UINT64_C(4102444800) * CLAIMS_SECOND_NS) /* 2100: before its time today */
#define END_NS    (FUTURE_NS + UINT64_C(3600) * CLAIMS_SECOND_NS)

/* Questions are of these times. */
static const uint64_t outcome_times[] = {CLAIMS_TIME_NS + 3 * CLAIMS_SECOND_NS,
                                         FUTURE_NS + 2 * CLAIMS_SECOND_NS, END_NS};
static const steme_equivalence outcome_equivalences[] = {
    {STEME_EQUAL_EXACT, 0}, {STEME_EQUAL_NORMALIZED, 0}, {STEME_EQUAL_NUMBER, 0.5}};
enum {
    TIME_COUNT = sizeof outcome_times / sizeof outcome_times[0],
    EQUIVALENCE_COUNT = sizeof outcome_equivalences / sizeof outcome_equivalences[0],
};

typedef struct outcome {
    uint8_t *bytes;
    size_t size;
    size_t capacity;
} outcome;

static inline void say(outcome *out, const void *bytes, size_t size)
{
    if (out->capacity - out->size < size) {
        out->capacity = out->capacity * 2 + size + 4096;
        out->bytes = realloc(out->bytes, out->capacity);
        assert_non_null(out->bytes);
    }
    if (size > 0)
        memcpy(out->bytes + out->size, bytes, size);
    out->size += size;
}

static inline void say_number(outcome *out, uint64_t number)
{
    say(out, &number, sizeof number);
}

static inline void say_text(outcome *out, steme_span text)
{
    say_number(out, text.size);
    say(out, text.bytes, text.size);
}

static inline void say_value(outcome *out, const steme_value *value)
{
    say_number(out, value->kind);
    say_text(out, value->text);
    say_number(out, (uint64_t)value->integer);
    say_number(out, (uint64_t)value->is_real);
    say(out, &value->real, sizeof value->real);
    say_number(out, (uint64_t)value->boolean);
}

static inline void say_claim(outcome *out, const steme_answer_claim *claim)
{
    say_number(out, claim->relation);
    say_value(out, &claim->value);
    say_text(out, claim->unit);
    say_text(out, claim->language);
    say_number(out, claim->share_millionths);
    say_number(out, claim->signer_count);
    say_number(out, claim->record_count);
    say(out, claim->records, claim->record_count * sizeof *claim->records);
}

static inline void say_answer(outcome *out, const steme_answer *answer)
{
    say_text(out, answer->subject);
    say_text(out, answer->predicate);
    say_number(out, answer->candidate_count);
    say_number(out, (uint64_t)answer->has_winner);
    if (answer->has_winner) {
        say_number(out, answer->winner_claim);
        say_text(out, answer->winner.bytes);
    }
    say_number(out, (uint64_t)answer->has_runner_up);
    if (answer->has_runner_up)
        say_text(out, answer->runner_up.bytes);
    say_number(out, answer->confidence_millionths);
    say_number(out, answer->conflict_millionths);
    say_number(out, answer->agreement);
    say_number(out, answer->claim_count);
    for (uint32_t i = 0; i < answer->claim_count; i++)
        say_claim(out, &answer->claims[i]);
    say_number(out, answer->receipt_count);
    for (uint32_t i = 0; i < answer->receipt_count; i++) {
        say(out, &answer->receipt[i].id, sizeof(steme_id));
        say_number(out, answer->receipt[i].weight_millionths);
    }
}

static inline void say_answers(outcome *out, steme_query *query)
{
    steme_error error;
    const steme_answer *answer;
    uint64_t count = 0;
    for (;;) {
        check_ok(steme_query_next_answer(query, &answer, &error), &error);
        if (answer == NULL)
            break;
        say_answer(out, answer);
        count++;
    }
    say_number(out, count);
    steme_query_close(query);
}

static inline void say_lenses(outcome *out, steme_snapshot *snapshot, uint64_t now_ns,
                              steme_equivalence equivalence)
{
    steme_error error;
    for (steme_lens lens = STEME_LENS_RECENCY; lens <= STEME_LENS_SKEPTIC; lens++) {
        steme_query *query;
        steme_query_options options = {
            .lens = lens, .equivalence = equivalence, .evaluated_at_ns = now_ns};
        check_ok(steme_query_open(snapshot, &options, &query, &error), &error);
        say_answers(out, query);
    }
}

static inline void say_conflicts(outcome *out, steme_snapshot *snapshot, uint64_t now_ns,
                                 steme_equivalence equivalence)
{
    steme_error error;
    steme_query *query;
    steme_conflict_summary summary;
    steme_conflict_options options = {.equivalence = equivalence, .evaluated_at_ns = now_ns};
    check_ok(steme_conflicts_open(snapshot, &options, &summary, &query, &error), &error);
    say(out, &summary, sizeof summary);
    say_answers(out, query);
}

static inline void say_vector(outcome *out, const steme_vector *vector)
{
    say_number(out, vector->count);
    for (size_t i = 0; i < vector->count; i++) {
        uint8_t bytes[STEME_STAMP_SIZE];
        steme_stamp_encode(&vector->stamps[i], bytes);
        say(out, bytes, sizeof bytes);
    }
}

static inline void say_vectors(outcome *out, steme_snapshot *snapshot)
{
    steme_error error;
    steme_vector vector;
    for (unsigned kind = 0; kind <= STEME_VECTOR_OF_VOTES; kind++) {
        check_ok(store_snapshot_vector(snapshot, (steme_vector_kind)kind, END_NS, &vector, &error),
                 &error);
        say_vector(out, &vector);
        steme_vector_deinit(&vector);
    }
}

/* Everything that depends on the set: root, count, vectors when all has matured, every lens and
 * the ranking of conflicts at several times. */
static inline outcome outcome_take(steme_store *store)
{
    outcome out = {0};
    steme_error error;
    steme_snapshot *snapshot;
    steme_id root;
    uint64_t count;
    check_ok(steme_snapshot_open(store, &snapshot, &error), &error);
    check_ok(steme_snapshot_root(snapshot, &root, &count, &error), &error);
    say(&out, &root, sizeof root);
    say_number(&out, count);
    say_vectors(&out, snapshot);
    for (size_t i = 0; i < TIME_COUNT * EQUIVALENCE_COUNT; i++) {
        say_lenses(&out, snapshot, outcome_times[i / EQUIVALENCE_COUNT],
                   outcome_equivalences[i % EQUIVALENCE_COUNT]);
        say_conflicts(&out, snapshot, outcome_times[i / EQUIVALENCE_COUNT],
                      outcome_equivalences[i % EQUIVALENCE_COUNT]);
    }
    steme_snapshot_close(snapshot);
    return out;
}

#endif
