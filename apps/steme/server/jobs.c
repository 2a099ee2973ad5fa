#include "steme/server/jobs.h"

#include <stdlib.h>
#include <string.h>

#include "common/fail.h"
#include "common/text.h"
#include "steme/server/node_queue.h"

enum { WAITING_MAX = 4096, BATCH_JOB_COUNT = 256 };

/* Takes up to a batch of jobs as a list; NULL when closing and nothing is left. */
static job *take_batch(jobs *self)
{
    pthread_mutex_lock(&self->lock);
    while (self->first == NULL && !self->is_closing) {
        pthread_cond_wait(&self->is_filled, &self->lock);
    }
    job *batch = self->first;
    job *end = batch;
    size_t count = batch == NULL ? 0 : 1;
    while (end != NULL && end->next != NULL && count < BATCH_JOB_COUNT) {
        end = end->next;
        count++;
    }
    if (end != NULL) {
        self->first = end->next;
        self->last = self->first == NULL ? NULL : self->last;
        end->next = NULL;
        self->count -= count;
    }
    pthread_mutex_unlock(&self->lock);
    return batch;
}

/* Runs each; what is left as a list are those that append. */
static job *run_batch(job *batch, size_t *out_append_count)
{
    job *appending = NULL;
    job **end = &appending;
    *out_append_count = 0;
    while (batch != NULL) {
        job *work = batch;
        batch = work->next;
        work->next = NULL;
        if (work->run(work)) {
            *out_append_count += work->append_count;
            *end = work;
            end = &work->next;
        }
    }
    return appending;
}

static void append_batch(jobs *self, job *appending, size_t count)
{
    steme_error error = {0};
    steme_append *items = text_allocate(count * sizeof *items);
    size_t offset = 0;
    for (job *work = appending; work != NULL; work = work->next) {
        memcpy(items + offset, work->appends, work->append_count * sizeof *items);
        offset += work->append_count;
    }
    uint64_t begun_ns = node_now();
    steme_status status = steme_store_append_many(self->store, items, count, 0, &error);
    metrics_note_append(self->metrics, items, count, status, node_now() - begun_ns);
    offset = 0;
    while (appending != NULL) {
        job *work = appending;
        appending = work->next;
        memcpy(work->appends, items + offset, work->append_count * sizeof *items);
        offset += work->append_count;
        work->appended(work, status, &error);
    }
    free(items);
}

static void *run_thread(void *argument)
{
    jobs *self = argument;
    job *batch = NULL;
    while ((batch = take_batch(self)) != NULL) {
        size_t count = 0;
        job *appending = run_batch(batch, &count);
        if (appending != NULL) {
            append_batch(self, appending, count);
        }
    }
    return NULL;
}

steme_status jobs_open(jobs *self, steme_store *store, steme_error *error)
{
    *self = (jobs){.store = store};
    pthread_mutex_init(&self->lock, NULL);
    pthread_cond_init(&self->is_filled, NULL);
    for (; self->thread_count < JOBS_THREAD_COUNT; self->thread_count++) {
        int failure = pthread_create(&self->threads[self->thread_count], NULL, run_thread, self);
        if (failure != 0) {
            jobs_close(self);
            return app_fail(error, STEME_NO_MEMORY, "no thread to serve with: %s",
                            strerror(failure));
        }
    }
    return STEME_OK;
}

void jobs_close(jobs *self)
{
    pthread_mutex_lock(&self->lock);
    self->is_closing = 1;
    pthread_cond_broadcast(&self->is_filled);
    pthread_mutex_unlock(&self->lock);
    for (size_t i = 0; i < self->thread_count; i++) {
        pthread_join(self->threads[i], NULL);
    }
    pthread_cond_destroy(&self->is_filled);
    pthread_mutex_destroy(&self->lock);
    *self = (jobs){0};
}

/* Under the lock. */
static void put(jobs *self, job *work)
{
    work->next = NULL;
    if (self->last == NULL) {
        self->first = work;
    } else {
        self->last->next = work;
    }
    self->last = work;
    self->count++;
    pthread_cond_signal(&self->is_filled);
}

size_t jobs_waiting_count(jobs *self)
{
    pthread_mutex_lock(&self->lock);
    size_t count = self->count;
    pthread_mutex_unlock(&self->lock);
    return count;
}

int jobs_try_put(jobs *self, job *work)
{
    pthread_mutex_lock(&self->lock);
    int has_room = self->count < WAITING_MAX;
    if (has_room) {
        put(self, work);
    }
    pthread_mutex_unlock(&self->lock);
    return has_room;
}

void jobs_put(jobs *self, job *work)
{
    pthread_mutex_lock(&self->lock);
    put(self, work);
    pthread_mutex_unlock(&self->lock);
}
