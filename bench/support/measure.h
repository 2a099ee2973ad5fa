/* measure.h -- what every bench needs: time, percentiles, threads, folders, memory, a table.
 *
 * A bench is a program of its own: where it cannot go on it says so on stderr and exits. The table
 * goes to stdout, progress to stderr.
 *
 * Threads: one thread prints; bench_threads_run says what its callback may do. */
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include <steme/error.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Ends the program: `what` and the error's message. */
_Noreturn void bench_die(const char *what, const steme_error *error);
void bench_check(steme_status status, const char *what, const steme_error *error);
/* Memory, or the end. */
void *bench_alloc(size_t count, size_t size);

/* ---- Time --------------------------------------------------------------------------------- */

double bench_now(void); /* seconds, monotonic */
double bench_cpu(void); /* seconds of processor time that this process has used, all threads */

/* Durations in seconds, in any order; sorts them. `fraction` 0.5 = the median. */
double bench_percentile(double *durations, size_t count, double fraction);

/* ---- Threads ------------------------------------------------------------------------------ */

/* Calls work(context, 0), ..., work(context, count - 1), each in a thread, and waits for all. */
void bench_threads_run(uint32_t count, void (*work)(void *context, uint32_t thread), void *context);

/* ---- Numbers ------------------------------------------------------------------------------ */

/* The `number`th of a fixed sequence of uniform 64-bit numbers. */
uint64_t bench_random(uint64_t number);

/* ---- Folders ------------------------------------------------------------------------------ */

/* "parent/name" in caller's storage of `size` bytes. */
void bench_path_join(char *out_path, size_t size, const char *parent, const char *name);
/* A new folder in `parent`, or in TMPDIR or /var/tmp where that is NULL. */
void bench_folder_make(char *out_path, size_t size, const char *parent);
void bench_folder_remove(const char *path);
/* Bytes of all files below, as the file system has them allocated. */
uint64_t bench_folder_size(const char *path);

/* ---- Memory ------------------------------------------------------------------------------- */

/* A thread that samples the anonymous resident memory of this process every 5 ms. */
typedef struct bench_memory_watch bench_memory_watch;
bench_memory_watch *bench_memory_watch_start(void);
/* Ends the thread; by how many bytes memory exceeded, at most, what it was at the start. */
uint64_t bench_memory_watch_stop(bench_memory_watch *watch);

/* ---- The table ---------------------------------------------------------------------------- */

void bench_table_heading(const char *title);
/* `goal` may be NULL. */
void bench_table_row(const char *what, const char *goal, const char *format, ...)
    STEME_PRINTF(3, 4);
void bench_progress(const char *format, ...) STEME_PRINTF(1, 2);

#endif
