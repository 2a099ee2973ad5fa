#include "support/verify.h"
#include "support/measure.h"

#include <pthread.h>
#include <stdlib.h>

struct bench_verifier {
    const bench_records *records;
    uint64_t count;
    uint32_t thread_count;
    pthread_t runner;
    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t part_done;
    uint64_t next_part;
    bool *is_done; /* per part */
};

static uint64_t part_count(const bench_verifier *verifier)
{
    return (verifier->count + BENCH_TRANSACTION_RECORD_COUNT - 1) / BENCH_TRANSACTION_RECORD_COUNT;
}

static void verify_part(const bench_verifier *verifier, uint64_t part)
{
    uint64_t first = part * BENCH_TRANSACTION_RECORD_COUNT;
    for (uint64_t i = first; i < first + BENCH_TRANSACTION_RECORD_COUNT && i < verifier->count;
         i++) {
        steme_record record;
        steme_error error;
        bench_check(steme_record_admit(bench_records_get(verifier->records, i), &record, &error),
                    "admit", &error);
    }
}

static void verify_parts(void *context, uint32_t thread)
{
    bench_verifier *verifier = context;
    (void)thread;
    pthread_mutex_lock(&verifier->lock);
    while (verifier->next_part < part_count(verifier)) {
        uint64_t part = verifier->next_part++;
        pthread_mutex_unlock(&verifier->lock);
        verify_part(verifier, part);
        pthread_mutex_lock(&verifier->lock);
        verifier->is_done[part] = true;
        pthread_cond_broadcast(&verifier->part_done);
    }
    pthread_mutex_unlock(&verifier->lock);
}

static void *runner_main(void *context)
{
    bench_verifier *verifier = context;
    bench_threads_run(verifier->thread_count, verify_parts, verifier);
    return NULL;
}

bench_verifier *bench_verifier_start(const bench_records *records, uint64_t count,
                                     uint32_t thread_count)
{
    bench_verifier *verifier = bench_alloc(1, sizeof *verifier);
    verifier->records = records;
    verifier->count = count;
    verifier->thread_count = thread_count;
    verifier->is_done = bench_alloc(part_count(verifier) + 1, sizeof *verifier->is_done);
    pthread_mutex_init(&verifier->lock, NULL);
    pthread_cond_init(&verifier->part_done, NULL);
    if (pthread_create(&verifier->runner, NULL, runner_main, verifier) != 0)
        bench_die("no thread", NULL);
    return verifier;
}

void bench_verifier_wait(bench_verifier *verifier, uint64_t end)
{
    uint64_t last = (end - 1) / BENCH_TRANSACTION_RECORD_COUNT;
    pthread_mutex_lock(&verifier->lock);
    while (!verifier->is_done[last])
        pthread_cond_wait(&verifier->part_done, &verifier->lock);
    pthread_mutex_unlock(&verifier->lock);
}

void bench_verifier_stop(bench_verifier *verifier)
{
    pthread_join(verifier->runner, NULL);
    pthread_cond_destroy(&verifier->part_done);
    pthread_mutex_destroy(&verifier->lock);
    free(verifier->is_done);
    free(verifier);
}
