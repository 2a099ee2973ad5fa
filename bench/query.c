/* query -- how fast a store answers: one subject and predicate through a lens, a record by its id,
 * the most disputed pairs.
 *
 *   bench_query [RECORDS]        (default: 1,000,000)
 *
 * Ten agents make a claim each about every subject, by three sources, of four values, in whole
 * records of about 350 bytes. No answer depends on the signatures, so that they are left zero and
 * the records appended as verified. Filling is not what is measured. */
#include "support/measure.h"

#include <steme/steme.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    AGENT_COUNT = 10,
    SOURCE_COUNT = 3,
    BATCH_COUNT = 4096,
    SLOT_SIZE = 512,
    QUERY_COUNT = 100000,
    GET_COUNT = 200000,
    CONFLICT_COUNT = 5,
    PATH_SIZE = 4096,
};

#define START_NS (UINT64_C(1767225600) * 1000000000)

typedef struct bench_run {
    uint64_t record_count;
    char folder[PATH_SIZE];
    steme_store *store;
    steme_agent agents[AGENT_COUNT];
    steme_id sources[SOURCE_COUNT];
    double *durations;
    steme_append *items; /* a batch, and its records: */
    uint8_t *slots;
    steme_id *ids; /* of some records */
    uint64_t id_count;
} bench_run;

static steme_span text(const char *chars)
{
    return (steme_span){(const uint8_t *)chars, strlen(chars)};
}

/* ---- Filling ------------------------------------------------------------------------------ */

static void append_sources(bench_run *run)
{
    uint8_t *buffer = bench_alloc(1, STEME_RECORD_SIZE_MAX);
    steme_key key;
    steme_record record;
    steme_error error;
    steme_key_from_seed((const uint8_t[32]){1}, &key);
    for (int i = 0; i < SOURCE_COUNT; i++) {
        char name[32];
        steme_statement source = {.type = STEME_SOURCE,
                                  .stamp = {.time_ns = START_NS},
                                  .claim_time_ns = (int64_t)START_NS};
        snprintf(name, sizeof name, "https://registry-%d.example", i);
        source.as.source.name = text(name);
        bench_check(steme_record_sign(&source, &key, 1, buffer, &record, &error), "source", &error);
        bench_check(steme_store_append(run->store, record.bytes, &run->sources[i], &error),
                    "source", &error);
    }
    free(buffer);
}

static steme_span make_record(const bench_run *run, uint64_t number, uint8_t *buffer, uint8_t *slot)
{
    static const uint8_t no_signature[STEME_SIGNATURE_SIZE];
    static const char *const values[] = {"Example Corporation", "Example Corp.", "example",
                                         "Other"};
    uint64_t agent = number % AGENT_COUNT;
    char subject[64];
    steme_span content;
    steme_span record;
    steme_error error;
    uint64_t time_ns = START_NS + number * 1000;
    snprintf(subject, sizeof subject, "package://registry/%08" PRIu64 "/vendor",
             bench_random(number / AGENT_COUNT) % 100000000);
    steme_text_pair note = {text("note"), text("from the registry's weekly dump, line by line")};
    steme_statement claim = {
        .type = STEME_ASSERTION, .stamp = {.time_ns = time_ns}, .claim_time_ns = (int64_t)time_ns};
    uint64_t choice = bench_random(number * 7 + 3) % 16;
    claim.as.assertion = (steme_assertion){
        .subject = text(subject),
        .predicate = text("vendor"),
        .value = {.kind = STEME_VALUE_TEXT,
                  .text = text(values[choice < 10   ? 0
                                      : choice < 13 ? 1
                                      : choice < 15 ? 2
                                                    : 3])},
        .confidence_millionths = 900000,
        .source_class = STEME_CLASS_OBSERVATIONAL,
        .source = {run->sources[agent % SOURCE_COUNT].bytes, 1, STEME_ID_SIZE},
        .metadata = {.pairs = &note, .count = 1},
    };
    bench_check(steme_content_encode(&claim, &run->agents[agent], 1, buffer, &content, &error),
                "content", &error);
    bench_check(steme_record_assemble(content, no_signature, 1, buffer + STEME_RECORD_SIZE_MAX,
                                      &record, &error),
                "record", &error);
    if (record.size > SLOT_SIZE)
        bench_die("record: over its slot", NULL);
    memcpy(slot, record.bytes, record.size);
    return (steme_span){slot, record.size};
}

static void append_batch(bench_run *run, uint64_t first, uint64_t count, uint8_t *buffer)
{
    steme_error error;
    for (uint64_t i = 0; i < count; i++)
        run->items[i] = (steme_append){
            .record = make_record(run, first + i, buffer, run->slots + i * SLOT_SIZE)};
    bench_check(steme_store_append_many(run->store, run->items, count, 1, &error), "append",
                &error);
    for (uint64_t i = 0; i < count; i += 4) /* ids to get again */
        run->ids[run->id_count++] = run->items[i].id;
}

static void fill(bench_run *run)
{
    uint8_t *buffer = bench_alloc(2, STEME_RECORD_SIZE_MAX);
    for (int i = 0; i < AGENT_COUNT; i++) {
        steme_key key;
        uint8_t seed[32] = {0};
        seed[1] = (uint8_t)(i + 1);
        steme_key_from_seed(seed, &key);
        run->agents[i] = key.agent;
    }
    append_sources(run);
    for (uint64_t first = 0; first < run->record_count; first += BATCH_COUNT) {
        uint64_t left = run->record_count - first;
        append_batch(run, first, left < BATCH_COUNT ? left : BATCH_COUNT, buffer);
    }
    free(buffer);
}

/* Closed and opened again, the store has everything in its index. */
static void settle(bench_run *run)
{
    steme_error error;
    steme_store_close(run->store);
    bench_check(steme_store_open(run->folder, NULL, &run->store, &error), "open", &error);
}

/* ---- Measuring ---------------------------------------------------------------------------- */

static void ask_once(const bench_run *run, steme_snapshot *snapshot, uint64_t number,
                     uint32_t *out_candidate_count)
{
    char subject[64];
    steme_query *query;
    const steme_answer *answer;
    steme_error error;
    uint64_t pair = bench_random(number + 99) % (run->record_count / AGENT_COUNT);
    snprintf(subject, sizeof subject, "package://registry/%08" PRIu64 "/vendor",
             bench_random(pair) % 100000000);
    steme_query_options options = {.subject = text(subject),
                                   .predicate = text("vendor"),
                                   .lens = STEME_LENS_CONSENSUS,
                                   .equivalence = {STEME_EQUAL_EXACT, 0}};
    bench_check(steme_query_open(snapshot, &options, &query, &error), "query", &error);
    bench_check(steme_query_next_answer(query, &answer, &error), "answer", &error);
    *out_candidate_count = answer->candidate_count;
    steme_query_close(query);
}

static void report_latency(const bench_run *run, const char *what, const char *goal, size_t count)
{
    double median = bench_percentile(run->durations, count, 0.5) * 1e6;
    double slow = bench_percentile(run->durations, count, 0.99) * 1e6;
    bench_table_row(what, goal, "p50 %.1f us, p99 %.1f us", median, slow);
}

static void measure_queries(bench_run *run)
{
    steme_snapshot *snapshot;
    steme_error error;
    uint64_t candidate_count = 0;
    bench_check(steme_snapshot_open(run->store, &snapshot, &error), "snapshot", &error);
    for (uint64_t i = 0; i < QUERY_COUNT; i++) {
        uint32_t candidates;
        double begin = bench_now();
        ask_once(run, snapshot, i, &candidates);
        run->durations[i] = bench_now() - begin;
        candidate_count += candidates;
    }
    steme_snapshot_close(snapshot);
    report_latency(run, "subject and predicate, consensus", "p50 10 us, p99 100 us", QUERY_COUNT);
    bench_table_row("candidates of each", NULL, "%.1f", (double)candidate_count / QUERY_COUNT);
    for (uint64_t i = 0; i < QUERY_COUNT; i++) {
        uint32_t candidates;
        double begin = bench_now();
        bench_check(steme_snapshot_open(run->store, &snapshot, &error), "snapshot", &error);
        ask_once(run, snapshot, i, &candidates);
        steme_snapshot_close(snapshot);
        run->durations[i] = bench_now() - begin;
    }
    report_latency(run, "the same with a snapshot of its own", NULL, QUERY_COUNT);
}

static void measure_gets(bench_run *run)
{
    steme_snapshot *snapshot;
    steme_record record;
    steme_error error;
    bench_check(steme_snapshot_open(run->store, &snapshot, &error), "snapshot", &error);
    double begin = bench_now();
    for (uint64_t i = 0; i < GET_COUNT; i++) {
        const steme_id *id = &run->ids[bench_random(i) % run->id_count];
        bench_check(steme_snapshot_get(snapshot, id, &record, &error), "get", &error);
    }
    double elapsed = bench_now() - begin;
    steme_snapshot_close(snapshot);
    bench_table_row("record by its id", NULL, "%.0f /s", GET_COUNT / elapsed);
}

static void measure_conflicts(bench_run *run, const char *what, steme_equivalence equivalence)
{
    steme_snapshot *snapshot;
    steme_query *query;
    steme_conflict_summary summary;
    const steme_answer *answer;
    steme_error error;
    bench_check(steme_snapshot_open(run->store, &snapshot, &error), "snapshot", &error);
    for (int i = 0; i < CONFLICT_COUNT; i++) {
        steme_conflict_options options = {.equivalence = equivalence};
        double begin = bench_now();
        bench_check(steme_conflicts_open(snapshot, &options, &summary, &query, &error), "conflicts",
                    &error);
        do {
            bench_check(steme_query_next_answer(query, &answer, &error), "answer", &error);
        } while (answer != NULL);
        steme_query_close(query);
        run->durations[i] = bench_now() - begin;
    }
    steme_snapshot_close(snapshot);
    bench_table_row(what, "30 ms at 101,000; 150 ms at 1,000,000",
                    "%.1f ms (%" PRIu64 " of %" PRIu64 " pairs disputed)",
                    bench_percentile(run->durations, CONFLICT_COUNT, 0.5) * 1e3,
                    summary.disputed_count, summary.pair_count);
}

static void measure_scan(bench_run *run)
{
    steme_snapshot *snapshot;
    steme_query *query;
    const steme_match *match;
    steme_error error;
    uint64_t count = 0;
    bench_check(steme_snapshot_open(run->store, &snapshot, &error), "snapshot", &error);
    double begin = bench_now();
    bench_check(steme_query_open(snapshot, &(steme_query_options){0}, &query, &error), "query",
                &error);
    for (;; count++) {
        bench_check(steme_query_next_match(query, &match, &error), "match", &error);
        if (match == NULL)
            break;
    }
    double elapsed = bench_now() - begin;
    steme_query_close(query);
    steme_snapshot_close(snapshot);
    bench_table_row("all assertions by stamp", NULL, "%.0f /s", (double)count / elapsed);
}

int main(int argc, char **argv)
{
    bench_run run = {.record_count = 1000000};
    char title[64];
    steme_error error;
    if (argc > 1)
        run.record_count = strtoull(argv[1], NULL, 10);
    if (run.record_count < AGENT_COUNT)
        bench_die("RECORDS: at least 10", NULL);
    run.durations = bench_alloc(QUERY_COUNT, sizeof *run.durations);
    run.items = bench_alloc(BATCH_COUNT, sizeof *run.items);
    run.slots = bench_alloc(BATCH_COUNT, SLOT_SIZE);
    run.ids = bench_alloc(run.record_count / 4 + BATCH_COUNT, sizeof *run.ids);
    bench_folder_make(run.folder, sizeof run.folder, NULL);
    bench_check(steme_init(&error), "init", &error);
    bench_check(steme_store_create(run.folder, &error), "create", &error);
    bench_check(steme_store_open(run.folder, NULL, &run.store, &error), "open", &error);
    bench_progress("appending %" PRIu64 " records", run.record_count);
    fill(&run);
    settle(&run);
    snprintf(title, sizeof title, "query: %" PRIu64 " records", run.record_count);
    bench_table_heading(title);
    measure_queries(&run);
    measure_gets(&run);
    measure_conflicts(&run, "conflicts, exact", (steme_equivalence){STEME_EQUAL_EXACT, 0});
    measure_conflicts(&run, "conflicts, normalized",
                      (steme_equivalence){STEME_EQUAL_NORMALIZED, 0});
    measure_scan(&run);
    steme_store_close(run.store);
    bench_folder_remove(run.folder);
    free(run.durations);
    free(run.items);
    free(run.slots);
    free(run.ids);
    return 0;
}
