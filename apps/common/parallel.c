#include "common/parallel.h"

#include <pthread.h>
#include <sched.h>

enum { THREADS_MAX = 64 };

typedef struct share {
    parallel_work work;
    void *context;
    size_t first;
    size_t end;
    pthread_t thread;
    int has_thread;
} share;

size_t parallel_thread_count(void)
{
    cpu_set_t cores;
    if (sched_getaffinity(0, sizeof cores, &cores) != 0) {
        return 1;
    }
    int count = CPU_COUNT(&cores);
    return count < 1 ? 1 : count > THREADS_MAX ? THREADS_MAX : (size_t)count;
}

static void *run_share(void *argument)
{
    share *mine = argument;
    mine->work(mine->context, mine->first, mine->end);
    return NULL;
}

void parallel_run(parallel_work work, void *context, size_t item_count, size_t thread_count)
{
    share shares[THREADS_MAX];
    thread_count = thread_count > THREADS_MAX ? THREADS_MAX : thread_count;
    thread_count = thread_count > item_count ? item_count : thread_count;
    for (size_t i = 0; i < thread_count; i++) {
        shares[i] = (share){.work = work,
                            .context = context,
                            .first = item_count * i / thread_count,
                            .end = item_count * (i + 1) / thread_count};
        shares[i].has_thread =
            i > 0 && pthread_create(&shares[i].thread, NULL, run_share, &shares[i]) == 0;
    }
    for (size_t i = 0; i < thread_count; i++) {
        if (!shares[i].has_thread) {
            run_share(&shares[i]);
        }
    }
    for (size_t i = 0; i < thread_count; i++) {
        if (shares[i].has_thread) {
            pthread_join(shares[i].thread, NULL);
        }
    }
}
