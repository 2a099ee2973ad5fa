#include "store/pool.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/memory.h"
#include "platform/thread.h"

/* A job lives on its caller's stack; it is in the pool's list while it has parts to hand out. */
typedef struct pool_job {
    void (*run)(void *context, uint32_t part);
    void *context;
    uint32_t part_count;
    uint32_t next_part;  /* guarded by lock */
    uint32_t done_count; /* guarded by lock */
    struct pool_job *next;
} pool_job;

struct store_pool {
    platform_mutex lock;     /* guards all that follows but the threads */
    platform_condition work; /* a job came, or closing */
    platform_condition done; /* a part was done */
    pool_job *jobs;
    bool is_closing;
    uint32_t thread_count; /* started */
    platform_thread threads[LIMIT_VERIFY_THREAD_COUNT];
};

/* Takes a part of `job`, out of the list with its last. Lock held. */
static uint32_t take_part(store_pool *pool, pool_job *job)
{
    uint32_t part = job->next_part++;
    if (job->next_part == job->part_count) {
        pool_job **link = &pool->jobs;
        while (*link != job)
            link = &(*link)->next;
        *link = job->next;
    }
    return part;
}

static void run_part(store_pool *pool, pool_job *job, uint32_t part)
{
    platform_mutex_unlock(&pool->lock);
    job->run(job->context, part);
    platform_mutex_lock(&pool->lock);
    if (++job->done_count == job->part_count)
        platform_condition_broadcast(&pool->done);
}

static void *pool_thread(void *context)
{
    store_pool *pool = context;
    platform_mutex_lock(&pool->lock);
    for (;;) {
        while (pool->jobs == NULL && !pool->is_closing)
            platform_condition_wait(&pool->work, &pool->lock);
        if (pool->jobs == NULL)
            break;
        pool_job *job = pool->jobs;
        run_part(pool, job, take_part(pool, job));
    }
    platform_mutex_unlock(&pool->lock);
    return NULL;
}

steme_status store_pool_new(uint32_t thread_count, store_pool **out_pool, steme_error *error)
{
    store_pool *pool = base_alloc_zero(1, sizeof *pool);
    if (pool == NULL)
        return base_fail(error, STEME_NO_MEMORY, "verify pool: out of memory");
    if (thread_count == 0)
        thread_count = platform_core_count();
    if (thread_count > LIMIT_VERIFY_THREAD_COUNT)
        thread_count = LIMIT_VERIFY_THREAD_COUNT;
    platform_mutex_init(&pool->lock);
    platform_condition_init(&pool->work);
    platform_condition_init(&pool->done);
    for (; pool->thread_count + 1 < thread_count; pool->thread_count++) {
        steme_status status = platform_thread_start(&pool->threads[pool->thread_count], pool_thread,
                                                    pool, "steme-verify", error);
        if (status != STEME_OK) {
            store_pool_free(pool);
            return status;
        }
    }
    *out_pool = pool;
    return STEME_OK;
}

void store_pool_free(store_pool *pool)
{
    if (pool == NULL)
        return;
    platform_mutex_lock(&pool->lock);
    pool->is_closing = true;
    platform_condition_broadcast(&pool->work);
    platform_mutex_unlock(&pool->lock);
    for (uint32_t i = 0; i < pool->thread_count; i++)
        platform_thread_join(&pool->threads[i]);
    platform_condition_deinit(&pool->done);
    platform_condition_deinit(&pool->work);
    platform_mutex_deinit(&pool->lock);
    base_free(pool);
}

void store_pool_run(store_pool *pool, void (*run)(void *context, uint32_t part), void *context,
                    uint32_t part_count)
{
    if (pool->thread_count == 0 || part_count <= 1) {
        for (uint32_t part = 0; part < part_count; part++)
            run(context, part);
        return;
    }
    pool_job job = {.run = run, .context = context, .part_count = part_count};
    platform_mutex_lock(&pool->lock);
    job.next = pool->jobs;
    pool->jobs = &job;
    platform_condition_broadcast(&pool->work);
    while (job.next_part < job.part_count)
        run_part(pool, &job, take_part(pool, &job));
    while (job.done_count < job.part_count)
        platform_condition_wait(&pool->done, &pool->lock);
    platform_mutex_unlock(&pool->lock);
}
