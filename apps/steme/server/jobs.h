/* jobs.h -- threads that do what the polling thread and the replica's must not wait for.
 *
 * A thread takes all that waits, up to a bound, and appends the records of all of it at once: so
 * many calls of one record each share one sync of the disk.
 *
 * Threads:  any may put. A job is called on one of the threads here, once or twice.
 * Lifetime: jobs_open … jobs_close, which does what still waits; jobs are their makers'. */
#ifndef STEME_SERVER_JOBS_H
#define STEME_SERVER_JOBS_H

#include <pthread.h>

#include <steme/store.h>

#include "steme/server/metrics.h"

#define JOBS_THREAD_COUNT 2

typedef struct job {
    struct job *next;
    /* Does the work; or sets `appends` and gives 1, and is called on by `appended`. After 0 the
     * job is not touched any more. */
    int (*run)(struct job *self);
    /* `status` and `error` are the call's; the items' own are in `appends`. Touched no more. */
    void (*appended)(struct job *self, steme_status status, const steme_error *error);
    steme_append *appends;
    size_t append_count;
} job;

typedef struct jobs {
    steme_store *store;
    metrics *metrics;     /* NULL = none; set before the first job */
    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t is_filled;
    job *first;
    job *last;
    size_t count;
    int is_closing;
    pthread_t threads[JOBS_THREAD_COUNT];
    size_t thread_count;
} jobs;

STEME_MUST_CHECK steme_status jobs_open(jobs *self, steme_store *store, steme_error *error);
void jobs_close(jobs *self);

/* How many wait. */
size_t jobs_waiting_count(jobs *self);

/* What a stranger asks for: 0 where too much waits already. */
int jobs_try_put(jobs *self, job *work);
/* What this node owes itself; its maker bounds how much. */
void jobs_put(jobs *self, job *work);

#endif
