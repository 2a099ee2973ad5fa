#include "support/measure.h"

#include <fcntl.h>
#include <ftw.h>
#include <malloc.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

_Noreturn void bench_die(const char *what, const steme_error *error)
{
    fprintf(stderr, "bench: %s%s%s\n", what, error == NULL ? "" : ": ",
            error == NULL ? "" : error->message);
    exit(2);
}

void bench_check(steme_status status, const char *what, const steme_error *error)
{
    if (status != STEME_OK)
        bench_die(what, error);
}

void *bench_alloc(size_t count, size_t size)
{
    void *memory = calloc(count, size);
    if (memory == NULL)
        bench_die("out of memory", NULL);
    return memory;
}

/* ---- Time --------------------------------------------------------------------------------- */

double bench_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

double bench_cpu(void)
{
    struct timespec used;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return (double)used.tv_sec + (double)used.tv_nsec * 1e-9;
}

static int compare_durations(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;
    return (a > b) - (a < b);
}

double bench_percentile(double *durations, size_t count, double fraction)
{
    if (count == 0)
        return 0;
    qsort(durations, count, sizeof *durations, compare_durations);
    size_t at = (size_t)((double)count * fraction);
    return durations[at < count ? at : count - 1];
}

/* ---- Threads ------------------------------------------------------------------------------ */

enum { THREAD_COUNT_MAX = 64 };

typedef struct thread_start {
    pthread_t thread;
    void (*work)(void *context, uint32_t thread);
    void *context;
    uint32_t number;
} thread_start;

static void *thread_main(void *context)
{
    thread_start *start = context;
    start->work(start->context, start->number);
    return NULL;
}

void bench_threads_run(uint32_t count, void (*work)(void *context, uint32_t thread), void *context)
{
    thread_start starts[THREAD_COUNT_MAX];
    if (count > THREAD_COUNT_MAX)
        bench_die("too many threads", NULL);
    for (uint32_t i = 0; i < count; i++) {
        starts[i] = (thread_start){.work = work, .context = context, .number = i};
        if (pthread_create(&starts[i].thread, NULL, thread_main, &starts[i]) != 0)
            bench_die("no thread", NULL);
    }
    for (uint32_t i = 0; i < count; i++)
        pthread_join(starts[i].thread, NULL);
}

uint64_t bench_random(uint64_t number)
{
    uint64_t x = (number + 1) * UINT64_C(0x9e3779b97f4a7c15); /* splitmix64 */
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

/* ---- Folders ------------------------------------------------------------------------------ */

void bench_path_join(char *out_path, size_t size, const char *parent, const char *name)
{
    int written = snprintf(out_path, size, "%s/%s", parent, name);
    if (written < 0 || (size_t)written >= size)
        bench_die("path too long", NULL);
}

void bench_folder_make(char *out_path, size_t size, const char *parent)
{
    if (parent == NULL)
        parent = getenv("TMPDIR");
    if (parent == NULL || *parent == '\0')
        parent = "/var/tmp";
    bench_path_join(out_path, size, parent, "steme-bench-XXXXXX");
    if (mkdtemp(out_path) == NULL)
        bench_die("cannot make a temporary folder (TMPDIR?)", NULL);
}

static int remove_entry(const char *path, const struct stat *status, int kind, struct FTW *place)
{
    (void)status;
    (void)kind;
    (void)place;
    return remove(path);
}

void bench_folder_remove(const char *path)
{
    if (nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS) != 0)
        bench_progress("could not remove all of %s", path);
}

static uint64_t folder_size; /* nftw hands no context through */

static int add_entry(const char *path, const struct stat *status, int kind, struct FTW *place)
{
    (void)path;
    (void)place;
    if (kind == FTW_F)
        folder_size += (uint64_t)status->st_blocks * 512;
    return 0;
}

uint64_t bench_folder_size(const char *path)
{
    folder_size = 0;
    (void)nftw(path, add_entry, 16, FTW_PHYS);
    return folder_size;
}

/* ---- Memory ------------------------------------------------------------------------------- */

static uint64_t anonymous_size(void)
{
    static const char name[] = "RssAnon:";
    char line[256];
    uint64_t size_kib = 0;
    FILE *file = fopen("/proc/self/status", "re");
    if (file == NULL)
        return 0;
    while (fgets(line, sizeof line, file) != NULL)
        if (strncmp(line, name, sizeof name - 1) == 0)
            size_kib = strtoull(line + sizeof name - 1, NULL, 10);
    fclose(file);
    return size_kib * 1024;
}

struct bench_memory_watch {
    pthread_t thread;
    atomic_bool is_stopping;
    uint64_t size_before;
    uint64_t size_max;
};

static void *watch_main(void *context)
{
    bench_memory_watch *watch = context;
    while (!atomic_load(&watch->is_stopping)) {
        uint64_t size = anonymous_size();
        if (size > watch->size_max)
            watch->size_max = size;
        nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
    }
    return NULL;
}

bench_memory_watch *bench_memory_watch_start(void)
{
    bench_memory_watch *watch = bench_alloc(1, sizeof *watch);
    malloc_trim(0); /* what was given back before does not hide what is taken now */
    watch->size_before = anonymous_size();
    watch->size_max = watch->size_before;
    if (pthread_create(&watch->thread, NULL, watch_main, watch) != 0)
        bench_die("no thread", NULL);
    return watch;
}

uint64_t bench_memory_watch_stop(bench_memory_watch *watch)
{
    atomic_store(&watch->is_stopping, true);
    pthread_join(watch->thread, NULL);
    uint64_t growth = watch->size_max - watch->size_before;
    free(watch);
    return growth;
}

/* ---- The table ---------------------------------------------------------------------------- */

void bench_table_heading(const char *title)
{
    printf("\n| %-56s | %-38s | %-22s |\n", title, "figure", "goal");
    printf(
        "|----------------------------------------------------------|-----------------------------"
        "-----------|------------------------|\n");
    fflush(stdout);
}

void bench_table_row(const char *what, const char *goal, const char *format, ...)
{
    char figure[128];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(figure, sizeof figure, format, arguments);
    va_end(arguments);
    printf("| %-56s | %-38s | %-22s |\n", what, figure, goal == NULL ? "" : goal);
    fflush(stdout);
}

void bench_progress(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fputs("bench: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
}
