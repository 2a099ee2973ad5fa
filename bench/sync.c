/* What anti-entropy costs: bytes to learn a difference, round trips, processor time at both ends.
 *
 *   bench_sync [--records N] [--seeds COUNT] [--folder DIR]
 *
 * Two real stores of N records each get d / 2 records more that the other lacks, and one session
 * over them finds and moves the difference, the sketch, the trie and the bodies as a node's would
 * be; frames go from one to the other in memory. Then both hold one set, and the next d is made.
 * Ids are hashes: what is newest is spread over the trie and the sketch like everything else. */
#include "common/heap.h"
#include "replica/frame.h"
#include "replica/session.h"
#include "replica/store_set.h"
#include "support/measure.h"
#include "support/records.h"

#include <steme/store.h>

#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { PATH_SIZE = 4096, BATCH_RECORD_COUNT = 4096, SEED_COUNT_MAX = 1000 };

/* A frame's way through protobuf (tag and length), gRPC (5) and HTTP/2 (9). */
enum { WRAPPING_SIZE = 18 };

static const uint64_t differences[] = {0, 1, 10, 100, 1000, 10000, 100000};
/* The design's model, and 64 bits for each difference, both ways; 0 = not stated. */
static const uint64_t modelled[] = {0, 287, 1246, 3929, 24400, 234000, 2340000};
static const uint64_t floors[] = {0, 8, 78, 735, 6900, 65000, 610000};
enum { DIFFERENCE_COUNT = sizeof differences / sizeof differences[0] };

typedef struct queued {
    struct queued *next;
    size_t size;
    uint8_t bytes[];
} queued;

typedef struct side {
    steme_store *store;
    replica_set set;
    replica_session *session;
    replica_session_output output;
    queued *first, **end;   /* frames for the other side */
    uint64_t learning_size; /* bytes of frames sent, those that move and confirm bodies apart */
    uint64_t moving_size;   /* of these */
    uint64_t frames_sent;
    double cpu_s;
    /* One batch to store at a time. */
    uint64_t token;
    steme_append *items;
    steme_stored *stored;
    size_t count;
} side;

typedef struct bench_run {
    uint64_t record_count;
    uint64_t seed_count;
    const char *parent;
    char folder[PATH_SIZE];
    bench_records records;
    uint64_t next_record;
    side sides[2];
} bench_run;

typedef struct measured {
    double learned; /* bytes both ways */
    double moved;
    double wrapping;
    double halves; /* round trips until the difference was known, halved */
    double cpu_s[2];
    double seconds;
} measured;

static double thread_cpu(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* ---- Stores ------------------------------------------------------------------------------- */

static void append(const bench_run *bench, steme_store *store, uint64_t first, uint64_t count)
{
    static steme_append items[BATCH_RECORD_COUNT];
    steme_error error;
    while (count > 0) {
        size_t part = count < BATCH_RECORD_COUNT ? (size_t)count : BATCH_RECORD_COUNT;
        for (size_t i = 0; i < part; i++)
            items[i] = (steme_append){.record = bench_records_get(&bench->records, first + i)};
        bench_check(steme_store_append_many(store, items, part, 1, &error), "append", &error);
        first += part;
        count -= part;
    }
}

static void side_open(bench_run *bench, side *self, const char *name)
{
    static const char cluster[] = "stemedb";
    char path[PATH_SIZE];
    steme_error error;
    sketch_key key = sketch_key_derive((steme_span){(const uint8_t *)cluster, sizeof cluster - 1});
    bench_path_join(path, sizeof path, bench->folder, name);
    bench_check(steme_store_create(path, &error), "create", &error);
    bench_check(steme_store_open(path, NULL, &self->store, &error), "open", &error);
    append(bench, self->store, 0, bench->record_count);
    bench_check(replica_store_set_open(self->store, &key, &self->set, &error), "sketch", &error);
}

static void side_close(side *self)
{
    replica_store_set_close(&self->set);
    steme_store_close(self->store);
}

/* ---- A session ---------------------------------------------------------------------------- */

static bool is_moving(steme_span frame)
{
    return frame.bytes[0] == REPLICA_FRAME_BODIES || frame.bytes[0] == REPLICA_FRAME_CREDIT ||
           frame.bytes[0] == REPLICA_FRAME_DONE;
}

static bool take_frame(void *context, steme_span frame)
{
    side *self = context;
    queued *made = malloc(sizeof *made + frame.size);
    if (made == NULL)
        return false;
    made->next = NULL;
    made->size = frame.size;
    memcpy(made->bytes, frame.bytes, frame.size);
    *self->end = made;
    self->end = &made->next;
    if (is_moving(frame))
        self->moving_size += frame.size;
    else
        self->learning_size += frame.size;
    self->frames_sent++;
    return true;
}

/* Stores at once, without checking signatures: these are not what is measured here. */
static bool take_batch(void *context, uint64_t token, const steme_span *records, size_t count)
{
    side *self = context;
    steme_error error;
    self->token = token;
    self->count = count;
    self->items = bench_alloc(count, sizeof *self->items);
    self->stored = bench_alloc(count, sizeof *self->stored);
    for (size_t i = 0; i < count; i++)
        self->items[i] = (steme_append){.record = records[i]};
    bench_check(steme_store_append_many(self->store, self->items, count, 1, &error), "append",
                &error);
    for (size_t i = 0; i < count; i++)
        self->stored[i] = (steme_stored){.id = self->items[i].id,
                                         .status = self->items[i].status,
                                         .was_held = self->items[i].was_held};
    return true;
}

static uint64_t now_ns(void)
{
    return (uint64_t)(bench_now() * 1e9);
}

/* Answers what was stored, if anything was. */
static void answer_batch(side *self)
{
    steme_error error;
    if (self->items == NULL)
        return;
    steme_append *items = self->items;
    steme_stored *stored = self->stored;
    self->items = NULL;
    bench_check(replica_session_stored(self->session, now_ns(), self->token, stored, self->count,
                                       &self->output, &error),
                "stored", &error);
    free(items);
    free(stored);
}

/* Hands the first frame of `from` to `to`; false where there is none. */
static bool pass_frame(side *from, side *to)
{
    steme_error error;
    queued *frame = from->first;
    if (frame == NULL)
        return false;
    from->first = frame->next;
    if (from->first == NULL)
        from->end = &from->first;
    bench_check(replica_session_sent(from->session, frame->size, &from->output, &error), "sent",
                &error);
    double start = thread_cpu();
    bench_check(replica_session_receive(to->session, now_ns(),
                                        (steme_span){frame->bytes, frame->size}, &to->output,
                                        &error),
                "receive", &error);
    answer_batch(to);
    to->cpu_s += thread_cpu() - start;
    free(frame);
    return true;
}

static void session_open(side *self, bool is_initiator, uint64_t seed, uint64_t expected)
{
    static const char cluster[] = "stemedb";
    steme_error error;
    replica_session_options options = {
        .is_initiator = is_initiator,
        .key = sketch_key_derive((steme_span){(const uint8_t *)cluster, sizeof cluster - 1}),
        .seed = seed,
        .expected = expected};
    self->first = NULL;
    self->end = &self->first;
    self->learning_size = 0;
    self->moving_size = 0;
    self->frames_sent = 0;
    self->output = (replica_session_output){self, take_frame, take_batch};
    double start = thread_cpu();
    bench_check(replica_session_new(&self->set, &options, now_ns(), &self->session, &error),
                "session", &error);
    self->cpu_s = thread_cpu() - start;
}

static measured session_run(bench_run *bench, uint64_t seed)
{
    side *left = &bench->sides[0];
    side *right = &bench->sides[1];
    steme_error error;
    double start = bench_now();
    session_open(left, true, seed, 0);
    session_open(right, false, seed + 1, 0);
    double cpu = thread_cpu();
    bench_check(replica_session_start(left->session, &left->output, &error), "start", &error);
    left->cpu_s += thread_cpu() - cpu;
    bool did_pass = true;
    while (did_pass) {
        did_pass = pass_frame(left, right);
        did_pass = pass_frame(right, left) || did_pass;
    }
    const steme_session_report *report = replica_session_report(left->session);
    const steme_session_report *there = replica_session_report(right->session);
    if (!report->is_equal || !there->is_equal)
        bench_die(report->failure != NULL ? report->failure : "not equal after a session", NULL);
    measured result = {.learned = (double)(left->learning_size + right->learning_size),
                       .moved = (double)(left->moving_size + right->moving_size),
                       .wrapping =
                           (double)(WRAPPING_SIZE * (left->frames_sent + right->frames_sent)),
                       .halves = (double)report->round_trips_half,
                       .cpu_s = {left->cpu_s, right->cpu_s},
                       .seconds = bench_now() - start};
    replica_session_free(left->session);
    replica_session_free(right->session);
    return result;
}

/* ---- The grid ----------------------------------------------------------------------------- */

static uint64_t seeds_of(const bench_run *bench, uint64_t difference)
{
    uint64_t few = difference >= 100000 ? 1 : difference >= 10000 ? 3 : 10;
    return bench->seed_count < few || difference <= 1000 ? bench->seed_count : few;
}

static uint64_t records_needed(const bench_run *bench)
{
    uint64_t count = bench->record_count;
    for (size_t i = 0; i < DIFFERENCE_COUNT; i++)
        if (differences[i] <= bench->record_count)
            count += differences[i] * seeds_of(bench, differences[i]);
    return count;
}

static void print_row(uint64_t difference, size_t at, uint64_t seeds, const measured *all)
{
    double learned[SEED_COUNT_MAX];
    measured sum = {0};
    for (uint64_t i = 0; i < seeds; i++) {
        learned[i] = all[i].learned;
        sum.learned += all[i].learned / (double)seeds;
        sum.moved += all[i].moved / (double)seeds;
        sum.wrapping += all[i].wrapping / (double)seeds;
        sum.halves += all[i].halves / (double)seeds;
        sum.cpu_s[0] += all[i].cpu_s[0] / (double)seeds;
        sum.cpu_s[1] += all[i].cpu_s[1] / (double)seeds;
        sum.seconds += all[i].seconds / (double)seeds;
    }
    double p99 = bench_percentile(learned, (size_t)seeds, 0.99);
    printf("| %7" PRIu64 " | %10.0f | %10.0f | %8" PRIu64 " | %7" PRIu64
           " | %5.2f | %9.0f | %11.0f "
           "| %9.2f | %9.2f | %9.1f | %5" PRIu64 " |\n",
           difference, sum.learned, p99, modelled[at], floors[at], sum.halves / 2, sum.wrapping,
           sum.moved, sum.cpu_s[0] * 1e3, sum.cpu_s[1] * 1e3, sum.seconds * 1e3, seeds);
    fflush(stdout);
}

static void run_difference(bench_run *bench, size_t at)
{
    static measured all[SEED_COUNT_MAX];
    uint64_t difference = differences[at];
    uint64_t seeds = seeds_of(bench, difference);
    for (uint64_t i = 0; i < seeds; i++) {
        uint64_t left = (difference + 1) / 2;
        append(bench, bench->sides[0].store, bench->next_record, left);
        append(bench, bench->sides[1].store, bench->next_record + left, difference - left);
        bench->next_record += difference;
        all[i] = session_run(bench, bench_random(at * SEED_COUNT_MAX + i));
    }
    print_row(difference, at, seeds, all);
}

static void run(bench_run *bench)
{
    char path[PATH_SIZE];
    bench_folder_make(bench->folder, sizeof bench->folder, bench->parent);
    bench_path_join(path, sizeof path, bench->folder, "records");
    bench_progress("signing %" PRIu64 " records", records_needed(bench));
    bench_records_make(path, records_needed(bench), 2);
    bench_records_open(&bench->records, path);
    bench->next_record = bench->record_count;
    side_open(bench, &bench->sides[0], "left");
    side_open(bench, &bench->sides[1], "right");
    printf(
        "N = %" PRIu64 ". Bytes are both ways; p99 over the seeds; round trips until the "
        "difference is known\n\n"
        "| d       | to learn   | p99        | design   | floor   | trips | wrapping  | to move   "
        "  | cpu ms, a | cpu ms, b | ms in all | seeds |\n"
        "|---------|------------|------------|----------|---------|-------|-----------|-----------"
        "--|-----------|-----------|-----------|-------|\n",
        bench->record_count);
    for (size_t i = 0; i < DIFFERENCE_COUNT; i++)
        if (differences[i] <= bench->record_count)
            run_difference(bench, i);
    side_close(&bench->sides[0]);
    side_close(&bench->sides[1]);
    bench_records_close(&bench->records);
    bench_folder_remove(bench->folder);
}

_Noreturn static void usage(void)
{
    fputs("usage: bench_sync [--records N] [--seeds COUNT] [--folder DIR]\n", stderr);
    exit(2);
}

int main(int argument_count, char **arguments)
{
    static const struct option options[] = {{"records", required_argument, NULL, 'r'},
                                            {"seeds", required_argument, NULL, 's'},
                                            {"folder", required_argument, NULL, 'f'},
                                            {NULL, 0, NULL, 0}};
    static bench_run bench = {.record_count = 10000, .seed_count = 20};
    steme_error error;
    int option;
    app_heap_return_large_blocks();
    bench_check(steme_init(&error), "init", &error);
    while ((option = getopt_long(argument_count, arguments, "", options, NULL)) != -1) {
        if (option == 'r')
            bench.record_count = strtoull(optarg, NULL, 10);
        else if (option == 's')
            bench.seed_count = strtoull(optarg, NULL, 10);
        else if (option == 'f')
            bench.parent = optarg;
        else
            usage();
    }
    if (optind != argument_count || bench.record_count < 100 || bench.seed_count < 1 ||
        bench.seed_count > SEED_COUNT_MAX)
        usage();
    run(&bench);
    return 0;
}
