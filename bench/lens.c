/* lens -- how long an answer takes in a store of a million claims, for every lens, over 1 to 10,000
 * candidates; the same questions in SQL beside it; the most disputed pairs.
 *
 *   bench_lens [--claims N] [--no-peer] [--folder DIR]
 *
 * A million claims and 200,000 votes unless told otherwise (support/lens_claims.h). No answer
 * depends on the signatures, so that they are left zero and the records appended as verified.
 * Filling is not what is measured. */
#include "support/lens_claims.h"
#include "support/measure.h"

#include <steme/steme.h>

#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    BATCH_COUNT = 4096,
    SLOT_SIZE = 400,
    CONFLICT_COUNT = 9,
    CONFLICT_LIMIT = 100,
    PATH_SIZE = 4096
};

typedef struct lens_figure {
    double median;
    double slow; /* p99 */
    double sum;  /* over the answers: of values, or for skeptic of conflict scores */
} lens_figure;

typedef struct bench_run {
    uint64_t claim_count;
    bool has_peer;
    char folder[PATH_SIZE];
    char store_path[PATH_SIZE];
    steme_store *store;
    steme_snapshot *snapshot;
    steme_agent *agents;
    steme_id sources[LENS_SOURCE_COUNT];
    uint8_t *buffer;
    uint8_t *slots;      /* a batch: */
    steme_append *items; /* claims, then the votes on them */
    lens_claim *claims;
    size_t claim_at;
    lens_figure figures[STEME_LENS_COUNT][LENS_SIZE_COUNT];
} bench_run;

static steme_span text(const char *chars)
{
    return (steme_span){(const uint8_t *)chars, strlen(chars)};
}

/* ---- Filling ------------------------------------------------------------------------------ */

static void append_sources(bench_run *run)
{
    steme_key key;
    steme_record record;
    steme_error error;
    steme_key_from_seed((const uint8_t[32]){1}, &key);
    for (int i = 0; i < LENS_SOURCE_COUNT; i++) {
        char name[32];
        steme_statement source = {.type = STEME_SOURCE,
                                  .stamp = {.time_ns = LENS_START_NS},
                                  .claim_time_ns = (int64_t)LENS_START_NS};
        snprintf(name, sizeof name, "https://source-%d.example", i);
        source.as.source.name = text(name);
        bench_check(steme_record_sign(&source, &key, 1, run->buffer, &record, &error), "source",
                    &error);
        bench_check(steme_store_append(run->store, record.bytes, &run->sources[i], &error),
                    "source", &error);
    }
}

/* The record of a statement with a signature of zeros, in item `index`. */
static void put_item(bench_run *run, size_t index, const steme_statement *statement, uint32_t agent)
{
    static const uint8_t no_signature[STEME_SIGNATURE_SIZE];
    steme_span content;
    steme_span record;
    steme_error error;
    bench_check(
        steme_content_encode(statement, &run->agents[agent], 1, run->buffer, &content, &error),
        "content", &error);
    bench_check(steme_record_assemble(content, no_signature, 1, run->buffer + STEME_RECORD_SIZE_MAX,
                                      &record, &error),
                "record", &error);
    if (record.size > SLOT_SIZE)
        bench_die("record: over its slot", NULL);
    memcpy(run->slots + index * SLOT_SIZE, record.bytes, record.size);
    run->items[index] = (steme_append){.record = {run->slots + index * SLOT_SIZE, record.size}};
}

static void put_claim(bench_run *run, size_t index, const lens_claim *claim)
{
    uint64_t time_ns = lens_claim_time_ns(claim->number);
    steme_statement statement = {
        .type = STEME_ASSERTION, .stamp = {.time_ns = time_ns}, .claim_time_ns = (int64_t)time_ns};
    statement.as.assertion = (steme_assertion){
        .subject = text(claim->subject),
        .predicate = text(claim->subject),
        .value = {.kind = STEME_VALUE_NUMBER, .integer = claim->value},
        .confidence_millionths = claim->confidence,
        .source_class = (steme_source_class)claim->source_class,
        .source = {run->sources[claim->source].bytes, 1, STEME_ID_SIZE},
    };
    put_item(run, index, &statement, claim->agent);
}

static void put_vote(bench_run *run, size_t index, const lens_claim *claim, const steme_id *target)
{
    uint64_t time_ns = lens_claim_time_ns(claim->vote_number);
    steme_statement statement = {
        .type = STEME_VOTE, .stamp = {.time_ns = time_ns}, .claim_time_ns = (int64_t)time_ns};
    statement.as.vote = (steme_vote){.target = *target, .weight_millionths = claim->vote};
    put_item(run, index, &statement, claim->voter);
}

static void append_items(bench_run *run, steme_append *items, size_t count)
{
    steme_error error;
    bench_check(steme_store_append_many(run->store, items, count, 1, &error), "append", &error);
    for (size_t i = 0; i < count; i++)
        bench_check(items[i].status, "append", NULL);
}

static void append_batch(bench_run *run)
{
    size_t vote_count = 0;
    for (size_t i = 0; i < run->claim_at; i++)
        put_claim(run, i, &run->claims[i]);
    append_items(run, run->items, run->claim_at);
    for (size_t i = 0; i < run->claim_at; i++)
        if (run->claims[i].has_vote)
            put_vote(run, BATCH_COUNT + vote_count++, &run->claims[i], &run->items[i].id);
    append_items(run, run->items + BATCH_COUNT, vote_count);
    run->claim_at = 0;
}

static void add_claim(void *context, const lens_claim *claim)
{
    bench_run *run = context;
    run->claims[run->claim_at++] = *claim;
    if (run->claim_at == BATCH_COUNT)
        append_batch(run);
}

static void make_agents(bench_run *run)
{
    for (uint32_t i = 0; i < LENS_AGENT_COUNT + LENS_VOTER_COUNT; i++) {
        steme_key key;
        uint8_t seed[32] = {2};
        memcpy(seed + 1, &i, sizeof i);
        steme_key_from_seed(seed, &key);
        run->agents[i] = key.agent;
    }
}

/* Supersessions and endorsements of records that are not here. */
static void append_beside(bench_run *run)
{
    size_t count = 0;
    for (uint32_t i = 0; i < LENS_BESIDE_COUNT; i++) {
        steme_id target = steme_hash(&i, sizeof i);
        uint64_t time_ns = lens_claim_time_ns(i);
        steme_statement statement = {.type = STEME_SUPERSESSION,
                                     .stamp = {.time_ns = time_ns},
                                     .claim_time_ns = (int64_t)time_ns};
        statement.as.supersession =
            (steme_supersession){.targets = {target.bytes, 1, STEME_ID_SIZE}};
        put_item(run, count++, &statement, i % LENS_AGENT_COUNT);
        statement.type = STEME_ENDORSEMENT;
        statement.as.endorsement = (steme_endorsement){.target = target};
        put_item(run, count++, &statement, i % LENS_AGENT_COUNT);
        if (count == BATCH_COUNT || i + 1 == LENS_BESIDE_COUNT) {
            append_items(run, run->items, count);
            count = 0;
        }
    }
}

/* Closed and opened again, the store has everything in its index. */
static void fill(bench_run *run)
{
    steme_error error;
    bench_check(steme_store_create(run->store_path, &error), "create", &error);
    bench_check(steme_store_open(run->store_path, NULL, &run->store, &error), "open", &error);
    make_agents(run);
    append_sources(run);
    lens_claims_visit(run->claim_count, add_claim, run);
    append_batch(run);
    append_beside(run);
    steme_store_close(run->store);
    bench_check(steme_store_open(run->store_path, NULL, &run->store, &error), "open", &error);
    bench_check(steme_snapshot_open(run->store, &run->snapshot, &error), "snapshot", &error);
}

/* ---- Lenses ------------------------------------------------------------------------------- */

/* A number that tells whether the answer is the one that PostgreSQL gives. */
static double number_of(const steme_answer *answer)
{
    if (answer->lens == STEME_LENS_SKEPTIC)
        return answer->conflict_millionths * 1e-6;
    return answer->has_winner ? (double)answer->claims[answer->winner_claim].value.integer : 0;
}

static double ask(const bench_run *run, const steme_query_options *options, uint32_t size)
{
    steme_query *query;
    const steme_answer *answer;
    steme_error error;
    bench_check(steme_query_open(run->snapshot, options, &query, &error), "query", &error);
    bench_check(steme_query_next_answer(query, &answer, &error), "answer", &error);
    if (answer == NULL || answer->candidate_count != lens_sizes[size])
        bench_die("an answer lacks candidates", NULL);
    double number = number_of(answer);
    steme_query_close(query);
    return number;
}

static lens_figure measure(const bench_run *run, steme_lens lens, uint32_t size, bool has_as_of)
{
    uint32_t count = lens_ask_counts[size];
    double *durations = bench_alloc(count, sizeof *durations);
    lens_figure figure = {0};
    for (uint32_t i = 0; i < count; i++) {
        char subject[LENS_SUBJECT_SIZE];
        lens_question(run->claim_count, size, i, subject);
        steme_query_options options = {
            .subject = text(subject),
            .predicate = text(subject),
            .lens = lens,
            .has_as_of = has_as_of,
            .as_of_ns = (int64_t)lens_claim_time_ns(run->claim_count * 2),
        };
        double begin = bench_now();
        figure.sum += ask(run, &options, size);
        durations[i] = bench_now() - begin;
    }
    figure.median = bench_percentile(durations, count, 0.5);
    figure.slow = bench_percentile(durations, count, 0.99);
    free(durations);
    return figure;
}

static void measure_lens(bench_run *run, steme_lens lens)
{
    for (uint32_t size = 0; size < LENS_SIZE_COUNT; size++) {
        char what[80];
        lens_figure *now = &run->figures[lens][size];
        *now = measure(run, lens, size, false);
        lens_figure then = measure(run, lens, size, true);
        snprintf(what, sizeof what, "%s, %u candidates", steme_lens_name(lens), lens_sizes[size]);
        bench_table_row(what, lens_sizes[size] == 10 ? "50 us, 1,000 us, 1.3" : NULL,
                        "%.1f us, %.1f us, %.2f", now->median * 1e6, now->slow * 1e6,
                        then.median / now->median);
    }
}

static void measure_lenses(bench_run *run)
{
    for (uint32_t size = 0; size < LENS_SIZE_COUNT; size++) /* warms the caches */
        measure(run, STEME_LENS_RECENCY, size, false);
    bench_table_heading("lens: p50, p99, p50 with as_of / without");
    for (steme_lens lens = STEME_LENS_RECENCY; lens < STEME_LENS_COUNT; lens++)
        measure_lens(run, lens);
}

/* ---- Conflicts ---------------------------------------------------------------------------- */

/* Seconds until they are found; with their answers in *out_whole. */
static double ask_conflicts(const bench_run *run, steme_conflict_summary *out_summary,
                            double *out_whole)
{
    steme_query *query;
    const steme_answer *answer;
    steme_error error;
    steme_conflict_options options = {.limit = CONFLICT_LIMIT};
    double begin = bench_now();
    bench_check(steme_conflicts_open(run->snapshot, &options, out_summary, &query, &error),
                "conflicts", &error);
    double seconds = bench_now() - begin;
    for (uint32_t i = 0; i < CONFLICT_LIMIT; i++) {
        bench_check(steme_query_next_answer(query, &answer, &error), "answer", &error);
        if (answer == NULL)
            bench_die("too few conflicts", NULL);
    }
    *out_whole = bench_now() - begin;
    steme_query_close(query);
    return seconds;
}

static void measure_conflicts(const bench_run *run)
{
    double found[CONFLICT_COUNT];
    double whole[CONFLICT_COUNT];
    steme_conflict_summary summary;
    double first = ask_conflicts(run, &summary, whole);
    for (int i = 0; i < CONFLICT_COUNT; i++)
        found[i] = ask_conflicts(run, &summary, &whole[i]);
    bench_table_row("the 100 most disputed pairs", "10 ms", "%.1f ms of %" PRIu64 " disputed",
                    bench_percentile(found, CONFLICT_COUNT, 0.5) * 1e3, summary.disputed_count);
    bench_table_row("  the first time", NULL, "%.1f ms", first * 1e3);
    bench_table_row("  with their answers", NULL, "%.1f ms",
                    bench_percentile(whole, CONFLICT_COUNT, 0.5) * 1e3);
}

/* ---- PostgreSQL --------------------------------------------------------------------------- */

/* Starts the program beside this one that asks PostgreSQL; what it writes, or NULL. */
static FILE *peer_start(const bench_run *run, pid_t *out_child)
{
    char path[PATH_SIZE];
    char folder[PATH_SIZE];
    char count[24];
    int output[2];
    ssize_t size = readlink("/proc/self/exe", path, sizeof path - sizeof "_postgres");
    if (size < 0 || pipe2(output, O_CLOEXEC) != 0)
        bench_die("cannot start the peer", NULL);
    memcpy(path + size, "_postgres", sizeof "_postgres");
    if (access(path, X_OK) != 0)
        return NULL;
    bench_path_join(folder, sizeof folder, run->folder, "postgres");
    if (mkdir(folder, 0755) != 0)
        bench_die("cannot make a folder", NULL);
    snprintf(count, sizeof count, "%" PRIu64, run->claim_count);
    fflush(stdout);
    *out_child = fork();
    if (*out_child == 0) {
        dup2(output[1], STDOUT_FILENO);
        execl(path, path, count, folder, (char *)NULL);
        _exit(127);
    }
    close(output[1]);
    return fdopen(output[0], "r");
}

static void compare(const bench_run *run, const char *line)
{
    char what[80];
    char *rest;
    uint32_t size = (uint32_t)strtoul(line, &rest, 10) % LENS_SIZE_COUNT;
    steme_lens lens = lens_peer_lenses[strtoul(rest, &rest, 10) % LENS_PEER_COUNT];
    double median = strtod(rest, &rest);
    double slow = strtod(rest, &rest);
    double sum = strtod(rest, &rest);
    const lens_figure *ours = &run->figures[lens][size];
    snprintf(what, sizeof what, "%s, %u candidates", steme_lens_name(lens), lens_sizes[size]);
    bench_table_row(what, ">= 20", "%.0f us, %.0f us, %.1f", median * 1e6, slow * 1e6,
                    median / ours->median);
    if (fabs(sum - ours->sum) > 0.01 * lens_ask_counts[size]) {
        fprintf(stderr, "bench: answers sum up to %f, PostgreSQL's to %f\n", ours->sum, sum);
        bench_die(what, NULL);
    }
}

static void measure_peer(const bench_run *run)
{
    char line[256];
    int status = 0;
    pid_t child;
    FILE *output = peer_start(run, &child);
    if (output == NULL) {
        printf("\nPostgreSQL: skipped, its client library was not there when this was built\n");
        return;
    }
    bench_table_heading("PostgreSQL: p50, p99, its p50 / ours");
    while (fgets(line, sizeof line, output) != NULL)
        if (line[0] >= '0' && line[0] <= '9')
            compare(run, line);
        else
            fputs(line, stdout);
    fclose(output);
    waitpid(child, &status, 0);
    if (status != 0)
        bench_die("PostgreSQL failed", NULL);
}

/* ---- The program -------------------------------------------------------------------------- */

static const char *read_options(bench_run *run, int argc, char **argv)
{
    static const struct option options[] = {{"claims", required_argument, NULL, 'c'},
                                            {"no-peer", no_argument, NULL, 'p'},
                                            {"folder", required_argument, NULL, 'f'},
                                            {0}};
    const char *folder = NULL;
    for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;)
        if (option == 'c') {
            run->claim_count = strtoull(optarg, NULL, 10);
        } else if (option == 'p') {
            run->has_peer = false;
        } else if (option == 'f') {
            folder = optarg;
        } else {
            fputs("usage: bench_lens [--claims N] [--no-peer] [--folder DIR]\n", stderr);
            exit(2);
        }
    if (run->claim_count == 0 || run->claim_count > 1000000)
        bench_die("--claims: 1 to 1,000,000", NULL);
    return folder;
}

int main(int argc, char **argv)
{
    bench_run run = {.claim_count = 1000000, .has_peer = true};
    steme_error error;
    bench_folder_make(run.folder, sizeof run.folder, read_options(&run, argc, argv));
    bench_path_join(run.store_path, sizeof run.store_path, run.folder, "store");
    run.agents = bench_alloc(LENS_AGENT_COUNT + LENS_VOTER_COUNT, sizeof *run.agents);
    run.buffer = bench_alloc(2, STEME_RECORD_SIZE_MAX);
    run.slots = bench_alloc((size_t)2 * BATCH_COUNT, SLOT_SIZE);
    run.items = bench_alloc((size_t)2 * BATCH_COUNT, sizeof *run.items);
    run.claims = bench_alloc(BATCH_COUNT, sizeof *run.claims);
    bench_check(steme_init(&error), "init", &error);
    bench_progress("appending %" PRIu64 " claims", lens_claims_visit(run.claim_count, NULL, NULL));
    fill(&run);
    measure_lenses(&run);
    measure_conflicts(&run);
    if (run.has_peer)
        measure_peer(&run);
    steme_snapshot_close(run.snapshot);
    steme_store_close(run.store);
    bench_folder_remove(run.folder);
    free(run.agents);
    free(run.buffer);
    free(run.slots);
    free(run.items);
    free(run.claims);
    return 0;
}
