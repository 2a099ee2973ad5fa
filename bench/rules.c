/* rules -- what a linter asks: whether what code does is what authorities say of it, one question
 * after another.
 *
 *   bench_rules [CLAIMS [FACTS [PREDICATES]]]     (default: 100,000; 200; 20)
 *
 * An authority's FACTS are spread over the PREDICATES, as are CLAIMS by one agent, each about a
 * subject of its own. A question is open, answer, close. Beside each stands the same question by
 * the lens authority, which looks at the claim alone. No answer depends on the signatures, so that
 * they are left zero. */
#include "support/measure.h"

#include <stdio.h>
#include <stdlib.h>
#include <steme/steme.h>
#include <string.h>

enum { BATCH_COUNT = 4096, SLOT_SIZE = 512, QUESTION_COUNT = 10000, NAME_SIZE = 64 };

#define START_NS UINT64_C(1767225600000000000)

typedef struct bench_run {
    char folder[512];
    char path[600];
    steme_store *store;
    steme_agent agents[2]; /* an authority, a linter */
    uint64_t claim_count;
    uint64_t fact_count;
    uint64_t predicate_count;
    uint64_t number; /* of records */
    uint8_t *slots;
    uint8_t *buffer;
    steme_append *items;
    size_t item_count;
} bench_run;

static steme_span text(const char *chars)
{
    return (steme_span){(const uint8_t *)chars, strlen(chars)};
}

static void flush(bench_run *run)
{
    steme_error error;
    bench_check(steme_store_append_many(run->store, run->items, run->item_count, 1, &error),
                "appending", &error);
    for (size_t i = 0; i < run->item_count; i++)
        bench_check(run->items[i].status, "a record was refused", NULL);
    run->item_count = 0;
}

static void add(bench_run *run, int is_fact, uint64_t number)
{
    static const uint8_t no_signature[STEME_SIGNATURE_SIZE];
    char subject[NAME_SIZE];
    char predicate[NAME_SIZE];
    steme_span content;
    steme_span bytes;
    steme_error error;
    uint64_t time_ns = START_NS + ++run->number;
    steme_statement statement = {
        .type = STEME_ASSERTION, .stamp = {.time_ns = time_ns}, .claim_time_ns = (int64_t)time_ns};
    snprintf(subject, sizeof subject, "%s/%llu", is_fact ? "standard" : "code",
             (unsigned long long)number);
    snprintf(predicate, sizeof predicate, "predicate/%llu",
             (unsigned long long)(number % run->predicate_count));
    statement.as.assertion = (steme_assertion){
        .subject = text(subject),
        .predicate = text(predicate),
        .relation = is_fact ? STEME_RELATION_GREATER_OR_EQUAL : STEME_RELATION_EQUAL,
        .value = {.kind = STEME_VALUE_NUMBER, .integer = (int64_t)(number % 100)},
        .confidence_millionths = 900000,
        .source_class = is_fact ? STEME_CLASS_CLINICAL : STEME_CLASS_COMMUNITY,
    };
    uint8_t *slot = run->slots + run->item_count * SLOT_SIZE;
    bench_check(steme_content_encode(&statement, &run->agents[is_fact ? 0 : 1], 1, run->buffer,
                                     &content, &error),
                "encoding", &error);
    bench_check(steme_record_assemble(content, no_signature, 1, run->buffer + STEME_RECORD_SIZE_MAX,
                                      &bytes, &error),
                "assembling", &error);
    if (bytes.size > SLOT_SIZE)
        bench_die("a record is too long for its slot", NULL);
    memcpy(slot, bytes.bytes, bytes.size);
    run->items[run->item_count++] = (steme_append){.record = {slot, bytes.size}};
    if (run->item_count == BATCH_COUNT)
        flush(run);
}

static void open_store(bench_run *run)
{
    steme_error error;
    steme_store_close(run->store);
    bench_check(steme_store_open(run->path, NULL, &run->store, &error), "opening", &error);
}

static void fill(bench_run *run)
{
    bench_progress("appending %llu claims and %llu facts", (unsigned long long)run->claim_count,
                   (unsigned long long)run->fact_count);
    for (uint64_t i = 0; i < run->fact_count; i++)
        add(run, 1, i);
    for (uint64_t i = 0; i < run->claim_count; i++)
        add(run, 0, i);
    flush(run);
    open_store(run); /* settled, with nothing in the tail */
}

/* Seconds of one question about claim `number`. */
static double ask(bench_run *run, steme_lens lens, uint64_t number)
{
    char subject[NAME_SIZE];
    char predicate[NAME_SIZE];
    steme_snapshot *snapshot;
    steme_query *query;
    const steme_answer *answer;
    steme_error error;
    snprintf(subject, sizeof subject, "code/%llu", (unsigned long long)number);
    snprintf(predicate, sizeof predicate, "predicate/%llu",
             (unsigned long long)(number % run->predicate_count));
    steme_query_options options = {
        .subject = text(subject), .predicate = text(predicate), .lens = lens};
    double start = bench_now();
    bench_check(steme_snapshot_open(run->store, &snapshot, &error), "snapshot", &error);
    bench_check(steme_query_open(snapshot, &options, &query, &error), "query", &error);
    bench_check(steme_query_next_answer(query, &answer, &error), "answer", &error);
    uint64_t fact_count = run->fact_count / run->predicate_count;
    if (answer == NULL ||
        answer->candidate_count != 1 + (lens == STEME_LENS_RULES ? fact_count : 0))
        bench_die("an answer has other candidates than were made", NULL);
    steme_query_close(query);
    steme_snapshot_close(snapshot);
    return bench_now() - start;
}

static void measure(bench_run *run, steme_lens lens)
{
    static double durations[QUESTION_COUNT];
    uint64_t step = run->claim_count / QUESTION_COUNT + 1;
    for (size_t i = 0; i < QUESTION_COUNT; i++)
        durations[i] = ask(run, lens, i * step * 7919 % run->claim_count);
    bench_table_row(steme_lens_name(lens), "", "p50 %.1f µs, p99 %.1f µs",
                    bench_percentile(durations, QUESTION_COUNT, 0.5) * 1e6,
                    bench_percentile(durations, QUESTION_COUNT, 0.99) * 1e6);
}

int main(int argc, char **argv)
{
    bench_run run = {.claim_count = argc > 1 ? strtoull(argv[1], NULL, 10) : 100000,
                     .fact_count = argc > 2 ? strtoull(argv[2], NULL, 10) : 200,
                     .predicate_count = argc > 3 ? strtoull(argv[3], NULL, 10) : 20};
    steme_error error;
    steme_key key;
    if (run.predicate_count == 0 || run.fact_count % run.predicate_count != 0 ||
        run.claim_count == 0)
        bench_die("FACTS must be a multiple of PREDICATES, and there must be claims", NULL);
    bench_check(steme_init(&error), "init", &error);
    for (uint8_t i = 0; i < 2; i++) {
        steme_key_from_seed((const uint8_t[32]){(uint8_t)(i + 1)}, &key);
        run.agents[i] = key.agent;
    }
    bench_folder_make(run.folder, sizeof run.folder, NULL);
    bench_path_join(run.path, sizeof run.path, run.folder, "store");
    bench_check(steme_store_create(run.path, &error), "creating", &error);
    run.slots = bench_alloc(BATCH_COUNT, SLOT_SIZE);
    run.buffer = bench_alloc(2, STEME_RECORD_SIZE_MAX);
    run.items = bench_alloc(BATCH_COUNT, sizeof *run.items);
    open_store(&run);
    fill(&run);
    bench_table_heading("One question, of a claim that rules bound");
    measure(&run, STEME_LENS_AUTHORITY);
    measure(&run, STEME_LENS_RULES);
    steme_store_close(run.store);
    bench_folder_remove(run.folder);
    free(run.slots);
    free(run.buffer);
    free(run.items);
    return 0;
}
