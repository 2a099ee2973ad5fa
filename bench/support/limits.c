#include "support/limits.h"
#include "support/measure.h"

#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    RECORD_SIZE = 350,
    PIECE_SIZE = 1 << 20,
    PIECES_PER_SYNC = 16,
    COMMIT_COUNT_MAX = 1 << 16,
    STRIDE = 64, /* checks between looks at the clock */
};

static const double DURATION = 1.5; /* seconds */

/* ---- Signatures --------------------------------------------------------------------------- */

typedef struct verify_run {
    const bench_records *records;
    bool is_whole; /* admission, not the signature alone */
    double end;
    _Atomic uint64_t check_count;
} verify_run;

static void check_whole(const bench_records *records, uint64_t number)
{
    steme_record record;
    steme_error error;
    bench_check(steme_record_admit(bench_records_get(records, number), &record, &error), "admit",
                &error);
}

static void check_records(void *context, uint32_t thread)
{
    enum { MESSAGE_COUNT = 1024 };
    verify_run *run = context;
    steme_record *parsed = bench_alloc(MESSAGE_COUNT, sizeof *parsed);
    steme_id *hashes = bench_alloc(MESSAGE_COUNT, sizeof *hashes);
    uint64_t message_count =
        run->records->count < MESSAGE_COUNT ? run->records->count : MESSAGE_COUNT;
    if (message_count == 0)
        bench_die("there are no records to check", NULL);
    for (uint64_t i = 0; i < message_count; i++) {
        parsed[i] = bench_records_parse(run->records, i);
        hashes[i] = steme_content_signing_hash(parsed[i].content);
    }
    uint64_t at = thread * 37;
    uint64_t count = 0;
    for (; bench_now() < run->end; count += STRIDE) {
        for (uint32_t i = 0; i < STRIDE; i++, at++) {
            uint64_t number = at % message_count;
            if (run->is_whole)
                check_whole(run->records, number);
            else if (crypto_sign_verify_detached(parsed[number].signatures, hashes[number].bytes,
                                                 sizeof hashes->bytes, parsed[number].signers) != 0)
                bench_die("a signature does not hold", NULL);
        }
    }
    run->check_count += count;
    free(hashes);
    free(parsed);
}

static double verify_rate(const bench_records *records, uint32_t thread_count, bool is_whole)
{
    verify_run run = {.records = records, .is_whole = is_whole};
    double start = bench_now();
    run.end = start + DURATION;
    bench_threads_run(thread_count, check_records, &run);
    return (double)run.check_count / (bench_now() - start);
}

double bench_limit_verify(const bench_records *records, uint32_t thread_count)
{
    return verify_rate(records, thread_count, false);
}

double bench_limit_admit(const bench_records *records, uint32_t thread_count)
{
    return verify_rate(records, thread_count, true);
}

/* ---- The disk ----------------------------------------------------------------------------- */

static int file_make(const char *folder, char *out_path, size_t size)
{
    bench_path_join(out_path, size, folder, "limit");
    int file = open(out_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (file < 0)
        bench_die("cannot make a file", NULL);
    return file;
}

static uint8_t *noise_make(size_t size)
{
    uint8_t *noise = bench_alloc(1, size + 8);
    for (size_t i = 0; i < size; i += 8)
        memcpy(noise + i, &(uint64_t){bench_random(i)}, 8);
    return noise;
}

static void write_all(int file, const uint8_t *bytes, size_t size)
{
    if (write(file, bytes, size) != (ssize_t)size)
        bench_die("cannot write (disk full?)", NULL);
}

static void sync_file(int file)
{
    if (fdatasync(file) != 0)
        bench_die("fdatasync failed", NULL);
}

double bench_limit_sync(const char *folder, uint32_t record_count, double *out_p50, double *out_p99)
{
    char path[4096];
    int file = file_make(folder, path, sizeof path);
    size_t size = (size_t)record_count * RECORD_SIZE;
    uint8_t *noise = noise_make(size);
    double *durations = bench_alloc(COMMIT_COUNT_MAX, sizeof *durations);
    size_t count = 0;
    double start = bench_now();
    double now = start;
    while (now - start < DURATION && count < COMMIT_COUNT_MAX) {
        write_all(file, noise, size);
        sync_file(file);
        double then = now;
        now = bench_now();
        durations[count++] = now - then;
    }
    *out_p50 = bench_percentile(durations, count, 0.5);
    *out_p99 = bench_percentile(durations, count, 0.99);
    close(file);
    unlink(path);
    free(durations);
    free(noise);
    return (double)count * record_count / (now - start);
}

double bench_limit_log(const char *folder)
{
    char path[4096];
    int file = file_make(folder, path, sizeof path);
    uint8_t *noise = noise_make(PIECE_SIZE);
    uint64_t piece_count = 0;
    double start = bench_now();
    while (bench_now() - start < DURATION) {
        for (uint32_t i = 0; i < PIECES_PER_SYNC; i++, piece_count++)
            write_all(file, noise, PIECE_SIZE);
        sync_file(file);
    }
    double rate = (double)piece_count * PIECE_SIZE / (bench_now() - start);
    close(file);
    unlink(path);
    free(noise);
    return rate;
}

/* ---- Printing ----------------------------------------------------------------------------- */

static void print_sync(const char *folder, uint32_t record_count)
{
    char what[64];
    double p50;
    double p99;
    double rate = bench_limit_sync(folder, record_count, &p50, &p99);
    snprintf(what, sizeof what, "append and fdatasync, %u x 350 bytes each", record_count);
    bench_table_row(what, NULL, "%.0f records/s (p50 %.2f, p99 %.2f ms)", rate, p50 * 1e3,
                    p99 * 1e3);
}

double bench_limits_print(const bench_records *records, const char *folder)
{
    bench_table_heading("limits of this machine");
    for (uint32_t threads = 1; threads <= 2; threads++) {
        char what[64];
        snprintf(what, sizeof what, "Ed25519 checks by libsodium, %u thread%s", threads,
                 threads == 1 ? "" : "s");
        bench_table_row(what, NULL, "%.0f /s", bench_limit_verify(records, threads));
    }
    bench_table_row("steme_record_admit, 1 thread", NULL, "%.0f /s", bench_limit_admit(records, 1));
    double bound = bench_limit_admit(records, 2);
    bench_table_row("steme_record_admit, 2 threads", NULL, "%.0f /s", bound);
    for (uint32_t record_count = 1; record_count <= 4096; record_count *= 8)
        if (record_count != 8)
            print_sync(folder, record_count);
    bench_table_row("raw log, fdatasync per 16 MiB", NULL, "%.0f MB/s",
                    bench_limit_log(folder) * 1e-6);
    return bound;
}
