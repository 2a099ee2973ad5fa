/* store -- how fast the store takes records in, gives them back and opens, beside what the machine
 * can do and what SQLite and PostgreSQL do with the same records. README.md says what each line
 * means.
 *
 *   bench_store [--records N] [--only PART]... [--no-peers] [--folder DIR]
 *
 * PART: limits, signed, verified, reads, latency, open, peers. The parts after `signed` share one
 * store, which is filled whichever of them is asked for. */
#include "common/heap.h"
#include "support/limits.h"
#include "support/measure.h"
#include "support/records.h"

#include <steme/store.h>

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    BATCH_RECORD_COUNT = 4096,
    READ_COUNT_MAX = 400000,
    CLIENT_APPEND_COUNT = 2000,
    SIGNED_LOAD_COUNT_MAX = 100000, /* by the others, while a client's latency is taken */
    VERIFIED_LOAD_COUNT_MAX = 500000,
    KILL_RECORD_COUNT_MAX = 190000, /* not yet in the index when the writer is killed */
    KILL_SURPLUS_COUNT = 8 * BATCH_RECORD_COUNT, /* so that it is killed at work */
    PEER_RECORD_COUNT_MAX = 200000,
    CURVE_STEP = 1000000,
    PATH_SIZE = 4096,
};

typedef struct bench_run {
    uint64_t record_count;
    uint32_t only; /* bit i = parts[i] is wanted; 0 = all are */
    bool has_peers;
    const char *parent; /* of the folder; or NULL */
    char folder[PATH_SIZE];
    char records_path[PATH_SIZE];
    char store_path[PATH_SIZE];
    bench_records records;
    uint64_t next_record; /* not in the shared store yet */
} bench_run;

static const char *const parts[] = {"limits",  "signed", "verified", "reads",
                                    "latency", "open",   "peers"};

/* The bit of a part; 0 where there is none of that name. */
static uint32_t part_bit(const char *name)
{
    for (uint32_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (strcmp(parts[i], name) == 0)
            return 1u << i;
    return 0;
}

static bool is_wanted(const bench_run *bench, const char *part)
{
    return bench->only == 0 || (bench->only & part_bit(part)) != 0;
}

static uint64_t at_most(uint64_t value, uint64_t bound)
{
    return value < bound ? value : bound;
}

static uint64_t load_count(const bench_run *bench, bool is_verified)
{
    return at_most(bench->record_count,
                   is_verified ? VERIFIED_LOAD_COUNT_MAX : SIGNED_LOAD_COUNT_MAX);
}

static uint64_t kill_count(const bench_run *bench)
{
    return at_most(bench->record_count / 2, KILL_RECORD_COUNT_MAX);
}

/* Records beyond the first `record_count`: what latency, open and the peers append. */
static uint64_t extra_count(const bench_run *bench)
{
    uint64_t count = CLIENT_APPEND_COUNT;
    if (is_wanted(bench, "latency"))
        count += load_count(bench, false) + load_count(bench, true) + 2 * CLIENT_APPEND_COUNT;
    if (is_wanted(bench, "open"))
        count += kill_count(bench) + KILL_SURPLUS_COUNT;
    return count;
}

static steme_store *store_open(const char *path, bool is_new)
{
    steme_store *store;
    steme_error error;
    if (is_new)
        bench_check(steme_store_create(path, &error), "create", &error);
    bench_check(steme_store_open(path, NULL, &store, &error), "open", &error);
    return store;
}

static steme_stat store_stat(steme_store *store)
{
    steme_stat stat;
    steme_error error;
    bench_check(steme_store_stat(store, &stat, &error), "stat", &error);
    return stat;
}

/* ---- Ingest ------------------------------------------------------------------------------- */

/* One batch of at most BATCH_RECORD_COUNT; dies where a record is refused or was held. */
static void append_batch(steme_store *store, const bench_records *records, uint64_t first,
                         size_t count, bool is_verified)
{
    steme_append items[BATCH_RECORD_COUNT];
    steme_error error;
    for (size_t i = 0; i < count; i++)
        items[i] = (steme_append){.record = bench_records_get(records, first + i)};
    bench_check(steme_store_append_many(store, items, count, is_verified, &error), "append",
                &error);
    for (size_t i = 0; i < count; i++)
        if (items[i].status != STEME_OK || items[i].was_held)
            bench_die("a record was refused or was there already", NULL);
}

/* Seconds for `count` records from `first` on. */
static double append_range(steme_store *store, const bench_records *records, uint64_t first,
                           uint64_t count, bool is_verified)
{
    double start = bench_now();
    for (uint64_t at = 0; at < count; at += BATCH_RECORD_COUNT)
        append_batch(store, records, first + at, (size_t)at_most(count - at, BATCH_RECORD_COUNT),
                     is_verified);
    return bench_now() - start;
}

/* Appends the first record_count in steps, a line per step. Seconds in all. */
static double ingest_curve(const bench_run *bench, steme_store *store, const char *name,
                           bool is_verified)
{
    double total = 0;
    uint64_t step =
        bench->record_count >= 2 * CURVE_STEP ? CURVE_STEP : bench->record_count / 4 + 1;
    for (uint64_t at = 0; at < bench->record_count; at += step) {
        char what[64];
        uint64_t count = at_most(bench->record_count - at, step);
        double seconds = append_range(store, &bench->records, at, count, is_verified);
        total += seconds;
        snprintf(what, sizeof what, "  %s, up to %" PRIu64, name, at + count);
        bench_table_row(what, NULL, "%.0f records/s", (double)count / seconds);
        bench_progress("%s: %" PRIu64 " of %" PRIu64, name, at + count, bench->record_count);
    }
    return total;
}

static void ingest(const bench_run *bench, const char *path, const char *name, bool is_verified,
                   const char *goal, double bound)
{
    char what[64];
    bench_memory_watch *watch = bench_memory_watch_start();
    steme_store *store = store_open(path, true);
    double cpu_start = bench_cpu();
    double seconds = ingest_curve(bench, store, name, is_verified);
    double start = bench_now();
    steme_store_close(store);
    double close_seconds = bench_now() - start;
    double cpu_seconds = bench_cpu() - cpu_start;
    uint64_t memory = bench_memory_watch_stop(watch);
    double rate = (double)bench->record_count / seconds;
    snprintf(what, sizeof what, "%s ingest, all acknowledged", name);
    if (bound > 0)
        bench_table_row(what, goal, "%.0f records/s = %.0f %% of bound", rate, 100 * rate / bound);
    else
        bench_table_row(what, goal, "%.0f records/s", rate);
    bench_table_row("  closing, until the index has everything", NULL, "%.2f s", close_seconds);
    bench_table_row("  processor time, closing included", NULL, "%.2f us/record",
                    cpu_seconds * 1e6 / (double)bench->record_count);
    bench_table_row("  anonymous memory of the store, peak", "<= 300 MB", "%.0f MB",
                    (double)memory * 1e-6);
}

static void part_signed(const bench_run *bench)
{
    char path[PATH_SIZE];
    bench_table_heading("signed durable ingest, batches of 4,096");
    bench_path_join(path, sizeof path, bench->folder, "signed");
    double bound = bench_limit_verify(&bench->records, 2);
    bench_table_row("bound: checks by libsodium, 2 threads", NULL, "%.0f /s", bound);
    ingest(bench, path, "signed", false, ">= 75 % of the bound", bound);
    bench_folder_remove(path);
}

static void print_sizes(const bench_run *bench)
{
    steme_store *store = store_open(bench->store_path, false);
    steme_stat stat = store_stat(store);
    double count = (double)stat.record_count;
    steme_store_close(store);
    bench_table_row("disk: log", NULL, "%.0f bytes/record", (double)stat.log_size / count);
    bench_table_row("disk: indexes", NULL, "%.0f bytes/record (%u runs)",
                    (double)stat.index_size / count, stat.run_count);
    bench_table_row("disk: all that the folder takes", "<= 900 bytes/record", "%.0f bytes/record",
                    (double)bench_folder_size(bench->store_path) / count);
}

static void part_verified(bench_run *bench)
{
    bench_table_heading("pre-verified durable ingest, batches of 4,096");
    ingest(bench, bench->store_path, "pre-verified", true,
           bench->record_count > CURVE_STEP ? "> the verify bound" : ">= 150,000/s", 0);
    bench->next_record = bench->record_count;
    print_sizes(bench);
}

/* ---- Reads -------------------------------------------------------------------------------- */

static double read_rate(steme_snapshot *snapshot, const steme_id *ids, size_t count, bool is_held)
{
    steme_record record;
    uint64_t size = 0;
    double start = bench_now();
    for (size_t i = 0; i < count; i++) {
        steme_status status = steme_snapshot_get(snapshot, &ids[i], &record, NULL);
        if (status != (is_held ? STEME_OK : STEME_NOT_FOUND))
            bench_die("a read gave the wrong answer", NULL);
        size += is_held ? record.bytes.size : 0;
    }
    double seconds = bench_now() - start;
    if (is_held && size < count)
        bench_die("records are too small", NULL);
    return (double)count / seconds;
}

static void draw_ids(const bench_run *bench, steme_id *ids, size_t count, uint64_t seed,
                     bool is_held)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t random = bench_random(seed + i);
        if (is_held)
            ids[i] = bench_records_parse(&bench->records, random % bench->record_count).id;
        else
            ids[i] = steme_hash(&random, sizeof random);
    }
}

static void part_reads(const bench_run *bench)
{
    steme_error error;
    steme_snapshot *snapshot;
    size_t count = (size_t)at_most(bench->record_count, READ_COUNT_MAX);
    steme_id *ids = bench_alloc(count, sizeof *ids);
    steme_store *store = store_open(bench->store_path, false);
    bench_table_heading("reads by id, random, 1 thread");
    bench_check(steme_snapshot_open(store, &snapshot, &error), "snapshot", &error);
    draw_ids(bench, ids, count, UINT64_C(1) << 40, true);
    bench_table_row("held, the first after opening", NULL, "%.0f /s",
                    read_rate(snapshot, ids, count, true));
    draw_ids(bench, ids, count, UINT64_C(2) << 40, true);
    bench_table_row("held", bench->record_count > CURVE_STEP ? ">= 200,000/s" : ">= 350,000/s",
                    "%.0f /s", read_rate(snapshot, ids, count, true));
    draw_ids(bench, ids, count, UINT64_C(3) << 40, false);
    bench_table_row("absent", NULL, "%.0f /s", read_rate(snapshot, ids, count, false));
    steme_snapshot_close(snapshot);
    steme_store_close(store);
    free(ids);
}

/* ---- One client's latency ----------------------------------------------------------------- */

typedef struct load_run {
    steme_store *store;
    const bench_records *records;
    uint64_t first;
    uint64_t count;
    bool is_verified;
    atomic_bool is_done;
    atomic_bool is_stopping;
    double rate;
} load_run;

static void *load_main(void *context)
{
    load_run *load = context;
    uint64_t at = 0;
    double start = bench_now();
    for (; at < load->count && !atomic_load(&load->is_stopping); at += BATCH_RECORD_COUNT)
        append_batch(load->store, load->records, load->first + at,
                     (size_t)at_most(load->count - at, BATCH_RECORD_COUNT), load->is_verified);
    load->rate = (double)at_most(at, load->count) / (bench_now() - start);
    atomic_store(&load->is_done, true);
    return NULL;
}

/* Appends signed records one at a time, as many as there is time for. */
static void client_append(bench_run *bench, steme_store *store, const load_run *load,
                          const char *what, const char *goal)
{
    double durations[CLIENT_APPEND_COUNT];
    size_t count = 0;
    for (; count < CLIENT_APPEND_COUNT && (load == NULL || !atomic_load(&load->is_done)); count++) {
        steme_error error;
        steme_span record = bench_records_get(&bench->records, bench->next_record++);
        double start = bench_now();
        bench_check(steme_store_append(store, record, NULL, &error), "append", &error);
        durations[count] = bench_now() - start;
    }
    double p50 = bench_percentile(durations, count, 0.5);
    double p99 = bench_percentile(durations, count, 0.99);
    bench_table_row(what, goal, "p50 %.2f, p99 %.2f, max %.1f ms (%zu)", p50 * 1e3, p99 * 1e3,
                    bench_percentile(durations, count, 1) * 1e3, count);
}

static void client_append_beside(bench_run *bench, steme_store *store, bool is_verified)
{
    pthread_t thread;
    load_run load = {.store = store,
                     .records = &bench->records,
                     .first = bench->next_record,
                     .count = load_count(bench, is_verified),
                     .is_verified = is_verified};
    bench->next_record += load.count;
    if (pthread_create(&thread, NULL, load_main, &load) != 0)
        bench_die("no thread", NULL);
    client_append(bench, store, &load,
                  is_verified ? "beside full pre-verified ingest" : "beside full signed ingest",
                  "p99 <= 5 ms");
    atomic_store(&load.is_stopping, true);
    pthread_join(thread, NULL);
    bench_table_row("  the ingest meanwhile", NULL, "%.0f records/s", load.rate);
}

static void part_latency(bench_run *bench)
{
    steme_store *store = store_open(bench->store_path, false);
    bench_table_heading("one durable append, one client, signature checked");
    client_append(bench, store, NULL, "idle", "p99 <= 0.5 ms");
    client_append_beside(bench, store, false);
    client_append_beside(bench, store, true);
    steme_store_close(store);
}

/* ---- Opening after kill -9 ---------------------------------------------------------------- */

/* The program itself, started as a writer: a byte on stdout for each batch acknowledged. */
_Noreturn static void writer_main(char **arguments)
{
    bench_records records;
    bench_records_open(&records, arguments[1]);
    uint64_t first = strtoull(arguments[2], NULL, 10);
    steme_store *store = store_open(arguments[0], false);
    for (; first + BATCH_RECORD_COUNT <= records.count; first += BATCH_RECORD_COUNT) {
        append_batch(store, &records, first, BATCH_RECORD_COUNT, true);
        if (write(STDOUT_FILENO, "+", 1) != 1)
            break;
    }
    for (;;)
        pause();
}

static pid_t writer_start(const bench_run *bench, int *out_pipe)
{
    int ends[2];
    char first[24];
    snprintf(first, sizeof first, "%" PRIu64, bench->next_record);
    if (pipe(ends) != 0)
        bench_die("no pipe", NULL);
    pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], STDOUT_FILENO);
        close(ends[0]);
        close(ends[1]);
        execl("/proc/self/exe", "bench_store", "--writer", bench->store_path, bench->records_path,
              first, (char *)NULL);
        _exit(127);
    }
    close(ends[1]);
    *out_pipe = ends[0];
    return child;
}

/* Runs a writer until it has got `count` records in, and kills it; how many were acknowledged. */
static uint64_t writer_run_and_kill(const bench_run *bench, uint64_t count)
{
    int input;
    uint64_t done = 0;
    char byte;
    pid_t child = writer_start(bench, &input);
    while (done < count && read(input, &byte, 1) == 1)
        done += BATCH_RECORD_COUNT;
    kill(child, SIGKILL);
    while (read(input, &byte, 1) == 1)
        done += BATCH_RECORD_COUNT;
    waitpid(child, NULL, 0);
    close(input);
    if (done < count)
        bench_die("the writer ended too early", NULL);
    return done;
}

static void part_open(bench_run *bench)
{
    bench_table_heading("opening");
    double start = bench_now();
    steme_store *store = store_open(bench->store_path, false);
    double seconds = bench_now() - start;
    uint64_t before = store_stat(store).record_count;
    bench_table_row("after close", NULL, "%.3f s (%" PRIu64 " records)", seconds, before);
    steme_store_close(store);
    uint64_t acknowledged = writer_run_and_kill(bench, kill_count(bench));
    bench_memory_watch *watch = bench_memory_watch_start();
    start = bench_now();
    store = store_open(bench->store_path, false);
    seconds = bench_now() - start;
    uint64_t memory = bench_memory_watch_stop(watch);
    steme_stat stat = store_stat(store);
    if (stat.record_count < before + acknowledged)
        bench_die("acknowledged records are gone after kill -9", NULL);
    bench_table_row("after kill -9 of the writer", "<= 3 s", "%.2f s (%" PRIu64 " not indexed)",
                    seconds, stat.record_count - stat.indexed_count);
    bench_table_row("  acknowledged and there again", "all", "%" PRIu64 " of %" PRIu64,
                    acknowledged, acknowledged);
    bench_table_row("  anonymous memory of opening, peak", "<= 300 MB", "%.0f MB",
                    (double)memory * 1e-6);
    steme_store_close(store);
}

/* ---- Peers -------------------------------------------------------------------------------- */

/* Runs the program `name` beside this one on the same records; its lines join the table. */
static void peer_run(const bench_run *bench, const char *name)
{
    char path[PATH_SIZE];
    char count[24];
    int status = 0;
    ssize_t size = readlink("/proc/self/exe", path, sizeof path - 1);
    path[size < 0 ? 0 : size] = '\0';
    char *slash = strrchr(path, '/');
    size_t at = slash == NULL ? 0 : (size_t)(slash + 1 - path);
    snprintf(path + at, sizeof path - at, "bench_peers_%s", name);
    snprintf(count, sizeof count, "%" PRIu64, at_most(bench->record_count, PEER_RECORD_COUNT_MAX));
    if (access(path, X_OK) != 0) {
        printf("\n%s: skipped, its client library was not there when the bench was built\n", name);
        return;
    }
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        execl(path, name, bench->records_path, count, bench->folder, (char *)NULL);
        _exit(127);
    }
    waitpid(child, &status, 0);
    if (status != 0)
        printf("\n%s: failed, see above\n", name);
}

/* ---- The program -------------------------------------------------------------------------- */

_Noreturn static void usage(void)
{
    fputs("usage: bench_store [--records N] [--only PART]... [--no-peers] [--folder DIR]\n"
          "parts: limits signed verified reads latency open peers\n",
          stderr);
    exit(2);
}

static void read_options(bench_run *bench, int argument_count, char **arguments)
{
    static const struct option options[] = {{"records", required_argument, NULL, 'r'},
                                            {"only", required_argument, NULL, 'o'},
                                            {"no-peers", no_argument, NULL, 'p'},
                                            {"folder", required_argument, NULL, 'f'},
                                            {NULL, 0, NULL, 0}};
    int option;
    while ((option = getopt_long(argument_count, arguments, "", options, NULL)) != -1) {
        if (option == 'r')
            bench->record_count = strtoull(optarg, NULL, 10);
        else if (option == 'o' && part_bit(optarg) != 0)
            bench->only |= part_bit(optarg);
        else if (option == 'p')
            bench->has_peers = false;
        else if (option == 'f')
            bench->parent = optarg;
        else
            usage();
    }
    if (optind != argument_count || bench->record_count < 1000)
        usage();
}

static void prepare(bench_run *bench)
{
    uint64_t count = bench->record_count + extra_count(bench);
    bench_folder_make(bench->folder, sizeof bench->folder, bench->parent);
    bench_path_join(bench->records_path, PATH_SIZE, bench->folder, "records");
    bench_path_join(bench->store_path, PATH_SIZE, bench->folder, "store");
    bench_progress("signing %" PRIu64 " records in %s", count, bench->folder);
    bench_records_make(bench->records_path, count, 2);
    bench_records_open(&bench->records, bench->records_path);
}

static void run(bench_run *bench)
{
    bool needs_store = is_wanted(bench, "verified") || is_wanted(bench, "reads") ||
                       is_wanted(bench, "latency") || is_wanted(bench, "open");
    if (is_wanted(bench, "limits"))
        (void)bench_limits_print(&bench->records, bench->folder);
    if (is_wanted(bench, "signed"))
        part_signed(bench);
    if (needs_store)
        part_verified(bench);
    if (is_wanted(bench, "reads"))
        part_reads(bench);
    if (is_wanted(bench, "latency"))
        part_latency(bench);
    if (is_wanted(bench, "open"))
        part_open(bench);
    if (needs_store)
        bench_folder_remove(bench->store_path);
    if (bench->has_peers && is_wanted(bench, "peers")) {
        peer_run(bench, "sqlite");
        peer_run(bench, "postgres");
    }
}

int main(int argument_count, char **arguments)
{
    static bench_run bench = {.record_count = 200000, .has_peers = true};
    steme_error error;
    app_heap_return_large_blocks();
    bench_check(steme_init(&error), "init", &error);
    if (argument_count == 5 && strcmp(arguments[1], "--writer") == 0)
        writer_main(arguments + 2);
    read_options(&bench, argument_count, arguments);
    prepare(&bench);
    printf("%" PRIu64 " records of %zu bytes (the first)\n", bench.record_count,
           bench_records_get(&bench.records, 0).size);
    run(&bench);
    bench_records_close(&bench.records);
    bench_folder_remove(bench.folder);
    return 0;
}
