/* lifecycle -- what became of a record, where much became of it: a chain of replacements, a fan of
 * them, and the end of an epoch with many claims in it.
 *
 *   bench_lifecycle [COUNT [EPOCH_COUNT]]      (default: 100,000 links; 1,000,000 claims)
 *
 * One key signed everything, so that every link is in force under the open view. Signatures are
 * zeros: nothing here checks them. "Cold" is the first question after opening the store, which
 * reads what supersessions there are; "warm" asks again, of a new fold each time: the median. */
#include "support/measure.h"

#include <stdio.h>
#include <stdlib.h>
#include <steme/steme.h>
#include <string.h>

enum { BATCH_COUNT = 4096, RECORD_SIZE = 512, WARM_COUNT = 9, FEW_COUNT = 100, ASK_COUNT = 2001 };

#define START_NS UINT64_C(1767225600000000000)

typedef struct bench_run {
    char folder[512];
    char path[600];
    steme_store *store;
    steme_agent agent;
    uint64_t now_ns;
    uint8_t *bytes; /* RECORD_SIZE for each of a batch */
    uint8_t *buffer;
    steme_append *items;
    size_t item_count;
} bench_run;

/* ---- Filling ------------------------------------------------------------------------------ */

static void flush(bench_run *run)
{
    steme_error error;
    bench_check(steme_store_append_many(run->store, run->items, run->item_count, 1, &error),
                "appending", &error);
    for (size_t i = 0; i < run->item_count; i++)
        bench_check(run->items[i].status, "a record was refused", NULL);
    run->item_count = 0;
}

static steme_id add(bench_run *run, steme_statement *statement)
{
    static const uint8_t no_signature[STEME_SIGNATURE_SIZE];
    steme_span content;
    steme_span bytes;
    steme_record record;
    steme_error error;
    statement->stamp = (steme_stamp){.time_ns = ++run->now_ns};
    statement->claim_time_ns = (int64_t)run->now_ns;
    uint8_t *place = run->bytes + run->item_count * RECORD_SIZE;
    bench_check(steme_content_encode(statement, &run->agent, 1, run->buffer, &content, &error),
                "encoding", &error);
    bench_check(steme_record_assemble(content, no_signature, 1, run->buffer + STEME_RECORD_SIZE_MAX,
                                      &bytes, &error),
                "assembling", &error);
    if (bytes.size > RECORD_SIZE)
        bench_die("a record is too long for its place", NULL);
    memcpy(place, bytes.bytes, bytes.size);
    bench_check(steme_record_parse((steme_span){place, bytes.size}, &record, &error), "parsing",
                &error);
    run->items[run->item_count++] = (steme_append){.record = {place, bytes.size}};
    if (run->item_count == BATCH_COUNT)
        flush(run);
    return record.id;
}

static steme_span text(const char *chars)
{
    return (steme_span){(const uint8_t *)chars, strlen(chars)};
}

static steme_id add_claim(bench_run *run, const char *subject, int64_t value, const steme_id *epoch)
{
    steme_statement statement = {.type = STEME_ASSERTION};
    statement.as.assertion = (steme_assertion){
        .subject = text(subject),
        .predicate = text("is"),
        .value = {.kind = STEME_VALUE_NUMBER, .integer = value},
        .confidence_millionths = 1000000,
        .source_class = STEME_CLASS_ANECDOTAL,
    };
    if (epoch != NULL)
        statement.as.assertion.epoch = (steme_id_list){epoch->bytes, 1, STEME_ID_SIZE};
    return add(run, &statement);
}

static void add_link(bench_run *run, const steme_id *target, const steme_id *replacement)
{
    steme_statement statement = {.type = STEME_SUPERSESSION};
    statement.as.supersession = (steme_supersession){
        .targets = {target->bytes, 1, STEME_ID_SIZE},
        .kind = STEME_SUPERSEDE_TEMPORAL,
        .replacement = {replacement->bytes, 1, STEME_ID_SIZE},
    };
    (void)add(run, &statement);
}

/* `count` links; gives the first record of them and the last. */
static void add_links(bench_run *run, uint64_t count, bool is_fan, steme_id *out_first,
                      steme_id *out_last)
{
    steme_id before = add_claim(run, is_fan ? "fan" : "chain", 0, NULL);
    *out_first = before;
    for (uint64_t i = 1; i <= count; i++) {
        *out_last = add_claim(run, is_fan ? "fan" : "chain", (int64_t)i, NULL);
        add_link(run, is_fan ? out_first : &before, out_last);
        before = *out_last;
    }
    flush(run);
}

static steme_id add_epoch(bench_run *run, const char *name, const steme_id *superseded)
{
    steme_statement statement = {.type = STEME_EPOCH};
    statement.as.epoch = (steme_epoch){.name = text(name)};
    if (superseded != NULL) {
        statement.as.epoch.supersedes = (steme_id_list){superseded->bytes, 1, STEME_ID_SIZE};
        statement.as.epoch.kind = STEME_SUPERSEDE_TEMPORAL;
    }
    return add(run, &statement);
}

/* ---- Asking ------------------------------------------------------------------------------- */

typedef struct counted_links {
    uint64_t count;
} counted_links;

static steme_status count_link(void *context, const steme_chain_link *link, steme_error *error)
{
    (void)error;
    ((counted_links *)context)->count += link->void_reason == STEME_VOID_NOT;
    return STEME_OK;
}

static void reopen(bench_run *run)
{
    steme_error error;
    steme_store_close(run->store);
    bench_check(steme_store_open(run->path, NULL, &run->store, &error), "opening", &error);
}

/* Seconds of one fold's answer about `id`; a listing where `link_count` is not 0. */
static double ask(bench_run *run, const steme_id *id, const steme_id *head, uint64_t link_count)
{
    steme_snapshot *snapshot;
    steme_lifecycle *lifecycle;
    steme_standing_report report;
    counted_links counted = {0};
    steme_error error;
    bench_check(steme_snapshot_open(run->store, &snapshot, &error), "snapshot", &error);
    double start = bench_now();
    bench_check(steme_lifecycle_open(snapshot, NULL, &lifecycle, &error), "lifecycle", &error);
    if (link_count > 0)
        bench_check(steme_lifecycle_chain(lifecycle, id, count_link, &counted, &error), "chain",
                    &error);
    else
        bench_check(steme_lifecycle_standing(lifecycle, id, &report, &error), "standing", &error);
    double seconds = bench_now() - start;
    if (counted.count != link_count)
        bench_die("a chain is not as long as it was made", NULL);
    if (link_count == 0 && (!report.has_head || memcmp(&report.head, head, sizeof *head) != 0))
        bench_die("the head is another one", NULL);
    steme_lifecycle_close(lifecycle);
    steme_snapshot_close(snapshot);
    return seconds;
}

static void measure_links(bench_run *run, const char *what, const steme_id *id,
                          const steme_id *head, uint64_t link_count)
{
    double durations[WARM_COUNT];
    reopen(run);
    bench_memory_watch *watch = bench_memory_watch_start();
    double cold = ask(run, id, head, link_count);
    for (int i = 0; i < WARM_COUNT; i++)
        durations[i] = ask(run, id, head, link_count);
    uint64_t memory = bench_memory_watch_stop(watch);
    bench_table_row(what, "< 50 ms", "cold %.1f ms, warm %.1f ms, memory %.1f MB", cold * 1e3,
                    bench_percentile(durations, WARM_COUNT, 0.5) * 1e3, (double)memory / 1e6);
}

/* Microseconds of an answer about `subject`, which has ten claims, of which the last counts; the
 * median. */
static double ask_subject(bench_run *run, const char *subject, uint32_t claim_count)
{
    double durations[ASK_COUNT];
    for (int i = 0; i < ASK_COUNT; i++) {
        steme_snapshot *snapshot;
        steme_query *query;
        const steme_answer *answer;
        steme_query_options options = {
            .subject = text(subject), .predicate = text("is"), .lens = STEME_LENS_RECENCY};
        steme_error error;
        bench_check(steme_snapshot_open(run->store, &snapshot, &error), "snapshot", &error);
        double start = bench_now();
        bench_check(steme_query_open(snapshot, &options, &query, &error), "query", &error);
        bench_check(steme_query_next_answer(query, &answer, &error), "answer", &error);
        durations[i] = bench_now() - start;
        if ((answer == NULL ? 0 : answer->candidate_count) != claim_count)
            bench_die("an answer has other claims than were made", NULL);
        steme_query_close(query);
        steme_snapshot_close(snapshot);
    }
    return bench_percentile(durations, ASK_COUNT, 0.5) * 1e6;
}

static void measure_epoch(bench_run *run, uint64_t count)
{
    char name[32];
    char subject[64];
    snprintf(name, sizeof name, "of %llu", (unsigned long long)count);
    steme_id epoch = add_epoch(run, name, NULL);
    for (uint64_t i = 0; i < count; i++) {
        snprintf(subject, sizeof subject, "%s/%llu", name, (unsigned long long)(i / 10));
        (void)add_claim(run, subject, (int64_t)i, &epoch);
    }
    flush(run);
    reopen(run);
    snprintf(subject, sizeof subject, "%s/3", name);
    double before = ask_subject(run, subject, 1);
    double start = bench_now();
    (void)add_epoch(run, "next", &epoch);
    flush(run);
    double ending = bench_now() - start;
    double after = ask_subject(run, subject, 0);
    bench_table_row(name, "the same", "answer %.1f µs, ending it %.1f ms, answer then %.1f µs",
                    before, ending * 1e3, after);
}

int main(int argc, char **argv)
{
    bench_run run = {.now_ns = START_NS};
    uint64_t count = argc > 1 ? strtoull(argv[1], NULL, 10) : 100000;
    uint64_t epoch_count = argc > 2 ? strtoull(argv[2], NULL, 10) : 1000000;
    steme_error error;
    steme_key key;
    steme_id chain[2];
    steme_id fan[2];
    bench_check(steme_init(&error), "init", &error);
    steme_key_from_seed((const uint8_t[32]){1}, &key);
    run.agent = key.agent;
    bench_folder_make(run.folder, sizeof run.folder, NULL);
    bench_path_join(run.path, sizeof run.path, run.folder, "store");
    bench_check(steme_store_create(run.path, &error), "creating", &error);
    run.bytes = bench_alloc(BATCH_COUNT, RECORD_SIZE);
    run.buffer = bench_alloc(2, STEME_RECORD_SIZE_MAX);
    run.items = bench_alloc(BATCH_COUNT, sizeof *run.items);
    reopen(&run);
    bench_progress("appending a chain and a fan of %llu links", (unsigned long long)count);
    add_links(&run, count, false, &chain[0], &chain[1]);
    add_links(&run, count, true, &fan[0], &fan[1]);
    bench_table_heading("Supersession");
    measure_links(&run, "chain: standing and head of the first", &chain[0], &chain[1], 0);
    measure_links(&run, "chain: listed from the first", &chain[0], NULL, count);
    measure_links(&run, "chain: listed from the last", &chain[1], NULL, count);
    measure_links(&run, "fan: standing and head", &fan[0], &fan[1], 0);
    measure_links(&run, "fan: listed from the target", &fan[0], NULL, count);
    measure_links(&run, "fan: listed from the last", &fan[1], NULL, 1);
    bench_table_heading("An epoch's end, by the claims in it");
    measure_epoch(&run, FEW_COUNT);
    measure_epoch(&run, epoch_count);
    steme_store_close(run.store);
    bench_folder_remove(run.folder);
    free(run.bytes);
    free(run.buffer);
    free(run.items);
    return 0;
}
